"""A build whose store another pyoxigraph wrote is not read wrongly: it is made anew, or refused with the way out."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import CASES, ROOT

from kg import store
from kg.project import Project

pytest.importorskip("starlette", reason="the server needs kg[serve]")

OLDER, NEWER = 1, 3
"""Versions of the store's format: pyoxigraph 0.3 and 0.4 wrote 1, 0.5 writes 2."""

LONG = '<https://example.org/long> <http://www.w3.org/2000/01/rdf-schema#comment> "{}" .\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a project with a build that is large enough to be read from disk."""
    root = tmp_path_factory.mktemp("built")
    (root / "ontology").mkdir()
    for name in (ROOT / "ontology" / "core.ttl", CASES / "common" / "grammar.ttl"):
        shutil.copy(name, root / "ontology")
    (root / "ontology" / "long.ttl").write_text(LONG.format("a" * (store.MEMORY_BYTES + 1_000_000)))
    (root / "facts").mkdir()
    shutil.copy(CASES / "common" / "entities.yaml", root / "facts")
    assert not Project(root).build().is_small()
    return root


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """Returns a copy of that project."""
    return Path(shutil.copytree(built, tmp_path / "project", symlinks=True))


def make_other(build: Path, version: int, **manifest: str) -> None:
    """Gives the store of a build another version of its format, as another pyoxigraph would have, and a manifest that
    fits: the version is a key of the store, and a record in its log overrides it.
    """
    key = b"oxversion"
    batch = struct.pack("<QI", 1 << 40, 1) + b"\x01" + bytes([len(key)]) + key + b"\x08" + struct.pack(">Q", version)
    log = max((build / "store").glob("*.log"))
    log.write_bytes(log.read_bytes() + struct.pack("<IHB", _checksum(b"\x01" + batch), len(batch), 1) + batch)
    known = json.loads((build / store.MANIFEST).read_text()) | {"pyoxigraph": "0.0.1"} | manifest
    known["files"] = {name: found for name, found in store._files(build).items() if name != store.MANIFEST}
    (build / store.MANIFEST).write_text(json.dumps(known))
    assert store.damage(store.at(build)) == []


def _checksum(raw: bytes) -> int:
    """Returns the checksum of a record of the log: CRC-32C, rotated and shifted as RocksDB has it."""
    crc = 0xFFFFFFFF
    for byte in raw:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def kg(project: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg.cli", "-C", str(project), *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)


def refuses(done: subprocess.CompletedProcess[str], build: Path) -> bool:
    """Says whether a command ends with what is wrong with a build, and what to do."""
    said = f"{build}: pyoxigraph 0.0.1 wrote its store, and pyoxigraph {ox.__version__} cannot open it"
    way_out = "remove this folder, and `kg build` makes it anew"
    return done.returncode == 1 and said in done.stderr and way_out in done.stderr and "Traceback" not in done.stderr


def test_our_own_version_is_read(project: Path) -> None:
    """The test's own way of making another version is good: with our version all is as before."""
    make_other(store.current(project).path, 2)
    assert kg(project, "query", "-", given="ASK { ?s ?p ?o }").stdout.strip() == "yes"


@pytest.mark.parametrize("version", [OLDER, NEWER])
def test_a_build_of_another_installation_is_made_anew(project: Path, version: int) -> None:
    """What a build was made from names the engine too: with another one the next query builds first."""
    build = store.current(project).path
    other = build.rename(build.with_name("other"))  # it would have another id: the engine is part of that too
    make_other(other, version, id="other", inputs="of another pyoxigraph")
    point(project, other)
    done = kg(project, "query", "-", given="ASK { ?s ?p ?o }")
    assert (done.returncode, done.stdout.strip()) == (0, "yes"), done.stderr
    assert store.current(project).manifest["pyoxigraph"] == ox.__version__


@pytest.mark.parametrize("version", [OLDER, NEWER])
def test_a_store_that_cannot_be_read_is_refused_with_the_way_out(project: Path, version: int) -> None:
    """Nothing of it is changed, neither by `kg query` nor by `kg serve`; what they advise helps."""
    build = store.current(project)
    make_other(build.path, version)
    before = store._files(build.path)
    assert refuses(kg(project, "query", "-", given="ASK { ?s ?p ?o }"), build.path)
    assert refuses(kg(project, "serve", "--port", "0"), build.path)
    assert store._files(build.path) == before
    shutil.rmtree(build.path)
    assert kg(project, "build").returncode == 0
    assert kg(project, "query", "-", given="ASK { ?s ?p ?o }").stdout.strip() == "yes"


def test_a_server_stays_with_the_build_that_it_can_read(
    project: Path, serve: Callable[..., Any], capfd: pytest.CaptureFixture[str]
) -> None:
    """Another installation publishes a build that this one cannot read: that is told, and all is served as before."""
    server, old = serve(project), store.current(project)
    assert server.ask("ASK { ?s ?p ?o }").json()["boolean"] is True
    other = Path(shutil.copytree(old.path, old.path.with_name("other")))
    make_other(other, NEWER, id="other")
    point(project, other)
    told, end = "", time.monotonic() + 30
    while "the new build is not served" not in told:
        assert time.monotonic() < end, told
        told += capfd.readouterr().err
        time.sleep(0.1)
    assert "pyoxigraph 0.0.1 wrote its store" in told
    for number in range(10):
        answer = server.ask(f"ASK {{ ?s ?p ?o }} # {number}")
        assert (answer.status_code, answer.headers["kg-build"]) == (200, old.manifest["id"])
    good = Path(shutil.copytree(old.path, old.path.with_name("good")))
    make_other(good, 2, id="good")
    point(project, good)
    while server.get("/healthz").json()["build"] != "good":
        assert time.monotonic() < end
        time.sleep(0.1)
    assert server.ask("ASK { ?s ?p ?o }").status_code == 200


def point(project: Path, build: Path) -> None:
    """Publishes a build as `kg build` does."""
    link = project / "build" / "tmp-current"
    link.symlink_to(os.path.relpath(build, project / "build"))
    link.replace(project / "build" / "current")
