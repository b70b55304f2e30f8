"""The API described in OpenAPI 3.1: the card of a graph comes in, a document goes out. Asks no graph."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg.parameters import Parameter, parameters
from kg.saved import Saved
from kg.serve.answering import UNCHANGING, is_known
from kg.serve.api import asking, openapi_parts
from kg.serve.api.openapi_parts import JSON, STRING, TEXTS, problems
from kg.serve.cache import tag_of
from kg.serve.links import Links
from kg.serve.media import GRAPHS, RESULTS, Format

VERSION = "3.1.0"


def response(request: Request, card: Mapping[str, Any], links: Links) -> Response:
    """Returns the document as a response: 304 where the asker has it."""
    address = str(request.url.replace(path=links.root or "/", query="", fragment="")).rstrip("/")
    made = getattr(request.app.state, "openapi", None)
    if made is None or made.card is not card:  # a build that is taken up brings a card of its own
        made = request.app.state.openapi = _made(card, links)
    tag = tag_of(card["id"], {"openapi": made.digest, "address": address})
    headers = {"ETag": tag, "Cache-Control": UNCHANGING, "KG-Build": card["id"]}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(made.at(address), media_type=JSON, headers=headers)


@dataclass(frozen=True, slots=True)
class Made:
    """The document of one build, as text: only the address at which it is asked for is not in it yet."""

    card: Mapping[str, Any]
    text: bytes
    """Without its last brace."""
    digest: str

    def at(self, address: str) -> bytes:
        """Returns the whole document."""
        return b'%s,\n"servers": %s}\n' % (self.text, json.dumps(_servers(address)).encode())


def _made(card: Mapping[str, Any], links: Links) -> Made:
    text = json.dumps(_described(card, links), ensure_ascii=False, indent=1).encode()
    return Made(card, text.removesuffix(b"\n}"), hashlib.sha256(text).hexdigest())


def document(card: Mapping[str, Any], links: Links, address: str) -> dict[str, Any]:
    """Returns the description of the API of a graph at an address (without the slash at its end)."""
    return {**_described(card, links), "servers": _servers(address)}


def _servers(address: str) -> list[dict[str, str]]:
    return [{"url": address}]


def _described(card: Mapping[str, Any], links: Links) -> dict[str, Any]:
    paths = {"/sparql": _sparql()}
    for query in asking.saved_of(card):
        paths[f"/queries/{query.name}"] = {"get": _query(query)}
        paths[f"/queries/{query.name}.{{format}}"] = {"get": _query(query, by_suffix=True)}
    return {
        "openapi": VERSION,
        "info": {
            "title": card["title"],
            "version": card["id"],
            "description": "Saved queries, SPARQL, linked data, search and reconciliation over one graph. The version "
            "is that of the build; answers of one build never change.",
        },
        "paths": {**paths, **openapi_parts.paths(links.folder)},
        "components": openapi_parts.COMPONENTS,
    }


def _query(query: Saved, *, by_suffix: bool = False) -> dict[str, Any]:
    """Returns the operation of a saved query; `by_suffix` for the address that names the format."""
    formats = asking.formats_of(query)
    words = [_parameter(parameter) for parameter in parameters(query)]
    if asking.form_of(query.text) == "select":
        words.append(openapi_parts.SAFE)
    if by_suffix:
        words.append(_suffix(formats))
    summary = str(query.header.get("summary", query.name))
    found: dict[str, Any] = {
        "operationId": f"{query.name}{'.format' if by_suffix else ''}",
        "summary": summary,
        "tags": ["saved queries"],
        "parameters": words,
        "responses": {
            "200": _answer(formats, [] if by_suffix else ["text/html"]),
            "304": {"description": "Unchanged since the ETag that was sent."},
            **problems(400, 404, 406, 413, 429, 500, 503, 504),
        },
    }
    if "description" in query.header:
        found["description"] = str(query.header["description"])
    return found


def _parameter(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {"name": parameter.name, "in": "query", "required": asking.is_required(parameter)}
    schema: dict[str, Any] = dict(openapi_parts.TYPES[parameter.type])
    found["description"] = openapi_parts.SAYS[parameter.type]
    if parameter.choices:
        schema = {"type": "string", "enum": list(parameter.choices)}
        found["description"] = "One of these."
    if parameter.default is not None:
        default = _as(parameter.type, str(parameter.default))
        schema["default"] = default
        found["example"] = default
    return {**found, "schema": schema}


def _as(kind: str, text: str) -> Any:
    """Returns a default as JSON has it."""
    if kind == "boolean":
        return text == "true"
    return json.loads(text.lstrip("+")) if kind in ("integer", "number") else text


def _suffix(formats: Sequence[Format]) -> dict[str, Any]:
    names = [one.name for one in formats]
    schema = {"type": "string", "enum": names}
    return {"name": "format", "in": "path", "required": True, "schema": schema, "example": names[0]}


def _answer(formats: Iterable[Format], also: Iterable[str]) -> dict[str, Any]:
    media = {one.media: openapi_parts.content(one) for one in formats}
    return {
        "description": "The answer.",
        "headers": {name: {"schema": STRING, "description": text} for name, text in openapi_parts.HEADERS.items()},
        "content": {**media, **{name: TEXTS for name in also}},
    }


def _sparql() -> dict[str, Any]:
    """Returns the operations of the SPARQL endpoint (SPARQL 1.1 Protocol, section 2.1)."""
    answers = {
        "200": _answer((*RESULTS, *GRAPHS), ["text/html"]),
        "304": {"description": "Unchanged since the ETag that was sent."},
        **problems(400, 403, 406, 408, 413, 415, 429, 500, 503, 504),
    }
    form = {"type": "object", "required": ["query"], "properties": {"query": STRING}}
    bodies = {"application/x-www-form-urlencoded": {"schema": form}, "application/sparql-query": TEXTS}
    both = {"summary": "Ask SPARQL.", "tags": ["SPARQL"], "responses": answers}
    return {
        "get": {"operationId": "sparql", **both, "parameters": _words_of_sparql()},
        "post": {"operationId": "sparql-post", **both, "requestBody": {"required": True, "content": bodies}},
    }


def _words_of_sparql() -> list[dict[str, Any]]:
    says = "SPARQL 1.1. Without it, a program gets the service description."
    text = {"name": "query", "in": "query", "required": False, "schema": STRING, "description": says}
    graphs = [
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": {"type": "array", "items": {"type": "string", "format": "iri"}},
            "style": "form",
            "explode": True,
            "description": f"Graphs of the {what}.",
        }
        for name, what in (("default-graph-uri", "default graph"), ("named-graph-uri", "named graphs"))
    ]
    return [{**text, "example": "SELECT * { ?s ?p ?o } LIMIT 10"}, *graphs]
