"""The records that flow from a reader to the graph. They hold what was read and know neither formats nor RDF layout.

Those that a project has thousands of are named tuples: as frozen as a dataclass, but made in half the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from kg.problem import Problem, Span

new = tuple.__new__
"""Makes a record as its class does, `new(Text, (…))`, in half the time: for the places that make ten thousands."""


EVIDENCE_KEYS = ("source", "at", "says", "status", "note", "rank", "id")
"""Keys of a fact's details that are no qualifier's."""

ENTITY_KEYS = ("type", "name", "also", *(key for key in EVIDENCE_KEYS if key != "id"))
"""Keys of an entity's block that are no verb's."""


class Text(NamedTuple):
    """A scalar of a fact file, exactly as it stands there."""

    text: str
    line: int
    """1-based."""
    column: int
    """1-based column of the first character of the text itself, after an opening quote."""
    exact: bool = True
    """True where the n-th character of the text stands n columns further; False for escapes and folded lines."""

    def span(self, path: str) -> Span:
        """Returns its place in the file of that path."""
        return new(Span, (path, self.line, self.column, (len(self.text) or 1) if self.exact else 1))


class Items(NamedTuple):
    """A list of a fact file."""

    items: tuple[Node, ...]
    line: int
    column: int


class Pairs(NamedTuple):
    """A mapping of a fact file: its pairs in the order written, no key twice."""

    pairs: tuple[tuple[Text, Node], ...]
    line: int
    column: int


Node: TypeAlias = "Text | Items | Pairs"


class Entry(NamedTuple):
    """One item of a fact file as a reader found it: the only thing the sentence parser is given."""

    kind: Literal["dataset", "entity", "fact", "aside", "tables"]
    path: str
    """Of the file, relative to the project's folder."""
    head: Text
    """The id of an entity, or the sentence (all of it, or all but the object)."""
    value: Node | None
    """What stands after the colon: an object, several, or details; None where nothing does."""
    source: Text | None = None
    """The file's `source:`, which holds for every entry that names none."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something that facts speak about."""

    id: str
    iri: str
    cls: str
    """IRI of its class; '' where nobody knows it, which is a problem."""
    names: tuple[tuple[str, str], ...]
    """(text, language or ''); the first is the one to show."""
    aliases: tuple[tuple[str, str], ...]
    span: Span

    @property
    def name(self) -> str:
        """The name to show, or the id of an entity without one."""
        return self.names[0][0] if self.names else self.id


class Bounds(NamedTuple):
    """First and last day of a begin and of an end, ISO 8601; '' where that is open (CRM P82a, P81a, P81b, P82b)."""

    begin_of_begin: str = ""
    end_of_begin: str = ""
    begin_of_end: str = ""
    end_of_end: str = ""


class Quantity(NamedTuple):
    """A number as a source writes it (Wikidata's amount, bounds, unit)."""

    written: str
    amount: str
    """A plain decimal; a percentage is a fraction of one."""
    lower: str
    """Least that the wording allows; '' where open."""
    upper: str
    unit: str = ""


class Value(NamedTuple):
    """What may stand as an object or behind a qualifier, ready for the graph."""

    term: str
    """As N-Triples text; for a quantity '' until the layout mints its IRI."""
    bounds: Bounds | None = None
    """Of a date."""
    quantity: Quantity | None = None


class Evidence(NamedTuple):
    """Who says a fact, where, and how."""

    document: str
    """IRI of the document."""
    locator: str = ""
    """As written in `at:`."""
    speakers: tuple[str, ...] = ()
    """IRIs, innermost first: whose words they are, then who passed them on."""
    status: str = "asserted"
    rank: str = "normal"
    note: str = ""

    @property
    def stands(self) -> bool:
        """Says whether its fact is plain truth for it: asserted, and not known to be wrong."""
        return self.status == "asserted" and self.rank != "deprecated"


class Fact(NamedTuple):
    """One sentence, as one source states it, with every name resolved."""

    subject: str
    """IRI of an entity, or `#id` of a named fact until the corpus resolves it."""
    property: str
    """IRI, the canonical way round."""
    object: Value
    qualifiers: tuple[tuple[str, Value], ...]
    """(property IRI, value), sorted, without duplicates."""
    bounds: Bounds | None
    """Of the whole statement, from its object and its qualifiers of time."""
    evidence: Evidence
    identifier: str
    """What `id:` calls it, or ''."""
    span: Span
    """Of the sentence."""
    at: Span
    """Of the locator, or of the sentence where there is none."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """What the one `dataset:` entry of a project says."""

    id: str = "dataset"
    base: str = ""
    title: str = ""
    language: str = ""
    license: str = ""
    documents: str = ""
    """Folder of the documents, relative to the project's; '' where they are not at hand."""
    span: Span = field(default_factory=lambda: Span("facts", 0, 1))


@dataclass(frozen=True, slots=True)
class Aside:
    """A passage that a reader has read and made no fact of."""

    document: str
    """IRI."""
    locator: str
    reason: str
    """Opinion, metaphor, image caption, boilerplate …"""
    span: Span


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything a project's fact files say, and what is wrong with them."""

    dataset: Dataset
    entities: Mapping[str, Entity]
    """By IRI, sorted."""
    facts: tuple[Fact, ...]
    asides: tuple[Aside, ...]
    problems: tuple[Problem, ...]
