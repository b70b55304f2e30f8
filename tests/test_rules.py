"""Every rule infers what it says from asserted facts, and nothing from what is alleged, denied or near."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from examples import BASE, inferred, names, project, table, with_details

from kg.problem import Problem, did_you_mean
from kg.project import ProblemsFound, Project
from kg.rules import infer
from kg.saved import Saved
from kg.terms import KG, PROV, RDF, XSD

RULES = table("rules.yaml")
EACH = pytest.mark.parametrize("name", RULES)


def triple(words: str) -> set[str]:
    """Returns the triples that the words of an example mean: `ben defeats ana`, or `TENURE ben governor 2008-11-23`."""
    first, second, third, *day = words.split()
    if first != "TENURE":
        return {f"<{BASE}{first}> <{KG}{second}> <{BASE}{third}> ."}
    return {
        f"<{RDF}subject> <{BASE}{second}> .", f"<{RDF}predicate> <{KG}holds> .", f"<{RDF}object> <{BASE}{third}> .",
        f'<{KG}beginOfBegin> "{day[0]}"^^<{XSD}date> .', f"<{PROV}wasDerivedFrom>",
    }  # fmt: skip


def has(lines: list[str], words: str) -> bool:
    return all(any(part in line for line in lines) for part in triple(words))


def test_every_rule_has_an_example() -> None:
    assert set(RULES) == names("rules")


@EACH
def test_a_rule_infers(name: str, tmp_path: Path) -> None:
    lines = inferred(project(tmp_path, RULES[name]["fires"]), name)[1]
    assert [words for words in RULES[name]["gives"] if not has(lines, words)] == []
    assert [words for words in RULES[name].get("never", ()) if has(lines, words)] == []


@EACH
def test_a_rule_keeps_silent(name: str, tmp_path: Path) -> None:
    lines = inferred(project(tmp_path, RULES[name]["silent"]), name)[1]
    assert [words for words in RULES[name]["gives"] if has(lines, words)] == []


@pytest.mark.parametrize("details", [
    {"status": "alleged"}, {"status": "denied"}, {"status": "predicted"}, {"status": "threatened"},
    {"rank": "deprecated"},
], ids=lambda d: next(iter(d.values())))  # fmt: skip
@EACH
def test_a_rule_infers_nothing_from_what_is_not_asserted(name: str, details: dict[str, str], tmp_path: Path) -> None:
    example = with_details(RULES[name]["fires"], **details)
    assert inferred(project(tmp_path, example), name)[1] == inferred_from_head(tmp_path / "head", name)


def inferred_from_head(root: Path, name: str) -> list[str]:
    root.mkdir()
    return inferred(project(root, {"facts": ["Ana supports Ben"]}), name)[1]


# --- who wins comes to hold the office, whatever is known of the day ------------------------------

LATER = {"type": "Contest", "name": "later contest", "for office": "governor"}
WON = {"winning-a-contest-gives-the-office": "Ben wins later contest",
       "winning-an-office-gives-it": {"Ben wins governor of North": {"in": "later contest"}}}  # fmt: skip
DAYS = {
    "no date": ({}, [], [None]),
    "about a month": ({"on": "2008-11~"}, [], [None]),
    "a day": ({"on": "2008-11-23"}, [], ["2008-11-23"]),
    "a month": ({"on": "2008-11"}, [], ["2008-11-01"]),
    "a day in any year too": ({"on": "2008-11-23"}, ["later contest was held on 20XX-11-23"], ["2008-11-23"]),
    "that of the whole": ({"part of": "election"}, [], ["2008-11-23"]),
    "about its own, and that of the whole": ({"on": "2008-11~", "part of": "election"}, [], ["2008-11-23"]),
    "that of the whole, in any year too": (
        {"part of": "election"}, ["general election was held on 20XX-11-23"], ["2008-11-23"],
    ),
}  # fmt: skip
"""What is known of when a contest is: of the contest, of others, and the days on which a tenure begins at earliest."""


def tenures(lines: list[str]) -> list[str | None]:
    """Returns of each inferred tenure of Ben's the day on which it begins at the earliest."""
    said = [line.split(" ")[0] for line in lines if f"<{RDF}object> <{BASE}governor> ." in line]
    assert all(f"{tenure} <{RDF}subject> <{BASE}ben> ." in lines for tenure in said)
    begins = {line.split(" ")[0]: line.split('"')[1] for line in lines if f"<{KG}beginOfBegin>" in line}
    return [begins.get(tenure) for tenure in said]


