"""`kg site`: every page as a file, links that lead somewhere, nothing asked elsewhere, SPARQL in the browser."""

from __future__ import annotations

import contextlib
import functools
import http.server
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest

from kg.project import Project
from kg.start import make

pytest.importorskip("httpx", reason="the site needs kg[serve]")

from kg.serve.site import addresses, build, crawl, markup, pages, scripts, shared

has_engine = pytest.mark.skipif(not (build.STATIC / "vendor" / "oxigraph.wasm").is_file(), reason="built without npm")


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Returns what came of a command; its words are in `stdout`, those on what is wrong too."""
    command = [sys.executable, "-m", "kg.cli", "-C", str(root), *words]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the project that `kg new` makes, with a name that is text everywhere."""
    root = tmp_path_factory.mktemp("site") / "mine"
    make(root)
    odd = "  odd: {type: Person, name: '</script><b>Odd</b>'}\n"
    text = f"source: minutes\nentities:\n{odd}facts:\n  - odd praises Ruiz\n"
    (root / "facts" / "odd.yaml").write_text(text, encoding="utf-8")
    (root / "queries" / "kinds.rq").write_text(KINDS, encoding="utf-8")
    return root


KINDS = """#+ summary: A field of each type.
#+ defaults:
#+   - person: ana-ruiz
#+   - day: "2008"
#+   - text: a
#+   - kind: one
#+ enumerate:
#+   - kind: [one, two words]
SELECT ?who ?day ?text ?kind ("?_text" AS ?same) {
  BIND(?_person_iri AS ?who) BIND(?_day_date AS ?day) BIND(?_text AS ?text) BIND(?_kind AS ?kind) # ?_text
}
"""


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    """Returns the folder of the site of that project."""
    folder = project.parent / "site"
    done = run(project, "site", str(folder))
    assert done.returncode == 0, done.stdout
    return folder


