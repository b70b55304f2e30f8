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
from conftest import COLOURS
from network_sample import BASE

for needed in ("pyvis", "numpy", "scipy"):
    pytest.importorskip(needed, reason=f"the picture needs {needed}")

from kg import view  # noqa: E402
from kg.network import network  # noqa: E402
from kg.view.layout import positions  # noqa: E402
from kg.view.picture import Picture  # noqa: E402

HERE = Path(__file__).parent


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
    code = "import sys, test_view; open(sys.argv[1], 'wb').write(test_view.page_of().encode())"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])} | change
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "page.html")], check=True, env=environment)
    written = hashlib.sha256((tmp_path / "page.html").read_bytes()).hexdigest()
    assert written == hashlib.sha256(html.encode()).hexdigest()


def test_page_names_no_resource_outside_itself(html):
    outside = re.sub(r"<script.*?</script>|<style>.*?</style>", "", html, flags=re.DOTALL)
    assert not re.search(r"https?://|src=|<link", outside)
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1])
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy


def test_data_in_the_page_are_those_of_the_network():
    html = page_of(sample.hostile())
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1])
    assert [node["label"] for node in data["nodes"] if node["id"] == "script"] == [
        "</script><script>window.broken=1</script>"
    ]
    assert [node["label"] for node in data["nodes"] if node["id"] == "separators"] == [
        "one\u2028two\u2029three\ttab\nline"
    ]
    assert "\u2028" not in html.split('id="data"', 1)[1].split("</script>", 1)[0]


def test_big_data_travel_compressed():
    html = page_of(sample.large(1500, 5000))
    assert 'data-packed="gzip"' in html
    assert len(html) < 1_500_000


def test_about_must_be_in_the_network():
    with pytest.raises(KeyError):
        page_of(about="nobody")


def test_missing_library_is_named(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "scipy" else find(name, *rest))
    with pytest.raises(view.ViewUnavailable, match=r"scipy.*kg\[view\]"):
        page_of()


def test_scripts_share_no_top_level_name():
    from kg.view.frame import HERE as folder
    from kg.view.frame import bundle

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


class Opened:
    """A page in the browser with what went wrong on it."""

    def __init__(self, browser: Any, path: Path, hash: str = "", **options: Any) -> None:
        usual = {"viewport": {"width": 1280, "height": 800}, "offline": True, "reduced_motion": "reduce"}
        self.context = browser.new_context(**usual | options)
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

    def wait(self, condition: str) -> None:
        """Waits until a condition holds; the page's policy forbids the browser's own way, which evaluates text."""
        for _ in range(100):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(condition)

    def state(self) -> dict[str, Any]:
        return self.page.evaluate("kgView.store.state()")

    def click_node(self, name: str, **options: Any) -> None:
        point = self.page.evaluate("name => kgView.scene.pointOf(name)", name)
        self.page.locator("#canvas").click(position=point, **options)

    def click_line(self, name: str) -> None:
        code = """name => { const { network, strandShape, strandAt, view } = kgView.scene;
                  const { lines } = view.strands.get(name);
                  const own = (facts) => facts?.length === lines.length && facts.includes(lines[0].id);
                  const free = ({ x, y }) => !view.labels.some(({ facts, box }) => !own(facts) &&
                    x >= box.x - 2 && x <= box.x + box.w + 2 && y >= box.y - 2 && y <= box.y + box.h + 2);
                  const parts = Array.from({ length: 31 }, (_, i) => .5 + (i % 2 ? 1 : -1) * i * .012);
                  const round = ({ x, y }) => ({ x: Math.round(x), y: Math.round(y) });
                  return parts.map(strandShape(name).at).map(round).find((point) => free(point) &&
                    network.getNodeAt(point) === undefined && strandAt(point)?.id === name); }"""
        point = self.page.evaluate(code, name)
        assert point, "the whole line lies under names"
        self.page.locator("#canvas").click(position=point)

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
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
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
    assert "Diosdado Cabello" in text
    assert "loses to Henrique Capriles Radonski" in text
    assert "Opposition gains in the regional elections" in text


