"""The grammar: classes, verbs and qualifiers by label, as records. Knows neither Turtle nor facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.problem import Problem
from kg.terms import KG, OWL, RDF, RDFS, XSD

SHAPES = "shapes.ttl"
"""The one file of the ontology that is SHACL and no grammar."""

FOLDERS = ("rules", "checks", "disagreements")
"""The folders of SPARQL beside it."""

STANDARD = (XSD, RDF, RDFS, OWL)
"""Namespaces whose classes are no entity's."""

TIME_ROLES = ("begin", "end", "throughout", "within")

DISTINCTIONS = ("different scope", "different count stage")
"""What kg:distinguishes may say."""

STATEMENT = KG + "Statement"
DOCUMENT = KG + "Document"


@dataclass(frozen=True, slots=True)
class Class:
    """A class of entities."""

    iri: str
    labels: Mapping[str, tuple[str, ...]]
    """Language to labels, the preferred one first."""
    comment: str
    supers: frozenset[str]
    """The class itself and everything above it."""

    def label(self, language: str = "en") -> str:
        """Returns its label in the language, else in English, else the end of its IRI."""
        return _label(self.labels, self.iri, language)


@dataclass(frozen=True, slots=True)
class Property:
    """A property: a verb of sentences, a qualifier, or both."""

    iri: str
    labels: Mapping[str, tuple[str, ...]]
    comment: str
    domain: frozenset[str]
    """Classes of which the subject must have one; empty where anything will do."""
    range: frozenset[str]
    """Classes of which the object must have one; empty where anything, or a literal, is meant."""
    datatype: str
    """Of a literal object, kg:Date or kg:Quantity; '' where the object is an entity."""
    inverse: str
    """IRI of the canonical property that this one says the other way round, or ''."""
    symmetric: bool
    structural: bool
    """Lays out the graph; no verb."""
    is_qualifier: bool
    everywhere: bool
    """A qualifier that any fact may have."""
    qualifiers: frozenset[str]
    """Those it may have besides, its superproperties' included."""
    unique_per: frozenset[str]
    one_at_a_time: bool
    time_role: str
    """What a date with it bounds: begin, end, throughout, within."""

    def label(self, language: str = "en") -> str:
        """Returns its label in the language, else in English, else the end of its IRI."""
        return _label(self.labels, self.iri, language)


def _label(labels: Mapping[str, tuple[str, ...]], iri: str, language: str) -> str:
    for wanted in (language, "en", ""):
        if labels.get(wanted):
            return labels[wanted][0]
    return re.split(r"[#/]", iri)[-1]


@dataclass(frozen=True, slots=True)
class Ontology:
    """Everything a sentence is checked against."""

    classes: Mapping[str, Class]
    properties: Mapping[str, Property]
    verbs: Mapping[str, tuple[tuple[tuple[str, ...], Property], ...]]
    """First folded word of a verb to (all its folded words, property), longest first."""
    qualifiers: Mapping[str, tuple[Property, ...]]
    """Folded label to qualifiers."""
    class_names: Mapping[str, str]
    """Folded label or local name to class IRI."""
    units: frozenset[str]
    """Folded labels of the units a number may have."""
    terms: frozenset[str] = frozenset()
    """IRIs of all that the ontology's files say what it is."""
    verb_labels: tuple[str, ...] = ()
    """Every way to write a verb, sorted; for 'did you mean'."""
    problems: tuple[Problem, ...] = field(default=())

    def fits(self, cls: str, wanted: frozenset[str]) -> bool:
        """Says whether an entity of the class may stand where one of the wanted classes is expected.

        One whose class nobody knows ('') may stand anywhere: that has a problem of its own.
        """
        if not wanted or not cls:
            return True
        known = self.classes.get(cls)
        return bool(known and not wanted.isdisjoint(known.supers))

    def class_labels(self, classes: Iterable[str]) -> str:
        """Returns the labels of classes for a message: 'person or party'."""
        names = sorted(self.classes[c].label() if c in self.classes else _label({}, c, "en") for c in classes)
        return " or ".join(names)
