"""Where statements differ and how: every kind, and every sum, with facts that clash and facts that can all hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from examples import BASE, inferred, names, project, table, with_details

from kg.answer import disagreements_text
from kg.disagree import (
    ARITHMETIC,
    FOLDER,
    KINDS,
    Disagreement,
    about,
    disagreements,
    lines,
    read_kinds,
)
from kg.problem import hint_of
from kg.project import Project
from kg.query import QueryError
from kg.saved import Saved

SUMS = table("arithmetic.yaml")
KIND = table("kinds.yaml")
EACH_SUM = pytest.mark.parametrize("name", SUMS)
EACH_KIND = pytest.mark.parametrize("name", KIND)


def found_in(root: Path, example: dict[str, Any], only: str = "") -> list[Disagreement]:
    """Returns what an example disagrees about; with `only`, what that one query finds."""
    made = project(root, example)
    kinds, problems = read_kinds(made.root)
    assert not problems
    chosen = [saved for saved in kinds if only in ("", saved.name)]
    found, problems = disagreements(inferred(made)[0], chosen)
    assert not problems
    return found


def sums(found: list[Disagreement]) -> list[set[str]]:
    return [set(one.values) for one in found if one.kind == ARITHMETIC]


def test_every_query_and_kind_has_an_example() -> None:
    assert set(SUMS) == names("disagreements")
    assert {name.split(",")[0] for name in KIND} == set(KINDS)


@EACH_SUM
def test_a_sum_finds_the_smallest_set_of_claims_that_clash(name: str, tmp_path: Path) -> None:
    assert sums(found_in(tmp_path, SUMS[name]["fires"], name)) == [set(SUMS[name]["clash"])]


@EACH_SUM
def test_a_sum_keeps_silent(name: str, tmp_path: Path) -> None:
    assert sums(found_in(tmp_path, SUMS[name]["silent"])) == [], "neither this query nor another one"


@pytest.mark.parametrize("details", [{"status": "denied"}, {"status": "predicted"}, {"rank": "deprecated"}], ids=str)
@EACH_SUM
def test_claims_that_nobody_stands_by_do_not_clash(name: str, details: dict[str, str], tmp_path: Path) -> None:
    assert sums(found_in(tmp_path, with_details(SUMS[name]["fires"], **details), name)) == []


def test_alleged_claims_clash_like_asserted_ones(tmp_path: Path) -> None:
    example = with_details(SUMS["share-and-lead"]["fires"], status="alleged")
    assert sums(found_in(tmp_path, example)) == [set(SUMS["share-and-lead"]["clash"])]


@EACH_KIND
def test_a_kind_is_found(name: str, tmp_path: Path) -> None:
    found = [one for one in found_in(tmp_path, KIND[name]["fires"]) if one.kind == name.split(",")[0]]
    assert [sorted(one.values) for one in found] == [sorted(KIND[name]["values"])]
    assert len(found[0].members) in (1, 2)
    assert found[0].question


@EACH_KIND
def test_a_kind_is_not_found(name: str, tmp_path: Path) -> None:
    kind = name.split(",")[0]
    found = [one for one in found_in(tmp_path, KIND[name]["silent"]) if one.kind == kind]
    assert found == []


UNITS = [
    ("EUR 2.3 million", "USD 1.8 million", "different scope"),
    ("EUR 1.8 million", "USD 1.8 million", "different scope"),
    ("EUR 2.3 million", "EUR 1.8 million", "contradicts"),
    ("2.3 million", "USD 1.8 million", "different scope"),
    ("1.8 million", "USD 1.8 million", "agrees within stated precision"),
    ("65%", "5.2 million", "different scope"),
    ("65%", "0.65", "agrees within stated precision"),
    ("65%", "40 per cent", "contradicts"),
    ("8%", "8 percentage points", "different scope"),
    ("3 months", "90 days", "different scope"),
    ("3 months", "3 meses", "agrees"),
    ("3 months", "2 meses", "contradicts"),
]


@pytest.mark.parametrize(("one", "other", "kind"), UNITS)
def test_amounts_in_different_units_never_contradict(one: str, other: str, kind: str, tmp_path: Path) -> None:
    """Nor do they agree: only amounts in one unit, however that is written, can be held against each other."""
    found = found_in(tmp_path, {"facts": [{"Ana funds Left Party": {"amount": text}} for text in (one, other)]})
    assert [(d.kind, set(d.values)) for d in found] == [(kind, {one, other})]


def test_the_smaller_set_hides_the_larger_one(tmp_path: Path) -> None:
    facts = [*SUMS["posts-won-over-posts-there-are"]["fires"]["facts"]]
    facts.append({"Right Party wins governorships 6": {"in": "general election", "out of": "22"}})
    found = sums(found_in(tmp_path, {"facts": facts}, "posts-won-over-posts-there-are"))
    pair = {"Left Party wins governorships 17", "Right Party wins governorships 6, out of 22"}
    assert pair in found
    assert [one for one in found if pair < one] == []


def test_columns_of_several_statements_and_of_other_things(tmp_path: Path) -> None:
    dataset = inferred(project(tmp_path, {"facts": ["Ana supports Ben", "Ben supports Cleo"]}))[0]
    text = """SELECT ?who (GROUP_CONCAT(STR(?s); separator=" ") AS ?all)
              WHERE { ?s rdf:predicate kg:supports . BIND(:ana AS ?who) } GROUP BY ?who"""
    saved = Saved("both", f"{FOLDER}/both.rq", text, {"summary": "two that support.", "kind": "different scope"})
    found, problems = disagreements(dataset, [saved])
    assert [(d.kind, d.question, d.values) for d in found] == [
        ("different scope", "two that support", found[0].values)]  # fmt: skip
    assert set(found[0].values) == {"Ana supports Ben", "Ben supports Cleo"}
    assert problems == []


def test_a_query_that_is_no_sparql_is_a_problem(tmp_path: Path) -> None:
    dataset = inferred(project(tmp_path, {"facts": ["Ana supports Ben"]}))[0]
    saved = Saved("bad", f"{FOLDER}/bad.rq", "SELECT ?one WHERE {", {"summary": "bad"})
    assert [(p.code, p.span.path) for p in disagreements(dataset, [saved])[1]] == [("bad-disagreement", saved.path)]


@pytest.mark.parametrize(("columns", "expected"), [("?one ?other", []), ("?who", ["bad-disagreement"])])
def test_a_query_whose_rows_name_no_statement_is_a_problem(tmp_path: Path, columns: str, expected: list[str]) -> None:
    dataset = inferred(project(tmp_path, {"facts": ["Ana supports Ben", "Ana supports Cleo"]}))[0]
    where = "?one rdf:subject ?who . ?other rdf:subject ?who . FILTER(STR(?one) < STR(?other))"
    saved = Saved("own", f"{FOLDER}/own.rq", f"SELECT {columns} WHERE {{ {where} }}", {"summary": "own"})
    found, problems = disagreements(dataset, [saved])
    assert [problem.code for problem in problems] == expected
    assert {len(one.members) for one in found if one.question == "own"} == (set() if expected else {2})


def test_disagreements_are_in_the_graph_and_can_be_asked_for(tmp_path: Path) -> None:
    made = project(tmp_path, KIND["contradicts"]["fires"])
    assert made.query("SELECT ?kind (COUNT(?member) AS ?members) WHERE { ?d a kg:Disagreement ; kg:kind ?kind ; "
                      "kg:member ?member } GROUP BY ?kind") == [{"kind": "contradicts", "members": "2"}]  # fmt: skip


def test_the_order_of_facts_changes_nothing(tmp_path: Path) -> None:
    every = [str(fact) for name in KIND for fact in KIND[name]["fires"]["facts"]]
    facts = [fact for name in KIND for fact in KIND[name]["fires"]["facts"] if every.count(str(fact)) == 1]
    texts = []
    for number, order in enumerate((facts, facts[::-1])):
        root = tmp_path / str(number)
        root.mkdir()
        texts.append(lines(found_in(root, {"facts": order}), BASE))
    assert texts[0] == texts[1]
    assert texts[0] == sorted(set(texts[0]))


def test_two_questions_of_one_pair_of_statements_are_two_disagreements(tmp_path: Path) -> None:
    facts = [
        {"Left Party contests general election": {"votes": "5 million", "share": "50%"}},
        {"Left Party contests general election": {"votes": "6 million", "share": "60%"}},
    ]
    found = found_in(tmp_path, {"facts": facts})
    assert len({one.members for one in found}) == 1
    nodes = {line.split(" ", 1)[0] for line in lines(found, BASE)}
    assert len(nodes) == len(found) == 2


def test_every_voice_of_a_value_is_shown(tmp_path: Path) -> None:
    """Two who say the same, and a third who contradicts both: none is left out of the text."""
    facts = [
        {"Left Party contests general election": {"votes": "5,000", "says": "Ben"}},
        {"Left Party contests general election": {"votes": "6,000", "says": "Ana"}},
        {"Left Party contests general election": {"votes": "5,000", "scope": "Left candidates", "says": "Cleo"}},
    ]
    text = disagreements_text(found_in(tmp_path, {"facts": facts}), 80)
    assert all(name in text for name in ("Ana", "Ben", "Cleo"))
    one = [Disagreement("agrees", "who", ("a", "b"), ("5", "5"), ("Ben", "Cleo"))]
    assert disagreements_text(one, 80).count("5 — ") == 2


def test_a_fact_told_of_many_days_is_no_disagreement_of_each_with_each(tmp_path: Path) -> None:
    """One day follows the other; two that may be the same day are compared however many lie between."""
    days = [f"2008-01-{day:02}" for day in range(1, 21)]
    found = found_in(tmp_path, {"facts": [{"Ana supports Ben": {"on": day}} for day in days]})
    assert [one.kind for one in found] == ["succession in time"] * 19
    also = found_in(tmp_path / "b", {"facts": [{"Ana supports Ben": {"on": day}} for day in (*days[:3], "2008")]})
    assert sorted(one.kind for one in also) == ["agrees within stated precision"] * 3 + ["succession in time"] * 2


def test_who_denies_a_value_does_not_give_it(tmp_path: Path) -> None:
    facts = [
        {"Left Party contests general election": {"votes": "5,000", "says": "Ben", "status": "alleged"}},
        {"Left Party contests general election": {"votes": "5,000", "says": "Cleo", "status": "denied"}},
        {"Left Party contests general election": {"votes": "3,000", "says": "Ana"}},
    ]
    found = [one for one in found_in(tmp_path, {"facts": facts}) if set(one.values) == {"5,000", "3,000"}]
    assert [set(one.voices) for one in found] == [{"Ben", "Ana"}]


@pytest.mark.parametrize(("denied", "expected"), [("5000", 1), ("5,000", 1), ("5,001", 0)])
def test_a_number_is_denied_however_it_is_written(tmp_path: Path, denied: str, expected: int) -> None:
    facts = [
        {"general election had votes cast 5,000": {"says": "Ana"}},
        {f"general election had votes cast {denied}": {"says": "Ben", "status": "denied"}},
    ]
    found = found_in(tmp_path, {"facts": facts})
    assert [one.kind for one in found] == ["contradicts"] * expected


@pytest.mark.parametrize(
    ("dates", "kinds"),
    [
        ({"from": "2002-01-01"}, ["contradicts"]), ({"on": "2002-01-01"}, ["contradicts"]),
        ({"until": "2002-01-01"}, ["contradicts"]), ({"from": "2003-06-30"}, ["succession in time"]),
        ({"from": "2003"}, []), ({"on": "1999-01-01"}, ["succession in time"]),
    ],
)  # fmt: skip
def test_who_begins_or_ends_while_another_surely_holds_contradicts(
    tmp_path: Path, dates: dict[str, str], kinds: list[str]
) -> None:
    """Of a holder only one day may be known; the day of a change-over is nobody's alone."""
    whole = {"from": "1999-01-01", "until": "2003-06-30"}
    found = found_in(tmp_path, {"facts": [{"Ana governs North": whole}, {"Ben governs North": dates}]})
    assert [one.kind for one in found if "governs" in one.question] == kinds


