"""Export formats: exact text for a small graph, the graph that comes back, the same bytes, hostile input."""

from __future__ import annotations

import csv
import difflib
import doctest
import io
import os
import re
import subprocess
import sys
import types

import networkx
import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import terms, write
from kg.layout import Graphs
from kg.terms import KG, RDF, XSD, literal

BASE = "https://kg.example/venezuela-2008/"
TRIPLES = ("ntriples", "turtle", "rdfxml")
DATASETS = ("nquads", "trig", "jsonld")
NETWORKS = ("graphml", "gexf")
READERS = {
    "ntriples": (pyoxigraph.RdfFormat.N_TRIPLES, "nt"),
    "turtle": (pyoxigraph.RdfFormat.TURTLE, "turtle"),
    "rdfxml": (pyoxigraph.RdfFormat.RDF_XML, "xml"),
    "nquads": (pyoxigraph.RdfFormat.N_QUADS, "nquads"),
    "trig": (pyoxigraph.RdfFormat.TRIG, "trig"),
    "jsonld": (pyoxigraph.RdfFormat.JSON_LD, "json-ld"),
}


def term(text: str) -> str:
    """Returns a term written short: a prefixed name of any prefix, or what is a term already."""
    if text[0] in '<"_':
        return text
    prefix, _, local = text.partition(":")
    return f"<{terms.prefixes(BASE)[prefix]}{local}>"


def lines(text: str) -> tuple[str, ...]:
    """Returns sorted lines from rows of `subject predicate object`."""
    rows = [row.split(" ", 2) for row in text.strip().split("\n")]
    return tuple(sorted({f"{' '.join(term(part.strip()) for part in row)} ." for row in rows}))


def graphs(facts: tuple[str, ...], inferred: tuple[str, ...] = (), ontology: tuple[str, ...] = ()) -> Graphs:
    return Graphs(BASE, terms.prefixes(BASE), facts, inferred, ontology)


def text_of(name: str, source: Graphs, inferred: bool = False) -> str:
    return "".join(write.load(name).write(source, inferred=inferred))


FACTS = f"""
:cabello rdf:type kg:Person
:cabello rdfs:label "Diosdado Cabello"
:cabello skos:altLabel "Cabello"
:cabello skos:altLabel "el \\"capitán\\""@es
:cabello kg:governs :miranda
:cabello kg:height "65.10"^^<{XSD}decimal>
:miranda rdfs:label "Miranda"
:o'brien-50%25 rdf:type kg:Person
:rctv rdf:type kg:Document
:rctv rdfs:label "=RCTV"
statement:3f9c rdf:type kg:Statement
statement:3f9c rdf:subject :cabello
statement:3f9c rdf:predicate kg:governs
statement:3f9c rdf:object :miranda
statement:3f9c kg:until "2008-11-23"^^<{XSD}date>
statement:3f9c kg:endOfEnd "2008-11-23"^^<{XSD}date>
statement:3f9c kg:evidence evidence:77ab
evidence:77ab rdf:type kg:Evidence
evidence:77ab prov:hadPrimarySource :rctv
evidence:77ab kg:status kg:asserted
evidence:77ab kg:speaker :cabello
evidence:77ab oa:hasSelector selector:0011
selector:0011 rdf:type oa:TextQuoteSelector
selector:0011 rdf:type oa:TextPositionSelector
selector:0011 oa:exact "the incumbent\\nCabello"
selector:0011 oa:start "120"^^<{XSD}integer>
"""
INFERRED = """
:miranda kg:governedBy :cabello
"""
ONTOLOGY = f"""
kg:governs rdfs:label "governs"@en
kg:governs rdfs:label "gobierna"@es
kg:governs rdfs:domain _:b0
_:b0 rdf:type owl:Class
kg:endOfEnd kg:structural "true"^^<{XSD}boolean>
"""
SMALL = graphs(lines(FACTS), lines(INFERRED), lines(ONTOLOGY))

