"""Files of the whole graph, written once a build by a process of their own, since no worker may open a file.

`python -m kg.serve.api.dumps SOURCE NAME FILE` writes one: SOURCE is the JSON of kg.serve.graph.holding.load.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.serve.limits import Shares
from kg.serve.media import GRAPHS
from kg.serve.refusal import Refusal
from kg.serve.workers import beside, sandbox

LABELS = {
    "ttl": "Turtle", "nt": "N-Triples", "nq": "N-Quads", "trig": "TriG", "jsonld": "JSON-LD", "rdf": "RDF/XML",
}  # fmt: skip
"""Formats of the engine as people call them."""

SECONDS = 600
"""Within which a file must be written."""

WAITING = 32
"""Requests that may wait until a file is written."""

INFERRED = "-inferred"
"""At the end of a file's name: with what rules infer, in formats that have no named graphs."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A format in which the graph can be fetched."""

    writer: str
    """Module of kg.write, or the engine's name of the format where files are served as they are."""
    label: str
    suffix: str
    """With its dot."""
    media: str
    graphs: bool
    """Whether it holds named graphs too."""
    rdf: bool


def kinds(source: Mapping[str, Any]) -> list[Kind]:
    """Returns the formats of a source: those of kg.write for a build, the engine's for files, none for an endpoint."""
    if "files" in source:
        return [
            Kind(f.engine, LABELS[f.name], f".{f.name}", f.content_type, f.name in ("nq", "trig", "jsonld"), True)
            for f in GRAPHS
        ]
    return [] if "endpoint" in source else _writers()


def _writers() -> list[Kind]:
    from kg import write

    known = {form.media for form in GRAPHS}
    found = []
    for name in write.NAMES:
        module = write.load(name)
        media, rdf = module.MEDIA_TYPE, module.MEDIA_TYPE.partition(";")[0] in known
        text = media if "xml" in media or "json" in media or ";" in media else f"{media}; charset=utf-8"
        found.append(Kind(name, module.LABEL, module.SUFFIX, text, module.GRAPHS, rdf))
    return sorted(found, key=lambda kind: (not kind.rdf, ORDER.index(kind.writer) if kind.writer in ORDER else 99))


ORDER = ("turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml", "turtle12", "csv", "graphml", "gexf")
"""As people look for them."""


def stem(base: str) -> str:
    """Returns the name of a dataset's files.

    >>> stem("https://example.org/votes-2008/"), stem("file:///tmp/a%20b.ttl"), stem("https://e/")
    ('votes-2008', 'a-20b', 'e')
    """
    last = re.sub(r"\.[a-z]+$", "", base.rstrip("/#").rsplit("/", 1)[-1])
    return re.sub(r"[^A-Za-z0-9_-]+", "-", last).strip("-") or "data"


@dataclass
class Dumps:
    """The files that have been asked for, of the build that was served last."""

    folder: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="kg-serve-", ignore_cleanup_errors=True)
    )
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One file is written at a time: each may take the memory of a whole graph."""
    waiting: Shares = field(default_factory=Shares)
    """Requests of each client that wait for a file, or have it written."""

    async def file(self, build: str, source: Mapping[str, Any], name: str, client: str, share: int) -> Path:
        """Returns the path of a file of a build, written if it is not there yet.

        Raises Refusal where that fails, and where more wait than may: `share` of one client, WAITING of all.
        """
        path = Path(self.folder.name) / build / name
        if path.exists():
            return path
        detail = f"{share} downloads of yours are being written, as many as one client may wait for"
        again = {"Retry-After": "5"}
        too_many = Refusal(429, "too-many-queries", detail, headers=again, limit={"downloads": share})
        busy = Refusal(503, "busy", "too many wait for files of the whole graph; ask again soon", headers=again)
        self.waiting.take(client, share, WAITING, too_many, busy)
        try:
            async with self.lock:
                if not path.exists():
                    path.parent.mkdir(exist_ok=True)
                    self._forget_but(path.parent)
                    await _written(source, path)
        finally:
            self.waiting.give_back(client)
        return path

    def _forget_but(self, kept: Path) -> None:
        """Removes the files of all builds but one and the newest before it, which somebody may still be reading."""
        others = sorted((p for p in kept.parent.iterdir() if p != kept), key=lambda p: p.stat().st_mtime)
        for old in others[:-1]:
            shutil.rmtree(old, ignore_errors=True)


async def _written(source: Mapping[str, Any], path: Path) -> None:
    part = path.with_name(f"part-{path.name}")
    command = beside.command("kg.serve.api.dumps", json.dumps(dict(source)), path.name, str(part))
    process = await asyncio.create_subprocess_exec(
        *command, env=beside.environment(), stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(SECONDS):
            _, said = await process.communicate()
    except TimeoutError:
        said = b"it took too long"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        part.unlink(missing_ok=True)
        why = said.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        raise Refusal(500, "not-written", f"this file could not be written: {why}")
    part.replace(path)


# --- in the process of its own ---------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Writes one file; says on standard error why it cannot."""
    sandbox.die_with_parent()
    source, name, path = json.loads(arguments[0]), arguments[1], Path(arguments[2])
    kind = max((k for k in kinds(source) if name.endswith(k.suffix)), key=lambda k: len(k.suffix))
    try:
        with path.open("wb") as file:
            for piece in _pieces(source, kind, name.removesuffix(kind.suffix).endswith(INFERRED)):
                file.write(piece)
    except (OSError, ValueError, LookupError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _pieces(source: Mapping[str, Any], kind: Kind, inferred: bool) -> Iterator[bytes]:
    if "files" in source:
        yield _as_it_is(source["files"], kind)
        return
    from kg import write
    from kg.layout import Graphs
    from kg.store import PARTS, BuildError, at
    from kg.terms import prefixes

    try:
        build = at(Path(source["build"]))
        if build is None:
            raise OSError("this build is no more; ask again")
        graphs = Graphs(build.base, prefixes(build.base), *(build.lines(part) for part in PARTS))
    except BuildError as error:
        raise OSError(str(error)) from None
    for text in write.load(kind.writer).write(graphs, inferred=inferred):
        yield text.encode()


def _as_it_is(files: list[str], kind: Kind) -> bytes:
    """Returns files of RDF in one; a format without named graphs has the triples of all of them."""
    import pyoxigraph as ox

    from kg.rdf_files import NotRead, load_file

    store = ox.Store()
    try:
        for file in files:
            load_file(store, Path(file))
    except NotRead as error:
        raise OSError(str(error)) from None
    form = getattr(ox.RdfFormat, kind.writer)
    quads = list(store)
    if form.supports_datasets:
        return ox.serialize(quads, format=form)
    return ox.serialize({ox.Triple(q.subject, q.predicate, q.object) for q in quads}, format=form)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
