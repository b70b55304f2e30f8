"""Rows as the geometry of a chart, in per cent of its width and pixels of its height; a template draws it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kg.saved import Chart
from kg.value import NotAValue, date_value, quantity

MARKS = 60
"""Bars or points that a chart has at most."""

SHADES = 6
"""Series that are told apart by colour; of more, only the labels tell."""

LINE, BAR, GAP, WIDTH = 18, 12, 14, 34
"""Pixels of a line of text, of a bar, and between bars; characters of a line of text."""

HEIGHT = 240
"""Pixels of a line chart."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or point."""

    label: str
    shown: str
    """The number as it is written."""
    amount: float
    lower: float | None
    upper: float | None
    series: str
    lines: tuple[str, ...] = ()
    """The label, wrapped."""
    shade: int = 0
    """Number of the series."""
    top: int = 0
    """Pixels from the top to the label, or to a point."""
    begin: float = 0.0
    """Per cent from the left at which a bar begins, or a point lies."""
    length: float = 0.0
    """Per cent of a bar."""
    whisker: tuple[float, float] | None = None
    """Per cent from the left of the lowest and highest amount that the wording allows."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart that can be drawn."""

    kind: str
    marks: tuple[Mark, ...]
    series: tuple[str, ...]
    height: int
    left_out: int
    """Rows that are not drawn."""
    zero: float = 0.0
    """Per cent from the left, or pixels from the top of a line chart, where nought lies."""
    ends: tuple[str, ...] = ()
    """Of a line chart: the first and last of x, the lowest and highest of y."""


def drawing(chart: Chart, columns: Sequence[str], rows: Sequence[Sequence[Mapping[str, Any] | None]]) -> Drawing | None:
    """Returns the chart of an answer's rows of cells, None where no row has a number."""
    places = [columns.index(name) if name in columns else -1 for name in (chart.x, chart.y, chart.series)]
    if -1 in places[:2]:
        return None
    marks = [mark for row in rows if (mark := _mark(*(_text(row, place) for place in places)))]
    kept = marks[:MARKS]
    if not kept:
        return None
    left_out = len(rows) - len(kept)
    series = tuple(dict.fromkeys(mark.series for mark in kept))
    return (_bars if chart.kind == "bar" else _points)(kept, series, left_out)


def _text(row: Sequence[Mapping[str, Any] | None], place: int) -> str:
    cell = row[place] if place >= 0 else None
    return str(cell["text"]) if cell else ""


def _mark(label: str, shown: str, series: str) -> Mark | None:
    """Returns a row as a mark, None where its number is none."""
    try:
        number = quantity(shown)
    except NotAValue:
        return None
    low, amount, high = (float(text) if text else None for text in (number.lower, number.amount, number.upper))
    middle = amount if amount is not None else low if low is not None else high
    return Mark(label, shown, middle, low, high, series) if middle is not None else None


def _bars(marks: Sequence[Mark], series: tuple[str, ...], left_out: int) -> Drawing:
    ends = [end for m in marks for end in (m.amount, m.lower, m.upper) if end is not None]
    lowest, highest = min(0.0, *ends), max(0.0, *ends)
    width = (highest - lowest) or 1.0

    def along(amount: float) -> float:
        return round((amount - lowest) / width * 100, 3)

    drawn, top = [], 0
    for mark in marks:
        named = f"{mark.label} ({mark.series})" if mark.series else mark.label
        lines = tuple(textwrap.wrap(named, WIDTH)) or ("",)
        begin, end = sorted((along(0), along(mark.amount)))
        sure = mark.lower is not None and mark.upper is not None and mark.lower < mark.upper
        whisker = (along(mark.lower), along(mark.upper)) if sure else None  # type: ignore[arg-type]
        drawn.append(
            replace(
                mark,
                lines=lines,
                shade=_shade(series, mark),
                top=top,
                begin=begin,
                length=round(end - begin, 3),
                whisker=whisker,
            )
        )
        top += LINE * len(lines) + BAR + GAP
    return Drawing("bar", tuple(drawn), series, top, left_out, along(0))


def _shade(series: tuple[str, ...], mark: Mark) -> int:
    """Returns the number of a mark's series; 0 where there are too many to be told apart by colour."""
    return series.index(mark.series) if len(series) <= SHADES else 0


def _points(marks: Sequence[Mark], series: tuple[str, ...], left_out: int) -> Drawing:
    places = _along([mark.label for mark in marks])
    first, last = min(places), max(places)
    low, high = min(0.0, *(m.amount for m in marks)), max(0.0, *(m.amount for m in marks))
    drawn = []
    for place, mark in zip(places, marks, strict=True):
        across = (place - first) / ((last - first) or 1.0) * 96 + 2
        up = (mark.amount - low) / ((high - low) or 1.0)
        top = round((HEIGHT - 20) * (1 - up)) + 10
        drawn.append(replace(mark, shade=_shade(series, mark), begin=round(across, 3), top=top))
    drawn.sort(key=lambda m: (series.index(m.series), m.begin))
    by_place = sorted(zip(places, marks, strict=True), key=lambda pair: pair[0])
    by_amount = sorted(marks, key=lambda m: m.amount)
    ends = (by_place[0][1].label, by_place[-1][1].label, by_amount[0].shown, by_amount[-1].shown)
    zero = (HEIGHT - 20) * (1 - (0 - low) / ((high - low) or 1.0)) + 10
    return Drawing("line", tuple(drawn), series, HEIGHT, left_out, round(zero), ends)


def _along(labels: Sequence[str]) -> list[float]:
    """Returns where labels lie on a line: as dates or numbers where all are such, else one step each."""
    for reader in (_day, _number):
        places = [reader(label) for label in labels]
        if None not in places:
            return places  # type: ignore[return-value]
    steps = {label: float(place) for place, label in enumerate(dict.fromkeys(labels))}
    return [steps[label] for label in labels]


def _day(text: str) -> float | None:
    try:
        bounds = date_value(text).bounds
    except NotAValue:
        return None
    first = bounds and (bounds.begin_of_begin or bounds.end_of_end)
    return float(date.fromisoformat(first).toordinal()) if first else None


def _number(text: str) -> float | None:
    try:
        return float(quantity(text).amount or "")
    except (NotAValue, ValueError):
        return None
