"""The page of an entity, of a statement, and of what statements are made of. Knows JSON of tasks, no graph."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

import kg
from kg.serve.answering import UNCHANGING, is_known, live_of, told
from kg.serve.cache import tag_of
from kg.serve.links import Links
from kg.serve.media import GRAPHS
from kg.serve.pages import html, links_of
from kg.serve.pages.network import can_draw
from kg.serve.pages.parameters import LANGUAGES, lang_of
from kg.serve.pages.timeline import timeline

FORMATS = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML"}
"""Suffix to the name of the format, as the page offers them."""

_MEDIA = {form.name: form.media for form in GRAPHS}


async def page(request: Request, iri: str, kind: str) -> Response:
    """Returns the page of a thing of a kind (of tasks.about.kind). Raises Refusal (404)."""
    build, lang = live_of(request).card["id"], lang_of(request)
    question = {"page": kind, "iri": iri, "lang": lang, "root": links_of(request).root, "kg": kg.__version__}
    tag = tag_of(build, question)
    if is_known(request, tag):
        headers = {"ETag": tag, "Cache-Control": UNCHANGING, "Vary": "Accept", "KG-Build": build}
        return Response(status_code=304, headers=headers)
    make = {"entity": _entity, "statement": _statement}.get(kind, _resource)
    response = await make(request, iri, kind, lang)
    response.headers["ETag"] = tag
    return response


async def _entity(request: Request, iri: str, kind: str, lang: str) -> Response:
    found = await told(request, "about.entity", iri=iri, lang=lang)
    said = await told(request, "about.said", iri=iri, lang=lang)
    is_document = found["kind"] == "Document"
    taken = await told(request, "documents.cited", iri=iri, lang=lang) if is_document else {"count": 0}
    facts = [fact for place in ("out", "into") for group in found[place] for fact in group["facts"]]
    more = {"said": said, "taken": taken, "dated": timeline([*facts, *found["within"]])}
    return html(request, "entity.html", **_common(request, iri, lang), one=found, **more, drawn=can_draw())


async def _statement(request: Request, iri: str, kind: str, lang: str) -> Response:
    found = await told(request, "about.statement", iri=iri, lang=lang)
    dated = timeline([found["fact"]])
    return html(request, "statement.html", **_common(request, iri, lang), **found, dated=dated)


async def _resource(request: Request, iri: str, kind: str, lang: str) -> Response:
    found = await told(request, "about.resource", iri=iri, lang=lang)
    return html(request, "resource.html", **_common(request, iri, lang), one=found, kind=kind)


def _common(request: Request, iri: str, lang: str) -> dict[str, Any]:
    """Returns what these pages have in common: where the thing is found in other formats and languages."""
    links = links_of(request)
    own = iri.startswith(links.base)
    at = {form: f"{links.to(iri)}.{form}" if own else f"{_browse(links, iri)}&as={form}" for form in _ALL}
    join = "?" if own else "&"
    languages = [(one, f"{at['html']}{join}lang={one}", one == lang) for one in LANGUAGES]
    formats = [(at[form], name, _MEDIA[form]) for form, name in FORMATS.items()]
    network = f"{at['network']}{join}lang={lang}"
    return {"iri": iri, "lang": lang, "formats": formats, "languages": languages, "network": network}


_ALL = ("html", "network", *FORMATS)


def _browse(links: Links, iri: str) -> str:
    return f"{links.path('/browse')}?iri={quote(iri, safe='')}"
