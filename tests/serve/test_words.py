"""The pages in one language at a time: what they say of their own accord, how the language goes along, dates whole."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the server needs kg[serve]")

from kg.disagree import KINDS
from kg.network.facts import STATUSES
from kg.serve.graph import vocabulary
from kg.serve.pages import MENU, differences
from kg.serve.pages.addresses import Addresses
from kg.serve.pages.beside import ABOUT, WORDS
from kg.serve.pages.words import FILES, Words, days, known

SERVE = Path(__file__).resolve().parents[2] / "kg" / "serve"
ROOT = "/venezuela-2008/"
HTML = {"accept": "text/html"}

PAGES = (
    "/", "/search", "/search?q=sucre", "/search?q=nobody-of-that-name", "/search?q=capriless",
    "/search?class=https%3A%2F%2Fkg.example%2Fterms%23Group", "/documents", "/disagreements",
    "/disagreements?kind=arithmetic", "/queries", "/queries?tag=elections&q=vote", "/queries?q=nonesuch",
    "/queries/votes-of-a-side", "/queries/votes-of-a-side?side=Sucre", "/queries/who-beat?person=Mirando",
    "/queries/who-beat?person=sucre-state", "/queries/who-beat?persn=x", "/queries/in-office-on?day=23.11.2008",
    "/queries/network-of-a-vote", "/queries/disagreements-of-a-kind?kind=x", "/queries/turnout-by-source",
    "/sparql?query=", "/sparql?query=ASK+%7B%7D", "/sparql?query=SELECT+%3Fs+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+1",
    "/sparql?query=CONSTRUCT+WHERE+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+1", "/sparql?query=x", "/terms", "/terms/governs",
    "/terms/Person", "/terms/in", "/terms/asserted", "/downloads", "/problems", "/problems/not-found", "/nowhere",
    *(ROOT + name for name in ("capriles.html", "psuv.html", "opposition-gains.html", "chavez.html", "miranda.html")),
    *(ROOT + f"{name}.html" for name in ("evidence/82b1a34f44c76369", "quantity/65.45%2525")),
    ROOT + "statement/f3d2a2bb1e5d9a0c.html", ROOT + "disagreement/90ef60d253f79d89.html",
)  # fmt: skip

SAME = frozenset((
    "SPARQL", "SPARQL 1.1", "Turtle", "JSON-LD", "N-Triples", "RDF/XML", "IRI", "JSON", "XML", "CSV", "TSV", "TTL",
    "NT", "JSONLD", "RDF", "TRIG", "NQ", "csv", "tsv", "json", "xml", "ttl", "nt", "jsonld", "rdf", "trig", "nq", "No",
    "GraphML", "GEXF", "N-Quads", "TriG", "Turtle 1.2", "base", "triple", "triples",
))  # fmt: skip
"""What is the same in both languages."""


class Texts(HTMLParser):
    """Gathers what a page says of its own accord: neither names and texts of the graph, nor code, nor other tongues."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_content = tag in ("bdi", "code", "kbd", "pre", "script", "title", "option", "textarea", "text")
        foreign = "lang" in given and tag != "html"
        hidden = is_content or foreign or (self.open[-1][1] if self.open else False)
        if not hidden and tag != "link":
            kept = ("aria-label", "placeholder", "alt", "title")
            self.found |= {given[name].strip() for name in kept if given.get(name)}  # type: ignore[union-attr]
        if tag not in ("meta", "link", "input", "br", "rect", "line", "path", "circle"):
            self.open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1][1]):
            self.found.add(" ".join(data.split()))


def texts(html: str) -> set[str]:
    """Returns what a page says of its own accord: texts with letters in them, without what stands around these."""
    reader = Texts()
    reader.feed(html)
    bare = {re.sub(r"^[^\w(]+|^[\d,.]+\s|[\s:]+$", "", text) for text in reader.found}
    return {text for text in bare if re.search(r"[^\W\d_]{2}", text)}


@pytest.fixture(scope="module")
def statement(server) -> str:
    return re.search(r'href="(/venezuela-2008/statement/[^"?]+)"', server.get(ROOT + "capriles.html", **HTML).text)[1]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_says_anything_in_two_languages(server, statement: str, path: str) -> None:
    path = f"{statement}.html" if "/statement/" in path else path
    join = "&" if "?" in path else "?"
    english, spanish = (server.get(f"{path}{join}lang={lang}", **HTML) for lang in ("en", "es"))
    assert english.status_code == spanish.status_code < 500
    assert '<html lang="es">' in spanish.text
    assert len(texts(english.text)) > 10
    left = (texts(english.text) & texts(spanish.text)) - SAME
    assert {text for text in left if not _is_a_name(text)} == set()


