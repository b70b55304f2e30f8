"""TriG 1.1 of the whole dataset: a graph comes in, blocks as in Turtle come out, braces around graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.write import Terms, blocks, named_graphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.layout import Graphs

NAME = "trig"
LABEL = "TriG"
SUFFIX = ".trig"
MEDIA_TYPE = "application/trig"
GRAPHS = True


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields the facts, then the graphs `inferred` and `ontology`, whatever `inferred` says."""
    terms = Terms(graphs.prefixes)
    facts = blocks(graphs.facts, terms)
    named = [(terms[f"<{name}>"], blocks(lines, terms)) for name, lines in named_graphs(graphs)]
    yield terms.header()
    yield from facts
    for name, found in named:
        yield f"\n{name} {{\n"
        yield from found
        yield "}\n"
