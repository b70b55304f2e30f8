"""The shapes: two engines agree on them, each has an example that breaks it, and no misspelt term passes in silence."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import rdflib
import shacl
from conftest import ROOT
from examples import inferred, project, table

from kg.checks import Spans
from kg.graph import stated
from kg.problem import did_you_mean
from kg.project import Project
from kg.shapes import run_shapes
from kg.terms import KG, RDFS, prefixes

pyshacl = pytest.importorskip("pyshacl")

TEXT = (ROOT / "ontology" / "shapes.ttl").read_text(encoding="utf-8")
ENTAILED = "".join((ROOT / "ontology" / name).read_text(encoding="utf-8") for name in ("core.ttl", "politics.ttl"))
BASE = "https://example.org/shapes/"
BAD = table("shapes.yaml")
GOOD = """
:s a kg:Statement ; rdf:subject :ana ; rdf:predicate kg:wins ; rdf:object :c ; kg:evidence :e .
:t2 a kg:Statement ; rdf:subject :ana ; rdf:predicate kg:holds ; rdf:object :o ; prov:wasDerivedFrom :c .
:e a kg:Evidence ; prov:hadPrimarySource :d ; kg:status kg:asserted ; oa:hasSelector :sel .
:sel a oa:FragmentSelector ; rdf:value ":~:text=won" ; oa:start 3 ; oa:end 9 .
:d a kg:NewsReport . :ana a kg:Person . :c a kg:Contest ; kg:on "2008-11-23"^^xsd:date ; kg:forOffice :o .
:many a kg:Quantity ; rdfs:label "over 4" ; kg:amount 4 ; kg:lowerBound 4 .
:s kg:votes :many ; kg:timeOfDay "16:00" . :c kg:stayedOpenUntil "nightfall" .
:g2 a kg:Disagreement ; kg:kind "contradicts" ; kg:member :s .
"""
Found = Counter[tuple[str, str, str, str]]


def graph(turtle: str) -> rdflib.Graph:
    """Returns Turtle with the project's prefixes, and what the ontology says of classes, as a graph."""
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes(BASE).items())
    made = rdflib.Graph().parse(data=head + turtle, format="turtle")
    for triple in rdflib.Graph().parse(data=ENTAILED, format="turtle").triples((None, rdflib.RDFS.subClassOf, None)):
        made.add(triple)
    return made


def of_shacl(data: rdflib.Graph) -> Found:
    """Returns focus, shape, component and message of each result, of the engine that `kg check` runs."""
    shapes = shacl.Shapes.from_text(TEXT, format="turtle", base=KG)
    report = shapes.validate_text(data.serialize(format="nt"), format="ntriples", base=BASE)
    return Counter(
        (r.focus_node.strip("<>"), r.source_shape.strip("<>"), r.component, r.message or "") for r in report.results
    )


def of_pyshacl(data: rdflib.Graph) -> Found:
    """Returns the same of pySHACL."""
    shapes = rdflib.Graph().parse(data=TEXT, format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=False, inference="none")
    sh = rdflib.SH
    return Counter(
        (
            str(report.value(node, sh.focusNode)), str(report.value(node, sh.sourceShape)),
            str(report.value(node, sh.sourceConstraintComponent)).rsplit("#")[-1],
            str(report.value(node, sh.resultMessage) or ""),
        )
        for node in report.subjects(rdflib.RDF.type, sh.ValidationResult)
    )  # fmt: skip


def messages(found: Found) -> Found:
    """Returns results without the messages that engines make up themselves where a shape has none."""
    return Counter((focus, shape, component, text if text in TEXT else "") for focus, shape, component, text in found)


def test_every_shape_has_an_example_that_breaks_it() -> None:
    shapes = rdflib.Graph().parse(data=TEXT, format="turtle")
    sh = rdflib.SH
    inner = {"Backed-by-evidence", "Backed-by-a-rule", "Contest-date", "Contest-whole", "Contest-start", "Country"}
    named = {str(s).rsplit("#")[-1] for s in shapes.subjects(sh.message, None)} - inner
    assert set(BAD) == named


def test_both_engines_find_nothing_in_a_good_graph() -> None:
    assert of_shacl(graph(GOOD)) == of_pyshacl(graph(GOOD)) == Counter()


def test_a_contest_may_have_a_date_that_is_only_predicted() -> None:
    """Some fact has to give it, however it puts it; a fact with another verb does not."""
    contest = ":h a kg:Contest . :t a kg:Statement ; rdf:subject :h ; rdf:object :x ; kg:evidence :e ; rdf:predicate "
    assert of_shacl(graph(f"{GOOD}{contest} kg:on .")) == of_pyshacl(graph(f"{GOOD}{contest} kg:on .")) == Counter()
    for data in (graph(f"{GOOD}{contest} kg:takesPlaceIn ."), graph(f"{GOOD} :h a kg:Contest .")):
        assert [shape for _, shape, _, _ in of_shacl(data)] == ["https://kg.example/shapes#Contest"]
        assert messages(of_shacl(data)) == messages(of_pyshacl(data))


@pytest.mark.parametrize("name", BAD)
def test_both_engines_find_the_same_in_a_bad_graph(name: str) -> None:
    data = graph(GOOD + BAD[name])
    found = of_shacl(data)
    assert name in {shape.rsplit("#")[-1] for _, shape, _, _ in found}
    assert messages(found) == messages(of_pyshacl(data))


