"""Every rule infers what it says from asserted facts, and nothing from what is alleged, denied or near."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from examples import BASE, inferred, names, project, table, with_details

from kg.problem import Problem
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
