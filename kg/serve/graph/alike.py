"""How alike two names are, from 0 to 100, and which names are worth comparing. Knows texts, no graph."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from kg.problem import NEAR, fold

SAME, REORDERED, ALIKE = 100.0, 95.0, 90.0
"""Scores of the same name, of the same words in another order, and of what comes nearest without being either."""

WORDS = 8
"""Words of a name that are looked for."""


def likeness(one: str, other: str) -> float:
    """Returns how alike two names are; case, accents and spaces do not matter.

    >>> likeness("Cabello, Diosdado", "Diosdado Cabello"), likeness("TACHIRA", "Táchira"), likeness("a", "b")
    (95.0, 100.0, 0.0)
    """
    one, other = fold(one), fold(other)
    if one == other:
        return SAME
    if sorted(_words(one)) == sorted(_words(other)) != []:
        return REORDERED
    mine, theirs = Counter(_threes(one)), Counter(_threes(other))
    total = mine.total() + theirs.total()
    return round(ALIKE * 2 * (mine & theirs).total() / total, 1) if total else 0.0


def beginnings(name: str) -> list[str]:
    """Returns texts with which a name that is meant may begin a word: the name's own, then parts that survive a slip.

    >>> beginnings("Diosdado Cabelo")
    ['diosdado cabelo', 'diosdado', 'cabelo', 'diosd', 'cabe']
    """
    folded = fold(name)
    words = sorted(dict.fromkeys(_words(folded)), key=len, reverse=True)[:WORDS]
    parts = [word[: max(3, round(len(word) * 0.65))] for word in words]
    return list(dict.fromkeys((folded, *words, *parts)))


def best(name: str, others: Iterable[str]) -> float:
    """Returns the likeness of a name to the nearest of others, 0 where there is none."""
    return max((likeness(name, other) for other in others), default=0.0)


def near(name: str, others: Iterable[str], most: int = 3) -> list[str]:
    """Returns those of other names that may have been meant, the likeliest first, each spelling once.

    >>> near("Capriless", ["Cabello", "capriles", "Capriles"])
    ['Capriles']
    """
    by_fold, wanted = {fold(other): other for other in others}, fold(name)
    fitting = [one for one in by_fold if 2 * min(len(one), len(wanted)) >= NEAR * (len(one) + len(wanted))]
    return [by_fold[one] for one in difflib.get_close_matches(wanted, fitting, n=most, cutoff=NEAR)]


def _words(folded: str) -> list[str]:
    return re.findall(r"\w+", folded)


def _threes(folded: str) -> Iterator[str]:
    for word in _words(folded):
        padded = f"  {word} "
        yield from (padded[place : place + 3] for place in range(len(padded) - 2))
