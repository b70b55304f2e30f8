"""Dates and numbers as people write them, to bounds and literals (EDTF, ISO 8601-2; Wikidata's quantities)."""

from __future__ import annotations

import calendar
import contextlib
import io
import re
import time
from datetime import date, timedelta
from decimal import Decimal, localcontext
from functools import lru_cache

from kg import currency, numbers
from kg.datatype import example_of, is_of
from kg.dates import edtf_of
from kg.fact import Bounds, Quantity, Value
from kg.problem import did_you_mean, fold
from kg.terms import EDTF, KG, XSD, is_iri, literal

DATE = KG + "Date"
QUANTITY = KG + "Quantity"


class NotAValue(ValueError):
    """The text cannot be read as what the ontology wants there; `args` are (message, hint)."""


def literal_value(text: str, datatype: str, units: frozenset[str]) -> Value:
    """Returns text as the literal that a property's datatype wants. Raises NotAValue."""
    if datatype == DATE:
        return date_value(text)
    if datatype == QUANTITY:
        if "." in text and (number := numbers.TWO.fullmatch(text)):
            whole, part = number.groups()
            hint = f"write {whole}{part} or {whole},{part}; a decimal as {whole}.{part}0"
            raise NotAValue(f"'{text}' may be {whole},{part} or a decimal", hint)
        return Value("", None, quantity(text, units))
    if datatype == XSD + "anyURI" and not (is_iri(text) and text.startswith(("http://", "https://", "urn:"))):
        raise NotAValue(f"'{text[:60]}' is not a web address", "write it whole: https://…")
    if datatype == XSD + "boolean" and text not in ("true", "false"):
        raise NotAValue(f"'{text[:60]}' is neither true nor false", "write true or false")
    if datatype == XSD + "integer" and not re.fullmatch(r"-?[0-9]+", text):
        raise NotAValue(f"'{text[:60]}' is not a whole number", "write it in digits: 17")
    if not text.strip():
        raise NotAValue("there is no text here", "write the value")
    if datatype not in _READ and not is_of(text, datatype):
        name = f"xsd:{datatype.removeprefix(XSD)}"
        raise NotAValue(f"'{text[:60]}' is no {name}", f"this verb wants an {name}{example_of(datatype)}")
    return Value(literal(text, "" if datatype == XSD + "string" else datatype))


_READ = frozenset({"", *(XSD + name for name in ("string", "anyURI", "boolean", "integer"))})


# --- dates -------------------------------------------------------------------------------------

_DAY = re.compile(r"([0-9]{4})(?:-([01][0-9])(?:-([0-9]{2}))?)?([?~%])?")
_CALENDAR = "years run from 0001 to 9999"
_DATATYPES = {4: XSD + "gYear", 7: XSD + "gYearMonth", 10: XSD + "date"}


@lru_cache(maxsize=65536)
def date_value(text: str) -> Value:
    """Returns a date or interval with its bounds: two for a date, all four for an interval.

    Raises NotAValue for what is no EDTF date, for a day that is not in the calendar, and for an interval
    that runs backwards. The plain forms are read here, all else by the edtf library.

    >>> date_value("2004").bounds
    Bounds(begin_of_begin='2004-01-01', end_of_begin='', begin_of_end='', end_of_end='2004-12-31')
    """
    text = text.strip()
    if match := _DAY.fullmatch(text):
        first, last = _days(text, match)
        if match[4]:
            return Value(literal(text, EDTF + "EDTF"), _widened(first, last, len(text) - 1))
        inner = first if first == last else ""
        return Value(literal(text, _DATATYPES[len(text)]), Bounds(first, inner, inner, last))
    return Value(literal(text, EDTF + "EDTF"), _edtf_bounds(text))


def _days(text: str, match: re.Match[str]) -> tuple[str, str]:
    """Returns the first and last day of a year, month or day."""
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    try:
        first = date(year, month, day)
    except ValueError:
        raise NotAValue(f"'{text}' is not a day in the calendar", _date_hint(year, month)) from None
    end = month if match[2] else 12
    last = first if match[3] else date(year, end, calendar.monthrange(year, end)[1])
    return first.isoformat(), last.isoformat()


