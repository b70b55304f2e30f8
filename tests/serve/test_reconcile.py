"""The Reconciliation Service API 0.2 as OpenRefine and its like use it."""

from __future__ import annotations

import json
import re
import shutil
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import quote

import pytest
from conftest import CASES, ROOT

pytest.importorskip("starlette", reason="the server needs kg[serve]")

from kg.serve.api import reconcile
from kg.serve.graph import alike
from kg.serve.refusal import Refusal

CANDIDATE = {"id", "name", "description", "score", "features", "match", "type"}
"""Members of a candidate (section 4.2)."""

VALUES = ("id", "str", "float", "int", "date")
"""Members by which a value of the data extension is told (section 7.4); an entity has a name too."""


def matched(server: Any, *queries: dict[str, Any] | str) -> list[list[dict[str, Any]]]:
    """Returns the candidates for each query, asked in one batch, after checks that the answer has the right shape."""
    batch = {f"q{n}": {"query": one} if isinstance(one, str) else one for n, one in enumerate(queries)}
    response = server.client.post(f"{server.url}/reconcile", data={"queries": json.dumps(batch)})
    assert response.status_code == 200, response.text
    found = response.json()
    assert found.keys() == batch.keys()
    for one in found.values():
        assert one.keys() == {"result"}
        check_candidates(one["result"])
    return [found[key]["result"] for key in batch]


def check_candidates(found: list[dict[str, Any]]) -> None:
    """Checks candidates against what section 4.2 says of them."""
    assert sum(one["match"] for one in found) <= 1
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
    for one in found:
        assert one.keys() <= CANDIDATE
        assert isinstance(one["id"], str)
        assert isinstance(one["name"], str)
        assert one["id"]
        assert one["name"]
        assert 0 <= one["score"] <= 100
        assert isinstance(one["match"], bool)
        assert all(kind.keys() == {"id", "name"} for kind in one["type"])
        assert all(isinstance(f["id"], str) and isinstance(f["value"], (bool, int, float)) for f in one["features"])


def extended(server: Any, ids: list[str], *properties: dict[str, Any]) -> dict[str, Any]:
    """Returns the values of properties of entities, after checks that the answer has the right shape (section 7.4)."""
    asked = json.dumps({"ids": ids, "properties": list(properties)})
    response = server.client.post(f"{server.url}/reconcile", data={"extend": asked})
    assert response.status_code == 200, response.text
    found = response.json()
    assert found.keys() == {"meta", "rows"}
    assert [one["id"] for one in found["meta"]] == [one["id"] for one in properties]
    assert found["rows"].keys() == set(ids)
    for row in found["rows"].values():
        assert row.keys() == {one["id"] for one in properties}
        for value in (value for values in row.values() for value in values):
            assert sum(name in value for name in VALUES) == 1
            assert value.keys() <= ({"id", "name"} if "id" in value else set(VALUES))
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value.get("date", "2000-01-01T00:00:00Z"))
    return found


# --- the manifest --------------------------------------------------------------------------------


def test_the_manifest_says_what_the_service_can_do(server) -> None:
    found = server.get("/reconcile").json()
    assert found["versions"] == ["0.2"]
    assert found["name"] == "Venezuela's regional elections of 23 November 2008"
    assert found["identifierSpace"] == "https://kg.example/venezuela-2008/"
    assert found["schemaSpace"] == "https://kg.example/terms#"
    assert {"id": "kg:Person", "name": "person"} in found["defaultTypes"]
    assert len({one["id"] for one in found["defaultTypes"]}) == len(found["defaultTypes"]) > 3
    assert all(one.keys() == {"id", "name"} for one in found["defaultTypes"])
    assert {found[name]["url"].count("{{id}}") for name in ("view", "preview")} == {1}
    assert found["suggest"].keys() == {"entity", "type", "property"}
    assert all("${id}" in one["flyout_service_path"] for one in found["suggest"].values())


def test_every_address_of_the_manifest_answers(server) -> None:
    found = server.get("/reconcile").json()
    ident = {"entity": "capriles", "type": "kg:Person", "property": "kg:wins"}
    for kind, one in found["suggest"].items():
        assert one["service_url"].startswith(server.url)
        answer = server.client.get(one["service_url"] + one["service_path"], params={"prefix": "c"})
        assert answer.json()["result"]
        address = one["service_url"] + one["flyout_service_path"].replace("${id}", quote(ident[kind], safe=""))
        flyout = server.client.get(address).json()
        assert flyout["id"] == ident[kind]
        assert flyout["html"].startswith("<p><strong>")
    proposing = found["extend"]["propose_properties"]
    proposed = server.client.get(proposing["service_url"] + proposing["service_path"], params={"type": "kg:Person"})
    assert proposed.json()["type"] == "kg:Person"
    view = server.client.get(found["view"]["url"].replace("{{id}}", "capriles"))
    assert (view.status_code, view.headers["location"]) == (303, "/venezuela-2008/capriles")
    assert server.client.get(found["preview"]["url"].replace("{{id}}", "capriles")).status_code == 200


