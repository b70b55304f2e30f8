"""Triples with blank nodes to lines in which these are named by content. Knows no files and no ontology.

RDFC-1.0, which names any blank nodes, tries all orders of those that look alike: forty, one in another, take for ever.
Blank nodes as Turtle writes them, [ ] and ( ), stand in one other at most, and of such trees each name follows from
what is said of a node and from where it stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.terms import digest

if TYPE_CHECKING:
    import pyoxigraph as ox


Edges = dict[str, list[tuple[str, str]]]
"""Blank node to pairs of terms: what is said of it (predicate, object), or where it stands (subject, predicate)."""


def lines(triples: Iterable[ox.Triple]) -> list[str]:
    """Returns the triples as lines of N-Triples, the same for the same graph whatever its blank nodes were called.

    Raises ValueError where one of these stands in two others, in itself, or in a circle.
    """
    named, nameless, about, places = _sorted_out(triples)
    names = _names(_downwards(about, places), about, places)
    return named + [f"{names.get(s, s)} {p} {names.get(o, o)} ." for s, p, o in nameless]


def refuse_knots(triples: Iterable[ox.Triple]) -> None:
    """Raises ValueError where `lines` does, and names nothing."""
    _, _, about, places = _sorted_out(triples)
    _downwards(about, places)


def _sorted_out(triples: Iterable[ox.Triple]) -> tuple[list[str], list[tuple[str, str, str]], Edges, Edges]:
    """Returns the triples without blank nodes as lines, those with them as terms, and the edges of these nodes."""
    import pyoxigraph as ox

    named: list[str] = []
    nameless: list[tuple[str, str, str]] = []
    about: Edges = defaultdict(list)
    places: Edges = defaultdict(list)
    for triple in triples:
        below, above = isinstance(triple.subject, ox.BlankNode), isinstance(triple.object, ox.BlankNode)
        if not (below or above):
            named.append(f"{triple} .")
            continue
        subject, predicate, obj = str(triple.subject), str(triple.predicate), str(triple.object)
        nameless.append((subject, predicate, obj))
        if below:
            about[subject].append((predicate, obj))
        if above:
            places[obj].append((subject, predicate))
    return named, nameless, about, places


def _downwards(about: Edges, places: Edges) -> list[str]:
    """Returns the blank nodes, each behind the one that it stands in. Raises ValueError where they are no trees."""
    blank = about.keys() | places.keys()
    above = {node: {subject for subject, _ in places.get(node, ()) if subject in blank} for node in blank}
    order = [node for node in blank if not above[node]]
    for node in order:  # it grows while it is walked
        order += {obj for _, obj in about.get(node, ()) if obj in blank}
    if len(order) != len(blank) or any(len(nodes) > 1 for nodes in above.values()):
        raise ValueError("a blank node stands in two others, or in itself")
    return order


def _names(order: list[str], about: Edges, places: Edges) -> dict[str, str]:
    """Returns blank node to name. Nodes of which all is alike are counted: which is which makes no difference."""
    said: dict[str, str] = {}
    for node in reversed(order):
        said[node] = digest(*sorted(f"{predicate} {said.get(obj, obj)}" for predicate, obj in about.get(node, ())))
    names: dict[str, str] = {}
    alike: Counter[str] = Counter()
    for node in order:
        where = sorted(f"{names.get(subject, subject)} {predicate}" for subject, predicate in places.get(node, ()))
        key = digest(said[node], *where)
        alike[key] += 1
        names[node] = f"_:b{digest(key, str(alike[key]))}"
    return names
