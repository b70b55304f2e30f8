"""SPARQL kept in files: a YAML header in `#+` comment lines (grlc's keys where they exist), then the query text."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kg.files import barred, content
from kg.ontology import vocabulary
from kg.problem import Problem, Span, echo
from kg.terms import VOCABULARIES

SIZE_LIMIT = 64 * 1024
DEPTH_LIMIT = 16

KINDS = (
    "contradicts", "arithmetic", "corrected", "different count stage", "different scope", "succession in time",
    "agrees within stated precision", "agrees",
)  # fmt: skip
"""What a disagreement may be, from what most needs a reader's eye to what needs it least."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One file of SPARQL."""

    name: str
    """File name without the suffix."""
    path: str
    """Relative to the project's folder."""
    text: str
    """The whole file, so that line numbers are the file's own."""
    header: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chart:
    """How an answer is drawn: `bar document votes status`."""

    kind: str
    """bar or line."""
    x: str
    """Column of what each bar stands for, or along which a line runs."""
    y: str
    """Column of the numbers."""
    series: str
    """Column that tells several series apart, '' for one series."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return tuple(filter(None, (self.x, self.y, self.series)))


_CHART = re.compile(r"(bar|line) +(\w+) +(\w+)(?: +(\w+))?")


def chart_of(header: Mapping[str, Any]) -> Chart | None:
    """Returns how the header of a query wants its answer drawn, None where it does not.

    >>> chart_of({"chart": "bar document votes"})
    Chart(kind='bar', x='document', y='votes', series='')
    """
    match = _CHART.fullmatch(str(header.get("chart", "")))
    return Chart(match[1], match[2], match[3], match[4] or "") if match else None


def read_folder(root: Path, folder: str, keys: Sequence[str]) -> tuple[list[Saved], list[Problem]]:
    """Returns the .rq files of a folder, sorted by name, and what is wrong with their headers."""
    found, problems = [], []
    if why := _closed(root / folder, root):
        return [], [Problem("unreadable-file", why, Span(folder, 0, 1))]
    for path in sorted((root / folder).glob("*")):
        name = path.relative_to(root).as_posix()
        if path.name.startswith("."):
            continue
        if path.suffix != ".rq":
            hint = f"its files end in .rq and stand in {folder}/ itself"
            problems.append(Problem("unknown-format", "is no file of SPARQL and is not read", Span(name, 0, 1), hint))
            continue
        why = barred(path, root) or ("" if os.path.isfile(path) else "is not a file")
        if not name.isprintable():
            why = "has a name that no page can show: it is not UTF-8, or holds what cannot be seen"
        saved = Problem("unreadable-file", why, Span(name, 0, 1)) if why else read_file(path, name)
        if isinstance(saved, Problem):
            problems.append(saved)
            continue
        odd = [_bad(saved, key, fault) for key, value in saved.header.items() if (fault := fault_of(key, value))]
        odd += _indented(saved)
        if not odd:
            found.append(saved)
        problems += odd + _unknown(saved, keys)
    return found, problems


def _closed(folder: Path, root: Path) -> str:
    """Returns why the files of a folder cannot be listed, '' where they can be or there is no such folder."""
    if not os.path.lexists(folder):
        return ""
    return barred(folder, root) or ("" if folder.is_dir() else "is a file, and no folder")


def unknown_terms(root: Path, folders: Sequence[str], declared: Collection[str]) -> list[Problem]:
    """Returns a problem for each term in the .rq files of folders that its vocabulary or the ontology does not have.

    It would match nothing, in silence. `declared` are the IRIs that the ontology has; where it has none, nothing is
    said. Files that are not read have problems of their own.
    """
    names, problems = vocabulary.known(declared), []
    listed = [folder for folder in folders if declared and not _closed(root / folder, root)]
    for path in (path for folder in listed for path in sorted((root / folder).glob("[!.]*.rq"))):
        name = path.relative_to(root).as_posix()
        with contextlib.suppress(OSError):
            text = "" if barred(path, root) else content(path).decode("utf-8-sig", errors="replace")
            problems += vocabulary.unknown_terms(text[:SIZE_LIMIT], name, names, VOCABULARIES).values()
    return problems


def read_file(path: Path, name: str) -> Saved | Problem:
    """Returns the query of one file or pipe, or why it cannot be read."""
    try:
        with path.open("rb") as file:
            return of_bytes(file.read(4 * SIZE_LIMIT + 4), path.stem, name)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        return Problem("unreadable-file", f"cannot be read: {reason}", Span(name, 0, 1))


def of_bytes(raw: bytes, name: str, path: str) -> Saved | Problem:
    """Returns the bytes of a file as a query, or what is wrong with them; `path` is what problems call it."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if len(raw) <= 4 * SIZE_LIMIT:
            return Problem("not-utf-8", "is not UTF-8", Span(path, 0, 1), "save the file as UTF-8")
        text = " " * (SIZE_LIMIT + 1)
    return of_text(text, name, path)


