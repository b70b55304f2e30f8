"""What the grammar's terms and the problems' codes mean, for people at a terminal."""

from __future__ import annotations

import contextlib
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from kg.files import barred
from kg.ontology import STANDARD, Ontology, Property
from kg.problem import echo, fold
from kg.terms import KG, RDF, RDFS, SKOS, tail

KINDS = ("class", "verb", "qualifier", "unit")
"""Kinds of terms, in the order in which they are listed."""

UNIT = KG + "Unit"

CURRENCIES = "Any currency code of ISO 4217 may stand before an amount too: USD 4.7 million, EUR 300."

_STATUSES = {"assert": "asserted", "alleg": "alleged", "den": "denied", "predict": "predicted", "threat": "threatened"}
_DOING = re.compile(r"(assert|alleg|den(?=y|ie)|predict|threat)\w*")
"""A word for what a source does; its begin is a key of the status that says so."""


@dataclass(frozen=True, slots=True)
class Term:
    """A class, verb, qualifier or unit as an author of facts needs it."""

    kind: str
    """class, verb, qualifier or unit."""
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


def terms(ontology: Ontology, words: str = "", language: str = "en", root: Path | None = None) -> list[Term]:
    """Returns the terms whose labels or comment hold the words; all of them for none. Sorted by kind and label.

    Units are among them where the project's folder is given; the word for their class brings all of them.
    """
    wanted = fold(words)
    ours = [iri for iri in ontology.classes if not iri.startswith(STANDARD)]
    found = [_class_term(iri, ontology, language) for iri in ours]
    found += [_property_term(p, ontology, language) for p in ontology.properties.values() if not p.structural]
    units = _unit_terms(root, language) if root else []
    kept = [t for t in found + units if wanted in fold(" ".join((t.label, *t.also, t.comment)))]
    exact = [t for t in kept if wanted in (fold(a) for a in (t.label, *t.also))]
    if any(t.iri == UNIT for t in exact):
        exact = list(dict.fromkeys(exact + units))
    return sorted(exact or kept, key=lambda t: (KINDS.index(t.kind), fold(t.label)))


def _unit_terms(root: Path, language: str) -> list[Term]:
    """Returns the units that the project's ontology has."""
    import pyoxigraph as ox

    store = ox.Store()
    for path in sorted((root / "ontology").glob("*.ttl")):
        with contextlib.suppress(OSError, SyntaxError):  # what is wrong with the file is for `kg check` to say
            if not barred(path, root):
                store.extend(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    nodes = (q.subject for q in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(UNIT), None))
    return [_unit_term(store, node, language) for node in nodes if isinstance(node, ox.NamedNode)]


def _unit_term(store: Any, node: Any, language: str) -> Term:
    import pyoxigraph as ox

    def texts(name: str) -> list[tuple[str, str]]:
        quads = store.quads_for_pattern(node, ox.NamedNode(name), None, None)
        return sorted((q.object.language or "", q.object.value) for q in quads if isinstance(q.object, ox.Literal))

    labels, comments = texts(RDFS + "label"), dict(reversed(texts(RDFS + "comment")))
    by_language = dict(reversed(labels))
    fallback = next(iter(by_language.values()), tail(node.value))
    label = next((by_language[tag] for tag in (language, "en", "") if tag in by_language), fallback)
    also = tuple(dict.fromkeys(text for _, text in labels + texts(SKOS + "altLabel") if text != label))
    comment = next((comments[tag] for tag in ("en", "", *comments) if tag in comments), "")
    return Term("unit", label, node.value, also, comment, "", "", ())


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


def as_text(found: Sequence[Term], width: int, words: str = "", *, cut: bool = False) -> str:
    """Returns the terms for some words for people: in full where they are few, one a line where they are many, which
    `cut` has fit; then where else an author may look."""
    if len(found) > 12:
        return "\n".join(echo(_line(term), width if cut else 10**9) for term in found)
    hints = [] if found else ["No class, verb or qualifier holds these words; `kg terms` lists all."]
    hints += [CURRENCIES] if any(term.iri == UNIT for term in found) else []
    hints += [_status_hint(doing[1])] if (doing := _DOING.fullmatch(fold(words))) else []
    return "\n\n".join((*(_full(term, width) for term in found), *(textwrap.fill(hint, width) for hint in hints)))


def _status_hint(doing: str) -> str:
    """Returns how it is written that a source does what a word begins to say."""
    return (
        f"That a source does so is no verb but a detail of the fact: {{status: {_STATUSES[doing]}}}; "
        "whose words a document reports is {says: NAME}."
    )


def _line(term: Term) -> str:
    if term.kind == "class":
        return f"class      {term.label}"
    if term.kind == "qualifier":
        return f"qualifier  {term.label}: {term.object or 'anything'}"
    if term.kind == "unit":
        return f"unit       {term.label}"
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
            said = (re.sub(r"\{\w+\}", "…", str(check.header.get(key, ""))) for key in ("problem", "solution"))
            parts = (*said, f"This check is {check.path}.")
            return "\n\n".join((code, *(textwrap.fill(text, width) for text in parts)))
    return None
