"""The reading ledger: what is one sentence of a document, and that a long line or a folder elsewhere is no trap."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import coverage
from kg.cli import main
from kg.project import ProblemsFound, Project

DATASET = 'dataset: {{id: cases, documents: "{folder}", base: "https://example.org/cases/"}}\n'
FACTS = """\
source: minutes
entities:
  minutes: {type: Document, file: minutes.txt}
  ann: {type: Person}
  town: {type: State}
facts:
  - ann governs town: {at: "the mayor … again"}
"""


@pytest.fixture
def minutes(case_project: Callable[..., Project]) -> Callable[..., Project]:
    """Returns a maker of projects whose one document holds a text."""

    def make(text: str, folder: str = "docs") -> Project:
        files = {"facts/f.yaml": DATASET.format(folder=folder) + FACTS, "docs/minutes.txt": text}
        return case_project(files, entities=False)

    return make


def _read(text: str) -> list[str]:
    """Returns the sentences of a text."""
    parts = [text[start:end] for start, end in coverage.paragraphs(text)]
    return [part[start:end] for part in parts for start, end in coverage.sentences(part)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_sentence_may_stand_on_several_lines(end: str, minutes: Callable[..., Project]) -> None:
    """It counts once, is cited once, and is shown with its first line and spaces for line ends."""
    text = end.join(["Minutes", "", "They said that the mayor", "  would be elected again. He left", "the room.", ""])
    (ledger,) = minutes(text).coverage()
    assert [(one.line, one.status, one.text) for one in ledger.sentences] == [
        (1, "neither", "Minutes"),
        (3, "cited", "They said that the mayor would be elected again."),
        (4, "neither", "He left the room."),
    ]


@pytest.mark.parametrize("text", [
    "Modest gains\n\nlater they lost", "A heading\nThe text begins here.", "The first.\nthen another", "So?”\nhe said",
    "They want:\n- bread\n- milk", "They want:\na) bread\nb) milk", "They want:\niv. bread\nv. milk", "One\n2 of them",
    "Submitted by Ann\nImage removed.", "one …\nand two",
])  # fmt: skip
def test_lines_that_may_stand_for_themselves_stay_apart(text: str) -> None:
    """Headings, items of lists, what a blank line or a full stop parts, and what goes on with a capital or a number."""
    assert _read(text) == [line.strip() for line in text.split("\n") if line]


@pytest.mark.parametrize("text", [
    "It was late\nand dark.", "The U.S.\ngovernment fell", "It\nwas. Late", "on Monday,\n\tsaid Ann", "Ann “led”\nélan",
])  # fmt: skip
def test_a_line_that_goes_on_in_small_letters_is_no_end(text: str) -> None:
    assert " ".join(_read(text)).split() == text.split()
    assert all(not one.endswith(text.split("\n")[0]) for one in _read(text))


@pytest.mark.parametrize(("text", "count"), [
    ("He met Mr. X, Gen. Y and Sen. Z of the U.S. He left. So did I.", 2), ("J. F. K. Jones won. He ran.", 2),
    ("xxxxxxxxxxxxxxxxxxxxxxxGen. Then", 2), ("A.B.C.D.E.F. Jones won", 1), ("Gen. Smith won", 1),
    (f"{'a' * (coverage.LOOK_BACK - 3)}Gen. Then", 2),
])  # fmt: skip
def test_abbreviations_end_no_sentence(text: str, count: int) -> None:
    """They are whole words right before the full stop, at the begin of a text too."""
    assert len(list(coverage.sentences(text))) == count


def test_a_line_as_long_as_a_document_is_read_once() -> None:
    """The characters that are looked at for abbreviations grow with the sentences, not with their square."""
    text = "This is one more sentence of it. " * 4000

    class Counted:
        """Counts the characters that are searched."""

        seen = 0

        def search(self, text: str, first: int = 0, last: int = sys.maxsize) -> None:
            Counted.seen += min(len(text), last) - first

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(coverage, "_ABBREVIATION", Counted())
        assert len(list(coverage.sentences(text))) == 4000
    assert 0 < Counted.seen < len(text)


@pytest.mark.parametrize("folder", ["../outside", "/", ".", "link"])
def test_documents_outside_the_project_are_refused_as_the_check_refuses_them(
    folder: str, minutes: Callable[..., Project], tmp_path: Path
) -> None:
    outside = tmp_path.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "minutes.txt").write_text("Nobody's business: the mayor again.", encoding="utf-8")
    (tmp_path / "link").symlink_to(outside)
    project = minutes("They elect the mayor again.", folder)
    with pytest.raises(ProblemsFound) as refused:
        project.coverage()
    (problem,) = refused.value.problems
    assert problem.code == "outside-folder"
    assert problem in project.check()
    shown = CliRunner().invoke(main, ["-C", str(project.root), "coverage", "--all"], catch_exceptions=False)
    assert shown.exit_code == 1
    assert "outside-folder" in shown.output
    assert "business" not in shown.output
    assert [ledger.count("cited") for ledger in project.coverage(outside)] == [1]


def test_the_datasets_own_folder_is_read(minutes: Callable[..., Project]) -> None:
    assert [ledger.count("cited") for ledger in minutes("They elect the mayor again.").coverage()] == [1]


def test_a_changed_fact_counts(minutes: Callable[..., Project]) -> None:
    """An open project that is asked again after its facts have changed answers from the new ones."""
    project = minutes("They elect the mayor again. He left.")
    assert [one.status for one in project.coverage()[0].sentences] == ["cited", "neither"]
    with (project.root / "facts" / "f.yaml").open("a", encoding="utf-8") as file:
        file.write("  - ann governs town: {at: He left}\n")
    assert [one.status for one in project.coverage()[0].sentences] == ["cited", "cited"]
