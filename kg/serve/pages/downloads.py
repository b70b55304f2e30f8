"""The graph as files, and its description in VoID and DCAT."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from kg.serve.answering import UNCHANGING, client_of, is_known, live_of, told
from kg.serve.api import void
from kg.serve.api.dumps import INFERRED, Dumps, Kind, kinds, stem
from kg.serve.media import GRAPHS, named
from kg.serve.negotiation import choose, ranges, wants_page
from kg.serve.pages import html, links_of
from kg.serve.pages.parameters import lang_of
from kg.serve.refusal import Refusal

WITH_INFERRED = ("ttl", "nt", "rdf", "csv", "graphml", "gexf")
"""Suffixes of formats without named graphs that can also be had with what rules infer."""


async def index(request: Request) -> Response:
    """Returns the list of files that the graph can be fetched as, with its licence and how to address it."""
    dataset = await told(request, "home.dataset", lang=lang_of(request))
    source = live_of(request).pool.source
    name = stem(live_of(request).card["base"])
    files = [
        {"label": kind.label, "name": f"{name}{kind.suffix}", "media": kind.media, "holds": _holds(source, kind),
         "also": f"{name}{INFERRED}{kind.suffix}" if _has_inferred(source, kind) else ""}
        for kind in kinds(source)
    ]  # fmt: skip
    return html(request, "downloads.html", dataset=dataset, files=files, graphs=[f.name for f in GRAPHS])


def _holds(source: Any, kind: Kind) -> str:
    if "build" not in source:
        return "all graphs, kept apart" if kind.graphs else "all graphs as one"
    if kind.graphs:
        return "facts, what follows from them, and the ontology, in graphs of their own"
    return "facts; the second file also what follows from them" if _has_inferred(source, kind) else "facts"


def _has_inferred(source: Any, kind: Kind) -> bool:
    return "build" in source and kind.suffix.lstrip(".") in WITH_INFERRED


async def download(request: Request) -> Response:
    """Returns the whole graph as a file. Raises Refusal (404) for a name that there is not."""
    live = live_of(request)
    name, source, build = request.path_params["name"], live.pool.source, live.pool.card["id"]
    kind = _kind(source, stem(live.card["base"]), name)
    if kind is None:
        hint = "see /downloads for those there are"
        raise Refusal(404, "not-found", f"there is no download called '{name[:80]}'", hint=hint)
    tag = f'"{build}-{name}"'
    headers = {"ETag": tag, "Cache-Control": UNCHANGING, "KG-Build": build}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    if not hasattr(request.app.state, "dumps"):
        request.app.state.dumps = Dumps()
    share = live.limits.per_client
    path = await request.app.state.dumps.file(build, source, name, client_of(request), share)
    sent = {**headers, "Content-Disposition": f'attachment; filename="{name}"'}
    return FileResponse(path, headers=sent, media_type=kind.media)


def _kind(source: Any, own: str, name: str) -> Kind | None:
    for kind in kinds(source):
        known = {f"{own}{kind.suffix}"} | ({f"{own}{INFERRED}{kind.suffix}"} if _has_inferred(source, kind) else set())
        if name in known:
            return kind
    return None


async def well_known(request: Request) -> Response:
    """Returns the description of the dataset; a person is led to the first page."""
    accept = request.headers.get("accept", "*/*")
    if wants_page(accept):
        return Response(status_code=303, headers={"Location": links_of(request).path("/downloads"), "Vary": "Accept"})
    chosen = choose(GRAPHS, ranges(accept))
    if not chosen:
        raise Refusal(406, "not-acceptable", "the dataset is described in RDF", hint=GRAPHS[0].media)
    return await described(request, chosen)


async def as_file(request: Request) -> Response:
    """Returns the description in the format that the address names. Raises Refusal (404) for another."""
    if named(request.path_params["suffix"], GRAPHS) is None:
        raise Refusal(404, "not-found", "the dataset is described in RDF", hint=", ".join(f.name for f in GRAPHS))
    return await described(request, request.path_params["suffix"])


async def described(request: Request, format_name: str) -> Response:
    """Returns the dataset's description in an RDF format."""
    live = live_of(request)
    dataset = await told(request, "home.dataset")
    body = void.description(live.card, dataset, await _figures(request), _place(request), format_name)
    form = named(format_name, GRAPHS)
    assert form is not None
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": UNCHANGING, "Vary": "Accept", "KG-Build": live.card["id"]}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers={**headers, "Content-Type": form.content_type})


async def _figures(request: Request) -> dict[str, Any]:
    """Returns the graph's figures, none where they take longer than a query may."""
    try:
        return await told(request, "void.statistics")
    except Refusal as refusal:
        if refusal.status not in (413, 504):
            raise
        return {}


def _place(request: Request) -> void.Place:
    """Returns where the dataset is served, as this request sees it."""
    root = str(request.base_url).rstrip("/")
    live = live_of(request)
    name = stem(live.card["base"])
    dumps = tuple(
        void.Dump(kind.suffix, f"{root}/downloads/{name}{kind.suffix}", kind.label, kind.media, kind.rdf)
        for kind in kinds(live.pool.source)
    )
    return void.Place(f"{root}/.well-known/void", f"{root}/", f"{root}/sparql", f"{root}/opensearch.xml", dumps)


ROUTES = [
    Route("/downloads", index, methods=["GET", "HEAD"]),
    Route("/downloads/{name}", download, methods=["GET", "HEAD"]),
    Route("/.well-known/void", well_known, methods=["GET", "HEAD"]),
    Route("/void.{suffix}", as_file, methods=["GET", "HEAD"]),
]
