"""What `kg serve` does: options become limits and a place to listen, a project becomes a build that is served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.project import Project
from kg.serve.forwarded import Proxies
from kg.serve.limits import Limits
from kg.serve.live import build_now
from kg.serve.server import Unbound, Where, run
from kg.serve.workers.pool import Failed


class NotServed(Exception):
    """The server cannot start; the message says why."""


def serve(
    project: Project, source: Mapping[str, Any] | None, say: Callable[..., Any], *, host: str, port: int,
    root_path: str, hosts: Sequence[str], origins: Sequence[str], proxies: Sequence[str], timeout: float,
    workers: int, quiet: bool,
) -> None:  # fmt: skip
    """Serves a source, or else the project's builds, until told to stop; `say` prints. Raises NotServed."""
    if timeout <= 0 or workers < 1:
        raise NotServed("--timeout and --workers are greater than 0")
    if root_path and not root_path.startswith("/"):
        raise NotServed(f"--root-path begins with a slash: /{root_path}")
    try:
        believed = Proxies.of(proxies)
    except ValueError as error:
        raise NotServed(f"--proxy names a proxy by its address, or several by their network: {error}") from None
    where = Where(host, port, root_path, tuple(hosts), tuple(origins), believed)
    if source is None:
        project.build()
        newest = build_now(str(project.root))
    else:
        newest = _fixed(source)

    def tell(address: str) -> None:
        if where.is_open:
            say(f"Anybody who can reach {host} can ask this; there is no password.", err=True)
        say(f"Serving at {address} (Ctrl-C stops)")

    try:
        run(newest, where, Limits(seconds=timeout, workers=workers), tell, log=not quiet)
    except (Unbound, Failed) as error:
        raise NotServed(str(error)) from None


def _fixed(source: Mapping[str, Any]) -> Callable[[], Mapping[str, Any]]:
    paths = [str(Path(path).resolve()) for path in source.get("files", ())]
    known = {**source, "files": paths} if paths else dict(source)
    return lambda: known
