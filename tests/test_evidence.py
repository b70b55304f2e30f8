"""Locators against documents: a passage is found exactly once or is a problem, and the lock remembers where it was."""

from __future__ import annotations

import difflib
import hashlib
import os
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import evidence, locator
from kg.graph import stated
from kg.layout import Anchor
from kg.locator import Locator
from kg.problem import Problem
from kg.project import Project

TEXT = """The first line is short.
Maria said that "the incumbent governor of Miranda" had lost – badly.
Another line names the incumbent governor again.
Here nobody wins. Here nobody loses.
"""

ENTITY = "  {id}: {{type: Document, name: {id}, file: {file}{lines}}}\n"


@pytest.fixture
def located(case_project: Callable[..., Project]) -> Callable[..., Project]:
    """Returns a maker of projects with one document and one fact for each locator."""

    def make(*locators: str, text: str | bytes = TEXT, lines: str = "", file: str = "doc.txt") -> Project:
        shown = "".join(f"  - Cabello governs Miranda: {{at: '{at}', note: n{n}}}\n" for n, at in enumerate(locators))
        entity = ENTITY.format(id="doc", file=file, lines=f", lines: {lines!r}" if lines else "")
        return case_project(
            {"facts/doc.yaml": f"source: doc\nentities:\n{entity}facts:\n{shown}", "docs/doc.txt": text}
        )

    return make


def _checked(project: Project, **options: bool) -> list[Problem]:
    return Project(project.root).check(project.root / "docs", **options)


def _passage(project: Project) -> str:
    """Returns the one passage that the lock of the project points at, having compared its digest."""
    anchors, problems = evidence.read_lock(project.root, "https://example.org/cases/")
    assert problems == []
    (anchor,) = anchors.values()
    text = (project.root / "docs" / "doc.txt").read_bytes().decode()
    passage = text[anchor.start : anchor.end]
    assert hashlib.sha256(passage.encode()).hexdigest() == anchor.digest
    return passage


FOUND = [
    ("The first line is short.", "The first line is short."),
    ("THE FIRST   LINE", "The first line"),
    ("the first … short", "The first line is short"),
    ("Maria said ... badly", 'Maria said that "the incumbent governor of Miranda" had lost – badly'),
    ("said that “the incumbent governor of Miranda”", 'said that "the incumbent governor of Miranda"'),
    ("lost - badly", "lost – badly"),
    ("short. Maria", "short.\nMaria"),
    ("Here … wins", "Here nobody wins"),
    ("wins. Here … loses", "wins. Here nobody loses"),
    ("names … again", "names the incumbent governor again"),
    ("line 3", "Another line names the incumbent governor again."),
    ("lines 1-2", TEXT.rsplit("\n", 3)[0]),
    ("chars 4-9", "first"),
]


@pytest.mark.parametrize(("at", "passage"), FOUND)
def test_a_passage_is_found_once(at: str, passage: str, located: Callable[..., Project]) -> None:
    """Case, space, line ends, kinds of quotes and dashes make no difference; offsets are of the file as it is."""
    project = located(at)
    assert _checked(project, lock=True) == []
    assert _passage(project) == passage


WRONG = [
    ("the incumbent governor", "locator-not-unique", "this fits 2 passages, in lines 2, 3"),
    ("Here nobody", "locator-not-unique", "this fits 2 passages, in lines 4, 4"),
    ("the outgoing governor", "locator-not-found", "the document holds no such passage"),
    ("the incumb", "locator-not-found", "the document holds no such passage"),
    ("irst line", "locator-not-found", "the document holds no such passage"),
    ("badly … Maria", "locator-not-found", "the document holds no such passage"),
    ("line 6", "locator-not-found", "the document holds no such passage"),
    ("lines 4-9", "locator-not-found", "the document holds no such passage"),
    ("line 999999999", "locator-not-found", "the document holds no such passage"),
    ("chars 5-99999", "locator-not-found", "the document holds no such passage"),
    ("Maria.said", "locator-not-found", "the document holds no such passage"),
]


@pytest.mark.parametrize(("at", "code", "message"), WRONG)
def test_a_passage_not_found_once_is_a_problem(
    at: str, code: str, message: str, located: Callable[..., Project]
) -> None:
    """Words that begin or end inside a word, stand twice, or lie the wrong way round point at nothing."""
    (problem,) = _checked(located(at))
    assert (problem.code, problem.message) == (code, message)
    assert (problem.span.path, problem.span.line, problem.span.length) == ("facts/doc.yaml", 5, len(at))