@pytest.mark.parametrize("known", DAYS)
@pytest.mark.parametrize("name", WON)
def test_a_winner_comes_to_hold_the_office_once(name: str, known: str, tmp_path: Path) -> None:
    """With no plain date its begin is not known; one that is known is not said again without."""
    contest, facts, days = DAYS[known]
    example = {"entities": {"later": {**LATER, **contest}}, "facts": [WON[name], *facts]}
    assert tenures(inferred(project(tmp_path, example), name)[1]) == days


@pytest.mark.parametrize("known", ["that of the whole", "no date"])
def test_both_ways_to_win_an_office_give_one_tenure(known: str, tmp_path: Path) -> None:
    contest, _, days = DAYS[known]
    example = {"entities": {"later": {**LATER, **contest}}, "facts": list(WON.values())}
    assert tenures(inferred(project(tmp_path, example))[1]) == days


def test_an_office_is_won_without_a_vote_too(tmp_path: Path) -> None:
    """The dates of votes in which it was not won are nothing to it."""
    example = {"facts": ["Ben wins governor of North"]}
    assert tenures(inferred(project(tmp_path, example), "winning-an-office-gives-it")[1]) == [None]


def test_rules_come_to_an_end_and_twice_give_the_same(tmp_path: Path) -> None:
    facts: list[Any] = [{"Ana loses to Ben": {"in": "North contest"}}, "Isle is within North", "North is within Land"]
    made = project(tmp_path, {"facts": facts})
    assert inferred(made)[1] == inferred(made)[1]
    assert has(inferred(made)[1], "TENURE ben governor 2008-11-23"), "one rule builds on another"


def test_rules_that_feed_each_other_for_ever_are_a_problem(tmp_path: Path) -> None:
    dataset, _, _ = inferred(project(tmp_path, {"facts": ["Ana supports Ben"]}))
    text = """CONSTRUCT { ?next kg:note "more" }
              WHERE { ?s kg:note|kg:supports ?o BIND(IRI(CONCAT(STR(?s), "x")) AS ?next) }"""
    _, problems = infer(dataset.store, [Saved("more", "more.rq", text)], dataset.base, dataset.prefixes)
    assert [p.code for p in problems] == ["endless-rules"]


def test_a_rule_that_is_no_sparql_is_a_problem_and_others_still_run(tmp_path: Path) -> None:
    dataset, _, _ = inferred(project(tmp_path, {"facts": ["Ana supports Ben"]}))
    rules = [
        Saved("bad", "bad.rq", "CONSTRUCT { ?s kg:opposes }"),
        Saved("good", "good.rq", "CONSTRUCT { ?o kg:opposes ?s } WHERE { ?s kg:supports ?o }"),
    ]
    lines, problems = infer(dataset.store, rules, dataset.base, dataset.prefixes)
    assert has(lines, "ben opposes ana")
    assert [(type(p), p.code, p.span.path) for p in problems] == [(Problem, "bad-rule", "bad.rq")]


# --- mistakes that would switch a rule, a check or a kind of disagreement off ---------------------


def _misspelt(root: Path, name: str, text: str) -> tuple[Project, list[Problem]]:
    """Returns a project with one more file of SPARQL in its ontology, and what is wrong with that file."""
    made = project(root, {"facts": ["Ana supports Ben"]})
    (made.root / "ontology" / name).write_text(text, encoding="utf-8")
    return made, [p for p in made.check(again=True) if p.span.path == f"ontology/{name}"]


