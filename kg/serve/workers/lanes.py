"""Who may ask now: so many questions at once in all, so many of one client; the rest wait a little or are refused."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kg.serve.limits import Limits
from kg.serve.refusal import Refusal


class Lanes:
    """Places for running questions, shared fairly: whoever attacks fills no more than its own share."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.all = asyncio.Semaphore(limits.workers)
        self.own: dict[str, asyncio.Semaphore] = {}
        self.known: Counter[str] = Counter()
        """Questions of each client, running or waiting; what falls to none is forgotten."""
        self.waiting = 0
        self.unread: Counter[str] = Counter()
        """Bytes of results that each client has not fetched yet."""

    def note(self, client: str, count: int) -> None:
        """Takes note of bytes that wait for a client, or no longer do."""
        self.unread[client] += count
        if self.unread[client] <= 0:
            del self.unread[client]

    def refuse_if_full(self, client: str) -> None:
        """Raises Refusal where a client, or all of them, leave too much unread."""
        if self.unread[client] > self.limits.undelivered:
            raise self._too_many()
        if self.unread.total() > self.limits.all_undelivered:
            raise self._busy()

    @asynccontextmanager
    async def place(self, client: str) -> AsyncIterator[None]:
        """Holds a place for one question. Raises Refusal: 429 beyond the client's share, 503 beyond the server's."""
        limits = self.limits
        if self.known[client] >= limits.per_client + limits.client_queue:
            raise self._too_many()
        self.known[client] += 1
        own = self.own.setdefault(client, asyncio.Semaphore(limits.per_client))
        try:
            try:
                await asyncio.wait_for(own.acquire(), limits.client_patience)
            except TimeoutError:
                raise self._too_many() from None
            try:
                await self._any_place()
                try:
                    yield
                finally:
                    self.all.release()
            finally:
                own.release()
        finally:
            self.known[client] -= 1
            if not self.known[client]:
                del self.known[client], self.own[client]

    async def _any_place(self) -> None:
        if self.waiting >= self.limits.queue:
            raise self._busy()
        self.waiting += 1
        try:
            await asyncio.wait_for(self.all.acquire(), self.limits.patience)
        except TimeoutError:
            raise self._busy() from None
        finally:
            self.waiting -= 1

    def _too_many(self) -> Refusal:
        count = self.limits.per_client
        detail = f"{count} queries of yours are running, as many as one client may have"
        return Refusal(429, "too-many-queries", detail, headers={"Retry-After": "1"}, limit={"queries": count})

    def _busy(self) -> Refusal:
        return Refusal(503, "busy", "every worker is taken; ask again soon", headers={"Retry-After": "2"})
