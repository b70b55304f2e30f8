"""Locators: what `at:` says about a place in a document. Knows no documents and no RDF."""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_letters, digits
from typing import NamedTuple

_NUMBERED = re.compile(r"(line|page|char)s? ([0-9]{1,9})(?: ?[-–] ?([0-9]{1,9}))?", re.IGNORECASE)

_QUOTED = [chr(b) if chr(b) in f"{ascii_letters}{digits}_.~" else f"%{b:02X}" for b in range(256)]
"""Bytes as a text fragment has them: unreserved characters (RFC 3986) stay, all but '-', which means something."""

WORD_LIMIT = 25
"""Words a locator may quote: it points at a passage and never copies it."""


class NotALocator(ValueError):
    """The text points nowhere; `args` are (message, hint)."""


class Locator(NamedTuple):
    """A place in a document: a passage by its words, or lines, a page or characters by number."""

    kind: str
    """fragment, line, page or char."""
    first: str = ""
    """The passage's first words, or all of them where `last` is empty."""
    last: str = ""
    start: int = 0
    """First line or page, 1-based; or the offset of the first character, 0-based."""
    end: int = 0
    """Last line or page; or the offset behind the last character."""

    @property
    def fragment(self) -> str:
        """The part of a URL behind `#`: a text fragment, or RFC 5147 and RFC 3778 for numbers."""
        if self.kind == "fragment":
            first = f":~:text={_quoted(self.first)}"
            return f"{first},{_quoted(self.last)}" if self.last else first
        if self.kind == "line":
            return f"line={self.start - 1},{self.end}"
        return f"{self.kind}={self.start}" if self.kind == "page" else f"char={self.start},{self.end}"


def _quoted(text: str) -> str:
    if text.isascii() and text.replace(" ", "").isalnum():  # as most are, in a quarter of the time
        return text.replace(" ", "%20")
    return "".join(map(_QUOTED.__getitem__, text.encode()))


@lru_cache(maxsize=65536)
def parse(text: str) -> Locator:
    """Returns the locator that the text of `at:` is, its words one space apart.

    Raises NotALocator for an empty one, one that runs backwards, and one that quotes more than a few words.

    >>> parse("lines 155-157")
    Locator(kind='line', first='', last='', start=155, end=157)
    >>> parse("the incumbent … Cabello").fragment
    ':~:text=the%20incumbent,Cabello'
    """
    if match := _NUMBERED.fullmatch(text):
        kind, start, end = match[1].lower(), int(match[2]), int(match[3] or match[2])
        if end < start or (kind != "char" and start < 1):
            raise NotALocator(f"'{text}' runs backwards", "lines and pages count from 1: lines 155-157")
        return Locator(kind, start=start, end=end)
    first, apart, last = text.replace("...", "…").partition("…")
    first, last = first.rstrip(), last.lstrip()
    if not first or "…" in last or (apart and not last):
        raise NotALocator("this points at no passage", 'write "first words … last words", or line 155')
    if first.count(" ") + last.count(" ") + 1 + bool(last) > WORD_LIMIT or len(text) > 20 * WORD_LIMIT:
        hint = f"quote a few first and last words with … between; {WORD_LIMIT} words are the limit"
        raise NotALocator("this copies a passage", hint)
    return Locator("fragment", first, last)