def test_click_on_a_line_shows_sentence_source_author_date_and_passage(open_page):
    opened = open_page()
    opened.click_line(opened.fact("cabello", "losesTo", "capriles"))
    text = opened.text("#panel")
    assert "Diosdado Cabello loses to Henrique Capriles Radonski" in text
    for part in (
        "Opposition gains",
        "Lee Sustar, 2008-11-30",
        "lines 138-216",
        "was ousted by … Radonski",
        "in\nMiranda governor",
    ):
        assert part in text
    href = opened.page.get_attribute("#panel blockquote a", "href")
    assert href == "https://example.org/opposition-gains#:~:text=was%20ousted%20by,Radonski"


def test_hostile_names_are_shown_as_text(open_page):
    opened = open_page("hostile", "#node=script")
    assert "</script><script>window.broken=1</script>" in opened.text("#panel h2")
    assert opened.page.query_selector_all("#panel script, #panel img, #panel svg[onload]") == []
    opened.page.fill("#panel .filter", "diosdado")
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
    bundle = opened.page.evaluate(
        "[...kgView.scene.view.strands.values()].find((each) => each.lines.length === 200).id"
    )
    opened.click_line(bundle)
    assert "200 facts" in opened.text("#panel")
    assert opened.page.locator("#panel .row").count() == 40
    for _ in range(4):
        opened.page.click('#panel button:has-text("more")')
    assert opened.page.locator("#panel .row").count() == 200


def test_nothing_moves_by_itself(open_page):
    opened = open_page()
    read = "JSON.stringify([kgView.scene.network.getPositions(), kgView.scene.network.getViewPosition()])"
    before = opened.page.evaluate(read)
    opened.page.wait_for_timeout(700)
    assert opened.page.evaluate(read) == before


def test_page_without_facts_says_so(open_page):
    assert open_page("empty").text("#nothing") == "There are no facts here yet."


LABELS_APART = """() => { const { labels, size } = kgView.scene.view; const bad = [];
  labels.forEach(({ box: a, lines }, i) => {
    if (a.x < 0 || a.y < 0 || a.x + a.w > size.width || a.y + a.h > size.height) bad.push(['cut', lines]);
    for (const { box: b, lines: other } of labels.slice(0, i))
      if (a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        bad.push(['overlap', lines, other]); });
  return bad; }"""


@pytest.mark.parametrize("name", ["sample", "hostile", "large", "about"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}])
def test_no_label_overlaps_another_or_is_cut(open_page, name, size):
    opened = open_page(name, viewport=size)
    assert opened.page.evaluate("kgView.scene.view.labels.length") > 4
    assert opened.page.evaluate(LABELS_APART) == []
    opened.page.evaluate("kgView.act.zoom(1.7)")
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate(LABELS_APART) == []


def test_most_entities_of_a_small_graph_are_named_at_once(open_page):
    opened = open_page()
    named, shown = opened.page.evaluate(
        "[kgView.scene.view.labels.filter((each) => each.node).length, kgView.scene.view.shown.nodes.size]"
    )
    assert named > 0.85 * shown


def test_search_folds_accents_and_leads_to_the_entity(open_page):
    opened = open_page()
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("hugo chavez")
    assert opened.text("#hits li >> nth=0").startswith("Hugo Chávez")
    opened.page.keyboard.press("Enter")
    assert opened.state()["node"] == "chavez"
    assert "leads United Socialist Party of Venezuela" in opened.text("#panel")


