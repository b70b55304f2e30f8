"""The graph as a network: a store gives a networkx.MultiDiGraph of entities and facts; knows RDF, no fact files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import networkx as nx
import pyoxigraph as ox

from kg.locator import Locator
from kg.terms import DCTERMS, KG, OA, PROV, RDF, RDFS, SKOS

KINDS = frozenset({"Person", "Party", "Organization", "Group", "Office", "Place", "Event", "Document", "Topic"})
"""Classes that a picture tells apart: the nearest at or above an entity's class is its kind, else `Other`."""

STATUSES = ("asserted", "alleged", "predicted", "threatened", "denied")
"""Strongest first: a fact has the status of its strongest evidence."""

BOUNDS = ("beginOfBegin", "endOfBegin", "beginOfEnd", "endOfEnd")

_AUTHORS = (KG + "writtenBy", KG + "author", DCTERMS + "creator")
_PUBLISHED = (KG + "publishedOn", KG + "writtenOn", DCTERMS + "date")
_NO_ENTITIES = frozenset(
    KG + name for name in ("Statement", "Evidence", "Quantity", "Disagreement", "Unit", "Status", "Rank")
)

Fact = dict[str, Any]
Row = tuple[str, str | None, str, Fact]
"""Subject, object (None for a literal), key, fact."""


def network(store: ox.Store, base: str, rules: Mapping[str, str] | None = None) -> nx.MultiDiGraph:
    """Returns entities as nodes and facts between them as edges, in an order that depends on nothing but the graph.

    `rules` names the rule of inferred triples, as N-Triples lines; without it they only say that a rule gave them.

    A fact about a literal or a quantity stands in `facts` of its subject's node, and so does one about another fact.
    """
    source = _Source(store, base)
    rows = [*_stated(source, rules or {}), *_inferred(source, rules or {})]
    names = source.classes.keys() | {end for subject, obj, *_ in rows for end in (subject, obj) if end}
    nodes = {name: _node(source, name) for name in sorted(names)}
    edges = []
    for subject, obj, key, fact in sorted(rows, key=lambda row: (row[0], row[1] or "", row[2])):
        if obj is None:
            nodes[subject]["facts"].append(fact | {"key": key})
        else:
            edges.append((subject, obj, key, fact))
    graph = nx.MultiDiGraph(title=_title(source), base=base, properties=_vocabulary(source))
    graph.add_nodes_from(nodes.items())
    graph.add_edges_from(edges)
    return graph


