"""The network as what `kg.view` draws: a holding and an entity give plain data, which becomes a page elsewhere."""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import view
from kg.network import network
from kg.serve.graph import neighbourhood
from kg.serve.graph.excerpt import Few
from kg.serve.graph.holding import Holding
from kg.serve.refusal import Refusal
from kg.terms import KG, RDF

if TYPE_CHECKING:
    import networkx as nx

CAN_DRAW = not view.lacking()
"""Whether the libraries are there that lay out a network."""

FIRST = 40
"""Entities that a page opens on where the whole network is too big, or too far away, to be sent."""

PICTURED = 150
"""Facts of each verb that are drawn around an entity of such a graph; who opens the entity gets all."""

READ = 200_000
"""Statements of a big graph of which the ends are counted, to find what it is mostly about."""


def warm() -> None:
    """Lays out small networks, so that all that layouts import is there before processes are forked and confined."""
    if not CAN_DRAW:
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would not outlive the fork
    import networkx as nx

    for ends in ([("a", "b"), ("b", "c")], [(f"n{i // 3}", f"n{i}") for i in range(1, 60)]):
        store = ox.Store()
        for i, (subject, obj) in enumerate(ends):
            parts = (("subject", subject), ("predicate", "p"), ("object", obj))
            store.extend(
                ox.Quad(ox.NamedNode(f"x:{i}"), ox.NamedNode(RDF + part), ox.NamedNode(f"x:{end}"))
                for part, end in parts
            )
        graph = network(store, "x:")
        view.payload(graph, title="", about="b" if "x:b" in graph else None)
    nx.pagerank(nx.path_graph(3))


def payload(holding: Holding, iri: str, lang: str, root: str, folder: str, small: bool) -> dict[str, Any]:
    """Returns what the page of the network around an entity knows, or of the whole network where `iri` is ''.

    Raises Refusal: 501 where the libraries are missing, 404 for an entity that the graph does not know.
    """
    _require()
    remote = {**addresses(holding, lang, root, folder), "small": small}
    if iri:
        graph = neighbourhood.around(holding, [iri], few=Few(PICTURED))
        if iri not in graph:
            raise Refusal(404, "not-found", "the graph says nothing of this")
        whole = [] if graph.graph.get("counts") else [iri]
        title = graph.nodes[iri]["names"].get(lang) or graph.nodes[iri]["label"]
    elif holding.index:
        graph, whole, title = holding.index.graph, [], holding.title
        return view.payload(graph, title=title, lang=lang, remote=remote)
    else:
        graph, whole, title = _core(holding), [], holding.title
    remote |= {"neighbours": f"{root}/neighbours.json", "whole": whole}
    return view.payload(graph, title=title, about=iri or None, lang=lang, remote=remote)


def addresses(holding: Holding, lang: str, root: str, folder: str) -> dict[str, Any]:
    """Returns where the page of a network leads to."""
    found = {"base": holding.dataset.base, "pages": root + folder, "browse": f"{root}/browse"}
    return {**found, "ending": f"?lang={lang}"} if lang != "en" else found


def neighbours(holding: Holding, iri: str) -> dict[str, Any]:
    """Returns what a page takes up of the network around an entity. Raises Refusal as `payload` does."""
    _require()
    graph = neighbourhood.around(holding, [iri])
    if iri not in graph:
        raise Refusal(404, "not-found", "the graph says nothing of this")
    return view.piece(graph)


def _require() -> None:
    if not CAN_DRAW:
        raise Refusal(501, "no-drawing", f"the network needs {', '.join(view.NEEDED)}", hint="pip install 'kg[view]'")


def _core(holding: Holding) -> nx.MultiDiGraph:
    """Returns the entities that most statements are about and the facts among them, or those that most triples are
    about where there are no statements.
    """
    ends = [_column(holding, RDF + part) for part in ("subject", "object")]
    counts = Counter(name for column in ends for name in column.values() if not _is_aside(holding, name))
    if not counts:
        return _plain_core(holding)
    chosen = {name for name, _ in sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:FIRST]}
    among = [name for name, subject in ends[0].items() if subject in chosen and ends[1].get(name) in chosen]
    return _among(neighbourhood.stated(holding, among), chosen)


def _column(holding: Holding, predicate: str) -> dict[str, str]:
    """Returns statement to entity, of the first many."""
    quads = holding.dataset.store.quads_for_pattern(None, ox.NamedNode(predicate), None, None)
    found = ((quad.subject, quad.object) for quad in islice(quads, READ))
    return {one.value: other.value for one, other in found if isinstance(other, ox.NamedNode)}


def _is_aside(holding: Holding, name: str) -> bool:
    return name.startswith((KG, f"{holding.dataset.base}quantity/", f"{holding.dataset.base}statement/"))


def _plain_core(holding: Holding) -> nx.MultiDiGraph:
    quads = islice(holding.dataset.store.quads_for_pattern(None, None, None, None), READ)
    counts = Counter(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))
    chosen = {name for name, _ in sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:FIRST]}
    return _among(neighbourhood.around(holding, chosen), chosen)


def _among(graph: nx.MultiDiGraph, chosen: set[str]) -> nx.MultiDiGraph:
    part = graph.__class__(graph.subgraph([name for name in graph if name in chosen]))
    part.graph.update(graph.graph)
    return part
