"""What is served now: the pool over the newest build, exchanged for the next one while readers finish on the old."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.serve.cache import Cache
from kg.serve.limits import Limits
from kg.serve.workers.lanes import Lanes
from kg.serve.workers.pool import Failed, Pool

log = logging.getLogger("kg.serve")

LOOK = 0.5
"""Seconds between two looks for a newer build."""


@dataclass(frozen=True, slots=True)
class Served:
    """What one request is answered from, whatever is published while it is."""

    pool: Pool
    limits: Limits
    cache: Cache

    @property
    def card(self) -> dict[str, Any]:
        """What is known of the graph: id, title, base, prefixes, queries."""
        return self.pool.card


class Live:
    """The current pool of a source that may change; `newest` returns the source as it is now."""

    def __init__(self, newest: Callable[[], Mapping[str, Any]], limits: Limits) -> None:
        self.newest, self.limits = newest, limits
        self.lanes = Lanes(limits)
        self.cache = Cache(limits.cache)
        self._look: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Loads the graph. Raises Failed."""
        self._source = self.newest()
        self.pool = await self._started(self._source)
        self._look = self._following()

    async def _started(self, source: Mapping[str, Any]) -> Pool:
        pool = Pool(source, self.limits, self.lanes)
        await pool.start()
        return pool

    @property
    def card(self) -> dict[str, Any]:
        """What is known of the graph: id, title, base, prefixes, queries."""
        return self.pool.card

    def now(self) -> Served:
        """Returns what is served at this moment."""
        return Served(self.pool, self.limits, self.cache)

    def _following(self) -> asyncio.Task[None]:
        task = asyncio.create_task(self._follow())
        task.add_done_callback(self._go_on)
        return task

    def _go_on(self, ended: asyncio.Task[None]) -> None:
        """Follows on after a fault that nobody foresaw: later builds are served all the same."""
        if not ended.cancelled() and (fault := ended.exception()):
            log.error("the new build is not served", exc_info=fault)
            self._look = self._following()

    async def _follow(self) -> None:
        """Takes up each newer build; one that cannot be loaded is told and left alone."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                source = self.newest()
                if source == self._source:
                    continue
                self._source = source
                fresh = await self._started(source)
            except (Failed, OSError) as error:
                log.error("the new build is not served: %s", error)
                continue
            old, self.pool = self.pool, fresh
            log.info("serving build %s", fresh.card["id"])
            task = asyncio.create_task(old.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Ends all workers."""
        if self._look:
            self._look.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._look
        for task in list(self._closing):
            task.cancel()
        self.pool.kill()


def build_now(root: str) -> Callable[[], Mapping[str, Any]]:
    """Returns a function that returns the project's published build as a source."""

    def newest() -> Mapping[str, Any]:
        return {"build": os.path.realpath(os.path.join(root, "build", "current")), "root": root}

    return newest
