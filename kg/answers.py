"""What an engine or endpoint answers, by its form: solutions, a boolean, or a graph. Knows no query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from kg.terms import RDFS

Form = Literal["solutions", "boolean", "graph"]
"""SELECT, ASK, and CONSTRUCT or DESCRIBE."""


def form(answer: Any) -> Form:
    """Returns the form of an answer: rows under variables, yes or no, or triples to be iterated."""
    if hasattr(answer, "variables"):
        return "solutions"
    return "boolean" if hasattr(answer, "__bool__") else "graph"


class Unanswered(Exception):
    """An endpoint that cannot be asked or did not answer; the message names it and says why."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
        """What it answered with; 0 where it did not answer at all."""


def gather_labels(store: Any, rows: Iterable[Iterable[Any]]) -> None:
    """Has a store that is far away asked for the labels of all terms at once; one at hand is asked for each."""
    import pyoxigraph as ox

    if gather := getattr(store, "gather", None):
        nodes = (term for row in rows for term in row if isinstance(term, ox.NamedNode))
        gather(nodes, ox.NamedNode(RDFS + "label"))


class Triples:
    """The triples of a CONSTRUCT or DESCRIBE that came from elsewhere, each once, in the order in which they came."""

    def __init__(self, triples: Iterable[Any]) -> None:
        self._triples = iter(dict.fromkeys(triples))

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._triples)

    def serialize(self, output: Any = None, format: Any = None, **options: Any) -> bytes | None:
        """Returns the triples in an RDF format, or writes them to a file; as the engine's own answer does."""
        import pyoxigraph as ox

        return ox.serialize(self, output, format, **options)
