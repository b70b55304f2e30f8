"""A bare RDF graph as a network: its statements keep their sources, and what none of them says is marked as given."""

from __future__ import annotations

import pytest
import rdflib
from examples import BASE, project

from kg.given import network_of
from kg.terms import KG, RDF


@pytest.fixture(scope="module")
def whole(shipped):
    return shipped.network()


def facts(network: object) -> dict[str, dict]:
    found = {key: row for *_, key, row in network.edges(keys=True, data=True)}
    return found | {row["key"]: row for _, data in network.nodes(data=True) for row in data["facts"]}


def test_statements_of_a_graph_are_the_facts_of_its_project(shipped, whole):
    again = network_of(shipped.graph(inferred=False))
    stated = {key: row for key, row in facts(whole).items() if row["evidence"]}
    same = {key: row for key, row in facts(again).items() if row["evidence"]}
    assert len(stated) > 900
    assert {key: row["sentence"] for key, row in same.items()} == {key: row["sentence"] for key, row in stated.items()}
    assert {key: row["evidence"] for key, row in same.items()} == {key: row["evidence"] for key, row in stated.items()}
    assert {name: again.nodes[name]["kind"] for name in again} == {name: whole.nodes[name]["kind"] for name in again}
    assert not [row for row in facts(again).values() if row.get("given")]


def test_what_rules_found_is_given_since_the_graph_names_no_rule(shipped, whole):
    again = network_of(shipped.graph())
    inferred = {(u, v, row["property"]) for u, v, row in whole.edges(data=True) if row["rule"] and not row["evidence"]}
    given = {(u, v, row["property"]) for u, v, row in again.edges(data=True) if row.get("given")}
    assert len(given) > 20
    assert given <= inferred


def test_a_graph_without_statements_is_drawn_as_it_is():
    text = """
        @prefix : <https://x.org/> . @prefix f: <http://xmlns.com/foaf/0.1/> .
        :a a f:Person ; f:name "Ana" ; f:knows :b . :b a f:Person . :c f:knows :a . [] f:knows :a .
    """
    network = network_of(rdflib.Graph().parse(data=text, format="turtle"))
    assert sorted(network) == ["https://x.org/a", "https://x.org/b"]
    ((_, _, row),) = network.edges(data=True)
    assert (row["verb"]["en"], row["given"], row["evidence"]) == ("knows", True, [])
    assert [fact["object"] for fact in network.nodes["https://x.org/a"]["facts"]] == ["Ana"]


@pytest.mark.parametrize(("status", "expected"), [("asserted", 0), ("denied", 1), ("alleged", 1)])
def test_a_triple_that_somebody_only_denies_is_given_all_the_same(tmp_path, status, expected):
    made = project(tmp_path, {"facts": [{"Ana supports Ben": {"status": status}}]})
    graph = made.graph()
    graph.add(tuple(rdflib.URIRef(text) for text in (f"{BASE}ana", f"{KG}supports", f"{BASE}ben")))
    rows = [row for *_, row in network_of(graph).edges(data=True) if row["property"] == f"{KG}supports"]
    assert sum(bool(row.get("given")) for row in rows) == expected
    assert [row["status"] for row in rows if not row.get("given")] == [status]


def test_an_empty_graph_is_an_empty_network():
    assert len(network_of(rdflib.Graph())) == 0


def test_odd_numbers_in_a_selector_are_no_place():
    graph = rdflib.Graph()
    base = "https://x.org/"
    lines = [
        f"<{base}a> <{RDF}type> <{KG}Person> .",
        f"<{base}statement/1> <{RDF}subject> <{base}a> .",
        f"<{base}statement/1> <{RDF}predicate> <{KG}supports> .",
        f"<{base}statement/1> <{RDF}object> <{base}a> .",
        f"<{base}statement/1> <{KG}evidence> <{base}evidence/1> .",
        f"<{base}evidence/1> <http://www.w3.org/ns/prov#hadPrimarySource> <{base}d> .",
        f"<{base}evidence/1> <http://www.w3.org/ns/oa#hasSelector> <{base}selector/1> .",
        f'<{base}selector/1> <http://www.w3.org/2000/01/rdf-schema#label> "here" .',
        f'<{base}selector/1> <http://www.w3.org/ns/oa#start> "soon" .',
        f'<{base}selector/1> <http://www.w3.org/ns/oa#end> "-3" .',
    ]
    graph.bind("", base)
    ((_, _, row),) = network_of(graph.parse(data="\n".join(lines), format="nt")).edges(data=True)
    assert [item["chars"] for item in row["evidence"]] == [[]]
