"""Dates in words: what EDTF marks is said, nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dates import MARKED, in_words, literal_in_words
from kg.project import Project
from kg.value import NotAValue, date_value
from kg.why import reasons

SAID = [
    ("2008-11~", "about 2008-11", "hacia 2008-11"),
    ("2004?", "2004 (uncertain)", "2004 (incierto)"),
    ("2004%", "about 2004 (uncertain)", "hacia 2004 (incierto)"),
    ("199X", "1990s", "década de 1990"),
    ("18XX", "1800–1899", "1800–1899"),
    ("../2008-11-27", "2008-11-27 or earlier", "2008-11-27 o antes"),
    ("1999/..", "1999 or later", "1999 o después"),
    ("2004~/2008-11-27", "about 2004 – 2008-11-27", "hacia 2004 – 2008-11-27"),
    ("2008-24", "winter 2008", "invierno de 2008"),
]


@pytest.mark.parametrize(("date", "english", "spanish"), SAID)
def test_signs_are_said_in_both_languages(date: str, english: str, spanish: str) -> None:
    assert date_value(date), "a fact file takes it"
    assert (in_words(date), in_words(date, "es")) == (english, spanish)


PLAIN = ["2008", "2008-11", "2008-11-23", "20XX-11-23", "[2004,2005]", "2004/", "../..", "-0044"]


@pytest.mark.parametrize("date", PLAIN)
def test_what_has_no_sign_or_says_more_stays_as_it_is(date: str) -> None:
    assert in_words(date) == in_words(date, "es") == date


EVERYDAY = {
    "14 March 2019": "2019-03-14",
    "Nov. 23rd, 2008": "2008-11-23",
    "23 de noviembre de 2008": "2008-11-23",
    "mayo de 2012": "2012-05",
    "before 2019-05": "../2019-05",
    "since the spring": "",
    "after May 2012": "2012-05/..",
    "around 14 March 2019": "2019-03-14~",
    "summer 2017": "2017-22",
    "the 1990s": "199X",
    "circa 1930": "1930~",
    "before about 1930": "",
    "05/14/2012": "2012-05-14",
    "14/05/2012": "2012-05-14",
    "05/05/2012": "2012-05-05",
    "14.3.2012": "2012-03-14",
    "14. 3. 2012": "2012-03-14",
    "3.14.2012": "",
    "14-3-2012": "2012-03-14",
    "2012-3": "2012-03",
    "2012-3-14": "2012-03-14",
    "2012/3/14": "2012-03-14",
    "3/2012": "2012-03",
    "2012-2013": "2012/2013",
    "2012–2013": "2012/2013",
    "from 2012 to 2013": "2012/2013",
    "de mayo de 2012 a junio de 2013": "2012-05/2013-06",
    "14.3.2012 - 15.3.2012": "2012-03-14/2012-03-15",
    "2013-2012": "",
    "31/02/2012": "",
    "last year": "",
}


@pytest.mark.parametrize("text", EVERYDAY)
def test_a_date_in_words_is_a_problem_that_names_it_in_edtf(text: str) -> None:
    with pytest.raises(NotAValue) as caught:
        date_value(text)
    _, hint = caught.value.args
    assert hint.startswith("write 2008, 2008-11") if not EVERYDAY[text] else hint == f"write {EVERYDAY[text]}"
    assert not EVERYDAY[text] or date_value(EVERYDAY[text])


@pytest.mark.parametrize("text", ["04/05/2012", "4/5/2012", "04-05-2012"])
def test_a_date_that_some_begin_with_the_month_is_never_read(text: str) -> None:
    """The hint leaves month and day to whoever wrote it."""
    with pytest.raises(NotAValue) as caught:
        date_value(text)
    assert caught.value.args[1] == "write the year first: 2012-MM-DD"


PARTS = {
    "late 2012": "write 2012~ and keep the words in note:, or a season, from 2012-21 (spring) to 2012-24",
    "mid-2012": "write 2012~ and keep the words in note:, or a season, from 2012-21 (spring) to 2012-24",
    "a finales de 2012": "write 2012~ and keep the words in note:, or a season, from 2012-21 (spring) to 2012-24",
    "early March 2012": "write 2012-03~ and keep the words in note:",
    "in the early 1990s": "write 199X and keep the words in note:",
}


@pytest.mark.parametrize("text", PARTS)
def test_a_part_of_a_year_is_about_that_year_or_a_season(text: str) -> None:
    """EDTF has no word for late or early: the hint names what it has, which can be read."""
    with pytest.raises(NotAValue) as caught:
        date_value(text)
    assert caught.value.args[1] == PARTS[text]
    assert date_value(PARTS[text].split()[1]).bounds
    assert date_value("2012-21").bounds


@given(st.from_regex(r"(\.\.|[12][0-9]{3}(-0[1-9])?[~?%]?)/(\.\.|[12][0-9]{3}(-0[1-9])?[~?%]?)", fullmatch=True))
def test_no_day_is_lost_in_words(date: str) -> None:
    try:
        date_value(date)
    except NotAValue:
        return
    said = in_words(date)
    assert all(part.rstrip("~?%") in said for part in date.split("/") if part != "..")


def test_only_a_literal_of_edtf_is_said_in_words() -> None:
    assert literal_in_words(f'"2004~"{MARKED}') == "about 2004"
    assert literal_in_words('"2004~"') == "2004~"


def test_what_a_statement_rests_on_is_told_in_words(shipped: Project) -> None:
    asked = "Di Martino holds mayor-of-maracaibo"
    (reason,) = reasons(shipped.corpus, shipped.root, shipped.dataset(), asked, None)
    assert reason.qualifiers == ("until 2008-11-27 or earlier",)


def test_the_graph_keeps_a_date_as_it_was_written(shipped: Project) -> None:
    asked = "SELECT ?until { ?statement kg:until ?until FILTER (datatype(?until) = edtf:EDTF) }"
    assert {"until": "../2008-11-27"} in shipped.query(asked)
