"""Where an IRI is found on this server, and which IRI an address stands for. Knows the card, no graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from kg.terms import KG

SAFE = "/:@!$&'()*+,;=-._~"
"""What may stand in a path as it is (RFC 3986, pchar), and the slash."""


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of a graph with this base, on a server below this root path."""

    base: str
    root: str = ""
    foreign: bool = False
    """Whether entities may have IRIs of anybody's: their pages are found by the whole IRI then."""

    @classmethod
    def of(cls, card: Mapping[str, Any], root: str) -> Links:
        """Returns the links of a graph by its card."""
        return cls(card["base"], root, bool(card.get("foreign")))

    @property
    def folder(self) -> str:
        """The path of the base, with a slash at both ends: entities live right below it."""
        path = urlsplit(self.base).path
        return path if path.endswith("/") else path.rpartition("/")[0] + "/"

    def path(self, path: str) -> str:
        """Returns the address of a path of the server's own."""
        return self.root + path

    def to(self, iri: str) -> str:
        """Returns where an IRI is shown: on this server where it is one of its own, else itself if it is of the web.

        '' is for IRIs that nobody should click.

        >>> Links("https://example.org/").to("https://example.org//other.example")
        '/%2Fother.example'
        """
        if iri.startswith(self.base):
            return local(self.root + quote(self.folder + iri.removeprefix(self.base), safe=SAFE))
        if iri.startswith(KG):
            return f"{self.root}/terms/{quote(iri.removeprefix(KG), safe='')}"
        if self.foreign:
            return f"{self.root}/browse?iri={quote(iri, safe='')}"
        return iri if iri.startswith(("http://", "https://")) else ""

    def iri(self, raw_path: bytes) -> str | None:
        """Returns the IRI that a path (percent-encoded, without the root) stands for; None for none of this base's.

        >>> Links("https://example.org/x/").iri(b"/x/a%20b"), Links("https://example.org/x/").iri(b"/y")
        ('https://example.org/x/a b', None)
        """
        try:
            path = unquote_to_bytes(raw_path).decode("utf-8")
        except UnicodeDecodeError:
            return None
        return self.base + path.removeprefix(self.folder) if path.startswith(self.folder) else None


def local(path: str) -> str:
    """Returns a path as an address on this host: two slashes in front would name another."""
    return f"/%2F{path[2:]}" if path.startswith("//") else path


def uri(iri: str) -> str:
    """Returns an IRI as headers take it (RFC 3987, section 3.1); an address that is a URI already stays as it is.

    >>> uri("https://example.org/ñ?q=%C3%B1#a")
    'https://example.org/%C3%B1?q=%C3%B1#a'
    """
    return quote(iri, safe=SAFE + "%?#[]")


def id_of(iri: str, base: str) -> str:
    """Returns the identifier of an entity: the end of its IRI where it is the dataset's own, else its IRI.

    >>> id_of("https://e.org/x/a", "https://e.org/x/"), id_of("https://e.org/y", "https://e.org/x/")
    ('a', 'https://e.org/y')
    """
    rest = iri.removeprefix(base)
    return rest if rest and rest != iri else iri
