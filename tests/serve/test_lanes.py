"""Who may ask next: room for quick questions, shares of clients, and what becomes of those that turn out long."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kg.serve.limits import Limits
from kg.serve.refusal import Refusal
from kg.serve.workers.lanes import DEBT, FADES, HOLD, Lanes, Place
from kg.serve.workers.pool import Pool
from kg.serve.workers.reply import Reply
from serve.conftest import apart

pytest.importorskip("starlette", reason="the server needs kg[serve]")

LIMITS = Limits(workers=8, per_client=8, patience=30, client_patience=30, queue=20)
"""Six of these eight places may be long ones'."""


class Clock:
    """A clock that goes on when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lanes(clock: Clock) -> Lanes:
    return Lanes(LIMITS, clock)


class Held:
    """Questions that run until they are let go."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes, self.stopped = lanes, list[Place]()
        self._tasks: dict[asyncio.Future[Place], tuple[asyncio.Task[None], asyncio.Event]] = {}

    async def ask(self, client: str, *, long: bool = False) -> Place | None:
        """Returns the place of a question, which it has from now on, or None where it waits."""
        given: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        go = asyncio.Event()
        self._tasks[given] = asyncio.create_task(self._run(client, long, given, go)), go
        await settle()
        return given.result() if given.done() and not given.exception() else None

    async def _run(self, client: str, long: bool, given: asyncio.Future[Place], go: asyncio.Event) -> None:
        try:
            async with self.lanes.place(client, long=long) as place:
                place.stop = lambda: self.stopped.append(place)
                given.set_result(place)
                await go.wait()
        except Refusal as refusal:
            given.set_exception(refusal)
            given.exception()

    async def end(self, place: Place, *, vain: bool = False) -> None:
        """Lets a question end; in vain, its process with it."""
        if vain:
            place.vain, place.gone = True, asyncio.get_running_loop().create_future()
        for given, (_, go) in self._tasks.items():
            if given.done() and not given.exception() and given.result() is place:
                go.set()
        await settle()

    def running(self) -> list[str]:
        """Returns whose questions have a place."""
        return [place.client for place in self.lanes.taken if place.gone is None]

    async def close(self) -> None:
        for task, _ in self._tasks.values():
            task.cancel()
        await asyncio.gather(*(task for task, _ in self._tasks.values()), return_exceptions=True)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def held(lanes: Lanes, test: Callable[[Held], Awaitable[None]]) -> None:
    async def run() -> None:
        found = Held(lanes)
        try:
            await test(found)
        finally:
            await found.close()

    apart(run())
    assert not any(lanes.waiting.values()), "nobody is left waiting"


def test_long_questions_never_fill_all_places(lanes: Lanes) -> None:
    async def test(asked: Held) -> None:
        for n in range(6):
            assert await asked.ask(f"attacker {n}", long=True)
        assert await asked.ask("attacker 7", long=True) is None
        for n in range(2):
            assert await asked.ask(f"polite {n}")
        assert await asked.ask("polite 3") is None, "there are eight places"

    held(lanes, test)


def test_whoever_asks_long_questions_waits_among_those(lanes: Lanes, clock: Clock) -> None:
    """A client counts as such while one runs, and for a while after; then it is as everybody else."""

    async def test(asked: Held) -> None:
        place = await asked.ask("analyst")
        assert place
        assert not place.long
        lanes.lengthen(place)
        clock.now += 4 * DEBT
        second = await asked.ask("analyst")
        assert second
        assert second.long
        place.cost = 4 * DEBT
        await asked.end(place)
        await asked.end(second)
        assert lanes.owes("analyst") == pytest.approx(4 * DEBT)
        clock.now += FADES
        third = await asked.ask("analyst")
        assert third.long
        await asked.end(third)
        clock.now += 2 * FADES
        assert not (await asked.ask("analyst")).long
        assert not (await asked.ask("another")).long

    held(lanes, test)


def test_places_are_handed_on_fairly(lanes: Lanes) -> None:
    """Whoever holds least comes first, then whoever waits longest; not whoever asks most."""

    async def test(asked: Held) -> None:
        mine = [await asked.ask("greedy") for _ in range(8)]
        for _ in range(5):
            assert await asked.ask("greedy") is None
        assert await asked.ask("first") is None
        assert await asked.ask("second") is None
        for place in mine[:2]:
            await asked.end(place)
        assert asked.running() == ["greedy"] * 6 + ["first", "second"]
        await asked.end(mine[2])
        assert asked.running().count("greedy") == 6

    held(lanes, test)


