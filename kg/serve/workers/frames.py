"""How the server and its processes talk: frames of a kind byte, a length and content. Knows not what they say."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

HEAD = struct.Struct(">cI")

ASK, BEGIN, DATA, END, REFUSED = b"A", b"B", b"D", b"E", b"R"
"""A question; an answer's media type and more; its bytes; its end with what it cost; or why there is none."""

LOAD, LOADED = b"L", b"O"
"""What the process that holds the graph is to load, and what came of it."""


def frame(kind: bytes, content: bytes | dict[str, Any]) -> bytes:
    """Returns one frame; a mapping travels as JSON."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return HEAD.pack(kind, len(raw)) + raw


def receive(sock: socket.socket) -> tuple[bytes, bytes] | None:
    """Returns the next frame's kind and content, None where the other side is gone."""
    head = _exactly(sock, HEAD.size)
    if head is None:
        return None
    kind, length = HEAD.unpack(head)
    content = _exactly(sock, length)
    return None if content is None else (kind, content)


def _exactly(sock: socket.socket, count: int) -> bytes | None:
    found = bytearray()
    while len(found) < count:
        part = sock.recv(min(count - len(found), 1 << 20))
        if not part:
            return None
        found += part
    return bytes(found)


async def read(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Returns the next frame. Raises asyncio.IncompleteReadError or ConnectionError where the other side is gone."""
    kind, length = HEAD.unpack(await reader.readexactly(HEAD.size))
    return kind, await reader.readexactly(length)
