"""The documents that facts are taken from."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.serve.answering import told
from kg.serve.pages import html
from kg.serve.pages.parameters import lang_of


async def index(request: Request) -> Response:
    """Returns the list of documents."""
    return html(request, "documents.html", **await told(request, "documents.index", lang=lang_of(request)))


ROUTES = [Route("/documents", index, methods=["GET", "HEAD"])]
