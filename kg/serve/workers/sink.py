"""Where a task writes its answer: gathered into frames, counted, and refused beyond the limits. Knows no graph."""

from __future__ import annotations

import socket
from typing import Any

from kg.serve.limits import Limits
from kg.serve.refusal import Refusal
from kg.serve.workers.frames import BEGIN, DATA, frame

CHUNK = 64 * 1024
"""Bytes of an answer that are sent at once."""


class Sink:
    """What an answer is written to: gathers chunks, counts bytes and rows, refuses what is over the limit."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self.sock, self.limits = sock, limits
        self.bytes = self.rows = 0
        self.row_mark = b""
        self.gathered = bytearray()

    def begin(self, head: dict[str, Any], row_mark: bytes = b"") -> None:
        """Sends what the answer is; `row_mark` is the bytes that stand once in each of its rows."""
        self.row_mark = row_mark
        self.sock.sendall(frame(BEGIN, head))

    def write(self, part: bytes) -> int:
        """Takes bytes of the answer, as a file would. Raises Refusal over a limit."""
        self.bytes += len(part)
        if self.row_mark:
            self.rows += part.count(self.row_mark)
        if self.bytes > self.limits.bytes:
            raise _too_large(f"is over {self.limits.bytes:,} bytes", bytes=self.limits.bytes)
        if self.rows > self.limits.rows:
            raise self.too_many_rows()
        self.gathered += part
        if len(self.gathered) >= CHUNK:
            self.flush()
        return len(part)

    def too_many_rows(self) -> Refusal:
        """Returns the refusal of an answer that has too many rows."""
        return _too_large(f"has over {self.limits.rows:,} rows", rows=self.limits.rows)

    def flush(self) -> None:
        """Sends what has been gathered."""
        if self.gathered:
            self.sock.sendall(frame(DATA, bytes(self.gathered)))
            self.gathered.clear()


def _too_large(how: str, **limit: int) -> Refusal:
    hint = "add LIMIT, or ask for less"
    return Refusal(413, "result-too-large", f"the result {how}, the limit of this server", hint=hint, limit=limit)