TURTLE = """\
@prefix : <https://kg.example/venezuela-2008/> .
@prefix statement: <https://kg.example/venezuela-2008/statement/> .
@prefix evidence: <https://kg.example/venezuela-2008/evidence/> .
@prefix selector: <https://kg.example/venezuela-2008/selector/> .
@prefix kg: <https://kg.example/terms#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix oa: <http://www.w3.org/ns/oa#> .

:cabello a kg:Person ;
    rdfs:label "Diosdado Cabello" ;
    skos:altLabel "Cabello" ;
    skos:altLabel "el \\"capitán\\""@es ;
    kg:governs :miranda ;
    kg:height 65.10 ;
.

:miranda
    rdfs:label "Miranda" ;
.

:o\\'brien-50%25 a kg:Person ;
.

:rctv a kg:Document ;
    rdfs:label "=RCTV" ;
.

statement:3f9c a kg:Statement ;
    rdf:subject :cabello ;
    rdf:predicate kg:governs ;
    rdf:object :miranda ;
    kg:endOfEnd "2008-11-23"^^xsd:date ;
    kg:evidence evidence:77ab ;
    kg:until "2008-11-23"^^xsd:date ;
.

evidence:77ab a kg:Evidence ;
    oa:hasSelector selector:0011 ;
    prov:hadPrimarySource :rctv ;
    kg:speaker :cabello ;
    kg:status kg:asserted ;
.

selector:0011 a oa:TextPositionSelector, oa:TextQuoteSelector ;
    oa:exact "the incumbent\\nCabello" ;
    oa:start 120 ;
.
"""
TRIG_END = """
:inferred {

:miranda
    kg:governedBy :cabello ;
.
}

:ontology {

kg:endOfEnd
    kg:structural true ;
.

kg:governs
    rdfs:label "gobierna"@es ;
    rdfs:label "governs"@en ;
    rdfs:domain _:b0 ;
.

_:b0 a owl:Class ;
.
}
"""
OWL_LINE = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"

TINY = graphs(
    lines(f"""
:miranda rdfs:label "Miranda <&\\r\\n"@es
:miranda kg:partOf :b
:miranda <http://e/odd> "5"^^<{XSD}integer>
"""),
    lines(":b kg:hasPart :miranda"),
)
TINY_RDFXML = """\
<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF
    xmlns:kg="https://kg.example/terms#"
    xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="https://kg.example/venezuela-2008/miranda">
  <rdfs:label xml:lang="es">Miranda &lt;&amp;&#13;
</rdfs:label>
  <odd xmlns="http://e/" rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">5</odd>
  <kg:partOf rdf:resource="https://kg.example/venezuela-2008/b"/>
</rdf:Description>
</rdf:RDF>
"""
TINY_JSONLD = """\
{"@context": {
 "@base": "https://kg.example/venezuela-2008/",
 "kg": "https://kg.example/terms#",
 "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
 "xsd": "http://www.w3.org/2001/XMLSchema#"
},
"@graph": [
{"@id": "miranda", "rdfs:label": {"@value": "Miranda <&\\r\\n", "@language": "es"}, \
"http://e/odd": {"@value": "5", "@type": "xsd:integer"}, "kg:partOf": {"@id": "b"}},
{"@id": "inferred", "@graph": [
{"@id": "b", "kg:hasPart": {"@id": "miranda"}}
]}
]}
"""
CSV_ROW = {
    "id": "3f9c",
    "subject": "Diosdado Cabello",
    "property": "governs",
    "object": "Miranda",
    "qualifiers": "until: 2008-11-23",
    "status": "asserted",
    "source": "'=RCTV",
    "speakers": "Diosdado Cabello",
    "locator": "the incumbent\nCabello",
    "note": "",
    "rank": "normal",
    "subject_iri": BASE + "cabello",
    "property_iri": KG + "governs",
    "object_iri": BASE + "miranda",
    "source_iri": BASE + "rctv",
    "statement_iri": BASE + "statement/3f9c",
    "evidence_iri": BASE + "evidence/77ab",
}


# Finding a format


def test_formats_are_the_files_of_the_folder() -> None:
    expected = {*TRIPLES, *DATASETS, *NETWORKS, "csv", "turtle12"}
    assert not expected - set(write.NAMES)
    assert list(write.NAMES) == sorted(write.NAMES)


def test_every_format_is_found_by_name_and_by_suffix() -> None:
    suffixes = set()
    for name in write.NAMES:
        writer = write.load(name)
        assert name == writer.NAME
        assert writer is write.load(writer.SUFFIX)
        assert writer.GRAPHS is (name in DATASETS)
        assert writer.LABEL
        assert re.fullmatch(r"[a-z]+/[a-z0-9+-]+(;version=1\.2)?", writer.MEDIA_TYPE)
        suffixes.add(writer.SUFFIX)
    assert len(suffixes) == len(write.NAMES) > 0


