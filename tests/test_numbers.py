"""A number that is refused is told as a fact file writes it, where that can be read; and as nothing else."""

from __future__ import annotations

import pytest

from kg.numbers import plain
from kg.value import NotAValue, quantity

UNITS = frozenset({"votes", "votos"})
TOLD = {
    "2 mil millones": "2 billion", "2.5 mil millones": "2.5 billion", "USD 2 mil millones": "USD 2 billion",
    "2 thousand million": "2 billion", "about 2 thousand millions": "about 2 billion",
    "1 million to 2 million": "1 to 2 million", "1 million - 2 million": "1 - 2 million", "3%-4%": "3-4%",
    "$1 million-2 million": "USD 1-2 million",
}  # fmt: skip
BETWEEN = {"between 3 % and 4 %": "between 3 and 4 %", "entre 3 mil y 4 mil votos": "entre 3 y 4 mil votos"}
SAME = [
    "1 million to 2 billion",
    "3 thousand to 4 million",
    "3% to 4 votes",
    "3-4%",
    "1 to 2 million",
    "2 millones",
    "300 mil votos",
    "2 billion",
    "3 mil a 4 millones",
]


def hint_for(written: str) -> str:
    """Returns the hint for a number, itself where it is taken."""
    try:
        return f"write {quantity(written, UNITS).written}"
    except NotAValue as refused:
        return str(refused.args[1])


@pytest.mark.parametrize("written", TOLD)
def test_a_scale_that_is_said_twice_is_told_once(written: str) -> None:
    """Whatever is refused has a hint that is taken; what is read is read as it would be told."""
    verb, _, told = hint_for(written).partition(" ")
    assert verb == "write"
    assert quantity(told, UNITS).amount == quantity(TOLD[written], UNITS).amount


@pytest.mark.parametrize("written", TOLD | BETWEEN)
def test_a_number_is_told_as_a_fact_file_writes_it(written: str) -> None:
    meant = (TOLD | BETWEEN)[written]
    assert plain(written) == meant
    assert quantity(meant, UNITS)


@pytest.mark.parametrize("written", SAME)
def test_two_scales_and_one_stay_as_they_are(written: str) -> None:
    """Of two that differ neither stands for both."""
    assert plain(written) == written


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("between 3 million and 4 million", "is no range", "write between 3 and 4 million"),
        ("between 3 million", "one number only", "between 3 and 4"),
    ],
)
def test_a_range_with_its_scale_twice_is_not_said_to_be_one_number(written: str, message: str, hint: str) -> None:
    with pytest.raises(NotAValue) as caught:
        quantity(written, UNITS)
    assert message in caught.value.args[0]
    assert hint in caught.value.args[1]
