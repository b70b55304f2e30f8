"""Every address that the pages lead to, asked of the application in process. Knows HTTP and links, writes no file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

from kg.serve.site import markup
from kg.serve.site.shared import taken_out

ORIGIN = "http://site.invalid"
"""Where the application believes itself to be; stands in no file that is written."""

AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Found:
    """What is at an address."""

    media: str
    body: bytes
    policy: str = ""
    """Content-Security-Policy of a page."""


@dataclass
class Crawl:
    """What was found, by address (path and query, without the origin)."""

    found: dict[str, Found] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    """Address to the one to which it redirects."""
    missing: dict[str, str] = field(default_factory=dict)
    """Address at which there is nothing, to the page that links there."""


Wanted = Callable[[str], str | None]
"""Of an address that a page links to: the one that is asked for it, None where it is not part of the site."""


def local(address: str, base: str) -> tuple[str, str] | None:
    """Returns (address, fragment) of a link on a page, None for one that leads elsewhere; its query in one spelling.

    >>> local("../b?x=1#c", "/a/d/e"), local("https://example.org/", "/")
    (('/a/b?x=1', 'c'), None)
    """
    try:
        whole = urlsplit(urljoin(ORIGIN + base, address))
    except ValueError:
        return None
    if f"{whole.scheme}://{whole.netloc}" != ORIGIN:
        return None
    query = urlencode(parse_qsl(whole.query, keep_blank_values=True))
    return (whole.path or "/") + (f"?{query}" if query else ""), whole.fragment


async def crawl(
    app: Any, start: Iterable[str], wanted: Wanted, lang: str, tell: Callable[[int], None], result: Crawl
) -> None:
    """Adds to a result all that can be reached from the first addresses, each asked once."""
    seen = {*start, *result.found, *result.leads, *result.missing}
    waiting: list[tuple[str, str]] = [(address, "") for address in sorted(set(start))]
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, timeout=None) as client:
        while waiting:
            several, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            answers = await asyncio.gather(*(_ask(client, address, lang) for address, _ in several))
            for (address, page), response in zip(several, answers, strict=True):
                targets = map(wanted, _take(result, address, page, response))
                seen.update(result.found)
                fresh = dict.fromkeys(target for target in targets if target is not None and target not in seen)
                seen.update(fresh)
                waiting += [(target, address) for target in fresh]
            tell(len(result.found))


async def _ask(client: httpx.AsyncClient, address: str, lang: str) -> httpx.Response:
    headers = {"Accept": "text/html,*/*;q=0.5"}
    whole = address if lang == "en" else f"{address}{'&' if '?' in address else '?'}lang={lang}"
    response = await client.get(whole, headers=headers)
    if response.status_code == 400 and whole != address:  # it knows no languages
        response = await client.get(address, headers=headers)
    return response


def _take(result: Crawl, address: str, page: str, response: httpx.Response) -> list[str]:
    """Notes what is at an address, and returns the addresses to which it leads."""
    if response.has_redirect_location:
        there = local(response.headers["location"], address)
        if there is None:
            result.missing[address] = page
            return []
        result.leads[address] = there[0]
        return [there[0]]
    if response.status_code != 200:
        result.missing[address] = page
        return []
    media = response.headers.get("content-type", "application/octet-stream").partition(";")[0].strip()
    if media != "text/html":
        result.found[address] = Found(media, response.content)
        return []
    text, files = taken_out(response.text)
    for name, content in files.items():
        result.found[name] = Found("text/css" if name.endswith(".css") else "text/javascript", content)
    result.found[address] = Found(media, text.encode(), response.headers.get("content-security-policy", ""))
    links = (local(link, address) for *_, link in markup.addresses(text))
    return [there[0] for there in links if there]
