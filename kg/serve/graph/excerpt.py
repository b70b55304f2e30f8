"""What a big or distant graph says about a few entities: just the quads needed, projected like a whole graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import given
from kg.network import network
from kg.query import ask
from kg.serve.graph.names import NAMING
from kg.terms import DCTERMS, KG, OA, PROV, RDF, RDFS, SKOS, tail

if TYPE_CHECKING:
    import networkx as nx

    from kg.serve.graph.holding import Holding

LIMIT = 5_000
"""Quads that may point at one entity; of one that everything names, the first so many are read, and it is said."""

BATCH = 150
"""Terms of one question to another machine's endpoint."""

Nodes = Iterable[ox.NamedNode]


def _nodes(namespace: str, *names: str) -> tuple[ox.NamedNode, ...]:
    return tuple(ox.NamedNode(namespace + name) for name in names)


_SUBJECT, _PREDICATE, _OBJECT, _TYPE = _nodes(RDF, "subject", "predicate", "object", "type")
_LABEL, _ABOVE = _nodes(RDFS, "label", "subClassOf")
_EVIDENCE, _MEMBER, _SPEAKER, _RELAYED, _CHAIN, _POSTED, _ON, _STRUCTURAL = _nodes(
    KG, "evidence", "member", "speaker", "relayedBy", "speakers", "postedBy", "on", "structural"
)
_FROM = ox.NamedNode(PROV + "hadPrimarySource")
_SELECTOR = ox.NamedNode(OA + "hasSelector")
_AUTHORS = (*_nodes(KG, "writtenBy", "author"), ox.NamedNode(DCTERMS + "creator"))
_DOCUMENT = (
    *_AUTHORS, *_nodes(KG, "publishedOn", "writtenOn", "url", "file", "lines"), ox.NamedNode(DCTERMS + "date")
)  # fmt: skip
_SHOWN = (_TYPE, _LABEL, ox.NamedNode(SKOS + "altLabel"))
_NAMES = _nodes("", *NAMING)

TOUCHING, CITING, SAYING = "touching", "citing", "saying"
OUT, INTO, WITHIN = "out", "into", "within"
"""Where an entity stands in a fact: it is the subject, the object, or a detail."""


@dataclass(frozen=True, slots=True)
class Few:
    """Which facts about an entity are enough: the first so many of each verb."""

    most: int
    place: str = ""
    """Where only those of one kind are wanted: `out` (the entity is their subject), `into` (their object), `within`."""
    verb: str = ""
    """The one property of those, any for ''."""


def of(
    holding: Holding, iris: Iterable[str], *, by: str = TOUCHING, statements: Iterable[str] = (), few: Few | None = None
) -> nx.MultiDiGraph:  # fmt: skip
    """Returns the network of what a store says about entities, and of what is needed to print that.

    `by` says which facts: those that are about them (TOUCHING), taken from them (CITING) or said by them (SAYING).
    `statements` are read as well. Where entities are named so often that not all was read, `cut` of the graph is true.
    With `few`, `counts` of the graph says how many there are of each place and verb.
    """
    found = Reader(holding)
    own = list(known(iris))
    first = {TOUCHING: found.touching, CITING: found.citing, SAYING: found.saying}[by](own)
    counts: Counter[tuple[str, str]] = Counter()
    if few and len(first) > few.most:
        first, counts = _few(found, {node.value for node in own}, first, few)
    found.statements([*first, *known(statements)])
    found.vocabulary()
    if holding.path is None:
        found.stand_in_names()
    graph = network(found.kept, holding.dataset.base, holding.rules)
    if holding.path is None:
        _add_given(graph, found, own)
    graph.graph["cut"] = found.is_cut
    graph.graph |= {"counts": counts} if counts else {}
    return graph


def _few(
    found: Reader, own: Collection[str], statements: Nodes, few: Few
) -> tuple[list[ox.NamedNode], Counter[tuple[str, str]]]:  # fmt: skip
    """Returns the first statements of each place and verb with all others on the same two entities, and the counts."""
    triples: dict[ox.NamedNode, dict[Any, str]] = {}
    for quad in found.triples(statements):
        triples.setdefault(quad.subject, {})[quad.predicate] = getattr(quad.object, "value", "")
    counts: Counter[tuple[str, str]] = Counter()
    chosen, rest, pairs = [], [], set()
    for node in sorted(triples, key=str):
        subject, predicate, obj = (triples[node].get(part, "") for part in (_SUBJECT, _PREDICATE, _OBJECT))
        place = OUT if subject in own else INTO if obj in own else WITHIN
        counts[place, predicate] += 1
        is_wanted = few.place in ("", place) and few.verb in ("", predicate)
        if is_wanted and counts[place, predicate] <= few.most:
            chosen.append(node)
            pairs.add(frozenset((subject, obj)))
        elif place != WITHIN:
            rest.append((node, frozenset((subject, obj))))
    return [*chosen, *(node for node, pair in rest if pair in pairs)], counts


