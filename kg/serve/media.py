"""The formats in which results and graphs are sent: media type, suffix, the engine's name. Knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from kg.terms import XSD

NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float", "int", "long"))
"""Datatypes of what is a number."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format."""

    name: str
    """Suffix and short name."""
    media: str
    engine: str
    """Attribute of pyoxigraph's QueryResultsFormat or RdfFormat."""
    also: tuple[str, ...] = ()
    """Other media types by which it is asked for."""
    row: bytes = b""
    """Bytes that stand once in every row, by which rows are counted as they pass."""
    charset: bool = False
    """Whether its content type says that it is UTF-8; the others say so themselves or can be nothing else."""

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return f"{self.media}; charset=utf-8" if self.charset else self.media


RESULTS = (
    Format("json", "application/sparql-results+json", "JSON", ("application/json",), b"},{"),
    Format("xml", "application/sparql-results+xml", "XML", ("application/xml", "text/xml"), b"<result>"),
    Format("csv", "text/csv", "CSV", (), b"\r\n", charset=True),
    Format("tsv", "text/tab-separated-values", "TSV", (), b"\n", charset=True),
)
"""For SELECT and ASK; the first is sent to whoever takes anything."""

GRAPHS = (
    Format("ttl", "text/turtle", "TURTLE", ("text/n3", "application/x-turtle"), charset=True),
    Format("nt", "application/n-triples", "N_TRIPLES", ("text/plain",), charset=True),
    Format("nq", "application/n-quads", "N_QUADS", (), charset=True),
    Format("trig", "application/trig", "TRIG", (), charset=True),
    Format("jsonld", "application/ld+json", "JSON_LD"),
    Format("rdf", "application/rdf+xml", "RDF_XML"),
)
"""For CONSTRUCT and DESCRIBE."""


def named(name: str, formats: tuple[Format, ...]) -> Format | None:
    """Returns the format of that name, None for none.

    >>> named("csv", RESULTS).media
    'text/csv'
    """
    return next((one for one in formats if one.name == name), None)
