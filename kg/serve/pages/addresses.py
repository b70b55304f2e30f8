"""Where pages link to: the server's own addresses, with the language in which somebody reads. Knows no graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from kg.serve.links import Links
from kg.serve.pages.parameters import LANGUAGES, query_of


@dataclass(frozen=True, slots=True)
class Addresses(Links):
    """The addresses of a graph for one reader: each page of ours is told the language, all else is left alone."""

    lang: str = LANGUAGES[0]

    @classmethod
    def seen(cls, card: Mapping[str, Any], root: str, lang: str) -> Addresses:
        """Returns the addresses of a graph by its card."""
        plain = Links.of(card, root)
        return cls(plain.base, plain.root, plain.foreign, lang)

    def to(self, iri: str) -> str:
        """Returns where an IRI is shown, '' for one that nobody should click."""
        return self.spoken(Links.to(self, iri))

    def plain(self, iri: str) -> str:
        """Returns where an IRI is shown, without the language: what suffixes are put behind."""
        return Links.to(self, iri)

    def page(self, path: str, **parameters: str | int) -> str:
        """Returns the address of a page of the server's own, with parameters; those that are empty are left out.

        A name that Python keeps for itself has a line behind it.

        >>> Addresses("https://e.org/", lang="es").page("/search", q="a b", class_="urn:c", first=0)
        '/search?q=a+b&class=urn%3Ac&lang=es'
        """
        named = {name.rstrip("_"): value for name, value in parameters.items()}
        return self.spoken(self.path(path) + query_of(**named))

    def spoken(self, address: str) -> str:
        """Returns an address with the language in it, where it is one of ours and that is not the usual one.

        >>> Addresses("https://e.org/", lang="es").spoken("/a#b"), Addresses("https://e.org/").spoken("/a#b")
        ('/a?lang=es#b', '/a#b')
        """
        if self.lang == LANGUAGES[0] or not address.startswith("/"):
            return address
        whole, mark, fragment = address.partition("#")
        return f"{whole}{'&' if '?' in whole else '?'}{urlencode({'lang': self.lang})}{mark}{fragment}"

    def choices(self, here: str, fields: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
        """Returns (language, address of the same page in it, whether it is read now) for each language.

        `here` is the path of the page, as it is asked for, `fields` its parameters.
        """
        kept = [(name, text) for name, text in fields if name != "lang"]
        asked = {one: urlencode([*kept, *([("lang", one)] if one != LANGUAGES[0] else [])]) for one in LANGUAGES}
        return [(one, f"{here}?{asked[one]}" if asked[one] else here, one == self.lang) for one in LANGUAGES]
