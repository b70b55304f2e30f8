"""The pages around the entities: first page, documents, disagreements, ontology, problems, downloads, description."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

pytest.importorskip("starlette", reason="the server needs kg[serve]")

from kg.glossary import sections
from kg.serve.api.dumps import INFERRED, stem
from kg.serve.pages.problems import blocks

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://kg.example/venezuela-2008/"
KG = "https://kg.example/terms#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"

PAGES = (
    "/", "/search", "/search?q=sucre", "/search?q=nobody-of-that-name", f"/search?class={KG.replace('#', '%23')}Person",
    "/documents", "/disagreements", "/disagreements?kind=arithmetic", "/terms", "/terms/governs", "/terms/Person",
    "/terms/in", "/terms/asserted", "/downloads", "/problems", "/problems/unknown-verb", "/nowhere",
)  # fmt: skip

LONG = {"/disagreements", f"/search?class={KG.replace('#', '%23')}Person"}
"""Pages that are others of the list at length."""

HTML = {"accept": "text/html"}


def terms(text: str, kind: ox.RdfFormat = ox.RdfFormat.TURTLE) -> ox.Store:
    store = ox.Store()
    store.load(text.encode(), kind)
    return store


def objects(store: ox.Store, predicate: str) -> list[str]:
    return sorted(q.object.value for q in store.quads_for_pattern(None, ox.NamedNode(predicate), None, None))


# --- what the pages say --------------------------------------------------------------------------


def test_first_page_says_what_there_is_and_leads_on(server) -> None:
    text = server.get("/", **HTML).text
    for words in ("1,154", "facts", "Where sources differ", "contradicts", "Most spoken of", "What there is"):
        assert words in text
    for path in ("/documents", "/disagreements", "/queries", "/sparql", "/terms", "/downloads", "/search"):
        assert f'href="{path}"' in text


def test_every_page_has_one_main_heading_a_title_and_the_build(server) -> None:
    build = server.get("/healthz").json()["build"]
    for path in PAGES:
        text = server.get(path, **HTML).text
        assert len(re.findall(r"<h1[ >]", text)) == 1, path
        assert re.search(r"<title>\S", text), path
        assert build in text, path


def test_pages_have_nothing_inline_and_obey_the_policy(server) -> None:
    for path in PAGES:
        response = server.get(path, **HTML)
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", response.text), path
        assert re.findall(r"<script(?! type=\"application/json\")[^>]*>[^<]", response.text) == [], path
        assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_documents_are_listed_with_what_was_taken_from_them(server) -> None:
    text = server.get("/documents", **HTML).text
    assert text.index("Analysis by George Ciccariello-Maher") < text.index("Opposition gains mar Chavista election win")
    assert "278 facts" in text
    assert "alleged" in text


def test_everywhere_there_are_eight_documents(server) -> None:
    """The dataset, whose makers say a few things themselves, is a source of facts and no document."""
    listed = server.get("/documents", **HTML).text
    assert len(re.findall(r'<p class="sentence"><a class="entity"', listed)) == 8
    assert re.search(r'Documents <span class="count">8</span>', listed)
    assert "those who made this dataset say so themselves" in listed
    assert re.search(r'href="/documents"><b>8</b><span>documents read</span>', server.get("/", **HTML).text)


def test_every_count_of_a_class_is_that_of_its_list(server) -> None:
    """On the first page, in the ontology, on the page of a class, and above the list of its entities."""
    row = r'<a href="(/search\?class=[^"]+)"><bdi>([^<]*)</bdi></a><span class="count">([\d,]+)</span>'
    rows = re.findall(row, server.get("/", **HTML).text)
    assert len(rows) == 24
    tree = dict(re.findall(r'<a class="count" href="([^"]+)" aria-label="(\d+) of', server.get("/terms", **HTML).text))
    for address, label, count in rows:
        listed = server.get(address, **HTML).text
        assert re.search(r'<h1><bdi>[^<]*</bdi> <span class="count">(\d+)', listed)[1] == count, label
        assert tree[address] == count
        following, total = listed, listed.count('<li><a class="entity"')
        while more := re.search(r'rel="next" href="([^"]+)"', following):
            following = server.get(more[1].replace("&amp;", "&"), **HTML).text
            total += following.count('<li><a class="entity"')
        assert total == int(count), label
    person = server.get("/terms/Person", **HTML).text
    assert f">{tree['/search?class=https%3A%2F%2Fkg.example%2Fterms%23Person']}</a></dd>" in person


def test_every_count_of_facts_is_that_of_the_page(server) -> None:
    row = r'<li><a class="entity" href="([^"]+)">.*?<span class="count">([\d,]+) facts'
    rows = re.findall(row, server.get("/", **HTML).text)
    assert len(rows) == 12
    for address, count in rows[:4]:
        assert f'<p class="tally">{count} facts' in server.get(f"{address}.html").text


def test_disagreements_are_typed_and_every_voice_is_beside_the_others(server) -> None:
    text = server.get("/disagreements?kind=contradicts", **HTML).text
    assert "Arithmetic" not in text.replace("arithmetic", "")
    first = re.search(r'<article class="difference".*?</article>', text, re.DOTALL)[0]
    assert first.count('<li class="side') >= 2
    assert 'class="evidence' in first
    assert server.get("/disagreements?kind=none-such", **HTML).status_code == 404


def test_what_is_disagreed_on_is_asked_in_the_language_of_the_page(server) -> None:
    """As far as the facts give the words; what has a summary of its own is marked as English."""
    spanish = server.get("/disagreements?lang=es", **HTML).text
    assert "Chavismo gana gobernaciones" in spanish
    assert "Chavismo wins governorships" not in spanish
    sums = server.get("/disagreements?kind=arithmetic&lang=es", **HTML).text
    assert '<bdi lang="en">More of some than of all</bdi>' in sums
    page = re.search(r'href="([^"]+)"><bdi>Chavismo gana gobernaciones', spanish)
    assert "<h1><bdi>Chavismo gana gobernaciones</bdi></h1>" in server.get(page[1].replace("?", ".html?")).text


def test_each_disagreement_has_a_page_at_its_iri(server) -> None:
    text = server.get("/disagreements?kind=contradicts", **HTML).text
    path = re.search(r'<h3><a href="([^"]+)"', text)[1]
    assert path.startswith("/venezuela-2008/disagreement/")
    shown = server.client.get(server.url + path, headers=HTML, follow_redirects=True)
    assert shown.status_code == 200
    assert shown.text.count('<li class="side') >= 2


def test_verbs_show_grammar_use_and_examples(server) -> None:
    text = server.get("/terms/governs", **HTML).text
    for words in ("gobierna", "A person is at the head", "is governed by", "only one at a time", "Used like this"):
        assert words in text
    assert "/terms/Person" in text


def test_a_term_that_is_none_is_told_the_nearest(server) -> None:
    response = server.get("/terms/govens", **HTML)
    assert response.status_code == 404
    assert "governs" in response.text


def test_classes_count_their_entities(server) -> None:
    text = server.get("/terms/Person", **HTML).text
    assert re.search(r">\d+</a></dd>", text)
    assert "agent" in text


def test_labels_are_spanish_where_asked_for(server) -> None:
    assert "gobierna" in server.get("/terms/governs?lang=es", **HTML).text.split("<h1>")[1].split("</h1>")[0]


def test_every_code_of_a_problem_has_a_page(server) -> None:
    listed = server.get("/problems", **HTML).text
    assert len(sections()) > 50
    for code in sections():
        assert f"/problems/{code}" in listed
    for code in ("unknown-verb", "bad-header"):
        assert "<code>" in server.get(f"/problems/{code}", **HTML).text


def test_a_refusal_leads_to_what_it_means(server) -> None:
    text = server.get("/problems/none-such", **HTML).text
    assert "/problems/not-found" in text
    assert server.get("/problems/not-found", **HTML).status_code == 200


def test_the_little_markdown_keeps_every_word() -> None:
    for text in sections().values():
        words = re.findall(r"\w+", " ".join(piece for _, content in blocks(text) for piece in _flat(content)))
        assert words == re.findall(r"\w+", re.sub(r"^```\w*$", "", text, flags=re.MULTILINE))


def _flat(content: Any) -> list[str]:
    if isinstance(content, str):
        return [content]
    return [piece for part in content for piece in ([part] if isinstance(part, str) else part)]


# --- the description -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/.well-known/void", "/void.ttl", "/"])
def test_dataset_is_described_in_void_and_dcat(server, path: str) -> None:
    response = server.get(path, accept="text/turtle")
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    store = terms(response.text)
    assert objects(store, VOID + "sparqlEndpoint") == [f"{server.url}/sparql"]
    assert objects(store, VOID + "uriSpace") == [BASE]
    assert "https://creativecommons.org/licenses/by/4.0/" in objects(store, "http://purl.org/dc/terms/license")
    assert KG in objects(store, VOID + "vocabulary")
    dataset = ox.NamedNode(BASE + "venezuela-2008")
    assert next(store.quads_for_pattern(dataset, ox.NamedNode(VOID + "triples"), None, None), None)


def test_figures_of_the_description_are_those_of_the_graph(server) -> None:
    store = terms(server.get("/void.ttl").text)
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    counted = int(server.ask(query, accept="text/csv").text.split()[1])
    dataset = ox.NamedNode(BASE + "venezuela-2008")
    (said,) = store.quads_for_pattern(dataset, ox.NamedNode(VOID + "triples"), None, None)
    assert int(said.object.value) == counted
    parts = store.quads_for_pattern(None, ox.NamedNode(VOID + "propertyPartition"), None, None)
    numbers = [next(store.quads_for_pattern(q.object, ox.NamedNode(VOID + "triples"), None, None)) for q in parts]
    assert sum(int(quad.object.value) for quad in numbers) == counted


def test_every_distribution_can_be_fetched(server) -> None:
    store = terms(server.get("/void.ttl").text)
    addresses = objects(store, DCAT + "downloadURL")
    assert len(addresses) == 10
    for address in addresses:
        response = server.get(address.removeprefix(server.url))
        assert response.status_code == 200, address
        assert response.headers["content-disposition"].startswith('attachment; filename="venezuela-2008.')
        assert response.content


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig", "jsonld", "rdf"])
def test_description_comes_in_every_rdf_format(server, suffix: str) -> None:
    response = server.get(f"/void.{suffix}")
    assert response.status_code == 200
    kind = ox.RdfFormat.from_extension(suffix) or ox.RdfFormat.JSON_LD
    assert len(terms(response.text, kind)) == len(terms(server.get("/void.nt").text, ox.RdfFormat.N_TRIPLES))


def test_a_person_is_led_from_the_description_to_a_page(server) -> None:
    response = server.get("/.well-known/void", **HTML)
    assert (response.status_code, response.headers["location"]) == (303, "/downloads")
    assert server.get("/.well-known/void", accept="image/png").status_code == 406
    assert server.get("/void.exe").status_code == 404


# --- the files -----------------------------------------------------------------------------------


def test_downloads_hold_what_kg_export_writes(server, shipped) -> None:
    assert server.get("/downloads/venezuela-2008.nt").text == shipped.export("ntriples")
    assert server.get(f"/downloads/venezuela-2008{INFERRED}.nt").text == shipped.export("ntriples", inferred=True)
    assert server.get("/downloads/venezuela-2008.csv").content == shipped.export("csv").encode()


def test_downloads_are_told_by_tags_and_come_in_parts(server) -> None:
    whole = server.get("/downloads/venezuela-2008.ttl")
    assert whole.headers["content-type"] == "text/turtle; charset=utf-8"
    again = server.get("/downloads/venezuela-2008.ttl", if_none_match=whole.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    part = server.get("/downloads/venezuela-2008.ttl", range="bytes=10-19")
    assert (part.status_code, part.content) == (206, whole.content[10:20])


@pytest.mark.parametrize(
    "name",
    ["other.ttl", "venezuela-2008.exe", "..%2F..%2Fetc%2Fpasswd", "venezuela-2008", f"venezuela-2008{INFERRED}.nq"],
)
def test_other_names_are_no_downloads(server, name: str) -> None:
    assert server.get(f"/downloads/{name}").status_code == 404


def test_ontology_comes_as_rdf_by_suffix_and_by_negotiation(server) -> None:
    by_suffix = server.get("/terms.ttl")
    assert by_suffix.headers["content-type"] == "text/turtle; charset=utf-8"
    negotiated = server.get("/terms", accept="text/turtle")
    assert negotiated.text == by_suffix.text
    assert "kg:governs" in by_suffix.text
    store = ox.Store()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        store.load(path.read_bytes(), ox.RdfFormat.TURTLE)
    assert len(terms(by_suffix.text)) == len(store)
    assert server.get("/terms/governs", accept="text/turtle").text == by_suffix.text
    assert server.get("/terms.exe").status_code == 404
    assert server.get("/terms", accept="image/png").status_code == 406


@pytest.mark.parametrize(
    ("base", "name"), [("https://e.org/a b/", "a-b"), ("https://e.org/x.y#", "x"), ("file:///tmp/v%20.trig", "v-20")]
)
def test_files_are_named_by_the_base(base: str, name: str) -> None:
    assert stem(base) == name


# --- other graphs --------------------------------------------------------------------------------

FOREIGN = """
@prefix ex: <http://other.example/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
ex:Band a owl:Class ; rdfs:label "band<script>alert(1)</script>" .
ex:plays a owl:ObjectProperty ; rdfs:label "\\u202eplays\\u202c" ;
  rdfs:domain [ a owl:Class ; owl:unionOf ( ex:Band ex:Person ) ] .
