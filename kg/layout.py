"""How facts are laid out in RDF: the one place that knows. Records in, canonical N-Triples lines out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg import locator
from kg.fact import Bounds, Corpus, Entity, Evidence, Fact, Quantity, Value
from kg.terms import DCTERMS, KG, OA, PROV, RDF, RDFS, SKOS, XSD, digest, iri, literal, slug

_TYPE, _LABEL, _ALIAS = iri(RDF + "type"), iri(RDFS + "label"), iri(SKOS + "altLabel")
_STATEMENT = f"{_TYPE} {iri(KG + 'Statement')} ."
_SUBJECT, _PREDICATE, _OBJECT = (iri(RDF + part) for part in ("subject", "predicate", "object"))
_EVIDENCE = iri(KG + "evidence")
_BOUNDS = {
    "begin_of_begin": iri(KG + "beginOfBegin"), "end_of_begin": iri(KG + "endOfBegin"),
    "begin_of_end": iri(KG + "beginOfEnd"), "end_of_end": iri(KG + "endOfEnd"),
}  # fmt: skip
@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a locator was found in its document, as facts/locators.lock keeps it."""

    start: int
    """Offset of the passage's first character in the document's file, 0-based."""
    end: int
    """Offset behind its last character."""
    digest: str
    """SHA-256 of the passage, hexadecimal."""