def html_files(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 20
    return found


# --- the files


def test_there_is_a_page_for_each_kind_of_thing(site: Path) -> None:
    for name in ("index", "sparql", "search", "documents", "queries", "terms", "downloads"):
        assert (site / f"{name}.html").is_file(), name
    assert (site / "example" / "ana-ruiz.html").is_file()
    assert "Ana Ruiz" in (site / "example" / "ana-ruiz.ttl").read_text(encoding="utf-8")
    assert (site / "terms" / "governs.html").is_file()
    assert list((site / "downloads").glob("*.nq"))
    assert (site / "void.ttl").is_file()


def test_every_link_is_relative_and_leads_to_a_file(site: Path) -> None:
    for page in html_files(site):
        here = page.relative_to(site).as_posix()
        for tag, name, link in markup.addresses(page.read_text(encoding="utf-8")):
            split = urlsplit(link)
            if split.scheme or link.startswith("#"):
                assert split.scheme in ("", "http", "https", "mailto", "data"), (here, link)
                assert "site.invalid" not in link
                continue
            assert not link.startswith("/"), (here, tag, name, link)
            there = site / unquote(urljoin(here, split.path) or here)
            assert there.is_file() or there.name in ("search.json", "neighbours.json"), (here, tag, name, link)


def test_fragments_lead_to_places_that_there_are(site: Path) -> None:
    places = {page: set(re.findall(r'\bid="([^"]+)"', page.read_text(encoding="utf-8"))) for page in html_files(site)}
    for page in places:
        for _, name, link in markup.addresses(page.read_text(encoding="utf-8")):
            split = urlsplit(link)
            if name == "href" and split.fragment and not split.scheme and not split.fragment.startswith(":~:"):
                there = (page.parent / unquote(split.path)).resolve() if split.path else page
                assert there not in places or unquote(split.fragment) in places[there], (page.name, link)


def test_the_server_is_named_in_no_file(site: Path) -> None:
    for file in site.rglob("*"):
        assert not file.is_file() or b"site.invalid" not in file.read_bytes(), file


def test_every_page_has_a_policy_and_nothing_inline(site: Path) -> None:
    for page in html_files(site):
        text = page.read_text(encoding="utf-8")
        assert text.count('http-equiv="Content-Security-Policy"') == 1, page
        assert re.search(r"<script(?![^>]*(src=|application/json))", text) is None, page
        assert "<style" not in text, page
        assert 'type="module"' not in text, page
        assert "</script><b>" not in text, page


def test_the_same_build_replaces_an_earlier_site_whole_and_by_the_same_bytes(
    project: Path, site: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    shutil.copytree(site, again)
    (again / "gone.html").write_text("old", encoding="utf-8")
    (again / "index.html").write_text("old", encoding="utf-8")
    assert run(project, "site", str(again)).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["again"]

    def held(folder: Path) -> dict[str, bytes]:
        return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}

    first, second = held(site), held(again)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_another_language_has_its_labels(case_project: Callable[..., Project], tmp_path: Path) -> None:
    facts = "source: paper\nfacts: [Cabello governs Miranda]\n"
    queries = KINDS.replace("ana-ruiz", "cabello")
    small = case_project({"facts/facts.yaml": facts, "queries/kinds.rq": queries}).root
    folder = tmp_path / "spanish"
    assert run(small, "site", str(folder), "--lang", "es").returncode == 0
    assert "gobierna" in (folder / "terms.html").read_text(encoding="utf-8")
    assert not list(folder.rglob("*lang=*"))
    said = {"index": "Qué hay", "sparql": "Ejecutar", "search": "Buscar", "queries/kinds": "Preguntar"}
    for name, words in said.items():
        text = (folder / f"{name}.html").read_text(encoding="utf-8")
        assert words in text
        assert '<html lang="es"' in text
        assert '<nav class="languages" aria-label="Idioma" hidden>' in text


# --- where it is written


def test_a_folder_of_other_files_is_refused(project: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = run(project, "site", str(tmp_path))
    assert done.returncode == 1
    assert "mine.txt" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_failure_leaves_what_was_there(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / build.MARK).write_text("{}", encoding="utf-8")

    async def failing(*words: Any) -> Any:
        raise OSError(28, "No space left on device", "x")

    monkeypatch.setattr(build, "_fill", failing)
    with ThreadPoolExecutor(1) as other, pytest.raises(build.NotWritten, match="No space left"):
        other.submit(build.write, project, folder, "en", print).result()  # a browser may hold this thread's event loop
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (folder / build.MARK).read_text(encoding="utf-8") == "{}"


def test_a_file_in_place_of_the_folder_is_refused(project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert run(project, "site", str(tmp_path / "file")).returncode == 2


# --- parts


def test_addresses_become_files_and_links() -> None:
    place = addresses.place
    assert place("/a/b.html", "text/html") == "a/b.html"
    assert place("/a/b.c", "text/html") == "a/b.c.html"
    assert place("/.well-known/void", "text/turtle") == ".well-known/void.ttl"
    assert place("/../../etc/passwd", "text/html") == "etc/passwd.html"
    assert place("/%2e%2e/x", "text/html") == "x.html"
    assert len(place("/" + "ü" * 300, "text/html").encode()) < 255
    assert place("/" + "a" * 300, "text/html") != place("/" + "a" * 301, "text/html")
    assert addresses.link("a/b.html", "a/x:y.html") == "./x:y.html"


def test_a_link_of_another_language_or_for_a_program_is_no_part() -> None:
    assert pages.wanted("/complete.json?q=a", "en") is None
    assert pages.wanted("/x?lang=es", "en") is None
    assert pages.wanted("/x?lang=es&small=1", "es") == "/x"
    assert crawl.local("javascript:alert(1)", "/") is None
    assert crawl.local("//evil.example/x", "/") is None


def test_modules_become_one_script_in_which_names_do_not_meet(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { x as y } from "./b.js";\nimport * as b from "./b.js";\nconst z = 1;\n')
    (tmp_path / "b.js").write_text('const z = 2;\nexport const x = z;\nexport function f() {}\nexport { z as w };\n')
    text = scripts.bundle(tmp_path, ["a.js"], {})
    assert "const { x: y } = file_b_js;" in text
    assert "return { x, f, w: z };" in text
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)
    for wrong in ('import d from "./b.js";\n', "export default 1;\n", "const a = import.meta.url;\n"):
        (tmp_path / "c.js").write_text(wrong)
        with pytest.raises(scripts.Unbundled):
            scripts.bundle(tmp_path, ["c.js"], {})


def test_scripts_and_styles_leave_a_page_once_for_all_pages() -> None:
    page = '<style>b{}</style><script type="module">x()</script><script type="application/json">{}</script>'
    text, files = shared.taken_out(page)
    assert re.fullmatch(r'<link rel="stylesheet" href="/static/page-\w+\.css"><script defer src="/static/page-\w+'
                        r'\.module\.js"></script><script type="application/json">\{\}</script>', text)  # fmt: skip
    assert sorted(files.values()) == [b"b{}", b"x()"]
    assert shared.taken_out(page) == (text, files)


# --- in the browser


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """Returns the address of the site below a folder of a plain web server."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(site.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/{site.name}/"
        server.shutdown()


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[[str], Any]]:
    """Returns an opener of pages on which a fault, or a request outside of the site, fails the test."""
    faults: list[str] = []
    with contextlib.ExitStack() as stack:

        def open_page(address: str, root: str) -> Any:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            stack.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
            page.on("console", lambda one: faults.append(f"{page.url}: {one.text}") if one.type == "error" else None)
            own = (root, "data:", "blob:")
            page.on("request", lambda r: None if r.url.startswith(own) else faults.append(r.url))
            page.goto(root + address)
            return page

        yield open_page
    assert faults == []


@pytest.fixture(params=["http", "file"])
def root(request: pytest.FixtureRequest, site: Path) -> str:
    """Returns where the site is opened: on a web server, and as files."""
    return request.getfixturevalue("served") if request.param == "http" else f"{site.as_uri()}/"


def test_no_page_fails_or_asks_elsewhere(opened: Any, root: str, site: Path) -> None:
    kinds: dict[str, str] = {}
    for page in html_files(site):
        path = page.relative_to(site).as_posix()
        kinds.setdefault(re.sub(r"[^/~.]+", "x", path) if "/" in path else path, path)
    page = opened("index.html", root)
    for path in kinds.values():
        page.goto(root + path.replace("~", "%7E").replace("?", "%3F"))


def test_search_offers_and_finds(opened: Any, root: str) -> None:
    page = opened("example/valdera.html", root)
    page.locator(".finder input").fill("RUIZ")
    page.locator(".hits [role=option]", has_text="Ana Ruiz").first.click()
    page.wait_for_url("**/example/ana-ruiz.html")
    page.locator(".finder input").fill("ana")
    page.keyboard.press("Enter")
    page.locator("ol.entities a", has_text="Ana Ruiz").click()
    page.wait_for_url("**/example/ana-ruiz.html")


def test_the_network_is_drawn_and_grows(opened: Any, root: str) -> None:
    page = opened("example/ana-ruiz.html", root)
    frame = page.frame_locator("iframe.network")
    page.locator("iframe.network").scroll_into_view_if_needed()
    frame.locator("#canvas canvas").first.wait_for()
    assert "small=1" in page.locator("iframe.network").get_attribute("src")
    page.goto(f"{root}example/vote-buying.network.html")
    page.locator("#query").fill("Mora")
    page.locator("#hits [role=option]", has_text="Luis Mora").first.click()
    page.get_by_role("button", name="Show neighbours").click()
    page.wait_for_function("window.kgNear?.['https://example.org/example/luis-mora']")
    page.get_by_role("link", name="Open its page").click()
    page.wait_for_url("**/example/luis-mora.html")


@has_engine
def test_sparql_is_answered_in_the_browser(opened: Any, served: str) -> None:
    query = quote("SELECT ?who WHERE { ?who rdfs:label ?name FILTER(?who = :ana-ruiz) }")
    page = opened(f"sparql.html?query={query}", served)
    link = page.locator("table.answers a", has_text="Ana Ruiz")
    link.wait_for()
    assert link.get_attribute("href") == "example/ana-ruiz.html"
    page.get_by_role("button", name="Raw").click()
    page.locator("pre.raw", has_text='"bindings"').wait_for()
    with page.expect_download() as saved:
        page.locator(".formats a", has_text="csv").click()
    assert "ana-ruiz" in Path(saved.value.path()).read_text(encoding="utf-8")


@has_engine
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ASK { ?s ?p ?o }", "Yes"), ("CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 3", "3 triples"),
        ("SELECT * WHERE { GRAPH ?g { :ana-ruiz ?p ?o } } LIMIT 1", "1 row"), ("SELECT * WHERE {\n ?s ?p }", "Line 2"),
        ("SELECT * WHERE { SERVICE <http://elsewhere.example/> { ?s ?p ?o } }", "not supported"),
        ("DELETE WHERE { ?s ?p ?o }", "Line 1"),
    ],
)  # fmt: skip
def test_each_form_is_answered_or_refused(opened: Any, served: str, query: str, said: str) -> None:
    page = opened("sparql.html", served)
    page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", query)
    page.locator("#run").click()
    page.locator("#result", has_text=said).wait_for()


@has_engine
def test_an_endless_query_can_be_stopped_and_the_next_is_answered(opened: Any, served: str) -> None:
    page = opened("sparql.html", served)
    put = "text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)"
    page.evaluate(put, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.locator("#run").click()
    page.wait_for_timeout(500)
    page.locator("#run", has_text="Stop").click()
    page.locator("#problem", has_text="Stopped").wait_for()
    page.evaluate(put, "ASK {}")
    page.locator("#run").click()
    page.locator(".answer", has_text="Yes").wait_for()


@has_engine
def test_a_saved_query_is_asked_with_what_its_form_gives(opened: Any, served: str) -> None:
    """Names become IRIs and texts literals, in the reader's browser; none of them can change the question."""
    page = opened("queries/kinds.html", served)
    page.get_by_label("person", exact=True).fill("luis mora")
    page.get_by_label("text", exact=True).fill('" } # ?_text')
    page.get_by_label("kind", exact=True).select_option("two words")
    page.get_by_role("button", name="Ask").click()
    page.locator("#answered a.entity", has_text="Luis Mora").wait_for()
    cells = page.locator("#answered td").all_inner_texts()
    assert cells == ["Luis Mora", "2008-01-01", '" } # ?_text', "two words", "?_text"]
    assert page.locator("#answered a.entity").get_attribute("href").endswith("example/luis-mora.html")
    assert "<https://example.org/example/luis-mora>" in page.locator("#asked ~ pre").inner_text()
    with page.expect_download() as saved:
        page.locator("#answered .formats a", has_text="CSV").click()
    assert "luis-mora" in Path(saved.value.path()).read_text(encoding="utf-8")
    page.reload()
    page.locator("#answered a.entity", has_text="Luis Mora").wait_for()
    page.locator('section a.button[href*="luis-mora"]').click()
    page.locator("table.answers a", has_text="Luis Mora").wait_for()


@has_engine
def test_a_field_that_is_wrong_says_so_and_offers_what_may_be_meant(opened: Any, served: str) -> None:
    page = opened("queries/kinds.html?person=Luis+Mor&day=2008-13", served)
    page.locator("#field-day-problem", has_text="a year, month or day").wait_for()
    assert "Nothing here is called “Luis Mor”." in page.locator("#field-person-problem").inner_text()
    page.get_by_label("day", exact=True).fill("2008-12")
    page.locator("#field-person-problem button", has_text="Luis Mora").click()
    page.locator("#answered td", has_text="2008-12-01").wait_for()
    assert page.locator(".wrongly").count() == 0


def test_saved_queries_are_found_by_words(opened: Any, root: str) -> None:
    page = opened("queries.html", root)
    page.locator("main input[name=q]").fill("TYPE")
    page.get_by_role("button", name="Search queries").click()
    page.locator("main [role=status]", has_text="1 found").wait_for()
    assert page.locator("ul.asked > li:visible").count() == 1


def test_from_files_the_page_says_what_browsers_forbid(opened: Any, site: Path) -> None:
    page = opened("sparql.html", f"{site.as_uri()}/")
    page.locator(".box", has_text="web server").wait_for()
    page.locator("#run").click()
    page.locator("#problem", has_text="web server").wait_for()
    page.goto(f"{site.as_uri()}/queries/kinds.html")
    page.locator("#asked-here", has_text="web server").wait_for()


@has_engine
def test_names_are_completed_without_a_server(opened: Any, served: str) -> None:
    page = opened("sparql.html", served)
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT * WHERE { ?x govern")
    page.locator(".CodeMirror-hint", has_text="kg:governs").first.wait_for()
    page.keyboard.press("Escape")


def test_pages_are_accessible(opened: Any, served: str, barriers: Callable[..., list[Any]]) -> None:
    for path in ("index.html", "sparql.html", "search.html?q=ana"):
        page = opened(path, served)
        page.wait_for_timeout(300)
        assert (path, barriers(page)) == (path, [])


def test_a_project_is_built_first(project: Path) -> None:
    assert (Project(project).root / "build" / "current").exists()
