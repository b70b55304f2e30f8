"""A reply as it comes in: gathered in memory, then in a file without a name, and read by its asker at any pace."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from typing import Any

from kg.serve.refusal import Refusal

CHUNK = 64 * 1024


class Reply:
    """What a worker answers. Its asker waits for `told`, then reads `body` or `stream`."""

    def __init__(self, spool: int, note: Callable[[int], None] = lambda count: None) -> None:
        self.head: dict[str, Any] = {}
        """What the answer is: its media type and more."""
        self.cost: dict[str, Any] = {}
        """What it took: rows, bytes, memory."""
        self.failure: Refusal | None = None
        self.complete = False
        self.begun = False
        """Whether enough has come for it to be sent on while it goes on."""
        self.told = asyncio.Event()
        """Set when it is complete, has failed, or has begun."""
        self.running: asyncio.Task[None] | None = None
        self._spool, self._note = spool, note
        self._file = tempfile.SpooledTemporaryFile(max_size=spool)  # noqa: SIM115  closed with the reply
        self._size = 0
        self._more = asyncio.Event()

    # --- its worker's side ---

    def add(self, part: bytes) -> None:
        """Takes the next bytes."""
        self._file.seek(0, 2)
        self._file.write(part)
        self._size += len(part)
        self._note(len(part))
        if self._size >= self._spool:
            self.begun = True
            self.told.set()
        self._more.set()

    def restart(self) -> bool:
        """Forgets what has come, so that it can be asked for anew; returns whether that can be: none has been sent."""
        if self.begun:
            return False
        self._note(-self._size)
        self._file.seek(0)
        self._file.truncate()
        self._size, self.head = 0, {}
        return True

    def end(self, cost: dict[str, Any]) -> None:
        """Takes note that all has come."""
        self.cost, self.complete = cost, True
        self._wake()

    def fail(self, refusal: Refusal) -> None:
        """Takes note that no more will come, and why."""
        self.failure = self.failure or refusal
        self._wake()

    def _wake(self) -> None:
        self.told.set()
        self._more.set()

    # --- its asker's side ---

    @property
    def size(self) -> int:
        """Bytes that have come so far."""
        return self._size

    def body(self) -> bytes:
        """Returns all that has come."""
        self._file.seek(0)
        return self._file.read()

    async def stream(self) -> AsyncIterator[bytes]:
        """Yields the bytes as they come. Raises Refusal where the rest will not come."""
        read = 0
        while True:
            self._more.clear()
            while read < self._size:
                self._file.seek(read)
                part = self._file.read(CHUNK)
                read += len(part)
                yield part
            if self.failure:
                raise self.failure
            if self.complete:
                return
            await self._more.wait()

    def give_up(self) -> None:
        """Ends the question where it still runs, and forgets what has come."""
        if self.running and not self.running.done():
            self.running.cancel()
        if not self._file.closed:
            self._note(-self._size)
            self._file.close()
