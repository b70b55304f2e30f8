"""What is wrong with a grammar: its records in, what would be misread in silence out. Reads no Turtle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kg.ontology import TIME_ROLES, Class, Property
from kg.problem import Problem, Span, echo


def problems_of(
    classes: Mapping[str, Class], properties: Mapping[str, Property], names: Mapping[str, list[str]],
    texts: Mapping[str, str],
) -> list[Problem]:  # fmt: skip
    """Returns a problem for each term that would not be read as it is meant, at its line in the texts of the files.

    `names` holds the classes by folded name; `texts` the files by path.
    """
    found = (*_complaints(classes, properties), *_shared_names(names))
    return [Problem("bad-ontology", message, _place(iri, texts), hint) for iri, message, hint in found]


def _complaints(
    classes: Mapping[str, Class], properties: Mapping[str, Property]
) -> Iterator[tuple[str, str, str]]:
    """Yields (IRI, message, hint) for each property that would be passed over or misread in silence."""
    told: set[str] = set()
    for iri, prop in properties.items():
        name = echo(prop.label(), 60)
        if why := _no_inverse(prop, properties):
            yield iri, f"'{name}' {why}", "owl:inverseOf stands on the other way to say a property, and names that"
        if prop.time_role not in ("", *TIME_ROLES):
            message = f"'{name}' has the kg:timeRole '{echo(prop.time_role, 40)}'"
            yield iri, message, f"it is one of: {', '.join(TIME_ROLES)}"
        for qualifier in sorted(prop.qualifiers - told):
            if qualifier not in properties or not properties[qualifier].is_qualifier:
                told.add(qualifier)  # properties below this one have it from here
                hint = "a qualifier has its own line: a owl:ObjectProperty , kg:Qualifier ; rdfs:label …"
                yield iri, f"'{name}' takes what is no qualifier: {echo(qualifier, 80)}", hint
        if prop.structural:
            continue
        if not prop.labels:
            yield iri, f"'{name}' has no label, and no sentence can use it", 'rdfs:label "…"@en, or kg:structural true'
        for side, wanted in (("domain", prop.domain), ("range", prop.range)):
            for cls in sorted(wanted - set(classes)):
                what = "neither a class nor a union of classes" if cls[0] == "_" else f"no class: {echo(cls, 80)}"
                yield iri, f"the rdfs:{side} of '{name}' is {what}", "a class has its own line: a owl:Class"


def _no_inverse(prop: Property, properties: Mapping[str, Property]) -> str:
    """Returns why a property cannot be said the other way round by the one it names, '' where it can or names none."""
    canonical = properties.get(prop.inverse)
    if not prop.inverse or (canonical and not (canonical.inverse or canonical.datatype or prop.datatype)):
        return ""
    if canonical and not canonical.inverse:
        return "is an inverse, but numbers, dates and texts have none"
    return "is the inverse of an inverse" if canonical else "is the inverse of what is no property here"


def mended(prop: Property, properties: Mapping[str, Property]) -> Property:
    """Returns a property without what was complained of, so that facts can be checked against the rest."""
    inverse = "" if _no_inverse(prop, properties) else prop.inverse
    domain, expected = (frozenset(c for c in side if c[0] != "_") for side in (prop.domain, prop.range))
    return replace(prop, inverse=inverse, domain=domain, range=expected)


def _shared_names(class_names: Mapping[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    """Yields (IRI, message, hint) for each name that two classes have: `type:` could mean either."""
    for name, (first, *others) in sorted(class_names.items()):
        if others:
            yield others[0], f"'{echo(name, 60)}' names another class too: {first}", "give one of them another label"


def _place(iri: str, texts: Mapping[str, str]) -> Span:
    """Returns where a term is the subject, by the text of the files; the folder where none shows it."""
    local = re.escape(re.split(r"[#/]", iri)[-1])
    subject = re.compile(rf"^(?:<{re.escape(iri)}>|[\w.-]*:{local})(?=\s)", re.MULTILINE)
    for name, text in texts.items():
        if found := subject.search(text):
            return Span(name, text.count("\n", 0, found.start()) + 1, 1, len(found[0]))
    return Span("ontology", 0, 1)
