"""What the graph says about a few entities: a holding gives the part of its network that pages show. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg import network
from kg.network import Row
from kg.serve.graph import excerpt

if TYPE_CHECKING:
    import networkx as nx

    from kg.serve.graph.holding import Holding


@dataclass(frozen=True, slots=True)
class Index:
    """A network, and where in it each entity, document, speaker and statement is found."""

    graph: nx.MultiDiGraph
    rows: tuple[Row, ...]
    touching: dict[str, list[int]]
    """Entity to the rows in which it is subject, object or a qualifier's value."""
    citing: dict[str, list[int]]
    """Document to the rows that have evidence from it."""
    said: dict[str, list[int]]
    """Speaker to the rows that they say or relay."""
    stated: dict[str, list[int]]
    """Statement, or the key of what no statement says, to its rows."""

    @classmethod
    def of(cls, graph: nx.MultiDiGraph) -> Index:
        """Returns the index of a network."""
        rows = tuple(network.rows(graph))
        found: tuple[dict[str, list[int]], ...] = ({}, {}, {}, {})
        for number, row in enumerate(rows):
            for places, names in zip(found, _names(row), strict=True):
                for name in names:
                    places.setdefault(name, []).append(number)
        return cls(graph, rows, *found)


def around(
    holding: Holding, iris: Iterable[str], steps: int = 1, few: excerpt.Few | None = None
) -> nx.MultiDiGraph:  # fmt: skip
    """Returns what the network says about entities: every fact in which one of them is subject, object or the value of
    a qualifier, the facts that rival these, and the entities that all of them name.

    With 2 steps also the facts about those entities, and so on. An entity that the graph does not know is not in it.
    `few` says which facts are enough where each has to be read from a big or distant graph.
    """
    own = set(iris)
    index = _index(holding) or Index.of(excerpt.of(holding, own, few=few))
    wanted = _touching(index, own)
    for _ in range(steps - 1):
        own |= {end for number in wanted for end in _ends(index.rows[number])}
        index = _index(holding) or Index.of(excerpt.of(holding, own))
        wanted = _touching(index, own)
    return _part(index, wanted, own, holding.title)


def cited(holding: Holding, document: str) -> nx.MultiDiGraph:
    """Returns the facts that have evidence from a document, with what rivals them."""
    index = _index(holding) or Index.of(excerpt.of(holding, {document}, by=excerpt.CITING))
    return _part(index, index.citing.get(document, ()), {document}, holding.title)


def said(holding: Holding, speaker: str) -> nx.MultiDiGraph:
    """Returns the facts that somebody says or relays, with what rivals them."""
    index = _index(holding) or Index.of(excerpt.of(holding, {speaker}, by=excerpt.SAYING))
    return _part(index, index.said.get(speaker, ()), {speaker}, holding.title)


def stated(holding: Holding, statements: Iterable[str]) -> nx.MultiDiGraph:
    """Returns the facts of statements, with what rivals them."""
    names = set(statements)
    index = _index(holding) or Index.of(excerpt.of(holding, (), statements=names))
    numbers = [number for name in sorted(names) for number in index.stated.get(name, ())]
    return _part(index, numbers, (), holding.title)


def between(holding: Holding, one: str, other: str) -> list[Row]:
    """Returns every fact that ties two entities, whichever it begins from."""
    if index := _index(holding):
        numbers = set(index.touching.get(one, ())).intersection(index.touching.get(other, ()))
        rows: Iterable[Row] = (index.rows[number] for number in sorted(numbers))
    else:
        rows = network.rows(excerpt.of(holding, (), statements=excerpt.between(holding, one, other)))
    return [row for row in rows if {*row[:2]} == {one, other}]


def names_in(row: Row) -> set[str]:
    """Returns the entities of a fact: subject, object and qualifiers' values."""
    return set(_names(row)[0])


def _index(holding: Holding) -> Index | None:
    """Returns the index of the whole network, None where it is too big or too far away to be held."""
    return holding.index


def whole(holding: Holding) -> Index:
    """Returns the index of all that a holding's store has; see Holding.index, which keeps it."""
    dataset = holding.dataset
    return Index.of(network.network(dataset.store, dataset.base, holding.rules))


def _names(row: Row) -> tuple[Collection[str], Collection[str], Collection[str], Collection[str]]:
    """Returns the entities, documents and speakers of a row, and its own name."""
    subject, obj, key, fact = row
    entities = {subject, *filter(None, (obj,)), *(entity for _, _, entity, _ in fact["details"] if entity)}
    documents = {item["source"] for item in fact["evidence"]}
    speakers = {who for item in fact["evidence"] for who in item["speaker_iris"]}
    return entities, documents, speakers, (key,)


def _ends(row: Row) -> set[str]:
    return {end for end in row[:2] if end}


def _touching(index: Index, own: Iterable[str]) -> set[int]:
    return {number for name in own for number in index.touching.get(name, ())}


def _part(index: Index, wanted: Iterable[int], own: Collection[str], title: str) -> nx.MultiDiGraph:
    """Returns the part of a network that these rows make, with their rivals; its entities and facts in its order."""
    chosen = set(wanted)
    rivals = {rival["statement"] for number in chosen for rival in index.rows[number][3]["rivals"]}
    chosen |= {number for name in rivals for number in index.stated.get(name, ())}
    rows = [index.rows[number] for number in sorted(chosen)]
    names = {name for row in rows for name in _names(row)[0]} | {name for name in own if name in index.graph}
    values: dict[str, list[dict[str, Any]]] = {}
    for subject, obj, _, fact in rows:
        if obj is None:
            values.setdefault(subject, []).append(fact)
    about = {"cut": False, **index.graph.graph, "title": title, "properties": _vocabulary(index, rows, names)}
    part = index.graph.__class__(**about)
    part.add_nodes_from((name, {**index.graph.nodes[name], "facts": values.get(name, [])}) for name in sorted(names))
    part.add_edges_from((subject, obj, key, fact) for subject, obj, key, fact in rows if obj is not None)
    return part


def _vocabulary(index: Index, rows: Iterable[Row], names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Returns the labels of the properties and classes that a part uses."""
    used = {index.graph.nodes[name]["cls"] for name in names}
    for *_, fact in rows:
        used |= {fact["property"], *(detail[0] for detail in fact["details"])}
    known = index.graph.graph["properties"]
    return {name: known[name] for name in sorted(used) if name in known}
