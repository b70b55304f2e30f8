"""The page's options in a real browser: queries, passages, notebooks, honest evidence, paths through details."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import network_sample as sample
import pytest
from click.testing import CliRunner

for needed in ("pyvis", "numpy", "scipy"):
    pytest.importorskip(needed, reason=f"the picture needs {needed}")

import networkx as nx  # noqa: E402
from conftest import COLOURS  # noqa: E402
from test_view import Opened, page_of  # noqa: E402

import kg  # noqa: E402
from kg.cli import main  # noqa: E402
from kg.project import Project  # noqa: E402
from kg.query import QueryError  # noqa: E402

TEXT = """The minutes of <i>2008</i>.

Diosdado Cabello, who had governed Miranda & its towns since 2004, lost
to Henrique Capriles in the election.
Nobody said more.
"""
FACTS = """\
entities:
  minutes: {type: Document, name: The minutes, file: minutes.txt, url: "https://example.org/minutes#top"}
source: minutes
facts:
  - Cabello governs Miranda: {from: 2004, at: "Diosdado Cabello, … since 2004"}
  - Cabello loses to Capriles: {in: Miranda governor election 2008, at: "lost … in the election"}
  - Capriles governs Miranda: {from: 2008, at: "Nobody said more"}
  - Ledezma allied with Capriles
