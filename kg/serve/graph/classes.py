"""How many entities there are of each class: as many as the list of the class shows. Knows names, no fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.serve.graph import entities, tally
from kg.serve.graph.holding import Holding

NONE = "none"
"""Stands for a class where things of no class are asked for."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many entities there are; one of several classes is one entity."""

    own: Counter[str]
    """Class to entities of which it is said that they are of it."""
    within: Counter[str]
    """The same with those of the classes below it."""
    entities: int
    untyped: int
    """Things of which something is said, but not what they are."""


def counted(holding: Holding) -> Counted:
    """Returns how many entities a graph has; see Holding.counted, which keeps it."""
    several = Counter(map(_entity_classes, holding.names.classes.values()))
    if not holding.names.classes and holding.remote:  # too many names to be fetched
        several = Counter({(cls,): n for cls, n in tally.types(holding).items() if tally.is_entity_class(cls)})
    own, within = Counter[str](), Counter[str]()
    above = {cls: entities.above(holding, cls) for cls in set().union(*several)}
    for kinds, number in several.items():
        own.update(dict.fromkeys(kinds, number))
        within.update(dict.fromkeys({one for cls in kinds for one in above[cls]}, number))
    untyped = len(without(holding))
    return Counted(own, within, sum(n for kinds, n in several.items() if kinds) + untyped, untyped)


def _entity_classes(kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(tally.is_entity_class, kinds))


def without(holding: Holding) -> list[str]:
    """Returns the things of which a graph of files says something, but not what they are; by their names."""
    if holding.path is not None or holding.remote:  # a build says of each entity what it is
        return []
    terms = "?s a|rdfs:subClassOf|rdfs:subPropertyOf ?c", "?of a ?s", "?from ?s ?to"
    without_these = " ".join(f"FILTER NOT EXISTS {{ {pattern} }}" for pattern in terms)
    text = f"SELECT DISTINCT ?s WHERE {{ ?s ?p ?o FILTER (isIRI(?s)) {without_these} }}"
    found = [row[0].value for row in tally.rows(holding, text)]
    return sorted(found, key=lambda iri: (entities.name(holding, iri, "en").casefold(), iri))


def labelled(holding: Holding, counts: Counter[str], lang: str) -> list[dict[str, Any]]:
    """Returns classes with their marks and counts, the greatest first."""
    found = tally.labelled(holding, counts, lang)
    return [{**one, "kind": entities.kind_of(holding, one["iri"])} for one in found]


def known(holding: Holding, cls: str) -> bool:
    """Says whether a text is the IRI of something that the graph speaks of as a class."""
    try:
        node = ox.NamedNode(cls)
    except ValueError:
        return False
    return cls in holding.counted.within or entities.known(holding, node.value)
