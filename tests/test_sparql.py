"""SPARQL as text: what form a query has, and which prefixes it declares and uses."""

from __future__ import annotations

import pytest

from kg import sparql


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "select"),
        ("# construct\nPREFIX ask: <urn:select> ask {}", "ask"),
        ("BASE <urn:construct/> DESCRIBE <a>", "describe"),
        ("nothing", ""),
    ],
)
def test_the_form_of_a_query_is_its_keyword(text: str, form: str) -> None:
    assert sparql.form_of(text) == form


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT ?objct { ?s ?p ?object }", "objct"),
        ("select distinct $x ?y where { ?s ?p 'x ?y' } # ?x", "x y"),
        ("SELECT (COUNT(?objct) AS ?n) (?n + 1 AS ?m) FROM <urn:?g> { ?s ?p ?o }", "objct"),
        ("SELECT ?o ?o (?z AS ?o2) { ?s ?p ?o FILTER(?z > 1) }", ""),
        ("SELECT ?x ?y { ?s ?p ?o } GROUP BY (STR(?o) AS ?x) ?y", ""),
        ("SELECT ?x { { SELECT * { ?x ?p ?o } } }", ""),
        ("SELECT ?v { ?s ?p ?o } VALUES ?v { 1 }", ""),
        ("SELECT (EXISTS { ?a ?b ?c } AS ?x) ?y { ?s ?p ?o }", ""),
        ("PREFIX select: <urn:?x> SELECT * { ?s select:a ?o }", ""),
        ("ASK { ?s ?p ?o }", ""),
        ("CONSTRUCT { ?s ?p ?x } { ?s ?p ?o }", ""),
        ("SELECT ?x", ""),
    ],
)
def test_what_a_select_asks_for_and_nothing_binds_is_told(text: str, names: str) -> None:
    """Only where it is certain: a variable that is spoken of anywhere behind the SELECT clause may be bound there."""
    assert [name for name, _ in sparql.never_bound(text, "q")] == names.split()


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("ASK { ?b a:x 'b:y' } # b:z", "a"),
        ("PREFIX a: <b:x> ASK { ?s a:x ?o }", ""),
        ("PREFIX A: <urn:x> ASK { ?s a:x ?o }", "a"),
        ("# PREFIX a: <urn:x>\nASK { ?s a:x ?o }", "a"),
        ("ASK { ?s a:+/b:|a: ?o }", "ab"),
        (r"ASK { ?s a:x\-b:y ?o ; a:x\,b:y ?o ; a:x%20b:y _:b }", "a"),
        (r"ASK { ?s a:prefix b:y ; a:x\,prefix b:y ; a:prefix ?b }", "ab"),
    ],
)
def test_a_query_takes_for_granted_what_it_uses_and_does_not_declare(text: str, taken: str) -> None:
    """A comment or a name declares nothing, another case is another prefix, and within a name no other one begins."""
    assert sparql.declarations(text, {"b": "urn:b", "a": "urn:a"}) == [f"PREFIX {name}: <urn:{name}>" for name in taken]
    found = sparql.undeclared(text, [], "q")
    assert (found.word if found else "") == taken[:1]
