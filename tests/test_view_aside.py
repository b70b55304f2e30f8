"""What a page sets aside at first, how it says so, and how it tells both sides of what sources dispute."""

from __future__ import annotations

import re
from typing import Any

import network_sample as sample
import pytest
import test_view_options
from network_sample import BASE, quantity, said
from test_view import page_of

from kg.network import network
from kg.view.opening import ASIDE, FEW, WHOLE, aside, opening

show = test_view_options.show

PAPER, OTHER = "gazette", "herald"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def council(people: int = 2, topics: int = 2) -> str:
    """Returns a dataset of people about the first; topic 0 is alleged of them, topic 1 denied, the others asserted."""
    documents = [(PAPER, "Document", "Gazette", ()), (OTHER, "Document", "Herald", ())]
    entities = [(f"p{i}", "Person", f"Person {i:03}", ()) for i in range(people)]
    entities += [(f"t{i}", "Topic", f"topic {i:03}", ()) for i in range(topics)]
    facts: list[tuple[Any, ...]] = [("p0", "supports", f"p{i}", {}, [said(PAPER, f"{i}")]) for i in range(1, people)]
    for i in range(topics):
        status = ("alleged", "denied", "asserted")[min(i, 2)]
        facts.append(("p0", "linkedTo", f"t{i}", {}, [said(PAPER, f"t{i}", status=status)]))
    facts += [
        ("p1", "linkedTo", "p0", {}, [said(PAPER, "accused", status="alleged"), said(OTHER, "no", status="denied")]),
        ("p1", "participatesIn", "p0", {}, [said(PAPER, "took part"), said(OTHER, "did not", status="denied")]),
        ("p1", "wonVotes", quantity("39", "39", "39", "39"), {}, [said(PAPER, "39")]),
        ("p1", "wonVotes", quantity("41", "41", "41", "41"), {}, [said(OTHER, "41")]),
    ]
    rivals = [("contradicts", [("p1", "wonVotes", 0), ("p1", "wonVotes", 1)])]
    return sample.nquads(documents + entities, facts, rivals, ())


def opened_on(text: str, about: str | None = None, depth: int = 1) -> tuple[list[str], set[str]]:
    """Returns the kinds that a page hides at first, and which topics it draws."""
    graph = network(sample.store(text), BASE)
    first = opening(graph, about and BASE + about, depth)
    shown = graph if first["open"] is None else first["open"]
    topics = {name for name in shown if graph.nodes[name]["kind"] == "Topic"}
    drawn = set() if "Topic" in first["hideKinds"] else {name.removeprefix(BASE) for name in topics}
    return first["hideKinds"], drawn


def test_small_network_opens_with_its_topics():
    assert opened_on(council(people=FEW - 4, topics=4)) == (["Document"], {"t0", "t1", "t2", "t3"})


def test_bigger_network_opens_with_the_topics_that_are_disputed():
    assert opened_on(council(people=FEW - 3, topics=4)) == (["Document"], {"t0", "t1"})


def test_bigger_network_without_disputed_topics_opens_as_it_did():
    graph = network(sample.store(council(people=FEW + 1, topics=0)), BASE)
    assert aside(graph) == ASIDE
    first = opening(graph, None, 1)
    assert first["hideKinds"] == ["Document", "Topic"]
    assert first["open"] is None


def test_network_that_opens_on_its_core_sets_all_topics_aside():
    assert opened_on(council(people=WHOLE + 1, topics=4)) == (["Document", "Topic"], set())


@pytest.mark.parametrize(
    ("people", "topics", "shown"),
    [(9, 4, {"t0", "t1", "t2", "t3"}), (9, FEW, {"t0", "t1"}), (WHOLE + 1, 9, {"t0", "t1"})],
)
def test_page_about_one_shows_its_topics_or_where_these_are_many_the_disputed(people, topics, shown):
    assert opened_on(council(people, topics), about="p0")[1] == shown


def test_topic_two_steps_away_waits_where_one_step_was_asked():
    assert "t0" not in opened_on(council(9, FEW), about="p1")[1]
    assert "t0" in opened_on(council(9, FEW), about="p1", depth=2)[1]


# In the browser


