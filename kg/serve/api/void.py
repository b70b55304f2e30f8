"""The dataset described in RDF: VoID and DCAT. Card and figures come in, a document goes out; asks no graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.serve.api.description import FORMATS, NAMES, VOID
from kg.serve.media import GRAPHS, named
from kg.terms import DCTERMS, RDF, VOCABULARIES, XSD, digest, is_iri

DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

Node = ox.NamedNode


@dataclass(frozen=True, slots=True)
class Dump:
    """A file of the graph that can be fetched."""

    name: str
    address: str
    label: str
    media: str
    rdf: bool = False
    """Whether it is RDF."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the dataset is served."""

    document: str
    """Address of the description itself, without a fragment."""
    home: str
    sparql: str
    search: str
    dumps: tuple[Dump, ...]


def description(
    card: Mapping[str, Any], dataset: Mapping[str, str], figures: Mapping[str, Any], place: Place, format_name: str
) -> bytes:
    """Returns the description in an RDF format. `figures` are those of tasks.void, or {} where they are not known."""
    node = Node(dataset["iri"] or f"{place.document}#dataset")
    triples = [
        *_document(node, place),
        *_dataset(node, card, dataset, place),
        *_figures(node, figures, place),
        *(t for one in place.dumps for t in _dump(node, one, dataset["licence"])),
    ]
    form = named(format_name, GRAPHS)
    assert form is not None
    spaces = {**VOCABULARIES, "void": VOID, "dcat": DCAT, "foaf": FOAF}
    used = [name for name in spaces if any(spaces[name] in str(t) for t in triples)]
    prefixes = {name: spaces[name] for name in used}
    return ox.serialize(
        sorted(set(triples), key=str), format=getattr(ox.RdfFormat, form.engine),
        prefixes=prefixes if form.name != "rdf" else None,
    )  # fmt: skip


def _document(node: Node, place: Place) -> Iterator[ox.Triple]:
    document = Node(place.document)
    yield _is(document, VOID + "DatasetDescription")
    yield ox.Triple(document, Node(FOAF + "primaryTopic"), node)


def _dataset(node: Node, card: Mapping[str, Any], dataset: Mapping[str, str], place: Place) -> Iterator[ox.Triple]:
    yield _is(node, VOID + "Dataset")
    yield _is(node, DCAT + "Dataset")
    yield _says(node, DCTERMS + "title", card["title"])
    yield _says(node, DCTERMS + "identifier", card["id"])
    if dataset["description"]:
        yield _says(node, DCTERMS + "description", dataset["description"])
    if dataset["licence"]:
        yield _licence(node, dataset["licence"])
    for predicate in (FOAF + "homepage", DCAT + "landingPage"):
        yield _to(node, predicate, place.home)
    yield _to(node, VOID + "sparqlEndpoint", place.sparql)
    yield _to(node, VOID + "openSearchDescription", place.search)
    if card["base"].startswith(("http://", "https://")):
        yield _says(node, VOID + "uriSpace", card["base"])
    for form in GRAPHS:
        yield _to(node, VOID + "feature", FORMATS + NAMES[form.name])


def _figures(node: Node, figures: Mapping[str, Any], place: Place) -> Iterator[ox.Triple]:
    if not figures:
        return
    numbers = {
        "triples": figures["triples"], "entities": figures["entities"], "distinctSubjects": figures["subjects"],
        "distinctObjects": figures["objects"], "properties": len(figures["predicates"]),
        "classes": len(figures["classes"]),
    }  # fmt: skip
    for name, number in numbers.items():
        yield _counts(node, name, number)
    for space in _spaces([*figures["predicates"], *figures["classes"]]):
        yield _to(node, VOID + "vocabulary", space)
    parts = (
        ("classPartition", "class", "entities", "classes"),
        ("propertyPartition", "property", "triples", "predicates"),
    )
    for partition, term, what, name in parts:
        for iri, number in figures[name].items():
            part = Node(f"{place.document}#{term}-{digest(iri)}")
            yield ox.Triple(node, Node(VOID + partition), part)
            yield _to(part, VOID + term, iri)
            yield _counts(part, what, number)


def _spaces(terms: Iterable[str]) -> list[str]:
    """Returns the namespaces of terms."""
    return sorted({iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in terms} - {""})


def _dump(node: Node, dump: Dump, licence: str) -> Iterator[ox.Triple]:
    part, file = Node(f"{dump.address}#distribution"), Node(dump.address)
    yield ox.Triple(node, Node(DCAT + "distribution"), part)
    yield _is(part, DCAT + "Distribution")
    yield _says(part, DCTERMS + "title", dump.label)
    yield ox.Triple(part, Node(DCAT + "downloadURL"), file)
    yield _to(part, DCAT + "mediaType", MEDIA_TYPES + dump.media.partition(";")[0])
    if licence:
        yield _licence(part, licence)
    if dump.rdf:
        yield ox.Triple(node, Node(VOID + "dataDump"), file)


def _licence(node: Node, licence: str) -> ox.Triple:
    known = licence.startswith(("http://", "https://")) and is_iri(licence)
    return ox.Triple(node, Node(DCTERMS + "license"), Node(licence) if known else ox.Literal(licence))


def _is(node: Node, kind: str) -> ox.Triple:
    return ox.Triple(node, Node(RDF + "type"), Node(kind))


def _says(node: Node, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(node, Node(predicate), ox.Literal(text))


def _to(node: Node, predicate: str, iri: str) -> ox.Triple:
    return ox.Triple(node, Node(predicate), Node(iri))


def _counts(node: Node, name: str, number: int) -> ox.Triple:
    return ox.Triple(node, Node(VOID + name), ox.Literal(str(number), datatype=Node(XSD + "integer")))
