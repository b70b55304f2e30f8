"""The grammar: classes, verbs and qualifiers by label, read from OWL in Turtle. Knows no facts and no fact files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.problem import Problem, Span, echo, fold
from kg.terms import KG, OWL, RDF, RDFS, SKOS, XSD

SHAPES = "shapes.ttl"
"""The one file of the ontology that is SHACL and no grammar."""

DATE = KG + "Date"
QUANTITY = KG + "Quantity"
STATEMENT = KG + "Statement"
DOCUMENT = KG + "Document"


@dataclass(frozen=True, slots=True)
class Class:
    """A class of entities."""

    iri: str
    labels: Mapping[str, tuple[str, ...]]
    """Language to labels, the preferred one first."""
    comment: str
    supers: frozenset[str]
    """The class itself and everything above it."""

    def label(self, language: str = "en") -> str:
        """Returns its label in the language, else in English, else the end of its IRI."""
        return _label(self.labels, self.iri, language)


@dataclass(frozen=True, slots=True)
class Property:
    """A property: a verb of sentences, a qualifier, or both."""

    iri: str
    labels: Mapping[str, tuple[str, ...]]
    comment: str
    domain: frozenset[str]
    """Classes of which the subject must have one; empty where anything will do."""
    range: frozenset[str]
    """Classes of which the object must have one; empty where anything, or a literal, is meant."""
    datatype: str
    """Of a literal object, kg:Date or kg:Quantity; '' where the object is an entity."""
    inverse: str
    """IRI of the canonical property that this one says the other way round, or ''."""
    symmetric: bool
    structural: bool
    """Lays out the graph; no verb."""
    is_qualifier: bool
    everywhere: bool
    """A qualifier that any fact may have."""
    qualifiers: frozenset[str]
    """Those it may have besides, its superproperties' included."""
    unique_per: frozenset[str]
    one_at_a_time: bool
    time_role: str
    """What a date with it bounds: begin, end, throughout, within."""

    def label(self, language: str = "en") -> str:
        """Returns its label in the language, else in English, else the end of its IRI."""
        return _label(self.labels, self.iri, language)


def _label(labels: Mapping[str, tuple[str, ...]], iri: str, language: str) -> str:
    for wanted in (language, "en", ""):
        if labels.get(wanted):
            return labels[wanted][0]
    return re.split(r"[#/]", iri)[-1]


@dataclass(frozen=True, slots=True)
class Ontology:
    """Everything a sentence is checked against."""

    classes: Mapping[str, Class]
    properties: Mapping[str, Property]
    verbs: Mapping[str, tuple[tuple[tuple[str, ...], Property], ...]]
    """First folded word of a verb to (all its folded words, property), longest first."""
    qualifiers: Mapping[str, tuple[Property, ...]]
    """Folded label to qualifiers."""
    class_names: Mapping[str, str]
    """Folded label or local name to class IRI."""
    units: frozenset[str]
    """Folded labels of the units a number may have."""
    verb_labels: tuple[str, ...] = ()
    """Every way to write a verb, sorted; for 'did you mean'."""
    problems: tuple[Problem, ...] = field(default=())

    def fits(self, cls: str, wanted: frozenset[str]) -> bool:
        """Says whether an entity of the class may stand where one of the wanted classes is expected."""
        if not wanted:
            return True
        known = self.classes.get(cls)
        return bool(known and not wanted.isdisjoint(known.supers))

    def class_labels(self, classes: Iterable[str]) -> str:
        """Returns the labels of classes for a message: 'person or party'."""
        names = sorted(self.classes[c].label() if c in self.classes else _label({}, c, "en") for c in classes)
        return " or ".join(names)


def load(root: Path) -> Ontology:
    """Returns the grammar of a project from its ontology/ folder; a file that is bad Turtle is a problem."""
    triples: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    problems = []
    files = [p for p in sorted((root / "ontology").glob("*.ttl")) if p.name != SHAPES]
    for path in files:
        problems += _read_turtle(path, path.relative_to(root).as_posix(), triples)
    if not files:
        hint = "an ontology is Turtle files in this folder; `kg new` makes a project with one"
        problems.append(Problem("no-ontology", "there is no ontology here", Span("ontology", 0, 1), hint))
    classes = _classes(triples)
    properties = _properties(triples, classes)
    return Ontology(
        classes, properties, _verbs(properties), _qualifiers(properties), _class_names(classes),
        _units(triples), _verb_labels(properties), tuple(problems),
    )  # fmt: skip


