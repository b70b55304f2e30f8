"""What else is said of the same two entities: facts by the pair that they tie. Knows networks, no store and no HTML."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from kg.network import Row
from kg.problem import fold
from kg.serve.graph.facts import Facts, Shown


def also(told: Facts, rows: Iterable[Row], here: Collection[str], *, alike: bool = False) -> dict[str, list[Shown]]:
    """Returns for each fact between two entities what statements say of the same two, by verb, direction and status.

    An entry has `iri` (of the first such statement), `verb`, `sentence` ('' where it begins from the same entity),
    `status`, `count`, and whether it is among those that stand `here`. What no document says is no entry. Statements
    with the same verb in the same direction are left out unless they are wanted `alike`: they stand together anyway.
    """
    pairs: dict[frozenset[str], list[Row]] = {}
    for row in rows:
        if row[1]:
            pairs.setdefault(frozenset((row[0], row[1])), []).append(row)
    found: dict[str, list[Shown]] = {}
    for several in pairs.values():
        said = _said(several) if len(several) > 1 else {}
        for row in several if len(said) > (0 if alike else 1) or any(row[3]["rule"] for row in several) else ():
            others = {key: rest for key, group in said.items() if (rest := _others(row, key, group, alike))}
            if others:
                found[row[2]] = sorted((_entry(told, row, group, here) for group in others.values()), key=_order)
    return found


Group = tuple[str, str, str]
"""Subject, property, status."""


def _said(rows: Iterable[Row]) -> dict[Group, list[Row]]:
    """Returns what documents say, by who it begins from, verb and status."""
    found: dict[Group, list[Row]] = {}
    for row in rows:
        if row[3]["evidence"]:
            found.setdefault((row[0], row[3]["property"], row[3]["status"]), []).append(row)
    return found


def _others(row: Row, group: Group, rows: list[Row], alike: bool) -> list[Row]:
    """Returns those of a group that stand apart from a fact."""
    is_alike = group[:2] == (row[0], row[3]["property"])
    return [other for other in rows if other[2] != row[2]] if alike or not is_alike else []


def _entry(told: Facts, row: Row, group: list[Row], here: Collection[str]) -> Shown:
    subject, obj, key, fact = next((one for one in group if one[2] in here), group[0])
    verb = told.verb(fact)
    ends = [told.entity(end)["label"] for end in (subject, obj or "")]
    return {
        "iri": key, "verb": verb, "sentence": "" if subject == row[0] else f"{ends[0]} {verb} {ends[1]}",
        "status": fact["status"], "count": len(group), "here": key in here,
    }  # fmt: skip


def _order(entry: Shown) -> tuple[Any, ...]:
    """Returns the key by which entries are sorted: by their words, so that none seems to answer another."""
    return bool(entry["sentence"]), fold(entry["verb"]), entry["status"], entry["iri"]
