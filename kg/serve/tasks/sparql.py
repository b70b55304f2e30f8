"""SPARQL text over the graph: its answer in the format that its form and asker call for."""

from __future__ import annotations

from collections.abc import Iterable

from kg.serve.graph import protocol, written
from kg.serve.graph.holding import Holding
from kg.serve.workers.sink import Sink


def ask(
    holding: Holding, sink: Sink, text: str, results: str = "json", graph: str = "ttl",
    default: Iterable[str] = (), named_graphs: Iterable[str] = (),
) -> None:  # fmt: skip
    """Writes the answer to a query: `results` for SELECT and ASK, `graph` for CONSTRUCT and DESCRIBE, '' for neither.

    `default` and `named_graphs` are the graphs of the protocol's own parameters; they stand for those of the query.
    """
    answer = protocol.answer(holding.dataset, text, default, named_graphs)
    written.write(answer, sink, results, graph, holding.dataset.prefixes)