@pytest.mark.parametrize("name", ["tutle", ".txt", "", ".", "__init__", "os.path"])
def test_an_unknown_format_names_the_known_ones(name: str) -> None:
    with pytest.raises(write.UnknownFormat, match="csv, gexf, graphml, jsonld") as caught:
        write.load(name)
    assert caught.value.known == write.NAMES


def test_listing_formats_imports_none_of_them() -> None:
    code = "import sys, kg.write as w; w.NAMES; print([m for m in sys.modules if m.startswith('kg.write.')])"
    assert _run(code).strip() == "[]"


def test_no_writer_but_those_of_networks_imports_a_heavy_library() -> None:
    code = (
        "import sys, kg.write as w; [w.load(n) for n in w.NAMES]; "
        "print([m for m in ('rdflib', 'networkx', 'pyoxigraph') if m in sys.modules])"
    )
    assert _run(code).strip() == "[]"


def test_the_examples_of_the_docstrings_are_true() -> None:
    found = doctest.testmod(write)
    assert found.attempted > 3
    assert found.failed == 0


# Exact text


def test_turtle_is_exactly_this() -> None:
    assert text_of("turtle", SMALL) == TURTLE


def test_trig_is_the_turtle_and_then_the_named_graphs() -> None:
    assert text_of("trig", SMALL) == TURTLE.replace("@prefix skos:", OWL_LINE + "@prefix skos:") + TRIG_END


def test_rdfxml_and_jsonld_are_exactly_this() -> None:
    assert text_of("rdfxml", TINY) == TINY_RDFXML
    assert text_of("jsonld", TINY) == TINY_JSONLD


def test_subjects_come_by_section_and_then_by_name() -> None:
    names = ("a", "a-b", "a.b", "a0", "ab", "statement/a", "quantity/a", "other/a")
    iris = [f"<{BASE}{name}>" for name in names] + [term("kg:a"), "<http://a.example/>", "<urn:x>"]
    facts = tuple(sorted(f"{iri} {term('kg:n')} {iri} ." for iri in iris))
    blocks = text_of("turtle", graphs(facts)).split("\n\n")[1:]
    assert [block.split("\n")[0] for block in blocks] == [
        ":a", ":a-b", ":a.b", ":a0", ":ab", f"<{BASE}other/a>", "statement:a", "quantity:a", "kg:a",
        "<http://a.example/>", "<urn:x>",
    ]  # fmt: skip


def test_lines_of_ntriples_and_nquads_are_the_layouts_own() -> None:
    assert text_of("ntriples", SMALL).split("\n") == [*SMALL.facts, ""]
    quads = text_of("nquads", SMALL).split("\n")
    assert quads[: len(SMALL.facts)] == list(SMALL.facts)
    assert quads[len(SMALL.facts)] == f"{SMALL.inferred[0][:-1]}<{BASE}inferred> ."
    assert quads[-2] == f"{SMALL.ontology[-1][:-1]}<{BASE}ontology> ."


def test_csv_has_a_row_a_statement_and_evidence() -> None:
    assert list(csv.DictReader(io.StringIO(text_of("csv", SMALL), newline=""))) == [CSV_ROW]
    assert text_of("csv", SMALL).startswith("id,subject,property,object,qualifiers,status,source,")


def test_csv_lists_what_rules_found_where_asked() -> None:
    known, row = csv.DictReader(io.StringIO(text_of("csv", SMALL, inferred=True), newline=""))
    assert known == CSV_ROW
    assert (row["subject"], row["property"], row["object"]) == ("Miranda", "governedBy", "Diosdado Cabello")
    assert (row["status"], row["source"], row["statement_iri"]) == ("inferred", "", "")


WRONG = {
    "alleged": ("evidence:77ab kg:status kg:alleged",),
    "denied": ("evidence:77ab kg:status kg:denied",),
    "asserted": ("evidence:77ab kg:status kg:asserted", "evidence:77ab kg:rank kg:deprecated"),
}
"""Ways to say what nobody asserts or what is known to be wrong."""


def _inferred_too(*evidence: str) -> Graphs:
    """Returns the small graph with its fact inferred, and said by such evidence only."""
    plain = ":cabello kg:governs :miranda"
    facts = FACTS.replace(f"{plain}\n", "").replace("evidence:77ab kg:status kg:asserted", "\n".join(evidence))
    return graphs(lines(facts), lines(plain), lines(ONTOLOGY))


