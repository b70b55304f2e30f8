"""The SPARQL editor: the query of the address, its answer as a table, what may be written next, downloads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kg import sparql
from kg.problem import fold
from kg.serve import endpoint
from kg.serve.answering import live_of, respond, told
from kg.serve.cache import is_steady
from kg.serve.endpoint import Asked
from kg.serve.media import GRAPHS, RESULTS, Format
from kg.serve.pages import HERE, html, kept, links_of
from kg.serve.pages import network as networks
from kg.serve.refusal import Refusal

PARTS = HERE.parent / "static" / "vendor"
"""What the build brought for the browser; absent where it was built without npm."""

ROWS = 500
"""Rows that the page shows."""

OFFERED = 20
"""Words that a completion offers."""

START = """SELECT ?class (COUNT(DISTINCT ?entity) AS ?entities) WHERE {
  ?entity rdf:type ?class .
}
GROUP BY ?class
ORDER BY DESC(?entities)
LIMIT 20
"""
"""The query that stands there at first."""

START_OF_FACTS = """SELECT ?verb (COUNT(?statement) AS ?statements) WHERE {
  ?statement a kg:Statement ;
    rdf:predicate ?verb .
}
GROUP BY ?verb
ORDER BY DESC(?statements)
LIMIT 20
"""
"""The same where the graph is a build, whose facts are statements."""


async def page(request: Request) -> Response:
    """Returns the editor; where the address carries a query, with its answer, or with what is wrong with it."""
    asked = await endpoint.asked(request)
    asked = asked if asked and asked.text else None  # its form may be sent empty
    result, refusal = None, None
    if asked:
        try:
            result = await told(request, **_question(request, asked), steady=is_steady(asked.text))
        except Refusal as error:
            refusal = error
    text = asked.text if asked else _first(live_of(request).card)
    context = {"asked_query": asked, "text": text, "result": result, "refusal": refusal, "rows": ROWS}
    status = refusal.status if refusal else 200
    told_script = {**_data(request), "form": (result or {}).get("form"), "problem": refusal and refusal.document()}
    found = html(request, "editor.html", status, **context, place=_place(text, refusal), formats=_formats(result),
                 data=told_script, saved=_saved(request), parts_here=_parts())  # fmt: skip
    if refusal or (asked and not is_steady(asked.text)):
        found.headers["Cache-Control"] = "no-store"
    return found


def _first(card: Mapping[str, Any]) -> str:
    return with_prefixes(START_OF_FACTS if card["about"].get("facts") else START, card["prefixes"])


def _question(request: Request, asked: Asked) -> dict[str, Any]:
    endpoint.refuse_too_large(request, asked.text)
    root = request.scope.get("root_path", "")
    graphs = {"default": asked.default, "named_graphs": asked.named}
    lang = request.query_params.get("lang", "en")[:35]
    return {"task": "shown.result", "text": asked.text, "rows": ROWS, "root": root, "lang": lang, **graphs}


def _place(text: str, refusal: Refusal | None) -> dict[str, Any] | None:
    """Returns the line of a query that is wrong, in three parts of which the middle is the place, None for none."""
    if not refusal or not refusal.members.get("line"):
        return None
    line, column = refusal.members["line"], refusal.members["column"]
    lines = text.split("\n")
    whole = lines[line - 1] if line <= len(lines) else ""
    at = min(column - 1, len(whole))
    parts = {"before": whole[:at], "at": whole[at : at + 1] or " ", "after": whole[at + 1 :]}
    return {"line": line, "column": column, **parts}


def _formats(result: Mapping[str, Any] | None) -> tuple[Format, ...]:
    if result is None:
        return ()
    return GRAPHS if result["form"] == "graph" else RESULTS


def _parts() -> bool:
    """Says whether the editor proper came with this installation."""
    return (PARTS / "yasqe.js").is_file()


def _data(request: Request) -> dict[str, Any]:
    """Returns what the page's script must know."""
    links, card = links_of(request), live_of(request).card
    paths = {"sparql": "/sparql", "shown": "/sparql/shown.json", "complete": "/complete.json"}
    if networks.CAN_DRAW:
        paths["network"] = "/sparql/network"
    addresses = {name: links.path(path) for name, path in paths.items()}
    formats = {f.name: f.media for f in (*RESULTS, *GRAPHS)}
    return {**addresses, "prefixes": card["prefixes"], "formats": formats}


def _saved(request: Request) -> list[dict[str, str]]:
    queries = live_of(request).card["queries"]
    return [{"name": q["name"], "summary": str(q["header"].get("summary", ""))} for q in queries]


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """Returns a query that declares each known prefix it uses.

    >>> print(with_prefixes("ASK { ?a b:c ?d }", {"b": "http://b/"}))
    PREFIX b: <http://b/>
    ASK { ?a b:c ?d }
    """
    return "\n".join([*sparql.declarations(text, prefixes), text])


