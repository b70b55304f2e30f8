"""Parameters are terms and never text: of their type, declared, chosen, and nothing in texts and comments."""

from __future__ import annotations

import asking
import pytest

from kg.parameters import parameters
from kg.project import Project
from kg.queries import run
from kg.query import QueryError

PLACES = "SELECT ?place { ?_person_iri kg:governs ?place }"


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
def test_a_parameter_is_a_term_of_its_type(parameter: str, given: str, expected: str, asked: Project) -> None:
    """What is given reaches the engine as one term, exactly, whatever grammar it holds."""
    saved = asking.saved(f"SELECT ?v {{ BIND({parameter} AS ?v) }}")
    (name,) = [p.name for p in parameters(saved)]
    assert [str(row["v"]) for row in run(asked.dataset(), saved, {name: given})] == [expected]


@pytest.mark.parametrize(
    ("parameter", "given"),
    [
        ("?_x_date", "soon"), ("?_x_date", "2008-02-30"), ("?_x_date", "../2008"), ("?_x_integer", "1.5"),
        ("?_x_integer", "1 } UNION {"), ("?_x_integer", "٣"), ("?_x_integer", ""), ("?_x_number", "1e5"),
        ("?_x_number", "5,4"), ("?_x_boolean", "yes"), ("?_x_boolean", "TRUE"), ("?_x_integer", "1\n"),
    ],
)  # fmt: skip
def test_a_parameter_of_the_wrong_type_is_refused(parameter: str, given: str, asked: Project) -> None:
    """A value that is not of the parameter's type is a problem, never another value."""
    assert asking.refused(asked, f"SELECT ?v {{ BIND({parameter} AS ?v) }}", x=given).code == "bad-parameter"


@pytest.mark.parametrize(
    ("parameter", "given", "message"),
    [
        ("?_who_iri", "Cabelo", "parameter 'who': nothing is called 'Cabelo'"),
        ("?_who_iri", "Sucre", "parameter 'who': 'Sucre' may be any of 2"),
        ("?_day_date", "soon", "parameter 'day': 'soon' is not a date"),
        ("?_many_integer", "1.5", "parameter 'many': '1.5' is no integer"),
        ("?_kind", "c", "parameter 'kind': 'c' is not a choice"),
    ],
)
def test_what_is_wrong_with_a_given_value_names_its_parameter(
    parameter: str, given: str, message: str, asked: Project
) -> None:
    """No file is blamed for what the asker gives; the query's own default is wrong in the file."""
    text = f"SELECT ?v {{ BIND({parameter} AS ?v) }}"
    name = parameter[2:].rpartition("_")[0] or parameter[2:]
    header = f"#+ enumerate: [{{{name}: [a]}}]\n" if name == "kind" else ""
    problem = asking.refused(asked, header + text, **{name: given})
    assert (problem.message, problem.span.path) == (message, "")
    with pytest.raises(QueryError) as caught:
        run(asked.dataset(), asking.saved(f"#+ defaults: [{{{name}: {given}}}]\n{header}{text}"))
    assert caught.value.problem.span.path == "queries/q.rq"
    assert caught.value.problem.message == message.partition(": ")[2]


def test_parameters_are_declared_used_and_chosen(asked: Project) -> None:
    """Missing, unknown and unlisted ones are problems that say what there is; defaults fill what is not given."""
    assert asking.refused(asked, PLACES).hint == "add -p person=NAME"
    problem = asking.refused(asked, PLACES, persn="cabello")
    assert (problem.code, problem.hint) == ("unknown-parameter", "did you mean 'person'?")
    assert asking.refused(asked, "SELECT * {}", x="1").hint == "it takes none"
    listed = "#+ defaults: [{kind: a}]\n#+ enumerate: [{kind: [a, b]}]\nSELECT ?v { BIND(?_kind AS ?v) }"
    assert asking.answer(asked, listed) == [{"v": "a"}]
    assert asking.answer(asked, listed, kind="b") == [{"v": "b"}]
    assert asking.refused(asked, listed, kind="c").hint == "it is one of: a, b"


def test_a_parameter_in_a_text_or_comment_is_none(asked: Project) -> None:
    """Inside texts, IRIs, comments and escaped names, and as part of a longer name, `?_x` stays as it is."""
    text = """#+ summary: what ?_a is
    SELECT DISTINCT ?v { # ?_b
      VALUES ?v { "?_c" '?_d' \"\"\"?_e "?_f" \"\"\" <x:?_g> } FILTER(STR(?v) != ?_x && ?v != kg:a\\'b) # ?_h
      OPTIONAL { ?__not kg:governs ?not_ } }"""
    assert [p.name for p in parameters(asking.saved(text))] == ["x"]
    rows = asking.answer(asked, text, x="?_c")
    assert rows == [{"v": "?_d"}, {"v": '?_e "?_f" '}, {"v": "x:?_g"}]
