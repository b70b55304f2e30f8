"""The application: which address leads to what. Everything that answers is in the module that a route names."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from kg.serve import endpoint
from kg.serve.answering import live_of
from kg.serve.api import description
from kg.serve.forwarded import NOBODY, Proxies
from kg.serve.guard import Guard
from kg.serve.live import Live
from kg.serve.media import GRAPHS
from kg.serve.negotiation import choose, ranges, wants_page
from kg.serve.refusal import MEDIA, Refusal

log = logging.getLogger("kg.serve")

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]


def application(
    live: Live, *, hosts: Sequence[str] = (), root_path: str = "", origins: Sequence[str] = (),
    proxies: Proxies = NOBODY,
) -> ASGIApp:  # fmt: skip
    """Returns the application over what is served; `origins` are the sites whose pages may ask it, '*' for any.

    `proxies` are believed when they say for whom they ask.
    """
    from kg.serve.pages import routes

    app = Starlette(
        routes=[
            Route("/sparql", sparql, methods=METHODS),
            Route("/healthz", health, methods=["GET", "HEAD"]),
            *routes(),
        ],
        exception_handlers={Refusal: refused, HTTPException: failed, Exception: broken},
    )
    app.state.live = live
    app.router.redirect_slashes = False
    served: ASGIApp = app
    if origins:
        headers = ["Accept", "Content-Type", "If-None-Match"]
        shown = ["ETag", "KG-Build", "Retry-After"]
        served = CORSMiddleware(
            app, allow_origins=origins, allow_methods=METHODS[:3], allow_headers=headers, expose_headers=shown
        )
    return Guard(served, hosts=hosts, root_path=root_path, proxies=proxies)


async def sparql(request: Request) -> Response:
    """Answers a query; without one, a person gets the editor and a program the service description."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
    accept = request.headers.get("accept", "*/*")
    query = await endpoint.asked(request)
    if request.method in ("GET", "HEAD") and wants_page(accept):
        from kg.serve.pages import editor

        return await editor.page(request)
    if query is not None:
        return await endpoint.answer(request, query, lenient=True)
    chosen = choose(GRAPHS, ranges(accept))
    if not chosen:
        raise Refusal(406, "not-acceptable", "the service is described in RDF", hint=GRAPHS[0].media)
    address = str(request.url.replace(query="", fragment=""))
    media = next(f.content_type for f in GRAPHS if f.name == chosen)
    described = description.description(live_of(request).card, address, chosen)
    return Response(described, headers={"Content-Type": media, "Vary": "Accept"})


async def health(request: Request) -> Response:
    """Says that the server is up and what it serves."""
    live = live_of(request)
    about = {"status": "ok", "build": live.card["id"], "running": live.pool.running}
    return JSONResponse(about, headers={"Cache-Control": "no-store"})


async def refused(request: Request, refusal: Exception) -> Response:
    """Returns a refusal in the one shape of HTTP errors; a person's browser gets it as a page."""
    assert isinstance(refusal, Refusal)
    if request.method in ("GET", "HEAD") and _asks_for_page(request):
        from kg.serve.pages import problem

        return problem.page(request, refusal)
    return _document(refusal)


def _document(refusal: Refusal) -> Response:
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **refusal.headers, "Content-Type": MEDIA}
    return Response(refusal.body(), refusal.status, headers=headers)


def _asks_for_page(request: Request) -> bool:
    try:
        return wants_page(request.headers.get("accept", "*/*"))
    except Refusal:
        return False


async def failed(request: Request, error: Exception) -> Response:
    """Returns what the framework refuses (no such page, no such method) in the same shape."""
    assert isinstance(error, HTTPException)
    code, detail = {
        404: ("not-found", f"there is nothing at {request.url.path}"),
        405: ("method-not-allowed", f"{request.method} is not answered here"),
    }.get(error.status_code, ("bad-request", error.detail))
    return await refused(request, Refusal(error.status_code, code, detail[:300], headers=error.headers))


async def broken(request: Request, error: Exception) -> Response:
    """Returns that the program failed; the log says how."""
    return _document(Refusal(500, "failed", "the server failed at this; its log says how"))  # a page may be what failed
