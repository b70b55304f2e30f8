"""Stores that tests ask over HTTP: two real servers on loopback, and one of our own that can be told to fail."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 10000
"""
"""Virtuoso's settings; it cuts results at 10,000 rows, as Debian's do."""

LOGIN = "dba:dba"
"""Virtuoso's own, in a new database."""


def free_port() -> int:
    """Returns a port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def missing(what: str, package: str) -> None:
    """Skips a test that needs a server which is not here; fails where all must be."""
    reason = f"there is no {what}: {package}"
    if os.environ.get("KG_NEEDS_SERVERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """Yields the address of an Oxigraph server in memory, stopped at the end."""
    program = Path(sys.executable).with_name("oxigraph")
    found = str(program) if program.exists() else shutil.which("oxigraph")
    if not found:
        missing("Oxigraph server", "pip install oxigraph")
    port = free_port()
    with _running([found, "serve", "--bind", f"127.0.0.1:{port}"], folder, port):
        yield f"http://127.0.0.1:{port}/query"


@contextlib.contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """Yields the address of a Virtuoso 7 with a new database, stopped at the end."""
    found = shutil.which("virtuoso-t")
    if not found:
        missing("Virtuoso", "apt-get install virtuoso-opensource")
    http = free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(INI.format(folder=folder, http=http, sql=free_port()))
    with _running([found, "+foreground", "+configfile", str(settings)], folder, http):
        yield f"http://127.0.0.1:{http}/sparql"


@contextlib.contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        try:
            end = time.monotonic() + 120
            while not _answers(port):
                assert process.poll() is None, (folder / "output.txt").read_text(errors="replace")
                assert time.monotonic() < end, f"{command[0]} did not start"
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@dataclass
class Asked:
    """A request as it came in."""

    method: str
    path: str
    fields: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass
class Fake:
    """A small endpoint and graph store. `before` may answer a request in its place: (status, headers, body)."""

    address: str = ""
    store: ox.Store = field(default_factory=ox.Store)
    asked: list[Asked] = field(default_factory=list)
    before: Callable[[Asked], tuple[int, dict[str, str], bytes] | None] = lambda asked: None
    server: str = "Oxigraph/0"

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """Returns what the real ones would."""
        if told := self.before(asked):
            return told
        if asked.method != "POST" or urlsplit(asked.path).path == "/store":
            return self._stored(asked)
        fields = asked.fields
        graphs = {
            name: [ox.NamedNode(iri) for iri in fields[f"{name.split('_')[0]}-graph-uri"]]
            for name in ("default_graph", "named_graphs")
            if f"{name.split('_')[0]}-graph-uri" in fields
        }
        union = "union-default-graph" in fields
        found = self.store.query(fields["query"][0], use_default_graph_as_union=union, **graphs)
        if isinstance(found, ox.QueryTriples):
            return 200, {"Content-Type": "application/n-triples"}, found.serialize(format=ox.RdfFormat.N_TRIPLES)
        body = found.serialize(format=ox.QueryResultsFormat.JSON)
        return 200, {"Content-Type": "application/sparql-results+json"}, body

    def _stored(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        named = parse_qs(urlsplit(asked.path).query).get("graph")
        graph = ox.NamedNode(named[0]) if named else ox.DefaultGraph()
        if asked.method in ("PUT", "DELETE"):
            self.store.clear_graph(graph)
        if asked.method != "DELETE":
            self.store.load(asked.body, ox.RdfFormat.TURTLE, to_graph=graph)
        return 204, {}, b""


@contextlib.contextmanager
def fake() -> Iterator[Fake]:
    """Yields an endpoint of our own on loopback."""
    made = Fake()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            form = "x-www-form-urlencoded" in self.headers.get("Content-Type", "")
            fields = parse_qs(body.decode(), keep_blank_values=True) if form else {}
            asked = Asked(self.command, self.path, fields, {k.lower(): v for k, v in self.headers.items()}, body)
            made.asked.append(asked)
            status, headers, said = made.answer(asked)
            self.send_response_only(status)
            for name, value in {"Server": made.server, "Content-Length": str(len(said)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(said)

        do_GET = do_POST = do_PUT = do_DELETE = _any

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}/query"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
