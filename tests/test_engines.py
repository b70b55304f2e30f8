"""The saved queries ask plain SPARQL: two engines give the same rows over the same triples."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import rdflib
from conftest import ROOT
from examples import project, table

from kg.disagree import read_kinds
from kg.parameters import bindings, bound
from kg.project import Project
from kg.queries import HEADER, run
from kg.saved import Saved, read_folder

SLOW = "rdflib joins sub-selects and EXISTS row by row: minutes"
TWICE = "where both ways of a path `one|other` end in one value, rdflib gives it twice, as SPARQL says, pyoxigraph once"
SKIPPED = {
    "founding-dates": TWICE, "entities-of-one-name": SLOW, "in-office-on": SLOW, "shares-of-a-side": SLOW,
    "predicted-and-won": SLOW,
}  # fmt: skip
"""Name of a saved query to what rightly keeps the engines apart."""

QUERIES = read_folder(ROOT, "queries", HEADER)[0]
SUMS = table("arithmetic.yaml")


@pytest.fixture(scope="module")
def union(shipped: Project) -> rdflib.Graph:
    return whole(shipped)


def whole(made: Project) -> rdflib.Graph:
    """Returns facts, what was inferred and the ontology as one graph."""
    graphs = made.graphs()
    lines = "\n".join([*graphs.facts, *graphs.inferred, *graphs.ontology]) + "\n"
    return rdflib.Graph(bind_namespaces="none").parse(data=lines, format="nt")


def value(term: Any) -> str:
    """Returns a term so that equal numbers and equal texts are equal, whatever their spelling; '' for none."""
    if term is None:
        return ""
    kind = str(getattr(term, "datatype", None) or "").strip("<>").rsplit("#")[-1]
    text = str(getattr(term, "value", term)) if not isinstance(term, rdflib.term.Node) else str(term)
    if kind in ("integer", "decimal", "double", "float"):
        number = float(text)
        return f"{number:.9g}" if math.isfinite(number) else text
    return " ".join(sorted(text.split())) if "://" in text else text  # GROUP_CONCAT of IRIs is in no order


def asked_of_both(saved: Saved, project: Project, union: rdflib.Graph) -> tuple[Counter[Any], Counter[Any]]:
    """Returns the rows of pyoxigraph and those of rdflib, in any order."""
    dataset = project.dataset()
    text = bound(saved.text, bindings(dataset, saved, {}))
    ours = run(dataset, saved)
    theirs = union.query(text, initNs=dict(dataset.prefixes), base=dataset.base)
    if type(ours).__name__ == "QueryTriples":
        triples = {tuple(term.value for term in triple) for triple in ours}
        return Counter(triples), Counter({tuple(map(str, triple)) for triple in theirs})
    if not hasattr(ours, "variables"):
        return Counter(map(str, ours)), Counter(theirs)
    names = [variable.value for variable in ours.variables]
    assert {str(v) for v in theirs.vars} == set(names)
    return (
        Counter(tuple(value(row[name]) for name in names) for row in ours),
        Counter(tuple(value(row[name]) for name in names) for row in theirs),
    )


@pytest.mark.parametrize("saved", QUERIES, ids=lambda saved: saved.name)
def test_both_engines_give_the_same_rows(saved: Saved, shipped: Project, union: rdflib.Graph) -> None:
    if saved.name in SKIPPED:
        pytest.skip(SKIPPED[saved.name])
    ours, theirs = asked_of_both(saved, shipped, union)
    assert ours == theirs


@pytest.mark.parametrize("name", SUMS)
def test_both_engines_find_the_same_claims_that_clash(name: str, tmp_path: Path) -> None:
    made = project(tmp_path, SUMS[name]["fires"])
    saved = next(saved for saved in read_kinds(made.root)[0] if saved.name == name)
    ours, theirs = asked_of_both(saved, made, whole(made))
    assert ours == theirs
    assert ours
