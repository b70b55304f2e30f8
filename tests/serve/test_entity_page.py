"""The page of an entity: who says what about it, where, and what the others say; its network grows as one opens it."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import network_sample as sample
import pytest
from conftest import COLOURS

from kg.serve.pages.timeline import timeline, when

HTML = "text/html"
ROOT = "/venezuela-2008/"
KEY = "statement/1686a0981e98deaf"


def text_of(html: str) -> str:
    """Returns the words of a page's main part, as one reads them."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert main
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main[0]))).replace(" ,", ",").strip()


# What stands there


def test_facts_stand_under_their_verbs_with_who_says_so_and_where(server: Any) -> None:
    html = server.get(ROOT + "capriles.html").text
    text = text_of(html)
    assert "Henrique Capriles Radonski also Capriles Radonski, Capriles," in text
    assert "is charged with Cuban embassy siege 2002" in text
    source = "Opposition gains mar Chavista election win by Lee Sustar · 2008-11-30"
    assert f"alleged {source} “implicated in a … embassy”" in text
    assert re.search(r"… loses to Henrique Capriles Radonski Diosdado Cabello, in Miranda governor election 2008", text)
    assert re.search(r"Written at facts/[a-z-]+\.yaml:\d+", text)
    assert re.search(r'<div class="fact alleged" id="[0-9a-f]{16}">', html)
    assert "No document says so: the rule loses to gives defeats gave it. Whoever somebody loses to" in text


def test_rivals_stand_beside_a_contested_fact(server: Any) -> None:
    html = server.get(ROOT + "psuv.html").text
    rivals = r'<div class="fact asserted contested".*?<ul class="sides">(.*?)</ul>\s*</details>'
    fact = re.search(rivals, html, re.DOTALL)
    assert fact
    assert 'class="pill contested">' in fact[1]
    assert '<li class="side' in fact[1]
    assert "pill contested" in html.split('class="tally"')[1].split("</p>")[0]


def test_what_some_source_denies_is_said_and_counted(server: Any) -> None:
    """A fact that one source alleges and another denies has both badges and stands in both counts."""
    html = server.get(ROOT + "chavez.html").text.split('<h2 id="said"')[0]
    tally = dict(re.findall(r'<span class="pill (\w+)">(\d+)', html.split('class="tally">')[1].split("</p>")[0]))
    own = re.findall(r'<div class="fact \w+[^>]*>\s*<p class="sentence">(.*?)</p>', html, re.DOTALL)
    badges = [re.findall(r'<span class="pill (\w+)">', sentence) for sentence in own]
    assert ["alleged", "denied", "contested"] in badges
    for name in ("alleged", "denied"):
        assert int(tally[name]) == sum(name in found for found in badges)


def also_of(html: str, statement: str) -> list[tuple[str, str]]:
    """Returns what is said to be said of the same two beside a statement on a page: text and address."""
    fact = re.search(rf'<div class="fact[^"]*" id="{statement}">.*?</div>', html, re.DOTALL)
    assert fact
    line = re.search(r'<p class="also small">(.*?)</p>', fact[0], re.DOTALL)
    return re.findall(r'<a href="([^"]*)"><bdi>(.*?)</bdi></a>(?: \((.*?)\))?', line[1]) if line else []


def statement_of(html: str, verb: str) -> str:
    group = re.search(rf'<bdi>{verb}</bdi></a></h3>(.*?)</section>', html, re.DOTALL)
    assert group
    return re.search(r'<div class="fact[^"]*" id="([^"]*)"', group[1])[1]


def test_a_fact_says_what_else_is_said_of_the_same_two_and_takes_no_side(server: Any) -> None:
    """The charge, its end and the alleged link stand under verbs of their own; each leads to the others."""
    html = server.get(ROOT + "capriles.html").text
    ids = {verb: statement_of(html, verb) for verb in ("is charged with", "has charges dropped over", "linked to")}
    for verb, statement in ids.items():
        found = {text: (to, status) for to, text, status in also_of(html, statement)}
        assert set(found) == {*ids, "takes part in"} - {verb}
        assert all(found[other][0] == f"#{key}" for other, key in ids.items() if other != verb)
        assert {text: status for text, (_, status) in found.items() if status} == (
            {} if verb == "linked to" else {"linked to": "alleged"}
        )
        assert list(found) == sorted(found)
    assert "Also said of these two: has charges dropped over · linked to (alleged) · takes part in" in text_of(html)
    assert also_of(html, statement_of(html, "comes from")) == []
    there = server.get(ROOT + "cuban-embassy-siege-2002.html").text
    assert len(also_of(there, ids["linked to"])) == 3


