"""RDF terms as N-Triples text: namespaces, IRIs minted from content, literals. Knows no facts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote, unquote

KG = "https://kg.example/terms#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
DCTERMS = "http://purl.org/dc/terms/"
EDTF = "http://id.loc.gov/datatypes/edtf/"

VOCABULARIES = {
    "kg": KG, "rdf": RDF, "rdfs": RDFS, "xsd": XSD, "owl": OWL, "skos": SKOS,
    "prov": PROV, "oa": OA, "dcterms": DCTERMS, "edtf": EDTF,
}  # fmt: skip
"""Prefix to namespace, for everything that does not depend on the dataset."""

MINTED = ("statement", "evidence", "selector", "quantity", "disagreement")
"""The folders under a dataset's base in which IRIs are minted from content."""

BASE = "https://kg.example/data/"
"""Base IRI of a dataset that names none."""

ID_PATTERN = re.compile(r"[^\W_](?:[\w.\-]*\w)?")
"""An entity's id: letters, digits, '_', '.', '-'; no punctuation at either end."""

RESERVED_IDS = frozenset({*MINTED, "inferred", "ontology"})

_UNSEEN = r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufff0-\uffff"
_IRI_FORBIDDEN = re.compile(rf'[\x00-\x20<>"{{}}|\\^`{_UNSEEN}]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPABLE = re.compile(r'[\\"\n\r\t]')


def prefixes(base: str) -> dict[str, str]:
    """Returns every prefix of a dataset, in the order in which they are printed."""
    return {"": base, **{name: f"{base}{name}/" for name in MINTED}, **VOCABULARIES}


def iri(text: str) -> str:
    """Returns an IRI as an N-Triples term.

    >>> iri("https://kg.example/terms#governs")
    '<https://kg.example/terms#governs>'
    """
    return f"<{text}>"


def is_iri(text: str) -> bool:
    """Says whether the text can be an absolute IRI that strict parsers read and people can see."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:\S", text)) and not _IRI_FORBIDDEN.search(text)


def tail(text: str) -> str:
    """Returns the readable end of an IRI, behind the last # or / before it.

    >>> tail("http://xmlns.com/foaf/0.1/name"), tail("https://e.org/Caf%C3%A9#"), tail("urn:x")
    ('name', 'Café', 'urn:x')
    """
    return unquote(text.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]) or text


def entity_iri(base: str, identifier: str) -> str:
    """Returns the IRI of an entity, in NFC so that one id has one IRI however it was typed."""
    return base + unicodedata.normalize("NFC", identifier)


def literal(text: str, datatype: str = "", language: str = "") -> str:
    """Returns a literal as an N-Triples term; characters other than quotes and line ends stay as they are.

    >>> literal('say "no"', language="en")
    '"say \\\\"no\\\\""@en'
    """
    body = _ESCAPABLE.sub(lambda m: _ESCAPES[m[0]], text) if _ESCAPABLE.search(text) else text
    if language:
        return f'"{body}"@{language}'
    return f'"{body}"^^<{datatype}>' if datatype else f'"{body}"'


def digest(*parts: str) -> str:
    """Returns the 16 hexadecimal digits under which content is minted: the same parts, the same IRI."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def slug(text: str) -> str:
    """Returns text as one readable segment of an IRI.

    >>> slug("about 5.4 million")
    'about-5.4-million'
    """
    return quote(re.sub(r"[\s/]+", "-", text.strip()), safe="-._~")


_UNESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")


def text_of(term: str) -> str:
    """Returns what an N-Triples term says: the IRI, or the lexical form of a literal.

    >>> text_of('"5.4"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    '5.4'
    """
    if term.startswith("<"):
        return term[1:-1]
    if not term.startswith('"'):
        return term
    body = term[1 : term.rindex('"')]
    if "\\" not in body:
        return body
    return _ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _UNESCAPES[m[3]], body)
