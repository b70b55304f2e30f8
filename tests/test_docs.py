"""The documents are true: every code is explained, every term labelled, every doctest runs."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re

import pytest
from conftest import ROOT

import kg
from kg import glossary
from kg.checks import read_checks
from kg.ontology import Ontology, owl
from kg.queries import read_queries
from kg.rules import read_rules

MODULES = sorted(m.name for m in pkgutil.walk_packages(kg.__path__, "kg.") if m.name != "kg.__main__")
SOURCE = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "kg").rglob("*.py"))


def _codes() -> set[str]:
    """Returns every problem code that stands in the program's text."""
    found = set(re.findall(r'(?:Problem|syntax_problem|_problem|_wrong)\(\s*"([a-z0-9-]+)"', SOURCE))
    found |= set(re.findall(r'Refusal\(\s*[0-9]{3}, "([a-z0-9-]+)"', SOURCE))
    return found | {"unknown-status", "unknown-rank"}  # made from the name of the detail


def test_every_problem_code_is_explained_and_every_explanation_is_of_a_code() -> None:
    codes = _codes()
    assert len(codes) > 50
    explained = set(glossary.sections())
    assert codes <= explained
    assert {code for code in explained if f'"{code}"' not in SOURCE} <= {"unknown-status", "unknown-rank"}


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    if name == "kg.project":
        return
    assert doctest.testmod(module).failed == 0


def test_every_class_and_property_is_labelled_in_two_languages_and_explained() -> None:
    grammar = owl.load(ROOT)
    assert not grammar.problems
    ours = [t for t in (*grammar.classes.values(), *grammar.properties.values()) if t.iri.startswith("https://kg.example/")]
    assert len(ours) > 150
    for term in ours:
        assert term.labels.get("en"), f"{term.iri} has no English label"
        assert term.labels.get("es"), f"{term.iri} has no Spanish label"
        assert term.comment, f"{term.iri} has no comment"


def test_no_two_verbs_can_be_taken_for_each_other() -> None:
    """A label that two verbs share is told apart by class of subject or object."""
    grammar = owl.load(ROOT)
    for phrases in grammar.verbs.values():
        for i, (phrase, one) in enumerate(phrases):
            for other_phrase, other in phrases[i + 1 :]:
                if phrase == other_phrase:
                    assert _apart(grammar, one.domain, other.domain) or _apart(grammar, one.range, other.range), phrase


def _apart(grammar: Ontology, one: frozenset[str], other: frozenset[str]) -> bool:
    def below(classes: frozenset[str]) -> set[str]:
        return {c.iri for c in grammar.classes.values() if classes & c.supers}

    return bool(one and other) and not below(one) & below(other)


def test_saved_files_say_what_they_are() -> None:
    rules, more = read_rules(ROOT)
    checks, still = read_checks(ROOT)
    queries, yet = read_queries(ROOT)
    assert not more + still + yet
    assert len(rules) >= 7
    assert len(checks) >= 8
    assert len(queries) >= 12
    assert all("summary" in saved.header for saved in (*rules, *queries))
    assert all({"problem", "solution"} <= set(check.header) for check in checks)
    assert all("expect" in saved.header for saved in queries), [q.name for q in queries if "expect" not in q.header]
