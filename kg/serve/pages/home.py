"""The first page: what this graph is, how much there is of what, and the ways into it; to programs, its description."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.serve.answering import live_of, told
from kg.serve.media import GRAPHS
from kg.serve.negotiation import choose, ranges, wants_page
from kg.serve.pages import html
from kg.serve.pages.downloads import described
from kg.serve.pages.parameters import lang_of


async def page(request: Request) -> Response:
    """Returns the first page; RDF where that is asked for and no page is."""
    accept = request.headers.get("accept", "*/*")
    if not wants_page(accept) and "*/*" not in accept and (chosen := choose(GRAPHS, ranges(accept))):
        return await described(request, chosen)
    about = await told(request, "home.overview", lang=lang_of(request))
    queries = live_of(request).card["queries"]
    first = [one for one in queries if one["header"].get("expect") != []]  # what must be empty is a check, no beginning
    return html(request, "home.html", **about, queries=queries, first=first)


ROUTES = [Route("/", page, methods=["GET", "HEAD"])]
