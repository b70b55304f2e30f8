"""The process that holds the graph and forks workers: `python -m kg.serve.workers.zygote`. Asks nothing itself."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from kg.serve.graph import holding
from kg.serve.limits import Limits
from kg.serve.workers import frames, sandbox, worker
from kg.store import BuildError


def main() -> None:
    """Loads what the first frame on the socket (descriptor given as argument) names; then forks on request."""
    control = socket.socket(fileno=int(sys.argv[1]))
    sandbox.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the socket
    asked = frames.receive(control)
    if asked is None:  # the server has gone
        return
    order = json.loads(asked[1])
    limits = Limits(**order["limits"])
    try:
        held = holding.load(order["source"])
        held.warm()
    except holding.Unloadable as error:
        _say(control, {"failed": str(error)})
        return
    if held.on_disk and (why := _unopened(held)):
        _say(control, {"failed": why})
        return
    gc.collect()
    gc.freeze()  # what is shared with workers stays untouched by their collectors
    _say(control, {"ready": held.card()})
    _fork_on_request(control, held, limits)


def _unopened(held: holding.Holding) -> str:
    """Returns why the store on disk cannot be opened, '' where it can: tried by a child, since threads come with it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            held.opened()
            os._exit(0)
        except BuildError as error:
            os.write(writing, str(error)[:4000].encode())
        finally:
            os._exit(1)
    os.close(writing)
    with open(reading, encoding="utf-8", errors="replace") as said:
        why = said.read()
    _, status = os.waitpid(pid, 0)
    return why or (f"{held.path}: opening its store ends the process" if status else "")


def _fork_on_request(control: socket.socket, held: holding.Holding, limits: Limits) -> None:
    """Forks a worker for each byte that comes; sends its end of a new socket, and its process, in return."""
    while True:
        ready, _, _ = select.select([control], [], [], 1.0)
        _reap()
        if not ready:
            continue
        if not control.recv(1):
            return
        ours, theirs = socket.socketpair()
        words_read, words_write = os.pipe()
        pid = os.fork()
        if pid == 0:
            control.close()
            ours.close()
            os.dup2(words_write, 2)
            os.close(words_read)
            os.close(words_write)
            try:
                worker.live(theirs, held, limits)
            finally:
                os._exit(70)
        theirs.close()
        os.close(words_write)
        with contextlib.suppress(BrokenPipeError):  # who asked has gone, and the next look ends this process
            socket.send_fds(control, [pid.to_bytes(4, "big")], [ours.fileno(), words_read])
        ours.close()
        os.close(words_read)


def _reap() -> None:
    """Takes note of workers that have ended, so that none stays as a zombie."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _say(sock: socket.socket, message: dict[str, Any]) -> None:
    sock.sendall(frames.frame(frames.LOADED, message))


if __name__ == "__main__":
    main()
