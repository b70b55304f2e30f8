"""Locators against documents: every passage is found exactly once, and facts/locators.lock remembers where."""

from __future__ import annotations

import bisect
import hashlib
import heapq
import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from errno import ENOENT
from functools import cached_property
from pathlib import Path

from kg import locator
from kg.fact import Corpus, Fact
from kg.files import barred
from kg.layout import Anchor
from kg.locator import Locator
from kg.problem import Problem, Span, echo
from kg.terms import KG, text_of

LOCK = "facts/locators.lock"
_HEADER = (
    "# Where each locator was found: document, locator, start, end (characters of the file), SHA-256 of the passage.\n"
    "# Written by `kg check --documents DIR --lock`.\n"
)
_QUOTES = "“”„«»"
PASSAGE_LIMIT = 2000
"""Characters between the begin and the end of one passage, at most."""

_STRIPE, _STRIPES = 16, 32
"""Characters of a stripe of a document, and how many stripes are looked at for the passage nearest to a locator."""

_WHERE = re.compile("[0-9]{1,12}\t[0-9]{1,12}\t[0-9a-f]{64}")

Anchors = Mapping[tuple[str, str], Anchor]


@dataclass(frozen=True)
class Document:
    """The text of one document at hand."""

    iri: str
    text: str
    """Of the whole file it stands in."""
    ranges: tuple[tuple[int, int], ...]
    """(start, end) offsets in the file of the stretches that the document stands on, in order."""
    folded: str
    """The document's text as locators are compared with it."""
    offsets: tuple[int, ...]
    """For each character of `folded`, its offset in the file."""

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line of the file begins."""
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    @cached_property
    def whole(self) -> Document:
        """The document widened to all of its file."""
        everything = ((0, len(self.text)),)
        return self if self.ranges == everything else _read(self.iri, self.text, everything)

    @cached_property
    def words(self) -> tuple[list[str], list[int]]:
        """The words of `folded`, and where in it each begins."""
        found = [(match.group(), match.start()) for match in re.finditer(r"\S+", self.folded)]
        return [word for word, _ in found], [start for _, start in found]

    @cached_property
    def runs(self) -> dict[str, list[int]]:
        """Where in `folded`, with a space before and behind it, each run of three characters begins."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, run in enumerate(_runs(self.folded.replace("\n", " "))):
            places[run].append(place)
        return dict(places)

    def line(self, offset: int) -> int:
        """Returns the 1-based line of an offset in the file."""
        return bisect.bisect_right(self._starts, offset)


# --- the lock ----------------------------------------------------------------------------------


