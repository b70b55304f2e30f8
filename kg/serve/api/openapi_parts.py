"""What every description of the API says, whatever the graph: schemas, responses, addresses that never change."""

from __future__ import annotations

from typing import Any

from kg.serve.media import GRAPHS, Format
from kg.serve.refusal import MEDIA

JSON = "application/json"
STRING = {"type": "string"}
TEXTS = {"schema": STRING}

HEADERS = {"KG-Build": "The build that answered.", "ETag": "Of the answer; send it back in If-None-Match."}

_DATE = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2]))?$"}]
}

TYPES: dict[str, dict[str, Any]] = {
    "iri": {"type": "string", "minLength": 1},
    "date": _DATE,
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "": {"type": "string"},
}
"""Schema of a parameter of a saved query, by its type."""

SAYS = {
    "iri": "An entity: the end of its IRI, its IRI, its name or an alias. A name that several bear is refused.",
    "date": "A year, month or day (EDTF).",
    "integer": "A whole number.",
    "number": "A number.",
    "boolean": "true or false.",
    "": "Text.",
}

SAFE = {
    "name": "safe",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "enum": ["0", "1"], "default": "0"},
    "description": "1 for CSV with names in place of IRIs, and an apostrophe before what a spreadsheet would run.",
}

_PHRASES = {
    400: "The question cannot be asked as it is.",
    403: "The endpoint reads only, and asks no other machine.",
    404: "There is nothing at this address.",
    406: "The answer is offered in none of the formats asked for.",
    408: "The body did not come in time.",
    413: "The question or its answer is over a limit.",
    415: "The body is of a media type that is not read.",
    429: "Too many questions of one client at once.",
    500: "The server failed at this.",
    503: "The server is busy.",
    504: "The question took too long.",
}


def problems(*statuses: int) -> dict[str, Any]:
    """Returns the responses of these statuses: problem documents (RFC 9457)."""
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def content(one: Format) -> dict[str, Any]:
    """Returns what an answer in a format looks like."""
    return {"schema": _ref("Results")} if one.name == "json" else {"schema": {}} if one.name == "jsonld" else TEXTS


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _word(name: str, says: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": says,
        "schema": {"type": "string", **schema},
    }


def _count(name: str, says: str, least: int, most: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return {"name": name, "in": "query", "required": False, "description": says, "schema": schema}


def _told(schema: dict[str, Any], *statuses: int, says: str = "The answer.") -> dict[str, Any]:
    return {"200": {"description": says, "content": {JSON: {"schema": schema}}}, **problems(*statuses)}


def _get(name: str, summary: str, words: list[dict[str, Any]], responses: dict[str, Any], tag: str) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "tags": [tag], "parameters": words, "responses": responses}


def paths(folder: str) -> dict[str, Any]:
    """Returns the operations at addresses that do not depend on the graph, besides the folder of its entities."""
    asked = (400, 429, 500, 503, 504)
    prefix = _word("prefix", "What has been typed so far.", required=True, maxLength=200)
    cursor = _count("cursor", "How many suggestions to skip.", 0, 10_000)
    ident = _word("id", "Identifier of what is shown.", required=True, minLength=1, maxLength=2000)
    found: dict[str, Any] = {}
    for kind, schema in (("entity", "Entity"), ("type", "Term"), ("property", "Term")):
        listed = {
            "type": "object",
            "required": ["result"],
            "properties": {"result": {"type": "array", "items": _ref(schema)}},
        }
        suggested = _get(
            f"suggest-{kind}", f"Suggest: {kind}.", [prefix, cursor], _told(listed, *asked), "reconciliation"
        )
        shown = _get(
            f"flyout-{kind}",
            f"A few words on one {kind}.",
            [ident],
            _told(_ref("Flyout"), 404, *asked),
            "reconciliation",
        )
        found |= {f"/reconcile/suggest/{kind}": {"get": suggested}, f"/reconcile/flyout/{kind}": {"get": shown}}
    return {
        "/search.json": {"get": _search()},
        "/reconcile": _reconcile(),
        **found,
        "/reconcile/properties": {"get": _properties()},
        "/reconcile/preview": {"get": _page("preview", "A small page on one entity.", ident, "200")},
        "/reconcile/view": {"get": _page("view", "Leads to an entity's page.", ident, "303")},
        f"{folder}{{entity}}.{{format}}": {"get": _entity()},
        "/healthz": {"get": _get("health", "Whether the server is up.", [], _told(_ref("Health")), "server")},
        "/openapi.json": {"get": _get("openapi", "This description.", [], _told({"type": "object"}), "server")},
    }


def _search() -> dict[str, Any]:
    words = [
        _word("q", "Words of a name; case and accents do not matter.", maxLength=200),
        _word("class", "IRI of a class.", maxLength=2000),
        _count("limit", "How many at most.", 1, 100),
        _word("lang", "Language of labels: en, es."),
    ]
    found = _record("query results", query=STRING, results={"type": "array", "items": _ref("Hit")})
    return _get("search", "Find entities by name.", words, _told(found, 400, 429, 500, 503, 504), "search")