def _widened(first: str, last: str, precision: int) -> Bounds:
    """Returns the bounds of an uncertain or approximate date: one unit of its precision more on either side."""
    step = {4: 365, 7: 28, 10: 1}[precision]
    try:
        low, high = date.fromisoformat(first) - timedelta(step), date.fromisoformat(last) + timedelta(step)
    except OverflowError:
        raise NotAValue("this date lies at the end of the calendar", _CALENDAR) from None
    if precision < 10:  # back to whole years or months
        low = low.replace(day=1) if precision == 7 else low.replace(month=1, day=1)
        month = high.month if precision == 7 else 12
        high = high.replace(month=month, day=calendar.monthrange(high.year, month)[1])
    return Bounds(low.isoformat(), "", "", high.isoformat())


_WINTER = re.compile(r"([0-9]{4})-24([?~%])?")


def _winter_bounds(year: int, more: timedelta) -> Bounds:
    """Returns the bounds of a winter at either end of a year; for the edtf library it is December only."""
    try:
        first, last = date(year, 1, 1) - more, date(year + 1, 3, 1) - timedelta(1) + more
    except (ValueError, OverflowError):
        raise NotAValue("this date lies at the end of the calendar", _CALENDAR) from None
    return Bounds(first.isoformat(), "", "", last.isoformat())


def _date_hint(year: int, month: int) -> str:
    if year and 1 <= month <= 12:
        return f"{year:04}-{month:02} has {calendar.monthrange(year, month)[1]} days"
    return "months run from 01 to 12" if year else _CALENDAR


def _edtf_bounds(text: str) -> Bounds:
    """Returns the bounds of any other EDTF expression."""
    if len(text) > 100:
        raise NotAValue("this is too long for a date", "a date is written 2008, 2008-11 or 2008-11-23")
    if "/" in text and " " not in text:
        return _interval_bounds(text)
    if winter := _WINTER.fullmatch(text):
        return _winter_bounds(int(winter[1]), timedelta(weeks=12 if winter[2] else 0))
    from edtf import EDTFParseException, parse_edtf

    try:
        with contextlib.redirect_stdout(io.StringIO()):  # edtf prints some of what it cannot read
            parsed = parse_edtf("" if " " in text else text)
            first, last = parsed.lower_fuzzy(), parsed.upper_fuzzy()
        years = first.tm_year, last.tm_year
    except (EDTFParseException, ValueError, OverflowError, AttributeError, TypeError):
        raise NotAValue(f"'{text}' is not a date", _everyday_hint(text)) from None
    if text.startswith("XXXX"):
        return Bounds()  # any year
    if years[0] < 1 or years[1] > 9999:
        raise NotAValue(f"'{text}' lies outside the calendar", _CALENDAR)
    try:
        bounds = Bounds(_iso(first), "", "", _iso(last))
    except ValueError:
        hint = f"leave the day out: {text.rpartition('-')[0]}"
        raise NotAValue(f"'{text}' is not a day in every year that it may mean", hint) from None
    if runs_backwards(bounds):
        raise NotAValue(f"'{text}' runs backwards", "the earlier date comes first")
    return bounds


_SLASHED = re.compile(r"[0-9]{1,2}(?:/[0-9]{1,4}){1,2}|[0-9]{4}/[0-9]{1,2}(?:/[0-9]{1,2})?")
"""A date in digits, with slashes between: no end of an interval has fewer than four."""
_TWO_WAYS = re.compile(r"(?:0?[1-9]|1[0-2])([/-])(?:0?[1-9]|1[0-2])\1[0-9]{4}")
"""Some begin with the month, some with the day."""
_PART_OF = re.compile(
    r"(?:in |the |a )*(?:late|early|mid|middle of|end of|start of|beginning of|finales de|fines de|principios de"
    r"|comienzos de|mediados de)[ -](?:the )?"
)


