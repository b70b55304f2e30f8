"""What commands print and write: problems, rows and texts in, standard output or a file out. Knows no commands."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from kg import files
from kg.problem import Problem, echo, hint_of, in_order, report


class Refused(click.ClickException):
    """Ends a command with problems of the data: exit 1."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem], root: Path, text: str = "") -> None:
        super().__init__("")
        self.problems, self.root, self.text = problems, root, text

    def show(self, file: Any = None) -> None:
        click.echo(problems_text(self.problems, self.root, self.text), err=True)


def problems_text(problems: Sequence[Problem], root: Path, text: str = "", *, everything: bool = False) -> str:
    """Returns problems as people read them, with the lines they are about: of their files, or of a text in none."""
    texts: dict[str, list[str]] = {}

    def line_of(path: str, number: int) -> str:
        if path not in texts:
            try:
                texts[path] = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                texts[path] = text.splitlines()
        return texts[path][number - 1] if 0 < number <= len(texts[path]) else ""

    limit = len(problems) if everything else None
    return report(problems, line_of, min(width(), 120), limit)


def problems_json(problems: Sequence[Problem]) -> str:
    """Returns problems as programs read them: place, code, message and hint of each."""
    return rows_json(
        {**p.span._asdict(), "code": p.code, "message": p.message, "hint": hint_of(p)} for p in in_order(problems)
    )


def rows_json(rows: Iterable[Any]) -> str:
    """Returns rows as JSON; what of a file's name is no text is escaped as JSON escapes it."""
    text = json.dumps(list(rows), ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace").decode()


def width() -> int:
    """Returns the columns of the terminal, 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def shown(path: Path) -> str:
    """Returns a path as one would type it from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def hand_over(text: str, output: str | None, root: Path) -> None:
    """Prints a text, or writes it to a file; '-' is standard output. Refuses the folders that kg reads or keeps."""
    if output in (None, "-"):
        sys.stdout.buffer.write(text.encode())
        return
    if not output:
        raise click.UsageError("-o names no file")
    path = Path(os.path.realpath(output))
    for folder in ("facts", "ontology", "queries", "build/builds"):
        if path.is_relative_to(os.path.realpath(root / folder)):
            raise click.UsageError(f"-o would write into {folder}/, which kg itself reads")
    try:
        files.deliver(text, path)
    except OSError as error:
        raise click.ClickException(f"{echo(output)}: {error.strerror}") from None
    click.echo(f"{echo(shown(Path(output)))} ({len(text.encode()):,} bytes)", err=True)
