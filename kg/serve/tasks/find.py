"""Entities by what people type: names and aliases, accents folded, of a class or of all."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyoxigraph as ox

from kg.problem import did_you_mean, fold
from kg.serve.graph import entities, tally
from kg.serve.graph.holding import Holding
from kg.serve.graph.names import Found
from kg.serve.workers.sink import Sink
from kg.terms import is_iri

COUNTED = 500
"""Entities found up to which classes are counted."""

COMPARED = 20_000
"""Names up to which a likely spelling is looked for."""


def names(
    holding: Holding, sink: Sink, words: str, cls: str = "", limit: int = 10, lang: str = "en"
) -> list[dict[str, Any]]:
    """Returns the entities that the words name, the best first: in brief, with the `name` that matched."""
    found = _found(holding, words, cls, limit)
    return _told(holding, found, lang)


def page(
    holding: Holding, sink: Sink, words: str, cls: str = "", first: int = 0, limit: int = 50, lang: str = "en"
) -> dict[str, Any]:
    """Returns a page of what the words name, or of all of a class: `found`, whether `more`, `classes`, a `hint`.

    `classes` counts those of the first 500 found, whatever class is asked for.
    """
    found = _found(holding, words, cls, first + limit + 1)
    every = _found(holding, words, "", COUNTED) if fold(words) else []
    counts = Counter(one for hit in every for one in _own(holding, hit.iri))
    is_class = cls and is_iri(cls) and entities.below(holding, cls)
    about = {"iri": cls, "label": tally.name(holding, cls, lang)} if is_class else None
    shown = _told(holding, found[first : first + limit], lang)
    if holding.index:
        shown = [{**one, "facts": len(holding.index.touching.get(one["iri"], ()))} for one in shown]
    return {
        "found": shown,
        "more": len(found) > first + limit,
        "classes": tally.labelled(holding, counts, lang),
        "class": about,
        "hint": "" if found else _likely(holding, words),
    }


def _found(holding: Holding, words: str, cls: str, limit: int) -> list[Found]:
    """Returns the entity whose IRI or id the words are, then those that they name; all of the class for no words."""
    kept = sorted(entities.below(holding, cls)) if cls and is_iri(cls) else []
    if cls and not kept:
        return []
    if not fold(words):
        return [Found(iri, "", 0) for iri in holding.names.of_class(kept)[:limit]] if kept else []
    own = [Found(iri, "", 0) for iri in _written(holding, words.strip()) if not kept or _is(holding, iri, kept)]
    named = holding.names.search(words, limit, kept)
    return [*own, *(hit for hit in named if hit.iri not in {one.iri for one in own})][:limit]


def _written(holding: Holding, text: str) -> list[str]:
    """Returns the IRI that is written whole, or as an id of the dataset, where the graph says something of it."""
    for iri in (text, holding.dataset.base + text):
        if is_iri(iri) and " " not in iri and _can_be(iri) and entities.known(holding, iri):
            return [iri]
    return []


def _can_be(iri: str) -> bool:
    try:
        return bool(ox.NamedNode(iri))
    except ValueError:
        return False


def _is(holding: Holding, iri: str, classes: list[str]) -> bool:
    return not set(classes).isdisjoint(holding.names.classes.get(iri, ()))


def _own(holding: Holding, iri: str) -> list[str]:
    """Returns the classes of an entity that people search by."""
    if holding.index and iri in holding.index.graph:
        return [cls] if (cls := holding.index.graph.nodes[iri]["cls"]) else []
    return [one for one in holding.names.classes.get(iri, ()) if tally.is_entity_class(one)]


def _told(holding: Holding, found: list[Found], lang: str) -> list[dict[str, Any]]:
    shown = entities.shown(holding, [hit.iri for hit in found], lang)
    return [
        {**one, "name": hit.name if fold(hit.name) != fold(one["label"]) else ""}
        for one, hit in zip(shown, found, strict=True)
    ]


def _likely(holding: Holding, words: str) -> str:
    """Returns what may have been meant, '' where nothing is near or there are too many names to compare."""
    entries = holding.names.entries
    return did_you_mean(words[:100], [name.text for name in entries]) if len(entries) <= COMPARED else ""
