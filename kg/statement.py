"""What the graph has of a statement: its triple, its qualifiers, its evidence, and how a person reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from kg.labels import label_of
from kg.query import Dataset
from kg.terms import KG, PROV, RDF


def pairs(dataset: Dataset, predicate: str) -> Iterator[tuple[Any, Any]]:
    """Yields the subject and object of each triple with a predicate."""
    import pyoxigraph as ox

    for quad in dataset.store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
        yield quad.subject, quad.object


def nodes_with(dataset: Dataset, predicate: str, value: Any) -> list[Any]:
    """Returns the nodes of which a predicate has a value, a term or the text of an IRI."""
    import pyoxigraph as ox

    term = ox.NamedNode(value) if isinstance(value, str) else value
    return [q.subject for q in dataset.store.quads_for_pattern(None, ox.NamedNode(predicate), term, None)]


def value_of(dataset: Dataset, node: Any, predicate: str) -> Any:
    """Returns the object that a node has with a predicate, one of several; None where there is none."""
    import pyoxigraph as ox

    quad = next(dataset.store.quads_for_pattern(node, ox.NamedNode(predicate), None, None), None)
    return quad.object if quad else None


def is_statement(dataset: Dataset, node: Any) -> bool:
    """Says whether a node is one of the dataset's own statements."""
    import pyoxigraph as ox

    own = isinstance(node, ox.NamedNode) and node.value.startswith(f"{dataset.base}statement/")
    return own and value_of(dataset, node, RDF + "subject") is not None


def triple_of(dataset: Dataset, statement: Any) -> tuple[Any, Any, Any]:
    """Returns what a statement describes: subject, property, object; None for what it lacks."""
    subject, prop, obj = (value_of(dataset, statement, RDF + name) for name in ("subject", "predicate", "object"))
    return subject, prop, obj


def context_of(dataset: Dataset, statement: Any) -> dict[str, frozenset[Any]]:
    """Returns everything that a statement has, by property."""
    found: dict[str, set[Any]] = defaultdict(set)
    for quad in dataset.store.quads_for_pattern(statement, None, None, None):
        found[quad.predicate.value].add(quad.object)
    return {name: frozenset(values) for name, values in found.items()}


def words_for(dataset: Dataset, text: str) -> str:
    """Returns the label of the term with an IRI."""
    import pyoxigraph as ox

    return label_of(dataset, ox.NamedNode(text))


def sentence_of(dataset: Dataset, statement: Any) -> str:
    """Returns the labels of a statement's subject, property and object."""
    return " ".join(label_of(dataset, part) for part in triple_of(dataset, statement))


def statuses_of(dataset: Dataset, statement: Any) -> dict[Any, str]:
    """Returns each piece of evidence of a statement with its status."""
    import pyoxigraph as ox

    quads = dataset.store.quads_for_pattern(statement, ox.NamedNode(KG + "evidence"), None, None)
    return {q.object: value_of(dataset, q.object, KG + "status").value.removeprefix(KG) for q in quads}


def voices_of(dataset: Dataset, context: Mapping[str, frozenset[Any]]) -> str:
    """Returns everybody who says a statement, in its evidence; where nobody does, everybody who speaks there."""
    every = context.get(KG + "evidence", frozenset())
    said = [node for node in every if value_of(dataset, node, KG + "status").value not in _UNSAID]
    return "; ".join(sorted({voice_of(dataset, evidence) for evidence in said or every}))


_UNSAID = frozenset({KG + "denied"})
"""Status of evidence whose speaker does not say it."""


def voice_of(dataset: Dataset, evidence: Any) -> str:
    """Returns who speaks in a piece of evidence: the speaker, else the document."""
    speaker = value_of(dataset, evidence, KG + "speaker")
    return label_of(dataset, speaker or value_of(dataset, evidence, PROV + "hadPrimarySource"))
