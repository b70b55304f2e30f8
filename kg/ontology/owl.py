"""OWL as the grammar: the Turtle files of ontology/ in, classes, properties and look-ups out. Knows no facts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from kg.files import barred
from kg.ontology import FOLDERS, SHAPES, STANDARD, STATEMENT, Class, Ontology, Property, vocabulary
from kg.ontology.annotations import Triples, annotated, datatypes
from kg.ontology.problems import complaints, mended, problems_of
from kg.problem import Problem, Span, echo, fold
from kg.syntax import syntax_problem
from kg.terms import KG, OWL, RDF, RDFS, SKOS
from kg.value import DATE

_TEXTS = (RDFS + "label", RDFS + "comment", SKOS + "altLabel")
"""What only texts are said by: most of what an ontology says."""


def load(root: Path) -> Ontology:
    """Returns the grammar of a project from its ontology/ folder; a file that is bad Turtle is a problem."""
    triples: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    files, problems = _files(root)
    for name, path in files.items():
        problems += _read_turtle(path, name, triples)
    if not files and all(problem.code != "unreadable-file" for problem in problems):
        hint = "an ontology is Turtle files in this folder; `kg new` makes a project with one"
        problems.append(Problem("no-ontology", "there is no ontology here", Span("ontology", 0, 1), hint))
    classes = _classes(triples)
    written = _properties(triples, classes)
    properties = {iri: mended(prop, written) for iri, prop in written.items()}
    class_names, qualifiers, verbs = _class_names(classes), _qualifiers(properties), _verbs(properties)
    terms = frozenset(subject for subject, node in triples.items() if RDF + "type" in node)
    if not problems:  # half an ontology would be blamed for what the other half says
        texts = {name: path.read_text(encoding="utf-8-sig", errors="replace") for name, path in files.items()}
        ranges = {iri: _expected(triples, triples[iri].get(RDFS + "range", [])) for iri in properties}
        found = [
            *complaints(classes, written, class_names, qualifiers, verbs), *annotated(triples, written, ranges),
        ]  # fmt: skip
        problems = problems_of(found, texts)
        problems += _strays(triples, terms, {complaint.culprit for complaint in found}, texts)
    return Ontology(
        classes, properties, verbs, qualifiers, {n: c[0] for n, c in class_names.items()},
        _units(triples), terms, _verb_labels(properties), tuple(problems),
    )  # fmt: skip


def _files(root: Path) -> tuple[dict[str, Path], list[Problem]]:
    """Returns the files of Turtle by name, and a problem for all else in the folder that is not read."""
    folder = root / "ontology"
    if not folder.is_dir():
        return {}, []
    if why := barred(folder.resolve(), root):
        return {}, [Problem("unreadable-file", why, Span("ontology", 0, 1))]
    files, problems = {}, []
    for path in sorted(p for p in folder.iterdir() if p.name[0] != "." and p.name not in FOLDERS):
        name = f"ontology/{path.name}"
        if path.suffix != ".ttl":
            hint = "its files end in .ttl and stand in ontology/ itself"
            hint = f"SPARQL stands in ontology/{' or ontology/'.join(FOLDERS)}" if path.suffix == ".rq" else hint
            problems.append(Problem("unknown-format", "is no file of Turtle and is not read", Span(name, 0, 1), hint))
        elif why := barred(path, root):
            problems.append(Problem("unreadable-file", why, Span(name, 0, 1)))
        elif path.name != SHAPES:
            files[name] = path
    return files, problems


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


def _strays(
    triples: Triples, declared: Iterable[str], told: set[str], texts: Mapping[str, str]
) -> list[Problem]:
    """Returns a problem for each term that no vocabulary and no file here has, but for those told of already."""
    import pyoxigraph as ox

    names = vocabulary.known(declared)
    lists = [values for node in triples.values() for p, values in node.items() if p not in _TEXTS]
    used = {term.value for values in lists for term in values if type(term) is ox.NamedNode}
    strays = vocabulary.strays(used.union(triples, *triples.values()), names) - told
    found: dict[str, Problem] = {}
    for name, text in texts.items() if strays else ():
        found = vocabulary.unknown_terms(text, name, names, {}) | found
    nowhere = Problem("unknown-term", "", Span("ontology", 0, 1))
    return [found.get(iri) or replace(nowhere, message=f"nothing is called {echo(iri, 80)}") for iri in sorted(strays)]


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


def _classes(triples: Triples) -> dict[str, Class]:
    up = {s: [c for c in _iris(n.get(RDFS + "subClassOf", ())) if c[0] != "_"] for s, n in triples.items()}
    kinds = {OWL + "Class", RDFS + "Class", RDFS + "Datatype"}
    return {
        s: Class(s, _labels(n), _comment(n), _above(s, up))
        for s, n in triples.items()
        if s[0] != "_" and not kinds.isdisjoint(_iris(n.get(RDF + "type", ())))
    }


def _members(triples: Triples, start: str) -> Iterable[str]:
    """Returns the members of an RDF list; one that comes back to itself ends there."""
    seen = {"", RDF + "nil"}
    while start not in seen:
        seen.add(start)
        node = triples.get(start, {})
        yield from _iris(node.get(RDF + "first", ()))
        start = next(iter(_iris(node.get(RDF + "rest", ()))), "")


def _expected(triples: Triples, values: list[object]) -> frozenset[str]:
    """Returns the classes that a domain or range allows: the class itself, or the members of a union, however deep.

    A blank node that is no union stays among them, to be complained of.
    """
    if not values:
        return frozenset()
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
    triples: Triples, classes: Mapping[str, Class]
) -> dict[str, Property]:
    up = {s: _iris(n.get(RDFS + "subPropertyOf", ())) for s, n in triples.items()}
    found, own = {}, _own(classes)
    for s, node in triples.items():
        types = set(_iris(node.get(RDF + "type", ())))
        if s[0] == "_" or types.isdisjoint(_KINDS | {KG + "Qualifier"}) or s == DATE:
            continue
        above = _above(s, up)
        ranges = _expected(triples, node.get(RDFS + "range", []))
        literal = datatypes(ranges)
        inherited = [q for p in above for q in _iris(triples.get(p, {}).get(KG + "qualifier", ()))]
        found[s] = Property(
            iri=s, labels=_labels(node), comment=_comment(node),
            domain=_expected(triples, node.get(RDFS + "domain", [])),
            range=ranges - literal, datatype=next(iter(sorted(literal)), ""),
            inverse=next(iter(_iris(node.get(OWL + "inverseOf", ()))), ""),
            symmetric=OWL + "SymmetricProperty" in types,
            structural=_true(node, KG + "structural") or not s.startswith(own),
            is_qualifier=KG + "Qualifier" in types, everywhere=_true(node, KG + "everywhere"),
            qualifiers=frozenset(inherited), unique_per=frozenset(_iris(node.get(KG + "uniquePer", ()))),
            one_at_a_time=_true(node, KG + "oneAtATime"),
            time_role=next((getattr(v, "value", "") for v in node.get(KG + "timeRole", ())), ""),
        )  # fmt: skip
    return found


def _own(classes: Mapping[str, Class]) -> tuple[str, ...]:
    """Returns the namespaces whose properties are verbs: those of the ontology's own classes."""
    return tuple({re.sub(r"[^#/]*$", "", iri) for iri in classes})


def _units(triples: Triples) -> frozenset[str]:
    nodes = [n for n in triples.values() if KG + "Unit" in _iris(n.get(RDF + "type", ()))]
    return frozenset(fold(t) for n in nodes for texts in _labels(n).values() for t in texts)


# --- by label ----------------------------------------------------------------------------------


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
