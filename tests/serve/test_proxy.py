"""Behind a proxy each asker has a share of their own: who is believed about it, and what is made of what they say."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kg.serve.forwarded import NOBODY, Proxies

httpx = pytest.importorskip("httpx", reason="the server needs kg[serve]")

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TRUSTED = Proxies.of(["127.0.0.1", "10.0.0.0/8", "fd00::/8"])


def placed(proxies: Proxies, peer: str, *forwarded: str, proto: str = "") -> tuple[str, str]:
    """Returns whom a request comes from, and its scheme."""
    headers = [(b"x-forwarded-for", one.encode("latin-1")) for one in forwarded]
    headers += [(b"x-forwarded-proto", proto.encode())] if proto else []
    scope: dict[str, Any] = {"type": "http", "scheme": "http", "client": (peer, 1234), "headers": headers}
    proxies.place(scope)
    return scope["client"][0], scope["scheme"]


SAID = {
    "by a proxy": ("127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
    "by two of ours": ("127.0.0.1", ["192.0.2.1, 10.1.2.3"], "192.0.2.1"),
    "by two, in two headers": ("127.0.0.1", ["192.0.2.1", "10.1.2.3"], "192.0.2.1"),
    "by the asker before": ("127.0.0.1", ["198.51.100.9, 192.0.2.1"], "192.0.2.1"),
    "by a proxy of another's": ("127.0.0.1", ["198.51.100.9, 192.0.2.1, 10.1.2.3"], "192.0.2.1"),
    "with a port": ("127.0.0.1", ["192.0.2.1:4711"], "192.0.2.1"),
    "of IPv6": ("fd00::7", ["2001:db8::1"], "2001:db8::1"),
    "of IPv6, with a port": ("127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
    "by a proxy that is seen by IPv6": ("::ffff:127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
    "of IPv4, written as IPv6": ("127.0.0.1", ["::ffff:192.0.2.1"], "192.0.2.1"),
    "as no address": ("127.0.0.1", ["unknown"], "127.0.0.1"),
    "as no address, before one of ours": ("127.0.0.1", ["192.0.2.1, x, 10.1.2.3"], "10.1.2.3"),
    "as nothing": ("127.0.0.1", [" , "], "127.0.0.1"),
    "as bytes": ("127.0.0.1", ["\xff\xfe"], "127.0.0.1"),
    "of ours only": ("127.0.0.1", ["10.9.9.9, 10.1.2.3"], "10.9.9.9"),
    "by nobody": ("127.0.0.1", [], "127.0.0.1"),
    "by a stranger": ("192.0.2.7", ["192.0.2.1"], "192.0.2.7"),
    "by a neighbour of the proxy": ("127.0.0.2", ["192.0.2.1"], "127.0.0.2"),
}


@pytest.mark.parametrize("name", SAID)
def test_whom_a_request_comes_from(name: str) -> None:
    """The first address from the end that no proxy of ours has, and never one that only a stranger names."""
    peer, forwarded, asker = SAID[name]
    assert placed(TRUSTED, peer, *forwarded)[0] == asker
    assert placed(NOBODY, peer, *forwarded)[0] == peer


def test_the_scheme_is_taken_from_a_proxy_too() -> None:
    assert placed(TRUSTED, "127.0.0.1", proto="https")[1] == "https"
    assert placed(TRUSTED, "127.0.0.2", proto="https")[1] == "http"
    assert placed(TRUSTED, "127.0.0.1", proto="javascript")[1] == "http"


@pytest.mark.parametrize("name", ["proxy.example", "127.0.0.1/8", "*", "0.0.0.0/0", "::/0", ""])
def test_what_names_no_proxy_is_refused(shipped: Any, name: str) -> None:
    command = [sys.executable, "-m", "kg.cli", "-C", str(shipped.root), "serve", "--port", "0", "--proxy", name]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1
    assert "--proxy names a proxy by its address" in run.stderr
    assert "Traceback" not in run.stderr


def statuses(server: Any, forwarded: list[str], local: str = "127.0.0.1") -> Counter[int]:
    """Returns what becomes of as many endless queries at once as there are askers in front of a proxy."""
    transport = httpx.HTTPTransport(local_address=local, limits=httpx.Limits(max_connections=100))
    with httpx.Client(transport=transport, timeout=30) as client, ThreadPoolExecutor(len(forwarded)) as pool:
        address = str(httpx.URL(server.url + "/sparql", params={"query": CROSS}))
        asked = [pool.submit(client.get, f"{address}%23{n}", headers={"X-Forwarded-For": one})
                 for n, one in enumerate(forwarded)]  # fmt: skip
        return Counter(one.result().status_code for one in asked)


def test_askers_behind_a_proxy_have_a_share_each(serve: Any, shipped: Any) -> None:
    """Of twelve endless queries of one asker eight run, of two askers all; and nobody makes up askers of their own."""
    found = serve(shipped.root, "--timeout", "1.5", "--proxy", "127.0.0.1", "--root-path", "/kg")
    assert statuses(found, ["192.0.2.1"] * 12) == {504: 8, 429: 4}
    assert statuses(found, ["192.0.2.1"] * 6 + ["192.0.2.2"] * 6) == {504: 12}
    assert statuses(found, [f"198.51.100.{n}, 192.0.2.1" for n in range(12)]) == {504: 8, 429: 4}
    assert statuses(found, [f"192.0.2.{n}" for n in range(12)], local="127.0.0.2") == {504: 8, 429: 4}


def test_without_a_trusted_proxy_nobody_is_believed(serve: Any, shipped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not below a root path either, and whatever the environment says to the libraries."""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    found = serve(shipped.root, "--timeout", "1.5", "--root-path", "/kg")
    assert statuses(found, [f"192.0.2.{n}" for n in range(12)]) == {504: 8, 429: 4}
    headers = {"X-Forwarded-Proto": "https", "accept": "*/*"}
    servers = found.client.get(f"{found.url}/openapi.json", headers=headers).json()["servers"]
    assert servers == [{"url": found.url}]