_PLACE = re.compile(r" ?(?:between|at|on) line (\d+) column (\d+)[^:]*:? ?| at (\d+):(\d+):?")


def syntax_problem(code: str, what: str, path: str, error: SyntaxError) -> Problem:
    """Returns the problem for a syntax error that pyoxigraph found in Turtle or SPARQL."""
    message = str(error.msg or error)
    line, column = error.lineno or 0, error.offset or 1
    if not line and (place := re.search(r"(\d+):(\d+)|line (\d+) column (\d+)", message)):
        numbers = [int(part) for part in place.groups() if part]
        line, column = numbers[0], numbers[1]
    short = _PLACE.sub(" ", message.split("expected one of")[0]).strip(" :\n") or "it stops making sense here"
    if short in ("error", "Parser error"):
        short = "it stops making sense here"
    return Problem(code, f"{what}: {echo(short)}", Span(path, line, max(1, column)))


def _read_turtle(path: Path, name: str, into: dict[str, dict[str, list[object]]]) -> list[Problem]:
    import pyoxigraph as ox

    try:
        for triple in ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE, rename_blank_nodes=True):
            subject = triple.subject
            key = subject.value if isinstance(subject, ox.NamedNode) else f"_:{subject.value}"
            into[key][triple.predicate.value].append(triple.object)
    except SyntaxError as error:
        return [syntax_problem("bad-turtle", "this is not Turtle", name, error)]
    except OSError as error:
        return [Problem("unreadable-file", f"cannot be read: {error.strerror}", Span(name, 0, 1))]
    return []


# --- from triples to records -------------------------------------------------------------------


def _iris(values: Iterable[object]) -> list[str]:
    """Returns the IRIs among RDF terms, blank nodes with `_:` in front."""
    import pyoxigraph as ox

    found = []
    for value in values:
        if isinstance(value, ox.NamedNode):
            found.append(value.value)
        elif isinstance(value, ox.BlankNode):
            found.append(f"_:{value.value}")
    return found


def _labels(node: Mapping[str, list[object]]) -> dict[str, tuple[str, ...]]:
    """Returns language to labels: rdfs:label first, then skos:altLabel."""
    labels: dict[str, list[str]] = defaultdict(list)
    for predicate in (RDFS + "label", SKOS + "altLabel"):
        for value in node.get(predicate, ()):
            text = getattr(value, "value", "") if hasattr(value, "language") else ""
            if fold(text) and text not in labels[value.language or ""]:  # type: ignore[attr-defined]
                labels[value.language or ""].append(text)  # type: ignore[attr-defined]
    return {language: tuple(texts) for language, texts in labels.items()}


def _comment(node: Mapping[str, list[object]]) -> str:
    values = node.get(RDFS + "comment", ())
    return next((v.value for v in values if getattr(v, "language", "no text") in (None, "en")), "")  # type: ignore[attr-defined]


def _true(node: Mapping[str, list[object]], predicate: str) -> bool:
    return any(getattr(v, "value", "") in ("true", "1") for v in node.get(predicate, ()))


