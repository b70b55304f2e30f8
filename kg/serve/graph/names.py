"""The names that people may type for an entity, folded once and searched fast. Knows labels and classes, no HTTP."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from kg.problem import fold
from kg.query import Dataset
from kg.serve.graph import alike
from kg.terms import DCTERMS, KG, MINTED, RDF, RDFS, SKOS, text_of

LABELS = (RDFS + "label", SKOS + "prefLabel")
ALIASES = (SKOS + "altLabel",)
ELSEWHERE = (
    "http://xmlns.com/foaf/0.1/name", "https://schema.org/name", "http://schema.org/name", DCTERMS + "title",
    "http://purl.org/dc/elements/1.1/title",
)  # fmt: skip
"""Properties that name what has no label, in data that are not ours."""

NAMING = (*LABELS[1:], *ELSEWHERE)
"""Properties that name what has no rdfs:label; the first that a thing has stands for one."""

_TYPE = RDF + "type"

Row = tuple[str, str, str, bool]
"""Subject, predicate, object, whether that is an IRI."""

Notes = Mapping[bytes, Callable[[bytes, bytes], None]]
"""Predicate, as lines have it, to what takes note of a line with it: subject, and the rest with its end."""

_START = "\x01"
"""Stands before every word, so that its beginning is found as fast as any text."""

_LAST = "\U0010ffff"
"""Comes behind every letter."""

MANY = 2000
"""Names with one beginning above which they are not sorted for one search."""

COMPARED = 20_000
"""Names up to which a likely spelling is looked for."""

_WORD = re.compile(r"(?<!\w)(?=\w)")


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one entity."""

    folded: str
    text: str
    iri: str
    is_label: bool
    """Whether it is its label rather than an alias."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entity that a search finds."""

    iri: str
    name: str
    """The name that matched."""
    rank: int
    """0 the whole name, 1 its beginning, 2 the beginning of a word in it, 3 each word somewhere, 4 a part of a word."""