def test_both_engines_find_nothing_in_the_shipped_graph(shipped: Project) -> None:
    graphs = shipped.graphs()
    classes = [line for line in graphs.ontology if f" <{RDFS}subClassOf> " in line]
    lines = "\n".join([*graphs.facts, *graphs.inferred, *classes]) + "\n"
    data = rdflib.Graph().parse(data=lines, format="nt")
    assert of_shacl(data) == of_pyshacl(data) == Counter()


def test_a_broken_shape_is_a_problem_at_the_line_of_the_fact(tmp_path: Path) -> None:
    made = project(tmp_path, {"facts": [{"Ben wins North contest": {"time of day": "4 pm"}}]})
    dataset, _, places = inferred(made)
    graphs, _, _ = stated(made.root, made.corpus)
    found = [p for p in run_shapes(made.root, graphs, dataset, Spans(places)) if p.span.path == "facts/example.yaml"]
    assert [(p.code, p.span.line) for p in found] == [("shape", 3)]
    assert "an hour on the clock is written 16:00" in found[0].message


@pytest.mark.parametrize(("right", "wrong"), [
    ("sh:minCount", "sh:minCuont"), ("sh:path", "sh:pathe"), ("sh:NodeShape", "sh:NodeShap"), ("sh:in (", "sh:inn ("),
])  # fmt: skip
def test_a_misspelt_term_is_a_problem(right: str, wrong: str, tmp_path: Path) -> None:
    made = project(tmp_path, {"facts": ["Ana supports Ben"]})
    (made.root / "ontology" / "shapes.ttl").write_text(TEXT.replace(right, wrong, 1), encoding="utf-8")
    dataset, _, places = inferred(made)
    found = run_shapes(made.root, stated(made.root, made.corpus)[0], dataset, Spans(places))
    term = wrong.removeprefix("sh:").rstrip(" (")
    assert [(p.code, p.word) for p in found] == [("unknown-shape-term", term)]
    assert found[0].span.path == "ontology/shapes.ttl"
    assert TEXT.splitlines()[found[0].span.line - 1].count(right.rstrip(" (")), "it stands at that line"


def test_shapes_that_are_no_turtle_are_a_problem(tmp_path: Path) -> None:
    made = project(tmp_path, {"facts": ["Ana supports Ben"]})
    dataset, _, places = inferred(made)
    graphs = stated(made.root, made.corpus)[0]
    (made.root / "ontology" / "shapes.ttl").write_text(TEXT + "\nshape:x a", encoding="utf-8")
    found = run_shapes(made.root, graphs, dataset, Spans(places))
    assert [(p.code, p.span.path) for p in found] == [("bad-turtle", "ontology/shapes.ttl")]


@pytest.mark.parametrize(("right", "wrong", "near"), [
    ("sh:path kg:evidence", "kg:evidnce", "kg:evidence"), ("sh:targetClass kg:Contest", "kg:Contst", "kg:Contest"),
    ("sh:path rdf:subject", "rdf:subjct", "rdf:subject"), ("sh:datatype xsd:date", "xsd:dat", "xsd:date"),
    ("sh:path kg:unit", "<https://kg.example/terms#unitt>", "unit"),
])  # fmt: skip
def test_a_term_that_nothing_has_is_a_problem_at_its_place(
    right: str, wrong: str, near: str, tmp_path: Path
) -> None:  # fmt: skip
    """A shape for it would never be broken."""
    made = project(tmp_path, {"facts": ["Ana supports Ben"]})
    text = TEXT.replace(right, f"{right.split()[0]} {wrong}", 1)
    (made.root / "ontology" / "shapes.ttl").write_text(text, encoding="utf-8")
    dataset, _, places = inferred(made)
    (problem,) = run_shapes(made.root, stated(made.root, made.corpus)[0], dataset, Spans(places))
    assert (problem.code, problem.span.path) == ("unknown-term", "ontology/shapes.ttl")
    line = text.splitlines()[problem.span.line - 1]
    assert line[problem.span.column - 1 :][: problem.span.length] == wrong
    assert near in did_you_mean(problem.word, problem.near)


def test_a_term_in_the_sparql_of_a_shape_is_looked_up(tmp_path: Path) -> None:
    made = project(tmp_path, {"facts": ["Ana supports Ben"]})
    select = "SELECT $this { $this kg:supprts ?other }"
    shape = f'shape:Odd a sh:NodeShape ; sh:targetClass kg:Person ; sh:sparql [ sh:select "{select}" ] .'
    (made.root / "ontology" / "shapes.ttl").write_text(f"{TEXT}\n{shape}\n", encoding="utf-8")
    dataset, _, places = inferred(made)
    found = run_shapes(made.root, stated(made.root, made.corpus)[0], dataset, Spans(places))
    assert [(p.code, p.word) for p in found] == [("unknown-term", "kg:supprts")]


@pytest.mark.parametrize("again", [False, True])
def test_a_fault_of_the_shapes_is_told_once(tmp_path: Path, again: bool) -> None:
    """The file is a part of the graph too, and read there."""
    made = project(tmp_path, {"facts": ["Ana supports Ben"]})
    (made.root / "ontology" / "shapes.ttl").write_text(TEXT + "\nshape:x a", encoding="utf-8")
    found = [p.code for p in made.check(again=again) if p.span.path == "ontology/shapes.ttl"]
    assert found == ["bad-turtle"]
