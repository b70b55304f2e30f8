"""Which format an Accept header asks for (RFC 9110, section 12.5.1). Knows media types, no graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.serve.media import Format
from kg.serve.refusal import Refusal

_RANGE = re.compile(r"[A-Za-z0-9!#$&^_.+*\-]+/[A-Za-z0-9!#$&^_.+*\-]+")
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")

LONGEST = 2000
"""Characters of an Accept header; a browser's has a hundred."""

Range = tuple[str, float]
"""A media range in lower case, and its quality."""


def ranges(accept: str) -> list[Range]:
    """Returns the media ranges of an Accept header with their qualities. Raises Refusal (400) for what is none.

    >>> ranges("text/turtle;q=0.5, */*;q=0")
    [('text/turtle', 0.5), ('*/*', 0.0)]
    """
    if len(accept) > LONGEST:
        raise Refusal(400, "bad-accept", f"the Accept header has at most {LONGEST:,} characters")
    found = []
    for part in accept.split(","):
        if not part.strip():
            continue
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if not _RANGE.fullmatch(name):
            raise Refusal(400, "bad-accept", "the Accept header is no list of media ranges")
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                if not _QUALITY.fullmatch(value.strip()):
                    raise Refusal(400, "bad-accept", "a quality in the Accept header is no number from 0 to 1")
                quality = float(value)
        found.append((name.lower(), quality))
    return found


def quality(media: str, wanted: Iterable[Range]) -> float:
    """Returns how much a media type is wanted: the quality of the most specific range that it is in, 0 for none.

    >>> quality("text/csv", [("text/*", 0.3), ("text/csv", 0.0)])
    0.0
    """
    kind = media.partition("/")[0]
    best = (-1, 0.0)
    for name, q in wanted:
        level = {media: 2, f"{kind}/*": 1, "*/*": 0}.get(name, -1)
        if level > best[0]:
            best = (level, q)
    return best[1]


def is_refused(media: str, wanted: Iterable[Range]) -> bool:
    """Says whether a media type is named, or in a range that is, only to say that it is not wanted.

    >>> is_refused("text/turtle", ranges("text/turtle;q=0, */*")), is_refused("text/turtle", ranges("text/csv"))
    (True, False)
    """
    kind = media.partition("/")[0]
    return any(name in (media, f"{kind}/*", "*/*") for name, _ in wanted) and not quality(media, wanted)


def choose(formats: Sequence[Format], wanted: Sequence[Range]) -> str:
    """Returns the name of the format that is wanted most, the first of equals; '' where none is wanted.

    >>> from kg.serve.media import RESULTS
    >>> choose(RESULTS, ranges("text/csv;q=0.9, application/xml")), choose(RESULTS, ranges("image/png"))
    ('xml', '')
    """
    if not wanted:
        return formats[0].name
    exact = dict(wanted)  # another name of a format counts only where it is written out
    rated = [
        (max(quality(f.media, wanted), *(exact.get(name, 0.0) for name in ("", *f.also))), -place)
        for place, f in enumerate(formats)
    ]
    best, place = max(rated)
    return formats[-place].name if best > 0 else ""


def wants_page(accept: str) -> bool:
    """Says whether a person's browser asks: HTML is named, and wanted no less than anything else that is named."""
    wanted = ranges(accept)
    named = {name: q for name, q in wanted if name in ("text/html", "application/xhtml+xml")}
    return bool(named) and max(named.values()) > 0 and max(named.values()) >= max(q for _, q in wanted)
