"""N-Quads of the whole dataset: a graph comes in, its own lines come out, with the names of their graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.write import named_graphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.layout import Graphs

NAME = "nquads"
LABEL = "N-Quads"
SUFFIX = ".nq"
MEDIA_TYPE = "application/n-quads"
GRAPHS = True


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields the facts, then the graphs `inferred` and `ontology`, whatever `inferred` says; each sorted."""
    for line in graphs.facts:
        yield line + "\n"
    for name, lines in named_graphs(graphs):
        end = f"<{name}> .\n"
        for line in lines:
            yield line[:-1] + end
