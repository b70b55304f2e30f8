"""One thing as its page shows it: what is said of it, by whom, since when, and where the makers wrote it down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg import network
from kg.labels import label_of
from kg.serve.graph import entities, groups, neighbourhood, pairs
from kg.serve.graph.excerpt import INTO, OUT, WITHIN, Few, Reader, known, named
from kg.serve.graph.facts import Facts, Shown
from kg.serve.graph.holding import Holding
from kg.serve.refusal import Refusal
from kg.serve.workers.sink import Sink
from kg.terms import KG, OA, RDF, RDFS, SKOS

MOST = 2_000
"""Facts on one page."""

PER_VERB = 100
"""Facts of one verb that the page of an entity shows; a page of their own shows the others."""

USES = 200
"""Statements that a page of evidence, of a quantity or of a passage lists."""

_KINDS = {KG + name: name.lower() for name in ("Statement", "Evidence", "Quantity", "Disagreement")}
_TYPE, _SUBJECT, _EVIDENCE, _MEMBER = map(ox.NamedNode, (RDF + "type", RDF + "subject", KG + "evidence", KG + "member"))


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
    types = holding.dataset.store.quads_for_pattern(node, _TYPE, None, None)
    classes = [getattr(quad.object, "value", "") for quad in types]
    for cls in classes:
        if cls in _KINDS:
            return _KINDS[cls]
        if cls.startswith(OA):
            return "selector"
    if classes or holding.says(node):
        return "entity"
    if holding.says(graph=node):
        return "graph"
    return "entity" if holding.says(obj=node) else ""


def entity(
    holding: Holding, sink: Sink, iri: str, lang: str = "en", place: str = "", verb: str = ""
) -> dict[str, Any]:  # fmt: skip
    """Returns an entity with its names and the facts about it, grouped by verb. Raises Refusal (404) for none.

    `out` are groups of facts of which it is the subject, `into` of which it is the object, `within` one group of facts
    in which it is a detail. A group has its `verb`, the first 100 of its `facts`, and the `count` of all; `place` (out,
    into, within) and `verb` ask for one group, of which the first 2,000 come. `count` is of all facts, `statuses` and
    `unsourced` are of those that were read; `cut` says that more name the entity than were even counted.
    """
    most = MOST if place else PER_VERB
    graph = neighbourhood.around(holding, [iri], few=Few(most, place, verb))
    if iri not in graph:
        raise Refusal(404, "not-found", "the graph says nothing of this")
    told, data = Facts(graph, lang), graph.nodes[iri]
    rows = [row for row in network.rows(graph) if iri in neighbourhood.names_in(row)]
    found = groups.of(told, rows, iri, graph.graph.get("counts", {}))
    shown = groups.few([one for one in found if not place or (one.place, one.verb) == (place, verb)], most, MOST)
    others = pairs.also(told, _tying(holding, rows, iri), {row[2] for one in shown for row in one.shown})
    told_of = [_group(holding, told, one, others) for one in shown]
    count, name = sum(one.count for one in found), told.entity(iri)["label"]
    return {
        **told.entity(iri),
        "cls": {"iri": data["cls"], "label": data["labels"][lang]} if data["cls"] else None,
        "names": {tag: text for tag, text in data["names"].items() if text != name},
        "aliases": data["aliases"],
        **{part: [one for one in told_of if one["place"] == part] for part in (OUT, INTO, WITHIN)},
        "count": count,
        "statuses": groups.statuses(rows) if count == len(rows) else {},
        "unsourced": sum(bool(row[3].get("given")) for row in rows),
        "cut": bool(graph.graph["cut"]),
        "written": _written(holding, iri).get("", []),
    }


def _tying(holding: Holding, rows: Iterable[network.Row], iri: str) -> list[network.Row]:
    """Returns the facts that tie the same two entities as facts do; of a graph not held whole, those on the entity."""
    found = {row[2]: row for row in rows if iri in row[:2]}
    ends = {row[:2] for row in rows if iri not in row[:2] and row[1]} if holding.index else ()
    for subject, obj in sorted(ends):
        found |= {row[2]: row for row in neighbourhood.between(holding, subject, obj or "")}
    return list(found.values())


def _group(holding: Holding, told: Facts, group: groups.Group, others: dict[str, list[Shown]]) -> Shown:
    facts = [{**_told(holding, told, row[2]), "also": others.get(row[2], [])} for row in group.shown]
    about = {"iri": group.verb, "label": group.label} if group.verb else None
    return {"place": group.place, "verb": about, "facts": facts, "count": group.count}


def said(holding: Holding, sink: Sink, iri: str, lang: str = "en") -> dict[str, Any]:
    """Returns the facts that somebody says or relays: their `count`, and `facts`, the first of them."""
    graph = neighbourhood.said(holding, iri)
    told = Facts(graph, lang)
    keys = [key for *_, key, fact in network.rows(graph) if _speaks(fact["evidence"], iri)]
    found = [fact for key in keys[:USES] if (fact := told.of(key, rivals=False))]
    for fact in found:
        fact["evidence"] = [one for one in fact["evidence"] if iri in [who["iri"] for who in one["speakers"]]]
    return {"count": len(keys), "facts": found}


def _speaks(evidence: Iterable[dict[str, Any]], iri: str) -> bool:
    return any(iri in item["speaker_iris"] for item in evidence)


def statement(holding: Holding, sink: Sink, iri: str, lang: str = "en") -> dict[str, Any]:
    """Returns the fact of a statement, and the `differences` that it is part of. Raises Refusal (404) for none."""
    graph = neighbourhood.stated(holding, [iri])
    told = Facts(graph, lang)
    if iri not in told:
        raise Refusal(404, "not-found", "there is no statement of that name")
    ends = next((row[:2] for row in network.rows(graph) if row[2] == iri), None)
    tying = neighbourhood.between(holding, *ends) if ends and ends[1] else []
    also = pairs.also(told, tying, (), alike=True).get(iri, [])
    sets = named(quad.subject for quad in Reader(holding).to(known([iri]), (_MEMBER,)))
    found = [{"iri": one.value, "label": label_of(holding.dataset, one, lang)} for one in sorted(sets, key=str)]
    return {"fact": {**_told(holding, told, iri), "also": also}, "differences": found}


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