def test_rivals_stand_side_by_side_with_their_kind(open_page):
    opened = open_page()
    opened.page.evaluate("name => kgView.act.go({ fact: name })", opened.fact("psuv", "wonVotes", "5.5 million"))
    panel = opened.page.locator("#panel .sides")
    assert panel.locator(".value").all_inner_texts()[0] == "5.5 million"
    assert set(panel.locator(".value").all_inner_texts()) == {"5.3 million", "5.5 million", "5.6 million"}
    assert panel.locator(".pill.contested").all_inner_texts() == ["contradicts", "contradicts"]
    first, second = (panel.locator(".side").nth(i).bounding_box() for i in (0, 1))
    assert first["y"] == second["y"]
    assert first["x"] < second["x"]


def test_who_says_so_and_who_denies_it_stand_side_by_side(open_page):
    opened = open_page()
    fact = opened.fact("capriles", "participatesIn", "embassy-siege-2002")
    opened.page.evaluate("name => kgView.act.go({ fact: name })", fact)
    sides = opened.page.locator("#panel .sides .side").all_inner_texts()
    assert sides[0].startswith("asserted")
    assert "The Achilles' heel" in sides[0]
    assert sides[1].startswith("denied")
    assert "Henrique Capriles Radonski" in sides[1]


def test_chain_of_speakers_is_read_from_the_innermost(open_page):
    opened = open_page()
    opened.page.evaluate("name => kgView.act.go({ fact: name })", opened.fact("chavez", "opposes", "salas"))
    assert "Hugo Chávez relayed by AFP" in opened.text("#panel")


def test_legend_hides_kinds_verbs_and_manners(open_page):
    opened = open_page()
    count = lambda: len(opened.page.evaluate("[...kgView.scene.view.shown.nodes]"))  # noqa: E731
    before = count()
    opened.page.click('#legend label:has-text("office")')
    assert count() == before - 3
    only = "line.status === 'alleged' && !line.denied"  # what others deny stays with what is denied
    lines = f"kgView.scene.view.shown.lines.filter((line) => {only}).length"
    assert opened.page.evaluate(lines) > 0
    opened.page.click('#legend label:has-text("alleged")')
    assert opened.page.evaluate(lines) == 0
    opened.page.click('#legend summary:has-text("Verbs")')
    opened.page.click('#legend label:has-text("governs")')
    assert not opened.page.evaluate("kgView.scene.view.shown.lines.some((line) => line.property === 'kg:governs')")
    opened.page.click('#legend label:has-text("document")')
    assert opened.page.evaluate("kgView.scene.view.shown.nodes.has('opposition-gains')")
    opened.page.click('button:has-text("Reset filters")')
    assert count() == before


def test_documents_and_inferences_wait_in_the_legend(open_page):
    opened = open_page()
    assert not opened.page.evaluate("kgView.scene.view.shown.nodes.has('achilles-heel')")
    assert not opened.page.is_checked('#legend label:has-text("inferred") input')
    opened.page.click('#legend label:has-text("inferred")')
    assert opened.page.evaluate("kgView.scene.view.shown.lines.filter((line) => line.rule).length") == 3


def test_contested_alleged_denied_and_asserted_lines_look_different(open_page):
    opened = open_page()
    dash = "(name) => JSON.stringify(kgView.scene.styleOf(name).dashes)"
    facts = [
        ("cabello", "losesTo", "capriles"),
        ("capriles", "linkedTo", "embassy-siege-2002"),
        ("ledezma", "losesTo", "isturiz"),
        ("capriles", "participatesIn", "embassy-siege-2002"),
    ]
    looks = [opened.page.evaluate(dash, opened.fact(*fact)) for fact in facts]
    assert looks[0] == "false"
    assert len(set(looks)) == 4


def test_what_is_known_to_be_wrong_is_marked_in_legend_and_card(open_page):
    opened = open_page()
    row = opened.page.locator('#legend label:has-text("deprecated")')
    assert row.count() == 1
    for votes, marks in (("5.3 million", 1), ("5.5 million", 0)):
        opened.page.evaluate("name => kgView.act.go({ fact: name })", opened.fact("psuv", "wonVotes", votes))
        assert opened.page.locator("#panel h2 .pill.deprecated").count() == marks


