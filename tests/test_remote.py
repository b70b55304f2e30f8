"""An endpoint answers as the embedded store does: two real servers, and one of our own for all that goes wrong."""

from __future__ import annotations

import itertools
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import endpoints
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from conftest import ROOT
from endpoints import LOGIN, Asked, Fake
from test_engines import QUERIES, TWICE, value

from kg import queries, query
from kg.answers import Unanswered, form
from kg.cli import main
from kg.labels import label_of, labelled_rows
from kg.network import network
from kg.project import Project
from kg.publish import Target, publish
from kg.query import Dataset
from kg.remote import RemoteStore
from kg.remote.endpoint import _solutions_of, prologue
from kg.remote.near import Near
from kg.remote.wire import Wire
from kg.saved import Saved
from kg.terms import KG, RDF, RDFS

httpx = pytest.importorskip("httpx", reason="endpoints need kg[serve]")

LOSES = "Virtuoso 7.2.5 loses rows where a path with * is joined to other patterns over several graphs"
DIFFERS = {
    "virtuoso": {
        "founding-dates": TWICE, "candidates-and-the-coup": LOSES, "linked-to-an-event": LOSES, "money": LOSES,
        "shares-of-a-side": LOSES, "two-wings-of-chavismo": LOSES,
    },
    "oxigraph": {},
}  # fmt: skip
"""Server to the saved queries that it answers otherwise, and why."""