def test_the_nearest_passage_is_shown(located: Callable[..., Project]) -> None:
    """A passage that is misquoted is told the likely one with its line; what is like nothing is told the lines."""
    (problem,) = _checked(located("names the incumbant governer"))
    assert problem.hint == "the nearest is: 'names the incumbent governor' in line 3"
    (problem,) = _checked(located("zzz qqq xxx"))
    assert problem.hint.startswith("the document is lines 1-")
    (problem,) = _checked(located("line 77"))
    assert problem.hint.startswith("the document is lines 1-")


@pytest.mark.parametrize("at", ["“names the incumbent governor”", "„names … governor“", "«names the incumbent»"])
def test_quotes_that_are_letters_for_yaml_are_named(at: str, located: Callable[..., Project]) -> None:
    """Typographic quotes around a passage belong to it; a misquoted one is still told the nearest."""
    (problem,) = _checked(located(at))
    assert (problem.code, problem.hint[:40]) == ("locator-not-found", "“ ” are part of the text here: leave the")
    (problem,) = _checked(located("“names the incumbant governer”"))
    assert problem.hint.startswith("the nearest is: ")


def test_a_passage_outside_the_documents_lines_is_named(located: Callable[..., Project]) -> None:
    """A file may hold several documents: words, lines and characters count only inside the document's own lines."""
    (problem,) = _checked(located("Here nobody wins", lines="1-3"))
    assert (problem.code, problem.message) == ("locator-outside", "this passage is in line 4, outside the document")
    assert problem.hint == "the document is lines 1-3 of its file"
    assert [p.code for p in _checked(located("line 4", "chars 0-5", lines="2-3"))] == ["locator-not-found"] * 2
    project = located("the incumbent governor", lines="3")
    assert _checked(project, lock=True) == []
    assert _passage(project) == "the incumbent governor"


@pytest.mark.parametrize("lines", ["0-2", "3-2", "4-9", "9", "x", "1-", "1-" + "9" * 5000, "²"])
def test_lines_that_a_file_does_not_have_are_a_problem(lines: str, located: Callable[..., Project]) -> None:
    """The document's lines are whole numbers inside the file, in order."""
    (problem,) = _checked(located("The first line", lines=lines))
    assert problem.code == "bad-lines"


@pytest.mark.parametrize(
    ("text", "at", "passage"),
    [
        ("In Táchira state", "Táchira state", "Táchira state"),
        (unicodedata.normalize("NFD", "In Táchira state"), "Táchira state", "Ta\u0301chira state"),
        ("In Táchira state", unicodedata.normalize("NFD", "Táchira state"), "Táchira state"),
        (unicodedata.normalize("NFD", "la elección, y"), "elección", "eleccio\u0301n"),
        (unicodedata.normalize("NFD", "un café y más"), "un café", "un cafe\u0301"),
        ("one\r\ntwo\r\nthree", "one two", "one\r\ntwo"),
        ("one\u00a0two\tthree", "one two three", "one\u00a0two\tthree"),
        ("a ‘quoted’ word", "'quoted' word".replace("'", "’"), "‘quoted’ word"),
        ("die Straße dort", "die STRASSE", "die Straße"),
        ("a 选举 b", "选举", "选举"),
        ("\ufeffFirst words", "First words", "First words"),
    ],
)
def test_scripts_accents_and_line_ends_are_no_obstacle(
    text: str, at: str, passage: str, located: Callable[..., Project]
) -> None:
    """Composed and decomposed accents are the same; what is locked is the passage as the file has it."""
    project = located(at, text=text.encode())
    assert _checked(project, lock=True) == []
    assert _passage(project) == passage


@pytest.mark.parametrize("text", ["un café y más", unicodedata.normalize("NFD", "un café y más")])
def test_an_accent_is_part_of_its_letter(text: str, located: Callable[..., Project]) -> None:
    """Words that differ by an accent are different words, however the accent is stored."""
    assert [problem.code for problem in _checked(located("un cafe", text=text.encode()))] == ["locator-not-found"]


