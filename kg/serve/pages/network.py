"""The network, around an entity or whole: a page that draws it, and what that page fetches as one opens entities."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

import kg
from kg.serve.answering import is_known, live_of, respond, told
from kg.serve.cache import tag_of
from kg.serve.pages import kept, links_of
from kg.serve.pages.parameters import lang_of
from kg.serve.refusal import Refusal
from kg.view import NEEDED, frame, lacking

CAN_DRAW = not lacking()
"""Whether the libraries are there that draw networks."""

SERVED = {"renderer": "vis", "remote": {"neighbours": "here"}}
"""What decides of a served page's policy; the page itself is stricter where it needs less."""


async def page(request: Request) -> Response:
    """Returns the network around the entity that `?iri=` names, or of the whole graph."""
    return await around(request, request.query_params.get("iri", ""))


async def around(request: Request, iri: str) -> Response:
    """Returns the page of the network around an entity. Its policy allows its own scripts and this server, no more."""
    if not CAN_DRAW:
        raise Refusal(501, "no-drawing", f"the network needs {', '.join(NEEDED)}", hint="pip install 'kg[view]'")
    links, build = links_of(request), live_of(request).card["id"]
    where = {"root": links.root, "folder": links.folder}
    small = request.query_params.get("small") == "1"
    question = {"iri": iri, "lang": lang_of(request), "small": small, **where}
    tag = tag_of(build, {"page": "network", "kg": kg.__version__, **question})
    is_far = live_of(request).card["remote"]  # nothing tells when another machine's graph has changed
    headers = {"KG-Build": build, "Cache-Control": kept(request), "Vary": "Accept", **({} if is_far else {"ETag": tag})}
    headers |= _policy(SERVED)  # a 304 says it too: a browser takes its headers over
    if is_known(request, tag) and not is_far:
        return Response(status_code=304, headers=headers)
    return await _drawn(await told(request, "view.network", **question), headers)


async def of_answer(request: Request, caching: str, **question: Any) -> Response:
    """Returns the page that draws what the answer to a query names of the network."""
    links = links_of(request)
    payload = await told(request, "queries.network", root=links.root, folder=links.folder, **question)
    headers = {"KG-Build": live_of(request).card["id"], "Cache-Control": caching}
    return await _drawn(payload, {**headers, **_policy(payload)})


async def _drawn(payload: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    return HTMLResponse(await asyncio.to_thread(frame.html, payload), headers=headers)


def _policy(payload: Mapping[str, Any]) -> dict[str, str]:
    return {"Content-Security-Policy": f"{frame.policy(payload)}; frame-ancestors 'self'"}


async def neighbours(request: Request) -> Response:
    """Returns what the page adds to its network when the entity of `?iri=` is opened on it."""
    iri = request.query_params.get("iri", "")
    if not iri:
        raise Refusal(400, "bad-request", "name the entity: ?iri=…")
    return await respond(request, {"task": "view.neighbours", "iri": iri})


ROUTES = [
    Route("/network", page, methods=["GET", "HEAD"]),
    Route("/neighbours.json", neighbours, methods=["GET", "HEAD"]),
]
