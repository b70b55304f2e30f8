"""The grammar: classes, verbs and qualifiers by label, read from OWL in Turtle. Knows no facts and no fact files."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.problem import Problem, Span, echo, fold
from kg.terms import KG, OWL, RDF, RDFS, SKOS, XSD

SHAPES = "shapes.ttl"
"""The one file of the ontology that is SHACL and no grammar."""

STANDARD = (XSD, RDF, RDFS, OWL)
"""Namespaces whose classes are no entity's."""

TIME_ROLES = ("begin", "end", "throughout", "within")

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
    folder = root / "ontology"
    files = {p.relative_to(root).as_posix(): p for p in sorted(folder.glob("*.ttl")) if p.name != SHAPES}
    for name, path in files.items():
        if why := barred(path, root):
            problems.append(Problem("unreadable-file", why, Span(name, 0, 1)))
        else:
            problems += _read_turtle(path, name, triples)
    if folder.is_dir() and (why := barred(folder.resolve(), root)):
        problems.append(Problem("unreadable-file", why, Span("ontology", 0, 1)))
    elif not files:
        hint = "an ontology is Turtle files in this folder; `kg new` makes a project with one"
        problems.append(Problem("no-ontology", "there is no ontology here", Span("ontology", 0, 1), hint))
    classes = _classes(triples)
    properties = _properties(triples, classes)
    class_names = _class_names(classes)
    if not problems:  # half an ontology would be blamed for what the other half says
        texts = {name: path.read_text(encoding="utf-8", errors="replace") for name, path in files.items()}
        for iri, message, hint in (*_complaints(classes, properties), *_shared_names(class_names)):
            problems.append(Problem("bad-ontology", message, _place(iri, texts), hint))
    properties = {iri: _mended(prop, properties) for iri, prop in properties.items()}
    return Ontology(
        classes, properties, _verbs(properties), _qualifiers(properties), {n: c[0] for n, c in class_names.items()},
        _units(triples), _verb_labels(properties), tuple(problems),
    )  # fmt: skip


def barred(path: Path, root: Path) -> str:
    """Returns why a file or folder of the project is not read, '' where it is: a pipe would be waited for for ever,
    and a link may lead to files that are nobody's business."""
    try:
        inside = not path.is_symlink() or path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # links in a loop
        inside = True
    if not inside:
        return "is a link that leaves the project's folder, and is not followed"
    if path.is_dir():
        if path.is_symlink():
            return "is a link to a folder, and is not followed"
        if not os.access(path, os.R_OK | os.X_OK):
            return "this folder may not be read"
        return "is a folder, and no file" if path.suffix == ".ttl" else ""
    return "" if path.is_file() else "is not a file"


_PLACE = re.compile(
    r"(?:Parser error)? ?at line \d+ between columns \d+ and \d+: ?"
    r"| ?(?:between|at|on) line (\d+) column (\d+)[^:]*:? ?| at (\d+):(\d+):?"
)


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
            if isinstance(triple.object, ox.Triple):
                message = "a triple stands here as an object (RDF 1.2), and nothing reads it"
                return [Problem("bad-ontology", message, Span(name, 0, 1), "state the triple by itself")]
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
    """Returns the members of an RDF list; one that comes back to itself ends there."""
    seen = {"", RDF + "nil"}
    while start not in seen:
        seen.add(start)
        node = triples.get(start, {})
        yield from _iris(node.get(RDF + "first", ()))
        start = next(iter(_iris(node.get(RDF + "rest", ()))), "")


def _expected(triples: Mapping[str, Mapping[str, list[object]]], values: list[object]) -> frozenset[str]:
    """Returns the classes that a domain or range allows: the class itself, or the members of a union, however deep.

    A blank node that is no union stays among them, to be complained of.
    """
    seen, todo, unions = set(), _iris(values), set()
    while todo:
        value = todo.pop()
        if value not in seen:
            seen.add(value)
            lists = _iris(triples.get(value, {}).get(OWL + "unionOf", ())) if value.startswith("_:") else []
            unions.update([value] if lists else [])
            todo += [member for start in lists for member in _members(triples, start)]
    return frozenset(seen - unions - {OWL + "Thing", RDFS + "Resource"})


