"""Every check reports the facts it is made for, at their line, and keeps silent on what only looks like them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from examples import inferred, names, project, table

from kg.checks import Spans, read_checks, run_checks
from kg.problem import Problem
from kg.saved import Saved

CHECKS = table("checks.yaml")
EACH = pytest.mark.parametrize("name", CHECKS)


def problems_of(root: Path, example: dict[str, Any], name: str) -> list[Problem]:
    made = project(root, example)
    dataset, _, places = inferred(made)
    checks, problems = read_checks(made.root)
    assert not problems
    return [p for p in run_checks(dataset, checks, Spans(places)) if p.code == name]


def test_every_check_has_an_example() -> None:
    assert set(CHECKS) == names("checks")


@EACH
def test_a_check_reports(name: str, tmp_path: Path) -> None:
    found = problems_of(tmp_path, CHECKS[name]["fires"], name)
    assert found
    for problem in found:
        assert not re.search(r"\{\w+\}", problem.message + problem.hint), "a name in braces is no column of the query"
        assert "https://" not in problem.message, "whatever a message names has a label"
        assert problem.hint
    assert any(p.span.path.startswith("facts/") and p.span.line > 0 for p in found)


@EACH
def test_a_check_keeps_silent(name: str, tmp_path: Path) -> None:
    found = problems_of(tmp_path, CHECKS[name]["silent"], name)
    if name == "orphan-entity":  # the head has entities that only other examples speak of
        found = [p for p in found if p.message.rsplit("of ", 1)[-1] in str(CHECKS[name]["silent"])]
    else:
        found = [p for p in found if p.span.path != "facts/head.yaml"]
    assert [p.message for p in found] == []


def test_bad_checks_are_problems(tmp_path: Path) -> None:
    dataset, _, places = inferred(project(tmp_path, {"facts": ["Ana supports Ben"]}))
    checks = [
        Saved("headless", "headless.rq", "SELECT ?focus {}"),
        Saved("broken", "broken.rq", "SELECT ?focus {", {"problem": "it is so"}),
    ]
    found = run_checks(dataset, checks, Spans(places))
    assert [(p.code, p.span.path) for p in found] == [("bad-header", "headless.rq"), ("bad-check", "broken.rq")]


def test_braces_of_a_name_are_only_text(tmp_path: Path) -> None:
    example = {"entities": {"odd": {"type": "Person", "name": "{focus}"}}, "facts": ["Ana supports Ben"]}
    dataset, _, places = inferred(project(tmp_path, example))
    text = "SELECT ?focus { ?focus rdfs:label '{focus}' }"
    check = Saved("odd", "odd.rq", text, {"problem": "this is {focus}, {other}"})
    assert [p.message for p in run_checks(dataset, [check], Spans(places))] == ["this is {focus}, {other}"]
