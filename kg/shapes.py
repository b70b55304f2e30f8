"""Shapes: the graph held against ontology/shapes.ttl (SHACL), each result a problem at the line that causes it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import schema, sparql
from kg.checks import Spans
from kg.files import barred
from kg.labels import label_of
from kg.layout import Graphs
from kg.ontology import SHAPES, vocabulary
from kg.problem import Problem, Span, echo
from kg.query import Dataset
from kg.syntax import syntax_problem
from kg.terms import KG, RDF, RDFS, VOCABULARIES

if TYPE_CHECKING:
    import pyoxigraph as ox

_SH = "http://www.w3.org/ns/shacl#"

_TYPE = f"> <{RDF}type> "

_SHACL_TERMS = frozenset(
    [
        "NodeShape", "PropertyShape", "Shape", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf",
        "target", "property", "path", "node", "class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive",
        "minInclusive", "maxExclusive", "maxInclusive", "minLength", "maxLength", "pattern", "flags", "languageIn",
        "uniqueLang", "equals", "disjoint", "lessThan", "lessThanOrEquals", "not", "and", "or", "xone",
        "qualifiedValueShape", "qualifiedValueShapesDisjoint", "qualifiedMinCount", "qualifiedMaxCount", "closed",
        "ignoredProperties", "hasValue", "in", "message", "severity", "Violation", "Warning", "Info", "name",
        "description", "order", "group", "defaultValue", "deactivated", "IRI", "BlankNode", "Literal", "BlankNodeOrIRI",
        "BlankNodeOrLiteral", "IRIOrLiteral", "sparql", "select", "ask", "prefixes", "declare", "prefix", "namespace",
        "alternativePath", "inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "PropertyGroup",
        "SPARQLConstraint", "PrefixDeclaration",
    ]
)
"""What shapes may be written in (SHACL core and SPARQL constraints); engines pass over a misspelt term in silence."""


def run_shapes(root: Path, graphs: Graphs, dataset: Dataset, spans: Spans) -> list[Problem]:
    """Returns a problem for each result of validating the graph against ontology/shapes.ttl."""
    path = root / "ontology" / SHAPES
    if not os.path.lexists(path):
        return []
    name = path.relative_to(root).as_posix()
    if why := barred(path, root):
        return [Problem("unreadable-file", why, Span(name, 0, 1))]
    triples, problems = schema.read(path, name)
    if problems:
        return problems
    text = path.read_text(encoding="utf-8-sig")
    if problems := [*_misspelt(triples, text, name), *_unknown(triples, text, name, graphs), *_harmful(triples, name)]:
        return problems
    import shacl

    try:
        shapes = shacl.Shapes.from_text(text, format="turtle", base=KG)
    except ValueError as error:
        return [syntax_problem("bad-turtle", "these shapes cannot be read", name, SyntaxError(str(error)))]
    sub = f"<{RDFS}subClassOf>"
    lines = [*graphs.facts, *graphs.inferred, *(line for line in graphs.ontology if f" {sub} " in line)]
    try:
        report = shapes.validate_text("\n".join(lines) + "\n", format="ntriples", base=graphs.base)
    except ValueError as error:
        return [Problem("bad-shapes", f"these shapes cannot be asked: {echo(str(error))}", Span(name, 0, 1))]
    return list(dict.fromkeys(_shape_problem(result, dataset, spans, name) for result in report.results))


def _shape_problem(result: object, dataset: Dataset, spans: Spans, shapes: str) -> Problem:
    import pyoxigraph as ox

    focus = str(result.focus_node).strip("<>")  # type: ignore[attr-defined]
    who = label_of(dataset, ox.NamedNode(focus)) if result.focus_node.startswith("<") else focus  # type: ignore[attr-defined]
    message = result.message or f"breaks the shape {result.root_shape}"  # type: ignore[attr-defined]
    value = result.value_plain  # type: ignore[attr-defined]
    found = f" (found '{echo(value, 60)}')" if value and value != focus else ""
    shown = f"'{echo(who, 60)}': {echo(message)}{found}"
    return Problem("shape", shown, spans.of(focus, shapes), "the rules for such things stand in ontology/shapes.ttl")


def _harmful(triples: Iterable[ox.Triple], name: str) -> Sequence[Problem]:
    """Returns a problem for SPARQL in shapes that would ask another machine, or is deeper than engines bear."""
    return [problem for text in _queries(triples) if (problem := sparql.harm_within(text, name))]


def _queries(triples: Iterable[ox.Triple]) -> Sequence[str]:
    return [t.object.value for t in triples if t.predicate.value in (_SH + "select", _SH + "ask")]


def _unknown(triples: Iterable[ox.Triple], text: str, name: str, graphs: Graphs) -> Sequence[Problem]:
    """Returns a problem for each term that neither the ontology nor its vocabulary has: nothing would be held to it."""
    declared = {line[1 : line.index(">")] for line in graphs.ontology if line[0] == "<" and _TYPE in line}
    names = vocabulary.known(declared)
    found = vocabulary.unknown_terms(text, name, names, {})
    for query in _queries(triples):
        inner = vocabulary.unknown_terms(query, name, names, VOCABULARIES)
        found = {iri: replace(problem, span=Span(name, 0, 1)) for iri, problem in inner.items()} | found
    return list(found.values())


def _misspelt(triples: Iterable[ox.Triple], text: str, name: str) -> Sequence[Problem]:
    """Returns a problem for each sh: term that SHACL does not have."""
    used = {getattr(term, "value", "") for triple in triples for term in triple}
    unknown = sorted(t[len(_SH) :] for t in used if t.startswith(_SH) and t[len(_SH) :] not in _SHACL_TERMS)
    lines = text.splitlines()
    problems = []
    for term in unknown:
        line, column = next(((n, t.find(term) - 2) for n, t in enumerate(lines, 1) if f"sh:{term}" in t), (0, 1))
        message = f"SHACL has no term 'sh:{echo(term, 40)}'"
        span = Span(name, line, max(1, column), len(term) + 3)
        problems.append(Problem("unknown-shape-term", message, span, word=term, near=sorted(_SHACL_TERMS)))
    return problems
