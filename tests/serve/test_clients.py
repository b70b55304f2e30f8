"""Programs that people use ask a running server: rows, yes or no, graphs, refusals, any script, long answers."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import threading
import urllib.error
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from kg import query
from kg.terms import KG, RDFS

CLIENTS = Path(__file__).parent / "clients"

PREFIXES = f"PREFIX kg: <{KG}> PREFIX rdfs: <{RDFS}>\n"
SELECT = "SELECT ?who ?name WHERE { ?who kg:wins ?what . ?what rdfs:label ?name }"
UNICODE = "SELECT ?name WHERE { ?term rdfs:label ?name FILTER (CONTAINS(?name, 'ñ') && LANG(?name) = 'es') } # “ñ” 票 🗳"
LARGE = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER (!ISBLANK(?s) && !ISBLANK(?o)) }"
CONSTRUCT = "CONSTRUCT { ?who kg:wins ?what } WHERE { ?who kg:wins ?what }"
WRONG = "SELECT * WHERE { ?s <urn:p> ?o FILTER (?nothing"
REFUSED = "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"


class Refused(Exception):
    """What a client says of a question that is not answered."""


def missing(what: str, how: str) -> None:
    """Skips a test whose client is not here; fails where all must be."""
    if os.environ.get("KG_NEEDS_SERVERS") == "1":
        pytest.fail(f"there is no {what}: {how}")
    pytest.skip(f"there is no {what}: {how}")


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if not found:
        missing(name, f"apt-get install {package}")
    return found or ""


def library(name: str) -> Any:
    try:
        return __import__(name, fromlist=["_"])
    except ImportError:
        missing(name, f"pip install {name}")


# --- what each client makes of a question: tuples of texts, a boolean, or triples of texts ---


def sparql_wrapper(url: str, text: str, method: str = "GET") -> Any:
    wrapper = library("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(url)
    client.setMethod(method)
    client.setQuery(text)
    is_graph = "CONSTRUCT" in text
    client.setReturnFormat(wrapper.RDFXML if is_graph else wrapper.JSON)
    try:
        found = client.queryAndConvert()
    except (wrapper.SPARQLExceptions.QueryBadFormed, urllib.error.HTTPError) as error:
        raise Refused(f"{error} {getattr(error, 'read', bytes)().decode()}") from None
    if is_graph:
        return {tuple(map(str, triple)) for triple in found}
    if "boolean" in found:
        return found["boolean"]
    names = found["head"]["vars"]
    return [tuple(row[name]["value"] for name in names) for row in found["results"]["bindings"]]


def rdflib_store(url: str, text: str, method: str = "GET") -> Any:
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    try:
        found = rdflib.Graph(SPARQLStore(url, method=method)).query(text)
    except (ValueError, urllib.error.HTTPError) as error:
        raise Refused(str(error.__context__ or error)) from None
    if isinstance(found, tuple):  # so it says of a failed POST
        raise Refused(f"HTTP {found[0]}")
    if found.type == "CONSTRUCT":
        return {tuple(map(str, triple)) for triple in found.graph}
    return found.askAnswer if found.type == "ASK" else [tuple(map(str, row)) for row in found]


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("media", ["json", "xml"])
def test_a_store_of_rdflib_asks_all_kinds_of_queries_in_one_format(server: Any, method: str, media: str) -> None:
    """It names the format of rows with graphs too, and reads what comes as what it is said to be."""
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = rdflib.Graph(SPARQLStore(f"{server.url}/sparql", method=method, returnFormat=media))
    rows = {tuple(row) for row in graph.query(PREFIXES + "SELECT ?who ?what { ?who kg:wins ?what }")}
    built = graph.query(PREFIXES + CONSTRUCT)
    assert {(s, o) for s, _, o in built.graph} == rows != set()
    assert len(graph.query(f"DESCRIBE <{next(iter(rows))[0]}>").graph) > 3
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True


def pandas(url: str, text: str) -> Any:
    address = f"{url}?{urlencode({'query': text})}"
    try:
        found = library("pandas").read_csv(
            address, storage_options={"Accept": "text/csv"}, keep_default_na=False, dtype=str
        )
    except urllib.error.HTTPError as error:
        raise Refused(error.read().decode()) from None
    return list(found.itertuples(index=False, name=None))


def curl(url: str, text: str, *options: str) -> Any:
    is_graph = "CONSTRUCT" in text
    accept = "application/n-triples" if is_graph else "text/tab-separated-values"
    if text.lstrip().startswith("ASK") or "\nASK" in text:
        accept = "application/sparql-results+json"
    command = [program("curl", "curl"), "-sS", "--fail-with-body", "-H", f"Accept: {accept}", *options, url]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False, timeout=60)
    if done.returncode:
        raise Refused(done.stdout.decode())
    if is_graph:
        return _triples(done.stdout, ox.RdfFormat.N_TRIPLES)
    if "json" in accept:
        return json.loads(done.stdout)["boolean"]
    found = ox.parse_query_results(done.stdout, format=ox.QueryResultsFormat.TSV)
    return [tuple(term.value for term in row) for row in found]


def _triples(text: bytes, kind: Any) -> set[tuple[str, ...]]:
    return {tuple(term.value for term in quad.triple) for quad in ox.parse(text, kind)}


def roqet(url: str, text: str) -> Any:
    """Redland reads rows by the protocol; a graph it loads from the address that answers with one, and asks itself."""
    command = [program("roqet", "rasqal-utils"), "-q", "-r", "xml"]
    if "CONSTRUCT" in text:
        source = ["-D", f"{url}?{urlencode({'query': text})}", "-e", "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"]
        return set(_rows(subprocess.run([*command, *source], capture_output=True, check=True, timeout=120).stdout))
    done = subprocess.run([*command, "-p", url, "-e", text], capture_output=True, check=False, timeout=120)
    if done.returncode:
        raise Refused(done.stderr.decode())
    return _rows(done.stdout)


def _rows(xml: bytes) -> list[tuple[str, ...]]:
    found = ox.parse_query_results(io.BytesIO(xml), format=ox.QueryResultsFormat.XML)
    return [tuple(term.value for term in row) for row in found]


def from_npm(name: str) -> Path:
    folder = CLIENTS / "node_modules" / name
    if not folder.is_dir():
        missing(f"{name} from npm", f"npm ci --prefix {CLIENTS.relative_to(CLIENTS.parents[2])}")
    return folder


def npm(client: str, url: str, text: str) -> Any:
    node = program("node", "nodejs")
    from_npm("@comunica/query-sparql")
    command = [node, str(CLIENTS / "ask.mjs"), client, url]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=180)
    said = json.loads(done.stdout)
    if "error" in said:
        raise Refused(said["error"])
    if "text" in said:
        if "turtle" in said["media"]:
            return _triples(said["text"].encode(), ox.RdfFormat.TURTLE)
        found = ox.parse_query_results(said["text"].encode(), format=ox.QueryResultsFormat.JSON)
        return bool(found) if isinstance(found, ox.QueryBoolean) else [tuple(t.value for t in row) for row in found]
    if "rows" in said:
        names = [name for name in ("who", "s", "p", "o", "name") if said["rows"] and name in said["rows"][0]]
        return [tuple(row[name]["value"] for name in names) for row in said["rows"]]
    return said["boolean"] if "boolean" in said else {tuple(triple) for triple in said["triples"]}


ASKERS: dict[str, Callable[[str, str], Any]] = {
    "SPARQLWrapper by GET": sparql_wrapper,
    "SPARQLWrapper by POST": partial(sparql_wrapper, method="POST"),
    "rdflib by GET": rdflib_store,
    "rdflib by POST": partial(rdflib_store, method="POST"),
    "rdflib by form": partial(rdflib_store, method="POST_FORM"),
    "pandas": pandas,
    "curl by GET": lambda url, text: curl(url, text, "--get", "--data-urlencode", "query@-"),
    "curl by form": lambda url, text: curl(url, text, "--data-urlencode", "query@-"),
    "curl by POST": lambda url, text: curl(
        url, text, "-H", "Content-Type: application/sparql-query", "--data-binary", "@-"
    ),
    "roqet": roqet,
    "Comunica": partial(npm, "comunica"),
    "sparql-http-client": partial(npm, "streaming"),
    "sparql-http-client, simple": partial(npm, "simple"),
}
ONLY_ROWS = {"pandas"}
NO_BOOLEAN = {"pandas", "roqet"}
"""Clients that have no way to read one."""


@pytest.fixture(params=ASKERS)
def asker(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def ask(asker: str, server: Any) -> Callable[[str], Any]:
    """Returns what asks the server by one client."""
    return lambda text: ASKERS[asker](server.url + "/sparql", PREFIXES + text)


def expected(shipped: Any, text: str) -> Any:
    answer = query.ask(shipped.dataset(), PREFIXES + text, "q")
    return sorted(tuple(term.value for term in row) for row in answer)


def test_rows(ask: Any, shipped: Any) -> None:
    assert sorted(ask(SELECT)) == expected(shipped, SELECT) != []


def test_texts_in_any_script(ask: Any, shipped: Any) -> None:
    """In the question, in its comment, and in the answer."""
    found = expected(shipped, UNICODE)
    assert any("ñ" in name for (name,) in found)
    assert sorted(ask(UNICODE)) == found


def test_yes_and_no(ask: Any, asker: str) -> None:
    if asker in NO_BOOLEAN:
        pytest.skip("it reads rows only")
    assert ask("ASK { ?who kg:wins ?what }") is True
    assert ask("ASK { ?who kg:wins <urn:nothing> }") is False


def test_graphs(ask: Any, asker: str, shipped: Any) -> None:
    if asker in ONLY_ROWS:
        pytest.skip("it reads rows only")
    pairs = expected(shipped, "SELECT ?who ?what WHERE { ?who kg:wins ?what }")
    assert ask(CONSTRUCT) == {(who, KG + "wins", what) for who, what in pairs}


def test_a_long_answer_comes_whole(ask: Any, shipped: Any) -> None:
    """Several megabytes, sent while they are being written."""
    found = ask(LARGE)
    assert len(found) == len(expected(shipped, LARGE)) > 20_000


@pytest.mark.parametrize("text", [WRONG, REFUSED], ids=["no SPARQL", "SERVICE"])
def test_refusals_are_told(ask: Any, asker: str, text: str) -> None:
    """The client fails; those that show what was said show our reason."""
    with pytest.raises(Refused) as told:
        ask(text)
    if asker == "Comunica" and text == WRONG:
        assert "Parse error" in str(told.value), "it reads the query itself"
    elif asker.startswith(("rdflib", "roqet")):
        assert "HTTP" in str(told.value) or "wrong" in str(told.value)
    else:
        assert ("SERVICE would ask another machine" if text == REFUSED else "this is not SPARQL") in str(told.value)


def test_rdflib_walks_the_graph(server: Any) -> None:
    """The calls of a graph at hand, answered from here."""
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = rdflib.Graph(SPARQLStore(server.url + "/sparql"))
    wins = rdflib.URIRef(KG + "wins")
    who, _, what = next(iter(graph.triples((None, wins, None))))
    assert (who, wins, what) in graph
    assert (what, wins, who) not in graph
    assert graph.value(what, rdflib.RDFS.label)
    assert len(graph) > 20_000


def test_curl_sees_what_is_said_of_a_file(server: Any, tmp_path: Path) -> None:
    """A HEAD, a copy that is asked for again only where it is another, and a compressed answer or a plain one."""
    url = f"{server.url}/sparql?{urlencode({'query': PREFIXES + SELECT})}"
    base = [program("curl", "curl"), "-sS", "-H", "Accept: text/csv"]
    head = subprocess.run([*base, "-I", url], capture_output=True, text=True, check=True).stdout.lower()
    assert "200 ok" in head.splitlines()[0]
    assert "content-type: text/csv; charset=utf-8" in head
    known, copy = tmp_path / "etag", tmp_path / "copy.csv"
    again = [*base, "--etag-save", str(known), "--etag-compare", str(known), "-o", str(copy), "-w", "%{http_code}", url]
    first = subprocess.run(again, capture_output=True, text=True, check=True).stdout
    size = copy.stat().st_size
    second = subprocess.run(again, capture_output=True, text=True, check=True).stdout
    assert (first, second) == ("200", "304")
    assert size > 100


# --- a page of another site ---

FETCH = """async ([url, options]) => {
    try {
        const response = await fetch(url, options)
        return {
            status: response.status, text: await response.text(), build: response.headers.get('KG-Build'),
            tag: response.headers.get('ETag'),
        }
    } catch (error) {
        return { blocked: String(error) }
    }
}"""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Callable[[], str]]:
    """Returns a maker of other sites, each with one empty page."""
    servers = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title>")

        def log_message(self, *args: Any) -> None:
            pass

    def site() -> str:
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Page))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield site
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def known(elsewhere: Any) -> str:
    return elsewhere()


@pytest.fixture(scope="module")
def open_to(serve_all: Any, shipped: Any, known: str) -> str:
    """Returns the endpoint of a server that lets the pages of one other site ask it."""
    return serve_all(shipped.root, "--cors", known).url + "/sparql"


@pytest.fixture
def fetch(browser: Any) -> Iterator[Callable[..., Any]]:
    """Returns what has a page of a site fetch an address."""
    context = browser.new_context()
    page = context.new_page()

    def fetched(site: str, url: str, **options: Any) -> Any:
        page.goto(site)
        return page.evaluate(FETCH, [url, options])

    yield fetched
    context.close()


JSON = "application/sparql-results+json"
POST = {"method": "POST", "headers": {"Content-Type": "application/sparql-query", "Accept": JSON}}
"""A request that a browser asks leave for first: its content type is not one that a form could send."""


def test_a_page_that_may_asks_from_another_site(open_to: str, known: str, fetch: Any, shipped: Any) -> None:
    told = fetch(known, open_to, **POST, body=PREFIXES + SELECT)
    assert told["status"] == 200
    assert told["build"] == shipped.build().manifest["id"]
    assert told["tag"]
    rows = json.loads(told["text"])["results"]["bindings"]
    assert len(rows) == len(expected(shipped, SELECT))
    assert json.loads(fetch(known, open_to, **POST, body="ASK {}")["text"])["boolean"] is True
    graph = fetch(known, open_to, **{**POST, "headers": {**POST["headers"], "Accept": "text/turtle"}}, body=CONSTRUCT)
    assert _triples(graph["text"].encode(), ox.RdfFormat.TURTLE)
    assert "ñ" in fetch(known, open_to, **POST, body=PREFIXES + UNICODE)["text"]
    large = json.loads(fetch(known, open_to, **POST, body=LARGE)["text"])
    assert len(large["results"]["bindings"]) > 20_000


def test_a_page_that_may_reads_why_it_is_refused(open_to: str, known: str, fetch: Any) -> None:
    """A refusal carries the same leave as an answer: without it the page would see a network failure only."""
    for text, status, why in ((WRONG, 400, "this is not SPARQL"), (REFUSED, 403, "SERVICE would ask")):
        told = fetch(known, open_to, **POST, body=text)
        assert (told.get("status"), why in told.get("text", "")) == (status, True), told
    told = fetch(known, open_to, **{**POST, "headers": {**POST["headers"], "Accept": "image/png"}}, body="ASK {}")
    assert told.get("status") == 406, told
    assert fetch(known, open_to + "?query=ASK%7B%7D")["status"] == 200


def test_a_page_that_may_not_reads_nothing(open_to: str, server: Any, known: str, elsewhere: Any, fetch: Any) -> None:
    """Nor does one that may ask another server, nor one that says it comes from nowhere."""
    for site, url in ((elsewhere(), open_to), (known, server.url + "/sparql")):
        for options in ({}, {**POST, "body": "ASK {}"}, {"credentials": "include"}):
            asked = url if "body" in options else url + "?query=ASK%7B%7D"
            assert "blocked" in fetch(site, asked, **options), (site, url, options)


def test_any_site_may_ask_where_that_is_said(serve: Any, shipped: Any, elsewhere: Any, fetch: Any) -> None:
    """Never with the reader's own cookies."""
    url = serve(shipped.root, "--cors", "*").url + "/sparql"
    site = elsewhere()
    assert fetch(site, url, **POST, body="ASK {}")["status"] == 200
    assert "blocked" in fetch(site, url + "?query=ASK%7B%7D", credentials="include")


