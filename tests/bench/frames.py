"""Measures both renderers of the picture in headless Chromium: ready, panning, zooming, memory; and their layout.

    python tests/bench/frames.py [NODES ...]

Writes made-up networks (2 lines a node; without arguments of 100, 1,000, 5,000 and 20,000 nodes), opens each with
everything shown by vis-network and by our own canvas, and prints milliseconds of CPU a frame, of all the browser's
processes. A ratio is the canvas's figure over vis-network's in the same run; `close` pans at five times the scale.
Ready is when all of the picture is painted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

import network_sample as sample  # noqa: E402
import networkx as nx  # noqa: E402
from conftest import CHROMIUM  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from kg import view  # noqa: E402
from kg.network import network  # noqa: E402
from kg.view.layout import positions  # noqa: E402

SIZES = (100, 1_000, 5_000, 20_000)
SLOW = 400
"""Milliseconds a frame from which fewer frames are counted."""

MOVE = """([kind, frames]) => new Promise((done) => {
  const drawing = kgView.scene.network, scale = drawing.getScale(), home = drawing.getViewPosition();
  const zoom = kind === 'close' ? 5 : 1, stamps = [];
  const step = (now) => {
    stamps.push(now);
    if (stamps.length > frames) { drawing.moveTo({ position: home, scale }); return done(stamps); }
    const turn = (stamps.length - 1) / frames * 2 * Math.PI;
    const wide = (kind === 'close' ? 1500 : 300) / scale / zoom;
    if (kind === 'zoom') drawing.moveTo({ position: home, scale: scale * Math.exp(.6 * (1 - Math.cos(turn))) });
    else drawing.moveTo({ scale: scale * zoom, position: {
      x: home.x + wide * Math.sin(turn), y: home.y + wide * .7 * Math.sin(2 * turn) } });
    requestAnimationFrame(step); };
  requestAnimationFrame(step); })"""


class Browser:
    """A page in a browser of its own, and what that costs."""

    def __init__(self, playwright: Any, path: Path) -> None:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        self.browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        self.session = self.browser.new_browser_cdp_session()
        self.page = self.browser.new_context(viewport={"width": 1280, "height": 800}, offline=True).new_page()
        self.tools = self.page.context.new_cdp_session(self.page)
        time.sleep(0.5)
        before = self.cpu()
        self.page.goto(path.as_uri() + "#open=*", timeout=300_000)
        self.page.wait_for_selector('html[data-ready="1"]', state="attached", timeout=300_000)
        while self.page.evaluate("kgView.scene.network.isAtRest?.() === false"):
            self.page.wait_for_timeout(20)
        self.ready = self.cpu() - before
        self.page.wait_for_timeout(1000)

    def cpu(self) -> float:
        """Returns the seconds of CPU that all processes of the browser have used."""
        return sum(each["cpuTime"] for each in self.session.send("SystemInfo.getProcessInfo")["processInfo"])

    def move(self, kind: str) -> tuple[float, float]:
        """Returns milliseconds of CPU a frame, and frames a second, of a tour there and back."""
        self.page.evaluate(MOVE, [kind, 4])
        before = time.perf_counter()
        self.page.evaluate(MOVE, [kind, 4])
        frames = 15 if (time.perf_counter() - before) * 1000 / 4 > SLOW / 4 else 120
        before = self.cpu()
        stamps = self.page.evaluate(MOVE, [kind, frames])
        return (self.cpu() - before) * 1000 / frames, 1000 * frames / (stamps[-1] - stamps[0])

    def heap(self) -> float:
        """Returns megabytes that the scripts hold."""
        self.tools.send("HeapProfiler.collectGarbage")
        return self.tools.send("Runtime.getHeapUsage")["usedSize"] / 1e6


def measure(playwright: Any, path: Path) -> dict[str, float]:
    opened = Browser(playwright, path)
    found = {"ready s": opened.ready}
    for kind in ("pan", "zoom", "close"):
        found[f"{kind} ms"], found[f"{kind} fps"] = opened.move(kind)
    found["heap MB"] = opened.heap()
    opened.browser.close()
    return found


def write(graph: nx.MultiDiGraph, renderer: str, folder: Path) -> tuple[Path, float]:
    """Returns the page and the seconds of CPU that writing it took."""
    started = time.process_time()
    text = view.page(graph, title="Many", renderer=renderer)
    path = folder / f"{renderer}.html"
    path.write_text(text, encoding="utf-8")
    return path, time.process_time() - started


def report(count: int, folder: Path, playwright: Any) -> None:
    graph = network(sample.store(sample.large(count, 2 * count)), sample.BASE)
    started = time.process_time()
    positions(graph)
    layout = time.process_time() - started
    pages = {renderer: write(graph, renderer, folder) for renderer in ("vis", "canvas")}
    size = pages["canvas"][0].stat().st_size / 1e6
    print(f"\n{len(graph):,} nodes, {graph.number_of_edges():,} lines: layout {layout:.2f} s, ", end="")
    print(f"page {pages['canvas'][1]:.2f} s CPU, {size:.2f} MB")
    vis, canvas = (measure(playwright, pages[renderer][0]) for renderer in ("vis", "canvas"))
    print(f"{'':10}{'vis':>9}{'canvas':>9}{'ratio':>8}")
    for name, value in vis.items():
        print(f"{name:10}{value:9.2f}{canvas[name]:9.2f}{canvas[name] / value:8.2f}", flush=True)


def main() -> None:
    if CHROMIUM is None:
        sys.exit("there is no Chromium to measure in")
    sizes = [int(text.replace(",", "")) for text in sys.argv[1:]] or SIZES
    positions(nx.MultiDiGraph([("a", "b")]))  # loads what a layout needs
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for count in sizes:
            report(count, Path(folder), playwright)


if __name__ == "__main__":
    main()
