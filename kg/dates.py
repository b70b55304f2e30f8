"""Dates as people read them: what EDTF marks by signs, in words. Knows no graph."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.terms import EDTF, text_of

MARKED = f"^^<{EDTF}EDTF>"
"""How a literal of N-Triples ends that may hold signs of EDTF; other dates have none."""

_DAY = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_PART = re.compile(rf"({_DAY})([~?%]?)|([0-9]{{3}})X([~?%]?)|([0-9]{{2}})XX([~?%]?)")
_SEASON = re.compile("([0-9]{4})-(2[1-4])")
_ABOUT: Mapping[str, Mapping[str, str]] = {
    "en": {"": "{}", "~": "about {}", "?": "{} (uncertain)", "%": "about {} (uncertain)"},
    "es": {"": "{}", "~": "hacia {}", "?": "{} (incierto)", "%": "hacia {} (incierto)"},
}
_OPEN = {"en": ("{} or earlier", "{} or later"), "es": ("{} o antes", "{} o después")}
_DECADE = {"en": "{}0s", "es": "década de {}0"}
_SEASONS = {
    "en": ("spring {}", "summer {}", "autumn {}", "winter {}"),
    "es": ("primavera de {}", "verano de {}", "otoño de {}", "invierno de {}"),
}


def in_words(date: str, language: str = "en") -> str:
    """Returns an EDTF date or interval without its signs; what has none, or says more than this reads, as it is.

    Years, months and days stay in digits, as they are written in a fact file. `language` is en or es.

    >>> in_words("2004~"), in_words("../2008-11-27"), in_words("199X"), in_words("2008-11-23")
    ('about 2004', '2008-11-27 or earlier', '1990s', '2008-11-23')
    >>> in_words("2004~/2008-11-27", "es")
    'hacia 2004 – 2008-11-27'
    """
    first, slash, last = date.partition("/")
    if not slash:
        return _part(date, language) or date
    before, after = _OPEN[language]
    if first == "..":
        said = _part(last, language)
        return before.format(said) if said else date
    said = _part(first, language)
    if said and last == "..":
        return after.format(said)
    until = _part(last, language)
    return f"{said} – {until}" if said and until else date


def literal_in_words(term: str, language: str = "en") -> str:
    """Returns what an N-Triples term says: a date of EDTF in words, all else as `text_of`.

    >>> literal_in_words('"2004~"^^<http://id.loc.gov/datatypes/edtf/EDTF>', "es")
    'hacia 2004'
    """
    return in_words(text_of(term), language) if term.endswith(MARKED) else text_of(term)


def _part(text: str, language: str) -> str:
    """Returns one date in words, '' where it is of another kind."""
    if season := _SEASON.fullmatch(text):
        return _SEASONS[language][int(season[2]) - 21].format(season[1])
    found = _PART.fullmatch(text)
    if not found:
        return ""
    day, sign, decade, doubt, century, more = found.groups(default="")
    said = day or (_DECADE[language].format(decade) if decade else f"{century}00–{century}99")
    return _ABOUT[language][sign or doubt or more].format(said)
