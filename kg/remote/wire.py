"""HTTP to another machine's store: a request in, a whole reply or a clear failure out. Knows no SPARQL, no RDF."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kg.answers import Unanswered
from kg.problem import echo

if TYPE_CHECKING:
    import httpx

MIB = 1024 * 1024

AUTH = "KG_AUTH"
"""The environment variable with `user:password` for whoever asks for it."""

HOPS = 5
"""Redirections within one host that are followed."""

_PAGE = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)
_NO_TEXT = re.compile(r"<(style|script|title)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that has come whole."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case."""
    body: IO[bytes]
    """At its beginning."""
    address: str

    @property
    def media(self) -> str:
        """Its media type, in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(slots=True)
class Wire:
    """The way to one host: nothing is asked of any other, and no secret goes elsewhere."""

    address: str
    seconds: float = 60.0
    """Time that the host has to say the next thing."""
    longest: float = 600.0
    """Time that one reply may take in all."""
    size: int = 256 * MIB
    """Bytes of the largest reply that is taken, once unpacked."""
    login: str = ""
    """`user:password`, told only when the host asks for it."""
    _client: Any = None
    _process: int = 0
    _scheme: Any = None
    _context: Any = field(default=None)

    def __post_init__(self) -> None:
        """Raises Unanswered for an address that cannot be asked."""
        try:
            parts = urlsplit(self.address)
            known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            known = False
        if not known or re.search(r"[\s\x00-\x1f]", self.address):
            raise Unanswered(f"{echo(self.address)}: is no address of an endpoint; write http://… or https://…")
        if "@" in parts.netloc:
            raise Unanswered(f"the address holds a password that others could see; give it by {AUTH}=user:password")
        self.login = self.login or os.environ.get(AUTH, "")
        if self.login and ":" not in self.login:
            raise Unanswered("a login is written user:password")
        _library()

    def send(
        self, method: str, address: str = "", *, data: Any = None, content: bytes | None = None,
        params: Any = None, headers: Mapping[str, str] | None = None,
    ) -> Reply:  # fmt: skip
        """Returns the reply to a request. Raises Unanswered, for a status of 400 and more too."""
        httpx = _library()
        request = self._connected().build_request(
            method, address or self.address, data=data, content=content, params=params, headers=headers
        )
        try:
            response = self._followed(request)
            try:
                reply = self._taken(response)
            finally:
                response.close()
        except httpx.TimeoutException:
            raise self._failed(f"did not answer within {self.seconds:g} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise self._failed(f"nothing answers there ({echo(str(error)) or type(error).__name__})") from None
        if reply.status >= 400:
            raise self._failed(self._locked() if reply.status == 401 else _refusal(reply), reply.status)
        return reply

    def _connected(self) -> httpx.Client:
        """Returns this process's own client: connections that a fork took along are the other's."""
        httpx = _library()
        if self._client is None or self._process != os.getpid():
            if self._context is None:
                self._context = httpx.create_ssl_context() if self.address.startswith("https:") else False
            timeout = httpx.Timeout(self.seconds, connect=min(10.0, self.seconds))
            self._client = httpx.Client(timeout=timeout, verify=self._context, headers={"User-Agent": "kg"})
            self._process = os.getpid()
        return self._client

    def _followed(self, request: httpx.Request) -> httpx.Response:
        """Returns the response, after redirections within the host and with the login where it is asked for."""
        client = self._connected()
        for _ in range(HOPS):
            response = client.send(request, stream=True, auth=self._scheme)
            if response.status_code == 401 and self.login and self._scheme is None:
                self._scheme = self._login(response.headers.get("www-authenticate", ""))
                response.close()
                continue
            if not (response.has_redirect_location and response.status_code in (301, 302, 303, 307, 308)):
                return response
            response.close()
            request.url = self._next(request.url, response.headers["location"])
        raise self._failed("leads in a circle")

    def _login(self, wanted: str) -> Any:
        httpx = _library()
        user, _, password = self.login.partition(":")
        for name, scheme in (("digest", httpx.DigestAuth), ("basic", httpx.BasicAuth)):
            if re.search(rf"(^|,)\s*{name}\b", wanted, re.IGNORECASE):
                return scheme(user, password)
        raise self._failed("asks for a login of a kind that is not known here: digest and basic are")

    def _locked(self) -> str:
        if self._scheme:
            return "does not take the login (HTTP 401)"
        return f"asks for a login (HTTP 401): give it by {AUTH}=user:password"

    def _next(self, url: httpx.URL, location: str) -> httpx.URL:
        found = url.join(location)
        port = {"http": 80, "https": 443}
        here, there = ((u.host, u.port or port.get(u.scheme, 0)) for u in (url, found))
        safer = (url.scheme, found.scheme) == ("http", "https") and here == (found.host, 80) and there[1] == 443
        if not (safer or (here == there and url.scheme == found.scheme)):
            raise self._failed(f"sends on to {echo(str(found))}; ask that address itself where that is right")
        return found

    def _taken(self, response: httpx.Response) -> Reply:
        """Returns the reply with all of its body, in memory or in a file without a name."""
        end = time.monotonic() + self.longest
        body = tempfile.SpooledTemporaryFile(max_size=8 * MIB)  # noqa: SIM115  closed with the reply
        taken = 0
        for part in response.iter_bytes():
            taken += len(part)
            if taken > self.size:
                raise self._failed(f"answers with more than {self.size:,} bytes; ask for less")
            if time.monotonic() > end:
                raise self._failed(f"was still answering after {self.longest:g} seconds; ask for less")
            body.write(part)
        body.seek(0)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status_code, headers, body, str(response.url))

    def _failed(self, why: str, status: int = 0) -> Unanswered:
        return Unanswered(f"{echo(self.address)}: {why}", status)


def _library() -> Any:
    try:
        import httpx
    except ImportError:
        raise Unanswered("asking an endpoint needs httpx: pip install 'kg[serve]'") from None
    return httpx


def is_page(reply: Reply) -> bool:
    """Says whether a reply is a web page rather than data; leaves its body at the beginning."""
    begin = reply.body.read(200)
    reply.body.seek(0)
    return reply.media in ("text/html", "application/xhtml+xml") or bool(_PAGE.match(begin))


def _refusal(reply: Reply) -> str:
    """Returns what a refusal says, as far as it can be read."""
    text = reply.body.read(8000).decode("utf-8", "replace")
    said = _NO_TEXT.sub(" ", text) if is_page(reply) else text
    if "json" in reply.media:
        try:
            members = json.loads(text)
            said = next(str(members[key]) for key in ("detail", "message", "title", "error") if members.get(key))
        except (ValueError, AttributeError, StopIteration):
            said = text
    first = re.sub(r"\s+", " ", said.split("\n\n")[0] if not is_page(reply) else said).strip()
    return f"refuses (HTTP {reply.status}{': ' + echo(first[:300]) if first else ''})"