@pytest.mark.parametrize("status", WRONG)
def test_csv_lists_what_rules_found_beside_what_nobody_asserts(status: str) -> None:
    text = text_of("csv", _inferred_too(*WRONG[status]), inferred=True)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {(row["subject"], row["property"], row["object"]) for row in rows} == {
        ("Diosdado Cabello", "governs", "Miranda")
    }
    assert sorted((row["status"], row["source"]) for row in rows) == sorted([(status, "'=RCTV"), ("inferred", "")])


def test_csv_lists_what_is_asserted_and_inferred_once() -> None:
    (row,) = csv.DictReader(
        io.StringIO(text_of("csv", _inferred_too("evidence:77ab kg:status kg:asserted"), inferred=True), newline="")
    )
    assert row["status"] == "asserted"


def test_csv_rows_share_a_statement_and_show_every_part_of_the_evidence() -> None:
    more = lines("""
statement:3f9c kg:evidence evidence:88cd
statement:3f9c dcterms:identifier "governor"
evidence:88cd kg:status kg:denied
evidence:88cd kg:rank kg:deprecated
evidence:88cd kg:note "-1 in the paper"
evidence:88cd kg:speakers "miranda < rctv"
""")
    text = text_of("csv", graphs(tuple(sorted({*SMALL.facts, *more})), (), SMALL.ontology))
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert first == CSV_ROW | {"id": "governor"}
    assert (second["speakers"], second["note"]) == ("Miranda < =RCTV", "'-1 in the paper")
    assert (second["status"], second["rank"], second["source"]) == ("denied", "deprecated", "")


# What comes back


def _quads(name: str, text: str) -> set[str]:
    """Returns what pyoxigraph reads, as lines; its parser keeps lexical forms, unlike its store."""
    return {str(quad) for quad in pyoxigraph.parse(text.encode(), format=READERS[name][0])}


def _expected(name: str, source: Graphs) -> set[str]:
    kind = "nquads" if name in DATASETS else "ntriples"
    return _quads(kind, text_of(kind, source))


def _rdflib(name: str, text: str) -> set[tuple[str, ...]]:
    """Returns what rdflib reads: terms with exact lexical forms, blank nodes and graphs by name."""
    dataset = rdflib.Dataset(default_union=False)
    dataset.parse(data=text, format=READERS[name][1])
    found = set()
    for *spo, graph in dataset.quads():
        graph = "" if graph in (None, rdflib.graph.DATASET_DEFAULT_GRAPH_ID) else str(graph)
        found.add((*map(_nt, spo), "" if name in TRIPLES else graph))
    return found


def _nt(node: rdflib.term.Node) -> str:
    if isinstance(node, rdflib.Literal):
        return literal(str(node), str(node.datatype or ""), node.language or "")
    return f"<{node}>" if isinstance(node, rdflib.URIRef) else "_:"


pytestmark = pytest.mark.filterwarnings("ignore:Parsing weird boolean:UserWarning:rdflib")


@pytest.fixture(autouse=True)
def _exact_literals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def _assert_same(name: str, source: Graphs) -> None:
    text = text_of(name, source)
    assert _quads(name, text) == _expected(name, source)
    parts = [(source.facts, "")]
    if name in DATASETS:
        parts += [(source.inferred, BASE + "inferred"), (source.ontology, BASE + "ontology")]
    expected = {
        (*(re.sub("^_:.*", "_:", part) for part in line[:-2].split(" ", 2)), graph)
        for found, graph in parts
        for line in found
    }
    assert _rdflib(name, text) == expected


@pytest.mark.parametrize("name", [*TRIPLES, *DATASETS])
def test_the_small_graph_comes_back(name: str) -> None:
    _assert_same(name, SMALL)


@pytest.mark.parametrize("name", [*TRIPLES, *DATASETS])
def test_a_graph_with_a_hash_at_the_end_of_its_base_comes_back(name: str) -> None:
    base = BASE.rstrip("/") + "#"
    facts = tuple(line.replace(f"<{BASE}", f"<{base}") for line in SMALL.facts)
    source = Graphs(base, terms.prefixes(base), tuple(sorted(facts)))
    text = text_of(name, source)
    assert _quads(name, text) == _expected(name, source)
    assert {spo[0] for spo in _rdflib(name, text)} == {line.split(" ")[0] for line in facts}


