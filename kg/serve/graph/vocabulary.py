"""The grammar as the graph has it: classes, verbs and qualifiers with all that is said of them. Knows no fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from kg.labels import short_iri
from kg.query import Dataset
from kg.terms import KG, OWL, RDF, RDFS, SKOS

CLASS, VERB, QUALIFIER, STRUCTURE = "class", "verb", "qualifier", "structure"

_CLASSES = {OWL + "Class", RDFS + "Class", RDFS + "Datatype"}
_PROPERTIES = {
    RDF + "Property", KG + "Qualifier", *(OWL + f"{kind}Property" for kind in ("Object", "Datatype", "Annotation"))
}  # fmt: skip

_MATCHES = {
    RDFS + "subClassOf": "is a kind of", RDFS + "subPropertyOf": "is a way of", OWL + "equivalentClass": "is",
    OWL + "equivalentProperty": "is", SKOS + "exactMatch": "is the same as", SKOS + "closeMatch": "is close to",
    SKOS + "broadMatch": "is narrower than", SKOS + "narrowMatch": "is broader than",
    SKOS + "relatedMatch": "is related to", RDFS + "seeAlso": "see also",
}  # fmt: skip
"""How a term stands to one of another vocabulary."""


@dataclass(frozen=True)
class Vocabulary:
    """What the ontology says, by subject and predicate."""

    dataset: Dataset
    said: Mapping[str, Mapping[str, list[Any]]]
    """Subject (blank nodes with `_:`) to predicate to objects."""

    @classmethod
    def of(cls, dataset: Dataset) -> Vocabulary:
        """Returns the vocabulary: of a build its ontology, else whatever terms the graph declares."""
        said: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for quad in _quads(dataset):
            said[_key(quad.subject)][quad.predicate.value].append(quad.object)
        return cls(dataset, said)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Term to what it is: a class, verb, qualifier, or structure (of the layout, or of the ontology itself)."""
        found = {}
        for iri, about in self.said.items():
            types = {_key(one) for one in about.get(RDF + "type", ())}
            if not iri.startswith("_:") and not types.isdisjoint(_CLASSES):
                found[iri] = CLASS
            elif not iri.startswith("_:") and not types.isdisjoint(_PROPERTIES):
                found[iri] = self._property_kind(iri, types)
        return found

    def _property_kind(self, iri: str, types: set[str]) -> str:
        if self.flag(iri, "structural"):
            return STRUCTURE
        is_only = self.members(iri, RDFS + "domain") in ([], [KG + "Statement"])
        return QUALIFIER if KG + "Qualifier" in types and is_only else VERB

    def flag(self, iri: str, name: str) -> bool:
        """Says whether an annotation of ours is true of a term."""
        return any(one.value == "true" for one in self.said.get(iri, {}).get(KG + name, ()))

    def texts(self, iri: str, predicate: str) -> dict[str, list[str]]:
        """Returns the literals that a term has, by language."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.said.get(iri, {}).get(predicate, ()):
            if isinstance(one, ox.Literal):
                found[one.language or ""].append(one.value)
        return {language: sorted(texts) for language, texts in sorted(found.items())}

    def text(self, iri: str, predicate: str, lang: str) -> str:
        """Returns a literal of a term in a language, else in English, else any; '' where it has none."""
        found = self.texts(iri, predicate)
        return next((found[one][0] for one in (lang, "en", "", *found) if one in found), "")

    def label(self, iri: str, lang: str = "en") -> str:
        """Returns what people read for a term."""
        return self.text(iri, RDFS + "label", lang) or short_iri(self.dataset.prefixes, iri)

    def one(self, iri: str, lang: str = "en") -> dict[str, str]:
        """Returns a term as pages link to it."""
        return {"iri": iri, "label": self.label(iri, lang)}

    def listed(self, iris: Iterable[str], lang: str = "en") -> list[dict[str, str]]:
        """Returns terms as pages link to them, by label."""
        return sorted((self.one(iri, lang) for iri in iris), key=lambda one: (one["label"].casefold(), one["iri"]))

    def members(self, iri: str, predicate: str) -> list[str]:
        """Returns the terms that a predicate leads to, those of a union one by one."""
        found: list[str] = []
        for one in self.said.get(iri, {}).get(predicate, ()):
            found += self._union(_key(one)) if isinstance(one, ox.BlankNode) else [_key(one)]
        return sorted(set(found))

    def _union(self, node: str) -> list[str]:
        lists = [_key(one) for one in self.said.get(node, {}).get(OWL + "unionOf", ())]
        return [member for start in lists for member in self._list(start)]

    def _list(self, start: str) -> Iterator[str]:
        seen = {RDF + "nil"}
        while start not in seen:
            seen.add(start)
            about = self.said.get(start, {})
            yield from (_key(one) for one in about.get(RDF + "first", ()))
            start = next((_key(one) for one in about.get(RDF + "rest", ())), RDF + "nil")

    def pointing(self, iri: str, predicate: str) -> list[str]:
        """Returns the terms that lead to a term by a predicate."""
        return [other for other in self.kinds if iri in self.members(other, predicate)]

    def own(self, iris: Iterable[str]) -> list[str]:
        """Returns those of terms that the ontology itself declares."""
        return [iri for iri in iris if iri in self.kinds]

    def matches(self, iri: str) -> list[dict[str, str]]:
        """Returns how a term stands to those of other vocabularies: relation, iri, label."""
        return [
            {"relation": words, "iri": other, "label": short_iri(self.dataset.prefixes, other)}
            for predicate, words in _MATCHES.items()
            for other in self.members(iri, predicate)
            if other not in self.kinds and not other.startswith(("_:", RDF, RDFS, OWL))
        ]


def _quads(dataset: Dataset) -> Iterator[ox.Quad]:
    """Yields what declares terms: a build's ontology graph; elsewhere, what is said of each class and property."""
    graph = ox.NamedNode(f"{dataset.base}ontology") if dataset.base else None
    found = list(dataset.store.quads_for_pattern(None, None, None, graph)) if graph else []
    if found:
        yield from found
        return
    declared = {
        quad.subject
        for kind in sorted(_CLASSES | _PROPERTIES)
        for quad in dataset.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(kind), None)
    }
    local, todo = isinstance(dataset.store, ox.Store), sorted(declared, key=str)
    for subject in todo:
        for quad in dataset.store.quads_for_pattern(subject, None, None, None):
            yield quad
            if local and isinstance(quad.object, ox.BlankNode) and quad.object not in todo:  # unions are lists
                todo.append(quad.object)


def _key(term: Any) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else term.value
