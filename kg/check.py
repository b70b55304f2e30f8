"""Everything that can be wrong with a project besides its sentences: locators, then the graph by checks and shapes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg import evidence, files
from kg.fact import Corpus
from kg.problem import Problem, Span
from kg.store import BuildError


def check_locators(root: Path, corpus: Corpus, folder: Path | None, *, lock: bool) -> tuple[list[Problem], int]:
    """Returns what is wrong with locators, and how many passages neither a document nor the lock could vouch for.

    `folder` is that of the documents, None where they are not at hand. With `lock`, what was found in them is written
    to facts/locators.lock. Raises BuildError where that cannot be written.
    """
    locked, problems = evidence.read_lock(root, corpus.dataset.base)
    problems = [] if lock else problems  # it is written anew
    if folder is None:
        return problems, evidence.unlocked(corpus.facts, locked)
    if not folder.is_dir():
        named = corpus.dataset.documents
        is_own = bool(named) and folder == (root / named).resolve()
        place = corpus.dataset.span if is_own else Span("facts", 0, 1)
        hint = "'documents:' names a folder of the project, or stays away" if is_own else ""
        missing = Problem("no-document", f"there is no folder '{named if is_own else folder}'", place, hint)
        return [*problems, missing], evidence.unlocked(corpus.facts, locked)
    found, more = evidence.documents(corpus, folder)
    anchors, misplaced = evidence.check_locators(corpus, found, {} if lock else locked)
    problems += more + misplaced
    if lock and not problems:
        _write_lock(root, evidence.lock_text(anchors, corpus.dataset.base))
    return problems, evidence.unlocked(corpus.facts, {**locked, **anchors})


def _write_lock(root: Path, text: str) -> None:
    path = root / evidence.LOCK
    try:
        if files.barred(path, root):
            path.unlink(missing_ok=True)  # a pipe or a link out of the project is replaced, never written into
        files.deliver(text, path)
    except OSError as error:
        raise BuildError(f"{path}: cannot be written ({error.strerror})") from None


def check_graph(root: Path, corpus: Corpus, tell: Callable[[str], None]) -> list[Problem]:
    """Returns what is wrong with the graph of a corpus: with what made it, its checks, shapes and saved queries.

    `tell` is told what it has come to.
    """
    from kg import checks, expect, queries, shapes
    from kg.graph import derived
    from kg.query import Dataset

    whole = derived(root, corpus, tell)
    problems = list(whole.problems)
    if any(problem.code == "endless-rules" for problem in problems):
        return problems
    graphs = whole.graphs
    dataset = Dataset(whole.store, graphs.base, graphs.prefixes)
    spans = checks.Spans(whole.places)
    found, more = checks.read_checks(root)
    saved, wrong = queries.read_queries(root)
    problems += more + wrong
    tell("running checks")
    problems += checks.run_checks(dataset, found, spans)
    tell("holding the graph against its shapes")
    problems += shapes.run_shapes(root, graphs, dataset, spans)
    tell("asking the saved queries")
    problems += expect.check_queries(dataset, saved)
    return problems