def _is_a_name(text: str) -> bool:
    """Says whether a text is an address, a file, or a code."""
    return bool(re.fullmatch(r"\S*[/:.#-]\S*", text))


# --- the texts -----------------------------------------------------------------------------------


def said_in_templates() -> set[str]:
    """Returns every text that a template says, as it stands there in English."""
    found: set[str] = set()
    for path in sorted((SERVE / "pages" / "templates").glob("*.html")):
        text = re.sub(r"(?s)\{#.*?#\}", "", path.read_text(encoding="utf-8"))
        found |= {one or other for one, other in re.findall(r"""\bt\((?:"([^"]+)"|'([^']+)')""", text)}
        found |= {word for call in re.findall(r"\bcounted\(.*?\)\s*(?:\}\}|,|\))", text) for word in _words(call)}
    assert len(found) > 150
    return found


def _words(call: str) -> list[str]:
    return [word for word in re.findall(r'"([a-z ]+)"', call) if word not in ("graph", "length")]


def test_every_text_of_the_templates_is_known_in_spanish() -> None:
    assert said_in_templates() - known("es").keys() == set()


def test_every_text_that_is_put_together_is_known_in_spanish() -> None:
    """Statuses, kinds of difference and what they mean, the relations of terms, the parts of the menu."""
    spoken = {*STATUSES, *KINDS, *differences.MEANT.values(), *vocabulary._MATCHES.values()}
    spoken |= {name for _, name in MENU} | {text for both in (*WORDS.values(), ABOUT) for text in both}
    assert spoken - known("es").keys() == set()
    assert differences.MEANT.keys() == WORDS.keys() == {*KINDS}


