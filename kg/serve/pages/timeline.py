"""Facts with bounds in time as a drawing: what certainly held, and what may have, as shares of a common axis."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date
from typing import Any

MOST = 200
"""Rows of a timeline."""

EDGE = 3.0
"""Percent of the axis left free at either end, into which open bars run out."""

TICKS = 7

_DAYS = 365.2425


def timeline(facts: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """Returns the `rows` of dated facts, earliest first, and the `ticks` of their axis; None where no fact is dated.

    A row has its fact, `text`, and in percent of the axis what is `possible` and `certain` (None for nothing): `x`,
    `width` and `middle`. `more` says how many rows are left out.
    """
    rows = {fact["iri"] or id(fact): fact for fact in facts if any(fact["bounds"])}
    if not rows:
        return None
    days = [_day(text) for fact in rows.values() for text in fact["bounds"] if text]
    low, high = min(days), max(days)
    if high - low < _DAYS:  # a point needs something around it
        low, high = low - _DAYS / 2, high + _DAYS / 2
    axis = (low, (100 - 2 * EDGE) / (high - low))
    found = sorted((_row(fact, axis) for fact in rows.values()), key=lambda row: (row["begins"], row["fact"]["iri"]))
    return {"rows": found[:MOST], "ticks": _ticks(low, high, axis), "more": max(0, len(found) - MOST)}


def _row(fact: dict[str, Any], axis: tuple[float, float]) -> dict[str, Any]:
    first, began, ends, last = fact["bounds"]
    start, end = began or ends, ends or began
    possible = (_at(first, axis) if first else 0.0, _at(last, axis) if last else 100.0)
    certain = (_at(start, axis), _at(end, axis)) if start and end and start <= end else None
    text, values = when(fact["bounds"])
    return {
        "fact": fact,
        "text": text,
        "first": values[0],
        "last": values[-1],
        "begins": first or began or ends or last,
        "possible": _bar(possible),
        "certain": _bar(certain) if certain else None,
    }


def when(bounds: list[str | None]) -> tuple[str, tuple[str, ...]]:
    """Returns bounds in time as people read them: words with `{first}` and `{last}` in them, and what stands there.

    >>> when(["2008-11-23"] * 4), when(["2008-01-01", "2008-12-31", None, None])
    (('{first}', ('2008-11-23',)), ('from {first}', ('2008',)))
    >>> when([None, None, None, "2009-01-01"]), when([None, "2008-11-27", "2008-11-27", None])
    (('until {first}', ('2009-01-01',)), ('at least {first}', ('2008-11-27',)))
    >>> when(["2004-10-31", "2004-10-31", "2008-11-23", "2008-11-23"])
    ('{first} – {last}', ('2004-10-31', '2008-11-23'))
    """
    first, began, ends, last = bounds
    begin, end = _span(first, began), _span(ends, last)
    if first and last:
        is_one = (first, ends) in ((began, last), (ends, began)) or not (began and ends)
        whole = _span(first, last)
        days = (whole,) if is_one and " – " not in whole else (begin, end) if begin != end else (begin,)
        return ("{first} – {last}" if len(days) > 1 else "{first}"), days
    if first:
        return "from {first}", (begin,)
    if last:
        return "until {first}", (end,)
    return "at least {first}", (_span(began or ends, ends or began),)


def _span(low: str | None, high: str | None) -> str:
    """Returns two days as one text: a day, a month, a year, or both days."""
    low, high = low or high or "", high or low or ""
    if low == high:
        return low
    if (low[5:], high[5:]) == ("01-01", "12-31"):
        return low[:4] if low[:4] == high[:4] else f"{low[:4]} – {high[:4]}"
    if low[:7] == high[:7] and low.endswith("-01") and int(high[8:]) == _days_of(low):
        return low[:7]
    return f"{low} – {high}"


def _days_of(text: str) -> int:
    """Returns how many days the month of a day has."""
    year, month, _ = text.rsplit("-", 2)
    return calendar.monthrange(int(year), int(month))[1]


def _at(text: str, axis: tuple[float, float]) -> float:
    low, scale = axis
    return EDGE + (_day(text) - low) * scale


def _bar(ends: tuple[float, float]) -> dict[str, float]:
    return {"x": round(ends[0], 2), "width": round(max(0.0, ends[1] - ends[0]), 2), "middle": round(sum(ends) / 2, 2)}


def _day(text: str) -> float:
    """Returns a day as a number. Years beyond those of the calendar are reckoned in whole years."""
    sign, body = (-1, text[1:]) if text.startswith("-") else (1, text)
    year, _, rest = body.partition("-")
    month, _, day = rest.partition("-")
    number = sign * int(year)
    if 1 <= number <= 9999:
        return float(date(number, int(month or 1), int(day or 1)).toordinal())
    return number * _DAYS + (int(month or 1) - 1) * 30.44 + int(day or 1)


def _ticks(low: float, high: float, axis: tuple[float, float]) -> list[dict[str, Any]]:
    """Returns the years, or decades and so on, that the axis marks."""
    first, last = int(low // _DAYS), int(high // _DAYS) + 2
    step = next(size for size in _steps() if (last - first) / size <= TICKS)
    years = [year for year in range(first - first % step, last + 1, step) if 1 <= year <= 9999]
    marks = [(year, _at(f"{year:04}-01-01", axis)) for year in years]
    return [{"year": year, "x": round(x, 2)} for year, x in marks if 0 <= x <= 97]


def _steps() -> Iterable[int]:
    size = 1
    while True:
        yield from (size, 2 * size, 5 * size)
        size *= 10
