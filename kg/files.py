"""Files as they lie on disk: bytes of regular ones, digests of folders, texts written whole. Knows no contents."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from pathlib import Path


def barred(path: Path, root: Path) -> str:
    """Returns why a file or folder of the project is not read, '' where it is: a pipe would be waited for for ever,
    and a link may lead to files that are nobody's business.

    `facts/` and `ontology/` themselves may be links, since projects share them: whoever asks about them resolves first.
    """
    try:
        inside = not path.is_symlink() or path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # links in a loop
        inside = True
    if not inside:
        return "is a link that leaves the project's folder, and is not followed"
    if path.is_dir():
        if path.is_symlink():
            return "is a link to a folder, and is not followed"
        if not os.access(path, os.R_OK | os.X_OK):
            return "this folder may not be read"
        return "is a folder, and no file" if path.suffix == ".ttl" else ""
    return "" if path.is_file() else "is not a file"


def content(path: Path) -> bytes:
    """Returns the bytes of a regular file. Raises OSError for anything else: a pipe would be waited for."""
    if os.path.lexists(path) and not os.path.isfile(path):
        raise OSError(errno.EINVAL, "is not a file", str(path))
    return path.read_bytes()


def digest(folder: Path | None) -> str:
    """Returns the digest of the names and bytes of all files below a folder, '' for none."""
    if folder is None:
        return ""
    whole = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.name[0] != "." and os.path.isfile(p)):
        whole.update(f"{path.relative_to(folder).as_posix()}\0".encode("utf-8", "surrogateescape"))
        with contextlib.suppress(OSError):  # an unreadable file is a problem of its own when it is read
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def deliver(text: str, output: Path) -> Path:
    """Writes a text to a file by way of a neighbour, so that nobody sees half of it; returns where it is.

    A file that is there keeps its mode. A link stays and what it leads to is written; a device or pipe is written
    into. Raises OSError.
    """
    path = Path(os.path.realpath(output))
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8", newline="\n")
        return path
    part = path.with_name(f".{path.name}.{os.getpid()}")
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    try:
        if mode is not None:
            part.touch(0o600)  # nobody reads it who may not read the old one
        part.write_text(text, encoding="utf-8", newline="\n")
        if mode is not None:
            part.chmod(mode)
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):  # what went wrong before says more
            part.unlink(missing_ok=True)
    return path