def test_quick_questions_come_before_long_ones(lanes: Lanes) -> None:
    async def test(asked: Held) -> None:
        places = [await asked.ask(f"client {n}") for n in range(8)]
        assert await asked.ask("analyst", long=True) is None
        assert await asked.ask("polite") is None
        await asked.end(places[0])
        assert "polite" in asked.running()
        assert "analyst" not in asked.running()
        await asked.end(places[1])
        assert "analyst" in asked.running()

    held(lanes, test)


def test_who_has_become_an_asker_of_long_ones_waits_among_them(lanes: Lanes) -> None:
    """What waits as a quick question is looked at again when its turn comes."""

    async def test(asked: Held) -> None:
        first = await asked.ask("attacker")
        others = [await asked.ask(f"client {n}") for n in range(7)]
        assert await asked.ask("attacker") is None
        assert await asked.ask("polite") is None
        for place in others[:6]:
            lanes.lengthen(place)
        first.cost = 2 * DEBT
        await asked.end(first)
        assert asked.running()[-1] == "polite"
        assert list(lanes.waiting[True]) == ["attacker"]

    held(lanes, test)


def test_a_question_too_many_that_becomes_long_is_ended(lanes: Lanes) -> None:
    """It is the newest of whoever has most of them, where that is fair, else the one itself."""

    async def test(asked: Held) -> None:
        greedy = [await asked.ask("greedy") for _ in range(4)]
        others = [await asked.ask(f"client {n}") for n in range(4)]
        for place in [*greedy, *others[:2]]:
            lanes.lengthen(place)
        assert asked.stopped == []
        lanes.lengthen(others[2])
        assert asked.stopped == [greedy[0]] or asked.stopped[0].client == "greedy"
        assert asked.stopped[0].crowded
        assert others[2].long

    held(lanes, test)


def test_whoever_has_most_long_ones_gives_way_to_nobody_for_itself(lanes: Lanes) -> None:
    async def test(asked: Held) -> None:
        greedy = [await asked.ask("greedy") for _ in range(8)]
        for place in greedy[:6]:
            lanes.lengthen(place)
        lanes.lengthen(greedy[6])
        assert asked.stopped == [greedy[6]]
        assert (greedy[6].crowded, greedy[6].long) == (True, False)

    held(lanes, test)


def test_a_long_question_that_ends_in_vain_keeps_its_place_awhile(lanes: Lanes, clock: Clock) -> None:
    """So whoever hangs up again and again does not make the server fork without end; quick ones are not held up."""
    seconds = 0.15

    async def test(asked: Held) -> None:
        places = [await asked.ask("attacker", long=True) for _ in range(6)]
        assert await asked.ask("attacker", long=True) is None
        clock.now += HOLD - seconds
        await asked.end(places[0], vain=True)
        assert asked.running().count("attacker") == 5, "its process is not gone yet"
        places[0].gone.set_result(None)
        await settle()
        assert asked.running().count("attacker") == 5
        quick = [await asked.ask(f"polite {n}") for n in range(3)]
        assert all(quick)
        await asked.end(quick[0])
        await asyncio.sleep(seconds + 0.02)
        assert asked.running().count("attacker") == 6

    held(lanes, test)


def test_what_one_hangs_up_on_counts_as_long(lanes: Lanes) -> None:
    async def test(asked: Held) -> None:
        place = await asked.ask("fickle")
        await asked.end(place, vain=True)
        assert lanes.owes("fickle") > DEBT
        place.gone.set_result(None)
        await settle()

    held(lanes, test)


def test_whoever_waits_too_long_is_told_so_and_leaves_nothing(clock: Clock) -> None:
    lanes = Lanes(replace(LIMITS, patience=0.05), clock)

    async def test(asked: Held) -> None:
        for n in range(8):
            await asked.ask(f"client {n}")
        with pytest.raises(Refusal) as refused:
            async with lanes.place("late"):
                pass
        assert (refused.value.status, refused.value.headers["Retry-After"]) == (503, "2")
        assert not lanes.is_pressed

    held(lanes, test)


