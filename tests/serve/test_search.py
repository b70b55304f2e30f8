"""Search over names: what is found and in which order, fast, and the box that offers it while one types."""

from __future__ import annotations

import random
import re
import time
from urllib.parse import quote

import pytest

from kg.problem import fold

pytest.importorskip("starlette", reason="the server needs kg[serve]")

from kg.serve.graph.names import Name, Names

KG = "https://kg.example/terms#"


def names_of(*texts: str, classes: dict[str, tuple[str, ...]] | None = None) -> Names:
    entries = [Name(fold(text), text, f"e:{number}", True) for number, text in enumerate(texts)]
    return Names(tuple(sorted(entries, key=lambda n: (len(n.folded), n.folded, n.iri))), classes or {})


def plainly(names: Names, words: str, limit: int) -> list[str]:
    """Returns what a search must find, by looking at every name."""

    def rank(name: str) -> int | None:
        parts = set(re.findall(r"\w+", wanted))
        begins = [re.search(rf"(?<!\w){re.escape(part)}", name) for part in parts]
        if name == wanted:
            return 0
        if name.startswith(wanted):
            return 1
        if re.match(r"\w", wanted) and re.search(rf"(?<!\w){re.escape(wanted)}", name):
            return 2
        return 3 if len(parts) > 1 and all(begins) else 4 if wanted in name else None

    wanted = fold(words)
    found = [(rank(name.folded), place) for place, name in enumerate(names.entries)]
    return [names.entries[place].iri for r, place in sorted((r, p) for r, p in found if r is not None)][:limit]


def made_up(count: int) -> Names:
    chance = random.Random(7)
    parts = ["ma", "ria", "cha", "vez", "rodri", "guez", "san", "to", "pri", "les", "de", "la", "so", "li", "ez", "on"]

    def word() -> str:
        return "".join(chance.choice(parts) for _ in range(chance.randint(2, 4)))

    texts = [" ".join(word() for _ in range(chance.randint(1, 3))) + f" ({i})" * (i % 7 == 0) for i in range(count)]
    return names_of(*texts, classes={f"e:{i}": (f"c:{i % 5}",) for i in range(count)})


def test_names_are_found_with_accents_and_capitals_folded() -> None:
    names = names_of("Táchira", "Chávez", "tachirense")
    assert [found.name for found in names.search("TACHI", 5)] == ["Táchira", "tachirense"]
    assert [found.rank for found in names.search("táchira", 5)] == [0]


def test_the_whole_name_comes_first_then_beginnings_then_words_then_parts() -> None:
    names = names_of("Resucre", "mayor of Sucre", "Sucre state", "Sucre")
    assert [(f.name, f.rank) for f in names.search("sucre", 9)] == [
        ("Sucre", 0), ("Sucre state", 1), ("mayor of Sucre", 2), ("Resucre", 4),
    ]  # fmt: skip


def test_words_may_come_in_any_order() -> None:
    names = names_of("Henrique Capriles Radonski", "Henrique Salas")
    assert [found.name for found in names.search("radon henr", 9)] == ["Henrique Capriles Radonski"]


@pytest.mark.parametrize("words", ["m", "maria", "chavez ro", "ia", "guez san lo", "(99", "on", "x y", "99", "riala"])
def test_search_finds_what_looking_at_every_name_finds(words: str) -> None:
    names = made_up(3000)
    assert [found.iri for found in names.search(words, 60)] == plainly(names, words, 60)


def test_search_keeps_to_classes() -> None:
    names = made_up(3000)
    kept = [found.iri for found in names.search("ma", 30, ["c:2", "c:3"])]
    assert kept
    assert all(names.classes[iri][0] in ("c:2", "c:3") for iri in kept)
    wide = [iri for iri in plainly(names, "ma", 3000) if names.classes[iri][0] in ("c:2", "c:3")]
    assert kept == wide[:30]
    assert names.search("ma", 30, ["c:none"]) == []


