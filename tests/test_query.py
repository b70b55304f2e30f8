"""Asking: no query reaches another machine, in whatever spelling, and what cannot be asked is a problem."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import asking
import pytest

from kg.problem import hint_of
from kg.project import ProblemsFound, Project
from kg.queries import unknown_name


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
def test_service_is_refused_in_every_spelling(text: str, asked: Project, canary: tuple[str, list[object]]) -> None:
    """However it is written or hidden, SERVICE is a problem before anything is asked: no connection is made."""
    iri, visitors = canary
    assert asking.refused(asked, text.replace("@", iri)).code in ("no-service", "bad-query")
    assert visitors == []


def test_a_plain_service_says_so(asked: Project) -> None:
    """The problem of the usual spelling is its own, stands at the word, and says what to do instead."""
    hidden = "SELECT ?service {\n ?service a kg:service # service\n  Service <x> {} }"
    for text, place in (("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", (1, 12, 7)), (hidden, (3, 3, 7))):
        problem = asking.refused(asked, text)
        assert (problem.code, problem.span[1:]) == ("no-service", place)


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
def test_the_word_service_may_stand_anywhere_else(text: str, asked: Project) -> None:
    """In texts, comments, IRIs, and names of all kinds, it is a word like any other."""
    assert len(asking.answer(asked, text)) >= 1  # type: ignore[arg-type]


@pytest.mark.parametrize("folder", ["rules", "checks"])
def test_rules_and_checks_ask_no_other_machine(
    folder: str, asked_copy: Project, canary: tuple[str, list[object]]
) -> None:
    """A project that comes from elsewhere connects to nothing by its rules and checks either."""
    iri, visitors = canary
    made = "CONSTRUCT { ?s kg:likes ?o }" if folder == "rules" else "SELECT ?s ?o"
    header = "#+ summary: x\n" if folder == "rules" else "#+ problem: x\n"
    path = asked_copy.root / "ontology" / folder / "away.rq"
    path.parent.mkdir()
    path.write_text(f"{header}{made} WHERE {{ SERVICE SILENT {iri} {{ ?s kg:likes ?o }} }}\n")
    assert [problem.code for problem in asked_copy.check()] == ["no-service"]
    if folder == "rules":
        with pytest.raises(ProblemsFound):
            asked_copy.build()
    assert visitors == []


@pytest.mark.parametrize("where", ["FROM", "FROM NAMED"])
def test_from_reads_no_file_and_no_address(where: str, asked: Project, canary: tuple[str, list[object]]) -> None:
    """FROM names graphs of the store; the same answer comes with and without it, and nothing is opened."""
    iri, visitors = canary
    for source in (iri, f"<{(asked.root / 'ontology' / 'core.ttl').as_uri()}>", "<file:///etc/passwd>"):
        rows = asking.answer(asked, f"SELECT * {where} {source} {{ ?s kg:governs ?o }}")
        assert rows in ([], asking.answer(asked, "SELECT * { ?s kg:governs ?o }"))
    assert visitors == []


@pytest.mark.parametrize(
    "text",
    ["INSERT DATA { <a:b> <a:c> <a:d> }", "LOAD <file:///etc/passwd>", "DROP ALL", "SELECT * {", "", "SELECT ?x ?x",
     "SELECT (<http://x/unknown>(1) AS ?y) {}", "#+ [\nSELECT * {}", "#+ just text\nSELECT * {}",
     "#+ " + "[" * 20_000 + "\nSELECT * {}", "#+ a: &x [1]\n#+ b: *x\nSELECT * {}", "SELECT * { " + " " * 70_000 + "}"],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_problem(text: str, asked: Project) -> None:
    """Updates, broken SPARQL, unknown functions and headers that would harm end in a problem, not an exception."""
    assert asking.refused(asked, text).code in ("bad-query", "bad-header", "file-too-large", "read-only")


@pytest.mark.parametrize(
    "text",
    ["DELETE WHERE { ?s ?p ?o }", "delete data { :a :b :c }", "INSERT DATA { :a :b :c }",
     "WITH <urn:g> DELETE { ?s ?p ?o } WHERE {}",
     "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", "LOAD <urn:x>", "CLEAR ALL", "DROP SILENT GRAPH :g",
     "CREATE GRAPH :g", "COPY :a TO :b", "MOVE :a TO :b", "ADD :a TO :b", "# select\nDROP ALL",
     "PREFIX select: <urn:s> BASE <urn:b>\nPREFIX : <urn:c>CLEAR ALL"],
)  # fmt: skip
def test_an_update_is_refused_as_one(text: str, asked: Project) -> None:
    """Whatever would change a graph is told so, and not that it is no SPARQL; nothing changes."""
    before = asking.answer(asked, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    problem = asking.refused(asked, text)
    assert problem.code == "read-only"
    assert text.split("\n")[problem.span.line - 1][problem.span.column - 1 :][: problem.span.length].isalpha()
    assert asking.answer(asked, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == before


BROKEN = ["SELEC * {}", "deleted", "add: SELECT", "SELECT * { DELETE }", "PREFIX add: <urn:a> { }"]


@pytest.mark.parametrize("text", BROKEN)
def test_broken_sparql_is_no_update(text: str, asked: Project) -> None:
    assert asking.refused(asked, text).code == "bad-query"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("SELECT * {\n  ?s rdsf:label ?o }", (2, 6, 5), "no prefix 'rdsf:' is declared"),
        ("PREFIX a: <http://a/>\nSELECT * { ?s a:b/c:d 'e:f' # g:h\n}", (2, 19, 2), "no prefix 'c:' is declared"),
        ("SELECT ?a\n{ ?b kg:governs ?c } GROUP BY ?b", (2,), "The SELECT contains a variable that is unbound"),
        ("SELECT *\n{ ?s kg:governs ?o .. }", (2,), "it stops making sense here"),
        ("SELECT *\n{ _:b kg:governs ?o . # a:b\n ?s kg:governs }", (3,), "it stops making sense here"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(text: str, place: tuple[int, ...], message: str, asked: Project) -> None:
    """An undeclared prefix is named at its place; of the engine's words only those stay that give a reason."""
    problem = asking.refused(asked, text)
    assert (problem.code, problem.span[1 : 1 + len(place)]) == ("bad-query", place)
    assert problem.message.endswith(message)


