"""Which file an address of the server becomes, and how one file links to another. Knows no content."""

from __future__ import annotations

import hashlib
import posixpath
import re
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from kg.serve.links import SAFE

SUFFIXES = {
    "text/html": "html", "text/turtle": "ttl", "application/n-triples": "nt", "application/n-quads": "nq",
    "application/trig": "trig", "application/ld+json": "jsonld", "application/rdf+xml": "rdf",
    "application/json": "json", "text/csv": "csv", "text/plain": "txt",
    "application/opensearchdescription+xml": "xml", "application/sparql-query": "rq",
}  # fmt: skip
"""Media type to the suffix of a file whose address has none."""

LONGEST = 180
"""Bytes of one part of a file's path; file systems take 255."""


def place(address: str, media: str) -> str:
    """Returns the path of the file that holds what is at an address (a path, perhaps with a query).

    >>> place("/", "text/html"), place("/data/capriles", "text/html"), place("/queries?tag=a%20b", "text/html")
    ('index.html', 'data/capriles.html', 'queries~tag=a b.html')
    """
    split = urlsplit(address)
    path = unquote(split.path, errors="surrogateescape").lstrip("/")
    suffix = SUFFIXES.get(media, "")
    if not path or path.endswith("/"):
        path += "index"
    if split.query:
        stem, dot, old = path.rpartition(".")
        named = dot and old == suffix
        path = f"{stem if named else path}~{_query(split.query)}"
    bare = "." not in posixpath.basename(path).lstrip(".")
    if suffix and not path.endswith(f".{suffix}") and (suffix == "html" or bare):
        path += f".{suffix}"
    return "/".join(_short(part) for part in path.split("/") if part not in ("", ".", ".."))


def _query(query: str) -> str:
    return re.sub(r'[\x00-\x1f/\\:*?"<>|#%]+', "-", unquote_plus(query))


def _short(part: str) -> str:
    if len(part.encode("utf-8", "surrogateescape")) <= LONGEST:
        return part
    stem, dot, suffix = part.rpartition(".") if "." in part[-8:] else (part, "", "")
    digest = hashlib.sha256(part.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return f"{stem[: LONGEST // 4 - 20]}~{digest}{dot}{suffix}"


def link(here: str, there: str, fragment: str = "") -> str:
    """Returns the relative link from one file to another.

    >>> link("data/capriles.html", "static/pages.css"), link("index.html", "data/50%.html", "a")
    ('../static/pages.css', 'data/50%25.html#a')
    """
    found = quote(posixpath.relpath(there, posixpath.dirname(here) or "."), safe=SAFE, errors="surrogateescape")
    if ":" in found.split("/")[0]:
        found = f"./{found}"  # else it would be taken for a scheme
    return f"{found}#{fragment}" if fragment else found
