"""Passages in the network: each has its lines and words where the documents are at hand, or nothing is put at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg import passages
from kg.project import ProblemsFound, Project

TEXT = "A first line.\nDiosdado Cabello, the governor of Miranda since 2004, lost.\nA third line,\nand a fourth <b>.\n"
FACTS = """\
entities:
  minutes: {type: Document, name: The minutes, file: minutes.txt}
source: minutes
facts:
  - Cabello governs Miranda: {at: "Diosdado Cabello, … since 2004"}
  - Cabello loses to Capriles: {at: "A third … <b>"}
  - Capriles governs Miranda
"""


@pytest.fixture
def project(case_project: Callable[..., Project]) -> Project:
    """Returns a project with a document of four lines in docs/."""
    return case_project({"facts/f.yaml": FACTS, "docs/minutes.txt": TEXT})


def evidence(network: object) -> dict[str, dict]:
    return {item["locator"]: item for *_, row in network.edges(data=True) for item in row["evidence"]}


def put(project: Project, folder: Path | None, *, words: bool) -> tuple[dict[str, dict], list]:
    network = project.network()
    problems = passages.put(network, project.corpus, project.root, folder, words=words)
    return evidence(network), problems


def test_each_passage_has_its_lines_and_only_if_asked_its_words(project):
    found, problems = put(project, project.root / "docs", words=True)
    assert problems == []
    assert {at: (item.get("place"), item.get("passage")) for at, item in found.items()} == {
        "Diosdado Cabello, … since 2004": ("2", "Diosdado Cabello, the governor of Miranda since 2004"),
        "A third … <b>": ("3-4", "A third line,\nand a fourth <b>"),
        "": (None, None),
    }
    found, _ = put(project, project.root / "docs", words=False)
    assert [item.get("place") for item in found.values()].count(None) == 1
    assert not any("passage" in item for item in found.values())


@pytest.mark.parametrize("text", ["Another text.\n", None])
def test_a_document_that_is_not_as_it_was_gives_problems_and_no_passage(project, text):
    path = project.root / "docs" / "minutes.txt"
    path.unlink() if text is None else path.write_text(text)
    found, problems = put(project, project.root / "docs", words=True)
    assert {problem.code for problem in problems} == {"no-document" if text is None else "locator-not-found"}
    assert not any("place" in item or "passage" in item for item in found.values())


@pytest.mark.parametrize("folder", [None, "nowhere"])
def test_without_the_documents_the_problem_says_how_to_name_them(project, folder):
    with pytest.raises(ProblemsFound) as refused:
        project.view(documents=folder and project.root / folder, with_passages=True)
    (problem,) = refused.value.problems
    assert problem.code == "no-document"
    assert "--documents DIR" in problem.hint


def test_the_datasets_own_folder_is_taken(project):
    entities = project.root / "facts" / "entities.yaml"
    text = entities.read_text(encoding="utf-8")
    entities.write_text(text.replace("dataset: {id: cases,", "dataset: {id: cases, documents: docs,"), encoding="utf-8")
    assert "the governor of Miranda since 2004" in Project(project.root).view(with_passages=True).html
    assert "the governor of Miranda since 2004" not in Project(project.root).view(documents=project.root / "docs").html
