"""The facts about an entity by where it stands in them and by their verb. Knows networks, no store and no HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kg.network import Row
from kg.problem import fold
from kg.serve.graph.excerpt import INTO, OUT, WITHIN
from kg.serve.graph.facts import Facts, is_denied_too


@dataclass(frozen=True, slots=True)
class Group:
    """Facts with one verb about an entity, or all in which it is a detail."""

    place: str
    """`out` where the entity is their subject, `into` where it is their object, else `within`."""
    verb: str
    """The property; '' of those in which the entity is a detail."""
    label: str
    rows: list[Row]
    count: int
    """How many there are, read or not."""
    shown: list[Row] = field(default_factory=list)


def of(told: Facts, rows: Iterable[Row], iri: str, counts: Mapping[tuple[str, str], int]) -> list[Group]:
    """Returns the groups of an entity's facts: by place, then by the label of the verb.

    `counts` says how many statements there are of a place and verb, where not all of them were read.
    """
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        place = OUT if row[0] == iri else INTO if row[1] == iri else WITHIN
        found.setdefault((place, "" if place == WITHIN else row[3]["property"]), []).append(row)
    known: Counter[tuple[str, str]] = Counter()
    for (place, verb), number in counts.items():
        known[place, "" if place == WITHIN else verb] += number
    several = [
        Group(place, verb, told.verb(group[0][3]) if verb else "", group, max(len(group), known[place, verb]))
        for (place, verb), group in found.items()
    ]
    order = (OUT, INTO, WITHIN)
    ordered = [replace(one, rows=_ordered(told, one)) for one in several]
    return sorted(ordered, key=lambda one: (order.index(one.place), fold(one.label), one.verb))


def _ordered(told: Facts, group: Group) -> list[Row]:
    """Returns the facts of a group: what sources say before what rules infer, by the names of their ends."""
    if group.place == WITHIN:
        return group.rows

    def key(row: Row) -> tuple[bool, str, str, str]:
        other = told.entity(row[1])["label"] if row[1] else row[3]["object"]
        return bool(row[3]["rule"]), fold(told.entity(row[0])["label"]), fold(other), row[2]

    return sorted(group.rows, key=key)


def few(groups: Iterable[Group], most: int, room: int) -> list[Group]:
    """Returns groups with the facts that a page shows: at most so many of each, and together no more than fit."""
    found = []
    for one in groups:
        shown = one.rows[: min(most, room)]
        room -= len(shown)
        found.append(replace(one, shown=shown))
    return found


def statuses(rows: Iterable[Row]) -> dict[str, int]:
    """Returns how many facts are said how: by status, contested, inferred; one that a source denies is denied too."""
    found: Counter[str] = Counter()
    for *_, fact in rows:
        found["inferred" if fact["rule"] else fact["status"]] += 1
        found["denied"] += is_denied_too(fact)
        found["contested"] += bool(fact["contested"])
    return dict(found)
