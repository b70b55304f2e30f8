"""A question becomes a response: from the cache, as 304, whole, or as a stream that never ends cleanly when cut."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kg.serve.cache import Kept, tag_of
from kg.serve.limits import share_of
from kg.serve.live import Served
from kg.serve.refusal import Refusal
from kg.serve.workers.reply import Reply

log = logging.getLogger("kg.serve")

PAGE = 8 * 1024 * 1024
"""Bytes of JSON that a page is made of at the most: it is made in the server itself."""

SOON = 0.1
"""Seconds that an answer has before its asker is watched for hanging up."""

UNCHANGING = "public, max-age=0, must-revalidate"
"""A build's answers never change, but the next build may come at any time: keep, and ask whether it is still so."""


def client_of(request: Request) -> str:
    """Returns whom a request comes from, as its share is reckoned."""
    return share_of(request.client.host if request.client else "")


def live_of(request: Request) -> Served:
    """Returns what is served: all that one request asks is asked of one build."""
    served = getattr(request.state, "served", None)
    if served is None:
        served = request.state.served = request.app.state.live.now()
    return served


async def told(request: Request, task: str, *, steady: bool = True, **arguments: Any) -> Any:
    """Returns what a task says as JSON, from the cache where it was asked before. Raises Refusal.

    `steady` is as of `respond`.
    """
    live = live_of(request)
    question = {"task": task, **arguments}
    pool = live.pool
    tag = tag_of(pool.card["id"], question)
    changing = pool.card["remote"] or not steady  # nothing tells when another machine's graph has changed
    kept = None if changing else live.cache.get(tag)
    if kept is None:
        reply = await _unless_gone(request, pool.ask(question, client_of(request)))
        try:
            body = await _gathered(reply)
        finally:
            reply.give_up()
        kept = Kept(reply.head.get("media", ""), body, reply.head)
        if len(body) <= live.limits.cached_result and not changing:
            live.cache.put(tag, kept)
    return json.loads(kept.body)


async def _gathered(reply: Reply) -> bytes:
    """Returns the whole of a reply that a page is made of. Raises Refusal where it is too large for one."""
    found = bytearray()
    async for part in reply.stream():
        found += part
        if len(found) > PAGE:
            raise Refusal(413, "result-too-large", "this is too much for a page", hint="take it in another format")
    return bytes(found)


async def respond(
    request: Request, question: Mapping[str, Any], *, steady: bool = True, headers: Mapping[str, str] | None = None
) -> Response:
    """Returns the response that answers a question. Raises Refusal where it fails before its headers are sent.

    `steady` says that the same question has the same answer as long as the build is the same.
    """
    live = live_of(request)
    pool = live.pool
    tag = tag_of(pool.card["id"], question)
    steady = steady and not pool.card["remote"]
    sent = {"KG-Build": pool.card["id"], "Vary": "Accept", **(headers or {})}
    sent |= {"ETag": tag, "Cache-Control": UNCHANGING} if steady else {"Cache-Control": "no-store"}
    if steady and is_known(request, tag):
        return Response(status_code=304, headers=sent)
    kept = live.cache.get(tag) if steady else None
    if kept is None:
        reply = await _unless_gone(request, pool.ask(question, client_of(request)))
        if not reply.complete:
            return Streamed(reply, sent)
        body = reply.body()
        reply.give_up()
        kept = Kept(reply.head["media"], body, reply.head)
        if steady and len(body) <= live.limits.cached_result:
            live.cache.put(tag, kept)
    return Response(kept.body, media_type=None, headers={**sent, "Content-Type": kept.media})


def is_known(request: Request, tag: str) -> bool:
    """Says whether the asker has the answer already (If-None-Match, compared weakly)."""
    known = request.headers.get("if-none-match", "")
    return tag.removeprefix("W/") in {part.strip().removeprefix("W/") for part in known.split(",")}


async def _unless_gone(request: Request, asking: Any) -> Reply:
    """Returns the reply, or ends the question where its asker hangs up before. Raises Refusal (499)."""
    task = asyncio.ensure_future(asking)
    await asyncio.wait({task}, timeout=SOON)
    if task.done():
        return task.result()
    gone = asyncio.ensure_future(_hung_up(request.receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Refusal(499, "gone", "the asker has gone")
        return task.result()
    finally:
        gone.cancel()
        if not task.done():
            task.cancel()


class Streamed(Response):
    """A long answer, sent while it is still being written. Cut off by a limit, its body is left without its end."""

    def __init__(self, reply: Reply, headers: Mapping[str, str]) -> None:
        super().__init__(None, headers={**headers, "Content-Type": reply.head["media"]})
        del self.headers["content-length"]
        self.reply = reply

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the answer, to HTTP/1.0 only once it is whole: there a cut body would look like a whole one."""
        gone = asyncio.ensure_future(_hung_up(receive))
        sending = asyncio.ensure_future(self._send(scope, send))
        try:
            await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            gone.cancel()
            sending.cancel()
            self.reply.give_up()

    async def _send(self, scope: Scope, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200}
        if scope["http_version"] == "1.0":
            body = b"".join([part async for part in self.reply.stream()])
            self.headers["content-length"] = str(len(body))
            await send({**start, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": body})
            return
        await send({**start, "headers": self.raw_headers})
        try:
            async for part in self.reply.stream():
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except Refusal as refusal:
            log.info("an answer was cut off: %s", refusal.detail)
            return  # without the end of the body
        await send({"type": "http.response.body", "body": b""})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
