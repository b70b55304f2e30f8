"""How facts are laid out in RDF: the one place that knows. Records in, canonical N-Triples lines out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from kg import locator
from kg.fact import Bounds, Corpus, Entity, Evidence, Fact, Quantity, Value, new
from kg.terms import DCTERMS, KG, OA, PROV, RDF, RDFS, SKOS, XSD, digest, iri, literal, slug

_TYPE, _LABEL, _ALIAS = iri(RDF + "type"), iri(RDFS + "label"), iri(SKOS + "altLabel")
_SUBJECT, _PREDICATE, _OBJECT, _RDF_VALUE = (iri(RDF + part) for part in ("subject", "predicate", "object", "value"))
_EVIDENCE, _STATUS, _RANK, _NOTE = (iri(KG + name) for name in ("evidence", "status", "rank", "note"))
_SPEAKER, _RELAYED_BY, _SPEAKERS = (iri(KG + name) for name in ("speaker", "relayedBy", "speakers"))
_DOCUMENT, _IDENTIFIER = iri(PROV + "hadPrimarySource"), iri(DCTERMS + "identifier")
_SELECTOR, _EXACT, _START, _END = (iri(OA + name) for name in ("hasSelector", "exact", "start", "end"))
_A_STATEMENT, _AN_EVIDENCE, _A_QUANTITY = (f"{_TYPE} {iri(KG + c)} ." for c in ("Statement", "Evidence", "Quantity"))
_A_QUOTE, _A_FRAGMENT, _A_POSITION = (
    f"{_TYPE} {iri(OA + kind)} ." for kind in ("TextQuoteSelector", "FragmentSelector", "TextPositionSelector")
)
_AMOUNT, _LOWER, _UPPER, _UNIT = (iri(KG + name) for name in ("amount", "lowerBound", "upperBound", "unit"))
_DIGEST = iri(KG + "digest")
_DATE, _DECIMAL, _INTEGER = (f"^^{iri(XSD + name)}" for name in ("date", "decimal", "integer"))
_BOUNDS = Bounds(*(iri(KG + name) for name in ("beginOfBegin", "endOfBegin", "beginOfEnd", "endOfEnd")))


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


class Place(NamedTuple):
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
    subject, prop, value, qualifiers = fact[:4]
    said = [subject, prop, _content(value)]
    for name, qualifier in qualifiers:
        said.append(f"{name} {_content(qualifier)}")
    return digest(*said)


def _content(value: Value) -> str:
    return value.term or f"quantity {value.quantity.written}"  # type: ignore[union-attr]


def value_node(base: str, value: Value) -> str:
    """Returns the term that stands for a value in the graph: its own, or the IRI of its quantity."""
    return value.term or f"<{base}quantity/{slug(value.quantity.written)}>"  # type: ignore[union-attr]


def evidence_key(evidence: Evidence) -> str:
    """Returns the digest of one piece of evidence; facts with equal evidence share its node."""
    document, words, speakers, status, rank, note = evidence
    return digest(document, words, " < ".join(speakers), status, rank, note)


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
            layout.said[dataset].add(f"{dataset} {iri(DCTERMS + name)} {literal(text)} .")
    for fact in corpus.facts:
        layout.fact(fact)
    return layout.lines(), tuple(layout.places)


class _Layout:
    """Collects what is said of each node; equal nodes are written once."""

    def __init__(self, base: str, anchors: Mapping[tuple[str, str], Anchor]) -> None:
        self.base, self.anchors = base, anchors
        self.said: dict[str, set[str]] = defaultdict(set)
        """Entity to its lines: what several facts state stands there once."""
        self.stated: dict[str, list[str]] = {}
        """Statement to its lines, nearly sorted, none twice."""
        self.minted: dict[str, list[str]] = {}
        """Evidence, selector or quantity to all its lines, sorted: content says it whole."""
        self.places: list[Place] = []
        self._evidence: dict[Evidence, str] = {}

    def lines(self) -> tuple[str, ...]:
        """Returns all lines, sorted; as no node begins another, each is sorted by itself."""
        whole = {node: sorted(lines) for node, lines in chain(self.said.items(), self.stated.items())}
        for node in self.said.keys() & self.stated.keys():  # facts that speak about a fact
            whole[node] = sorted(self.said[node].union(self.stated[node]))
        whole.update(self.minted)
        lines: list[str] = []
        for node in sorted(whole):
            lines += whole[node]
        return tuple(lines)

    def entity(self, entity: Entity) -> None:
        """Adds an entity: its class, names and aliases."""
        node, span = iri(entity.iri), entity.span
        said = self.said[node]
        said.add(f"{node} {_TYPE} {iri(entity.cls)} .")
        said |= {f"{node} {_LABEL} {literal(text, language=tag)} ." for text, tag in entity.names or ((entity.id, ""),)}
        said |= {f"{node} {_ALIAS} {literal(text, language=tag)} ." for text, tag in entity.aliases}
        self.places.append(Place(entity.iri, "", *span))

    def fact(self, fact: Fact) -> None:
        """Adds a fact: its plain triple where it is asserted, its statement, its evidence."""
        iri_of_subject, iri_of_property, value, qualifiers, bounds, evidence, identifier, span, _ = fact
        subject, prop, obj = f"<{iri_of_subject}>", f"<{iri_of_property}>", self._value(value)
        if evidence.stands:
            self.said[subject].add(f"{subject} {prop} {obj} .")
        key, source = statement_key(fact), self._evidence.get(evidence) or self._add_evidence(evidence)
        node = f"<{self.base}statement/{key}>"
        more = [f"{node} {_EVIDENCE} {source} ."]
        if identifier:
            more.append(f"{node} {_IDENTIFIER} {literal(identifier)} .")
        known = self.stated.get(node)
        if known is None:
            said = self.stated[node] = [
                f"{node} {_OBJECT} {obj} .", f"{node} {_PREDICATE} {prop} .", f"{node} {_SUBJECT} {subject} .",
                f"{node} {_A_STATEMENT}", *more,
            ]  # fmt: skip
            if bounds:
                days = zip(_BOUNDS, bounds, strict=True)
                said += [f'{node} {bound} "{day}"{_DATE} .' for bound, day in days if day]
            for name, qualifier in qualifiers:
                said.append(f"{node} <{name}> {self._value(qualifier)} .")
        else:
            known += [line for line in more if line not in known]
        self.places.append(new(Place, (node[1:-1], source[1:-1], *span)))

    def _value(self, value: Value) -> str:
        if not value.quantity:
            return value.term
        node = value_node(self.base, value)
        if node not in self.minted:
            self.minted[node] = _quantity_lines(node, value.quantity)
        return node

    def _add_evidence(self, evidence: Evidence) -> str:
        node = f"<{self.base}evidence/{evidence_key(evidence)}>"
        self._evidence[evidence] = node
        self.minted[node] = self._evidence_lines(node, evidence)
        return node

    def _evidence_lines(self, node: str, evidence: Evidence) -> list[str]:
        """Returns what is said of a piece of evidence, sorted."""
        document, words, speakers, status, rank, note = evidence
        said = [f"{node} {_AN_EVIDENCE}"]
        if words:
            said.append(f"{node} {_SELECTOR} {self._selector(document, words)} .")
        said.append(f"{node} {_DOCUMENT} <{document}> .")
        if note:
            said.append(f"{node} {_NOTE} {literal(note)} .")
        if rank != "normal":
            said.append(f"{node} {_RANK} {iri(KG + rank)} .")
        if len(speakers) > 1:
            said += sorted({f"{node} {_RELAYED_BY} {iri(speaker)} ." for speaker in speakers[1:]})
        if speakers:
            said.append(f"{node} {_SPEAKER} {iri(speakers[0])} .")
        if len(speakers) > 1:
            chain = " < ".join(speaker.removeprefix(self.base) for speaker in speakers)
            said.append(f"{node} {_SPEAKERS} {literal(chain)} .")
        said.append(f"{node} {_STATUS} <{KG}{status}> .")
        return said

    def _selector(self, document: str, words: str) -> str:
        node = f"<{self.base}selector/{digest(document, words)}>"
        if node not in self.minted:
            self.minted[node] = _selector_lines(node, words, self.anchors.get((document, words)))
        return node


def _quantity_lines(node: str, quantity: Quantity) -> list[str]:
    """Returns what is said of a quantity, sorted."""
    said = [f"{node} {_A_QUANTITY}", f"{node} {_LABEL} {literal(quantity.written)} ."]
    if quantity.amount:
        said.append(f'{node} {_AMOUNT} "{quantity.amount}"{_DECIMAL} .')
    if quantity.lower:
        said.append(f'{node} {_LOWER} "{quantity.lower}"{_DECIMAL} .')
    if quantity.unit:
        said.append(f"{node} {_UNIT} {literal(quantity.unit)} .")
    if quantity.upper:
        said.append(f'{node} {_UPPER} "{quantity.upper}"{_DECIMAL} .')
    return said


def _selector_lines(node: str, text: str, anchor: Anchor | None) -> list[str]:
    """Returns, sorted, what a selector says: words or numbers, and where they were found (Web Annotation)."""
    where = locator.parse(text)
    if where.kind == "fragment" and not where.last:
        exact = f"{node} {_EXACT} {literal(where.first)} ."
        said = [f"{node} {_A_QUOTE}", f"{node} {_LABEL} {literal(text)} .", exact]
    else:
        value = f'{node} {_RDF_VALUE} "{where.fragment}" .'
        said = [f"{node} {_A_FRAGMENT}", value, f"{node} {_LABEL} {literal(text)} ."]
    if anchor:
        said += (
            f"{node} {_A_POSITION}", f'{node} {_START} "{anchor.start}"{_INTEGER} .',
            f'{node} {_END} "{anchor.end}"{_INTEGER} .', f'{node} {_DIGEST} "{anchor.digest}" .',
        )  # fmt: skip
        said.sort()
    return said