_KINDS = {RDF + "Property", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"}


def _properties(
    triples: Mapping[str, Mapping[str, list[object]]], classes: Mapping[str, Class]
) -> dict[str, Property]:
    up = {s: _iris(n.get(RDFS + "subPropertyOf", ())) for s, n in triples.items()}
    found = {}
    for s, node in triples.items():
        types = set(_iris(node.get(RDF + "type", ())))
        if s[0] == "_" or types.isdisjoint(_KINDS | {KG + "Qualifier"}) or s == DATE:
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
            time_role=next((getattr(v, "value", "") for v in node.get(KG + "timeRole", ())), ""),
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


def _class_names(classes: Mapping[str, Class]) -> dict[str, list[str]]:
    """Returns folded label or local name to the IRIs of the classes that have it."""
    names: dict[str, list[str]] = defaultdict(list)
    for iri, cls in sorted(classes.items()):
        if not iri.startswith(STANDARD):
            texts = (re.split(r"[#/]", iri)[-1], *(t for texts in cls.labels.values() for t in texts))
            for name in {fold(text) for text in texts}:
                names[name].append(iri)
    return names


def _units(triples: Mapping[str, Mapping[str, list[object]]]) -> frozenset[str]:
    nodes = [n for n in triples.values() if KG + "Unit" in _iris(n.get(RDF + "type", ()))]
    return frozenset(fold(t) for n in nodes for texts in _labels(n).values() for t in texts)


# --- what is wrong with it ---------------------------------------------------------------------


def _complaints(
    classes: Mapping[str, Class], properties: Mapping[str, Property]
) -> Iterator[tuple[str, str, str]]:
    """Yields (IRI, message, hint) for each property that would be passed over or misread in silence."""
    for iri, prop in properties.items():
        name = echo(prop.label(), 60)
        if why := _no_inverse(prop, properties):
            yield iri, f"'{name}' {why}", "owl:inverseOf stands on the other way to say a property, and names that"
        if prop.time_role not in ("", *TIME_ROLES):
            message = f"'{name}' has the kg:timeRole '{echo(prop.time_role, 40)}'"
            yield iri, message, f"it is one of: {', '.join(TIME_ROLES)}"
        if prop.structural:
            continue
        if not prop.labels:
            yield iri, f"'{name}' has no label, and no sentence can use it", 'rdfs:label "…"@en, or kg:structural true'
        for side, wanted in (("domain", prop.domain), ("range", prop.range)):
            for cls in sorted(wanted - set(classes)):
                what = "neither a class nor a union of classes" if cls[0] == "_" else f"no class: {echo(cls, 80)}"
                yield iri, f"the rdfs:{side} of '{name}' is {what}", "a class has its own line: a owl:Class"


def _no_inverse(prop: Property, properties: Mapping[str, Property]) -> str:
    """Returns why a property cannot be said the other way round by the one it names, '' where it can or names none."""
    canonical = properties.get(prop.inverse)
    if not prop.inverse or (canonical and not (canonical.inverse or canonical.datatype or prop.datatype)):
        return ""
    if canonical and not canonical.inverse:
        return "is an inverse, but numbers, dates and texts have none"
    return "is the inverse of an inverse" if canonical else "is the inverse of what is no property here"


def _mended(prop: Property, properties: Mapping[str, Property]) -> Property:
    """Returns a property without what was complained of, so that facts can be checked against the rest."""
    inverse = "" if _no_inverse(prop, properties) else prop.inverse
    domain, expected = (frozenset(c for c in side if c[0] != "_") for side in (prop.domain, prop.range))
    return replace(prop, inverse=inverse, domain=domain, range=expected)


def _shared_names(class_names: Mapping[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    """Yields (IRI, message, hint) for each name that two classes have: `type:` could mean either."""
    for name, (first, *others) in sorted(class_names.items()):
        if others:
            yield others[0], f"'{echo(name, 60)}' names another class too: {first}", "give one of them another label"


def _place(iri: str, texts: Mapping[str, str]) -> Span:
    """Returns where a term is the subject, by the text of the files; the folder where none shows it."""
    local = re.escape(re.split(r"[#/]", iri)[-1])
    subject = re.compile(rf"^(?:<{re.escape(iri)}>|[\w.-]*:{local})(?=\s)", re.MULTILINE)
    for name, text in texts.items():
        if found := subject.search(text):
            return Span(name, text.count("\n", 0, found.start()) + 1, 1, len(found[0]))
    return Span("ontology", 0, 1)
