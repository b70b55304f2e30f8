"""The SPARQL page: what it shows with and without scripts, what it completes, where it says that something is wrong."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from kg.serve.pages import editor as editor_page

HERE = Path(__file__).resolve().parent
HTML = "text/html,application/xhtml+xml"
GOVERNS = "SELECT ?who ?place WHERE { ?who kg:governs ?place }"

coloured = pytest.mark.skipif(not editor_page._parts(), reason="built without npm: there is only the plain editor")


def link(query: str) -> str:
    return f"/sparql?query={quote(query)}"


# --- without scripts


def test_a_query_in_the_address_is_answered_as_a_table_with_links(server: Any) -> None:
    text = server.get(link(GOVERNS), accept=HTML).text
    assert re.search(r'<a href="[^"]*/cabello" title=":cabello"[^>]*><bdi>Diosdado Cabello</bdi></a>', text)
    assert '<th scope="col"><bdi>who</bdi></th>' in text


def test_a_long_answer_is_cut_and_says_so(server: Any) -> None:
    text = server.get(link("SELECT * WHERE { ?s ?p ?o }"), accept=HTML).text
    assert text.count("<tr>") == editor_page.ROWS + 1
    assert "there are more" in text


def test_ask_and_construct_are_shown_too(server: Any) -> None:
    assert "<code>true</code>" in server.get(link("ASK { ?s ?p ?o }"), accept=HTML).text
    text = server.get(link("CONSTRUCT { ?s kg:governs ?o } WHERE { ?s kg:governs ?o }"), accept=HTML).text
    assert '<th scope="col">property</th>' in text
    assert "/sparql.ttl?query=" in text


def test_what_is_wrong_is_shown_in_its_line(server: Any) -> None:
    response = server.get(link("SELECT * WHERE {\n  ?s ?p\n"), accept=HTML)
    assert response.status_code == 400
    assert response.headers["cache-control"] == "no-store"
    assert re.search(r"Line \d+, column \d+</p>\s*<pre class=\"place\"><code>.*<mark>", response.text)
    assert "SELECT * WHERE {\n  ?s ?p\n" in response.text.replace("&gt;", ">")


def test_what_nothing_answers_is_told_with_the_term_that_there_is_not(server: Any) -> None:
    """However its prefix is declared; another's prefix of that name is another's."""
    told = "The ontology has no <code>kg:losesto</code>."
    for query in ("SELECT * { ?s kg:losesto ?o }", "ASK { ?s kg:losesto ?o }"):
        ours = "PREFIX kg: <https://kg.example/terms#> " + query
        assert told in server.get(link(query), accept=HTML).text
        assert told in server.get(link(ours), accept=HTML).text
        assert "La ontología no tiene" in server.get(f"{link(query)}&lang=es", accept=HTML).text
        assert told not in server.get(link("PREFIX kg: <urn:k#> " + query), accept=HTML).text
    assert "The ontology has no" not in server.get(link("SELECT * { ?s kg:losesTo :nobody }"), accept=HTML).text


def test_script_in_a_query_and_in_an_answer_is_text(server: Any) -> None:
    evil = "</textarea></script><script>alert(1)</script>"
    text = server.get(link(f'SELECT ("{evil}" AS ?x) {{}}'), accept=HTML).text
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


def test_an_iri_that_nobody_should_click_is_no_link(server: Any) -> None:
    text = server.get(link("SELECT (IRI('javascript:alert(1)') AS ?x) {}"), accept=HTML).text
    assert 'href="javascript:' not in text
    assert "javascript:alert(1)" in text


def test_graphs_of_the_protocol_are_asked_and_kept(server: Any) -> None:
    address = link("SELECT * WHERE { ?s ?p ?o }") + "&default-graph-uri=" + quote("https://example.org/none")
    text = server.get(address, accept=HTML).text
    assert "0 rows" in text
    assert '<input type="hidden" name="default-graph-uri" value="https://example.org/none">' in text
    assert "default-graph-uri=https%3A%2F%2Fexample.org%2Fnone" in text


@pytest.mark.parametrize(("suffix", "media"), [("csv", "text/csv"), ("json", "application/sparql-results+json")])
def test_a_download_is_the_exact_answer_as_a_file(server: Any, suffix: str, media: str) -> None:
    query = "SELECT ?who WHERE { ?who kg:governs :miranda }"
    response = server.get(f"/sparql.{suffix}?query={quote(query)}", accept=HTML)
    assert response.headers["content-type"].startswith(media)
    assert response.headers["content-disposition"] == f'attachment; filename="result.{suffix}"'
    assert response.content == server.ask(query, accept=media).content


def test_a_download_in_no_format_or_in_one_that_does_not_fit_is_refused(server: Any) -> None:
    assert server.get("/sparql.docx?query=ASK%20%7B%7D").status_code == 404
    assert server.get("/sparql.csv?query=" + quote("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")).status_code == 406
    assert server.get("/sparql.csv").json()["detail"].startswith("there is no query")


def test_a_saved_query_is_led_to_with_its_prefixes_and_defaults(server: Any) -> None:
    response = server.get("/sparql/saved/votes-of-a-side", accept=HTML)
    assert response.status_code == 303
    text = parse_qs(urlsplit(response.headers["location"]).query)["query"][0]
    assert text.startswith("PREFIX ")
    assert "#+" not in text
    assert "?_side_iri" not in text
    assert server.get(response.headers["location"], accept=HTML).status_code == 200
    assert server.get("/sparql/saved/nothing", accept=HTML).status_code == 404


def test_every_saved_query_can_be_started_from(server: Any, shipped: Any) -> None:
    names = [path.stem for path in (shipped.root / "queries").glob("*.rq")]
    assert names
    for name in names:
        text = parse_qs(urlsplit(server.get(f"/sparql/saved/{name}").headers["location"]).query)["query"][0]
        assert server.ask(text).status_code == 200, name


def test_below_a_root_path_every_address_is_below_it(serve: Callable[..., Any], shipped: Any) -> None:
    found = serve(shipped.root, "--root-path", "/kg")
    origin = found.url.removesuffix("/kg")
    text = found.client.get(origin + "/kg" + link(GOVERNS), headers={"Accept": HTML}).text
    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
    assert len(links) > 10
    assert [one for one in links if not one.startswith("/kg/")] == []
    assert '"complete": "/kg/complete.json"' in text


# --- completion


@pytest.mark.parametrize(
    ("words", "kind", "first"),
    [
        ("governs", "verb", "kg:governs"), ("gobierna", "verb", "kg:governs"), ("kg:losesT", "", "kg:losesTo"),
        ("person", "class", "kg:Person"), ("capriles", "entity", ":capriles"), ("RADONSKI", "entity", ":capriles"),
        ("label", "verb", "rdfs:label"), ("hadPrimary", "verb", "prov:hadPrimarySource"),
    ],
)  # fmt: skip
def test_a_name_or_its_beginning_finds_what_is_written_for_it(server: Any, words: str, kind: str, first: str) -> None:
    found = server.client.get(f"{server.url}/complete.json", params={"q": words, "kind": kind}).json()["terms"]
    assert found[0]["write"] == first
    assert not kind or {term["kind"] for term in found} == {kind}


def test_all_classes_and_verbs_are_had_at_once(server: Any) -> None:
    found = server.get("/complete.json").json()["terms"]
    assert {"class", "verb"} == {term["kind"] for term in found}
    assert all(term["label"] and term["iri"] for term in found)
    assert server.get("/complete.json?kind=x").status_code == 400


# --- in the browser


@pytest.fixture
def opened(browser: Any, server: Any) -> Iterator[Callable[..., Any]]:
    """Returns an opener of pages that fail the test on a fault; a refused query may say so on the console."""
    faults: list[str] = []
    contexts = []

    def open_page(address: str = "/sparql", **options: Any) -> Any:
        context = browser.new_context(base_url=server.url, **{"viewport": {"width": 1280, "height": 900}, **options})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
        page.on("request", lambda r: None if r.url.startswith((server.url, "data:", "blob:")) else faults.append(r.url))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def _is_fault(line: Any) -> bool:
    return line.type == "error" and not line.text.startswith("Failed to load resource: the server responded with a")


def write(page: Any, text: str) -> None:
    """Types into the coloured editor, in place of what stands there."""
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def value(page: Any) -> str:
    return page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")


@coloured
def test_a_verb_is_completed_by_its_label_and_its_prefix_declared(opened: Callable[..., Any]) -> None:
    page = opened()
    write(page, "SELECT ?who WHERE { ?who govern")
    page.locator(".CodeMirror-hint", has_text="kg:governs").wait_for()
    assert page.locator(".CodeMirror-hint").first.inner_text().startswith("governs")
    page.keyboard.press("Enter")
    page.keyboard.type(" :miranda }")
    page.keyboard.press("Escape")
    assert value(page).startswith("PREFIX kg: <https://kg.example/terms#>\nSELECT")
    assert "?who kg:governs :miranda }" in value(page)
    page.keyboard.press("Control+Enter")
    page.locator("table.answers a", has_text="Diosdado Cabello").wait_for()
    assert "1 row" in page.locator(".summary").inner_text()


@coloured
def test_classes_and_entities_are_offered_where_they_are_expected(opened: Callable[..., Any]) -> None:
    page = opened()
    write(page, "SELECT * WHERE { ?x a pers")
    page.locator(".CodeMirror-hint").first.wait_for()
    assert "class" in page.locator(".CodeMirror-hint").first.inner_text()
    page.keyboard.press("Escape")
    write(page, "SELECT * WHERE { ?x kg:governs miran")
    page.locator(".CodeMirror-hint", has_text=":miranda").first.wait_for()
    assert ":miranda" in page.locator(".CodeMirror-hint").first.inner_text()


@coloured
def test_an_error_is_marked_at_its_place_and_one_click_leads_there(opened: Callable[..., Any]) -> None:
    page = opened()
    write(page, "SELECT * WHERE {\n?s ?p ?o .\n?s nosuch:verb ?o }")
    page.keyboard.press("Escape")
    page.locator("#run").click()
    page.locator("#problem").wait_for()
    assert page.locator(".error-mark").inner_text() == "nosuch:verb"
    assert "nosuch:" in page.locator("#problem h2").inner_text()
    page.locator("#problem button").click()
    assert page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getCursor().line") == 2
    write(page, "SELEC * WHERE { ?s ?p ?o }")
    page.locator("#run").click()
    page.locator("#problem button", has_text="Line 1, column 1").wait_for()
    assert page.locator(".error-mark").inner_text() == "SELEC"


@coloured
@coloured
def test_an_empty_answer_names_the_term_that_there_is_not(opened: Callable[..., Any]) -> None:
    page = opened(link("SELECT * { ?s kg:losesto ?o }"))
    page.locator("#run").click()
    page.wait_for_selector("#answer .box")
    assert page.locator("#answer").inner_text() == "The ontology has no kg:losesto."


def test_a_refusal_names_the_limit_and_running_can_be_stopped(opened: Callable[..., Any]) -> None:
    page = opened()
    write(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.keyboard.press("Escape")
    page.locator("#run").click()
    assert page.locator("#run").inner_text() == "Stop"
    page.locator("#run").click()
    page.locator("#problem", has_text="Stopped").wait_for()
    assert page.locator("#run").inner_text() == "Run"


def test_the_address_carries_the_query_and_the_link_is_copied(opened: Callable[..., Any]) -> None:
    page = opened(link(GOVERNS))
    assert page.locator("table.answers tbody tr").count() > 0
    page.locator("#share").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(copied).query)["query"] == [GOVERNS]
    again = opened(copied)
    assert again.locator("table.answers tbody tr").count() == page.locator("table.answers tbody tr").count()


def test_raw_and_downloads_give_the_exact_answer(opened: Callable[..., Any]) -> None:
    page = opened(link("CONSTRUCT { ?s kg:governs ?o } WHERE { ?s kg:governs ?o }"))
    page.get_by_role("button", name="Raw").click()
    page.locator("pre.raw", has_text="kg:governs").wait_for()
    page.get_by_role("button", name="Table").click()
    assert page.locator("table.answers").is_visible()
    with page.expect_download() as saved:
        page.locator(".formats a", has_text="ttl").click()
    assert "kg:governs" in Path(saved.value.path()).read_text(encoding="utf-8")


def test_a_construct_is_drawn_as_a_network(opened: Callable[..., Any]) -> None:
    page = opened(link("CONSTRUCT { ?s kg:governs ?o } WHERE { ?s kg:governs ?o }"))
    page.get_by_role("button", name="Network").click()
    page.frame_locator("iframe.network").locator("#canvas canvas").first.wait_for()


@coloured
def test_with_the_keyboard_alone_one_gets_in_writes_runs_and_gets_out(opened: Callable[..., Any]) -> None:
    page = opened()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('.CodeMirror'))"):
            break
    page.keyboard.press("Control+a")
    page.keyboard.type("ASK { ?s ?p ?o }")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"
    page.keyboard.press("Enter")
    page.locator(".answer", has_text="Yes").wait_for()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.CodeMirror'))")
    assert value(page) == "ASK { ?s ?p ?o }"


def test_without_scripts_the_form_answers(browser: Any, server: Any) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sparql")
    page.locator("textarea#query").fill(GOVERNS)
    page.get_by_role("button", name="Run").click()
    assert page.locator("table.answers").is_visible()
    assert page.locator("textarea#query").input_value() == GOVERNS
    context.close()


def test_without_what_npm_brings_there_is_a_plain_editor_that_says_so(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scripts fall back to the text area where YASQE does not come."""
    page = opened("about:blank")
    page.route("**/vendor/**", lambda route: route.fulfill(status=200, content_type="text/javascript", body=""))
    page.goto("/sparql")
    page.locator("textarea#query").fill("ASK {\n ?s ?p }")
    page.get_by_role("button", name="Run").click()
    page.locator("#problem button").click()
    assert page.evaluate("document.activeElement.id") == "query"
    assert page.locator("textarea#query").get_attribute("aria-invalid") == "true"
    page.locator("textarea#query").fill(GOVERNS)
    page.get_by_role("button", name="Run").click()
    page.locator("table.answers").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_accessible_and_fits(opened: Callable[..., Any], scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for address in ("/sparql", link(GOVERNS), link("SELECT * WHERE {\n ?s ?p }")):
        page = opened(address, color_scheme=scheme, viewport={"width": width, "height": 844})
        page.locator("#tools").wait_for()
        found = axe.Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@coloured
def test_the_list_of_completions_is_accessible(opened: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = opened()
    write(page, "SELECT * WHERE { ?x govern")
    page.locator(".CodeMirror-hint").first.wait_for()
    found = axe.Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []


def test_scripts_that_compute_pass_their_own_tests() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node to run the tests of the scripts")
    run = subprocess.run([node, "--test", str(HERE / "editor.test.mjs")], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:]
