"""Every check reports the facts it is made for, at their line, and keeps silent on what only looks like them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from examples import inferred, names, project, table, with_details

from kg import disagree
from kg.checks import Spans, read_checks, run_checks
from kg.problem import Problem
from kg.saved import KINDS, Saved, read_folder

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


IMPOSSIBLE = sorted(set(CHECKS) - {"no-passage", "orphan-entity", "shared-name", "uncited-document"})
"""Checks of what the facts say; the others look at what is missing, or at names."""

NOT_SO = pytest.mark.parametrize("details", [
    {"status": "alleged"}, {"status": "denied"}, {"status": "predicted"}, {"status": "threatened"},
    {"rank": "deprecated"},
], ids=lambda d: next(iter(d.values())))  # fmt: skip


@NOT_SO
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_nobody_asserts_may_be_impossible(name: str, details: dict[str, str], tmp_path: Path) -> None:
    """That somebody alleges or denies it is no less so; what is known to be wrong is written down as such."""
    found = problems_of(tmp_path, with_details(CHECKS[name]["fires"], **details), name)
    assert [p.message for p in found] == []


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_is_asserted_is_reported_though_others_only_allege_it(name: str, tmp_path: Path) -> None:
    """The same facts from a second source, as less: what was reported still is, at the same lines."""
    entities = {"other": {"type": "NewsReport", "name": "The other news", "file": "b.txt"}}
    facts = CHECKS[name]["fires"]["facts"]
    alleged = with_details(CHECKS[name]["fires"], source="other", status="alleged")["facts"]
    alone = problems_of(tmp_path / "alone", {"entities": entities, "facts": facts}, name)
    both = problems_of(tmp_path / "both", {"entities": entities, "facts": [*facts, *alleged]}, name)
    assert alone
    assert sorted(both, key=str) == sorted(alone, key=str)


QUALIFIED = {
    "winner-did-not-stand": ["Ben is barred from North contest", "Ben wins North contest"],
    "wins-and-loses": ["Ben wins North contest", "Ben loses North contest"],
    "two-winners": ["Ana wins North contest", "Ben wins North contest"],
    "dropped-charge-never-brought": ["Ana has charges dropped over the siege"],
}


@pytest.mark.parametrize("name", QUALIFIED)
def test_a_problem_is_told_where_it_is_asserted(name: str, tmp_path: Path) -> None:
    """And not where somebody alleges nearly the same."""
    alleged = [{fact: {"status": "alleged", "on": "2008-11-24"}} for fact in QUALIFIED[name]]
    alone = problems_of(tmp_path / "alone", {"facts": QUALIFIED[name]}, name)
    assert len(alone) == 1
    assert problems_of(tmp_path / "both", {"facts": [*QUALIFIED[name], *alleged]}, name) == alone


def test_a_denial_known_to_be_wrong_bars_nobody(tmp_path: Path) -> None:
    for more, count in (({}, 1), ({"rank": "deprecated"}, 0)):
        facts = ["Ben wins North contest", {"Ben stands in North contest": {"status": "denied", **more}}]
        assert len(problems_of(tmp_path / str(count), {"facts": facts}, "winner-did-not-stand")) == count


def test_what_a_rule_infers_is_checked_too(tmp_path: Path) -> None:
    """It has no evidence that could assert it."""
    made = project(tmp_path, {"facts": ["Ana supports Ben", {"Ben wins North contest": {"share": "140%"}}]})
    (made.root / "ontology" / "rules" / "odd.rq").write_text(
        "#+ summary: x\nCONSTRUCT { ?odd a kg:Statement ; rdf:subject ?who ; kg:share ?share }\n"
        "WHERE { ?who kg:supports ?other . ?won kg:share ?share BIND(IRI('statement/odd') AS ?odd) }",
        encoding="utf-8",
    )
    dataset, _, places = inferred(made)
    checks = [check for check in read_checks(made.root)[0] if check.name == "share-over-100-percent"]
    assert len(run_checks(dataset, checks, Spans(places))) == 2


def test_a_name_that_is_the_id_of_another_is_told_once(tmp_path: Path) -> None:
    """An id as written means its entity, so that the name would not be asked about."""
    entities = {"bea": {"type": "Person", "name": "Bea", "also": ["Benny"]}, "Benny": {"type": "Person", "name": "Dan"}}
    found = problems_of(tmp_path, {"entities": entities}, "shared-name")
    assert [p.message for p in found] == ["'Benny' is the id of Dan and also a name of Bea"]


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


# --- files and folders that would be passed over -------------------------------------------------

FOLDERS = ("ontology/rules", "ontology/checks", "ontology/disagreements", "queries")


@pytest.mark.parametrize("folder", FOLDERS)
def test_links_out_of_the_project_are_not_read(folder: str, tmp_path: Path) -> None:
    made = project(tmp_path, {"facts": ["Ana supports Ben"]})
    (made.root / folder).mkdir(exist_ok=True)
    (made.root / folder / "x.rq").symlink_to("/etc/passwd")
    found = [p for p in made.check() if p.code == "unreadable-file"]
    message = "is a link that leaves the project's folder, and is not followed"
    assert [(p.span.path, p.message) for p in found] == [(f"{folder}/x.rq", message)]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("kind", ["file", "link", "closed"])
def test_a_folder_that_is_none_is_a_problem(
    folder: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file, a link elsewhere, a folder that may not be read: each would switch all in it off."""
    made = project(tmp_path / "project", {"facts": ["Ana supports Ben"]})
    place, outside = made.root / folder, tmp_path / "outside"
    (place.rename(outside) if place.exists() else outside).mkdir(exist_ok=True)
    (outside / "secret").touch()
    if kind == "file":
        place.touch()
    elif kind == "link":
        place.symlink_to(outside)
    else:
        place.mkdir()
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != place)
    (problem,) = [p for p in made.check() if p.code == "unreadable-file"]
    assert problem.span.path == folder
    assert not any("secret" in p.message + p.span.path for p in made.check())


def test_a_folder_that_is_not_there_is_no_problem(tmp_path: Path) -> None:
    made = project(tmp_path, {"facts": ["Ana supports Ben"]})
    for folder in FOLDERS[:3]:
        shutil.rmtree(made.root / folder)
    assert [p.span.path for p in made.check() if p.span.path.startswith(FOLDERS)] == []


@pytest.mark.parametrize("blank", [" ", "\t", "   "])
def test_a_header_behind_blanks_is_a_problem(blank: str, tmp_path: Path) -> None:
    """It would be a comment like any other, and expect nothing."""
    (tmp_path / "queries").mkdir()
    text = f"#+ summary: x\n{blank}#+ expect: []\n  # plain\nSELECT ?x {{}}"
    (tmp_path / "queries" / "x.rq").write_text(text, encoding="utf-8")
    found, problems = read_folder(tmp_path, "queries", ("summary", "expect"))
    assert not found
    assert [(p.code, p.span.path, p.span.line) for p in problems] == [("bad-header", "queries/x.rq", 2)]


def test_a_kind_of_disagreement_is_one_of_those_there_are(tmp_path: Path) -> None:
    made = project(tmp_path, {"facts": ["Ana supports Ben"]})
    path = made.root / "ontology" / "disagreements" / "new.rq"
    for kind in (*KINDS, "contradict"):
        path.write_text(f"#+ summary: x\n#+ kind: {kind}\nSELECT ?x {{}}", encoding="utf-8")
        problems = disagree.read_kinds(made.root)[1]
        assert [(p.code, p.span.line) for p in problems] == ([] if kind in disagree.KINDS else [("bad-header", 2)])
    assert KINDS == disagree.KINDS
