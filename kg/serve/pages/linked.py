"""Whatever has an IRI here, at that IRI: negotiated to a page or RDF, or by a suffix. Knows addresses, no graph."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kg.serve.answering import live_of, respond, told
from kg.serve.media import GRAPHS, Format
from kg.serve.negotiation import choose, ranges, wants_page
from kg.serve.pages import differences, entity, kept, links_of, network
from kg.serve.refusal import Refusal
from kg.terms import KG

FORMS = ("html", "network", "ttl", "jsonld", "nt", "rdf")
"""Suffixes under which a thing is found."""

OFFERED: tuple[Format, ...] = tuple(form for form in GRAPHS if form.name in FORMS)
"""RDF formats; the first is for whoever takes anything."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What an address stands for."""

    iri: str
    kind: str
    """As tasks.about.kind says."""
    form: str
    """One of FORMS, '' where the address is the IRI's own."""


async def page(request: Request) -> Response:
    """Returns what the graph knows under the IRI of this address. Raises Refusal (404) for nothing."""
    candidates = _candidates(request)
    thing = await _thing(request, candidates)
    links = links_of(request)
    if thing is None and (links.base, "") in candidates:
        return _redirect(request, links.path("/"))
    if thing is None:
        raise Refusal(404, "not-found", f"there is nothing at {request.url.path[:200]}")
    return await _answer(request, thing)


async def browse(request: Request) -> Response:
    """Returns what the graph knows under the IRI of `?iri=`, wherever that lives, in the form that `?as=` names."""
    iri, form = request.query_params.get("iri", ""), request.query_params.get("as", "")
    if not iri or (form and form not in FORMS):
        raise Refusal(400, "bad-request", "name the thing: ?iri=…, and &as= if you like", hint=", ".join(FORMS))
    if iri.startswith(KG) and not form:
        return _redirect(request, links_of(request).to(iri), "")
    found = await told(request, "about.kind", iris=[iri])
    if not found:
        raise Refusal(404, "not-found", f"the graph says nothing of <{iri[:200]}>")
    thing = Thing(found["iri"], found["kind"], form)
    if not form and iri.startswith(live_of(request).card["base"]):
        return _redirect(request, links_of(request).to(iri), "")
    return await _answer(request, thing if form else Thing(thing.iri, thing.kind, _wanted(request)))


def _candidates(request: Request) -> list[tuple[str, str]]:
    """Returns the IRIs that the address may stand for, each with the form that it names, the likeliest first.

    An IRI may hold percent codes itself, so the path is taken as it is and decoded. The whole of it comes before what
    is left without a suffix: an entity's id may end in one.
    """
    links = links_of(request)
    raw: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    root = links.root.encode()
    path = raw[len(root) :] if root and raw.startswith(root + b"/") else raw
    texts = [path.decode("latin-1"), *_decoded(path)]
    texts += [unicodedata.normalize("NFC", text) for text in texts]
    folder = links.folder
    names = dict.fromkeys(text.removeprefix(folder) for text in texts if text.startswith(folder))
    whole = [(links.base + name, "") for name in names]
    stems = [(links.base + name.removesuffix(f".{form}"), form) for name in names for form in FORMS if _has(name, form)]
    return [*whole, *stems]


def _decoded(path: bytes) -> list[str]:
    try:
        return [unquote_to_bytes(path).decode("utf-8")]
    except UnicodeDecodeError:
        return []


def _has(name: str, form: str) -> bool:
    return name.endswith(f".{form}") and len(name) > len(form) + 1


async def _thing(request: Request, candidates: list[tuple[str, str]]) -> Thing | None:
    found = await told(request, "about.kind", iris=[iri for iri, _ in candidates]) if candidates else None
    if not found:
        return None
    return Thing(found["iri"], found["kind"], next(form for iri, form in candidates if iri == found["iri"]))


async def _answer(request: Request, thing: Thing) -> Response:
    """Returns a thing in the form that its address names, else leads to the address of the form that is wanted."""
    if not thing.form:
        form = _wanted(request)
        return _redirect(request, await _address(request, thing.iri, form))
    if thing.form == "network":
        return await network.around(request, thing.iri)
    if thing.form != "html":
        return await respond(request, {"task": "rdf.describe", "iri": thing.iri, "form": thing.form})
    if thing.kind == "graph":
        return _redirect(request, links_of(request).path("/terms" if thing.iri.endswith("ontology") else "/downloads"))
    if thing.kind == "disagreement":
        return await differences.one(request, thing.iri)
    return await entity.page(request, thing.iri, thing.kind)


def _wanted(request: Request) -> str:
    """Returns the form that a request asks for: a page for a person, RDF for a program. Raises Refusal (406)."""
    accept = request.headers.get("accept", "*/*")
    form = "html" if wants_page(accept) else choose(OFFERED, ranges(accept))
    if not form:
        offered = ", ".join(["text/html", *(one.media for one in OFFERED)])
        raise Refusal(406, "not-acceptable", "this is offered in none of the formats asked for", hint=offered)
    return form


async def _address(request: Request, iri: str, form: str) -> str:
    """Returns where a form of a thing is: at its IRI with a suffix, unless that is the IRI of something else."""
    if await told(request, "about.kind", iris=[f"{iri}.{form}"]):
        links = links_of(request)
        return links.spoken(f"{links.path('/browse')}?{urlencode({'iri': iri, 'as': form})}")
    return f"{links_of(request).plain(iri)}.{form}"


def _redirect(request: Request, address: str, query: str | None = None) -> Response:
    """Returns a redirection (303): an IRI stands for a thing, and no thing can be sent. Parameters go along."""
    query = request.scope["query_string"].decode("latin-1") if query is None else query
    if query and "?" not in address:
        address = f"{address}?{query}"
    headers = {"Vary": "Accept", "Cache-Control": kept(request), "KG-Build": live_of(request).card["id"]}
    return RedirectResponse(address, 303, headers=headers)


ROUTES = [
    Route("/browse", browse, methods=["GET", "HEAD"]),
    Route("/{path:path}", page, methods=["GET", "HEAD"]),
]
