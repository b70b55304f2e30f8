"""What the first page says: how much there is of what, what is most spoken of, where sources differ."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kg.claim import CALM
from kg.serve.graph import classes, entities, tally
from kg.serve.graph.holding import Holding
from kg.serve.workers.sink import Sink
from kg.terms import DCTERMS, RDFS

CONNECTED = 12
"""Entities that are named on the first page."""


def overview(holding: Holding, sink: Sink, lang: str = "en") -> dict[str, Any]:
    """Returns figures, classes with counts, the most connected entities, kinds of difference, the dataset.

    A class counts the entities of those below it too, as its list does; `nested` says that this makes a difference.
    """
    counts = holding.counted
    own = dataset(holding, sink, lang)
    documents = tally.documents(holding).keys() - tally.datasets(holding)
    top = tally.connected(holding, CONNECTED)
    kinds = tally.differences(holding)
    told = entities.shown(holding, [iri for iri, _ in top], lang)
    return {
        "figures": _figures(holding, counts.entities, len(documents)),
        "classes": [*_classes(holding, lang), *_untyped(counts.untyped)],
        "nested": any(counts.within[cls] != number for cls, number in counts.own.items()),
        "connected": [{**one, "count": n} for one, (_, n) in zip(told, top, strict=True)],
        "differences": [{"kind": kind, "count": n, "calm": kind in CALM} for kind, n in kinds.items()],
        "dataset": own,
        "speaks": bool(documents),
    }


def _classes(holding: Holding, lang: str) -> list[dict[str, Any]]:
    """Returns the classes that entities have, each with as many as its list shows."""
    counts = holding.counted
    return classes.labelled(holding, Counter({cls: counts.within[cls] for cls in counts.own}), lang)


def _untyped(number: int) -> list[dict[str, Any]]:
    return [{"iri": classes.NONE, "label": "", "count": number, "kind": "Other"}] if number else []


def _figures(holding: Holding, entities_: int, documents: int) -> dict[str, int]:
    """Returns what there is how many of: facts, statements, entities, documents, triples."""
    about = {name: n for name, n in holding.about.items() if isinstance(n, int)}
    found = {"facts": about.get("facts", 0), "statements": about.get("statements", 0)}
    triples = 0 if holding.on_disk else tally.count(holding, "?s ?p ?o")
    return {**found, "entities": about.get("entities", entities_), "documents": documents, "triples": triples}


def dataset(holding: Holding, sink: Sink, lang: str = "en") -> dict[str, str]:
    """Returns what the graph says of itself: iri, label, licence, description; '' for what it does not say."""
    found = sorted(tally.datasets(holding))
    if not found:
        return {"iri": "", "label": holding.title, "licence": "", "description": ""}
    iri, text = found[0], entities.text
    return {
        "iri": iri,
        "label": tally.name(holding, iri, lang),
        "licence": text(holding, iri, DCTERMS + "license"),
        "description": text(holding, iri, RDFS + "comment") or text(holding, iri, DCTERMS + "description"),
    }
