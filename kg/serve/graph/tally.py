"""How often things are in a graph: a holding gives classes, verbs, entities, documents and differences with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pyoxigraph as ox

from kg import query
from kg.disagree import KINDS
from kg.labels import label_of
from kg.serve.graph.holding import Holding
from kg.terms import KG, OA, OWL, RDF, RDFS, tail

_LAYOUT = ("Statement", "Evidence", "Quantity", "Disagreement", "Unit", "Status", "Rank", "Qualifier")
LAYOUT = frozenset(KG + name for name in _LAYOUT)
"""Classes of what lays the graph out; their members are no entities."""

CLASSES = (OWL + "Class", RDFS + "Class")
"""Of which what is declared to be a class is."""

_GRAMMAR = (OWL, RDFS, RDF, OA, "http://www.w3.org/ns/shacl#")
"""Namespaces whose classes are no entity's."""


def rows(holding: Holding, text: str) -> list[tuple[Any, ...]]:
    """Returns the solutions of a SELECT of ours over all graphs."""
    return [tuple(row) for row in query.ask(replace(holding.dataset, union=True), text, "page")]


def count(holding: Holding, pattern: str) -> int:
    """Returns how many solutions a pattern of ours has."""
    ((found,),) = rows(holding, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    return int(found.value)


def is_entity_class(iri: str) -> bool:
    """Says whether members of a class are entities."""
    return iri not in LAYOUT and not iri.startswith(_GRAMMAR)


def classes(holding: Holding) -> Counter[str]:
    """Returns how many entities have each class as their own."""
    return Counter(holding.counted.own)


def types(holding: Holding) -> Counter[str]:
    """Returns how many things are said to be of each class, whatever it is."""
    return _counter(rows(holding, "SELECT ?c (COUNT(DISTINCT ?e) AS ?n) WHERE { ?e a ?c } GROUP BY ?c"))


def verbs(holding: Holding) -> Counter[str]:
    """Returns how many facts there are with each verb; where nothing is said of facts, how many triples."""
    if holding.index:
        return Counter(row[3]["property"] for row in holding.index.rows)
    if holding.census:
        return Counter(holding.census.verbs)
    found = _counter(rows(holding, "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s rdf:predicate ?p } GROUP BY ?p"))
    return found or predicates(holding)


def qualifiers(holding: Holding) -> Counter[str]:
    """Returns how many facts have each qualifier, of a graph that is held whole."""
    found: Counter[str] = Counter()
    for row in holding.index.rows if holding.index else ():
        found.update({prop for prop, *_ in row[3]["details"]})
    return found


def predicates(holding: Holding) -> Counter[str]:
    """Returns how many triples there are with each predicate, in all graphs."""
    return _counter(rows(holding, "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"))


def connected(holding: Holding, limit: int) -> list[tuple[str, int]]:
    """Returns the entities of which most is said, with the number of facts."""
    if holding.index:
        graph = holding.index.graph
        found = Counter({iri: len(numbers) for iri, numbers in holding.index.touching.items() if iri in graph})
        things = {iri for iri, data in graph.nodes(data=True) if data["kind"] != "Document"}
        ordered = sorted((iri for iri in found if iri in things), key=lambda iri: (-found[iri], iri))
        return [(iri, found[iri]) for iri in ordered[:limit]]
    if holding.census:
        often = ((ox.NamedNode(iri), number) for iri, number in holding.census.ends.items())
        return [(node.value, number) for node, number in often if _is_entity(holding, node)][:limit]
    has_statements = holding.says(None, ox.NamedNode(KG + "evidence"))
    ends = "{ ?s rdf:subject ?e } UNION { ?s rdf:object ?e }" if has_statements else "?s ?p ?e"
    text = (
        f"SELECT ?e (COUNT(*) AS ?n) WHERE {{ {ends} FILTER isIRI(?e) }} "
        f"GROUP BY ?e ORDER BY DESC(?n) ?e LIMIT {8 * limit}"
    )
    named = [(e.value, int(n.value)) for e, n in rows(holding, text) if _is_entity(holding, e)]
    return named[:limit]


def _is_entity(holding: Holding, node: ox.NamedNode) -> bool:
    """Says whether the graph says of something what it is, and that it is neither a class nor a property."""
    quads = holding.dataset.store.quads_for_pattern(node, ox.NamedNode(RDF + "type"), None, None)
    kinds = [quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)]
    return bool(kinds) and all(is_entity_class(kind) for kind in kinds)


def documents(holding: Holding) -> dict[str, int]:
    """Returns the documents with the number of facts that each supports or denies."""
    if holding.index:
        return {iri: len(numbers) for iri, numbers in holding.index.citing.items()}
    if holding.census:
        return dict(holding.census.documents)
    text = "SELECT ?d (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s kg:evidence ?e . ?e prov:hadPrimarySource ?d } GROUP BY ?d"
    return dict(_counter(rows(holding, text)))


def datasets(holding: Holding) -> set[str]:
    """Returns what stands among the documents and is none: the dataset itself, of which its makers are the source."""
    return set(members(holding, KG + "Dataset"))


def members(holding: Holding, *classes: str) -> Iterator[str]:
    """Yields what is said to be of one of some classes; what has no IRI is left out."""
    for cls in classes:
        for quad in holding.dataset.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(cls), None):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value


def differences(holding: Holding) -> dict[str, int]:
    """Returns how many differences there are of each kind, in the order in which they need a reader's eye."""
    text = "SELECT ?k (COUNT(?d) AS ?n) WHERE { ?d a kg:Disagreement ; kg:kind ?k } GROUP BY ?k"
    found = {kind.value: int(n.value) for kind, n in rows(holding, text)}
    known = [kind for kind in KINDS if kind in found]
    return {kind: found[kind] for kind in (*known, *sorted(found.keys() - {*known}))}


def labelled(holding: Holding, counts: Mapping[str, int], lang: str) -> list[dict[str, Any]]:
    """Returns terms with label and count, the most frequent first."""
    found = [{"iri": iri, "label": name(holding, iri, lang), "count": n} for iri, n in counts.items()]
    return sorted(found, key=lambda one: (-one["count"], one["label"]))


def name(holding: Holding, iri: str, lang: str) -> str:
    """Returns the label of a term."""
    found = label_of(holding.dataset, ox.NamedNode(iri), lang)
    return tail(iri) if found == iri else found


def _counter(found: Iterable[tuple[Any, ...]]) -> Counter[str]:
    return Counter({term.value: int(n.value) for term, n in found if isinstance(term, ox.NamedNode)})
