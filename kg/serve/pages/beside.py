"""What it means that statements stand beside a fact: their kinds become words, none of which takes a side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kg.claim import AGREES, CONTRADICTS, PRECISION, SCOPE, STAGE, SUCCESSION
from kg.disagree import ARITHMETIC, CORRECTED

WORDS: Mapping[str, tuple[str, str]] = {
    CONTRADICTS: ("another statement contradicts it", "{count} other statements contradict it"),
    ARITHMETIC: (
        "its figures do not add up with those of another statement",
        "its figures do not add up with those of {count} other statements",
    ),
    CORRECTED: (
        "it corrects or is corrected by another statement",
        "it corrects or is corrected by {count} other statements",
    ),
    STAGE: (
        "another statement gives the figure at another stage of the count",
        "{count} other statements give the figure at other stages of the count",
    ),
    SCOPE: (
        "another statement speaks of something wider or narrower, or in another unit",
        "{count} other statements speak of something wider or narrower, or in another unit",
    ),
    SUCCESSION: ("another statement tells of an earlier or later time", "{count} other statements tell of other times"),
    PRECISION: (
        "another statement says the same, more or less exactly",
        "{count} other statements say the same, more or less exactly",
    ),
    AGREES: ("another statement says the same", "{count} other statements say the same"),
}
"""Kind of difference to what is said of one statement, and of several."""

ABOUT = ("a statement is about it ({verb})", "{count} statements are about it ({verb})")
"""The same where the kind is the verb of a statement about the fact."""


def beside(rivals: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Returns for each kind among what stands beside a fact its `words`, `label` and `count`, in their order.

    >>> [(one["words"], one["count"]) for one in beside([{"kind": "agrees", "label": "agrees"}])]
    [('another statement says the same', 1)]
    """
    counts = Counter((one["kind"], one["label"]) for one in rivals)
    return [
        {"words": WORDS.get(kind, ABOUT)[number > 1], "label": label, "count": number}
        for (kind, label), number in counts.items()
    ]
