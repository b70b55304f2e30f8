"""What may be written next in a query: the graph's classes and verbs with their labels, entities by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kg.labels import label_of
from kg.serve.graph import entities as brief
from kg.serve.graph import tally
from kg.serve.graph.holding import Holding
from kg.serve.workers.sink import Sink
from kg.terms import OA, OWL, PROV, RDF, RDFS, SKOS, is_iri
from kg.write import Terms

VERBS = (
    *(OWL + name for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    RDF + "Property",
)

STRUCTURE = (
    *(RDF + name for name in ("type", "subject", "predicate", "object")), RDFS + "label", RDFS + "comment",
    RDFS + "subClassOf", SKOS + "altLabel", PROV + "hadPrimarySource", OA + "hasSelector", OA + "hasSource",
)  # fmt: skip
"""Properties that an ontology seldom declares itself."""

MOST = 5000
"""Classes, and verbs, that are offered."""


def vocabulary(holding: Holding, sink: Sink, lang: str = "en") -> dict[str, Any]:
    """Returns the classes and verbs: IRI, how it is written in a query, label, and every name it is known by."""
    terms = Terms(holding.dataset.prefixes)
    found = {"class": set(tally.members(holding, *tally.CLASSES)), "verb": set(tally.members(holding, *VERBS))}
    used = () if holding.remote else map(ox.NamedNode, STRUCTURE)
    found["verb"] |= {term.value for term in used if holding.says(None, term)}
    if not (holding.on_disk or holding.remote):
        found["class"] |= set(_used(holding, "SELECT DISTINCT ?t WHERE { [] a ?t }"))
        found["verb"] |= set(_used(holding, "SELECT DISTINCT ?t WHERE { [] ?t [] }"))
    return {
        kind: [_term(holding, terms, iri, lang) for iri in sorted(iris)[:MOST] if is_iri(iri)]
        for kind, iris in found.items()
    }


def entities(holding: Holding, sink: Sink, words: str, limit: int = 20, lang: str = "en") -> list[dict[str, Any]]:
    """Returns the entities that the words name, the best first: as `vocabulary` does, with `mark` and `class`."""
    return _brief(holding, [hit.iri for hit in holding.names.search(words, limit)], lang)


def named(holding: Holding, sink: Sink, lang: str = "en") -> list[dict[str, Any]]:
    """Returns every entity that has a name, by its IRI, as `entities` does, with all classes that it is `within`."""
    known: dict[str, list[str]] = {}
    found = _brief(holding, sorted({name.iri for name in holding.names.entries}), lang)
    for one in found:
        classes = holding.names.classes.get(one["iri"], ())
        known |= {cls: brief.above(holding, cls) for cls in classes if cls not in known}
        one["within"] = sorted({above for cls in classes for above in known[cls]})
    return found


def _brief(holding: Holding, iris: list[str], lang: str) -> list[dict[str, Any]]:
    terms, shown = Terms(holding.dataset.prefixes), brief.shown(holding, iris, lang)
    return [
        {**_term(holding, terms, one["iri"], lang), "label": one["label"], "mark": one["kind"], "class": one["class"]}
        for one in shown
    ]


def _used(holding: Holding, text: str) -> Iterator[str]:
    for (term,) in holding.dataset.store.query(text, use_default_graph_as_union=True):
        if isinstance(term, ox.NamedNode):
            yield term.value


def _term(holding: Holding, terms: Terms, iri: str, lang: str) -> dict[str, Any]:
    """Returns one term: `write` is what goes into a query, `names` all its labels in any language."""
    about = {"iri": iri, "write": terms[f"<{iri}>"], "label": label_of(holding.dataset, ox.NamedNode(iri), lang)}
    return {**about, "names": sorted(set(brief.names(holding, iri)))}
