"""Entities in brief, as pages link to them: IRIs come in, their labels, kinds and classes go out. Knows no facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.network import KINDS
from kg.serve.graph import tally
from kg.serve.graph.facts import Facts, Shown
from kg.serve.graph.holding import Holding
from kg.serve.graph.names import ALIASES, LABELS, NAMING
from kg.serve.graph.tally import is_entity_class
from kg.terms import KG, RDF, RDFS

if TYPE_CHECKING:
    import networkx as nx


def facts_of(holding: Holding, part: nx.MultiDiGraph, lang: str = "en") -> Facts:
    """Returns the facts of a part of the network, with what the whole knows of those it names."""
    return Facts(part, lang, holding.index.graph if holding.index else None)


def shown(holding: Holding, iris: Iterable[str], lang: str = "en") -> list[Shown]:
    """Returns entities as `Facts.entity` does, in the order given."""
    known = Facts(holding.index.graph, lang) if holding.index else None
    graph = holding.index.graph if holding.index else ()
    return [known.entity(iri) if known and iri in graph else _looked_up(holding, iri, lang) for iri in iris]


def kind_of(holding: Holding, cls: str) -> str:
    """Returns the kind of a class's members: the nearest of kg.network.KINDS at or above it, else Other."""
    return next((tail for one in above(holding, cls) if (tail := one.removeprefix(KG)) in KINDS), "Other")


def above(holding: Holding, cls: str) -> list[str]:
    """Returns a class and all those above it, the nearest first."""
    found = [cls]
    for one in found:
        found += [other for other in _objects(holding, one, RDFS + "subClassOf") if other not in found]
    return found


def below(holding: Holding, cls: str) -> set[str]:
    """Returns a class and all those below it; nothing for what can be no class."""
    try:
        ox.NamedNode(cls)
    except ValueError:
        return set()
    found = {cls}
    todo = [cls]
    pattern = ox.NamedNode(RDFS + "subClassOf")
    while todo:
        for quad in holding.dataset.store.quads_for_pattern(None, pattern, ox.NamedNode(todo.pop()), None):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value not in found:
                found.add(quad.subject.value)
                todo.append(quad.subject.value)
    return found


def _looked_up(holding: Holding, iri: str, lang: str) -> Shown:
    classes = sorted(one for one in _objects(holding, iri, RDF + "type") if is_entity_class(one))
    cls = max(classes, key=lambda one: len(above(holding, one)), default="")
    about = tally.name(holding, cls, lang) if cls else ""
    kind = kind_of(holding, cls) if cls else "Other"
    return {"iri": iri, "label": name(holding, iri, lang), "kind": kind, "class": about}


def name(holding: Holding, iri: str, lang: str) -> str:
    """Returns what people call an entity: its label, else a name by another vocabulary, else the end of its IRI."""
    node, store = ox.NamedNode(iri), holding.dataset.store
    if not holding.says(node, ox.NamedNode(RDFS + "label")):
        for predicate in NAMING:
            texts = store.quads_for_pattern(node, ox.NamedNode(predicate), None, None)
            if found := sorted(quad.object.value for quad in texts if isinstance(quad.object, ox.Literal)):
                return found[0]
    return tally.name(holding, iri, lang)


def text(holding: Holding, iri: str, predicate: str) -> str:
    """Returns what a property says of a thing, of several values the first in order; '' where it says nothing."""
    quads = holding.dataset.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None, None)
    return min((quad.object.value for quad in quads), default="")


def names(holding: Holding, iri: str) -> Iterator[str]:
    """Yields the labels of an entity or term, then its aliases."""
    for predicate in map(ox.NamedNode, (*LABELS, *ALIASES)):
        for quad in holding.dataset.store.quads_for_pattern(ox.NamedNode(iri), predicate, None, None):
            if isinstance(quad.object, ox.Literal):
                yield quad.object.value


def _objects(holding: Holding, iri: str, predicate: str) -> Iterator[str]:
    for quad in holding.dataset.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None, None):
        if isinstance(quad.object, ox.NamedNode):
            yield quad.object.value


def known(holding: Holding, iri: str) -> bool:
    """Says whether the graph says anything of it."""
    return holding.says(ox.NamedNode(iri))
