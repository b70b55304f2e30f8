"""The ontology's files as lines of the graph, its blank nodes named by content. Knows no grammar and no facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg import blank
from kg.files import content
from kg.problem import Problem, Span
from kg.syntax import syntax_problem

if TYPE_CHECKING:
    import pyoxigraph as ox


def lines(root: Path) -> tuple[tuple[str, ...], list[Problem]]:
    """Returns the triples of all files of ontology/, the same for the same files, and what is wrong with them."""
    problems: list[Problem] = []
    triples: list[ox.Triple] = []
    for path in sorted((root / "ontology").glob("[!.]*.ttl")):
        found, wrong = read(path, path.relative_to(root).as_posix())
        problems += wrong
        triples += found
    return tuple(sorted(set(blank.lines(triples)))), problems


def read(path: Path, name: str) -> tuple[list[ox.Triple], list[Problem]]:
    """Returns the triples of a file of Turtle, or none and why; `name` is what problems call it."""
    import pyoxigraph as ox

    try:
        raw = content(path)
        raw.decode("utf-8-sig")
        triples = list(ox.parse(raw, ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    except SyntaxError as error:
        return [], [syntax_problem("bad-turtle", "this is not Turtle", name, error)]
    except UnicodeDecodeError:
        return [], [Problem("not-utf-8", "is not UTF-8", Span(name, 0, 1), "save the file as UTF-8")]
    except OSError as error:
        return [], [Problem("unreadable-file", f"cannot be read: {error.strerror}", Span(name, 0, 1))]
    if any(isinstance(t.object, ox.Triple) for t in triples):
        return [], [Problem("bad-turtle", "a triple about a triple is not read here", Span(name, 0, 1))]
    try:
        blank.refuse_knots(t for t in triples if isinstance(t.subject, ox.BlankNode))
    except ValueError as error:
        return [], [Problem("knotted-blank-nodes", str(error), Span(name, 0, 1), "give it an IRI")]
    return triples, []
