"""The reading ledger: each sentence of a document is cited by facts, set aside with a reason, or neither."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg import locator
from kg.evidence import Document, find
from kg.fact import Corpus
from kg.problem import echo

CITED, ASIDE, NEITHER = "cited", "set aside", "neither"

SHOWN = 10
"""Sentences of one document that are printed unless all are asked for."""

_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[¡¿]*[A-ZÁÉÍÓÚÑ0-9])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"“])(?:[A-Z]|[A-Z]\.[A-Z](?:\.[A-Z])*|Mr|Mrs|Ms|Dr|Sen|Gov|Gen|Rep|St|No|Ph\.D|vs|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$"
)
_ITEM = re.compile(r"(?:[a-z]|[ivx]{1,5})[.)]\s")
"""How an item of a list may begin with small letters: "a) ", "iv. "."""

LOOK_BACK = 24
"""Characters before a full stop in which an abbreviation is looked for: a line may be a whole document long."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a document, and what the fact files make of it."""

    line: int
    """1-based, in the document's file."""
    text: str
    """With a space for each end of a line within it."""
    status: str
    """cited, set aside, or neither."""
    facts: tuple[str, ...]
    """path:line of each fact that cites it."""
    reason: str
    """Why it is set aside."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All sentences of one document, in reading order."""

    document: str
    """Its id."""
    sentences: tuple[Sentence, ...]

    def count(self, status: str) -> int:
        """Returns how many sentences have the status."""
        return sum(sentence.status == status for sentence in self.sentences)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yields (start, end) of each sentence of one paragraph; an abbreviation's dot ends none.

    >>> [ "He left. Mr. X of the U.S. stayed!"[s:e] for s, e in sentences("He left. Mr. X of the U.S. stayed!") ]
    ['He left.', 'Mr. X of the U.S. stayed!']
    """
    start = len(text) - len(text.lstrip())
    for match in _END.finditer(text):
        if text[match.start()] == "." and _is_abbreviated(text, match.start()):
            continue
        end = match.start() + len(match.group().rstrip())
        if re.search(r"\w", text[start:end]):
            yield start, end
        start = match.end()
    if re.search(r"\w", text[start:]):
        yield start, len(text.rstrip())


def _is_abbreviated(text: str, dot: int) -> bool:
    """Says whether an abbreviation stands before a full stop."""
    return _ABBREVIATION.search(text, max(0, dot - LOOK_BACK), dot) is not None


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yields (start, end) of each line, or of several where a sentence clearly goes on from each to the next.

    It does where the line is not ended by a full stop and the one right below begins with a small letter. Every other
    line stands for itself, as headings and items of lists do; so does one that goes on with a capital or a number.

    >>> list(paragraphs("It was\\nlate.\\nResults"))
    [(0, 12), (13, 20)]
    """
    start = end = -1
    for line in re.finditer(r"[^\n]+", text):
        if start >= 0 and not (line.start() == end + 1 and _goes_on(text, start, end, line.group())):
            yield start, end
            start = -1
        start, end = line.start() if start < 0 else start, line.end()
    if start >= 0:
        yield start, end


def _goes_on(text: str, start: int, end: int, below: str) -> bool:
    """Says whether the sentence at the end of a paragraph goes on in the line below it."""
    below = below.lstrip()
    if not below[:1].islower() or _ITEM.match(below):
        return False
    last = text[max(start, end - LOOK_BACK) : end].rstrip().rstrip("\"'”’)]")
    return not last.endswith((".", "!", "?", "…")) or (last[-1] == "." and _is_abbreviated(last, len(last) - 1))


def ledgers(corpus: Corpus, documents: Mapping[str, Document]) -> list[Ledger]:
    """Returns the ledger of each document at hand, by id."""
    cited: dict[str, list[tuple[int, int, str]]] = {}
    for fact in corpus.facts:
        place = _place(fact.evidence.document, fact.evidence.locator, documents)
        if place:
            entry = (*place, f"{fact.span.path}:{fact.span.line}")
            cited.setdefault(fact.evidence.document, []).append(entry)
    asides: dict[str, list[tuple[int, int, str]]] = {}
    for aside in corpus.asides:
        if place := _place(aside.document, aside.locator, documents):
            asides.setdefault(aside.document, []).append((*place, aside.reason))
    base = corpus.dataset.base
    return [
        Ledger(iri.removeprefix(base), tuple(_sentences(document, cited.get(iri, ()), asides.get(iri, ()))))
        for iri, document in sorted(documents.items())
    ]


def _place(document: str, where: str, documents: Mapping[str, Document]) -> tuple[int, int] | None:
    """Returns the one place that a locator fits, None where the document is not at hand or it fits not just one."""
    if not where or document not in documents:
        return None
    places = find(locator.parse(where), documents[document])
    return places[0] if len(places) == 1 else None


def _sentences(
    document: Document, cited: Iterable[tuple[int, int, str]], asides: Iterable[tuple[int, int, str]]
) -> Iterator[Sentence]:
    """Yields each sentence of a document with its status; one that is both cited and set aside is cited."""
    for first, last in document.ranges:
        text = document.text[first:last]
        for begin, until in paragraphs(text):
            for start, end in sentences(text[begin:until]):
                at, to = first + begin + start, first + begin + end
                facts = tuple(dict.fromkeys(where for s, e, where in cited if s < to and at < e))
                reason = next((why for s, e, why in asides if s < to and at < e), "")
                status = CITED if facts else ASIDE if reason else NEITHER
                words = re.sub(r"\s*\n\s*", " ", document.text[at:to])
                yield Sentence(document.line(at), words, status, facts, reason)


def as_text(found: Iterable[Ledger], width: int, *, everything: bool = False) -> str:
    """Returns ledgers for a terminal: the counts of each document, and every sentence that is neither."""
    out = []
    for ledger in found:
        counts = ", ".join(f"{ledger.count(status)} {status}" for status in (CITED, ASIDE, NEITHER))
        out.append(f"{ledger.document}: {len(ledger.sentences)} sentences: {counts}")
        shown = [s for s in ledger.sentences if everything or s.status == NEITHER]
        for sentence in shown if everything else shown[:SHOWN]:
            out += _shown(sentence, width)
        if len(shown) > SHOWN and not everything:
            out.append(f"  … and {len(shown) - SHOWN} more that are neither (all sentences: --all)")
    return "\n".join(out) or "No document is at hand; name their folder with --documents DIR."


def _shown(sentence: Sentence, width: int) -> list[str]:
    lead = f"  line {sentence.line}, {sentence.status}: "
    shown = textwrap.wrap(lead + echo(sentence.text, 400), width, subsequent_indent="    ")
    if sentence.reason and sentence.status == ASIDE:
        shown.append(f"    {sentence.reason}")
    return [*shown, *(f"    {place}" for place in sentence.facts)]
