"""SPARQL 1.1 Protocol as a client sees it: W3C's cases that concern queries, and what people really send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

ASK, SELECT, CONSTRUCT = "ASK {}", "SELECT ?s WHERE { ?s ?p ?o } LIMIT 2", "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c }"
NO_TURTLE = "application/sparql-results+json, */*;q=0"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
UPDATE = {"Content-Type": "application/sparql-update"}
G = "http://example.org/graph"


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Returns a server over three named graphs, one document in each, and one triple in the default graph."""
    from serve.conftest import running

    path = tmp_path_factory.mktemp("data") / "graphs.nq"
    rows = [f"<{G}{n}> <http://example.org/is> <http://example.org/Document> <{G}{n}> ." for n in (1, 2, 3)]
    path.write_text("\n".join([*rows, '<http://example.org/here> <http://example.org/is> "default" .']) + "\n")
    with running(path.parent, "--data", str(path)) as found:
        yield found


# --- how a query is carried ---


def test_a_query_by_get(server):
    assert server.ask("ASK { ?s ?p ?o }").json() == {"head": {}, "boolean": True}


def test_a_query_by_form(server):
    assert server.client.post(server.url + "/sparql", data={"query": ASK}).json()["boolean"] is True


def test_a_query_as_a_body(server):
    answer = server.client.post(server.url + "/sparql", content=ASK, headers=DIRECT)
    assert answer.json()["boolean"] is True


def test_a_charset_may_follow_the_media_type(server):
    headers = {"Content-Type": "application/sparql-query; charset=UTF-8"}
    assert server.client.post(server.url + "/sparql", content=ASK, headers=headers).status_code == 200


def test_head_is_a_get_without_its_body(server):
    answer = server.client.head(server.url + "/sparql", params={"query": ASK})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert answer.content == b""