def test_the_manifest_of_a_service_below_a_root_path_names_it(case_project, serve) -> None:
    made = serve(
        case_project({"facts/facts.yaml": "source: paper\nfacts: [Cabello governs Miranda]\n"}).root,
        "--root-path",
        "/kg",
    )
    found = made.client.get(f"{made.url}/reconcile").json()
    assert found["suggest"]["entity"]["service_url"].endswith("/kg/reconcile")
    address = found["suggest"]["entity"]["service_url"] + found["suggest"]["entity"]["service_path"]
    assert made.client.get(address, params={"prefix": "cab"}).json()["result"][0]["id"] == "cabello"


# --- names to entities ---------------------------------------------------------------------------


def test_a_name_that_one_entity_bears_is_a_match_whatever_case_and_accents(server) -> None:
    for name in ("Diosdado Cabello", "DIOSDADO CABELLO", "Jesse Chacon", "Chávez"):
        (found,) = matched(server, name)
        assert (found[0]["score"], found[0]["match"]) == (100, True), name


def test_two_entities_of_one_name_are_never_a_match(server) -> None:
    (found,) = matched(server, "Sucre")
    assert [(one["id"], one["score"], one["match"]) for one in found[:2]] == [
        ("sucre-municipality", 100, False), ("sucre-state", 100, False),
    ]  # fmt: skip
    (one,) = matched(server, {"query": "Sucre", "limit": 1})
    assert [found["match"] for found in one] == [False]


def test_a_type_leaves_the_entities_of_that_class_and_those_below(server) -> None:
    state, agents = matched(
        server, {"query": "Sucre", "type": "kg:State"}, {"query": "Cabello", "type": ["kg:Agent", "kg:Place"]}
    )
    assert [(one["id"], one["match"]) for one in state[:1]] == [("sucre-state", True)]
    assert agents[0]["id"] == "cabello"
    assert {kind["id"] for one in agents for kind in one["type"]} <= {"kg:Person", "kg:Group", "kg:Current"}


def test_a_type_may_be_preferred_only(server) -> None:
    (found,) = matched(server, {"query": "Diosdado Cabello", "type": "kg:Place", "type_strict": "should"})
    assert (found[0]["id"], found[0]["match"]) == ("cabello", False)
    assert found[0]["score"] < 100
    (none,) = matched(server, {"query": "Diosdado Cabello", "type": ["kg:Person", "kg:Place"], "type_strict": "all"})
    assert none == []


def test_what_is_only_alike_is_a_candidate_and_no_match(server) -> None:
    slip, turned, part = matched(server, "Diosdado Cabelo", "Radonski Henrique Capriles", "Ciccariello")
    assert (slip[0]["id"], slip[0]["match"]) == ("cabello", False)
    assert 70 < slip[0]["score"] < 95
    assert (turned[0]["id"], turned[0]["score"], turned[0]["match"]) == ("capriles", 95, False)
    assert part
    assert not part[0]["match"]


def test_an_identifier_is_its_entity(server) -> None:
    (found,) = matched(server, "cabello-waning-popularity")
    assert (found[0]["id"], found[0]["score"], found[0]["match"]) == ("cabello-waning-popularity", 100, True)


def test_what_nobody_is_called_has_no_candidates(server) -> None:
    assert matched(server, "zzqxqz", "…", "🦜") == [[], [], []]


def test_property_values_raise_and_lower_the_score(server) -> None:
    fits, fails, alone = matched(
        server,
        {"query": "Henrique Capriles Radonski", "properties": [{"pid": "kg:defeats", "v": "Diosdado Cabello"}]},
        {"query": "Henrique Capriles Radonski", "properties": [{"pid": "kg:defeats", "v": [{"id": "chavez"}, "X"]}]},
        {"properties": [{"pid": "kg:losesTo", "v": {"id": "capriles", "name": "whatever"}}]},
    )
    assert (fits[0]["score"], fits[0]["match"]) == (100, True)
    assert (fails[0]["score"], fails[0]["match"]) == (70, False)
    assert "cabello" in [one["id"] for one in alone]