@pytest.mark.parametrize("name", [*TRIPLES, *DATASETS])
def test_an_empty_graph_comes_back(name: str) -> None:
    assert _quads(name, text_of(name, graphs(()))) == set()


@pytest.mark.parametrize("name", TRIPLES)
def test_inferred_triples_are_added_where_asked_and_each_once(name: str) -> None:
    source = graphs(SMALL.facts, tuple(sorted({*SMALL.inferred, SMALL.facts[0]})))
    merged = graphs(tuple(sorted({*source.facts, *source.inferred})))
    assert text_of(name, source, inferred=True) == text_of(name, merged)


HOSTILE = (
    '"', '"""', "'''", "\\", "\\n", "\\u0041", "a\nb", "a\r\nb\rc", "\ttab", " ", "", "<b>&amp;</b>", "]]>",
    "<!--", "^^<http://e/>", '"@en .', '" . <http://e/x> <http://e/y> "', "\u202eevil\u202c שלום",
    "\u2028\u2029\u0085", "😀e\u0301", "{{ }} ${x} %s", "@prefix", "_:b", "=1+1", "\ufeff", "\u200b",
)  # fmt: skip
CONTROL = [chr(code) for code in (*range(1, 9), 11, 12, *range(14, 32), 0x7F, 0xFFFE, 0xFFFF)]
LOCALS = (
    "a.b", "a.", ".a", "a..b", "1a", "1", "-a", "a-", "_", "_a", "a%20b", "%41", "o'brien", "a,b;c",
    "(a)", "a~b", "a!b", "a$b", "a&b", "a*b", "a+b", "a=b", "a:b", ":", "a@b", "a/b", "a#b", "a?b=c", "ñandú",
    "a·b", "e\u0301", "日本", "😀", "", "..", ".", "/", "//x", "true", "a", "statement/x",
    "statement/a/b", "\u0301a", "\u203f",
)  # fmt: skip


@pytest.mark.parametrize("name", [*TRIPLES, *DATASETS])
def test_hostile_literals_come_back(name: str) -> None:
    found = [literal(text) for text in HOSTILE] + [literal(text, language="es") for text in HOSTILE]
    found += [literal(text, f"{KG}odd") for text in HOSTILE]
    facts = tuple(sorted(f"{term(':x')} {term('kg:note')} {text} ." for text in found))
    _assert_same(name, graphs(facts))


@pytest.mark.parametrize("name", ["ntriples", "turtle", "nquads", "trig", "jsonld"])
def test_control_characters_come_back_where_the_format_has_them(name: str) -> None:
    facts = tuple(sorted(f"{term(':x')} {term('kg:note')} {literal(f'a{char}b')} ." for char in CONTROL))
    _assert_same(name, graphs(facts))


@pytest.mark.parametrize("name", [*TRIPLES, *DATASETS])
def test_hostile_local_names_come_back(name: str) -> None:
    iris = [f"<{BASE}{local}>" for local in LOCALS]
    facts = tuple(sorted(f"{iri} {term('rdf:type')} {iri} ." for iri in iris))
    _assert_same(name, graphs(facts))


NUMBERS = (
    "0", "7", "007", "-0", "+5", "-5", "65.10", "65.", ".5", "-.5", "0.0000001", "0.000000", "1e3", "1.0E0",
    "INF", "12345678901234567890123", "1" * 200, "1" * 120 + ".5", "", " 1", "1 ", "true", "false", "TRUE",
    "x", "１",
)  # fmt: skip


@pytest.mark.parametrize("name", [*TRIPLES, *DATASETS])
def test_lexical_forms_come_back(name: str) -> None:
    kinds = [XSD + kind for kind in ("integer", "decimal", "double", "boolean")]
    found = [literal(text, kind) for text in NUMBERS for kind in kinds]
    found += [literal("2008", XSD + "gYear"), literal("007", XSD + "int"), literal("P12M", XSD + "duration")]
    _assert_same(name, graphs(tuple(sorted(f"{term(':x')} {term('kg:n')} {text} ." for text in found))))