@pytest.mark.parametrize("words", ["", "   ", "\x01", "\x01\x01 ", "\n", "\0"])
def test_odd_words_find_nothing(words: str) -> None:
    assert names_of("Sucre", "Zulia").search(words, 5) == []


def test_hundred_thousand_names_are_searched_in_milliseconds() -> None:
    """Asked for in processor time, of which it gets ten times what it takes."""
    names = made_up(100_000)
    names.warm()
    spent = []
    for words in ("m", "maria", "qqq", "ez", "perez ma", "on"):
        begun = time.process_time()
        names.search(words, 10)
        spent.append(time.process_time() - begun)
    assert sorted(spent)[len(spent) // 2] < 0.05, spent


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("ana pe", ["ana perez", "perez ana", "ana maria perez"]),
        ("pe ana", ["ana perez", "perez ana", "ana maria perez"]),
        ("rez ana", ["perez ana"]), ("o'b con", ["o'brien connor"]), ("ana ana", []), ("ana zz", []), ("zz ana", []),
    ],
)  # fmt: skip
def test_several_words_are_found_in_any_order_and_what_begins_so_first(words: str, names: list[str]) -> None:
    known = names_of("ana perez", "perez ana", "ana maria perez", "o'brien connor", "anabel", "banana")
    assert [found.name for found in known.search(words, 9)] == names


def test_a_class_lists_what_has_no_name_last() -> None:
    named = (Name("b", "b", "x:1", True), Name("a", "a", "x:2", True))
    names = Names(named, {"x:1": ("c:1",), "x:2": ("c:1",), "x:0": ("c:1",), "x:3": ("c:2",)})
    assert names.of_class(["c:1"]) == ["x:2", "x:1", "x:0"]


# --- over HTTP -----------------------------------------------------------------------------------


def found(server, query: str) -> list[dict[str, str]]:
    return server.get(f"/search.json?{query}").json()["results"]


def test_search_as_json_tells_class_and_address(server) -> None:
    first = found(server, "q=capriles")[0]
    assert first["label"] == "Henrique Capriles Radonski"
    assert (first["class"], first["kind"]) == ("person", "Person")
    assert first["href"] == "/venezuela-2008/capriles"


def test_search_takes_ids_and_iris(server) -> None:
    assert found(server, "q=capriles-website")[0]["iri"].endswith("/capriles-website")
    iri = "https://kg.example/venezuela-2008/capriles"
    assert [one["iri"] for one in found(server, f"q={quote(iri, safe='')}")] == [iri]


def test_a_class_holds_those_below_it(server) -> None:
    kinds = {one["class"] for one in found(server, f"q=su&limit=100&class={quote(KG + 'Place', safe='')}")}
    assert {"state", "municipality"} <= kinds
    assert "person" not in kinds


def test_what_has_the_name_and_is_of_another_class_is_told_apart(server) -> None:
    person = quote(KG + "Person", safe="")
    told = server.get(f"/search.json?q=sucre&class={person}").json()
    assert {one["class"] for one in told["results"]} == {"person"}
    assert [one["label"] for one in told["others"]][:2] == ["Sucre municipality", "Sucre state"]
    assert "others" not in server.get("/search.json?q=sucre").json()


@pytest.mark.parametrize("query", ["q=" + "a" * 201, "q=a&limit=0", "q=a&limit=x", "q=a&limit=101", "q=a&limit=-1"])
def test_what_cannot_be_searched_for_is_refused(server, query: str) -> None:
    response = server.get(f"/search.json?{query}")
    assert response.status_code == 400
    assert response.json()["title"] == "bad request"


@pytest.mark.parametrize("query", ["q=%FF%FE", "q=%00", "q=%0A", "q=a&class=%3E%3Cx", "q=a&class=urn:none", "q=%C2%AD"])
def test_odd_searches_are_answered(server, query: str) -> None:
    assert server.get(f"/search.json?{query}").status_code == 200
    assert server.get(f"/search?{query}", accept="text/html").status_code == 200


