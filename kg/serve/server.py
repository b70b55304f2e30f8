"""Starts and stops the server: a socket, the graph's process, the application between them."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import resource
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import uvicorn

from kg.serve.app import application
from kg.serve.aside import Aside
from kg.serve.connection import protocol
from kg.serve.forwarded import NOBODY, Proxies
from kg.serve.limits import Limits
from kg.serve.live import Live

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

GRACE = 10
"""Seconds that requests have to finish once the server is asked to stop."""


class Unbound(Exception):
    """The address cannot be listened on; the message says why."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a server listens, and under which names and for whose pages it answers."""

    host: str = "127.0.0.1"
    port: int = 8000
    root_path: str = ""
    hosts: tuple[str, ...] = ()
    """Further names under which it may be asked."""
    origins: tuple[str, ...] = ()
    """Sites whose pages may ask it."""
    proxies: Proxies = NOBODY
    """Those that are believed when they say for whom they ask."""

    @property
    def is_open(self) -> bool:
        """Whether other machines can reach it."""
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host != "localhost"

    @property
    def known(self) -> tuple[str, ...]:
        """The names under which it may be asked; none stands for any name."""
        if self.is_open and not self.hosts:
            return ()
        own = f"[{self.host}]" if ":" in self.host else self.host
        return tuple(dict.fromkeys((*LOOPBACK, own.lower(), *(h.lower() for h in self.hosts))))


def run(
    newest: Callable[[], Mapping[str, Any]], where: Where, limits: Limits, tell: Callable[[str], None], *, log: bool
) -> None:
    """Serves until the process is told to stop. `tell` is given the address once it is listened on.

    Raises Unbound, and kg.serve.workers.pool.Failed where the graph cannot be loaded.
    """
    _log_to_stderr(log)
    listener = _listener(where)
    _allow_descriptors()
    import uvloop

    with contextlib.closing(listener), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(listener, newest, where, limits, tell))


async def _serve(
    listener: socket.socket, newest: Callable[[], Mapping[str, Any]], where: Where, limits: Limits,
    tell: Callable[[str], None],
) -> None:  # fmt: skip
    asyncio.get_running_loop().set_default_executor(Aside(limits))
    live = Live(newest, limits)
    await live.start()
    app = application(
        live, hosts=where.known, root_path=where.root_path, origins=where.origins, proxies=where.proxies
    )
    config = uvicorn.Config(
        app, http=protocol(limits), ws="none", lifespan="off", access_log=False, log_config=None,
        server_header=False, proxy_headers=False, timeout_keep_alive=5, backlog=2048,
        timeout_graceful_shutdown=GRACE,
    )  # fmt: skip
    try:
        await _Server(config, lambda: tell(address(listener, where))).serve([listener])
    finally:
        await live.close()


class _Server(uvicorn.Server):
    """Says when it listens, and ends quietly where a signal stops it."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        with super().capture_signals():
            yield
            self._captured_signals.clear()  # a stop that was asked for is no failure


def address(listener: socket.socket, where: Where) -> str:
    """Returns the address at which a browser finds the server."""
    port = listener.getsockname()[1]
    host = f"[{where.host}]" if ":" in where.host else where.host
    return f"http://{'localhost' if host in ('0.0.0.0', '[::]') else host}:{port}{where.root_path.rstrip('/')}/"


def _listener(where: Where) -> socket.socket:
    try:
        family, kind, proto, _, place = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, proto)
    except OSError as error:
        raise Unbound(f"{where.host}: {error.strerror}") from None
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(place)
    except OSError as error:
        found.close()
        raise Unbound(f"{where.host} port {where.port}: {error.strerror}; --port names another") from None
    return found


def _allow_descriptors() -> None:
    """Lets the process hold as many connections as the system allows it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _log_to_stderr(access: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    for name in ("kg.serve", "kg.access", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO if name == "kg.serve" or (access and name == "kg.access") else logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Leaves out what the access log or a refusal says already."""
    text = record.getMessage()
    return not text.startswith(("ASGI callable returned without", "Invalid HTTP request", "Unsupported upgrade"))
