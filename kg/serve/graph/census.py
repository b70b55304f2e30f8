"""How often things are in a build too big to be held, counted while its files are read for names. Knows lines only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from kg.terms import KG, PROV, RDF

KEPT = 200
"""Entities that most facts are about, of which the numbers are kept."""

_SUBJECT, _OBJECT, _PREDICATE = (f"<{RDF}{part}>".encode() for part in ("subject", "object", "predicate"))
_EVIDENCE, _SOURCE = (f"<{iri}>".encode() for iri in (KG + "evidence", PROV + "hadPrimarySource"))


@dataclass(frozen=True, slots=True)
class Census:
    """How many statements there are of what."""

    verbs: Counter[str]
    """Property to statements with it."""
    ends: dict[str, int]
    """Entities that most statements have as subject or object, with how many."""
    documents: Counter[str]
    """Document to statements that it supports or denies."""


@dataclass(slots=True)
class Counting:
    """Takes note of lines, one after the other, and then gives the census."""

    ends: Counter[bytes] = field(default_factory=Counter)
    verbs: Counter[bytes] = field(default_factory=Counter)
    sources: dict[bytes, bytes] = field(default_factory=dict)
    """Evidence to document."""
    evidence: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Statement and evidence, statement by statement, as lines are sorted."""

    @property
    def notes(self) -> dict[bytes, Callable[[bytes, bytes], None]]:
        """What takes note of a line, by its predicate: each is given the subject, and the rest of the line."""
        return {
            _SUBJECT: self._end, _OBJECT: self._end, _PREDICATE: self._verb, _EVIDENCE: self._supported,
            _SOURCE: self._sourced,
        }  # fmt: skip

    def _end(self, subject: bytes, rest: bytes) -> None:
        self.ends[rest] += 1

    def _verb(self, subject: bytes, rest: bytes) -> None:
        self.verbs[rest] += 1

    def _supported(self, subject: bytes, rest: bytes) -> None:
        self.evidence.append((subject, rest))

    def _sourced(self, subject: bytes, rest: bytes) -> None:
        self.sources[subject] = rest

    def census(self, is_aside: tuple[str, ...]) -> Census:
        """Returns what was counted; IRIs that begin with one of some texts are no entities."""
        often = ((_iri(end), number) for end, number in self.ends.most_common(2 * KEPT) if end.startswith(b"<"))
        ends = {iri: number for iri, number in often if not iri.startswith(is_aside)}
        verbs = Counter({_iri(verb): number for verb, number in self.verbs.items()})
        return Census(verbs, dict(list(ends.items())[:KEPT]), self._documents())

    def _documents(self) -> Counter[str]:
        found: Counter[bytes] = Counter()
        last, seen = b"", set[bytes]()
        for statement, evidence in self.evidence:
            if statement != last:
                last, seen = statement, set()
            document = self.sources.get(evidence[:-3], b"")
            if document and document not in seen:
                seen.add(document)
                found[document] += 1
        return Counter({_iri(document): number for document, number in found.items()})


def _iri(rest: bytes) -> str:
    """Returns the IRI with which a line ends."""
    return rest[1:-4].decode()