def read_lock(root: Path, base: str) -> tuple[dict[tuple[str, str], Anchor], list[Problem]]:
    """Returns where locators were found when they were last locked, keyed by document IRI and locator."""
    path = root / LOCK
    anchors: dict[tuple[str, str], Anchor] = {}
    problems = []
    hint = "`kg check --documents DIR --lock` writes the file anew"
    if (path.is_symlink() or path.exists()) and (why := barred(path, root)):  # a pipe would be waited for
        return {}, [Problem("bad-lock", why, Span(LOCK, 0, 1), hint)]
    try:
        text = path.read_bytes().decode("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError):
        return {}, [Problem("bad-lock", "this lock cannot be read as text", Span(LOCK, 0, 1), hint)]
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        fields = line.split("\t")
        if not line or line.startswith("#"):
            continue
        if len(fields) != 5 or not _WHERE.fullmatch("\t".join(fields[2:])):
            problems.append(Problem("bad-lock", "this line of the lock cannot be read", Span(LOCK, number, 1), hint))
            continue
        anchors[(base + fields[0], fields[1])] = Anchor(int(fields[2]), int(fields[3]), fields[4])
    return anchors, problems


def lock_text(anchors: Anchors, base: str) -> str:
    """Returns the text of the lock for the anchors: sorted, one a line."""
    rows = sorted(
        f"{iri.removeprefix(base)}\t{where}\t{a.start}\t{a.end}\t{a.digest}\n" for (iri, where), a in anchors.items()
    )
    return _HEADER + "".join(rows)


# --- finding passages --------------------------------------------------------------------------


def documents(corpus: Corpus, folder: Path) -> tuple[dict[str, Document], list[Problem]]:
    """Returns the documents whose file is in the folder, and a problem for each that names one that is not.

    What is only alleged, denied or known to be wrong names no file and no lines.
    """
    facts: dict[str, list[Fact]] = {}
    for fact in corpus.facts:
        if fact.evidence.stands and fact.property in (KG + "file", KG + "lines"):
            facts.setdefault(fact.subject, []).append(fact)
    found, problems, texts = {}, [], {}
    for iri, said in sorted(facts.items()):
        said.sort(key=lambda fact: fact.span)
        file = next((fact for fact in said if fact.property == KG + "file"), None)
        if file is None:
            continue
        lines = next((fact for fact in said if fact.property == KG + "lines"), None)
        result = _two_places(said, file, lines) or _document(iri, file, lines, folder, texts)
        if isinstance(result, Problem):
            problems.append(result)
        else:
            found[iri] = result
    return found, problems


def _two_places(said: Iterable[Fact], file: Fact, lines: Fact | None) -> Problem | None:
    """Returns a problem for the first fact that says otherwise than those of the file and the lines, None for none."""
    for fact in said:
        first = file if fact.property == KG + "file" else lines
        if first and fact.object != first.object:
            what = f"'{echo(text_of(fact.object.term), 40)}' and '{echo(text_of(first.object.term), 40)}'"
            message = f"this document stands in two places, {what}: {first.span.path}:{first.span.line}"
            return Problem("two-places", message, fact.span, "give the one that is wrong `rank: deprecated`")
    return None


def _document(
    iri: str, file: Fact, lines: Fact | None, folder: Path, texts: dict[str, str]
) -> Document | Problem:
    name = text_of(file.object.term)
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # links in a loop, or a NUL
        inside = False
    if Path(name).is_absolute() or ".." in Path(name).parts or not inside:
        return Problem("outside-folder", f"'{echo(name, 80)}' lies outside the documents' folder", file.span)
    if name not in texts:
        try:
            if not path.is_file():  # a pipe would be waited for
                raise FileNotFoundError(ENOENT, "there is no such file")
            texts[name] = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", "") or "is not UTF-8"
            return Problem("no-document", f"'{echo(name, 80)}' cannot be read: {reason}", file.span)
    text = texts[name]
    written = text_of(lines.object.term) if lines else ""
    places = [_lines(text, part) for part in written.split(",")] if lines else [(0, len(text))]
    ranges = tuple(place for place in places if place)
    if lines and len(ranges) < len(places):
        message = f"'{echo(written, 40)}' are no lines of '{echo(name, 80)}'"
        last = max(1, text.count("\n") + (not text.endswith("\n")))
        return Problem("bad-lines", message, lines.span, f"its lines are 1-{last}")
    if lines and any(second[0] <= first[1] for first, second in itertools.pairwise(sorted(ranges))):
        message = f"'{echo(written, 40)}' names a line twice"
        return Problem("bad-lines", message, lines.span, "name each stretch of lines once")
    return _read(iri, text, ranges)


def _read(iri: str, text: str, ranges: tuple[tuple[int, int], ...]) -> Document:
    """Returns a document that stands on stretches of a text; a line end lies between two of them."""
    folded, offsets = "", ()
    for start, end in ranges:
        more, places = fold_text(text, start, end)
        folded, offsets = folded + more + "\n", (*offsets, *places, end)
    return Document(iri, text, ranges, folded, offsets)


def _lines(text: str, written: str) -> tuple[int, int] | None:
    """Returns the offsets of lines, 1-based and inclusive, without the last line end."""
    match = re.fullmatch(r"([0-9]{1,9})(?:\s*[-–]\s*([0-9]{1,9}))?", written.strip())
    if not match:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    starts = [0, *(m.end() for m in re.finditer("\n", text)), len(text) + 1]
    if not 1 <= first <= last < len(starts):
        return None
    return starts[first - 1], starts[last] - 1


_SAME = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ",
})  # fmt: skip


_MARKS = "\u0300-\u036f"
"""Accents that stand apart from their letter."""


