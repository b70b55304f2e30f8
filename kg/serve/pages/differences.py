"""Where sources or speakers differ: a list by kind, and a page each."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.serve.answering import told
from kg.serve.pages import html
from kg.serve.pages.parameters import lang_of, number_of

MEANT = {
    "contradicts": "Not all can be true: one says so and another denies it, or their values exclude each other.",
    "arithmetic": "Each may be true, but not all: the numbers do not add up.",
    "corrected": "One says of another that it is wrong, and puts it right.",
    "different count stage": "They counted at different times: before and after more votes were in.",
    "different scope": "They speak of something wider or narrower, or in another unit.",
    "succession in time": "One held when the other no longer did.",
    "agrees within stated precision": "They say the same, one more exactly than the other.",
    "agrees": "They say the same.",
}
"""What each kind of difference means, in a sentence."""


async def index(request: Request) -> Response:
    """Returns the differences, of one kind where the address names it, those first that most need a reader's eye."""
    kind, first = request.query_params.get("kind", "")[:100], number_of(request, "first")
    told_ = await told(request, "differences.index", kind=kind, first=first, lang=lang_of(request))
    more = told_["end"] if told_["end"] < told_["of"] else 0
    return html(request, "differences.html", **told_, kind=kind, first=first, next=more, meant=MEANT)


async def one(request: Request, iri: str) -> Response:
    """Returns the page of one difference. Raises Refusal (404) where there is none of that IRI."""
    difference = await told(request, "differences.one", iri=iri, lang=lang_of(request))
    return html(request, "difference.html", difference=difference, meant=MEANT.get(difference["kind"], ""))


ROUTES = [Route("/disagreements", index, methods=["GET", "HEAD"])]
