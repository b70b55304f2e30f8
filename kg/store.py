"""The store: filled from lines, published whole or not at all, opened for reading. The one place that owns it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kg.files import content
from kg.layout import Graphs, Place
from kg.terms import is_iri

if TYPE_CHECKING:
    import pyoxigraph as ox

FORMAT = 2
"""Raised with every change in what a build holds, so that an older one is made anew."""

KEPT = 3
"""Published builds that are kept, so that readers of an older one can finish."""

PARTS = ("facts", "inferred", "ontology")
"""The default graph and the two named ones."""

MEMORY_BYTES = 12 * 1024 * 1024
"""Size of a build's lines up to which it is asked in memory (loading them takes about 0.2 s)."""

PIECE = 5_000
"""Lines that are put into a store in memory at a time."""

MANIFEST = "manifest.json"

_KEYS = {"base": str, "id": str, "files": dict}
_ABOUT = {"inputs": str, "kg": str, "title": str, "entities": int, "facts": int, "statements": int}
"""Keys of a manifest with their types: those it must have, and those it may."""


class BuildError(Exception):
    """The machine or the folder does not let a build be made or read; the message names the path."""


@dataclass(frozen=True, slots=True)
class Build:
    """A published build, whole."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def base(self) -> str:
        """Base IRI of its dataset."""
        return self.manifest["base"]

    def is_small(self) -> bool:
        """Says whether it is asked in memory rather than on disk."""
        return sum(self.manifest["files"][f"{part}.nt"][0] for part in PARTS) <= MEMORY_BYTES

    def store(self) -> ox.Store:
        """Returns its store for reading: in memory where it is small, which answers ten times faster, else on disk.

        Raises BuildError for files that are not as they were written.
        """
        import pyoxigraph as ox

        try:
            if not self.is_small():
                return ox.Store.read_only(str(self.path / "store"))
            store = ox.Store()
            for part in PARTS:
                text = self._content(f"{part}.nt")
                store.load(text, ox.RdfFormat.N_TRIPLES, to_graph=_graph(self.base, part), lenient=True)
        except (OSError, RuntimeError, SyntaxError, KeyError) as error:
            if self.is_small() or damage(self):
                raise self._unreadable(error) from None
            wrote = f"pyoxigraph {self.manifest.get('pyoxigraph', 'of another version')} wrote its store"
            why = f"{wrote}, and pyoxigraph {ox.__version__} cannot open it ({error})"
            raise BuildError(f"{self.path}: {why}; remove this folder, and `kg build` makes it anew") from None
        return store

    def _content(self, name: str) -> bytes:
        """Returns the bytes of one of its files. Raises BuildError where they are not as they were written."""
        try:
            raw = content(self.path / name)
        except OSError as error:
            raise self._unreadable(f"{name}: {error.strerror or error}") from None
        if hashlib.sha256(raw).hexdigest() != self.manifest["files"].get(name, ("", ""))[1]:
            raise self._unreadable(f"{name} is not as it was published")
        return raw

    def _unreadable(self, why: object) -> BuildError:
        hint = "`kg build` compares it with its manifest and makes it anew"
        return BuildError(f"{self.path}: cannot be opened ({why}); {hint}")

    def lines(self, part: str) -> tuple[str, ...]:
        """Returns the canonical lines of one part: facts, inferred or ontology. Raises BuildError as `store` does."""
        return tuple(self._content(f"{part}.nt").decode().split("\n")[:-1])

    def rules(self) -> dict[str, str]:
        """Returns inferred line to the rule that gave it first; a disagreement has none."""
        rows = (row.split("\t", 1) for row in self._content("rules.tsv").decode().split("\n")[:-1])
        return {line: rule for rule, line in rows}

    def places(self) -> Iterator[Place]:
        """Yields where each statement and entity is written."""
        for line in self._content("places.tsv").decode().split("\n")[:-1]:
            node, evidence, path, *numbers = line.split("\t")
            yield Place(node, evidence, path.encode().decode("unicode_escape"), *(int(n) for n in numbers))


def _graph(base: str, part: str) -> ox.DefaultGraph | ox.NamedNode:
    """Returns the graph that a part of the dataset is kept in."""
    import pyoxigraph as ox

    return ox.DefaultGraph() if part == "facts" else ox.NamedNode(base + part)


def in_memory(graphs: Graphs) -> ox.Store:
    """Returns a store of the graphs that is gone with the process.

    Facts are in its default graph, inferences and the ontology in graphs of their own. Lines go in by the piece, so
    that their text is not held a second time; leniently, since they are our own and their IRIs known to be good.
    """
    import pyoxigraph as ox

    store = ox.Store()
    for part in PARTS:
        lines, graph = getattr(graphs, part), _graph(graphs.base, part)
        for start in range(0, len(lines), PIECE):
            text = "\n".join(lines[start : start + PIECE]).encode()
            store.load(text, ox.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
    return store


def current(root: Path) -> Build | None:
    """Returns the build that is published now, None where there is none. A broken one raises BuildError."""
    return at(root / "build" / "current")


def at(path: Path) -> Build | None:
    """Returns the build in a folder, None where there is none. A broken one raises BuildError."""
    folder = Path(os.path.realpath(path))  # once, so that its manifest and its files are those of one build
    try:
        manifest = json.loads(content(folder / MANIFEST))
        if not _is_manifest(manifest):
            raise ValueError("it is no manifest")
        return Build(folder, manifest)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise BuildError(f"{path / MANIFEST}: cannot be read ({error}); `kg build` makes a new one") from None


def _is_manifest(manifest: Any) -> bool:
    """Says whether this can be the manifest of a build that is whole."""
    if not (isinstance(manifest, dict) and _KEYS.keys() <= manifest.keys() and is_iri(str(manifest["base"]))):
        return False
    known = {**_ABOUT, **_KEYS}
    if not all(type(value) is known[key] for key, value in manifest.items() if key in known):
        return False
    files = manifest["files"]
    pairs = all(isinstance(f, list) and [type(part) for part in f] == [int, str] for f in files.values())
    return pairs and {f"{part}.nt" for part in PARTS} | {"places.tsv", "rules.tsv"} <= files.keys()


def is_told(build: Build) -> bool:
    """Says whether the build's manifest has all that `kg build` shows of it."""
    return _ABOUT.keys() <= build.manifest.keys()


