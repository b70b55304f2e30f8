"""SPARQL 1.1 Protocol, for queries: requests read strictly, updates refused, the service described."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from kg import sparql
from kg.serve.answering import live_of, respond
from kg.serve.cache import is_steady
from kg.serve.limits import Limits
from kg.serve.media import GRAPHS, RESULTS
from kg.serve.negotiation import Range, choose, is_refused, ranges
from kg.serve.refusal import Refusal, of_problem

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"

FIELDS = 1000
"""Parameters of one request."""

_QUERY_WORDS = ("default-graph-uri", "named-graph-uri")
_UPDATE_WORDS = ("using-graph-uri", "using-named-graph-uri")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as the protocol carries it."""

    text: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


async def asked(request: Request) -> Asked | None:
    """Returns the query of a request, None where a GET carries none. Raises Refusal (SPARQL 1.1 Protocol, 2.1)."""
    fields = pairs(request.scope["query_string"])
    if request.method in ("GET", "HEAD"):
        is_asked = any(name != "lang" for name, _ in fields)  # pages have their language in their address
        return _of_fields(fields) if is_asked else None
    kind, body = _media(request), await body_of(request, live_of(request).limits)
    if kind == FORM:
        return _of_fields([*fields, *pairs(body)])
    if kind == UPDATE:
        raise _read_only()
    if kind != DIRECT:
        detail = f"a query is posted as {FORM} or {DIRECT}"
        raise Refusal(415, "unsupported-media", detail, headers={"Accept-Post": f"{FORM}, {DIRECT}"})
    if any(name == "query" for name, _ in fields):
        raise Refusal(400, "bad-request", "the query stands in the body and in the address")
    return _of_fields([*fields, ("query", _text(body))])


def pairs(raw: bytes) -> list[tuple[str, str]]:
    """Returns the parameters of an address or form. Raises Refusal (400) for what is not UTF-8."""
    try:
        text = raw.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except UnicodeDecodeError:
        raise Refusal(400, "not-utf-8", "the parameters are not UTF-8, percent-encoded") from None
    except ValueError:
        raise Refusal(400, "bad-request", f"a request has at most {FIELDS} parameters") from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "not-utf-8", "the query is not UTF-8") from None


def _media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _of_fields(fields: list[tuple[str, str]]) -> Asked:
    """Returns the query that parameters carry; unknown parameters are left to whoever means them."""
    queries = [value for name, value in fields if name == "query"]
    if any(name == "update" or name in _UPDATE_WORDS for name, _ in fields):
        raise _read_only()
    if len(queries) != 1:
        count = "no" if not queries else str(len(queries))
        raise Refusal(400, "bad-request", f"one query is asked at a time, and there is {count}: ?query=SELECT…")
    graphs = {word: tuple(value for name, value in fields if name == word) for word in _QUERY_WORDS}
    return Asked(queries[0], graphs[_QUERY_WORDS[0]], graphs[_QUERY_WORDS[1]])


def _read_only() -> Refusal:
    hint = "facts are changed in their files, and `kg build` makes the graph anew"
    return Refusal(403, "read-only", "this endpoint answers queries and takes no update", hint=hint)


async def body_of(request: Request, limits: Limits) -> bytes:
    """Returns a request's body. Raises Refusal: 413 where it is too large, 408 where it does not come."""
    too_large = Refusal(
        413, "body-too-large", f"a request's body has at most {limits.body_bytes:,} bytes",
        headers={"Connection": "close"}, limit={"bytes": limits.body_bytes},
    )  # fmt: skip
    if int(request.headers.get("content-length", "0")) > limits.body_bytes:
        raise too_large
    found = bytearray()
    try:
        async with asyncio.timeout(limits.header_seconds):
            async for part in request.stream():
                found += part
                if len(found) > limits.body_bytes:
                    raise too_large
    except TimeoutError:
        detail = f"the request's body did not come within {limits.header_seconds:g} seconds"
        raise Refusal(408, "too-slow", detail, headers={"Connection": "close"}) from None
    return bytes(found)


def refuse_too_large(request: Request, text: str) -> None:
    """Raises Refusal (413) for a query that is longer than queries may be."""
    limit = live_of(request).limits.query_bytes
    if len(text.encode("utf-8", "surrogatepass")) > limit:
        raise Refusal(413, "query-too-large", f"a query has at most {limit:,} bytes", limit={"bytes": limit})


async def answer(request: Request, query: Asked, *, lenient: bool = False) -> Response:
    """Returns the answer to a query, in the format that the request asks for. Raises Refusal.

    `lenient` gives a graph to one who names formats of rows only, where nobody can take it for rows; an address that
    names its format means that one.
    """
    refuse_too_large(request, query.text)
    if harm := sparql.too_deep(query.text, "query"):
        raise of_problem(harm)
    wanted = ranges(request.headers.get("accept", "*/*"))
    results, graph = choose(RESULTS, wanted), choose(GRAPHS, wanted)
    if not (results or graph):
        offered = ", ".join(one.media for one in (*RESULTS, *GRAPHS))
        raise Refusal(406, "not-acceptable", "the answer is offered in none of the formats asked for", hint=offered)
    if lenient and not graph:
        graph = _graph_all_the_same(wanted)
    question = {
        "task": "sparql.ask", "text": query.text, "results": results, "graph": graph,
        "default": query.default, "named_graphs": query.named,
    }  # fmt: skip
    return await respond(request, question, steady=is_steady(query.text))


def _graph_all_the_same(wanted: Sequence[Range]) -> str:
    """Returns the format of a graph for one who names formats of rows only, '' where that would mislead.

    A client that says once for all queries in which format it wants its rows (rdflib's store does) asks CONSTRUCT with
    it too; the Accept header may be disregarded then (RFC 9110, section 12.5.1). Whoever parses JSON or XML sees at
    once that Turtle is neither; a reader of CSV would take its lines for rows. Nor is SELECT answered to one who wants
    a graph: results in JSON are JSON-LD too, in which no triple stands.
    """
    default = GRAPHS[0]
    is_told = any(name in RESULT_TYPES and weight > 0 for name, weight in wanted)
    return default.name if is_told and not is_refused(default.media, wanted) else ""


RESULT_TYPES = frozenset(name for one in RESULTS if one.name in ("json", "xml") for name in (one.media, *one.also))
"""Media types whose readers cannot take a graph for rows."""
