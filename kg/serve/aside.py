"""What the server makes itself and takes long over, as drawing a network: in few threads, with a short queue."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from threading import Lock
from typing import Any

from kg.serve.limits import Limits, Shares
from kg.serve.refusal import Refusal

ASKER: ContextVar[str] = ContextVar("ASKER", default="")
"""Whose share the request that is being answered counts for."""


class Aside(ThreadPoolExecutor):
    """The threads of `asyncio.to_thread`. What would wait too long is refused, before anything of it is made."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits.aside, thread_name_prefix="aside")
        self.limits = limits
        self.held = Shares()
        """How much of each client runs or waits."""
        self._lock = Lock()

    def submit(self, make: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Returns the future of what a function makes. Raises Refusal: 429 beyond a client's share, 503 beyond all."""
        asker = ASKER.get()
        self._take(asker)
        try:
            made = super().submit(make, *arguments, **named)
        except RuntimeError:  # the server is stopping
            self._give_back(asker)
            raise
        made.add_done_callback(lambda _: self._give_back(asker))
        return made

    def _take(self, asker: str) -> None:
        share, most = self.limits.per_client, self.limits.aside + self.limits.aside_queue
        detail = f"{share} pages of yours are being drawn, as many as one client may have"
        too_many = Refusal(429, "too-many-queries", detail, headers={"Retry-After": "1"}, limit={"pages": share})
        busy = Refusal(503, "busy", "too many pages are being drawn; ask again soon", headers={"Retry-After": "2"})
        with self._lock:
            self.held.take(asker, share, most, too_many, busy)

    def _give_back(self, asker: str) -> None:
        with self._lock:
            self.held.give_back(asker)
