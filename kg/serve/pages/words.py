"""What pages say of their own accord, in the language of who reads: English stands for itself, else it is looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

FILES = {"es": Path(__file__).with_name("spanish.txt")}
"""Language to the file that has each English text and, indented below it, what stands for it."""

_DAY = re.compile(r"(?<![\w-])[\dX]{4}-[\dX]{2}(?:-[\dX]{2})?[~?%]?(?![\w-])")

_THIN = "\u202f"
"""Stands between thousands in Spanish, where neither comma nor point would be read alike everywhere."""


@cache
def words_of(lang: str) -> Words:
    """Returns what pages say in a language, of which one is enough for all of them."""
    return Words(lang)


@cache
def known(lang: str) -> Mapping[str, str]:
    """Returns English text to the text of a language, {} for English itself.

    >>> known("es")["Search"]
    'Buscar'
    """
    lines = FILES[lang].read_text("utf-8").splitlines() if lang in FILES else []
    kept = [line for line in lines if line and not line.startswith("#")]
    return {one: other.strip() for one, other in zip(kept[::2], kept[1::2], strict=True)}


class Words:
    """What pages say, in one language. Texts that are not known are said in English."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.ready: dict[str, Markup] = {text: escape(other) for text, other in known(lang).items()}
        if not self.ready:  # texts that are known stand for themselves in English
            self.ready = {text: escape(text) for one in FILES for text in known(one)}

    def __call__(self, text: str, /, **values: Any) -> Markup:
        """Returns a text with the values that stand in its braces; what is no markup already is escaped.

        >>> str(Words("es")("Network around {name}", name="<b>"))
        'Red en torno a &lt;b&gt;'
        """
        found = self.ready.get(text)
        if found is None:
            found = escape(text)
        return found.format(**values) if values else found

    def number(self, number: int) -> str:
        """Returns a number as people read it.

        >>> Words("en").number(12345), Words("es").number(1234)
        ('12,345', '1234')
        """
        if self.lang == "en" or abs(number) < 10_000:
            return f"{number:,}" if self.lang == "en" else str(number)
        return f"{number:,}".replace(",", _THIN)

    def counted(self, number: int, one: str, many: str) -> Markup:
        """Returns how many there are of something: "1 fact", "1,154 facts"."""
        return Markup("{} {}").format(self.number(number), self(one if number == 1 else many))


def days(text: Any) -> Markup:
    """Returns a text whose days cannot be broken at their hyphens.

    >>> str(days("until 2008-11-23"))
    'until <span class="day">2008-11-23</span>'
    """
    found = escape(text)
    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(found))) if "-" in found else found


def large(text: str) -> str:
    """Returns a text with its first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
