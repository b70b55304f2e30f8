"""Linked data: an IRI leads to a page or RDF by what is asked for; whatever else comes is refused in one shape."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

rdflib = pytest.importorskip("rdflib")

import endpoints  # noqa: E402

from kg import network  # noqa: E402
from kg.publish import Target, publish  # noqa: E402
from kg.serve.cache import Cache, Kept  # noqa: E402
from kg.serve.graph import neighbourhood  # noqa: E402
from kg.serve.graph.holding import Holding, load  # noqa: E402
from kg.serve.graph.shelf import SortedLines  # noqa: E402
from kg.terms import KG  # noqa: E402

ROOT = "/venezuela-2008/"
SAID = "statement/1686a0981e98deaf"
BASE = "https://kg.example/venezuela-2008/"
HTML, TURTLE, JSONLD = "text/html", "text/turtle", "application/ld+json"
FORMATS = {
    "ttl": (TURTLE, ox.RdfFormat.TURTLE, "turtle"), "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES, "nt"),
    "jsonld": (JSONLD, ox.RdfFormat.JSON_LD, "json-ld"), "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML, "xml"),
}  # fmt: skip


@pytest.fixture(scope="module")
def held(shipped: Any) -> Holding:
    """Returns the shipped facts as workers hold them."""
    shipped.build()
    return load({"build": str((shipped.root / "build" / "current").resolve()), "root": str(shipped.root)})


@pytest.fixture(scope="module")
def afar(held: Holding) -> Holding:
    """Returns the same on disk, read as a store is that is too big or too far away to be held as a network."""
    assert held.path
    store = ox.Store.read_only(str(held.path / "store"))
    found = replace(held, dataset=replace(held.dataset, store=store))
    found.__dict__["index"] = None
    return found


def parts(graph: Any) -> tuple[Any, ...]:
    return graph.graph, list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True))


# What is said about a few


@pytest.mark.parametrize("steps", [1, 2])
def test_a_slice_of_the_network_is_the_projection_of_an_excerpt(held: Holding, afar: Holding, steps: int) -> None:
    names = list(held.index.graph)[:: 1 if steps == 1 else 40]
    assert len(names) > 10
    for name in names:
        near, far = (neighbourhood.around(holding, [name], steps) for holding in (held, afar))
        assert parts(near) == parts(far), name


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
def test_another_machine_says_the_same(held: Holding, shipped: Any, serve: Any, tmp_path: Path, kind: str) -> None:
    """All but the names of rules, which only a build knows; and its pages and RDF are served."""
    with getattr(endpoints, kind)(tmp_path) as address:
        own = {"graph": BASE + "facts", "login": endpoints.LOGIN} if kind == "virtuoso" else {}
        publish(shipped.root, shipped.build(), Target(address, **own), lambda stage: None)
        distant = load({"endpoint": address})
        for name in ("capriles", "achilles-heel", "miranda"):
            near, far = (neighbourhood.around(holding, [BASE + name]) for holding in (held, distant))
            assert list(near) == list(far)
            rows = [[(*row[:3], {**row[3], "rule": bool(row[3]["rule"])}) for row in network.rows(graph)]
                    for graph in (near, far)]  # fmt: skip
            assert rows[0] == rows[1]
        server = serve(tmp_path, "--endpoint", address)
        assert "Diosdado Cabello" in server.get(ROOT + "capriles.html").text
        assert triples(server.get(ROOT + "capriles.ttl"), "ttl")
        assert server.get(ROOT + "capriles", accept=HTML).status_code == 303
        assert server.get(ROOT + "capriles.network").status_code == 200
        assert server.get(f"/neighbours.json?iri={BASE}cabello").json()["edges"]
        assert server.get("/network").status_code == 200
        assert server.get(ROOT + "nobody").status_code == 404


def test_what_a_document_and_a_speaker_say_is_the_same_from_an_excerpt(held: Holding, afar: Holding) -> None:
    assert held.index.citing
    assert held.index.said
    for document in held.index.citing:
        assert parts(neighbourhood.cited(held, document)) == parts(neighbourhood.cited(afar, document))
    for speaker in held.index.said:
        assert parts(neighbourhood.said(held, speaker)) == parts(neighbourhood.said(afar, speaker))


def test_statements_bring_their_rivals_along(held: Holding, afar: Holding) -> None:
    rows = [row for row in network.rows(held.index.graph) if row[3]["rivals"]]
    assert rows
    for *_, key, fact in rows:
        found = neighbourhood.stated(held, [key])
        assert parts(found) == parts(neighbourhood.stated(afar, [key]))
        keys = {row[2] for row in network.rows(found)}
        assert {rival["statement"] for rival in fact["rivals"]} <= keys | {"inferred"}


def test_all_facts_in_which_an_entity_stands_are_around_it(held: Holding) -> None:
    capriles = BASE + "capriles"
    whole = {row[2] for row in network.rows(held.index.graph) if capriles in neighbourhood.names_in(row)}
    near = {row[2] for row in network.rows(neighbourhood.around(held, [capriles]))}
    assert whole
    assert whole <= near
    assert len(neighbourhood.around(held, ["nobody", "no IRI >"])) == 0


def test_lines_are_found_where_they_begin(tmp_path: Path) -> None:
    """Of each text, those lines are found that begin with it, wherever in the file they stand."""
    lines = sorted(["", "a", "a b", "ab", "b\t1", "b\t2", "é", "é 1", "\U0001f600 x", "z"])
    path = tmp_path / "lines"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = SortedLines(path)
    assert list(found) == lines
    for start in ("a", "ab", "b\t", "é", "\U0001f600", "zz", "0"):
        assert list(found.starting(start)) == [line for line in lines if line.startswith(start)]
    path.write_text("")
    assert list(SortedLines(path)) == []


# Which form


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "html"), ("*/*", "ttl"), (TURTLE, "ttl"), (JSONLD, "jsonld"),
        ("application/n-triples", "nt"), ("application/rdf+xml", "rdf"), ("text/plain", "nt"),
        ("text/turtle;q=0.5, application/ld+json", "jsonld"), ("text/html;q=0.1, text/turtle", "ttl"),
        ("application/ld+json;q=0, */*;q=0.1", "ttl"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("thing", ["capriles", "quantity/65.45%25"])
def test_an_iri_leads_to_the_form_that_is_asked_for(server: Any, thing: str, accept: str, suffix: str) -> None:
    response = server.get(ROOT + thing, accept=accept)
    assert response.status_code == 303
    assert response.headers["location"].endswith(f".{suffix}")
    assert "Accept" in response.headers["vary"]
    target = server.get(response.headers["location"], accept="image/png")  # a suffix is all that counts there
    media = HTML if suffix == "html" else FORMATS[suffix][0]
    assert (target.status_code, target.headers["content-type"].partition(";")[0]) == (200, media)


def test_nothing_else_is_offered(server: Any) -> None:
    response = server.get(ROOT + "capriles", accept="image/png")
    assert (response.status_code, response.json()["type"]) == (406, "/problems/not-acceptable")


def test_parameters_go_along(server: Any) -> None:
    response = server.get(ROOT + "capriles?lang=es", accept=HTML)
    assert response.headers["location"] == ROOT + "capriles.html?lang=es"


@pytest.mark.parametrize("path", ["capriles.html", "capriles.ttl", "capriles.network", "capriles"])
def test_head_has_the_headers_and_no_body(server: Any, path: str) -> None:
    got, head = server.get(ROOT + path), server.client.head(server.url + ROOT + path, headers={"Accept": "*/*"})
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers.get("etag") == got.headers.get("etag")


@pytest.mark.parametrize("path", ["capriles.html", "capriles.ttl", "capriles.network", f"{SAID}.html"])
def test_what_is_known_is_not_sent_again(server: Any, path: str) -> None:
    first = server.get(ROOT + path)
    assert first.status_code == 200
    again = server.get(ROOT + path, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert server.get(ROOT + path, if_none_match='"other"').status_code == 200


# The RDF of one thing


def triples(response: Any, form: str) -> set[tuple[str, ...]]:
    """Returns the triples of a response as pyoxigraph and rdflib both read them."""
    _, engine, name = FORMATS[form]
    found = {tuple(map(str, quad.triple)) for quad in ox.parse(response.content, format=engine)}
    graph = rdflib.Graph().parse(data=response.content, format=name)
    lines = graph.serialize(format="nt", encoding="utf-8")
    assert {tuple(map(str, quad.triple)) for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)} == found
    return found


@pytest.mark.parametrize("thing", ["capriles", "psuv", SAID, "quantity/65.45%25", "venezuela-2008"])
def test_every_format_says_the_same(server: Any, thing: str) -> None:
    known = {form: triples(server.get(f"{ROOT}{thing.replace('%25', '%2525')}.{form}"), form) for form in FORMATS}
    assert known["ttl"]
    assert all(found == known["ttl"] for found in known.values())


def test_an_entity_comes_with_its_statements_and_no_other_entity_does(server: Any) -> None:
    found = triples(server.get(ROOT + "capriles.nt"), "nt")
    own, others = f"<{BASE}capriles>", {}
    for subject, predicate, obj in found:
        others.setdefault(subject, set()).add((predicate, obj))
    assert any("altLabel" in predicate for predicate, _ in others[own])
    kind = (f"<{rdflib.RDF.type}>", "<https://kg.example/terms#Statement>")
    statements = [name for name, rows in others.items() if kind in rows]
    assert len(statements) > 10
    evidence = {obj for name in statements for predicate, obj in others[name] if predicate.endswith("#evidence>")}
    assert evidence <= others.keys()
    assert all(any("hadPrimarySource" in predicate for predicate, _ in others[name]) for name in evidence)
    entities = [name for name in others if name.startswith(f"<{BASE}") and "/" not in name.removeprefix(f"<{BASE}")]
    for name in set(entities) - {own}:  # of these, their label and what ties them to this one
        assert all(obj == own or predicate.endswith("label>") for predicate, obj in others[name]), name


def test_numbers_keep_the_zeros_with_which_they_were_written(server: Any, held: Holding) -> None:
    lines = held.shelf.parts["facts"].starting(f"<{BASE}quantity/")
    written = [line for line in lines if "decimal>" in line and '0"^^' in line and "." in line.split('"')[1]]
    assert written
    name = written[0].split(" ")[0].removeprefix(f"<{BASE}").rstrip(">").replace("%", "%25")
    assert written[0] in server.get(f"{ROOT}{name}.nt").text.splitlines()


def test_the_same_thing_is_described_in_the_same_bytes(server: Any) -> None:
    first = server.get(ROOT + "chavez.ttl").text
    assert first == server.get(ROOT + "chavez.ttl").text
    blocks = [block.split()[0] for block in first.split("\n\n")[1:]]
    assert len(blocks) == len(set(blocks)) > 20
    assert "@prefix : <https://kg.example/venezuela-2008/> ." in first


def test_graphs_have_iris_too(server: Any, held: Holding) -> None:
    inferred = server.get(ROOT + "inferred.nt").text.splitlines()
    assert inferred == list(held.shelf.parts["inferred"])
    assert triples(server.get(ROOT + "inferred.ttl"), "ttl")
    assert server.get(ROOT + "ontology.ttl").status_code == 200
    assert server.get(ROOT + "ontology", accept=HTML).status_code == 303
    assert server.get(ROOT, accept=HTML).headers["location"] == "/"


def test_every_entity_and_all_that_is_minted_can_be_read(server: Any, held: Holding) -> None:
    """Each subject of the facts has a page and RDF, whatever its IRI holds."""
    subjects = sorted({line.split(" ", 1)[0][1:-1] for line in held.shelf.parts["facts"]})
    entities = [name for name in subjects if "/" not in name.removeprefix(BASE)]
    minted = [name for name in subjects if "/" in name.removeprefix(BASE)]
    assert len(entities) > 400
    for name in [*entities, *minted[::60]]:
        path = ROOT + name.removeprefix(BASE).replace("%", "%25")
        for suffix in ("html", "ttl"):
            assert server.get(f"{path}.{suffix}").status_code == 200, (name, suffix)


def test_answers_that_say_nothing_are_not_kept_for_ever() -> None:
    """However many addresses are asked for at which there is nothing, what is remembered of them stays small."""
    cache = Cache(64 * 1024)
    for number in range(1000):
        cache.put(f"tag {number}", Kept("", b"{}", {}))
    assert sum(cache.get(f"tag {number}") is not None for number in range(1000)) < 70


# What comes from outside


@pytest.mark.parametrize(
    "path",
    [
        "/id/x%3E%20%7D%20UNION%20%7B%20%3Fs%20%3Fp%20%3Fo", "/venezuela-2008/x%3E%20%7D%20UNION", "/venezuela-2008/%",
        "/venezuela-2008/%zz", "/venezuela-2008/%ED%A0%80", "/venezuela-2008/%FF.html", "/venezuela-2008/%00.ttl",
        "/venezuela-2008/..%2f..%2fetc%2fpasswd", "/venezuela-2008/.ttl", "/venezuela-2008/capriles.exe",
        "/venezuela-2008/" + "a" * 20_000, "/venezuela-2008", "/venezuela-2008/capriles/", "/nowhere",
        "/browse?iri=%ED%A0%80", "/browse?iri=%3E%20%7D", "/neighbours.json?iri=%00", "/network?iri=nope",
        "/venezuela-2008/statement/1686a0981e98deaf.network",
    ],
)  # fmt: skip
@pytest.mark.parametrize("accept", ["*/*", HTML])
def test_what_is_not_there_is_not_found(server: Any, path: str, accept: str) -> None:
    response = server.get(path, accept=accept)
    assert response.status_code == 404
    if accept == "*/*":
        assert json.loads(response.text)["type"] == "/problems/not-found"


@pytest.mark.parametrize("path", ["/browse", "/neighbours.json", f"/browse?iri={BASE}capriles&as=exe"])
def test_questions_that_name_nothing_are_refused(server: Any, path: str) -> None:
    assert server.get(path).status_code == 400


def test_browse_leads_home_what_lives_here(server: Any) -> None:
    assert server.get(f"/browse?iri={BASE}capriles").headers["location"] == ROOT + "capriles.ttl"[:-4]
    assert server.get("/browse?iri=https://kg.example/terms%23Person").headers["location"] == "/terms/Person"
    assert server.get(f"/browse?iri={BASE}capriles&as=ttl").text == server.get(ROOT + "capriles.ttl").text


ODD = """
entities:
  café:
    type: Person
    name: Café del Sol
  report:
    type: Person
    name: Report
  report.ttl:
    type: Person
    name: A report whose id ends in a suffix
  a.html:
    type: Person
    name: A page whose id ends in a suffix
