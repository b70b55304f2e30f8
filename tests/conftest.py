"""What tests share: small projects made on the spot, and the shipped one."""

from __future__ import annotations

import importlib.util
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.project import Project

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CASES = Path(__file__).resolve().parent / "cases"

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a script; programs under test inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Returns a real Chromium, one for all tests of a process."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium to open the page in")
    with sync_api.sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield found
        found.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Returns the text of axe-core, which finds what keeps people out of a page."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None or package.origin is None:
        pytest.skip("there is no axe-core to check with: pip install axe-playwright-python")
    return (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")


THIN = """() => {
  const seen = new Set();
  const shape = (one) => [one, ...one.querySelectorAll('*')].map((each) =>
    [each.tagName, each.getAttribute('class'), ...each.getAttributeNames()].join(' ')).join('; ');
  for (const one of document.querySelectorAll('main .fact, main li, main tr')) {
    const { tagName, className } = one.parentElement ?? {};
    const mine = [tagName, className, shape(one)].join('; ');
    if (one.isConnected && seen.has(mine)) one.remove();
    seen.add(mine);
  }
}"""
"""Leaves of facts, items and rows that are made of the same elements, classes and attributes the first only."""

LOOK = """rules => axe.run(document, { iframes: false, resultTypes: ['violations'],
  ...(rules.length ? { runOnly: { type: 'rule', values: rules } } : {}) }).then(({ violations }) =>
  violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 200))]))"""

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe-core whose verdict another colour scheme can change."""


@pytest.fixture(scope="session")
def barriers(axe: str) -> Callable[..., list[Any]]:
    """Returns a finder of what keeps people out of a page: [rule, elements]; the rules to ask may be named.

    It thins the page out, since axe-core says of a thousand facts made alike what it says of one, but slowly; that no
    two things on the whole page have the same id is looked at before.
    """

    def find(page: Any, *rules: str) -> list[Any]:
        ids = page.eval_on_selector_all("[id]", "all => all.map(({ id }) => id)")
        twice = sorted({one for one in ids if ids.count(one) > 1})
        page.evaluate(THIN)
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe)
        return [*(["the same id", [one]] for one in twice), *page.evaluate(LOOK, list(rules))]

    return find


@pytest.fixture
def case_project(tmp_path: Path) -> Callable[..., Project]:
    """Returns a maker of projects with the small grammar: files by name, `facts/…` or any other."""

    def make(files: dict[str, str | bytes] | None = None, *, entities: bool = True) -> Project:
        (tmp_path / "facts").mkdir(exist_ok=True)
        (tmp_path / "ontology").mkdir(exist_ok=True)
        shutil.copy(ROOT / "ontology" / "core.ttl", tmp_path / "ontology")
        shutil.copy(CASES / "common" / "grammar.ttl", tmp_path / "ontology")
        if entities:
            shutil.copy(CASES / "common" / "entities.yaml", tmp_path / "facts" / "entities.yaml")
        for name, content in (files or {}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Project(tmp_path)

    return make


@pytest.fixture
def facts(case_project: Callable[..., Project]) -> Callable[[str], Project]:
    """Returns a maker of projects from the text of one fact file, whose source is the paper."""
    return lambda text: case_project({"facts/facts.yaml": f"source: paper\nfacts:\n{text}"})


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Returns a project with a few facts, names in two languages and two places called Sucre; tests only ask it."""
    import asking

    return asking.project(tmp_path_factory.mktemp("asked"))


@pytest.fixture
def asked_copy(asked: Project, tmp_path: Path) -> Project:
    """Returns a copy of that project which a test may change."""
    return Project(shutil.copytree(asked.root, tmp_path / "own", symlinks=True))


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Returns the shipped project, copied so that its build stays out of the checkout."""
    root = tmp_path_factory.mktemp("shipped")
    for folder in ("facts", "ontology", "queries"):
        shutil.copytree(ROOT / folder, root / folder)
    return Project(root)