def test_the_page_of_a_statement_leads_to_the_others_on_the_same_two(server: Any) -> None:
    capriles = server.get(ROOT + "capriles.html").text
    charged, linked = (statement_of(capriles, verb) for verb in ("is charged with", "linked to"))
    found = also_of(server.get(f"{ROOT}statement/{charged}.html").text, charged)
    assert f"{ROOT}statement/{linked}" in {to for to, _, _ in found}
    votes = statement_of(server.get(ROOT + "psuv.html").text, "contests")
    assert "contests" in {text for _, text, _ in also_of(server.get(f"{ROOT}statement/{votes}.html").text, votes)}


def test_what_stands_beside_a_fact_is_told_by_what_it_means(server: Any) -> None:
    html = server.get(ROOT + "psuv.html").text
    summaries = re.findall(r'<details class="rivals".*?<summary>(.*?)</summary>', html)
    said = {re.sub(r"<[^>]*>", "", one) for one in summaries}
    assert any("figures do not add up with those of" in one for one in said)
    assert any("says the same, more or less exactly" in one or "wider or narrower" in one for one in said)
    assert not any("beside it" in one for one in said)
    spanish = server.get(ROOT + "psuv.html?lang=es").text
    assert "sus cifras no cuadran con las de" in spanish.lower()


def test_labels_follow_the_language(server: Any) -> None:
    html = server.get(ROOT + "capriles.html?lang=es").text
    assert "persona" in text_of(html)
    assert "pierde contra" in text_of(html) or "perdió" in text_of(html) or "gana" in text_of(html)
    assert 'lang=es&amp;small=1"' in html
    assert server.get(ROOT + "capriles.html?lang=xx").text == server.get(ROOT + "capriles.html").text


def test_dates_are_said_in_words_in_the_language_of_the_page(server: Any) -> None:
    address = ROOT + "di-martino.html"
    assert "until 2008-11-27 or earlier" in text_of(server.get(address).text)
    assert "2008-11-27 o antes" in text_of(server.get(f"{address}?lang=es").text)


def test_a_document_shows_what_it_says(server: Any) -> None:
    text = text_of(server.get(ROOT + "opposition-gains.html").text)
    assert re.search(r"What it says \d+ facts, in reading order", text)


def test_a_speaker_shows_what_is_said(server: Any) -> None:
    assert re.search(r"Said by Hugo Chávez \d+ facts", text_of(server.get(ROOT + "chavez.html").text))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (KEY, "statement Henrique Capriles Radonski takes part in Cuban embassy siege 2002"),
        ("evidence/82b1a34f44c76369", "evidence Evidence"),
        ("quantity/65.45%2525", "Facts that name it"),
        ("disagreement/90ef60d253f79d89", "different scope"),
    ],
)
def test_what_statements_are_made_of_has_pages(server: Any, path: str, words: str) -> None:
    response = server.get(f"{ROOT}{path}.html")
    assert response.status_code == 200
    assert words in text_of(response.text)