def test_options_names_the_methods(server):
    assert server.client.options(server.url + "/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"


REFUSED = {
    "two queries": ("GET", {"params": [("query", ASK), ("query", ASK)]}, 400),
    "no query in a form": ("POST", {"data": {"nothing": "x"}}, 400),
    "query in body and address": ("POST", {"content": ASK, "headers": DIRECT, "params": {"query": ASK}}, 400),
    "another media type": ("POST", {"content": ASK, "headers": {"Content-Type": "text/plain"}}, 415),
    "no media type": ("POST", {"content": f"query={ASK}"}, 415),
    "UTF-16": ("POST", {"content": ASK.encode("utf-16"), "headers": DIRECT}, 400),
    "a lone surrogate in the address": ("GET", {"address": "?query=ASK%20%7B%7D%20%23%ED%A0%80"}, 400),
    "bytes that are not UTF-8": ("GET", {"address": "?query=%FF"}, 400),
    "no SPARQL": ("GET", {"params": {"query": "ASK {"}}, 400),
    "another method": ("PUT", {"content": ASK, "headers": DIRECT}, 405),
    "a method of nobody": ("BREW", {}, 400),
    "an update by form": ("POST", {"data": {"update": "CLEAR ALL"}}, 403),
    "an update by address": ("GET", {"params": {"update": "CLEAR ALL"}}, 403),
    "an update as a body": ("POST", {"content": "CLEAR ALL", "headers": UPDATE}, 403),
    "an update as a query": ("GET", {"params": {"query": "INSERT DATA { <a:b> <a:c> <a:d> }"}}, 400),
    "a load as a query": ("POST", {"content": "LOAD <file:///etc/passwd>", "headers": DIRECT}, 400),
    "a graph that is no IRI": ("GET", {"params": {"query": ASK, "default-graph-uri": "not one"}}, 400),
    "a picture": ("GET", {"params": {"query": ASK}, "headers": {"Accept": "image/png"}}, 406),
    "a graph of an ASK": ("GET", {"params": {"query": ASK}, "headers": {"Accept": "text/turtle"}}, 406),
    "rows of a CONSTRUCT": ("GET", {"params": {"query": CONSTRUCT}, "headers": {"Accept": "text/csv"}}, 406),
    "no Turtle of a CONSTRUCT": ("GET", {"params": {"query": CONSTRUCT}, "headers": {"Accept": NO_TURTLE}}, 406),
    "a file of rows of a CONSTRUCT": ("GET", {"address": ".json", "params": {"query": CONSTRUCT}}, 406),
    "JSON-LD of rows": ("GET", {"params": {"query": SELECT}, "headers": {"Accept": "application/ld+json"}}, 406),
    "an Accept that is none": ("GET", {"params": {"query": ASK}, "headers": {"Accept": "text/turtle;q=7"}}, 400),
    "a thousand and one parameters": ("GET", {"params": [("x", "y")] * 1001}, 400),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_have_one_shape(server, name):
    """A refused request gets problem details with its status, a code that is explained, and what happened."""
    from kg.glossary import sections

    method, given, status = REFUSED[name]
    options = dict(given)
    answer = server.client.request(method, server.url + "/sparql" + options.pop("address", ""), **options)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].removeprefix("/problems/") in sections()
    assert problem["detail"]


def test_a_syntax_error_names_line_and_column(server):
    problem = server.ask("SELECT *\nWHERE { ?s ?p }").json()
    assert problem["line"] == 2
    assert problem["column"] in (15, 16)  # the engine names the brace or what should follow it


# --- graphs of the protocol ---


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("named", "query", "expected"),
    [
        ({"default-graph-uri": [G + "1"]}, f"ASK {{ <{G}1> ?p ?o }}", True),
        ({"default-graph-uri": [G + "1", G + "2"]}, f"ASK {{ <{G}1> ?p ?o . <{G}2> ?q ?r }}", True),
        ({"default-graph-uri": [G + "1"]}, f"ASK {{ <{G}2> ?p ?o }}", False),
        ({"named-graph-uri": [G + "1", G + "2"]}, f"ASK {{ GRAPH <{G}3> {{ ?s ?p ?o }} }}", False),
        ({"named-graph-uri": [G + "1"]}, "ASK { GRAPH ?g { ?s ?p ?o } }", True),
        ({"named-graph-uri": [G + "1"]}, "ASK { ?s ?p ?o }", False),
        ({"default-graph-uri": [G + "3"], "named-graph-uri": [G + "1"]}, f"ASK FROM <{G}1> {{ <{G}3> ?p ?o }}", True),
        ({"default-graph-uri": ["http://example.org/unknown"]}, "ASK { ?s ?p ?o }", False),
    ],
)
def test_graphs_of_the_protocol_stand_for_those_of_the_query(graphs, method, named, query, expected):
    pairs = [("query", query), *((name, value) for name, values in named.items() for value in values)]
    where = {"params": pairs} if method == "GET" else {"data": {"query": query, **named}}
    answer = graphs.client.request(method, graphs.url + "/sparql", **where)
    assert answer.json()["boolean"] is expected


@pytest.mark.parametrize("graph", ["file:///etc/passwd", "http://127.0.0.1:9/x", "urn:nothing"])
def test_from_names_graphs_of_the_dataset_only(server, graph):
    """An unknown graph is empty, in the text as in the protocol: nothing is opened."""
    assert server.ask(f"ASK FROM <{graph}> {{ ?s ?p ?o }}").json()["boolean"] is False
    answer = server.get(f"/sparql?query=ASK%20%7B%3Fs%20%3Fp%20%3Fo%7D&default-graph-uri={graph}")
    assert answer.json()["boolean"] is False


def test_default_and_named_graphs_of_a_file_are_kept_apart(graphs):
    assert graphs.ask("ASK { ?s ?p 'default' }").json()["boolean"] is True
    assert graphs.ask(f"ASK {{ <{G}1> ?p ?o }}").json()["boolean"] is False
    assert graphs.ask(f"ASK {{ GRAPH <{G}1> {{ ?s ?p ?o }} }}").json()["boolean"] is True


