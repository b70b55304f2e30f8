"""Saved queries: their list, a page with a form each, and the same addresses as an API."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.parameters import Parameter, parameters
from kg.problem import NEAR, echo, fold
from kg.saved import Saved, chart_of
from kg.serve.answering import UNCHANGING, is_known, live_of, respond, told
from kg.serve.api import asking, openapi
from kg.serve.api.asking import Asked
from kg.serve.cache import is_steady, tag_of
from kg.serve.endpoint import pairs
from kg.serve.media import GRAPHS, NUMBERS, RESULTS, named
from kg.serve.negotiation import choose, ranges, wants_page
from kg.serve.pages import chart, html, kept, links_of
from kg.serve.pages import network as networks
from kg.serve.pages.addresses import Addresses
from kg.serve.refusal import Refusal

ROWS = 1000
"""Rows of a result that a page shows; the formats have them all."""


async def index(request: Request) -> Response:
    """Returns the list of saved queries, those with a tag or with words where the address asks for them."""
    queries = asking.saved_of(live_of(request).card)
    tag, words = request.query_params.get("tag", ""), request.query_params.get("q", "")[:200]
    tags: dict[str, int] = {}
    for query in queries:
        for one in _tags(query):
            tags[one] = tags.get(one, 0) + 1
    chosen = [q for q in queries if (not tag or tag in _tags(q)) and _speaks_of(q, words)]
    listed = [{**_described(q), "tags": _tags(q)} for q in chosen]
    ordered = sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))
    return html(request, "queries.html", queries=listed, total=len(queries), tags=ordered, tag=tag, words=words)


def _tags(query: Saved) -> list[str]:
    found = query.header.get("tags", ())
    return [found] if isinstance(found, str) else [str(one) for one in found]


def _speaks_of(query: Saved, words: str) -> bool:
    text = fold(f"{query.name} {query.text}")  # its header, its columns and what it asks for
    return all(word in text for word in fold(words).split())


def _described(query: Saved) -> dict[str, Any]:
    form = asking.form_of(query.text)
    summary, description = (str(query.header.get(key, "")) for key in ("summary", "description"))
    return {
        "name": query.name,
        "summary": summary or query.name,
        "description": description,
        "form": form,
        "parameters": parameters(query),
        "chart": chart_of(query.header),
    }


async def one(request: Request) -> Response:
    """Returns a saved query's page, or its answer in the format of the suffix or of the Accept header."""
    query, suffix = asking.found(live_of(request).card, request.path_params["name"])
    fields = pairs(request.scope["query_string"])
    if suffix == "rq":
        return _text(request, query, fields)
    if not suffix and wants_page(request.headers.get("accept", "*/*")):
        return await _page(request, query, fields)
    return await _answer(request, asking.asked(query, fields), suffix)


def _text(request: Request, query: Saved, fields: Sequence[tuple[str, str]]) -> Response:
    """Returns the file of a query as it is."""
    if fields:
        raise Refusal(400, "unknown-parameter", "the text of a query takes no parameters", parameter=fields[0][0][:40])
    build = live_of(request).card["id"]
    tag = tag_of(build, {"text": query.text})
    headers = {"KG-Build": build, "ETag": tag, "Cache-Control": UNCHANGING}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(query.text, headers=headers, media_type="application/sparql-query; charset=utf-8")


async def _answer(request: Request, asked: Asked, suffix: str) -> Response:
    """Returns the exact answer. Raises Refusal (406) for a format that does not fit the form of the query."""
    offered = asking.formats_of(asked.query)
    if suffix:
        chosen = suffix if named(suffix, offered) else ""
    else:
        chosen = choose(offered, ranges(request.headers.get("accept", "*/*")))
    if not chosen:
        form = asking.form_of(asked.query.text).upper()
        what = "is a graph" if offered is GRAPHS else "is a table" if form == "SELECT" else "is true or false"
        detail = f"the answer to '{asked.query.name}' {what} and is not offered in the format asked for"
        raise Refusal(406, "wrong-format", detail, hint=", ".join(f".{one.name}" for one in offered))
    question = {
        "task": "queries.saved",
        "asked": asked.card,
        "given": dict(asked.given),
        "results": chosen if offered is RESULTS else "",
        "graph": chosen if offered is GRAPHS else "",
        "safe": asked.options.get("safe") == "1",
    }
    name = f'inline; filename="{re.sub(r"[^A-Za-z0-9_-]", "_", asked.query.name)}.{chosen}"'
    headers = {"Content-Disposition": name}
    return await respond(request, question, steady=is_steady(asked.query.text), headers=headers)


