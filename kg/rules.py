"""Rules, one CONSTRUCT a file, run over a store until nothing new follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kg.problem import Problem, Span
from kg.query import Dataset, QueryError, ask
from kg.saved import Saved, read_folder

if TYPE_CHECKING:
    import pyoxigraph as ox

ROUND_LIMIT = 64
"""Rounds after which rules are taken to feed each other for ever."""


def infer(
    store: ox.Store, rules: Iterable[Saved], base: str, prefixes: Mapping[str, str]
) -> tuple[dict[str, str], list[Problem]]:
    """Adds what follows from the store's union graph to its graph `inferred`; returns N-Triples line to rule.

    A rule runs again only while another one has found something since. A rule that is bad SPARQL, or rules that
    never come to an end, are problems.
    """
    import pyoxigraph as ox

    graph, dataset = ox.NamedNode(base + "inferred"), Dataset(store, base, prefixes)
    found: dict[ox.Triple, str] = {}
    problems: list[Problem] = []
    waiting = {rule.name: rule for rule in rules}
    runs = 0
    everything = dict(waiting)
    while waiting:
        name = next(iter(waiting))
        rule = waiting.pop(name)
        try:
            results = ask(dataset, rule.text, rule.path, "bad-rule", "this rule is not SPARQL")
        except QueryError as error:
            problems.append(error.problem)
            del everything[name]
            continue
        if not isinstance(results, ox.QueryTriples):
            problems.append(Problem("bad-rule", "a rule is a CONSTRUCT", Span(rule.path, 1, 1)))
            del everything[name]
            continue
        new = [t for t in results if t not in found and not _stated(store, t)]
        fresh = list(dict.fromkeys(new))
        if not fresh:
            continue
        store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in fresh)
        found.update(dict.fromkeys(fresh, name))
        waiting = {**waiting, **everything}
        runs += 1
        if runs > ROUND_LIMIT * max(1, len(everything)):
            problems.append(Problem("endless-rules", "the rules feed each other for ever", Span(rule.path, 1, 1)))
            break
    return {f"{t.subject} {t.predicate} {t.object} .": rule for t, rule in found.items()}, problems


def _stated(store: ox.Store, triple: ox.Triple) -> bool:
    return next(store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), None) is not None


def read_rules(root: Path) -> tuple[list[Saved], list[Problem]]:
    """Returns the rules of a project, by name, and what is wrong with their headers."""
    return read_folder(root, "ontology/rules", ("summary",))
