"""The README is true: its blocks run, and give what stands there.

`KG_UPDATE=1 pytest tests/test_readme.py` writes the outputs of console blocks anew; read the difference.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a copy of the checkout in which commands may write."""
    root = tmp_path_factory.mktemp("checkout")
    for name in ("facts", "ontology", "queries"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copytree(ROOT / "tests" / "demo", root / "tests" / "demo", symlinks=True)
    return root


def _run(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    return done.stdout + done.stderr


def _with_outputs(block: str, folder: Path) -> str:
    commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
    return "".join(f"$ {command}\n{_run(command, folder)}" for command in commands)


def test_console_blocks_give_what_stands_there(checkout: Path) -> None:
    text = README.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) >= 5
    fresh = BLOCK.sub(lambda m: f"```console\n{_with_outputs(m[1], checkout)}```", text)
    if os.environ.get("KG_UPDATE"):
        README.write_text(fresh, encoding="utf-8", newline="\n")
    assert README.read_text(encoding="utf-8") == fresh


def test_python_blocks_run(checkout: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        done = subprocess.run([sys.executable, "-c", block], cwd=checkout, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_the_two_commands_stand_there() -> None:
    commands = re.findall(r"^    (pip install .*)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 2
    assert "kg build" in commands[0]
    assert "pytest" in commands[1]


def test_every_path_named_exists() -> None:
    text = README.read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:kg|ontology|queries|tests|facts|docs)/[\w./*-]*)`", text))
    paths |= set(re.findall(r"\]\((docs/[\w./-]+)\)", text))
    assert len(paths) > 8
    for path in paths:
        assert list(ROOT.glob(path.rstrip("/"))), f"{path} does not exist"