def test_pages_offer_their_data(server: Any) -> None:
    html = server.get(ROOT + "capriles.html").text
    for suffix, media in (("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("rdf", "application/rdf+xml")):
        assert f'<link rel="alternate" type="{media}"' in html
        assert f'href="{ROOT}capriles.{suffix}"' in html


def test_pages_hold_nothing_that_their_policy_forbids(server: Any) -> None:
    for path in ("psuv.html", f"{KEY}.html", "evidence/82b1a34f44c76369.html"):
        html = server.get(ROOT + path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\s(src=|type=.application/json))", html)


EVIL = '</script><img src=x onerror=alert(1)>"'
HOSTILE = f"""
source: paper
entities:
  evil:
    type: Person
    name: {json.dumps(EVIL)}
    also: ["<b>bold</b>", "{{{{ 7*7 }}}}", "javascript:alert(2)"]
  site:
    type: Document
    name: A document of the web
    url: https://example.org/story?a=1&b=2
facts:
  - evil governs Miranda: {{source: site, at: "governed <i>badly</i>"}}
  - evil loses to Capriles: {{source: letter, at: "lost to him", note: "<script>alert(4)</script>"}}
"""


def test_hostile_names_are_text_and_links_lead_to_passages(case_project: Any, serve: Any) -> None:
    server = serve(case_project({"facts/evil.yaml": HOSTILE}).root)
    html = server.get("/cases/evil.html").text
    assert "<img src=x" not in html
    assert "<script>alert" not in html
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&#34;" in html
    assert "{{ 7*7 }}" in unescape(html)
    assert 'href="https://example.org/story?a=1&amp;b=2#:~:text=governed%20%3Ci%3Ebadly%3C%2Fi%3E"' in html
    assert 'href="javascript' not in html
    network = server.get("/cases/evil.network")
    assert "</script><img" not in network.text
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', network.text, re.DOTALL)
    assert data
    assert EVIL in [node["label"] for node in json.loads(data[1])["nodes"]]


def test_a_graph_full_of_traps_is_browsed_unharmed(tmp_path: Path, serve: Any) -> None:
    (tmp_path / "traps.nq").write_text(sample.hostile(), encoding="utf-8")
    server = serve(tmp_path, "--data", str(tmp_path / "traps.nq"))
    for name in ("script", "separators", "cabello", "venezuela-2008", "bad-doc"):
        response = server.get(f"/browse?iri={sample.BASE}{name}", accept=HTML)
        assert response.status_code == 200, name
        assert not re.search(r'<script>|<img|href="(javascript|data)', response.text)


# Time


def dated(*bounds: str | None) -> dict[str, Any]:
    return {"iri": "x:" + "".join(map(str, bounds)), "bounds": list(bounds), "status": "asserted"}


def test_a_timeline_tells_what_is_certain_from_what_is_possible() -> None:
    day, years = dated(*["2008-11-23"] * 4), dated("2004-01-01", "2004-12-31", "2008-01-01", "2008-12-31")
    begun, then = dated("2006-01-01", "2006-01-01", None, None), dated(None, "2007-01-01", "2007-01-01", None)
    found = timeline([day, years, begun, then])
    assert found
    rows = {row["fact"]["iri"]: row for row in found["rows"]}
    texts = ["2004 – 2008", "from 2006-01-01", "at least 2007-01-01", "2008-11-23"]
    assert [row["text"].format(first=row["first"], last=row["last"]) for row in found["rows"]] == texts
    point = rows[day["iri"]]
    assert (point["possible"]["width"], point["certain"]["width"]) == (0, 0)
    span = rows[years["iri"]]
    assert span["possible"]["x"] < span["certain"]["x"]
    assert span["certain"]["width"] < span["possible"]["width"]
    ends = [row["possible"]["x"] + row["possible"]["width"] for row in (rows[begun["iri"]], rows[then["iri"]])]
    assert (ends, rows[then["iri"]]["possible"]["x"]) == ([100, 100], 0)
    assert all(0 <= row["possible"]["x"] <= 100 for row in found["rows"])
    assert [tick["year"] for tick in found["ticks"]] == [2004, 2005, 2006, 2007, 2008, 2009][: len(found["ticks"])]
    assert timeline([dated(None, None, None, None)]) is None


@pytest.mark.parametrize("first", ["0001-01-01", "-0500-01-01", "1500-01-01", "12000-01-01"])
def test_a_timeline_takes_any_year(first: str) -> None:
    found = timeline([dated(*[first] * 4), dated(*["2008-11-23"] * 4)])
    assert found
    assert all(0 <= row["possible"]["x"] <= 100 for row in found["rows"])
    assert len(found["ticks"]) <= 8


def test_days_that_make_a_month_or_a_year_are_told_so() -> None:
    assert when(["2002-04-01", "2002-04-30", "2002-04-01", "2002-04-30"]) == ("{first}", ("2002-04",))
    assert when(["2002-01-01", "2002-12-31", "2002-01-01", "2002-12-31"]) == ("{first}", ("2002",))


@pytest.mark.parametrize(("month", "last"), [
    ("2008-01", 31), ("2008-02", 29), ("2007-02", 28), ("1900-02", 28), ("2008-04", 30), ("0000-02", 29),
])  # fmt: skip
def test_only_all_days_of_a_month_are_told_as_the_month(month: str, last: int) -> None:
    """Up to its last day in that year, and from its first."""
    for day in range(27, last):
        assert timeline_span(f"{month}-01", f"{month}-{day}") == f"{month}-01 – {month}-{day}"
    assert timeline_span(f"{month}-01", f"{month}-{last}") == month
    assert timeline_span(f"{month}-02", f"{month}-{last}") == f"{month}-02 – {month}-{last}"


@pytest.mark.parametrize("month", ["12000-02", "-0500-02"])
def test_a_month_beyond_the_calendar_is_told_by_its_days(month: str) -> None:
    assert timeline_span(f"{month}-01", f"{month}-28") == f"{month}-01 – {month}-28"


def timeline_span(first: str, last: str) -> str:
    """Returns what certainly lies between two days as the timeline tells it."""
    text, values = when([None, first, last, None])
    assert text == "at least {first}"
    return values[0]


# In a browser


def shown(page: Any, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("load")


def network_in(page: Any) -> Any:
    """Returns the frame with the network, once it is drawn."""
    page.locator("iframe.network").scroll_into_view_if_needed()
    page.frame_locator("iframe.network").locator('html[data-ready="1"]').wait_for(state="attached")
    return next(frame for frame in page.frames if ".network" in frame.url)


@pytest.mark.parametrize(
    "path",
    ["psuv.html", f"{KEY}.html?lang=es", "quantity/65.45%2525.html", "solidarity-statement.html"],
)
def test_accessible_by_axe_in_both_colour_schemes(page: Any, path: str, barriers) -> None:
    """The page of a document, too, here one with as many kinds of facts as there are on any, but fewer of each."""
    page.emulate_media(color_scheme="light")
    shown(page, ROOT + path)
    if page.locator("iframe.network").count():
        network_in(page)
    for opener in page.locator("details.contents summary").all():
        opener.click()
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page, *COLOURS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_small_network_is_accessible_by_axe(page: Any, scheme: str, barriers) -> None:
    page.emulate_media(color_scheme=scheme)
    shown(page, ROOT + "psuv.network?small=1")
    page.wait_for_selector('html[data-ready="1"]', state="attached")
    assert barriers(page) == []


@pytest.mark.parametrize("path", ["psuv.html", "chavez.html", f"{KEY}.html"])
def test_a_phone_shows_it_without_scrolling_sideways(page: Any, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    shown(page, ROOT + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_keyboard_reaches_facts_and_network(page: Any) -> None:
    shown(page, ROOT + "capriles.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    seen = set()
    for _ in range(150):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.closest('.fact, .choices, iframe, .formats')?.className ?? ''"))
    assert {"choices", "fact asserted", "fact alleged", "network", "formats"} <= seen


def test_the_page_works_without_scripts(browser: Any, server: Any) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(ROOT + "capriles.html")
    page.get_by_role("link", name="Diosdado Cabello").first.click()
    assert page.url.endswith("/cabello.html")
    context.close()


def test_the_network_stands_in_the_page_and_leads_to_pages(page: Any) -> None:
    shown(page, ROOT + "capriles.html")
    frame = network_in(page)
    assert frame.evaluate("kgView.scene.view.shown.nodes.size") > 5
    assert page.locator("iframe.network").get_attribute("title") == "Network around Henrique Capriles Radonski"
    frame.evaluate("kgView.act.go({node: 'cabello'})")
    with page.expect_navigation():
        frame.get_by_text("Open its page").click()
    assert page.url.endswith(ROOT + "cabello.html")


GROWN = """() => ({
  open: kgView.store.state().open, facts: kgView.model.facts.size,
  places: kgView.store.state().open.map((id) => kgView.scene.network.getPosition(id)) })"""


def expanded(page: Any, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the network around Capriles before and after a double click on one of its entities."""
    page.goto("about:blank")
    shown(page, ROOT + "capriles.network")
    page.wait_for_selector('html[data-ready="1"]', state="attached")
    before = page.evaluate(GROWN)
    point = page.evaluate("name => kgView.scene.pointOf(name)", name)
    with page.expect_response("**/neighbours.json*") as answer:
        page.locator("#canvas").dblclick(position=point)
    assert answer.value.status == 200
    page.wait_for_function("count => kgView.store.state().open.length > count", arg=len(before["open"]))
    return before, page.evaluate(GROWN)


def test_a_double_click_fetches_neighbours_from_the_server(page: Any) -> None:
    before, after = expanded(page, "cabello")
    assert after["open"][: len(before["open"])] == before["open"]
    assert after["facts"] > before["facts"]
    assert after["places"][: len(before["places"])] == before["places"]
    assert "miranda" in after["open"]
    again = page.evaluate("kgView.model.facts.size")
    page.evaluate("kgView.act.open('cabello')")
    assert page.evaluate("kgView.model.facts.size") == again


def test_the_same_opening_gives_the_same_picture(page: Any) -> None:
    _, first = expanded(page, "cabello")
    _, second = expanded(page, "cabello")
    assert first == second


def test_what_was_fetched_has_its_evidence_and_its_place_in_the_legend(page: Any) -> None:
    expanded(page, "cabello")
    page.evaluate("kgView.act.go({node: 'cabello'})")
    text = page.locator("#panel").inner_text()
    assert "Diosdado Cabello" in text
    assert "Opposition gains mar Chavista election win" in text
    facts = page.evaluate("kgView.model.facts.size")
    whole = page.evaluate("""fetch('/neighbours.json?iri=https://kg.example/venezuela-2008/cabello')
        .then((response) => response.json())
        .then(({ edges }) => edges.every(({ id }) => kgView.model.facts.has(id)))""")
    assert whole
    assert str(facts) in page.locator("#origin").inner_text()


def test_a_server_that_is_gone_is_told(browser: Any, server: Any) -> None:
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    page.goto(ROOT + "capriles.network")
    page.wait_for_selector('html[data-ready="1"]', state="attached")
    context.set_offline(True)
    page.evaluate("kgView.act.open('cabello')")
    page.wait_for_function("document.querySelector('#caption').textContent.includes('did not answer')")
    assert "did not answer" in page.locator("#live").inner_text()
    context.close()


def test_a_page_that_is_known_already_runs_again(page: Any, server: Any) -> None:
    """A browser takes the headers of a 304 over those of the page that it kept: they must allow the same scripts."""
    for _ in range(2):
        page.goto("about:blank")
        shown(page, ROOT + "capriles.network")
        page.wait_for_selector('html[data-ready="1"]', state="attached")
    first = server.get(ROOT + "capriles.network")
    again = server.get(ROOT + "capriles.network", if_none_match=first.headers["etag"])
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_the_network_page_may_only_run_its_own_scripts_and_ask_its_own_server(server: Any) -> None:
    response = server.get(ROOT + "capriles.network")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy


def test_the_whole_network_opens_on_its_core(page: Any) -> None:
    shown(page, "/network")
    page.wait_for_selector('html[data-ready="1"]', state="attached")
    assert 20 < page.evaluate("kgView.scene.view.shown.nodes.size") < 300
    assert page.evaluate("kgView.model.nodes.size") > 400


# Long pages


def test_a_long_page_lists_its_verbs_where_one_always_finds_them(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    shown(page, ROOT + "regional-elections-2008.html")
    contents, opener = page.locator("details.contents"), page.locator("details.contents summary")
    targets = page.eval_on_selector_all(".contents a", "all => all.map(a => a.hash.slice(1))")
    assert len(targets) > 20
    assert page.evaluate("ids => ids.every(id => document.getElementById(id))", targets)
    assert not contents.evaluate("e => e.open")
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    assert opener.bounding_box()["y"] == pytest.approx(0, abs=2)
    opener.click()
    link = page.locator(".contents a", has_text="loses")
    name = link.first.get_attribute("href").removeprefix("#")
    link.first.click()
    assert not contents.evaluate("e => e.open")
    place = page.locator(f"#{name}").bounding_box()["y"]
    assert opener.bounding_box()["height"] <= place < 200
    opener.press("Enter")
    assert contents.evaluate("e => e.open")
    page.keyboard.press("Escape")
    assert not contents.evaluate("e => e.open")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("scrollTo(0, 0)")
    opener.click()
    page.locator(".contents a", has_text="Top of the page").click()
    assert page.evaluate("scrollY") == 0


def test_the_page_of_a_document_leads_to_what_it_says_and_back(server: Any) -> None:
    html = server.get(ROOT + "opposition-gains.html").text
    assert re.search(r'<details class="contents.*?<a href="#top">.*?<a href="#taken">.*?</details>', html, re.DOTALL)


def test_a_short_page_has_no_list_of_contents(server: Any) -> None:
    assert "contents" not in server.get(ROOT + "statement/1686a0981e98deaf.html").text
    assert 'class="contents' not in server.get(ROOT + "cordero.html").text


def many(verbs: int, facts: int) -> str:
    """Returns a fact file in which one person is spoken of often."""
    lines = [f"  p{n}: {{type: Person, name: Person {n}}}" for n in range(facts)]
    said = [f"  - Cabello loses to p{n}: {{at: 'line {n + 1}'}}" for n in range(facts)]
    said += [f"  - p{n} loses to Cabello: {{at: 'line {n + 1}'}}" for n in range(verbs)]
    return "source: paper\nentities:\n" + "\n".join(lines) + "\nfacts:\n" + "\n".join(said) + "\n"


@pytest.mark.parametrize("on_disk", [False, True])
def test_of_a_verb_with_many_facts_the_first_are_shown_and_all_can_be_had(
    case_project: Any, monkeypatch: pytest.MonkeyPatch, on_disk: bool
) -> None:
    """Facts of one verb are counted, not all read; those on the same two come along, so that each fact knows them."""
    from kg.serve import tasks
    from kg.serve.graph import holding

    project = case_project({"facts/facts.yaml": many(3, 130)})
    build = project.build()
    if on_disk:
        monkeypatch.setattr("kg.store.MEMORY_BYTES", 0)
    found = holding.load({"build": str(build.path), "root": str(project.root)})
    found.warm()
    found = found.opened() if on_disk else found
    iri = build.base + "cabello"
    one = tasks.TASKS["about.entity"](found, None, iri=iri)
    (lost,) = [group for group in one["out"] if group["verb"]["label"] == "loses to"]
    assert (len(lost["facts"]), lost["count"]) == (100, 130)
    assert one["count"] == 133
    (won,) = [group for group in one["into"] if group["verb"]["label"] == "loses to"]
    assert (len(won["facts"]), won["count"]) == (3, 3)
    assert all(len(fact["also"]) == 1 for fact in won["facts"])
    whole = tasks.TASKS["about.entity"](found, None, iri=iri, place="out", verb=lost["verb"]["iri"])
    assert [len(group["facts"]) for group in whole["out"]] == [130]
    assert (whole["into"], whole["count"]) == ([], 133)


def test_the_rest_of_a_verb_has_a_page(case_project: Any, serve: Any) -> None:
    server = serve(case_project({"facts/facts.yaml": many(1, 130)}).root)
    html = server.get("/cases/cabello.html").text
    assert "The first 100 of 130." in html
    more = re.search(r'<a href="([^"]*)">Show more of them', html)
    assert more
    whole = server.get(unescape(more[1])).text
    assert whole.count('<div class="fact ') == 130
    assert 'href="/cases/cabello">All facts' in whole
    assert server.get("/cases/cabello.html?place=x").status_code == 400