OPEN = """url => {
    window.gui = new Yasgui(document.body, { requestConfig: { endpoint: url }, persistenceId: null })
    gui.getTab().setEndpoint(url)
}"""


@pytest.fixture
def yasgui(browser: Any) -> Iterator[Callable[..., Any]]:
    """Returns what opens YASGUI, the query page of many endpoints, on a site of its own, for the endpoint at a URL."""
    built = from_npm("@zazuko/yasgui") / "build"
    context = browser.new_context()
    page = context.new_page()

    def opened(site: str, url: str) -> Any:
        page.goto(site)
        page.add_style_tag(path=built / "yasgui.min.css")
        page.add_script_tag(path=built / "yasgui.min.js")
        page.evaluate(OPEN, url)
        return page

    yield opened
    context.close()


def run_in(page: Any, text: str) -> None:
    page.evaluate("text => { gui.getTab().setQuery(text) }", text)
    page.locator(".yasqe_queryButton").click()


def test_yasgui_on_another_site(yasgui: Any, open_to: str, known: str, shipped: Any) -> None:
    """Rows as its table, a graph as Turtle, a refusal with our reason."""
    page = yasgui(known, open_to)
    run_in(page, PREFIXES + SELECT)
    page.wait_for_selector(".yasr table tbody tr")
    assert page.locator(".yasr table tbody tr").count() == len(expected(shipped, SELECT))
    run_in(page, PREFIXES + CONSTRUCT)
    page.wait_for_selector(".yasr :text('kg:wins')")
    run_in(page, REFUSED)
    page.wait_for_selector(".yasr :text('SERVICE would ask another machine')")


def test_yasgui_on_a_site_that_may_not(yasgui: Any, server: Any, known: str) -> None:
    page = yasgui(known, server.url + "/sparql")
    run_in(page, PREFIXES + SELECT)
    page.wait_for_selector(".yasr .errorResult, .yasr .yasr_results :text('Unable')")
    assert page.locator(".yasr table tbody tr").count() == 0
