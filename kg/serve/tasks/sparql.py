"""SPARQL text over the graph: its answer in the format that its form and asker call for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg import query
from kg.serve.graph import written
from kg.serve.graph.holding import Holding
from kg.serve.refusal import Refusal
from kg.serve.workers.sink import Sink


def ask(
    holding: Holding, sink: Sink, text: str, results: str = "json", graph: str = "ttl",
    default: Iterable[str] = (), named_graphs: Iterable[str] = (),
) -> None:  # fmt: skip
    """Writes the answer to a query: `results` for SELECT and ASK, `graph` for CONSTRUCT and DESCRIBE, '' for neither.

    `default` and `named_graphs` are the graphs of the protocol's own parameters; they stand for those of the query.
    """
    default, named_graphs = list(default), list(named_graphs)
    graphs: dict[str, Any] = {}
    if default or named_graphs:
        graphs = {"default_graph": _terms(default), "named_graphs": _terms(named_graphs)}
    answer = query.ask(holding.dataset, text, "query", graphs=graphs)
    written.write(answer, sink, results, graph, holding.dataset.prefixes)


def _terms(graphs: Iterable[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(graph) for graph in graphs]
    except ValueError as error:
        raise Refusal(400, "bad-graph", f"a graph's name is no IRI: {error}") from None
