"""Entities by what people type: names and aliases, accents folded, of a class or of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from kg.labels import can_be_iri
from kg.problem import fold
from kg.serve.graph import classes, entities, tally
from kg.serve.graph.holding import Holding
from kg.serve.graph.names import Found
from kg.serve.workers.sink import Sink
from kg.terms import is_iri

COUNTED = 500
"""Entities found up to which classes are counted."""

LOOKED_AT = 50
"""Entities among which those of other classes are looked for."""


def names(
    holding: Holding, sink: Sink, words: str, cls: str = "", limit: int = 10, lang: str = "en"
) -> list[dict[str, Any]]:
    """Returns the entities that the words name, the best first: in brief, with the `name` that matched."""
    found = _found(holding, words, cls, limit)
    return _told(holding, found, lang)


def others(
    holding: Holding, sink: Sink, words: str, cls: str, limit: int = 3, lang: str = "en"
) -> list[dict[str, Any]]:  # fmt: skip
    """Returns entities whose whole name the words are, or its beginning, and which are not of the class."""
    names, kept = holding.names, entities.below(holding, cls) if is_iri(cls) else set[str]()
    found = [hit for hit in names.search(words, LOOKED_AT) if hit.rank < 2 and not names.is_of(hit.iri, kept)]
    return _told(holding, found[:limit], lang)


def page(
    holding: Holding, sink: Sink, words: str, cls: str = "", first: int = 0, limit: int = 50, lang: str = "en"
) -> dict[str, Any]:
    """Returns a page of what the words name, or of all of a class: `found`, whether `more`, `classes`, names `near`.

    `classes` counts those of the first 500 found, whatever class is asked for; `count` is of all of the class.
    """
    every = _found(holding, words, "", COUNTED) if fold(words) else []
    whole = [] if fold(words) else _all_of(holding, cls)
    rest = [Found(iri, "", 0) for iri in whole[first : first + limit + 1]]
    found = rest if whole else _found(holding, words, cls, first + limit + 1)[first:]
    about = {"iri": cls, "label": tally.name(holding, cls, lang)} if cls and is_iri(cls) else None
    about = {"iri": "", "label": ""} if cls == classes.NONE else about
    shown = _told(holding, found[:limit], lang)
    if holding.index:
        shown = [{**one, "facts": len(holding.index.touching.get(one["iri"], ()))} for one in shown]
    return {
        "found": shown,
        "more": len(found) > limit,
        "count": len(whole),
        "classes": tally.labelled(holding, _classes_of(holding, [hit.iri for hit in every]), lang),
        "class": about,
        "near": [] if found or first else holding.names.near(words),
    }


def _classes_of(holding: Holding, iris: Iterable[str]) -> Counter[str]:
    """Returns the classes of entities, each with as many as are of it or of a class below it."""
    known = holding.names.classes
    kinds = [{cls for cls in known.get(iri, ()) if tally.is_entity_class(cls)} for iri in iris]
    below = {cls: entities.below(holding, cls) for cls in set().union(*kinds)}
    return Counter(cls for several in kinds for cls, inner in below.items() if not several.isdisjoint(inner))


def _all_of(holding: Holding, cls: str) -> list[str]:
    """Returns all entities of a class and of those below it; those of no class where that is asked for."""
    if cls == classes.NONE:
        return classes.without(holding)
    return holding.names.of_class(entities.below(holding, cls)) if cls and is_iri(cls) else []


def _found(holding: Holding, words: str, cls: str, limit: int) -> list[Found]:
    """Returns the entity whose IRI or id the words are, then those that they name; all of the class for no words."""
    if not fold(words):
        return [Found(iri, "", 0) for iri in _all_of(holding, cls)[:limit]]
    names, kept = holding.names, entities.below(holding, cls) if cls and is_iri(cls) else set[str]()
    if cls and not kept:
        return []
    own = [Found(iri, "", 0) for iri in _written(holding, words.strip()) if not kept or names.is_of(iri, kept)]
    named = names.search(words, limit, kept)
    return [*own, *(hit for hit in named if hit.iri not in {one.iri for one in own})][:limit]


def _written(holding: Holding, text: str) -> list[str]:
    """Returns the IRI that is written whole, or as an id of the dataset, where the graph says something of it."""
    for iri in (text, holding.dataset.base + text):
        if can_be_iri(iri) and entities.known(holding, iri):
            return [iri]
    return []


def _told(holding: Holding, found: list[Found], lang: str) -> list[dict[str, Any]]:
    shown = entities.shown(holding, [hit.iri for hit in found], lang)
    return [
        {**one, "name": hit.name if fold(hit.name) != fold(one["label"]) else ""}
        for one, hit in zip(shown, found, strict=True)
    ]