def _reconcile() -> dict[str, Any]:
    """Returns the operations of the reconciliation service (Reconciliation Service API 0.2)."""
    says = "JSON: a batch of queries, each under a key of its own."
    words = [
        _word("queries", says),
        _word("extend", "JSON: `ids` of entities and `properties` that are wanted of them."),
    ]
    answers = {
        "200": {
            "description": "The manifest, or the answer to what was asked.",
            "content": {JSON: {"schema": {"anyOf": [_ref("Manifest"), _ref("Extended"), _ref("Reconciled")]}}},
        },
        **problems(400, 408, 413, 415, 429, 500, 503, 504),
    }
    form = {"type": "object", "properties": {"queries": STRING, "extend": STRING}}
    get = _get("reconcile", "Match names to entities, or fetch their properties.", words, answers, "reconciliation")
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    post = {**get, "operationId": "reconcile-post", "parameters": [], "requestBody": body}
    return {"get": get, "post": post}


def _properties() -> dict[str, Any]:
    limit = _count("limit", "How many at most.", 1, 1000)
    words = [_word("type", "Identifier of a type; all types without it.", maxLength=2000), limit]
    schema = {
        "type": "object",
        "required": ["properties"],
        "properties": {
            "properties": {"type": "array", "items": _ref("Term")},
            "type": STRING,
            "limit": {"type": "integer"},
        },
    }
    return _get(
        "properties",
        "Properties worth fetching of a type.",
        words,
        _told(schema, 400, 429, 500, 503, 504),
        "reconciliation",
    )


def _page(name: str, summary: str, ident: dict[str, Any], status: str) -> dict[str, Any]:
    page = {"description": summary, **({"content": {"text/html": TEXTS}} if status == "200" else {})}
    answers = {status: page, **problems(400, 404, 429, 500, 503, 504)}
    return _get(name, summary, [ident], answers, "reconciliation")


def _entity() -> dict[str, Any]:
    """Returns the operation of an entity's data."""
    suffixes = {"type": "string", "enum": ["ttl", "nt", "jsonld"]}
    words = [
        {
            "name": "entity",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "pattern": "^[^/?#.]+$"},
        },
        {"name": "format", "in": "path", "required": True, "schema": suffixes},
    ]
    media = {one.media: content(one) for one in GRAPHS if one.name in suffixes["enum"]}
    answers = {
        "200": {"description": "What the graph says of the entity.", "content": media},
        "304": {"description": "Unchanged since the ETag that was sent."},
        **problems(400, 404, 406, 413, 429, 500, 503, 504),
    }
    return _get("entity", "What the graph says of an entity.", words, answers, "linked data")


def _record(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


_LIST = {"type": "array", "items": {"type": "string"}}
_TERM = _record("id name", id=STRING, name=STRING, description=STRING)
_CANDIDATE = _record(
    "id name score match type",
    id=STRING,
    name=STRING,
    description=STRING,
    match={"type": "boolean"},
    score={"type": "number", "minimum": 0, "maximum": 100},
    type={"type": "array", "items": _ref("Term")},
    features={"type": "array", "items": _record("id value", id=STRING, value={"type": ["number", "boolean"]})},
)

SCHEMAS: dict[str, Any] = {
    "Problem": _record(
        "type title status detail",
        type=STRING,
        title=STRING,
        status={"type": "integer"},
        detail=STRING,
        hint=STRING,
        parameter=STRING,
        line={"type": "integer"},
        column={"type": "integer"},
        limit={"type": "object"},
        candidates={"type": "array", "items": {"type": "object"}},
        near={"type": "array", "items": {"type": "object"}, "description": "What may have been meant."},
        others={"type": "array", "items": {"type": "object"}, "description": "What fits, of another class."},
        errors={"type": "array", "items": {"type": "object"}},
    ),
    "Results": {
        "type": "object",
        "required": ["head"],
        "description": "SPARQL 1.1 Query Results JSON.",
        "properties": {
            "head": {"type": "object", "properties": {"vars": _LIST}},
            "boolean": {"type": "boolean"},
            "results": _record(
                "bindings",
                bindings={
                    "type": "array",
                    "items": {"type": "object", "additionalProperties": _record("type value", type=STRING)},
                },
            ),
        },
    },
    "Term": _TERM,
    "Entity": {**_TERM, "properties": {**_TERM["properties"], "notable": {"type": "array", "items": _ref("Term")}}},
    "Hit": _record(
        "iri label kind class href name",
        **dict.fromkeys(("iri", "label", "kind", "class", "href", "name"), STRING),
    ),
    "Flyout": _record("id html", id=STRING, html=STRING),
    "Manifest": _record(
        "versions name identifierSpace schemaSpace",
        versions=_LIST,
        name=STRING,
        identifierSpace=STRING,
        schemaSpace=STRING,
    ),
    "Reconciled": {
        "type": "object",
        "additionalProperties": _record("result", result={"type": "array", "items": _CANDIDATE}),
    },
    "Extended": _record("meta rows", meta={"type": "array", "items": _ref("Term")}, rows={"type": "object"}),
    "Health": _record("status build", status={"const": "ok"}, build=STRING, running={"type": "integer"}),
}

COMPONENTS = {
    "schemas": SCHEMAS,
    "responses": {
        str(status): {"description": phrase, "content": {MEDIA: {"schema": _ref("Problem")}}}
        for status, phrase in _PHRASES.items()
    },
}
