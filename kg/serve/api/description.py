"""The endpoint described in RDF: SPARQL 1.1 Service Description. Knows the graph's card, asks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg.serve.media import GRAPHS, RESULTS, named
from kg.terms import DCTERMS, RDF

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"

NAMES = {
    "json": "SPARQL_Results_JSON", "xml": "SPARQL_Results_XML", "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle", "nt": "N-Triples", "nq": "N-Quads", "trig": "TriG", "jsonld": "JSON-LD", "rdf": "RDF_XML",
}  # fmt: skip
"""Formats by the names that W3C gives them in its namespace of formats."""


def description(card: Mapping[str, Any], address: str, format_name: str) -> bytes:
    """Returns the service description of the endpoint at an address, in an RDF format."""
    service, dataset = ox.NamedNode(address), ox.NamedNode(f"{address}#dataset")
    default = ox.NamedNode(f"{address}#default-graph")
    sd = {name: ox.NamedNode(SD + name) for name in _SD_TERMS}
    kind = ox.NamedNode(RDF + "type")
    found = [
        (service, kind, sd["Service"]),
        (service, sd["endpoint"], service),
        (service, sd["supportedLanguage"], sd["SPARQL11Query"]),
        (service, sd["defaultDataset"], dataset),
        *((service, sd["resultFormat"], ox.NamedNode(FORMATS + NAMES[f.name])) for f in (*RESULTS, *GRAPHS)),
        (dataset, kind, sd["Dataset"]),
        (dataset, ox.NamedNode(DCTERMS + "title"), ox.Literal(card["title"])),
        (dataset, sd["defaultGraph"], default),
        (default, kind, sd["Graph"]),
    ]
    if card["union"]:
        found.append((service, sd["feature"], sd["UnionDefaultGraph"]))
        for part in ("inferred", "ontology"):
            graph = ox.NamedNode(f"{address}#{part}")
            found += [
                (dataset, sd["namedGraph"], graph),
                (graph, kind, sd["NamedGraph"]),
                (graph, sd["name"], ox.NamedNode(card["base"] + part)),
            ]
    chosen = named(format_name, GRAPHS)
    engine = getattr(ox.RdfFormat, chosen.engine)  # type: ignore[union-attr]
    triples = sorted((ox.Triple(*row) for row in found), key=str)
    return ox.serialize(triples, format=engine, prefixes={"sd": SD, "dcterms": DCTERMS, "formats": FORMATS})


_SD_TERMS = (
    "Service", "endpoint", "supportedLanguage", "SPARQL11Query", "defaultDataset", "resultFormat", "Dataset",
    "defaultGraph", "Graph", "feature", "UnionDefaultGraph", "namedGraph", "NamedGraph", "name",
)  # fmt: skip
