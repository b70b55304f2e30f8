"""SPARQL kept in files: a YAML header in `#+` comment lines (grlc's keys where they exist), then the query text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kg.problem import Problem, Span, echo

SIZE_LIMIT = 64 * 1024
DEPTH_LIMIT = 16


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


def read_folder(root: Path, folder: str, keys: Sequence[str]) -> tuple[list[Saved], list[Problem]]:
    """Returns the .rq files of a folder, sorted by name, and what is wrong with their headers."""
    found, problems = [], []
    for path in sorted((root / folder).glob("*.rq")):
        saved = read_file(path, path.relative_to(root).as_posix(), keys)
        (problems if isinstance(saved, Problem) else found).append(saved)  # type: ignore[arg-type]
        if isinstance(saved, Saved):
            problems += _unknown(saved, keys)
    return found, problems


def read_file(path: Path, name: str, keys: Sequence[str] = ()) -> Saved | Problem:
    """Returns the query of one file, or why it cannot be read."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        return Problem("unreadable-file", f"cannot be read: {error.strerror}", Span(name, 0, 1))
    except UnicodeDecodeError:
        return Problem("not-utf-8", "is not UTF-8", Span(name, 0, 1), "save the file as UTF-8")
    return of_text(text, path.stem, name)


def of_text(text: str, name: str, path: str) -> Saved | Problem:
    """Returns SPARQL text as a query, or what is wrong with its header; `path` is what problems call it."""
    if len(text) > SIZE_LIMIT:
        return Problem("file-too-large", "is larger than 64 KiB", Span(path, 0, 1))
    try:
        header = header_of(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
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
    return yaml.load(kept, Loader=yaml.CBaseLoader) or {}


def _refuse_depth(text: str) -> None:
    """Raises YAMLError for an alias or for nesting that would overflow the stack, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT or isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("a header has no aliases and no deep nesting")


def _unknown(saved: Saved, keys: Sequence[str]) -> list[Problem]:
    problems = []
    for key in saved.header:
        if key not in keys:
            lines = saved.text.splitlines()
            line = next((n for n, t in enumerate(lines, 1) if re.match(rf"#\+\s*{re.escape(key)}\s*:", t)), 1)
            message = f"'{echo(key, 40)}' is not a key of such a header"
            problems.append(Problem("unknown-key", message, Span(saved.path, line, 4), near=keys, word=key))
    return problems
