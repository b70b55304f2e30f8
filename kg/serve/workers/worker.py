"""One worker: takes questions from its socket, asks the graph it was forked with, writes answers. Knows no HTTP."""

from __future__ import annotations

import json
import os
import resource
import socket
import threading
import time
from typing import Any

from kg.answers import Unanswered
from kg.query import QueryError
from kg.serve import tasks
from kg.serve.graph.holding import Holding
from kg.serve.limits import Limits
from kg.serve.refusal import Refusal, of_problem, over_memory
from kg.serve.workers import sandbox
from kg.serve.workers.frames import ASK, END, REFUSED, frame, receive
from kg.serve.workers.sink import Sink
from kg.store import BuildError

STACK = 256 * 1024 * 1024
"""Bytes of stack on which a question is asked: deep patterns recurse."""


def live(sock: socket.socket, holding: Holding, limits: Limits) -> None:
    """Answers questions until the server closes the socket. Never returns: the process ends with it."""
    sandbox.die_with_parent()
    if holding.on_disk:
        holding = _opened(holding)
    sandbox.confine(limits.memory + STACK, files=holding.on_disk, sockets=holding.remote)
    threading.stack_size(STACK)
    thread = threading.Thread(target=_answer_all, args=(sock, holding, limits))
    thread.start()
    thread.join()
    os._exit(0)  # no destructor of the store runs: it is the parent's


def _opened(holding: Holding) -> Holding:
    """Returns a holding whose store on disk this process has opened, or ends with the reason as its last words."""
    try:
        return holding.opened()
    except BuildError as error:
        os.write(2, f"{error}\n".encode())
        os._exit(1)


def _answer_all(sock: socket.socket, holding: Holding, limits: Limits) -> None:
    try:
        while (found := receive(sock)) and found[0] == ASK:
            sink = Sink(sock, limits)
            try:
                _answer(json.loads(found[1]), holding, sink)
                sink.flush()
                cost = {"rows": sink.rows, "bytes": sink.bytes, "memory": _peak(), "cpu": time.process_time()}
                last = frame(END, cost)
            except Refusal as refusal:
                last = _refused(refusal)
            except QueryError as error:
                last = _refused(of_problem(error.problem))
            except Unanswered as error:
                last = _refused(Refusal(502, "unanswered", str(error)))
            except MemoryError:
                last = _refused(over_memory(limits.memory))
            sock.sendall(last)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server has gone, or gave this question up


def _answer(question: dict[str, Any], holding: Holding, sink: Sink) -> None:
    found = tasks.TASKS[question.pop("task")](holding, sink, **question)
    if found is not None:
        sink.begin({"media": "application/json"})
        sink.write(json.dumps(found, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _refused(refusal: Refusal) -> bytes:
    members = {"status": refusal.status, "code": refusal.code, "detail": refusal.detail, "members": refusal.members}
    return frame(REFUSED, {**members, "cpu": time.process_time()})


def _peak() -> int:
    """Returns the most bytes this process has had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
