"""The page in a real browser: right, offline, unharmed by hostile names, the same for the same network."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import network_sample as sample
import pytest
from network_sample import BASE

for needed in ("pyvis", "numpy", "scipy"):
    pytest.importorskip(needed, reason=f"the picture needs {needed}")

from kg import view  # noqa: E402
from kg.network import network  # noqa: E402
from kg.view.layout import positions  # noqa: E402

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def page_of(text: str | None = None, **options: Any) -> str:
    graph = network(sample.store(text), BASE)
    return view.page(graph, title=graph.graph["title"], **options)


@pytest.fixture(scope="session")
def html() -> str:
    return page_of()


# The text of the page


def test_same_network_gives_the_same_page(html):
    lines = sample.nquads().splitlines()
    assert page_of("\n".join(reversed(lines))) == html


@pytest.mark.parametrize("change", [{"PYTHONHASHSEED": "7"}, {"LC_ALL": "C", "TZ": "Asia/Tokyo"}])
def test_another_process_gives_the_same_bytes(html, tmp_path, change):
    code = "import sys, test_view, kg.view; kg.view.write(sys.argv[1], test_view.page_of())"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])} | change
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "page.html")], check=True, env=environment)
    written = hashlib.sha256((tmp_path / "page.html").read_bytes()).hexdigest()
    assert written == hashlib.sha256(html.encode()).hexdigest()


def test_page_names_no_resource_outside_itself(html):
    outside = re.sub(r"<script.*?</script>|<style>.*?</style>", "", html, flags=re.DOTALL)
    assert not re.search(r"https?://|src=|<link", outside)
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1])
    assert policy.startswith("default-src 'none'; script-src 'sha256-") and "unsafe" not in policy


def test_data_in_the_page_are_those_of_the_network():
    html = page_of(sample.hostile())
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1])
    assert [node["label"] for node in data["nodes"] if node["id"] == "script"] == ["</script><script>window.broken=1</script>"]
    assert [node["label"] for node in data["nodes"] if node["id"] == "separators"] == ["one\u2028two\u2029three\ttab\nline"]
    assert "\u2028" not in html.split('id="data"', 1)[1].split("</script>", 1)[0]


def test_big_data_travel_compressed():
    html = page_of(sample.large(1500, 5000))
    assert 'data-packed="gzip"' in html and len(html) < 1_500_000


def test_about_must_be_in_the_network():
    with pytest.raises(KeyError):
        page_of(about="nobody")


def test_write_replaces_the_page_as_utf8(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("old")
    view.write(path, "ñ")
    assert path.read_bytes() == "ñ".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]


def test_missing_library_is_named(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "scipy" else find(name, *rest))
    with pytest.raises(view.ViewUnavailable, match=r"scipy.*kg\[view\]"):
        page_of()


def test_scripts_share_no_top_level_name():
    from kg.view.picture import HERE as folder
    from kg.view.picture import bundle

    found = re.findall(r"^(?:async )?(?:const|let|function|class) (\w+)", bundle(folder), re.MULTILINE)
    assert len(found) > 100
    assert sorted(found) == sorted(set(found))


# Where entities stand


def test_no_two_entities_stand_on_each_other():
    graph = network(sample.store(), BASE)
    points = sorted(positions(graph).values())
    gaps = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for i, a in enumerate(points) for b in points[:i]]
    assert min(gaps) > 30


def test_entities_aside_move_no_other():
    graph = network(sample.store(), BASE)
    aside = [name for name, data in graph.nodes(data=True) if data["kind"] == "Document"]
    all_points = positions(graph, aside)
    graph.remove_nodes_from(aside)
    rest = positions(graph)
    shift = {(all_points[name][0] - x, all_points[name][1] - y) for name, (x, y) in rest.items()}
    assert len(shift) <= 4


# Scripts that compute


def test_scripts_pass_their_own_tests():
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node to run the tests of the scripts")
    files = sorted(str(path) for path in (HERE / "view").glob("*.mjs"))
    assert files
    run = subprocess.run([node, "--test", *files], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:]


# In the browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium to open the page in")
    with sync_api.sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield found
        found.close()


class Opened:
    """A page in the browser with what went wrong on it."""

    def __init__(self, browser: Any, path: Path, hash: str = "", **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "offline": True} | options)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        self.page.goto(path.as_uri() + hash)
        self.page.wait_for_selector('html[data-ready="1"]', state="attached")

    def _note(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")):
            self.faults.append(url)

    def text(self, selector: str) -> str:
        return self.page.inner_text(selector)

    def state(self) -> dict[str, Any]:
        return self.page.evaluate("kgView.store.state()")

    def click_node(self, name: str, **options: Any) -> None:
        point = self.page.evaluate("name => kgView.scene.pointOf(name)", name)
        self.page.locator("#canvas").click(position=point, **options)

    def click_line(self, name: str) -> None:
        code = """name => { const { network, strandShape } = kgView.scene;
                  return [.5, .4, .6, .3, .7, .25, .75].map(strandShape(name).at).find((point) =>
                    network.getNodeAt(point) === undefined && network.getEdgeAt(point) === `i${name}`); }"""
        self.page.locator("#canvas").click(position=self.page.evaluate(code, name))

    def fact(self, subject: str, verb: str, obj: str) -> str:
        code = """([subject, verb, object]) => [...kgView.model.facts.values()].find((fact) => fact.subject === subject
                  && fact.property === `kg:${verb}` && [fact.object, fact.value].includes(object)).id"""
        return self.page.evaluate(code, [subject, verb, obj])


@pytest.fixture(scope="session")
def pages(tmp_path_factory, html) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "sample": html,
        "hostile": page_of(sample.hostile()),
        "empty": page_of(""),
        "large": page_of(sample.large(1500, 4000)),
        "about": page_of(about="cabello", depth=1),
    }
    for name, text in texts.items():
        view.write(folder / f"{name}.html", text)
    return {name: folder / f"{name}.html" for name in texts}


@pytest.fixture
def open_page(browser, pages) -> Iterator[Any]:
    opened: list[Opened] = []

    def open_one(name: str = "sample", hash: str = "", **options: Any) -> Opened:
        opened.append(Opened(browser, pages[name], hash, **options))
        return opened[-1]

    yield open_one
    for each in opened:
        each.context.close()
        assert each.faults == []


@pytest.mark.parametrize("name", ["sample", "hostile", "empty", "large", "about"])
def test_page_opens_offline_without_a_fault(open_page, name):
    opened = open_page(name)
    assert opened.page.evaluate("window.broken") is None


def test_click_on_an_entity_shows_who_says_what(open_page):
    opened = open_page()
    opened.click_node("cabello")
    text = opened.text("#panel")
    assert "Diosdado Cabello" in text and "loses to Henrique Capriles Radonski" in text
    assert "Opposition gains in the regional elections" in text


def test_click_on_a_line_shows_sentence_source_author_date_and_passage(open_page):
    opened = open_page()
    opened.click_line(opened.fact("cabello", "losesTo", "capriles"))
    text = opened.text("#panel")
    assert "Diosdado Cabello loses to Henrique Capriles Radonski" in text
    for part in ("Opposition gains", "Lee Sustar, 2008-11-30", "lines 138-216", "was ousted by … Radonski", "in\nMiranda governor"):
        assert part in text
    href = opened.page.get_attribute("#panel blockquote a", "href")
    assert href == "https://example.org/opposition-gains#:~:text=was%20ousted%20by,Radonski"


def test_hostile_names_are_shown_as_text(open_page):
    opened = open_page("hostile", "#node=script")
    assert "</script><script>window.broken=1</script>" in opened.text("#panel h2")
    assert opened.page.query_selector_all("#panel script, #panel img, #panel svg[onload]") == []
    opened.page.click('#panel .row:has-text("Diosdado Cabello")')
    assert "<script>window.broken=6</script>" in opened.text("#panel")
    assert opened.page.evaluate("window.broken") is None


@pytest.mark.parametrize("node", ["bad-doc", "cabello"])
def test_links_to_scripts_are_not_links(open_page, node):
    opened = open_page("hostile", f"#node={node}&hideKinds=")
    assert "javascript:" in opened.text("#panel") or "data:text/html" in opened.text("#panel")
    hrefs = opened.page.eval_on_selector_all("#panel a", "links => links.map((each) => each.protocol)")
    assert set(hrefs) <= {"http:", "https:"}


def test_many_parallel_facts_are_one_line_that_lists_them(open_page):
    opened = open_page("hostile")
    bundle = opened.page.evaluate("[...kgView.scene.view.strands.values()].find((each) => each.lines.length === 200).id")
    opened.click_line(bundle)
    assert opened.page.locator("#panel .row").count() == 200


def test_nothing_moves_by_itself(open_page):
    opened = open_page()
    read = "JSON.stringify([kgView.scene.network.getPositions(), kgView.scene.network.getViewPosition()])"
    before = opened.page.evaluate(read)
    opened.page.wait_for_timeout(700)
    assert opened.page.evaluate(read) == before


def test_page_without_facts_says_so(open_page):
    assert open_page("empty").text("#nothing") == "There are no facts here yet."
