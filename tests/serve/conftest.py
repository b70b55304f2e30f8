"""What the tests of the server share: a real one over the shipped facts, and a page in a real browser."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

httpx = pytest.importorskip("httpx", reason="the server needs kg[serve]")


@dataclass
class Server:
    """A running `kg serve`."""

    url: str
    """Without the slash at its end."""
    process: subprocess.Popen[str]
    client: Any

    def get(self, path: str, **headers: str) -> Any:
        """Returns the response to a GET, redirections not followed; `accept_language` stands for Accept-Language."""
        return self.client.get(self.url + path, headers=_named(headers))

    def ask(self, query: str, **headers: str) -> Any:
        """Returns the response to a query."""
        return self.client.get(self.url + "/sparql", params={"query": query}, headers=_named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {"accept": "*/*", **{name.lower().replace("_", "-"): value for name, value in headers.items()}}


@contextlib.contextmanager
def running(root: Path, *options: str) -> Iterator[Server]:
    """Yields a server on a free port over a project, and stops it."""
    command = [sys.executable, "-m", "kg.cli", "-C", str(root), "serve", "--port", "0", "--quiet", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, f"kg serve ended with {process.wait(10)}"
        with httpx.Client(timeout=30) as client:
            yield Server(found[0].rstrip("/"), process, client)
    finally:
        process.terminate()
        process.wait(20)


def apart(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Returns what a coroutine returns, run in a thread of its own: a browser's tests leave a loop running in this."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@pytest.fixture(scope="session")
def server(shipped: Any) -> Iterator[Server]:
    """Returns a server over the shipped facts."""
    with running(shipped.root) as found:
        yield found


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Returns a maker of servers: the project's folder, then options of `kg serve`."""
    with contextlib.ExitStack() as stack:
        yield lambda root, *options: stack.enter_context(running(root, *options))


@pytest.fixture(scope="module")
def serve_all() -> Iterator[Callable[..., Server]]:
    """Returns a maker of servers that all tests of a file share."""
    with contextlib.ExitStack() as stack:
        yield lambda root, *options: stack.enter_context(running(root, *options))


@pytest.fixture
def page(browser: Any, server: Server) -> Iterator[Any]:
    """Returns a page that knows the server only: a fault on it, or a request elsewhere, fails the test."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 800})
    found, faults = context.new_page(), []
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    found.on("request", lambda r: None if r.url.startswith((server.url, "data:", "blob:")) else faults.append(r.url))
    yield found
    context.close()
    assert faults == []
