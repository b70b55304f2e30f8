"""It cannot be brought down by a query: each row of the promise, against a real server with small limits."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kg.project import Project
from kg.serve.limits import Limits
from kg.serve.refusal import Refusal
from kg.serve.workers import pool, sandbox
from kg.serve.workers.lanes import Lanes
from serve.conftest import apart

httpx = pytest.importorskip("httpx", reason="the server needs kg[serve]")

TIMEOUT = 1.5
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
EVERY = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def small(shipped: Any) -> Iterator[Any]:
    """Returns a server whose queries end after a second and a half."""
    from serve.conftest import running

    with running(shipped.root, "--timeout", str(TIMEOUT)) as found:
        yield found


@pytest.fixture(autouse=True)
def _serves_on(small: Any) -> Iterator[None]:
    """After every attack the next query is answered at once, and nothing runs on."""
    yield
    begun = time.monotonic()
    assert small.ask("ASK {}").json()["boolean"] is True
    assert time.monotonic() - begun < 1
    _until(lambda: small.get("/healthz").json()["running"] == 0, 3)


def _until(condition: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to be in time"
        time.sleep(0.02)


def _problem(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


# --- time ---

ENDLESS = {
    "cross product": CROSS,
    "ordered cross product of names": "SELECT ?a { ?a <x:a>|!<x:a> ?b . ?c <x:a>|!<x:a> ?d . ?e ?f ?g } ORDER BY ?g",
    "paths over all pairs": "SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:a>)* ?b . ?b (<x:a>|!<x:a>)* ?c }",
    "nested stars": "SELECT (COUNT(*) AS ?n) { ?a ((<x:a>|!<x:a>)*/(<x:b>|!<x:b>)*)* ?b . ?c (!<x:b>)* ?d }",
    "500 patterns": "ASK { " + " ".join(f"?v{i} ?p{i} ?v{i + 1} ." for i in range(500)) + " }",
    "a path of a thousand steps": "ASK { ?a " + "/".join(["(<x:a>|!<x:a>)"] * 400) + " ?b }",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_query_without_end_is_ended(small, name):
    begun = time.monotonic()
    answer = small.ask(ENDLESS[name])
    spent = time.monotonic() - begun
    assert _problem(answer) in [(504, "over-time"), (413, "over-memory"), (400, "too-deep")], answer.text
    assert spent < TIMEOUT + 1  # a third of a second on a machine that does nothing else
    if answer.status_code == 504:
        assert answer.json()["limit"] == {"seconds": TIMEOUT}


def test_a_regular_expression_cannot_go_astray(small):
    text = 'ASK { FILTER(REGEX("' + "a" * 60000 + '", "^(a+)+b$")) }'
    begun = time.monotonic()
    assert small.client.post(small.url + "/sparql", data={"query": text}).json()["boolean"] is False
    assert time.monotonic() - begun < 1.5


# --- size ---


def test_a_large_result_is_cut_off_and_never_looks_whole(small):
    """The body of a result over the limit ends without its end: every client sees a broken answer."""
    with small.client.stream("GET", _address(small, EVERY)) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            list(answer.iter_bytes())


def test_a_large_result_over_http_1_0_is_refused_before_it_begins(small):
    """Without chunks an answer that breaks off would look whole: it is sent only once it is."""
    path = _address(small, EVERY).removeprefix(small.url)
    said = _raw(small, f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    assert b"200 OK" not in said.split(b"\r\n")[0]


def _address(server: Any, query: str) -> str:
    return str(httpx.URL(server.url + "/sparql", params={"query": query}))


DOUBLING = "".join(f"BIND(REPLACE(?{a}, 'a', ?{a}) AS ?{b}) " for a, b in zip("xabc", "abcd", strict=True))
HUNGRY = {
    "string doubling": "SELECT (STRLEN(?d) AS ?n) { BIND('" + "a" * 16 + "' AS ?x) " + DOUBLING + "}",
    "ordered cross product": EVERY + " ORDER BY ?c ?f",
    "distinct cross product": "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f }" + " ORDER BY ?a",
    "one long text": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?all) { ?a ?b ?c . ?d ?e ?f }",
}


@pytest.mark.parametrize("name", HUNGRY)
def test_a_query_without_measure_is_ended(small, name):
    assert _problem(small.ask(HUNGRY[name])) in [(413, "over-memory"), (504, "over-time")]


# --- depth ---

DEEP = {
    "groups": lambda n: "ASK " + "{" * n + "}" * n,
    "parentheses": lambda n: "ASK { FILTER(" + "(" * n + "1" + ")" * n + ") }",
    "not": lambda n: "ASK { FILTER(" + "!" * n + "true) }",
    "or": lambda n: "ASK { FILTER(" + "||".join(["true"] * n) + ") }",
    "and": lambda n: "ASK { FILTER(" + "&&".join(["true"] * n) + ") }",
    "plus": lambda n: "ASK { FILTER(" + "+".join(["1"] * n) + ") }",
    "if": lambda n: "ASK { FILTER(" + "IF(true," * n + "true" + ",true)" * n + ") }",
    "exists": lambda n: "ASK " + "{ FILTER EXISTS " * n + "{}" + "}" * n,
    "blank nodes": lambda n: "ASK { ?s ?p " + "[ ?p " * n + "1" + "]" * n + " }",
    "collections": lambda n: "ASK { ?s ?p " + "(" * n + "1" + ")" * n + " }",
    "union": lambda n: "ASK { " + "{} UNION " * n + "{} }",
    "optional": lambda n: "ASK { " + "OPTIONAL { " * n + "}" * n + " }",
    "subselect": lambda n: "ASK { " + "{ SELECT * { " * n + "} }" * n + " }",
    "bind": lambda n: "ASK { " + " ".join(f"BIND(1 AS ?v{i})" for i in range(n)) + " }",
    "path": lambda n: "ASK { ?a " + "(" * n + "<x:a>" + ")*" * n + " ?b }",
    "path sequence": lambda n: "ASK { ?a " + "/".join(["<x:a>"] * n) + " ?b }",
    "in": lambda n: "ASK { FILTER(1 IN (" + ",".join(["1"] * n) + ")) }",
    "values": lambda n: "ASK { VALUES ?v { " + "1 " * n + "} }",
    "minus": lambda n: "ASK { " + "MINUS { " * n + "}" * n + " }",
    "select expression": lambda n: "SELECT " + " ".join(f"(1 AS ?v{i})" for i in range(n)) + " {}",
}  # fmt: skip


@pytest.mark.parametrize("count", [1000, 9000])
@pytest.mark.parametrize("name", DEEP)
def test_depth_and_length_end_in_an_answer_or_a_refusal(small, name, count):
    """Nothing that nests or goes on ends a process: it is answered, refused with its place, or timed out."""
    text = DEEP[name](count)
    answer = small.client.post(small.url + "/sparql", data={"query": text})
    assert answer.status_code in (200, 400, 413, 504), answer.text
    if answer.status_code == 400:
        assert answer.json()["line"] == 1
        assert answer.elapsed.total_seconds() < 1


# --- other machines ---


@pytest.fixture
def canary() -> Iterator[list[Any]]:
    """Returns what has connected to a socket that nobody should connect to; the first is its port."""
    seen: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        stop = threading.Event()

        def watch() -> None:
            while not stop.is_set():
                try:
                    seen.append(listener.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=watch)
        seen.append(listener.getsockname()[1])
        thread.start()
        yield seen
        stop.set()
        thread.join()


SERVICES = {
    "plain": "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
    "silent": "SELECT * {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}",
    "lower case": "SELECT * {{ service <{}> {{ ?s ?p ?o }} }}",
    "a comment between": "SELECT * {{ SERVICE #\n <{}> {{ ?s ?p ?o }} }}",
    "a variable": "SELECT * {{ BIND(<{}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
    "in exists": "ASK {{ FILTER EXISTS {{ SERVICE <{}> {{ ?s ?p ?o }} }} }}",
    "in a subselect": "SELECT * {{ {{ SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }} }} }}",
    "without spaces": "SELECT*{{SERVICE<{}>{{?s ?p ?o}}}}",
}


@pytest.mark.parametrize("name", SERVICES)
def test_no_query_reaches_another_machine(small, canary, name):
    answer = small.ask(SERVICES[name].format(f"http://127.0.0.1:{canary[0]}/"))
    assert _problem(answer) == (403, "no-service")
    assert len(canary) == 1


def test_the_word_service_may_be_spoken_of(small):
    assert small.ask('ASK { BIND("SERVICE" AS ?service) # SERVICE\n }').json()["boolean"] is True


def test_a_worker_could_open_nothing_even_if_it_were_asked_to(canary):
    """Behind the refusal stands the kernel: a confined process opens neither a socket nor a file nor a program."""
    code = f"""