ex:beatles a ex:Band ; foaf:name "The <b onclick=alert(1)>Beatles</b>" ; ex:plays ex:song .
ex:song a ex:Song ; rdfs:label "\\u202eyadretseY"@en , "'\\"--></title><img src=x onerror=alert(1)>"@es .
<javascript:alert(1)> a ex:Person ; rdfs:label "click me" ; ex:plays ex:song .
<data:text/html,x> a ex:Person ; rdfs:label "me too" ; ex:plays ex:song .
ex:g { ex:ringo a ex:Person ; foaf:name "Ringo" ; ex:memberOf ex:beatles . }
"""

PLAIN_PAGES = ("/", "/search?q=b", "/documents", "/disagreements", "/terms", "/downloads", "/search?q=click")


@pytest.fixture(scope="module")
def foreign(serve_all, tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("foreign")
    file = root / "foreign.trig"
    file.write_text(FOREIGN, encoding="utf-8")
    return serve_all(root, "--data", str(file))


def test_files_served_as_they_are_have_pages_that_say_what_lacks(foreign) -> None:
    pages = {path: foreign.get(path, **HTML) for path in PLAIN_PAGES}
    assert {path: response.status_code for path, response in pages.items()} == dict.fromkeys(PLAIN_PAGES, 200)
    assert "says nothing of documents" in pages["/documents"].text
    assert "No differences are known" in pages["/disagreements"].text
    assert "says nothing of who says what" in pages["/"].text
    assert [one["label"] for one in foreign.get("/search.json?q=ring").json()["results"]] == ["Ringo"]
    assert foreign.get("/terms.ttl").status_code == 404


def menu_of(server) -> list[str]:
    nav = re.search(r'(?s)<nav class="nav".*?</nav>', server.get("/", **HTML).text)[0]
    return re.findall(r'<a href="([^"]+)"', nav)


def test_the_menu_offers_what_there_is(server, foreign, serve, case_project) -> None:
    """A graph without evidence has no documents and no disagreements, one without a project no saved queries."""
    every = ["/search", "/disagreements", "/documents", "/queries", "/sparql", "/terms", "/downloads"]
    assert menu_of(server) == every
    assert menu_of(foreign) == ["/search", "/sparql", "/terms", "/downloads"]
    bare = serve(case_project({"facts/facts.yaml": "source: paper\nfacts: [Cabello governs Miranda]\n"}).root)
    assert menu_of(bare) == ["/search", "/documents", "/sparql", "/terms", "/downloads"]


UNTYPED = """
@prefix ex: <http://other.example/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Band a rdfs:Class ; rdfs:label "band" . ex:Duo rdfs:subClassOf ex:Band .
ex:beatles a ex:Band ; foaf:name "The Beatles" ; ex:member ex:ringo, ex:nobody .
ex:stones a ex:Band, ex:Company ; rdfs:label "Rolling Stones" .
ex:sonny a ex:Duo . ex:ringo ex:plays "drums" ; rdfs:label "Ringo" . ex:john ex:plays "guitar" .
[] a ex:Band ; rdfs:label "nobody can ask for it" .
"""


def test_counts_of_files_agree_with_their_lists(serve, tmp_path: Path) -> None:
    """What has no name or no class is counted and listed, what has two classes is one entity."""
    (tmp_path / "odd.ttl").write_text(UNTYPED, encoding="utf-8")
    odd = serve(tmp_path, "--data", str(tmp_path / "odd.ttl"))
    first = odd.get("/", **HTML).text
    assert re.search(r"<b>(\d+)</b><span>entities", first)[1] == "5"
    rows = re.findall(r'<a href="(/search\?class=[^"]+)">(.*?)</a><span class="count">(\d+)', first)
    counts = {re.sub("<[^>]*>", "", label): (address, int(count)) for address, label, count in rows}
    assert {label: count for label, (_, count) in counts.items()} == {
        "band": 3, "Company": 1, "Duo": 1, "without a class": 2
    }  # fmt: skip
    for address, count in counts.values():
        assert odd.get(address, **HTML).text.count('<li><a class="entity"') == count
    assert "Ringo" in odd.get(counts["without a class"][0], **HTML).text


def test_files_served_as_they_are_can_be_fetched_with_their_graphs(foreign) -> None:
    given = terms(FOREIGN, ox.RdfFormat.TRIG)
    fetched = terms(foreign.get("/downloads/foreign.trig").text, ox.RdfFormat.TRIG)
    assert len(fetched) == len(given)
    assert [str(name) for name in fetched.named_graphs()] == ["<http://other.example/g>"]


def test_hostile_names_stay_names(foreign, browser) -> None:
    """Markup is shown as text, nothing runs, nothing is asked elsewhere, and no link leads to a script."""
    context = browser.new_context(base_url=foreign.url)
    page, faults = context.new_page(), []
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(foreign.url) else faults.append(r.url))
    for path in PLAIN_PAGES:
        page.goto(path)
        assert page.locator("main script, main img, main b[onclick]").count() == 0
        addresses = page.eval_on_selector_all("a", "links => links.map(link => link.protocol)")
        assert set(addresses) <= {"http:", "https:"}, path
    page.goto("/search?q=yadr")
    assert page.locator("main bdi").first.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"
    page.get_by_role("combobox").fill("the")
    page.get_by_role("option").first.wait_for()
    assert "<b onclick=alert(1)>" in page.get_by_role("option").first.inner_text()
    context.close()
    assert faults == []


def test_pages_work_below_a_root_path(serve, shipped) -> None:
    below = serve(shipped.root, "--root-path", "/kg")
    for path in PAGES[:-1]:
        response = below.get(path, **HTML)
        text = response.text
        assert response.status_code == 200, path
        own = [href for href in re.findall(r'(?:href|src|action)="(/[^"]*)"', text) if not href.startswith("/kg/")]
        assert own == [], path
    store = terms(below.get("/void.ttl").text)
    assert objects(store, VOID + "sparqlEndpoint") == [f"{below.url}/sparql"]


# --- in the browser ------------------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_accessible_by_axe_and_no_wider_than_the_screen(page, scheme: str, width: int, barriers) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    for path in (path for path in PAGES[:-1] if path not in LONG):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert (path, barriers(page)) == (path, [])


def test_targets_are_large_enough_for_thumbs(page) -> None:
    """What stands by itself is 44 pixels high; links within text are excepted (WCAG 2.5.5)."""
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/disagreements", "/search?q=sucre", "/terms/governs"):
        page.goto(path)
        sizes = page.eval_on_selector_all(
            "header a, header input, button, .choices a, .button, .formats a, footer a, summary",
            "all => all.filter(e => e.checkVisibility()).map(e => [e.textContent, e.getBoundingClientRect().height])",
        )
        assert [size for size in sizes if size[1] < 44] == [], path


def test_keyboard_alone_reaches_everything_and_shows_where_it_is(page) -> None:
    page.goto("/disagreements")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to content"
    assert page.locator(":focus").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    focus = page.locator(":focus")
    assert focus.evaluate("e => e.closest('.choices') !== null")
    assert focus.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_print_leaves_out_what_paper_cannot_do(page) -> None:
    page.goto("/disagreements")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".finder").is_visible()
    assert not page.locator(".nav").is_visible()
    assert page.locator(".difference .evidence").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    dark = "getComputedStyle(document.documentElement).getPropertyValue('--alleged')"
    assert page.evaluate(dark) == "#7d4a00"


# --- hostile facts -------------------------------------------------------------------------------

HOSTILE = """
source: paper
entities:
  evil: {type: Person, name: "<script>alert(1)</script>", also: ["\\"><img src=x onerror=alert(2)>"]}
  other: {type: Person, name: "{{ 7 * 7 }} & <b>bold</b>"}
  leak: {type: Document, name: "</title><svg onload=alert(3)>"}
  right: {type: Document, name: "مرحبا </bdi> صحيفة", url: "https://example.org/a?b=%3Cc%3E&d='e'"}
facts:
  - evil governs miranda: {source: leak, at: "<i>one … two</i>", note: "<iframe src=//evil.example>", says: other}
  - evil governs miranda: {source: right, at: "three … four", status: denied}
  - other governs miranda: {source: right, at: "five … six", from: 2001, until: 2003}
"""


def test_hostile_facts_stay_text(case_project, serve, browser) -> None:
    """Names, notes, passages and addresses of documents that people write run nowhere and lead to no script."""
    server = serve(case_project({"facts/facts.yaml": HOSTILE}).root)
    context = browser.new_context(base_url=server.url)
    page, faults = context.new_page(), []
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(server.url) else faults.append(r.url))
    seen = ""
    markup = "main script:not([type], [src]), main img, iframe[src*=evil], main b b, main i, svg[onload]"
    for path in (*PLAIN_PAGES[:5], "/search?q=script", "/search?q=img", "/terms/governs", "/cases/leak"):
        page.goto(path)
        assert page.locator(markup).count() == 0, path
        protocols = page.eval_on_selector_all("a", "links => links.map(link => link.protocol)")
        assert set(protocols) <= {"http:", "https:"}, path
        seen += page.locator("main").inner_text()
    for words in ("<script>alert(1)</script>", "{{ 7 * 7 }} & <b>bold</b>", "<iframe src=//evil.example>", "<i>one"):
        assert words in seen
    links = [a for a in page.eval_on_selector_all("a", "links => links.map(link => link.href)") if "example.org/a" in a]
    assert all(link.startswith("https://example.org/a?b=%3Cc%3E&d=") for link in links)
    context.close()
    assert faults == []


def test_downloads_outlive_a_new_build(case_project, serve) -> None:
    """A new build has files of its own; the old tag no longer fits."""
    project = case_project({"facts/facts.yaml": HOSTILE})
    server = serve(project.root)
    first = server.get("/downloads/cases.nt")
    (project.root / "facts" / "more.yaml").write_text("source: paper\nfacts:\n  - Capriles governs Miranda\n")
    type(project)(project.root).build()
    deadline = time.monotonic() + 20
    while server.get("/healthz").json()["build"] in first.headers["etag"] and time.monotonic() < deadline:
        time.sleep(0.1)
    second = server.get("/downloads/cases.nt", if_none_match=first.headers["etag"])
    assert second.status_code == 200
    assert len(second.text) > len(first.text)
    assert "<https://example.org/cases/capriles>" in second.text


@pytest.mark.parametrize("path", ["/", "/downloads/venezuela-2008.nt", "/search.json?q=a", "/void.ttl", "/terms.ttl"])
def test_head_is_get_without_its_body(server, path: str) -> None:
    head, whole = server.client.head(server.url + path), server.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


# --- big builds ----------------------------------------------------------------------------------


def test_a_build_on_disk_says_the_same_as_one_in_memory(shipped, monkeypatch) -> None:
    """Where the network is too big to be held, pages ask the store for what they show."""
    from kg.serve import tasks
    from kg.serve.graph import holding

    source = {"build": str(shipped.build().path), "root": str(shipped.root)}
    near = holding.load(source)
    near.warm()
    monkeypatch.setattr("kg.store.MEMORY_BYTES", 0)
    far = holding.load(source)
    far.warm()
    assert far.on_disk
    far = far.opened()

    def both(name: str, **arguments: Any) -> tuple[Any, Any]:
        return tuple(tasks.TASKS[name](one, None, **arguments) for one in (near, far))

    one, other = both("home.overview")
    assert one["differences"] == other["differences"]
    assert {c["iri"]: c["count"] for c in one["classes"]} == {c["iri"]: c["count"] for c in other["classes"]}
    assert one["figures"]["documents"] == other["figures"]["documents"] == 8
    assert one["figures"]["entities"] == other["figures"]["entities"]
    one, other = both("find.names", words="sucre")
    assert one == other
    rows = near.dataset.store.query(f"SELECT ?p {{ ?s <{RDF}predicate> ?p }}", use_default_graph_as_union=True)
    assert far.census.verbs == Counter(row[0].value for row in rows)
    text = f"SELECT ?e {{ ?s <{RDF}subject>|<{RDF}object> ?e }}"
    ends = near.dataset.store.query(text, use_default_graph_as_union=True)
    counts = Counter(row[0].value for row in ends if isinstance(row[0], ox.NamedNode))
    assert {iri: counts[iri] for iri in far.census.ends} == far.census.ends
    assert BASE + "regional-elections-2008" in far.census.ends
    for part in ("documents", "makers"):
        one, other = both("documents.index")
        assert {d["iri"]: (d["label"], d["count"]) for d in one[part]} == {
            d["iri"]: (d["label"], d["count"]) for d in other[part]
        }
    one, other = both("documents.cited", iri=BASE + "opposition-gains")
    first, same = one["passages"][:40], other["passages"][:40]
    assert [[f["iri"] for f in p["facts"]] for p in first] == [[f["iri"] for f in p["facts"]] for p in same]
    one, other = both("differences.index", kind="contradicts")
    members = [{d["iri"]: len(d["members"]) for d in told["found"]} for told in (one, other)]
    assert members[0] == members[1]
    one, other = both("terms.one", iri=KG + "Person")
    assert (one["label"], one["count"], one["links"]) == (other["label"], other["count"], other["links"])
    one, other = both("void.statistics")
    assert one == other
