"""SPARQL text before it is asked: what of it would harm this machine or reach another. Knows no graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kg.problem import Problem, Span, echo

DEPTH_LIMIT = 200
"""Brackets that may stand in each other; some thousands overflow the stack of the engine's parser."""

OPERATOR_LIMIT = 1000
"""Operators of one query, for the same reason."""

TOKEN = re.compile(
    r"""
      \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | "(?:\\.|[^"\\\r\n])*" | '(?:\\.|[^'\\\r\n])*'
    | <(?:[^<>"{}|^`\\\x00-\x20]|\\[uU])*> | \#[^\r\n]* | \\.
    | [?$](\w+)
    """,
    re.DOTALL | re.VERBOSE,
)
"""Quoted texts, IRIs, comments and escaped characters, in which nothing is a variable; and variables."""

_MARK = re.compile(r"([({\[])|([)}\]])|[|&/!+*^]|<<")
_SERVICE = re.compile("service", re.IGNORECASE | re.ASCII)
_KEYWORD = re.compile(r"(?<![\w:.\-])service(?![\w:\-])", re.IGNORECASE | re.ASCII)

_FROM = re.compile(r"(?<![\w:.\-])from(?![\w:.\-])", re.IGNORECASE)


def names_graphs(text: str) -> bool:
    """Says whether a query has a dataset clause (FROM, FROM NAMED) of its own.

    >>> names_graphs("SELECT * FROM <a> {}"), names_graphs("SELECT ?from { ?s kg:from ?from } # from")
    (True, False)
    """
    return bool(_FROM.search(TOKEN.sub(" ", text)))


def harm(text: str, path: str, options: Mapping[str, Any]) -> Problem | None:
    """Returns the problem with a query that is too deep or asks another machine, None where it may be asked.

    `options` are those that the engine will be given. Raises SyntaxError for what may or may not be SERVICE.
    """
    return too_deep(text, path) or _service(text, path, options)


def harm_within(text: str, path: str) -> Problem | None:
    """Returns the same for SPARQL inside another language, in which the word SERVICE may not stand at all."""
    return too_deep(text, path) or (_no_service(text, path) if _SERVICE.search(bare(text)) else None)


def too_deep(text: str, path: str) -> Problem | None:
    """Returns the problem with brackets or operators that would overflow the stack of an engine's parser.

    >>> too_deep("ASK {" + "{" * 300, "a.rq").span.column
    205
    """
    marks = TOKEN.sub(lambda m: m[0].replace("/", " ") if m[0][0] == "<" else _blank(m), text)  # `<` may compare
    depth = operators = 0
    for mark in _MARK.finditer(marks):
        depth += bool(mark[1]) - bool(mark[2])
        operators += not (mark[1] or mark[2])
        if depth > DEPTH_LIMIT or operators > OPERATOR_LIMIT:
            what = "brackets stand in each other" if mark[1] else "operators stand in one query"
            span = place(text, mark, path)
            return Problem("too-deep", f"too many {what}", span, f"{DEPTH_LIMIT} brackets, {OPERATOR_LIMIT} operators")
    return None


def _service(text: str, path: str, options: Mapping[str, Any]) -> Problem | None:
    """Returns the problem where SERVICE stands in SPARQL as a keyword: the engine would open a connection.

    Only the engine's own parser knows a keyword from a name, a text or a comment in every spelling. So it reads
    the query with each such word replaced: what was no keyword still parses, and what was one does not.
    """
    import pyoxigraph as ox

    if not _SERVICE.search(text):
        return None
    try:
        ox.Store().query(_SERVICE.sub("xervice", text), **options)
    except SyntaxError:
        if _SERVICE.search(bare(text)):
            return _no_service(text, path)
        raise
    except RuntimeError:
        return None  # it parses; what else is wrong with it will be said when it is asked
    return None


def _no_service(text: str, path: str) -> Problem:
    """Returns the problem at the first SERVICE that is no part of a name."""
    found = _KEYWORD.search(bare(text)) or _SERVICE.search(text)
    message = "SERVICE would ask another machine, and a query here makes no connection"
    span = place(text, found, path) if found else Span(path, 1, 1)
    return Problem("no-service", message, span, "load that data as facts instead")


_NAME = re.compile(r"(?<![\w:.\-%])(?!_:)((?:[^\W\d_][\w.\-]*)?):")
_DECLARED = re.compile(r"\bprefix\s+((?:[^\W\d_][\w.\-]*)?):", re.IGNORECASE)


def undeclared(text: str, prefixes: Iterable[str], path: str) -> Problem | None:
    """Returns the problem with the first prefix that neither the query nor `prefixes` declare.

    >>> undeclared("SELECT * { ?s rdf:type foo:Bar }", ["rdf"], "a.rq").message
    "no prefix 'foo:' is declared"
    """
    names = bare(text)
    known = {*prefixes, *(found[1] for found in _DECLARED.finditer(names))}
    for name in _NAME.finditer(names):
        if name[1] not in known:
            listed = ", ".join(f"{prefix}:" for prefix in sorted(known))
            hint = f"write PREFIX {name[1]}: <…> above, or use one of those known: {listed}"
            message = f"no prefix '{echo(name[1], 40)}:' is declared"
            return Problem("bad-query", message, place(text, name, path), hint, name[1], sorted(known))
    return None


def bare(text: str) -> str:
    """Returns a query with spaces for its texts, IRIs, comments and variables: what is left are names and keywords."""
    return TOKEN.sub(_blank, text)


def _blank(token: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", token[0])


def place(text: str, found: re.Match[str], path: str) -> Span:
    """Returns where in a file what was found in its text stands."""
    line, begin = text.count("\n", 0, found.start()) + 1, text.rfind("\n", 0, found.start())
    return Span(path, line, found.start() - begin, len(found[0]))
