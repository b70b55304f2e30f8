"""The graph as a network: a store gives a networkx.MultiDiGraph of entities and facts; knows RDF, no fact files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import networkx as nx
import pyoxigraph as ox

from kg.network.columns import Columns
from kg.network.facts import Row, inferred, stated
from kg.terms import KG

KINDS = frozenset({"Person", "Party", "Organization", "Group", "Office", "Place", "Event", "Document", "Topic"})
"""Classes that a picture tells apart: the nearest at or above an entity's class is its kind, else `Other`."""


def network(store: ox.Store, base: str, rules: Mapping[str, str] | None = None) -> nx.MultiDiGraph:
    """Returns entities as nodes and facts between them as edges, in an order that depends on nothing but the graph.

    `rules` names the rule of inferred triples, as N-Triples lines; without it they only say that a rule gave them.

    A fact about a literal or a quantity stands in `facts` of its subject's node, and so does one about another fact.
    """
    columns = Columns(store, base)
    found = [*stated(columns, rules or {}), *inferred(columns, rules or {})]
    names = columns.classes.keys() | {end for subject, obj, *_ in found for end in (subject, obj) if end}
    nodes = {name: _node(columns, name) for name in sorted(names)}
    edges = []
    for subject, obj, key, fact in sorted(found, key=lambda row: (row[0], row[1] or "", row[2])):
        if obj is None:
            nodes[subject]["facts"].append(fact | {"key": key})
        else:
            edges.append((subject, obj, key, fact))
    graph = nx.MultiDiGraph(title=_title(columns), base=base, properties=_vocabulary(columns))
    graph.add_nodes_from(nodes.items())
    graph.add_edges_from(edges)
    return graph


def rows(graph: nx.MultiDiGraph) -> Iterator[Row]:
    """Yields every fact of a network, in its order: those about values first."""
    for name, data in graph.nodes(data=True):
        for fact in data["facts"]:
            yield name, None, fact["key"], fact
    yield from graph.edges(keys=True, data=True)


def _title(columns: Columns) -> str:
    datasets = sorted(name for name, cls in columns.classes.items() if cls == KG + "Dataset")
    return columns.label(datasets[0]) if datasets else columns.base


def _vocabulary(columns: Columns) -> dict[str, dict[str, str]]:
    """Returns the English and Spanish labels of every labelled term outside the dataset's own IRIs."""
    return {name: columns.both(name) for name in sorted(columns.labels) if not name.startswith(columns.base)}


def _node(columns: Columns, name: str) -> dict[str, Any]:
    cls = columns.classes.get(name, "")
    kinds = (columns.tail(above) for above in columns.ancestors(cls) if above.startswith(KG))
    return {
        "label": columns.label(name),
        "names": {language: text for language, text in sorted(columns.labels.get(name, {}).items()) if language},
        "aliases": [term.value for term in columns.aliases.get(name, ())],
        "cls": cls,
        "class_label": columns.label(cls) if cls else "",
        "labels": columns.both(cls) if cls else {"en": "", "es": ""},
        "kind": next((tail for tail in kinds if tail in KINDS), "Other"),
        "facts": [],
    }
