"""SPARQL over HTTP/1.1 as lightly as it can be asked, so that what is measured is the server."""

from __future__ import annotations

import asyncio
from urllib.parse import quote


def request(path: str, query: str) -> bytes:
    """Returns the bytes of a request that asks a query."""
    head = f"GET {path}?query={quote(query)} HTTP/1.1\r\nHost: localhost\r\n"
    return (head + "Accept: application/sparql-results+json\r\n\r\n").encode()


async def answer(reader: asyncio.StreamReader) -> int:
    """Reads one response to its end and returns its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
    else:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head.split(b" ", 2)[1])
