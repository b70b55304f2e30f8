"""What is wrong where YAML cannot be read on: each slip is pointed at where it was made, in words that help."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import slips
from kg.problem import Problem
from kg.project import Project
from kg.read import yaml

CLOSES = "the quotation mark is not closed in this line, so that the next one, in line 4, closes it"
SLIPS = {  # the lines under `facts:`, from line 3: (line, what the caret stands under, hint)
    '  - A: {at: "one of}\n  - B: {note: "two"}\n': (3, '"one of}', CLOSES),
    "  - A: {at: 'one of}\n  - B: {note: 'two'}\n": (3, "'one of}", CLOSES),
    '  - A:\n      note: "x"\n      at: "one of\n  - B: {note: "two"}\n': (5, '"one of', "the next one, in line 6"),
    '  - "A\n  - B\n': (3, '"A', "the quotation mark is not closed"),
    '  - A: {at: "one"\n  - B: {note: "two"}\n': (3, '{at: "one"', "the '{' opened here, in line 3, is not closed"),
    "  - A: {at: one\n  - B\n": (3, "{at: one", "the '{' opened here, in line 3, is not closed"),
    "  - A: [one, two\n  - B\n": (3, "[one", "the '[' opened here"),
    "  - A:\n    {at: one\n": (4, "{at", "the '{' opened here"),
    '  - A: {at: "one",\n     note: x\n  - B: {note: y}\n': (3, "{at", "the '{' opened here"),
    "  - A: {note: box #4}\n  - B: {note: x}\n": (3, "#4}", "what follows ' #' is a comment, the '}' too"),
    "  - A: [one, box #4]\n  - B: {note: x}\n": (3, "#4]", "what follows ' #' is a comment, the ']' too"),
    "  - A: {note: box #4,\n     at: x}\n": (3, "#4,", "what follows ' #' is a comment, the ',' too"),
    "  - A:\n      at: x\n     note: y\n": (5, "note", "5 blanks stand before it, 6 in line 4"),
    "  - A:\n     at: x\n      note: y\n": (5, "note", "6 blanks stand before it, 5 in line 4"),
    "  - A\n - B\n": (4, "- B", "1 blank stands before it, 2 in line 3"),
    "  - A: {at: x}\n   - B: {at: y}\n": (4, "- B", "3 blanks stand before it, 2 in line 3"),
    "  - A: {at: x}\n    - B: {at: y}\n": (4, "- B", "4 blanks stand before it, 2 in line 3"),
    "  - A:\n      at: x\n   - B: {at: y}\n": (5, "- B", "3 blanks stand before it, 2 in line 3"),
    "  - A\n  B\n": (4, "B", "begin each sentence with '- '"),
    "  - A\n  B: {note: x}\n": (4, "B: {note", "begin each sentence with '- '"),
    "  A: {note: x}\n  - B\n": (3, "A: {note", "begin each sentence with '- '"),
    "  -A: {note: x}\n  - B\n": (3, "-A", "a blank stands behind '-'"),
    "  - A\n  -B\n": (4, "-B", "a blank stands behind '-'"),
    "  - A\n  crane:\n    type: Offence\n": (4, "crane", "an entity stands under 'entities:'"),
    "  - A: {note: x}\n  crane: {type: Offence}\n": (4, "crane", "an entity stands under 'entities:'"),
    '  - A:{at: "one"}\n': (3, '{at: "one"', "a blank stands between ':' and '{'"),
    '  - A {at: "one"}\n': (3, '{at: "one"', "': ' stands between a sentence and its details"),
    "  - A:\n      at:one\n      note: x\n": (4, ":one", "a blank stands behind ':'"),
    "  - A:\n      note: x\n      at:one\n": (5, ":one", "a blank stands behind ':'"),
    "  - A\nentities:\n  crane\n  b: {type: Offence}\n": (5, "", "a key needs ': ' behind it"),
    '  - A: {at: "one" of two}\n': (3, "of two", "quote all of the text or nothing of it"),
    '  - "A" governs B: {at: x}\n': (3, "governs", "quote all of the text or nothing of it"),
    '  - A: {at: "one"  note: x}\n': (3, "note", "a comma stands between two details"),
    "  - A: {note: x}}\n": (3, "}\n", "this '}' closes nothing"),
    "  - A: {note: x} and more\n": (3, "and more", "nothing stands behind the details"),
    "  - A: {note: x,\n       at: is [here]}\n": (4, "[here]", "quote text that holds , [ ] { }"),
    '  - A: {note: x,\n       at: "one" of two}\n': (4, "of two", "quote all of the text or nothing of it"),
    '  - A:\n      # see "x and: "y\n      at: x\n     note: y\n': (6, "note", "5 blanks stand before it, 6 in line 5"),
    "  - A: {note: is [here]}\n": (3, "[here]", "quote text that holds , [ ] { }"),
    "  - A: {says: @ruiz}\n": (3, "@ruiz", "quote text that begins with '@'"),
    "  - *A governs B\n": (3, "governs", "quote text that begins with '*'"),
    "  - A: he: said\n": (3, ": said", "quote a text that holds ': '"),
}


@pytest.mark.parametrize("lines", SLIPS)
def test_a_slip_is_pointed_at_where_it_was_made(lines: str, tmp_path: Path) -> None:
    """Not where the parser noticed it, which may be a line below; and the hint says how to mend it."""
    line, under, hint = SLIPS[lines]
    path = tmp_path / "a.yaml"
    path.write_text(f"source: paper\nfacts:\n{lines}", encoding="utf-8")
    problem = list(yaml.read(path, "a.yaml"))[-1]
    assert isinstance(problem, Problem)
    assert problem.code == "bad-yaml"
    assert hint in problem.hint
    text = path.read_text(encoding="utf-8").splitlines(keepends=True)[problem.span.line - 1]
    assert (problem.span.line, text[problem.span.column - 1 :][: len(under)]) == (line, under)


@given(st.text("ab:- \n{}[]\"'#,*\t", max_size=60))
def test_any_text_that_is_no_yaml_has_one_place_in_it(text: str) -> None:
    """Wherever the parser stops, looking for the slip ends, and points into the text."""
    for at in range(len(text) + 1):
        for said in ("did not find expected ',' or '}'", "mapping values", "could not find expected ':'", "indicator"):
            place, hint = slips.found(slips.Stop(text, at, at // 2, said))
            assert 0 <= place <= len(text)
            assert "\n" not in hint


COMMENTS = {  # a line of facts: what of it is a comment by mistake
    "  - A governs B #2": "#2",
    "  - A governs B # 2": "",
    "  - A governs B # as in #2": "",
    "  - A governs B ## 2": "",
    "  #2": "",
    '  - "A #2 governs B"': "",
    "  - A governs B#2": "",
    "  - A governs B: {note: 'it''s #2', at: \"é🙂 #3\"} #todo": "#todo",
    "  - A governs B:\n      note: |\n        box #4\n        #5\n      #6\n      at: x #7 # 8": "#7 # 8",
    '  - A governs B:\n      at: "one #2\n        #3 two"   #4': "#4",
    "  - A governs B:   #": "",
}


@pytest.mark.parametrize("lines", COMMENTS)
def test_a_comment_that_may_be_a_part_of_the_text_is_a_problem(lines: str, tmp_path: Path) -> None:
    """Only where words stand before it and no blank behind its '#', and never inside quotes or a block."""
    path = tmp_path / "a.yaml"
    path.write_text(f"facts:\n{lines}\n  - C governs D\n", encoding="utf-8")
    problems = [problem for problem in yaml.read(path, "a.yaml") if isinstance(problem, Problem)]
    assert [problem.code for problem in problems] == ["comment-in-text"] * bool(COMMENTS[lines])
    rows = path.read_text(encoding="utf-8").splitlines()
    marked = [rows[span.line - 1][span.column - 1 :][: span.length] for span in (p.span for p in problems)]
    assert marked == [COMMENTS[lines]] * bool(COMMENTS[lines])


DETAILS = {
    "{votes: EUR 2,3 million}": "a comma in { } begins another detail: quote the text that holds it; a decimal has",
    "{says: Cabello, Nordpress}": "or write several as [one, two]",
    "{at: “one, two”}": "“ ” hold no text together",
    '{at:"one"}': "a blank stands behind ':' — at: …",
    "{type: Person}": "an entity stands under entities:",
    "{votes: 12,430}": 'quote a number that has a comma: "12,430"',
}


@pytest.mark.parametrize("details", DETAILS)
def test_a_key_that_only_punctuation_made_is_told_why(details: str, facts: Callable[[str], Project]) -> None:
    """A comma, quotes that are none, a colon without a blank: the hint names it, and no likely spelling misleads."""
    found = facts(f"  - Cabello loses to Capriles: {details}\n").corpus.problems
    (problem,) = [problem for problem in found if problem.code == "unknown-detail"]
    assert DETAILS[details] in problem.hint
    assert not problem.near


def test_an_unknown_key_with_nothing_behind_its_colon_is_no_matter_of_commas(facts: Callable[[str], Project]) -> None:
    """In a block the key stands for itself, and the details that there are are listed."""
    (problem,) = facts("  - Cabello governs Miranda:\n      owner:\n").corpus.problems
    assert problem.hint.startswith("details are: ")


def test_a_list_out_of_line_is_read_as_one_sentence_and_says_so(facts: Callable[[str], Project]) -> None:
    """YAML joins a deeper '- ' to the line above: the name that comes of it is unknown."""
    (problem,) = facts("  - Cabello governs Miranda\n    - Capriles governs Miranda\n").corpus.problems
    assert problem.hint == "lines are read as one sentence here: every '- ' of a list stands in the same column"
