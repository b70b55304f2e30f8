"""Finished answers that are small, kept for the next asker: an unchanged build gives the same answer for ever."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.sparql import unsteady

BESIDES = 1024
"""Bytes that an answer takes beside its body."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is whole."""

    media: str
    body: bytes
    head: Mapping[str, Any]

    @property
    def weight(self) -> int:
        """Bytes that keeping it takes, roughly: an empty answer has a tag, a head and a place among the others too."""
        return len(self.body) + BESIDES


class Cache:
    """Answers by their tag; the longest unused go first once they outgrow the limit together."""

    def __init__(self, limit: int) -> None:
        self.limit, self.size = limit, 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def get(self, tag: str) -> Kept | None:
        """Returns what is kept under a tag."""
        kept = self._kept.get(tag)
        if kept:
            self._kept.move_to_end(tag)
        return kept

    def put(self, tag: str, kept: Kept) -> None:
        """Keeps an answer."""
        old = self._kept.pop(tag, None)
        self.size += kept.weight - (old.weight if old else 0)
        self._kept[tag] = kept
        while self.size > self.limit:
            _, gone = self._kept.popitem(last=False)
            self.size -= gone.weight


def tag_of(build: str, question: Mapping[str, Any]) -> str:
    """Returns the entity tag of the answer to a question asked of a build; weak, since rows may come in any order.

    >>> tag_of("b", {"text": "ASK {}"}) == tag_of("b", {"text": "ASK {}"}) != tag_of("c", {"text": "ASK {}"})
    True
    """
    text = json.dumps(question, sort_keys=True, ensure_ascii=True)
    return f'W/"{build}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def is_steady(text: str) -> bool:
    """Says whether a query gives the same answer each time it is asked of the same graph.

    >>> is_steady("SELECT (NOW() AS ?t) {}"), is_steady("SELECT ('NOW()' AS ?t) {}")
    (False, True)
    """
    return not unsteady(text)
