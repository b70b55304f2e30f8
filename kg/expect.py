"""What a saved query must answer: queries in, each run with its defaults, problems with answer and header out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kg import sparql
from kg.labels import labelled_rows
from kg.parameters import unused
from kg.problem import Problem, Span, echo
from kg.queries import run
from kg.query import Dataset, QueryError
from kg.saved import Saved, chart_of, line_of


def check_queries(dataset: Dataset, queries: Iterable[Saved]) -> list[Problem]:
    """Returns a problem for each saved query that cannot be run with its defaults or does not answer as it expects."""
    problems = []
    for saved in queries:
        if "summary" not in saved.header:
            hint = "#+ summary: one sentence that says what is asked"
            problems.append(Problem("no-summary", "this query does not say what it asks", Span(saved.path, 1, 1), hint))
        problems += unused(saved)
        try:
            answer = run(dataset, saved)
        except QueryError as error:
            problems.append(_at_default(error.problem, saved))
            continue
        problems += _undrawable(saved, answer) + _never_bound(saved)
        if "expect" in saved.header:
            problems += _unexpected(dataset, answer, saved)
    return problems


def _at_default(problem: Problem, saved: Saved) -> Problem:
    """Returns a problem with what a parameter is by default at its line in the header; any other as it is."""
    if problem.span.line or not problem.word:
        return problem
    for number, line in enumerate(saved.text.split("\n"), 1):
        at = line.find(problem.word)
        if line.startswith("#+") and at >= 0:
            return replace(problem, span=Span(saved.path, number, at + 1, len(problem.word)))
    return problem


def _undrawable(saved: Saved, answer: Any) -> list[Problem]:
    """Returns a problem for each column that the chart names and the answer does not have."""
    chart = chart_of(saved.header)
    columns = [v.value for v in getattr(answer, "variables", ())]
    span = Span(saved.path, line_of(saved, "chart"), 4)
    return [
        Problem("bad-header", f"'chart' names '{echo(c, 40)}', and the answer has no such column", span, "", c, columns)
        for c in (chart.columns if chart else ())
        if c not in columns
    ]


def _never_bound(saved: Saved) -> list[Problem]:
    """Returns a problem for each column that the query asks for and nothing in it can fill; parameters are filled."""
    names = sorted({v[1] for v in sparql.TOKEN.finditer(saved.text) if v[1]})
    message = "'?{}' is asked for, and nothing in the query binds it: its column would be empty"
    return [
        Problem("bad-query", message.format(name), span, "", name, [other for other in names if other != name])
        for name, span in sparql.never_bound(saved.text, saved.path)
        if not name.startswith("_")
    ]


def _unexpected(dataset: Dataset, answer: Any, saved: Saved) -> list[Problem]:
    """Returns the problems with the columns that a query is expected to have and has not; else with its answer."""
    expect, columns = saved.header["expect"], [v.value for v in getattr(answer, "variables", ())]
    span = Span(saved.path, line_of(saved, "expect"), 1)
    wrong = [name for name in _columns_of(expect) if columns and name not in columns]
    if wrong:
        hint = f"its columns are {', '.join(columns)}"
        says = "the query has no column"
        return [Problem("unexpected-answer", f"{says} '{echo(n, 40)}'", span, hint, n, columns) for n in wrong]
    message = _unmet(dataset, answer, expect)
    hint = f"`kg query {saved.name}` shows the answer"
    return [Problem("unexpected-answer", message, span, hint)] if message else []


def _columns_of(expect: Any) -> list[str]:
    """Returns the columns that rows of an expectation name, each once."""
    if isinstance(expect, dict):
        listed = [row for key in ("includes", "excludes") for row in expect.get(key, ())]
    else:
        listed = expect if isinstance(expect, list) else []
    return list(dict.fromkeys(str(name) for row in listed if isinstance(row, dict) for name in row))


def _unmet(dataset: Dataset, answer: Any, expect: Any) -> str:
    """Returns how an answer differs from what is expected, '' where it does not.

    A list is the whole answer, in any order; a mapping may ask for `rows` (how many), `includes` and `excludes`.
    ASK is answered by true or false, and CONSTRUCT by how many triples there are.
    """
    if not hasattr(answer, "variables"):
        is_ask = hasattr(answer, "__bool__")
        if is_ask and expect in ("true", "false"):
            said = str(bool(answer)).lower()
            return f"{said} came, {expect} expected" if said != expect else ""
        if not isinstance(expect, dict) or set(expect) != {"rows"}:
            return f"'{_row(expect)}' is nothing that can be expected: {'true or false' if is_ask else 'rows'}"
        count = str(int(bool(answer)) if is_ask else len(list(answer)))
        return f"{count} came, {expect['rows']} expected" if count != str(expect["rows"]) else ""
    columns, rows = labelled_rows(dataset, answer)
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    if isinstance(expect, dict):
        unknown = set(expect) - {"rows", "includes", "excludes"}
        if unknown:
            return f"'{sorted(unknown)[0]}' is nothing that can be expected: rows, includes or excludes"
        if "rows" in expect and str(expect["rows"]) != str(len(found)):
            return f"{len(found)} rows came, {expect['rows']} expected"
        missing = [w for w in expect.get("includes", ()) if not any(_has(f, w) for f in found)]
        extra = [w for w in expect.get("excludes", ()) if any(_has(f, w) for f in found)]
    elif not isinstance(expect, list) and expect:
        return f"'{_row(expect)}' is nothing that can be expected: a list of rows, or rows, includes, excludes"
    else:
        wanted = expect or []
        alone, over = _unmatched(wanted, found)
        missing = [w for w in alone if not any(_has(f, w) for f in found)]
        extra = [f for f in over if not any(_has(f, w) for w in wanted)]
        if not missing and not extra and len(found) != len(wanted):
            return f"{len(found)} rows came, {len(wanted)} expected"
        if not missing and not extra and alone:
            return f"each row stands for one: none is left for {_row(alone[0])}, and left over is {_row(over[0])}"
    parts = [f"no row has {_row(w)}" for w in missing[:1]]
    came = "a row has" if isinstance(expect, dict) else "a row came that is not listed:"
    parts += [f"{came} {_row(w)}" for w in extra[:1]]
    return "; ".join(parts)


def _unmatched(wanted: list[Any], found: list[dict[str, str]]) -> tuple[list[Any], list[dict[str, str]]]:
    """Returns what is left of the wanted rows and of those found, once as many as can be are matched one to one.

    A wanted row that names each column takes any that is the same: no other would do, and one is as good as another.

    >>> _unmatched(["a", {"x": "b"}, "a"], [{"x": "a"}, {"x": "b"}, {"x": "b"}])
    (['a'], [{'x': 'b'}])
    """
    columns = list(found[0]) if found else []
    same: dict[Any, list[int]] = {}
    for i, row in enumerate(found):
        same.setdefault(tuple(row.values()), []).append(i)
    alone, partial = [], []
    for one in wanted:
        key = _whole(one, columns)
        if key is None:
            partial.append(one)
        elif alike := same.get(key):
            alike.pop()
        else:
            alone.append(one)
    left = [found[i] for i in sorted(i for alike in same.values() for i in alike)]
    taken = _paired([[i for i, row in enumerate(left) if _has(row, one)] for one in partial])
    matched = set(taken.values())
    alone += [one for i, one in enumerate(partial) if i not in matched]
    return alone, [row for i, row in enumerate(left) if i not in taken]


def _whole(wanted: Any, columns: list[str]) -> tuple[str, ...] | None:
    """Returns the row that alone a wanted row can be, None where it does not name each column."""
    if isinstance(wanted, dict):
        cells = {str(key): str(value) for key, value in wanted.items()}
        return tuple(cells[name] for name in columns) if set(cells) == set(columns) else None
    return (str(wanted),) if len(columns) == 1 else None


def _paired(choices: list[list[int]]) -> dict[int, int]:
    """Returns who takes which of their choices, choice to who, so that as many as can be have one of their own.

    >>> _paired([[0, 1], [0], [0, 2], [2]])
    {0: 1, 1: 0, 2: 2}
    """
    taken: dict[int, int] = {}
    has: dict[int, int] = {}
    for who in range(len(choices)):
        free, asked_by = _way_to_free(who, choices, taken)
        while free is not None:  # each on the way takes what they asked for, and leaves what they had
            one = asked_by[free]
            taken[free] = one
            before = has.get(one)
            has[one], free = free, before
    return taken


def _way_to_free(who: int, choices: list[list[int]], taken: dict[int, int]) -> tuple[int | None, dict[int, int]]:
    """Returns a choice that nobody has, None if there is none, and who asked for each: those who have one ask too."""
    asked_by: dict[int, int] = {}
    asking = [who]
    for one in asking:  # it grows while it is read
        for choice in choices[one]:
            if choice not in asked_by:
                asked_by[choice] = one
                if choice not in taken:
                    return choice, asked_by
                asking.append(taken[choice])
    return None, asked_by


def _has(row: Mapping[str, str], wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return str(wanted) in row.values()
    return all(row.get(str(key)) == str(value) for key, value in wanted.items())


def _row(row: Any) -> str:
    if isinstance(row, dict):
        return echo(", ".join(f"{key}: {value}" for key, value in row.items()))
    return echo(str(row))
