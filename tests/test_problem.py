"""Printing problems: the caret stands under the wrong words in any script, all fits, and nothing harmful is echoed."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.problem import Problem, Span, did_you_mean, echo, fold, hint_of, order, report, show


def _shown(line: str, column: int, length: int, width: int = 80, **more: object) -> list[str]:
    problem = Problem("unknown-name", "nothing is called so", Span("facts/a.yaml", 3, column, length), **more)  # type: ignore[arg-type]
    return show(problem, lambda path, number: line, width).splitlines()


def _columns(text: str) -> int:
    """Returns the columns that a terminal gives the text, counted here on its own."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def test_a_problem_shows_place_line_caret_and_hint() -> None:
    """The form of DESIGN: place and message, the line with its number, a caret under the words, the hint."""
    problem = Problem(
        "unknown-verb", "no property is labelled 'govens'", Span("facts/a.yaml", 14, 13, 6), "", "govens", ["governs"]
    )
    assert show(problem, lambda path, number: "  - Cabello govens Miranda") == (
        "facts/a.yaml:14:13: unknown-verb: no property is labelled 'govens'\n"
        "   14 |   - Cabello govens Miranda\n"
        "                    ^^^^^^ did you mean 'governs'?"
    )


def test_a_problem_with_a_whole_file_shows_no_line() -> None:
    """Line 0 is the file as a whole: no column, no quoted line, the hint on a line of its own."""
    problem = Problem("empty-file", "says nothing", Span("facts/a.yaml", 0, 1), "write something")
    assert show(problem, lambda path, number: "never asked for") == (
        "facts/a.yaml: empty-file: says nothing\n        write something"
    )


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("  - Táchira govens X", "govens"),
        ("  - Ta\u0301chira govens X", "govens"),
        ("  - 委内瑞拉 govens 总统", "govens"),
        ("  - 委内瑞拉 governs 总统", "总统"),
        ("  - ｗｉｄｅ govens X", "govens"),
        ("  - ❤\ufe0f govens X", "govens"),
        ("\t- tab govens X", "govens"),
        ("  - \u202eodd govens X", "govens"),
        ("govens", "govens"),
    ],
)
def test_the_caret_stands_under_the_words(line: str, word: str) -> None:
    """Wide characters take two columns, combining ones none, and escaped ones as many as are printed."""
    _, quoted, caret, *_ = _shown(line, line.index(word) + 1, len(word))
    before = quoted[: quoted.index(word)]
    assert caret.index("^") == _columns(before)
    assert caret.count("^") == _columns(word)


@given(
    st.text(st.sampled_from("ab xyz…á\u0301委拉ｗ\u202e\x1b#'"), max_size=300),
    st.integers(1, 320), st.integers(1, 320), st.sampled_from([40, 80, 120]),
)  # fmt: skip
def test_the_quoted_line_and_the_caret_fit_the_width(line: str, column: int, length: int, width: int) -> None:
    """However long, wide or odd the line is, what is printed of it fits, and the caret stands below something."""
    shown = _shown(line, column, length, width, hint="mend it")
    if not line.strip():
        return
    assert _columns(shown[1]) <= width
    assert _columns(shown[2].split(" mend it")[0]) <= width
    assert "^" in shown[2]


def test_long_lines_are_cut_around_the_words() -> None:
    """The words stay in sight when they stand at the end of a line of many thousand characters, or fill it."""
    line = "x" * 5000 + " govens " + "y" * 5000
    quoted, caret = _shown(line, 5002, 6)[1:3]
    assert "govens" in quoted
    assert quoted.startswith("    3 | …")
    assert quoted.endswith("…")
    assert quoted.index("govens") == caret.index("^")
    quoted = _shown(line, 1, len(line))[1]
    assert quoted.startswith("    3 | xxxx")
    assert quoted.endswith("x…")


def test_a_place_beyond_its_line_is_shown_at_its_end() -> None:
    """A column past the end of the line, as YAML gives for what is missing, does no harm."""
    assert _shown("facts:", 99, 5)[1:] == ["    3 | facts:", "              ^"]


def test_a_comment_that_cuts_the_words_is_explained() -> None:
    """A name that is unknown because ' #' began a comment says so."""
    assert "comment" in "\n".join(_shown("  - Cabello governs Miranda #2", 21, 7))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"), ("Táchira 总统", "Táchira 总统"), ("a\x1b[31mb", "a\\x1b[31mb"), ("a\u202eb", "a\\u202eb"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"), ("\ufeffx", "\\ufeffx"), ("a\u2028b", "a\\u2028b"), ("\udcff", "\\udcff"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
    ],
)  # fmt: skip
def test_echo_shows_control_characters_as_escapes(text: str, shown: str) -> None:
    """Nothing that is echoed can move the cursor, turn the direction of writing, break the line or fail to encode."""
    assert echo(text) == shown
    assert echo(echo(text)) == shown


