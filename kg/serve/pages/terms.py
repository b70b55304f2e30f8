"""The ontology: its documentation as pages, itself as RDF."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.serve.answering import respond, told
from kg.serve.media import GRAPHS, named
from kg.serve.negotiation import choose, ranges, wants_page
from kg.serve.pages import html
from kg.serve.pages.parameters import lang_of
from kg.serve.refusal import Refusal
from kg.terms import KG


async def index(request: Request) -> Response:
    """Returns the documentation of the ontology; to programs, the ontology."""
    accept = request.headers.get("accept", "*/*")
    if not wants_page(accept):
        return await _ontology(request, choose(GRAPHS, ranges(accept)))
    return html(request, "terms.html", **await told(request, "terms.index", lang=lang_of(request)))


async def _ontology(request: Request, chosen: str) -> Response:
    if not chosen:
        raise Refusal(406, "not-acceptable", "the ontology is a page or RDF", hint=GRAPHS[0].media)
    return await respond(request, {"task": "terms.ontology", "graph": chosen})


async def as_file(request: Request) -> Response:
    """Returns the ontology in the format that the address names. Raises Refusal (404) for another."""
    suffix = request.path_params["suffix"]
    if named(suffix, GRAPHS) is None:
        raise Refusal(404, "not-found", "the ontology is RDF", hint=", ".join(form.name for form in GRAPHS))
    return await _ontology(request, suffix)


async def one(request: Request) -> Response:
    """Returns the page of a class or verb; to programs that want RDF, the ontology, which has it in it."""
    accept = request.headers.get("accept", "*/*")
    if not wants_page(accept) and "*/*" not in accept and (chosen := choose(GRAPHS, ranges(accept))):
        return await _ontology(request, chosen)
    iri = KG + request.path_params["name"]
    return html(request, "term.html", term=await told(request, "terms.one", iri=iri, lang=lang_of(request)))


ROUTES = [
    Route("/terms", index, methods=["GET", "HEAD"]),
    Route("/terms.{suffix}", as_file, methods=["GET", "HEAD"]),
    Route("/terms/{name}", one, methods=["GET", "HEAD"]),
]
