"""The page of an entity, of a statement, and of what statements are made of. Knows JSON of tasks, no graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

import kg
from kg.serve.answering import is_known, live_of, told
from kg.serve.cache import tag_of
from kg.serve.media import GRAPHS
from kg.serve.pages import html, kept, links_of
from kg.serve.pages.addresses import Addresses
from kg.serve.pages.network import CAN_DRAW
from kg.serve.pages.timeline import timeline
from kg.serve.refusal import Refusal
from kg.terms import is_iri

FORMATS = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML"}
"""Suffix to the name of the format, as the page offers them."""

_MEDIA = {form.name: form.media for form in GRAPHS}


async def page(request: Request, iri: str, kind: str) -> Response:
    """Returns the page of a thing of a kind (of tasks.about.kind). Raises Refusal (404)."""
    card, links = live_of(request).card, links_of(request)
    only = {name: request.query_params.get(name, "")[:2000] for name in ("place", "verb")}
    question = {"page": kind, "iri": iri, "lang": links.lang, "root": links.root, "kg": kg.__version__, **only}
    tag = tag_of(card["id"], question)
    if is_known(request, tag) and not card["remote"]:
        headers = {"ETag": tag, "Cache-Control": kept(request), "Vary": "Accept", "KG-Build": card["id"]}
        return Response(status_code=304, headers=headers)
    make = {"entity": _entity, "statement": _statement}.get(kind, _resource)
    response = await make(request, iri, kind, links.lang)
    if not card["remote"]:
        response.headers["ETag"] = tag
    return response


async def _entity(request: Request, iri: str, kind: str, lang: str) -> Response:
    place, verb = (request.query_params.get(name, "") for name in ("place", "verb"))
    if place not in ("", *PLACES) or (verb and not is_iri(verb)):
        raise Refusal(400, "bad-request", "'place' is out, into or within, and 'verb' an IRI")
    found = await told(request, "about.entity", iri=iri, lang=lang, place=place, verb=verb)
    said = await told(request, "about.said", iri=iri, lang=lang)
    is_document = found["kind"] == "Document" and not place
    taken = await told(request, "documents.cited", iri=iri, lang=lang) if is_document else {"count": 0, "passages": []}
    groups = [group for part in PLACES for group in found[part]]
    common = _common(request, iri, lang)
    _address(groups, common["page"], links_of(request), place)
    more = {"said": said, "taken": taken, "dated": timeline(fact for group in groups for fact in group["facts"])}
    more["contents"] = _contents(groups, more) if is_long(groups, max(taken["count"], said["count"])) else []
    return html(request, "entity.html", **common, one=found, **more, drawn=CAN_DRAW, only=bool(place))


PLACES = ("out", "into", "within")
"""Where an entity stands in facts, as tasks.about.entity says."""

VERBS, FACTS = 8, 40
"""Verbs, or facts, above which a page needs a list of what is on it."""


def is_long(groups: Sequence[Mapping[str, Any]], others: int) -> bool:
    """Says whether facts in groups by verb, and so many others, make a page in which people lose their way."""
    return len(groups) > VERBS or sum(len(group["facts"]) for group in groups) + others > FACTS


def _address(groups: Iterable[dict[str, Any]], page: str, links: Addresses, place: str) -> None:
    """Gives each group the name of its place on the page, and the address of all of it where it is cut."""
    for number, group in enumerate(groups, 1):
        group["anchor"] = f"group-{number}" if group["verb"] else "within"
        fields = {"place": group["place"], "verb": (group["verb"] or {}).get("iri", "")}
        whole = f"{page}{'&' if '?' in page else '?'}{urlencode(fields)}"
        group["all"] = "" if place or group["count"] <= len(group["facts"]) else links.spoken(whole)


def _contents(groups: Iterable[Mapping[str, Any]], more: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the headings of a page: the verbs, then its other parts."""
    rows = [
        {"anchor": group["anchor"], "verb": (group["verb"] or {}).get("label", ""), "inward": group["place"] == "into",
         "words": "Part of these facts", "count": group["count"]}
        for group in groups
    ]  # fmt: skip
    parts = (
        ("taken", "What it says", more["taken"]["count"]), ("said", "Said", more["said"]["count"]),
        ("network", "Network", CAN_DRAW), ("time", "In time", more["dated"]), ("data", "Data", True),
    )  # fmt: skip
    others = [(anchor, words, count) for anchor, words, count in parts if count]
    return rows + [
        {"anchor": anchor, "verb": "", "inward": False, "words": words, "count": count if type(count) is int else 0}
        for anchor, words, count in others
    ]


async def _statement(request: Request, iri: str, kind: str, lang: str) -> Response:
    found = await told(request, "about.statement", iri=iri, lang=lang)
    dated = timeline([found["fact"]])
    return html(request, "statement.html", **_common(request, iri, lang), **found, dated=dated)


async def _resource(request: Request, iri: str, kind: str, lang: str) -> Response:
    found = await told(request, "about.resource", iri=iri, lang=lang)
    return html(request, "resource.html", **_common(request, iri, lang), one=found, kind=kind)


def _common(request: Request, iri: str, lang: str) -> dict[str, Any]:
    """Returns what these pages have in common: where the thing is found in other formats."""
    links = links_of(request)
    own = iri.startswith(links.base)
    at = {form: f"{links.plain(iri)}.{form}" if own else f"{_browse(links, iri)}&as={form}" for form in _ALL}
    formats = [(at[form], name, _MEDIA[form]) for form, name in FORMATS.items()]
    network = f"{at['network']}{'?' if own else '&'}lang={lang}"
    return {"iri": iri, "formats": formats, "network": network, "page": at["html"]}


_ALL = ("html", "network", *FORMATS)


def _browse(links: Addresses, iri: str) -> str:
    return f"{links.path('/browse')}?iri={quote(iri, safe='')}"
