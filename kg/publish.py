"""A build into another machine's store: SPARQL 1.1 Graph Store Protocol, graph by graph, taken up again where it broke.

Knows builds and HTTP; asks SPARQL only to count what has arrived.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from kg import files
from kg.answers import Unanswered
from kg.problem import echo
from kg.remote import RemoteStore
from kg.remote.wire import MIB, Wire
from kg.store import Build
from kg.terms import is_iri

STATE = "published.json"
"""In build/: which lines of which graph of which build have arrived where."""

CHUNK = 16 * MIB
"""Bytes that are sent at once; fewer where the store refuses so many."""

LEAST = 64 * 1024
"""Bytes of the smallest lot that is tried."""

PATIENCE = 900.0
"""Seconds that a store has to take one lot."""

ORDER = ("ontology", "inferred", "facts")
"""Facts come last: who reads meanwhile does not see them before what explains them."""

_BLANK = re.compile(rb"^_:| _:\S+ \.$", re.MULTILINE)
"""A line of N-Triples with a blank node at either end."""

_TYPE = "text/turtle; charset=utf-8"
"""N-Triples are Turtle, and every store takes that."""

_BESIDE = (
    (r"^Virtuoso", r"/sparql/?$", "/sparql-graph-crud-auth"),
    (r"^Oxigraph", r"/query/?$", "/store"),
    (r"", r"/repositories/[^/]+$", r"\g<0>/rdf-graphs/service"),
    (r"Fuseki", r"/(sparql|query)/?$", "/data"),
)
"""Name of the server, end of the address that it is asked at, and the end of the one that it takes graphs at."""


@dataclass(frozen=True, slots=True)
class Target:
    """A store that a build goes to."""

    endpoint: str
    """Where it is asked."""
    store: str = ""
    """Where it takes graphs; '' is found beside the endpoint."""
    graph: str = ""
    """Of the facts; '' is the default graph."""
    login: str = ""
    """`user:password`; '' is what the environment says."""
    replace: bool = False
    """Whether facts replace what somebody else put into their graph."""
    chunk: int = CHUNK
    """Bytes of one lot."""


@dataclass(slots=True)
class State:
    """What has arrived at one store, kept in a file so that a broken publication goes on."""

    path: Path
    key: str
    build: str
    known: dict[str, Any] = field(default_factory=dict)
    """All that the file says, by store."""

    @classmethod
    def of(cls, root: Path, target: Target, build: Build) -> State:
        """Returns the state of a store as the last publication left it; nothing where it cannot be read."""
        path = root / "build" / STATE
        known: Any = {}
        with contextlib.suppress(OSError, ValueError, RecursionError):
            known = json.loads(files.content(path))
        good = isinstance(known, dict) and all(isinstance(entry, dict) for entry in known.values())
        return cls(path, target.endpoint, build.manifest["id"], known if good else {})

    @property
    def graphs(self) -> dict[str, Any]:
        """Graph to the lines of this build that are in it; '' is the default graph."""
        entry = self.known.get(self.key, {})
        lines = entry.get("lines") if entry.get("build") == self.build else None
        return dict(lines) if isinstance(lines, dict) else {}

    @property
    def earlier(self) -> frozenset[str]:
        """The graphs there that a publication of any build has filled."""
        lines = self.known.get(self.key, {}).get("lines")
        return frozenset(lines) if isinstance(lines, dict) else frozenset()

    def note(self, graph: str, lines: int) -> None:
        """Keeps how many lines of a graph have arrived. Raises OSError."""
        graphs = {**dict.fromkeys(self.earlier, 0), **self.graphs, graph: lines}
        self.known[self.key] = {"build": self.build, "lines": graphs}
        files.deliver(json.dumps(self.known, indent=1, sort_keys=True) + "\n", self.path)


@dataclass(frozen=True, slots=True)
class Sent:
    """One graph that is complete."""

    graph: str
    triples: int
    sent: bool
    """Whether it was sent now; else it was there already."""


def publish(
    root: Path, build: Build, target: Target, tell: Callable[[str], None], *, again: bool = False
) -> list[Sent]:  # fmt: skip
    """Loads a build into a store and returns its graphs, each counted there once it had arrived.

    What a broken publication of the same build has sent already is not sent again, unless told to. Raises Unanswered.
    """
    graphs = _graphs(build, target)
    remote = RemoteStore(target.endpoint, wire=Wire(target.endpoint, login=target.login))
    state = State.of(root, target, build)
    counts = {graph: remote.count(graph) for graph in graphs}
    if not target.graph and remote.server.startswith("Virtuoso"):
        raise Unanswered(f"{echo(target.endpoint)}: has no default graph for the facts; --graph facts names one")
    _refuse_foreign(target, counts, state)
    address = target.store or beside(target.endpoint, remote.server)
    taker = Wire(address, seconds=PATIENCE, longest=PATIENCE, login=target.login)
    found = []
    for graph, path in graphs.items():
        lines = _lines(path)
        done = 0 if again else _arrived(state, graph, lines, counts[graph])
        if done < lines:
            state.note(graph, done)
            for count in _send(taker, graph, path, done, target.chunk):
                tell(f"sending {path.stem}: {count:,} of {lines:,} triples")
                state.note(graph, count)
        elif counts[graph] and not lines:
            taker.send("DELETE", _address(taker, graph))
        there = remote.count(graph)
        if there != lines:
            state.note(graph, 0)
            message = f"holds {there:,} triples in {place_of(graph)} where {lines:,} were sent"
            raise Unanswered(f"{echo(target.endpoint)}: {message}; does another program write there?")
        state.note(graph, lines)
        found.append(Sent(graph, lines, done < lines))
    return found


def graph_named(build: Build, text: str) -> str:
    """Returns the IRI of a graph: as it stands, or a word of letters, digits and hyphens below the dataset's base."""
    if is_iri(text) or not text:
        return text
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9\-]*", text):
        return build.base + text
    raise Unanswered(f"'{echo(text)}' is no IRI of a graph, nor one word")


