"""GEXF 1.2 of the network, for Gephi: a graph comes in, entities and the facts between them come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.write import flat_network, keep_returns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.layout import Graphs

NAME = "gexf"
LABEL = "GEXF"
SUFFIX = ".gexf"
MEDIA_TYPE = "application/gexf+xml"
GRAPHS = False


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields the whole document; an edge's id is the statement's IRI.

    Raises `Unwritable` for a character that XML cannot hold.
    """
    network = flat_network(graphs, inferred, LABEL)
    from xml.etree.ElementTree import tostring

    from networkx.readwrite.gexf import GEXFWriter

    network.graph["name"] = network.graph["title"]
    for _, _, key, attributes in network.edges(keys=True, data=True):
        attributes["id"] = key
    writer = GEXFWriter(network)
    meta = writer.xml.find("meta")
    # networkx writes its version and today's date here: the same graph has to give the same bytes on any day.
    del meta.attrib["lastmodifieddate"]
    meta.find("creator").text = "kg"
    writer.indent(writer.xml)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield keep_returns(tostring(writer.xml, encoding="unicode")).rstrip("\n") + "\n"
