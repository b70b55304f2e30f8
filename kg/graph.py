"""A corpus as the whole graph: what its facts say, rules infer and sources disagree on. Publishes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from kg import disagree, evidence, rules, schema
from kg.corpus import no_collection
from kg.fact import Corpus
from kg.layout import Graphs, Place, graph_lines
from kg.problem import Problem
from kg.query import Dataset
from kg.store import in_memory
from kg.terms import prefixes


@dataclass(frozen=True, slots=True)
class Derived:
    """The graph of a corpus with all that follows from it."""

    graphs: Graphs
    store: ox.Store
    """The same, to be asked."""
    places: tuple[Place, ...]
    """Where the nodes of facts are written."""
    rules: dict[str, str]
    """Inferred N-Triples line to the rule that gave it."""
    problems: tuple[Problem, ...]


def derived(root: Path, corpus: Corpus, tell: Callable[[str], None]) -> Derived:
    """Returns the graph of a corpus with what the project's rules and kinds of disagreement find in it.

    `tell` is told what it has come to.
    """
    tell("laying out the graph")
    graphs, places, problems = stated(root, corpus)
    store = in_memory(graphs)
    tell("inferring")
    found, wrong = rules.read_rules(root)
    lines, endless = rules.infer(store, found, graphs.base, graphs.prefixes)
    tell("comparing sources")
    kinds, more = disagree.read_kinds(root)
    differences, bad = disagree.disagreements(Dataset(store, graphs.base, graphs.prefixes), kinds)
    added = disagree.lines(differences, graphs.base)
    graph = ox.NamedNode(graphs.base + "inferred")
    store.load("\n".join(added).encode(), ox.RdfFormat.N_TRIPLES, to_graph=graph)
    whole = replace(graphs, inferred=tuple(sorted([*lines, *added])))
    return Derived(whole, store, places, lines, (*problems, *wrong, *endless, *more, *bad))


def stated(root: Path, corpus: Corpus) -> tuple[Graphs, tuple[Place, ...], list[Problem]]:
    """Returns the graphs of a corpus without what rules infer, where each node is written, and what is wrong."""
    base = corpus.dataset.base
    anchors, problems = evidence.read_lock(root, base)
    with no_collection():
        lines, places = graph_lines(corpus, anchors)
    grammar, more = schema.lines(root)
    return Graphs(base, prefixes(base), lines, (), grammar), places, [*problems, *more]
