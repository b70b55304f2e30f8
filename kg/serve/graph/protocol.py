"""A query as the SPARQL Protocol carries it: its text and the graphs it names come in, the engine's answer goes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg import query
from kg.query import Dataset
from kg.serve.refusal import Refusal


def answer(dataset: Dataset, text: str, default: Iterable[str], named_graphs: Iterable[str]) -> Any:
    """Returns the engine's answer; graphs that are named stand for those of the query. Raises Refusal for no IRI."""
    named = {"default_graph": list(default), "named_graphs": list(named_graphs)}
    try:
        graphs = {place: [ox.NamedNode(name) for name in names] for place, names in named.items()}
    except ValueError as error:
        raise Refusal(400, "bad-graph", f"a graph's name is no IRI: {error}") from None
    return query.ask(dataset, text, "query", graphs=graphs if any(graphs.values()) else {})
