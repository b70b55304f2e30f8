"""What an ontology may not say: every term that would be passed over or misread is a problem at its own line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from conftest import ROOT

from kg import evidence, glossary
from kg.ontology import owl, vocabulary
from kg.problem import Problem, did_you_mean
from kg.project import Project
from kg.terms import KG

PREFIXES = """@prefix kg: <https://kg.example/terms#> .
@prefix my: <https://example.org/my#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
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
LITERAL = FOE.replace("Object", "Datatype")
DETAIL = "kg:zeal a owl:ObjectProperty , kg:Qualifier ; rdfs:domain kg:Statement ; rdfs:label "
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
    FOE + "owl:inverseOf kg:foe .": "the inverse of itself",
    FOE + 'kg:distinguishes "foo" .': "kg:distinguishes is not 'foo'",
    FOE + 'kg:oneAtATime "yes" .': "kg:oneAtATime is not 'yes'",
    FOE + 'kg:everywhere "true" .': "kg:everywhere is not 'true'",
    FOE + "kg:oneAtATime true , false .": "kg:oneAtATime says two things",
    FOE + "kg:uniquePer kg:governs .": "kg:uniquePer names what is no qualifier",
    LITERAL + "rdfs:range xsd:strng .": "is no datatype of a value: http://www.w3.org/2001/XMLSchema#strng",
    LITERAL + "rdfs:range rdf:langString .": "is no datatype of a value",
    LITERAL + "rdfs:range xsd:length .": "is no datatype of a value",
    LITERAL + "rdfs:range xsd:string , kg:Date .": "is of 2 kinds",
    LITERAL + "rdfs:range xsd:string , kg:Person .": "is of 2 kinds",
    LITERAL.replace(" ;", " , owl:SymmetricProperty ;", 1) + "rdfs:range xsd:string .": "is an owl:SymmetricProperty",
    LITERAL.replace(" ;", " , owl:TransitiveProperty ;", 1) + "rdfs:range kg:Date .": "is an owl:TransitiveProperty",
    LITERAL + 'rdfs:range kg:Date ; kg:timeRole "begin" , "end" .': "two kinds of kg:timeRole",
    FOE.replace("foe of", "Note") + "rdfs:domain kg:Person .": "'note' cannot be the label of a verb",
    DETAIL + '"during" .': "'during' is the label of another qualifier too: https://kg.example/terms#",
    DETAIL + '"of it" , "id" .': "'id' cannot be the label of a qualifier",
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
    turtle = {"ontology/extra.ttl": "<urn:a>\n  <urn:b> [ "}
    (problem,) = [p for p in case_project(turtle).corpus.problems if p.code == "bad-turtle"]
    assert (problem.message, problem.span.line) == ("this is not Turtle: Unexpected end", 2)


def test_classes_of_any_namespace_are_terms(case_project: Maker) -> None:
    project = case_project({"ontology/extra.ttl": PREFIXES + 'my:Militia a owl:Class ; rdfs:label "militia" .'})
    assert [t.iri for t in glossary.terms(project.ontology, "militia")] == ["https://example.org/my#Militia"]


GOOD = {
    LITERAL + "rdfs:range xsd:token .",
    LITERAL + 'rdfs:range kg:Date ; kg:timeRole "end" ; kg:uniquePer rdf:subject , kg:in ; kg:oneAtATime true .',
    FOE.replace(" ;", " , owl:SymmetricProperty ;", 1) + "rdfs:range kg:Person , kg:Place .",
    FOE.replace("foe of", "note of") + "rdfs:range [ a owl:Class ; owl:unionOf ( kg:Person kg:Place ) ] .",
    DETAIL + '"type" ; kg:distinguishes "different scope" ; kg:everywhere false .',
    FOE + "my:colour my:red ; rdfs:seeAlso my:foes ; rdfs:subPropertyOf my:against ; owl:deprecated false .",
    'my:Foe a owl:Class ; rdfs:label "foe" ; rdfs:subClassOf kg:Person . # kg:Nobody, rdfs:lable',
    'kg:x a kg:Unit ; rdfs:label "a kg:nope \\" owl:Nope" , """kg:nope""" . my:list rdf:_1 kg:x .',
}


@pytest.mark.parametrize("turtle", sorted(GOOD))
def test_what_is_meant_as_it_stands_is_no_problem(case_project: Maker, turtle: str) -> None:
    assert _problems(case_project, turtle) == []


# --- terms that nothing has --------------------------------------------------------------------

