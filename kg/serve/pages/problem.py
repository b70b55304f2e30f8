"""What went wrong, for a person's browser: the same members as the problem document."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from kg.serve.pages import html
from kg.serve.refusal import Refusal


def page(request: Request, refusal: Refusal) -> Response:
    """Returns a refusal as a page, with its status and headers."""
    response = html(request, "problem.html", refusal.status, refusal=refusal)
    response.headers.update({"Cache-Control": "no-store", **refusal.headers})
    return response
