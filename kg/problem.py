"""Problems: what is wrong with the data, where, and what would mend it; printing them for people."""

from __future__ import annotations

import difflib
import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

ECHO_LIMIT = 200
"""Characters of a user's text that are ever shown back."""

NEAR = 0.7
"""Likeness of two spellings, of at most 1, from which one may have been meant to be the other."""

NEAR_PER_CODE = 50
"""Problems of one code for which likely spellings are looked up: each takes some milliseconds."""

SHOWN_PER_CODE = 5
"""Problems of one code that are printed before the rest is only counted."""


class Span(NamedTuple):
    """A place in one of the project's own files."""

    path: str
    """Relative to the project's folder, with forward slashes."""
    line: int
    """1-based; 0 where the problem is with the file as a whole."""
    column: int
    """1-based, in characters."""
    length: int = 1
    """Characters to underline; at least 1."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the data. Never raised: collected, sorted, shown."""

    code: str
    """Kebab-case; a heading in problems.md."""
    message: str
    span: Span
    hint: str = ""
    """What would mend it, or what was expected."""
    word: str = ""
    """The word to look for among `near`, where a likely spelling would help."""
    near: Sequence[str] = ()
    """What the word may have been meant to be; compared only when the problem is shown."""


def echo(text: str, limit: int = ECHO_LIMIT) -> str:
    """Returns text that is safe to show: control and direction characters escaped, cut at the limit.

    >>> echo("a\\u202eb\\x00")
    'a\\\\u202eb\\\\x00'
    """
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(c if c.isprintable() or c == " " else c.encode("unicode_escape").decode() for c in shown)


def visible(text: str) -> str:
    """Returns a whole text that is safe to show: as `echo`, but spaces of all kinds stay, and line ends are spaces.

    >>> visible("a\\tb\\x1b")
    'a b\\\\x1b'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else echo(c) for c in text)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Returns text as names are compared: no case, no accents, single spaces, straight quotes.

    >>> fold("  Táchira   ESTADO ")
    'tachira estado'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_QUOTES))
        text = "".join(c for c in text if not unicodedata.combining(c))
        return " ".join(text.casefold().split())
    return " ".join(text.lower().split())


_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00ad": ""})


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Returns a hint that names the nearest candidates, or '' where none is near.

    >>> did_you_mean("govens", ["governs", "loses to"])
    "did you mean 'governs'?"
    """
    by_fold, wanted = _folded(tuple(candidates)), fold(word)[:ECHO_LIMIT]
    fitting = [c for c in by_fold if 2 * min(len(c), len(wanted)) >= NEAR * (len(c) + len(wanted))]
    close = difflib.get_close_matches(wanted, fitting, n=3, cutoff=NEAR)
    if not close:
        return ""
    return "did you mean " + " or ".join(f"'{echo(by_fold[c], 60)}'" for c in close) + "?"


ALPHABETS = frozenset({"LATIN", "GREEK", "CYRILLIC"})
"""Alphabets whose letters look alike (UTS 39)."""


def stranger(text: str) -> str:
    """Returns a hint that names the first letter of another alphabet than the rest of its word, or ''.

    >>> stranger("St\u0430hl")
    "'а' is CYRILLIC SMALL LETTER A: type 'Stаhl' again in one alphabet."
    """
    for word in () if text.isascii() else re.findall(r"[^\W\d_]+", text[:ECHO_LIMIT]):
        letters = [(c, unicodedata.name(c, "").partition(" ")[0]) for c in word]
        counts = Counter(alphabet for _, alphabet in letters if alphabet in ALPHABETS)
        if len(counts) > 1:
            rare = min(counts, key=lambda alphabet: (counts[alphabet], alphabet))
            letter = next(c for c, alphabet in letters if alphabet == rare)
            return f"'{letter}' is {unicodedata.name(letter)}: type '{echo(word, 60)}' again in one alphabet."
    return ""


@lru_cache(maxsize=8)
def _folded(candidates: tuple[str, ...]) -> dict[str, str]:
    return {fold(c): c for c in candidates}


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Returns problems by place, each code's likely spellings only for its first fifty."""
    seen: Counter[str] = Counter()
    out = []
    for problem in sorted(problems, key=order):
        seen[problem.code] += 1
        out.append(replace(problem, near=()) if seen[problem.code] > NEAR_PER_CODE else problem)
    return out