def refuse_unwritable(root: Path) -> None:
    """Raises BuildError where no build could be written, before any work is done; creates nothing."""
    folder = root / "build"
    if not (folder.is_symlink() or folder.exists()):
        folder = root
    if not folder.is_dir():
        raise BuildError(f"{folder}: is no folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BuildError(f"{folder}: cannot be written")


def damage(build: Build) -> list[str]:
    """Returns the names of a build's files that are not as they were published."""
    wrong = []
    for name, (size, digest) in build.manifest["files"].items():
        path = build.path / name
        try:
            same = os.path.isfile(path) and path.stat().st_size == size and _sha256(path) == digest
        except OSError:
            same = False
        if not same:
            wrong.append(name)
    return wrong


@contextlib.contextmanager
def _one_builder(folder: Path) -> Iterator[None]:
    """Holds the lock of builders, and clears what a killed one left behind."""
    lock = folder / "lock"
    if lock.is_symlink() or (lock.exists() and not lock.is_file()):
        raise BuildError(f"{lock}: is not a file of kg; remove it")
    try:
        folder.mkdir(exist_ok=True)
        file = lock.open("a+", encoding="ascii")
    except OSError as error:
        raise BuildError(f"{folder}: cannot be written ({error.strerror})") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(f"another build is running (process {_holder(file)})") from None
        with contextlib.suppress(OSError):  # a full disk says so where it matters
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())
        for leftover in folder.glob("tmp-*"):
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    leftover.unlink()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(file.fileno(), 0)  # else the next one is taken for this process until it has written


