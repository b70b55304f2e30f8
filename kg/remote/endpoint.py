"""SPARQL 1.1 Protocol from the asking side: a query in, its whole answer out, or a clear failure. Knows no dataset."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from kg import answers, sparql
from kg.answers import Unanswered
from kg.problem import echo
from kg.remote.wire import MIB, Reply, Wire, is_page

if TYPE_CHECKING:
    import pyoxigraph as ox

ROUND = 1000
"""A result of so many rows, or a multiple of it, may have been cut by the endpoint without a word: it is counted."""

_SOLUTIONS = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_GRAPH = "application/n-triples, text/turtle;q=0.8"
_RESULTS = {
    "application/sparql-results+json": "JSON", "application/json": "JSON", "application/sparql-results+xml": "XML",
    "application/xml": "XML", "text/xml": "XML",
}  # fmt: skip
_GRAPHS = {"application/n-triples": "N_TRIPLES", "text/plain": "N_TRIPLES", "text/turtle": "TURTLE"}

_ODD = re.compile(rb'(?<="type": "bnode", "value": ")nodeID://|(?<=XMLSchema#boolean", "value": ")[01](?=")')
_ODD_AS = {b"nodeID://": b"", b"0": b"false", b"1": b"true"}
"""What Virtuoso writes in JSON, where it puts one row on a line: blank nodes whose label is none, and numbers for
true and false, which every other engine gives back as they were.
"""

_CUT = "cuts its results at {:,} rows, and the rest"

_ORDER = re.compile(r"(?<![\w:.\-])order\s+by(?![\w:\-])", re.IGNORECASE)
_SLICE = re.compile(r"(?<![\w:.\-])(?:limit|offset)(?![\w:\-])", re.IGNORECASE)
_BEHIND = re.compile(r"(?<![\w:.\-])(?:limit|offset|values)(?![\w:\-])", re.IGNORECASE)
"""What may stand behind ORDER BY."""

_PROLOGUE = re.compile(r"(?:\s|\#[^\r\n]*|\bBASE\s*<[^>]*>|\bPREFIX\s+[^\s:]*:\s*<[^>]*>)*", re.IGNORECASE)
"""How far the declarations before a query go, comments and all; which they are, `kg.sparql.declared` says."""

Where = Mapping[str, Any]
"""Parameters of the protocol beside the query: which graphs it is asked of."""


class Endpoint:
    """One address that answers queries."""

    def __init__(self, wire: Wire) -> None:
        self.wire, self.address = wire, wire.address
        self.server = ""
        """What it calls itself; known once it has answered."""

    @property
    def is_virtuoso(self) -> bool:
        """Whether it is Virtuoso, which has no default graph of its own and cuts the results of CONSTRUCT silently."""
        return self.server.startswith("Virtuoso")

    def ask(self, text: str, where: Where) -> bool:
        """Returns the answer to an ASK."""
        reply = self._asked(text, where, _SOLUTIONS)
        answer = self._parsed(reply)
        if answers.form(answer) == "boolean":
            return bool(answer)
        with self._reading():  # Virtuoso answers by a row or none
            return next(iter(answer), None) is not None

    def select(self, text: str, where: Where) -> ox.QuerySolutions:
        """Returns all solutions of a SELECT, asked for by the page where the endpoint cuts its results."""
        reply = self._asked(text, where, _SOLUTIONS)
        limit = reply.headers.get("x-sparql-maxrows", "")
        rows, table = self._table(reply)
        if not (limit or (rows and rows % ROUND == 0)):
            reply.body.seek(0)
            return self._parsed(reply)
        whole = self.count(text, where, rows)
        if whole is None and limit:
            raise self._cut(rows)
        if whole in (None, rows):
            return self._tsv(table)
        ordered = _in_order(text, table)
        if not ordered:
            raise self._failed(f"{_CUT.format(rows)} cannot be asked for in an order that is the same each time")
        return self._tsv(self._paged(ordered, where, int(limit or ROUND), whole))

    def _paged(self, text: str, where: Where, size: int, whole: int) -> IO[bytes]:
        """Returns the TSV of a SELECT with so many rows, asked for by the page."""
        table, rows = _Counted(), 0
        while rows < whole:
            page = _wrapped(text, f"SELECT * WHERE {{ {{ %s }} }} LIMIT {size} OFFSET {rows}")
            more, part = self._table(self._asked(page, where, _SOLUTIONS))
            if not more:
                raise self._cut(rows or size)
            part.seek(0)
            head = part.readline()
            table.write(head if not rows else b"")
            while chunk := part.read(MIB):
                table.write(chunk)
            rows += more
        return table.file

    def construct(self, text: str, where: Where) -> answers.Triples:
        """Returns the triples of a CONSTRUCT or DESCRIBE, asked for by the page where the endpoint cuts its results."""
        found, solutions = list(self._triples(text, where)), _solutions_of(text)
        rows = self.count(solutions, where) if self.is_virtuoso else 0
        if not rows or rows < ROUND:
            return answers.Triples(found)
        told = self._asked(_wrapped(solutions, "SELECT (1 AS ?row) WHERE { { %s } }"), where, _SOLUTIONS)
        size = int(told.headers.get("x-sparql-maxrows", rows))  # of its SELECT it says at how many rows it cuts
        if size < rows:
            found = []
            for offset in range(0, rows, size):
                page = f"{text}\nLIMIT {size} OFFSET {offset}"
                if not _parses(page):
                    raise self._cut(size)
                found += self._triples(page, where)
        return answers.Triples(found)

    def count(self, text: str, where: Where, least: int = 0) -> int | None:
        """Returns how many solutions a SELECT has, None where that cannot be asked."""
        counting = _wrapped(text, "SELECT (COUNT(*) AS ?rows_counted) WHERE { { %s } }") if text else ""
        if not _parses(counting):
            return None
        rows = self._parsed(self._asked(counting, where, _SOLUTIONS))
        with self._reading():
            return max(least, int(next(iter(rows))[0].value))

    # --- one request ---

    def _asked(self, text: str, where: Where, accept: str) -> Reply:
        """Returns the reply to a query. Raises Unanswered for what is no answer, or only a part of one."""
        reply = self.wire.send("POST", data={"query": text, **where}, headers={"Accept": accept})
        self.server = reply.headers.get("server", "")
        if reply.headers.get("x-sql-state") == "S1TAT":
            raise self._failed("stopped at its own time limit and answers with a part only; ask for less")
        if is_page(reply):
            raise self._failed("answers with a web page: is this the address that queries are sent to?")
        return reply

    def _parsed(self, reply: Reply) -> Any:
        import pyoxigraph as ox

        kind = _RESULTS.get(reply.media)
        if kind is None:
            raise self._failed(f"answers with '{echo(reply.media, 60)}', which is no format of results asked for")
        body: Any = reply.body
        if self.is_virtuoso and kind == "JSON":
            body = _evened(body)
        with self._reading():
            return ox.parse_query_results(body, format=getattr(ox.QueryResultsFormat, kind))

    def _table(self, reply: Reply) -> tuple[int, IO[bytes]]:
        """Returns how many rows a reply has, and all of it as TSV, once every row has been read and is good."""
        import pyoxigraph as ox

        solutions = self._parsed(reply)
        if answers.form(solutions) != "solutions":
            raise self._failed("answers with yes or no where rows were asked for")
        table = _Counted()
        with self._reading():
            solutions.serialize(table, format=ox.QueryResultsFormat.TSV)
        return table.lines - 1, table.file

    def _tsv(self, table: IO[bytes]) -> ox.QuerySolutions:
        import pyoxigraph as ox

        table.seek(0)
        return ox.parse_query_results(table, format=ox.QueryResultsFormat.TSV)  # type: ignore[return-value]

    def _triples(self, text: str, where: Where) -> Iterator[ox.Triple]:
        import pyoxigraph as ox

        reply = self._asked(text, where, _GRAPH)
        kind = _GRAPHS.get(reply.media)
        if kind is None:
            raise self._failed(f"answers with '{echo(reply.media, 60)}', which is no format of graphs asked for")
        with self._reading():
            for quad in list(ox.parse(reply.body, getattr(ox.RdfFormat, kind))):
                yield quad.triple

    def _cut(self, rows: int) -> Unanswered:
        return self._failed(f"{_CUT.format(rows)} could not be had; ask for less")

    def _failed(self, why: str) -> Unanswered:
        return Unanswered(f"{echo(self.address)}: {why}")

    def _reading(self) -> _Reading:
        return _Reading(self.address)


class _Reading:
    """Turns what a parser finds wrong with an answer into Unanswered."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, (SyntaxError, ValueError, StopIteration, OSError)):
            raise Unanswered(f"{echo(self.address)}: its answer cannot be read ({echo(str(error))})") from None


