"""The ontology's files as lines of the graph, its blank nodes named by content. Knows no grammar and no facts."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from kg.files import content
from kg.problem import Problem, Span
from kg.syntax import syntax_problem

if TYPE_CHECKING:
    import pyoxigraph as ox

KNOT_LIMIT = 6
"""Blank nodes that may hang together other than as lists: to tell them apart, all their orders are tried."""


def lines(root: Path) -> tuple[tuple[str, ...], list[Problem]]:
    """Returns the triples of all files of ontology/, the same for the same files, and what is wrong with them."""
    import pyoxigraph as ox

    problems: list[Problem] = []
    found: set[str] = set()
    nameless = ox.Dataset()  # a canonical name follows from the triples a blank node stands in: others need no look
    for path in sorted((root / "ontology").glob("*.ttl")):
        triples, wrong = read(path, path.relative_to(root).as_posix())
        problems += wrong
        for triple in triples:
            if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
                nameless.add(ox.Quad(triple.subject, triple.predicate, triple.object))
            else:
                found.add(f"{triple} .")
    if not problems:
        nameless.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    found.update(f"{q.subject} {q.predicate} {q.object} ." for q in nameless)
    return tuple(sorted(found)), problems


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
    if _is_knotted(triples):
        hint = "give them IRIs"
        return [], [Problem("knotted-blank-nodes", "too many blank nodes hang together", Span(name, 0, 1), hint)]
    return triples, []


def _is_knotted(triples: list[ox.Triple]) -> bool:
    """Says whether blank nodes hang together in larger groups than plain lists, or in a circle."""
    import pyoxigraph as ox

    below: dict[str, set[str]] = defaultdict(set)
    alike: Counter[tuple[str, str]] = Counter()
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode) and isinstance(triple.object, ox.BlankNode):
            below[triple.subject.value].add(triple.object.value)
            alike[triple.subject.value, triple.predicate.value] += 1
    parents = Counter(child for children in below.values() for child in children)
    spread: Counter[str] = Counter()
    for (node, _), count in alike.items():
        spread[node] += count - 1
    tops = [node for node in below if node not in parents]
    seen: set[str] = set()
    for top in tops:
        branching, todo = 0, [top]
        while todo:
            node = todo.pop()
            if node in seen or parents[node] > 1:
                return True
            seen.add(node)
            branching += spread[node]
            todo += below.get(node, ())
        if branching > KNOT_LIMIT:
            return True
    return not seen.issuperset(parents)  # what no top leads to is a circle
