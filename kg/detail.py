"""What stands in a fact's details, to qualifiers and evidence; each wrong key or value to a problem at its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from kg import locator
from kg.fact import EVIDENCE_KEYS, Entry, Evidence, Items, Node, Pairs, Text, Value, new
from kg.names import Names, Part
from kg.ontology import DOCUMENT, STATEMENT, Ontology, Property
from kg.problem import Problem, Span, echo, fold
from kg.terms import ID_PATTERN, iri
from kg.value import NotAValue, literal_value

STATUSES = ("asserted", "alleged", "denied", "predicted", "threatened")
RANKS = ("preferred", "normal", "deprecated")
_DOCUMENTS, _EVIDENCE = frozenset({DOCUMENT}), frozenset(EVIDENCE_KEYS)


@dataclass(slots=True)
class Details:
    """The details of one fact; the first six fields are those of its Evidence."""

    document: str = ""
    """IRI; '?' where one is named that nobody knows, which is a problem."""
    locator: str = ""
    speakers: tuple[str, ...] = ()
    status: str = "asserted"
    rank: str = "normal"
    note: str = ""
    said: set[tuple[str, Value]] = field(default_factory=set)
    """(property IRI, value) of each qualifier."""
    keys: list[tuple[Property, Part]] = field(default_factory=list)
    """Which qualifiers were written, and where, to be held against the verb."""
    identifier: str = ""
    at: Span | None = None
    """Of the locator."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def evidence(self) -> Evidence:
        """Who says it where, and how."""
        return new(Evidence, (self.document, self.locator, self.speakers, self.status, self.rank, self.note))

    @property
    def qualifiers(self) -> tuple[tuple[str, Value], ...]:
        """(property IRI, value) of each qualifier, sorted."""
        if len(self.said) < 2:
            return tuple(self.said)
        return tuple(sorted(self.said, key=lambda q: (q[0], q[1].term, repr(q[1].quantity))))

    def misplaced(self, prop: Property, ontology: Ontology) -> Iterator[Problem]:
        """Yields a problem for each qualifier that the verb does not take."""
        canonical = ontology.properties.get(prop.inverse, prop)
        for qualifier, part in self.keys:
            if not (qualifier.everywhere or qualifier.iri in prop.qualifiers or qualifier.iri in canonical.qualifiers):
                allowed = prop.qualifiers | canonical.qualifiers
                takes = [p.label() for p in ontology.properties.values() if p.everywhere or p.iri in allowed]
                message = f"'{prop.label()}' takes no '{qualifier.label()}'"
                yield Problem("misplaced-qualifier", message, part.span, f"it takes: {', '.join(sorted(takes))}")


def read_details(
    pairs: Pairs | None, entry: Entry, names: Names, defaults: Details | None = None
) -> Details:
    """Returns the details of one fact, with the defaults of its entity or file where it says nothing itself.

    A fact that names its own source has nothing from its entity: a passage or speaker belongs to one document.
    """
    written = pairs.pairs if pairs else ()
    details = Details()
    if defaults and all(fold(key.text) != "source" for key, _ in written):
        details = Details(*defaults.evidence, at=defaults.at)
    if entry.source and not details.document:
        details.document = _document(entry.source, entry.path, names, details)
    for key, node in written:
        if (name := fold(key.text)) in _EVIDENCE:
            _read_evidence(name, node, entry.path, names, details)
        else:
            _read_qualifier(name, key, node, entry.path, names, details)
    return details


# --- evidence ----------------------------------------------------------------------------------


def _read_evidence(name: str, node: Node, path: str, names: Names, details: Details) -> None:
    if name == "says":
        texts = node.items if isinstance(node, Items) else (node,)
        speakers = tuple(filter(None, (_speaker(t, path, names, details) for t in texts)))
        details.speakers = speakers
        return
    if not isinstance(node, Text):
        hint = "a fact with several sources is written once for each"
        place = Span(path, node.line, node.column)
        details.problems.append(Problem("bad-structure", f"'{name}' is one text", place, hint))
    elif not node.text.strip():
        details.problems.append(nothing(name, node, path))
    elif name == "source":
        details.document = _document(node, path, names, details)
    elif name == "at":
        details.at = node.span(path)
        details.locator = _locator(node.text, details.at, details)
    elif name == "note":
        details.note = " ".join(node.text.split())
    elif name == "status":
        details.status = _choice(name, node, STATUSES, path, details)
    elif name == "rank":
        details.rank = _choice(name, node, RANKS, path, details)
    else:
        details.identifier = fact_id(node, path, details.problems)


def nothing(name: str, node: Node, path: str) -> Problem:
    """Returns the problem of a key whose text is empty."""
    place = Span(path, node.line, node.column)
    return Problem("bad-structure", f"'{echo(name, 60)}' has no text behind it", place, "write it, or remove the key")


def fact_id(node: Text, path: str, problems: list[Problem]) -> str:
    """Returns the id of a fact or entity in NFC, however it was typed; '' and a problem where it is none."""
    identifier = unicodedata.normalize("NFC", node.text)
    if ID_PATTERN.fullmatch(identifier) and len(identifier) <= 100:
        return identifier
    hint = "an id is letters, digits, '-', '_' and '.': miranda-governor-2008"
    problems.append(Problem("bad-id", f"'{echo(node.text, 60)}' cannot be an id", node.span(path), hint))
    return ""