def test_turtle_writes_bare_only_what_is_legal_and_read_alike() -> None:
    kinds = [XSD + kind for kind in ("integer", "decimal", "boolean")]
    rows = [f":x kg:n {literal(text, kind)}" for text in NUMBERS for kind in kinds]
    bare = set(re.findall(r'kg:n ([^"]\S*) ;', text_of("turtle", graphs(lines("\n".join(rows))))))
    assert bare == {"0", "7", "-5", "12345678901234567890123", "65.10", "0.000000", "true", "false"}


def test_turtle_escapes_local_names_and_keeps_whole_what_it_cannot_escape() -> None:
    shown = write.Terms(terms.prefixes(BASE))
    assert shown[f"<{BASE}o'brien>"] == r":o\'brien"
    assert shown[f"<{BASE}a%20b.c>"] == ":a%20b.c"
    assert shown[f"<{BASE}statement/1a>"] == "statement:1a"
    assert shown[f"<{BASE}>"] == ":"
    for local in ("a.", "-a", ".a", "a/b", "a?b", "a%"):
        assert shown[f"<{BASE}{local}>"] == f"<{BASE}{local}>"


# Laws

_ANY_IRI = re.compile(
    r"<https://kg\.example/(venezuela-2008/(statement/)?|terms#)(%[0-9A-F]{2}|[\w.~!$&'()*+,;=:@-]){0,6}>"
)
_IRIS = st.sampled_from([f"<{BASE}{local}>" for local in LOCALS]) | st.from_regex(
    _ANY_IRI, fullmatch=True
).filter(lambda iri: terms.is_iri(iri[1:-1]))
_NAMES = st.sampled_from([term(name) for name in ("kg:governs", "kg:p-1", "kg:p.q", "kg:_x", "rdf:type")])
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
_MARKS = st.sampled_from("\n\r\t\"'\\<>&{}%@^.#= ")
_TEXT = st.text(_CHARACTERS | _MARKS, max_size=12) | st.sampled_from(HOSTILE)
_KINDS = st.sampled_from([XSD + kind for kind in ("integer", "decimal", "double", "boolean", "date", "odd")])
_LITERALS = (
    st.builds(literal, _TEXT)
    | st.builds(literal, _TEXT, language=st.sampled_from(["en", "es", "es-ve"]))
    | st.builds(literal, st.sampled_from(NUMBERS) | _TEXT, _KINDS)
    | st.builds(lambda number: literal(str(number), XSD + "integer"), st.integers())
    | st.builds(
        lambda number: literal(f"{number:f}", XSD + "decimal"),
        st.decimals(allow_nan=False, allow_infinity=False),
    )
)
_LINES = st.tuples(_IRIS, _NAMES, _IRIS | _LITERALS).map(lambda spo: f"{' '.join(spo)} .")
_FACTS = st.lists(_LINES, max_size=8).map(lambda found: tuple(sorted(set(found))))
_GRAPHS = st.builds(graphs, _FACTS, _FACTS, _FACTS)


@settings(max_examples=150, deadline=None)
@given(_GRAPHS)
def test_what_is_written_reads_as_the_same_graph_in_every_format(source: Graphs) -> None:
    for name in (*TRIPLES, *DATASETS):
        _assert_same(name, source)


@settings(max_examples=300, deadline=None)
@given(_FACTS, _FACTS)
def test_more_facts_only_add_lines(known: tuple[str, ...], added: tuple[str, ...]) -> None:
    """All old lines stand in the new text, in their order, but for that of a subject which gets a class."""
    before = text_of("turtle", graphs(known)).split("\n")
    after = text_of("turtle", graphs(tuple(sorted({*known, *added})))).split("\n")
    shown = write.Terms(terms.prefixes(BASE))
    retyped = {shown[line.split(" ")[0]] for line in added if line.split(" ")[1] == term("rdf:type")}
    rest = iter(after)
    assert [line for line in before if line.split(" a ")[0] not in retyped and line not in rest] == []