async def shown(request: Request) -> Response:
    """Returns the answer to a query as the page shows it, as JSON."""
    asked = await endpoint.asked(request)
    if asked is None:
        raise Refusal(400, "bad-request", "there is no query: ?query=SELECT…")
    return await respond(request, _question(request, asked), steady=is_steady(asked.text))


async def download(request: Request) -> Response:
    """Returns the answer to a query as a file of the format that the address ends in."""
    name = request.path_params["format"]
    chosen = next((f for f in (*RESULTS, *GRAPHS) if f.name == name), None)
    if chosen is None:
        offered = ", ".join(f.name for f in (*RESULTS, *GRAPHS))
        raise Refusal(404, "not-found", "results are offered in no such format", hint=offered)
    asked = await endpoint.asked(request)
    if asked is None:
        raise Refusal(400, "bad-request", "there is no query: ?query=SELECT…")
    headers = [(key, value) for key, value in request.scope["headers"] if key != b"accept"]
    wanted = Request({**request.scope, "headers": [*headers, (b"accept", chosen.media.encode())]}, request.receive)
    response = await endpoint.answer(wanted, asked)
    response.headers["Content-Disposition"] = f'attachment; filename="result.{name}"'
    return response


async def network(request: Request) -> Response:
    """Returns the page that draws what the answer to a query names of the network."""
    asked = await endpoint.asked(request)
    if asked is None:
        raise Refusal(400, "bad-request", "there is no query: ?query=CONSTRUCT…")
    saved = {"name": "query", "path": "query", "text": asked.text, "header": {}}
    lang = request.query_params.get("lang", "en")[:35]
    return await networks.of_answer(request, "no-store", asked=saved, given={}, lang=lang)


async def start_from(request: Request) -> Response:
    """Leads to the editor with a saved query in it, its parameters at their defaults."""
    found = await told(request, "shown.editable", name=request.path_params["name"])
    text = with_prefixes(found["text"], live_of(request).card["prefixes"])
    return RedirectResponse(links_of(request).page("/sparql", query=text), 303)


async def complete(request: Request) -> Response:
    """Returns what may be written for the beginning of a name: classes, verbs (`kind`), entities, or all of them."""
    words, kind = request.query_params.get("q", "")[:200], request.query_params.get("kind", "")
    lang = request.query_params.get("lang", "en")[:35]
    if kind not in ("", "class", "verb", "entity"):
        raise Refusal(400, "bad-request", "what is completed is a class, a verb or an entity")
    found = []
    terms = await told(request, "complete.vocabulary", lang=lang) if kind != "entity" else {}
    for name in terms:
        if kind in ("", name):
            found += [{**term, "kind": name} for term in matching(terms[name], words, OFFERED if words else None)]
    if words and kind in ("", "entity"):
        local = words.rpartition(":")[2]
        entities = await told(request, "complete.entities", words=local, limit=OFFERED, lang=lang)
        found += [{**term, "kind": "entity"} for term in entities]
    return JSONResponse({"terms": found}, headers={"Cache-Control": kept(request, "public, max-age=60")})


def matching(terms: list[dict[str, Any]], words: str, limit: int | None) -> list[dict[str, Any]]:
    """Returns the terms whose label, other name or prefixed name has the words, the nearest first.

    >>> matching([{"write": "kg:governs", "names": ["gobierna"]}, {"write": "kg:a", "names": []}], "gob", 9)
    [{'write': 'kg:governs', 'names': ['gobierna']}]
    """
    wanted = fold(words)
    rated = []
    for term in terms:
        names = [fold(name) for name in (*term["names"], term["write"], term["write"].rpartition(":")[2])]
        ranks = [_rank(name, wanted) for name in names if wanted in name]
        if ranks:
            rated.append((min(ranks), len(term["write"]), term["write"], term))
    return [term for *_, term in sorted(rated, key=lambda r: r[:3])[:limit]]


def _rank(name: str, wanted: str) -> int:
    if name.startswith(wanted):
        return 0 if name == wanted else 1
    return 2 if re.search(rf"(?<!\w){re.escape(wanted)}", name) else 3


_READ = ["GET", "HEAD"]

ROUTES = [
    Route("/complete.json", complete, methods=_READ),
    Route("/sparql/shown.json", shown, methods=[*_READ, "POST"]),
    Route("/sparql/network", network, methods=_READ),
    Route("/sparql/saved/{name}", start_from, methods=_READ),
    Route("/sparql.{format}", download, methods=[*_READ, "POST"]),
]
