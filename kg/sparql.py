"""SPARQL text before it is asked: its form, graphs and prefixes, and what of it would do harm. Knows no graph."""

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

_FORM = re.compile(r"(?<![\w:.\-])(select|ask|construct|describe)(?![\w:.\-])", re.IGNORECASE)
_UPDATE = re.compile(
    r"\s*(?:(?:base|prefix\s+[\w.\-]*:|version)\s+)*(insert|delete|with|load|clear|drop|create|copy|move|add)(?![\w:.\-])",
    re.IGNORECASE,
)
_AS = re.compile(r"(?<![\w:.\-])as\s*\Z", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_WHERE = re.compile(r"(?<![\w:.\-])where(?![\w:.\-])", re.IGNORECASE)
_VALUES = re.compile(r"(?<![\w:.\-])values(?![\w:.\-])", re.IGNORECASE)
_BRACE = re.compile("[{}]")
_UNSTEADY = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
_FROM = re.compile(r"(?<![\w:.\-])from(?![\w:.\-])", re.IGNORECASE)
_GRAPH = re.compile(r"(?<![\w:.\-])from\s+(?:named\s+)?(<[^<>]*>|[^\s<>{}()\"'?$]*:[^\s<>{}()\"'?$]*)", re.IGNORECASE)

_NAME = re.compile(r"(?<![\w:.\-%])((?:[^\W\d_][\w.\-]*)?):")
_NAMESPACE = re.compile(r"\s*<([^<>]*)>")
_DECLARED = re.compile(r"(?<![\w:.\-%])prefix\s+((?:[^\W\d_][\w.\-]*)?):", re.IGNORECASE)


def words(text: str) -> str:
    """Returns a query with a space for each of its texts, IRIs, comments and variables: its names and keywords."""
    return TOKEN.sub(" ", text)


def bare(text: str) -> str:
    """Returns the same with what is left at its place, and %% for an escaped character, with which a name goes on."""
    return TOKEN.sub(_blank, text)


def _blank(token: re.Match[str]) -> str:
    return "%%" if token[0][0] == "\\" else re.sub(r"[^\n]", " ", token[0])


def place(text: str, found: re.Match[str], path: str) -> Span:
    """Returns where in a file what was found in its text stands."""
    line, begin = text.count("\n", 0, found.start()) + 1, text.rfind("\n", 0, found.start())
    return Span(path, line, found.start() - begin, len(found[0]))


def form_of(text: str) -> str:
    """Returns the form of a query: select, ask, construct or describe; '' for what is no query.

    >>> form_of("PREFIX select: <urn:ask> # ask" + chr(10) + "CONSTRUCT WHERE { ?select select:ask ?o }")
    'construct'
    """
    match = _FORM.search(words(text))
    return match[1].lower() if match else ""


def update(text: str, path: str) -> Problem | None:
    """Returns the problem with a text that is no query but would change a graph, None for any other.

    >>> update("PREFIX delete: <urn:x> # load" + chr(10) + "With <urn:g> DELETE WHERE { ?s ?p ?o }", "a.rq").span
    Span(path='a.rq', line=2, column=1, length=4)
    """
    names = bare(text)
    found = _UPDATE.match(names)
    word = _WORD.match(names, found.start(1)) if found else None
    if not word:
        return None
    span = place(text, word, path)
    message = f"{word[0].upper()} would change the graph, which is only read here"
    return Problem("read-only", message, span, "facts are changed in their files, and `kg build` makes the graph anew")


def parts_of(text: str) -> tuple[str, str]:
    """Returns the prologue of a CONSTRUCT and its pattern: the braces behind its template, and values given for it.

    >>> parts_of("PREFIX a: <urn:a#> CONSTRUCT { ?where a:b 1 } # where" + chr(10) + "{ ?where a:c 2 } LIMIT 1")
    ('PREFIX a: <urn:a#> ', '{ ?where a:c 2 }')
    >>> parts_of("CONSTRUCT WHERE { ?a ?b ?c }")
    ('', '{ ?a ?b ?c }')
    """
    names = bare(text)
    head = next(found for found in _FORM.finditer(names) if found[1].lower() == "construct")
    first, behind = _group(names, head.end())
    if not _WHERE.search(names, head.end(), first):
        first, behind = _group(names, behind)
    values = _VALUES.search(names, behind)
    return text[: head.start()], text[first:behind] + (f" {text[values.start() :]}" if values else "")


def _group(names: str, start: int) -> tuple[int, int]:
    """Returns where the next group in braces begins and ends in the bare text of a query that parses."""
    depth, first = 0, names.index("{", start)
    for brace in _BRACE.finditer(names, first):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return first, brace.end()
    raise ValueError("a brace is not closed")


def never_bound(text: str, path: str) -> list[tuple[str, Span]]:
    """Returns each variable that a SELECT asks for and speaks of nowhere else, and where; its column stays empty.

    What stands somewhere behind the SELECT clause may be bound there; so may anything where that clause has braces.

    >>> never_bound("SELECT ?a ?b (?c + 1 AS ?d) (?d AS ?e) { ?a a ?x } # ?b", "a.rq")
    [('b', Span(path='a.rq', line=1, column=11, length=2)), ('c', Span(path='a.rq', line=1, column=15, length=2))]
    """
    names = bare(text)
    head = _FORM.search(names)
    body = names.find("{", head.end()) if head else -1
    if not head or head[1].lower() != "select" or body < 0:
        return []
    if names.count("(", head.end(), body) != names.count(")", head.end(), body):
        return []
    variables = [token for token in TOKEN.finditer(text) if token[1]]
    known = {v[1] for v in variables if v.start() > body}
    asked = [v for v in variables if head.end() <= v.start() < body]
    known |= {v[1] for v in asked if _AS.search(names, head.end(), v.start())}
    first = {v[1]: v for v in reversed(asked) if v[1] not in known}
    return [(v[1], place(text, v, path)) for v in asked if first.get(v[1]) is v]


def unsteady(text: str) -> str:
    """Returns the first function of a query whose value differs from one asking to the next; '' for none."""
    match = _UNSTEADY.search(words(text))
    return match[1].upper() if match else ""


def names_graphs(text: str) -> bool:
    """Says whether a query has a dataset clause (FROM, FROM NAMED) of its own.

    >>> names_graphs("SELECT * FROM <a> {}"), names_graphs("SELECT ?from { ?s kg:from ?from } # from")
    (True, False)
    """
    return bool(_FROM.search(words(text)))


def graphs_named(text: str) -> list[str] | None:
    """Returns the graphs of a query's dataset clause as they stand there; None where they cannot be told.

    >>> graphs_named("SELECT * FROM <a> # FROM <b>" + chr(10) + "FROM NAMED kg:c { ?from ?p '{FROM <d>}' }")
    ['<a>', 'kg:c']
    """
    found = _GRAPH.findall(TOKEN.sub(lambda m: m[0] if m[0].startswith("<") else " ", text))
    return found if len(found) == len(_FROM.findall(words(text))) else None


def declared(text: str) -> set[str]:
    """Returns the prefixes that a query declares."""
    return set(_DECLARED.findall(bare(text)))


def namespaces(text: str) -> dict[str, str]:
    """Returns the prefixes that a query declares with what each stands for; '' where a comment is between the two."""
    found = ((match[1], _NAMESPACE.match(text, match.end())) for match in _DECLARED.finditer(bare(text)))
    return {name: namespace[1] if namespace else "" for name, namespace in found}


def declarations(text: str, prefixes: Mapping[str, str]) -> list[str]:
    """Returns the declarations of those of the prefixes that a query uses and does not declare, by name."""
    wanted = set(_NAME.findall(bare(text))) - declared(text)
    return [f"PREFIX {name}: <{iri}>" for name, iri in sorted(prefixes.items()) if name in wanted]


def with_one_prefix_each(text: str, prefixes: Mapping[str, str]) -> str:
    """Returns a query in which no namespace has two prefixes: its own stands for that of `prefixes`, declared anew.

    >>> with_one_prefix_each("PREFIX k: <urn:k#> ASK { ?s k:a kg:b }", {"kg": "urn:k#"})
    'PREFIX k: <urn:k#> ASK { ?s k:a k:b }'
    """
    own = {namespace: name for name, namespace in namespaces(text).items() if namespace}
    for name in reversed([*_NAME.finditer(bare(text))]):
        if name[1] not in own.values() and (namespace := prefixes.get(name[1])) in own:
            text = f"{text[: name.start()]}{own[namespace]}{text[name.end() - 1 :]}"
    return text


def undeclared(text: str, prefixes: Iterable[str], path: str) -> Problem | None:
    """Returns the problem with the first prefix that neither the query nor `prefixes` declare.

    >>> undeclared("SELECT * { ?s rdf:type foo:Bar }", ["rdf"], "a.rq").message
    "no prefix 'foo:' is declared"
    """
    known = declared(text).union(prefixes)
    for name in _NAME.finditer(bare(text)):
        if name[1] not in known:
            listed = ", ".join(f"{prefix}:" for prefix in sorted(known))
            hint = f"write PREFIX {name[1]}: <…> above, or use one of those known: {listed}"
            message = f"no prefix '{echo(name[1], 40)}:' is declared"
            return Problem("bad-query", message, place(text, name, path), hint, name[1], sorted(known))
    return None


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