def _everyday_hint(text: str) -> str:
    """Returns how a date is written: this one, where its words can be read."""
    meant = edtf_of(text)
    if meant not in ("", text):
        with contextlib.suppress(NotAValue):
            date_value(meant)
            return f"write {meant}"
    if _TWO_WAYS.fullmatch(text):
        return f"write the year first: {text[-4:]}-MM-DD"
    if (part := _PART_OF.match(text.lower())) and (meant := edtf_of(text.lower()[part.end() :])).isdigit():
        return f"write {meant}~ and keep the words in note:, or a season, from {meant}-21 (spring) to {meant}-24"
    if part and meant and "/" not in meant:
        return f"write {meant if meant[-1] in 'X~' else meant + '~'} and keep the words in note:"
    return "write 2008, 2008-11, 2008-11-23, 2004/2008-11-23, ../2008, 1999/.. or 2002-04~ (EDTF)"


def _interval_bounds(text: str) -> Bounds:
    """Returns the four bounds of an interval, whose ends are dates, or '..' or nothing where they are open."""
    sides = text.split("/")
    if _SLASHED.fullmatch(text):
        ways = "may be read in two ways" if _TWO_WAYS.fullmatch(text) and sides[0] != sides[1] else "is not a date"
        raise NotAValue(f"'{text}' {ways}", _everyday_hint(text))
    if len(sides) != 2:
        raise NotAValue(f"'{text}' has more than two ends", "an interval is written 2004/2008-11-23")
    if not any(side.strip(".") for side in sides):
        raise NotAValue(f"'{text}' has no end at all", "an interval is written 2004/2008-11-23 or 1999/..")
    begin, end = (Bounds() if side in ("", "..") else date_value(side).bounds or Bounds() for side in sides)
    if begin.begin_of_begin and end.end_of_end and begin.begin_of_begin > end.end_of_end:
        raise NotAValue(f"'{text}' runs backwards", f"it begins in {sides[0]} and ends before that")
    return Bounds(begin.begin_of_begin, begin.end_of_end, end.begin_of_begin, end.end_of_end)


def _iso(moment: time.struct_time) -> str:
    """Returns a day as it is written. Raises ValueError for one that is not in the calendar."""
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday).isoformat()


def placed(value: Value, role: str) -> Bounds:
    """Returns the bounds that a date gives its statement in a role: begin, end, throughout or within.

    What held throughout a time that is not certain (2008~, 199X) held for some of it: from its last day at the latest.

    >>> placed(date_value("2008-11"), "end")
    Bounds(begin_of_begin='', end_of_begin='', begin_of_end='2008-11-01', end_of_end='2008-11-30')
    """
    bounds = value.bounds or Bounds()
    first, inner, outer, last = bounds
    if role == "begin":
        return Bounds(first, last)
    if role == "end":
        return Bounds("", "", first, last)
    if role != "throughout":
        return bounds
    if inner or outer or not value.term.endswith(_UNCERTAIN):
        return Bounds("", inner or first, outer or last)
    return Bounds("", last, first)


_UNCERTAIN = f"^^<{EDTF}EDTF>"
"""How a date ends that is no plain year, month or day; with inner bounds it is an interval."""


def merged(parts: list[Bounds]) -> Bounds | None:
    """Returns the bounds of a statement from those of its dates: of each the one that says most."""
    begin, latest_begin, earliest_end, end = parts[0]
    for part in parts[1:]:
        begin, latest_begin = max(begin, part[0]), _earlier(latest_begin, part[1])
        earliest_end, end = max(earliest_end, part[2]), _earlier(end, part[3])
    whole = Bounds(begin, latest_begin, earliest_end, end)
    return whole if any(whole) else None


def _earlier(one: str, other: str) -> str:
    return min(one, other) if one and other else one or other


def runs_backwards(bounds: Bounds) -> bool:
    """Says whether the last possible end lies before the first possible begin."""
    return bool(bounds.begin_of_begin and bounds.end_of_end and bounds.end_of_end < bounds.begin_of_begin)