HTML = {"Content-Type": "text/html"}
JSON = {"Content-Type": "application/sparql-results+json"}


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def published(
    request: pytest.FixtureRequest, shipped: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Returns the name and the address of a real server that holds the shipped facts."""
    name = request.param
    with getattr(endpoints, name)(tmp_path_factory.mktemp(name)) as address:
        build = shipped.build()
        own = {"graph": build.base + "facts", "login": LOGIN} if name == "virtuoso" else {}
        publish(shipped.root, build, Target(address, **own), lambda stage: None)
        yield name, address


@pytest.fixture(scope="module")
def far(published: tuple[str, str]) -> Dataset:
    return RemoteStore(published[1]).dataset()


@pytest.fixture(scope="module")
def near(shipped: Project) -> Dataset:
    return shipped.dataset()


@pytest.fixture
def endpoint() -> Iterator[Fake]:
    with endpoints.fake() as found:
        yield found


def always(status: int, headers: dict[str, str], body: bytes) -> Callable[[Asked], tuple[int, dict[str, str], bytes]]:
    return lambda asked: (status, headers, body)


def rows(answer: Any) -> Counter[Any]:
    """Returns an answer of any form, in no order."""
    if form(answer) == "boolean":
        return Counter([bool(answer)])
    if form(answer) == "graph":
        return Counter(map(str, answer))
    names = [variable.value for variable in answer.variables]
    return Counter(tuple(value(row[name]) for name in names) for row in answer)


# --- the real servers ---


@pytest.mark.parametrize("saved", QUERIES, ids=lambda saved: saved.name)
def test_saved_queries_have_the_same_answer(saved: Saved, published: Any, far: Dataset, near: Dataset) -> None:
    theirs, ours = rows(queries.run(far, saved)), rows(queries.run(near, saved))
    why = DIFFERS[published[0]].get(saved.name)
    if why is None:
        assert theirs == ours
    elif why == TWICE:
        assert set(theirs) == set(ours)
        assert theirs > ours
    else:
        assert theirs < ours, f"no longer so: {why}"


def test_the_network_is_the_same(far: Dataset, near: Dataset) -> None:
    theirs, ours = network(far.store, far.base), network(near.store, near.base)
    assert dict(theirs.nodes(data=True)) == dict(ours.nodes(data=True))
    assert sorted(theirs.edges(keys=True, data=True), key=str) == sorted(ours.edges(keys=True, data=True), key=str)
    assert theirs.graph == ours.graph


def test_the_dataset_is_found_by_itself(far: Dataset, near: Dataset) -> None:
    assert (far.base, far.prefixes, far.union) == (near.base, near.prefixes, near.union)
    assert far.store.title() == "Venezuela's regional elections of 23 November 2008"
    assert len(far.store) == len(near.store)
    assert {g.value for g in far.store.named_graphs()} == {g.value for g in near.store.named_graphs()}


def quads(store: Any, *pattern: Any) -> set[str]:
    """Returns the quads that fit a pattern; blank nodes, which have other names elsewhere, as such."""
    blank = (ox.BlankNode,)
    return {
        " ".join("_:" if isinstance(term, blank) else value(term) or str(term) for term in quad)
        for quad in store.quads_for_pattern(*pattern)
    }


def test_patterns_give_the_same_quads(far: Dataset, near: Dataset) -> None:
    """Every way of leaving terms open, in every graph, of a stated, an inferred and an ontology triple."""
    tried = 0
    for place in (ox.DefaultGraph(), *near.store.named_graphs()):
        quad = min(near.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, place), key=str)
        for mask in range(1, 8):
            terms = [term if mask & 1 << i else None for i, term in enumerate(quad.triple)]
            for graph in (place, None):
                if mask != 2 or place != ox.DefaultGraph():
                    tried += 1
                    assert quads(far.store, *terms, graph) == quads(near.store, *terms, graph), (terms, graph)
    assert tried >= 40
    nothing = (ox.NamedNode("urn:none"), None, None, None)
    assert quads(far.store, *nothing) == quads(near.store, *nothing) == set()


def test_large_results_come_whole(far: Dataset, near: Dataset) -> None:
    """Virtuoso cuts each result at 10,000 rows, of SELECT with a header, of CONSTRUCT without a word."""
    for text in (
        "SELECT ?s ?p ?o { ?s ?p ?o FILTER (!ISBLANK(?s) && !ISBLANK(?o)) }",
        "CONSTRUCT { ?s kg:seen ?p } WHERE { ?s ?p ?o FILTER (!ISBLANK(?s)) }",
    ):
        theirs, ours = rows(query.ask(far, text, "q")), rows(query.ask(near, text, "q"))
        assert sum(ours.values()) > 10_000
        assert theirs == ours


def test_an_order_holds_across_pages(far: Dataset) -> None:
    found = [row["s"].value for row in query.ask(far, "SELECT ?s { ?s ?p ?o FILTER ISIRI(?s) } ORDER BY ?s", "q")]
    assert len(found) > 20_000
    assert found == sorted(found)


def test_texts_and_numbers_come_back_as_they_are(far: Dataset, near: Dataset) -> None:
    for text in ("SELECT ?o { ?s rdfs:label ?o }", f"SELECT DISTINCT ?o {{ ?s <{KG}amount> ?o }}"):
        assert rows(query.ask(far, text, "q")) == rows(query.ask(near, text, "q"))
    assert bool(query.ask(far, "ASK { ?s rdfs:label ?o FILTER CONTAINS(?o, 'ñ') }", "q"))
    assert not bool(query.ask(far, "ASK { ?s rdfs:label 'nobody is called this' }", "q"))


def test_graphs_are_kept_apart(far: Dataset, near: Dataset) -> None:
    for text in (
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?o } } GROUP BY ?g",
        "SELECT ?s { GRAPH <ontology> { ?s a owl:ObjectProperty } }",
        "SELECT ?s FROM <inferred> { ?s ?p ?o }",
    ):
        assert rows(query.ask(far, text, "q")) == rows(query.ask(near, text, "q"))


def test_terms_that_the_ontology_lacks_are_noticed(far: Dataset) -> None:
    with pytest.raises(query.QueryError, match="the ontology has no 'kg:govens'"):
        queries.run(far, Saved("q", "q.rq", "SELECT ?s { ?s kg:govens ?o }"))


def run(*words: str, **options: Any) -> Any:
    return CliRunner().invoke(main, words, catch_exceptions=False, **options)


def test_commands_ask_an_endpoint(published: Any, shipped: Project, tmp_path: Path) -> None:
    """The same words, the same answer; a view is written without a build of one's own."""
    own = ("-C", str(shipped.root), "query", "who-lost-to-whom")
    assert run(*own, "--endpoint", published[1]).output == run(*own).output
    page = tmp_path / "network.html"
    done = run("-C", str(tmp_path), "view", "--endpoint", published[1], "--about", "cabello", "-o", str(page))
    assert done.exit_code == 0, done.output
    assert "<title>Venezuela" in page.read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["network.html"]


def test_a_question_is_asked_in_few_requests(published: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The labels of a table's cells are asked for together, and values that are asked one by one soon come at once."""
    dataset = RemoteStore(published[1]).dataset()
    sent = []
    send = Wire.send
    monkeypatch.setattr(Wire, "send", lambda *args, **options: sent.append(args) or send(*args, **options))
    found = query.ask(dataset, "SELECT ?s ?o { ?s kg:wins ?o }", "q")
    _, table = labelled_rows(dataset, found)
    assert len(table) > 20
    assert len(sent) <= 3
    sent.clear()
    nodes = [row["s"] for row in query.ask(dataset, "SELECT DISTINCT ?s { ?s a kg:Person }", "q")]
    kinds = [list(dataset.store.quads_for_pattern(node, ox.NamedNode(RDF + "type"), None, None)) for node in nodes]
    assert len(nodes) > 40
    assert all(kinds)
    assert len(sent) < 25


# --- one of our own ---


def held(endpoint: Fake, base: str = "https://e.example/d/", graph: str = "", label: str = "Set") -> None:
    """Puts a small dataset, with an ontology, into an endpoint."""
    facts = f'<{base}set> a <{KG}Dataset> ; <{RDFS}label> "{label}" . <{base}a> <{RDFS}label> "A" .'
    place = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    endpoint.store.load(facts.encode(), ox.RdfFormat.TURTLE, to_graph=place)
    grammar = f'<{KG}wins> <{RDFS}label> "wins" .'
    endpoint.store.load(grammar.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(base + "ontology"))


def test_several_datasets_are_told_apart_by_their_base(endpoint: Fake) -> None:
    held(endpoint)
    held(endpoint, "https://other.example/", "https://other.example/facts")
    with pytest.raises(Unanswered, match=r"several datasets; name one by --base: https://e\.example/d/, https://other"):
        RemoteStore(endpoint.address).dataset()
    other = RemoteStore(endpoint.address, base="https://other.example/").dataset()
    assert [row["s"].value for row in query.ask(other, "SELECT ?s { ?s a kg:Dataset }", "q")] == [
        "https://other.example/set"
    ]
    assert len(other.store) == 4


def test_facts_in_two_graphs_are_refused(endpoint: Fake) -> None:
    """Which of them is meant cannot be known."""
    held(endpoint)
    held(endpoint, graph="https://e.example/d/facts", label="Older")
    with pytest.raises(Unanswered, match=r"in several graphs: the default graph, https://e\.example/d/facts; drop"):
        RemoteStore(endpoint.address).dataset()


def test_a_default_graph_that_cannot_be_joined_is_refused(endpoint: Fake) -> None:
    """Answers without the ontology would look like whole ones."""
    held(endpoint)
    endpoint.before = lambda asked: asked.fields.pop("union-default-graph", None) and None
    with pytest.raises(Unanswered, match=r"cannot show its default graph and \S+ontology as one; .*--graph facts"):
        RemoteStore(endpoint.address).dataset()


def test_an_endpoint_of_others_is_asked_as_it_is(endpoint: Fake) -> None:
    endpoint.store.load(b'<urn:a> <urn:p> _:x . _:x <urn:q> "v" .', ox.RdfFormat.TURTLE)
    dataset = RemoteStore(endpoint.address).dataset()
    assert (dataset.base, dataset.union) == (endpoint.address, False)
    (quad,) = dataset.store.quads_for_pattern(ox.NamedNode("urn:a"), None, None, None)
    assert isinstance(quad.object, ox.BlankNode)
    with pytest.raises(Unanswered, match="a blank node of one answer cannot be asked for in another"):
        dataset.store.quads_for_pattern(quad.object, None, None, None)
    assert len(list(query.ask(dataset, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "q"))) == 2
    endpoint.store.load(f"<urn:a> <{RDFS}label> <urn:b> .".encode(), ox.RdfFormat.TURTLE)
    assert label_of(dataset, ox.NamedNode("urn:a")) == "urn:a", "a label that is no text is none"


def test_a_query_goes_out_as_it_stands_with_what_it_takes_for_granted(endpoint: Fake) -> None:
    """Prefixes that it uses, on the line before its first; parameters are terms; no other request is made."""
    held(endpoint)
    dataset = RemoteStore(endpoint.address).dataset()
    endpoint.asked.clear()
    query.ask(dataset, "# rdf:nothing\nSELECT ?x { ?x rdfs:label 'skos:x' ; a <b> }", "q")
    (asked,) = endpoint.asked
    assert asked.fields["query"] == [
        f"BASE <https://e.example/d/> PREFIX rdfs: <{RDFS}> "
        "# rdf:nothing\nSELECT ?x { ?x rdfs:label 'skos:x' ; a <b> }"
    ]
    assert asked.fields["union-default-graph"] == ["true"]
    assert prologue("PREFIX kg: <urn:k> ASK { ?s kg:a ?o }", None, {"kg": KG}) == ""
    assert prologue("ASK { :a ?p ?o }", "urn:b", {"": "urn:x:"}) == "PREFIX : <urn:x:> "
    assert prologue("# PREFIX kg: <urn:k>\nASK { ?s kg:a ?o }", None, {"kg": KG}) == f"PREFIX kg: <{KG}> "


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM <http://127.0.0.1:1/x> { ?s ?p ?o }",
        "PREFIX f: <file:///etc/> SELECT * FROM NAMED f:passwd { GRAPH ?g { ?s ?p ?o } }",
        "BASE <file:///etc/> SELECT * from<passwd>{ ?s ?p ?o }",
        "SELECT * FROM <f\\u0069le:///etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM <https://e.example/d/ontology> # FROM\nFROM <urn:none> { ?s ?p ?o }",
        "ASK FROM # <https://e.example/d/ontology>\n<urn:none> {}",
    ],
)
def test_graphs_that_are_not_there_are_not_looked_for(endpoint: Fake, text: str) -> None:
    """Some engines read the graphs of a dataset clause from files and from the web."""
    held(endpoint)
    dataset = RemoteStore(endpoint.address).dataset()
    endpoint.asked.clear()
    with pytest.raises(query.QueryError, match=r"has no graph|cannot be read"):
        query.ask(dataset, text, "q")
    assert all("FROM" not in asked.fields["query"][0].upper() for asked in endpoint.asked)
    assert form(query.ask(dataset, "SELECT * FROM <ontology> FROM NAMED :ontology { ?s ?p ?o }", "q")) == "solutions"
    with pytest.raises(query.QueryError, match="has no graph <file:///etc/passwd>"):
        query.ask(dataset, "ASK {}", "q", graphs={"default_graph": [ox.NamedNode("file:///etc/passwd")]})


