"""Properties of entities as other tools fetch and compare them: IRIs come in, values as plain JSON go out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kg.labels import can_be_iri, label_of, short_iri
from kg.problem import did_you_mean, echo, fold
from kg.serve.graph import entities, tally
from kg.serve.graph.holding import Holding
from kg.serve.links import id_of
from kg.serve.media import NUMBERS
from kg.serve.refusal import Refusal
from kg.terms import KG, MINTED, RDF, RDFS, SKOS, XSD

_HIDDEN = frozenset({RDF + "type", RDFS + "label", SKOS + "prefLabel"})
"""What an entity's types and name say already."""

_GRAMMAR = (RDFS, RDF, "http://www.w3.org/2002/07/owl#", "http://www.w3.org/ns/shacl#")

_WHOLE = frozenset(XSD + name for name in ("integer", "int", "long"))
_MOMENT = re.compile(r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")


def term(holding: Holding, iri: str) -> dict[str, str]:
    """Returns a class or property as id and name."""
    return {"id": short_iri(holding.dataset.prefixes, iri), "name": label_of(holding.dataset, ox.NamedNode(iri))}


def is_labelled(holding: Holding, iri: str) -> bool:
    """Says whether a class or property has a label here: one that others are only compared with has none."""
    return holding.says(ox.NamedNode(iri), ox.NamedNode(RDFS + "label"))


def begins(one: Mapping[str, str], prefix: str) -> bool:
    """Says whether the name of a term, a word in it, or its id begins so."""
    wanted = fold(prefix)
    name = fold(one["name"])
    return not wanted or name.startswith(wanted) or f" {wanted}" in f" {name}" or fold(one["id"]).startswith(wanted)


def iri_of(holding: Holding, ident: str, kind: str = "type") -> str:
    """Returns the IRI of a type or property: a prefixed name, an IRI, or a label of one. Raises Refusal (400)."""
    prefix, colon, local = ident.partition(":")
    known = holding.dataset.prefixes
    iri = known[prefix] + local if colon and prefix in known else ident
    if can_be_iri(iri) and _is_used(holding, iri):
        return iri
    named = used(holding) if kind == "property" else [term(holding, one) for one in tally.classes(holding)]
    same = [one["id"] for one in named if fold(one["name"]) == fold(ident)]
    if len(same) == 1:
        return iri_of(holding, same[0], kind) if same[0] != ident else iri
    hint = did_you_mean(ident[:100], [text for one in named for text in (one["id"], one["name"])])
    raise Refusal(400, "unknown-term", f"the graph has no {kind} '{echo(ident, 60)}'", hint=hint)


def _is_used(holding: Holding, iri: str) -> bool:
    node = ox.NamedNode(iri)
    return holding.says(None, node) or holding.says(node) or holding.says(None, None, node)


def used(holding: Holding, cls: str = "") -> list[dict[str, Any]]:
    """Returns the properties that entities (of a class and those below it) have, the most used first."""
    where = "?e a ?c ; ?p ?o"
    if cls:
        where = f"{{ SELECT ?c WHERE {{ ?c rdfs:subClassOf* {ox.NamedNode(cls)} }} }} ?e a ?c ; ?p ?o"
    found = tally.rows(holding, f"SELECT ?p ?c (COUNT(*) AS ?n) WHERE {{ {where} }} GROUP BY ?p ?c")
    counts: dict[str, int] = {}
    for prop, kind, n in found:
        if isinstance(kind, ox.NamedNode) and tally.is_entity_class(kind.value) and _is_own(holding, prop.value):
            counts[prop.value] = counts.get(prop.value, 0) + int(n.value)
    shown = [{**term(holding, iri), "iri": iri, "count": n} for iri, n in counts.items()]
    return sorted(shown, key=lambda one: (-one["count"], one["name"], one["id"]))


def _is_own(holding: Holding, iri: str) -> bool:
    """Says whether a property is one of entities rather than of the layout of the graph or its grammar."""
    grammar = iri.startswith(_GRAMMAR) or iri in _HIDDEN
    return not grammar and not holding.says(ox.NamedNode(iri), ox.NamedNode(KG + "structural"))


# --- values ------------------------------------------------------------------------------------


def objects(holding: Holding, iri: str, prop: str) -> Iterator[Any]:
    """Yields the values of a property of an entity, each once."""
    quads = holding.dataset.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(prop), None, None)
    yield from dict.fromkeys(quad.object for quad in quads)