@dataclass(slots=True)
class _Source:
    """What is read of a store: whole columns, one predicate at a time, which costs less than a query a node."""

    store: ox.Store
    base: str
    labels: dict[str, dict[str, str]] = field(init=False)
    """IRI to its labels by language; '' where a label has none."""
    above: dict[str, list[str]] = field(init=False)
    """Class to the classes right above it."""
    about: dict[str, tuple[str, str, Any]] = field(init=False)
    """Statement to its subject, property and object."""
    classes: dict[str, str] = field(init=False)
    """Entity to its class."""
    aliases: dict[str, list[Any]] = field(init=False)
    evidence: dict[str, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.labels = self._labels()
        self.above = {name: [term.value for term in terms] for name, terms in self.column(RDFS + "subClassOf").items()}
        self.about = self._about()
        self.classes = self._classes()
        self.aliases = self.column(SKOS + "altLabel")
        self.evidence = _evidence(self)

    def column(self, predicate: str) -> dict[str, list[Any]]:
        """Returns every subject's values of one predicate, over all graphs, sorted, each once."""
        found: dict[str, list[Any]] = defaultdict(list)
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
            if not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode):
                found[quad.subject.value].append(quad.object)
        return {name: sorted(set(terms), key=str) if len(terms) > 1 else terms for name, terms in found.items()}

    def single(self, predicate: str) -> dict[str, str]:
        """Returns every subject's first value of one predicate as text."""
        return {name: terms[0].value for name, terms in self.column(predicate).items()}

    def _labels(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, terms in self.column(RDFS + "label").items():
            for term in reversed([term for term in terms if isinstance(term, ox.Literal)]):
                found.setdefault(name, {})[term.language or ""] = term.value
        return found

    def _about(self) -> dict[str, tuple[str, str, Any]]:
        subjects, objects = self.single(RDF + "subject"), self.column(RDF + "object")
        properties = self.single(RDF + "predicate")
        return {
            name: (subjects[name], properties[name], objects[name][0])
            for name in sorted(subjects.keys() & objects.keys() & properties.keys())
        }

    def _classes(self) -> dict[str, str]:
        ontology = self.base + "ontology"
        found: dict[str, set[str]] = defaultdict(set)
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, None):
            graph = getattr(quad.graph_name, "value", "")
            if graph != ontology and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                found[quad.subject.value].add(quad.object.value)
        return {
            name: max(sorted(classes), key=lambda cls: len(self.ancestors(cls)))
            for name, classes in found.items()
            if name not in self.about and not any(cls in _NO_ENTITIES or cls.startswith(OA) for cls in classes)
        }

    def ancestors(self, cls: str) -> list[str]:
        """Returns a class and all those above it, nearest first."""
        found = [cls]
        for name in found:
            found += [parent for parent in self.above.get(name, ()) if parent not in found]
        return found

    def label(self, name: str, language: str = "en") -> str:
        """Returns the label in a language, else the one without a language, else the first; else the end of the IRI."""
        known = self.labels.get(name)
        if not known:
            return self.tail(name)
        return known.get(language) or known.get("") or known[min(known)]

    def both(self, name: str) -> dict[str, str]:
        """Returns the English and the Spanish label of a term, each standing in for the other."""
        known = self.labels.get(name, {})
        spare = known.get("") or self.tail(name)
        return {"en": known.get("en") or spare, "es": known.get("es") or known.get("en") or spare}

    def tail(self, name: str) -> str:
        """Returns the readable end of an IRI."""
        own = name.startswith(self.base)
        end = name.removeprefix(self.base) if own else name.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
        return unquote(end) or name

    def text(self, term: Any) -> str:
        """Returns what people read for a term; a fact reads as its sentence."""
        if isinstance(term, ox.Literal):
            return term.value
        return self.sentence(*self.about[term.value]) if term.value in self.about else self.label(term.value)

    def sentence(self, subject: str, predicate: str, obj: Any) -> str:
        """Returns a fact as people would write it; a fact that is part of it stands in quotes."""
        ends = [
            f"“{self.text(end)}”" if end.value in self.about else self.text(end) for end in (ox.NamedNode(subject), obj)
        ]
        return f"{ends[0]} {self.both(predicate)['en']} {ends[1]}"


def _title(source: _Source) -> str:
    datasets = sorted(name for name, cls in source.classes.items() if cls == KG + "Dataset")
    return source.label(datasets[0]) if datasets else source.base


def _vocabulary(source: _Source) -> dict[str, dict[str, str]]:
    """Returns the English and Spanish labels of every labelled term outside the dataset's own IRIs."""
    return {name: source.both(name) for name in sorted(source.labels) if not name.startswith(source.base)}


def _node(source: _Source, name: str) -> dict[str, Any]:
    cls = source.classes.get(name, "")
    kinds = (source.tail(above) for above in source.ancestors(cls) if above.startswith(KG))
    return {
        "label": source.label(name),
        "names": {language: text for language, text in sorted(source.labels.get(name, {}).items()) if language},
        "aliases": [term.value for term in source.aliases.get(name, ())],
        "cls": cls,
        "class_label": source.label(cls) if cls else "",
        "labels": source.both(cls) if cls else {"en": "", "es": ""},
        "kind": next((tail for tail in kinds if tail in KINDS), "Other"),
        "facts": [],
    }


def _evidence(source: _Source) -> dict[str, dict[str, Any]]:
    """Returns every evidence node as a record, keyed by its IRI."""
    documents, selectors = source.single(PROV + "hadPrimarySource"), source.single(OA + "hasSelector")
    status, rank, note, chain = (source.single(KG + name) for name in ("status", "rank", "note", "speakers"))
    speaker, relays = source.column(KG + "speaker"), source.column(KG + "relayedBy")
    locators = _locators(source)
    about = _documents(source)
    found = {}
    for name, document in documents.items():
        ids = [source.base + part for part in chain[name].split(" < ")] if name in chain else []
        speakers = ids or [term.value for term in (*speaker.get(name, ()), *relays.get(name, ()))]
        found[name] = {
            "iri": name,
            "source": document,
            "source_label": source.label(document),
            **about(document),
            **locators.get(selectors.get(name, ""), {"locator": "", "quote": "", "fragment": "", "chars": []}),
            "speakers": [source.label(who) for who in speakers],
            "speaker_iris": speakers,
            "status": source.tail(status.get(name, "asserted")),
            "rank": source.tail(rank.get(name, "normal")),
            "note": note.get(name, ""),
        }
    return found


