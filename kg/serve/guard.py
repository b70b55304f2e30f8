"""What every request passes before and every response after: hosts, root path, security headers, the access log."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.problem import echo
from kg.serve.aside import ASKER
from kg.serve.forwarded import NOBODY, Proxies
from kg.serve.limits import share_of
from kg.serve.refusal import MEDIA, Refusal

log = logging.getLogger("kg.access")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""Content Security Policy of every page that brings none of its own: nothing inline, nothing from elsewhere."""

HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}


class Guard:
    """Wraps the application. `hosts` are the names under which it may be asked; none stands for any name."""

    def __init__(
        self, app: ASGIApp, *, hosts: Sequence[str] = (), root_path: str = "", proxies: Proxies = NOBODY
    ) -> None:
        self.app, self.hosts, self.root_path, self.proxies = app, frozenset(hosts), root_path.rstrip("/"), proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.proxies.place(scope)
        self._place(scope)
        ASKER.set(share_of(scope["client"][0] if scope.get("client") else ""))
        seen: dict[str, Any] = {"status": 0, "bytes": 0, "begun": time.perf_counter()}

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            else:
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            if self._is_stranger(scope):
                await _misdirected(scope, receive, sent)
            else:
                await self.app(scope, receive, sent)
        finally:
            _note(scope, seen)

    def _place(self, scope: Scope) -> None:
        """Puts the request below the root path, whether or not a proxy has taken that off."""
        root = self.root_path
        if root:
            below = scope["path"] == root or scope["path"].startswith(root + "/")
            scope["root_path"] = root
            scope["path"] = scope["path"] if below else root + scope["path"]

    def _is_stranger(self, scope: Scope) -> bool:
        """Says whether the request is for another host: a web page may have led the browser here under its own name."""
        if not self.hosts:
            return False
        values = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        return len(values) != 1 or host_name(values[0]) not in self.hosts


def host_name(host: str) -> str:
    """Returns the name in a Host header, without its port.

    >>> host_name("LOCALHOST:8000"), host_name("[::1]:8000"), host_name("::1")
    ('localhost', '[::1]', '::1')
    """
    host = host.strip().lower()
    if host.startswith("["):
        return host[: host.find("]") + 1]
    return host.partition(":")[0] if host.count(":") == 1 else host


async def _misdirected(scope: Scope, receive: Receive, send: Send) -> None:
    from starlette.responses import Response

    hint = "name it with --allow-host where that is right"
    refusal = Refusal(421, "unknown-host", "this server is not known under that name", hint=hint)
    await Response(refusal.body(), refusal.status, media_type=MEDIA)(scope, receive, send)


def _note(scope: Scope, seen: dict[str, Any]) -> None:
    """Writes one line of the access log."""
    if not log.isEnabledFor(logging.INFO):
        return
    client = scope["client"][0] if scope.get("client") else "-"
    query = scope["query_string"].decode("latin-1")
    address = echo(f"{scope['path']}?{query}" if query else scope["path"])
    spent = (time.perf_counter() - seen["begun"]) * 1000
    status = seen["status"] or "gone"
    log.info("%s %s %s %s %d bytes %.1f ms", client, scope["method"], address, status, seen["bytes"], spent)
