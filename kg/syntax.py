"""What is no Turtle and no SPARQL: the engine's syntax error in, the problem with its place and in our words out."""

from __future__ import annotations

import re

from kg.problem import Problem, Span, echo

_PLACE = re.compile(
    r"(?:Parser error)? ?at line \d+ between columns \d+ and \d+: ?"
    r"|(?:Parser error)? ?(?:between|at|on) line (\d+) column (\d+)[^:]*:? ?| at (\d+):(\d+):?"
)

_REASON = re.compile(r"\b[A-Z][a-z]+ [\w ]+")
"""What says in words why a text cannot go on, among the signs that could have stood there."""


def syntax_problem(code: str, what: str, path: str, error: SyntaxError) -> Problem:
    """Returns the problem for a syntax error that pyoxigraph found in Turtle or SPARQL."""
    message = str(error.msg or error)
    line, column = error.lineno or 0, error.offset or 1
    if not line and (place := re.search(r"(\d+):(\d+)|line (\d+) column (\d+)", message)):
        numbers = [int(part) for part in place.groups() if part]
        line, column = numbers[0], numbers[1]
    said, _, expected = message.partition(": expected ")
    reason = _REASON.search(expected)
    short = _PLACE.sub(" ", reason[0] if reason else said).strip(" :\n")
    if short in ("", "error", "Parser error"):
        short = "it stops making sense here"
    return Problem(code, f"{what}: {echo(short)}", Span(path, line, max(1, column)))