def impossible(bounds: Bounds) -> tuple[str, str]:
    """Returns why no fact can have these bounds (message, hint), two empty texts where one can."""
    begin, latest_begin, earliest_end, end = bounds
    if runs_backwards(bounds):
        return "this fact ends before it begins", f"it begins in {begin} at the earliest and ends by {end}"
    for what, first, last in (("begins", begin, latest_begin), ("ends", earliest_end, end)):
        if first and last and last < first:
            return "the dates of this fact exclude each other", f"it {what} in {first} at the earliest and by {last}"
    return "", ""


# --- quantities --------------------------------------------------------------------------------

_SCALES = {"": 0, "thousand": 3, "million": 6, "millions": 6, "billion": 9, "mil": 3, "millones": 6, "millón": 6}
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_QUANTITY = re.compile(
    rf"(?P<code>[A-Z]{{3}}\s+)?(?P<sign>-)?(?P<number>{_NUMBER})"
    rf"(?:(?P<to>\s*[-–]\s*|\s+(?:to|and|y|a)\s+)(?P<second>{_NUMBER}))?"
    r"(?:\s+(?P<scale>thousand|millions?|billion|mil|millones|millón)\b)?"
    r"\s*(?P<percent>%|per\s?cent\b|por ciento\b)?\s*(?P<unit>[^\W\d].*)?"
)
_WORDINGS = {
    "at least": "least", "no less than": "least", "al menos": "least", "a minimum of": "least",
    "more than": "over", "over": "over", "más de": "over",
    "at most": "most", "up to": "most", "no more than": "most", "hasta": "most",
    "less than": "under", "under": "under", "fewer than": "under", "menos de": "under",
    "just over": "above", "slightly more than": "above",
    "just under": "below", "nearly": "below", "almost": "below", "casi": "below",
    "about": "about", "around": "about", "approximately": "about", "some": "about", "roughly": "about",
    "unos": "about", "cerca de": "about",
    "between": "between", "entre": "between", "exactly": "exact",
}  # fmt: skip
_WORDING = re.compile(r"(" + "|".join(sorted(_WORDINGS, key=len, reverse=True)) + r")\s+", re.IGNORECASE)


@lru_cache(maxsize=65536)
def quantity(text: str, units: frozenset[str] = frozenset()) -> Quantity:
    """Returns a number with the bounds that its wording leaves.

    A bare rounded number leaves half of its last written digit either way, `about` a whole one, `at least` and
    `more than` no upper bound, `nearly` and `just over` one unit of the last digit on their side. `units` are the
    unit labels of the ontology. Raises NotAValue.

    >>> q = quantity("about 5.4 million"); (q.amount, q.lower, q.upper)
    ('5400000.0', '5300000.0', '5500000.0')
    >>> q = quantity("65.45%"); (q.amount, q.lower, q.upper)
    ('0.6545', '0.65445', '0.65455')
    """
    with localcontext(prec=250):  # a number keeps every digit that is written
        return _quantity(" ".join(text.split()), units)