STRAY = {
    FOE + "rdfs:rnage kg:Person .": ("rdfs:rnage", "rdfs:range"),
    'kg:foe a owl:ObjectPropery ; rdfs:label "foe of" .': ("owl:ObjectPropery", "owl:ObjectProperty"),
    FOE + 'skos:altLable "enemy of" .': ("skos:altLable", "skos:altLabel"),
    FOE + "kg:qualifer kg:in .": ("kg:qualifer", "kg:qualifier"),
    FOE + "kg:oneAtATimes true .": ("kg:oneAtATimes", "kg:oneAtATime"),
    FOE + "kg:uniquePer kg:votess .": ("kg:votess", "kg:votes"),
    FOE + "rdfs:subPropertyOf kg:governz .": ("kg:governz", "kg:governs"),
    'kg:Foe a owl:Class ; rdfs:label "foe" ; rdfs:subClassOf kg:Parson .': ("kg:Parson", "kg:Person"),
    "kg:governns kg:qualifier kg:in .": ("kg:governns", "kg:governs"),
    FOE + "rdfs:subPropertyOf <https://kg.example/terms#governz> .": ("governz", "governs"),
}


@pytest.mark.parametrize("turtle", STRAY)
def test_a_term_that_no_vocabulary_has_is_a_problem_at_its_place(case_project: Maker, turtle: str) -> None:
    wrong, meant = STRAY[turtle]
    (problem,) = _problems(case_project, f'# {wrong}\nmy:note rdfs:label "{wrong}" .\n{turtle}')
    assert (problem.code, problem.span.path, problem.span.line) == ("unknown-term", "ontology/extra.ttl", LINES + 3)
    assert turtle[problem.span.column - 1 :][: problem.span.length].strip("<>").endswith(wrong)
    assert (problem.word, did_you_mean(wrong, problem.near).split("'")[1]) == (wrong, meant)


def test_a_term_that_is_complained_of_already_is_not_told_twice(case_project: Maker) -> None:
    assert [p.code for p in _problems(case_project, FOE + "rdfs:domain kg:Nobody .")] == ["bad-ontology"]


def test_a_term_that_the_text_hides_is_a_problem_all_the_same(case_project: Maker) -> None:
    (problem,) = _problems(case_project, FOE + "rdfs:subPropertyOf <https://kg.example/terms#go\\u0076ernz> .")
    assert (problem.code, problem.span.path) == ("unknown-term", "ontology")
    assert "https://kg.example/terms#governz" in problem.message


@pytest.mark.parametrize("namespace", ["RDF", "RDFS", "OWL", "SKOS", "XSD"])
def test_the_names_of_a_vocabulary_are_those_that_others_know(namespace: str) -> None:
    """Besides the facets and functions that rdflib counts among the names of XML Schema."""
    theirs = {name for name in vars(rdflib)[namespace].__annotations__ if not name.startswith("_")}
    ours = vocabulary.NAMES[str(vars(rdflib)[namespace])]
    more = {"anyType", "anySimpleType", "anyAtomicType", "untypedAtomic"}
    assert ours - more <= theirs
    assert namespace == "XSD" or ours == theirs


def test_all_that_a_graph_has_is_a_term(shipped: Project) -> None:
    """What layout and rules write in the namespace of kg is never taken for a mistake, whatever the ontology has."""
    used = set(re.findall(rf"<({KG}[^>]+)>", "\n".join((*shipped.graphs().facts, *shipped.graphs().inferred))))
    assert vocabulary.strays(used, vocabulary.known(shipped.ontology.terms)) == set()
    laid_out = set(re.findall(r'KG \+ "(\w+)"', (ROOT / "kg" / "layout.py").read_text(encoding="utf-8")))
    assert laid_out
    assert laid_out <= vocabulary.LAYOUT


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


@pytest.mark.parametrize("base", ["http://[::1/", "http://x/%zz/", "http://x:port/", "http://x/[/", "x/", "http://x",
                                  "javascript:alert(1)/", "file:///etc/"])  # fmt: skip
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


def test_what_is_no_turtle_in_the_folder_is_a_problem(case_project: Maker) -> None:
    """As in facts/: what is hidden stays unmentioned."""
    names = ("x.rq", "foo.owl", "foo.TTL", "foo.ttl.txt", "x.ttl~", "more/foo.ttl", ".x.swp", ".#core.ttl")
    found = case_project({f"ontology/{name}": "" for name in names}).corpus.problems
    unread = {"x.rq", "foo.owl", "foo.TTL", "foo.ttl.txt", "x.ttl~", "more"}
    assert {p.span.path for p in found if p.code == "unknown-format"} == {f"ontology/{name}" for name in unread}
    assert len(found) == len(unread)


def test_the_shapes_are_not_read_from_outside(case_project: Maker, tmp_path: Path) -> None:
    root = case_project().root
    (root / "ontology" / "shapes.ttl").symlink_to("/etc/passwd")
    message = "is a link that leaves the project's folder, and is not followed"
    assert _unread(Project(root)) == [("ontology/shapes.ttl", message)]
    assert [p.message for p in Project(root).check()] == [message]
