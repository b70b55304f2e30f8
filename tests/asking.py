"""A small project to ask, and how tests ask it: names in two languages, two places called Sucre."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import CASES, ROOT

from kg.problem import Problem
from kg.project import Project
from kg.query import QueryError
from kg.saved import Saved, of_text

FACTS = """source: paper
facts:
  - Cabello governs Miranda: {until: 2008-11-23, note: 'say "no"'}
  - Cabello governs Táchira
  - Capriles loses to Cabello: {votes: 17}
  - regional elections 2008 had turnout 65.45%
entities:
  caracas: {type: Place, name: {en: Capital, es: Distrito Capital}, also: {es: [La Capital]}}
"""


def project(root: Path) -> Project:
    """Returns the project, made in an empty folder."""
    for folder in ("facts", "ontology"):
        (root / folder).mkdir()
    shutil.copy(CASES / "common" / "grammar.ttl", root / "ontology")
    shutil.copy(ROOT / "ontology" / "core.ttl", root / "ontology")
    shutil.copy(CASES / "common" / "entities.yaml", root / "facts")
    (root / "facts" / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return Project(root)


def answer(project: Project, text: str, **given: str) -> object:
    """Returns the answer to SPARQL text, which is never taken for the name of a saved query."""
    return project.query(text + " ", **given)


def refused(project: Project, text: str, **given: str) -> Problem:
    """Returns the problem with which a question is refused."""
    with pytest.raises(QueryError) as caught:
        answer(project, text, **given)
    return caught.value.problem


def saved(text: str) -> Saved:
    """Returns SPARQL text as a saved query."""
    made = of_text(text, "q", "queries/q.rq")
    assert isinstance(made, Saved)
    return made
