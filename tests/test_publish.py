"""A build goes to another machine's store whole, or it is said what has not arrived; what broke off goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import endpoints
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from endpoints import LOGIN, Asked, Fake
from examples import BASE, project

from kg.answers import Unanswered
from kg.cli import main
from kg.project import Project
from kg.publish import Sent, Target, _lots, beside, graph_named, publish
from kg.remote import RemoteStore

pytest.importorskip("httpx", reason="endpoints need kg[serve]")

FACTS = {
    "entities": {f"p{i}": {"type": "Person", "name": f"Person {i}"} for i in range(40)},
    "facts": [f"p{i} loses to p{i + 1}" for i in range(39)],
}
GRAPHS = (BASE + "ontology", BASE + "inferred", "")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Returns a small project that is built."""
    found = project(tmp_path_factory.mktemp("small") / "project", FACTS)
    found.build()
    return found


@pytest.fixture
def endpoint(made: Project) -> Iterator[Fake]:
    """Returns an empty store; the project has never published anything."""
    (made.root / "build" / "published.json").unlink(missing_ok=True)
    with endpoints.fake() as found:
        yield found


def go(made: Project, endpoint: Fake, *, again: bool = False, **options: Any) -> list[Sent]:
    return publish(made.root, made.build(), Target(endpoint.address, **options), lambda stage: None, again=again)


def content(store: Any, base: str = BASE, facts: str = "") -> dict[str, Any]:
    """Returns each graph of a store with its blank nodes named in the canonical way."""
    found = {}
    for name in (base + "ontology", base + "inferred", facts):
        graph = ox.NamedNode(name) if name else ox.DefaultGraph()
        quads = store.quads_for_pattern(None, None, None, graph)
        triples = ox.Dataset(ox.Quad(*quad.triple) for quad in quads)
        triples.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        found["facts" if name == facts else name] = set(map(str, triples))
    return found


def puts(endpoint: Fake) -> list[Asked]:
    return [asked for asked in endpoint.asked if "/store" in asked.path]


# --- the real servers ---