def test_whoever_goes_while_it_is_given_a_place_leaves_it_to_others(lanes: Lanes) -> None:
    """An asker who hangs up in the very moment takes no place along, and is not answered after all."""

    async def test(asked: Held) -> None:
        places = [await asked.ask(f"client {n}") for n in range(8)]
        came = []

        async def wait(client: str) -> None:
            async with lanes.share(client), lanes.place(client):
                came.append(client)

        fickle = asyncio.create_task(wait("fickle"))
        await settle()
        lanes._free(places[0])  # the place is given now; its asker has not been told yet
        fickle.cancel()
        await settle()
        assert fickle.cancelled()
        assert came == []
        assert len(lanes.taken) == 7
        lanes.taken.insert(0, places[0])

    held(lanes, test)


def test_whoever_goes_while_a_part_of_its_share_is_free_again_is_not_answered(lanes: Lanes) -> None:
    async def test(asked: Held) -> None:
        came = []

        async def ask(go: asyncio.Event) -> None:
            async with lanes.share("one"):
                came.append(go)
                await go.wait()

        events = [asyncio.Event() for _ in range(LIMITS.per_client + 1)]
        tasks = [asyncio.create_task(ask(event)) for event in events]
        await settle()
        assert len(came) == LIMITS.per_client
        lanes.own["one"].release()
        tasks[-1].cancel()
        lanes.own["one"]._value -= 1
        await settle()
        assert events[-1] not in came
        for event in events:
            event.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert tasks[-1].cancelled()

    held(lanes, test)


def test_debts_that_have_faded_are_forgotten(lanes: Lanes, clock: Clock) -> None:
    for n in range(10_000):
        lanes._charge(f"client {n}", 0.4)
        clock.now += 0.01
    assert len(lanes.debts) < 5000


def test_a_question_that_turns_out_long_is_asked_again_among_those(tmp_path: Path) -> None:
    """Of three at once where one long one may run, all are answered, one after the other, and rightly."""
    (tmp_path / "some.nt").write_text("".join(f"<urn:{n}> <urn:p> <urn:{n + 1}> .\n" for n in range(1500)))
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STR(?a) < STR(?f)) } # "

    async def ask() -> tuple[list[bytes], int]:
        limits = Limits(workers=3, patience=60, seconds=60)
        found = Pool({"files": [str(tmp_path / "some.nt")]}, limits, Lanes(replace(limits, workers=2)))
        await found.start()
        most, bodies = 0, []
        try:
            asked = [found.ask({"task": "sparql.ask", "text": f"{text}{n}"}, f"client {n}") for n in range(3)]
            tasks = [asyncio.create_task(one) for one in asked]
            while any(not task.done() for task in tasks):
                most = max(most, sum(place.long and place.gone is None for place in found.lanes.taken))
                await asyncio.sleep(0.01)
            bodies = [task.result().body() for task in tasks]
        finally:
            found.kill()
        return bodies, most

    bodies, most = apart(ask())
    assert len(set(bodies)) == 1
    assert b'"n"' in bodies[0]
    assert most == 1


def test_a_reply_that_is_begun_anew_holds_nothing_of_the_first() -> None:
    async def give() -> None:
        noted: list[int] = []
        reply = Reply(100, noted.append)
        reply.add(b"of the first")
        assert reply.restart()
        reply.add(b"whole")
        assert (reply.body(), sum(noted)) == (b"whole", 5)
        reply.add(b"x" * 100)
        assert not reply.restart(), "its asker has got some of it"

    apart(give())


def test_the_part_of_a_worker_that_computes_makes_way(shipped: Any, serve: Any) -> None:
    """Each thread of a process waits for a core by itself, and it is not the first that answers."""
    server = serve(shipped.root, "--timeout", "20")
    port = server.url.rsplit(":", 1)[1]
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with socket.create_connection(("127.0.0.1", int(port))) as sock:
        sock.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        end = time.monotonic() + 5
        while not (busy := [pid for pid in grandchildren(server.process.pid) if computes(pid)]):
            assert time.monotonic() < end
            time.sleep(0.05)
        while set(found := policies(busy[0])) != {os.SCHED_IDLE}:
            assert time.monotonic() < end, found
            time.sleep(0.05)
        assert len(found) > 1


def grandchildren(pid: int) -> list[int]:
    return [two for one in children(pid) for two in children(one)]


def children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def computes(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) > 5
    return False


def policies(pid: int) -> list[int]:
    return [os.sched_getscheduler(int(thread)) for thread in os.listdir(f"/proc/{pid}/task")]