"""


def test_ids_may_hold_letters_of_any_kind_and_end_in_suffixes(case_project: Any, serve: Any) -> None:
    """`café` is found however it is typed; `report` and `report.ttl` are two things, each with its own page and RDF."""
    odd = serve(case_project({"facts/odd.yaml": ODD}).root)
    root = "/cases/"
    for typed in ("caf%C3%A9", "cafe%CC%81", "caf%c3%a9"):
        found = odd.get(root + typed, accept=HTML)
        assert found.headers["location"] == root + "caf%C3%A9.html"
        assert "Café del Sol" in odd.get(found.headers["location"]).text
    assert "A page whose id ends" in odd.get(odd.get(root + "a.html", accept=HTML).headers["location"]).text
    named = odd.get(root + "report.ttl")
    assert named.headers["location"] == root + "report.ttl.ttl"
    assert "whose id ends in a suffix" in odd.get(root + "report.ttl.ttl").text
    other = odd.get(root + "report", accept=TURTLE).headers["location"]
    assert other.startswith("/browse?iri=")
    assert '"Report"' in odd.get(other).text
    assert "<h1" in odd.get(root + "report.html").text


def test_everything_works_below_a_root_path(case_project: Any, serve: Any) -> None:
    below = serve(case_project().root, "--root-path", "/kg")
    below.url = below.url.removesuffix("/kg")
    for prefix in ("/kg", ""):  # whether or not the proxy takes it off
        found = below.get(f"{prefix}/cases/capriles", accept=HTML)
        assert found.headers["location"] == "/kg/cases/capriles.html"
        page = below.get(f"{prefix}/cases/capriles.html").text
        assert 'href="/kg/cases/capriles.ttl"' in page
        assert 'href="/static' not in page
        assert below.get(f"{prefix}/cases/capriles.network").status_code == 200


FOREIGN = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix ex: <http://ex.example/people#> .
foaf:knows <http://www.w3.org/2000/01/rdf-schema#label> "knows"@en, "conoce a"@es .
ex:ana a foaf:Person ; foaf:name "Ana <b>Ruiz</b>" ; foaf:knows ex:ben, [ foaf:name "someone" ] ;
  foaf:homepage <javascript:alert(1)> .
ex:ben foaf:name "Ben" .
<urn:x:thing.ttl> foaf:depicts ex:ana .
"""


