"""What annotations say that no record keeps: triples in, what would be read otherwise than it is meant out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.ontology import DISTINCTIONS, Property
from kg.ontology.problems import Complaint
from kg.ontology.vocabulary import NAMES
from kg.problem import echo
from kg.terms import KG, OWL, RDF, XSD
from kg.value import DATE, QUANTITY

Triples = Mapping[str, Mapping[str, list[object]]]
"""Subject to predicate to objects; blank nodes with `_:` in front."""

_NO_VALUES = frozenset(
    f"{XSD}{name}" for name in (
        "anyAtomicType", "anySimpleType", "anyType", "fractionDigits", "length", "maxExclusive", "maxInclusive",
        "maxLength", "minExclusive", "minInclusive", "minLength", "pattern", "totalDigits", "untypedAtomic",
        "whiteSpace",
    )
)  # fmt: skip
"""Names of XML Schema that are no datatype of anything: facets, and what all types have in common."""

DATATYPES = frozenset({DATE, QUANTITY, *(XSD + name for name in NAMES[XSD])}) - _NO_VALUES

FLAGS = ("oneAtATime", "everywhere", "structural")

_JUDGED = frozenset(KG + name for name in (*FLAGS, "distinguishes", "timeRole", "uniquePer"))

_TEXT = RDF + "langString"


def datatypes(ranges: Iterable[str]) -> set[str]:
    """Returns those of the ranges of a property that are of numbers, dates or texts, the misspelt ones too."""
    return {r for r in ranges if r.startswith(XSD) or r in (DATE, QUANTITY, _TEXT)}


def annotated(
    triples: Triples, properties: Mapping[str, Property], ranges: Mapping[str, frozenset[str]]
) -> Iterator[Complaint]:
    """Yields a complaint for each annotation whose value is none that it can have.

    `ranges` holds all that each property has as its range.
    """
    for iri, node in triples.items():
        if _JUDGED.isdisjoint(node):
            continue
        for name in FLAGS:
            yield from _flag(iri, name, node.get(KG + name, ()))
        for value in node.get(KG + "distinguishes", ()):
            if not _says(value, DISTINCTIONS):
                message = f"kg:distinguishes is not '{_shown(value)}'"
                hint = f"it is one of: {', '.join(DISTINCTIONS)}"
                yield Complaint(iri, message, hint, _shown(value), _shown(value), DISTINCTIONS)
        if len(set(map(str, node.get(KG + "timeRole", ())))) > 1:
            yield Complaint(iri, "two kinds of kg:timeRole stand here", "a date bounds its statement in one way")
        for value in node.get(KG + "uniquePer", ()):
            yield from _unique(iri, value, properties)
    for iri, prop in properties.items():
        types = {getattr(kind, "value", "") for kind in triples[iri].get(RDF + "type", ())}
        yield from _literal(prop, types, ranges[iri])


def _flag(iri: str, name: str, values: Iterable[object]) -> Iterator[Complaint]:
    """Yields a complaint for a value that is neither true nor false, or for both at once."""
    said = {(getattr(v, "value", ""), getattr(getattr(v, "datatype", None), "value", ""), _shown(v)) for v in values}
    for text, datatype, shown in sorted(said):
        if datatype != XSD + "boolean" or text not in ("true", "false", "1", "0"):
            yield Complaint(iri, f"kg:{name} is not '{shown}'", "it is true or false, without quotes", shown)
    if len(said) > 1:
        yield Complaint(iri, f"kg:{name} says two things here", "keep one of them")


def _unique(iri: str, value: object, properties: Mapping[str, Property]) -> Iterator[Complaint]:
    key = str(getattr(value, "value", ""))
    known = properties.get(key)
    if key != RDF + "subject" and not (known and known.is_qualifier) and (known or not key.startswith(KG)):
        hint = "it names qualifiers, or rdf:subject alone for one value at all"
        yield Complaint(iri, f"kg:uniquePer names what is no qualifier: {echo(key, 80)}", hint, key)


def _literal(prop: Property, types: set[str], ranges: frozenset[str]) -> Iterator[Complaint]:
    """Yields complaints about a property of numbers, dates or texts."""
    found, name = sorted(datatypes(ranges)), echo(prop.label(), 60)
    for datatype in found:
        if datatype not in DATATYPES:
            hint = "a text is xsd:string, a date kg:Date, a number kg:Quantity"
            near = sorted(f"xsd:{known.removeprefix(XSD)}" for known in DATATYPES - {DATE, QUANTITY})
            word = "xsd:string" if datatype == _TEXT else f"xsd:{datatype.removeprefix(XSD)}"
            message = f"the rdfs:range of '{name}' is no datatype of a value: {echo(datatype, 80)}"
            yield Complaint(prop.iri, message, hint, datatype, word, near)
    if found and len(ranges) > 1:
        message = f"the rdfs:range of '{name}' is of {len(ranges)} kinds, and one of them is {echo(found[0], 80)}"
        yield Complaint(prop.iri, message, "numbers, dates and texts have one datatype and no other range")
    for kind in ("SymmetricProperty", "TransitiveProperty"):
        if found and OWL + kind in types:
            message = f"'{name}' is an owl:{kind}, but numbers, dates and texts are no subjects"
            yield Complaint(prop.iri, message, f"take owl:{kind} out, or name a class as its rdfs:range")


def _says(value: object, choices: Iterable[str]) -> bool:
    """Says whether a term is a plain text that is one of the choices."""
    return hasattr(value, "language") and getattr(value, "value", "") in choices


def _shown(value: object) -> str:
    return echo(str(getattr(value, "value", value)), 60)
