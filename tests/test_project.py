"""A project on disk: what changed is read again, what is wrong publishes nothing, and a wrong folder stays as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.project import ProblemsFound, Project
from kg.store import BuildError, current

KG = [sys.executable, "-m", "kg.cli"]


def test_problems_publish_nothing(facts: Callable[[str], Project]) -> None:
    """A rule that is wrong raises all that is wrong; the old build stays, and nothing is left behind."""
    project = facts("  - Cabello governs Miranda\n")
    before = project.build()
    (project.root / "ontology" / "rules").mkdir()
    (project.root / "ontology" / "rules" / "r.rq").write_text("#+ summary: x\nCONSTRUCT {", encoding="utf-8")
    with pytest.raises(ProblemsFound):
        project.build()
    assert current(project.root) == before
    assert sorted((project.root / "build").glob("tmp-*")) == []


def test_a_mistyped_folder_creates_nothing(tmp_path: Path) -> None:
    """Neither asking nor building in a folder that is not there, or holds no facts, makes anything."""
    for command in (["build"], ["check"], ["export", "turtle"]):
        done = subprocess.run([*KG, "-C", tmp_path / "nowhere", *command], capture_output=True, text=True)
        assert done.returncode == 2
        done = subprocess.run([*KG, "-C", tmp_path, *command], capture_output=True, text=True)
        assert done.returncode == 1
        assert "no-facts" in done.stderr + done.stdout
        assert "Traceback" not in done.stderr
    with pytest.raises(BuildError, match="nowhere: is no folder"):
        Project(tmp_path / "nowhere").build()
    assert current(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_changed_fact_is_never_passed_over(facts: Callable[[str], Project]) -> None:
    """An open project that is asked again after its facts have changed answers from the new ones."""
    project = facts("  - Cabello governs Miranda\n")
    question = "SELECT ?place { :cabello kg:governs ?place }"
    assert project.query(question) == [{"place": "Miranda"}]
    facts("  - Cabello governs Táchira\n")
    assert project.query(question) == [{"place": "Táchira"}]
    assert Project(project.root).query(question) == [{"place": "Táchira"}]
    facts("  - Cabello govens Táchira\n")
    assert [problem.code for problem in project.check()] == ["unknown-verb"]


def put_facts(project: Project, sentence: str) -> None:
    """Writes the one fact file anew, with one sentence."""
    text = f"source: paper\nfacts:\n  - {sentence}\n"
    (project.root / "facts" / "facts.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("first", ["ontology", "corpus"])
def test_a_grammar_that_was_read_before_it_changed_is_read_again(first: str, facts: Callable[[str], Project]) -> None:
    """Whether it is asked for alone or with the facts; one that has not changed is kept."""
    project = facts("  - Cabello governs Miranda\n")
    before = getattr(project, first)
    with (project.root / "ontology" / "grammar.ttl").open("a", encoding="utf-8") as grammar:
        grammar.write('kg:tickles a owl:ObjectProperty ; rdfs:label "tickles"@en .\n')
    put_facts(project, "Cabello tickles Miranda")
    if first == "ontology":
        assert project.corpus.problems == ()
    assert project.check() == []
    assert project.query("ASK { :cabello kg:tickles :miranda }") is True
    assert getattr(project, first) is not before


def test_a_grammar_that_has_not_changed_is_read_once(facts: Callable[[str], Project]) -> None:
    project = facts("  - Cabello governs Miranda\n")
    grammar = project.ontology
    facts_read = project.corpus
    project.build()
    assert project.ontology is grammar
    assert project.corpus is facts_read


def test_facts_and_ontology_may_be_links_as_a_whole(facts: Callable[[str], Project], tmp_path: Path) -> None:
    """Projects share them: they are read, and a change in them counts; a link below them leads nowhere."""
    project = facts("  - Cabello governs Miranda\n")
    shared = tmp_path.parent / f"{tmp_path.name}-shared"
    shared.mkdir()
    for name in ("facts", "ontology"):
        (project.root / name).rename(shared / name)
        (project.root / name).symlink_to(shared / name)
    assert project.check() == []
    before = project.inputs()
    assert project.query("ASK { :cabello kg:governs :miranda }") is True
    put_facts(project, "Cabello governs Táchira")
    assert project.inputs() != before
    assert project.query("ASK { :cabello kg:governs :miranda }") is False
    (shared / "secret").write_text("a: b", encoding="utf-8")
    (shared / "facts" / "secret.yaml").symlink_to(shared / "secret")
    assert [(p.code, p.span.path) for p in project.check()] == [("unreadable-file", "facts/secret.yaml")]


ODD_NAMES = ["a\tb.yaml", "a\nb.yaml", "-b.yaml", "ñ.yaml", "back\\slash.yaml", os.fsdecode(b"\xff.yaml")]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_file_names_keep_their_places(name: str, case_project: Callable[..., Project]) -> None:
    """A tab, a line end, a leading dash or bytes that are no text in a file's name come back as they were."""
    project = case_project()
    (project.root / "facts" / name).write_text("source: paper\nfacts:\n  - Cabello governs Miranda\n")
    places = [place for place in project.build().places() if place.evidence]
    assert [(place.path, place.line, place.column) for place in places] == [(f"facts/{name}", 3, 5)]


def test_queries_that_are_a_link_are_neither_read_nor_hashed(facts: Callable[[str], Project], tmp_path: Path) -> None:
    """It may lead to the whole disk; the check says that it is not followed, each time."""
    project = facts("  - Cabello governs Miranda\n")
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "x.rq").write_text("#+ summary: x\nASK {}", encoding="utf-8")
    (project.root / "queries").symlink_to(outside)
    before = project._digest("facts", "queries")
    for _ in range(2):
        assert [(p.code, p.span.path) for p in project.check()] == [("unreadable-file", "queries")]
    (outside / "x.rq").write_text("#+ summary: y\nASK {}", encoding="utf-8")
    assert project._digest("facts", "queries") == before
    assert project.queries() == []
