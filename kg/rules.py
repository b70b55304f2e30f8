"""Rules, one CONSTRUCT a file, run over a store until nothing new follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.problem import Problem, Span, echo
from kg.query import Dataset, QueryError, ask
from kg.saved import Saved, read_folder
from kg.sparql import TOKEN, parts_of, unsteady

if TYPE_CHECKING:
    import pyoxigraph as ox

ROUND_LIMIT = 64
"""Rounds after which rules are taken to feed each other for ever."""

GROWTH_LIMIT, ROOM = 50, 100_000
"""Triples that may be inferred for each stated one, and besides."""


def infer(
    store: ox.Store, rules: Iterable[Saved], base: str, prefixes: Mapping[str, str]
) -> tuple[dict[str, str], list[Problem]]:
    """Adds what follows from the store's union graph to its graph `inferred`; returns N-Triples line to rule.

    A rule runs again only while another one has found something since. A rule that is bad SPARQL, or rules that
    never come to an end, are problems; of the latter nothing is kept.
    """
    import pyoxigraph as ox

    graph, dataset = ox.NamedNode(base + "inferred"), Dataset(store, base, prefixes)
    found: dict[ox.Triple, str] = {}
    problems: list[Problem] = []
    everything = {rule.name: rule for rule in rules}
    waiting, runs, room = dict(everything), 0, GROWTH_LIMIT * len(store) + ROOM
    while waiting:
        name = next(iter(waiting))
        rule = waiting.pop(name)
        try:
            results = _asked(dataset, rule)
            new = (t for t in results if t not in found and not _stated(store, t))
            fresh = list(dict.fromkeys(islice(new, 2 * room)))
            _refuse_nameless(store, rule, fresh)
        except QueryError as error:
            problems.append(error.problem)
            del everything[name]
            continue
        if not fresh:
            continue
        store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in fresh)
        found.update(dict.fromkeys(fresh, name))
        waiting = {**waiting, **everything}
        runs += 1
        if runs > ROUND_LIMIT * max(1, len(everything)) or len(found) > room:
            problems.append(Problem("endless-rules", "the rules feed each other for ever", Span(rule.path, 1, 1)))
            store.remove_graph(graph)
            return {}, problems
    return {f"{t.subject} {t.predicate} {t.object} .": rule for t, rule in found.items()}, problems


def _asked(dataset: Dataset, rule: Saved) -> Iterable[ox.Triple]:
    """Returns what a rule gives now. Raises QueryError for one that is no CONSTRUCT or gives what it likes."""
    import pyoxigraph as ox

    if name := unsteady(rule.text):
        message = f"{name}() gives something else each time the rule runs"
        raise QueryError(Problem("bad-rule", message, Span(rule.path, 1, 1), "make the IRI from what is matched"))
    results = ask(dataset, rule.text, rule.path, "bad-rule", "this rule is not SPARQL")
    if not isinstance(results, ox.QueryTriples):
        raise QueryError(Problem("bad-rule", "a rule is a CONSTRUCT", Span(rule.path, 1, 1)))
    _refuse_unbound(rule)
    return results


def _refuse_unbound(rule: Saved) -> None:
    """Raises QueryError where the head of a rule has a variable of which its pattern knows nothing."""
    prologue, pattern = parts_of(rule.text)
    body = {token[1] for token in TOKEN.finditer(pattern)}
    for token in TOKEN.finditer(rule.text, len(prologue)):
        if token[1] and token[1] not in body:
            line, begin = rule.text.count("\n", 0, token.start()) + 1, rule.text.rfind("\n", 0, token.start())
            span = Span(rule.path, line, token.start() - begin, len(token[0]))
            message = f"'{echo(token[0], 60)}' of the head stands nowhere in the WHERE, and infers nothing"
            near = sorted(f"?{name}" for name in body if name)
            raise QueryError(Problem("bad-rule", message, span, "", token[0], near))


def _refuse_nameless(store: ox.Store, rule: Saved, triples: Iterable[ox.Triple]) -> None:
    """Raises QueryError where a rule makes blank nodes: each run would make others."""
    import pyoxigraph as ox

    for node in (term for t in triples for term in (t.subject, t.object) if isinstance(term, ox.BlankNode)):
        known = next(store.quads_for_pattern(node, None, None, None), None)
        if not (known or next(store.quads_for_pattern(None, None, node, None), None)):
            message = "this rule makes a blank node, another one each time it runs"
            raise QueryError(Problem("bad-rule", message, Span(rule.path, 1, 1), "give it an IRI"))


def _stated(store: ox.Store, triple: ox.Triple) -> bool:
    return next(store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), None) is not None


def read_rules(root: Path) -> tuple[list[Saved], list[Problem]]:
    """Returns the rules of a project, by name, and what is wrong with their headers."""
    return read_folder(root, "ontology/rules", ("summary",))
