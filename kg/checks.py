"""Checks, one SELECT a file, run over a store: each row a problem at the line that causes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from kg.labels import label_of
from kg.layout import Place
from kg.problem import Problem, Span, echo
from kg.query import Dataset, QueryError, select
from kg.saved import Saved, read_folder

HEADER = ("problem", "solution")


class Spans:
    """Where the nodes of the graph are written."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._spans: dict[str, Span] = {}
        for place in places:
            span = Span(place.path, place.line, place.column, place.length)
            for node in (place.node, place.evidence):
                if node:
                    self._spans.setdefault(node, span)

    def of(self, node: str, fallback: str) -> Span:
        """Returns the place of a node, or the file to name where it has none of its own."""
        return self._spans.get(node) or Span(fallback, 0, 1)


def read_checks(root: Path) -> tuple[list[Saved], list[Problem]]:
    """Returns the checks of a project, by name, and what is wrong with their headers."""
    return read_folder(root, "ontology/checks", HEADER)


def run_checks(dataset: Dataset, checks: Iterable[Saved], spans: Spans) -> list[Problem]:
    """Returns a problem for each row of each check; its code is the file's name, its first column the culprit."""
    problems = []
    for check in checks:
        if "problem" not in check.header:
            hint = "#+ problem: what is wrong, with {columns} of the query"
            problems.append(Problem("bad-header", "this check does not say its problem", Span(check.path, 1, 1), hint))
            continue
        try:
            answer = select(dataset, check, "bad-check", "this check is not SPARQL", "a check is a SELECT")
        except QueryError as error:
            problems.append(error.problem)
            continue
        names = [variable.value for variable in answer.variables]
        for row in answer:
            labels = {name: echo(label_of(dataset, row[name]), 80) for name in names}
            focus = getattr(row[0], "value", "")
            message = _filled(str(check.header["problem"]), labels)
            hint = _filled(str(check.header.get("solution", "")), labels)
            problems.append(Problem(check.name, message, spans.of(focus, check.path), hint))
    return list(dict.fromkeys(problems))


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Returns a template with each {name} replaced; nothing else in it means anything."""
    return re.sub(r"\{(\w+)\}", lambda m: values.get(m[1], m[0]), template)
