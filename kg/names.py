"""Names to entities: by id, name or alias, case and accents folded. A name that could be two is never one."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from kg.fact import Entity, Text
from kg.ontology import STATEMENT, Ontology
from kg.problem import Problem, Span, echo, fold


@dataclass(frozen=True, slots=True)
class Referent:
    """What a name may stand for: an entity, or a fact that has an id."""

    iri: str
    """Of the entity; `#id` for a fact, whose IRI follows from what it says."""
    cls: str
    name: str


class Part(NamedTuple):
    """Some words of a text, and where they stand."""

    text: str
    path: str
    whole: Text
    start: int = 0
    """Offset of the words in the whole text."""

    @property
    def span(self) -> Span:
        """The words' place; the begin of the whole text where its characters do not map to columns."""
        if self.whole.exact:
            return Span(self.path, self.whole.line, self.whole.column + self.start, max(1, len(self.text)))
        return Span(self.path, self.whole.line, self.whole.column)


def _unknown_hint(part: Part) -> str:
    """Returns what would mend words that name nothing."""
    if " - " in part.text and not part.whole.exact:
        return "lines are read as one sentence here: every '- ' of a list stands in the same column"
    if re.match("[“”„«]", part.text) or re.search("[“”»]$", part.text):
        return '“ ” are part of the name here: leave them out, or write "…" around all of the text'
    return "add it under entities:, or as an alias (also:) of the one it names"


class Names:
    """Everything that sentences may speak about, by every way to write it."""

    def __init__(self, entities: Iterable[Entity], fact_ids: Iterable[str], ontology: Ontology) -> None:
        self.ontology = ontology
        self._exact: dict[str, Referent] = {}
        self._folded: dict[str, list[Referent]] = defaultdict(list)
        self._spellings: dict[str, str] = {}
        self.fits: Callable[[str, frozenset[str]], bool] = cache(ontology.fits)
        """Says whether something of a class may stand where one of the classes is expected."""
        self.meant: Callable[[str, frozenset[str]], Sequence[Referent]] = cache(self._meant)
        """Returns what a text may mean where one of the classes is expected: what fits, where anything does."""
        self._clear: dict[tuple[str, frozenset[str]], Referent] = {}
        for entity in entities:
            referent = Referent(entity.iri, entity.cls, entity.name)
            self._exact[entity.id] = referent
            for text in dict.fromkeys((*(t for t, _ in (*entity.names, *entity.aliases)), entity.id)):
                self._add(text, referent)
        for identifier in fact_ids:
            self._exact.setdefault(identifier, Referent(f"#{identifier}", STATEMENT, identifier))
            self._add(identifier, self._exact[identifier])

    def _add(self, text: str, referent: Referent) -> None:
        folded = fold(text)
        self._spellings.setdefault(folded, text)
        if referent not in self._folded[folded]:
            self._folded[folded].append(referent)

    def __contains__(self, text: str) -> bool:
        """Says whether the text is a way to write anything."""
        return unicodedata.normalize("NFC", text) in self._exact or fold(text) in self._folded

    def find(self, text: str) -> Sequence[Referent]:
        """Returns what a text may mean: an id exactly as written (in NFC) means its entity, all else folds."""
        exact = self._exact.get(unicodedata.normalize("NFC", text))
        return (exact,) if exact else self._folded.get(fold(text), ())

    def _meant(self, text: str, classes: frozenset[str]) -> Sequence[Referent]:
        everything = self.find(text)
        return self.fitting(everything, classes) or everything

    def fitting(self, referents: Sequence[Referent], classes: frozenset[str]) -> Sequence[Referent]:
        """Returns those of the referents whose class is one of those wanted, or below one."""
        return [r for r in referents if self.fits(r.cls, classes)] if classes else referents

    @cached_property
    def spellings(self) -> Sequence[str]:
        """Every way to write anything, for 'did you mean'."""
        return list(self._spellings.values())

    def one(self, node: Text, path: str, classes: frozenset[str], verb: str) -> Referent | Problem:
        """Returns the one thing of the classes that a whole text names, or why it names none."""
        if known := self._clear.get((node.text, classes)):
            return known
        found = self.meant(node.text, classes)
        if self.is_clear(found, classes):
            self._clear[node.text, classes] = found[0]
            return found[0]
        return self.problem(Part(node.text, path, node), found, classes, verb) or found[0]

    def is_clear(self, referents: Sequence[Referent], classes: frozenset[str]) -> bool:
        """Says whether there is one thing only that is meant, and it is of the classes."""
        return len(referents) == 1 and self.fits(referents[0].cls, classes)

    def problem(
        self, part: Part, referents: Sequence[Referent], classes: frozenset[str], verb: str
    ) -> Problem | None:
        """Returns why words do not name one thing of the classes that `verb` expects, or None where they do."""
        if self.is_clear(referents, classes):
            return None
        shown = echo(part.text, 60)
        if not part.text.strip():
            message = f"'{echo(verb, 60)}' has no text behind it"
            return Problem("bad-structure", message, part.span, "write it, or remove the key")
        if not referents:
            hint = _unknown_hint(part)
            return Problem(
                "unknown-name", f"nothing is called '{shown}'", part.span, hint, part.text, self.spellings
            )
        fitting = self.fitting(referents, classes)
        if not fitting:
            is_a = self.ontology.class_labels({r.cls for r in referents})
            wanted = self.ontology.class_labels(classes)
            message = f"'{shown}' is of class {is_a}; '{echo(verb, 40)}' expects {wanted} here"
            return Problem("class-mismatch", message, part.span)
        if len(fitting) > 1:
            listed = ", ".join(sorted(f"{r.name} ({r.iri.rsplit('/', 1)[-1]})" for r in fitting)[:6])
            message = f"'{shown}' may be any of {len(fitting)}"
            return Problem("ambiguous-name", message, part.span, f"write the id of one: {listed}")
        return None