def test_files_of_others_are_browsed_by_whole_iris(tmp_path: Path, serve: Any) -> None:
    """Plain triples without any statement are facts too, in both directions; nothing of them runs or leads away."""
    (tmp_path / "people.ttl").write_text(FOREIGN, encoding="utf-8")
    files = serve(tmp_path, "--data", str(tmp_path / "people.ttl"))
    ana = "/browse?iri=http%3A%2F%2Fex.example%2Fpeople%23ana"
    page = files.get(f"{ana}&lang=es", accept=HTML).text
    for words in ("Ana &lt;b&gt;Ruiz&lt;/b&gt;", "conoce a", "Ben", "someone", "depicts", "sin fuente"):
        assert words in page
    assert 'href="javascript' not in page
    assert f'href="{ana.replace("ana", "ben")}&amp;lang=es"' in page
    found = list(ox.parse(files.get(f"{ana}&as=ttl").content, format=ox.RdfFormat.TURTLE))
    assert len(found) == 7
    assert '"someone"' in {str(quad.object) for quad in found}
    assert files.get("/browse?iri=urn:x:thing.ttl&as=jsonld").status_code == 200
    assert files.get("/network").status_code == 200
    near = files.get("/neighbours.json?iri=http://ex.example/people%23ben").json()
    assert [node["label"] for node in near["nodes"]] == ["Ana <b>Ruiz</b>", "Ben"]


def test_a_dataset_without_an_iri_has_no_page_and_hinders_none(tmp_path: Path, serve: Any) -> None:
    (tmp_path / "some.ttl").write_text(f"[] a <{KG}Dataset> . <urn:a> a <urn:C> .", encoding="utf-8")
    files = serve(tmp_path, "--data", str(tmp_path / "some.ttl"))
    assert "some.ttl" in files.get("/", accept=HTML).text
    assert files.get("/documents", accept=HTML).status_code == 200
