"""Publishing: whatever fails, is killed or meets another, a reader sees the old build or the new one, never half."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg import store
from kg.layout import Graphs, Place
from kg.project import Project
from kg.store import BuildError, current, damage, publish

BASE = "https://example.org/s/"
KG = [sys.executable, "-m", "kg.cli"]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Yields a folder in memory where there is such, since hundreds of builds wait long for a real disk."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as name:
        yield Path(name)


def _graphs(version: int) -> Graphs:
    """Returns ten lines that all say one version, by which a mixture of two builds would show."""
    lines = tuple(f'<{BASE}{n}> <{BASE}version> "{version}" .' for n in range(10))
    return Graphs(BASE, {"": BASE}, lines, (), lines)


def _publish(root: Path, version: int) -> store.Build:
    places = [Place(f"{BASE}{n}", "", "facts/a.yaml", n, 1, 1) for n in range(10)]
    return publish(root, _graphs(version), places, {"inputs": str(version)})


def _version(root: Path) -> int:
    """Returns the version that the current build answers with, having made sure that it is whole."""
    build = current(root)
    assert build is not None
    assert damage(build) == []
    rows = [row["v"].value for row in build.store().query("SELECT ?v { ?s ?p ?v }")]
    assert len(rows) == 10
    assert len(set(rows)) == 1
    assert len(list(build.places())) == 10
    return int(rows[0])


def _leftovers(root: Path) -> list[Path]:
    return sorted((root / "build").glob("tmp-*"))


# --- a machine that fails ----------------------------------------------------------------------


class _FailingFile:
    """A file whose write finds the disk full."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _FailingFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, text: str) -> int:
        self._file.write(text[: len(text) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")


CALLS = {
    "open": (io, "open"), "write": (io, "open"), "folder": (os, "open"), "fsync": (os, "fsync"), "mkdir": (os, "mkdir"),
    "rename": (os, "rename"), "replace": (os, "replace"), "symlink": (os, "symlink"), "unlink": (os, "unlink"),
}  # fmt: skip


@contextlib.contextmanager
def _nth_fails(kind: str, n: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Makes the n-th call of a kind fail; yields a list that counts the calls."""
    where, name = CALLS[kind]
    real, count = getattr(where, name), [0]

    def call(*args: Any, **options: Any) -> Any:
        ours = kind == "fsync" or "build" in str(args[0])
        written = kind != "write" or "w" in str(args[1:2])
        count[0] += ours and written
        if ours and written and count[0] == n:
            if kind == "write":
                return _FailingFile(real(*args, **options))
            raise OSError(errno.EIO, "Input/output error", str(args[0]))
        return real(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(where, name, call)
        yield count


@pytest.mark.parametrize("kind", CALLS)
def test_whichever_call_fails_readers_see_old_or_new(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call of each kind that a build makes is failed once: the build before it or the new one stays, whole."""
    _publish(tmp_path, 0)
    failed, n = 0, 0
    while True:
        n += 1
        before = _version(tmp_path)
        with _nth_fails(kind, n, monkeypatch) as count:
            try:
                _publish(tmp_path, n)
            except BuildError:
                failed += 1
        assert _version(tmp_path) in (before, n)
        if count[0] < n:
            break
        _publish(tmp_path, n)
        assert _version(tmp_path) == n
        assert _leftovers(tmp_path) == []
    assert n > 1, "no such call was made"
    assert failed or kind == "unlink"


def test_leftovers_of_any_kind_are_cleared(tmp_path: Path) -> None:
    """Folders, files and links that a killed build left are gone after the next one."""
    _publish(tmp_path, 1)
    (tmp_path / "build" / "tmp-99" / "store").mkdir(parents=True)
    (tmp_path / "build" / "tmp-file").write_text("half")
    (tmp_path / "build" / "tmp-current").symlink_to("nowhere")
    (tmp_path / "build" / "tmp-damaged-1").symlink_to(tmp_path / "build" / "builds")
    _publish(tmp_path, 2)
    assert _leftovers(tmp_path) == []
    assert len(list((tmp_path / "build" / "builds").iterdir())) == 2


@contextlib.contextmanager
def _mounted(folder: Path, size: str) -> Iterator[Path]:
    """Yields a small file system, or skips where none can be mounted."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], capture_output=True)
    if done.returncode:
        pytest.skip("a tmpfs cannot be mounted here: " + done.stderr.decode(errors="replace").strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.skipif(not shutil.which("mount"), reason="there is no mount command")
def test_a_full_disk_leaves_the_old_build(tmp_path: Path) -> None:
    """With any room left on the disk a build is published or refused with a clear message, and cleans up."""
    refused = 0
    with _mounted(tmp_path / "disk", "8m") as root:
        _publish(root, 0)
        for version, free in enumerate([0, 4, 40, 80, 120, 160, 250, 400], 1):
            before = _version(root)
            room = os.statvfs(root).f_bavail * os.statvfs(root).f_frsize
            (root / "filler").write_bytes(b"\0" * max(0, room - free * 1024))
            try:
                _publish(root, version)
            except BuildError:
                refused += 1
            (root / "filler").unlink()
            assert _version(root) in (before, version)
            assert _leftovers(root) == []
    assert refused >= 3


@pytest.mark.skipif(not shutil.which("mount"), reason="there is no mount command")
def test_a_read_only_folder_is_refused_before_work_starts(tmp_path: Path, facts: Callable[[str], Project]) -> None:
    """On a file system that is read-only, facts are not even read, and what was built can still be asked."""
    project = facts("  - Cabello governs Miranda\n")
    with _mounted(tmp_path / "disk", "8m") as root:
        for folder in ("facts", "ontology"):
            shutil.copytree(project.root / folder, root / folder)
        before = Project(root).build()
        (root / "facts" / "more.yaml").write_text("source: paper\nfacts:\n  - Cabello governs Miranda: {note: again}\n")
        subprocess.run(["mount", "-o", "remount,ro", root], check=True)
        late = Project(root)
        with pytest.raises(BuildError, match="cannot be written"):
            late.build()
        assert "corpus" not in late.__dict__
        assert current(root) == before
        assert damage(before) == []


def test_a_file_in_place_of_the_folder_is_refused(facts: Callable[[str], Project]) -> None:
    """A build that has no folder to go to ends with exit code 1, names the path and changes nothing."""
    project = facts("  - Cabello governs Miranda\n")
    (project.root / "build").write_text("mine")
    done = subprocess.run([*KG, "-C", project.root, "build"], capture_output=True, text=True)
    assert done.returncode == 1
    assert str(project.root / "build") in done.stderr
    assert "Traceback" not in done.stderr
    assert (project.root / "build").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can become somebody else")
def test_without_permission_a_build_is_refused(facts: Callable[[str], Project]) -> None:
    """Somebody who may read but not write gets exit code 1 and the path, and nothing is made."""
    project = facts("  - Cabello governs Miranda\n")
    project.root.chmod(0o755)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    done = subprocess.run([*nobody, *KG, "-C", project.root, "build"], capture_output=True, text=True)
    if "No module named" in done.stderr or "Permission denied" in done.stderr:
        pytest.skip("nobody may not read the program here: " + done.stderr)
    assert done.returncode == 1
    assert f"{project.root}: cannot be written" in done.stderr
    assert not (project.root / "build").exists()


# --- builds that are killed, stopped, or meet --------------------------------------------------


def _write_facts(root: Path, version: int) -> None:
    places = ("Miranda", "Táchira", "sucre-state", "sucre-municipality")
    lines = "".join(f"  - Cabello governs {place}: {{note: version {version}}}\n" for place in places)
    (root / "facts" / "facts.yaml").write_text(f"source: paper\nfacts:\n{lines}", encoding="utf-8")


NOTES = """SELECT ?note (COUNT(?s) AS ?n) {
  ?s <https://kg.example/terms#evidence> ?e . ?e <https://kg.example/terms#note> ?note } GROUP BY ?note"""


def _watch(root: Path, stop: threading.Event, wrong: list[object], right: list[str]) -> None:
    """Asks the current build again and again; every answer is one version, whole."""
    while not stop.is_set():
        try:
            rows = [(row["note"].value, row["n"].value) for row in current(root).store().query(NOTES)]  # type: ignore[union-attr]
        except (BuildError, AttributeError) as error:
            wrong.append(error)
            continue
        (right if len(rows) == 1 and rows[0][1] == "4" else wrong).append(rows[0][0] if rows else "nothing")


def test_a_build_opened_while_the_next_is_published_is_one_of_the_two(
    case_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest and the files are of the same build, though `current` comes to point elsewhere in between."""
    root = case_project().root
    _write_facts(root, 0)
    first = Project(root).build()
    _write_facts(root, 1)
    second = Project(root).build()
    link, content = root / "build" / "current", store.content

    def switching(path: Path) -> bytes:
        raw = content(path)
        link.unlink()
        link.symlink_to(second.path)
        return raw

    link.unlink()
    link.symlink_to(first.path)
    monkeypatch.setattr(store, "content", switching)
    opened = current(root)
    assert opened is not None
    assert (opened.path.name, opened.manifest["id"]) == (first.path.name, first.path.name)


def test_kill_9_at_any_point_leaves_whole_answers(case_project: Callable[..., Project]) -> None:
    """Builds are killed at 24 points of their run while a reader asks; no answer is missing, mixed or half."""
    root = case_project().root
    _write_facts(root, 0)
    start = time.monotonic()
    subprocess.run([*KG, "-C", root, "build"], check=True, capture_output=True)
    whole = time.monotonic() - start
    stop, wrong, right, killed = threading.Event(), [], [], 0
    reader = threading.Thread(target=_watch, args=(root, stop, wrong, right))
    reader.start()
    try:
        for point in range(24):
            _write_facts(root, point + 1)
            builder = subprocess.Popen([*KG, "-C", root, "build"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if point % 2:
                time.sleep(whole * point / 24)
            else:
                while builder.poll() is None and not list((root / "build").glob("tmp-*")):
                    time.sleep(0.0005)
                time.sleep(0.004 * point)
            builder.kill()
            killed += builder.wait() == -signal.SIGKILL
            assert damage(current(root)) == []  # type: ignore[arg-type]
    finally:
        stop.set()
        reader.join()
    assert wrong == []
    assert len(right) >= 24
    assert killed >= 12, "most builds were done before they were killed"
    Project(root).build()
    assert _leftovers(root) == []
    assert len(list((root / "build" / "builds").iterdir())) <= 3


def test_a_second_build_names_the_first(facts: Callable[[str], Project]) -> None:
    """While one process builds, another ends with exit code 1 and the first one's process id."""
    project = facts("  - Cabello governs Miranda\n")
    with store._one_builder(project.root / "build"):
        done = subprocess.run([*KG, "-C", project.root, "build"], capture_output=True, text=True)
    assert done.returncode == 1
    assert f"process {os.getpid()}" in done.stderr
    assert current(project.root) is None


def test_a_build_that_has_only_just_begun_is_named(facts: Callable[[str], Project]) -> None:
    """It writes its process into the lock after it has taken it."""
    project = facts("  - Cabello governs Miranda\n")
    (project.root / "build").mkdir()
    with (project.root / "build" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        later = threading.Timer(0.1, lambda: (lock.write("4711\n"), lock.flush()))
        later.start()
        with pytest.raises(BuildError, match="process 4711"):
            project.build()
        later.join()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_build_publishes_nothing(number: int, code: int, facts: Callable[[str], Project]) -> None:
    """SIGTERM and Ctrl-C end a build within a second, with the shell's exit codes, and leave nothing behind."""
    root = facts("  - Cabello governs Miranda\n").root
    before = Project(root).build()
    (root / "facts" / "more.yaml").write_text("source: letter\nfacts:\n  - Cabello governs Miranda\n")
    slow = "import time, kg.cli, kg.store; kg.store._install = lambda *_: (print('here', flush=True), time.sleep(30)); "
    child = [sys.executable, "-c", f"{slow}kg.cli.main(['-C', {str(root)!r}, 'build'])"]
    with subprocess.Popen(child, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as builder:
        assert builder.stdout.readline() == "here\n"  # type: ignore[union-attr]
        sent = time.monotonic()
        builder.send_signal(number)
        assert builder.wait(10) == code
        assert time.monotonic() - sent < 1
    assert current(root) == before
    assert _leftovers(root) == []


# --- damage ------------------------------------------------------------------------------------


def test_a_flipped_byte_is_found_named_and_mended(facts: Callable[[str], Project]) -> None:
    """One wrong byte in any published file is found; nothing is answered from a wrong graph; a build mends it."""
    project = facts("  - Cabello governs Miranda\n")
    build = project.build()
    for name, (size, _) in build.manifest["files"].items():
        raw = (build.path / name).read_bytes()
        if size:
            flipped = bytearray(raw)
            flipped[size // 2] ^= 1
            (build.path / name).write_bytes(flipped)
            assert damage(build) == [name]
        (build.path / name).unlink()
        assert damage(build) == [name]
        (build.path / name).write_bytes(raw)
    assert damage(build) == []
    text = (build.path / "facts.nt").read_text(encoding="utf-8")
    (build.path / "facts.nt").write_text(text.replace("Miranda", "Mirando"), encoding="utf-8")
    with pytest.raises(BuildError, match=r"facts\.nt is not as it was published"):
        project.query("SELECT * { ?s ?p ?o }")
    for again in (False, True):
        found = {(p.code, p.span.path) for p in project.check(again=again)}
        assert ("damaged-build", "build/current/facts.nt") in found
    made = project.build(verify=True)
    assert damage(made) == []
    assert made.manifest["id"] == build.manifest["id"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", None])
def test_a_broken_manifest_is_replaced(content: str | None, facts: Callable[[str], Project]) -> None:
    """A manifest that is cut, empty or gone is never believed, and the next build makes a whole one."""
    project = facts("  - Cabello governs Miranda\n")
    build = project.build()
    path = build.path / "manifest.json"
    path.unlink() if content is None else path.write_text(content)
    if content is None:
        assert current(project.root) is None
    else:
        with pytest.raises(BuildError, match=r"manifest\.json"):
            current(project.root)
        assert "damaged-build" in {p.code for p in project.check()}
    made = project.build()
    assert made.manifest["id"] == build.manifest["id"] == json.loads(path.read_text())["id"]
    assert damage(made) == []


def test_three_builds_are_kept_the_latest_last(tmp_path: Path) -> None:
    """Older builds go, the one that is made again counts as new, and its readers keep what they opened."""
    ids = [_publish(tmp_path, n).manifest["id"] for n in range(4)]
    opened = current(tmp_path).store()  # type: ignore[union-attr]
    folder = tmp_path / "build" / "builds"
    assert sorted(p.name for p in folder.iterdir()) == sorted(ids[1:])
    time.sleep(0.02)
    assert _publish(tmp_path, 1).manifest["id"] == ids[1]
    time.sleep(0.02)
    new = [_publish(tmp_path, n).manifest["id"] for n in (7, 8)]
    assert sorted(p.name for p in folder.iterdir()) == sorted([ids[1], *new])
    assert len(list(opened.query("SELECT * { ?s ?p '3' }"))) == 10