def test_numbers_keep_all_their_digits(tmp_path: Path) -> None:
    facts = [f"general election had votes cast {number}" for number in ("9007199254740993", "9007199254740992")]
    assert [one.kind for one in found_in(tmp_path, {"facts": facts})] == ["contradicts"]


def test_texts_are_not_compared_by_their_dates(tmp_path: Path) -> None:
    facts = [{"news file": {name: {"on": "2008"}}} for name in ("one.txt", "two.txt")]
    assert [one.kind for one in found_in(tmp_path, {"facts": facts})] == ["contradicts"]


def test_the_text_for_people_names_kind_question_and_every_value(tmp_path: Path) -> None:
    found = found_in(tmp_path, KIND["contradicts"]["fires"])
    text = disagreements_text(found, 100)
    assert text.splitlines()[0] == "CONTRADICTS (1)"
    assert all(word in text for word in ("general election had turnout", "64.2%", "some 66%"))
    assert disagreements_text([], 100) == "No disagreements."


def test_only_what_is_asked_about_is_kept(tmp_path: Path) -> None:
    """By words, by another name of an entity; what has no disagreements gives none, and what nobody knows a problem."""
    entities = {"left": {"type": "Party", "name": "Left Union", "also": ["the Union"]}}
    facts = [{"Left Union contests general election": {"votes": votes}} for votes in ("5.3 million", "5.6 million")]
    made = project(tmp_path, {"entities": entities, "facts": facts})
    dataset, found, verbs = made.dataset(), made.disagreements(), made.ontology.verb_labels
    assert len(found) == 1
    for words in ("", "union CONTESTS", "5.3 million", "the union", "left"):
        assert about(dataset, found, words, verbs) == found, words
    for words in ("Ana", "turnout", "governs", "earlier elec"):
        assert about(dataset, found, words, verbs) == [], words
    for words, meant in (("Left Unoin", "left union"), ("contets", "contests"), ("xyz", "")):
        with pytest.raises(QueryError) as caught:
            about(dataset, found, words, verbs)
        assert caught.value.problem.code == "unknown-name"
        assert (meant in hint_of(caught.value.problem)) if meant else hint_of(caught.value.problem) == ""


def test_the_shipped_clash_of_a_share_and_a_lead_is_found(shipped: Project) -> None:
    """Two reports on one mayor's election: 55.7% of the votes, and a win by 8 points."""
    found = [one for one in shipped.disagreements() if one.kind == ARITHMETIC]
    assert any({"share 55.7%", "lead 8 percentage points"} == {v.split(", ")[-1] for v in one.values} for one in found)
