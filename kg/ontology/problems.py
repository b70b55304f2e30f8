"""What is wrong with a grammar: its records in, what would be misread in silence out. Reads no Turtle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from kg.fact import ENTITY_KEYS, EVIDENCE_KEYS
from kg.ontology import TIME_ROLES, Class, Property
from kg.problem import Problem, Span, echo

Verbs = Mapping[str, tuple[tuple[tuple[str, ...], Property], ...]]
"""First folded word of a verb to (all its folded words, property)."""


class Complaint(NamedTuple):
    """What is wrong with one term."""

    iri: str
    """Of the term."""
    message: str
    hint: str
    culprit: str = ""
    """What stands there and should not."""
    word: str = ""
    """The word to look for among `near`, where a likely spelling would help."""
    near: Sequence[str] = ()


def problems_of(found: Iterable[Complaint], texts: Mapping[str, str]) -> list[Problem]:
    """Returns a problem for each complaint, at the line of its term in the texts of the files, by path."""
    return [
        Problem("bad-ontology", c.message, _place(c.iri, texts), c.hint, c.word, c.near)
        for c in dict.fromkeys(c._replace(near=tuple(c.near)) for c in found)
    ]


def complaints(
    classes: Mapping[str, Class], properties: Mapping[str, Property], names: Mapping[str, list[str]],
    qualifiers: Mapping[str, tuple[Property, ...]], verbs: Verbs,
) -> Iterator[Complaint]:  # fmt: skip
    """Yields what is wrong with each term that would be passed over or misread in silence.

    `names` holds the classes by folded name, `qualifiers` and `verbs` those by folded label.
    """
    told: set[str] = set()
    for iri, prop in properties.items():
        name = echo(prop.label(), 60)
        if why := _no_inverse(prop, properties):
            hint = "owl:inverseOf stands on the other way to say a property, and names that"
            yield Complaint(iri, f"'{name}' {why}", hint, prop.inverse)
        if prop.time_role not in ("", *TIME_ROLES):
            message = f"'{name}' has the kg:timeRole '{echo(prop.time_role, 40)}'"
            yield Complaint(iri, message, f"it is one of: {', '.join(TIME_ROLES)}", "", prop.time_role, TIME_ROLES)
        for qualifier in sorted(prop.qualifiers - told):
            if qualifier not in properties or not properties[qualifier].is_qualifier:
                told.add(qualifier)  # properties below this one have it from here
                hint = "a qualifier has its own line: a owl:ObjectProperty , kg:Qualifier ; rdfs:label …"
                yield Complaint(iri, f"'{name}' takes what is no qualifier: {echo(qualifier, 80)}", hint, qualifier)
        if not prop.structural:
            yield from _unusable(prop, name, classes)
    yield from _shared_names(names)
    yield from _shared_labels(qualifiers, list(properties))
    yield from _reserved(verbs, qualifiers)


def _unusable(prop: Property, name: str, classes: Mapping[str, Class]) -> Iterator[Complaint]:
    """Yields why no sentence could use a property, or any could."""
    if not prop.labels:
        message = f"'{name}' has no label, and no sentence can use it"
        yield Complaint(prop.iri, message, 'rdfs:label "…"@en, or kg:structural true')
    for side, wanted in (("domain", prop.domain), ("range", prop.range)):
        for cls in sorted(wanted - set(classes)):
            what = "neither a class nor a union of classes" if cls[0] == "_" else f"no class: {echo(cls, 80)}"
            hint = "a class has its own line: a owl:Class"
            yield Complaint(prop.iri, f"the rdfs:{side} of '{name}' is {what}", hint, cls, cls, sorted(classes))


def _no_inverse(prop: Property, properties: Mapping[str, Property]) -> str:
    """Returns why a property cannot be said the other way round by the one it names, '' where it can or names none."""
    canonical = properties.get(prop.inverse)
    if not prop.inverse or (canonical and not (canonical.inverse or canonical.datatype or prop.datatype)):
        return ""
    if prop.inverse == prop.iri:
        return "is the inverse of itself; one that holds both ways is an owl:SymmetricProperty"
    if canonical and not canonical.inverse:
        return "is an inverse, but numbers, dates and texts have none"
    return "is the inverse of an inverse" if canonical else "is the inverse of what is no property here"


def mended(prop: Property, properties: Mapping[str, Property]) -> Property:
    """Returns a property without what was complained of, so that facts can be checked against the rest."""
    inverse = "" if _no_inverse(prop, properties) else prop.inverse
    if inverse == prop.inverse and not any(c[0] == "_" for c in (*prop.domain, *prop.range)):
        return prop
    domain, expected = (frozenset(c for c in side if c[0] != "_") for side in (prop.domain, prop.range))
    return replace(prop, inverse=inverse, domain=domain, range=expected)


def _shared_names(class_names: Mapping[str, list[str]]) -> Iterator[Complaint]:
    """Yields a complaint for each name that two classes have: `type:` could mean either."""
    for name, (first, *others) in sorted(class_names.items()):
        if others:
            message = f"'{echo(name, 60)}' names another class too: {first}"
            yield Complaint(others[0], message, "give one of them another label")


def _shared_labels(qualifiers: Mapping[str, tuple[Property, ...]], order: list[str]) -> Iterator[Complaint]:
    """Yields a complaint for each label that two qualifiers have, at the later one: a detail could mean either."""
    for label, props in sorted(qualifiers.items()):
        first, *others = sorted((prop.iri for prop in props), key=order.index) if len(props) > 1 else [props[0].iri]
        for other in others:
            message = f"'{echo(label, 60)}' is the label of another qualifier too: {first}"
            yield Complaint(other, message, "give one of them another label")


def _reserved(verbs: Verbs, qualifiers: Mapping[str, tuple[Property, ...]]) -> Iterator[Complaint]:
    """Yields a complaint for each label that fact files keep for something else."""
    single = ((key, p) for key in ENTITY_KEYS for words, p in verbs.get(key, ()) if len(words) == 1)
    kept = [(key, p, "a verb", "an entity's block") for key, p in single]
    kept += [(key, p, "a qualifier", "a fact's details") for key in EVIDENCE_KEYS for p in qualifiers.get(key, ())]
    for key, prop, what, where in kept:
        message = f"'{key}' cannot be the label of {what}: it is a key of {where}"
        yield Complaint(prop.iri, message, "give it another label")


def _place(iri: str, texts: Mapping[str, str]) -> Span:
    """Returns where a term is the subject, by the text of the files; the folder where none shows it."""
    local = re.escape(re.split(r"[#/]", iri)[-1])
    subject = rf"^(?:<{re.escape(iri)}>|[\w.-]*:{local})(?=\s)"
    for pattern in (rf"{subject}(?=\s+a\s)", subject):  # where it is declared, before others speak of it
        for name, text in texts.items():
            if found := re.search(pattern, text, re.MULTILINE):
                return Span(name, text.count("\n", 0, found.start()) + 1, 1, len(found[0]))
    return Span("ontology", 0, 1)