async def network(request: Request) -> Response:
    """Returns the page that draws what the answer names of the network."""
    query, suffix = asking.found(live_of(request).card, request.path_params["name"])
    asked = asking.asked(query, pairs(request.scope["query_string"]))
    if suffix:
        raise Refusal(404, "not-found", "the network of an answer is one page, in no other format")
    question = {"asked": asked.card, "given": dict(asked.given), "lang": asked.options.get("lang", "en")}
    return await networks.of_answer(request, kept(request), **question)


# --- the page of one query ---------------------------------------------------------------------


async def _page(request: Request, query: Saved, fields: Sequence[tuple[str, str]]) -> Response:
    problem, status = None, 200
    shown: dict[str, Any] = {"problems": {}, "shown": {}, "classes": {}, "text": "", "answer": None, "drawable": False}
    names = [p.name for p in parameters(query)]
    asked = Asked(query, {name: text for name, text in fields if name in names}, {})
    try:
        asked = asking.asked(query, fields)
        options = {"lang": asked.options.get("lang", "en"), "iris": asked.options.get("iris") == "1"}
        given = _meant(query, asked.given)
        steady = is_steady(query.text)
        options |= {"asked": asked.card, "given": given, "rows": ROWS, "steady": steady}
        shown = await told(request, "queries.page", **options)
    except Refusal as refusal:
        problem, status = refusal, refusal.status
        shown["problems"] = _beside(query, refusal)
    if any(harm["code"] != "missing-parameter" for harm in shown["problems"].values()):
        status = max(status, 400)
    formed = _fields(query, asked.given, shown, links_of(request))
    context = {
        **_described(query),
        "fields": formed,
        "refused": _refused(query, problem, formed, fields, links_of(request)),
        "answer": shown["answer"],
        "numbers": NUMBERS,
        "text": _bare(shown["text"]),
        "told": {"text": _bare(query.text), "fields": [_told(p) for p in parameters(query)], "rows": ROWS},
        "drawing": _drawing(query, shown["answer"]),
        "rows": ROWS,
        "tags": _tags(query),
        **_addresses(request, asked, shown),
    }
    response = html(request, "query.html", status, **context)
    if status != 200 or not is_steady(query.text):
        response.headers["Cache-Control"] = "no-store"
    return response


def _meant(query: Saved, given: Mapping[str, str]) -> dict[str, str]:
    """Returns what a form gives: a browser sends fields that were left empty, which only for texts is a value."""
    texts = {p.name for p in parameters(query) if not p.type and not p.choices}
    return {name: text.strip() if name not in texts else text for name, text in given.items() if text or name in texts}


def _beside(query: Saved, refusal: Refusal) -> dict[str, Any]:
    """Returns the problem of a parameter that stands on the form, by its name."""
    name = refusal.members.get("parameter", "")
    known = any(p.name == name for p in parameters(query))
    return {name: {"code": refusal.code, "detail": refusal.detail, **refusal.members}} if known else {}


def _fields(
    query: Saved, given: Mapping[str, str], shown: Mapping[str, Any], links: Addresses
) -> list[dict[str, Any]]:  # fmt: skip
    path = links.path(f"/queries/{query.name}")
    sent = _meant(query, given)

    def again(name: str, value: str) -> str:
        return links.spoken(f"{path}?{urlencode({**sent, name: value})}")

    found = []
    for p in parameters(query):
        problem = dict(shown["problems"].get(p.name, {}))
        for part in ("candidates", "near", "others"):
            listed = problem.get(part, ())
            problem[part] = [{"class": "", **one, "to": again(p.name, one["id"])} for one in listed]
        found.append(
            {
                "name": p.name,
                "label": p.name.replace("_", " "),
                "type": p.type,
                "cls": shown["classes"].get(p.name),
                "choices": p.choices,
                "value": given.get(p.name) or p.default or "",
                "problem": problem if p.name in shown["problems"] else {},
                "shown": shown["shown"].get(p.name),
            }
        )
    return found


