"""The workers as the server sees them: a question goes in, a reply or a refusal comes out, whatever becomes of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import kg
from kg.serve.limits import MIB, Limits
from kg.serve.refusal import Refusal, over_memory
from kg.serve.workers import frames
from kg.serve.workers.lanes import Lanes
from kg.serve.workers.reply import Reply

log = logging.getLogger("kg.serve")

SPARE = 4
"""Workers that are forked before anyone asks."""

GROWN = 64 * MIB
"""Bytes in memory beyond a worker's first by which it is not used again, so that every question has its full share."""

LINGER = 2.0
"""Seconds in which requests that began with an old build may still ask it."""

NICE = 15

_OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError", b"Cannot allocate memory")


class Failed(Exception):
    """The graph could not be loaded; the message says why."""


@dataclass(slots=True, eq=False)
class Worker:
    """A forked process, by its socket."""

    handle: int
    """Its pidfd: never another process's, as a number could be."""
    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    words: int
    """Where what it writes as it dies can be read."""
    niced: bool = False
    memory: int = 0

    def end(self) -> bytes:
        """Kills the process and returns its last words."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        self.writer.transport.abort()
        said = b""
        with contextlib.suppress(BlockingIOError):
            said = os.read(self.words, 4096)
        os.close(self.words)
        os.close(self.handle)
        return said

    def make_way(self) -> None:
        """Lets younger questions go first."""
        self.niced = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, self.pid, NICE)


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
        package = str(Path(kg.__file__).resolve().parent.parent)
        arguments = [sys.executable, "-P", "-m", "kg.serve.workers.zygote", str(theirs.fileno())]
        env = {**os.environ, "PYTHONPATH": package}
        process = await asyncio.create_subprocess_exec(
            *arguments, pass_fds=[theirs.fileno()], env=env, stdin=asyncio.subprocess.DEVNULL
        )
        theirs.close()
        order = {"source": dict(self.source), "limits": asdict(self.limits)}
        ours.sendall(json.dumps(order).encode() + b"\n")
        said = json.loads(await asyncio.to_thread(_line, ours) or b'{"failed": "the process that loads it has ended"}')
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
        """Returns a new worker; where its asker goes meanwhile, it waits for another. Raises Refusal (503)."""
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
        """Returns a new worker. Raises Refusal (503) while the zygote is being started."""
        async with self._forking:
            control = self._control
            try:
                if control is None:
                    raise ConnectionResetError
                loop = asyncio.get_running_loop()
                data, fds = await loop.run_in_executor(self._thread, _ask_fork, control)
            except OSError:
                detail = "the graph is being loaded again"
                raise Refusal(503, "busy", detail, headers={"Retry-After": "1"}) from None
        pid = int.from_bytes(data, "big")
        os.set_blocking(fds[1], False)
        reader, writer = await asyncio.open_unix_connection(sock=socket.socket(fileno=fds[0]), limit=4 * MIB)
        return Worker(os.pidfd_open(pid), pid, reader, writer, fds[1])

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
            async with self.lanes.place(client):
                await self._run(question, reply)
        except Refusal as refusal:
            reply.fail(refusal)
        except asyncio.CancelledError:
            reply.fail(Refusal(499, "gone", "the asker has gone"))
        finally:
            self.running -= 1
            if not reply.complete:  # whatever happened, its asker is told
                reply.fail(Refusal(500, "failed", "the server failed at this; its log says how"))

    async def _run(self, question: dict[str, Any], reply: Reply) -> None:
        worker = self.idle.pop() if self.idle else await self._fork()
        timer = asyncio.get_running_loop().call_later(self.limits.nice_after, worker.make_way)
        keep = False
        try:
            async with asyncio.timeout(self.limits.seconds):
                keep = await self._converse(worker, question, reply)
        except TimeoutError:
            raise self._over_time() from None
        except (asyncio.IncompleteReadError, ConnectionError):
            said, worker = worker.end(), None  # type: ignore[assignment]
            raise self._crash(said) from None
        finally:
            timer.cancel()
            if worker and keep and not (worker.niced or self.closing):
                self.idle.append(worker)
            elif worker:
                worker.end()

    async def _converse(self, worker: Worker, question: dict[str, Any], reply: Reply) -> bool:
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
                reply.fail(Refusal(said["status"], said["code"], said["detail"], **said["members"]))
                return said["status"] != 413
            else:
                reply.end(json.loads(content))
                return self._is_fresh(worker, reply.cost["memory"])

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


def _line(sock: socket.socket) -> bytes:
    found = bytearray()
    while not found.endswith(b"\n"):
        part = sock.recv(1 << 16)
        if not part:
            return b""
        found += part
    return bytes(found)


def _ask_fork(control: socket.socket) -> tuple[bytes, list[int]]:
    control.sendall(b"F")
    data, fds, _, _ = socket.recv_fds(control, 4, 2)
    if not data:
        raise ConnectionResetError
    return data, fds