def of_text(text: str, name: str, path: str) -> Saved | Problem:
    """Returns SPARQL text as a query, or what is wrong with its header; `path` is what problems call it."""
    if len(text) > SIZE_LIMIT:
        return Problem("file-too-large", "is larger than 64 KiB", Span(path, 0, 1))
    try:
        header = header_of(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        if isinstance(error, _Twice):
            return Problem("duplicate-key", str(error.problem), Span(path, line, 4), "keep one")
        message = f"the header is not YAML: {echo(str(getattr(error, 'problem', error)))}"
        return Problem("bad-header", message, Span(path, line, 1), "a header line is '#+ key: value'")
    if not isinstance(header, dict):
        return Problem("bad-header", "the header is no mapping", Span(path, 1, 1), "#+ summary: one sentence")
    return Saved(name, path, text, header)


def header_of(text: str) -> Any:
    """Returns the YAML that the lines beginning with `#+` hold, {} where there are none.

    >>> header_of("#+ summary: Who lost\\nSELECT * {}")
    {'summary': 'Who lost'}
    """
    lines = text.splitlines()
    kept = "\n".join(line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in lines)
    _refuse_depth(kept)
    _refuse_twice(yaml.compose(kept, Loader=yaml.CBaseLoader))
    return yaml.load(kept, Loader=yaml.CBaseLoader) or {}


def _refuse_depth(text: str) -> None:
    """Raises YAMLError for an alias or for nesting that would overflow the stack, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT or isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("a header has no aliases and no deep nesting")


class _Twice(yaml.MarkedYAMLError):
    """A key stands twice in a mapping."""


def _refuse_twice(node: yaml.Node | None) -> None:
    """Raises _Twice where a mapping has a key twice: the loader would keep the last in silence."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen if isinstance(key, yaml.ScalarNode) else False:
                raise _Twice(problem=f"'{echo(key.value, 40)}' stands twice", problem_mark=key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
            _refuse_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_twice(item)


def fault_of(key: str, value: Any) -> str:
    """Returns what is odd about a header's value, '' where it can be what its key wants.

    >>> fault_of("summary", ["a"])
    'is one text'
    """
    if key == "kind":
        return "" if value in KINDS else f"is one of: {', '.join(KINDS)}"
    if key in ("summary", "description", "problem", "solution"):
        return "" if isinstance(value, str) and value else "is one text"
    if key == "chart":
        return "" if isinstance(value, str) and _CHART.fullmatch(value) else "is 'bar X Y' or 'line X Y', then a series"
    if key in ("defaults", "enumerate"):
        pairs = [value] if isinstance(value, dict) else value
        if not (isinstance(pairs, list) and pairs and all(isinstance(p, dict) and p for p in pairs)):
            return "is a list of '- parameter: value'"
        inner = [v for p in pairs for v in p.values()]
        if key == "defaults":
            return "" if all(isinstance(v, str) for v in inner) else "has one text for each parameter"
        return "" if all(_texts(v) for v in inner) else "has a list of texts for each parameter"
    return _odd_expectation(value) if key == "expect" else ""


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def _odd_expectation(value: Any) -> str:
    """Returns what is odd about `expect:` whatever the answer; the rest shows when the query is asked."""
    if isinstance(value, str):
        return "" if value else "is true, false, a list of rows, or rows, includes, excludes"
    if isinstance(value, list):
        return "" if all(_is_row(row) for row in value) else "lists rows: - {column: value}"
    for key, inner in value.items():
        if key == "rows" and not (isinstance(inner, str) and inner.isdecimal()):
            return "has a number as its rows"
        rows = isinstance(inner, list) and inner and all(map(_is_row, inner))
        if key in ("includes", "excludes") and not rows:
            return f"lists rows under {key}: [{{column: value}}]"
    return "" if value else "expects nothing; [] is an answer without rows"


def _is_row(row: Any) -> bool:
    cells = row.values() if isinstance(row, dict) else [row]
    return bool(row) and all(isinstance(cell, str) for cell in cells)


def _indented(saved: Saved) -> list[Problem]:
    """Returns a problem for each line that would be of the header if it began at once."""
    message, hint = "this line has blanks before '#+', and would not be read", "begin it with '#+'"
    return [
        Problem("bad-header", message, Span(saved.path, number, 1, len(line)), hint)
        for number, line in enumerate(saved.text.splitlines(), 1)
        if line[:1].isspace() and line.lstrip().startswith("#+")
    ]


def _bad(saved: Saved, key: str, fault: str) -> Problem:
    return Problem("bad-header", f"'{echo(key, 40)}' {fault}", Span(saved.path, line_of(saved, key), 4))


def line_of(saved: Saved, key: str) -> int:
    """Returns the line on which a key of the header stands."""
    lines = saved.text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if re.match(rf"#\+\s*{re.escape(key)}\s*:", line)), 1)


def _unknown(saved: Saved, keys: Sequence[str]) -> list[Problem]:
    problems = []
    for key in saved.header:
        if key not in keys:
            message = f"'{echo(key, 40)}' is not a key of such a header"
            span = Span(saved.path, line_of(saved, key), 4)
            problems.append(Problem("unknown-key", message, span, near=keys, word=key))
    return problems