def test_a_build_is_asked_as_the_union_of_its_graphs_unless_one_is_named(server, shipped):
    base = shipped.dataset().base
    inferred = f"ASK FROM <{base}inferred> {{ ?s a <http://www.w3.org/2002/07/owl#Class> }}"
    assert server.ask("ASK { ?s a <http://www.w3.org/2002/07/owl#Class> }").json()["boolean"] is True
    assert server.ask(inferred).json()["boolean"] is False


# --- formats ---

RESULT_TYPES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


@pytest.mark.parametrize("media", RESULT_TYPES)
def test_results_in_every_format_are_the_same_rows(server, media):
    query = "SELECT ?s ?l WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l } ORDER BY ?s ?l LIMIT 50"
    answer = server.ask(query, accept=media)
    assert answer.headers["content-type"].split(";")[0] == media
    rows = [tuple(map(str, row)) for row in ox.parse_query_results(answer.content, RESULT_TYPES[media])]
    expected = ox.parse_query_results(server.ask(query).content, ox.QueryResultsFormat.JSON)
    assert rows == [tuple(map(str, row)) for row in expected]
    assert len(rows) == 50


def test_csv_has_a_header_and_lines_end_as_the_standard_says(server):
    text = server.ask(SELECT, accept="text/csv").text
    assert text.split("\r\n")[0] == "s"
    assert text.count("\r\n") == 3


GRAPH_TYPES = {
    "text/turtle": "turtle", "application/n-triples": "nt", "application/n-quads": "nquads",
    "application/trig": "trig", "application/ld+json": "json-ld", "application/rdf+xml": "xml",
}  # fmt: skip


@pytest.mark.parametrize("media", GRAPH_TYPES)
def test_graphs_in_every_format_are_the_same_triples(server, media):
    query = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c FILTER(isIRI(?s)) }"
    answer = server.ask(query, accept=media)
    assert answer.headers["content-type"].split(";")[0] == media
    found = rdflib.Dataset() if media in ("application/n-quads", "application/trig") else rdflib.Graph()
    found.parse(data=answer.content, format=GRAPH_TYPES[media])
    expected = rdflib.Graph().parse(data=server.ask(query, accept="text/turtle").content, format="turtle")
    assert {triple[:3] for triple in found} == set(expected)
    assert len(expected) > 500


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("text/*", "text/csv"),
        ("application/json", "application/sparql-results+json"),
        ("application/xml;q=0.2, text/csv;q=0.9", "text/csv"),
        ("text/csv;q=0, */*;q=0.1", "application/sparql-results+json"),
        ("TEXT/CSV", "text/csv"),
        ("text/turtle, application/sparql-results+xml;q=0.1", "application/sparql-results+xml"),
    ],
)
def test_accept_is_weighed(server, accept, media):
    assert server.ask(SELECT, accept=accept).headers["content-type"].split(";")[0] == media


