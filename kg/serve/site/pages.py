"""What was found becomes the files of a site: links made relative, scripts classic, a policy in each page."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from kg.serve.links import Links
from kg.serve.pages.words import Words
from kg.serve.site import addresses, markup
from kg.serve.site.crawl import ORIGIN, Crawl, Found, local
from kg.serve.site.scripts import bundle, wrapped
from kg.serve.site.shared import FOLDER

ASKED_HERE = {"/sparql": "query", "/search": "q", "/queries": "q"}
"""Pages whose script answers in the browser, each with the parameter that it answers."""

SERVER_ONLY = (
    "/reconcile", "/complete.json", "/search.json", "/sparql.", "/sparql/shown.json", "/sparql/network", "/healthz",
    "/openapi.json", "/opensearch.xml", "/neighbours.json", "/browse",
)  # fmt: skip
"""What needs a program that answers."""

INSTEAD = {"editor-engine.js": "site-engine.js"}
"""The module that asks the server, and the one that stands in for it."""

BESIDES = {"finder.js": ("site-search.js",), "queries.js": ("site-query.js",)}
"""Modules that come with others."""

FETCH = "site-index.js"
"""The module that answers, from the site's own index, what scripts would fetch from the server."""

NEAR = "/neighbours.json"

FETCHED = ("/search.json", NEAR)
"""Addresses that it answers."""

AFTER = 5
"""Redirections that are followed."""

TEXTS = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/trig")
"""Formats in which an address may be relative."""

NEEDS_SERVER = "This copy is made of files; what this form asks is answered on a server only."


HERE = ("small",)
"""Parameters that a page's script reads from the address."""


def wanted(address: str, lang: str) -> str | None:
    """Returns the address that is asked for a link, None for what is no part of a site in a language.

    >>> wanted("/a?lang=en&b=1", "en"), wanted("/a?lang=es", "en"), wanted("/sparql?query=ASK", "en")
    ('/a?b=1', None, '/sparql')
    """
    split = urlsplit(address)
    fields = parse_qsl(split.query, keep_blank_values=True)
    if split.path.startswith(SERVER_ONLY) or any(name == "lang" and value != lang for name, value in fields):
        return None
    if any(name == ASKED_HERE.get(split.path) for name, _ in fields):
        return split.path
    query = urlencode([(name, value) for name, value in fields if name != "lang" and name not in HERE])
    return f"{split.path}?{query}" if query else split.path


def _kept(address: str) -> str:
    """Returns the parameters that stay on a link, since a script of the site reads them."""
    split = urlsplit(address)
    fields = parse_qsl(split.query, keep_blank_values=True)
    return urlencode([(n, v) for n, v in fields if n in HERE or n == ASKED_HERE.get(split.path)])


