"""What a worker may no longer do, whatever a query makes the engine try: open files or sockets, outgrow its memory."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Mapping

_PDEATHSIG, _NO_NEW_PRIVS, _SECCOMP, _FILTER = 1, 38, 22, 2
"""prctl(2): PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP; SECCOMP_MODE_FILTER."""

_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Architecture as the kernel names it to a filter (linux/audit.h)."""

_NEVER = {
    "accept": (43, 202), "accept4": (288, 242), "bind": (49, 200), "listen": (50, 201), "execve": (59, 221),
    "execveat": (322, 281), "fork": (57, -1), "vfork": (58, -1), "kill": (62, 129), "tkill": (200, 130),
    "tgkill": (234, 131), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "io_uring_setup": (425, 425),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "chroot": (161, 51), "pivot_root": (155, 41),
    "open_by_handle_at": (304, 265), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "init_module": (175, 105),
    "finit_module": (313, 273), "kexec_load": (246, 104),
}  # fmt: skip
"""Calls that no worker needs, with their numbers on x86_64 and aarch64; -1 where there is none."""

_SOCKETS = {"socket": (41, 198), "connect": (42, 203)}
"""Calls that only a worker needs whose graph is another machine's."""

_CLONE, _CLONE3 = (56, 220), (435, 435)
_THREAD = 0x10000
"""CLONE_THREAD: what is made belongs to this process, and ends with it."""

_OTHER_NUMBERS = 0x40000000
"""From here on the same calls have second numbers on x86_64 (x32)."""

_EPERM, _ENOSYS = 1, 38
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _HAS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Instructions of the filter: load a word, jump if equal, if greater or equal, if a bit is set, return
(linux/bpf_common.h)."""


def die_with_parent() -> None:
    """Makes the kernel end this process when the one that made it ends, however that ends."""
    _prctl(_PDEATHSIG, signal.SIGKILL)


def confine(memory: int, *, files: bool, sockets: bool = False) -> None:
    """Takes from this process, for good: new sockets and programs, memory beyond what it has plus so many bytes.

    Without `files` it can open no descriptor at all; a store on disk needs them, to read only: it writes none.
    `sockets` stay where the graph is another machine's endpoint, to connect to it. Raises OSError where the kernel
    refuses.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = _data_size() + memory
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    if not sockets:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a long answer from elsewhere waits in a file
    _filter_calls(_NEVER if sockets else {**_NEVER, **_SOCKETS})
    if not (files or sockets):
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _data_size() -> int:
    """Returns the bytes of private memory that this process has mapped."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[5]) * os.sysconf("SC_PAGESIZE")


def _filter_calls(denied: Mapping[str, tuple[int, int]]) -> None:
    """Makes the kernel answer EPERM to each denied call and to new processes (seccomp, mode filter)."""
    machine = platform.machine()
    if machine not in _AUDIT:
        raise OSError(f"queries cannot be confined on {machine}")
    steps = _steps(_AUDIT[machine], denied, list(_AUDIT).index(machine))
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    head = ctypes.create_string_buffer(struct.pack("HL", len(steps), ctypes.addressof(program)))
    _prctl(_NO_NEW_PRIVS, 1)
    _prctl(_SECCOMP, _FILTER, ctypes.addressof(head))


def _steps(audit: int, denied: Mapping[str, tuple[int, int]], column: int) -> list[tuple[int, int, int, int]]:
    """Returns the instructions of the filter: code, how many to skip if it is so, how many if not, operand."""
    refuse = (_RETURN, 0, 0, _ERRNO | _EPERM)
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, audit), refuse]
    steps += [(_LOAD, 0, 0, 0), (_AT_LEAST, 0, 1, _OTHER_NUMBERS), refuse]
    # what clone3 is to make stands where no filter can look; told that there is none, the C library takes clone
    steps += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ERRNO | _ENOSYS)]
    for number in (numbers[column] for numbers in denied.values()):
        steps += [(_EQUAL, 0, 1, number), refuse] if number >= 0 else []
    steps += [(_EQUAL, 0, 3, _CLONE[column]), (_LOAD, 0, 0, 16), (_HAS, 1, 0, _THREAD), refuse]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def _prctl(option: int, first: int, second: int = 0) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    if libc.prctl(option, *arguments) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")
