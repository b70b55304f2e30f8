"""Turtle 1.1 of the facts: a graph comes in, sorted blocks come out, one triple a line.

Written here rather than by a library because a library needs ten times as long or rewrites `65.10` as `65.1`,
and changes other lines when one fact is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.write import Terms, blocks, default_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.layout import Graphs

NAME = "turtle"
LABEL = "Turtle"
SUFFIX = ".ttl"
MEDIA_TYPE = "text/turtle"
GRAPHS = False


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields the prefixes that are needed, then a block a subject: entities, statements and so on."""
    terms = Terms(graphs.prefixes)
    found = blocks(default_graph(graphs, inferred), terms)
    yield terms.header()
    yield from found
