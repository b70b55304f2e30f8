"""What a server allows: one record of figures that everything in serve/ reads, and what each client has of it."""

from __future__ import annotations

import ipaddress
from collections import Counter
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Figures of faults.md; each can be given when a server is made, the first few on the command line."""

    seconds: float = 10.0
    """Wall time of one query, from when a worker begins it."""
    memory: int = 512 * MIB
    """Bytes that one query may take beyond the graph, which all workers share."""
    rows: int = 1_000_000
    """Rows or triples of one result."""
    bytes: int = 64 * MIB
    """Bytes of one result, as written."""
    query_bytes: int = 64 * 1024
    """Bytes of one query's text."""
    body_bytes: int = MIB
    """Bytes of a request's body."""
    workers: int = 16
    """Queries that run at once."""
    per_client: int = 8
    """Queries of one client that run at once."""
    client_patience: float = 1.0
    """Seconds that a query beyond its client's share waits before it is refused (429)."""
    client_queue: int = 256
    """Queries of one client that may wait so."""
    queue: int = 512
    """Queries of all clients that may wait for a worker."""
    patience: float = 5.0
    """Seconds that a query waits for a worker before it is refused (503)."""
    aside: int = 2
    """Pages that the server draws itself at once: they hold up one another, not those who ask."""
    aside_queue: int = 32
    """Pages that may wait to be drawn."""
    nice_after: float = 0.2
    """Seconds after which a query makes way for younger ones."""
    spool: int = MIB
    """Bytes of a result gathered before its headers are sent, so that a failure is still told by its status."""
    cached_result: int = 2 * MIB
    """Bytes of the largest result that is kept for the next asker."""
    cache: int = 64 * MIB
    """Bytes of all results that are kept."""
    header_seconds: float = 10.0
    """Seconds within which a request's head and body must have come."""
    header_bytes: int = 256 * 1024
    """Bytes of a request's head; a query of 64 KiB in its address may take three times that."""
    undelivered: int = 256 * MIB
    """Bytes of results that one client may leave unread."""
    all_undelivered: int = 2048 * MIB
    """Bytes of results that all clients together may leave unread."""
    connections: int = 2048
    """Connections held at once from one address; beyond it, the oldest that waits is closed."""


class Shares(Counter[str]):
    """How much of something each client has."""

    def take(self, client: str, share: int, most: int, too_many: Exception, busy: Exception) -> None:
        """Takes one more. Raises `too_many` where a client has its share, `busy` where all have as much as may be."""
        if self[client] >= share:
            raise too_many
        if self.total() >= most:
            raise busy
        self[client] += 1

    def give_back(self, client: str) -> None:
        """Gives one back; who has none is forgotten."""
        self[client] -= 1
        if not self[client]:
            del self[client]


def share_of(host: str) -> str:
    """Returns whose share an address counts for: itself, or of IPv6 the network of one customer.

    >>> share_of("2001:db8:1::9"), share_of("::ffff:192.0.2.1"), share_of("192.0.2.1")
    ('2001:db8:1::/64', '192.0.2.1', '192.0.2.1')
    """
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host
    if found.version == 4:
        return host
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
