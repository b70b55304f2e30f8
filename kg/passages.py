"""Passages for the picture: a network and the documents at hand give each piece of evidence its lines and words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import evidence
from kg.fact import Corpus
from kg.network import rows
from kg.problem import Problem, echo

if TYPE_CHECKING:
    import networkx as nx


def put(known: nx.MultiDiGraph, corpus: Corpus, root: Path, folder: Path | None, *, words: bool) -> list[Problem]:
    """Gives the network's evidence the lines of its passage (`place`) and, with `words`, the passage itself.

    Returns what `kg check --documents` would say of documents and locators; with a problem nothing is put anywhere.
    """
    if folder is None or not folder.is_dir():
        message = f"there is no folder '{echo(str(folder), 80)}'" if folder else "the documents are not at hand"
        hint = "name their folder by --documents DIR, or by 'documents:' in the dataset"
        return [Problem("no-document", message, corpus.dataset.span, hint)]
    locked, problems = evidence.read_lock(root, corpus.dataset.base)
    found, more = evidence.documents(corpus, folder)
    anchors, misplaced = evidence.check_locators(corpus, found, locked)
    problems += more + misplaced
    if problems:
        return problems
    for item in _evidence(known):
        anchor = anchors.get((item["source"], item["locator"]))
        if anchor is None:
            continue
        document = found[item["source"]]
        first, last = document.line(anchor.start), document.line(anchor.end - 1)
        item["place"] = str(first) if first == last else f"{first}-{last}"
        if words:
            item["passage"] = document.text[anchor.start : anchor.end]
    return []


def _evidence(known: nx.MultiDiGraph) -> Iterator[dict[str, Any]]:
    """Yields every piece of evidence, those that several facts share more than once."""
    for *_, fact in rows(known):
        yield from fact["evidence"]
