"""`kg site`: a build in, a folder of files out, whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from kg import serve
from kg.serve.app import application
from kg.serve.limits import Limits
from kg.serve.links import Links
from kg.serve.live import Live, build_now
from kg.serve.site import addresses
from kg.serve.site.crawl import Crawl, crawl
from kg.serve.site.pages import NEAR, Site, scripts, wanted
from kg.serve.workers.pool import Failed
from kg.terms import KG

MARK = "kg-site.json"
"""The file by which a folder is known to be a site of ours, which the next one may replace."""

STATIC = Path(serve.__file__).parent / "static"

ENGINE = ("vendor/oxigraph.js", "vendor/oxigraph.wasm", "vendor/LICENSES.txt")
WORKER = "site-worker.js"

DATA = "static/site-data.js"

START = ("/", "/sparql", "/search", "/.well-known/void")


TOLD = 5
"""Links to nothing that are listed."""


class NotWritten(Exception):
    """The site cannot be written; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    files: int
    bytes: int
    missing: Mapping[str, str]
    """Addresses at which there is nothing, each with the page that links there."""
    engine: bool
    """Whether SPARQL can be asked: the engine came with this installation."""

    def remarks(self) -> Iterator[str]:
        """Yields what whoever made the site should know."""
        for number, (address, page) in enumerate(sorted(self.missing.items())):
            if number == TOLD:
                yield f"and {len(self.missing) - TOLD:,} more"
                break
            yield f"{page} links to {address}, where there is nothing"
        if not self.engine:
            yield "SPARQL cannot be asked on this site: kg was installed without npm, so without the engine"


def write(root: Path, folder: Path, lang: str, tell: Callable[[str], None]) -> Written:
    """Writes the site of a project's current build into a folder, in place of an earlier site. Raises NotWritten."""
    refuse_foreign(folder)
    fresh = folder.with_name(f".{folder.name}-{os.getpid()}")
    try:
        fresh.mkdir(parents=True)
        try:
            written = asyncio.run(_fill(root, fresh, lang, tell))
            tell("putting it in place")
            _put(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise NotWritten(f"{error.filename or folder}: {error.strerror}") from None
    except Failed as error:
        raise NotWritten(str(error)) from None
    return written


def refuse_foreign(folder: Path) -> None:
    """Raises NotWritten where the folder holds anything but an earlier site, or is no folder."""
    try:
        holds = sorted(os.listdir(folder))
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotWritten(f"{folder}: {error.strerror}") from None
    if holds and MARK not in holds:
        raise NotWritten(f"{folder} holds other files, such as '{holds[0]}'; name a new or empty folder")


def _put(fresh: Path, folder: Path) -> None:
    """Puts the finished folder in place: for a moment there may be none, never half of one."""
    old = folder.with_name(f".{folder.name}-old-{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


async def _fill(root: Path, folder: Path, lang: str, tell: Callable[[str], None]) -> Written:
    found, card, about = await _asked(root, lang, tell)
    tell("writing files")
    graph, pages = _graph(found), _pages(found, card)
    engine = all((STATIC / name).is_file() for name in ENGINE) and bool(graph)
    index = {**about, "pages": pages, "graph": graph, "engine": engine}
    mark = {"title": card["title"], "build": card["id"], "lang": lang}
    files = {
        **dict(Site(found, STATIC, DATA, engine, lang, pages).files()),
        **{path: text.encode() for path, text in scripts(found, STATIC).items()},
        **{f"static/{name}": (STATIC / name).read_bytes() for name in (WORKER, *(ENGINE if engine else ()))},
        DATA: f"window.kgSite = {_json(index)};\n".encode("utf-8", "replace"),
        MARK: f"{json.dumps(mark, indent=1)}\n".encode(),
    }
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return Written(len(files), sum(map(len, files.values())), found.missing, engine)


async def _asked(root: Path, lang: str, tell: Callable[[str], None]) -> tuple[Crawl, dict[str, Any], dict[str, Any]]:
    """Returns all that was found, the graph's card, and what the scripts must know of it."""
    source, found = build_now(str(root))(), Crawl()
    live = Live(lambda: source, Limits(seconds=120, client_patience=120, patience=120))

    def wanted_here(address: str) -> str | None:
        return wanted(address, lang)

    def asking(count: int) -> None:
        tell(f"asking for pages: {count:,}")

    await live.start()
    try:
        app = application(live)
        await crawl(app, START, wanted_here, lang, asking, found)
        drawn = [iri for iri, file in _pages(found, live.card).items() if f"/{file[:-5]}.network" in found.found]
        near = [f"{NEAR}?{urlencode({'iri': iri})}" for iri in drawn]
        await crawl(app, near, wanted_here, lang, asking, found)
        return found, live.card, await _about(live, lang)
    finally:
        await live.close()


def _graph(found: Crawl) -> str:
    """Returns the file that holds the whole graph with its named graphs, '' for none."""
    quads = (address for address, one in sorted(found.found.items()) if one.media == "application/n-quads")
    return next((addresses.place(address, "application/n-quads") for address in quads), "")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


async def _about(live: Live, lang: str) -> dict[str, Any]:
    """Returns what the scripts of the site must know of the graph."""
    terms = await _told(live, {"task": "complete.vocabulary", "lang": lang})
    names = await _told(live, {"task": "complete.named", "lang": lang})
    card = live.card
    listed = [{**term, "kind": kind} for kind, several in terms.items() for term in several]
    entities = [{**term, "kind": "entity"} for term in names]
    return {"base": card["base"], "union": card["union"], "prefixes": card["prefixes"], "terms": [*listed, *entities]}


async def _told(live: Live, question: Mapping[str, Any]) -> Any:
    reply = await live.pool.ask(question, "127.0.0.1")
    try:
        return json.loads(b"".join([part async for part in reply.stream()]))
    finally:
        reply.give_up()


def _pages(found: Crawl, card: Mapping[str, Any]) -> dict[str, str]:
    """Returns the file of each IRI that has a page."""
    links, pages = Links.of(card, ""), {}
    for address, one in found.found.items():
        path = address.removesuffix(".html")
        if one.media != "text/html" or "?" in address:
            continue
        iri = KG + unquote(path.removeprefix("/terms/")) if path.startswith("/terms/") else links.iri(path.encode())
        if iri:
            pages[iri] = addresses.place(address, one.media)
    return dict(sorted(pages.items()))