def drawn(opened: Any) -> set[str]:
    return set(opened.page.evaluate("[...kgView.scene.view.shown.nodes]"))


def test_allegation_against_somebody_is_drawn_at_once(show):
    opened = show(page_of(council()))
    assert {"p0", "t0", "t1"} <= drawn(opened)
    assert not opened.page.is_visible("#aside button:has-text('topic')")


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_page_says_what_is_set_aside_and_a_button_shows_it(show, options):
    opened = show(page_of(council(people=9, topics=FEW), about="p0"), **options)
    assert "t5" not in drawn(opened)
    opened.page.evaluate("kgView.act.go({})")  # the sheet of a phone lies over it
    assert f"Set aside: {FEW - 2} topics" in opened.text("#aside")
    opened.page.click("#aside button:has-text('topics')")
    assert {f"t{i}" for i in range(FEW)} <= drawn(opened)
    assert not opened.page.is_visible("#aside button:has-text('topics')")
    opened.page.evaluate("kgView.act.undo()")
    assert f"{FEW - 2} topics" in opened.text("#aside")


def test_facts_that_a_rule_gives_are_set_aside_with_a_word(show):
    opened = show(page_of())
    before = opened.page.evaluate("kgView.scene.view.shown.lines.length")
    assert "3 facts" in opened.text("#aside")
    opened.page.click("#aside button:has-text('3 facts')")
    assert opened.page.evaluate("kgView.scene.view.shown.lines.length") == before + 3


def test_what_is_set_aside_is_said_in_spanish(show):
    opened = show(page_of(lang="es"))
    assert opened.text("#aside").startswith("Aparte: ")
    assert "3 hechos" in opened.text("#aside")
    assert "documentos" in opened.text("#aside")
    labels = opened.page.locator("#aside button").evaluate_all("found => found.map((one) => one.ariaLabel)")
    assert "Mostrar 3 hechos" in labels


def test_line_is_gone_where_nothing_is_set_aside(show):
    opened = show(page_of(council(people=3, topics=2)), "#bare=1&hideKinds=")
    assert not opened.page.is_visible("#aside")


LONER = ("loner", "Person", "A person of whom only a document speaks", ())
"""Somebody tied to nobody whom the page draws at first."""


def lonely() -> str:
    documents = [(PAPER, "Document", "Gazette", ()), (OTHER, "Document", "Herald", ())]
    people = [(f"p{i}", "Person", f"Person {i:03}", ()) for i in range(3)]
    facts = [
        ("p0", "supports", "p1", {}, [said(PAPER, "1")]),
        ("p0", "supports", "p2", {}, [said(PAPER, "2")]),
        (PAPER, "linkedTo", "loner", {}, [said(PAPER, "3")]),
    ]
    return sample.nquads([*documents, *people, LONER], facts, (), ())


def counted(opened: Any) -> tuple[int, int, int]:
    """Returns how many entities are drawn, how many are said to be set aside, and how many there are."""
    aside = opened.text("#aside") if opened.page.is_visible("#aside") else ""
    kinds = sum(int(n) for n in re.findall(r"(\d+) (?:documents?|topics?|without)", aside))
    return (*opened.page.evaluate("[kgView.scene.view.shown.nodes.size]"), kinds, opened.page.evaluate(
        "kgView.model.nodes.size"
    ))  # fmt: skip


@pytest.mark.parametrize("text", [lonely(), council(), None], ids=["lonely", "council", "sample"])
def test_what_is_drawn_and_what_is_set_aside_add_up_to_all(show, text):
    opened = show(page_of(text))
    drawn, aside, every = counted(opened)
    assert drawn < drawn + aside == every


def test_who_stands_in_no_drawn_fact_is_said_and_drawn_when_asked_for(show):
    opened = show(page_of(lonely()))
    assert "loner" not in drawn(opened)
    assert opened.text("#aside") == "Set aside: 1 document · 2 without a drawn fact"
    opened.page.click("#aside button:has-text('without a drawn fact')")
    assert drawn(opened) == {"p0", "p1", "p2", "loner", PAPER, OTHER}
    assert not opened.page.is_visible("#aside")
    opened.page.evaluate("kgView.act.undo()")
    assert "loner" not in drawn(opened)
    opened.page.evaluate("kgView.act.reset()")
    assert "2 without a drawn fact" in opened.text("#aside")