def test_the_number_of_candidates_is_limited(server) -> None:
    many, few = matched(server, {"query": "election", "limit": 100}, {"query": "election", "limit": 2})
    assert len(few) == 2
    assert len(many) > 10
    assert [one["id"] for one in few] == [one["id"] for one in many[:2]]


def test_a_batch_may_come_by_get_too(server) -> None:
    asked = json.dumps({"a": {"query": "Sucre"}})
    by_get = server.client.get(f"{server.url}/reconcile", params={"queries": asked})
    by_post = server.client.post(f"{server.url}/reconcile", data={"queries": asked})
    assert by_get.json() == by_post.json()
    again = server.client.get(
        f"{server.url}/reconcile", params={"queries": asked}, headers={"If-None-Match": by_get.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", "null", '{"a": 1}', '{"a": {}}', '{"a": {"query": ""}}', '{"a": {"query": 5}}',
        '{"a": {"query": "x", "limit": 0}}', '{"a": {"query": "x", "limit": 1.5}}',
        '{"a": {"query": "x", "limit": true}}',
        '{"a": {"query": "x", "type": {}}}', '{"a": {"query": "x", "properties": [{}]}}', '{"a": {"qery": "x"}}',
        '{"a": {"query": "x", "type_strict": "maybe"}}', '{"a": {"query": "x"}, "a": {"query": "y"}}',
        '{"a": {"query": "x", "limit": NaN}}', '{"a": {"query": "\\ud800"}}', "[" * 100_000,
        '{"a": {"query": "x", "properties": [{"pid": "kg:wins", "v": {}}]}}',
    ],
)  # fmt: skip
def test_a_batch_that_is_none_is_a_problem(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        reconcile.queries(text)
    assert caught.value.status == 400


def test_requests_that_are_none_are_problems(server) -> None:
    batch = json.dumps({str(n): {"query": "x"} for n in range(reconcile.BATCH + 1)})
    post = server.client.post
    found = [
        (server.get("/reconcile?callback=jQuery"), 400, "unknown-parameter"),
        (post(f"{server.url}/reconcile", data={"queries": batch}), 413, "batch-too-large"),
        (post(f"{server.url}/reconcile", data={"queries": "{}", "extend": "{}"}), 400, "repeated-parameter"),
        (post(f"{server.url}/reconcile", data={}), 415, "unsupported-media"),
        (post(f"{server.url}/reconcile", json={"queries": {}}), 415, "unsupported-media"),
        (post(f"{server.url}/reconcile", data={"extend": '{"ids": ["x"]}'}), 400, "bad-request"),
        (server.get('/reconcile?queries={"a":{"query":"x","type":"kg:Persn"}}'), 400, "unknown-term"),
        (server.get('/reconcile?extend={"ids":[],"properties":[{"id":"kg:govern"}]}'), 400, "unknown-term"),
        (server.get("/reconcile/suggest/entity"), 400, "missing-parameter"),
        (server.get("/reconcile/suggest/entity?prefix=a&cursor=-1"), 400, "bad-parameter"),
        (server.get("/reconcile/suggest/thing?prefix=a"), 404, "not-found"),
        (server.get("/reconcile/flyout/entity?id=nobody"), 404, "unknown-entity"),
        (server.get("/reconcile/preview"), 400, "missing-parameter"),
        (server.get("/reconcile/properties?limit=x"), 400, "bad-parameter"),
    ]
    for response, status, code in found:
        assert (response.status_code, response.json()["type"]) == (status, f"/problems/{code}"), response.text
    assert "kg:Person" in found[6][0].json()["hint"]


# --- suggestions, flyouts, previews --------------------------------------------------------------


def test_entities_are_suggested_by_name_alias_and_identifier(server) -> None:
    def suggested(prefix: str, **more: str) -> list[dict[str, Any]]:
        words = {"prefix": prefix, "spell": "always", **more}  # clients send words of their own
        return server.client.get(f"{server.url}/reconcile/suggest/entity", params=words).json()["result"]

    assert "sucre-municipality" in [one["id"] for one in suggested("Sucre m")]
    assert suggested("sucre-state")[0]["id"] == "sucre-state"
    assert suggested("cabello")[0] == {
        "id": "cabello", "name": "Diosdado Cabello", "description": "person",
        "notable": [{"id": "kg:Person", "name": "person"}],
    }  # fmt: skip
    assert {"kg:State"} == {kind["id"] for one in suggested("s", type="kg:State") for kind in one["notable"]}
    first, second = suggested("a"), suggested("a", cursor="20")
    assert len(first) == 20
    assert not {one["id"] for one in first} & {one["id"] for one in second}


def test_types_and_properties_are_suggested_by_label(server) -> None:
    types = server.get("/reconcile/suggest/type?prefix=PERS").json()["result"]
    assert types[0]["id"] == "kg:Person"
    properties = server.get("/reconcile/suggest/property?prefix=loses").json()["result"]
    assert {"kg:losesTo", "kg:loses"} <= {one["id"] for one in properties}
    assert server.get("/reconcile/suggest/property?prefix=zzz").json() == {"result": []}


def test_the_preview_may_stand_in_the_frame_of_another_site_and_runs_nothing(server) -> None:
    response = server.get("/reconcile/preview?id=capriles")
    assert "frame-ancestors *" in response.headers["content-security-policy"]
    assert "script-src" not in response.headers["content-security-policy"]
    assert "Henrique Capriles Radonski" in response.text
    assert "<script" not in response.text
    assert server.get("/queries", accept="text/html").headers["x-frame-options"] == "SAMEORIGIN"


def test_the_preview_is_seen_in_a_frame(browser, server) -> None:
    """As in OpenRefine: the page of another origin on this machine shows it in a sandboxed frame."""
    address = f"{server.url}/reconcile/preview?id=capriles"

    class Refine(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(
                f'<!doctype html><iframe sandbox src="{address}" width="400" height="240"></iframe>'.encode()
            )

        def log_message(self, *_: Any) -> None:
            """Keeps quiet."""

    with HTTPServer(("127.0.0.1", 0), Refine) as refine:
        threading.Thread(target=refine.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{refine.server_port}/")
        heading = page.frame_locator("iframe").locator("h1")
        heading.wait_for()
        assert heading.inner_text() == "Henrique Capriles Radonski"
        assert page.frames[1].evaluate("getComputedStyle(document.body).fontSize") == "14px"
        page.close()
        refine.shutdown()


def test_hostile_names_are_text_in_flyouts_and_previews(case_project, serve) -> None:
    entities = (
        "dataset: {id: c, title: C, base: 'https://example.org/c/'}\nsource: paper\nentities:\n"
        "  paper: {type: Document, name: The paper}\n  miranda: {type: State, name: Miranda}\n"
        '  evil: {type: Person, name: "<img src=x onerror=alert(1)>"}\n'
    )
    facts = f"{entities}facts:\n  - evil governs Miranda\n"
    made = serve(case_project({"facts/facts.yaml": facts}, entities=False).root)
    for path in ("preview", "flyout/entity"):
        text = made.get(f"/reconcile/{path}?id=evil").text
        assert "<img" not in text
        assert "&lt;img" in text
    (found,) = matched(made, "<img src=x onerror=alert(1)>")
    assert (found[0]["id"], found[0]["match"]) == ("evil", True)


# --- data extension ------------------------------------------------------------------------------


def test_properties_of_entities_are_fetched(server) -> None:
    found = extended(
        server,
        ["cabello", "capriles", "nobody"],
        {"id": "kg:losesTo"},
        {"id": "skos:altLabel", "settings": {"limit": 1}},
    )
    assert found["meta"][0] == {
        "id": "kg:losesTo",
        "name": "loses to",
        "type": {"id": "kg:Person", "name": "person"},
    } or (found["meta"][0]["name"] == "loses to")
    rows = found["rows"]
    assert rows["cabello"]["kg:losesTo"] == [{"id": "capriles", "name": "Henrique Capriles Radonski"}]
    assert len(rows["capriles"]["skos:altLabel"]) == 1
    assert rows["nobody"] == {"kg:losesTo": [], "skos:altLabel": []}


def test_numbers_come_as_written_or_as_figures(server) -> None:
    written = extended(server, ["regional-elections-2008"], {"id": "kg:hadTurnout"})
    figures = extended(server, ["regional-elections-2008"], {"id": "kg:hadTurnout", "settings": {"amounts": "true"}})
    assert {"str": "65.45%"} in written["rows"]["regional-elections-2008"]["kg:hadTurnout"]
    assert {"float": 0.6545} in figures["rows"]["regional-elections-2008"]["kg:hadTurnout"]


def test_properties_worth_fetching_are_those_that_entities_of_the_type_have(server) -> None:
    found = server.get("/reconcile/properties?type=kg:Person&limit=5").json()
    assert len(found["properties"]) == 5
    for one in found["properties"]:
        assert one.keys() == {"id", "name"}
    everything = server.get("/reconcile/properties?type=kg:Election").json()["properties"]
    assert "kg:losesTo" not in {one["id"] for one in everything}


def test_other_data_are_matched_too(serve, tmp_path) -> None:
    """Plain RDF without a project: entities of any base, by their IRIs."""
    pytest.importorskip("uvicorn")
    text = (
        '<http://a.example/1> a <http://a.example/Town> ; <http://www.w3.org/2000/01/rdf-schema#label> "Mérida"@es ; '
        '<http://a.example/mayor> "Léster Rodríguez" ; '
        '<http://a.example/founded> "1558-10-09"^^<http://www.w3.org/2001/XMLSchema#date> .'
    )
    (tmp_path / "towns.ttl").write_text(text, encoding="utf-8")
    made = serve(tmp_path, "--data", str(tmp_path / "towns.ttl"))
    (found,) = matched(made, {"query": "merida", "properties": [{"pid": "http://a.example/founded", "v": "1558"}]})
    assert (found[0]["id"], found[0]["match"]) == ("http://a.example/1", True)
    rows = extended(made, ["http://a.example/1"], {"id": "http://a.example/founded"}, {"id": "http://a.example/mayor"})
    assert list(rows["rows"]["http://a.example/1"].values()) == [
        [{"date": "1558-10-09T00:00:00Z"}], [{"str": "Léster Rodríguez"}],
    ]  # fmt: skip
    assert not made.get("/reconcile").json()["identifierSpace"].startswith("file:")


# --- likeness ------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["Diosdado Cabelo", "Diosdado Cabell", "Dosdado Cabello", "Cabello"])
def test_likeness_is_the_same_both_ways_and_below_that_of_the_same_words(other: str) -> None:
    one = alike.likeness("Diosdado Cabello", other)
    assert one == alike.likeness(other, "Diosdado Cabello")
    assert 40 < one < alike.REORDERED


# --- where an entity is shown --------------------------------------------------------------------

HOSTILE = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://here.example//evil.example> a owl:Class ; rdfs:label "two slashes"@en .
<https://here.example///evil.example/%2F..> a owl:Class ; rdfs:label "three slashes"@en .
<https://here.example/%0D%0ASet-Cookie:a=b> a owl:Class ; rdfs:label "a line end"@en .
<https://other.example/ñ選;a?b=%C3%B1#c> a owl:Class ; rdfs:label "letters"@en .
<javascript:alert(1)> a owl:Class ; rdfs:label "a script"@en .
"""

LEADS = {
    "/evil.example": "/%2Fevil.example",
    "//evil.example/%2F..": "/%2F/evil.example/%252F..",
    "%0D%0ASet-Cookie:a=b": "/%250D%250ASet-Cookie:a=b",
    "https://other.example/ñ選;a?b=%C3%B1#c": "https://other.example/%C3%B1%E9%81%B8;a?b=%C3%B1#c",
    "javascript:alert(1)": "/sparql?query=DESCRIBE%20%3Cjavascript%3Aalert%281%29%3E",
}
"""Identifier to where its entity is shown, on a server whose base has no folder."""


@pytest.fixture(scope="module")
def bare(tmp_path_factory, serve_all) -> Any:
    """Returns a server whose entities live right below the host, with some whose IRIs are made to lead astray."""
    root = tmp_path_factory.mktemp("bare")
    for folder in ("facts", "ontology"):
        (root / folder).mkdir()
    for name in (ROOT / "ontology" / "core.ttl", CASES / "common" / "grammar.ttl"):
        shutil.copy(name, root / "ontology")
    (root / "ontology" / "hostile.ttl").write_text(HOSTILE, encoding="utf-8")
    people = "entities:\n  ana: {type: Person, name: Ana}\n"
    (root / "facts" / "a.yaml").write_text("dataset: {base: https://here.example/}\n" + people)
    return serve_all(root)


@pytest.mark.parametrize("ident", LEADS)
def test_an_entity_is_shown_here_or_at_its_own_iri(bare, ident) -> None:
    """No identifier leads to a host that its IRI does not name, nor breaks the header that says where."""
    answer = bare.get(f"/reconcile/view?id={quote(ident, safe='')}")
    assert (answer.status_code, answer.headers.get("location")) == (303, LEADS[ident])
    assert "set-cookie" not in answer.headers


def test_an_iri_with_two_slashes_is_found_where_it_leads(bare) -> None:
    answer = bare.get("/%2Fevil.example", accept="text/turtle")
    assert (answer.status_code, answer.headers.get("location")) == (303, "/%2Fevil.example.ttl")
    assert "two slashes" in bare.get("/%2Fevil.example.ttl").text
    assert bare.get("/browse?iri=https://here.example//evil.example").headers["location"] == "/%2Fevil.example"