def _locators(source: _Source) -> dict[str, dict[str, Any]]:
    """Returns what each selector says: the locator as written, a whole quoted passage, a URL's text fragment, and the
    passage's first character and the one behind its last, in the document's file, where they are known.
    """
    written, quoted, values = (
        source.single(RDFS + "label"),
        source.single(OA + "exact"),
        source.single(RDF + "value"),
    )
    starts, ends = source.single(OA + "start"), source.single(OA + "end")
    return {
        name: {
            "locator": written.get(name) or quoted.get(name) or values.get(name, ""),
            "quote": quoted.get(name, ""),
            "fragment": _fragment(values.get(name, ""), quoted.get(name, "")),
            "chars": _numbers(starts.get(name, ""), ends.get(name, "")),
        }
        for name in written.keys() | quoted.keys() | values.keys()
    }


def _numbers(*texts: str) -> list[int]:
    return [int(text) for text in texts] if all(text.isascii() and text.isdigit() for text in texts) else []


def _fragment(value: str, quoted: str) -> str:
    """Returns the text fragment that leads to a passage: as the graph has it, else of the words that it quotes."""
    if not value and quoted:
        return Locator("fragment", quoted).fragment
    return value if value.startswith(":~:") else ""


def _documents(source: _Source) -> Any:
    """Returns a function from a document to who wrote it, when, when it was posted, where it can be read, on which
    lines; `dataset` where it is none but the project itself, whose makers say so.
    """
    authors = [source.column(name) for name in _AUTHORS]
    dates, posted = [source.single(name) for name in _PUBLISHED], _postings(source)
    urls, files, lines = (source.single(KG + name) for name in ("url", "file", "lines"))

    def about(document: str) -> dict[str, Any]:
        writers = next((column[document] for column in authors if document in column), [])
        return {
            "authors": [source.text(term) for term in writers],
            "date": next((column[document] for column in dates if document in column), ""),
            "posted": posted.get(document, ""),
            "dataset": source.classes.get(document) == KG + "Dataset",
            "url": urls.get(document, ""),
            "file": files.get(document, ""),
            "lines": lines.get(document, ""),
        }

    return about


def _postings(source: _Source) -> dict[str, str]:
    """Returns the first day on which each document was posted: a posting is a statement, its day a qualifier."""
    days, found = source.single(KG + "on"), dict[str, str]()
    for name, (subject, predicate, _) in source.about.items():
        if predicate == KG + "postedBy" and name in days:
            found[subject] = min(found.get(subject, days[name]), days[name])
    return found


def _stated(source: _Source, given: Mapping[str, str]) -> Iterator[Row]:
    """Yields every statement as a fact."""
    evidence, names = source.column(KG + "evidence"), source.single(DCTERMS + "identifier")
    bounds = [source.single(KG + name) for name in BOUNDS]
    rules = source.single(PROV + "wasGeneratedBy")
    rivals, qualifiers = _rivals(source), _qualifiers(source)
    kind = f"<{{}}> <{RDF}type> <{KG}Statement> ."  # the line by which a rule's statement is known
    for name, (subject, predicate, obj) in source.about.items():
        found = [source.evidence[term.value] for term in evidence.get(name, ()) if term.value in source.evidence]
        found.sort(key=_weight)
        details = qualifiers.get(name, [])
        statuses = {item["status"] for item in found}
        fact = _fact(source, subject, predicate, obj) | {
            "id": names.get(name, ""),
            "qualifiers": [[source.both(prop)["en"], text] for prop, text, *_ in details],
            "details": details,
            "status": next((status for status in STATUSES if status in statuses), "asserted"),
            "contested": (len(statuses) > 1 and "denied" in statuses) or _doubted(rivals.get(name, ())),
            "rivals": [{"statement": other, "kind": kind} for other, kind in sorted(rivals.get(name, ()))],
            "rule": "" if found else given.get(kind.format(name), source.tail(rules.get(name, "rule"))),
            "bounds": [column.get(name) for column in bounds],
            "evidence": found,
        }
        owner = _entity(source, subject)
        if subject != owner or getattr(obj, "value", "") in source.about:
            fact |= {"object": source.text(obj), "term": str(obj), "about": "" if subject == owner else subject}
        yield owner, None if fact["object"] else obj.value, name, fact