def has(holding: Holding, iri: str, prop: str, value: Mapping[str, str]) -> bool:
    """Says whether an entity has a value of a property, given as `id` or as `text`."""
    return any(is_value(holding, found, value) for found in objects(holding, iri, prop))


def is_value(holding: Holding, found: Any, value: Mapping[str, str]) -> bool:
    """Says whether a term is the value that is given: an identifier, a name, a number, or a date that it lies in."""
    if isinstance(found, ox.NamedNode):
        wanted = value.get("id") or value["text"]
        if wanted in (found.value, id_of(found.value, holding.dataset.base)):
            return True
        return "text" in value and any(fold(name) == fold(wanted) for name in entities.names(holding, found.value))
    text = value.get("text", "")
    if not isinstance(found, ox.Literal) or not text:
        return False
    if found.datatype.value in NUMBERS and (one := _number(text)) is not None:
        return one == _number(found.value)
    is_date = re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text)
    return fold(found.value) == fold(text) or bool(is_date and found.value.startswith(f"{text}-"))


def values(holding: Holding, iri: str, prop: str, limit: int, amounts: bool) -> list[dict[str, Any]]:
    """Returns the values of a property of an entity as the API wants them; at most so many, all for 0."""
    found = [_value(holding, one, amounts) for one in objects(holding, iri, prop)]
    found.sort(key=lambda one: str(next(iter(one.items()))))
    return found[:limit] if limit else found


def _value(holding: Holding, found: Any, amounts: bool) -> dict[str, Any]:
    if isinstance(found, ox.NamedNode):
        return _of_node(holding, found, amounts)
    if not isinstance(found, ox.Literal):
        return {"str": str(found)}
    kind, text = found.datatype.value, found.value
    number = _number(text) if kind in NUMBERS else None
    if number is not None:
        return {"int": int(text)} if kind in _WHOLE else {"float": number}
    if kind == XSD + "date" and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return {"date": f"{text}T00:00:00Z"}
    return {"date": text} if kind == XSD + "dateTime" and _MOMENT.fullmatch(text) else {"str": text}


def _of_node(holding: Holding, node: Any, amounts: bool) -> dict[str, Any]:
    """Returns an entity as one, a quantity as it is written or as a figure, and any other IRI as text."""
    base = holding.dataset.base
    name = label_of(holding.dataset, node)
    if node.value.startswith(tuple(f"{base}{folder}/" for folder in MINTED)):
        figure = next(objects(holding, node.value, KG + "amount"), None) if amounts else None
        number = _number(figure.value) if figure is not None else None
        return {"float": number} if number is not None else {"str": name}
    is_entity = node.value in holding.names.classes
    return {"id": id_of(node.value, base), "name": name} if is_entity else {"str": node.value}


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def meta(holding: Holding, ident: str, iri: str) -> dict[str, Any]:
    """Returns what a property is: its id as it was asked for, its name, and the type of its values where it says."""
    found = {"id": ident, "name": label_of(holding.dataset, ox.NamedNode(iri))}
    wanted = next((one for one in objects(holding, iri, RDFS + "range") if isinstance(one, ox.NamedNode)), None)
    if wanted is not None and wanted.value in tally.classes(holding):
        return {**found, "type": term(holding, wanted.value)}
    return found


def brief(holding: Holding, iri: str, limit: int) -> list[dict[str, str]]:
    """Returns a few of the plain facts of an entity as property and value, both as people read them."""
    quads = holding.dataset.store.quads_for_pattern(ox.NamedNode(iri), None, None, None)
    pairs = {(q.predicate.value, q.object) for q in quads if _is_own(holding, q.predicate.value)}
    shown = [
        (label_of(holding.dataset, ox.NamedNode(prop)), label_of(holding.dataset, value))
        for prop, value in pairs
        if prop != SKOS + "altLabel"
    ]
    return [{"verb": verb, "value": value} for verb, value in sorted(set(shown))[:limit]]
