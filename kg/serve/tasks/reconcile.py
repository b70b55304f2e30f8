"""Names matched to entities, and the properties of entities, as the Reconciliation Service API 0.2 wants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from kg.labels import label_of
from kg.serve.graph import alike, entities, matching, properties, tally
from kg.serve.graph.holding import Holding
from kg.serve.links import id_of
from kg.serve.refusal import Refusal
from kg.serve.workers.sink import Sink
from kg.terms import RDFS, SKOS

PAGE = 20
"""Suggestions of one answer."""


def match(holding: Holding, sink: Sink, batch: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Returns the candidates for each query of a batch, the best first."""
    return {key: {"result": matching.candidates(holding, query)} for key, query in batch.items()}


def types(holding: Holding, sink: Sink, prefix: str = "", cursor: int = 0, limit: int = PAGE) -> list[dict[str, Any]]:
    """Returns classes that entities have, and those above them, the greatest first; all for no prefix."""
    counts = tally.classes(holding)
    found: dict[str, int] = {}
    for cls, count in counts.items():
        for one in entities.above(holding, cls):
            if tally.is_entity_class(one) and (one == cls or properties.is_labelled(holding, one)):
                found[one] = found.get(one, 0) + count
    shown = [
        {**properties.term(holding, iri), "description": f"{n:,} {'entity' if n == 1 else 'entities'}", "count": n}
        for iri, n in found.items()
    ]
    shown.sort(key=lambda one: (-one["count"], one["name"]))
    kept = [one for one in shown if properties.begins(one, prefix)]
    return [{k: v for k, v in one.items() if k != "count"} for one in kept[cursor : cursor + limit]]


def suggest_entity(holding: Holding, sink: Sink, prefix: str, cursor: int = 0, cls: str = "") -> list[dict[str, Any]]:
    """Returns entities of which a name, or a word in it, begins so; the one of that identifier first."""
    kept = sorted(entities.below(holding, properties.iri_of(holding, cls))) if cls else []
    iri = matching.iri_of(holding, prefix.strip())
    own = [iri] if iri and entities.known(holding, iri) and matching.names_of(holding, iri) else []
    named = [hit.iri for hit in holding.names.search(prefix, cursor + PAGE + 1, kept)]
    listed = list(dict.fromkeys((*own, *named)))[cursor : cursor + PAGE]
    return [_suggested(holding, one) for one in listed]


def _suggested(holding: Holding, iri: str) -> dict[str, Any]:
    kinds = matching.types_of(holding, iri)
    description = ", ".join(kind["name"] for kind in kinds)
    return {"id": id_of(iri, holding.dataset.base), "name": label_of(holding.dataset, ox.NamedNode(iri)),
            "description": description, "notable": kinds}  # fmt: skip


def suggest_property(holding: Holding, sink: Sink, prefix: str, cursor: int = 0) -> list[dict[str, Any]]:
    """Returns properties that entities have and of which the label or a word in it begins so, the most used first."""
    found = [one for one in properties.used(holding) if properties.begins(one, prefix)]
    return [{"id": one["id"], "name": one["name"]} for one in found[cursor : cursor + PAGE]]


def propose(holding: Holding, sink: Sink, cls: str, limit: int) -> list[dict[str, Any]]:
    """Returns the properties that entities of a class have, the most used first; of all entities for no class."""
    found = properties.used(holding, properties.iri_of(holding, cls) if cls else "")
    return [{"id": one["id"], "name": one["name"]} for one in found[:limit]]


def extend(
    holding: Holding, sink: Sink, ids: Iterable[str], wanted: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:  # fmt: skip
    """Returns the values of properties of entities, and what the properties are (section 7)."""
    listed = [(one, properties.iri_of(holding, one["id"], "property")) for one in wanted]
    meta = [properties.meta(holding, one["id"], iri) for one, iri in listed]
    rows = {}
    for ident in ids:
        iri = matching.iri_of(holding, ident)
        rows[ident] = {
            one["id"]: properties.values(holding, iri, prop, one["limit"], one["amounts"]) if iri else []
            for one, prop in listed
        }
    return {"meta": meta, "rows": rows}


def about(holding: Holding, sink: Sink, ident: str, kind: str = "entity") -> dict[str, Any]:
    """Returns a few words on an entity, type or property: label, classes, other names, what else is said of it."""
    dataset = holding.dataset
    iri = matching.iri_of(holding, ident) if kind == "entity" else properties.iri_of(holding, ident, kind)
    if not iri or not entities.known(holding, iri):
        raise Refusal(404, "unknown-entity", f"there is no {kind} '{ident[:60]}' here")
    node = ox.NamedNode(iri)
    name = label_of(dataset, node)
    aliases = sorted({text for text in matching.names_of(holding, iri) if alike.likeness(text, name) < alike.SAME})
    comments = [q.object for q in dataset.store.quads_for_pattern(node, ox.NamedNode(RDFS + "comment"), None, None)]
    comments += [q.object for q in dataset.store.quads_for_pattern(node, ox.NamedNode(SKOS + "definition"), None, None)]
    english = [c.value for c in comments if isinstance(c, ox.Literal) and c.language in (None, "", "en")]
    kinds = [one["name"] for one in matching.types_of(holding, iri)] if kind == "entity" else [kind]
    facts = properties.brief(holding, iri, 5) if kind == "entity" else []
    return {"iri": iri, "label": name, "types": kinds, "aliases": aliases[:8], "comment": english[:1], "facts": facts}
