"""What a saved query expects is checked: rows in any order, how many, which and which not."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import asking
import pytest

from kg.expect import _has, _paired, _unmatched, check_queries
from kg.problem import hint_of
from kg.project import Project
from kg.query import Dataset
from kg.saved import Saved, of_text, read_folder

ROWS = "SELECT ?place { :cabello kg:governs ?place }"
MORE = "a row came that is not listed: place: "
LETTERS = "SELECT ?letter { VALUES ?letter { 'A' 'B' 'B' } }"
PAIRS = "SELECT ?first ?second { VALUES (?first ?second) { ('A' 'C') ('B' 'C') ('A' 'D') } }"
EACH = "each row stands for one: none is left for"
EXPECT = [
    ("[{place: Miranda}, {place: Táchira}]", ROWS, ""),
    ("[Táchira, Miranda]", ROWS, ""),
    ("[{place: Miranda}]", ROWS, f"{MORE}Táchira"),
    ("[{place: Miranda}, {place: Sucre}]", ROWS, f"no row has place: Sucre; {MORE}Táchira"),
    ("[Miranda, Táchira, Miranda]", ROWS, "2 rows came, 3 expected"),
    ("[Miranda, Miranda]", ROWS, f"{MORE}Táchira"),
    ("[A, A, B]", LETTERS, f"{EACH} A, and left over is letter: B"),
    ("[{letter: A}, {letter: A}, B]", LETTERS, f"{EACH} letter: A, and left over is letter: B"),
    ("[A, B, B]", LETTERS, ""),
    ("[B, {letter: A}, B]", LETTERS, ""),
    ("[{first: A}, {second: C}, {second: C}]", PAIRS, ""),
    ("[{second: C}, {first: A}, {second: C}]", PAIRS, ""),
    ("[C, C, A]", PAIRS, ""),
    ("[{second: C}, {first: A, second: C}, {first: A}]", PAIRS, ""),
    ("[{first: A}, {first: A}, {first: B}]", PAIRS, ""),
    ("[{first: A}, {first: B}, {first: B}]", PAIRS, f"{EACH} first: B, and left over is first: A, second: D"),
    ("[{first: A}, {first: A}, {first: A}]", PAIRS, "a row came that is not listed: first: B, second: C"),
    ("[]", ROWS, MORE),
    ("[]", "SELECT ?x { :cabello kg:losesTo ?x }", ""),
    ("{rows: 2}", ROWS, ""),
    ("{rows: 3}", ROWS, "2 rows came, 3 expected"),
    ("{includes: [{place: Miranda}], excludes: [{place: Sucre}]}", ROWS, ""),
    ("{includes: [{place: Sucre}]}", ROWS, "no row has place: Sucre"),
    ("{excludes: [{place: Miranda}]}", ROWS, "a row has place: Miranda"),
    ("{incldes: [{place: Miranda}]}", ROWS, "'incldes' is nothing that can be expected"),
    ("{includes: [{town: Miranda}]}", ROWS, "the query has no column 'town'"),
    ("[{plce: Miranda}, {place: Táchira}]", ROWS, "the query has no column 'plce'"),
    ("{excludes: [{place: Sucre, plce: Miranda}]}", ROWS, "the query has no column 'plce'"),
    ("{rows: 1}", "ASK { :cabello kg:governs :miranda }", ""),
    ("{rows: 1}", "ASK { :cabello kg:governs :psuv }", "0 came, 1 expected"),
    ("{rows: 2}", "CONSTRUCT { ?s kg:likes ?o } WHERE { ?s kg:governs ?o }", ""),
    ("true", "ASK { :cabello kg:governs :miranda }", ""),
    ("true", "ASK { :cabello kg:governs :psuv }", "false came, true expected"),
    ("[x]", "ASK { :cabello kg:governs :psuv }", "'['x']' is nothing that can be expected"),
    ("two rows", ROWS, "'two rows' is nothing that can be expected"),
]


@pytest.mark.parametrize(("expect", "text", "message"), EXPECT)
def test_a_saved_query_answers_as_it_expects(expect: str, text: str, message: str, asked_copy: Project) -> None:
    """A list is the whole answer in any order; rows, includes and excludes ask for less; no expectation is ignored."""
    path = asked_copy.root / "queries" / "q.rq"
    path.parent.mkdir()
    path.write_text(f"#+ summary: x\n#+ expect: {expect}\n{text}\n", encoding="utf-8")
    queries, problems = read_folder(asked_copy.root, "queries", ("summary", "expect"))
    problems += check_queries(asked_copy.dataset(), queries)
    if not message:
        assert problems == []
        return
    (problem,) = problems
    assert (problem.code, problem.span.line) == ("unexpected-answer", 2)
    assert problem.message.startswith(message)


def test_rows_are_matched_wherever_they_can_be() -> None:
    """As many as by trying each order; a wanted row may name some of the columns."""
    some = random.Random(6)
    for _ in range(300):
        found = [{"a": some.choice("xyz"), "b": some.choice("xyz")} for _ in range(some.randint(0, 5))]
        wanted = [_some_of(some.choice("xyz"), some.choice("xyz"), some.randint(0, 3)) for _ in range(4)]
        alone, over = _unmatched(wanted, found)
        most = max(sum(map(_has, order, wanted)) for order in permutations([*found, *[{}] * 4], 4))
        assert (len(alone), len(over)) == (len(wanted) - most, len(found) - most)


def _some_of(a: str, b: str, which: int) -> Any:
    return ({"a": a, "b": b}, {"a": a}, {"b": b}, a)[which]


def test_a_long_answer_is_matched_row_by_row() -> None:
    """Not each with each; nor is there a limit to how many give way to each other."""
    found = [{"a": str(i), "b": "x"} for i in range(50_000)]
    assert _unmatched([dict(row) for row in reversed(found)], found) == ([], [])
    chain = [[i, i + 1] for i in range(3_000)] + [[0]]
    assert len(_paired(chain)) == 3_001


def test_a_column_that_is_not_there_is_told_with_those_that_are(asked: Project) -> None:
    """`{excludes: …}` of a misspelt column would hold whatever comes; each such column is told once."""
    saved = of_text(f"#+ summary: x\n#+ expect: [{{plce: a, x: b}}, {{plce: c}}]\n{ROWS}", "q", "queries/q.rq")
    assert isinstance(saved, Saved)
    problems = check_queries(asked.dataset(), [saved])
    assert [(p.message, p.span.line, hint_of(p)) for p in problems] == [
        ("the query has no column 'plce'", 2, "did you mean 'place'? its columns are place"),
        ("the query has no column 'x'", 2, "its columns are place"),
    ]


def test_a_column_that_nothing_binds_is_a_problem_at_its_place(asked: Project) -> None:
    """Its cells would be empty in silence; a parameter is bound by who asks."""
    text = "#+ summary: x\n#+ defaults: [{word: a}]\nSELECT (?_word AS ?w) ?plce { :cabello kg:governs ?place }"
    (problem,) = check_queries(asked.dataset(), [asking.saved(text)])
    assert (problem.code, problem.span[1:]) == ("bad-query", (3, 23, 5))
    assert problem.message.startswith("'?plce' is asked for, and nothing in the query binds it")
    assert hint_of(problem) == "did you mean 'place'?"


def test_a_saved_query_without_a_summary_is_a_problem(asked_copy: Project) -> None:
    """So is a key of its header that nobody reads, each at its line."""
    dataset: Dataset = asked_copy.dataset()
    assert [p.code for p in check_queries(dataset, [asking.saved("SELECT * {}")])] == ["no-summary"]
    path = asked_copy.root / "queries" / "q.rq"
    path.parent.mkdir()
    path.write_text("#+ sumary: x\nSELECT * {}\n")
    problems = [p for p in asked_copy.check() if p.span.path == "queries/q.rq"]
    assert [(p.code, p.span.line) for p in problems] == [("no-summary", 1), ("unknown-key", 1)]
