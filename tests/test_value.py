"""Dates and numbers: each way to write one gives exactly these bounds, and what is none is refused with a hint."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.fact import Bounds, Value
from kg.terms import EDTF, KG, XSD
from kg.value import NotAValue, date_value, impossible, literal_value, merged, placed, quantity, runs_backwards

UNITS = frozenset({"votes", "months", "percentage points", "votos"})

DATES = {  # written: (datatype, four bounds)
    "2008": ("gYear", "2008-01-01", "", "", "2008-12-31"),
    "0001": ("gYear", "0001-01-01", "", "", "0001-12-31"),
    "9999": ("gYear", "9999-01-01", "", "", "9999-12-31"),
    "2008-11": ("gYearMonth", "2008-11-01", "", "", "2008-11-30"),
    "2008-02": ("gYearMonth", "2008-02-01", "", "", "2008-02-29"),
    "1900-02": ("gYearMonth", "1900-02-01", "", "", "1900-02-28"),
    "2008-12": ("gYearMonth", "2008-12-01", "", "", "2008-12-31"),
    "2008-11-23": ("date", "2008-11-23", "2008-11-23", "2008-11-23", "2008-11-23"),
    "2000-02-29": ("date", "2000-02-29", "2000-02-29", "2000-02-29", "2000-02-29"),
    "2002~": ("EDTF", "2001-01-01", "", "", "2003-12-31"),
    "2002?": ("EDTF", "2001-01-01", "", "", "2003-12-31"),
    "2002-04~": ("EDTF", "2002-03-01", "", "", "2002-05-31"),
    "2008-01~": ("EDTF", "2007-12-01", "", "", "2008-02-29"),
    "2008-03%": ("EDTF", "2008-02-01", "", "", "2008-04-30"),
    "2008-03-01~": ("EDTF", "2008-02-29", "", "", "2008-03-02"),
    "199X": ("EDTF", "1990-01-01", "", "", "1999-12-31"),
    "19XX": ("EDTF", "1900-01-01", "", "", "1999-12-31"),
    "2002-XX": ("EDTF", "2002-01-01", "", "", "2002-12-31"),
    "2008-02-XX": ("EDTF", "2008-02-01", "", "", "2008-02-29"),
    "XXXX": ("EDTF", "", "", "", ""),
    "2001-21": ("EDTF", "2001-03-01", "", "", "2001-05-31"),
    "2004/2008-11-23": ("EDTF", "2004-01-01", "2004-12-31", "2008-11-23", "2008-11-23"),
    "2008-11-23/2008-11-23": ("EDTF", "2008-11-23", "2008-11-23", "2008-11-23", "2008-11-23"),
    "2008/2008-05": ("EDTF", "2008-01-01", "2008-12-31", "2008-05-01", "2008-05-31"),
    "1999/..": ("EDTF", "1999-01-01", "1999-12-31", "", ""),
    "1999/": ("EDTF", "1999-01-01", "1999-12-31", "", ""),
    "../1999-02": ("EDTF", "", "", "1999-02-01", "1999-02-28"),
    "2002-04~/2003-05?": ("EDTF", "2002-03-01", "2002-05-31", "2003-04-01", "2003-06-30"),
}


@pytest.mark.parametrize("written", DATES)
def test_dates_give_exactly_these_bounds(written: str) -> None:
    """The literal keeps what is written; a plain date has two bounds (a day four), an interval up to four."""
    datatype, *bounds = DATES[written]
    value = date_value(written)
    assert value.term == f'"{written}"^^<{EDTF if datatype == "EDTF" else XSD}{datatype}>'
    assert value.bounds == Bounds(*bounds)


NO_DATES = {
    "": "write 2008", "23-11-2008": "write 2008", "2008-1-2": "write 2008", "November 2008": "write 2008",
    "2008-11-31": "2008-11 has 30 days", "2003-02-29": "2003-02 has 28 days", "2100-02-29": "2100-02 has 28 days",
    "2008-11-00": "2008-11 has 30 days", "2008-13": "months run from 01 to 12", "2008-00": "months run from 01",
    "2008-11-31~": "2008-11 has 30 days", "0000": "years run from 0001", "-0100": "years run from 0001",
    "Y170000002": "years run from 0001", "0001~": "years run from 0001", "9999?": "years run from 0001",
    "2008~~": "write 2008", "２００８": "write 2008", "2008/2004": "it begins in 2008", "2002 / 2003": "write 2008",
    "2002/2003/2004": "an interval is written", "/": "an interval is written", "../..": "an interval is written",
    "198X-02-29": "leave the day out: 198X-02", "[1667..1665]": "the earlier date", "2008-1X": "write 2008",
    "2008/soon": "write 2008", "2008-11-23\n": None, " 2008 ": None, "9" * 200: "a date is written",
}  # fmt: skip


@pytest.mark.parametrize("written", NO_DATES)
def test_what_is_no_date_is_refused_with_a_hint(written: str) -> None:
    """Only space around a date is passed over; all else is refused, and says what was expected."""
    hint = NO_DATES[written]
    if hint is None:
        assert date_value(written) == date_value(written.strip())
        return
    with pytest.raises(NotAValue) as caught:
        date_value(written)
    assert hint in caught.value.args[1]


def test_dates_are_placed_by_their_role() -> None:
    """A date that begins, ends, spans or falls within a statement gives it the bounds of that role."""
    month = date_value("2008-11")
    first, last = "2008-11-01", "2008-11-30"
    assert placed(month, "begin") == Bounds(first, last, "", "")
    assert placed(month, "end") == Bounds("", "", first, last)
    assert placed(month, "throughout") == Bounds("", first, last, "")
    assert placed(month, "within") == month.bounds
    both = merged([placed(month, "begin"), placed(date_value("2009"), "end")])
    assert both == Bounds(first, last, "2009-01-01", "2009-12-31")
    assert merged([Bounds(), Bounds()]) is None


@pytest.mark.parametrize(
    ("begin", "end", "backwards"),
    [("2008", "2007", True), ("2008", "2008", False), ("2008-11-24", "2008-11-23", True), ("2008", "..", False)],
)
def test_only_what_surely_ends_before_it_begins_runs_backwards(begin: str, end: str, backwards: bool) -> None:
    """The last possible end is held against the first possible begin; an open side never runs backwards."""
    ends = date_value(end) if end != ".." else Value("")
    whole = merged([placed(date_value(begin), "begin"), placed(ends, "end")])
    assert whole is not None
    assert (runs_backwards(whole), bool(impossible(whole)[0])) == (backwards, backwards)


@pytest.mark.parametrize(
    ("written", "by", "until"),
    [
        ("2008", "2008-01-01", "2008-12-31"), ("2004/2008-05", "2004-12-31", "2008-05-01"),
        ("2008~", "2009-12-31", "2007-01-01"), ("199X", "1999-12-31", "1990-01-01"),
        ("2008-XX", "2008-12-31", "2008-01-01"), ("2004/..", "2004-12-31", ""),
    ],
)  # fmt: skip
def test_what_holds_throughout_an_uncertain_time_holds_for_some_of_it(written: str, by: str, until: str) -> None:
    """Only a plain date or an interval says that all of it was filled; about 2008 is not 2007 to 2009."""
    assert placed(date_value(written), "throughout") == Bounds("", by, until, "")


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"begin": "2004-01-01", "throughout": "2010"}, ("2004-01-01", "2004-01-01", "2010-12-31", "")),
        ({"throughout": "2010", "begin": "2004-01-01"}, ("2004-01-01", "2004-01-01", "2010-12-31", "")),
        ({"within": "2008", "begin": "2008-05"}, ("2008-05-01", "2008-05-31", "", "2008-12-31")),
    ],
)
def test_of_several_dates_each_bound_says_most(dates: dict[str, str], expected: tuple[str, ...]) -> None:
    parts = [placed(date_value(text), role) for role, text in dates.items()]
    assert merged(parts) == expected
    assert impossible(Bounds(*expected)) == ("", "")


@pytest.mark.parametrize(
    "dates",
    [{"begin": "2010", "throughout": "2008"}, {"end": "2005", "throughout": "2008"}, {"within": "2010", "end": "2005"}],
)
def test_dates_that_exclude_each_other_are_told(dates: dict[str, str]) -> None:
    whole = merged([placed(date_value(text), role) for role, text in dates.items()])
    assert whole is not None
    assert impossible(whole)[0]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2008-24", "2008-01-01", "2009-02-28"), ("2007-24~", "2006-10-09", "2008-05-23"),
        ("2008-22", "2008-06-01", "2008-08-31"),
    ],
)  # fmt: skip
def test_a_winter_may_be_that_of_either_end_of_the_year(written: str, first: str, last: str) -> None:
    assert date_value(written).bounds == Bounds(first, "", "", last)


QUANTITIES = {  # written: (amount, lower, upper, unit)
    "17": ("17.0", "17.0", "17.0", ""),
    "0": ("0.0", "0.0", "0.0", ""),
    "007": ("7.0", "7.0", "7.0", ""),
    "11,000,000": ("11000000.0", "11000000.0", "11000000.0", ""),
    "1,204.5": ("1204.5", "1204.45", "1204.55", ""),
    "-5": ("-5.0", "-5.0", "-5.0", ""),
    "-2.5%": ("-0.025", "-0.0255", "-0.0245", ""),
    "5.4 million": ("5400000.0", "5350000.0", "5450000.0", ""),
    "3 thousand": ("3000.0", "2500.0", "3500.0", ""),
    "2 billion": ("2000000000.0", "1500000000.0", "2500000000.0", ""),
    "5.4 millones": ("5400000.0", "5350000.0", "5450000.0", ""),
    "300 mil votos": ("300000.0", "250000.0", "350000.0", "votos"),
    "65.45%": ("0.6545", "0.65445", "0.65455", ""),
    "60%": ("0.6", "0.595", "0.605", ""),
    "60 percent": ("0.6", "0.595", "0.605", ""),
    "60 per cent": ("0.6", "0.595", "0.605", ""),
    "60 por ciento": ("0.6", "0.595", "0.605", ""),
    "100%": ("1.0", "0.995", "1.005", ""),
    "8 percentage points": ("8.0", "8.0", "8.0", "percentage points"),
    "18 months": ("18.0", "18.0", "18.0", "months"),
    "USD 4.7 million": ("4700000.0", "4650000.0", "4750000.0", "USD"),
    "4.7 million USD": ("4700000.0", "4650000.0", "4750000.0", "USD"),
    "about 4 million": ("4000000.0", "3000000.0", "5000000.0", ""),
    "About 200 votes": ("200.0", "100.0", "300.0", "votes"),
    "around 17": ("17.0", "16.0", "18.0", ""),
    "approximately 1.5 million": ("1500000.0", "1400000.0", "1600000.0", ""),
    "some 40": ("40.0", "30.0", "50.0", ""),
    "unos 40": ("40.0", "30.0", "50.0", ""),
    "at least 80%": ("0.8", "0.8", "", ""),
    "al menos 80%": ("0.8", "0.8", "", ""),
    "more than 6 million": ("6000000.0", "6000000.0", "", ""),
    "over 6 million": ("6000000.0", "6000000.0", "", ""),
    "más de 6 millones": ("6000000.0", "6000000.0", "", ""),
    "less than 20": ("20.0", "", "20.0", ""),
    "fewer than 20": ("20.0", "", "20.0", ""),
    "under 20": ("20.0", "", "20.0", ""),
    "up to 80%": ("0.8", "", "0.8", ""),
    "at most 80%": ("0.8", "", "0.8", ""),
    "no more than 20": ("20.0", "", "20.0", ""),
    "nearly 4 million": ("4000000.0", "3000000.0", "4000000.0", ""),
    "almost 4 million": ("4000000.0", "3000000.0", "4000000.0", ""),
    "just under 4.0 million": ("4000000.0", "3900000.0", "4000000.0", ""),
    "just over 200": ("200.0", "200.0", "300.0", ""),
    "exactly 5.4 million": ("5400000.0", "5400000.0", "5400000.0", ""),
    "3-4": ("3.5", "3.0", "4.0", ""),
    "3–4": ("3.5", "3.0", "4.0", ""),
    "3 to 4 million": ("3500000.0", "3000000.0", "4000000.0", ""),
    "between 3 and 4": ("3.5", "3.0", "4.0", ""),
    "entre 3 y 4 millones": ("3500000.0", "3000000.0", "4000000.0", ""),
    "60-70%": ("0.65", "0.6", "0.7", ""),
    "about 3-4 million": ("3500000.0", "2000000.0", "5000000.0", ""),
    "-3 to 4": ("0.5", "-3.0", "4.0", ""),
    "1" * 40: ("1" * 40 + ".0", "1" * 40 + ".0", "1" * 40 + ".0", ""),
}


@pytest.mark.parametrize("written", QUANTITIES)
def test_quantities_give_exactly_these_numbers(written: str) -> None:
    """Amount, bounds and unit follow from the wording to the digit; a percentage is a fraction of one."""
    found = quantity(written, UNITS)
    assert (found.amount, found.lower, found.upper, found.unit) == QUANTITIES[written]
    assert found.written == written


NO_QUANTITIES = {
    "": "write 17", "five": "write 17", "about": "write 17", "½": "write 17", "+5": "write 17", "1.": "write 17",
    "٣": "write 17", "−5": "write 17", "5,4 million": "a comma groups three digits", "1,20": "a comma groups",
    "1,2345": "a comma groups", "$5": "USD 5", "5 abc": "a unit is one", "1e5": "a unit is one",
    "0x1F": "a unit is one", "5 vote": "did you mean 'votes'", "5 milion": "did you mean 'million'",
    "500 MIL": "did you mean 'mil'", "EUX 5": "ISO 4217", "5% votes": "write one of them",
    "USD 5 EUR": "write one of them", "4 to 3": "the smaller number", "3-3": "the smaller number",
    "between 3": "between 3 and 4", "at least 3-4": "a range is written", "3 and 4": "a range is written",
    "9" * 101: "write 17", "-4 to -3": "a unit is one",
}  # fmt: skip


EVERYDAY = {
    "ca. 61%": "about 61%", "c. 61%": "about 61%", "~61": "about 61", "> 5": "more than 5", "≥5%": "at least 5%",
    "eur 2.3 million": "EUR 2.3 million", "EUR 2.3m": "EUR 2.3 million", "2.3 bn": "2.3 billion", "5k": "5 thousand",
    "€2.3m": "EUR 2.3 million", "5 €": "5 EUR", "US$ 5": "USD 5", "2.3 million euros": "2.3 million EUR",
    "1.412.000 votes": "1,412,000 votes", "1 412": "1,412", "1'412'000": "1,412,000", "61 pct": "61%", "“61%”": "61%",
}  # fmt: skip


@pytest.mark.parametrize("written", EVERYDAY)
def test_a_number_as_people_write_it_is_told_in_ours(written: str) -> None:
    """Nothing is read into it: it is refused, and the hint is a number that is taken."""
    with pytest.raises(NotAValue) as caught:
        quantity(written, UNITS)
    assert caught.value.args[1] == f"write {EVERYDAY[written]}"
    assert quantity(EVERYDAY[written], UNITS)


@pytest.mark.parametrize("text", ["1.412", "12.500 votes", "about 1.412", "100.000"])
def test_a_point_before_three_digits_may_group_them(text: str) -> None:
    """Half of Europe writes 1,412 so: a fact file says which."""
    with pytest.raises(NotAValue) as caught:
        literal_value(text, KG + "Quantity", UNITS)
    whole, part = re.findall("[0-9]+", text)
    assert caught.value.args[1] == f"write {whole}{part} or {whole},{part}; a decimal as {whole}.{part}0"


@pytest.mark.parametrize(
    "text",
    ["1,412", "1412", "1.4120", "0.412", "1.412%", "1.412 million", "USD 1.412", "1.412 USD", "1.41", "1,412.500"],
)
def test_what_tells_a_decimal_from_a_group_is_read(text: str) -> None:
    """A scale, a percentage, a currency, a leading nought, a comma or another count of digits decides."""
    assert literal_value(text, KG + "Quantity", UNITS).quantity == quantity(text, UNITS)


@pytest.mark.parametrize("written", NO_QUANTITIES)
def test_what_is_no_quantity_is_refused_with_a_hint(written: str) -> None:
    """A number that could be read in two ways, or in none, is never guessed at."""
    with pytest.raises(NotAValue) as caught:
        quantity(written, UNITS)
    assert NO_QUANTITIES[written] in caught.value.args[1]


def test_an_odd_date_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The library of dates prints some of what it cannot read, which would stand before a command's own output."""
    with pytest.raises(NotAValue):
        date_value("2008-1X")
    assert capsys.readouterr().out == ""


