"""Values that statements give to one question, and how two of them differ. Knows only the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kg.fact import Bounds
from kg.labels import label_of
from kg.query import Dataset
from kg.statement import context_of, value_of
from kg.terms import EDTF, KG, RDF, XSD
from kg.value import NotAValue, date_value

AGREES = "agrees"
PRECISION = "agrees within stated precision"
SCOPE = "different scope"
STAGE = "different count stage"
SUCCESSION = "succession in time"
CONTRADICTS = "contradicts"

CALM = frozenset({AGREES, PRECISION, SCOPE, STAGE, SUCCESSION})
"""Kinds of difference in which all that is said can be true."""

BOUNDS = ("beginOfBegin", "endOfBegin", "beginOfEnd", "endOfEnd")
"""Local names of what bounds a statement in time."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One value that a statement gives to a question."""

    statement: str
    value: Any
    low: Decimal | str
    """Least or earliest that the wording allows."""
    high: Decimal | str
    context: Mapping[str, frozenset[Any]]
    """Qualifiers of the statement by IRI."""
    bounds: Mapping[str, str]
    """When the statement held, by local name; nothing for one that only says a date."""
    is_date: bool = False
    unit: str = ""
    """What an amount is measured in, '' for a plain number."""


def claim_of(dataset: Dataset, statement: Any, value: Any) -> Claim | None:
    """Returns what a statement claims, None where nobody asserts or alleges it."""
    context = context_of(dataset, statement)
    statuses = {value_of(dataset, e, KG + "status").value for e in context.get(KG + "evidence", ())}
    if statuses and statuses.isdisjoint({KG + "asserted", KG + "alleged"}):
        return None
    bounds = {name: next(iter(context[KG + name])).value for name in BOUNDS if KG + name in context}
    days = _days(value)
    low, high = days or _range(dataset, value)
    own = days and value in context.get(RDF + "object", ())
    return Claim(statement.value, value, low, high, context, {} if own else bounds, bool(days))


_DATES = frozenset({EDTF + "EDTF", XSD + "date", XSD + "gYearMonth", XSD + "gYear"})


def _days(value: Any) -> tuple[str, str] | None:
    """Returns the first and last day that a date may mean, '' and '9999' where it is open; None for no date."""
    if type(value).__name__ != "Literal" or value.datatype.value not in _DATES:
        return None
    try:
        bounds = date_value(value.value).bounds or Bounds()
    except NotAValue:
        return None
    return bounds.begin_of_begin, bounds.end_of_end or "9999"


def _range(dataset: Dataset, value: Any) -> tuple[Decimal | str, Decimal | str]:
    """Returns the least and most that a quantity may be; of anything else itself."""
    amount = value_of(dataset, value, KG + "amount") if type(value).__name__ == "NamedNode" else None
    if amount is None:
        return str(value), str(value)
    low, high = (value_of(dataset, value, KG + name) for name in ("lowerBound", "upperBound"))
    return Decimal(low.value if low else "-Infinity"), Decimal(high.value if high else "Infinity")


def difference(one: Claim, other: Claim, keys: Iterable[str], kinds: Mapping[str, str]) -> str:
    """Returns how two claims differ, '' where they do not speak about the same thing.

    `keys` are the qualifiers within which there is one value; `kinds` says of some what another value of them makes.
    """
    differences = []
    for key in keys:
        here, there = one.context.get(key, frozenset()), other.context.get(key, frozenset())
        if here == there:
            continue
        if here and there and key not in kinds:
            return ""
        differences.append((kinds.get(key, SCOPE), bool(here and there)))
    agree = _overlap(one, other)
    if agree and not any(both for _, both in differences):
        return AGREES if (one.low, one.high) == (other.low, other.high) else PRECISION
    if agree:
        return ""
    if _apart(one.bounds, other.bounds):
        return SUCCESSION
    found = {kind for kind, _ in differences}
    return STAGE if STAGE in found else SCOPE if found else CONTRADICTS


def _overlap(one: Claim, other: Claim) -> bool:
    """Says whether one value can be both; two that only meet at the end of their rounding cannot, days can."""
    if type(one.low) is not type(other.low) or one.is_date != other.is_date:
        return False
    if one.is_date or one.low == one.high or other.low == other.high:
        return one.low <= other.high and other.low <= one.high  # type: ignore[operator]
    return one.low < other.high and other.low < one.high  # type: ignore[operator]


def _apart(one: Mapping[str, str], other: Mapping[str, str], change_over: bool = False) -> bool:
    """Says whether one is over, at the latest, before the other begins, at the earliest.

    With `change_over` the day on which one is over may be that on which the other begins, unless both had no other.
    """
    for first, second in ((one, other), (other, one)):
        end, begin = first.get("endOfEnd"), second.get("beginOfBegin")
        if not (end and begin):
            continue
        one_day = first.get("beginOfBegin") == end == begin == second.get("endOfEnd")
        if end < begin or (change_over and end == begin and not one_day):
            return True
    return False


def said_by(dataset: Dataset, claim: Claim, keys: Iterable[str]) -> str:
    """Returns a claim's value with the qualifiers that narrow it."""
    narrowing = [
        label_of(dataset, value) for key in sorted(keys) if key != RDF + "subject"
        for value in claim.context.get(key, ())
    ]  # fmt: skip
    shown = label_of(dataset, claim.value)
    return f"{shown} ({', '.join(sorted(narrowing))})" if narrowing else shown


def turns(claims: list[Claim]) -> Iterator[tuple[Claim, Claim, str]]:
    """Yields who follows whom directly, and who certainly held what another held at the time."""
    ordered = sorted(claims, key=lambda c: (c.bounds.get("beginOfBegin") or c.bounds.get("endOfEnd", ""), c.statement))
    for i, one in enumerate(ordered):
        followed = False
        for other in ordered[i + 1 :]:
            if one.value == other.value:
                continue
            if _together(one, other):
                yield one, other, CONTRADICTS
            elif not followed and _apart(one.bounds, other.bounds, change_over=True):
                followed = True
                yield one, other, SUCCESSION


def _together(one: Claim, other: Claim) -> bool:
    """Says whether two certainly held at once, and not only on a day of change-over."""
    begins, ends = zip(_certain(one.bounds), _certain(other.bounds), strict=True)
    if not all((*begins, *ends)) or max(begins) > min(ends):
        return False
    return max(begins) < min(ends) or any(begin < max(begins) < end for begin, end in zip(begins, ends, strict=True))


def _certain(bounds: Mapping[str, str]) -> tuple[str, str]:
    """Returns first and last day on which it certainly held: of one that has no other, the day it began or ended."""
    begin, end = bounds.get("endOfBegin", ""), bounds.get("beginOfEnd", "")
    if not end and begin == bounds.get("beginOfBegin"):
        end = begin
    if not begin and end == bounds.get("endOfEnd"):
        begin = end
    return begin, end