def test_one_more_fact_is_a_diff_of_its_own_lines() -> None:
    added = lines("""
:cabello kg:losesTo :capriles
statement:4a00 rdf:type kg:Statement
statement:4a00 rdf:subject :cabello
statement:4a00 kg:evidence evidence:77ab
""")
    after = text_of("turtle", graphs(tuple(sorted({*SMALL.facts, *added}))))
    diff = list(difflib.unified_diff(TURTLE.split("\n"), after.split("\n"), n=0, lineterm=""))[2:]
    assert [line for line in diff if line[0] != "@"] == [
        "+    kg:losesTo :capriles ;",
        "+statement:4a00 a kg:Statement ;",
        "+    rdf:subject :cabello ;",
        "+    kg:evidence evidence:77ab ;",
        "+.",
        "+",
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=6) | st.text("'=+-@\t\r\na", max_size=6))
def test_a_csv_cell_is_no_formula_and_gives_its_text_back(text: str) -> None:
    source = graphs(lines(FACTS.replace('"Miranda"', literal(text.replace("\x00", "")))))
    (row,) = csv.DictReader(io.StringIO(text_of("csv", source), newline=""))
    assert not re.match(r"[=+\-@\t\r\n]", row["object"])
    assert re.sub(r"\A'(?='*[=+\-@\t\r\n])", "", row["object"]) == text.replace("\x00", "")


# Turtle 1.2


def test_turtle12_says_the_same_as_the_reified_statements() -> None:
    alleged = lines("""
statement:55 rdf:type kg:Statement
statement:55 rdf:subject :rctv
statement:55 rdf:predicate kg:governs
statement:55 rdf:object "x < \\"y\\""
statement:66 rdf:subject :cabello
statement:66 rdf:predicate kg:governs
statement:66 rdf:object :miranda
""")
    source = graphs(tuple(sorted({*SMALL.facts, *alleged})))
    text = text_of("turtle12", source)
    assert "    kg:governs :miranda\n      ~ statement:3f9c {|\n        a kg:Statement ;\n" in text
    assert "\nstatement:3f9c" not in text
    reified = '<<( :rctv kg:governs "x < \\"y\\"" )>>'
    assert f"\nstatement:55\n    rdf:reifies {reified} ;\n    a kg:Statement ;\n.\n" in text
    found = set()
    for quad in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE):
        if quad.predicate.value == RDF + "reifies":
            parts = zip(("subject", "predicate", "object"), quad.object, strict=True)
            found |= {f"{quad.subject} <{RDF}{part}> {value}" for part, value in parts}
        else:
            found.add(str(quad.triple))
    assert found == _expected("ntriples", source)


# Formats of networks


def test_networks_are_read_back_by_networkx() -> None:
    for name, read in (("graphml", networkx.read_graphml), ("gexf", networkx.read_gexf)):
        network = read(io.BytesIO(text_of(name, SMALL).encode()))
        assert set(network.nodes) >= {BASE + "cabello", BASE + "miranda", BASE + "rctv"}
        assert network.nodes[BASE + "cabello"]["label"] == "Diosdado Cabello"
        ((subject, object_, edge),) = network.edges(data=True)
        assert (subject, object_) == (BASE + "cabello", BASE + "miranda")
        assert (edge["label"], edge["sources"], edge["status"]) == ("governs", "=RCTV", "asserted")


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_tell_what_is_known_to_be_wrong_and_what_is_inferred_besides(name: str) -> None:
    read = networkx.read_graphml if name == "graphml" else networkx.read_gexf
    for how, status in ((WRONG["denied"], "denied"), (WRONG["asserted"], "deprecated")):
        source = _inferred_too(*how)
        edges = read(io.BytesIO(text_of(name, source, inferred=True).encode())).edges(data=True)
        assert sorted((edge["status"], edge["rule"]) for *_, edge in edges) == [("asserted", "rule"), (status, "")]
        ((*_, edge),) = read(io.BytesIO(text_of(name, source).encode())).edges(data=True)
        assert (edge["status"], edge["rule"]) == (status, "")


