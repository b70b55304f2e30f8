"""The reconciliation service: the addresses by which OpenRefine and its like match their tables to the graph."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.serve.answering import live_of, respond, told
from kg.serve.api import reconcile
from kg.serve.endpoint import FORM, body_of, pairs
from kg.serve.links import Links, uri
from kg.serve.pages import html, links_of
from kg.serve.refusal import Refusal

Page = Callable[[Request], Awaitable[Response]]

PREVIEW_CSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""Any site may show a preview in a frame: it holds no form and no script."""

TYPES = 12
"""Types that the manifest proposes."""


async def service(request: Request) -> Response:
    """Answers a batch of queries or a request for properties; without either, says what the service can do."""
    fields = pairs(request.scope["query_string"])
    if request.method == "POST":
        fields = [*fields, *pairs(await _form(request))]
    names = [name for name, _ in fields]
    for name in names:
        if name not in ("queries", "extend"):
            hint = "JSONP is not offered; other sites are let in with `kg serve --cors`" if name == "callback" else ""
            detail = "it takes `queries` or `extend`"
            raise Refusal(
                400, "unknown-parameter", f"no parameter '{name[:40]}': {detail}", hint=hint, parameter=name[:40]
            )
    if len(names) > 1:
        raise Refusal(400, "repeated-parameter", "one of `queries` and `extend` is given, once", parameter=names[1])
    if not names:
        if request.method == "POST":
            raise Refusal(400, "missing-parameter", "`queries` or `extend` is not given", parameter="queries")
        return await _manifest(request)
    if names == ["extend"]:
        asked = reconcile.extension(fields[0][1])
        question = {"task": "reconcile.extend", "ids": asked["ids"], "wanted": asked["properties"]}
    else:
        question = {"task": "reconcile.match", "batch": reconcile.queries(fields[0][1])}
    return await respond(request, question)


async def _form(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise Refusal(415, "unsupported-media", f"a batch is posted as {FORM}", headers={"Accept-Post": FORM})
    return await body_of(request, live_of(request).limits)


async def _manifest(request: Request) -> Response:
    found = await told(request, "reconcile.types", limit=TYPES)
    card, links = live_of(request).card, links_of(request)
    return JSONResponse(reconcile.manifest(card, _address(request, links), found), headers=_NOT_KEPT)


_NOT_KEPT = {"Cache-Control": "no-cache"}


def _address(request: Request, links: Links) -> str:
    """Returns the address of this server as the asker knows it, without the slash at its end."""
    return f"{request.url.scheme}://{request.url.netloc}{links.root}"


async def suggest(request: Request) -> Response:
    """Returns suggestions while somebody types. Other parameters are left alone: clients send some of their own."""
    kind = request.path_params["kind"]
    words = request.query_params
    prefix = words.get("prefix")
    if prefix is None:
        raise Refusal(400, "missing-parameter", "`prefix` is not given", parameter="prefix")
    if len(prefix) > 200:
        raise Refusal(400, "bad-parameter", "`prefix` has at most 200 characters", parameter="prefix")
    cursor = _count(words.get("cursor", "0"), "cursor", 0, 10_000)
    if kind == "entity":
        cls = words.get("type", "")
        found = await told(request, "reconcile.suggest_entity", prefix=prefix, cursor=cursor, cls=cls)
    elif kind == "property":
        found = await told(request, "reconcile.suggest_property", prefix=prefix, cursor=cursor)
    else:
        found = await told(request, "reconcile.types", prefix=prefix, cursor=cursor)
    return JSONResponse({"result": found}, headers=_NOT_KEPT)


async def flyout(request: Request) -> Response:
    """Returns a few words of HTML on what was suggested."""
    ident = _ident(request)
    one = await told(request, "reconcile.about", ident=ident, kind=request.path_params["kind"])
    lines = [f"<p><strong>{escape(one['label'])}</strong> {escape(', '.join(one['types']))}</p>"]
    if one["aliases"]:
        lines.append(f"<p>also {escape(', '.join(one['aliases']))}</p>")
    lines += [f"<p>{escape(text)}</p>" for text in one["comment"]]
    lines += [f"<p>{escape(fact['verb'])} {escape(fact['value'])}</p>" for fact in one["facts"]]
    return JSONResponse({"id": ident, "html": "".join(lines)}, headers=_NOT_KEPT)


async def preview(request: Request) -> Response:
    """Returns a small page on an entity, which other sites may show in a frame."""
    one = await told(request, "reconcile.about", ident=_ident(request))
    response = html(request, "preview.html", one=one, to=reconcile.view_of(links_of(request), one["iri"]))
    response.headers["Content-Security-Policy"] = PREVIEW_CSP
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


async def view(request: Request) -> Response:
    """Leads to the page of an entity."""
    one = await told(request, "reconcile.about", ident=_ident(request))
    address = uri(reconcile.view_of(links_of(request), one["iri"]))
    return Response(status_code=303, headers={"Location": address, **_NOT_KEPT})


async def propose(request: Request) -> Response:
    """Returns the properties that entities of a type have."""
    words = request.query_params
    limit = _count(words.get("limit", "50"), "limit", 1, 1000)
    cls = words.get("type", "")
    found = await told(request, "reconcile.propose", cls=cls, limit=limit)
    answer: dict[str, Any] = {"properties": found, "limit": limit, **({"type": cls} if cls else {})}
    return JSONResponse(answer, headers=_NOT_KEPT)


def _ident(request: Request) -> str:
    ident = request.query_params.get("id", "")
    if not ident or len(ident) > 2000:
        raise Refusal(400, "missing-parameter", "`id` is not given, or too long", parameter="id")
    return ident


def _count(text: str, name: str, least: int, most: int) -> int:
    if not re.fullmatch("[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise Refusal(400, "bad-parameter", f"`{name}` is a number from {least:,} to {most:,}", parameter=name)
    return int(text)


def _of(page: Page) -> Page:
    """Returns a page of a kind of thing, which is no page for any other word."""

    async def answered(request: Request) -> Response:
        if request.path_params["kind"] not in ("entity", "type", "property"):
            raise Refusal(404, "not-found", f"there is nothing at {request.url.path[:200]}")
        return await page(request)

    return answered


_READ = ["GET", "HEAD"]

ROUTES = [
    Route("/reconcile", service, methods=[*_READ, "POST"]),
    *(
        Route(f"/reconcile/{word}/{{kind}}", _of(page), methods=_READ)
        for word, page in (("suggest", suggest), ("flyout", flyout))
    ),
    Route("/reconcile/preview", preview, methods=_READ),
    Route("/reconcile/view", view, methods=_READ),
    Route("/reconcile/properties", propose, methods=_READ),
]
