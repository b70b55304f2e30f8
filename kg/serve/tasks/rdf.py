"""One thing as RDF: its triples, the statements about it with their evidence, and no more than labels of all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.layout import Graphs
from kg.serve.graph.excerpt import Reader, known, named
from kg.serve.graph.holding import Holding
from kg.serve.media import GRAPHS
from kg.serve.media import named as format_named
from kg.serve.refusal import Refusal
from kg.serve.workers.sink import Sink
from kg.terms import DCTERMS, KG, OA, PROV, RDF, RDFS, SKOS
from kg.write import Unwritable, jsonld, ntriples, rdfxml, turtle

WRITERS = {"ttl": turtle, "jsonld": jsonld, "nt": ntriples, "rdf": rdfxml}
"""Suffix to the writer of the format."""


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


_SUBJECT, _OBJECT, _LABEL, _TITLE = map(_node, (RDF + "subject", RDF + "object", RDFS + "label", DCTERMS + "title"))
_EVIDENCE, _MEMBER, _SELECTOR = _node(KG + "evidence"), _node(KG + "member"), _node(OA + "hasSelector")
_NAMES = (_LABEL, _node(SKOS + "prefLabel"), _TITLE)
_MACHINERY = frozenset(
    map(_node, (PROV + "hadPrimarySource", KG + "speaker", KG + "relayedBy", KG + "member", OA + "hasSelector"))
)
"""Predicates by which evidence and differences point at things: these are told with their statements."""


def describe(holding: Holding, sink: Sink, iri: str, form: str) -> None:
    """Writes what the graph says of a thing; of a graph's IRI, that graph. Raises Refusal (404, 413, 406)."""
    reader = Reader(holding)
    node = next(known([iri]), None)
    lines = (_of_graph(holding, reader, node) or _of_thing(holding, reader, node)) if node else []
    if not lines:
        raise Refusal(404, "not-found", "the graph says nothing of this")
    if reader.is_cut:
        hint = "ask for a part of it by SPARQL"
        raise Refusal(413, "result-too-large", "the graph says too much of this for one answer", hint=hint)
    prefixes = {"": holding.dataset.base, **holding.dataset.prefixes}
    graphs = Graphs(holding.dataset.base, prefixes, tuple(sorted(set(lines))))
    try:
        parts = [part.encode("utf-8", "surrogatepass") for part in WRITERS[form].write(graphs)]
    except Unwritable as error:
        raise Refusal(406, "not-acceptable", str(error), hint="text/turtle has room for all of it") from None
    sink.begin({"media": format_named(form, GRAPHS).content_type})  # type: ignore[union-attr]
    for part in parts:
        sink.write(part)


def _of_graph(holding: Holding, reader: Reader, node: ox.NamedNode) -> list[str]:
    """Returns the lines of a named graph, [] where there is none of that name."""
    part = node.value.removeprefix(holding.dataset.base)
    if holding.shelf and part in holding.shelf.parts and part != "facts":
        return list(holding.shelf.parts[part])
    return [_line(quad) for quad in reader.limited(reader.store.quads_for_pattern(None, None, None, node))]


def _of_thing(holding: Holding, reader: Reader, node: ox.NamedNode) -> list[str]:
    """Returns the lines about a thing: its own, the statements about it, what these need, labels of what they name."""
    own = reader.about([node])
    inward = [quad for quad in reader.to([node]) if quad.predicate not in _MACHINERY]
    about = named(quad.subject for quad in inward if quad.predicate in (_SUBJECT, _OBJECT))
    described = [node, *about]
    said = [*own, *reader.about(about)]
    plain = [quad for quad in inward if quad.subject not in {*described}]
    described += _needed(reader, said)
    groups = named(quad.subject for quad in reader.to([node, *about], (_MEMBER,)))
    described += groups
    reader.about(groups)
    ends = {quad.object for one in described for quad in reader.kept.quads_for_pattern(one, None, None)}
    ends |= {quad.subject for quad in plain}
    others = [end for end in named(ends - {*described}) if not end.value.startswith(KG)]
    names = reader.about(sorted(others, key=str), _NAMES)
    nameless = _nameless(reader, [*own, *said])
    return [*_lines(holding, reader, described), *(_line(quad) for quad in [*plain, *names, *nameless])]


def _nameless(reader: Reader, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Returns what is said of nodes without IRIs that quads name, and of those that these name: nobody can ask for it.

    Another machine's endpoint has no way to be asked for them.
    """
    found: list[ox.Quad] = []
    done: set[ox.BlankNode] = set()
    fresh = {quad.object for quad in quads if isinstance(quad.object, ox.BlankNode)}
    while fresh and not reader.remote:
        done |= fresh
        more = [quad for node in fresh for quad in reader.limited(reader.store.quads_for_pattern(node, None, None))]
        found += more
        fresh = {quad.object for quad in more if isinstance(quad.object, ox.BlankNode)} - done
    return found


def _needed(reader: Reader, said: list[ox.Quad]) -> list[ox.NamedNode]:
    """Returns the evidence of statements, its selectors, and the quantities and statements that they name."""
    evidence = named(quad.object for quad in said if quad.predicate == _EVIDENCE)
    selectors = named(quad.object for quad in reader.about(evidence) if quad.predicate == _SELECTOR)
    selectors += named(quad.object for quad in said if quad.predicate == _SELECTOR)
    base = reader.dataset.base
    minted = (f"{base}quantity/", f"{base}statement/")
    parts = named(quad.object for quad in said if getattr(quad.object, "value", "").startswith(minted))
    return [*evidence, *selectors, *parts]


def _lines(holding: Holding, reader: Reader, nodes: Iterable[ox.NamedNode]) -> Iterator[str]:
    """Yields what is said of nodes: as the build has it, each number with its zeros, else as the store has it."""
    known_here = list(dict.fromkeys(nodes))
    if not holding.shelf:
        yield from (_line(quad) for quad in reader.about(known_here))
    for node in known_here if holding.shelf else ():
        yield from holding.shelf.lines(node.value)


def _line(quad: ox.Quad) -> str:
    return f"{quad.subject} {quad.predicate} {quad.object} ."
