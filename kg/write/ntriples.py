"""N-Triples of the facts: a graph comes in, its own lines come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.write import default_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.layout import Graphs

NAME = "ntriples"
LABEL = "N-Triples"
SUFFIX = ".nt"
MEDIA_TYPE = "application/n-triples"
GRAPHS = False


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields a line a triple, sorted."""
    for line in default_graph(graphs, inferred):
        yield line + "\n"