def _fake_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a network of two nodes in the place of the projection, with the keys and types of the real one."""
    verb = {"en": "had", "es": "tuvo"}
    fact = {"sentence": "A had 65.10", "verb": verb, "evidence": [], "qualifiers": []}

    def network(store: pyoxigraph.Store, base: str) -> networkx.MultiDiGraph:
        graph = networkx.MultiDiGraph(title="T", base=base, properties={})
        graph.add_node("http://e/b", label="B", aliases=["b", "β"], facts=[], contested=True)
        graph.add_node("http://e/a", label="A\r\n<&>", aliases=[], facts=[fact], contested=False)
        edge = fact | {"qualifiers": [["on", "2008"]], "evidence": [{"source_label": "D", "lines": None}]}
        for object_ in ("http://e/b", "http://e/a"):
            graph.add_edge("http://e/a", object_, key="s1", **edge, bounds=[None, "2008"], rivals=[])
        return graph

    monkeypatch.setitem(sys.modules, "kg.network", types.SimpleNamespace(network=network))


FLAT = {
    "label": "had", "sentence": "A had 65.10", "verb_en": "had", "verb_es": "tuvo", "qualifiers": "on: 2008",
    "sources": "D", "bounds": '[null, "2008"]', "rivals": "",
    "evidence": '[{"lines": null, "source_label": "D"}]',
}  # fmt: skip


def test_the_flat_network_has_text_and_numbers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    _fake_network(monkeypatch)
    flat = write.flat_network(SMALL, False, "X")
    assert list(flat.nodes) == ["http://e/a", "http://e/b"]
    assert flat.nodes["http://e/b"] == {"label": "B", "aliases": "b | β", "facts": "", "contested": 1}
    assert flat.nodes["http://e/a"]["facts"] == "A had 65.10"
    assert [key for *_, key in flat.edges(keys=True)] == ["s1", "s1 (2)"]
    assert flat.edges["http://e/a", "http://e/b", "s1 (2)"] == FLAT
    assert flat.graph == {"title": "T", "base": BASE}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_keep_returns_and_marks_of_xml(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake_network(monkeypatch)
    text = text_of(name, SMALL)
    read = networkx.read_graphml if name == "graphml" else networkx.read_gexf
    assert read(io.BytesIO(text.encode())).nodes["http://e/a"]["label"] == "A\r\n<&>"
    assert re.search(r"[^\n]\n\Z", text)
    assert "\r" not in text


def test_networks_keep_lexical_forms() -> None:
    number = literal("65.10", XSD + "decimal")
    facts = lines(FACTS.replace("rdf:object :miranda", f"rdf:object {number}"))
    flat = write.flat_network(graphs(facts, (), SMALL.ontology), False, "X")
    assert flat.nodes[BASE + "cabello"]["facts"] == "Diosdado Cabello governs 65.10"


def test_gexf_tells_neither_the_day_nor_a_version() -> None:
    text = text_of("gexf", SMALL)
    assert "<creator>kg</creator>" in text
    assert not re.search("lastmodified|NetworkX", text)


# What a format cannot carry


@pytest.mark.parametrize("name", ["rdfxml", *NETWORKS])
@pytest.mark.parametrize("char", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_xml_formats_refuse_characters_that_xml_has_not(name: str, char: str) -> None:
    source = graphs(lines(FACTS.replace("Diosdado", f"Dios{char}dado")))
    with pytest.raises(write.Unwritable, match=rf"cannot hold the character U\+{ord(char):04X} in .*cabello"):
        next(iter(write.load(name).write(source)))


@pytest.mark.parametrize("prop", ["http://e/123", "http://e/p/", RDF + "li", RDF + "Description", "name:"])
def test_rdfxml_refuses_a_property_without_an_xml_name(prop: str) -> None:
    with pytest.raises(write.Unwritable, match="as a property"):
        text_of("rdfxml", graphs((f"<http://e/a> <{prop}> <http://e/b> .",)))


def test_rdfxml_writes_a_class_without_an_xml_name() -> None:
    _assert_same("rdfxml", graphs((f"<http://e/a> <{RDF}type> <http://e/123> .",)))


def test_jsonld_refuses_an_iri_that_reads_as_another() -> None:
    with pytest.raises(write.Unwritable, match="prefix 'statement'"):
        text_of("jsonld", graphs((f"<statement:x> <{RDF}type> <http://e/123> .",)))


# The same bytes

_EVERYTHING = """
import hashlib, sys
sys.path.insert(0, "tests")
import test_write
from kg import write
for name in write.NAMES:
    text = test_write.text_of(name, test_write.SMALL, inferred=True)
    print(name, hashlib.sha256(text.encode()).hexdigest())
"""


def _run(code: str, **environment: str) -> str:
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=os.environ | environment, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_bytes_do_not_depend_on_hash_seed_locale_or_time_zone() -> None:
    runs = [("0", "C", "UTC"), ("1", "C.UTF-8", "Asia/Tokyo"), ("4242", "es_VE.UTF-8", "America/Caracas")]
    found = {_run(_EVERYTHING, PYTHONHASHSEED=seed, LC_ALL=locale, TZ=zone) for seed, locale, zone in runs}
    assert len(found) == 1
    assert len(found.pop().split()) == 2 * len(write.NAMES)
