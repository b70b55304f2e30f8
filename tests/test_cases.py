"""Golden cases: a folder holds facts.yaml and what must come of it, problems.txt or graph.ttl, to the letter.

`KG_UPDATE=1 pytest tests/test_cases.py` writes them anew; read the difference before you keep it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import CASES

from kg.graph import stated
from kg.problem import report
from kg.project import Project
from kg.write import load

NAMES = sorted(p.name for p in CASES.iterdir() if p.name != "common")
BAD = [name for name in NAMES if not name.startswith("good-")]
GOOD = [name for name in NAMES if name.startswith("good-")]


def _expected(path: Path, text: str) -> str:
    if os.environ.get("KG_UPDATE"):
        path.write_text(text, encoding="utf-8", newline="\n")
    return path.read_text(encoding="utf-8")


def _report(project: Project) -> str:
    def line_of(path: str, number: int) -> str:
        text = (project.root / path).read_bytes().decode("utf-8", "replace").split("\n")
        return text[number - 1] if number <= len(text) else ""

    return report(project.corpus.problems, line_of, 80) + "\n"


def test_there_are_cases() -> None:
    assert len(BAD) >= 40
    assert len(GOOD) >= 5


@pytest.mark.parametrize("name", BAD)
def test_bad_facts_give_exactly_these_problems(name: str, case_project) -> None:
    project = case_project({"facts/facts.yaml": (CASES / name / "facts.yaml").read_bytes()})
    text = _report(project)
    assert text.strip(), "a bad case without a problem"
    assert text == _expected(CASES / name / "problems.txt", text)


@pytest.mark.parametrize("name", BAD)
def test_reports_fit_80_columns(name: str, case_project) -> None:
    """The quoted line and its caret fit a terminal; messages and hints may wrap."""
    project = case_project({"facts/facts.yaml": (CASES / name / "facts.yaml").read_bytes()})
    quoted = [line for line in _report(project).splitlines() if " | " in line[:9] or set(line.strip()) == {"^"}]
    assert all(len(line) <= 80 for line in quoted), [line for line in quoted if len(line) > 80]


@pytest.mark.parametrize("name", GOOD)
def test_good_facts_give_exactly_this_graph(name: str, case_project) -> None:
    project = case_project({"facts/facts.yaml": (CASES / name / "facts.yaml").read_bytes()})
    assert _report(project).strip() == ""
    text = "".join(load("turtle").write(stated(project.root, project.corpus)[0]))
    assert text == _expected(CASES / name / "graph.ttl", text)
