"""The page as our own canvas draws it: every interaction of test_view.py, and what only this renderer does."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import network_sample as sample
import networkx as nx
import pytest
import test_view
from click.testing import CliRunner
from conftest import ROOT
from test_view import Opened, page_of

from kg import view
from kg.cli import main

open_page = test_view.open_page


@pytest.fixture(scope="session")
def pages(tmp_path_factory) -> dict[str, Path]:
    """Returns the pages of test_view.py drawn by the canvas, and `vis`, the sample as it ever was."""
    folder = tmp_path_factory.mktemp("canvas")
    texts = {
        "sample": page_of(renderer="canvas"),
        "hostile": page_of(sample.hostile(), renderer="canvas"),
        "empty": page_of("", renderer="canvas"),
        "large": page_of(sample.large(1500, 4000), renderer="canvas"),
        "about": page_of(about="cabello", depth=1, renderer="canvas"),
        "vis": page_of(renderer="vis"),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


def interactions() -> dict[str, Callable[..., None]]:
    """Returns the tests of test_view.py that open a page in the browser."""
    tests = {name: each for name, each in vars(test_view).items() if name.startswith("test_")}
    return {name: each for name, each in tests.items() if "open_page" in inspect.signature(each).parameters}


globals().update(interactions())


def test_every_interaction_is_tried_here_too():
    assert len(interactions()) > 30


# Which renderer draws


def wide(nodes: int, lines: int) -> nx.MultiDiGraph:
    """Returns a bare network of that size."""
    return nx.MultiDiGraph((i % nodes, (i * 7 + 1) % nodes) for i in range(max(nodes, lines)))


def test_big_networks_are_drawn_by_the_canvas_unless_one_asks_otherwise():
    from kg.view.picture import VIS_LINES, VIS_NODES, _renderer

    assert (VIS_NODES, VIS_LINES) == (2000, 4000)
    assert _renderer("auto", wide(2000, 4000)) == "vis"
    assert _renderer("auto", wide(2001, 2001)) == "canvas"
    assert _renderer("auto", wide(500, 4001)) == "canvas"
    assert _renderer("vis", wide(3000, 3000)) == "vis"
    assert _renderer("canvas", wide(5, 5)) == "canvas"


def test_unknown_renderer_is_refused():
    with pytest.raises(ValueError, match="no renderer is called 'webgl'"):
        page_of(renderer="webgl")
    refused = CliRunner().invoke(main, ["-C", str(ROOT), "view", "--renderer", "webgl"])
    assert refused.exit_code == 2
    assert "webgl" in refused.output


def test_command_takes_the_renderer(tmp_path):
    sizes = {}
    for renderer in ("vis", "canvas"):
        path = tmp_path / f"{renderer}.html"
        done = CliRunner().invoke(main, ["-C", str(ROOT), "view", "--renderer", renderer, "-o", str(path)])
        assert done.exit_code == 0, done.output
        sizes[renderer] = len(path.read_bytes())
    assert sizes["canvas"] < sizes["vis"] - 400_000


def test_canvas_page_holds_no_vis_network_and_is_the_same_each_time():
    page = page_of(renderer="canvas")
    assert page_of(renderer="canvas") == page
    assert len(re.findall(r"<script", page)) == 2
    assert "vis.DataSet=" not in page
    lines = sample.nquads().splitlines()
    assert page_of("\n".join(reversed(lines)), renderer="canvas") == page


def test_shipped_facts_open_by_canvas(browser, tmp_path):
    import kg

    project = kg.open(ROOT)
    path = tmp_path / "shipped.html"
    path.write_text(view.page(project.network(), title="Shipped", renderer="canvas"), encoding="utf-8")
    opened = Opened(browser, path)
    assert opened.page.evaluate("kgView.scene.view.labels.length") > 10
    opened.page.evaluate("kgView.act.everything()")
    opened.wait("kgView.scene.network.isAtRest()")
    assert opened.page.evaluate("kgView.scene.view.labels.length") > 10
    opened.context.close()
    assert opened.faults == []


# What is drawn

POINTS = """Object.fromEntries([...kgView.scene.view.shown.nodes].map((id) => {
  const { x, y } = kgView.scene.pointOf(id); return [id, [x, y]]; }))"""

COLOUR = """([x, y]) => { const canvas = document.querySelector('#canvas canvas');
  const ratio = canvas.width / canvas.clientWidth;
  const { data } = canvas.getContext('2d').getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1);
  return [...data].slice(0, 3); }"""


def colour_at(opened: Opened, name: str) -> list[int]:
    point = opened.page.evaluate("name => kgView.scene.pointOf(name)", name)
    return opened.page.evaluate(COLOUR, [point["x"], point["y"]])


def test_both_renderers_put_entities_and_names_in_the_same_places(open_page):
    ours, theirs = open_page("sample"), open_page("vis")
    a, b = (each.page.evaluate(POINTS) for each in (ours, theirs))
    assert a.keys() == b.keys()
    for name, (x, y) in a.items():
        assert (x, y) == (pytest.approx(b[name][0], abs=2), pytest.approx(b[name][1], abs=2))
    named = "kgView.scene.view.labels.flatMap(({ node }) => node ?? [])"
    one, other = (set(each.page.evaluate(named)) for each in (ours, theirs))
    assert len(one & other) > 0.9 * len(one | other)


def test_entities_have_the_colour_of_their_class_in_light_and_dark(open_page):
    for scheme, blue in (("light", [0x44, 0x77, 0xAA]), ("dark", [0x7F, 0xB2, 0xE5])):
        opened = open_page(color_scheme=scheme)
        opened.wait("kgView.scene.network.isAtRest()")
        assert colour_at(opened, "capriles") == blue


def test_what_the_path_leaves_aside_fades(open_page):
    opened = open_page()
    before = colour_at(opened, "chavez")
    opened.page.evaluate("kgView.act.go({ node: 'ocariz' }, false)")
    opened.wait("kgView.scene.network.isAtRest()")
    assert colour_at(opened, "ocariz") == before
    assert min(colour_at(opened, "chavez")) > 200


def test_pixels_of_the_screen_are_used(open_page):
    opened = open_page(device_scale_factor=2)
    size = "((canvas) => [canvas.width / canvas.clientWidth, canvas.height / canvas.clientHeight])"
    assert opened.page.evaluate(f"{size}(document.querySelector('#canvas canvas'))") == [2, 2]
    assert colour_at(opened, "capriles") == [0x44, 0x77, 0xAA]


def test_nothing_is_painted_while_nothing_happens(open_page):
    opened = open_page("large", "#open=*")
    opened.wait("kgView.scene.network.isAtRest()")
    count = """() => new Promise((done) => { let asked = 0; const real = window.requestAnimationFrame;
      window.requestAnimationFrame = (run) => { asked += 1; return real(run); };
      setTimeout(() => { window.requestAnimationFrame = real; done(asked); }, 400); })"""
    assert opened.page.evaluate(count) == 0


def test_window_that_changes_size_keeps_its_middle(open_page):
    opened = open_page("large", "#open=*")
    opened.wait("kgView.scene.network.isAtRest()")
    middle = opened.page.evaluate("kgView.scene.network.getViewPosition()")
    opened.page.set_viewport_size({"width": 900, "height": 700})
    opened.wait("document.querySelector('#canvas canvas').width === document.querySelector('#canvas').clientWidth")
    assert opened.page.evaluate("kgView.scene.network.getViewPosition()") == middle


# Hands


def place(opened: Opened) -> dict[str, float]:
    code = "({ ...kgView.scene.network.getViewPosition(), scale: kgView.scene.network.getScale() })"
    return opened.page.evaluate(code)


def test_wheel_brings_nearer_what_is_under_the_pointer(open_page):
    opened = open_page("large", "#open=*")
    box = opened.page.locator("#canvas").bounding_box()
    hub = opened.page.evaluate("kgView.scene.view.byDegree[0].id")
    before = opened.page.evaluate("id => kgView.scene.pointOf(id)", hub)
    opened.page.mouse.move(box["x"] + before["x"], box["y"] + before["y"])
    scale = place(opened)["scale"]
    for _ in range(4):
        opened.page.mouse.wheel(0, -120)
    opened.wait(f"kgView.scene.network.getScale() > {scale * 1.8}")
    after = opened.page.evaluate("id => kgView.scene.pointOf(id)", hub)
    assert (after["x"], after["y"]) == (pytest.approx(before["x"], abs=1.5), pytest.approx(before["y"], abs=1.5))
    opened.wait("kgView.scene.network.isAtRest()")
    kind = opened.page.evaluate("id => kgView.model.nodes.get(id).kind", hub)
    assert kind == "Person"
    assert colour_at(opened, hub) == [0x44, 0x77, 0xAA]


def test_drag_on_the_ground_moves_the_drawing_and_chooses_nothing(open_page):
    opened = open_page()
    before = opened.page.evaluate("kgView.scene.pointOf('cuba')")
    free = """() => { for (let x = 60; ; x += 13) for (let y = 120; y < 500; y += 13)
      if (kgView.scene.network.getNodeAt({ x, y }, true) === undefined) return { x, y }; }"""
    start = opened.page.evaluate(free)
    box = opened.page.locator("#canvas").bounding_box()
    opened.page.mouse.move(box["x"] + start["x"], box["y"] + start["y"])
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + start["x"] + 70, box["y"] + start["y"] + 40, steps=4)
    opened.page.mouse.up()
    after = opened.page.evaluate("kgView.scene.pointOf('cuba')")
    assert (after["x"] - before["x"], after["y"] - before["y"]) == (pytest.approx(70, abs=1), pytest.approx(40, abs=1))
    state = opened.state()
    assert (state["node"], state["fact"], state["pins"]) == ("", "", {})


def fingers(opened: Opened) -> Callable[..., None]:
    """Returns what puts fingers on the page, moves them and takes them off."""
    session = opened.context.new_cdp_session(opened.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        marks = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": marks})

    return touch


def test_two_fingers_pinch_and_one_pans(open_page):
    opened = open_page("sample", viewport={"width": 390, "height": 844}, has_touch=True)
    touch, before = fingers(opened), place(opened)
    touch("touchStart", (150, 400))
    touch("touchStart", (150, 400), (250, 400))
    for apart in (60, 80, 100):
        touch("touchMove", (200 - apart, 400), (200 + apart, 400))
    touch("touchEnd")
    after = place(opened)
    assert after["scale"] == pytest.approx(before["scale"] * 2, rel=0.1)
    assert opened.state()["node"] == ""
    touch("touchStart", (40, 640))
    for x in (60, 90, 120):
        touch("touchMove", (x, 640))
    touch("touchEnd")
    assert place(opened)["x"] < after["x"]
    assert place(opened)["scale"] == after["scale"]


def test_pointer_over_an_entity_or_a_line_shows_that_it_can_be_chosen(open_page):
    opened = open_page("large", "#open=*")
    box = opened.page.locator("#canvas").bounding_box()
    hub = opened.page.evaluate("kgView.scene.view.byDegree[0].id")
    point = opened.page.evaluate("id => kgView.scene.pointOf(id)", hub)
    opened.page.mouse.move(box["x"] + point["x"], box["y"] + point["y"])
    assert opened.page.evaluate("kgView.scene.view.hover.node") == hub
    assert "pointing" in opened.page.get_attribute("#canvas", "class")
    opened.page.mouse.move(box["x"] + box["width"] - 4, box["y"] + 4)
    assert "pointing" not in opened.page.get_attribute("#canvas", "class")


# The picture at rest and while moving


def test_after_a_long_way_all_is_painted(open_page):
    opened = open_page("large", "#open=*")
    names = opened.page.evaluate(
        "kgView.scene.view.byDegree.filter(({ kind }) => kind === 'Person').slice(3, 30).map(({ id }) => id)"
    )
    for name in (names[0], names[12], names[26]):
        move = "name => kgView.scene.network.moveTo({ position: kgView.scene.network.getPosition(name), scale: 1 })"
        opened.page.evaluate(move, name)
        opened.wait("kgView.scene.network.isAtRest()")
        assert colour_at(opened, name) == [0x44, 0x77, 0xAA]


def test_saved_picture_is_whole_even_in_the_midst_of_a_move(open_page):
    opened = open_page("large", "#open=*")
    code = """() => { const { scene } = kgView;
      const hub = scene.view.byDegree.find(({ kind }) => kind === 'Person').id;
      scene.network.moveTo({ position: scene.network.getPosition(hub), scale: 2 });
      const canvas = scene.canvas(); const { x, y } = scene.pointOf(hub);
      return [...canvas.getContext('2d').getImageData(Math.round(x), Math.round(y), 1, 1).data].slice(0, 3); }"""
    assert opened.page.evaluate(code) == [0x44, 0x77, 0xAA]


def test_saved_svg_holds_only_what_the_screen_shows(open_page):
    opened = open_page("large", "#open=*")
    discs = lambda: test_view.saved(opened, "SVG").count(b'stroke-width="1.2"')  # noqa: E731
    assert discs() == 1500
    opened.page.evaluate("kgView.act.zoom(6)")
    opened.wait("kgView.scene.network.isAtRest()")
    assert 10 < discs() < 500


def test_name_of_what_is_chosen_always_stands_there(open_page):
    opened = open_page("large", "#open=*")
    for i in (0, 5, 700, 1300):
        opened.page.evaluate("i => kgView.act.go({ node: kgView.scene.view.byDegree[i].id })", i)
        opened.wait("kgView.scene.network.isAtRest()")
        code = "kgView.scene.view.labels.some(({ node }) => node === kgView.store.state().node)"
        assert opened.page.evaluate(code)


def test_data_of_the_page_name_the_renderer():
    text = re.search(r'id="data"[^>]*>(.*?)</script>', page_of(renderer="canvas"), re.DOTALL)[1]
    data = json.loads(text)
    assert (data["renderer"], data["options"]) == ("canvas", {})


def test_wide_networks_have_the_size_asked_for() -> None:
    made: Any = wide(500, 4001)
    assert (len(made), made.number_of_edges()) == (500, 4001)


def test_what_a_hand_holds_stays_in_it_while_the_filters_change(open_page):
    opened = open_page()
    box = opened.page.locator("#canvas").bounding_box()
    here = opened.page.evaluate("kgView.scene.pointOf('cuba')")
    opened.page.mouse.move(box["x"] + here["x"], box["y"] + here["y"])
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + here["x"] + 40, box["y"] + here["y"], steps=3)
    opened.page.evaluate("kgView.store.set({ hideModes: ['denied'] })")
    assert opened.page.evaluate("kgView.scene.pointOf('cuba').x") == pytest.approx(here["x"] + 40, abs=2)
    opened.page.mouse.move(box["x"] + here["x"] + 80, box["y"] + here["y"], steps=3)
    opened.page.mouse.up()
    opened.wait("kgView.scene.network.isAtRest()")
    there = opened.page.evaluate("kgView.scene.pointOf('cuba')")
    assert there["x"] == pytest.approx(here["x"] + 80, abs=2)
    assert "cuba" in opened.state()["pins"]
    point = {"x": round(there["x"]), "y": round(there["y"])}
    assert opened.page.evaluate("point => kgView.scene.network.getNodeAt(point)", point) == "cuba"
    old = {"x": round(here["x"]), "y": round(here["y"])}
    assert opened.page.evaluate("point => kgView.scene.network.getNodeAt(point)", old) != "cuba"


# Where the entities of big networks stand


def scattered() -> nx.MultiDiGraph:
    """Returns one big component, a web of 1,500, and 150 small ones."""
    lines = [(f"a{i}", f"a{(i * 31 + 7) % 1500}") for i in range(1500)]
    lines += [(f"a{i}", f"a{i // 3}") for i in range(1, 1500)]
    lines += [(f"b{i}-{j}", f"b{i}-0") for i in range(150) for j in range(1, 2 + i % 5)]
    return nx.MultiDiGraph(lines)


def test_components_of_a_big_network_stand_apart_on_ground_of_the_screens_shape():
    from kg.view.layout import positions

    graph = scattered()
    points = positions(graph)
    boxes = []
    for part in nx.connected_components(nx.Graph(graph)):
        xs, ys = [points[name][0] for name in part], [points[name][1] for name in part]
        boxes.append((min(xs), min(ys), max(xs), max(ys)))
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert a[0] > b[2] or b[0] > a[2] or a[1] > b[3] or b[1] > a[3]
    wide = max(box[2] for box in boxes) - min(box[0] for box in boxes)
    high = max(box[3] for box in boxes) - min(box[1] for box in boxes)
    assert 0.7 < wide / high < 2.2


def test_places_depend_on_nothing_but_the_network():
    from kg.view.layout import positions

    graph = scattered()
    turned = nx.MultiDiGraph(list(reversed(list(graph.edges()))))
    assert positions(turned) == positions(graph)