def test_day_shows_what_is_certain_and_what_is_possible(open_page):
    opened = open_page()
    opened.page.fill('#timeline input[type="date"]', "2006-06-01")
    opened.page.uncheck("#timeline input[type=checkbox]")
    then = dict(opened.page.evaluate("[...kgView.scene.view.shown.then]"))
    assert then[opened.fact("cabello", "governs", "miranda")] == "certain"
    assert then[opened.fact("chavez", "holds", "president")] == "possible"
    assert opened.fact("ocariz", "governs", "sucre-municipality") not in then
    assert "3 certain" in opened.text("#then")
    bare = """(({ nodes, lines }) => [...nodes].filter((id) => !lines.some(({ subject, object }) =>
        subject === id || object === id)))(kgView.scene.view.shown)"""
    assert opened.page.evaluate(bare) == []


def test_play_moves_through_time_and_stops(open_page):
    opened = open_page()
    opened.page.click('#timeline button[aria-label="Play"]')
    opened.wait("kgView.store.state().at > '1999-06-01'")
    opened.page.click('#timeline button[aria-label="Pause"]')
    stopped = opened.state()["at"]
    opened.page.wait_for_timeout(400)
    assert opened.state()["at"] == stopped


def test_path_between_two_gives_the_facts_of_each_step(open_page):
    opened = open_page()
    opened.click_node("ocariz")
    opened.page.click('#panel button:has-text("Path to")')
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("cuba")
    opened.page.keyboard.press("Enter")
    text = opened.text("#panel")
    assert text.startswith("×")
    assert "From Carlos Ocariz to Cuba" in text
    assert "is a member of Primero Justicia" in text
    assert "linked to siege of the Cuban embassy" in text


def test_steps_widen_what_stands_in_front(open_page):
    opened = open_page()
    opened.click_node("cabello")
    front = lambda: opened.page.evaluate("kgView.scene.view.front.nodes.size")  # noqa: E731
    sizes = []
    for key in "123":
        opened.page.keyboard.press(key)
        sizes.append(front())
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[1] < sizes[2]
    opened.page.keyboard.press("Escape")
    assert opened.page.evaluate("kgView.scene.view.front") is None


def test_about_opens_on_the_entity_and_double_click_shows_neighbours(open_page):
    opened = open_page("about")
    assert opened.state()["node"] == "cabello"
    before = opened.page.evaluate("[...kgView.scene.view.shown.nodes]")
    assert 5 < len(before) < 15
    after = before
    for _ in range(4):  # on a busy machine two clicks may be too far apart for one double click
        opened.click_node("psuv", click_count=2, delay=20)
        opened.page.wait_for_timeout(700)
        after = opened.page.evaluate("[...kgView.scene.view.shown.nodes]")
        if len(after) > len(before):
            break
    assert set(before) < set(after)
    assert "isturiz" in after
    opened.page.click('button:has-text("Show everything")')
    assert opened.page.evaluate("kgView.scene.view.shown.nodes.size") > 45


def test_keyboard_alone_reaches_a_source(open_page):
    opened = open_page()
    opened.page.focus("#canvas")
    opened.page.keyboard.press("ArrowRight")
    first = opened.state()["node"]
    assert first
    assert opened.text("#live").startswith("United Socialist Party")
    for key in ("ArrowLeft", "ArrowDown", "ArrowUp", "ArrowRight"):
        opened.page.keyboard.press(key)
    assert opened.state()["node"] != ""
    opened.page.keyboard.press("Enter")
    for _ in range(20):
        opened.page.keyboard.press("Tab")
        if opened.page.evaluate("document.activeElement.classList.contains('row')"):
            break
    opened.page.keyboard.press("Enter")
    assert opened.state()["fact"]
    assert "WHO SAYS SO" in opened.text("#panel").upper()


