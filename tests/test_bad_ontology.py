"""What an ontology may not say: every term that would be passed over or misread is a problem at its own line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import evidence, glossary
from kg.ontology import owl
from kg.problem import Problem
from kg.project import Project

PREFIXES = """@prefix kg: <https://kg.example/terms#> .
@prefix my: <https://example.org/my#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LINES = PREFIXES.count("\n")

Maker = Callable[..., Project]


def _problems(case_project: Maker, turtle: str, facts: str = "") -> list[Problem]:
    files = {"ontology/extra.ttl": PREFIXES + turtle}
    if facts:
        files["facts/facts.yaml"] = f"source: paper\nfacts:\n{facts}"
    return list(case_project(files).corpus.problems)


FOE = 'kg:foe a owl:ObjectProperty ; rdfs:label "foe of" ; '
BAD = {
    FOE + "rdfs:domain kg:Nobody .": "is no class: https://kg.example/terms#Nobody",
    FOE + "\n  rdfs:range [ owl:intersectionOf ( kg:Person kg:Place ) ] .": "neither a class nor a union",
    "kg:foe a owl:ObjectProperty ; rdfs:domain kg:Person .": "has no label",
    FOE + "kg:qualifier kg:in , kg:nonesuch .": "takes what is no qualifier: https://kg.example/terms#nonesuch",
    FOE + "kg:qualifier kg:governs .": "takes what is no qualifier: https://kg.example/terms#governs",
    FOE + "owl:inverseOf kg:nobody .": "the inverse of what is no property",
    FOE + "owl:inverseOf kg:Person .": "the inverse of what is no property",
    FOE + "owl:inverseOf [ ] .": "the inverse of what is no property",
    FOE + "owl:inverseOf kg:governedBy .": "the inverse of an inverse",
    FOE + "owl:inverseOf kg:hadTurnout .": "numbers, dates and texts have none",
    FOE.replace("Object", "Datatype") + 'rdfs:range kg:Date ; kg:timeRole "begn" .': "the kg:timeRole 'begn'",
    'kg:Someone a owl:Class ; rdfs:label "Person" .': "names another class too",
}


@pytest.mark.parametrize("turtle", BAD)
def test_a_term_that_would_be_misread_is_a_problem_at_its_line(case_project: Maker, turtle: str) -> None:
    (problem,) = [p for p in _problems(case_project, turtle) if p.code == "bad-ontology"]
    assert BAD[turtle] in problem.message
    assert (problem.span.path, problem.span.line) == ("ontology/extra.ttl", LINES + 1)


@pytest.mark.parametrize("inverse", ["kg:nobody", "kg:Person", "[ ]", "kg:hadTurnout", "kg:governedBy", "kg:foe"])
def test_a_verb_with_a_bad_inverse_can_still_be_read(case_project: Maker, inverse: str) -> None:
    turtle = f'kg:foe a owl:ObjectProperty ; rdfs:label "foe of" ; owl:inverseOf {inverse} .'
    codes = [p.code for p in _problems(case_project, turtle, "  - Cabello foe of Miranda\n")]
    assert codes == ["bad-ontology"]


def test_unions_may_nest_and_lists_may_come_back_to_themselves(case_project: Maker) -> None:
    turtle = """kg:foe a owl:ObjectProperty ; rdfs:label "foe of" ;
        rdfs:domain [ a owl:Class ; owl:unionOf ( kg:Party [ owl:unionOf ( kg:Place kg:Event ) ] ) ] ;
        rdfs:range [ a owl:Class ; owl:unionOf _:round ] .
        _:round rdf:first kg:Person ; rdf:rest _:round .\n"""
    (problem,) = _problems(case_project, turtle, "  - Cabello foe of Capriles\n  - Miranda foe of Capriles\n")
    assert problem.message == "'Cabello' is of class person; 'foe of' expects event or party or place here"


def test_a_triple_about_a_triple_is_a_problem(case_project: Maker) -> None:
    (problem,) = _problems(case_project, "kg:foe kg:timeRole <<( kg:a kg:b kg:c )>> .")
    assert (problem.code, problem.span.path) == ("bad-ontology", "ontology/extra.ttl")


def test_messages_of_the_parser_hold_no_second_place(case_project: Maker) -> None:
    turtle = {"ontology/extra.ttl": "kg:a kg:b kg:c .\n"}
    (problem,) = [p for p in case_project(turtle).corpus.problems if p.code == "bad-turtle"]
    assert problem.message == "this is not Turtle: The prefix kg: has not been declared"
    assert (problem.span.line, problem.span.column) == (1, 1)


