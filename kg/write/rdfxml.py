"""RDF/XML of the facts: a graph comes in, an element a subject comes out.

XML cannot hold every graph: most control characters have no place in it, and a property must end in an XML
name. Such a graph is refused; nothing is left out. Written here because pyoxigraph's writer gives XML that
other readers refuse for both, and for a class without such a name, and leaves carriage returns to be read as
newlines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from kg.terms import RDF, text_of
from kg.write import Unwritable, check_xml, default_graph, keep_returns, subjects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.layout import Graphs
    from kg.write import Pairs

NAME = "rdfxml"
LABEL = "RDF/XML"
SUFFIX = ".rdf"
MEDIA_TYPE = "application/rdf+xml"
GRAPHS = False

# A namespace and an XML name; of the letters that XML allows only ASCII, on which all its editions agree.
_SPLIT = re.compile(r"(.*?)([A-Za-z_][A-Za-z0-9_.-]*)", re.DOTALL)
# RDF/XML, section 5.1: names of the syntax itself, which no property may have.
_SYNTAX = frozenset(
    RDF + name
    for name in (
        "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li",
        "aboutEach", "aboutEachPrefix", "bagID",
    )
)  # fmt: skip
_XML = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields the prefixes that are needed and then an element a subject, in the order of the Turtle export.

    Raises `Unwritable` for a property without an XML name at its end and a character that XML cannot hold.
    """
    lines = default_graph(graphs, inferred)
    prefixes = {name: iri for name, iri in graphs.prefixes.items() if iri != RDF and name != "rdf"}
    prefixes["rdf"] = RDF
    tags = _tags(lines, prefixes)
    used = {tag.rpartition(":")[0] for tag, namespace in tags.values() if not namespace} | {"rdf"}
    found = [_description(subject, pairs, tags) for subject, pairs in subjects(lines, graphs.prefixes)]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    for name, iri in prefixes.items():
        if name in used:
            yield f"\n    xmlns{':' * bool(name)}{name}={_quoted(iri)}"
    yield ">\n"
    yield from found
    yield "</rdf:RDF>\n"


def _tags(lines: Sequence[str], prefixes: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Returns each property's tag and, if its namespace has no prefix, the attribute that declares it."""
    names = {iri: f"{prefix}:" if prefix else "" for prefix, iri in prefixes.items()}
    tags = {}
    for predicate in sorted({line.split(" ", 2)[1] for line in lines}):
        iri = text_of(predicate)
        parts = _SPLIT.fullmatch(iri)
        if parts is None or iri in _SYNTAX or parts[1] in _XML or not parts[1]:
            raise Unwritable(f"{LABEL} cannot have {predicate} as a property: no XML name for it")
        namespace, local = _longest(iri, parts[1], names)
        known = namespace in names
        tags[predicate] = (names[namespace] + local, "") if known else (local, f" xmlns={_quoted(namespace)}")
    return tags


def _longest(iri: str, namespace: str, names: Mapping[str, str]) -> tuple[str, str]:
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    cut = cut if iri[:cut] in names and cut >= len(namespace) else len(namespace)
    return iri[:cut], iri[cut:]


def _description(subject: str, pairs: Pairs, tags: Mapping[str, tuple[str, str]]) -> str:
    rows = [_element(*tags[predicate], object_) for predicate, object_ in pairs]
    text = f"<rdf:Description rdf:about={_quoted(text_of(subject))}>\n{''.join(rows)}</rdf:Description>\n"
    check_xml(text, LABEL, f"what is said of {subject}")
    return text


def _element(tag: str, declared: str, object_: str) -> str:
    if object_[0] == "<":
        return f"  <{tag}{declared} rdf:resource={_quoted(text_of(object_))}/>\n"
    tail = object_[object_.rindex('"') + 1 :]
    kind = ""
    if tail[:1] == "@":
        kind = f' xml:lang="{tail[1:]}"'
    elif tail:
        kind = f" rdf:datatype={_quoted(tail[3:-1])}"
    return f"  <{tag}{declared}{kind}>{keep_returns(escape(text_of(object_)))}</{tag}>\n"


def _quoted(iri: str) -> str:
    """Returns an IRI, which holds no quotes and no white space, as the value of an attribute."""
    return f'"{escape(iri)}"'
