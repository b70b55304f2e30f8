"""A server goes over to each newer build that can be loaded, whatever was wrong with the one before it."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.serve import live
from kg.serve.limits import Limits
from kg.serve.live import Live
from kg.serve.workers import beside, frames
from kg.serve.workers.lanes import Lanes
from kg.serve.workers.pool import Failed, Pool, _ask_fork
from serve.conftest import apart

pytest.importorskip("starlette", reason="the server needs kg[serve]")

SAYS = {
    "no JSON": b"{",
    "no text": b"\xff",
    "a list": b"[]",
    "nothing of it": b"{}",
    "a card that is none": b'{"ready": 1}',
    "a card without an id": b'{"ready": {}}',
}


def saying(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    """Has the process that loads a graph say something else and end."""
    text = "import socket, sys\n"
    text += "end = socket.socket(fileno=int(sys.argv[1])); end.recv(9999); end.sendall(bytes.fromhex(sys.argv[2]))"
    said = frames.frame(frames.LOADED, raw).hex()
    monkeypatch.setattr(beside, "command", lambda module, fd: (sys.executable, "-c", text, fd, said))


@pytest.mark.parametrize("raw", SAYS.values(), ids=SAYS)
def test_what_cannot_be_read_is_no_graph(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    saying(monkeypatch, raw)
    with pytest.raises(Failed, match="what the process that loads it says cannot be read"):
        apart(Pool({}, Limits(), Lanes(Limits())).start())


@pytest.mark.parametrize(("raw", "why"), [(b'{"failed": "it is odd"}', "it is odd")])
def test_why_a_graph_cannot_be_loaded_is_told_as_it_was(raw: bytes, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    saying(monkeypatch, raw)
    with pytest.raises(Failed, match=f"^{why}$"):
        apart(Pool({}, Limits(), Lanes(Limits())).start())


def test_a_worker_whose_ends_do_not_come_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process with as many descriptors as it may have is handed none."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"\0\0\0\1")
        with pytest.raises(OSError, match="Too many open files"):
            _ask_fork(ours)


class Source:
    """What is newest now; a fault is raised."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now: Any = self.holding("first")

    def holding(self, name: str) -> dict[str, Any]:
        path = self.folder / f"{name}.nt"
        path.write_text(f"<urn:{name}> <urn:p> <urn:o> .\n", encoding="utf-8")
        return {"files": [str(path)]}

    def __call__(self) -> Mapping[str, Any]:
        if isinstance(self.now, Exception):
            raise self.now
        return self.now


FAULTS: dict[str, Callable[[Source], Any]] = {
    "a file that is none": lambda source: {"files": [str(source.folder / "none.nt")]},
    "a source that cannot be read": lambda source: OSError("gone"),
    "a fault that nobody foresaw": lambda source: ZeroDivisionError("x"),
    "a source that is none": lambda source: {"files": {1, 2}},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_build_that_is_not_served_holds_up_no_later_one(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told, and until then all is answered from the one before it."""
    monkeypatch.setattr(live, "LOOK", 0.05)

    async def follow() -> None:
        source = Source(tmp_path)
        found = Live(source, Limits(workers=1))
        await found.start()
        try:
            first = found.card["id"]
            source.now = FAULTS[fault](source)
            await until(lambda: "the new build is not served" in caplog.text)
            assert found.card["id"] == first
            source.now = source.holding("later")
            await until(lambda: found.card["id"] != first)
        finally:
            await found.close()
        assert found._look is not None
        assert found._look.cancelled()

    with caplog.at_level(logging.INFO, "kg.serve"):
        apart(follow())


async def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.05)
