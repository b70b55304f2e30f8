"""The server's side of a connection: one that is slow, idle or swollen is closed, so that others are served."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kg.serve.limits import Limits, share_of
from kg.serve.refusal import MEDIA, Refusal

STALLED = 30.0
"""Seconds after which an asker who takes no bytes is let go."""


def protocol(limits: Limits) -> type[HttpToolsProtocol]:
    """Returns the protocol class for a server with these limits."""

    class Bound(Connection):
        pass

    Bound.limits = limits
    Bound.waiting = defaultdict(OrderedDict)
    Bound.held = defaultdict(int)
    return Bound


class Connection(HttpToolsProtocol):
    """A connection whose head must come in time and in size, and whose address holds no more than its share."""

    limits: Limits
    waiting: defaultdict[str, OrderedDict[Connection, None]]
    """By address, the connections on which no request is being answered, the oldest first."""
    held: defaultdict[str, int]
    """By address, how many connections there are."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes up a connection; where its address has too many, the oldest that waits is closed."""
        super().connection_made(transport)
        self._head = 0
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._address = share_of(self.client[0]) if self.client else ""
        self.held[self._address] += 1
        self._wait()
        if self.held[self._address] > self.limits.connections:
            oldest = next(iter(self.waiting[self._address]))
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the connection."""
        self._go_on()
        if self._stalled:
            self._stalled.cancel()
        self.held[self._address] -= 1
        if self.held[self._address] <= 0:
            self.held.pop(self._address, None)
            self.waiting.pop(self._address, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes bytes of a request; a head beyond the limit is refused (431)."""
        if self._timer is None and self._is_at_rest():
            self._wait()
        self._head += len(data) if self._is_at_rest() else 0
        if self._head > self.limits.header_bytes:
            detail = f"the head of a request has at most {self.limits.header_bytes:,} bytes"
            self._refuse(Refusal(431, "head-too-large", detail))
            return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Takes note that a request's head has come."""
        self._head = 0
        self._go_on()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Watches that the asker takes what has been sent."""
        super().pause_writing()
        self._watch(None)

    def resume_writing(self) -> None:
        """Takes note that the asker has taken it."""
        super().resume_writing()
        if self._stalled:
            self._stalled.cancel()
            self._stalled = None

    def _watch(self, before: int | None) -> None:
        """Ends the connection where not a byte was taken since the last look."""
        waiting = self.transport.get_write_buffer_size()
        if before is not None and waiting >= before:
            self.transport.abort()
            return
        self._stalled = self.loop.call_later(STALLED, self._watch, waiting)

    def send_400_response(self, msg: str) -> None:
        """Refuses what is no HTTP, in the shape of every other refusal."""
        self._refuse(Refusal(400, "bad-request", "this is no HTTP request that is understood here"))

    def _is_at_rest(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        """Counts the connection among those that wait for a request, which must come in time."""
        self.waiting[self._address][self] = None
        self._timer = self.loop.call_later(self.limits.header_seconds, self._too_slow)

    def _go_on(self) -> None:
        self.waiting[self._address].pop(self, None)
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        seconds = self.limits.header_seconds
        self._refuse(Refusal(408, "too-slow", f"the request did not come within {seconds:g} seconds"))

    def _refuse(self, refusal: Refusal) -> None:
        body = refusal.body()
        lines = [f"HTTP/1.1 {refusal.phrase}", f"Content-Type: {MEDIA}", f"Content-Length: {len(body)}"]
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode("ascii")
        self.transport.write(head + body)
        self.transport.close()

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: Any) -> bool:
        return self is other
