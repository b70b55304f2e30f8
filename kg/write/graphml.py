"""GraphML of the network: a graph comes in, entities and the facts between them come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.write import flat_network, keep_returns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.layout import Graphs

NAME = "graphml"
LABEL = "GraphML"
SUFFIX = ".graphml"
MEDIA_TYPE = "application/graphml+xml"
GRAPHS = False


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields the whole document; an edge's id is the statement's IRI.

    Raises `Unwritable` for a character that XML cannot hold.
    """
    network = flat_network(graphs, inferred, LABEL)
    from xml.etree.ElementTree import tostring

    # The class itself, as networkx's functions use lxml where that is installed, which gives other bytes.
    from networkx.readwrite.graphml import GraphMLWriter

    writer = GraphMLWriter(network, named_key_ids=False)
    writer.indent(writer.xml)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield keep_returns(tostring(writer.xml, encoding="unicode")).rstrip("\n") + "\n"
