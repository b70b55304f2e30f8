"""What a build takes along for the pages, with npm and without."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

HERE = ROOT / "kg" / "serve" / "browser"
VENDOR = "kg/serve/static/vendor/"
PARTS = {"yasqe.js", "yasqe.css", "oxigraph.js", "oxigraph.wasm", "LICENSES.txt", "parts.json"}


def hook() -> Any:
    """Returns the module of the build hook."""
    pytest.importorskip("hatchling", reason="wheels are built by hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", HERE / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def build(tmp_path: Path, *, with_parts: bool, **env: str) -> tuple[list[str], str]:
    """Returns the names of the files in a wheel built through a source archive, and what was said."""
    pytest.importorskip("build", reason="wheels are built by build")
    source = tmp_path / "source"
    left_out = shutil.ignore_patterns(".git", "build", ".venv", "*.egg-info", "tests", "__pycache__", "vendor")
    shutil.copytree(ROOT, source, ignore=left_out)
    if with_parts:
        shutil.copytree(ROOT / VENDOR, source / VENDOR)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    if with_parts:
        command.insert(3, "--wheel")
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **env})
    (wheel,) = tmp_path.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist(), done.stdout + done.stderr


def test_the_lock_names_no_registry_and_every_package_by_its_digest() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {path: data for path, data in lock["packages"].items() if path}
    assert len(packages) > 3
    for path, data in packages.items():
        assert data["integrity"].startswith("sha512-"), path
        assert "resolved" not in data, path
        assert data.get("hasInstallScript") is None, path
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(packages[f"node_modules/{name}"]["version"] == version for name, version in wanted.items())


def test_nothing_of_other_hands_is_committed() -> None:
    assert f"{VENDOR}" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_without_npm_a_wheel_is_built_that_says_so(tmp_path: Path) -> None:
    """Through a source archive, which holds the hook and its lock."""
    names, said = build(tmp_path, with_parts=False, PATH=str(tmp_path))
    assert not [name for name in names if name.startswith(VENDOR)]
    assert "kg/serve/pages/templates/base.html" in names
    assert "kg/serve/static/editor.js" in names
    assert "npm is not installed; the SPARQL page falls back to a plain editor" in " ".join(said.split())
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    assert {f"kg/serve/browser/{name}" for name in ("hatch_build.py", "package-lock.json", "package.json")} <= held
    assert not [name for name in held if "vendor" in name or "node_modules" in name]


@pytest.mark.skipif(not (ROOT / VENDOR).is_dir(), reason="built without npm")
def test_a_wheel_holds_the_parts_and_their_licences(tmp_path: Path) -> None:
    names, _ = build(tmp_path, with_parts=True)
    assert {name.removeprefix(VENDOR) for name in names if name.startswith(VENDOR)} == PARTS


def test_parts_of_this_very_lock_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, output = hook(), tmp_path / "vendor"
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    with pytest.raises(module.Missing, match="npm is not installed"):
        module.bring(output)
    assert not output.exists()
    output.mkdir()
    digest = module.hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    (output / "parts.json").write_text(json.dumps({"lock": digest}), encoding="utf-8")
    assert module.bring(output) is False


def test_npm_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, output = hook(), tmp_path / "vendor"
    output.mkdir()
    (output / "yasqe.js").write_text("old", encoding="utf-8")
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n", encoding="utf-8")
    npm.chmod(0o755)
    monkeypatch.setattr(module.shutil, "which", lambda name: str(npm))
    with pytest.raises(module.Missing, match="ENOTFOUND"):
        module.bring(output)
    assert (output / "yasqe.js").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["npm", "vendor"]