UNREAD = frozenset({"bad-yaml", "not-utf-8", "too-deep", "unreadable-file"})
"""Codes of files that were not read: what they would have said is missing elsewhere."""


def order(problem: Problem) -> tuple[bool, str, int, int, str, str]:
    """Returns the key by which problems are sorted: what others follow from, then file, line, column, code."""
    span = problem.span
    follows = problem.code not in UNREAD and not span.path.endswith(".ttl")  # the grammar comes before sentences
    return follows, span.path, span.line, span.column, problem.code, problem.message


def hint_of(problem: Problem) -> str:
    """Returns the hint to show: the likely spelling first, else what the problem says is expected."""
    near = did_you_mean(problem.word, problem.near) if problem.near else ""
    return " ".join(part for part in (near, stranger(problem.word), problem.hint) if part)


def show(problem: Problem, line_of: Callable[[str, int], str], width: int = 80) -> str:
    """Returns one problem as text: place, message, the line, a caret under the wrong words, the hint."""
    span = problem.span
    place = f"{echo(span.path)}:{span.line}:{span.column}: " if span.line else f"{echo(span.path)}: "
    place = place if span.path else ""
    out = [f"{place}{problem.code}: {echo(problem.message, 10**9)}"]
    source = line_of(span.path, span.line) if span.line else ""
    hint = echo(hint_of(problem), 10**9)
    if not source.strip():
        return "\n".join([*out, *_wrapped(hint, width)])
    before, marked, after = _clip(source, span.column - 1, span.length, width - 9)
    out.append(f"{span.line:5} | {before}{marked}{after}".rstrip())
    if problem.code.startswith("unknown-") and re.match(r"\s+#", after):
        hint = f"what follows ' #' is a comment: quote the text if it belongs to it. {hint}"
    caret = f"        {' ' * _cells(before)}{'^' * max(1, _cells(marked))}"
    if len(caret) + 1 + len(hint) <= width:
        return "\n".join([*out, f"{caret} {hint}".rstrip()])
    return "\n".join([*out, caret, *_wrapped(hint, width)])


def _wrapped(hint: str, width: int) -> list[str]:
    return textwrap.wrap(hint, max(40, width), initial_indent=" " * 8, subsequent_indent=" " * 8)


def _clip(line: str, start: int, length: int, room: int) -> tuple[str, str, str]:
    """Returns the parts of a line before, under and after the mark, cut to the room there is."""
    line = line.rstrip("\r\n").replace("\t", " ")
    start = min(start, len(line))
    marked = _cut(echo(line[start : start + length], 10**9), max(1, room - 12))
    before, after = echo(line[:start], 10**9), echo(line[start + length :], 10**9)
    if len(marked) < length and marked.endswith("…"):
        after = ""
    if _cells(before) + _cells(marked) > room:
        before = _cut(before[::-1], max(1, room - _cells(marked) - 1))[::-1]
    return before, marked, _cut(after, room - _cells(before) - _cells(marked))


def _cut(text: str, room: int) -> str:
    """Returns the begin of a text that fits so many columns, with '…' where that is not all of it."""
    if _cells(text) <= room:
        return text
    end = min(len(text), max(0, room - 1))
    while _cells(text[:end]) > room - 1 and end > 0:
        end -= 1
    return text[:end] + "…" if room > 0 else ""


def _cells(text: str) -> int:
    """Returns how many columns a terminal gives the text."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in ("Mn", "Me") for c in text)


def report(
    problems: Sequence[Problem],
    line_of: Callable[[str, int], str],
    width: int = 80,
    limit: int | None = None,
) -> str:
    """Returns all problems as text: sorted, at most `limit` a code (five), the rest counted, a summary at the end."""
    limit = SHOWN_PER_CODE if limit is None else limit
    counts = Counter(p.code for p in problems)
    shown: Counter[str] = Counter()
    out = []
    for problem in in_order(problems):
        shown[problem.code] += 1
        if shown[problem.code] <= limit:
            out.append(show(problem, line_of, width))
    for code, count in sorted(counts.items()):
        if count > limit:
            out.append(f"… and {count - limit} more of {code} (all of them: --all)")
    if problems:
        codes = sorted(counts)
        more = f"`kg explain {codes[0]}` says more." if len(codes) == 1 else "`kg explain CODE` says more."
        out.append(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}. {more}")
    return "\n".join(out)