def test_units_are_folded_as_names_are() -> None:
    assert quantity("5 años", frozenset({"anos"})).unit == "años"


LITERALS = {
    ("17", XSD + "integer"): f'"17"^^<{XSD}integer>',
    ("-0017", XSD + "integer"): f'"-0017"^^<{XSD}integer>',
    ("65.10", XSD + "string"): '"65.10"',
    ('say "no"\\', XSD + "string"): '"say \\"no\\"\\\\"',
    ("true", XSD + "boolean"): f'"true"^^<{XSD}boolean>',
    ("https://example.org/é", XSD + "anyURI"): f'"https://example.org/é"^^<{XSD}anyURI>',
    ("2008", KG + "Date"): f'"2008"^^<{XSD}gYear>',
    ("2008", KG + "Quantity"): "",
    ("2008-11-23", XSD + "date"): f'"2008-11-23"^^<{XSD}date>',
    ("5.40", XSD + "decimal"): f'"5.40"^^<{XSD}decimal>',
    ("17", XSD + "nonNegativeInteger"): f'"17"^^<{XSD}nonNegativeInteger>',
}


@pytest.mark.parametrize(("text", "datatype"), LITERALS)
def test_the_range_decides_the_datatype(text: str, datatype: str) -> None:
    """The same text becomes what the property's range says, with its lexical form kept."""
    assert literal_value(text, datatype, UNITS).term == LITERALS[text, datatype]


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("17.0", "integer"), ("٣", "integer"), ("", "integer"), ("yes", "boolean"), ("1", "boolean"), (" ", "string"),
        ("javascript:alert(1)", "anyURI"), ("example.org", "anyURI"), ("https://a b", "anyURI"),
        ("https://a\u202eb", "anyURI"), ("https://a/<x>", "anyURI"), ("2009-02-31", "date"), ("abc", "decimal"),
        ("hello", "gYear"), ("-5", "nonNegativeInteger"), ("2008-11-23", "dateTime"),
    ],
)  # fmt: skip
def test_a_literal_of_the_wrong_kind_is_refused(text: str, datatype: str) -> None:
    """Nothing is stored that a strict reader of its datatype would refuse, and no link that could do harm."""
    with pytest.raises(NotAValue):
        literal_value(text, XSD + datatype, UNITS)


@settings(max_examples=300, deadline=1000)
@given(st.one_of(st.text(max_size=120), st.text("0123456789-/~?%X.[]{},YSE+T: ", max_size=40)))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    """No text makes the reader of dates fail, and bounds that it gives are days in order."""
    try:
        bounds = date_value(text).bounds
    except NotAValue:
        return
    days = [day for day in (bounds.begin_of_begin, bounds.end_of_end) if day]  # type: ignore[union-attr]
    assert days == sorted(days)
    assert all(len(day) == 10 for day in days)


@settings(max_examples=500, deadline=1000)
@given(st.one_of(st.text(max_size=120), st.text("0123456789,.-–% milonabtuesdUSDto", max_size=60)))
def test_any_text_is_a_quantity_or_refused(text: str) -> None:
    """No text makes the reader of numbers fail, and the amount lies between the bounds that it gives."""
    try:
        found = quantity(text, UNITS)
    except NotAValue:
        return
    assert float(found.lower or "-inf") <= float(found.amount) <= float(found.upper or "inf")
