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