_CALM = frozenset(
    {"agrees", "agrees within stated precision", "different scope", "different count stage", "succession in time"}
)
"""Kinds of difference that leave no doubt: both statements can be true."""


def _doubted(rivals: Iterable[tuple[str, str]]) -> bool:
    return any(kind not in _CALM for _, kind in rivals)


def _weight(evidence: dict[str, Any]) -> tuple[int, str, str]:
    """Returns what evidence is sorted by: strongest status first, then the oldest document."""
    status, day = evidence["status"], evidence["date"] or evidence["posted"]
    return STATUSES.index(status) if status in STATUSES else 9, day or "9", evidence["source"]


def _fact(source: _Source, subject: str, predicate: str, obj: Any) -> Fact:
    literal = not isinstance(obj, ox.NamedNode) or obj.value.startswith(source.base + "quantity/")
    return {
        "property": predicate,
        "verb": source.both(predicate),
        "sentence": source.sentence(subject, predicate, obj),
        "object": (source.text(obj) or "''") if literal else "",
        "term": str(obj) if literal else "",
        "about": "",
        "id": "",
        "qualifiers": [],
        "details": [],
        "status": "asserted",
        "contested": False,
        "rivals": [],
        "rule": "",
        "bounds": [None, None, None, None],
        "evidence": [],
    }


def _entity(source: _Source, name: str) -> str:
    """Returns the entity itself, or the one that a fact is about, however often facts are nested."""
    seen = set()
    while name in source.about and name not in seen:
        seen.add(name)
        name = source.about[name][0]
    return name


def _rivals(source: _Source) -> dict[str, set[tuple[str, str]]]:
    """Returns, for each statement, the statements that stand against it with the kind of their difference."""
    kinds = source.single(KG + "kind")
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for disagreement, members in source.column(KG + "member").items():
        for one in members:
            found[one.value] |= {(other.value, kinds.get(disagreement, "")) for other in members if other != one}
    for name, (subject, predicate, obj) in source.about.items():
        if isinstance(obj, ox.NamedNode) and obj.value in source.about:
            kind = source.both(predicate)["en"]
            found[obj.value].add((subject if subject in source.about else name, kind))
    return found


def _qualifiers(source: _Source) -> dict[str, list[list[str]]]:
    """Returns each statement's qualifiers: property, text, the IRI where it is an entity's, the term as N-Triples."""
    marked = source.column(RDF + "type")
    properties = sorted(
        name for name, classes in marked.items() if any(cls.value == KG + "Qualifier" for cls in classes)
    )
    found: dict[str, list[list[str]]] = defaultdict(list)
    for prop in properties:
        for name, terms in source.column(prop).items():
            if name in source.about:
                found[name] += [
                    [prop, source.text(term), term.value if term.value in source.classes else "", str(term)]
                    for term in terms
                ]
    return {name: sorted(rows) for name, rows in found.items()}


def _inferred(source: _Source, rules: Mapping[str, str]) -> Iterator[Row]:
    """Yields what rules found and no statement says: triples of the inferred graph and of those below it."""
    graphs = sorted(
        name.value for name in source.store.named_graphs() if name.value.startswith(source.base + "inferred")
    )
    stated = {(subject, predicate, str(obj)) for subject, predicate, obj in source.about.values()}
    structural = source.single(KG + "structural")
    for graph in graphs:
        for subject, predicate, obj in _triples(source.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))):
            key = (subject, predicate, str(obj))
            if (
                key in stated
                or subject not in source.classes
                or predicate in structural
                or predicate not in source.labels
            ):
                continue
            stated.add(key)
            rule = rules.get(f"<{subject}> <{predicate}> {obj} .", "rule")
            fact = _fact(source, subject, predicate, obj) | {"rule": rule}
            name = f"inferred:{source.tail(subject)} {source.tail(predicate)} {source.tail(obj.value)}"
            yield subject, None if fact["object"] else obj.value, name, fact


def _triples(quads: Iterable[ox.Quad]) -> list[tuple[str, str, Any]]:
    found = [
        (quad.subject.value, quad.predicate.value, quad.object)
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode)
    ]
    return sorted(found, key=lambda row: (row[0], row[1], str(row[2])))