WHERE = "SELECT ?focus WHERE { ?focus %s ?other }"
FILES = {
    "rules/new.rq": "#+ summary: x\nCONSTRUCT { ?other kg:opposes ?focus } WHERE { ?focus %s ?other }",
    "rules/head.rq": "#+ summary: x\nCONSTRUCT { ?other %s ?focus } WHERE { ?focus kg:supports ?other }",
    "checks/new.rq": f'#+ problem: "x"\n{WHERE}',
    "disagreements/new.rq": f"#+ summary: x\n{WHERE}",
}
WORDS = {
    "kg:suports": "kg:supports", "rdf:subjct": "rdf:subject", "<https://kg.example/terms#suports>": "supports",
    "k:suports": "k:supports", "kg:opposes/kg:suports": "kg:supports",
}  # fmt: skip


@pytest.mark.parametrize("wrong", WORDS)
@pytest.mark.parametrize("name", FILES)
def test_a_term_that_nothing_has_is_a_problem_at_its_place(name: str, wrong: str, tmp_path: Path) -> None:
    if name == "rules/head.rq" and "/kg:" in wrong:
        return  # a head has no paths
    text = f"PREFIX k: <{KG}> # k:suports\n{FILES[name] % wrong}"
    _, (problem,) = _misspelt(tmp_path, name, text)
    assert (problem.code, problem.span.line) == ("unknown-term", 3)
    marked = text.splitlines()[2][problem.span.column - 1 :][: problem.span.length]
    assert marked == wrong.rpartition("/" if "/kg:" in wrong else " ")[2]
    assert did_you_mean(problem.word, problem.near).split("'")[1] == WORDS[wrong]


@pytest.mark.parametrize("right", ["kg:opposes", "kg:evidence", "rdf:_1", "my:own"])
@pytest.mark.parametrize("name", FILES)
def test_terms_of_the_ontology_the_layout_and_others_are_known(name: str, right: str, tmp_path: Path) -> None:
    text = f"PREFIX my: <https://example.org/my#> # kg:nope 'kg:nope'\n{FILES[name] % right}"
    made, found = _misspelt(tmp_path, name, text)
    assert [p.code for p in found if p.code != "new"] == []
    assert made.build()


def test_a_rule_with_an_unknown_term_builds_nothing(tmp_path: Path) -> None:
    made, _ = _misspelt(tmp_path, "rules/new.rq", FILES["rules/new.rq"] % "kg:suports")
    with pytest.raises(ProblemsFound):
        made.build()


@pytest.mark.parametrize(("rule", "place"), [
    ("CONSTRUCT { ?a kg:opposes ?oder } WHERE { ?a kg:supports ?other }", (1, 27, 5)),
    ("PREFIX x: <urn:oder>\nCONSTRUCT {\n ?oder kg:opposes $b } { ?b kg:supports ?other } # ?oder", (3, 2, 5)),
])  # fmt: skip
def test_a_variable_of_the_head_that_nothing_binds_is_a_problem(
    rule: str, place: tuple[int, int, int], tmp_path: Path
) -> None:
    dataset, _, _ = inferred(project(tmp_path, {"facts": ["Ana supports Ben"]}))
    lines, (problem,) = infer(dataset.store, [Saved("odd", "odd.rq", rule)], dataset.base, dataset.prefixes)
    assert not lines
    assert (problem.code, problem.span[1:]) == ("bad-rule", place)
    assert did_you_mean(problem.word, problem.near) == "did you mean '?other'?"


@pytest.mark.parametrize("rule", [
    "CONSTRUCT { $o kg:opposes ?s } WHERE { ?s kg:supports ?o }",
    "CONSTRUCT { ?o kg:opposes ?x } WHERE { ?s kg:supports ?o BIND(?s AS ?x) }",
    "CONSTRUCT { ?o kg:opposes ?x } WHERE { ?x kg:supports ?o } VALUES ?x { :ana }",
])  # fmt: skip
def test_a_variable_may_be_bound_in_any_way(rule: str, tmp_path: Path) -> None:
    dataset, _, _ = inferred(project(tmp_path, {"facts": ["Ana supports Ben"]}))
    lines, problems = infer(dataset.store, [Saved("good", "good.rq", rule)], dataset.base, dataset.prefixes)
    assert (has(lines, "ben opposes ana"), problems) == (True, [])
