"""Candidates for a name: a query of the reconciliation API comes in, entities with scores go out. Never guesses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.labels import can_be_iri, label_of
from kg.problem import fold
from kg.serve.graph import alike, entities, properties, tally
from kg.serve.graph.holding import Holding
from kg.serve.links import id_of

LOOKED_AT = 300
"""Names compared for each beginning."""

LEAST = 30.0
"""Score below which a name is no candidate."""

WEIGHT = 0.3
"""Share of a score that the values of properties have."""

OUTSIDE = 0.8
"""What is left of a score for an entity outside the types that are only preferred."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that may be meant."""

    iri: str
    name: float
    """How alike its nearest name is, 0 to 100; 100 for its identifier."""
    share: float | None
    """Share of the given properties of which it has a given value, None where none are given."""
    fits: bool
    """Whether it is of the types."""
    is_id: bool
    """Whether the query is its identifier."""

    @property
    def score(self) -> float:
        """How likely it is meant, 0 to 100."""
        found = self.name if self.share is None else (1 - WEIGHT) * self.name + WEIGHT * 100 * self.share
        return round(found if self.fits else found * OUTSIDE, 1)


def candidates(holding: Holding, query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the candidates for one query, the best first, as the API wants them."""
    kinds = [entities.below(holding, properties.iri_of(holding, one)) for one in query["type"]]
    given = [(properties.iri_of(holding, one["pid"], "property"), one["v"]) for one in query["properties"]]
    within = kinds if query["type_strict"] != "should" else []
    found = [_weighed(holding, iri, query, kinds, given) for iri in _meant(holding, query["query"], given, within)]
    if query["type_strict"] != "should":
        found = [one for one in found if one.fits]
    found = [one for one in found if one.score >= LEAST]
    found.sort(key=lambda one: (-one.score, one.iri))
    certain = _certain(found)
    return [_told(holding, one, one is certain) for one in found[: query["limit"]]]


def _meant(
    holding: Holding, words: str, given: Iterable[tuple[str, list[dict[str, str]]]], kinds: list[set[str]]
) -> list[str]:
    """Returns what is worth weighing: by identifier, by name; without a name, by the values of properties."""
    if not words.strip():
        return list(dict.fromkeys(iri for pid, values in given for v in values for iri in _having(holding, pid, v)))
    own = iri_of(holding, words.strip())
    found = [own] if own and names_of(holding, own) else []
    below = sorted(set().union(*kinds)) if kinds else []
    for part in alike.beginnings(words):
        found += [hit.iri for hit in holding.names.search(part, LOOKED_AT, below)]
    return list(dict.fromkeys(found))


def _having(holding: Holding, pid: str, value: Mapping[str, str]) -> list[str]:
    """Returns entities that have a value of a property."""
    store, predicate = holding.dataset.store, ox.NamedNode(pid)
    quads = store.quads_for_pattern(None, predicate, None, None)
    return [
        quad.subject.value
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode) and properties.is_value(holding, quad.object, value)
    ][:LOOKED_AT]


def _weighed(
    holding: Holding, iri: str, query: Mapping[str, Any], kinds: list[set[str]],
    given: list[tuple[str, list[dict[str, str]]]],
) -> Candidate:  # fmt: skip
    words = query["query"].strip()
    is_id = bool(words) and words in (iri, id_of(iri, holding.dataset.base))
    name = alike.SAME if is_id or not words else alike.best(words, names_of(holding, iri))
    inside = [holding.names.is_of(iri, kind) for kind in kinds]
    fits = (all(inside) if query["type_strict"] == "all" else any(inside)) if kinds else True
    hits = [any(properties.has(holding, iri, pid, value) for value in values) for pid, values in given]
    return Candidate(iri, name, sum(hits) / len(hits) if hits else None, fits, is_id)


def _certain(found: list[Candidate]) -> Candidate | None:
    """Returns the one candidate that is meant without doubt: the only one of exactly that name, nothing against it."""
    named = [one for one in found if one.name == alike.SAME]
    sure = len(named) == 1 and named[0].fits and named[0].share in (None, 1.0) and named[0] is found[0]
    return named[0] if sure else None


def _told(holding: Holding, one: Candidate, certain: bool) -> dict[str, Any]:
    features = [{"id": "name", "value": one.name}, {"id": "identifier", "value": one.is_id}]
    if one.share is not None:
        features.append({"id": "properties", "value": round(one.share, 3)})
    kinds = types_of(holding, one.iri)
    return {
        "id": id_of(one.iri, holding.dataset.base), "name": label_of(holding.dataset, ox.NamedNode(one.iri)),
        "description": ", ".join(kind["name"] for kind in kinds), "type": kinds, "score": one.score, "match": certain,
        "features": features,
    }  # fmt: skip


# --- entities ----------------------------------------------------------------------------------


def iri_of(holding: Holding, ident: str) -> str:
    """Returns the IRI of an identifier, '' for what can be none."""
    for iri in (holding.dataset.base + ident, ident):
        if ident and can_be_iri(iri) and entities.known(holding, iri):
            return iri
    return ""


def names_of(holding: Holding, iri: str) -> list[str]:
    """Returns the labels and aliases of an entity."""
    named = list(entities.names(holding, iri))
    return named or [hit.name for hit in holding.names.search(fold(iri), 1) if hit.iri == iri]


def types_of(holding: Holding, iri: str) -> list[dict[str, str]]:
    """Returns the classes of an entity."""
    own = (one for one in holding.names.classes.get(iri, ()) if tally.is_entity_class(one))
    return [properties.term(holding, one) for one in own]