def _told(parameter: Parameter) -> dict[str, Any]:
    """Returns what the script of a page without a server must know of a parameter, to bind it itself."""
    return {"name": parameter.name, "type": parameter.type, "variable": parameter.variable,
            "choices": parameter.choices}  # fmt: skip


def _refused(
    query: Saved, problem: Refusal | None, shown: Sequence[Mapping[str, Any]], given: Sequence[tuple[str, str]],
    links: Addresses,
) -> dict[str, Any]:  # fmt: skip
    """Returns what stands above the form where the question was not asked: which fields are wrong, or what else is.

    {} where it was asked, and where fields are only empty still.
    """
    wrong = [one for one in shown if one["problem"] and one["problem"]["code"] != "missing-parameter"]
    if wrong or problem is None:
        return {"wrong": wrong} if wrong else {}
    name = problem.members.get("parameter", "")
    known = {p.name: p.name.replace("_", " ") for p in parameters(query)}
    sent = [(key, text) for key, text in given if key in known]
    value = next((text for key, text in given if key not in known and echo(key, 40) == name), "")
    near = difflib.get_close_matches(fold(name), known, n=1, cutoff=NEAR)
    path = links.path(f"/queries/{query.name}")
    return {
        "wrong": [], "code": problem.code, "detail": problem.detail, "hint": problem.members.get("hint", ""),
        "name": name, "fields": list(known.values()),
        "near": [{"to": links.spoken(f"{path}?{urlencode([*sent, (one, value)])}"), "label": known[one], "class": ""}
                 for one in near],
    }  # fmt: skip


def _bare(text: str) -> str:
    """Returns SPARQL without the lines of its header."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip()


def _drawing(query: Saved, answer: Mapping[str, Any] | None) -> chart.Drawing | None:
    wanted = chart_of(query.header)
    if not wanted or not answer or answer["form"] != "solutions":
        return None
    return chart.drawing(wanted, answer["columns"], answer["rows"])


def _names_something(answer: Mapping[str, Any] | None) -> bool:
    """Says whether an answer has an IRI in it: one of numbers and names alone cannot be drawn."""
    return any(cell and "iri" in cell for row in (answer or {}).get("rows", ()) for cell in row)


def _addresses(request: Request, asked: Asked, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Returns where else the same question is answered: as data, in the editor, with IRIs for labels."""
    links = links_of(request)
    path = links.path(f"/queries/{asked.query.name}")

    def at(suffix: str = "", **more: str) -> str:
        words = urlencode([*_meant(asked.query, asked.given).items(), *more.items()])
        return f"{path}{suffix}{'?' if words else ''}{words}"

    is_drawn = shown["drawable"] and _names_something(shown["answer"])
    lang = {"lang": asked.options["lang"]} if "lang" in asked.options else {}
    formats = asking.formats_of(asked.query)
    listed = [(at(f".{one.name}"), one.name.upper()) for one in formats]
    if asking.form_of(asked.query.text) == "select":
        listed.insert(0, (at(".csv", safe="1"), "CSV for spreadsheets"))  # it has its own address: the exact CSV too
    is_iris = asked.options.get("iris") == "1"
    return {
        "path": path,
        "formats": listed,
        "iris": is_iris,
        "toggle": at(**lang) if is_iris else at(**lang, iris="1"),
        "editor": links.page("/sparql", query=_bare(shown["text"])),
        "network": at("/network", **lang) if is_drawn else "",
        "file": links.path(f"/queries/{asked.query.name}.rq"),
        "tagged": asked.options.get("lang", ""),
    }


async def described(request: Request) -> Response:
    """Returns the description of the API (OpenAPI 3.1)."""
    card, links = live_of(request).card, links_of(request)
    return openapi.response(request, card, links)


ROUTES = [
    Route("/queries", index, methods=["GET", "HEAD"]),
    Route("/queries/{name}", one, methods=["GET", "HEAD"]),
    Route("/queries/{name}/network", network, methods=["GET", "HEAD"]),
    Route("/openapi.json", described, methods=["GET", "HEAD"]),
]
