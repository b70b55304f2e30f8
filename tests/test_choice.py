"""What a query chooses of the network: what its answer names, what lies beside that, and refusals that say why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg import choice
from kg.project import Project
from kg.query import QueryError
from kg.saved import of_text

FACTS = """\
  - Cabello governs Miranda: {from: 2004, at: "one"}
  - Cabello governs Miranda: {from: 2005, at: "two"}
  - Cabello loses to Capriles: {status: alleged, at: "three"}
  - Capriles governs Miranda: {from: 2008, at: "four"}
  - Ledezma allied with Cabello
  - Miranda has seats: 33
"""


@pytest.fixture
def ask(facts: Callable[[str], Project]) -> Callable[..., object]:
    """Returns a function from SPARQL to the chosen network of a small project."""
    project = facts(FACTS)
    whole = project.network()

    def chosen(text: str, **values: str):
        return choice.chosen(project.dataset(), of_text(text, "q", "q.rq"), values, whole)

    return chosen


def sentences(network: object, *, besides: bool = False) -> list[str]:
    """Returns the sentences of the chosen facts, or of those beside them."""
    rows = [row for *_, row in network.edges(data=True)]
    rows += [row for _, data in network.nodes(data=True) for row in data["facts"]]
    return sorted(row["sentence"] for row in rows if row.get("besides", False) is besides)


def names(network: object) -> list[str]:
    return sorted(name.rsplit("/", 1)[-1] for name, data in network.nodes(data=True) if not data.get("besides"))


def test_select_chooses_the_entities_of_its_cells_and_the_facts_that_tie_them(ask):
    found = ask("SELECT ?a ?b ?n WHERE { ?a kg:governs ?b . ?b rdfs:label ?n }")
    assert names(found) == ["cabello", "capriles", "miranda"]
    assert sentences(found) == [
        "Diosdado Cabello governs Miranda",
        "Diosdado Cabello governs Miranda",
        "Diosdado Cabello loses to Henrique Capriles Radonski",
        "Henrique Capriles Radonski governs Miranda",
    ]


def test_select_of_statements_chooses_them_with_their_ends_and_no_other_fact(ask):
    found = ask("SELECT ?s WHERE { ?s rdf:predicate kg:losesTo } ")
    assert names(found) == ["cabello", "capriles"]
    assert sentences(found) == ["Diosdado Cabello loses to Henrique Capriles Radonski"]


def test_an_entity_that_is_asked_about_is_chosen_too(ask):
    found = ask("SELECT ?b WHERE { ?_who_iri kg:governs ?b }", who="cabello")
    assert names(found) == ["cabello", "miranda"]
    assert found.graph["query"]["parameters"] == {"who": "Diosdado Cabello"}


def test_of_one_entity_alone_what_is_said_of_it_is_chosen(ask):
    found = ask("SELECT ?b WHERE { ?b kg:hasSeats ?n }")
    assert names(found) == ["miranda"]
    assert [text.split()[0] for text in sentences(found)] == ["Miranda"]


def test_construct_chooses_the_statements_that_say_its_triples_whatever_their_status(ask):
    found = ask("CONSTRUCT { ?a kg:losesTo ?b } WHERE { ?s rdf:predicate kg:losesTo ; rdf:subject ?a ; rdf:object ?b }")
    assert sentences(found) == ["Diosdado Cabello loses to Henrique Capriles Radonski"]
    assert [row["status"] for *_, row in found.edges(data=True)] == ["alleged"]
    assert not any(row.get("given") for *_, row in found.edges(data=True))


def test_construct_leaves_the_other_facts_among_its_entities_beside(ask):
    found = ask("CONSTRUCT { :ledezma kg:alliedWith :cabello . ?a kg:governs ?b } WHERE { ?a kg:governs ?b }")
    assert sentences(found, besides=True) == [
        "Diosdado Cabello allied with Antonio Ledezma",
        "Diosdado Cabello loses to Henrique Capriles Radonski",
        "Miranda has seats 33",
    ]
    assert "Antonio Ledezma allied with Diosdado Cabello" in sentences(found)


def test_a_triple_that_no_statement_says_is_a_fact_given_without_evidence(ask):
    found = ask("CONSTRUCT { ?a <http://x.org/met> ?b . ?a <http://x.org/n> 5 } WHERE { ?a kg:governs ?b }")
    given = [row for *_, row in found.edges(data=True) if row.get("given")]
    assert [(row["sentence"], row["evidence"], row["rule"]) for row in given] == [
        ("Diosdado Cabello met Miranda", [], ""),
        ("Henrique Capriles Radonski met Miranda", [], ""),
    ]
    values = [row for _, data in found.nodes(data=True) for row in data["facts"] if row.get("given")]
    assert {row["object"] for row in values} == {"5"}


def test_triples_about_nothing_known_are_counted_and_names_are_no_lines(ask):
    where = "WHERE { ?a kg:governs ?b . ?b rdfs:label ?n }"
    found = ask("CONSTRUCT { [] <http://x.org/met> ?b . ?b rdfs:label ?n } " + where)
    assert names(found) == ["miranda"]
    assert found.graph["query"]["left"] == 2
    assert sentences(found) == []


def test_construct_of_statements_brings_their_ends_and_says_nothing_of_evidence(ask):
    found = ask("CONSTRUCT { ?s ?p ?o } WHERE { ?s rdf:predicate kg:losesTo ; ?p ?o }")
    assert {"cabello", "capriles"} <= set(names(found))
    assert sentences(found) == ["Diosdado Cabello loses to Henrique Capriles Radonski"]
    assert found.graph["query"]["left"] == 0


def test_rivals_of_what_is_chosen_come_along_beside_it(shipped):
    """Whoever reads one figure must see the others."""
    text = "SELECT ?s { ?s rdf:subject :psuv ; rdf:object :regional-elections-2008 ; kg:votes ?v }"
    saved = of_text(text, "q", "q.rq")
    found = choice.chosen(shipped.dataset(), saved, {}, shipped.network())
    rivals = {r["statement"] for *_, row in found.edges(data=True) for r in row["rivals"] if not row.get("besides")}
    assert len(rivals) > 3
    values = {row["key"] for _, data in found.nodes(data=True) for row in data["facts"]}
    assert rivals <= values | {key for *_, key in found.edges(keys=True)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { ?a kg:governs ?b }", "an ASK is answered by yes or no"),
        ("SELECT ?a WHERE { ?a kg:governs :ledezma }", "the answer is empty"),
        ("CONSTRUCT { ?a kg:governs ?b } WHERE { ?a kg:governs ?b , :ledezma }", "the answer is empty"),
        ("SELECT (COUNT(?a) AS ?n) WHERE { ?a kg:governs ?b }", r"the answer \(1 row\) names no entity"),
        ("SELECT ?p WHERE { ?s rdf:predicate ?p }", r"the answer \(\d+ rows\) names no entity"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ask, text, said):
    with pytest.raises(QueryError, match=said) as refused:
        ask(text)
    assert refused.value.problem.code == "no-picture"
    assert refused.value.problem.hint


def test_same_answer_gives_the_same_part(ask):
    text = "SELECT ?a ?b WHERE { ?a kg:governs ?b }"
    one, other = ask(text), ask(text)
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(other.edges(keys=True, data=True))