def test_an_empty_or_huge_document_is_searched(located: Callable[..., Project]) -> None:
    """No document makes the search fail or last: not an empty one, not one of a million characters."""
    locators = ("line 1 … x", "line 2", "chars 0-1")
    assert [p.code for p in _checked(located(*locators, text=""))] == ["locator-not-found"] * 3
    text = "a " * 300_000 + "needle in a haystack " + "a " * 200_000
    project = located("a a … b", "needle … haystack", "nedle in", text=text)
    start = time.process_time()
    assert [problem.code for problem in _checked(project)] == ["locator-not-found", "locator-not-found"]
    assert time.process_time() - start < 10


def test_the_nearest_passages_are_shown_without_comparing_every_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a long document the few places that share most letters are compared, and the best of them is still found."""
    lines = [f"In place {n:04} the council number {n * 7919 % 9973} met and voted." for n in range(4000)]
    lines[3456] = "At the end of it all the honourable chairwoman resigned without a word."
    text = "\n".join(lines)
    document = evidence._read("x", text, ((0, len(text)),))
    compared = []
    with monkeypatch.context() as patched:
        patched.setattr(difflib.SequenceMatcher, "real_quick_ratio", lambda self: compared.append(1) or 1.0)
        for words in ("honorable chairwomen resigned", "the chairwoman resigned", "all honourable chair woman is"):
            assert evidence.nearest(locator.parse(words), document).endswith(" in line 3457")
    assert 0 < len(compared) < 3 * len(document.words[0]) / 50
    assert evidence.nearest(locator.parse("zzz qqq xxx"), document) == ""


@pytest.mark.parametrize(("words", "near"), [
    ("Mara", "'Maria' in line 2"), ("badly. An other", "'– badly.\\nAnother' in line 2"),
    ("here nobody looses", "'Here nobody loses.' in line 4"), ("first lime", "'first line' in line 1"),
    ("shrot", "'short.' in line 1"), ("incumbent government", "'incumbent governor' in line 2"),
    (f"{TEXT} and more", ""),
])  # fmt: skip
def test_the_nearest_passage_is_the_first_of_the_most_similar(words: str, near: str) -> None:
    """Also where it is the first or the last of the document, and none where the document is too short."""
    document = evidence._read("x", TEXT, ((0, len(TEXT)),))
    assert evidence.nearest(Locator("fragment", " ".join(words.split())), document) == near


def test_a_passage_outside_is_looked_for_in_a_file_that_is_read_once(
    located: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many passages are not found; a document that is all of its file is never read again."""
    read, count = evidence._read, []
    monkeypatch.setattr(evidence, "_read", lambda *given: count.append(1) or read(*given))
    for lines, times in (("1-3", 2), ("", 1)):
        count.clear()
        _checked(located("no such words", "nor these", "nor any of those", lines=lines))
        assert len(count) == times


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../facts/doc.yaml", "/etc/passwd", "a/../../facts/doc.yaml", "link.txt", "linked/passwd", "loop.txt", '"a\\0b"'],
)
def test_no_file_outside_the_folder_is_read(name: str, located: Callable[..., Project]) -> None:
    """Neither a path nor a link leads out of the documents' folder."""
    project = located("root", file=name)
    docs = project.root / "docs"
    (docs / "link.txt").symlink_to("/etc/passwd")
    (docs / "linked").symlink_to("/etc")
    (docs / "loop.txt").symlink_to("loop.txt")
    codes = {problem.code for problem in _checked(project)}
    assert codes - {"control-character"} == {"outside-folder"}


@pytest.mark.parametrize("name", ["none.txt", ".", "doc.txt/x", "http://127.0.0.1:9/x", "x" * 300, "pipe", "latin.txt"])
def test_a_file_that_cannot_be_read_is_a_problem(name: str, located: Callable[..., Project]) -> None:
    """A missing file, a folder, a pipe, a name too long, an address and bytes that are no UTF-8 are named."""
    project = located("root", file=name)
    os.mkfifo(project.root / "docs" / "pipe")
    (project.root / "docs" / "latin.txt").write_bytes(b"caf\xe9")
    (problem,) = _checked(project)
    assert problem.code == "no-document"
    assert "cannot be read" in problem.message


