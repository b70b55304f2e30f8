"""A store by columns: one predicate's values of every subject at once, and how terms read. Knows no network."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from kg.terms import KG, OA, RDF, RDFS, SKOS, tail

_NO_ENTITIES = frozenset(
    KG + name for name in ("Statement", "Evidence", "Quantity", "Disagreement", "Unit", "Status", "Rank")
)


@dataclass(slots=True)
class Columns:
    """A store read one predicate at a time, which costs less than a query a node."""

    store: ox.Store
    base: str
    labels: dict[str, dict[str, str]] = field(init=False)
    """IRI to its labels by language; '' where a label has none."""
    above: dict[str, list[str]] = field(init=False)
    """Class to the classes right above it."""
    about: dict[str, tuple[str, str, Any]] = field(init=False)
    """Statement to its subject, property and object."""
    classes: dict[str, str] = field(init=False)
    """Entity to its class."""
    aliases: dict[str, list[Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.labels = self._labels()
        self.above = {name: [term.value for term in terms] for name, terms in self.column(RDFS + "subClassOf").items()}
        self.about = self._about()
        self.classes = self._classes()
        self.aliases = self.column(SKOS + "altLabel")

    def column(self, predicate: str) -> dict[str, list[Any]]:
        """Returns every subject's values of one predicate, over all graphs, sorted, each once."""
        found: dict[str, list[Any]] = defaultdict(list)
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
            if not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode):
                found[quad.subject.value].append(quad.object)
        return {name: sorted(set(terms), key=str) if len(terms) > 1 else terms for name, terms in found.items()}

    def single(self, predicate: str) -> dict[str, str]:
        """Returns every subject's first value of one predicate as text."""
        return {name: terms[0].value for name, terms in self.column(predicate).items()}

    def _labels(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, terms in self.column(RDFS + "label").items():
            for term in reversed([term for term in terms if isinstance(term, ox.Literal)]):
                found.setdefault(name, {})[term.language or ""] = term.value
        return found

    def _about(self) -> dict[str, tuple[str, str, Any]]:
        subjects, objects = self.single(RDF + "subject"), self.column(RDF + "object")
        properties = self.single(RDF + "predicate")
        return {
            name: (subjects[name], properties[name], objects[name][0])
            for name in sorted(subjects.keys() & objects.keys() & properties.keys())
        }

    def _classes(self) -> dict[str, str]:
        ontology = self.base + "ontology"
        found: dict[str, set[str]] = defaultdict(set)
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, None):
            graph = getattr(quad.graph_name, "value", "")
            if graph != ontology and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                found[quad.subject.value].add(quad.object.value)
        return {
            name: max(sorted(classes), key=lambda cls: len(self.ancestors(cls)))
            for name, classes in found.items()
            if name not in self.about and not any(cls in _NO_ENTITIES or cls.startswith(OA) for cls in classes)
        }

    def ancestors(self, cls: str) -> list[str]:
        """Returns a class and all those above it, nearest first."""
        found = [cls]
        for name in found:
            found += [parent for parent in self.above.get(name, ()) if parent not in found]
        return found

    def label(self, name: str, language: str = "en") -> str:
        """Returns the label in a language, else the one without a language, else the first; else the end of the IRI."""
        known = self.labels.get(name)
        if not known:
            return self.tail(name)
        return known.get(language) or known.get("") or known[min(known)]

    def both(self, name: str) -> dict[str, str]:
        """Returns the English and the Spanish label of a term, each standing in for the other."""
        known = self.labels.get(name, {})
        spare = known.get("") or self.tail(name)
        return {"en": known.get("en") or spare, "es": known.get("es") or known.get("en") or spare}

    def tail(self, name: str) -> str:
        """Returns the readable end of an IRI."""
        return unquote(name.removeprefix(self.base)) or name if name.startswith(self.base) else tail(name)

    def text(self, term: Any) -> str:
        """Returns what people read for a term; a fact reads as its sentence."""
        if isinstance(term, ox.Literal):
            return term.value
        return self.sentence(*self.about[term.value]) if term.value in self.about else self.label(term.value)

    def sentence(self, subject: str, predicate: str, obj: Any) -> str:
        """Returns a fact as people would write it; a fact that is part of it stands in quotes."""
        ends = [
            f"“{self.text(end)}”" if end.value in self.about else self.text(end) for end in (ox.NamedNode(subject), obj)
        ]
        return f"{ends[0]} {self.both(predicate)['en']} {ends[1]}"
