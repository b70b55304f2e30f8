"""What the server makes itself and takes long over, as drawing a network: in few threads, with a short queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from threading import Lock
from typing import Any

from kg.serve.limits import Limits
from kg.serve.refusal import Refusal

ASKER: ContextVar[str] = ContextVar("ASKER", default="")
"""Whose share the request that is being answered counts for."""


class Aside(ThreadPoolExecutor):
    """The threads of `asyncio.to_thread`. What would wait too long is refused, before anything of it is made."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits.aside, thread_name_prefix="aside")
        self.limits = limits
        self.held: Counter[str] = Counter()
        """How much of each client runs or waits."""
        self._lock = Lock()

    def submit(self, make: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Returns the future of what a function makes. Raises Refusal: 429 beyond a client's share, 503 beyond all."""
        asker = ASKER.get()
        with self._lock:
            self._refuse_beyond(asker)
            self.held[asker] += 1
        try:
            made = super().submit(make, *arguments, **named)
        except RuntimeError:  # the server is stopping
            self._forget(asker)
            raise
        made.add_done_callback(lambda _: self._forget(asker))
        return made

    def _refuse_beyond(self, asker: str) -> None:
        share, most = self.limits.per_client, self.limits.aside + self.limits.aside_queue
        if self.held[asker] >= share:
            detail = f"{share} pages of yours are being drawn, as many as one client may have"
            raise Refusal(429, "too-many-queries", detail, headers={"Retry-After": "1"}, limit={"pages": share})
        if self.held.total() >= most:
            raise Refusal(503, "busy", "too many pages are being drawn; ask again soon", headers={"Retry-After": "2"})

    def _forget(self, asker: str) -> None:
        with self._lock:
            self.held[asker] -= 1
            if not self.held[asker]:
                del self.held[asker]
