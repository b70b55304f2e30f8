"""Saved queries over HTTP: the list, the page with its form, the same address as an API, charts, networks."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

pytest.importorskip("starlette", reason="the server needs kg[serve]")

from kg.saved import chart_of, fault_of
from kg.serve.api import asking
from kg.serve.pages import chart
from kg.serve.refusal import Refusal

ROOT = Path(__file__).resolve().parents[2]
HTML = {"accept": "text/html"}
WHO_BEAT = "/queries/who-beat"
VOTES = "/queries/votes-of-a-side"
NETWORK = "/queries/network-of-a-vote"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, serve_all: Any) -> Any:
    """Returns a server over a small project with queries of every kind and hostile names."""
    head = "#+ summary: {}\n"
    hostile = '#+ summary: "</script><img src=x onerror=alert(1)>"\n#+ description: "<b>bold</b>"\n'
    queries = {
        "who": head.format("Who governs what.") + "SELECT ?who ?what WHERE { ?who kg:governs ?what } ORDER BY ?who",
        "hostile": hostile + 'SELECT ("=1+1" AS ?a) ("<script>alert(1)</script>" AS ?b) (-5 AS ?c) ("\'@x" AS ?d) {}',
        "needs": head.format("Needs all.")
        + "SELECT * { BIND(?_day_date AS ?d) BIND(?_n_integer AS ?n) BIND(?_x_number AS ?x) BIND(?_b_boolean AS ?b)"
        " BIND(?_t AS ?t) BIND(?_who_iri AS ?who) }",
        "yes": head.format("Is it so?") + "ASK { ?s kg:governs ?o }",
        "graph": head.format("As a graph.") + "CONSTRUCT WHERE { ?s kg:governs ?o }",
        "many": head.format("Many rows.")
        + "SELECT ?a ?b ?c { VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 }"
        " VALUES ?c { 0 1 2 3 4 5 6 7 8 9 } VALUES ?d { 0 1 } }",
        "line": head.format("A line.") + "#+ chart: line year votes side\n"
        'SELECT * { VALUES (?year ?votes ?side) { ("2004" "1 million" "a") ("2006" "about 2 million" "a")'
        ' ("2006" "3" "b") ("2008" "many" "b") } }',
        "choice": head.format("One of two.") + "#+ enumerate:\n#+   - kind: [one, 'two words']\n"
        "SELECT * { BIND(?_kind AS ?kind) }",
        "moment": head.format("Now.") + "SELECT (NOW() AS ?now) {}",
    }
    root = tmp_path_factory.mktemp("small")
    facts = "source: paper\nfacts:\n  - Cabello governs Miranda: {at: 'line 1'}\n"
    common = ROOT / "tests" / "cases" / "common"
    files = {
        **{f"queries/{name}.rq": text for name, text in queries.items()},
        "facts/facts.yaml": facts,
        "facts/entities.yaml": (common / "entities.yaml").read_text(encoding="utf-8"),
        "ontology/grammar.ttl": (common / "grammar.ttl").read_text(encoding="utf-8"),
        "ontology/core.ttl": (ROOT / "ontology" / "core.ttl").read_text(encoding="utf-8"),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return serve_all(root)


# --- what an address asks ------------------------------------------------------------------------


def test_a_name_with_a_dot_is_taken_before_a_suffix() -> None:
    card = {"queries": [{"name": n, "path": "", "text": "SELECT * {}", "header": {}} for n in ("a", "a.csv")]}
    assert [(asking.found(card, n)[0].name, asking.found(card, n)[1]) for n in ("a", "a.csv", "a.json")] == [
        ("a", ""), ("a.csv", ""), ("a", "json"),
    ]  # fmt: skip
    with pytest.raises(Refusal):
        asking.found(card, "b.csv")


# --- the list ------------------------------------------------------------------------------------


def test_the_list_has_every_query_and_finds_by_words_and_tag(server) -> None:
    names = {path.stem for path in (ROOT / "queries").glob("*.rq")}
    text = server.get("/queries", **HTML).text
    assert all(f'href="/queries/{name}"' in text for name in names)
    found = server.get("/queries?q=GOBERNORSHIPS", **HTML).text
    assert "No query is about that" in found
    assert "who-lost-to-whom" in server.get("/queries?q=loser", **HTML).text  # a column of its answer
    found = server.get("/queries?tag=money", **HTML).text
    assert re.findall(r'<li><a href="/queries/([\w-]+)"', found) == ["money"]
    found = server.get("/queries?q=Votes+SOURCE&tag=elections", **HTML).text
    assert "votes-of-a-side" in found
    assert "who-beat" not in found


def test_a_project_without_queries_says_so(case_project, serve) -> None:
    made = serve(case_project({"facts/facts.yaml": "source: paper\nfacts: [Cabello governs Miranda]\n"}).root)
    assert "There are no saved queries here" in made.get("/queries", **HTML).text
    assert made.get("/openapi.json").json()["paths"].keys() >= {"/sparql", "/reconcile"}


# --- the page ------------------------------------------------------------------------------------


def test_the_page_shows_form_answer_text_and_ways_on(server) -> None:
    text = server.get(WHO_BEAT, **HTML).text
    assert "Who beat a person" in text
    assert re.search(r'<input id="field-person" name="person" value="cabello"', text)
    assert "Diosdado Cabello" in text
    assert 'href="/venezuela-2008/capriles"' in text
    assert "&lt;https://kg.example/venezuela-2008/cabello&gt; ; rdf:predicate kg:losesTo" in text
    assert 'href="/sparql?query=SELECT+' in text
    assert f'href="{WHO_BEAT}.csv"' in text
    assert "#+" not in text


def test_parameters_come_from_the_address_and_go_on_into_every_link(server) -> None:
    text = server.get(f"{WHO_BEAT}?person=Jesse+Chac%C3%B3n", **HTML).text
    assert "Carlos Ocariz" in text
    assert f'href="{WHO_BEAT}.json?person=Jesse+Chac%C3%B3n"' in text
    assert "Henrique Capriles" not in text


def test_iris_can_be_shown_for_labels(server) -> None:
    text = server.get(f"{WHO_BEAT}?iris=1", **HTML).text
    assert "<bdi>:capriles</bdi>" in text
    assert "Show labels" in text


def test_an_ambiguous_name_is_a_problem_beside_its_field_with_the_candidates(server) -> None:
    response = server.get("/queries/winners-in-an-area?place=Sucre", **HTML)
    assert response.status_code == 400
    field = re.search(r'(?s)<div class="field wrong">.*?name="place" value="Sucre".*?</ul>', response.text)[0]
    assert 'aria-invalid="true"' in field
    assert "“<bdi>Sucre</bdi>” may be any of these:" in field
    assert 'href="/queries/winners-in-an-area?place=sucre-state"' in field
    assert response.headers["cache-control"] == "no-store"


def field_of(text: str) -> str:
    """Returns the words of the field that is wrong."""
    found = re.search(r'(?s)<div class="field wrong">.*?<div class="wrongly".*?</div>', text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found[0])) if found else ""


@pytest.mark.parametrize(
    ("path", "said", "meant"),
    [
        ("who-beat?person=Capriless", "Nothing of the class person is called “ Capriless ”.", "?person=capriles"),
        ("who-beat?person=Cabello,+D", "Nothing of the class person is called “ Cabello, D ”.", "?person=cabello"),
        ("who-beat?person=Sucre", "Of another class: Sucre municipality (municipality) , Sucre state (state)", ""),
        ("who-beat?person=Mirando", "Of another class: Miranda (state)", ""),
        ("in-office-on?day=tomorrow", "“ tomorrow ” is no date.", ""),
        ("in-office-on?day=23.11.2008", "“ 23.11.2008 ” is no date.", "?day=2008-11-23"),
        ("in-office-on?day=noviembre+de+2008", "Did you mean 2008-11 ?", "?day=2008-11"),
        ("disagreements-of-a-kind?kind=arithmetics", "“ arithmetics ” is none of these.", "?kind=arithmetic"),
    ],
)  # fmt: skip
def test_a_field_says_in_plain_words_what_is_wrong_and_what_may_be_meant(server, path, said, meant) -> None:
    response = server.get(f"/queries/{path}", **HTML)
    text = response.text
    assert response.status_code == 400
    assert said in field_of(text).replace(" )", ")").replace("( ", "(")
    assert "This was not asked yet" in text
    name = re.search(r"\?(\w+)=", path)[1]
    assert f'<a href="#field-{name}">' in text
    assert not meant or f'href="/queries/{path.partition("?")[0]}{meant}"' in text
    shown = text[: text.index('id="query-data"')]
    assert "?_" not in shown
    assert "Open in the editor" not in shown


def test_a_question_without_such_a_field_says_which_it_has(server) -> None:
    text = server.get("/queries/who-beat?persn=Cabello&lang=es", **HTML).text
    assert "Esta pregunta no tiene el campo «persn»." in text
    assert 'href="/queries/who-beat?person=Cabello&amp;lang=es"><bdi>person</bdi>' in text
    assert "Pide" in server.get("/queries/votes-of-a-side?zzz=1&lang=es", **HTML).text


def test_an_entity_of_another_class_is_taken_and_told(server) -> None:
    """Who writes an id means it; the question is asked, and the page says why the answer may be empty."""
    response = server.get("/queries/who-beat?person=sucre-state", **HTML)
    assert response.status_code == 200
    text = re.sub(r"<[^>]*>", "", response.text)
    assert "This is of the class state; the question asks for the class person." in text
    assert "asks for the class" not in server.get(WHO_BEAT, **HTML).text


def test_a_parameter_has_the_class_it_is_called_by_unless_its_default_is_of_another(server) -> None:
    for path, cls in (("who-beat", "Person"), ("winners-in-an-area", "Place"), ("contest", "Contest")):
        assert f'data-class="https://kg.example/terms#{cls}"' in server.get(f"/queries/{path}", **HTML).text
    both = server.get(VOTES, **HTML).text
    assert re.findall(r'name="(\w+)" [^>]*data-class="[^"]*#(\w+)"', both) == [("vote", "Vote")]


def test_programs_are_told_what_may_be_meant(server) -> None:
    told = server.get("/queries/who-beat.json?person=Capriless").json()
    assert [one["id"] for one in told["near"]] == ["capriles"]
    told = server.get("/queries/in-office-on.json?day=23.11.2008").json()
    assert [one["id"] for one in told["near"]] == ["2008-11-23"]


def test_a_missing_parameter_is_a_form_and_no_error(small) -> None:
    response = small.get("/queries/needs", **HTML)
    assert response.status_code == 200
    assert response.text.count("Please fill this in") == 6
    assert '<h2 id="answer">' not in response.text


def test_every_type_is_asked_for_and_checked_on_its_own(small) -> None:
    fine = "day=2008&n=7&x=1.5&b=true&t=a%22b&who=Cabello"
    cells = small.get(f"/queries/needs.csv?{fine}").text
    assert "2008-01-01" in cells
    assert '"a""b"' in cells
    wrong = small.get("/queries/needs?day=2008-13-01&n=x&x=1e5&b=maybe&t=&who=Nobody", **HTML)
    assert wrong.status_code == 400
    assert wrong.text.count('class="field wrong"') == 5
    told = small.get("/queries/needs.json?day=2008-13-01&n=x&x=1e5&b=maybe&t=&who=Nobody").json()
    assert {one["parameter"] for one in told["errors"]} == {"day", "n", "x", "b", "who"}
    assert told["parameter"] in {"day", "n"}


def test_choices_are_a_select_and_anything_else_is_refused(small) -> None:
    text = small.get("/queries/choice?kind=two+words", **HTML).text
    assert "<option selected>two words</option>" in text
    assert small.get("/queries/choice.csv?kind=three").status_code == 400


def test_a_cut_result_says_where_it_was_cut(small) -> None:
    text = small.get("/queries/many", **HTML).text
    assert "cut at 1,000 rows" in text
    assert text.count("<tr>") == 1001
    assert len(small.get("/queries/many.csv").text.splitlines()) == 2001


def test_hostile_text_is_shown_as_text(small) -> None:
    for path in ("/queries", "/queries/hostile"):
        text = small.get(path, **HTML).text
        assert "<img" not in text
        assert "<script>alert" not in text
        assert "&lt;img src=x" in text
    assert small.get('/queries/who?x="><script>', **HTML).status_code == 400
    assert '"><script>' not in small.get('/queries/who?x="><script>', **HTML).text


# --- the API -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "media"),
    [("csv", "text/csv; charset=utf-8"), ("tsv", "text/tab-separated-values; charset=utf-8"),
     ("json", "application/sparql-results+json"), ("xml", "application/sparql-results+xml")],
)  # fmt: skip
def test_suffix_and_accept_give_the_exact_result_of_the_endpoint(server, suffix: str, media: str) -> None:
    by_suffix = server.get(f"{VOTES}.{suffix}")
    assert by_suffix.headers["content-type"] == media
    assert server.get(VOTES, accept=media.partition(";")[0]).content == by_suffix.content
    text = (ROOT / "queries" / "votes-of-a-side.rq").read_text(encoding="utf-8")
    bound = text.replace("?_side_iri", ":psuv").replace("?_vote_iri", ":regional-elections-2008")
    assert server.ask(bound, accept=media.partition(";")[0]).content == by_suffix.content


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig", "jsonld", "rdf"])
def test_a_construct_is_given_in_every_format_of_graphs(server, suffix: str) -> None:
    response = server.get(f"{NETWORK}.{suffix}")
    kind = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "nq": ox.RdfFormat.N_QUADS,
            "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD, "rdf": ox.RdfFormat.RDF_XML}[suffix]  # fmt: skip
    assert len(set(ox.parse(response.content, kind))) == 15


def test_a_program_that_takes_anything_gets_the_first_format(server) -> None:
    assert server.get(WHO_BEAT).json()["head"]["vars"] == ["winner", "contest", "document", "passage"]
    assert server.get(NETWORK).headers["content-type"].startswith("text/turtle")


def test_an_answer_is_known_by_its_tag_until_query_or_build_change(server) -> None:
    first = server.get(f"{WHO_BEAT}.json")
    again = server.get(f"{WHO_BEAT}.json", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    other = server.get(f"{WHO_BEAT}.json?person=chacon")
    assert other.headers["etag"] != first.headers["etag"]
    assert first.headers["kg-build"] == server.get("/healthz").json()["build"]


def test_what_differs_each_time_is_not_kept(small) -> None:
    assert small.get("/queries/moment.json").headers["cache-control"] == "no-store"
    assert "etag" not in small.get("/queries/moment.json").headers


@pytest.mark.parametrize(
    ("path", "status", "code", "parameter"),
    [
        ("who-beat.csv?persn=x", 400, "unknown-parameter", "persn"),
        ("who-beat.csv?person=cabello&person=chacon", 400, "repeated-parameter", "person"),
        ("who-beat.csv?person=Sucre", 400, "ambiguous-name", "person"),
        ("who-beat.csv?person=Nobody", 400, "unknown-name", "person"),
        ("who-beat.csv?safe=yes", 400, "bad-parameter", "safe"),
        ("who-beat.csv?lang=%3Cb%3E", 400, "bad-parameter", "lang"),
        ("in-office-on.csv?day=tomorrow", 400, "bad-parameter", "day"),
        ("who-beat.csv?person=%FF", 400, "not-utf-8", None),
        ("who-beat.rq?person=cabello", 400, "unknown-parameter", "person"),
        ("who-beat.ttl", 406, "wrong-format", None),
        ("network-of-a-vote.csv", 406, "wrong-format", None),
        ("who-beat.pdf", 404, "unknown-query", None),
        ("who-bet", 404, "unknown-query", None),
        ("who-beat/network?person=Sucre", 400, "ambiguous-name", "person"),
    ],
)
def test_what_cannot_be_asked_is_a_problem_that_names_the_parameter(server, path, status, code, parameter) -> None:
    response = server.get(f"/queries/{path}")
    told = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, told["status"], told["type"]) == (status, status, f"/problems/{code}")
    assert told.get("parameter") == parameter
    assert server.get(f"/problems/{code}", **HTML).status_code == 200


def test_an_ambiguous_name_lists_its_candidates_for_programs(server) -> None:
    told = server.get("/queries/winners-in-an-area.json?place=Sucre").json()
    assert [one["id"] for one in told["candidates"]] == ["sucre-municipality", "sucre-state"]
    assert all(
        server.get(f"/queries/winners-in-an-area.json?place={c['id']}").status_code == 200 for c in told["candidates"]
    )


def test_a_parameter_is_a_term_and_never_part_of_the_query(server) -> None:
    injected = "cabello> ?p ?o . } UNION { ?s ?p ?o } #"
    assert server.get(f"{WHO_BEAT}.json", accept="*/*").status_code == 200
    response = server.client.get(f"{server.url}{WHO_BEAT}.json", params={"person": injected})
    assert response.status_code == 400
    quoted = server.client.get(f"{server.url}/queries/entities-of-one-name.json", params={"name": 'x" } #'})
    assert quoted.json()["results"]["bindings"] == []


def test_a_format_that_is_not_wanted_is_406(server) -> None:
    assert server.get(WHO_BEAT, accept="image/png").status_code == 406
    assert server.get(NETWORK, accept="text/csv").status_code == 406


def test_the_text_of_a_query_is_its_file(server) -> None:
    response = server.get(f"{WHO_BEAT}.rq")
    path = ROOT / "queries" / "who-beat.rq"
    assert response.text == path.read_text(encoding="utf-8")
    assert response.headers["content-type"] == "application/sparql-query; charset=utf-8"
    assert server.get(f"{WHO_BEAT}.rq", if_none_match=response.headers["etag"]).status_code == 304


def test_csv_is_exact_and_safe_for_spreadsheets_where_that_is_asked_for(small) -> None:
    exact = list(csv.reader(io.StringIO(small.get("/queries/hostile.csv").text, newline="")))
    safe = list(csv.reader(io.StringIO(small.get("/queries/hostile.csv?safe=1").text, newline="")))
    assert exact == [["a", "b", "c", "d"], ["=1+1", "<script>alert(1)</script>", "-5", "'@x"]]
    assert safe == [["a", "b", "c", "d"], ["'=1+1", "<script>alert(1)</script>", "-5", "''@x"]]
    page = small.get("/queries/hostile", **HTML).text
    assert 'href="/queries/hostile.csv?safe=1">CSV for spreadsheets' in page


def test_a_yes_or_no_is_answered_by_page_and_data(small) -> None:
    assert '<p class="verdict">Yes</p>' in small.get("/queries/yes", **HTML).text
    assert small.get("/queries/yes.json").json()["boolean"] is True


def test_other_sites_may_ask_where_the_server_lets_them(case_project, serve) -> None:
    files = {
        "queries/q.rq": "#+ summary: A.\nSELECT * {}",
        "facts/facts.yaml": "source: paper\nfacts: [Cabello governs Miranda]\n",
    }
    made = serve(case_project(files).root, "--cors", "https://there.example")
    assert made.get("/queries/q.json", origin="https://there.example").headers["access-control-allow-origin"]
    assert "access-control-allow-origin" not in made.get("/queries/q.json", origin="https://elsewhere.example").headers


def test_below_a_root_path_every_link_stays_below_it(case_project, serve) -> None:
    files = {
        "queries/q.rq": "#+ summary: A.\nSELECT ?_who_iri {}",
        "facts/facts.yaml": "source: paper\nfacts: [Cabello governs Miranda]\n",
    }
    made = serve(case_project(files).root, "--root-path", "/kg")
    for path in ("/queries", "/queries/q?who=Cabello"):
        text = made.client.get(made.url + path, headers={"Accept": "text/html"}).text
        assert set(re.findall(r'(?:href|action|src)="(/\w*)', text)) == {"/kg"}
    described = made.client.get(f"{made.url}/openapi.json").json()
    assert described["servers"][0]["url"].endswith("/kg")


# --- charts and networks -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["bar", "bar x", "pie x y", "bar x y z w", ""])
def test_a_chart_that_cannot_be_read_is_a_fault_of_the_header(text: str) -> None:
    assert fault_of("chart", text)
    assert chart_of({"chart": text}) is None


def test_a_chart_of_columns_that_are_not_there_is_a_problem(case_project) -> None:
    text = "#+ summary: A.\n#+ chart: bar who votse\nSELECT ?who ?votes { ?who kg:votes ?votes }"
    facts = "source: paper\nfacts:\n  - Cabello governs Miranda: {at: 'line 1'}\n"
    problems = case_project({"queries/q.rq": text, "facts/facts.yaml": facts}).check()
    (found,) = [p for p in problems if p.span.path == "queries/q.rq"]
    assert (found.code, found.span.line) == ("bad-header", 2)
    assert "votse" in found.message


def cells(*rows: tuple[str, ...]) -> list[list[dict[str, str] | None]]:
    return [[{"text": cell} if cell else None for cell in row] for row in rows]


def test_bars_are_as_long_as_their_numbers_and_say_how_sure_they_are() -> None:
    wanted = chart_of({"chart": "bar who votes"})
    found = chart.drawing(wanted, ["who", "votes"], cells(("a", "about 5 million"), ("b", "-1 million"), ("c", "many")))
    a, b = found.marks
    assert (found.left_out, len(found.marks)) == (1, 2)
    assert a.length / b.length == pytest.approx(5, 0.01)
    assert a.begin == pytest.approx(b.begin + b.length, 0.01)
    assert a.whisker[0] < a.begin + a.length < a.whisker[1]


def test_points_lie_in_the_order_of_time_whatever_the_order_of_rows() -> None:
    wanted = chart_of({"chart": "line year votes"})
    found = chart.drawing(wanted, ["year", "votes"], cells(("2008", "3"), ("2004", "1"), ("2006", "2")))
    assert [mark.label for mark in found.marks] == ["2004", "2006", "2008"]
    assert [mark.begin for mark in found.marks] == pytest.approx([2, 50, 98], abs=0.1)
    assert found.marks[0].top > found.marks[1].top > found.marks[2].top


def test_a_chart_has_at_most_so_many_bars_and_says_what_it_leaves_out() -> None:
    rows = cells(*((str(n), str(n)) for n in range(200)))
    found = chart.drawing(chart_of({"chart": "bar a b"}), ["a", "b"], rows)
    assert (len(found.marks), found.left_out) == (chart.MARKS, 200 - chart.MARKS)
    assert chart.drawing(chart_of({"chart": "bar a b"}), ["a", "b"], cells(("x", "none"))) is None


def test_a_chart_is_drawn_on_the_server_with_its_numbers_beside_it(server, small) -> None:
    text = server.get(VOTES, **HTML).text
    svg = re.search(r'(?s)<svg class="bars".*?</svg>', text)[0]
    assert svg.count("<rect") == 5
    assert "style=" not in svg
    assert re.search(r'<td class="number">5,300,000</td>', text)
    line = small.get("/queries/line", **HTML).text
    assert line.count("<circle") == 3
    assert "1 row is not drawn" in line
    assert ">b</bdi></li>" in line


def test_a_construct_is_shown_as_a_network_and_as_triples(server) -> None:
    text = server.get(NETWORK, **HTML).text
    assert f'<iframe class="network no-print" src="{NETWORK}/network"' in text
    assert "15 triples" in text
    drawn = server.get(f"{NETWORK}/network", **HTML)
    assert drawn.status_code == 200
    assert "Jorge Rodr" in drawn.text
    assert "script-src" in drawn.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in drawn.headers["content-security-policy"]


# --- in a browser --------------------------------------------------------------------------------


def test_the_form_is_filled_by_keyboard_and_the_csv_taken(page) -> None:
    """As a person would: ask who beat someone, choose another from what is offered, take the CSV."""
    page.goto(WHO_BEAT)
    field = page.get_by_label("person", exact=True)
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("chacon", delay=20)
    offered = page.locator(".picker .hits [role=option]:first-child", has_text="Jesse Chacón")
    offered.wait_for()
    page.keyboard.press("ArrowDown")
    page.locator('.picker [role=option][aria-selected="true"]').wait_for()
    assert field.get_attribute("aria-activedescendant") == offered.get_attribute("id")
    page.keyboard.press("Enter")
    assert field.input_value() == "chacon"
    assert page.locator("#field-person-note").inner_text() == "Jesse Chacón"
    page.keyboard.press("Enter")
    page.wait_for_url("**/queries/who-beat?person=chacon")
    assert page.locator("table.answer tbody tr").count() == 2
    address = page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    assert page.request.get(address).text().count("\r\n") == 3


def test_a_field_offers_what_its_class_allows_and_says_what_is_of_another(page) -> None:
    page.goto(WHO_BEAT)
    field = page.get_by_label("person", exact=True)
    field.fill("miranda")
    note = page.locator("#field-person-note")
    page.locator("#field-person-note", has_text="Miranda (state)").wait_for()
    kinds = page.locator(".picker .hits [role=option] .kind-of").all_inner_texts()
    assert set(kinds) <= {"person"}
    field.fill("zulia")
    page.locator("#field-person-note", has_text="Zulia (state)").wait_for()
    field.fill("caprile")
    page.locator(".picker .hits [role=option]", has_text="Capriles").first.wait_for()
    assert "Of another class" not in note.inner_text()
    field.press("ArrowDown")
    field.press("Escape")
    assert field.input_value() == "caprile"
    assert not page.locator(".picker .hits").is_visible()
    field.press("ArrowDown")
    page.locator('.picker [role=option][aria-selected="true"]').wait_for()
    field.press("Enter")
    assert field.input_value() == "capriles"


def test_the_form_works_without_scripts(browser, server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(WHO_BEAT)
    page.get_by_label("person", exact=True).fill("Jesse Chacón")
    page.get_by_role("button", name="Ask").click()
    assert page.locator("table.answer tbody tr").count() == 2
    context.close()


ADDRESSES = ("/queries", "/queries?tag=elections", VOTES, "/queries/disagreements-of-a-kind", "/queries/dossier")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_by_axe_and_no_wider_than_the_screen(page, scheme: str, width: int, axe) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    for path in ADDRESSES:
        page.goto(path)
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations)")
        assert [(path, each["id"], [n["html"][:120] for n in each["nodes"]][:3]) for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_problems_beside_fields_are_accessible_too(browser, server, axe) -> None:
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    page.goto("/queries/winners-in-an-area?place=Sucre")
    page.evaluate(axe)
    assert page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))") == []
    page.get_by_role("link", name="Sucre state").click()
    assert page.locator("table.answer, main .box").first.is_visible()
    context.close()


def test_targets_are_large_enough_for_thumbs(page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (VOTES, "/queries", "/queries/disagreements-of-a-kind"):
        page.goto(path)
        sizes = page.eval_on_selector_all(
            "main button, main input:not([type=hidden]), main select, .button, .choices a, .formats a, .asked a",
            "all => all.filter(e => e.checkVisibility()).map(e => [e.outerHTML, e.getBoundingClientRect().height])",
        )
        assert [size for size in sizes if size[1] < 44] == [], path
