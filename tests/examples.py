"""Small projects with the shipped ontology, made from the examples in tests/graph: a table, and one text of facts."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import yaml
from conftest import ROOT

from kg.graph import stated
from kg.layout import Place
from kg.project import Project
from kg.query import Dataset
from kg.rules import infer, read_rules
from kg.store import in_memory

GRAPH = Path(__file__).resolve().parent / "graph"
BASE = "https://example.org/graph/"


def table(name: str) -> dict[str, dict[str, Any]]:
    """Returns the examples of a file in tests/graph, every scalar as text."""
    return yaml.load((GRAPH / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def names(folder: str) -> set[str]:
    """Returns the names of the queries in a folder of the shipped ontology."""
    return {path.stem for path in (ROOT / "ontology" / folder).glob("*.rq")}


def project(root: Path, example: dict[str, Any]) -> Project:
    """Returns a project of the head and one example, both from the paper `news`."""
    shutil.copytree(ROOT / "ontology", root / "ontology")
    (root / "facts").mkdir()
    dataset = f"dataset: {{id: graph, title: Graph, base: '{BASE}'}}\n"
    (root / "facts" / "head.yaml").write_text(dataset + (GRAPH / "head.yaml").read_text(encoding="utf-8"), "utf-8")
    text = yaml.safe_dump({"source": "news", **example}, allow_unicode=True, sort_keys=False)
    (root / "facts" / "example.yaml").write_text(text, "utf-8")
    made = Project(root)
    assert not made.corpus.problems, [str(p.message) for p in made.corpus.problems]
    return made


def with_details(example: dict[str, Any], **details: str) -> dict[str, Any]:
    """Returns an example each of whose facts has further details, such as a status."""
    changed = copy.deepcopy(example)
    changed["facts"] = [_with(fact, details) for fact in changed["facts"]]
    return changed


def _with(fact: Any, details: dict[str, str]) -> dict[str, Any]:
    sentence, value = next(iter(fact.items())) if isinstance(fact, dict) else (fact, {})
    if isinstance(value, str):
        sentence, value = f"{sentence} {value}", {}
    return {sentence: {**value, **details}}


def inferred(made: Project, only: str = "") -> tuple[Dataset, list[str], tuple[Place, ...]]:
    """Returns the graph of a project with what its rules, or one of them, infer; those triples; and the places."""
    graphs, places, problems = stated(made.root, made.corpus)
    rules, more = read_rules(made.root)
    assert not problems + more
    store = in_memory(graphs)
    chosen = [rule for rule in rules if only in ("", rule.name)]
    lines, problems = infer(store, chosen, graphs.base, graphs.prefixes)
    assert chosen
    assert not problems
    return Dataset(store, graphs.base, graphs.prefixes), lines, places