@dataclass(frozen=True)
class Site:
    """What was found, and where its files come from."""

    crawl: Crawl
    static: Path
    """The folder of the scripts."""
    data: str
    """The path of the script that knows the names and the pages."""
    engine: bool
    """Whether SPARQL can be asked."""
    lang: str
    pages: Mapping[str, str]
    """The file of each IRI that has a page."""

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yields (path, content) of each file, by path."""
        places = sorted((self._place(a, f.media), a) for a, f in self.crawl.found.items())
        for path, address in places:
            yield path, self._content(path, address, self.crawl.found[address])

    def _place(self, address: str, media: str) -> str:
        if address.startswith(NEAR):
            return near_of(self.pages[parse_qs(urlsplit(address).query)["iri"][0]])
        return addresses.place(address, media)

    def file_of(self, address: str) -> tuple[str, str] | None:
        """Returns (path of the file, query) for an address, None where there is no such file."""
        for _ in range(AFTER):
            asked = wanted(address, self.lang)
            if asked in self.crawl.found:
                return addresses.place(asked, self.crawl.found[asked].media), _kept(address)
            if asked not in self.crawl.leads:
                return None
            address = self.crawl.leads[asked]
        return None

    def _content(self, path: str, address: str, found: Found) -> bytes:
        if found.media == "text/html":
            return self._page(path, address, found).encode("utf-8", "surrogateescape")
        if address.startswith(NEAR):
            iri = json.dumps(parse_qs(urlsplit(address).query)["iri"][0])
            return b"(window.kgNear ??= {})[" + iri.encode() + b"] = " + found.body + b";\n"
        if address.startswith(FOLDER) and address.endswith(".module.js"):
            return wrapped(found.body.decode(), self.static, FETCH).encode()
        if found.media in TEXTS and ORIGIN.encode() in found.body:
            up = addresses.link(path, "index.html").removesuffix("index.html") or "./"
            return found.body.replace(f"{ORIGIN}/".encode(), up.encode())
        return found.body

    # --- pages ---

    def _page(self, path: str, address: str, found: Found) -> str:
        def rewrite(tag: str, name: str, value: str) -> str | None:
            return self._link(path, address, tag, name, value)

        def tag(name: str, raw: str) -> str:
            return self._tag(path, name, raw, found.policy)

        text = found.body.decode("utf-8")
        return markup.rewritten(text, rewrite, tag, lambda opening, data: self._data(path, opening, data))

    def _link(self, path: str, address: str, tag: str, name: str, value: str) -> str | None:
        if value.startswith("#"):
            return value
        there = local(value, address)
        if there is None:
            return value
        known = self.file_of(there[0])
        if known is None and name.startswith("data-") and there[0] in FETCHED:
            known = there[0].lstrip("/"), ""
        if known is None:
            return None
        link = addresses.link(path, known[0])
        query = f"?{known[1]}" if known[1] and tag != "form" else ""
        return link + query + (f"#{there[1]}" if there[1] else "")

    def _tag(self, path: str, name: str, raw: str, policy: str) -> str:
        """Returns an opening tag as the site has it."""
        if name == "meta" and "charset=" in raw:
            return f'{raw}\n<meta http-equiv="Content-Security-Policy" content="{escape(_policy(policy))}">'
        if name == "meta" and 'http-equiv="Content-Security-Policy"' in raw:
            return ""  # said anew above
        if name == "link" and " href=" not in raw:
            return ""
        if name == "script" and 'type="module"' in raw:
            return raw.replace('type="module"', "defer")
        if name == "form" and " action=" not in raw:
            return f'<p class="box">{Words(self.lang)(NEEDS_SERVER)}</p>{raw[:-1]} hidden>'
        if name == "nav" and 'class="languages"' in raw:  # a site is in one language
            return f"{raw[:-1]} hidden>"
        if name == "html":
            up = addresses.link(path, "index.html").removesuffix("index.html")
            return f'{raw[:-1]} data-site="{escape(up)}" data-index="{escape(up + self.data)}">'
        return raw

    def _data(self, path: str, opening: str, text: str) -> str:
        """Returns the text of a script: in JSON, each address of the server's becomes a link."""
        if 'type="application/json"' not in opening:
            return text
        is_packed = "data-packed" in opening
        found = json.loads(gzip.decompress(base64.b64decode(text)) if is_packed else text)
        if 'id="editor-data"' in opening:
            found = self._linked(path, found)
            found |= {"ask": True, "form": None, "problem": None, "engine": self.engine}
        if isinstance(found, dict) and "remote" in found:
            found["remote"] |= self._remote(path, found["remote"].get("base", ""))
        whole = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        if is_packed:
            return base64.b64encode(gzip.compress(whole.encode("utf-8", "replace"), 9, mtime=0)).decode("ascii")
        return re.sub("[<>&'\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", whole)

    def _remote(self, path: str, base: str) -> dict[str, str]:
        """Returns where a network finds pages and neighbours."""
        up = addresses.link(path, "index.html").removesuffix("index.html")
        pages = up + Links(base).folder.lstrip("/")
        return {"pages": pages, "ending": ".html", "browse": "", "neighbours": up + NEAR.lstrip("/")}

    def _linked(self, path: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Returns what a script is told, with links in place of the server's addresses, '' for what has no file."""
        return {
            key: addresses.link(path, known[0]) if (known := self.file_of(value)) else ""
            for key, value in data.items()
            if isinstance(value, str) and value.startswith("/")
        } | {key: value for key, value in data.items() if not (isinstance(value, str) and value.startswith("/"))}


def near_of(file: str) -> str:
    """Returns the file with an entity's neighbours, by the file of its page."""
    return f"{file.removesuffix('.html')}.near.js"


def _policy(policy: str) -> str:
    """Returns a policy without what counts in headers only; scripts and styles are files here, not texts of pages."""
    parts = (re.sub(r"('sha256-[^']*'\s*)+", "'self' ", part).strip() for part in policy.split(";"))
    return "; ".join(part for part in parts if part and not part.startswith(("frame-ancestors", "report-", "sandbox")))


def scripts(crawl: Crawl, static: Path) -> Mapping[str, str]:
    """Returns the path and text of each module that a page names, made one script with all it imports."""
    found = {}
    for address, one in crawl.found.items():
        if one.media != "text/html":
            continue
        for opening in re.findall(r'<script\b[^>]*type="module"[^>]*>', one.body.decode("utf-8")):
            source = re.search(r'src="([^"]*)"', opening)
            there = local(source[1], address) if source else None
            if there and there[0] in crawl.found:
                name = there[0].removeprefix("/static/")
                found[addresses.place(there[0], "text/javascript")] = name
    return {
        path: bundle(static, (name, *BESIDES.get(name, ())), INSTEAD, FETCH) for path, name in sorted(found.items())
    }
