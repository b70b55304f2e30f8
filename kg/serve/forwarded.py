"""Who asks through a proxy: what a proxy that is trusted says of it in headers, and nobody else's word."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.types import Scope

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies that are trusted."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Proxies:
        """Returns the proxies of addresses and networks as written. Raises ValueError for one that is none.

        >>> Proxies.of(["192.0.2.7", "fd00::/8"]).networks
        (IPv4Network('192.0.2.7/32'), IPv6Network('fd00::/8'))
        """
        found = tuple(ipaddress.ip_network(text) for text in texts)
        if any(one.prefixlen == 0 for one in found):
            raise ValueError("that would be everybody")
        return cls(found)

    def place(self, scope: Scope) -> None:
        """Puts into a request whom its proxy asks for, and by which scheme; without a trusted proxy nothing changes.

        Each proxy appends whom it was asked by to X-Forwarded-For: from its end, the first address of none of ours.
        """
        found = _address(scope["client"][0]) if scope.get("client") else None
        if found is None or not self._has(found):
            return
        for text in reversed(_values(scope, b"x-forwarded-for")):
            before = _address(text)
            if before is None:
                break
            found = before
            if not self._has(found):
                break
        scope["client"] = (str(found), 0)
        said = _values(scope, b"x-forwarded-proto")
        if len(said) == 1 and said[0].lower() in ("http", "https"):
            scope["scheme"] = said[0].lower()

    def _has(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


NOBODY = Proxies()


def _values(scope: Scope, name: bytes) -> list[str]:
    """Returns the members of a list that stands in headers of one name, in order."""
    found = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return [part.strip() for part in ",".join(found).split(",") if part.strip()]


def _address(text: str) -> Address | None:
    """Returns an address as proxies write it, perhaps with a port; None for what is none.

    >>> [str(_address(text)) for text in ("192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1", "::ffff:192.0.2.1", "me")]
    ['192.0.2.1', '2001:db8::1', '2001:db8::1', '192.0.2.1', 'None']
    """
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if found.version == 6 else found
