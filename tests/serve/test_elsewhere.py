"""`kg serve --endpoint`: what another machine's endpoint holds is served as one's own is."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import endpoints
import pyoxigraph as ox
import pytest
from endpoints import Fake

from kg.project import Project
from kg.publish import Target, publish


@pytest.fixture(scope="module")
def oxigraph(shipped: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Returns the address of a real server that holds the shipped facts."""
    with endpoints.oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        publish(shipped.root, shipped.build(), Target(address), lambda stage: None)
        yield address


@pytest.fixture
def endpoint() -> Iterator[Fake]:
    with endpoints.fake() as found:
        yield found


def test_what_an_endpoint_holds_is_served(oxigraph: str, shipped: Project, serve: Callable[..., Any]) -> None:
    """Queries, saved ones too, pages and linked data; every answer is asked for anew."""
    server = serve(shipped.root, "--endpoint", oxigraph)
    first = server.ask("SELECT ?s { ?s ?p ?o } LIMIT 12000", accept="text/csv")
    assert first.text.count("\r\n") == 12_001
    assert first.headers["cache-control"] == "no-store"
    assert "etag" not in first.headers
    assert server.ask("SELECT * { SERVICE <http://127.0.0.1:1/> {} }").status_code == 403
    assert server.get("/queries/who-lost-to-whom.csv").text.startswith("loser,winner")
    turtle = server.ask("CONSTRUCT { ?s kg:wins ?o } WHERE { ?s kg:wins ?o }", accept="text/turtle")
    assert len(list(ox.parse(turtle.content, ox.RdfFormat.TURTLE))) > 5
    for path in ("/", "/search?q=capriles", "/venezuela-2008/cabello.html", "/venezuela-2008/cabello.ttl"):
        assert server.get(path).status_code == 200, path


def test_pages_about_another_machine_are_never_kept(
    endpoint: Fake, tmp_path: Path, serve: Callable[..., Any]
) -> None:
    """Nothing tells when that graph has changed: no page has a tag, none is answered by "not modified"."""
    endpoint.store.load(b'<urn:a> a <urn:C> ; <urn:p> <urn:b> ; <urn:n> "first" .', ox.RdfFormat.TURTLE)
    server = serve(tmp_path, "--endpoint", endpoint.address)
    page = "/browse?iri=urn:a&as=html"
    paths = ("/", "/search?q=a", "/search.json?q=a", "/terms", "/documents", "/queries", page, "/browse?iri=urn:a")
    for path in (*paths, "/browse?iri=urn:a&as=network", "/sparql?query=", "/complete.json?q=a"):
        response = server.get(path, accept="text/html")
        assert response.headers["cache-control"] == "no-store", path
        assert "etag" not in response.headers, path
    assert "first" in server.get(page, accept="text/html").text
    endpoint.store.load(b'<urn:a> <urn:n> "second" .', ox.RdfFormat.TURTLE)
    again = server.get(page, accept="text/html", if_none_match="*")
    assert again.status_code == 200
    assert "second" in again.text


def test_an_endpoint_that_fails_is_told_from_a_server_that_fails(
    endpoint: Fake, tmp_path: Path, serve: Callable[..., Any]
) -> None:
    endpoint.store.load(b"<urn:a> <urn:p> 1 .", ox.RdfFormat.TURTLE)
    server = serve(tmp_path, "--endpoint", endpoint.address)
    assert server.ask("ASK { <urn:a> ?p ?o }").json()["boolean"] is True
    endpoint.store.load(b"<urn:b> <urn:p> 1 .", ox.RdfFormat.TURTLE)
    assert server.ask("SELECT ?s { ?s ?p ?o }").text.count("urn:") == 2, "what has changed is seen"
    endpoint.before = lambda asked: (500, {"Content-Type": "text/plain"}, b"disk full")
    told = server.ask("ASK { <urn:b> ?p ?o }")
    assert (told.status_code, told.json()["type"]) == (502, "/problems/unanswered")
    assert "disk full" in told.json()["detail"]


def test_workers_that_ask_an_endpoint_are_confined(endpoint: Fake, tmp_path: Path, serve: Callable[..., Any]) -> None:
    """The kernel filters what each of them calls, though it must open sockets."""
    endpoint.store.load(b"<urn:a> <urn:p> 1 .", ox.RdfFormat.TURTLE)
    server = serve(tmp_path, "--endpoint", endpoint.address)
    assert server.ask("ASK { <urn:a> ?p ?o }").json()["boolean"] is True
    (zygote,) = _children(server.process.pid)
    end = time.monotonic() + 5
    while not (modes := [_filtering(pid) for pid in _children(zygote)]) or set(modes) != {"2"}:
        assert time.monotonic() < end, modes  # one that has just been forked is on its way there
        time.sleep(0.05)


def _filtering(pid: int) -> str:
    return re.search(r"Seccomp:\s*(\d)", Path(f"/proc/{pid}/status").read_text())[1]


def _children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_an_endpoint_that_does_not_answer_is_not_served(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kg.cli", "-C", str(tmp_path), "serve", "--port", "0"]
    command += ["--endpoint", "http://127.0.0.1:1/"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "http://127.0.0.1:1/: nothing answers there" in done.stderr
