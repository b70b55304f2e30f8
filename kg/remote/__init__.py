"""Any SPARQL 1.1 endpoint in place of the embedded store: the same calls, the same kinds of answers, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg import answers, sparql
from kg.answers import Unanswered
from kg.problem import Problem, Span, echo
from kg.query import Dataset, QueryError
from kg.remote.endpoint import Endpoint, about_graph, prologue
from kg.remote.near import Near
from kg.remote.wire import Wire
from kg.terms import KG, RDFS, VOCABULARIES, digest, is_iri, literal, prefixes

if TYPE_CHECKING:
    import pyoxigraph as ox

MANY = 300_000
"""Names that are fetched at once at most."""

COLUMN = 50_000
"""Values of one property that are fetched at once at most."""

BATCH = 200
"""Terms whose values are asked for at once."""

_UNION = {"union-default-graph": "true"}
"""What asks Oxigraph, and what follows it, for the union of all graphs."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How an endpoint keeps a dataset: what stands for the default graph of the embedded store."""

    facts: str = ""
    """The named graph that stands for the default graph; '' where that is the endpoint's own."""
    named: tuple[str, ...] = ()
    """The dataset's named graphs, where `facts` is one."""
    is_union: bool = False
    """Whether the endpoint's default graph holds what its named graphs hold."""
    by_parameter: bool = False
    """Whether it does so when it is asked by a parameter."""


