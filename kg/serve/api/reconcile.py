"""Requests of the Reconciliation Service API 0.2, read strictly, and the manifest of the service. Asks no graph."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from kg import __version__
from kg.problem import echo
from kg.serve.links import Links
from kg.serve.refusal import Refusal
from kg.terms import KG

BATCH = 50
"""Queries of one batch."""

IDS = 1000
"""Entities of one request for properties."""

MOST = 100
"""Candidates for one name."""

CANDIDATES = 10
"""Candidates for one name where the asker does not say how many."""

SETTINGS = [
    {"name": "limit", "label": "Limit", "type": "number", "default": 0,
     "help_text": "Values of one property at most; 0 for all"},
    {"name": "amounts", "label": "Numbers as figures", "type": "checkbox", "default": False,
     "help_text": "5400000 in place of 5.4 million, as far as the wording gives a number"},
]  # fmt: skip


def manifest(card: Mapping[str, Any], address: str, types: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Returns what the service at an address (without the slash at its end) can do."""
    service = f"{address}/reconcile"
    base = card["base"] if not card["base"].startswith("file:") else f"{address}/"

    def suggest(kind: str) -> dict[str, str]:
        path = f"/suggest/{kind}"
        return {"service_url": service, "service_path": path, "flyout_service_path": f"/flyout/{kind}?id=${{id}}"}

    return {
        "versions": ["0.2"], "name": card["title"], "identifierSpace": base, "schemaSpace": KG,
        "documentation": address + "/", "serviceVersion": __version__, "batchSize": BATCH,
        "defaultTypes": [{"id": one["id"], "name": one["name"]} for one in types],
        "view": {"url": f"{service}/view?id={{{{id}}}}"},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": 400, "height": 240},
        "suggest": {kind: suggest(kind) for kind in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": SETTINGS,
        },
    }  # fmt: skip


def view_of(links: Links, iri: str) -> str:
    """Returns where an entity is shown; by its data where it has no address of its own."""
    return links.to(iri) or links.path("/sparql?query=" + quote(f"DESCRIBE <{iri}>"))


# --- requests ----------------------------------------------------------------------------------


def queries(text: str) -> dict[str, dict[str, Any]]:
    """Returns a batch of queries, each with every member that it may have. Raises Refusal: 400, 413 for too many."""
    batch = _json(text, "queries")
    if len(batch) > BATCH:
        detail = f"a batch has at most {BATCH} queries, and this one {len(batch)}"
        raise Refusal(413, "batch-too-large", detail, limit={"queries": BATCH})
    return {key: _query(f"queries.{echo(key, 40)}", one) for key, one in batch.items()}


def extension(text: str) -> dict[str, Any]:
    """Returns a request for properties: `ids` and `properties`, each with `id`, `limit`, `amounts`. Raises Refusal."""
    asked = _members(_json(text, "extend"), "extend", ("ids", "properties"))
    ids, properties = asked.get("ids"), asked.get("properties")
    if not _texts(ids) or not isinstance(properties, list):
        raise _bad("extend", "has the lists `ids` and `properties`")
    if len(ids) > IDS or len(properties) > BATCH:
        detail = f"at most {IDS} entities and {BATCH} properties are asked for at once"
        raise Refusal(413, "batch-too-large", detail, limit={"ids": IDS, "properties": BATCH})
    return {"ids": list(dict.fromkeys(ids)), "properties": [_wanted(one) for one in properties]}


def _json(text: str, name: str) -> dict[str, Any]:
    """Returns the JSON object in a parameter: no key twice, no number that is none, no broken text."""
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()
    except RecursionError:
        raise _bad(name, "is nested too deep") from None
    except UnicodeEncodeError:
        detail = f"'{name}' has half of a character (a lone surrogate)"
        raise Refusal(400, "not-utf-8", detail, parameter=name) from None
    except json.JSONDecodeError as error:
        raise _bad(name, f"is not JSON: {error.msg} at character {error.pos + 1}") from None
    except ValueError as error:
        raise _bad(name, f"is not JSON: {echo(str(error), 80)}") from None
    if not isinstance(found, dict):
        raise _bad(name, "is a JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _query(place: str, one: Any) -> dict[str, Any]:
    """Returns one query of a batch (section 4.1)."""
    asked = _members(one, place, ("query", "type", "limit", "properties", "type_strict"))
    words, kinds, listed = asked.get("query", ""), asked.get("type", []), asked.get("properties", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    limit, strict = asked.get("limit", CANDIDATES), asked.get("type_strict", "any")
    if not isinstance(words, str) or len(words) > 1000:
        raise _bad(place, "`query` is a text of at most 1,000 characters")
    if not _texts(kinds):
        raise _bad(place, "`type` is the identifier of a type, or a list of them")
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or limit % 1 != 0 or limit < 1:
        raise _bad(place, "`limit` is a whole number from 1")
    if strict not in ("any", "should", "all"):
        raise _bad(place, "`type_strict` is any, should or all")
    if not isinstance(listed, list) or len(listed) > BATCH:
        raise _bad(place, f"`properties` is a list of at most {BATCH}")
    if not words.strip() and not listed:
        raise _bad(place, "has a `query`, or `properties`")
    values = [_given(place, each) for each in listed]
    return {"query": words, "type": kinds, "limit": min(int(limit), MOST), "properties": values, "type_strict": strict}


def _given(place: str, one: Any) -> dict[str, Any]:
    """Returns a property of a query with its values as texts, or as identifiers."""
    asked = _members(one, place, ("pid", "v"))
    if not isinstance(asked.get("pid"), str) or "v" not in asked:
        raise _bad(place, "a property has `pid`, its identifier, and `v`, its value")
    values = asked["v"] if isinstance(asked["v"], list) else [asked["v"]]
    return {"pid": asked["pid"], "v": [_value(place, value) for value in values]}


def _value(place: str, value: Any) -> dict[str, str]:
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return {"id": value["id"]}
    if isinstance(value, bool):
        return {"text": str(value).lower()}
    if isinstance(value, (str, int, float)):
        return {"text": str(value)[:1000]}
    raise _bad(place, "a value is a text, a number, true or false, or an object with `id`")


def _wanted(one: Any) -> dict[str, Any]:
    asked = _members(one, "extend", ("id", "name", "settings"))
    settings = _members(asked.get("settings") or {}, "extend", ("limit", "amounts"))
    try:
        limit = int(settings.get("limit") or 0)
    except (TypeError, ValueError, OverflowError):
        limit = -1
    if not isinstance(asked.get("id"), str) or limit < 0:
        raise _bad("extend", "a property has its `id`, and `limit` among its settings is a whole number from 0")
    return {"id": asked["id"], "limit": limit, "amounts": settings.get("amounts") in (True, "true", "on", "1")}


def _members(found: Any, place: str, known: Iterable[str]) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise _bad(place, "is a JSON object")
    if unknown := sorted(found.keys() - set(known)):
        raise _bad(place, f"has no member '{echo(unknown[0], 40)}'; it may have {', '.join(known)}")
    return found


def _texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _bad(place: str, what: str) -> Refusal:
    return Refusal(400, "bad-request", f"{place}: {what}", parameter=place.partition(".")[0])