def test_a_text_and_what_stands_for_it_have_the_same_values() -> None:
    lines = [line for line in FILES["es"].read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    english = lines[::2]
    assert len(english) == len(set(english)) == len(known("es"))
    for text, other in known("es").items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", other)), text


def test_every_text_of_the_scripts_is_known_in_spanish() -> None:
    words = (SERVE / "static" / "words.js").read_text(encoding="utf-8")
    table = words[words.index("const SPANISH") : words.index("};")]
    english = {a or b for a, b in re.findall(r'^  (?:"([^"]+)"|(\w+)):', table, re.MULTILINE)}
    said: set[str] = set()
    for path in sorted((SERVE / "static").glob("*.js")):
        text = path.read_text(encoding="utf-8") if path.name != "words.js" else ""
        said |= set(re.findall(r"""\bt\(\s*"([^"]+)\"""", text))
        said |= {one for both in re.findall(r"""\bt\([^"()]*\? "([^"]+)" : "([^"]+)\"""", text) for one in both}
    assert len(said) > 40
    assert said - english == set()


@pytest.mark.parametrize(
    ("number", "english", "spanish"), [(1, "1", "1"), (1154, "1,154", "1154"), (24664, "24,664", "24\u202f664")]
)
def test_numbers_are_written_as_in_the_language(number: int, english: str, spanish: str) -> None:
    assert (Words("en").number(number), Words("es").number(number)) == (english, spanish)


def test_what_is_put_into_a_text_is_escaped() -> None:
    for lang in ("en", "es", "xx"):
        assert "<b>" not in Words(lang)("Network around {name}", name="<b>{x}</b>")


# --- how the language goes along -----------------------------------------------------------------


def test_links_on_a_spanish_page_lead_to_spanish_pages(server) -> None:
    for path in ("/", ROOT + "capriles.html", "/queries/votes-of-a-side", "/terms", "/disagreements"):
        text = server.get(f"{path}?lang=es", **HTML).text
        links = re.findall(r'<a(?![^>]*(?:hreflang|download|type=))[^>]* href="(/[^"]*)"', text)
        data = r"/(downloads/|void|openapi|\.well-known|search\.json)|\.(ttl|jsonld|nt|rdf|rq|csv|json|xml|tsv)(\?|$)"
        kept = [link for link in links if not re.search(data, link)]
        assert len(kept) > 10
        assert [link for link in kept if "lang=es" not in link] == [], path


def test_a_redirection_keeps_the_language(server) -> None:
    response = server.get(f"{ROOT}capriles?lang=es", **HTML)
    assert response.headers["location"] == f"{ROOT}capriles.html?lang=es"
    found = server.get("/browse?iri=https%3A%2F%2Fkg.example%2Fvenezuela-2008%2Fcapriles&lang=es", **HTML)
    assert found.headers["location"] == f"{ROOT}capriles?lang=es"


def test_every_page_can_be_had_in_the_other_language(server) -> None:
    text = server.get("/search?q=a+b&class=", **HTML).text
    assert 'href="/search?q=a+b&amp;class=&amp;lang=es" hreflang="es" lang="es"' in text
    assert 'hreflang="en" lang="en" aria-current="true"' in text
    assert 'href="/%2Fevil.example?lang=es"' in server.get("//evil.example", **HTML).text


def test_a_language_alone_asks_nothing_of_the_endpoint(server) -> None:
    """A person gets the editor in that language, where other pages and its own switch lead; a program gets RDF."""
    here = server.get("/sparql", **HTML).text
    there = server.get("/?lang=es", **HTML).text
    assert 'href="/sparql?lang=es" hreflang="es"' in here
    assert 'href="/sparql?lang=es">' in there
    for address in ("/sparql?lang=es", "/sparql?query=&lang=es"):
        response = server.get(address, **HTML)
        assert response.status_code == 200
        assert '<html lang="es">' in response.text
        assert "Ejecutar" in response.text
    assert "sd:Service" in server.get("/sparql?lang=es", accept="text/turtle").text
    assert server.get("/sparql?lang=es&quer=ASK", **HTML).status_code == 400
    assert server.get("/sparql.csv?lang=es").json()["detail"].startswith("there is no query")


def test_addresses_of_others_and_of_data_are_left_alone() -> None:
    links = Addresses("https://e.org/x/", "/kg", lang="es")
    assert links.to("https://e.org/x/a") == "/kg/x/a?lang=es"
    assert links.plain("https://e.org/x/a") == "/kg/x/a"
    assert links.to("https://other.example/a") == "https://other.example/a"
    assert links.path("/void.ttl") == "/kg/void.ttl"


def test_scripts_speak_the_language_of_the_page(page) -> None:
    """What is offered, what an answer is, and where links lead."""
    page.goto("/sparql?query=&lang=es")
    page.get_by_role("button", name="Ejecutar").click()
    page.locator("#result .summary", has_text="20 filas en").wait_for()
    assert page.get_by_role("button", name="Sin formato").is_visible()
    assert "lang=es" in page.locator("table.answers a").first.get_attribute("href")
    box = page.get_by_role("combobox", name="Buscar nombres")
    box.fill("zzzz")
    page.get_by_text("Nada se llama así").wait_for(state="attached")
    box.fill("capriles")
    page.locator("[role=option]", has_text="persona").first.click()
    page.wait_for_url("**/capriles.html?lang=es")
    page.goto("/queries/who-beat?lang=es")
    page.get_by_label("person", exact=True).fill("zulia")
    page.locator("#field-person-note", has_text="De otra clase: Zulia (estado federado)").wait_for()


def test_the_network_leads_to_pages_in_the_language(server) -> None:
    pattern = r'"ending": ?"\?lang=es"'
    assert re.search(pattern, server.get(f"{ROOT}capriles.network?lang=es", **HTML).text)
    assert re.search(pattern, server.get("/queries/network-of-a-vote/network?lang=es", **HTML).text)
    assert not re.search(pattern, server.get(f"{ROOT}capriles.network", **HTML).text)


def test_facts_about_facts_are_told_in_the_language(server) -> None:
    text = server.get(f"{ROOT}achilles-heel.html?lang=es", **HTML).text
    assert "disputa “Chavismo tiene gobernaciones 17”" in text


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("until 2008-11-23", ["2008-11-23"]), ("2004~/2008-11-27", ["2008-11-27"]), ("20XX-11-23", ["20XX-11-23"]),
        ("2002-04 and 2003-05-01~", ["2002-04", "2003-05-01~"]), ("12008-11-23, x-2008-11", []), ("1999", []),
    ],
)  # fmt: skip
def test_dates_stand_in_what_cannot_be_broken(text: str, kept: list[str]) -> None:
    assert re.findall(r'<span class="day">(.*?)</span>', days(text)) == kept
    assert re.sub(r"</?span[^>]*>", "", days(text)) == text


def test_no_date_breaks_across_lines(page) -> None:
    """Every date in evidence, details and the timeline is on one line, on a narrow screen too."""
    page.set_viewport_size({"width": 320, "height": 800})
    for path in ("cabello.html", "chavez.html"):
        page.goto(ROOT + path)
        broken = page.evaluate("""() => {
          const found = [];
          const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
          for (let node = walk.nextNode(); node; node = walk.nextNode())
            for (const date of node.data.matchAll(/\\d{4}-\\d{2}-\\d{2}/g)) {
              const range = document.createRange();
              range.setStart(node, date.index);
              range.setEnd(node, date.index + date[0].length);
              const tops = [...range.getClientRects()].map((one) => Math.round(one.top));
              if (new Set(tops).size > 1) found.push(node.data.trim());
            }
          return found;
        }""")
        assert broken == []
        assert page.locator(".day").count() > 5
