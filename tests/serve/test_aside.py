"""What the server makes itself is bounded: so many at once, so many that wait, so many of one client."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kg.serve.aside import ASKER, Aside
from kg.serve.limits import Limits
from kg.serve.refusal import Refusal
from serve.conftest import apart

httpx = pytest.importorskip("httpx", reason="the server needs kg[serve]")

LIMITS = Limits(aside=2, aside_queue=10, per_client=4)


async def made(client: str, make: Any) -> int:
    """Returns the status with which what a client wants made comes to an end."""
    ASKER.set(client)
    try:
        await asyncio.to_thread(make)
    except Refusal as refusal:
        return refusal.status if "Retry-After" in refusal.headers else 500
    return 200


def outcomes(clients: list[str]) -> Counter[tuple[str, int]]:
    """Returns what becomes of clients who all want something made at once that takes its time."""
    go, aside = threading.Event(), Aside(LIMITS)

    async def ask() -> list[int]:
        asyncio.get_running_loop().set_default_executor(aside)
        tasks = [asyncio.create_task(made(client, go.wait)) for client in clients]
        await asyncio.sleep(0)
        go.set()
        found = await asyncio.gather(*tasks)
        assert await made("another", lambda: None) == 200
        await asyncio.gather(*(made("another", lambda: None) for _ in range(3)))
        return found

    found = apart(ask())
    assert not aside.held, "all places are free again"
    return Counter(zip(clients, found, strict=True))


def test_one_client_has_its_share_and_no_more() -> None:
    found = outcomes(["greedy"] * 50 + ["polite"] * 3)
    assert found == {("greedy", 200): 4, ("greedy", 429): 46, ("polite", 200): 3}


def test_many_clients_have_no_more_than_there_is_room_for() -> None:
    found = outcomes([f"client {n}" for n in range(40)])
    assert Counter(status for (_, status), n in found.items() for _ in range(n)) == {200: 12, 503: 28}


SLOW = """
import os, sys, time
from kg.view import frame
html = frame.html
def slowly(payload):
    while os.path.exists(sys.argv[2]):
        time.sleep(0.02)
    return html(payload)
frame.html = slowly
from kg.cli import main
main(["-C", sys.argv[1], "serve", "--port", "0", "--quiet"])
"""


def test_a_network_is_drawn_within_these_bounds(shipped: Any, tmp_path: Path) -> None:
    """Of twenty pages that one client wants at once eight are drawn, and another client has its own."""
    pytest.importorskip("pyvis", reason="the network needs kg[view]")
    slow = tmp_path / "slow"
    command = [sys.executable, "-c", SLOW, str(shipped.root), str(slow)]
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        url = re.search(r"http://\S+", process.stdout.readline())[0] + "network"
        assert httpx.get(url, timeout=30).status_code == 200  # what it is drawn from is known now
        slow.touch()
        with ThreadPoolExecutor(21) as pool, httpx.Client(timeout=60) as client:
            polite = httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=60)
            asked = [*(pool.submit(client.get, url) for _ in range(20)), pool.submit(polite.get, url)]
            end = time.monotonic() + 30
            while sum(one.done() for one in asked) < 12 and time.monotonic() < end:
                time.sleep(0.05)
            slow.unlink()
            *statuses, other = [one.result().status_code for one in asked]
        process.terminate()
    assert other == 200
    assert Counter(statuses) == {200: 8, 429: 12}
