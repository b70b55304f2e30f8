"""The page under the hands of somebody who sees it first: lines are read, what is asked for is seen, keys go on."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import network_sample as sample
import pytest
import test_view_options
from network_sample import date, said
from test_view import LABELS_APART, Opened, page_of

show = test_view_options.show

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SOURCE = "minutes"


@pytest.fixture(params=["vis", "canvas"])
def renderer(request: pytest.FixtureRequest) -> str:
    return request.param


def parallel() -> str:
    """Returns a dataset of entities with two to six facts between each two of them."""
    people = [(f"p{i}", "Person", name, ()) for i, name in enumerate(("Ana Alba", "Berta Bosque", "Carla Cruz"))]
    entities = [(SOURCE, "Document", "Minutes", ()), *people]
    verbs = [verb for verb in sample.VERBS if verb not in ("on", "writtenBy", "publishedOn")]
    facts = []
    for (one, other), count in {("p0", "p1"): 2, ("p1", "p2"): 6, ("p2", "p0"): 4}.items():
        for i, verb in enumerate(verbs[:count]):
            ends = (one, other) if i % 3 else (other, one)
            status = "alleged" if i == 1 else "asserted"
            facts.append((ends[0], verb, ends[1], {"from": date("2004")}, [said(SOURCE, f"{i}", status=status)]))
    return sample.nquads(entities, facts, (), ())


SAID = "kgView.scene.view.labels.flatMap(({ facts }) => facts ?? []).sort()"
LINES = "kgView.scene.view.shown.lines.map(({ id }) => id).sort()"


# Lines between the same two


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, {"width": 700, "height": 420}])
def test_no_parallel_line_is_without_a_label(show, renderer, size):
    opened = show(page_of(parallel(), renderer=renderer), viewport=size)
    assert opened.page.evaluate(f"{LINES}.length") == 12
    assert opened.page.evaluate(SAID) == opened.page.evaluate(LINES)
    assert opened.page.evaluate(LABELS_APART) == []


def middle_of_label(opened: Opened, least: int) -> dict[str, Any]:
    """Returns the middle of a label that stands for at least so many facts, with those."""
    found = opened.page.evaluate(
        """(least) => { const label = kgView.scene.view.labels.find(({ facts }) => facts?.length >= least);
        return label && { x: label.box.x + label.box.w / 2, y: label.box.y + label.box.h / 2, ...label }; }""",
        least,
    )
    assert found, "no label stands for several facts"
    return found


def test_label_of_several_lines_opens_their_list(show, renderer):
    opened = show(page_of(parallel(), renderer=renderer), viewport={"width": 900, "height": 360})
    label = middle_of_label(opened, 2)
    assert any("+" in text or "·" in text or "×" in text for text in label["lines"])
    opened.page.locator("#canvas").click(position={"x": label["x"], "y": label["y"]})
    assert sorted(opened.state()["pair"]) == sorted(label["pair"])
    assert opened.page.locator("#panel .row").count() >= len(label["facts"])


def test_pointing_at_lines_tells_their_sentences_with_their_status(show, renderer):
    """What only some allege is not told as if it were so."""
    opened = show(page_of(parallel(), renderer=renderer))
    opened.page.evaluate("""() => { window.written = []; const real = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        window.written.push(text); return real.call(this, text, ...rest); }; }""")
    point = opened.page.evaluate("""() => { const { view } = kgView.scene;
        const fact = view.shown.lines.find((line) => line.status === 'alleged');
        const { box } = view.labels.find(({ facts }) => facts?.includes(fact.id));
        return { x: box.x + box.w / 2, y: box.y + box.h / 2 }; }""")
    assert not opened.page.evaluate("written.some((text) => text.includes('(alleged)'))")
    opened.page.locator("#canvas").hover(position=point)
    opened.wait("written.some((text) => /^(Ana|Berta|Carla) .*[(]alleged[)]/.test(text))")


def test_chosen_fact_has_its_verb_on_its_line(show, renderer):
    opened = show(page_of(renderer=renderer))
    for fact in opened.page.evaluate(LINES)[:12]:
        opened.page.evaluate("id => kgView.act.go({ fact: id })", fact)
        opened.wait(f"{SAID}.includes({json.dumps(fact)})")


# What is asked for comes into view

OUT_OF_SIGHT = """(id) => { const { pointOf, view } = kgView.scene; const { width, height } = view.size;
  const ends = view.shown.lines.filter(({ subject, object }) => subject === id || object === id);
  return [...new Set(ends.flatMap(({ subject, object }) => [subject, object]))].filter((each) => {
    const { x, y } = pointOf(each); return x < 20 || y < 20 || x > width - 20 || y > height - 20; }); }"""
SIGHT = "JSON.stringify([kgView.scene.network.getViewPosition(), kgView.scene.network.getScale()])"


@functools.cache
def large(renderer: str) -> str:
    """Returns the page of a large network, made once for all tests: laying it out takes seconds."""
    return page_of(sample.large(900, 2600), renderer=renderer)


@pytest.fixture
def hub(show: Any, renderer: str) -> tuple[Opened, str]:
    """Returns a page that opens on the core of a large network, and an entity at its edge with neighbours to show."""
    opened = show(large(renderer))
    name = opened.page.evaluate("""() => { const { view, pointOf } = kgView.scene; const { state } = kgView.store;
        const outside = [...view.shown.nodes].sort((a, b) => pointOf(b).x - pointOf(a).x);
        return outside.find((id) => kgView.model.around.get(id).length > 12); }""")
    return opened, name


def double_click(opened: Opened, name: str) -> None:
    """Clicks twice until the page tells of it: on a busy machine two clicks may be too far apart to be a double one."""
    for _ in range(6):
        opened.click_node(name, click_count=2, delay=10)
        opened.page.wait_for_timeout(700)
        if "neighbours" in opened.text("#live"):
            return
    raise AssertionError("the page took no two clicks for a double click")


def test_double_click_brings_the_entity_and_its_neighbours_into_view(hub):
    opened, name = hub
    before = opened.page.evaluate("kgView.scene.view.shown.nodes.size")
    double_click(opened, name)
    assert opened.page.evaluate("kgView.scene.view.shown.nodes.size") > before + 5
    assert opened.page.evaluate(OUT_OF_SIGHT, name) == []


def test_double_click_moves_nothing_that_is_seen_already(show, renderer):
    opened = show(page_of(renderer=renderer))
    before = opened.page.evaluate(SIGHT)
    double_click(opened, "capriles")
    assert opened.page.evaluate(SIGHT) == before


def test_double_click_comes_near_where_all_is_specks(show, renderer):
    opened = show(large(renderer), "#open=*")
    scale = "kgView.scene.network.getScale()"
    few = opened.page.evaluate("""() => { const { view, network, pointOf } = kgView.scene;
        const lines = (id) => kgView.model.around.get(id).length;
        return [...view.shown.nodes].find((id) => lines(id) === 3 && network.getNodeAt(pointOf(id)) === id); }""")
    before = opened.page.evaluate(scale)
    assert before < 0.3
    double_click(opened, few)
    assert opened.page.evaluate(scale) > before * 1.2
    assert opened.page.evaluate(OUT_OF_SIGHT, few) == []


def test_moves_glide_unless_one_asks_for_stillness(show, renderer):
    opened = show(large(renderer), reduced_motion="no-preference")
    seen = opened.page.evaluate("""() => new Promise((done) => {
        const { network } = kgView.scene; const scales = new Set();
        kgView.act.zoom(2); const start = performance.now();
        const look = () => { scales.add(network.getScale());
          performance.now() - start < 900 ? requestAnimationFrame(look) : done([...scales]); }; look(); })""")
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(seen[0] * 2, rel=1e-6)


def test_one_change_is_painted_once(show, renderer):
    """Painting is what costs time, and vis-network would paint after every list of changes."""
    opened = show(page_of(renderer=renderer))
    opened.page.wait_for_timeout(200)
    painted = """() => { const { view } = kgView.scene; let [count, labels] = [0, view.labels];
      Object.defineProperty(view, 'labels', { get: () => labels, set: (next) => { labels = next; count += 1; } });
      kgView.store.set({ hideVerbs: ['kg:governs'], communities: true });
      return new Promise((done) => setTimeout(() => done(count), 400)); }"""
    assert opened.page.evaluate(painted) <= (1 if renderer == "vis" else 4)


# A phone


def tap_twice(opened: Opened, name: str) -> None:
    point = opened.page.evaluate("name => kgView.scene.pointOf(name)", name)
    box = opened.page.locator("#canvas").bounding_box()
    for _ in range(2):
        opened.page.touchscreen.tap(box["x"] + point["x"], box["y"] + point["y"])
    opened.page.wait_for_timeout(500)


def test_two_taps_are_for_the_entity_under_the_first(show, renderer):
    """The first brings up a sheet and moves the drawing: the second must not fall on what is there then."""
    opened = show(page_of(about="cabello", renderer=renderer), **PHONE)
    opened.page.click("#panel .close")
    tap_twice(opened, "psuv")
    state = opened.state()
    assert (state["node"], "isturiz" in state["open"]) == ("psuv", True)
    assert not opened.page.is_visible("#panel")
    assert opened.page.evaluate(OUT_OF_SIGHT, "psuv") == []
    opened.click_node("psuv")
    opened.page.wait_for_selector("#panel h2", state="visible")


def test_no_entity_opens_under_the_buttons_of_a_phone(show, renderer):
    opened = show(page_of(renderer=renderer), **PHONE)
    buttons = opened.page.locator("#corner").bounding_box()
    top = opened.page.locator("#canvas").bounding_box()["y"]
    highest = opened.page.evaluate(
        "Math.min(...[...kgView.scene.view.shown.nodes].map((id) => kgView.scene.pointOf(id).y))"
    )
    assert top + highest > buttons["y"] + buttons["height"]


def test_drawing_comes_down_again_when_the_sheet_goes(show, renderer):
    opened = show(page_of(renderer=renderer), **PHONE)
    name = opened.page.evaluate("""() => { const { view, pointOf } = kgView.scene;
        return [...view.shown.nodes].sort((a, b) => pointOf(b).y - pointOf(a).y)[0]; }""")
    opened.click_node(name)
    lifted = opened.page.evaluate("name => kgView.scene.pointOf(name).y", name)
    assert lifted < opened.page.locator("#panel").bounding_box()["y"]
    opened.page.click("#panel .close")
    assert opened.page.evaluate("name => kgView.scene.pointOf(name).y", name) > lifted + 50


def test_overview_can_be_read_on_a_phone(show):
    opened = show(page_of(), **PHONE)
    opened.page.click("#drawer")
    opened.page.click('#legend .head button:has-text("What is here")')
    assert not opened.page.evaluate("document.body.classList.contains('drawer')")
    assert "WHERE SOURCES DISAGREE" in opened.text("#panel").upper()
    assert "Tap a name" in opened.text("#panel")
    opened.page.click("#panel .close")
    assert not opened.page.is_visible("#panel")
    assert opened.page.get_attribute("#query", "placeholder") == "Search a name"


# Back, keys, words


def test_browsers_back_returns_to_what_was_chosen_before(show):
    opened = show(page_of())
    opened.click_node("cabello")
    opened.click_node("capriles")
    opened.page.keyboard.press("2")
    for name in ("cabello", ""):
        opened.page.go_back()
        opened.wait(f"kgView.store.state().node === {name!r}")
    opened.page.go_forward()
    opened.wait("kgView.store.state().node === 'cabello'")
    assert "Diosdado Cabello" in opened.text("#panel h2")


FOCUS = "(({ tagName, textContent }) => [tagName, textContent])(document.activeElement)"


def test_keyboard_goes_on_where_it_was_in_the_panel(show):
    opened = show(page_of(), "#node=capriles")
    opened.page.focus("#panel .steps button >> nth=1")
    opened.page.keyboard.press("Enter")
    assert opened.state()["steps"] == 2
    assert opened.page.evaluate(FOCUS) == ["BUTTON", "2"]
    opened.page.focus("#panel .row")
    opened.page.keyboard.press("Enter")
    assert opened.state()["fact"]
    assert opened.page.evaluate(FOCUS)[0] == "H2"
    opened.page.keyboard.press("Escape")
    assert opened.page.evaluate(FOCUS) == ["H2", "What is here"]


def test_panel_stays_where_it_was_read_when_a_filter_changes(show):
    opened = show(page_of(), "#node=psuv", viewport={"width": 1280, "height": 500})
    opened.page.evaluate("document.querySelector('#panel').scrollTop = 200")
    opened.page.click('#legend label:has-text("alleged")')
    assert opened.page.evaluate("document.querySelector('#panel').scrollTop") == 200
    opened.click_node("cabello")
    assert opened.page.evaluate("document.querySelector('#panel').scrollTop") == 0


def test_escape_closes_the_menu_and_nothing_else(show):
    opened = show(page_of(), "#node=cabello")
    opened.page.click("#tools .menu summary")
    opened.page.keyboard.press("Escape")
    assert not opened.page.is_visible("#tools .items")
    assert opened.page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert opened.state()["node"] == "cabello"


def test_what_a_click_did_out_of_sight_is_told(show):
    opened = show(page_of(about="cabello"))
    opened.page.click("#tools .menu summary")
    opened.page.click('#tools .items button:has-text("Link")')
    opened.wait("document.querySelector('#live').className === 'toast'")
    assert "address" in opened.text("#live")
    button = '#panel button:has-text("Show neighbours")'
    for _ in range(3):
        opened.page.click(button)
    assert opened.text("#live") == "All neighbours are shown"
    assert opened.page.is_visible("#live")


def test_button_says_how_many_neighbours_it_shows(show):
    opened = show(page_of(about="cabello"), "#node=psuv")
    button = '#panel button:has-text("Show neighbours")'
    before = opened.page.evaluate("kgView.scene.view.shown.nodes.size")
    count = int(re.search(r"\((\d+)\)", opened.text(button))[1])
    opened.page.click(button)
    assert opened.page.evaluate("kgView.scene.view.shown.nodes.size") == before + count


def test_names_in_the_table_lead_to_the_entity(show):
    opened = show(page_of())
    opened.page.click('#tools button:has-text("Table")')
    opened.page.fill("#table input", "cabello loses")
    opened.page.click('#table tbody tr >> nth=0 >> button:has-text("Capriles")')
    assert not opened.page.is_visible("#table")
    assert opened.state()["node"] == "capriles"
    assert opened.page.evaluate(FOCUS)[0] == "H2"


def test_header_says_how_many_facts_no_source_states(show):
    opened = show(page_of())
    count = opened.page.evaluate("kgView.model.facts.size")
    assert f"{count} facts ({len(sample.INFERRED)} inferred)" in opened.text("#origin")
    assert "inferidos)" in show(page_of(lang="es")).text("#origin")


def test_address_of_a_small_frame_takes_no_steps(show):
    """Back leads away from the page around it, not through what was chosen in its frame."""
    opened = show(page_of(remote={"small": True}))
    before = opened.page.evaluate("history.length")
    opened.page.evaluate("kgView.act.go({ node: 'cabello' })")
    assert "node=cabello" in opened.page.evaluate("location.hash")
    assert opened.page.evaluate("history.length") == before


def test_both_ends_of_a_path_and_of_a_fact_come_into_view(hub):
    opened, _ = hub
    far = """() => { const { model, scene } = kgView; const shown = scene.view.shown.nodes;
        return [...model.nodes.keys()].filter((id) => !shown.has(id) && model.around.get(id).length === 2)[0]; }"""
    start, end = opened.page.evaluate("[...kgView.scene.view.shown.nodes][0]"), opened.page.evaluate(far)
    opened.page.evaluate("id => kgView.act.startPath(id)", start)
    opened.page.fill("#query", opened.page.evaluate("id => kgView.model.nodes.get(id).label", end))
    opened.page.keyboard.press("Enter")
    opened.wait(f"kgView.store.state().path?.join() === {json.dumps(f'{start},{end}')}")
    outside = """(() => { const { pointOf, view } = kgView.scene; const { width, height } = view.size;
      return [...view.front.nodes].filter((id) => { const { x, y } = pointOf(id);
        return x < 20 || y < 20 || x > width - 20 || y > height - 20; }); })()"""
    opened.wait(f"kgView.scene.view.front.nodes.size && !{outside}.length")
    opened.page.click("#panel .row >> nth=0")
    opened.page.wait_for_timeout(200)
    opened.wait(f"kgView.store.state().fact && kgView.scene.view.front.nodes.size && !{outside}.length")


def test_what_is_shown_alone_fills_the_page_and_all_comes_back_when_it_is_let_go(show, renderer):
    opened = show(page_of(renderer=renderer), "#node=capriles")
    before = opened.page.evaluate("kgView.scene.network.getScale()")
    opened.page.click('#panel button:has-text("Only within")')
    inside = """() => { const { pointOf, view } = kgView.scene; const { width, height } = view.size;
      return [...view.shown.nodes].every((id) => { const { x, y } = pointOf(id);
        return x > 20 && y > 20 && x < width - 20 && y < height - 20; }); }"""
    for steps in ("2", "3"):
        opened.page.keyboard.press(steps)
        assert opened.page.evaluate(inside)
    opened.page.keyboard.press("Escape")
    assert opened.state()["only"] is False
    assert opened.page.evaluate(inside)
    assert opened.page.evaluate("kgView.scene.network.getScale()") == pytest.approx(before, rel=0.05)


def test_escape_leaves_the_filter_of_the_table_and_then_the_table(show):
    opened = show(page_of())
    opened.page.click('#tools button:has-text("Table")')
    opened.page.fill("#table input", "cabello")
    opened.page.keyboard.press("Escape")
    assert opened.page.is_visible("#table")
    opened.page.keyboard.press("Escape")
    assert not opened.page.is_visible("#table")
