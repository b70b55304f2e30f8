"""What a worker may no longer do, whatever a query makes the engine try: open files or sockets, outgrow its memory."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct

_PDEATHSIG, _NO_NEW_PRIVS, _SECCOMP, _FILTER = 1, 38, 22, 2
"""prctl(2): PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP; SECCOMP_MODE_FILTER."""

_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Architecture as the kernel names it to a filter (linux/audit.h)."""

_DENIED = {
    "x86_64": (41, 42, 43, 49, 50, 59, 101, 288, 322, 425),
    "aarch64": (198, 203, 202, 200, 201, 221, 117, 242, 281, 425),
}
"""socket, connect, accept, bind, listen, execve, ptrace, accept4, execveat, io_uring_setup by their numbers."""

_EPERM = 1
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
"""Instructions of the filter: load a word, jump if equal, return (linux/bpf_common.h)."""


def die_with_parent() -> None:
    """Makes the kernel end this process when the one that made it ends, however that ends."""
    _prctl(_PDEATHSIG, signal.SIGKILL)


def confine(memory: int, *, files: bool, sockets: bool = False) -> None:
    """Takes from this process, for good: new sockets and programs, memory beyond what it has plus so many bytes.

    Without `files` it can open no descriptor at all; a store on disk needs them, to read only: it writes none.
    `sockets` stay where the graph is another machine's endpoint. Raises OSError where the kernel refuses.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = _data_size() + memory
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    if not sockets:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        _filter_calls()
    if not (files or sockets):
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _data_size() -> int:
    """Returns the bytes of private memory that this process has mapped."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[5]) * os.sysconf("SC_PAGESIZE")


def _filter_calls() -> None:
    """Makes the kernel answer EPERM to each denied call (seccomp, mode filter)."""
    machine = platform.machine()
    if machine not in _AUDIT:
        raise OSError(f"queries cannot be confined on {machine}")
    denied = _DENIED[machine]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, _AUDIT[machine]), (_RETURN, 0, 0, _ERRNO | _EPERM), (_LOAD, 0, 0, 0)]
    steps += [(_EQUAL, len(denied) - place, 0, number) for place, number in enumerate(denied)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    head = ctypes.create_string_buffer(struct.pack("HL", len(steps), ctypes.addressof(program)))
    _prctl(_NO_NEW_PRIVS, 1)
    _prctl(_SECCOMP, _FILTER, ctypes.addressof(head))


def _prctl(option: int, first: int, second: int = 0) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    if libc.prctl(option, *arguments) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")