def test_search_page_without_scripts_lists_turns_and_says_what_may_be_meant(server) -> None:
    text = server.get("/search?q=sucre", accept="text/html").text
    assert text.index("Sucre municipality") < text.index("upper-middle-class areas of Sucre")
    people = server.get(f"/search?class={quote(KG + 'Agent', safe='')}", accept="text/html").text
    following = re.search(r'rel="next" href="([^"]+)"', people)
    assert following
    second = server.get(following[1].replace("&amp;", "&"), accept="text/html").text
    assert 'start="51"' in second
    likely = server.get("/search?q=capriless", accept="text/html").text
    assert re.search(r'Did you mean <a href="/search\?q=Capriles"><bdi>Capriles</bdi></a>', likely)
    assert "Nothing here is called" in server.get("/search?q=%3Cscript%3Ezz", accept="text/html").text


def test_opensearch_describes_the_search(server) -> None:
    response = server.get("/opensearch.xml")
    assert response.headers["content-type"].startswith("application/opensearchdescription+xml")
    assert f'template="{server.url}/search?q={{searchTerms}}"' in response.text


# --- in the browser ------------------------------------------------------------------------------


def test_box_offers_while_one_types_and_obeys_the_keyboard(page) -> None:
    """ARIA practices: arrows choose, the choice is told by aria-activedescendant, Escape closes, Enter goes there."""
    page.goto("/documents")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search names")
    assert box.evaluate("e => e === document.activeElement")
    page.keyboard.type("chav")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert "Chávez" in options.first.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert not options.first.is_visible()
    page.keyboard.press("ArrowDown")
    options.first.wait_for()
    page.keyboard.press("ArrowDown")
    with page.expect_request(lambda r: r.is_navigation_request()) as asked:
        page.keyboard.press("Enter")
    assert "/venezuela-2008/" in asked.value.url


def test_arrow_down_right_after_typing_chooses_the_first_that_is_offered(page) -> None:
    """Who types and presses the arrow at once gets the first of what fits, not of what fitted before."""
    page.goto("/documents")
    box = page.get_by_role("combobox", name="Search names")
    box.fill("cara")
    page.get_by_role("option", name="Caracas").first.wait_for()
    box.press("Control+a")
    page.keyboard.type("capriles")
    page.keyboard.press("ArrowDown")
    page.locator('[role=option][aria-selected="true"]', has_text="Capriles").wait_for()
    assert "Capriles" in page.locator(f"#{box.get_attribute('aria-activedescendant')}").inner_text()
    page.keyboard.press("Escape")
    assert box.input_value() == "capriles"
    assert not page.get_by_role("option").first.is_visible()
    page.keyboard.press("ArrowDown")
    page.locator('[role=option][aria-selected="true"]').wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/venezuela-2008/capriles.html")


def test_who_types_and_presses_arrow_and_enter_at_once_gets_the_first(page) -> None:
    """Keys are faster than answers: what they ask for happens once the answer has come."""
    page.goto("/documents")
    page.get_by_role("combobox", name="Search names").focus()
    page.route("**/search.json*", lambda route: (time.sleep(0.3), route.continue_())[1])
    page.keyboard.type("ocariz")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/venezuela-2008/ocariz.html")


def test_box_says_how_many_are_offered(page) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Search names").fill("zzzz")
    page.get_by_text("Nothing has that name").wait_for(state="attached")


def test_search_works_without_scripts(browser, server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Search names").fill("ocariz")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=ocariz")
    assert page.locator(".entities a").first.inner_text() == "Carlos Ocariz"
    context.close()


def test_names_read_from_the_files_of_a_build_are_those_of_its_store(shipped) -> None:
    """A big build's names are read before any worker opens its store."""
    build = shipped.build()
    by_files, by_store = Names.of_lines(build.base, build.path), Names.of(shipped.dataset())
    assert by_files.entries == by_store.entries
    assert by_files.classes == by_store.classes
    assert len(by_files.entries) > 500
