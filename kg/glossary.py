"""What the grammar's terms and the problems' codes mean, for people at a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from kg.ontology import STANDARD, Ontology, Property
from kg.problem import echo, fold


@dataclass(frozen=True, slots=True)
class Term:
    """A class, verb or qualifier as an author of facts needs it."""

    kind: str
    """class, verb or qualifier."""
    label: str
    iri: str
    also: tuple[str, ...]
    """Other ways to write it, in any language."""
    comment: str
    subject: str
    """What may stand before a verb; '' for anything."""
    object: str
    """What may stand behind it."""
    takes: tuple[str, ...]
    """Qualifiers that only some verbs take."""


def terms(ontology: Ontology, words: str = "", language: str = "en") -> list[Term]:
    """Returns the terms whose labels or comment hold the words; all of them for none. Sorted by kind and label."""
    wanted = fold(words)
    ours = [iri for iri in ontology.classes if not iri.startswith(STANDARD)]
    found = [_class_term(iri, ontology, language) for iri in ours]
    found += [_property_term(p, ontology, language) for p in ontology.properties.values() if not p.structural]
    kept = [t for t in found if wanted in fold(" ".join((t.label, *t.also, t.comment)))]
    exact = [t for t in kept if wanted in (fold(a) for a in (t.label, *t.also))]
    return sorted(exact or kept, key=lambda t: (("class", "verb", "qualifier").index(t.kind), fold(t.label)))


def _others(labels: dict[str, tuple[str, ...]], label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(t for texts in labels.values() for t in texts if t != label))


def _class_term(iri: str, ontology: Ontology, language: str) -> Term:
    cls = ontology.classes[iri]
    above = ", ".join(sorted(ontology.classes[s].label(language) for s in cls.supers - {iri} if s in ontology.classes))
    label = cls.label(language)
    return Term("class", label, iri, _others(dict(cls.labels), label), cls.comment, above, "", ())


def _property_term(prop: Property, ontology: Ontology, language: str) -> Term:
    canonical = ontology.properties.get(prop.inverse)
    domain = prop.domain or (canonical.range if canonical else frozenset())
    expected = prop.range or (canonical.domain if canonical else frozenset())
    obj = prop.datatype.rsplit("#", 1)[-1].lower() if prop.datatype else ontology.class_labels(expected)
    qualifiers = prop.qualifiers | (canonical.qualifiers if canonical else frozenset())
    takes = tuple(sorted(ontology.properties[q].label(language) for q in qualifiers if q in ontology.properties))
    qualifier_only = prop.is_qualifier and ontology.class_labels(prop.domain) == "statement"
    label = prop.label(language)
    also = _others(dict(prop.labels), label)
    kind = "qualifier" if qualifier_only else "verb"
    return Term(kind, label, prop.iri, also, prop.comment, ontology.class_labels(domain), obj, takes)


def as_text(found: Sequence[Term], width: int) -> str:
    """Returns terms for a terminal: in full where they are few, one a line where they are many."""
    if not found:
        return "No class, verb or qualifier holds these words; `kg terms` lists all."
    if len(found) > 12:
        return "\n".join(echo(_line(term), width) for term in found)
    return "\n\n".join(_full(term, width) for term in found)


def _line(term: Term) -> str:
    if term.kind == "class":
        return f"class      {term.label}"
    if term.kind == "qualifier":
        return f"qualifier  {term.label}: {term.object or 'anything'}"
    return f"verb       {term.subject or 'anything'} · {term.label} · {term.object or 'anything'}"


def _full(term: Term, width: int) -> str:
    out = textwrap.wrap(_line(term), width, subsequent_indent="  ", break_on_hyphens=False)
    facts = (
        ("", term.comment), ("is a: ", term.subject if term.kind == "class" else ""),
        ("also written: ", ", ".join(term.also)), ("takes: ", ", ".join(term.takes)), ("IRI: ", term.iri),
    )  # fmt: skip
    for lead, text in facts:
        if text:
            out += textwrap.wrap(lead + text, width, initial_indent="    ", subsequent_indent="      ")
    return "\n".join(out)


# --- problems ----------------------------------------------------------------------------------


@cache
def sections() -> dict[str, str]:
    """Returns code to text, from the headings of problems.md."""
    text = resources.files("kg").joinpath("problems.md").read_text(encoding="utf-8")
    parts = re.split(r"^## +(\S+)\s*$", text, flags=re.MULTILINE)
    return {code: body.strip() for code, body in zip(parts[1::2], parts[2::2], strict=True)}


def codes(root: Path) -> list[str]:
    """Returns every code that a problem may have here: those of kg and those of the project's checks."""
    checks = [path.stem for path in (root / "ontology" / "checks").glob("*.rq")]
    return sorted({*sections(), *checks})


def explanation(root: Path, code: str | None, width: int = 80) -> str | None:
    """Returns what a problem means and how to mend it, the list of codes for none, None for an unknown one."""
    if code is None:
        return "\n".join(codes(root))
    if code in sections():
        paragraphs = sections()[code].split("\n\n")
        return "\n\n".join((code, *(textwrap.fill(text, width, break_on_hyphens=False) for text in paragraphs)))
    from kg.checks import read_checks

    for check in read_checks(root)[0]:
        if check.name == code:
            says, mend = str(check.header.get("problem", "")), str(check.header.get("solution", ""))
            parts = (says, mend, f"This check is {check.path}.")
            return "\n\n".join((code, *(textwrap.fill(text, width) for text in parts)))
    return None
