"""One-way flow: a module imports only from levels above it, and never a sibling inside read/, write/ or view/."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

from kg.project import Project

LEVELS = (
    ("problem", "syntax", "terms", "blank", "currency", "datatype", "files", "locator", "dates", "numbers", "slips"),
    ("fact", "value", "ontology", "layout"),
    ("read", "names", "detail", "sentence", "entity", "corpus"),
    (
        *("answers", "store", "schema", "saved", "sparql", "query", "labels", "parameters", "queries", "expect"),
        *("rules", "checks", "shapes", "statement", "claim", "disagree", "evidence", "graph", "check", "clean"),
        *("coverage", "network", "passages", "why", "rdf_files", "remote", "publish"),
    ),
    (
        *("write", "start", "given", "choice", "view", "project", "answer"),
        *("glossary", "progress", "serve", "cli_print", "cli_web", "cli_show", "cli"),
    ),
)
"""Top to bottom; inside a level, left to right."""

ORDER = [name for level in LEVELS for name in level]
FILES = sorted(p for p in (ROOT / "kg").rglob("*.py") if p.name != "__main__.py")
HEAVY = {"rdflib", "networkx", "pyvis", "shacl", "pyshacl", "rich", "edtf", "numpy", "scipy", "jinja2"}


def _room(path: Path) -> str:
    """Returns the module of the layout that a file belongs to."""
    return path.relative_to(ROOT / "kg").parts[0].removesuffix(".py")


def _imports(path: Path) -> list[tuple[str, bool]]:
    """Returns (module, whether at the top of the file) for every import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(map(id, tree.body))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", id(node) in top) for alias in node.names]
    return found


def test_the_readme_names_the_modules_in_their_order() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = text[text.index("The code is five levels") : text.index("`tests/test_layers.py` holds it")]
    assert [name.strip("/") for name in re.findall(r"`([a-z_]+/?)`", told)] == ORDER


def test_every_module_has_a_level() -> None:
    rooms = {_room(path) for path in FILES} - {"__init__"}
    assert rooms == set(ORDER) & rooms, f"no level: {rooms - set(ORDER)}"


@pytest.mark.parametrize("path", [p for p in FILES if _room(p) != "__init__"], ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_upwards(path: Path) -> None:
    room = _room(path)
    for name, _ in _imports(path):
        parts = name.split(".")
        if parts[0] != "kg" or len(parts) < 2 or parts[1] in ("__version__", room):
            continue
        assert ORDER.index(parts[1]) < ORDER.index(room), f"{room} imports {name}"


@pytest.mark.parametrize("folder", ["read", "write"])
def test_formats_do_not_know_each_other(folder: str) -> None:
    files = [p for p in FILES if _room(p) == folder and p.name != "__init__.py"]
    assert files
    names = {p.stem for p in files}
    for path in files:
        inside = [name for name, _ in _imports(path) if name.split(".")[:2] == ["kg", folder]]
        siblings = [name for name in inside if names & set(name.split(".")[2:])]
        assert not siblings, f"{path.name} imports {siblings}"


def test_the_server_and_its_workers_meet_only_in_what_they_send() -> None:
    """What answers HTTP holds no graph, and what asks the graph knows no HTTP: see kg/serve/."""
    behind = ("graph", "tasks")
    before = ("answering", "api", "app", "cache", "connection", "endpoint", "guard", "live", "pages", "server", "site")
    seen = 0
    for path in (ROOT / "kg" / "serve").rglob("*.py"):
        room = path.relative_to(ROOT / "kg" / "serve").parts[0].removesuffix(".py")
        for name in [name.split(".")[2] for name, _ in _imports(path) if name.startswith("kg.serve.")]:
            assert not (room in behind and name in before), f"{path.name} imports {name}"
            assert not (room in before and name in behind), f"{path.name} imports {name}"
            seen += 1
    assert seen > 100


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    """None of them at the top of a module that `kg check` or `kg query` imports."""
    for path in FILES:
        if _room(path) in ("view", "network") or path.parent.name == "write":
            continue
        heavy = [name for name, at_top in _imports(path) if at_top and name.split(".")[0] in HEAVY]
        assert not heavy, f"{path.name} imports {heavy} at the top"


def test_checking_starts_without_the_heavy_libraries() -> None:
    code = "import sys, kg.cli; print(sorted({m.split('.')[0] for m in sys.modules}))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(ast.literal_eval(shown))


def test_what_is_clean_is_not_read_again(facts: Callable[[str], Project]) -> None:
    """A check of what was clean starts without what reads facts, queries and RDF."""
    root, readers = str(facts("  - Cabello governs Miranda\n").root), {"yaml", "kg.corpus", "kg.saved", "kg.check"}
    told = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); "
    check = [sys.executable, "-c", f"{told}import kg.cli; kg.cli.main(sys.argv[1:])", "-C", root, "check"]
    for expected in (readers, set()):
        done = subprocess.run(check, capture_output=True, text=True, check=True)
        assert readers & set(done.stdout.split()) == expected


def test_functions_and_files_stay_short() -> None:
    """A file has at most 400 lines and a function at most 45: longer ones hide something."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, f"{path.name} has {text.count(chr(10))} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 45, f"{path.name}:{node.lineno} {node.name} has {length} lines"


def test_nothing_catches_everything() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                name = getattr(node.type, "id", "")
                assert node.type is not None, path.name
                assert name not in ("Exception", "BaseException"), f"{path.name}:{node.lineno}"