class _Counted:
    """A file in memory, later on disk, that counts the lines written to it."""

    def __init__(self) -> None:
        self.file = tempfile.SpooledTemporaryFile(max_size=8 * MIB)  # noqa: SIM115  closed with the answer
        self.lines = 0

    def write(self, part: bytes) -> int:
        self.lines += part.count(b"\n")
        return self.file.write(part)

    def flush(self) -> None:
        """Does nothing: it is read by this process."""


def _evened(body: IO[bytes]) -> IO[bytes]:
    """Returns Virtuoso's JSON as others would write it."""
    kept = tempfile.SpooledTemporaryFile(max_size=8 * MIB)  # noqa: SIM115  closed with the answer
    for line in body:
        kept.write(_ODD.sub(lambda odd: _ODD_AS[odd[0]], line))
    kept.seek(0)
    return kept  # type: ignore[return-value]


# --- text of queries ---------------------------------------------------------------------------


def prologue(text: str, base: str | None, prefixes: Mapping[str, str]) -> str:
    """Returns the declarations that a query takes for granted, on one line, so that lines of faults stay right.

    >>> prologue("ASK { ?s kg:name 'rdf:type' }", None, {"kg": "urn:k#", "rdf": "urn:r#"})
    'PREFIX kg: <urn:k#> '
    """
    head = f"BASE <{base}> " if base and _is_relative(text) else ""
    return head + "".join(f"{line} " for line in sparql.declarations(text, prefixes))