def _choice(name: str, node: Text, choices: tuple[str, ...], path: str, details: Details) -> str:
    if fold(node.text) in choices:
        return fold(node.text)
    message = f"'{echo(node.text, 40)}' is no {name}"
    hint = f"it is one of: {', '.join(choices)}"
    details.problems.append(Problem(f"unknown-{name}", message, node.span(path), hint, node.text, choices))
    return choices[0]


def _locator(text: str, span: Span, details: Details) -> str:
    words = " ".join(text.split())
    try:
        locator.parse(words)
    except locator.NotALocator as error:
        details.problems.append(Problem("bad-locator", error.args[0], span, error.args[1]))
        return ""
    return words


def _document(node: Text, path: str, names: Names, details: Details) -> str:
    found = names.one(node, path, _DOCUMENTS, "source")
    if isinstance(found, Problem):
        details.problems.append(found)
        return "?"
    return found.iri


def _speaker(node: Node, path: str, names: Names, details: Details) -> str:
    """Returns the IRI of a speaker, '' and a problem for a name that is not one entity's."""
    if not isinstance(node, Text):
        place = Span(path, node.line, node.column)
        hint = "says: [innermost, outermost]"
        details.problems.append(Problem("bad-structure", "a speaker is one name", place, hint))
        return ""
    found = names.one(node, path, frozenset(), "says")
    if not isinstance(found, Problem) and found.cls == STATEMENT:
        message, hint = f"'{echo(node.text, 60)}' is a fact, and facts say nothing", "name who says it"
        found = Problem("class-mismatch", message, node.span(path), hint)
    if isinstance(found, Problem):
        details.problems.append(found)
        return ""
    return found.iri


# --- qualifiers --------------------------------------------------------------------------------


def _read_qualifier(name: str, key: Text, node: Node, path: str, names: Names, details: Details) -> None:
    choices = names.ontology.qualifiers.get(name, ())
    part = new(Part, (key.text, path, key, 0))
    if not choices:
        known = sorted({*EVIDENCE_KEYS, *(p.label() for ps in names.ontology.qualifiers.values() for p in ps)})
        message = f"'{echo(key.text, 60)}' is no detail of a fact"
        if hint := _broken(key, node, {fold(word) for word in known}, bool(details.keys)):
            details.problems.append(Problem("unknown-detail", message, part.span, hint))
            return
        hint = "" if len(known) > 40 else f"details are: {', '.join(known)}"
        details.problems.append(Problem("unknown-detail", message, part.span, hint, key.text, known))
        return
    for item in node.items if isinstance(node, Items) else (node,):
        if not isinstance(item, Text) or not item.text.strip():
            details.problems.append(nothing(key.text, item, path))
            continue
        troubles = []
        for prop in choices:
            value = _qualifier_value(prop, item, path, names)
            if isinstance(value, Value):
                if prop.time_role and details.keys:
                    details.problems += _second_date(prop, details, item, path)
                details.said.add((prop.iri, value))
                details.keys.append((prop, part))
                break
            troubles.append(value)
        else:
            details.problems.append(troubles[0])


def _second_date(prop: Property, details: Details, item: Text, path: str) -> Iterator[Problem]:
    """Yields a problem for a date that gives a fact another begin, end or span than one before it."""
    for other in (p for p, _ in details.keys if p.time_role == prop.time_role):
        twice = f"a second '{prop.label()}'" if prop is other else f"'{prop.label()}' beside '{other.label()}'"
        hint = "state the fact twice, or write an interval: 1990/1995"
        yield Problem("two-dates", f"{twice}: a fact has one time", item.span(path), hint)


def _broken(key: Text, node: Node, known: Set[str], follows: bool) -> str:
    """Returns what would mend words that only punctuation made a key, or that belong to an entity; '' for others.

    `follows` says whether a qualifier stands before them.
    """
    if key.text.strip().isdigit():
        if follows:
            return 'quote a number that has a comma: "12,430"'
        return "the object stands in the sentence, and only its details in { }"
    if (glued := re.match(r"([\w ]+):(?=\S)", key.text)) and fold(glued[1]) in known:
        return f"a blank stands behind ':' — {glued[1]}: …"
    if fold(key.text) in ("type", "name", "also"):
        return "an entity stands under entities:, and a fact is a sentence"
    bare = isinstance(node, Text) and not node.text and (node.line, node.column) == (key.line, _end(key))
    if bare and re.search("[“”„«»]", key.text):
        return 'a comma in { } begins another detail, and “ ” hold no text together: write "…" around it'
    if bare and re.match(r"\s*[0-9]", key.text):
        return "a comma in { } begins another detail: quote the text that holds it; a decimal has a point: 2.3 million"
    if bare:
        return "a comma in { } begins another detail: quote the text that holds it, or write several as [one, two]"
    return ""


def _end(key: Text) -> int:
    """Returns the column behind a key, where an empty text stands that no colon leads to."""
    return key.column + len(key.text)


def _qualifier_value(prop: Property, node: Text, path: str, names: Names) -> Value | Problem:
    """Returns what stands behind a qualifier: an entity where its range is a class, else a literal."""
    if prop.datatype and not prop.range:
        try:
            return literal_value(node.text, prop.datatype, names.ontology.units)
        except NotAValue as error:
            return Problem("not-a-value", error.args[0], node.span(path), error.args[1])
    found = names.one(node, path, prop.range, prop.label())
    return found if isinstance(found, Problem) else new(Value, (iri(found.iri), None, None))