def fold_text(text: str, start: int = 0, end: int | None = None) -> tuple[str, tuple[int, ...]]:
    """Returns text as locators are compared (case, kinds of quotes and dashes, runs of space) with offsets into it."""
    out: list[str] = []
    offsets: list[int] = []
    for i in range(start, len(text) if end is None else end):
        for c in unicodedata.normalize("NFD", text[i].translate(_SAME).casefold()):
            if c.isspace():
                c = " " if text[i] not in "\r\n" else "\n"
                if out and out[-1] in " \n":
                    if c == "\n":
                        out[-1] = "\n"
                    continue
            out.append(c)
            offsets.append(i)
    return "".join(out), tuple(offsets)


def _pattern(words: str) -> str:
    folded, _ = fold_text(words.strip())
    body = r"\s".join(re.escape(part) for part in folded.split())
    before = r"(?<!\w)" if folded[:1].isalnum() else ""
    after = rf"(?![\w{_MARKS}])" if folded[-1:].isalnum() or unicodedata.combining(folded[-1:] or " ") else ""
    return before + body + after


def find(where: Locator, document: Document) -> list[tuple[int, int]]:
    """Returns the (start, end) offsets in the document's file of every passage that the locator fits."""
    if where.kind == "line":
        place = _lines(document.text, f"{where.start}-{where.end}")
        return [place] if place and _inside(place, document) else []
    if where.kind == "char":
        place = (where.start, where.end)
        return [place] if where.start < where.end and _inside(place, document) else []
    if where.kind == "page":
        return []
    found = []
    lasts = [m.span(1) for m in re.finditer(f"(?=({_pattern(where.last)}))", document.folded)] if where.last else []
    for first in re.finditer(_pattern(where.first), document.folded):
        end = first.end()
        if where.last:
            nearest_last = bisect.bisect_left(lasts, (end, 0))
            if nearest_last == len(lasts) or lasts[nearest_last][1] > end + PASSAGE_LIMIT:
                continue
            end = lasts[nearest_last][1]
        found.append((document.offsets[first.start()], document.offsets[end - 1] + 1))
    return _nearest(found, document) if where.last else found


def _inside(place: tuple[int, int], document: Document) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in document.ranges)


def _nearest(found: list[tuple[int, int]], document: Document) -> list[tuple[int, int]]:
    """Returns the passages within one paragraph, or all where none is; of those with one end, the shortest."""
    one = [(s, e) for s, e in found if "\n" not in document.text[s:e]] or found
    shortest = {end: start for start, end in sorted(one)}
    return sorted((start, end) for end, start in shortest.items())


def anchor(place: tuple[int, int], document: Document) -> Anchor:
    """Returns a place with the digest of its passage."""
    start, end = place
    return Anchor(start, end, hashlib.sha256(document.text[start:end].encode()).hexdigest())


# --- checking ----------------------------------------------------------------------------------


def check_locators(
    corpus: Corpus, found: Mapping[str, Document], locked: Anchors
) -> tuple[dict[tuple[str, str], Anchor], list[Problem]]:
    """Returns where each locator is in the documents at hand, and a problem for each that is not there just once.

    A passage that is not as it was when it was locked is a problem too; it is never moved by itself.
    """
    anchors: dict[tuple[str, str], Anchor] = {}
    problems: dict[tuple[str, str], Problem] = {}
    written = [(f.evidence.document, f.evidence.locator, f.at) for f in corpus.facts]
    written += [(aside.document, aside.locator, aside.span) for aside in corpus.asides]
    for *names, at in written:
        key = (names[0], names[1])
        document = found.get(key[0])
        if not key[1] or document is None or key in anchors or key in problems:
            continue
        where = locator.parse(key[1])
        if where.kind == "page":
            continue
        places = find(where, document)
        if len(places) != 1:
            problem = _misplaced(where, document, places, at)
            others = [] if places or where.kind != "fragment" else [d for d in found.values() if find(where, d)]
            if len(others) == 1:
                name = corpus.entities[others[0].iri].id
                problem = replace(problem, hint=f"it stands in {echo(name, 60)}: `source: {echo(name, 60)}` names that")
            problems[key] = problem
            continue
        anchors[key] = anchor(places[0], document)
        if key in locked and locked[key] != anchors[key]:
            hint = "read it again; then `kg check --documents DIR --lock` keeps the new passage"
            same = locked[key].digest == anchors[key].digest
            message = f"this passage is not {'where' if same else 'what'} it was when it was locked"
            problems[key] = Problem("locator-changed", message, at, hint)
    return anchors, list(problems.values())


