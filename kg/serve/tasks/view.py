"""The network around an entity, as the page draws it and as it grows."""

from __future__ import annotations

from typing import Any

from kg.serve.graph import drawing
from kg.serve.graph.holding import Holding
from kg.serve.workers.sink import Sink


def network(holding: Holding, sink: Sink, iri: str, lang: str, root: str, folder: str, small: bool) -> dict[str, Any]:
    """Returns what the page of a network knows: `root` and `folder` are for its addresses, `small` for a frame."""
    return drawing.payload(holding, iri, lang, root, folder, small)


def neighbours(holding: Holding, sink: Sink, iri: str) -> dict[str, Any]:
    """Returns what a page adds when an entity is opened on it."""
    return drawing.neighbours(holding, iri)
