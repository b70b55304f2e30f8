"""Files of the whole graph: who waits for one, and what the process that writes it may import."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from serve.conftest import apart

pytest.importorskip("starlette", reason="the server needs kg[serve]")

from kg.serve.api import dumps
from kg.serve.limits import Limits
from kg.serve.refusal import Refusal
from kg.serve.workers.lanes import Lanes
from kg.serve.workers.pool import Pool

SHARE = 8
HOSTILE = "raise SystemExit('what lies about was run')"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Returns what says when a file that is being written is there, and how many have been."""
    found: dict[str, Any] = {"written": [], "done": asyncio.Event()}

    async def written(source: Any, path: Path) -> None:
        await found["done"].wait()
        found["written"].append(path.name)
        path.write_bytes(b"whole")

    monkeypatch.setattr(dumps, "_written", written)
    return found


async def outcome(asked: Any) -> tuple[int, str]:
    """Returns the status with which a request for a file ends, and when it may come again."""
    try:
        path = await asked
    except Refusal as refusal:
        return refusal.status, refusal.headers.get("Retry-After", "")
    assert path.read_bytes() == b"whole"
    return 200, ""


def test_only_so_many_wait_for_a_file(slow: dict[str, Any]) -> None:
    """Beyond the cap askers are told when to come again; all who wait get the file, which is written once."""

    async def ask_all() -> list[tuple[int, str]]:
        found = dumps.Dumps()
        asked = [outcome(found.file("b1", {}, "x.ttl", f"192.0.2.{n}", SHARE)) for n in range(dumps.WAITING + 9)]
        tasks = [asyncio.create_task(one) for one in asked]
        await asyncio.sleep(0)
        slow["done"].set()
        outcomes = await asyncio.gather(*tasks)
        assert not found.waiting
        later = [outcome(found.file("b1", {}, "x.ttl", "192.0.2.1", SHARE)) for _ in range(3 * dumps.WAITING)]
        assert set(await asyncio.gather(*later)) == {(200, "")}, "a file that is there needs no place"
        return outcomes

    outcomes = apart(ask_all())
    assert outcomes == [(200, "")] * dumps.WAITING + [(503, "5")] * 9
    assert slow["written"] == ["x.ttl"]


def test_one_client_leaves_places_for_others(slow: dict[str, Any]) -> None:
    async def ask_all() -> tuple[list[tuple[int, str]], tuple[int, str]]:
        found = dumps.Dumps()
        greedy = [outcome(found.file("b1", {}, f"{n}.ttl", "192.0.2.1", SHARE)) for n in range(40)]
        tasks = [asyncio.create_task(one) for one in [*greedy, outcome(found.file("b1", {}, "x.nt", "::1", SHARE))]]
        await asyncio.sleep(0)
        slow["done"].set()
        *mine, other = await asyncio.gather(*tasks)
        return mine, other

    mine, other = apart(ask_all())
    assert mine == [(200, "")] * SHARE + [(429, "5")] * 32
    assert other == (200, "")


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a folder that we are in and that PYTHONPATH names, full of modules that are not what they are called."""
    for name in ("json", "asyncio", "pyoxigraph", "kg", "signal"):
        (tmp_path / f"{name}.py").write_text(HOSTILE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def test_what_lies_about_is_not_run_for_a_download(hostile: Path) -> None:
    (hostile / "data.nt").write_text("<urn:a> <urn:p> <urn:b> .\n")

    async def ask() -> bytes:
        found = dumps.Dumps()
        return (await found.file("b1", {"files": [str(hostile / "data.nt")]}, "data.nt", "::1", SHARE)).read_bytes()

    assert apart(ask()) == b"<urn:a> <urn:p> <urn:b> .\n"


def test_what_lies_about_is_not_run_by_the_process_with_the_graph(hostile: Path) -> None:
    (hostile / "data.nt").write_text("")

    async def start() -> str:
        limits = Limits()
        pool = Pool({"files": [str(hostile / "data.nt")]}, limits, Lanes(limits))
        await pool.start()
        pool.kill()
        return pool.card["title"]

    assert apart(start()) == "data.nt"