@dataclass(frozen=True, slots=True)
class Graphs:
    """The whole dataset as canonical N-Triples lines, sorted, without duplicates."""

    base: str
    """Dataset IRI; ends in / or #."""
    prefixes: Mapping[str, str]
    """Prefix to namespace, in the order to print."""
    facts: tuple[str, ...]
    """Lines without line end: '<s> <p> <o> .'"""
    inferred: tuple[str, ...] = ()
    ontology: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement (with one piece of evidence) or an entity is written."""

    node: str
    """IRI of the statement or entity."""
    evidence: str
    """IRI of the evidence, '' for an entity."""
    path: str
    line: int
    column: int
    length: int


def statement_key(fact: Fact) -> str:
    """Returns the digest of what a fact says, whoever says it."""
    return digest(
        fact.subject, fact.property, _content(fact.object), *(f"{p} {_content(v)}" for p, v in fact.qualifiers)
    )


def _content(value: Value) -> str:
    return value.term or f"quantity {value.quantity.written}"  # type: ignore[union-attr]


def evidence_key(evidence: Evidence) -> str:
    """Returns the digest of one piece of evidence; facts with equal evidence share its node."""
    return digest(
        evidence.document, evidence.locator, " < ".join(evidence.speakers), evidence.status, evidence.rank,
        evidence.note,
    )  # fmt: skip


def graph_lines(
    corpus: Corpus, anchors: Mapping[tuple[str, str], Anchor]
) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """Returns the lines of the graph of facts, sorted, and where each statement and entity is written.

    `anchors` maps (document IRI, locator as written) to where the passage was found.
    """
    layout = _Layout(corpus.dataset.base, anchors)
    for entity in corpus.entities.values():
        layout.entity(entity)
    dataset = iri(corpus.dataset.base + corpus.dataset.id)
    for name in ("license", "language"):
        if text := getattr(corpus.dataset, name):
            layout.out.append(f"{dataset} {iri(DCTERMS + name)} {literal(text)} .")
    for fact in corpus.facts:
        layout.fact(fact)
    return tuple(sorted(dict.fromkeys(layout.out))), tuple(layout.places)


class _Layout:
    """Collects the lines of one graph; equal nodes are written once."""

    def __init__(self, base: str, anchors: Mapping[tuple[str, str], Anchor]) -> None:
        self.base, self.anchors = base, anchors
        self.out: list[str] = []
        self.places: list[Place] = []
        self._evidence: dict[Evidence, str] = {}
        self._seen: set[str] = set()

    def entity(self, entity: Entity) -> None:
        """Adds an entity: its class, names and aliases."""
        node, span = iri(entity.iri), entity.span
        self.out.append(f"{node} {_TYPE} {iri(entity.cls)} .")
        for text, language in entity.names or ((entity.id, ""),):
            self.out.append(f"{node} {_LABEL} {literal(text, language=language)} .")
        for text, language in entity.aliases:
            self.out.append(f"{node} {_ALIAS} {literal(text, language=language)} .")
        self.places.append(Place(entity.iri, "", span.path, span.line, span.column, span.length))

    def fact(self, fact: Fact) -> None:
        """Adds a fact: its plain triple where it is asserted, its statement, its evidence."""
        key = statement_key(fact)
        subject, prop, obj = iri(fact.subject), iri(fact.property), self._value(fact.object)
        node = f"<{self.base}statement/{key}>"
        evidence = self._evidence.get(fact.evidence) or self._add_evidence(fact.evidence)
        out = self.out
        if fact.evidence.status == "asserted" and fact.evidence.rank != "deprecated":
            out.append(f"{subject} {prop} {obj} .")
        if key not in self._seen:
            self._seen.add(key)
            out += (
                f"{node} {_STATEMENT}", f"{node} {_SUBJECT} {subject} .", f"{node} {_PREDICATE} {prop} .",
                f"{node} {_OBJECT} {obj} .",
            )  # fmt: skip
            out += [f"{node} {iri(name)} {self._value(value)} ." for name, value in fact.qualifiers]
            if fact.bounds:
                out += _bound_lines(node, fact.bounds)
        if fact.identifier:
            out.append(f"{node} {iri(DCTERMS + 'identifier')} {literal(fact.identifier)} .")
        out.append(f"{node} {_EVIDENCE} {evidence} .")
        span = fact.span
        place = Place(node[1:-1], evidence[1:-1], span.path, span.line, span.column, span.length)
        self.places.append(place)

    def _value(self, value: Value) -> str:
        if not value.quantity:
            return value.term
        node = f"<{self.base}quantity/{slug(value.quantity.written)}>"
        if node not in self._seen:
            self._seen.add(node)
            self.out += _quantity_lines(node, value.quantity)
        return node

    def _add_evidence(self, evidence: Evidence) -> str:
        node = f"<{self.base}evidence/{evidence_key(evidence)}>"
        self._evidence[evidence] = node
        lines = [
            f"{_TYPE} {iri(KG + 'Evidence')}", f"{iri(PROV + 'hadPrimarySource')} {iri(evidence.document)}",
            f"{iri(KG + 'status')} {iri(KG + evidence.status)}",
        ]  # fmt: skip
        if evidence.rank != "normal":
            lines.append(f"{iri(KG + 'rank')} {iri(KG + evidence.rank)}")
        if evidence.note:
            lines.append(f"{iri(KG + 'note')} {literal(evidence.note)}")
        if evidence.speakers:
            lines.append(f"{iri(KG + 'speaker')} {iri(evidence.speakers[0])}")
            lines += [f"{iri(KG + 'relayedBy')} {iri(speaker)}" for speaker in evidence.speakers[1:]]
        if len(evidence.speakers) > 1:
            chain = " < ".join(speaker.removeprefix(self.base) for speaker in evidence.speakers)
            lines.append(f"{iri(KG + 'speakers')} {literal(chain)}")
        if evidence.locator:
            lines.append(f"{iri(OA + 'hasSelector')} {self._selector(evidence)}")
        self.out += [f"{node} {line} ." for line in lines]
        return node

    def _selector(self, evidence: Evidence) -> str:
        node = f"<{self.base}selector/{digest(evidence.document, evidence.locator)}>"
        if node not in self._seen:
            self._seen.add(node)
            anchor = self.anchors.get((evidence.document, evidence.locator))
            self.out += [f"{node} {line} ." for line in _selector_lines(evidence.locator, anchor)]
        return node


def _bound_lines(node: str, bounds: Bounds) -> Iterable[str]:
    for name, predicate in _BOUNDS.items():
        if day := getattr(bounds, name):
            yield f"{node} {predicate} {literal(day, XSD + 'date')} ."


def _quantity_lines(node: str, quantity: Quantity) -> Iterable[str]:
    yield f"{node} {_TYPE} {iri(KG + 'Quantity')} ."
    yield f"{node} {_LABEL} {literal(quantity.written)} ."
    for name, text in (("amount", quantity.amount), ("lowerBound", quantity.lower), ("upperBound", quantity.upper)):
        if text:
            yield f"{node} {iri(KG + name)} {literal(text, XSD + 'decimal')} ."
    if quantity.unit:
        yield f"{node} {iri(KG + 'unit')} {literal(quantity.unit)} ."


def _selector_lines(text: str, anchor: Anchor | None) -> Iterable[str]:
    """Yields what a selector says: the words or numbers of the locator, and where they were found (Web Annotation)."""
    where = locator.parse(text)
    yield f"{_LABEL} {literal(text)}"
    if where.kind == "fragment" and not where.last:
        yield f"{_TYPE} {iri(OA + 'TextQuoteSelector')}"
        yield f"{iri(OA + 'exact')} {literal(where.first)}"
    else:
        yield f"{_TYPE} {iri(OA + 'FragmentSelector')}"
        yield f"{iri(RDF + 'value')} {literal(where.fragment)}"
    if anchor:
        yield f"{_TYPE} {iri(OA + 'TextPositionSelector')}"
        yield f"{iri(OA + 'start')} {literal(str(anchor.start), XSD + 'integer')}"
        yield f"{iri(OA + 'end')} {literal(str(anchor.end), XSD + 'integer')}"
        yield f"{iri(KG + 'digest')} {literal(anchor.digest)}"