import ctypes, socket, os, subprocess
from kg.serve.workers import sandbox
ctypes.CDLL(None)
sandbox.confine(1 << 28, files=False)
outcome = []
for what in (lambda: socket.create_connection(("127.0.0.1", {canary[0]})), lambda: open("/etc/passwd"),
             lambda: open("/tmp/kg-never", "w"), lambda: os.execv("/bin/true", ["true"]), lambda: bytearray(1 << 30)):
    try:
        what(); outcome.append("done")
    except (OSError, MemoryError) as error:
        outcome.append(type(error).__name__)
print(outcome)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert eval(run.stdout) == ["OSError", "OSError", "OSError", "PermissionError", "MemoryError"], run.stderr
    assert len(canary) == 1


def test_a_worker_of_a_store_on_disk_opens_no_socket_and_writes_no_file(canary, tmp_path):
    code = f"""
import socket
from kg.serve.workers import sandbox
sandbox.confine(1 << 28, files=True)
print(open("/etc/hostname").readable())
for what in (lambda: socket.create_connection(("127.0.0.1", {canary[0]})),
             lambda: open({str(tmp_path / "x")!r}, "wb", 0).write(b"x" * 10)):
    try:
        what(); print("done")
    except OSError as error:
        print(error.errno)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.split()[:2] == ["True", "1"], run.stderr
    assert "done" not in run.stdout
    assert len(canary) == 1


def test_a_worker_that_asks_an_endpoint_connects_to_it_and_does_nothing_else(canary):
    """Where the graph is another machine's, a worker may connect; it can serve nobody, start or touch no process."""
    code = f"""
import ctypes, os, socket, threading
from kg.serve.workers import sandbox
libc = ctypes.CDLL(None, use_errno=True)
def call(*numbers):
    if libc.syscall(*numbers) < 0:
        raise OSError(ctypes.get_errno(), "")
sandbox.confine(1 << 28, files=False, sockets=True)
with socket.create_connection(("localhost", {canary[0]})) as sock:
    print("connected", sock.getpeername()[1])
thread = threading.Thread(target=print, args=("thread",))
thread.start()
thread.join()
sock = socket.socket()
attempts = dict(
    bind=lambda: sock.bind(("127.0.0.1", 0)), listen=sock.listen, execve=lambda: os.execv("/bin/true", ["true"]),
    fork=os.fork, kill=lambda: os.kill(os.getppid(), 0), unshare=lambda: call({_number("unshare")}, 0),
    ptrace=lambda: call({_number("ptrace")}, 0, 0, 0, 0), bpf=lambda: call({_number("bpf")}, 0, 0, 0),
    second_number=lambda: call(0x40000000 + 39),
)
for name, attempt in attempts.items():
    try:
        attempt()
        print(name, "done")
    except OSError as error:
        print(name, error.errno)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = ["bind", "listen", "execve", "fork", "kill", "unshare", "ptrace", "bpf", "second_number"]
    assert run.stdout.split("\n")[:-1] == [f"connected {canary[0]}", "thread", *(f"{name} 1" for name in names)]


def _number(call: str) -> int:
    """Returns the number of a call on this machine."""
    return sandbox._NEVER[call][list(sandbox._AUDIT).index(platform.machine())]


# --- processes ---


def _workers(server: Any) -> tuple[int, list[int]]:
    """Returns the zygote of a server and its workers."""
    zygotes = _children(server.process.pid)
    return zygotes[0], _children(zygotes[0])


def _children(pid: int) -> list[int]:
    """Returns the processes that any thread of a process has made."""
    try:
        return [int(n) for path in Path(f"/proc/{pid}/task").glob("*/children") for n in path.read_text().split()]
    except FileNotFoundError:
        return []


def test_a_killed_worker_costs_its_own_asker_only(small):
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(small.ask, CROSS)
        _until(lambda: small.get("/healthz").json()["running"] == 1, 2)
        time.sleep(0.1)
        busiest = max(_workers(small)[1], key=lambda pid: _cpu(pid))
        os.kill(busiest, signal.SIGKILL)
        assert _problem(asked.result()) == (500, "crashed")


def _cpu(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(fields[11]) + int(fields[12])


def test_workers_killed_again_and_again_stop_nobody_else(small):
    """Under constant killing some askers get 500, the rest their answer; nobody gets anything else."""
    stop = threading.Event()

    def kill() -> None:
        while not stop.is_set():
            for pid in _workers(small)[1][:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    thread = threading.Thread(target=kill)
    thread.start()
    statuses = [small.ask(f"ASK {{ ?s ?p {n} }}").status_code for n in range(150)]
    stop.set()
    thread.join()
    assert set(statuses) <= {200, 500}
    assert statuses.count(200) > 100


def test_the_process_with_the_graph_is_started_again(small):
    zygote, workers = _workers(small)
    os.kill(zygote, signal.SIGKILL)
    assert small.ask("ASK { ?s ?p 'no cached answer' }").status_code in (200, 500, 503)
    _until(lambda: {zygote}.isdisjoint(_children(small.process.pid) or [zygote]), 30)
    _until(lambda: small.ask("ASK { ?s ?p 'nor this one' }").status_code == 200, 30)
    _until(lambda: not any(_alive(pid) for pid in workers), 10)


def test_a_process_with_the_graph_that_hangs_is_replaced(tmp_path, monkeypatch):
    """Whoever needs a worker of it is told when to come again, and so is whoever loses one; then all goes on."""
    monkeypatch.setattr(pool, "FORK", 0.5)
    (tmp_path / "some.nt").write_text("".join(f"<urn:{n}> <urn:p> <urn:{n + 1}> .\n" for n in range(2000)))

    async def attack() -> None:
        limits = Limits()
        found = pool.Pool({"files": [str(tmp_path / "some.nt")]}, limits, Lanes(limits))
        await found.start()
        running = asyncio.create_task(_told(found, CROSS))
        await asyncio.sleep(0.3)
        hung = found._process.pid
        os.kill(hung, signal.SIGSTOP)
        try:
            while found.idle:
                found.idle.pop().end()
            askers = [_told(found, f"ASK {{ ?s ?p {n} }}") for n in range(6)]
            assert set(await asyncio.wait_for(asyncio.gather(running, *askers), 8)) == {(503, "busy", "1")}
            while (said := await _told(found, "ASK {}")) != (200, "", ""):
                assert said == (503, "busy", "1")
                await asyncio.sleep(0.1)
            assert found._process.pid != hung
        finally:
            found.kill()

    apart(asyncio.wait_for(attack(), 60))


async def _told(asked: pool.Pool, text: str) -> tuple[int, str, str]:
    """Returns the status and code of what a pool says to a query, and when to come again."""
    try:
        (await asked.ask({"task": "sparql.ask", "text": text}, f"client of {text}")).give_up()
    except Refusal as refusal:
        return refusal.status, refusal.code, refusal.headers.get("Retry-After", "")
    return 200, "", ""


def test_nothing_is_left_of_a_server_that_was_killed(serve, shipped):
    found = serve(shipped.root)
    zygote, workers = _workers(found)
    assert workers
    found.process.kill()
    found.process.wait()
    _until(lambda: not any(_alive(pid) for pid in [zygote, *workers]), 3)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_stop_is_graceful(serve, shipped):
    """A server that is told to stop answers what it is at, then ends without complaint."""
    found = serve(shipped.root, "--timeout", "2")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(found.ask, CROSS)
        _until(lambda: found.get("/healthz").json()["running"] == 1, 2)
        found.process.terminate()
        assert asked.result().status_code == 504
    assert found.process.wait(10) == 0


def test_a_stop_does_not_wait_for_a_graph_that_is_being_loaded(tmp_path):
    """The process that loads it is ended, however far it is."""
    (tmp_path / "empty.nt").write_text("")

    async def stop() -> int:
        limits, before = Limits(), set(_children(os.getpid()))
        found = pool.Pool({"files": [str(tmp_path / "empty.nt")]}, limits, Lanes(limits))
        starting = asyncio.create_task(found.start())
        while not (fresh := set(_children(os.getpid())) - before):
            await asyncio.sleep(0)
        (loading,) = fresh
        os.kill(loading, signal.SIGSTOP)
        starting.cancel()
        await asyncio.wait([starting], timeout=5)
        return loading

    loading = apart(stop())
    try:
        _until(lambda: not _alive(loading), 5)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(loading, signal.SIGKILL)


# --- askers ---


def test_an_asker_who_hangs_up_ends_the_query(small):
    before = small.get("/healthz").json()["running"]
    with socket.create_connection(("127.0.0.1", int(small.url.rsplit(":", 1)[1]))) as sock:
        address = _address(small, CROSS).removeprefix(small.url)
        sock.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        _until(lambda: small.get("/healthz").json()["running"] == before + 1, 1)
    _until(lambda: small.get("/healthz").json()["running"] == before, 0.8)


def test_one_client_has_no_more_than_its_share(small):
    """Of twenty endless queries at once eight run to their limit; the others are told when to come again."""
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(small.ask, [f"{CROSS} # {n}" for n in range(20)]))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(504) == 8, statuses
    assert statuses.count(429) == 12
    assert all(answer.headers["retry-after"] == "1" for answer in answers if answer.status_code == 429)


def test_polite_clients_are_served_under_attack(small):
    """Sixty attackers at one address keep their eight workers busy; another address is answered all the same."""
    stop = threading.Event()

    def attack(n: int) -> None:
        with httpx.Client(timeout=30) as client:
            while not stop.is_set():
                client.get(_address(small, f"{CROSS} # {n} {time.monotonic()}"))

    threads = [threading.Thread(target=attack, args=(n,)) for n in range(60)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    polite = httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=30)
    statuses = [polite.get(_address(small, f"ASK {{ ?s ?p {n} }}")).status_code for n in range(40)]
    stop.set()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 40


def test_polite_clients_are_served_while_attackers_sit_everywhere(serve, shipped):
    """Forty attackers at ten addresses, each with queries for all workers, and many of them hang up again and again."""
    found, stop = serve(shipped.root), threading.Event()

    def attack(n: int) -> None:
        transport = httpx.HTTPTransport(local_address=f"127.0.3.{n % 10 + 1}")
        with httpx.Client(transport=transport, timeout=0.2 if n % 4 == 0 else 15) as client:
            while not stop.is_set():
                with contextlib.suppress(httpx.HTTPError):
                    client.get(_address(found, f"{CROSS} # {n} {time.monotonic()}"))

    threads = [threading.Thread(target=attack, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    time.sleep(4)
    polite = httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=30)
    statuses = [polite.get(_address(found, f"ASK {{ ?s ?p {n} }}")).status_code for n in range(40)]
    stop.set()
    found.process.kill()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 40


def test_a_thousand_clients_are_answered(small):
    """A thousand connections at once, each with a question of its own: all are answered."""
    import asyncio

    async def ask_all() -> list[int]:
        limits = httpx.Limits(max_connections=1000)
        async with httpx.AsyncClient(limits=limits, timeout=60) as client:
            jobs = (client.get(_address(small, f"ASK {{ ?s ?p {n % 7} }}")) for n in range(1000))
            return [answer.status_code for answer in await asyncio.gather(*jobs)]

    statuses = apart(ask_all())
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) > 900


# --- connections ---


def _raw(server: Any, data: bytes, wait: float = 10) -> bytes:
    """Returns what the server says to bytes as they are, until it closes or time is over."""
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=wait) as sock:
        found = b""
        try:
            sock.sendall(data)
            while part := sock.recv(1 << 16):
                found += part
        except (TimeoutError, ConnectionError):
            pass
        return found


MALFORMED = {
    "no HTTP": b"hello\r\n\r\n",
    "bytes": bytes(range(256)) + b"\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
    "a length that is none": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a negative length": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "a chunk that is none": b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a path that is no UTF-8": b"GET /%ff%fe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "raw bytes in the path": b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "a lone surrogate in the path": b"GET /%ED%A0%80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "a NUL in the path": b"GET /%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "a control character in a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: a\x01b\r\n\r\n",
    "an Accept that is none": b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: localhost\r\nAccept: \xff;;q=\r\n\r\n",
    "a head without end": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 400_000,
    "a thousand headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_good_request_gets_a_clear_refusal(small, name):
    said = _raw(small, MALFORMED[name], 3)
    assert re.match(rb"HTTP/1.1 4(00|04|06|08|13|21|31)", said), said[:200]
    assert b"Traceback" not in said
    assert b"application/problem+json" in said


def test_a_body_that_is_too_large_is_refused_unread(small):
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    said = _raw(small, head + b"Content-Length: 1073741824\r\n\r\n" + b"x" * 1000, 3)
    assert said.startswith(b"HTTP/1.1 413")
    assert b"body-too-large" in said


def test_a_body_without_end_is_refused(small):
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    with socket.create_connection(("127.0.0.1", int(small.url.rsplit(":", 1)[1])), timeout=5) as sock:
        sock.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = 0
        with contextlib.suppress(ConnectionError):  # the door may close on what is still being sent
            while not select.select([sock], [], [], 0.02)[0]:
                sock.sendall(chunk)
                sent += 1
            assert sock.recv(1000).startswith(b"HTTP/1.1 413")
    assert sent < 60


def test_a_query_that_is_too_large_is_refused(small):
    answer = small.client.post(small.url + "/sparql", data={"query": "ASK {} # " + "x" * 70_000})
    assert _problem(answer) == (413, "query-too-large")


def test_one_who_sends_byte_by_byte_is_told_to_hurry():
    """A head that does not come in time ends its connection; the limit here is half a second."""
    import asyncio

    import uvicorn

    from kg.serve.connection import protocol
    from kg.serve.limits import Limits

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("no request came")

    async def attack() -> bytes:
        hasty = protocol(Limits(header_seconds=0.5))
        config = uvicorn.Config(app, http=hasty, lifespan="off", port=0, log_level="error")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        said = asyncio.create_task(reader.read(4096))  # at once: what is still being sent meets a closed door
        for letter in b"GET / HTTP/1.1\r\nHost: localhost\r\nX: aaaaaaaaaaaaa":
            writer.write(bytes([letter]))
            await asyncio.sleep(0.03)
            if said.done():
                break
        writer.close()
        server.should_exit = True
        await task
        return await said

    said = apart(attack())
    assert said.startswith(b"HTTP/1.1 408")
    assert b"too-slow" in said


def test_an_accept_header_without_end_is_refused_at_once(small):
    answer = small.ask("ASK {}", accept=",".join(["a/b"] * 20_000))
    assert _problem(answer) == (400, "bad-accept")
    assert answer.elapsed.total_seconds() < 0.5


@pytest.mark.parametrize(
    "path",
    [
        "/search?class=https://w3id.org/%ED%A0%80",
        "/search.json?q=a&class=https://w3id.org/%ED%A0%80",
        '/reconcile?queries={"a":{"query":"x","limit":1e400}}',
        "/browse?iri=%00",
        "/venezuela-2008/x%3E%20%7D%20UNION%20%7B",
    ],
)
def test_odd_values_in_addresses_break_nothing(small, path):
    assert small.get(path).status_code in (200, 400, 404)


def test_a_page_of_a_query_that_differs_each_time_is_made_anew(small):
    pages = {small.ask("SELECT (RAND() AS ?r) {}", accept="text/html").text for _ in range(3)}
    assert len(pages) == 3


def test_a_page_and_an_answer_of_one_query_are_kept_apart(small):
    query = "SELECT (1 AS ?kept) {}"
    assert small.ask(query, accept="text/html").headers["content-type"].startswith("text/html")
    assert small.ask(query).headers["content-type"] == "application/sparql-results+json"


def test_a_worker_forked_for_one_who_hangs_up_serves_another(tmp_path):
    """An asker who goes while a worker is forked for it leaves neither process nor descriptor behind."""
    import asyncio

    from kg.serve.limits import Limits
    from kg.serve.workers.lanes import Lanes
    from kg.serve.workers.pool import SPARE, Pool

    async def attack(path: str) -> tuple[int, int]:
        limits = Limits()
        pool = Pool({"files": [path]}, limits, Lanes(limits))
        await pool.start()
        for _ in range(12):
            task = asyncio.create_task(pool._fork())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.5)
        counted = len(_children(pool._process.pid)), len(pool.idle)
        pool.kill()
        return counted

    (tmp_path / "empty.nt").write_text("")
    alive, idle = apart(attack(str(tmp_path / "empty.nt")))
    assert alive == idle <= SPARE + 12


def test_idle_connections_beyond_the_share_make_room(small):
    """Three thousand connections that say nothing hinder nobody: the oldest are closed for those that come."""
    port = int(small.url.rsplit(":", 1)[1])
    held = []
    try:
        for _ in range(3000):
            try:
                held.append(socket.create_connection(("127.0.0.1", port), timeout=5))
            except OSError:
                break
            if len(held) % 500 == 0:
                assert small.ask(f"ASK {{ ?s ?p {len(held)} }}").status_code == 200
        assert len(held) > 1000
        assert small.ask("ASK { ?s ?p 'after all' }").status_code == 200
    finally:
        for sock in held:
            sock.close()


def test_an_asker_who_stops_reading_hinders_nobody(small):
    port = int(small.url.rsplit(":", 1)[1])
    address = _address(small, "SELECT * { ?s ?p ?o }").removeprefix(small.url)
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", port))
        sock.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        sock.recv(100)
        # its worker is free again at once: the answer waits in a file, not in the worker
        _until(lambda: small.get("/healthz").json()["running"] == 0, 2)
        assert small.ask("ASK { ?s ?p 'meanwhile' }").status_code == 200


# --- builds ---


def test_a_rebuild_under_traffic_interrupts_nobody(serve, tmp_path, shipped):
    """While builds follow each other every answer is whole and from one build, and the last one is served soon."""
    root = tmp_path / "project"
    shutil.copytree(shipped.root, root, ignore=shutil.ignore_patterns("build"))
    found = serve(root)
    stop, seen = threading.Event(), []

    def read() -> None:
        with httpx.Client(timeout=30) as client:
            n = 0
            while not stop.is_set():
                n += 1
                answer = client.get(_address(found, f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} # {n}"))
                value = json.loads(answer.text)["results"]["bindings"][0]["n"]["value"] if answer.is_success else ""
                seen.append((answer.status_code, answer.headers.get("kg-build"), value))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    extra = root / "facts" / "extra.yaml"
    ids = [found.get("/healthz").json()["build"]]
    for n in range(3):
        people = "".join(f"  extra-{i}: {{type: Person, name: Extra {i}}}\n" for i in range(n + 1))
        extra.write_text("entities:\n" + people)
        ids.append(Project(root).build().manifest["id"])
        _until(lambda: found.get("/healthz").json()["build"] == ids[-1], 20)
    stop.set()
    for thread in threads:
        thread.join()
    assert {status for status, _, _ in seen} == {200}
    assert len(set(ids)) == 4
    counts = {build: {value for _, b, value in seen if b == build} for build in ids}
    assert all(len(values) <= 1 for values in counts.values()), counts


def test_a_damaged_build_is_not_served(tmp_path, shipped):
    root = tmp_path / "project"
    shutil.copytree(shipped.root, root, ignore=shutil.ignore_patterns("build"))
    build = Project(root).build()
    path = build.path / "inferred.nt"
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes(raw)
    command = [sys.executable, "-m", "kg.cli", "-C", str(root), "serve", "--port", "0"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1
    assert "inferred.nt" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_port_that_is_taken_is_told(shipped, small):
    port = small.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "kg.cli", "-C", str(shipped.root), "serve", "--port", port]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1
    assert f"port {port}" in run.stderr
    assert "Traceback" not in run.stderr