def about_graph(text: str, graph: str) -> str:
    """Returns the ASK whether a graph that a query names holds anything; '' where none can be made."""
    asking = f"{_PROLOGUE.match(text)[0]} ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}"  # type: ignore[index]
    return asking if _parses(asking) else ""


def _is_relative(text: str) -> bool:
    """Says whether a query may need the base: it has an IRI without a scheme, or makes one."""
    iris = (match[0] for match in sparql.TOKEN.finditer(text) if match[0].startswith("<"))
    return any(not re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*:", iri) for iri in iris) or bool(
        re.search(r"\b(IRI|URI)\s*\(", text, re.IGNORECASE)
    )


def _wrapped(text: str, frame: str) -> str:
    """Returns a frame with a SELECT inside it, the prologue before it."""
    head = _PROLOGUE.match(text)[0]  # type: ignore[index]
    return head + frame.replace("%s", f"{text[len(head) :]}\n")


def _in_order(text: str, table: IO[bytes]) -> str:
    """Returns a SELECT whose rows come in an order that is the same each time; '' where none can be given.

    That is its own, and of what it leaves open that of its variables. What a subquery cuts off is not known to be the
    same each time, nor is what is made by chance.
    """
    table.seek(0)
    names = table.readline().decode().replace("\t", " ").strip()
    bare = sparql.bare(text)
    outside = _outside(bare)
    if sparql.unsteady(text) or len(_SLICE.findall(bare)) > len(_SLICE.findall(outside)):
        return ""
    order = _ORDER.search(outside)
    if not names or not (order or _SLICE.search(outside)):
        return _wrapped(text, f"SELECT * WHERE {{{{ %s }}}} ORDER BY {names}") if names else text
    behind = _BEHIND.search(outside, order.end() if order else 0)
    end = behind.start() if behind else len(text)
    keys = names if order else f"ORDER BY {names}"
    ordered = f"{text[:end]}\n{keys} {text[end:]}"
    return ordered if _parses(ordered) else ""


def _outside(bare: str) -> str:
    """Returns the bare text of a query with blanks for what stands in braces.

    >>> _outside("SELECT ?a { ?a ?b { ?c } } LIMIT 3")
    'SELECT ?a {              } LIMIT 3'
    """
    found, depth = [], 0
    for mark in bare:
        depth -= mark == "}"
        found.append(mark if not depth or mark == "\n" else " ")
        depth += mark == "{"
    return "".join(found)


def _solutions_of(text: str) -> str:
    """Returns the SELECT of the solutions that a CONSTRUCT makes its triples of; '' where it cannot be told."""
    head = _PROLOGUE.match(text)[0]  # type: ignore[index]
    bare = sparql.bare(text)
    begin = re.compile(r"CONSTRUCT\s*", re.IGNORECASE).match(bare, len(head))
    if not begin:
        return ""
    at = begin.end()
    if bare[at] == "{":
        at = bare.find("}", at) + 1
    return f"{head}SELECT * {text[at:]}"


def _parses(text: str) -> bool:
    import pyoxigraph as ox

    try:
        return bool(text) and bool(ox.Store().query(text) or True)
    except (SyntaxError, RuntimeError):
        return False