def test_address_holds_the_whole_view(open_page, pages):
    opened = open_page()
    opened.page.evaluate(
        "kgView.store.set({ at: '2006-06-01', hideVerbs: ['kg:leads'], lang: 'es', theme: 'dark', steps: 2 })"
    )
    opened.click_node("cabello")
    address = opened.page.evaluate("location.hash")
    again = open_page("sample", address)
    assert again.state() == opened.state()
    assert again.page.get_attribute("html", "lang") == "es"
    assert "gobierna Miranda" in again.text("#panel")


def test_undo_takes_back_and_redo_does_again(open_page):
    opened = open_page()
    opened.click_node("cabello")
    opened.click_node("capriles")
    opened.page.keyboard.press("Control+z")
    assert opened.state()["node"] == "cabello"
    opened.page.keyboard.press("Control+Shift+z")
    assert opened.state()["node"] == "capriles"


def test_dragged_entity_stays_where_it_is_put(open_page):
    opened = open_page()
    box = opened.page.locator("#canvas").bounding_box()
    here = opened.page.evaluate("kgView.scene.pointOf('cuba')")
    opened.page.mouse.move(box["x"] + here["x"], box["y"] + here["y"])
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + here["x"] + 90, box["y"] + here["y"] - 30, steps=5)
    opened.page.mouse.up()
    there = opened.page.evaluate("kgView.scene.pointOf('cuba')")
    assert there["x"] - here["x"] == pytest.approx(90, abs=4)
    again = open_page("sample", opened.page.evaluate("location.hash"))
    assert again.page.evaluate("kgView.scene.pointOf('cuba')")["x"] == pytest.approx(there["x"], abs=4)


def test_table_lists_the_facts_shown_and_builds_rows_as_needed(open_page):
    opened = open_page("large", "#open=*")
    opened.page.click('#tools button:has-text("Table")')
    rows = opened.page.locator("#table tbody tr")
    assert rows.count() == 60
    opened.page.evaluate("document.querySelector('#table .scroll').scrollTop = 1e6")
    opened.wait("document.querySelectorAll('#table tbody tr').length > 60")
    opened.page.fill("#table input", "entity 1203")
    assert 0 < rows.count() < 60
    opened.page.keyboard.press("Escape")
    assert opened.page.is_visible("#table") is False or opened.page.input_value("#table input") == ""


def saved(opened: Opened, item: str) -> bytes:
    opened.page.click("#tools .menu summary")
    with opened.page.expect_download() as caught:
        opened.page.click(f'#tools .items button:has-text("{item}")')
    return Path(caught.value.path()).read_bytes()


@pytest.mark.parametrize("name", ["sample", "hostile"])
def test_turtle_of_what_is_shown_parses_into_the_same_facts(open_page, name):
    import pyoxigraph as ox

    opened = open_page(name)
    triples = ox.Store()
    triples.load(saved(opened, "Turtle"), format=ox.RdfFormat.TURTLE)
    whole = sample.store(sample.hostile() if name == "hostile" else None)
    statements = [quad.subject for quad in triples.quads_for_pattern(None, None, ox.NamedNode(sample.KG + "Statement"))]
    shown = opened.page.evaluate("kgView.model.facts.size") if name == "hostile" else len(statements)
    assert len(statements) > 80
    assert len(statements) <= shown
    known = {(quad.subject, quad.predicate, quad.object) for quad in whole}
    for statement in statements:
        for quad in triples.quads_for_pattern(statement, None, None):
            assert (quad.subject, quad.predicate, quad.object) in known