"""
WHO_LOST = """\
#+ summary: Who lost to whom.
SELECT ?a ?b WHERE { ?s rdf:predicate kg:losesTo ; rdf:subject ?a ; rdf:object ?b }
"""
OF_WHOM = """\
#+ summary: Whom a person fought.
#+ defaults:
#+   - who: ledezma
CONSTRUCT { ?_who_iri kg:losesTo ?b . ?b <http://x.org/beat> ?_who_iri }
WHERE { ?s rdf:predicate kg:losesTo ; rdf:subject ?_who_iri ; rdf:object ?b }
"""


@pytest.fixture
def project(case_project: Callable[..., Project]) -> Project:
    """Returns a small project with a document that has a URL and two saved queries."""
    queries = {"queries/who-lost.rq": WHO_LOST, "queries/of-whom.rq": OF_WHOM}
    return case_project({"facts/f.yaml": FACTS, "docs/minutes.txt": TEXT, **queries})


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Returns a function that opens a page's text in the browser."""
    opened: list[Opened] = []

    def show_one(html: object, hash: str = "", **options: Any) -> Opened:
        path = tmp_path / f"page-{len(opened)}.html"
        path.write_text(str(html), encoding="utf-8")
        opened.append(Opened(browser, path, hash, **options))
        return opened[-1]

    yield show_one
    for each in opened:
        each.context.close()
        assert each.faults == []


def shown(opened: Opened) -> list[str]:
    """Returns the sentences of the lines that are drawn."""
    code = "kgView.scene.view.shown.lines.map((fact) => `${fact.subject} ${fact.property} ${fact.object}`)"
    return sorted(opened.page.evaluate(code))


def go_to(opened: Opened, subject: str, verb: str, obj: str) -> str:
    opened.page.evaluate("id => kgView.act.go({ fact: id })", opened.fact(subject, verb, obj))
    return opened.text("#panel")


# A query's answer


def test_page_opens_on_what_a_select_names_under_its_summary(project, show):
    opened = show(project.view(query="who-lost"))
    assert opened.text("#title") == "Who lost to whom"
    assert "Cases" in opened.text("#origin")
    assert opened.page.evaluate("[...kgView.scene.view.shown.nodes].sort()") == ["cabello", "capriles"]
    assert shown(opened) == ["cabello kg:losesTo capriles"]
    assert "Who lost to whom." in opened.text("#panel .asked")
    opened.page.click("#panel .asked summary")
    assert "rdf:predicate kg:losesTo" in opened.text("#panel .asked pre")


def test_lines_that_no_statement_says_are_marked_as_given(project, show):
    opened = show(project.view(query="of-whom", parameters={"who": "Diosdado"}))
    assert opened.text("#title") == "Whom a person fought (who: Diosdado Cabello)"
    assert shown(opened) == ["cabello kg:losesTo capriles", "capriles http://x.org/beat cabello"]
    assert "given, no source" in opened.text("#legend")
    panel = opened.page.evaluate("id => (kgView.act.go({ fact: id }), document.querySelector('#panel').innerText)",
                                 opened.page.evaluate("kgView.model.lines.find((each) => each.given).id"))  # fmt: skip
    assert "the query gives it" in panel
    assert "rule" not in panel


def test_turtle_of_a_given_line_is_the_plain_triple(project, show):
    import pyoxigraph as ox

    opened = show(project.view(query="of-whom", parameters={"who": "cabello"}))
    opened.page.click("#tools .menu summary")
    with opened.page.expect_download() as caught:
        opened.page.click('#tools .items button:has-text("Turtle")')
    found = [str(t.triple) for t in ox.parse(Path(caught.value.path()).read_bytes(), ox.RdfFormat.TURTLE)]
    base = "https://example.org/cases/"
    assert f"<{base}capriles> <http://x.org/beat> <{base}cabello>" in found
    assert len([line for line in found if line.endswith("#Statement>")]) == 1


def test_what_lies_beside_the_answer_is_one_click_away_and_in_the_address(project, show):
    view = project.view(query="CONSTRUCT { ?a kg:governs ?b } WHERE { ?a kg:governs ?b }")
    opened = show(view)
    assert opened.text("#title") == "Cases"
    before = opened.page.evaluate("kgView.scene.view.shown.nodes.size")
    opened.page.click('#panel .asked button:has-text("beside it")')
    beside = opened.page.evaluate("kgView.model.facts.size")
    values = "[...kgView.scene.view.shown.nodes].flatMap((id) => kgView.model.nodes.get(id).values ?? []).length"
    assert len(shown(opened)) + opened.page.evaluate(values) == beside
    assert opened.page.evaluate("kgView.scene.view.shown.nodes.size") >= before
    again = show(view, opened.page.evaluate("location.hash"))
    assert shown(again) == shown(opened)
    opened.page.click('#panel .asked button:has-text("Only")')
    assert len(shown(opened)) < beside


def test_entities_that_nothing_ties_are_drawn_since_they_were_named(project, show):
    opened = show(project.view(query="SELECT ?a WHERE { VALUES ?a { :tachira :psuv } }"))
    assert opened.page.evaluate("[...kgView.scene.view.shown.nodes].sort()") == ["psuv", "tachira"]


def test_query_goes_with_about_day_language_and_title(project, show):
    options = {"about": "Capriles", "at": "2006-06-01", "lang": "es", "title": "Mi título", "depth": 1}
    opened = show(project.view(query="SELECT ?a ?b WHERE { ?a kg:governs ?b }", documents=project.root / "docs",
                               with_passages=True, **options))  # fmt: skip
    state = opened.state()
    assert (state["node"], state["at"], state["lang"]) == ("capriles", "2006-06-01", "es")
    assert opened.text("#title") == "Mi título"
    assert "Henrique Capriles Radonski" in opened.text("#panel h2")
    then = dict(opened.page.evaluate("[...kgView.scene.view.shown.then]"))
    assert opened.fact("cabello", "governs", "miranda") in then
    assert opened.fact("capriles", "governs", "miranda") not in then


def test_about_somebody_whom_the_query_does_not_name_is_refused(project):
    with pytest.raises(QueryError, match="no entity of what the query answers"):
        project.view(query="who-lost", about="ledezma")


def run(project: Project, *words: str, given: str | None = None) -> Any:
    return CliRunner().invoke(main, ["-C", str(project.root), *words], input=given, catch_exceptions=False)


def test_command_takes_a_name_a_file_or_standard_input(project, tmp_path):
    path = tmp_path / "asked.rq"
    path.write_text(OF_WHOM, encoding="utf-8")
    titles = {
        ("who-lost",): "Who lost to whom",
        (str(path), "-p", "who=cabello"): "Whom a person fought (who: Diosdado Cabello)",
        ("-",): "Who lost to whom",
    }
    for words, title in titles.items():
        done = run(project, "view", "-o", str(tmp_path / "out.html"), "--query", *words, given=WHO_LOST)
        assert done.exit_code == 0, done.output
        assert f"<title>{title}</title>" in (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "asked.rq" not in (tmp_path / "out.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "given", "code", "said"),
    [
        (("--query", "-"), "ASK { ?a ?b ?c }", 1, "no-picture: an ASK"),
        (("--query", "-"), "SELECT ?a WHERE { ?a kg:governs :psuv }", 1, "no-picture: the answer is empty"),
        (("--query", "-"), "SELECT (1 AS ?n) WHERE {}", 1, "no-picture: the answer (1 row)"),
        (("--query", "who-lots"), None, 1, "did you mean 'who-lost'"),
        (("--query", "of-whom"), None, 1, "no-picture: the answer is empty"),
        (("--query", "of-whom", "-p", "who"), None, 2, "NAME=VALUE"),
        (("-p", "who=cabello"), None, 2, "-p needs --query"),
        (("--with-passages",), None, 1, "no-document: the documents are not at hand"),
        (("--with-passages", "--documents", "nowhere"), None, 2, "nowhere"),
    ],
)
def test_what_cannot_be_shown_is_said_and_nothing_is_written(project, tmp_path, words, given, code, said):
    done = run(project, "view", "-o", str(tmp_path / "out.html"), *words, given=given)
    assert (done.exit_code, said in done.output) == (code, True), done.output
    assert not (tmp_path / "out.html").exists()


# Passages


def test_passage_stands_in_the_panel_with_its_lines_and_a_deep_link(project, show):
    opened = show(project.view(documents=project.root / "docs", with_passages=True))
    text = go_to(opened, "cabello", "governs", "miranda")
    assert "“Diosdado Cabello, who had governed Miranda & its towns since 2004”" in text
    assert "line 3 of minutes.txt" in text
    href = opened.page.get_attribute("#panel blockquote a", "href")
    assert href == "https://example.org/minutes#top:~:text=Diosdado%20Cabello%2C,since%202004"
    text = go_to(opened, "cabello", "losesTo", "capriles")
    assert "“lost\nto Henrique Capriles in the election”" in text
    assert "lines 3-4 of minutes.txt" in text


def test_no_word_of_a_passage_is_in_the_page_unless_it_was_asked_for(project):
    for options in ({}, {"documents": project.root / "docs"}):
        assert "who had governed Miranda" not in project.view(**options).html
    assert '"place":"3"' in project.view(documents=project.root / "docs").html
    assert '"place":"' not in project.view().html


def test_passages_are_text_however_they_read(project, show):
    path = project.root / "docs" / "minutes.txt"
    hostile = "</script><script>window.broken=1</script><img src=x onerror=alert(1)>"
    path.write_text(TEXT.replace("& its towns", hostile), encoding="utf-8")
    opened = show(project.view(documents=project.root / "docs", with_passages=True))
    assert "<img src=x onerror=alert(1)>" in go_to(opened, "cabello", "governs", "miranda")
    assert opened.page.evaluate("window.broken") is None
    assert opened.page.query_selector_all("#panel img, #panel script") == []


def test_a_whole_quoted_passage_has_a_deep_link_too(project, show):
    opened = show(project.view())
    go_to(opened, "capriles", "governs", "miranda")
    href = opened.page.get_attribute("#panel blockquote a", "href")
    assert href == "https://example.org/minutes#top:~:text=Nobody%20said%20more"


# Honest evidence


def test_places_that_the_lock_knows_are_those_of_the_passage(project, show):
    assert project.check(project.root / "docs", lock=True) == []
    opened = show(Project(project.root).view())
    text = go_to(opened, "capriles", "governs", "miranda")
    start = TEXT.index("Nobody said more") + 1
    assert f"characters {start}–{start + 15} of minutes.txt" in text


@pytest.mark.parametrize("lang", ["en", "es"])
def test_header_counts_documents_and_their_days_but_not_the_dataset(shipped, show, lang):
    opened = show(shipped.view(lang=lang))
    documents = {"en": "8 documents", "es": "8 documentos"}[lang]
    assert opened.text("#origin").endswith(f"{documents}, 2008-11-25 – 2008-11-30")
    assert f"{documents}, 2008-11-25 – 2008-11-30" in opened.text("#caption")
    assert opened.text("#panel h3:has(+ .documents)").split()[-1] == "8"
    last = opened.page.locator("#panel .documents li").last.inner_text()
    assert {"en": "makers of this dataset", "es": "quienes hicieron estos datos"}[lang] in last


def test_a_document_that_only_says_when_it_was_posted_is_dated_by_that(shipped, show):
    opened = show(shipped.view())
    fact = opened.fact("cabello", "losesTo", "capriles")
    opened.page.evaluate("id => kgView.act.go({ fact: id })", fact)
    assert "Lee Sustar, posted 2008-11-30" in opened.text("#panel")
    assert "undated" not in opened.text("#panel")


def test_rivals_on_different_questions_show_the_figures_that_clash(shipped, show):
    """Votes and a share that cannot both hold: their sentences are the same, their figures are the point."""
    opened = show(shipped.view(), "#node=psuv")
    opened.page.click('#panel .row:has-text("votes 5.4 million")')
    values = opened.page.locator("#panel .sides .value").all_inner_texts()
    assert "votes 5.4 million" in values[0]
    assert any("share about 57%" in text for text in values)
    assert any("just over 11 million" in text for text in values)


def test_table_has_the_details_of_each_fact_and_finds_them(show):
    opened = show(page_of())
    opened.page.click('#tools button:has-text("Table")')
    opened.page.fill("#table input", "cabello miranda governor election")
    (row,) = [text for text in opened.page.locator("#table tbody tr").all_inner_texts() if "loses to" in text] or [""]
    assert "in Miranda governor election 2008" in row
    heads = opened.page.locator("#table thead th").all_inner_texts()
    assert len(heads) == 6
    assert opened.page.locator("#table tbody tr").first.locator("th, td").count() == 6


# Details


def test_path_leads_through_details_and_each_step_names_its_fact(show):
    """An election in which somebody lost is tied to nobody else by a line."""
    text = sample.nquads().replace(f"<{sample.KG}standsIn>", f"<{sample.KG}describes>")
    opened = show(page_of(text), "#hideVerbs=kg%3Awins~kg%3Adescribes")
    opened.click_node("cabello")
    opened.page.click('#panel button:has-text("Path to")')
    assert opened.page.evaluate("document.activeElement.id") == "query"
    assert opened.page.get_attribute("#query", "placeholder") == "Search the other end"
    opened.page.keyboard.type("/miranda governor")
    opened.page.keyboard.press("Enter")
    panel = opened.text("#panel")
    assert "From Diosdado Cabello to Miranda governor election 2008" in panel
    assert "loses to Henrique Capriles Radonski" in panel
    front = opened.page.evaluate("[...kgView.scene.view.front.nodes].sort()")
    assert front == ["cabello", "capriles", "miranda-2008"]
    assert opened.page.evaluate("kgView.scene.view.front.lines.size") == 1


def test_entity_lists_the_facts_of_which_it_is_a_detail(show):
    opened = show(page_of(), "#node=miranda-2008")
    text = opened.text("#panel")
    assert "PART OF THESE FACTS" in text.upper()
    assert "Diosdado Cabello loses to Henrique Capriles Radonski" in text


# From Python


def test_everything_that_holds_a_graph_can_be_shown(project):
    title = "Cases"
    network = project.network()
    for each in (project, str(project.root), Path(project.root), network, network.subgraph(list(network)[:4])):
        view = kg.view(each)
        assert (view.title, f"<title>{title}</title>" in view.html, str(view)) == (title, True, view.html)
    assert kg.view(project).html == project.view().html == kg.view(network).html
    graph = kg.view(project.graph(), title="Of an rdflib graph", lang="es")
    assert "<title>Of an rdflib graph</title>" in graph.html
    assert kg.view(project, query="who-lost", height=300).height == 300


@pytest.mark.parametrize("wrong", [5, [], nx.Graph(), nx.MultiDiGraph(), None])
def test_what_holds_no_graph_is_refused(wrong):
    with pytest.raises(TypeError, match=r"kg\.view takes a project"):
        kg.view(wrong)


def test_view_is_saved_whole(project, tmp_path):
    view = project.view()
    assert view.save(tmp_path / "a.html") == tmp_path / "a.html"
    assert (tmp_path / "a.html").read_bytes() == view.html.encode()
    with pytest.raises(OSError, match="nowhere"):
        view.save(tmp_path / "nowhere" / "a.html")


def test_kg_view_is_a_module_that_can_be_called():
    from kg import view
    from kg.view import View

    assert kg.view is view
    assert view.View is View
    assert callable(view)


@pytest.fixture
def notebook(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Returns a function that opens a page which shows a view as notebooks do, and gives the page and the frame."""
    faults: list[str] = []
    contexts = []

    def open_frame(view: Any) -> Any:
        cell = f"<!doctype html><title>notebook</title><h1>Out[1]</h1><div>{view._repr_html_()}</div>"
        (tmp_path / "notebook.html").write_text(cell, encoding="utf-8")
        contexts.append(browser.new_context(offline=True, accept_downloads=True))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
        page.goto((tmp_path / "notebook.html").as_uri())
        frame = page.frames[1]
        frame.wait_for_selector('html[data-ready="1"]', state="attached")
        return page, frame

    yield open_frame
    for context in contexts:
        context.close()
    assert faults == []


def test_frame_of_a_notebook_works_offline_and_leaves_the_notebook_alone(project, notebook):
    page, frame = notebook(project.view(title='Said "so" & <b>'))
    assert page.get_attribute("iframe", "title") == 'Said "so" & <b>'
    assert frame.inner_text("#title") == 'Said "so" & <b>'
    assert page.locator("iframe").bounding_box()["height"] >= 600
    before = page.url, page.evaluate("history.length")
    frame.fill("#query", "diosdado")
    frame.press("#query", "Enter")
    assert "loses to Henrique Capriles" in frame.inner_text("#panel")
    frame.click('#panel .row:has-text("loses to")')
    assert "WHO SAYS SO" in frame.inner_text("#panel").upper()
    frame.click('button[aria-label="Undo"]')
    frame.click('#tools button:has-text("Español")')
    assert "pierde" in frame.inner_text("#panel")
    frame.click('#tools button:has-text("Tabla")')
    frame.press("#table input", "Escape")
    assert (page.url, page.evaluate("history.length")) == before
    frame.click("#tools .menu summary")
    items = frame.locator("#tools .items button").all_inner_texts()
    assert [text for text in items if "Enlace" in text or "Imprimir" in text] == []
    with page.expect_download() as caught:
        frame.click('#tools .items button:has-text("CSV")')
    assert Path(caught.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")


def test_frame_sees_nothing_outside_itself(project):
    frame = project.view()._repr_html_()
    attributes = frame.split("srcdoc=", 1)[0]
    assert "allow-scripts" in attributes
    assert "allow-same-origin" not in frame.split(">", 1)[0].rsplit('srcdoc="', 1)[0]
    assert re.fullmatch(r'<iframe [^<>]*srcdoc="[^<>"]*"></iframe>', frame)


@pytest.mark.parametrize("state", ["query", "given", "detail", "besides"])
def test_accessible_by_axe_in_both_colour_schemes(project, show, state, barriers):
    passages = {"documents": project.root / "docs", "with_passages": True}
    view = project.view(query="of-whom", parameters={"who": "cabello"}, **passages)
    opened = show(view, color_scheme="light", bypass_csp=True)
    if state == "given":
        opened.page.evaluate("kgView.act.go({ fact: kgView.model.lines.find((each) => each.given).id })")
    elif state == "detail":
        go_to(opened, "cabello", "losesTo", "capriles")
    elif state == "besides":
        opened.page.evaluate("kgView.act.besides()")
    assert barriers(opened.page) == []
    opened.page.emulate_media(color_scheme="dark")
    opened.page.wait_for_selector('html[data-theme="dark"]', state="attached")
    assert barriers(opened.page, *COLOURS) == []


def test_page_of_a_query_fits_a_phone(project, show):
    view = project.view(query="who-lost", title="A heading that is so long that it needs more than one line of a phone")
    opened = show(view, viewport={"width": 390, "height": 844}, has_touch=True)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.page.locator("#title").bounding_box()["height"] < 50


def test_same_query_gives_the_same_bytes(project):
    views = [Project(project.root).view(query="of-whom", parameters={"who": "cabello"}).html for _ in range(2)]
    assert views[0] == views[1]
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', views[0], re.DOTALL)[1])
    assert data["query"]["name"] == "of-whom"
    assert os.fspath(project.root) not in views[0]
