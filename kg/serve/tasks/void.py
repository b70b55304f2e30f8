"""Figures of a graph as VoID reckons them."""

from __future__ import annotations

from typing import Any

from kg.serve.graph import tally
from kg.serve.graph.holding import Holding
from kg.serve.workers.sink import Sink


def statistics(holding: Holding, sink: Sink) -> dict[str, Any]:
    """Returns triples, distinct subjects and objects, triples by predicate and entities by class, over all graphs."""
    subjects, objects = (
        tally.rows(holding, f"SELECT (COUNT(DISTINCT ?{end}) AS ?n) WHERE {{ ?s ?p ?o }}")[0][0] for end in "so"
    )
    predicates = tally.predicates(holding)
    types = tally.types(holding)
    return {
        "triples": sum(predicates.values()),
        "subjects": int(subjects.value),
        "objects": int(objects.value),
        "entities": holding.counted.entities,
        "predicates": dict(sorted(predicates.items())),
        "classes": dict(sorted(types.items())),
    }
