"""One thing as its page shows it: what is said of it, by whom, since when, and where the makers wrote it down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg.problem import fold
from kg.query import label_of
from kg.serve.graph import entities, neighbourhood
from kg.serve.graph.excerpt import Reader, known, named
from kg.serve.graph.facts import Facts, Shown
from kg.serve.graph.holding import Holding
from kg.serve.refusal import Refusal
from kg.serve.workers.sink import Sink
from kg.terms import KG, OA, RDF, RDFS, SKOS

MOST = 2_000
"""Facts on one page."""

USES = 200
"""Statements that a page of evidence, of a quantity or of a passage lists."""

_KINDS = {KG + name: name.lower() for name in ("Statement", "Evidence", "Quantity", "Disagreement")}
_TYPE, _SUBJECT, _EVIDENCE, _MEMBER = map(
    ox.NamedNode, (RDF + "type", RDF + "subject", KG + "evidence", KG + "member")
)


def kind(holding: Holding, sink: Sink, iris: Iterable[str]) -> dict[str, str]:
    """Returns the first of the IRIs that the graph knows, with its `kind`: graph, statement, evidence, selector,
    quantity, disagreement, or entity for all else. {} where it knows none of them.
    """
    for iri in iris:
        for node in known([iri]):
            if found := _kind(holding, node):
                return {"iri": iri, "kind": found}
    return {}


def _kind(holding: Holding, node: ox.NamedNode) -> str:
    store = holding.dataset.store
    classes = [getattr(quad.object, "value", "") for quad in store.quads_for_pattern(node, _TYPE, None, None)]
    for cls in classes:
        if cls in _KINDS:
            return _KINDS[cls]
        if cls.startswith(OA):
            return "selector"
    if classes or next(iter(store.quads_for_pattern(node, None, None, None)), None):
        return "entity"
    if next(iter(store.quads_for_pattern(None, None, None, node)), None):
        return "graph"
    return "entity" if next(iter(store.quads_for_pattern(None, None, node, None)), None) else ""


def entity(holding: Holding, sink: Sink, iri: str, lang: str = "en") -> dict[str, Any]:
    """Returns an entity with its names and the facts about it, grouped by verb. Raises Refusal (404) for none.

    `out` are groups of facts of which it is the subject, `into` of which it is the object, `within` facts in which it
    is a detail, `dated` the keys of those with bounds in time. Beyond 2,000 facts, `left` says how many more there are.
    """
    graph = neighbourhood.around(holding, [iri])
    if iri not in graph:
        raise Refusal(404, "not-found", "the graph says nothing of this")
    told, data = Facts(graph, lang), graph.nodes[iri]
    places: dict[str, list[Shown]] = {"out": [], "into": [], "within": []}
    rows = [row for row in neighbourhood.facts(graph) if iri in neighbourhood.names_in(row)]
    for subject, obj, key, _ in rows[:MOST]:
        place = "out" if subject == iri else "into" if obj == iri else "within"
        places[place].append(_told(holding, told, key))
    return {
        **told.entity(iri),
        "cls": {"iri": data["cls"], "label": data["labels"][lang]} if data["cls"] else None,
        "names": {tag: text for tag, text in data["names"].items() if text != told.entity(iri)["label"]},
        "aliases": data["aliases"],
        "out": _groups(places["out"]),
        "into": _groups(places["into"]),
        "within": places["within"],
        "statuses": _statuses(fact for facts in places.values() for fact in facts),
        "unsourced": sum(fact["given"] for facts in places.values() for fact in facts),
        "left": max(0, len(rows) - MOST),
        "cut": bool(graph.graph["cut"]),
        "written": _written(holding, iri).get("", []),
    }


def said(holding: Holding, sink: Sink, iri: str, lang: str = "en") -> dict[str, Any]:
    """Returns the facts that somebody says or relays: their `count`, and `facts`, the first of them."""
    graph = neighbourhood.said(holding, iri)
    told = Facts(graph, lang)
    keys = [key for *_, key, fact in neighbourhood.facts(graph) if _speaks(fact["evidence"], iri)]
    found = [fact for key in keys[:USES] if (fact := told.of(key, rivals=False))]
    for fact in found:
        fact["evidence"] = [one for one in fact["evidence"] if iri in [who["iri"] for who in one["speakers"]]]
    return {"count": len(keys), "facts": found}


def _speaks(evidence: Iterable[dict[str, Any]], iri: str) -> bool:
    return any(iri in item["speaker_iris"] for item in evidence)


def statement(holding: Holding, sink: Sink, iri: str, lang: str = "en") -> dict[str, Any]:
    """Returns the fact of a statement, and the `differences` that it is part of. Raises Refusal (404) for none."""
    told = Facts(neighbourhood.stated(holding, [iri]), lang)
    if iri not in told:
        raise Refusal(404, "not-found", "there is no statement of that name")
    groups = named(quad.subject for quad in Reader(holding).to(known([iri]), (_MEMBER,)))
    found = [{"iri": one.value, "label": label_of(holding.dataset, one, lang)} for one in groups]
    return {"fact": _told(holding, told, iri), "differences": sorted(found, key=lambda one: one["iri"])}


def resource(holding: Holding, sink: Sink, iri: str, lang: str = "en") -> dict[str, Any]:
    """Returns what is said of evidence, of a passage or of a quantity as `rows`, and the `facts` that use it."""
    reader = Reader(holding)
    node = list(known([iri]))
    own = sorted(reader.about(node), key=str)
    pointing = named(quad.subject for quad in reader.to(node))
    users = named([*pointing, *(quad.subject for quad in reader.to(pointing, (_EVIDENCE,)))])
    statements = named(quad.subject for quad in reader.about(users, (_SUBJECT,)))
    keys = sorted(one.value for one in statements)
    told = Facts(neighbourhood.stated(holding, keys[:USES]), lang)
    facts = [fact for key in keys[:USES] if (fact := told.of(key, rivals=False))]
    rows = [[_term(holding, quad.predicate, lang), _term(holding, quad.object, lang)] for quad in own]
    names = [row[1]["label"] for row, quad in zip(rows, own, strict=True) if quad.predicate.value == RDFS + "label"]
    return {"iri": iri, "label": names[0] if names else "", "rows": rows, "count": len(keys), "facts": facts}


def _term(holding: Holding, term: Any, lang: str) -> Shown:
    """Returns a term as a page links to it; the IRI is '' for what is none."""
    if not isinstance(term, ox.NamedNode):
        return {"iri": "", "label": getattr(term, "value", str(term)), "kind": "Other", "class": ""}
    if term.value.startswith((KG, RDF, RDFS, SKOS, OA)):
        return {"iri": term.value, "label": label_of(holding.dataset, term, lang), "kind": "Other", "class": ""}
    return entities.shown(holding, [term.value], lang)[0]


def _told(holding: Holding, told: Facts, key: str) -> Shown:
    """Returns a fact with the places where the makers of the graph wrote it, and what its rule does."""
    fact = told.of(key) or {}
    places = _written(holding, key)
    rule = holding.shelf.says.get(fact["rule"], "") if holding.shelf else ""
    return {**fact, "written": sorted({place for found in places.values() for place in found}), "rule_says": rule}


def _written(holding: Holding, node: str) -> dict[str, list[str]]:
    """Returns file:line of each place where a statement or entity is written, by its evidence."""
    found: dict[str, list[str]] = {}
    for evidence, path, line in holding.shelf.written(node) if holding.shelf else ():
        found.setdefault(evidence, []).append(f"{path}:{line}")
    return found


def _groups(facts: list[Shown]) -> list[dict[str, Any]]:
    """Returns facts by verb: verbs by their labels, of each what sources say before what rules infer."""
    groups: dict[str, dict[str, Any]] = {}
    for fact in facts:
        groups.setdefault(fact["verb"]["iri"], {"verb": fact["verb"], "facts": []})["facts"].append(fact)
    for group in groups.values():
        group["facts"].sort(key=_order)
    return sorted(groups.values(), key=lambda group: (fold(group["verb"]["label"]), group["verb"]["iri"]))


def _order(fact: Shown) -> tuple[bool, str, str, str]:
    first, other = fact["subject"]["label"], fact["object"]["label"] if fact["object"] else fact["text"]
    return bool(fact["rule"]), fold(first), fold(other), fact["iri"]


def _statuses(facts: Iterable[Shown]) -> dict[str, int]:
    """Returns how many facts are said how: by status, contested, inferred."""
    found: dict[str, int] = {}
    for fact in facts:
        for name in ("inferred" if fact["rule"] else fact["status"], *(["contested"] if fact["contested"] else [])):
            found[name] = found.get(name, 0) + 1
    return found
