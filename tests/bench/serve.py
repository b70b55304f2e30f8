"""Measures requests per second of `kg serve`, of the `oxigraph` server and of rdflib-endpoint over the same triples.

    python tests/bench/serve.py [SECONDS]

A point query, a join of two hops and an aggregate, at 1, 8 and 64 clients: cold (each query differs by a comment, so
that nothing is remembered) and repeated. A server that is not installed is left out and named.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from asking import answer, request

import kg
from facts import write_project

CLIENTS = (1, 8, 64)
P = "PREFIX : <https://example.org/big/> PREFIX kg: <https://kg.example/terms#> "
QUERIES = {
    "point": P + "SELECT ?p ?o { :p7 ?p ?o }",
    "two hops": P + "SELECT ?b ?c { :p7 kg:losesTo ?b . ?b kg:losesTo ?c }",
    "aggregate": P + "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@contextlib.contextmanager
def started(command: list[str], port: int) -> Iterator[int]:
    """Yields the port of a server once it answers there."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"{command[0]} does not start") from None
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


async def load(port: int, path: str, query: str, clients: int, seconds: float, cold: bool) -> tuple[float, float]:
    """Returns requests per second and the median time of one in milliseconds."""
    spent: list[float] = []
    end = time.perf_counter() + seconds

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        same, turn = request(path, query), 0
        while (begun := time.perf_counter()) < end:
            turn += 1
            writer.write(request(path, f"{query} # {os.getpid()} {number} {turn} {seconds}") if cold else same)
            if await answer(reader) == 200:  # a refusal (429: more than one client's share) is not counted
                spent.append(time.perf_counter() - begun)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one(n) for n in range(clients)))
    return len(spent) / (time.perf_counter() - begun), statistics.median(spent or [0]) * 1000


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        root = Path(folder) / "project"
        write_project(root, 18_000)
        build = kg.open(root).build()
        data = Path(folder) / "all.nt"
        lines = [line for part in ("facts", "inferred", "ontology") for line in build.lines(part)]
        data.write_text("\n".join(lines) + "\n")
        print(f"{len(lines):,} triples, {seconds:g} s each, {os.cpu_count()} cores, of which the load takes its part")
        servers: dict[str, tuple[int, str]] = {}
        port = free_port()
        command = [sys.executable, "-m", "kg.cli", "serve", "--quiet", "--port", str(port), "--data", str(data)]
        servers["kg serve"] = stack.enter_context(started(command, port)), "/sparql"
        paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        if found := shutil.which("oxigraph", path=paths):
            place, port = Path(folder) / "oxigraph", free_port()
            subprocess.run([found, "load", "-l", str(place), "-f", str(data)], check=True, capture_output=True)
            command = [found, "serve-read-only", "-l", str(place), "-b", f"127.0.0.1:{port}"]
            servers["oxigraph"] = stack.enter_context(started(command, port)), "/query"
        if importlib.util.find_spec("rdflib_endpoint"):
            port = free_port()
            command = [sys.executable, "-m", "rdflib_endpoint", "serve", "--port", str(port), str(data)]
            servers["rdflib-endpoint"] = stack.enter_context(started(command, port)), "/"
        for missing in {"oxigraph", "rdflib-endpoint"} - servers.keys():
            print(f"{missing}: not installed, not measured")
        print(f"{'query':<10}{'clients':>8}  {'':<10}" + "".join(f"{name:>24}" for name in servers))
        for query, text in QUERIES.items():
            for clients in CLIENTS:
                for cold in (True, False):
                    found = [asyncio.run(load(p, path, text, clients, seconds, cold)) for p, path in servers.values()]
                    cells = "".join(f"{f'{rate:,.0f}/s {median:.1f} ms':>24}" for rate, median in found)
                    print(f"{query:<10}{clients:>8}  {'cold' if cold else 'repeated':<10}{cells}", flush=True)


if __name__ == "__main__":
    main()
