"""What a saved query expects is checked: rows in any order, how many, which and which not."""

from __future__ import annotations

import asking
import pytest

from kg.expect import check_queries
from kg.problem import hint_of
from kg.project import Project
from kg.query import Dataset
from kg.saved import Saved, of_text, read_folder

ROWS = "SELECT ?place { :cabello kg:governs ?place }"
MORE = "a row came that is not listed: place: "
EXPECT = [
    ("[{place: Miranda}, {place: Táchira}]", ROWS, ""),
    ("[Táchira, Miranda]", ROWS, ""),
    ("[{place: Miranda}]", ROWS, f"{MORE}Táchira"),
    ("[{place: Miranda}, {place: Sucre}]", ROWS, f"no row has place: Sucre; {MORE}Táchira"),
    ("[Miranda, Táchira, Miranda]", ROWS, "2 rows came, 3 expected"),
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
