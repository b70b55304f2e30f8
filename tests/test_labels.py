"""Terms as people read and name them: labels by language, and no name is guessed or carries grammar."""

from __future__ import annotations

import asking
import pytest

from kg.labels import entity_named, label_of, labelled_rows, short_iri
from kg.project import Project
from kg.queries import run

PLACES = "SELECT ?place { ?_person_iri kg:governs ?place }"


def test_labels_are_chosen_by_language(asked: Project) -> None:
    """The language asked for, else a label without one, else English, else the first; an IRI is shortened."""
    import pyoxigraph as ox

    dataset = asked.dataset()
    place, governs = ox.NamedNode(dataset.base + "caracas"), ox.NamedNode("https://kg.example/terms#governs")
    assert [label_of(dataset, place, lang) for lang in ("es", "en", "fr")] == ["Distrito Capital", "Capital", "Capital"]
    assert [label_of(dataset, governs, lang) for lang in ("es", "en", "fr")] == ["gobierna", "governs", "governs"]
    assert label_of(dataset, ox.NamedNode(dataset.base + "cabello"), "es") == "Diosdado Cabello"
    assert label_of(dataset, ox.NamedNode("https://elsewhere.example/x")) == "https://elsewhere.example/x"
    assert label_of(dataset, ox.NamedNode("https://kg.example/terms#unlabelled")) == "kg:unlabelled"
    assert label_of(dataset, ox.Literal("5", datatype=ox.NamedNode("x:y"))) == "5"
    assert label_of(dataset, None) == ""
    assert short_iri(dataset.prefixes, dataset.base + "statement/1") == "statement:1"
    answer = run(dataset, asking.saved("SELECT ?s ?o ?none { BIND(:caracas AS ?s) BIND(kg:Place AS ?o) }"))
    assert labelled_rows(dataset, answer, "es") == (["s", "o", "none"], [["Distrito Capital", "lugar", ""]])
    answer = run(dataset, asking.saved("SELECT ?s { BIND(:caracas AS ?s) }"))
    assert labelled_rows(dataset, answer, iris=True) == (["s"], [[":caracas"]])


@pytest.mark.parametrize(
    "name",
    ["cabello", "Cabello", "diosdado  CABELLO", ":cabello", "https://example.org/cases/cabello"],
)
def test_an_entity_is_named_in_any_way(name: str, asked: Project) -> None:
    """An id, a name or alias in any case, a prefixed name and an IRI mean the same entity."""
    rows = asking.answer(asked, PLACES + " ORDER BY ?place", person=name)
    assert rows == [{"place": "Miranda"}, {"place": "Táchira"}]


@pytest.mark.parametrize(
    "given",
    [
        "cabello> } UNION { ?s ?p ?o", ":cabello> } UNION {", "kg:a b", "a[b", "a%zz", ":a%zz", "http://[x", "", " ",
        '"cabello"', "<cabello>", "cabello }", "_:b", "?_person_iri", "javascript:x y", "x\0y", ":\u202ecabello",
        "https://example.org/cases/cabello> . ?s ?p ?o . <x:y", "cabello/../miranda", "file:///etc/passwd\n",
    ],
)  # fmt: skip
def test_no_name_can_carry_grammar(given: str, asked: Project) -> None:
    """Text that is no name and no IRI is a problem that says so."""
    assert asking.refused(asked, PLACES, person=given).code == "unknown-name"


def test_a_name_of_two_is_refused_and_both_are_listed(asked: Project) -> None:
    """A query never guesses which Sucre is meant; an unknown name gets its likely spelling."""
    problem = asking.refused(asked, "SELECT * { ?_place_iri ?p ?o }", place="sucre")
    assert problem.code == "ambiguous-name"
    assert "sucre-municipality, sucre-state" in problem.hint
    assert entity_named(asked.dataset(), "La Capital") == "https://example.org/cases/caracas"
    problem = asking.refused(asked, PLACES, person="Cabelo")
    assert problem.code == "unknown-name"
    assert "Cabello" in problem.near or "cabello" in problem.near
