"""Export formats, found by file name: a graph as N-Triples lines comes in, text comes out; no fact files.

Each module of this folder is one format and has `NAME`, `LABEL`, `SUFFIX`, `MEDIA_TYPE`, `GRAPHS` (True where
the format carries named graphs) and `write(graphs, *, inferred=False)`, which yields text to be stored as
UTF-8 with its line ends as they are. This module holds what several formats share: the order of subjects, the
blocks of Turtle and TriG, the guard of the XML formats and the flat network of the graph formats.
"""

from __future__ import annotations

import json
import pkgutil
import re
from importlib import import_module
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kg.terms import RDF, RDFS, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import ModuleType

    import networkx
    import pyoxigraph

    from kg.layout import Graphs

NAMES: tuple[str, ...] = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))
"""The formats there are, sorted; listed without importing any of them."""


class UnknownFormat(LookupError):
    """No writer has this name or suffix; `known` has the names there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no export format is called {name!r}; there are {', '.join(NAMES)}")
        self.name = name
        self.known = NAMES


class Unwritable(ValueError):
    """The graph holds something that the format cannot carry; raised before any text is yielded."""


def load(name: str) -> ModuleType:
    """Returns the writer with this name (`turtle`) or suffix (`.ttl`).

    Raises `UnknownFormat`, which lists the names there are.
    """
    if name in NAMES:
        return import_module(f"{__name__}.{name}")
    writers = (import_module(f"{__name__}.{known}") for known in NAMES)
    found = next((writer for writer in writers if name == writer.SUFFIX), None)
    if found is None:
        raise UnknownFormat(name)
    return found


# Lines and their order

_TYPE = f"<{RDF}type>"
_STATES = (RDF + "subject", RDF + "predicate", RDF + "object")
_LEADING = (RDF + "type", RDFS + "label", SKOS + "altLabel", *_STATES)
_RANK = {f"<{iri}>": rank for rank, iri in enumerate(_LEADING)}

Pairs = list[tuple[str, str]]
"""Predicates with objects, as terms of N-Triples."""


def default_graph(graphs: Graphs, inferred: bool) -> Sequence[str]:
    """Returns the lines that a format without named graphs writes, sorted and each once."""
    if not inferred or not graphs.inferred:
        return graphs.facts
    return sorted({*graphs.facts, *graphs.inferred})


def named_graphs(graphs: Graphs) -> list[tuple[str, Sequence[str]]]:
    """Returns IRI and lines of each named graph that is not empty."""
    found = ((f"{graphs.base}inferred", graphs.inferred), (f"{graphs.base}ontology", graphs.ontology))
    return [(name, lines) for name, lines in found if lines]


def subjects(lines: Iterable[str], prefixes: Mapping[str, str]) -> Iterator[tuple[str, Pairs]]:
    """Yields what is said of each subject, in the order in which people read it.

    Subjects come by namespace in the order of the prefixes, by IRI within one, blank nodes last; of each its
    classes, labels, aliases and what it states, then the rest by predicate. No place depends on what else
    there is.

    >>> list(subjects(['<http://e/s> <http://e/p> "a b"@en .'], {}))
    [('<http://e/s>', [('<http://e/p>', '"a b"@en')])]
    """
    found: dict[str, list[str]] = {}
    group: list[str] = []
    head = "\n"
    for line in lines:
        if not line.startswith(head):
            head = line[: line.index(" ") + 1]
            group = found.setdefault(head[:-1], [])
        group.append(line)
    for subject in _ordered(found, prefixes):
        leading, others = [], []
        for line in found[subject]:
            _, predicate, rest = line.split(" ", 2)
            if predicate in _RANK:
                leading.append((_RANK[predicate], predicate, rest[:-2]))
            else:
                others.append((predicate, rest[:-2]))
        leading.sort(key=itemgetter(0))
        yield subject, [pair[1:] for pair in leading] + others


def _ordered(terms: Iterable[str], prefixes: Mapping[str, str]) -> list[str]:
    places = {namespace: place for place, namespace in enumerate(prefixes.values())}
    sections: dict[int, list[str]] = {}
    for term in terms:
        namespace = _namespace(term)
        if term[0] != "<":
            place = len(places) + 1
        elif namespace in places:
            place = places[namespace]
        else:
            around = [known for known in places if term.startswith(known, 1)]
            place = places[max(around, key=len)] if around else len(places)
        # Without the closing bracket, which would sort before a letter but after a digit or a hyphen.
        sections.setdefault(place, []).append(term.rstrip(">"))
    order = []
    for _, section in sorted(sections.items()):
        section.sort()
        order += [f"{term}>" if term[0] == "<" else term for term in section]
    return order


def _namespace(term: str) -> str:
    return term[1 : max(term.rfind("/"), term.rfind("#")) + 1]


# Turtle and TriG

_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INNER = rf"_:0-9{_LETTER}\u00b7\u0300-\u036f\u203f-\u2040-"
_MARKED = r"%[0-9A-Fa-f]{2}|[!$&'()*+,;=~@]"
_START, _END = rf"(?:[_:0-9{_LETTER}]|{_MARKED})", rf"(?:[{_INNER}]|{_MARKED})"
# PN_LOCAL of Turtle 1.1, with the marks that _MARKS gives a backslash; other names stay whole IRIs, as does
# one that ends in a dot, since rdflib does not read its escaped form.
_LOCAL = re.compile(rf"(?:{_START}(?:(?:\.|{_END})*{_END})?)?")
_MARKS = re.compile(r"[!$&'()*+,;=~@]")

# Only those numbers go without quotes whose characters both rdflib and pyoxigraph give back: rdflib reads
# through Python's int and Decimal, which turn 007 into 7, +5 into 5, .5 into 0.5 and 0.0000001 into 1E-7.
_BARE = {
    f"<{XSD}integer>": re.compile(r"0|-?[1-9][0-9]{0,99}"),
    f"<{XSD}decimal>": re.compile(r"-?(?:0|[1-9][0-9]{0,99})\.[0-9]{1,6}"),
    f"<{XSD}boolean>": re.compile(r"true|false"),
}


class Terms(dict[str, str]):
    """Terms of N-Triples as Turtle writes them, each worked out once; `used` collects the prefixes needed.

    >>> terms = Terms({"e": "http://e/"})
    >>> terms["<http://e/o'brien>"], terms["<http://e/a/b>"], terms["<http://e/50%25>"]
    ("e:o\\\\'brien", '<http://e/a/b>', 'e:50%25')
    """

    __slots__ = ("namespaces", "prefixes", "used")

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__({_TYPE: "a"})
        self.prefixes = dict(prefixes)
        self.namespaces = {namespace: prefix for prefix, namespace in prefixes.items()}
        self.used: set[str] = set()

    def __missing__(self, term: str) -> str:
        kind = term[0]
        text = self[term] = self._iri(term) if kind == "<" else self._literal(term) if kind == '"' else term
        return text

    def _iri(self, term: str) -> str:
        namespace = _namespace(term)
        prefix = self.namespaces.get(namespace)
        if prefix is None:
            return term
        local = term[len(namespace) + 1 : -1]
        if not (local.isalnum() and local.isascii()):
            if not _LOCAL.fullmatch(local):
                return term
            local = _MARKS.sub(r"\\\g<0>", local)
        self.used.add(prefix)
        return f"{prefix}:{local}"

    def _literal(self, term: str) -> str:
        if term[-1] != ">":
            return term
        end = term.rindex('"')
        datatype = term[end + 3 :]
        if datatype in _BARE and _BARE[datatype].fullmatch(term, 1, end):
            return term[1:end]
        return f"{term[: end + 3]}{self[datatype]}"

    def header(self) -> str:
        """Returns the declarations of the prefixes used so far, in the given order."""
        used = [(prefix, namespace) for prefix, namespace in self.prefixes.items() if prefix in self.used]
        return "".join([f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in used])


def blocks(lines: Iterable[str], terms: Terms) -> list[str]:
    r"""Returns one block of Turtle a subject: the subject with its classes, then one triple a line.

    Each line has an end of its own, so that another triple is another line and touches no other.

    >>> blocks(['<http://e/s> <http://e/p> "1"@en .'], Terms({"e": "http://e/"}))
    ['\ne:s\n    e:p "1"@en ;\n.\n']
    """
    return [_block(terms[subject], pairs, terms) for subject, pairs in subjects(lines, terms.prefixes)]


def _block(subject: str, pairs: Pairs, terms: Terms) -> str:
    # A literal without a datatype is the same text in Turtle: looking it up would only fill the memory.
    classes = [terms[object_] for predicate, object_ in pairs if predicate == _TYPE]
    head = f"\n{subject} a {', '.join(classes)} ;\n" if classes else f"\n{subject}\n"
    rows = [
        f"    {terms[predicate]} {object_ if object_[-1] != '>' else terms[object_]} ;\n"
        for predicate, object_ in pairs[len(classes) :]
    ]
    return f"{head}{''.join(rows)}.\n"


# Formats on XML

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_xml(text: str, label: str, place: str) -> None:
    """Passes text that XML 1.0 can hold; `label` names the format and `place` says where the text stands.

    Raises `Unwritable`: XML has no way to write most control characters, not even escaped.
    """
    found = _NOT_XML.search(text)
    if found:
        raise Unwritable(f"{label} cannot hold the character U+{ord(found[0]):04X} in {place}")


def keep_returns(xml: str) -> str:
    """Returns the XML with carriage returns as character references, or a reader would make them newlines."""
    return xml.replace("\r", "&#13;")


# Formats of networks


def flat_network(graphs: Graphs, inferred: bool, label: str) -> networkx.MultiDiGraph:
    """Returns the network of the graph with text and numbers as its only attributes, nodes and edges sorted.

    A node's `facts` are the sentences about values. Each edge has its verb as `label`, its documents as
    `sources` and a key that no other edge has. Lists of text are joined by ` | `, a mapping `verb` becomes
    `verb_en` and `verb_es`, true is 1, and what is nested deeper is JSON text.

    Raises `Unwritable` where an attribute holds a character that XML cannot.
    """
    import networkx

    from kg.network import network

    full = network(_store(graphs, inferred), graphs.base)
    title = {name: full.graph[name] for name in ("base", "title")}
    flat = networkx.MultiDiGraph(**_flat(title, label, graphs.base))
    for node in sorted(full.nodes):
        sentences = [fact["sentence"] for fact in full.nodes[node]["facts"]]
        flat.add_node(node, **_flat(full.nodes[node] | {"facts": sentences}, label, node))
    seen: dict[str, int] = {}
    for subject, object_, key in sorted(full.edges(keys=True)):
        seen[key] = seen.get(key, 0) + 1
        fact = full.edges[subject, object_, key]
        readable = {
            "label": fact["verb"]["en"],
            "qualifiers": [f"{name}: {text}" for name, text in fact["qualifiers"]],
            "sources": sorted({evidence["source_label"] for evidence in fact["evidence"]}),
        }
        unique = key if seen[key] == 1 else f"{key} ({seen[key]})"
        flat.add_edge(subject, object_, unique, **_flat(fact | readable, label, key))
    return flat


_DATATYPE = re.compile(r'(?<=")\^\^<[^<>"]*>(?= \.$)')


def _store(graphs: Graphs, inferred: bool) -> pyoxigraph.Store:
    """Returns a store whose literals have no datatypes, as the store would rewrite 65.10 to 65.1."""
    from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

    store = Store()
    parts = [(DefaultGraph(), graphs.facts)]
    parts += [(NamedNode(name), lines) for name, lines in named_graphs(graphs)]
    for name, lines in parts:
        if inferred or lines is not graphs.inferred:
            text = "\n".join(_DATATYPE.sub("", line) for line in lines)
            store.bulk_load(text, format=RdfFormat.N_TRIPLES, to_graph=name)
    return store


def _flat(attributes: Mapping[str, Any], label: str, place: str) -> dict[str, str | int | float]:
    flat: dict[str, str | int | float] = {}
    for name, value in sorted(attributes.items()):
        if isinstance(value, dict):
            flat |= {f"{name}_{part}": _scalar(inner) for part, inner in sorted(value.items())}
        else:
            flat[name] = _scalar(value)
    for name, scalar in flat.items():
        check_xml(f"{name} {scalar}", label, place)
    return flat


def _scalar(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str | int | float):
        return value
    if all(isinstance(item, str) for item in value):
        return " | ".join(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