def test_echo_is_cut() -> None:
    """At most 200 characters of a text come back, or as many as were asked for."""
    assert len(echo("x" * 10_000)) == 200
    assert echo("x" * 10_000, 10) == "xxxxxxxxx…"
    assert echo("x" * 10, 10) == "x" * 10


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_message_reaches_the_terminal_raw(message: str, hint: str) -> None:
    """Whatever a message or hint holds, what is printed has no control characters but line ends."""
    problem = Problem("bad-yaml", message, Span(f"facts/{hint}.yaml", 1, 1), hint)
    printed = show(problem, lambda path, number: f"x{message}")
    assert all(c.isprintable() or c == "\n" for c in printed)
    assert printed.encode("utf-8")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Táchira", "tachira"), ("TA\u0301CHIRA", "táchira"), ("  two   words ", "Two Words"),
        ("O’Higgins", "o'higgins"), ("Straße", "STRASSE"), ("a–b", "a-b"),
        ("soft\u00adhyphen", "softhyphen"), ("ﬁn", "fin"), ("İ", "i"),
    ],
)  # fmt: skip
def test_names_fold_alike(left: str, right: str) -> None:
    """Case, accents, kinds of quotes, dashes and space, and typographic forms make no difference."""
    assert fold(left) == fold(right)
    assert fold(fold(left)) == fold(left)


def test_did_you_mean_names_the_nearest_three() -> None:
    """Candidates that are near are named as they are written, the nearest first; far ones are not."""
    assert did_you_mean("govens", ["loses to", "Governs"]) == "did you mean 'Governs'?"
    assert did_you_mean("tachira", ["Táchira"]) == "did you mean 'Táchira'?"
    assert did_you_mean("loses", ["loses to", "loser", "losers", "losest"]).count(" or ") == 2
    assert did_you_mean("xyz", ["governs"]) == ""
    assert did_you_mean("", ["governs"]) == ""
    assert did_you_mean("a" * 100_000, ["a" * 200, "b"]) == f"did you mean '{'a' * 59}…'?"


def test_a_likely_spelling_comes_before_the_hint() -> None:
    """Both are shown, the likely spelling first."""
    problem = Problem("unknown-key", "no", Span("a", 1, 1), "the keys are x", "fact", ["facts"])
    assert hint_of(problem) == "did you mean 'facts'? the keys are x"


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("St\u0430hl", "CYRILLIC SMALL LETTER A"), ("Bruno St\u0430hl", "CYRILLIC SMALL LETTER A"),
        ("Мос\u0063ва", "LATIN SMALL LETTER C"), ("Stahl", ""), ("Москва", ""), ("Москва Stahl", ""), ("β-blocker", ""),
    ],
)  # fmt: skip
def test_a_letter_of_another_alphabet_is_named(word: str, letter: str) -> None:
    """Else the likely spelling would look just like what is written."""
    hint = hint_of(Problem("unknown-name", "no", Span("a", 1, 1), "add it", word, ["Stahl"]))
    assert (" LETTER " in hint, letter in hint) == (bool(letter), True)


def _many(code: str, count: int, path: str = "facts/a.yaml") -> list[Problem]:
    return [Problem(code, f"number {n}", Span(path, n + 1, 1)) for n in range(count)]


def test_five_of_a_code_are_shown_and_the_rest_counted() -> None:
    """Each code has its own five; the summary counts them all and says where to read more."""
    text = report([*_many("bad-date", 42), *_many("bad-id", 5), *_many("bad-key", 6)], lambda path, number: "")
    shown = re.findall(r"^facts/a.yaml:\d+:1: ([\w-]+): ", text, re.MULTILINE)
    assert {code: shown.count(code) for code in shown} == {"bad-date": 5, "bad-id": 5, "bad-key": 5}
    assert "… and 37 more of bad-date" in text
    assert "… and 1 more of bad-key" in text
    assert "more of bad-id" not in text
    assert text.endswith("53 problems. `kg explain CODE` says more.")


def test_a_report_says_what_to_read() -> None:
    """One problem, one code: the summary names it; no problem, no text; a higher limit shows all."""
    assert report(_many("bad-id", 1), lambda path, number: "").endswith("1 problem. `kg explain bad-id` says more.")
    assert report([], lambda path, number: "") == ""
    everything = report(_many("bad-id", 42), lambda path, number: "", limit=42)
    assert everything.count("bad-id: number") == 42


@given(st.permutations(_many("bad-id", 4) + _many("bad-key", 3, "facts/b.yaml") + _many("bad-date", 4)))
def test_problems_come_by_place(problems: list[Problem]) -> None:
    """File, then line, then column, whatever the order they were found in."""
    text = report(problems, lambda path, number: "")
    assert text == report(sorted(problems, key=order), lambda path, number: "")
    places = re.findall(r"^(facts/[ab].yaml):(\d+):", text, re.MULTILINE)
    assert places == sorted(places, key=lambda place: (place[0], int(place[1])))
