"""How `at:` is written: words, lines, pages or characters; what points nowhere or copies a passage is refused."""

from __future__ import annotations

import contextlib
import time

import pytest

from kg import locator


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("the incumbent … Cabello", ":~:text=the%20incumbent,Cabello"),
        ("a-b, c & d", ":~:text=a%2Db%2C%20c%20%26%20d"),
        ("one...two", ":~:text=one,two"),
        ("line 155", "line=154,155"),
        ("Lines 155 – 157", "line=154,157"),
        ("page 12", "page=12"),
        ("pages 12-14", "page=12"),
        ("chars 0-5", "char=0,5"),
    ],
)
def test_a_locator_is_a_url_fragment(text: str, fragment: str) -> None:
    """Text fragments as browsers follow them; RFC 5147 for lines (from 0) and characters, RFC 3778 for pages."""
    assert locator.parse(text).fragment == fragment


@pytest.mark.parametrize(
    "text",
    ["", " ", "…", "… x", "x …", "a … b … c", "lines 9-3", "line 0", "page 0", "chars 9-3",
     "w " * 26, f"{'w ' * 13}…{' w' * 13}"],
)  # fmt: skip
def test_what_points_nowhere_or_copies_is_refused(text: str) -> None:
    """A locator has a first part and at most one last part, runs forwards, and quotes at most 25 words."""
    with pytest.raises(locator.NotALocator):
        locator.parse(text)


@pytest.mark.parametrize("text", ["a" + " " * 500_000 + "b", "line " + "9" * 50_000, "." * 100_000, " …" * 50_000])
def test_no_locator_takes_long_to_read(text: str) -> None:
    """Space, digits and dots without end are read at once."""
    start = time.process_time()
    with contextlib.suppress(locator.NotALocator):
        locator.parse(text)
    assert time.process_time() - start < 1