def _holder(file: IO[str]) -> str:
    """Returns the id of the process that holds the lock, which writes it just after it has taken it."""
    for _ in range(50):
        file.seek(0)
        if known := file.read().strip():
            return known
        time.sleep(0.01)
    return "unknown"


def publish(
    root: Path,
    graphs: Graphs,
    places: Iterable[Place],
    about: Mapping[str, Any],
    rules: Mapping[str, str] | None = None,
) -> Build:
    """Writes a build beside the others and makes it the current one: readers see the old one or this, never half.

    `about` goes into its manifest; `rules` names the rule of each inferred line. Raises BuildError where the folder
    cannot be written; then nothing has changed.
    """
    folder = root / "build"
    with _one_builder(folder):
        work = folder / f"tmp-{os.getpid()}"
        try:
            _write(work, graphs, places, rules or {})
            manifest = {**about, "base": graphs.base, "files": _files(work), "id": _id(work, about)}
            _write_text(work / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True) + "\n")
            _sync_folder(work)
            final = folder / "builds" / manifest["id"]
            final.parent.mkdir(exist_ok=True)
            _install(work, final)
            _point(folder, final)
            _prune(folder / "builds", final)
        except OSError as error:
            raise BuildError(f"{error.filename or work}: {error.strerror or error}; the last build stays") from None
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return Build(final, manifest)


def _id(work: Path, about: Mapping[str, Any]) -> str:
    """Returns the id of a build: the same graphs from the same inputs, the same id."""
    whole = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for part in PARTS:
        whole.update(content(work / f"{part}.nt").removesuffix(b"\n"))
    return whole.hexdigest()[:16]


def _write(work: Path, graphs: Graphs, places: Iterable[Place], rules: Mapping[str, str]) -> None:
    """Writes all files of a build but its manifest, safely on disk."""
    import pyoxigraph as ox

    work.mkdir()
    store = ox.Store(str(work / "store"))
    for part in PARTS:
        file, graph = work / f"{part}.nt", _graph(graphs.base, part)
        _write_text(file, "\n".join((*getattr(graphs, part), "")))
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
    store.flush()
    del store
    _write_text(work / "places.tsv", "".join(sorted(_place_row(place) for place in places)))
    _write_text(work / "rules.tsv", "".join(sorted(f"{rule}\t{line}\n" for line, rule in rules.items())))
    for path in (work / "store").iterdir():
        _sync(path)
    _sync_folder(work / "store")


def _place_row(p: Place) -> str:
    path = p.path.encode("unicode_escape").decode()  # a file's name may hold a tab, a line end or no text at all
    return f"{p.node}\t{p.evidence}\t{path}\t{p.line}\t{p.column}\t{p.length}\n"


def _install(work: Path, final: Path) -> None:
    """Renames a finished build to its place; an equal one that is there already stays."""
    if final.exists():
        if _is_whole(final):
            os.utime(final)  # it is the newest again, and the last to be removed
            return
        final.rename(final.parent.parent / f"tmp-damaged-{final.name}")
    work.rename(final)
    _sync_folder(final.parent)


def _is_whole(path: Path) -> bool:
    try:
        build = at(path)
    except BuildError:
        return False
    return bool(build) and not damage(build)


def _point(folder: Path, final: Path) -> None:
    """Makes `current` point at the build, in one step."""
    link = folder / "tmp-current"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("builds") / final.name)
    link.replace(folder / "current")
    _sync_folder(folder)


def _prune(builds: Path, final: Path) -> None:
    others = sorted((p for p in builds.iterdir() if p != final), key=lambda p: (p.stat().st_mtime, p.name))
    for old in others[: max(0, len(others) - KEPT + 1)]:
        shutil.rmtree(old, ignore_errors=True)


def _files(work: Path) -> dict[str, list[int | str]]:
    found = sorted(p for p in work.rglob("*") if p.is_file())
    return {p.relative_to(work).as_posix(): [p.stat().st_size, _sha256(p)] for p in found}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