def test_a_missing_folder_is_a_problem(located: Callable[..., Project]) -> None:
    """A mistyped folder of documents is not taken for one in which nothing has to be checked."""
    project = located("The first line")
    assert [problem.code for problem in project.check(project.root / "dcos")] == ["no-document"]


SAID = "source: {source}\nfacts:\n  - doc {verb}: {{{value!r}: {{{how}}}}}\n"


def _and_said(project: Project, verb: str, value: str, how: str, source: str = "letter") -> Project:
    """Returns the project with one more fact, in the first file that is read."""
    text = SAID.format(source=source, verb=verb, value=value, how=how)
    (project.root / "facts" / "aaa.yaml").write_text(text, encoding="utf-8")
    (project.root / "docs" / "other.txt").write_text("Something else entirely.\n", encoding="utf-8")
    return project


@pytest.mark.parametrize(("verb", "value"), [("file", "other.txt"), ("file", "none"), ("lines", "4"), ("lines", "x")])
@pytest.mark.parametrize("how", ["status: denied", "status: alleged", "rank: deprecated"])
def test_what_nobody_holds_moves_no_passage(verb: str, value: str, how: str, located: Callable[..., Project]) -> None:
    """A file or lines that are alleged, denied or known to be wrong are not looked into."""
    project = _and_said(located("The first line", lines="1-2"), verb, value, how)
    assert _checked(project, lock=True) == []
    assert _passage(project) == "The first line"


@pytest.mark.parametrize(("verb", "value", "first"), [("file", "other.txt", "doc.txt"), ("lines", "4", "1-2")])
def test_two_places_of_one_document_are_a_problem_at_the_second(
    verb: str, value: str, first: str, located: Callable[..., Project]
) -> None:
    """Which of two files, or of two accounts of its lines, is right is not decided by the order of fact files."""
    project = _and_said(located("The first line", lines="1-2"), verb, value, "status: asserted")
    (problem,) = _checked(project)
    assert (problem.code, problem.span.path, problem.span.line) == ("two-places", "facts/doc.yaml", 3)
    assert problem.message == f"this document stands in two places, '{first}' and '{value}': facts/aaa.yaml:3"
    (project.root / "facts" / "aaa.yaml").rename(project.root / "facts" / "zzz.yaml")
    (problem,) = _checked(project)
    assert (problem.code, problem.span.path, problem.span.line) == ("two-places", "facts/zzz.yaml", 3)


def test_two_sources_may_name_the_same_place(located: Callable[..., Project]) -> None:
    project = _and_said(located("The first line", lines="1-2"), "lines", "1-2", "status: asserted")
    assert _checked(project) == []


# --- the lock ----------------------------------------------------------------------------------


