"""Search over names: the page, what is offered while one types, and the description by which browsers find it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.serve.answering import UNCHANGING, live_of, told
from kg.serve.pages import html, kept, links_of
from kg.serve.pages.parameters import lang_of, number_of
from kg.serve.refusal import Refusal

PAGE = 50
"""Entities on one page."""

LAST = 10_000
"""Entities up to which one may turn pages."""

OTHERS = 3
"""Entities of other classes that are named."""

LONGEST = 200
"""Characters of what one may search for."""


async def page(request: Request) -> Response:
    """Returns what the words name, fifty at a time, with the classes to choose from; the empty search without words."""
    words, cls = _asked(request)
    first = min(number_of(request, "first"), LAST)
    found = None
    if words.strip() or cls:
        lang = lang_of(request)
        found = await told(request, "find.page", words=words, cls=cls, first=first, limit=PAGE, lang=lang)
    return html(request, "search.html", asked=words, cls=cls, first=first, found=found, next=first + PAGE)


async def offered(request: Request) -> Response:
    """Returns what the words name as JSON, the best first: iri, label, the name that matched, class, kind, address.

    Where a class is asked for, `others` have the name and are of another class.
    """
    words, cls = _asked(request)
    limit = number_of(request, "limit", 10)
    if not 1 <= limit <= 100:
        raise Refusal(400, "bad-request", "'limit' is from 1 to 100")
    found = await told(request, "find.names", words=words, cls=cls, limit=limit, lang=lang_of(request))
    links = links_of(request)
    body: dict[str, Any] = {"query": words, "results": [{**one, "href": links.to(one["iri"])} for one in found]}
    if cls:
        others = await told(request, "find.others", words=words, cls=cls, limit=OTHERS, lang=lang_of(request))
        body["others"] = [{**one, "href": links.to(one["iri"])} for one in others]
    return JSONResponse(body, headers={"Cache-Control": kept(request), "KG-Build": live_of(request).card["id"]})


def _asked(request: Request) -> tuple[str, str]:
    words, cls = request.query_params.get("q", ""), request.query_params.get("class", "")
    if len(words) > LONGEST or len(cls) > 2000:
        raise Refusal(400, "bad-request", f"one searches for at most {LONGEST} characters")
    return words, cls


async def described(request: Request) -> Response:
    """Returns the OpenSearch description of the search."""
    from xml.sax.saxutils import escape, quoteattr

    root = str(request.base_url).rstrip("/")
    title = "".join(c for c in live_of(request).card["title"] if c.isprintable())
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        f"<ShortName>{escape(title[:16])}</ShortName><Description>{escape(title)}</Description>"
        f'<Url type="text/html" template={quoteattr(root + "/search?q={searchTerms}")}/>'
        f'<Url type="application/json" template={quoteattr(root + "/search.json?q={searchTerms}")}/>'
        "<InputEncoding>UTF-8</InputEncoding></OpenSearchDescription>\n"
    )
    headers = {"Content-Type": "application/opensearchdescription+xml; charset=utf-8", "Cache-Control": UNCHANGING}
    return Response(text, headers=headers)


ROUTES = [
    Route("/search", page, methods=["GET", "HEAD"]),
    Route("/search.json", offered, methods=["GET", "HEAD"]),
    Route("/opensearch.xml", described, methods=["GET", "HEAD"]),
]
