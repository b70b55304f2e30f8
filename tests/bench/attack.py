"""Measures how `kg serve` serves eight polite clients while sixty attackers ask it what it cannot answer.

    python tests/bench/attack.py [SECONDS [ADDRESSES]]

The polite ask point queries, each client from an address of its own, one after the other: each differing (cold), or all
the same (repeated). The attackers sit at ADDRESSES others (6) and ask, again and again, for endless joins, for more
memory or more rows than there may be, and hang up on endless ones. Idle and attacked are measured in one run over the
shipped facts, in turns; what counts are the ratios. Server and both loads share the machine's cores: the CPU time of
each is printed too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

from asking import answer, request

ROOT = Path(__file__).resolve().parents[2]
POLITE, ATTACKERS = 8, 60
POINT = "SELECT ?p ?o { :cabello ?p ?o }"

JOIN = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DOUBLING = "".join(f"BIND(REPLACE(?{a}, 'a', ?{a}) AS ?{b}) " for a, b in zip("xabc", "abcd", strict=True))
ATTACKS = {
    "endless": f"SELECT (COUNT(*) AS ?n) {JOIN}",
    "sorted without end": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "rows without end": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "doubled text": "SELECT (STRLEN(?d) AS ?n) { BIND('" + "a" * 16 + "' AS ?x) " + DOUBLING + "}",
    "one long text": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?all) { ?a ?b ?c . ?d ?e ?f }",
    "hung up": f"SELECT (COUNT(*) AS ?n) {JOIN}",
}
HANG_UP = 0.1
"""Seconds after which an attacker who hangs up does so."""


# --- attackers, in a process of their own ---


async def attack(port: int, number: int, addresses: int, seen: Counter[str]) -> None:
    """Asks one kind of harmful query again and again, at once when the last one is over."""
    kind, turn = list(ATTACKS)[(number + number // addresses) % len(ATTACKS)], 0  # every kind at every address
    place = (f"127.0.2.{number % addresses + 1}", 0)
    while True:
        turn += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=place, limit=1 << 20)
            writer.write(request("/sparql", f"{ATTACKS[kind]} # {number} {turn}"))
            try:
                status = "hung up"
                async with asyncio.timeout(HANG_UP if kind == "hung up" else None):
                    status = (await reader.readuntil(b"\r\n"))[9:12].decode()
                    while status == "200" and await reader.read(1 << 20):
                        pass
            except TimeoutError:
                pass
            finally:
                seen[f"{kind}: {status}"] += 1  # those at work at the end are hung up on too
                writer.transport.abort()


async def attack_all(port: int, addresses: int) -> None:
    seen: Counter[str] = Counter()
    tasks = [asyncio.create_task(attack(port, n, addresses, seen)) for n in range(ATTACKERS)]
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until whoever started this says stop
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seen": seen, "cpu": used.ru_utime + used.ru_stime}))


@contextlib.contextmanager
def attacked(port: int, addresses: int, told: dict[str, float], seen: Counter[str]) -> Iterator[None]:
    """Has the attackers at work meanwhile; `told` gets the CPU time of their process, `seen` what they were told."""
    command = [sys.executable, __file__, "--attack", str(port), str(addresses)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        time.sleep(3)  # so that all of them are at it
        yield
        said = json.loads(process.communicate("")[0])
    told["cpu"] = told.get("cpu", 0) + said["cpu"]
    seen.update(said["seen"])


# --- the polite ---


async def ask(port: int, seconds: float, cold: bool) -> tuple[list[float], Counter[int]]:
    """Returns how long each request of the polite took, and the statuses that they got."""
    spent: list[float] = []
    statuses: Counter[int] = Counter()
    end = time.perf_counter() + seconds

    async def one(number: int) -> None:
        place = (f"127.0.1.{number + 1}", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=place)
        turn = 0
        while (begun := time.perf_counter()) < end:
            turn += 1
            writer.write(request("/sparql", f"{POINT} # {number} {turn} {begun}" if cold else POINT))
            statuses[await answer(reader)] += 1
            spent.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(one(n) for n in range(POLITE)))
    return spent, statuses


def figures(port: int, seconds: float, cold: bool) -> tuple[float, float, float, Counter[int]]:
    """Returns requests per second, the median and the 99th percentile in milliseconds, and the statuses."""
    spent, statuses = asyncio.run(ask(port, seconds, cold))
    last = statistics.quantiles(spent, n=100)[-1]
    return statuses[200] / seconds, statistics.median(spent) * 1000, last * 1000, statuses


@contextlib.contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Yields the port and the process of a server over the shipped facts."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("facts", "ontology", "queries"):
            shutil.copytree(ROOT / name, Path(folder) / name)
        command = [sys.executable, "-m", "kg.cli", "-C", folder, "serve", "--port", "0", "--quiet"]
        env = {**os.environ, "PYTHONUNBUFFERED": "1"}
        quiet = {"stderr": subprocess.DEVNULL, "text": True, "env": env}
        with subprocess.Popen(command, stdout=subprocess.PIPE, **quiet) as process:
            found = re.search(r":(\d+)/", process.stdout.readline())
            assert found, "kg serve does not start"
            try:
                yield int(found[1]), process.pid
            finally:
                process.terminate()


def settled(port: int) -> None:
    """Waits until no question runs."""
    while True:
        with urlopen(f"http://127.0.0.1:{port}/healthz") as said:
            if json.load(said)["running"] == 0:
                return
        time.sleep(0.1)


def cpu_of(pid: int) -> float:
    """Returns the CPU seconds that a process has taken itself."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    if sys.argv[1:2] == ["--attack"]:
        asyncio.run(attack_all(int(sys.argv[2]), int(sys.argv[3])))
        return
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    addresses = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    seen: Counter[str] = Counter()
    with served() as (port, pid):
        asyncio.run(ask(port, 1, True))
        print(f"{POLITE} polite clients, {ATTACKERS} attackers at {addresses} addresses, {os.cpu_count()} cores")
        print(f"{'':<10}{'':<10}{'requests/s':>12}{'median ms':>12}{'p99 ms':>10}   statuses")
        for cold in (True, False):
            told: dict[str, float] = {}
            settled(port)
            idle = figures(port, seconds, cold)
            before, began = cpu_of(pid), time.perf_counter()
            with attacked(port, addresses, told, seen):
                under = figures(port, seconds, cold)
            server, wall = cpu_of(pid) - before, time.perf_counter() - began
            kind = "cold" if cold else "repeated"
            for name, one in (("idle", idle), ("attacked", under)):
                statuses = ", ".join(f"{count:,} × {status}" for status, count in sorted(one[3].items()))
                print(f"{kind:<10}{name:<10}{one[0]:>12,.0f}{one[1]:>12.1f}{one[2]:>10.1f}   {statuses}")
            share = f"{server / wall:.2f} cores by the server's front, {told['cpu'] / wall:.2f} by the attackers' load"
            print(f"{kind}: p99 {under[2] / idle[2]:.1f} × idle, {under[0] / idle[0]:.0%} of idle throughput; {share}")
        print("the attackers got " + ", ".join(f"{name} ×{count}" for name, count in sorted(seen.items())))


if __name__ == "__main__":
    main()