def between(holding: Holding, one: str, other: str) -> list[str]:
    """Returns the statements that tie two entities, whichever of them they begin from."""
    nodes = list(known([one, other]))
    if len(nodes) < 2:
        return []
    ways = (f"{{ ?s rdf:subject {a} ; rdf:object {b} }}" for a, b in (nodes, nodes[::-1]))
    text = f"SELECT DISTINCT ?s WHERE {{ {' UNION '.join(ways)} }} LIMIT {LIMIT}"
    return sorted(row[0].value for row in ask(replace(holding.dataset, union=True), text, "page"))


def known(iris: Iterable[str]) -> Iterator[ox.NamedNode]:
    """Yields IRIs as terms; one that can be none is nowhere in the store."""
    for iri in sorted(set(iris)):
        try:
            yield ox.NamedNode(iri)
        except ValueError:
            continue


class Reader:
    """Reads a store, near or far, by a few nodes at a time; what was read is `kept` in a store of its own."""

    def __init__(self, holding: Holding) -> None:
        self.store, self.dataset, self.remote = holding.dataset.store, holding.dataset, holding.remote
        self.foreign = holding.path is None
        self.kept = ox.Store()
        self.own: list[ox.NamedNode] = []
        """The entities themselves."""
        self.touched: list[ox.Quad] = []
        """Quads right at the entities themselves."""
        self.is_cut = False

    # --- reading ---

    def about(self, nodes: Nodes, predicates: Collection[ox.NamedNode] = ()) -> list[ox.Quad]:
        """Returns the quads that have one of the nodes as subject, and one of the predicates where some are given."""
        return self._keep(self._asked("s", nodes, predicates))

    def to(self, nodes: Nodes, predicates: Collection[ox.NamedNode] = ()) -> list[ox.Quad]:
        """Returns the quads that have one of the nodes as object."""
        return self._keep(self._asked("o", nodes, predicates))

    def _keep(self, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
        found = list(quads)
        self.kept.extend(found)
        return found

    def _asked(self, role: str, nodes: Nodes, predicates: Collection[ox.NamedNode]) -> Iterator[ox.Quad]:
        wanted = list(dict.fromkeys(nodes))
        if self.remote:
            for start in range(0, len(wanted), BATCH):
                yield from self._far(role, wanted[start : start + BATCH], predicates)
            return
        for node in wanted:
            for predicate in predicates or (None,):
                pattern = (node, predicate, None, None) if role == "s" else (None, predicate, node, None)
                yield from self.limited(self.store.quads_for_pattern(*pattern), LIMIT)

    def _far(self, role: str, nodes: list[ox.NamedNode], predicates: Collection[ox.NamedNode]) -> Iterator[ox.Quad]:
        """Yields the quads of a few nodes, asked for in one question."""
        limit = LIMIT * (1 if len(nodes) == 1 else 4)
        yield from self.limited(self.store.quads_at(role, nodes, predicates, limit + 1), limit)

    def limited(self, rows: Iterable[Any], limit: int = LIMIT) -> Iterator[Any]:
        """Yields the first rows, and notes whether there are more."""
        found = iter(rows)
        yield from islice(found, limit)
        self.is_cut = self.is_cut or next(found, None) is not None

    # --- which statements ---

    def touching(self, own: list[ox.NamedNode]) -> list[ox.NamedNode]:
        """Returns the statements that have one of the entities as subject, object or a qualifier's value."""
        self.own = own
        inward = self.to(own)
        self.touched = [*self.about(own), *inward]
        sure = [quad.subject for quad in inward if quad.predicate in (_SUBJECT, _OBJECT)]
        maybe = {quad.subject for quad in inward if isinstance(quad.subject, ox.NamedNode)} - {*sure}
        return [*named(sure), *self._statements_among(maybe)]

    def citing(self, own: list[ox.NamedNode]) -> list[ox.NamedNode]:
        """Returns the statements that have evidence from one of the documents."""
        self.about(own, _SHOWN)
        evidence = named(quad.subject for quad in self.to(own, (_FROM,)))
        return named(quad.subject for quad in self.to(evidence, (_EVIDENCE,)))

    def saying(self, own: list[ox.NamedNode]) -> list[ox.NamedNode]:
        """Returns the statements that one of the entities says or relays."""
        self.about(own, _SHOWN)
        evidence = named(quad.subject for quad in self.to(own, (_SPEAKER, _RELAYED)))
        return named(quad.subject for quad in self.to(evidence, (_EVIDENCE,)))

    def triples(self, statements: Nodes) -> Iterator[ox.Quad]:
        """Yields what statements are about, without keeping it."""
        return self._asked("s", statements, (_SUBJECT, _PREDICATE, _OBJECT))

    def _statements_among(self, nodes: Iterable[Any]) -> list[ox.NamedNode]:
        return named(quad.subject for quad in self._asked("s", sorted(named(nodes), key=str), (_PREDICATE,)))

    # --- what is needed to print them ---

    def statements(self, first: Nodes) -> None:
        """Reads statements, those about them, their rivals, and who says them all where."""
        own = self._grown(first, lambda nodes: self.to(nodes, (_SUBJECT,)))
        rivals = self._rivals(own)
        self._rivals(rivals)
        described = self.about({*own, *rivals})
        below = self._grown(self._parts(described), lambda nodes: ())
        described += self.about(below)
        self._evidence(described)
        touched = self.touched if self.foreign else [quad for quad in self.touched if _is_aside(quad)]
        ends = [end for quad in [*described, *touched] for end in (quad.subject, quad.object)]
        self.about(named([*self.own, *ends]), _SHOWN)

    def _grown(self, nodes: Nodes, more: Callable[[Nodes], Iterable[ox.Quad]]) -> list[ox.NamedNode]:
        """Returns statements with the statements that they are about, and those that `more` finds, to the end."""
        found: dict[ox.NamedNode, None] = {}
        fresh = list(nodes)
        while fresh := [node for node in dict.fromkeys(fresh) if node not in found]:
            found |= dict.fromkeys(fresh)
            above = named(quad.subject for quad in more(fresh))
            fresh = [*above, *self._parts(self._asked("s", fresh, (_SUBJECT, _OBJECT)))]
        return list(found)

    def _parts(self, quads: Iterable[ox.Quad]) -> list[ox.NamedNode]:
        """Returns the statements of which others speak."""
        ends = named(quad.object for quad in quads if quad.predicate in (_SUBJECT, _OBJECT))
        return self._statements_among(ends)

    def _rivals(self, own: Nodes) -> list[ox.NamedNode]:
        """Reads what sets statements against others, and returns those others."""
        groups = named(quad.subject for quad in self.to(own, (_MEMBER,)))
        members = [quad.object for quad in self.about(groups) if quad.predicate == _MEMBER]
        against = named(quad.subject for quad in self.to(own, (_OBJECT,)))
        speakers = self._parts(self.about(self._statements_among(against)))
        self.about(speakers)
        return [*named(members), *against, *speakers]

    def _evidence(self, described: Iterable[ox.Quad]) -> None:
        """Reads the evidence of statements: documents, passages, speakers."""
        nodes = named(quad.object for quad in described if quad.predicate == _EVIDENCE)
        said = self.about(nodes)
        self.about(named(quad.object for quad in said if quad.predicate == _SELECTOR))
        documents = named(quad.object for quad in said if quad.predicate == _FROM)
        writers = [quad.object for quad in self.about(documents, (*_SHOWN, *_DOCUMENT)) if quad.predicate in _AUTHORS]
        chains = [quad.object.value.split(" < ") for quad in said if quad.predicate == _CHAIN]
        chained = known(self.dataset.base + part for chain in chains for part in chain)
        speakers = [quad.object for quad in said if quad.predicate in (_SPEAKER, _RELAYED)]
        self.about([*named([*writers, *speakers]), *chained], _SHOWN)
        self._postings(documents)

    def _postings(self, documents: Nodes) -> None:
        """Reads when documents were posted: statements say so."""
        candidates = named(quad.subject for quad in self._asked("o", documents, (_SUBJECT,)))
        verbs = self._asked("s", candidates, (_PREDICATE,))
        postings = named(quad.subject for quad in verbs if quad.object == _POSTED)
        self.about(postings, (_SUBJECT, _PREDICATE, _OBJECT, _ON))

    def vocabulary(self) -> None:
        """Reads labels and classes of the properties and classes that occur."""
        quads = list(self.kept)
        fresh = {quad.predicate for quad in quads}
        fresh |= {*named(quad.object for quad in quads if quad.predicate in (_PREDICATE, _TYPE))}
        found: set[ox.NamedNode] = set()
        while fresh := fresh - found:
            found |= fresh
            said = self.about(sorted(fresh, key=str), (_LABEL, _ABOVE, _TYPE, _STRUCTURAL))
            fresh = {*named(quad.object for quad in said if quad.predicate == _ABOVE)}

    def stand_in_names(self) -> None:
        """Gives what has no label of its own the name that it has by another property."""
        quads = list(self.kept)
        labelled = {quad.subject for quad in quads if quad.predicate == _LABEL}
        ends = named(end for quad in quads for end in (quad.subject, quad.object))
        bare = sorted({*ends} - labelled, key=str)
        order = {predicate: place for place, predicate in enumerate(_NAMES)}
        names = [quad for quad in self._asked("s", bare, _NAMES) if isinstance(quad.object, ox.Literal)]
        best: dict[Any, int] = {}
        for quad in names:
            best[quad.subject] = min(order[quad.predicate], best.get(quad.subject, len(order)))
        for quad in names:
            if order[quad.predicate] == best[quad.subject]:
                self.kept.add(ox.Quad(quad.subject, _LABEL, quad.object, quad.graph_name))


def _is_aside(quad: ox.Quad) -> bool:
    """Says whether a triple may be a fact that no statement says: rules put theirs into graphs of their own."""
    return not isinstance(quad.graph_name, ox.DefaultGraph)


def named(terms: Iterable[Any]) -> list[ox.NamedNode]:
    """Returns the IRIs among terms, each once."""
    return [term for term in dict.fromkeys(terms) if isinstance(term, ox.NamedNode)]


# --- graphs of others: plain triples that no statement says ---------------------------------------


def _add_given(graph: nx.MultiDiGraph, found: Reader, own: Iterable[ox.NamedNode]) -> None:
    """Puts the plain triples about entities that no fact says into the network, as `given`."""
    statements = {quad.subject for quad in found.kept.quads_for_pattern(None, _PREDICATE, None)}
    machinery = statements | {quad.subject for quad in found.kept.quads_for_pattern(None, _FROM, None)}
    rows = {
        (quad.subject.value, quad.predicate.value, str(quad.object)): quad.object
        for quad in found.touched
        if isinstance(quad.subject, ox.NamedNode) and quad.subject not in machinery
        and quad.predicate.value not in given.SHOWN_ANYWAY and quad.predicate not in _NAMES
    }  # fmt: skip
    for node in own:
        if any(node in (quad.subject, quad.object) for quad in found.touched):
            _add_node(graph, found, node)
    for key in sorted(rows.keys() - given.said(graph)):
        subject, predicate, obj = ox.NamedNode(key[0]), key[1], rows[key]
        for end in (subject, obj):
            if isinstance(end, ox.NamedNode):
                _add_node(graph, found, end)
        given.add(graph, subject.value, predicate, _nameless(found, obj) if isinstance(obj, ox.BlankNode) else obj)


def _nameless(found: Reader, node: ox.BlankNode) -> ox.Literal:
    """Returns what is said of a node without an IRI, as text: it has no page that could say it."""
    quads = [] if found.remote else sorted(found.store.quads_for_pattern(node, None, None, None), key=str)
    values = [quad.object.value for quad in quads[:10] if isinstance(quad.object, ox.Literal)]
    return ox.Literal(", ".join(values) or "something without a name")


def _add_node(graph: nx.MultiDiGraph, found: Reader, node: ox.NamedNode) -> None:
    """Puts an entity without a class into the network."""
    if node.value in graph:
        return
    labels = [quad.object for quad in found.kept.quads_for_pattern(node, _LABEL, None)]
    names = {label.language: label.value for label in sorted(labels, key=str) if getattr(label, "language", None)}
    plain = [label.value for label in sorted(labels, key=str) if not getattr(label, "language", None)]
    text = names.get("en") or (plain or [*names.values(), tail(node.value)])[0]
    graph.add_node(
        node.value, label=text, names=names, aliases=[], cls="", class_label="", labels={"en": "", "es": ""},
        kind="Other", facts=[],
    )  # fmt: skip