def _quantity(written: str, units: frozenset[str]) -> Quantity:
    if len(written) > 100:
        raise NotAValue(f"'{written[:60]}…' is too long for a number", _number_hint(""))
    worded = _WORDING.match(written)
    wording = _WORDINGS[worded[1].lower()] if worded else ""
    match = _QUANTITY.fullmatch(written[worded.end() :] if worded else written)
    if not match:
        raise NotAValue(f"'{written}' is not a number", _everyday_number(written, units) or _number_hint(written))
    scale = _SCALES[match["scale"] or ""] - (2 if match["percent"] else 0)
    amount, step = _amount(match["number"], scale)
    amount = -amount if match["sign"] else amount
    if match["percent"]:
        step = min(step, Decimal("0.01"))  # 60% is meant to the percent, 60,000 not to the unit
    upper_end = amount
    if match["second"]:
        upper_end, _ = _amount(match["second"], scale)
        if wording not in ("", "about", "between") or (match["to"].strip() in ("and", "y") and not worded):
            raise NotAValue(f"'{written}' says two things", "a range is written '3-4' or 'between 3 and 4'")
        if upper_end <= amount:
            raise NotAValue(f"'{written}' runs backwards", "the smaller number comes first")
        wording = wording or "between"
    elif wording == "between":
        if hint := _everyday_number(written, units):
            raise NotAValue(f"'{written}' is no range", hint)
        raise NotAValue(f"'{written}' has one number only", "write 'between 3 and 4' or '3-4'")
    exact = not match["scale"] and not match["percent"] and "." not in match["number"]
    lower, upper = _bounds(wording, amount, upper_end, step, exact)
    unit = _unit(written, match["code"], match["unit"], units)
    if unit and match["percent"]:
        raise NotAValue(f"two units, '%' and '{unit}'", "write one of them")
    middle = amount if upper_end == amount else (amount + upper_end) / 2
    return Quantity(written, _plain(middle), _plain(lower), _plain(upper), unit)


def _amount(number: str, scale: int) -> tuple[Decimal, Decimal]:
    """Returns a number and the worth of its last written digit that is not a trailing zero of a whole number."""
    digits = number.replace(",", "")
    places = -len(digits.partition(".")[2]) if "." in digits else len(digits) - len(digits.rstrip("0") or "0")
    return Decimal(digits).scaleb(scale), Decimal(1).scaleb(places + scale)


def _bounds(
    wording: str, low: Decimal, high: Decimal, step: Decimal, exact: bool
) -> tuple[Decimal | None, Decimal | None]:
    half = Decimal(0) if exact else step / 2
    return {
        "least": (low, None), "over": (low, None), "most": (None, high), "under": (None, high),
        "above": (low, low + step), "below": (low - step, low), "about": (low - step, high + step),
        "between": (low, high), "exact": (low, low), "": (low - half, low + half),
    }[wording]  # fmt: skip


def _unit(written: str, code: str | None, word: str | None, units: frozenset[str]) -> str:
    if code and word:
        hint = _everyday_number(written, units) or "write one of them"
        raise NotAValue(f"two units, '{code.strip()}' and '{word}'", hint)
    if code and code.strip() in currency.CODES:
        return code.strip()
    if code:
        near = did_you_mean(code.strip(), currency.CODES)
        raise NotAValue(f"'{code.strip()}' is no currency", near or "a currency has an ISO 4217 code: USD 4.7 million")
    if not word:
        return ""
    if fold(word) in units or word in currency.CODES:
        return word
    near = _everyday_number(written, units) or did_you_mean(word, [*units, *_SCALES])
    hint = near or "a unit is one the ontology has (`kg terms unit`), or a currency code: USD 4.7 million"
    raise NotAValue(f"'{word[:60]}' is no unit that the ontology knows", hint)


def _plain(number: Decimal | None) -> str:
    """Returns a decimal with a point, without exponent and without zeros to spare: bare xsd:decimal in Turtle.

    >>> _plain(Decimal("5.40E6"))
    '5400000.0'
    """
    if number is None:
        return ""
    text = format(number, "f")
    text = text.rstrip("0") if "." in text else text + "."
    return text + "0" if text.endswith(".") else text


def _everyday_number(text: str, units: frozenset[str]) -> str:
    """Returns how a number is written: this one, where its signs can be read; else ''."""
    meant = numbers.plain(text)
    if meant != text:
        with contextlib.suppress(NotAValue):
            quantity(meant, units)
            return f"write {meant}"
    return ""


def _number_hint(text: str) -> str:
    if text.count(",") and not re.search(r"\d{1,3}(,\d{3})+(?!\d)", text):
        return "a comma groups three digits: 11,000,000; a decimal has a point: 5.4"
    return "write 17, 5.4 million, 65.45%, about 4 million, at least 80%, USD 4.7 million or 3-4"
