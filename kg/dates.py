"""Dates as people read and write them: the signs of EDTF in words, and words in EDTF. Knows no graph."""

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
_NAMED = (
    "january enero", "february febrero", "march marzo", "april abril", "may mayo", "june junio", "july julio",
    "august agosto", "september septiembre setiembre", "october octubre", "november noviembre",
    "december diciembre", *("",) * 8, "spring primavera", "summer verano", "autumn fall otoño", "winter invierno",
)  # fmt: skip
"""Names of the months 1 to 12 and, as EDTF counts them on, of the seasons 21 to 24."""
_NUMBERS = {name: n for n, names in enumerate(_NAMED, 1) for name in names.split()}
_NUMBERS |= {name[:3]: n for name, n in _NUMBERS.items() if n < 13} | {"sept": 9}
_SIDES = {
    "before by until antes de hasta": "../{}", "after since from después de desde": "{}/..",
    "about around circa ca. ca c. hacia alrededor de": "{}~",
}  # fmt: skip
_EVERYDAY = (
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: de| of)? (?P<month>[a-zñ]+)\.?(?: de|,)? (?P<year>\d{4})",
    r"(?P<month>[a-zñ]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})",
    r"(?P<month>[a-zñ]+)\.?(?: de| of)? (?P<year>\d{4})",
    r"(?P<year>\d{4})[- ](?P<month>[a-zñ]+)",
    rf"(?P<day>)(?P<month>)(?P<year>{_DAY})",
)
_DIGITS = (
    r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})",
    r"(?P<day>1[3-9]|2\d|3[01])[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})",
    r"(?P<month>\d{1,2})[/-](?P<day>1[3-9]|2\d|3[01])[/-](?P<year>\d{4})",
    r"(?P<day>\d{1,2})[/-](?P<month>(?P=day))[/-](?P<year>\d{4})",
    r"(?P<month>\d{1,2})/(?P<year>\d{4})",
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?",
)
"""Dates in digits that can be read in one way only: 04/05/2012 is not among them, since some begin with the month."""
_SPAN = re.compile(r"(?:from |desde |de )?(\S.*?)(?: to | until | a | hasta | ?[–—] ?| - |(?<=\d{4})-(?=\d{4}$))(.*\S)")


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


def edtf_of(text: str) -> str:
    """Returns what an everyday date is in EDTF; '' for what this does not read.

    >>> edtf_of("March 14, 2019"), edtf_of("14 de marzo de 2019"), edtf_of("before May 2012"), edtf_of("the 1990s")
    ('2019-03-14', '2019-03-14', '../2012-05', '199X')
    """
    said = " ".join(text.lower().split())
    if decade := re.fullmatch("(?:the )?([0-9]{3})0s|(?:los )?años ([0-9]{3})0", said):
        return f"{decade[1] or decade[2]}X"
    if (span := _SPAN.fullmatch(said)) and all(sides := [edtf_of(side) for side in span.groups()]):
        return "/".join(sides) if "/" not in "".join(sides) else ""
    for words, form in _SIDES.items():
        first = re.match("|".join(re.escape(word) for word in words.split()), said)
        if first and said[first.end() : first.end() + 1] == " ":
            date = edtf_of(said[first.end() :].removeprefix(" de"))
            return form.format(date) if date and "/" not in date and date[-1] not in "~X" else ""
    for pattern in _EVERYDAY:
        if found := re.fullmatch(pattern, said):
            parts = found.groupdict()
            month = _NUMBERS.get(parts["month"], 0) if parts["month"] else -1
            if month:
                day = f"-{int(parts['day']):02}" if parts.get("day") else ""
                return parts["year"] + (f"-{month:02}" if month > 0 else "") + day
    for pattern in _DIGITS:
        if found := re.fullmatch(pattern, said):
            parts = found.groupdict()
            return "-".join(f"{int(parts[name]):02}" for name in ("year", "month", "day") if parts.get(name))
    return ""


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