def _graphs(build: Build, target: Target) -> dict[str, Path]:
    """Returns the files of a build by the graph that each goes to, in the order in which they are sent."""
    names = {"ontology": build.base + "ontology", "inferred": build.base + "inferred", "facts": target.graph}
    if target.graph in (names["ontology"], names["inferred"]):
        raise Unanswered(f"{target.graph}: is the graph of something else; name another for the facts")
    return {names[part]: build.path / f"{part}.nt" for part in ORDER}


def beside(endpoint: str, server: str) -> str:
    """Returns where a store of a known kind takes graphs, from where it is asked. Raises Unanswered.

    >>> beside("http://localhost:7878/query", "Oxigraph/0.5.13")
    'http://localhost:7878/store'
    """
    parts = urlsplit(endpoint)
    for name, end, instead in _BESIDE:
        if re.search(name, server) and re.search(end, parts.path):
            return urlunsplit(parts._replace(path=re.sub(end, instead, parts.path), query=""))
    raise Unanswered(f"{echo(endpoint)}: where this store takes graphs is not known here; name it by --store URL")


def _refuse_foreign(target: Target, counts: Mapping[str, int], state: State) -> None:
    """Raises Unanswered where facts would replace what no publication has put there."""
    count = counts.get(target.graph, 0)
    if count and not target.replace and target.graph not in state.earlier:
        message = f"{place_of(target.graph)} holds {count:,} triples that were not published from here"
        hint = "--graph IRI puts facts elsewhere, --replace puts them in their place"
        raise Unanswered(f"{echo(target.endpoint)}: {message}; {hint}")


def place_of(graph: str) -> str:
    """Returns a graph as people read it."""
    return f"<{graph}>" if graph else "the default graph"


def _arrived(state: State, graph: str, lines: int, there: int) -> int:
    """Returns how many lines of a graph need not be sent: those that the state and the store agree on."""
    noted = state.graphs.get(graph, 0)
    if type(noted) is not int or not 0 <= noted <= lines:
        return 0
    return noted if there == lines or noted <= there < lines else 0


def _send(taker: Wire, graph: str, path: Path, done: int, size: int) -> Iterator[int]:
    """Sends a file from a line on and yields how many of its lines have arrived: the first lot replaces the graph."""
    address = _address(taker, graph)
    while True:
        try:
            for count, text in _lots(path, done, size):
                taker.send("POST" if done else "PUT", address, content=text, headers={"Content-Type": _TYPE})
                done = count
                yield done
            return
        except Unanswered as error:
            if error.status != 413 or size // 2 < LEAST:
                raise
            size //= 2


def _address(taker: Wire, graph: str) -> str:
    """Returns where a store takes one graph (SPARQL 1.1 Graph Store Protocol, section 4.2)."""
    place = "graph=" + quote(graph, safe="") if graph else "default"
    return f"{taker.address}{'&' if '?' in taker.address else '?'}{place}"


def _lots(path: Path, done: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Yields the lines of a file after the first so many, so many bytes at a time, with the number of the last.

    Lines with blank nodes come first and in one lot: a label means the same node only within one request.
    """
    count, lot = 0, bytearray()
    for is_first in (True, False):
        with path.open("rb") as file:
            for line in file:
                if bool(_BLANK.search(line)) != is_first:
                    continue
                if len(lot) + len(line) > size and not is_first and count > done:
                    yield count, bytes(lot)
                    lot.clear()
                count += 1
                if count > done:
                    lot += line
    if lot:
        yield count, bytes(lot)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
