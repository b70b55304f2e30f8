"""A query's answer as text: a table that fits the terminal, or a format for programs."""

from __future__ import annotations

import io
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg import answers
from kg.disagree import ARITHMETIC, Disagreement
from kg.labels import labelled_rows
from kg.parameters import parameters
from kg.problem import Problem, Span, visible
from kg.project import Project
from kg.queries import find_query, read_queries, run
from kg.query import Dataset, QueryError
from kg.saved import SIZE_LIMIT, Saved, of_bytes, read_file

WORD = 14
"""Characters of one word that a column of a table is always given."""

RESULTS = {"csv": "CSV", "tsv": "TSV", "json": "JSON", "xml": "XML"}
GRAPHS = {"turtle": "TURTLE", "ntriples": "N_TRIPLES", "rdfxml": "RDF_XML", "jsonld": "JSON_LD"}


def listing(project: Project, width: int) -> str:
    """Returns the saved queries with their parameters and what they ask."""
    rows = []
    found, problems = read_queries(project.root)
    for saved in found:
        names = " ".join(f"-p {p.name}={p.default or p.type or 'text'}" for p in parameters(saved))
        rows.append((visible(f"{saved.name} {names}".strip()), visible(str(saved.header.get("summary", "")))))
    broken = len({problem.span.path for problem in problems})
    if broken:
        left_out = "A saved query" if broken == 1 else f"{broken} saved queries"
        rows.append((f"{left_out} cannot be read", "`kg check` says why"))
    if not rows:
        return "There are no saved queries here; `kg query FILE` and `kg query -` ask SPARQL."
    lines = []
    for head, summary in rows:
        lines += textwrap.wrap(head, width, subsequent_indent="  ", break_on_hyphens=False)
        lines += textwrap.wrap(summary, width, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines)


def question(project: Project, name: str) -> Saved:
    """Returns the query meant by a name: `-` for standard input, a file, or a saved query. Raises QueryError."""
    if name == "-":
        raw = sys.stdin.buffer.read(4 * SIZE_LIMIT + 4) if sys.stdin else b""
        found = of_bytes(raw, "query", "standard input")
        if isinstance(found, Problem):
            raise QueryError(found)
        return found
    if name.endswith(".rq") or "/" in name:
        found = read_file(Path(name), name)
        if isinstance(found, Problem):
            raise QueryError(found)
        return found
    return find_query(project.root, name, project.queries())


def asked(
    dataset: Dataset, saved: Saved, given: Mapping[str, str], form: str | None, language: str, iris: bool,
    width: int, terminal: bool,
) -> str:  # fmt: skip
    """Returns the answer to a query as text in a format; without one, a table on a terminal, plain lines else."""
    try:
        answer = run(dataset, saved, given)
    except QueryError as error:
        raise QueryError(error.problem, saved.text) from None
    kind = answers.form(answer)
    form = form or ("table" if terminal else "plain")
    if kind == "graph":
        return _triples(dataset, answer, "turtle" if form in ("table", "plain") else form)
    if form in RESULTS:
        import pyoxigraph as ox

        return answer.serialize(format=getattr(ox.QueryResultsFormat, RESULTS[form])).decode().rstrip("\n") + "\n"
    if form in GRAPHS:
        raise _wrong_form(form, "a CONSTRUCT query", "table, plain, csv, tsv, json or xml")
    if kind == "boolean":
        return "yes\n" if answer else "no\n"
    columns, rows = labelled_rows(dataset, answer, language, iris=iris)
    rows = [[visible(cell) for cell in row] for row in rows]
    if form == "plain":
        return "".join("\t".join(row) + "\n" for row in (columns, *rows))
    return _table(columns, rows, width, terminal)


def _triples(dataset: Dataset, answer: Any, form: str) -> str:
    """Returns the triples of a CONSTRUCT, sorted, as RDF."""
    import pyoxigraph as ox

    if form not in GRAPHS:
        raise _wrong_form(form, "a SELECT or ASK query", ", ".join(GRAPHS))
    triples = sorted(answer, key=str)
    return ox.serialize(triples, format=getattr(ox.RdfFormat, GRAPHS[form]), prefixes=dict(dataset.prefixes)).decode()


def _wrong_form(form: str, needs: str, instead: str) -> QueryError:
    problem = Problem("wrong-format", f"'{form}' is for {needs}", Span("query", 0, 1), f"use {instead}")
    return QueryError(problem)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int, terminal: bool) -> str:
    """Returns rows as a table, or as one block a row where the columns are too many for the width."""
    count = f"{len(rows)} row{'' if len(rows) == 1 else 's'}\n"
    by_column = zip(columns, *rows, strict=True)
    needed = [max(len(word) for cell in column for word in (cell.split() or [""])) for column in by_column]
    if sum(min(n, WORD) for n in needed) + 3 * len(columns) > width:
        return "".join(_block(columns, row, width) + "\n" for row in rows) + count
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, longest in zip(columns, needed, strict=True):
        table.add_column(column.replace("_", " "), overflow="fold", min_width=min(longest, WORD))
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, highlight=False)
    console.print(table)
    text = "\n".join(line.rstrip() for line in out.getvalue().split("\n"))
    return f"{text.rstrip()}\n{count}"


def _block(columns: Sequence[str], row: Sequence[str], width: int) -> str:
    """Returns one row with a line for each column that says something."""
    gap = max(len(column) for column in columns) + 2
    lines = []
    for column, cell in zip(columns, row, strict=True):
        if cell:
            lead = column.replace("_", " ").ljust(gap)
            lines += textwrap.wrap(cell, width, initial_indent=lead, subsequent_indent=" " * gap)
    return "\n".join(lines) + "\n"


def disagreements_text(found: Iterable[Disagreement], width: int) -> str:
    """Returns disagreements for a terminal: under each kind its questions, under each what is said and by whom."""
    grouped: dict[str, dict[tuple[str, ...], dict[tuple[str, str], None]]] = {}
    for one in found:
        apart = one.members if one.kind == ARITHMETIC else ()  # each clash is a set of its own
        said = grouped.setdefault(one.kind, {}).setdefault((one.question, *apart), {})
        said.update(dict.fromkeys(zip(one.values, one.voices or ("",) * len(one.values), strict=True)))
    out: list[str] = []
    for kind, questions in grouped.items():
        out += ["", f"{kind.upper()} ({len(questions)})"]
        for (question, *_), said in questions.items():
            out += textwrap.wrap(question, width, initial_indent="  ", subsequent_indent="    ")
            for value, voice in sorted(said):
                line = f"{value} — {voice}" if voice else value
                out += textwrap.wrap(line, width, initial_indent="      ", subsequent_indent="        ")
    return "\n".join(out[1:]) or "No disagreements."