class _Text:
    """Names one a line, the shortest first: what is found first is what fits best."""

    def __init__(self, names: Iterable[Name], numbers: Iterable[int]) -> None:
        self.numbers = array("L", numbers)
        marked = [_marked(name.folded) for name in names]
        self.text = "\n" + "\n".join(marked) + "\n"
        self.starts, place = array("L"), 1
        for line in marked:
            self.starts.append(place)
            place += len(line) + 1
        self.starts.append(place)
        self.order = sorted(range(len(marked)), key=marked.__getitem__)
        self.sorted = [marked[line] for line in self.order]
        once: dict[str, str] = {}  # the same word, the same object
        words = sorted((once.setdefault(w, w), line) for line, t in enumerate(marked) for w in {*t.split(_START)[1:]})
        self.words = [word for word, _ in words]
        self.places = array("L", (line for _, line in words))

    def search(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Yields (rank, number of the name), the best first; a name may come again under a worse rank."""
        marked = _marked(wanted)
        yield from self._beginning(marked)
        words = sorted(set(re.findall(rf"{_START}(\w+)", marked)), key=self._count)
        if len(words) < 2:
            if marked.startswith(_START):
                yield from ((2, number) for number in self._all(marked))
        else:
            having = self._having(words)
            lines = sorted(having)
            yield from ((2, self.numbers[line]) for line in lines if self._is_in(marked, line))
            yield from ((3, self.numbers[line]) for line in lines)
        yield from ((4, number) for number in self._all(marked.removeprefix(_START)))

    def _beginning(self, marked: str) -> Iterator[tuple[int, int]]:
        """Yields names that are or begin with it: a few from the sorted ones, many as they come in the text."""
        low, high = bisect_left(self.sorted, marked), bisect_left(self.sorted, marked + _LAST)
        if high - low > MANY:
            yield from ((0, number) for number in self._all(f"\n{marked}\n"))
            yield from ((1, number) for number in self._all(f"\n{marked}"))
            return
        exact = bisect_right(self.sorted, marked)
        yield from ((0, self.numbers[line]) for line in sorted(self.order[low:exact]))
        yield from ((1, self.numbers[line]) for line in sorted(self.order[exact:high]))

    def _all(self, part: str) -> Iterator[int]:
        """Yields the names in which a text stands; none at once where a word that it begins stands in none."""
        begun = re.findall(rf"{_START}(\w+)", part)
        if all(map(self._count, begun)):
            yield from (self.numbers[line] for line in self._lines(part))

    def _range(self, word: str) -> tuple[int, int]:
        """Returns where in the sorted words those stand that begin so."""
        return bisect_left(self.words, word), bisect_left(self.words, word + _LAST)

    def _count(self, word: str) -> int:
        low, high = self._range(word)
        return high - low

    def _having(self, words: Sequence[str]) -> set[int]:
        """Returns the lines in which each of several words, the rarest first, begins one."""
        found: set[int] | None = None
        for word in words:
            low, high = self._range(word)
            found = set(self.places[low:high]) if found is None else found.intersection(self.places[low:high])
            if not found:
                break
        return found or set()

    def _is_in(self, part: str, line: int) -> bool:
        return self.text.find(part, self.starts[line], self.starts[line + 1]) >= 0

    def _lines(self, part: str) -> Iterator[int]:
        place = self.text.find(part)
        while place >= 0:
            line = bisect_right(self.starts, place + (part[0] == "\n")) - 1
            yield line
            place = self.text.find(part, self.text.index("\n", self.starts[line]) - (part[0] == "\n" == part[-1]))


def _marked(folded: str) -> str:
    return _WORD.sub(_START, folded)


@dataclass(frozen=True)
class Names:
    """All names, the shortest first."""

    entries: tuple[Name, ...]
    classes: dict[str, tuple[str, ...]]
    """Entity to its classes."""

    @classmethod
    def of(cls, dataset: Dataset) -> Names:
        """Returns the names of all that has a label or alias, other than terms and what is minted from content.

        Where nothing has one, other vocabularies' properties for names stand in.
        """
        rows = (row for predicate in (*LABELS, *ALIASES, *ELSEWHERE, _TYPE) for row in _stored(dataset, predicate))
        return cls._of_rows(dataset.base, rows)

    @classmethod
    def of_lines(cls, base: str, build: Path, notes: Notes = MappingProxyType({})) -> Names:
        """Returns the names of a build by its files, whose store need not be opened for that.

        `notes` are taken of other lines, but for those of the ontology, while they are at hand.
        """
        files = {build / "facts.nt": notes, build / "inferred.nt": notes, build / "ontology.nt": {}}
        return cls._of_rows(base, (row for file, aside in files.items() for row in _written(file, aside)))

    @classmethod
    def _of_rows(cls, base: str, rows: Iterable[Row]) -> Names:
        minted = (*(f"{base}{folder}/" for folder in MINTED), KG)
        found: set[Name] = set()
        others: set[Name] = set()
        classes: dict[str, set[str]] = {}
        for subject, predicate, text, is_iri in rows:
            if subject.startswith(minted):
                continue
            if predicate == _TYPE:
                classes.setdefault(subject, set()).update([text] if is_iri else [])
            elif not is_iri and (folded := fold(text.replace(_START, " "))):
                into = others if predicate in ELSEWHERE else found
                into.add(Name(folded, text, subject, predicate not in ALIASES))
        named = {name.iri for name in found}
        found |= {name for name in others if name.iri not in named}
        order = sorted(found, key=lambda n: (len(n.folded), n.folded, not n.is_label, n.iri, n.text))
        return cls(tuple(order), {subject: tuple(sorted(kinds)) for subject, kinds in classes.items()})

    @cached_property
    def _whole(self) -> _Text:
        return _Text(self.entries, range(len(self.entries)))

    @cached_property
    def _parts(self) -> dict[str, _Text]:
        """The names of each class's entities."""
        numbers: dict[str, list[int]] = {}
        for number, name in enumerate(self.entries):
            for one in self.classes.get(name.iri, ()):
                numbers.setdefault(one, []).append(number)
        return {one: _Text((self.entries[n] for n in found), found) for one, found in numbers.items()}

    def warm(self) -> None:
        """Does now what the first search would."""
        _ = self._whole, self._parts, self._listed

    def search(self, words: str, limit: int, classes: Iterable[str] = ()) -> list[Found]:
        """Returns entities that the words name, the best first, each once; of the classes, where some are given."""
        wanted, kept = fold(words.replace(_START, " ")), sorted(set(classes))
        if not wanted:
            return []
        texts = [self._parts[one] for one in kept if one in self._parts] if kept else [self._whole]
        best: dict[str, Found] = {}
        for rank, number in merge(*(text.search(wanted) for text in texts)):
            name = self.entries[number]
            if name.iri not in best:
                best[name.iri] = Found(name.iri, name.text, rank)
                if len(best) == limit:
                    break
        return list(best.values())

    @cached_property
    def _listed(self) -> tuple[str, ...]:
        """All entities that have a class: by their labels, then by their IRIs those that have none."""
        named = sorted((name for name in self.entries if name.is_label), key=lambda name: (name.folded, name.iri))
        known = dict.fromkeys(name.iri for name in named if name.iri in self.classes)
        return tuple(known) + tuple(sorted(self.classes.keys() - known))

    def of_class(self, classes: Iterable[str]) -> list[str]:
        """Returns the entities of the classes, by their labels; last those without one."""
        kept = set(classes)
        return [iri for iri in self._listed if self.is_of(iri, kept)]

    def is_of(self, iri: str, classes: Set[str]) -> bool:
        """Says whether an entity is of one of the classes."""
        return not classes.isdisjoint(self.classes.get(iri, ()))

    def near(self, words: str, classes: Set[str] = frozenset()) -> list[str]:
        """Returns names that may have been meant, of the classes where some are given; none of too many to compare."""
        if len(self.entries) > COMPARED:
            return []
        return alike.near(words[:100], [n.text for n in self.entries if not classes or self.is_of(n.iri, classes)])


def _stored(dataset: Dataset, predicate: str) -> Iterator[Row]:
    """Yields what a store says by a predicate."""
    for quad in dataset.store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode):
            yield quad.subject.value, predicate, quad.object.value, isinstance(quad.object, ox.NamedNode)


def _written(file: Path, notes: Notes) -> Iterator[Row]:
    """Yields what a file of N-Triples says by the predicates that names and classes are told by."""
    wanted = {f"<{predicate}>".encode(): predicate for predicate in (*LABELS, *ALIASES, *ELSEWHERE, _TYPE)}
    with file.open("rb") as lines:
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            if predicate in notes:
                notes[predicate](subject, rest)
            elif predicate in wanted and subject.startswith(b"<") and not rest.startswith(b"_"):
                text = rest.rstrip(b" .\n").decode()
                yield subject[1:-1].decode(), wanted[predicate], text_of(text), text.startswith("<")