@pytest.mark.parametrize(
    ("text", "word", "meant"),
    [
        ("SELECT ?x { :cabelo kg:governs ?x }", ":cabelo", ":cabello"),
        ("SELECT ?x {\n  ?x kg:governs :mirannda. }", ":mirannda", ":miranda"),
        ("ASK { :nobody kg:governs ?x }", ":nobody", ""),
        ("CONSTRUCT WHERE { :nobody kg:governs ?x }", ":nobody", ""),
        ("PREFIX d: <@> SELECT ?x { d:cabelo kg:governs ?x }", "d:cabelo", "d:cabello"),
        ("SELECT ?x { :cabello kg:losesTo ?x }", "", ""),
        ("SELECT ?x { GRAPH :inferred { ?x kg:losesTo ?x } GRAPH :ontology { ?s ?p ?o } }", "", ""),
        ("SELECT ?x { { :cabelo kg:governs ?x } UNION { :cabello kg:governs ?x } }", "", ""),
        ("SELECT ?x { ?x kg:losesTo ':cabelo' } # :cabelo", "", ""),
        ("PREFIX : <urn:x> SELECT ?x { :cabelo kg:governs ?x }", "", ""),
        ("ASK { :cabello kg:governs ?x FILTER NOT EXISTS { :cabelo kg:governs ?x } }", "", ""),
    ],
)
def test_a_name_that_the_graph_does_not_have_explains_an_empty_answer(
    text: str, word: str, meant: str, asked: Project
) -> None:
    """Nothing is said where something comes, or where every name occurs; an empty answer is no mistake by itself."""
    dataset = asked.dataset()
    problem = unknown_name(dataset, asking.saved(text.replace("@", dataset.base)))
    assert (problem.word if problem else "") == word
    if problem:
        assert problem.message == f"nothing is called '{word}'"
        assert hint_of(problem).startswith(f"did you mean '{meant}'") if meant else not hint_of(problem)
        line = text.replace("@", dataset.base).split("\n")[problem.span.line - 1]
        assert line[problem.span.column - 1 :].startswith(word)


def test_an_unknown_term_is_told_unless_its_prefix_is_declared_anew(asked: Project) -> None:
    text = "SELECT * { ?s kg:losesto ?o }"
    for head in ("", "PREFIX KG: <urn:k#> ", "# PREFIX kg: <urn:k#>\n"):
        assert asking.refused(asked, head + text).code == "unknown-term"
    assert asking.answer(asked, "PREFIX kg: <urn:k#> " + text) == []
