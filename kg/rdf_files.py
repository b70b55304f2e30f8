"""Files of RDF as they are, loaded into a store: default and named graphs kept apart. Fetches nothing."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from kg.files import content
from kg.problem import echo

if TYPE_CHECKING:
    import pyoxigraph as ox

SIZE_LIMIT = 1024 * 1024 * 1024

SUFFIXES = {
    ".ttl": "TURTLE", ".nt": "N_TRIPLES", ".nq": "N_QUADS", ".trig": "TRIG", ".jsonld": "JSON_LD", ".rdf": "RDF_XML",
    ".owl": "RDF_XML", ".xml": "RDF_XML", ".n3": "N3", ".json": "JSON_LD",
}  # fmt: skip
"""Suffix to the engine's name of the format."""

_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
"""What lets a few lines of XML grow without end; no RDF needs it."""



class NotRead(Exception):
    """A file that is not loaded; the message says which and why."""


def load_file(store: ox.Store, path: Path) -> bytes:
    """Loads a file into a store, all of it or nothing, and returns its SHA-256. Raises NotRead."""
    import pyoxigraph as ox

    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise NotRead(f"{echo(str(path))}: is in no format that is read here: {', '.join(SUFFIXES)}")
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise NotRead(f"{echo(str(path))}: is larger than {SIZE_LIMIT:,} bytes")
        raw = content(path)
    except OSError as error:
        raise NotRead(f"{echo(str(path))}: cannot be read ({error.strerror})") from None
    if kind == "RDF_XML" and _DECLARATION.search(raw):
        raise NotRead(f"{echo(str(path))}: declares a document type or entities, which could grow without end")
    try:
        store.bulk_load(raw, getattr(ox.RdfFormat, kind), base_iri=path.resolve().as_uri())
    except (SyntaxError, ValueError, OSError) as error:
        raise NotRead(f"{echo(str(path))}: {echo(str(error))}") from None
    return hashlib.sha256(raw).digest()