def test_what_is_no_sparql_never_leaves(endpoint: Fake) -> None:
    held(endpoint)
    dataset = RemoteStore(endpoint.address).dataset()
    endpoint.asked.clear()
    for text in ("SELEC", "SELECT * { SERVICE <http://x/> {} }", "ASK {" * 300, "INSERT DATA { <a> <b> <c> }"):
        with pytest.raises(query.QueryError):
            query.ask(dataset, text, "q")
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (always(500, {}, b"out of memory\n\nstack"), r"refuses \(HTTP 500: out of memory\)"),
        (
            always(400, {"Content-Type": "application/problem+json"}, b'{"title": "t", "detail": "too deep"}'),
            r"refuses \(HTTP 400: too deep\)",
        ),
        (always(404, HTML, b"<html><title>x</title><h1>Not  here</h1></html>"), r"refuses \(HTTP 404: Not here\)"),
        (always(401, {}, b""), r"asks for a login \(HTTP 401\): give it by KG_AUTH"),
        (always(200, HTML, b"<!DOCTYPE html><html>"), "answers with a web page: is this the address"),
        (always(200, JSON, b" <!DOCTYPE html><html>"), "answers with a web page"),
        (always(200, {"Content-Type": "image/png"}, b"x"), "answers with 'image/png', which is no format"),
        (always(200, JSON, b'{"head":{"vars":["d"]},"results":{"bindings":[{'), "its answer cannot be read"),
        (always(200, JSON, b'{"head":{"vars":["d"]},"results":{"bindings":[{"d":{"type":"x"}}]}}'), "cannot be read"),
        (always(200, JSON, b'{"head":{},"boolean":true}'), "answers with yes or no where rows were asked for"),
        (always(200, JSON | {"X-SQL-State": "S1TAT"}, b"{}"), "stopped at its own time limit .* a part only"),
        (always(302, {"Location": "http://127.0.0.2:1/steal"}, b""), "sends on to http://127.0.0.2:1/steal; ask that"),
        (always(302, {"Location": "/query"}, b""), "leads in a circle"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_is_no_answer_is_said(endpoint: Fake, answer: Any, message: str) -> None:
    endpoint.before = answer
    with pytest.raises(Unanswered, match=f"^{endpoint.address}: .*{message}"):
        RemoteStore(endpoint.address).dataset()


def test_every_row_is_read_before_the_first_is_given(endpoint: Fake) -> None:
    """A fault in the middle of a result is no shorter result."""
    good = [{"s": {"type": "literal", "value": str(i)}} for i in range(500)]
    body = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": good}}).encode()
    store = RemoteStore(endpoint.address)
    endpoint.before = always(200, JSON, body)
    assert len(list(store.query("SELECT ?s { ?s ?p ?o }"))) == 500
    endpoint.before = always(200, JSON, body[: len(body) // 2])
    with pytest.raises(Unanswered, match="cannot be read"):
        store.query("SELECT ?s { ?s ?p ?o }")


def test_a_round_number_of_rows_is_counted(endpoint: Fake) -> None:
    """Whoever cuts results does it at a round number; the rest is asked for, and what cannot be had is said."""
    text = "".join(f"<urn:s{i:04}> <urn:p> {i} .\n" for i in range(2500))
    endpoint.store.load(text.encode(), ox.RdfFormat.TURTLE)

    def cut(asked: Asked) -> None:
        asked.fields["query"][0] += "" if "COUNT" in asked.fields["query"][0] else "\nLIMIT 1000"

    def only_cut(asked: Asked) -> None:
        if "OFFSET" not in asked.fields["query"][0]:
            cut(asked)

    store = RemoteStore(endpoint.address)
    endpoint.before = only_cut
    assert len({row["s"].value for row in store.query("SELECT ?s { ?s <urn:p> ?o }")}) == 2500
    endpoint.before = lambda asked: (
        (200, JSON, b'{"head":{"vars":["s"]},"results":{"bindings":[]}}')
        if "OFFSET" in asked.fields["query"][0]
        else cut(asked)
    )
    with pytest.raises(Unanswered, match="cuts its results at 1,000 rows, and the rest could not be had"):
        store.query("SELECT ?s { ?s <urn:p> ?o }")
    endpoint.before = lambda asked: None
    endpoint.asked.clear()
    assert len(list(store.query("SELECT ?s { ?s <urn:p> ?o } LIMIT 999"))) == 999
    assert len(endpoint.asked) == 1, "no other number is"


ROWS_OF = "".join(f"<urn:s{i:04}> <urn:p> {i % 3} .\n" for i in range(2500))
TIED = {
    "ties": "SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?o",
    "ties, downwards": "SELECT ?s { ?s <urn:p> ?o } ORDER BY DESC(?o) # LIMIT {",
    "a subquery's order": "SELECT ?s { { SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?s } }",
    "none": "SELECT ?s ?o { ?s <urn:p> ?o }",
    "none, and a limit": "SELECT ?s ?o { ?s <urn:p> ?o } LIMIT 2400",
    "ties, and a limit": "SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?o # by it\nOFFSET 50 LIMIT 2400",
    "ties, and values": "SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?o VALUES ?o { 0 1 2 }",
    "ties of groups": "SELECT ?s (COUNT(*) AS ?n) { ?s <urn:p> ?o } GROUP BY ?s ORDER BY ?n",
    "its own": "SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?s",
}


@pytest.mark.parametrize("text", TIED.values(), ids=TIED)
def test_pages_are_taken_in_one_order(endpoint: Fake, text: str) -> None:
    """Rows for which a query asks no order may come in another with each page; none comes twice, and none is lost."""
    endpoint.store.load(ROWS_OF.encode(), ox.RdfFormat.TURTLE)
    whole = list(endpoint.store.query(text))
    endpoint.before = shuffled(endpoint)
    found = list(RemoteStore(endpoint.address).query(text))
    assert len(found) == len({row["s"].value for row in found}) == len(whole)
    if "ORDER BY ?s" in text.rpartition("}")[2]:
        assert [row["s"] for row in found] == [row["s"] for row in whole]
    elif "ORDER BY ?o" in text and "?s ?o {" in text and "VALUES" not in text:
        assert [row["o"] for row in found] == [row["o"] for row in whole]


@pytest.mark.parametrize("text", [
    "SELECT ?s { { SELECT ?s { ?s <urn:p> ?o } ORDER BY ?o LIMIT 2400 } }",
    "SELECT ?s { { SELECT ?s { ?s <urn:p> ?o } OFFSET 10 } } ORDER BY ?s",
    "SELECT ?s { ?s <urn:p> ?o } ORDER BY RAND()",
])  # fmt: skip
def test_pages_that_may_be_of_different_answers_are_refused(endpoint: Fake, text: str) -> None:
    """An endpoint that gives all at once is asked no pages."""
    endpoint.store.load(ROWS_OF.encode(), ox.RdfFormat.TURTLE)
    store = RemoteStore(endpoint.address)
    assert len(list(store.query(text))) > 2000
    endpoint.before = shuffled(endpoint)
    with pytest.raises(Unanswered, match=r"cuts its results at 1,000 rows, and the rest cannot be asked for in an ord"):
        store.query(text)


def shuffled(endpoint: Fake) -> Callable[[Asked], None]:
    """Returns what has it answer with 1,000 rows at most, in another order each time where the query leaves it open."""
    seeds = itertools.count()

    def ask(asked: Asked) -> None:
        text = re.sub("#.*", "", asked.fields["query"][0])
        if "rows_counted" in text:
            return
        page = re.fullmatch(r"(SELECT \* WHERE \{ \{ )(.*)(\n \} \} LIMIT 1000 OFFSET \d+)", text, re.DOTALL)
        head, inner, tail = page.groups() if page else ("SELECT * { ", text, " } LIMIT 1000")
        inner, values, listed = inner.partition("VALUES")
        body, brace, rest = inner.rpartition("}")
        keys, part, size = re.fullmatch(r"(.*?)((?:LIMIT|OFFSET|$))(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
        order = "" if "ORDER BY" in keys else "ORDER BY "
        free = f"{keys} {order}MD5(CONCAT(STR(?s), '{next(seeds)}')) {part}{size}"
        inner = f"{{ {body}{brace}{free} {values}{listed} }}" if not page else f"{body}{brace}{free} {values}{listed}"
        asked.fields["query"] = [f"{head}{inner}{tail}"]

    return ask


def test_redirections_within_the_host_are_followed(endpoint: Fake) -> None:
    endpoint.store.load(b"<urn:a> <urn:p> 1 .", ox.RdfFormat.TURTLE)
    endpoint.before = lambda asked: (307, {"Location": "/query"}, b"") if asked.path == "/old" else None
    store = RemoteStore(endpoint.address.replace("/query", "/old"))
    assert bool(store.query("ASK { <urn:a> ?p ?o }"))


def test_another_host_hears_nothing(endpoint: Fake) -> None:
    with endpoints.fake() as other:
        endpoint.before = always(307, {"Location": other.address}, b"")
        with pytest.raises(Unanswered):
            RemoteStore(endpoint.address).query("ASK { ?s ?p ?o }")
        assert other.asked == []


@pytest.mark.parametrize("address", ["ftp://x/", "file:///etc/passwd", "x", "http://", "http://a b/", "http://[", ""])
def test_only_web_addresses_are_endpoints(address: str) -> None:
    with pytest.raises(Unanswered, match="is no address of an endpoint"):
        RemoteStore(address)


def test_a_password_stands_in_no_address_and_no_message(endpoint: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unanswered, match="KG_AUTH") as told:
        RemoteStore("http://me:secret@localhost/")
    assert "secret" not in str(told.value)
    monkeypatch.setenv("KG_AUTH", "me:secret")
    asks = {"WWW-Authenticate": 'Basic realm="x"'}
    endpoint.before = lambda asked: None if "authorization" in asked.headers else (401, asks, b"")
    assert not bool(RemoteStore(endpoint.address).query("ASK { ?s ?p ?o }"))
    assert "authorization" not in endpoint.asked[0].headers, "it is told to who asks for it"
    endpoint.before = always(401, asks, b"")
    with pytest.raises(Unanswered, match="does not take the login") as told:
        RemoteStore(endpoint.address).query("ASK { ?s ?p ?o }")
    assert "secret" not in str(told.value)


def test_nobody_there_is_said_at_once(tmp_path: Path) -> None:
    done = run("-C", str(tmp_path), "query", "--endpoint", "http://127.0.0.1:1/", "-", input="ASK {}")
    assert done.exit_code == 1
    assert "http://127.0.0.1:1/: nothing answers there" in done.output


def test_waiting_has_an_end(endpoint: Fake) -> None:
    def slow(asked: Asked) -> None:
        time.sleep(1.5)

    endpoint.before = slow
    with pytest.raises(Unanswered, match=r"did not answer within 0\.3 seconds"):
        RemoteStore(endpoint.address, wire=Wire(endpoint.address, seconds=0.3)).query("ASK {}")


def test_a_reply_has_a_largest_size(endpoint: Fake) -> None:
    """Also one that is small before it is unpacked."""
    import gzip

    packed = gzip.compress(b" " * 5_000_000)
    assert len(packed) < 10_000
    endpoint.before = always(200, JSON | {"Content-Encoding": "gzip"}, packed)
    with pytest.raises(Unanswered, match="answers with more than 1,000,000 bytes"):
        RemoteStore(endpoint.address, wire=Wire(endpoint.address, size=1_000_000)).query("ASK {}")


def test_a_fork_has_connections_of_its_own(endpoint: Fake) -> None:
    """A worker that wrote to its parent's connection would read its parent's answers."""
    store = RemoteStore(endpoint.address)
    assert not bool(store.query("ASK { ?s ?p ?o }"))
    client = store._endpoint.wire._client
    pid = os.fork()
    if pid == 0:
        os._exit(0 if store._endpoint.wire._connected() is not client else 1)
    assert os.waitpid(pid, 0)[1] == 0


def test_the_solutions_of_a_construct_can_be_counted() -> None:
    assert _solutions_of("PREFIX a: <b> CONSTRUCT { ?s a:b '}' } WHERE { ?s ?p ?o }") == (
        "PREFIX a: <b> SELECT *  WHERE { ?s ?p ?o }"
    )
    assert _solutions_of("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3") == "SELECT * WHERE { ?s ?p ?o } LIMIT 3"
    assert _solutions_of("DESCRIBE <a>") == ""


def test_what_is_known_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Near()
    known.put("a", "p", [1])
    known.put_all("q", ())
    assert known.get("a", "p") == [1]
    assert known.get("b", "p") is None
    assert known.get("b", "q") == []
    monkeypatch.setattr(time, "monotonic", lambda: known._since + 60)
    assert known.get("a", "p") is None
    assert known.get("b", "q") is None


def test_without_its_library_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "httpx", None)
    with pytest.raises(Unanswered, match=r"needs httpx: pip install 'kg\[serve\]'"):
        RemoteStore("http://127.0.0.1/")


def test_the_shipped_queries_were_found() -> None:
    assert len(QUERIES) > 40
    assert all(name in {saved.name for saved in QUERIES} for names in DIFFERS.values() for name in names)
    assert (ROOT / "queries").is_dir()
