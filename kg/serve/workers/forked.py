"""A worker as the server sees it: a process that was forked, by its socket. Knows nothing of what it is asked."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")


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
    """Bytes that it had in memory after its first answer."""
    cpu: float = 0.0
    """Seconds of a core that it had taken after its last answer."""
    timer: asyncio.TimerHandle | None = None
    """When it is looked at how long its question is."""
    gone: asyncio.Future[None] | None = None
    """Done when the process is no more; there from when it was killed."""

    def spent(self) -> float:
        """Returns the seconds of a core that it has taken since its last answer, 0 where it is no more."""
        with contextlib.suppress(OSError), open(f"/proc/{self.pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / _TICKS - self.cpu
        return 0.0

    def make_way(self) -> None:
        """Lets younger questions go first: from now on it runs where nobody else wants to. It cannot be undone."""
        self.niced = True
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            for thread in os.listdir(f"/proc/{self.pid}/task"):  # each waits for a core by itself
                os.sched_setscheduler(int(thread), os.SCHED_IDLE, os.sched_param(0))

    def end(self) -> bytes:
        """Kills the process and returns its last words."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        self.writer.transport.abort()
        said = b""
        with contextlib.suppress(BlockingIOError):
            said = os.read(self.words, 4096)
        os.close(self.words)
        loop = asyncio.get_running_loop()
        self.gone = loop.create_future()
        loop.add_reader(self.handle, self._forget, loop, self.gone)
        return said

    def _forget(self, loop: asyncio.AbstractEventLoop, gone: asyncio.Future[None]) -> None:
        loop.remove_reader(self.handle)
        os.close(self.handle)
        gone.set_result(None)