@pytest.mark.parametrize(
    "accept",
    [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "application/json",
        "text/csv;q=0.9, application/xml;q=0.1",
        "application/sparql-results+json;q=0.5, image/png",
    ],
)
@pytest.mark.parametrize("query", [CONSTRUCT, "DESCRIBE :cabello"])
def test_a_graph_is_given_to_one_who_says_only_how_rows_are_wanted(server, query, accept):
    """As Turtle, and said to be: a client may name one format for all that it asks."""
    answer = server.ask(query, accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    assert "Accept" in answer.headers["vary"]
    assert set(rdflib.Graph().parse(data=answer.content, format="turtle"))


def test_bare_get_describes_the_service(server):
    answer = server.get("/sparql", accept="text/turtle")
    found = rdflib.Graph().parse(data=answer.text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    service = next(found.subjects(rdflib.RDF.type, sd.Service))
    assert (service, sd.endpoint, rdflib.URIRef(server.url + "/sparql")) in found
    assert (service, sd.feature, sd.UnionDefaultGraph) in found
    assert len(list(found.objects(None, sd.namedGraph))) == 2


# --- what stays the same ---


def test_an_unchanged_answer_is_known_by_its_tag(server):
    first = server.ask(SELECT)
    again = server.ask(SELECT, if_none_match=first.headers["etag"])
    assert again.status_code == 304
    assert again.content == b""
    assert server.ask(SELECT, accept="text/csv").headers["etag"] != first.headers["etag"]


def test_an_answer_that_differs_each_time_has_no_tag(server):
    first, second = (server.ask("SELECT (UUID() AS ?u) {}") for _ in range(2))
    assert "etag" not in first.headers
    assert first.text != second.text


def test_every_answer_names_its_build(server, shipped):
    assert server.ask(ASK).headers["kg-build"] == shipped.build().manifest["id"]


def test_names_of_any_script_come_back_as_they_are(server):
    word = "Ñandú “ü” 選挙 \U0001f5f3"
    answer = server.ask(f"SELECT ({json.dumps(word, ensure_ascii=False)} AS ?w) {{}}")
    assert answer.json()["results"]["bindings"][0]["w"]["value"] == word


def test_prefixes_of_the_project_are_known(server):
    assert server.ask("ASK { :cabello kg:governs ?place }").json()["boolean"] is True


# --- who may ask ---


def test_a_strange_host_is_turned_away(server):
    answer = server.client.get(server.url + "/sparql", params={"query": ASK}, headers={"Host": "evil.example"})
    assert answer.status_code == 421


def test_pages_of_other_sites_may_ask_only_where_allowed(server, serve, shipped):
    origin = {"Origin": "https://reporter.example"}
    assert "access-control-allow-origin" not in server.ask(ASK, **origin).headers
    allowing = serve(shipped.root, "--cors", origin["Origin"])
    headers = allowing.ask(ASK, **origin).headers
    assert headers["access-control-allow-origin"] == origin["Origin"]
    assert "access-control-allow-credentials" not in headers
    asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    assert allowing.client.options(allowing.url + "/sparql", headers=asked).status_code == 200
    other = allowing.ask(ASK, origin="https://other.example").headers
    assert "access-control-allow-origin" not in other


def test_below_a_root_path_links_and_endpoint_go_on(serve, shipped):
    found = serve(shipped.root, "--root-path", "/kg")
    bare = found.url.removesuffix("/kg")
    for address in (bare + "/kg/sparql", bare + "/sparql"):  # a proxy takes the prefix off, or not
        assert found.client.get(address, params={"query": ASK}).status_code == 200
    assert 'href="/kg/static/' in found.client.get(bare + "/kg/", headers={"Accept": "text/html"}).text


def test_every_response_is_guarded(server):
    for path in ("/", "/sparql", "/nothing-here", "/healthz"):
        headers = server.get(path, accept="text/html").headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_folders_are_not_listed(server):
    assert server.get("/static/").status_code == 404
    assert server.get("/static/../app.py").status_code == 404
    assert server.get("/static/%2e%2e/app.py").status_code == 404


def test_health_says_what_is_served(server, shipped):
    assert server.get("/healthz").json() == {"status": "ok", "build": shipped.build().manifest["id"], "running": 0}


def test_files_that_are_not_rdf_are_refused_at_once(tmp_path: Path):
    import subprocess
    import sys

    cases = {"a.txt": "no format", "b.ttl": "a b", "c.rdf": '<!DOCTYPE x [<!ENTITY a "b">]><x/>', "missing.ttl": None}
    for name, text in cases.items():
        if text is not None:
            (tmp_path / name).write_text(text)
        command = [sys.executable, "-m", "kg.cli", "serve", "--port", "0", "--data", str(tmp_path / name)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 1, run.stdout
        assert name in run.stderr
        assert "Traceback" not in run.stderr