@pytest.mark.parametrize("name", ["oxigraph", "virtuoso"])
def test_a_build_arrives_whole(name: str, shipped: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the command, in small lots; a second time nothing is sent; the login stands in no output."""
    with getattr(endpoints, name)(tmp_path) as address:
        words = ["-C", str(shipped.root), "publish", "--endpoint", address, "--chunk", "1"]
        build = shipped.build()
        graph = build.base + "facts" if name == "virtuoso" else ""
        if graph:
            done = CliRunner().invoke(main, words)
            assert "has no default graph for the facts; --graph facts names one" in done.output
            words += ["--graph", "facts"]
            assert "asks for a login (HTTP 401): give it by KG_AUTH" in CliRunner().invoke(main, words).output
            monkeypatch.setenv("KG_AUTH", "dba:wrong-one")
            done = CliRunner().invoke(main, words)
            assert "does not take the login" in done.output
            assert "wrong-one" not in done.output
            monkeypatch.setenv("KG_AUTH", LOGIN)
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        place = f"<{graph}>" if graph else "the default graph"
        assert done.output.splitlines()[2] == f"{len(build.lines('facts')):,} triples in {place}"
        assert done.output.splitlines()[3] == f"build {build.manifest['id']} is at {address}"
        theirs, ours = RemoteStore(address).dataset().store, build.store()
        assert len(theirs) == len(ours)
        assert content(theirs, build.base) == content(ours, build.base)
        again = CliRunner().invoke(main, words, catch_exceptions=False)
        assert again.output.count(", as before") == 3


# --- one of our own, which can be told to fail ---


def test_graphs_go_to_their_places(made: Project, endpoint: Fake) -> None:
    """The facts last: who reads meanwhile has what explains them."""
    sent = go(made, endpoint)
    assert [one.graph for one in sent] == list(GRAPHS)
    assert all(one.sent for one in sent)
    assert [asked.path.partition("?")[2] for asked in puts(endpoint)] == [
        "graph=https%3A%2F%2Fexample.org%2Fgraph%2Fontology",
        "graph=https%3A%2F%2Fexample.org%2Fgraph%2Finferred",
        "default",
    ]
    assert content(endpoint.store) == content(made.build().store())


def test_facts_may_have_a_graph_of_their_own(made: Project, endpoint: Fake) -> None:
    build = made.build()
    assert graph_named(build, "facts") == BASE + "facts"
    go(made, endpoint, graph=BASE + "facts")
    assert content(endpoint.store, facts=BASE + "facts") == content(build.store())
    for wrong in ("two words", "http://a b", "<x>"):
        with pytest.raises(Unanswered, match="is no IRI of a graph"):
            graph_named(build, wrong)
    with pytest.raises(Unanswered, match="is the graph of something else"):
        go(made, endpoint, graph=BASE + "ontology")


@pytest.mark.parametrize("breaks", range(1, 9))
def test_what_broke_off_goes_on(made: Project, endpoint: Fake, breaks: int) -> None:
    """At any request: what has arrived is not sent again, and in the end all is there, blank nodes too."""
    size = 40_000
    for_graphs = iter(range(100))

    def fail(asked: Asked) -> Any:
        if "/store" in asked.path and next(for_graphs) == breaks:
            return 503, {}, b"busy"
        return None

    endpoint.before = fail
    with pytest.raises(Unanswered, match=r"refuses \(HTTP 503: busy\)"):
        go(made, endpoint, chunk=size)
    before = puts(endpoint)
    endpoint.before = lambda asked: None
    go(made, endpoint, chunk=size)
    assert content(endpoint.store) == content(made.build().store())
    assert puts(endpoint)[len(before)].body == before[-1].body, "it goes on with what failed"
    whole = puts(endpoint)
    assert len(whole) > 9
    assert len(whole) == len({asked.body for asked in whole}) + 1


def test_a_lot_that_is_too_large_is_made_smaller(made: Project, endpoint: Fake) -> None:
    def small(asked: Asked) -> Any:
        return (413, {}, b"too large") if len(asked.body) > 300_000 else None

    endpoint.before = small
    go(made, endpoint)
    assert content(endpoint.store) == content(made.build().store())
    endpoint.before = lambda asked: (413, {}, b"too large") if "/store" in asked.path else None
    with pytest.raises(Unanswered, match="HTTP 413"):
        go(made, endpoint, again=True)


def test_blank_nodes_stay_in_one_request(tmp_path: Path) -> None:
    """A label means the same node only within one request."""
    path = tmp_path / "a.nt"
    lines = [f'<urn:s{i}> <urn:p> "_:x {i}" .\n' for i in range(50)]
    lines[7:7], lines[40:40] = ["_:a <urn:p> _:b .\n"], ["<urn:x> <urn:p> _:b .\n"]
    path.write_text("".join(lines))
    lots = list(_lots(path, 0, 100))
    assert len(lots) > 10
    assert {b"_:a <urn:p> _:b .", b"<urn:x> <urn:p> _:b ."} <= set(lots[0][1].splitlines())
    assert not any(b" _:b" in text for _, text in lots[1:])
    assert sorted(b"".join(text for _, text in lots).splitlines(keepends=True)) == sorted(map(str.encode, lines))
    count = lots[3][0]
    rest = list(_lots(path, count, 100))
    assert b"".join(text for _, text in rest) == b"".join(text for _, text in lots[4:])


def test_what_others_put_there_is_not_replaced_unasked(made: Project, endpoint: Fake) -> None:
    endpoint.store.load(b"<urn:a> <urn:p> 1 .", ox.RdfFormat.TURTLE)
    with pytest.raises(Unanswered, match=r"default graph holds 1 triples that were not published from here; --graph"):
        go(made, endpoint)
    assert puts(endpoint) == []
    go(made, endpoint, replace=True)
    assert content(endpoint.store) == content(made.build().store())


def test_what_has_changed_there_is_sent_again(made: Project, endpoint: Fake) -> None:
    go(made, endpoint)
    endpoint.store.clear_graph(ox.NamedNode(BASE + "inferred"))
    endpoint.store.load(b"<urn:a> <urn:p> 1 .", ox.RdfFormat.TURTLE)
    assert [one.sent for one in go(made, endpoint)] == [False, True, True]
    assert content(endpoint.store) == content(made.build().store())
    assert [one.sent for one in go(made, endpoint)] == [False, False, False]
    assert [one.sent for one in go(made, endpoint, again=True)] == [True, True, True]


def test_a_newer_build_replaces_the_old_one(made: Project, endpoint: Fake, tmp_path: Path) -> None:
    """Also where a graph of it is empty now."""
    endpoint.store.load(b"<urn:a> <urn:p> 1 .", ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(BASE + "inferred"))
    go(made, endpoint)
    newer = project(tmp_path / "newer", {"entities": {"x": {"type": "Place", "name": "X"}}})
    state = made.root / "build" / "published.json"
    newer.build()
    (newer.root / "build" / "published.json").write_text(state.read_text())
    go(newer, endpoint)
    assert content(endpoint.store) == content(newer.build().store())


def test_what_did_not_arrive_is_said(made: Project, endpoint: Fake) -> None:
    """A store that answers well and keeps nothing, or takes two spellings for one."""
    endpoint.before = lambda asked: (204, {}, b"") if "default" in asked.path else None
    with pytest.raises(Unanswered, match=r"holds 0 triples in the default graph where [\d,]+ were sent"):
        go(made, endpoint)
    state = json.loads((made.root / "build" / "published.json").read_text())
    assert state[endpoint.address]["lines"][""] == 0


def test_a_broken_state_is_no_state(made: Project, endpoint: Fake) -> None:
    """Each kind of broken is as if nothing had been published; and nothing else comes of it."""
    go(made, endpoint)
    path = made.root / "build" / "published.json"
    good = json.loads(path.read_text())
    for wrong in ("", "[1]", '{"x": 1}', "{", "\0"):
        path.write_text(wrong)
        assert all(one.sent for one in go(made, endpoint, replace=True))
    for lines in ({"": -1}, {"": "all"}, {"": 10**9}, [], {"": True}):
        path.write_text(json.dumps({endpoint.address: {**good[endpoint.address], "lines": lines}}))
        assert go(made, endpoint, replace=True)[2].sent


@pytest.mark.parametrize(
    ("endpoint_at", "server", "store"),
    [
        ("http://h/query", "Oxigraph/0.5.13", "http://h/store"),
        ("http://h:8890/sparql", "Virtuoso/07.20", "http://h:8890/sparql-graph-crud-auth"),
        ("https://h/ds/sparql", "Apache Jena Fuseki (5)", "https://h/ds/data"),
        ("http://h/rdf4j/repositories/x", "", "http://h/rdf4j/repositories/x/rdf-graphs/service"),
    ],
)
def test_where_known_stores_take_graphs(endpoint_at: str, server: str, store: str) -> None:
    assert beside(endpoint_at, server) == store


def test_an_unknown_store_must_be_named(made: Project, endpoint: Fake) -> None:
    endpoint.server = "Other/1"
    with pytest.raises(Unanswered, match="where this store takes graphs is not known here; name it by --store URL"):
        go(made, endpoint)
    assert go(made, endpoint, store=endpoint.address.replace("/query", "/store"))