def test_whom_the_reader_hides_is_not_set_aside(show):
    """Neither a verb that is unticked nor a day nor a class makes the page say that it sets entities aside."""
    opened = show(page_of(lonely()))
    said = opened.text("#aside")
    verb = opened.page.evaluate("kgView.model.lines.find(({ object }) => object === 'p2').property")
    opened.page.evaluate(f"kgView.store.set({{ hideVerbs: [{verb!r}] }})")
    assert drawn(opened) == set()
    assert opened.text("#aside") == said
    opened.page.evaluate("kgView.act.reset()")
    opened.page.evaluate("kgView.store.set({ hideClasses: [kgView.model.nodes.get('p0').class] })")
    assert opened.text("#aside") == "Set aside: 2 without a drawn fact"  # the documents: all people are hidden
    opened.page.evaluate("kgView.store.set({ hideClasses: [], at: '2008-11-23' })")
    assert "without" not in opened.text("#aside")


def test_best_connected_have_a_line_and_each_stands_in_one_row(show):
    opened = show(page_of(lonely()), "#bare=1&hideKinds=")
    rows = opened.page.locator("#panel .hubs li")
    assert all(int(count) > 0 for count in rows.locator(".soft").all_inner_texts())
    assert rows.count() == 5
    tops = """rows => rows.map((row) => [...row.children].map((each) => each.getBoundingClientRect()))
      .every((boxes) => boxes.every(({ x }, i) => !i || x >= boxes[i - 1].right))"""
    assert rows.evaluate_all(tops)


@pytest.mark.parametrize("touch", [True, False])
@pytest.mark.parametrize(("width", "told"), [(1400, False), (390, True)])
def test_the_button_of_the_filters_is_named_where_it_is_shown(show, width, told, touch):
    opened = show(page_of(council()), viewport={"width": width, "height": 900}, has_touch=touch)
    opened.page.evaluate("kgView.act.overview()")
    assert opened.page.is_visible("#drawer") == told
    assert opened.page.get_by_text("The filters are behind").is_visible() == told


def row_of(opened: Any, heading: str, words: str) -> str:
    """Returns a row of the panel as one reads it."""
    assert heading in opened.text("#panel h3 >> nth=0").lower()
    return " ".join(opened.page.locator(f"#panel .row:has-text('{words}') .what").first.inner_text().split())


def test_start_panel_has_both_values_of_what_sources_dispute(show):
    opened = show(page_of(council()))
    assert row_of(opened, "where sources disagree", "won votes") == "Person 001 won votes 39 ↔ 41"
    where = opened.page.locator("#panel .row:has-text('won votes') .where").inner_text()
    assert where == "Gazette; Herald"


def test_start_panel_has_both_manners_where_the_value_is_the_same(show):
    opened = show(page_of(council()))
    assert row_of(opened, "where sources disagree", "linked to") == "Person 001 linked to Person 000 alleged ↔ denied"


def pills_of(opened: Any, rows: str) -> list[str]:
    return opened.page.locator(f"{rows} .pill").all_inner_texts()


def test_lists_and_table_say_that_somebody_denies_it(show):
    opened = show(page_of(council()), "#node=p1")
    assert pills_of(opened, "#panel .row:has-text('linked to')") == ["alleged", "denied", "contested"]
    assert pills_of(opened, "#panel .row:has-text('takes part in')") == ["asserted", "denied", "contested"]
    opened.page.evaluate("kgView.act.table()")
    assert pills_of(opened, "#table tr:has-text('takes part in')") == ["asserted", "denied", "contested"]


def test_legend_counts_and_keeps_what_some_source_denies(show):
    opened = show(page_of(council()))
    row = opened.page.locator('#legend label:has-text("denied")')
    assert row.locator(".count").inner_text() == "3"
    how = opened.page.locator("#legend details", has=opened.page.locator("summary", has_text="How it is said"))
    how.locator("button", has_text="none").click()
    row.click()
    opened.page.locator('#legend label:has-text("contested")').click()
    assert opened.page.evaluate("kgView.scene.view.shown.lines.length") == 3
