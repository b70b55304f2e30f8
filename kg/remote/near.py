"""Values that an endpoint gave a moment ago, so that they are not asked for one by one. Knows no endpoint."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

FRESH = 15.0
"""Seconds that a value is taken for what the endpoint would say."""

OFTEN = 16
"""Questions for single values of one property after which all of them are worth fetching."""

MOST = 200_000
"""Values that are kept at once."""


class Near:
    """Values by subject and property; all are forgotten a few seconds after the first came."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._since = time.monotonic()
        self._values: dict[tuple[str, str], list[Any]] = {}
        self._whole: set[str] = set()
        self._asked: Counter[str] = Counter()

    def get(self, subject: Any, predicate: Any) -> list[Any] | None:
        """Returns the quads of a subject and property, None where they are not known."""
        if time.monotonic() - self._since > FRESH or len(self._values) > MOST:
            self._forget()
        found = self._values.get((str(subject), str(predicate)))
        return [] if found is None and str(predicate) in self._whole else found

    def put(self, subject: Any, predicate: Any, quads: Iterable[Any]) -> list[Any]:
        """Keeps the quads of a subject and property, and returns them."""
        found = self._values[str(subject), str(predicate)] = list(quads)
        return found

    def put_all(self, predicate: Any, quads: Iterable[Any]) -> None:
        """Keeps all quads of a property: a subject that is not among them has none."""
        self._values = {key: found for key, found in self._values.items() if key[1] != str(predicate)}
        for quad in quads:
            self._values.setdefault((str(quad.subject), str(predicate)), []).append(quad)
        self._whole.add(str(predicate))

    def is_wanted_often(self, predicate: Any) -> bool:
        """Counts a question for one value of a property; says once that there have been many."""
        self._asked[str(predicate)] += 1
        return self._asked[str(predicate)] == OFTEN
