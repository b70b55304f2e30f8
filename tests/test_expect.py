"""What a saved query expects is checked: rows in any order, how many, which and which not."""

from __future__ import annotations

import asking
import pytest

from kg.expect import check_queries
from kg.project import Project
from kg.query import Dataset
from kg.saved import read_folder

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
    ("{includes: [{town: Miranda}]}", ROWS, "no row has town: Miranda"),
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


def test_a_saved_query_without_a_summary_is_a_problem(asked_copy: Project) -> None:
    """So is a key of its header that nobody reads, each at its line."""
    dataset: Dataset = asked_copy.dataset()
    assert [p.code for p in check_queries(dataset, [asking.saved("SELECT * {}")])] == ["no-summary"]
    path = asked_copy.root / "queries" / "q.rq"
    path.parent.mkdir()
    path.write_text("#+ sumary: x\nSELECT * {}\n")
    problems = [p for p in asked_copy.check() if p.span.path == "queries/q.rq"]
    assert [(p.code, p.span.line) for p in problems] == [("no-summary", 1), ("unknown-key", 1)]