class RemoteStore:
    """An endpoint, asked as `pyoxigraph.Store` is. Raises Unanswered for whatever keeps it from answering.

    `base` names the dataset where the endpoint holds several, or one that kg did not publish.
    """

    def __init__(self, address: str, *, base: str = "", wire: Wire | None = None) -> None:
        self.address, self.base = address, base
        if base and not (is_iri(base) and base.endswith(("/", "#"))):
            raise Unanswered(f"{echo(base)}: is no base IRI; it ends in / or #")
        self._endpoint = Endpoint(wire or Wire(address))
        self._kept = Arrangement()
        self._near = Near()

    @property
    def server(self) -> str:
        """What the server calls itself, once it has answered."""
        return self._endpoint.server

    # --- what it holds ---

    def dataset(self) -> Dataset:
        """Returns the dataset of the endpoint: one that kg published, else all that there is, under no base of ours.

        Raises Unanswered where several were published and none was named, and where its graphs cannot be seen as one.
        """
        held = self._published()
        if not held and not self.base:
            self._kept = Arrangement(is_union=self._shows_named())
            return Dataset(self, self.address, dict(VOCABULARIES), union=False)  # type: ignore[arg-type]
        if len(held) > 1 and not self.base:
            raise Unanswered(f"{self.address}: holds several datasets; name one by --base: {', '.join(sorted(held))}")
        base = self.base = self.base or next(iter(held))
        self._kept = self._arranged(base, self._facts(base, held.get(base, [])))
        return Dataset(self, base, prefixes(base))  # type: ignore[arg-type]

    def title(self) -> str:
        """Returns what the dataset is called, its address where it has no name."""
        own = f"FILTER (STRSTARTS(STR(?d), {literal(self.base)}))"
        text = f"SELECT ?name {{ ?d a <{KG}Dataset> ; <{RDFS}label> ?name {own} }}"
        where = self._graphs("", True, None, None)
        return min((row["name"].value for row in self._endpoint.select(text, where)), default=self.address)

    def has_many_names(self) -> bool:
        """Says whether it has more names than are worth fetching at once, or does not even count them."""
        try:
            rows = self._endpoint.select(f"SELECT (COUNT(*) AS ?n) {{ ?s <{RDFS}label> ?o }}", {})
            return int(next(iter(rows))["n"].value) > MANY
        except Unanswered:
            return True

    def digest(self) -> str:
        """Returns an id of the endpoint, not of its content: that may change at any time, and nothing tells."""
        return digest("endpoint", self.address, self.base)

    def _published(self) -> dict[str, list[str]]:
        """Returns the bases of the datasets there, each with the graphs that hold it; '' is the default graph."""
        pattern = f"?d a <{KG}Dataset>"
        found: dict[str, list[str]] = {}
        text = f"SELECT DISTINCT ?d ?g {{ {{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }} }}"
        for row in self._endpoint.select(text, {}):
            base = re.sub(r"[^/#]*$", "", row["d"].value)
            found.setdefault(base, []).append(row["g"].value if row["g"] else "")
        if self._endpoint.is_virtuoso:  # its default graph is the union of the named ones and nothing else
            found = {base: [graph for graph in graphs if graph] for base, graphs in found.items()}
        return found

    def _facts(self, base: str, graphs: Sequence[str]) -> str:
        """Returns which of the graphs that hold a dataset is that of its facts; '' is the default graph."""
        named = sorted(graph for graph in graphs if graph)
        own = [graph for graph in named if graph.startswith(base)] or named
        if "" in graphs and not (own and self._shows_named(own)):
            own = ["", *own]
        if len(own) > 1:
            shown = ", ".join(graph or "the default graph" for graph in own)
            raise Unanswered(f"{self.address}: holds the facts of {base} in several graphs: {shown}; drop all but one")
        return own[0] if own else ""

    def _arranged(self, base: str, facts: str) -> Arrangement:
        own = f"GRAPH ?g {{ ?s ?p ?o }} FILTER (STRSTARTS(STR(?g), {literal(base)}))"
        rows = self._endpoint.select(f"SELECT DISTINCT ?g {{ {own} }}", {})
        named = sorted(row["g"].value for row in rows)
        if facts:
            return Arrangement(facts, tuple(name for name in named if name != facts))
        if not named or self._shows_named(named):
            return Arrangement(is_union=bool(named))
        if self._shows_named(named, _UNION):
            return Arrangement(by_parameter=True)
        hint = "publish the facts to a graph of their own, by --graph facts"
        raise Unanswered(f"{self.address}: cannot show its default graph and {named[0]} as one; {hint}")

    def _shows_named(self, graphs: Sequence[str] = (), parameters: Mapping[str, Any] | None = None) -> bool:
        """Says whether the default graph holds what the named graphs hold, by a few triples of each."""
        places = [f"<{graph}>" for graph in graphs] or ["?g"]
        seen = False
        for place in places:
            text = f"SELECT ?s ?p ?o {{ GRAPH {place} {{ ?s ?p ?o FILTER (ISIRI(?s)) }} }} LIMIT 3"
            for row in self._endpoint.select(text, {}):
                triple = " ".join("?x" if _is_blank(term) else str(term) for term in row)
                if not self._endpoint.ask(f"ASK {{ {triple} }}", parameters or {}):
                    return False
                seen = True
        return seen

    # --- what Store has ---

    def query(
        self, text: str, *, base_iri: str | None = None, prefixes: Mapping[str, str] | None = None,
        use_default_graph_as_union: bool = False, default_graph: Any = None, named_graphs: Any = None,
    ) -> Any:  # fmt: skip
        """Returns the answer to SPARQL: solutions, a boolean or triples.

        Raises SyntaxError as the engine does, and QueryError for graphs that are not there.
        """
        form = _form(text, base_iri, prefixes)
        whole = prologue(text, base_iri, prefixes or {}) + text
        self._refuse_unknown(whole, [*_listed(default_graph), *_listed(named_graphs)])
        where = self._graphs(text, use_default_graph_as_union, default_graph, named_graphs)
        if form == "boolean":
            return _boolean(self._endpoint.ask(whole, where))
        return self._endpoint.select(whole, where) if form == "solutions" else self._endpoint.construct(whole, where)

    def quads_for_pattern(self, subject: Any, predicate: Any, object: Any, graph_name: Any = None) -> Iterator[ox.Quad]:
        """Yields the quads that fit; None fits any term, and any graph.

        A blank node that came in one answer cannot be named in another question: that raises Unanswered.
        """
        terms = {"s": subject, "p": predicate, "o": object}
        if any(_is_blank(term) for term in terms.values()):
            raise Unanswered(f"{self.address}: a blank node of one answer cannot be asked for in another")
        if subject is None or predicate is None or object is not None or graph_name is not None:
            return self._quads(terms, graph_name)
        found = self._near.get(subject, predicate)
        if found is None:
            if self._near.is_wanted_often(predicate) and self._fetched(predicate):
                return iter(self._near.get(subject, predicate) or ())
            found = self._near.put(subject, predicate, self._quads(terms, None))
        return iter(found)

    def _fetched(self, predicate: Any) -> bool:
        """Fetches all values of a property at once where they are not too many, and says whether it did."""
        terms = {"s": None, "p": predicate, "o": None}
        count = self._endpoint.count(*self._pattern(terms, None, ""))
        if count is None or count > COLUMN:
            return False
        self._near.put_all(predicate, self._quads(terms, None))
        return True

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """Yields the names of the graphs that the dataset has; of a foreign endpoint, of all."""
        if self._kept.facts:
            import pyoxigraph as ox

            return (ox.NamedNode(name) for name in self._kept.named)
        return (row["g"] for row in self._endpoint.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", {}))

    def __len__(self) -> int:
        """Returns how many triples its graphs hold in all."""
        names = [self._kept.facts, *self._kept.named] if self._kept.facts else [g.value for g in self.named_graphs()]
        return sum(map(self.count, names)) + (0 if self._kept.facts else self.count(""))

    def count(self, graph: str) -> int:
        """Returns how many triples a named graph holds; '' is the default graph, without what named ones hold."""
        inner = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        apart = "" if graph or not self._shows_named() else " FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }"
        rows = self._endpoint.select(f"SELECT (COUNT(*) AS ?n) {{ {inner}{apart} }}", {})
        return int(next(iter(rows))["n"].value)

    def gather(self, subjects: Iterable[Any], predicate: Any) -> None:
        """Asks for the values of many subjects at once; `quads_for_pattern` then knows them for a while."""
        wanted = [s for s in dict.fromkeys(subjects) if not _is_blank(s) and self._near.get(s, predicate) is None]
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            among = f"FILTER (?s IN ({', '.join(map(str, batch))}))"
            found: dict[Any, list[ox.Quad]] = {s: [] for s in batch}
            for quad in self._quads({"s": None, "p": predicate, "o": None}, None, among):
                found[quad.subject].append(quad)
            for subject, quads in found.items():
                self._near.put(subject, predicate, quads)

    def quads_at(self, role: str, nodes: Sequence[Any], predicates: Iterable[Any], most: int) -> Iterator[ox.Quad]:
        """Yields at most so many quads that have one of the nodes as subject (`s`) or as object (`o`), asked for at
        once; with predicates, only those that have one of these.
        """
        listed = list(predicates)
        among = f"VALUES ?{role} {{ {' '.join(map(str, nodes))} }}"
        among += f" VALUES ?p {{ {' '.join(map(str, listed))} }}" if listed else ""
        return self._quads({"s": None, "p": None, "o": None}, None, among, f" LIMIT {most}")

    def _refuse_unknown(self, text: str, graphs: Iterable[Any]) -> None:
        """Raises QueryError for a graph that is not there: some engines would read it from a file or the web."""
        named = sparql.graphs_named(text)
        wanted = ["?"] if named is None else named + [str(g) for g in graphs if hasattr(g, "value")]
        for graph in dict.fromkeys(wanted):
            asking = about_graph(text, graph)
            if not (asking and self._endpoint.ask(asking, {})):
                message = f"the endpoint has no graph {echo(graph, 80)}" if asking else "its FROM cannot be read"
                raise QueryError(Problem("bad-graph", message, Span("query", 0, 1)))

    # --- patterns ---

    def _quads(self, terms: Mapping[str, Any], graph: Any, among: str = "", end: str = "") -> Iterator[ox.Quad]:
        import pyoxigraph as ox

        text, where = self._pattern(terms, graph, among)
        default = ox.DefaultGraph()
        for row in self._endpoint.select(text + end, where):
            if any(term is None and row[name] is None for name, term in terms.items()):
                continue  # the one row of a pattern without variables
            found = graph or row["g"] or default
            place = default if getattr(found, "value", "") == self._kept.facts else found
            s, p, o = (term if term is not None else row[name] for name, term in terms.items())
            if isinstance(s, (ox.NamedNode, ox.BlankNode)):  # nothing else can be said anything of
                yield ox.Quad(s, p, o, place)

    def _pattern(self, terms: Mapping[str, Any], graph: Any, among: str) -> tuple[str, dict[str, Any]]:
        """Returns the SELECT for a pattern, and the graphs it is asked of."""
        triple = " ".join(f"?{name}" if term is None else str(term) for name, term in terms.items())
        kept, inner = self._kept, f"{triple} {among}"
        of_any = f"GRAPH ?g {{ {inner} }}"
        variables = " ".join(f"?{name}" for name, term in terms.items() if term is None)
        where: dict[str, Any] = {}
        if graph is not None and (name := getattr(graph, "value", "") or kept.facts):
            pattern = f"GRAPH <{name}> {{ {inner} }}"
        elif kept.facts:
            pattern, where = of_any, {"named-graph-uri": [kept.facts, *kept.named]}
        elif self._endpoint.is_virtuoso:
            pattern = of_any
        else:
            apart = f"FILTER NOT EXISTS {{ GRAPH ?other {{ {triple} }} }}" if kept.is_union else ""
            pattern = f"{{ {inner} {apart} }}" + (f" UNION {{ {of_any} }}" if graph is None else "")
        return f"SELECT {variables} ?g {{ {pattern} }}", where

    def _graphs(self, text: str, union: bool, default: Any, named: Any) -> dict[str, Any]:
        """Returns the protocol's parameters for the graphs that a query is asked of."""
        if default is not None or named is not None:
            whole, own = _listed(default), self._kept.facts
            return {
                "default-graph-uri": [name for name in (getattr(g, "value", own) for g in whole) if name],
                "named-graph-uri": [g.value for g in _listed(named)],
            }
        if sparql.names_graphs(text):
            return {}
        kept = self._kept
        if kept.facts:
            return {
                "default-graph-uri": [kept.facts, *(kept.named if union else ())],
                "named-graph-uri": list(kept.named),
            }
        return dict(_UNION) if union and kept.by_parameter else {}


def _form(text: str, base: str | None, prefixes: Mapping[str, str] | None) -> str:
    """Returns the form of what a query is answered with, by the engine's own parser. Raises SyntaxError."""
    import pyoxigraph as ox

    try:
        return answers.form(ox.Store().query(text, base_iri=base, prefixes=prefixes))
    except RuntimeError:  # it parses; a function of the endpoint's own is for the endpoint to know
        return {"select": "solutions", "ask": "boolean"}.get(sparql.form_of(text), "graph")


def _boolean(value: bool) -> Any:
    """Returns the engine's own kind of boolean answer."""
    import pyoxigraph as ox

    text = b'{"head":{},"boolean":%s}' % (b"true" if value else b"false")
    return ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)


def _listed(graphs: Any) -> list[Any]:
    return [] if graphs is None else list(graphs) if isinstance(graphs, Iterable) else [graphs]


def _is_blank(term: Any) -> bool:
    import pyoxigraph as ox

    return isinstance(term, ox.BlankNode)
