"""The network, around an entity or whole: a page that draws it, and what that page fetches as one opens entities."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.util import find_spec

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

import kg
from kg.serve.answering import is_known, live_of, respond, told
from kg.serve.cache import tag_of
from kg.serve.pages import kept, links_of
from kg.serve.pages.parameters import lang_of
from kg.serve.refusal import Refusal
from kg.view import NEEDED, frame


@cache
def can_draw() -> bool:
    """Says whether the libraries are there that draw networks."""
    return all(find_spec(name) for name in NEEDED)


SERVED = {"renderer": "vis", "remote": {"neighbours": "here"}}
"""What decides of a served page's policy; the page itself is stricter where it needs less."""


async def page(request: Request) -> Response:
    """Returns the network around the entity that `?iri=` names, or of the whole graph."""
    return await around(request, request.query_params.get("iri", ""))


async def around(request: Request, iri: str) -> Response:
    """Returns the page of the network around an entity. Its policy allows its own scripts and this server, no more."""
    if not can_draw():
        raise Refusal(501, "no-drawing", f"the network needs {', '.join(NEEDED)}", hint="pip install 'kg[view]'")
    links, build = links_of(request), live_of(request).card["id"]
    where = {"root": links.root, "folder": links.folder}
    small = request.query_params.get("small") == "1"
    question = {"iri": iri, "lang": lang_of(request), "small": small, **where}
    tag = tag_of(build, {"page": "network", "kg": kg.__version__, **question})
    policy = f"{frame.policy(SERVED)}; frame-ancestors 'self'"  # a 304 says it too: a browser takes its headers over
    is_far = live_of(request).card["remote"]  # nothing tells when another machine's graph has changed
    headers = {"KG-Build": build, "Cache-Control": kept(request), "Vary": "Accept", **({} if is_far else {"ETag": tag})}
    headers["Content-Security-Policy"] = policy
    if is_known(request, tag) and not is_far:
        return Response(status_code=304, headers=headers)
    payload = await told(request, "view.network", **question)
    text = await asyncio.to_thread(frame.html, payload)
    return HTMLResponse(text, headers=headers)


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