def test_csv_of_what_is_shown_has_a_row_for_each_evidence_and_no_formula(open_page):
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(saved(open_page(), "CSV").decode("utf-8-sig"))))
    ousted = [row for row in rows if row["locator"] == "was ousted by … Radonski"]
    assert [(row["subject"], row["verb"], row["authors"]) for row in ousted] == [
        ("Diosdado Cabello", "loses to", "Lee Sustar")
    ]
    cells = [
        cell for row in csv.reader(io.StringIO(saved(open_page("hostile"), "CSV").decode("utf-8-sig"))) for cell in row
    ]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("name", ["sample", "hostile"])
def test_svg_and_png_hold_the_drawing_with_its_origin(open_page, name):
    from xml.etree import ElementTree

    opened = open_page(name)
    svg = ElementTree.fromstring(saved(opened, "SVG"))
    text = "".join(svg.itertext())
    assert ("Venezuela's regional elections" in text) if name == "sample" else ("window.broken=4" in text)
    assert len(svg.findall(".//{http://www.w3.org/2000/svg}path")) > 10
    assert not svg.findall(".//{http://www.w3.org/2000/svg}script")
    assert saved(opened, "PNG").startswith(b"\x89PNG")


def test_print_holds_the_drawing_as_svg(open_page):
    opened = open_page(color_scheme="dark")
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened.page.emulate_media(media="print")
    box = opened.page.locator("#print svg").bounding_box()
    assert box["height"] > 200
    assert not opened.page.is_visible("#legend")


def test_language_changes_verbs_classes_and_words(open_page):
    opened = open_page()
    opened.page.click('button:has-text("Español")')
    assert "persona" in opened.text("#legend")
    assert opened.page.get_attribute("html", "lang") == "es"
    opened.click_node("cabello")
    assert "pierde ante Henrique Capriles" in opened.text("#panel")


def test_phone_has_a_sheet_and_a_drawer_and_nothing_sticks_out(open_page):
    opened = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    assert not opened.page.is_visible("#panel")
    assert not opened.page.is_visible("#legend")
    opened.click_node("cabello")
    sheet = opened.page.locator("#panel").bounding_box()
    assert sheet["y"] > 300
    assert sheet["width"] == 390
    assert opened.page.evaluate("kgView.scene.pointOf('cabello').y") < sheet["y"]
    opened.page.click("#panel .close")
    opened.page.click("#drawer")
    assert opened.page.is_visible("#legend")
    opened.page.click('#legend button:has-text("Close")')
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    small = """() => [...document.querySelectorAll('button, summary, #legend label')].filter((each) =>
      each.checkVisibility() && each.getBoundingClientRect().height < 40 &&
      !each.matches('.name, .allnone *, details *')).map((each) => each.outerHTML)"""
    assert opened.page.evaluate(small) == []


@pytest.mark.parametrize("state", ["", "node=capriles", "fact", "table", "phone", "path=ocariz~cuba"])
def test_accessible_by_axe_in_both_colour_schemes(open_page, state, barriers):
    size = {"width": 390, "height": 844} if state == "phone" else {"width": 1280, "height": 800}
    opened = open_page(
        "sample", f"#{state}" if "=" in state else "", color_scheme="light", bypass_csp=True, viewport=size
    )
    if state == "fact":
        fact = opened.fact("capriles", "participatesIn", "embassy-siege-2002")
        opened.page.evaluate("name => kgView.act.go({ fact: name })", fact)
    if state == "table":
        opened.page.evaluate("kgView.act.table()")
    assert barriers(opened.page) == []
    opened.page.emulate_media(color_scheme="dark")
    opened.page.wait_for_selector('html[data-theme="dark"]', state="attached")
    assert barriers(opened.page, *COLOURS) == []


def test_what_pyvis_writes_is_our_page(shipped: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`write_html` of pyvis, whose own page loads scripts from the web in every mode; and it writes nothing else."""
    monkeypatch.chdir(tmp_path)
    found = shipped.network()
    Picture(found, title="Ours").write_html(str(tmp_path / "page.html"))
    written = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert written == view.page(found, title="Ours")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert "cdnjs" not in written
