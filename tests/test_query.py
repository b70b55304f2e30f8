"""Asking: parameters are terms and never text, no query reaches another machine, and what is expected is checked."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CASES, ROOT

from kg.problem import Problem
from kg.project import ProblemsFound, Project
from kg.query import (
    Dataset,
    QueryError,
    check_queries,
    entity_named,
    label_of,
    labelled_rows,
    parameters,
    run,
    short_iri,
)
from kg.saved import Saved, of_text, read_folder

PLACES = "SELECT ?place { ?_person_iri kg:governs ?place }"


FACTS = """source: paper
facts:
  - Cabello governs Miranda: {until: 2008-11-23, note: 'say "no"'}
  - Cabello governs Táchira
  - Capriles loses to Cabello: {votes: 17}
  - regional elections 2008 had turnout 65.45%
entities:
  caracas: {type: Place, name: {en: Capital, es: Distrito Capital}, also: {es: [La Capital]}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Returns a project with a few facts, names in two languages and two places called Sucre; tests only ask it."""
    root = tmp_path_factory.mktemp("asked")
    for folder in ("facts", "ontology"):
        (root / folder).mkdir()
    shutil.copy(CASES / "common" / "grammar.ttl", root / "ontology")
    shutil.copy(ROOT / "ontology" / "core.ttl", root / "ontology")
    shutil.copy(CASES / "common" / "entities.yaml", root / "facts")
    (root / "facts" / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return Project(root)


@pytest.fixture
def own_project(project: Project, tmp_path: Path) -> Project:
    """Returns a copy of the project that a test may change."""
    return Project(shutil.copytree(project.root, tmp_path / "own", symlinks=True))


def _asked(project: Project, text: str, **given: str) -> object:
    return project.query(text + " ", **given)


def _refused(project: Project, text: str, **given: str) -> Problem:
    with pytest.raises(QueryError) as caught:
        _asked(project, text, **given)
    return caught.value.problem


def _saved(text: str) -> Saved:
    saved = of_text(text, "q", "queries/q.rq")
    assert isinstance(saved, Saved)
    return saved


# --- parameters --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["cabello", "Cabello", "diosdado  CABELLO", ":cabello", "https://example.org/cases/cabello"],
)
def test_an_entity_is_named_in_any_way(name: str, project: Project) -> None:
    """An id, a name or alias in any case, a prefixed name and an IRI mean the same entity."""
    assert _asked(project, PLACES + " ORDER BY ?place", person=name) == [{"place": "Miranda"}, {"place": "Táchira"}]


@pytest.mark.parametrize(
    ("parameter", "given", "expected"),
    [
        ("?_x_date", "2008-11", '"2008-11-01"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("?_x_date", "2008-11-23", '"2008-11-23"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("?_x_integer", "-17", '"-17"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("?_x_number", "5.40", '"5.4"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("?_x_boolean", "true", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("?_x", 'say "no"\\ \n {?s} # ?_y', '"say \\"no\\"\\\\ \\n {?s} # ?_y"'),
        ("$_x", "total", '"total"'),
        ("?_x", "\\u0022 } UNION { ?s ?p ?o }", '"\\\\u0022 } UNION { ?s ?p ?o }"'),
        ("?_two_words", "a", '"a"'),
    ],
)
def test_a_parameter_is_a_term_of_its_type(parameter: str, given: str, expected: str, project: Project) -> None:
    """What is given reaches the engine as one term, exactly, whatever grammar it holds."""
    saved = _saved(f"SELECT ?v {{ BIND({parameter} AS ?v) }}")
    (name,) = [p.name for p in parameters(saved)]
    assert [str(row["v"]) for row in run(project.dataset(), saved, {name: given})] == [expected]


@pytest.mark.parametrize(
    ("parameter", "given"),
    [
        ("?_x_date", "soon"), ("?_x_date", "2008-02-30"), ("?_x_date", "../2008"), ("?_x_integer", "1.5"),
        ("?_x_integer", "1 } UNION {"), ("?_x_integer", "٣"), ("?_x_integer", ""), ("?_x_number", "1e5"),
        ("?_x_number", "5,4"), ("?_x_boolean", "yes"), ("?_x_boolean", "TRUE"), ("?_x_integer", "1\n"),
    ],
)  # fmt: skip
def test_a_parameter_of_the_wrong_type_is_refused(parameter: str, given: str, project: Project) -> None:
    """A value that is not of the parameter's type is a problem, never another value."""
    assert _refused(project, f"SELECT ?v {{ BIND({parameter} AS ?v) }}", x=given).code == "bad-parameter"


@pytest.mark.parametrize(
    "given",
    [
        "cabello> } UNION { ?s ?p ?o", ":cabello> } UNION {", "kg:a b", "a[b", "a%zz", ":a%zz", "http://[x", "", " ",
        '"cabello"', "<cabello>", "cabello }", "_:b", "?_person_iri", "javascript:x y", "x\0y", ":\u202ecabello",
        "https://example.org/cases/cabello> . ?s ?p ?o . <x:y", "cabello/../miranda", "file:///etc/passwd\n",
    ],
)  # fmt: skip
def test_no_name_can_carry_grammar(given: str, project: Project) -> None:
    """Text that is no name and no IRI is a problem that says so."""
    assert _refused(project, PLACES, person=given).code == "unknown-name"


def test_parameters_are_declared_used_and_chosen(project: Project) -> None:
    """Missing, unknown and unlisted ones are problems that say what there is; defaults fill what is not given."""
    assert _refused(project, PLACES).hint == "add -p person=NAME"
    problem = _refused(project, PLACES, persn="cabello")
    assert (problem.code, problem.hint) == ("unknown-parameter", "did you mean 'person'?")
    assert _refused(project, "SELECT * {}", x="1").hint == "it takes none"
    listed = "#+ defaults: [{kind: a}]\n#+ enumerate: [{kind: [a, b]}]\nSELECT ?v { BIND(?_kind AS ?v) }"
    assert _asked(project, listed) == [{"v": "a"}]
    assert _asked(project, listed, kind="b") == [{"v": "b"}]
    assert _refused(project, listed, kind="c").hint == "it is one of: a, b"


def test_a_parameter_in_a_text_or_comment_is_none(project: Project) -> None:
    """Inside texts, IRIs, comments and escaped names, and as part of a longer name, `?_x` stays as it is."""
    text = """#+ summary: what ?_a is
    SELECT DISTINCT ?v { # ?_b
      VALUES ?v { "?_c" '?_d' \"\"\"?_e "?_f" \"\"\" <x:?_g> } FILTER(STR(?v) != ?_x && ?v != kg:a\\'b) # ?_h
      OPTIONAL { ?__not kg:governs ?not_ } }"""
    assert [p.name for p in parameters(_saved(text))] == ["x"]
    rows = _asked(project, text, x="?_c")
    assert rows == [{"v": "?_d"}, {"v": '?_e "?_f" '}, {"v": "x:?_g"}]


def test_a_name_of_two_is_refused_and_both_are_listed(project: Project) -> None:
    """A query never guesses which Sucre is meant; an unknown name gets its likely spelling."""
    problem = _refused(project, "SELECT * { ?_place_iri ?p ?o }", place="sucre")
    assert problem.code == "ambiguous-name"
    assert "sucre-municipality, sucre-state" in problem.hint
    assert entity_named(project.dataset(), "La Capital") == "https://example.org/cases/caracas"
    problem = _refused(project, PLACES, person="Cabelo")
    assert problem.code == "unknown-name"
    assert "Cabello" in problem.near or "cabello" in problem.near


# --- other machines ----------------------------------------------------------------------------


@pytest.fixture
def canary() -> Iterator[tuple[str, list[object]]]:
    """Yields the IRI of a server on this machine and the list of who has connected to it."""
    visitors: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                visitors.append(address)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"<http://127.0.0.1:{server.getsockname()[1]}/>", visitors
        server.shutdown(socket.SHUT_RDWR)


CALLS = [
    "SELECT * { SERVICE @ { ?s ?p ?o } }",
    "SELECT * { service silent @ { ?s ?p ?o } }",
    "SELECT * { SeRvIcE\n#x\n@ { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT@{ ?s ?p ?o } }",
    "SELECT * { VALUES ?g { @ } SERVICE ?g { ?s ?p ?o } }",
    "PREFIX e: @ SELECT * { SERVICEe: { ?s ?p ?o } }",
    "PREFIX : @ SELECT * { SERVICE:{ ?s ?p ?o } }",
    "ASK { FILTER EXISTS { SERVICE @ { ?s ?p ?o } } }",
    "CONSTRUCT WHERE { SERVICE @ { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE @ { ?s ?p ?o } } } } }",
    "SELECT * { OPTIONAL { ?s kg:a\\# ?z } SERVICE @ { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { ?s kg:a\\' ?z } SERVICE @ { ?s ?p 'x' } }",
    "SELECT * { # x\rSERVICE @ { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { ?s <http://x/\u00a0#> ?z } SERVICE @ { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { ?s <http://x/\\u0041#> ?z } SERVICE @ { ?s ?p ?o } }",
    'SELECT * { {} FILTER(1<kg:b#>"""\n || true) SERVICE @ { ?s ?p ?o } #"""\n }',
    "SELECT * { ?s ?p 5SERVICE @ { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE @ { ?s ?p ?o } }",
    "SELECT * { ?s ?p '''x''' SERVICE @ { ?s ?p ?o } }",
]


@pytest.mark.parametrize("text", CALLS)
def test_service_is_refused_in_every_spelling(text: str, project: Project, canary: tuple[str, list[object]]) -> None:
    """However it is written or hidden, SERVICE is a problem before anything is asked: no connection is made."""
    iri, visitors = canary
    assert _refused(project, text.replace("@", iri)).code in ("no-service", "bad-query")
    assert visitors == []


def test_a_plain_service_says_so(project: Project) -> None:
    """The problem of the usual spelling is its own, and says what to do instead."""
    assert _refused(project, "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }").code == "no-service"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { VALUES ?v { 'secret service' \"SERVICE\" '''SERVICE <x> {''' } }",
        "SELECT * { BIND(1 AS ?service) }",
        "SELECT * { BIND(<http://x/service> AS ?v) } # SERVICE <x> { }",
        "PREFIX service: <http://x/> SELECT * { BIND(service:service AS ?v) }",
        "SELECT * { BIND('a'@service AS ?v) OPTIONAL { ?s rdfs:in-service _:service } }",
    ],
)
def test_the_word_service_may_stand_anywhere_else(text: str, project: Project) -> None:
    """In texts, comments, IRIs, and names of all kinds, it is a word like any other."""
    assert len(_asked(project, text)) >= 1  # type: ignore[arg-type]


@pytest.mark.parametrize("folder", ["rules", "checks"])
def test_rules_and_checks_ask_no_other_machine(
    folder: str, own_project: Project, canary: tuple[str, list[object]]
) -> None:
    """A project that comes from elsewhere connects to nothing by its rules and checks either."""
    iri, visitors = canary
    made = "CONSTRUCT { ?s kg:likes ?o }" if folder == "rules" else "SELECT ?s ?o"
    header = "#+ summary: x\n" if folder == "rules" else "#+ problem: x\n"
    path = own_project.root / "ontology" / folder / "away.rq"
    path.parent.mkdir()
    path.write_text(f"{header}{made} WHERE {{ SERVICE SILENT {iri} {{ ?s kg:likes ?o }} }}\n")
    assert [problem.code for problem in own_project.check()] == ["no-service"]
    if folder == "rules":
        with pytest.raises(ProblemsFound):
            own_project.build()
    assert visitors == []


@pytest.mark.parametrize("where", ["FROM", "FROM NAMED"])
def test_from_reads_no_file_and_no_address(where: str, project: Project, canary: tuple[str, list[object]]) -> None:
    """FROM names graphs of the store; the same answer comes with and without it, and nothing is opened."""
    iri, visitors = canary
    for source in (iri, f"<{(project.root / 'ontology' / 'core.ttl').as_uri()}>", "<file:///etc/passwd>"):
        rows = _asked(project, f"SELECT * {where} {source} {{ ?s kg:governs ?o }}")
        assert rows in ([], _asked(project, "SELECT * { ?s kg:governs ?o }"))
    assert visitors == []


@pytest.mark.parametrize(
    "text",
    ["INSERT DATA { <a:b> <a:c> <a:d> }", "LOAD <file:///etc/passwd>", "DROP ALL", "SELECT * {", "", "SELECT ?x ?x",
     "SELECT (<http://x/unknown>(1) AS ?y) {}", "#+ [\nSELECT * {}", "#+ just text\nSELECT * {}",
     "#+ " + "[" * 20_000 + "\nSELECT * {}", "#+ a: &x [1]\n#+ b: *x\nSELECT * {}", "SELECT * { " + " " * 70_000 + "}"],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_problem(text: str, project: Project) -> None:
    """Updates, broken SPARQL, unknown functions and headers that would harm end in a problem, not an exception."""
    assert _refused(project, text).code in ("bad-query", "bad-header", "file-too-large")


# --- answers -----------------------------------------------------------------------------------


def test_labels_are_chosen_by_language(project: Project) -> None:
    """The language asked for, else a label without one, else English, else the first; an IRI is shortened."""
    import pyoxigraph as ox

    dataset = project.dataset()
    place, governs = ox.NamedNode(dataset.base + "caracas"), ox.NamedNode("https://kg.example/terms#governs")
    assert [label_of(dataset, place, lang) for lang in ("es", "en", "fr")] == ["Distrito Capital", "Capital", "Capital"]
    assert [label_of(dataset, governs, lang) for lang in ("es", "en", "fr")] == ["gobierna", "governs", "governs"]
    assert label_of(dataset, ox.NamedNode(dataset.base + "cabello"), "es") == "Diosdado Cabello"
    assert label_of(dataset, ox.NamedNode("https://elsewhere.example/x")) == "https://elsewhere.example/x"
    assert label_of(dataset, ox.NamedNode("https://kg.example/terms#unlabelled")) == "kg:unlabelled"
    assert label_of(dataset, ox.Literal("5", datatype=ox.NamedNode("x:y"))) == "5"
    assert label_of(dataset, None) == ""
    assert short_iri(dataset.prefixes, dataset.base + "statement/1") == "statement:1"
    answer = run(dataset, _saved("SELECT ?s ?o ?none { BIND(:caracas AS ?s) BIND(kg:Place AS ?o) }"))
    assert labelled_rows(dataset, answer, "es") == (["s", "o", "none"], [["Distrito Capital", "lugar", ""]])
    answer = run(dataset, _saved("SELECT ?s { BIND(:caracas AS ?s) }"))
    assert labelled_rows(dataset, answer, iris=True) == (["s"], [[":caracas"]])


ROWS = "SELECT ?place { :cabello kg:governs ?place }"
EXPECT = [
    ("[{place: Miranda}, {place: Táchira}]", ROWS, ""),
    ("[Táchira, Miranda]", ROWS, ""),
    ("[{place: Miranda}]", ROWS, "a row has place: Táchira"),
    ("[{place: Miranda}, {place: Sucre}]", ROWS, "no row has place: Sucre; a row has place: Táchira"),
    ("[Miranda, Táchira, Miranda]", ROWS, "2 rows came, 3 expected"),
    ("[]", ROWS, "a row has place: "),
    ("[]", "SELECT ?x { :cabello kg:losesTo ?x }", ""),
    ("{rows: 2}", ROWS, ""),
    ("{rows: 3}", ROWS, "2 rows came, 3 expected"),
    ("{includes: [{place: Miranda}], excludes: [{place: Sucre}]}", ROWS, ""),
    ("{includes: [{place: Sucre}]}", ROWS, "no row has place: Sucre"),
    ("{excludes: [{place: Miranda}]}", ROWS, "a row has place: Miranda"),
    ("{incldes: [{place: Miranda}]}", ROWS, "'incldes' is nothing that can be expected"),
    ("{includes: [{town: Miranda}]}", ROWS, "no row has town: Miranda"),
    ("{rows: 1}", "ASK { :cabello kg:governs :miranda }", ""),
    ("{rows: 1}", "ASK { :cabello kg:governs :psuv }", "0 came, 1 expected"),
    ("{rows: 2}", "CONSTRUCT { ?s kg:likes ?o } WHERE { ?s kg:governs ?o }", ""),
    ("true", "ASK { :cabello kg:governs :miranda }", ""),
    ("true", "ASK { :cabello kg:governs :psuv }", "false came, true expected"),
    ("[x]", "ASK { :cabello kg:governs :psuv }", "'['x']' is nothing that can be expected"),
    ("two rows", ROWS, "'two rows' is nothing that can be expected"),
]


@pytest.mark.parametrize(("expect", "text", "message"), EXPECT)
def test_a_saved_query_answers_as_it_expects(expect: str, text: str, message: str, own_project: Project) -> None:
    """A list is the whole answer in any order; rows, includes and excludes ask for less; no expectation is ignored."""
    path = own_project.root / "queries" / "q.rq"
    path.parent.mkdir()
    path.write_text(f"#+ summary: x\n#+ expect: {expect}\n{text}\n", encoding="utf-8")
    queries, problems = read_folder(own_project.root, "queries", ("summary", "expect"))
    problems += check_queries(own_project.dataset(), queries)
    if not message:
        assert problems == []
        return
    (problem,) = problems
    assert (problem.code, problem.span.line) == ("unexpected-answer", 2)
    assert problem.message.startswith(message)


def test_a_saved_query_without_a_summary_is_a_problem(own_project: Project) -> None:
    """So is a key of its header that nobody reads, each at its line."""
    dataset: Dataset = own_project.dataset()
    assert [p.code for p in check_queries(dataset, [_saved("SELECT * {}")])] == ["no-summary"]
    path = own_project.root / "queries" / "q.rq"
    path.parent.mkdir()
    path.write_text("#+ sumary: x\nSELECT * {}\n")
    problems = [p for p in own_project.check() if p.span.path == "queries/q.rq"]
    assert [(p.code, p.span.line) for p in problems] == [("no-summary", 1), ("unknown-key", 1)]