def test_classes_of_any_namespace_are_terms(case_project: Maker) -> None:
    project = case_project({"ontology/extra.ttl": PREFIXES + 'my:Militia a owl:Class ; rdfs:label "militia" .'})
    assert [t.iri for t in glossary.terms(project.ontology, "militia")] == ["https://example.org/my#Militia"]


# --- files that are not read -------------------------------------------------------------------


def _unread(project: Project) -> list[tuple[str, str]]:
    return [(p.span.path, p.message) for p in project.corpus.problems if p.code == "unreadable-file"]


def test_a_pipe_is_not_waited_for(case_project: Maker) -> None:
    root = case_project().root
    for name in ("ontology/pipe.ttl", "facts/pipe.yaml", "facts/locators.lock"):
        os.mkfifo(root / name)
    assert _unread(Project(root)) == [("ontology/pipe.ttl", "is not a file"), ("facts/pipe.yaml", "is not a file")]
    _, (problem,) = evidence.read_lock(root, "https://example.org/")
    assert problem.code == "bad-lock"


def test_links_out_of_the_project_and_to_folders_are_refused(case_project: Maker, tmp_path: Path) -> None:
    root, other = tmp_path / "project", tmp_path / "other"
    other.mkdir()
    (other / "secret").write_text("root:x:0:0", encoding="utf-8")
    case_project()
    for folder in ("facts", "ontology"):
        (tmp_path / folder).rename(root.mkdir(exist_ok=True) or root / folder)
    (root / "more").mkdir()
    (root / "facts" / "secret.yaml").symlink_to(other / "secret")
    (root / "ontology" / "secret.ttl").symlink_to(other / "secret")
    (root / "facts" / "linked").symlink_to(root / "more")
    (root / "facts" / "round.yaml").symlink_to(root / "facts" / "round.yaml")
    (root / "facts" / "same.yaml").symlink_to(root / "facts" / "entities.yaml")
    project = Project(root)
    leaves = "is a link that leaves the project's folder, and is not followed"
    assert _unread(project) == [
        ("ontology/secret.ttl", leaves),
        ("facts/linked", "is a link to a folder, and is not followed"),
        ("facts/round.yaml", "is not a file"),
        ("facts/secret.yaml", leaves),
    ]
    assert "root:x" not in "".join(p.message for p in project.corpus.problems)
    assert any(p.code == "duplicate-id" and p.span.path == "facts/same.yaml" for p in project.corpus.problems)


def test_a_folder_that_may_not_be_read_is_a_problem(case_project: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    root = case_project({"facts/sub/more.yaml": "facts:\n  - Cabello governs Miranda: {source: paper}\n"}).root
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name not in ("sub", "ontology"))
    message = "this folder may not be read"
    assert _unread(Project(root)) == [("ontology", message), ("facts/sub", message)]


def test_folders_may_have_any_name_and_hidden_ones_are_not_read(case_project: Maker) -> None:
    fact = "facts:\n  - Cabello governs Miranda: {source: paper}\n"
    project = case_project({"facts/v1.0/more.yaml": fact, "facts/.git/index": "x", "facts/.git/old.yaml": fact})
    assert not project.corpus.problems
    assert len(project.corpus.facts) == 1


@pytest.mark.parametrize("base", ["http://[::1/", "http://x/%zz/", "http://x:port/", "http://x/[/", "x/", "http://x"])
def test_a_base_that_strict_parsers_refuse_is_a_problem(case_project: Maker, base: str) -> None:
    project = case_project({"facts/facts.yaml": f'dataset: {{id: cases, base: "{base}"}}\n'}, entities=False)
    assert [p.code for p in project.corpus.problems] == ["bad-base"]


@pytest.mark.parametrize("tag", ["x y", "en-a", "en-us-us", "e"])
def test_a_language_that_strict_parsers_refuse_is_a_problem(case_project: Maker, tag: str) -> None:
    text = f'dataset: {{id: cases, language: "{tag}"}}\nentities: {{x: {{type: Person, name: {{"{tag}": X}}}}}}\n'
    project = case_project({"facts/facts.yaml": text}, entities=False)
    assert [p.code for p in project.corpus.problems] == ["bad-language", "bad-language"]


def test_the_grammar_is_read_once_where_a_file_is_bad(case_project: Maker) -> None:
    """Half an ontology is not blamed for what the other half would have said."""
    project = case_project({"ontology/extra.ttl": "kg:a kg:b"})
    assert [p.code for p in owl.load(project.root).problems] == ["bad-turtle"]
