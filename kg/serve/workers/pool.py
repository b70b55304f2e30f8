"""The workers as the server sees them: a question goes in, a reply or a refusal comes out, whatever becomes of them."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import os
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

from kg.serve.limits import MIB, Limits
from kg.serve.refusal import Refusal, over_memory
from kg.serve.workers import beside, frames
from kg.serve.workers.forked import Worker
from kg.serve.workers.lanes import Lanes, Place
from kg.serve.workers.reply import Reply

log = logging.getLogger("kg.serve")

SPARE = 4
"""Workers that are forked before anyone asks."""

GROWN = 64 * MIB
"""Bytes in memory beyond a worker's first by which it is not used again, so that every question has its full share."""

FORK = 5.0
"""Seconds that the process with the graph has to fork a worker; it takes milliseconds."""

LOOK, SOON = 0.25, 0.1
"""Parts of the time before a question makes way for others after which it is looked at how it goes: again and again,
and first where its client asks many long ones."""

COMPUTED = 0.1
"""Part of that time that it has to have computed."""

WAITED = 5
"""How many times that time it may take where it has spent it waiting."""

LINGER = 2.0
"""Seconds in which requests that began with an old build may still ask it."""

_OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError", b"Cannot allocate memory")


class Failed(Exception):
    """The graph could not be loaded; the message says why."""


