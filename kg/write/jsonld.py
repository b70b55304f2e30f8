"""JSON-LD 1.1 of the whole dataset: a graph comes in, one line of JSON a subject comes out.

Every typed value is an object with its text as it stands: JSON's own numbers would lose the zero of `65.10`.
Written here because pyoxigraph's writer uses no prefixes and puts everything on one line.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from kg.terms import RDF, text_of
from kg.write import Unwritable, named_graphs, subjects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.layout import Graphs
    from kg.write import Pairs

NAME = "jsonld"
LABEL = "JSON-LD"
SUFFIX = ".jsonld"
MEDIA_TYPE = "application/ld+json"
GRAPHS = True

_TYPE = f"<{RDF}type>"
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields the facts, then the graphs `inferred` and `ontology`, whatever `inferred` says.

    Raises `Unwritable` for an IRI whose scheme is one of the prefixes, since it would be read as another IRI.
    """
    names = _Names(graphs.base, graphs.prefixes)
    parts = [_nodes(graphs.facts, graphs.prefixes, names)]
    for name, lines in named_graphs(graphs):
        inner = ",\n".join(_nodes(lines, graphs.prefixes, names))
        parts.append([f'{{"@id": {_dump(names.id(f"<{name}>"))}, "@graph": [\n{inner}\n]}}'])
    text = ",\n".join(node for part in parts for node in part)
    yield f'{{"@context": {json.dumps(names.context(), ensure_ascii=False, indent=1)},\n"@graph": [\n'
    yield f"{text}\n]}}\n"


class _Names:
    """IRIs as the context lets them be written; entities relative to the base, as no prefix may be empty."""

    __slots__ = ("base", "prefixes", "spaces", "used")

    def __init__(self, base: str, prefixes: Mapping[str, str]) -> None:
        self.base = base if base.endswith("/") else ""
        self.prefixes = {prefix: iri for prefix, iri in prefixes.items() if prefix and iri[-1] in "/#"}
        self.spaces = {iri: prefix for prefix, iri in self.prefixes.items()}
        self.used: set[str] = set()

    def id(self, term: str) -> str:
        """Returns a subject's or object's name."""
        iri = self.property(term)
        if self.base and iri.startswith(self.base) and _LOCAL.fullmatch(iri, len(self.base)):
            return iri[len(self.base) :]
        return iri

    def property(self, term: str) -> str:
        """Returns the name of a property, class or datatype, which is never relative."""
        if term[0] != "<":
            return term
        iri = text_of(term)
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self.spaces.get(iri[:cut])
        if prefix is not None and _LOCAL.fullmatch(iri, cut):
            self.used.add(prefix)
            return f"{prefix}:{iri[cut:]}"
        scheme, _, rest = iri.partition(":")
        if scheme in self.prefixes and not rest.startswith("//"):
            raise Unwritable(f"{LABEL} would read {term} as a name with the prefix {scheme!r}")
        return iri

    def context(self) -> dict[str, str]:
        """Returns the prefixes used so far, in the given order."""
        base = {"@base": self.base} if self.base else {}
        return base | {prefix: iri for prefix, iri in self.prefixes.items() if prefix in self.used}


def _nodes(lines: Sequence[str], prefixes: Mapping[str, str], names: _Names) -> list[str]:
    return [_dump(_node(subject, pairs, names)) for subject, pairs in subjects(lines, prefixes)]


def _node(subject: str, pairs: Pairs, names: _Names) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": names.id(subject)}
    for predicate, object_ in pairs:
        if predicate == _TYPE and object_[0] != '"':
            key, value = "@type", names.property(object_)
        else:
            key, value = names.property(predicate), _value(object_, names)
        if key not in node:
            node[key] = value
        elif isinstance(node[key], list):
            node[key].append(value)
        else:
            node[key] = [node[key], value]
    return node


def _value(term: str, names: _Names) -> str | dict[str, str]:
    if term[0] != '"':
        return {"@id": names.id(term)}
    tail = term[term.rindex('"') + 1 :]
    if not tail:
        return text_of(term)
    if tail[0] == "@":
        return {"@value": text_of(term), "@language": tail[1:]}
    return {"@value": text_of(term), "@type": names.property(tail[2:])}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