def _above(start: str, up: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Returns a node and everything above it; a cycle ends by itself."""
    seen, todo = {start}, [start]
    while todo:
        for parent in up.get(todo.pop(), ()):
            if parent not in seen:
                seen.add(parent)
                todo.append(parent)
    return frozenset(seen)


def _classes(triples: Mapping[str, Mapping[str, list[object]]]) -> dict[str, Class]:
    up = {s: [c for c in _iris(n.get(RDFS + "subClassOf", ())) if c[0] != "_"] for s, n in triples.items()}
    kinds = {OWL + "Class", RDFS + "Class", RDFS + "Datatype"}
    return {
        s: Class(s, _labels(n), _comment(n), _above(s, up))
        for s, n in triples.items()
        if s[0] != "_" and not kinds.isdisjoint(_iris(n.get(RDF + "type", ())))
    }


def _members(triples: Mapping[str, Mapping[str, list[object]]], start: str) -> Iterable[str]:
    """Returns the members of an RDF list."""
    while start and start != RDF + "nil":
        node = triples.get(start, {})
        yield from _iris(node.get(RDF + "first", ()))
        start = next(iter(_iris(node.get(RDF + "rest", ()))), "")


def _expected(triples: Mapping[str, Mapping[str, list[object]]], values: list[object]) -> frozenset[str]:
    """Returns the classes that a domain or range allows: the class itself, or the members of a union."""
    out = set()
    for value in _iris(values):
        if value.startswith("_:"):
            for union in _iris(triples[value].get(OWL + "unionOf", ())):
                out.update(_members(triples, union))
        elif value not in (OWL + "Thing", RDFS + "Resource"):
            out.add(value)
    return frozenset(out)


_KINDS = {RDF + "Property", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"}


def _properties(
    triples: Mapping[str, Mapping[str, list[object]]], classes: Mapping[str, Class]
) -> dict[str, Property]:
    up = {s: _iris(n.get(RDFS + "subPropertyOf", ())) for s, n in triples.items()}
    found = {}
    for s, node in triples.items():
        types = set(_iris(node.get(RDF + "type", ())))
        if s[0] == "_" or types.isdisjoint(_KINDS | {KG + "Qualifier"}) or KG + "Date" == s:
            continue
        above = _above(s, up)
        ranges = _expected(triples, node.get(RDFS + "range", []))
        literal = {r for r in ranges if r.startswith(XSD) or r in (DATE, QUANTITY, RDF + "langString")}
        inherited = [q for p in above for q in _iris(triples.get(p, {}).get(KG + "qualifier", ()))]
        found[s] = Property(
            iri=s, labels=_labels(node), comment=_comment(node),
            domain=_expected(triples, node.get(RDFS + "domain", [])),
            range=ranges - literal, datatype=next(iter(sorted(literal)), ""),
            inverse=next(iter(_iris(node.get(OWL + "inverseOf", ()))), ""),
            symmetric=OWL + "SymmetricProperty" in types,
            structural=_true(node, KG + "structural") or not s.startswith(_own(classes)),
            is_qualifier=KG + "Qualifier" in types, everywhere=_true(node, KG + "everywhere"),
            qualifiers=frozenset(inherited), unique_per=frozenset(_iris(node.get(KG + "uniquePer", ()))),
            one_at_a_time=_true(node, KG + "oneAtATime"),
            time_role=next((v.value for v in node.get(KG + "timeRole", ())), ""),  # type: ignore[attr-defined]
        )  # fmt: skip
    return found


def _own(classes: Mapping[str, Class]) -> tuple[str, ...]:
    """Returns the namespaces whose properties are verbs: those of the ontology's own classes."""
    return tuple({re.sub(r"[^#/]*$", "", iri) for iri in classes})


def _is_verb(prop: Property) -> bool:
    qualifier_only = prop.is_qualifier and prop.domain == frozenset({STATEMENT})
    return not prop.structural and not qualifier_only


def _verbs(properties: Mapping[str, Property]) -> dict[str, tuple[tuple[tuple[str, ...], Property], ...]]:
    verbs: dict[str, list[tuple[tuple[str, ...], Property]]] = defaultdict(list)
    for _, prop in sorted(properties.items()):
        if _is_verb(prop):
            for phrase in {fold(t) for texts in prop.labels.values() for t in texts}:
                words = tuple(phrase.split())
                verbs[words[0]].append((words, prop))
    return {first: tuple(sorted(v, key=lambda w: (-len(w[0]), w[1].iri))) for first, v in verbs.items()}


def _verb_labels(properties: Mapping[str, Property]) -> tuple[str, ...]:
    labels = {t for p in properties.values() if _is_verb(p) for texts in p.labels.values() for t in texts}
    return tuple(sorted(labels))


def _qualifiers(properties: Mapping[str, Property]) -> dict[str, tuple[Property, ...]]:
    found: dict[str, list[Property]] = defaultdict(list)
    for _, prop in sorted(properties.items()):
        if prop.is_qualifier:
            for phrase in {fold(t) for texts in prop.labels.values() for t in texts}:
                found[phrase].append(prop)
    return {phrase: tuple(props) for phrase, props in found.items()}


def _class_names(classes: Mapping[str, Class]) -> dict[str, str]:
    names: dict[str, str] = {}
    for iri, cls in sorted(classes.items()):
        if not iri.startswith((XSD, RDF, RDFS, OWL)):
            for text in (re.split(r"[#/]", iri)[-1], *(t for texts in cls.labels.values() for t in texts)):
                names.setdefault(fold(text), iri)
    return names


def _units(triples: Mapping[str, Mapping[str, list[object]]]) -> frozenset[str]:
    nodes = [n for n in triples.values() if KG + "Unit" in _iris(n.get(RDF + "type", ()))]
    return frozenset(fold(t) for n in nodes for texts in _labels(n).values() for t in texts)