def test_the_lock_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Anchors written and read again are the same, sorted, one a line, in any order of finding and with CRLF too."""
    base = "https://example.org/cases/"
    digest = hashlib.sha256(b"x").hexdigest()
    anchors = {(f"{base}doc-{n % 3}", f"words … {n} # “x”"): Anchor(n, n + 5, digest) for n in range(20)}
    text = evidence.lock_text(anchors, base)
    assert text == evidence.lock_text(dict(reversed(anchors.items())), base)
    (tmp_path / "facts").mkdir()
    for written in (text, text.replace("\n", "\r\n"), text.rstrip("\n")):
        (tmp_path / evidence.LOCK).write_bytes(written.encode())
        assert evidence.read_lock(tmp_path, base) == (anchors, [])


ZEROS = "0" * 64


@pytest.mark.parametrize(
    "line",
    ["doc\tx\t1\t2", f"doc\tx\t²\t2\t{ZEROS}", f"doc\tx\t1\t{'9' * 5000}\t{ZEROS}", "doc\tx\t1\t2\tabc", "half",
     "caf\udce9", f"doc\tx\t-1\t2\t{ZEROS}"],
)  # fmt: skip
def test_a_line_of_the_lock_that_is_cut_or_changed_is_a_problem(line: str, tmp_path: Path) -> None:
    """Nothing of a damaged lock is believed in silence."""
    (tmp_path / "facts").mkdir()
    (tmp_path / evidence.LOCK).write_bytes(f"# header\n{line}\n".encode("utf-8", "surrogateescape"))
    anchors, (problem,) = evidence.read_lock(tmp_path, "https://example.org/")
    assert (anchors, problem.code) == ({}, "bad-lock")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (TEXT.replace("badly", "badlier"), "not what it was"),
        ("A line more.\n" + TEXT, "not where it was"),
        (TEXT.replace("Maria said", "Maria says"), "no such passage"),
    ],
)
def test_a_changed_document_is_a_problem(text: str, what: str, located: Callable[..., Project]) -> None:
    """A locked passage that changes, moves or goes is told apart, and kept only by locking again."""
    project = located("Maria said … lost – badly" if "badlier" not in text else "Maria said … line names")
    assert _checked(project, lock=True) == []
    before = project.root.joinpath(evidence.LOCK).read_bytes()
    assert _checked(project) == []
    (project.root / "docs" / "doc.txt").write_text(text, encoding="utf-8")
    (problem,) = _checked(project)
    assert what in problem.message
    assert project.root.joinpath(evidence.LOCK).read_bytes() == before
    again = _checked(project, lock=True)
    assert [p.code for p in again] == (["locator-not-found"] if "no such" in what else [])
    assert (project.root.joinpath(evidence.LOCK).read_bytes() == before) is bool(again)


def test_the_graph_is_the_same_with_and_without_the_documents(located: Callable[..., Project]) -> None:
    """Offsets and digests come from the lock alone, so a build needs no documents and does not change without."""
    project = located("Maria said … badly")
    bare = project.build().lines("facts")
    assert _checked(project, lock=True) == []
    with_documents = project.build().lines("facts")
    assert set(bare) < set(with_documents)
    (project.root / "docs" / "doc.txt").unlink()
    assert stated(project.root, Project(project.root).corpus)[0].facts == with_documents


def test_the_datasets_own_folder_is_checked(case_project: Callable[..., Project]) -> None:
    """`documents:` of the dataset is used by every check, also by the first one and by one that nothing changed for."""
    facts = (
        'dataset: {id: d, documents: docs, base: "https://example.org/d/"}\nsource: doc\nentities:\n'
        "  doc: {type: Document, file: doc.txt}\n  a: {type: Person}\n  b: {type: State}\n"
        "facts:\n  - a governs b: {at: not there at all}\n"
    )
    project = case_project({"facts/all.yaml": facts, "docs/doc.txt": "It is not."}, entities=False)
    assert [problem.code for problem in Project(project.root).check()] == ["locator-not-found"]
    (project.root / "docs" / "doc.txt").write_text("It is not there at all.")
    assert Project(project.root).check() == Project(project.root).check() == []
    (project.root / "docs" / "doc.txt").write_text("It is not.")
    assert [problem.code for problem in Project(project.root).check()] == ["locator-not-found"]


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        ("9", "its lines are 1-4"),
        ("1-2, 2-3", "name each stretch of lines once"),
        ("3, 1-4", "name each stretch of lines once"),
    ],
)
def test_a_problem_with_lines_marks_them_and_says_what_fits(
    lines: str, hint: str, located: Callable[..., Project]
) -> None:
    """The caret stands under the value; lines that are no lines of the file, or named twice, are refused."""
    project = located("The first line", lines=lines)
    (problem,) = _checked(project)
    assert (problem.code, problem.hint) == ("bad-lines", hint)
    row = (project.root / problem.span.path).read_text(encoding="utf-8").splitlines()[problem.span.line - 1]
    assert row[problem.span.column - 1 :][: problem.span.length] == lines


def test_a_passage_of_another_document_leads_to_it(located: Callable[..., Project]) -> None:
    """So does one below the same file; what stands in two others leads to neither."""
    project = located("The first line", "the second half", "in both halves", lines="2-4")
    others = "".join(ENTITY.format(id=name, file=name, lines="") for name in ("one.txt", "two.txt"))
    head = ENTITY.format(id="head", file="doc.txt", lines=", lines: 1")
    (project.root / "facts" / "more.yaml").write_text(f"source: doc\nentities:\n{others}{head}", encoding="utf-8")
    (project.root / "docs" / "one.txt").write_text("It is in both halves.\n", encoding="utf-8")
    (project.root / "docs" / "two.txt").write_text("It is in both halves. Here is the second half.\n", encoding="utf-8")
    hints = [problem.hint for problem in _checked(project)]
    assert hints[:2] == [f"it stands in {name}: `source: {name}` names that" for name in ("head", "two.txt")]
    assert not hints[2].startswith("it stands in")