def _misplaced(where: Locator, document: Document, places: list[tuple[int, int]], at: Span) -> Problem:
    if places:
        numbers = ", ".join(str(document.line(start)) for start, _ in places[:5])
        message = f"this fits {len(places)} passages, in lines {numbers}"
        return Problem("locator-not-unique", message, at, "quote a word or two more")
    first, last = document.line(document.ranges[0][0]), document.line(document.ranges[-1][1])
    elsewhere = where.kind == "fragment" and document.whole is not document and find(where, document.whole)
    if elsewhere:
        message = f"this passage is in line {document.line(elsewhere[0][0])}, outside the document"
        return Problem("locator-outside", message, at, f"the document is lines {first}-{last} of its file")
    if re.match("[“”„«]", where.first):
        bare = where._replace(first=where.first.strip(_QUOTES), last=where.last.strip(_QUOTES))
        hint = '“ ” are part of the text here: leave them out, or write "…" around it'
        if not bare.first or find(bare, document):
            return Problem("locator-not-found", "the document holds no such passage", at, hint)
    near = nearest(where, document)
    hint = f"the nearest is: {near}" if near else f"the document is lines {first}-{last} of its file"
    return Problem("locator-not-found", "the document holds no such passage", at, hint)


def nearest(where: Locator, document: Document) -> str:
    """Returns the few words of the document that look most like the locator's first ones, with their line."""
    import difflib

    wanted = fold_text(where.first)[0].split()
    if not wanted:
        return ""
    words, starts = document.words
    best, place = 0.6, -1
    matcher = difflib.SequenceMatcher(b=" ".join(wanted), autojunk=False)
    for i in (i for i in _likely(" ".join(wanted), document) if i + len(wanted) <= len(words)):
        matcher.set_seq1(" ".join(words[i : i + len(wanted)]))
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and (r := matcher.ratio()) > best:
            best, place = r, i
    if place < 0:
        return ""
    start = document.offsets[starts[place]]
    end = document.offsets[starts[place + len(wanted) - 1]]
    shown = document.text[start:end] + document.text[end:].split(maxsplit=1)[0]
    return f"'{echo(shown, 80)}' in line {document.line(start)}"


def _likely(wanted: str, document: Document) -> list[int]:
    """Returns the numbers, in order, of the words at which something like the wanted words may begin.

    Each run of letters that both have votes for the stripe of the document where the wanted words would begin if it
    were in its place; to compare them with every word of the document would take a hundred times as long.
    """
    votes: Counter[int] = Counter()
    for offset, run in enumerate(_runs(wanted)):
        votes.update((place - offset) // _STRIPE for place in document.runs.get(run, ()))
    both = {stripe: count + votes[stripe + 1] for stripe, count in votes.items()}  # a word more or less moves the rest
    best = heapq.nsmallest(_STRIPES, both, key=lambda stripe: (-both[stripe], stripe))
    starts = document.words[1]
    found: set[int] = set()
    for stripe in best:
        first, last = ((stripe + n) * _STRIPE for n in (-1, 2))
        found.update(range(bisect.bisect_left(starts, first), bisect.bisect_left(starts, last)))
    return sorted(found)


def _runs(text: str) -> Iterator[str]:
    """Yields each run of three characters of a text that has a space before and behind it."""
    spaced = f" {text} "
    return (spaced[i : i + 3] for i in range(len(spaced) - 2))


def unlocked(facts: Iterable[Fact], anchors: Anchors) -> int:
    """Returns how many different locators are not among the anchors."""
    wanted = {(f.evidence.document, f.evidence.locator) for f in facts if f.evidence.locator}
    return len([key for key in wanted if key not in anchors])