class Pool:
    """Workers over one graph."""

    def __init__(self, source: Mapping[str, Any], limits: Limits, lanes: Lanes) -> None:
        self.source, self.limits, self.lanes = source, limits, lanes
        self.card: dict[str, Any] = {}
        """What the zygote said of the graph when it had loaded it."""
        self.idle: list[Worker] = []
        self.running = 0
        self.closing = False
        self._forking = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1)
        """Waits for the zygote, and for nothing else that could be slow."""
        self._control: socket.socket | None = None
        self._watch: asyncio.Task[None] | None = None

    # --- the zygote ---

    async def start(self) -> None:
        """Loads the graph and forks the first workers. Raises Failed."""
        self._process = await self._load()
        self._watch = asyncio.create_task(self._keep_alive())
        try:
            for _ in range(min(SPARE, self.limits.workers)):
                self.idle.append(await self._fork())
        except (Refusal, OSError) as error:
            self.kill()
            raise Failed(f"no worker can be started: {error}") from None

    async def _load(self) -> asyncio.subprocess.Process:
        ours, theirs = socket.socketpair()
        command, env = beside.command("kg.serve.workers.zygote", str(theirs.fileno())), beside.environment()
        process = await asyncio.create_subprocess_exec(
            *command, pass_fds=[theirs.fileno()], env=env, stdin=asyncio.subprocess.DEVNULL
        )
        theirs.close()
        order = {"source": dict(self.source), "limits": asdict(self.limits)}
        ours.sendall(frames.frame(frames.LOAD, order))
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._thread, frames.receive, ours)
        except asyncio.CancelledError:
            process.kill()  # a stop does not wait until a large graph is loaded
            raise
        said = _told(found)
        if "failed" in said:
            ours.close()
            raise Failed(said["failed"])
        self.card = said["ready"]
        self._control = ours
        return process

    async def _keep_alive(self) -> None:
        """Starts the zygote anew whenever it ends other than by our closing."""
        while not self.closing:
            await self._process.wait()
            control, self._control = self._control, None
            if control:
                control.close()
            while self.idle:  # they ended with it
                self.idle.pop().end()
            if self.closing:
                return
            log.error("the process that holds the graph has ended (%s); starting it again", self._process.returncode)
            try:
                self._process = await self._load()
            except (Failed, OSError, ValueError) as error:
                log.error("it cannot be started: %s", error)
                await asyncio.sleep(1)

    async def _fork(self) -> Worker:
        """Returns a new worker; where its asker goes while it is made, it waits for another. Raises Refusal (503)."""
        async with self._forking:  # whoever goes before that has cost nothing
            forked = asyncio.ensure_future(self._forked())
            try:
                return await asyncio.shield(forked)
            except asyncio.CancelledError:
                forked.add_done_callback(self._keep_for_another)
                raise

    def _keep_for_another(self, forked: asyncio.Task[Worker]) -> None:
        if forked.cancelled() or forked.exception():
            return
        if self.closing or len(self.idle) >= self.limits.workers:
            forked.result().end()
        else:
            self.idle.append(forked.result())

    async def _forked(self) -> Worker:
        """Returns a new worker. Raises Refusal (503) while the zygote is being started; one that hangs is ended."""
        control = self._control
        try:
            if control is None:
                raise ConnectionResetError
            loop = asyncio.get_running_loop()
            data, fds = await loop.run_in_executor(self._thread, _ask_fork, control)
        except OSError as error:
            if control and isinstance(error, TimeoutError) and control is self._control:
                self._end_zygote(control)
            raise _loading() from None
        pid = int.from_bytes(data, "big")
        os.set_blocking(fds[1], False)
        reader, writer = await asyncio.open_unix_connection(sock=socket.socket(fileno=fds[0]), limit=4 * MIB)
        return Worker(os.pidfd_open(pid), pid, reader, writer, fds[1])

    def _end_zygote(self, control: socket.socket) -> None:
        """Ends a zygote that does not answer, and with it its workers; `_keep_alive` then starts another."""
        log.error("the process that holds the graph does not answer")
        control.close()
        self._control = None  # from now on nobody asks it, and whoever loses a worker is told why
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        """Ends all workers and the zygote, once no question runs any more."""
        await asyncio.sleep(LINGER)
        self.closing = True
        while self.running:
            await asyncio.sleep(0.05)
        self.kill()

    def kill(self) -> None:
        """Ends all workers and the zygote now."""
        self.closing = True
        while self.idle:
            self.idle.pop().end()
        if self._control:
            self._control.close()
            self._control = None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        if self._watch:
            self._watch.cancel()
        self._thread.shutdown(wait=False)

    # --- questions ---

    async def ask(self, question: Mapping[str, Any], client: str) -> Reply:
        """Returns the reply to a question, once it is finished or long enough to be sent on.

        Raises Refusal where it fails before that; a failure after it ends the reply's stream with one.
        """
        self.lanes.refuse_if_full(client)
        reply = Reply(self.limits.spool, lambda count: self.lanes.note(client, count))
        reply.running = asyncio.create_task(self._drain(dict(question), client, reply))
        try:
            await reply.told.wait()
        except asyncio.CancelledError:
            reply.give_up()
            raise
        if reply.failure and not reply.begun:
            raise reply.failure
        return reply

    async def _drain(self, question: dict[str, Any], client: str, reply: Reply) -> None:
        """Runs a question in a worker to its end, whoever reads its reply or not."""
        self.running += 1
        try:
            async with self.lanes.share(client):
                if await self._asked_in_vain(question, client, reply, long=False):
                    await self._asked_in_vain(question, client, reply, long=True)
        except Refusal as refusal:
            reply.fail(refusal)
        except asyncio.CancelledError:
            reply.fail(Refusal(499, "gone", "the asker has gone"))
        finally:
            self.running -= 1
            if not reply.complete:  # whatever happened, its asker is told
                reply.fail(Refusal(500, "failed", "the server failed at this; its log says how"))

    async def _asked_in_vain(self, question: dict[str, Any], client: str, reply: Reply, *, long: bool) -> bool:
        """Runs a question; returns whether it is to be asked again, among the long ones: there was no room for it."""
        async with self.lanes.place(client, long=long) as place:
            try:
                await self._run(question, reply, place)
            except TimeoutError:
                if not place.crowded:
                    raise self._over_time() from None
                if long or not reply.restart():
                    raise self.lanes.crowded() from None
        return place.crowded

    async def _run(self, question: dict[str, Any], reply: Reply, place: Place) -> None:
        """Has a worker answer a question. Raises TimeoutError where it is ended, and Refusal."""
        worker = await self._worker(place)
        loop = asyncio.get_running_loop()
        place.begun, place.vain, keep = self.lanes.clock(), True, False
        self._look_after(worker, place, SOON if place.long else LOOK)
        try:
            async with asyncio.timeout(self.limits.seconds) as scope:
                place.stop = lambda: scope.reschedule(loop.time())
                keep = await self._converse(worker, question, reply, place)
        except (asyncio.IncompleteReadError, ConnectionError):
            said = worker.end()
            raise (self._crash(said) if self._control else _loading()) from None
        finally:
            place.stop = None
            if worker.timer:
                worker.timer.cancel()
            if keep and not (worker.niced or self.closing):
                self.idle.append(worker)
            elif worker.gone is None:
                worker.end()
            place.gone = worker.gone

    async def _worker(self, place: Place) -> Worker:
        """Returns a worker that waits, or a new one: those that wait are for quick questions."""
        if self.idle and not (place.long and len(self.idle) <= SPARE):
            return self.idle.pop()
        return await self._fork()

    def _look_after(self, worker: Worker, place: Place, part: float = LOOK) -> None:
        seconds = part * self.limits.nice_after
        worker.timer = asyncio.get_running_loop().call_later(seconds, self._look, worker, place)

    def _look(self, worker: Worker, place: Place) -> None:
        """Has a question make way that has become long: sooner where others wait, later where it only waits itself."""
        ran = (self.lanes.clock() - place.begun) / self.limits.nice_after
        is_due = ran >= (1 if self.card["remote"] else WAITED)
        if not is_due and (place.long or ran >= 1 or self.lanes.is_pressed):
            is_due = worker.spent() >= self.limits.nice_after * COMPUTED
        if not is_due:
            self._look_after(worker, place)
            return
        self.lanes.lengthen(place)
        if not place.crowded:
            worker.make_way()

    async def _converse(self, worker: Worker, question: dict[str, Any], reply: Reply, place: Place) -> bool:
        """Passes the worker's frames on to the reply; returns whether the worker can be asked again."""
        worker.writer.write(frames.frame(frames.ASK, question))
        while True:
            kind, content = await frames.read(worker.reader)
            if kind == frames.DATA:
                reply.add(content)
            elif kind == frames.BEGIN:
                reply.head = json.loads(content)
            elif kind == frames.REFUSED:
                said = json.loads(content)
                self._reckon(worker, place, said["cpu"])
                reply.fail(Refusal(said["status"], said["code"], said["detail"], **said["members"]))
                return said["status"] != 413
            else:
                reply.end(json.loads(content))
                self._reckon(worker, place, reply.cost["cpu"])
                return self._is_fresh(worker, reply.cost["memory"])

    def _reckon(self, worker: Worker, place: Place, cpu: float) -> None:
        """Takes note of what an answer took."""
        place.vain, place.cost, worker.cpu = False, cpu - worker.cpu, cpu

    def _is_fresh(self, worker: Worker, memory: int) -> bool:
        worker.memory = worker.memory or memory
        return memory - worker.memory < GROWN

    def _over_time(self) -> Refusal:
        seconds = self.limits.seconds
        detail = f"the query ran for {seconds:g} seconds, the limit of this server"
        return Refusal(504, "over-time", detail, hint="ask for less, or add LIMIT", limit={"seconds": seconds})

    def _crash(self, said: bytes) -> Refusal:
        if any(mark in said for mark in _OUT_OF_MEMORY):
            return over_memory(self.limits.memory)
        log.error("a worker ended: %s", said.decode(errors="replace").strip() or "without a word")
        return Refusal(500, "crashed", "the query ended the process that ran it; others go on")


def _loading() -> Refusal:
    return Refusal(503, "busy", "the graph is being loaded again", headers={"Retry-After": "1"})


def _told(frame: tuple[bytes, bytes] | None) -> dict[str, Any]:
    """Returns what came of loading: `ready` with the graph's card, or `failed` with why."""
    if frame is None:
        return {"failed": "the process that loads it has ended"}
    try:
        said = json.loads(frame[1])
    except ValueError:
        said = None
    known = said if isinstance(said, dict) else {}
    if "failed" in known or (isinstance(known.get("ready"), dict) and "id" in known["ready"]):
        return known
    return {"failed": "what the process that loads it says cannot be read"}


def _ask_fork(control: socket.socket) -> tuple[bytes, list[int]]:
    """Returns what the zygote says of a new worker: its process, and two descriptors. Raises OSError."""
    control.settimeout(FORK)
    control.sendall(b"F")
    data, fds, _, _ = socket.recv_fds(control, 4, 2)
    if not data:
        raise ConnectionResetError
    if len(fds) < 2:  # this process may have no more
        for fd in fds:
            os.close(fd)
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    return data, fds
