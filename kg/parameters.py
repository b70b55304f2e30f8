"""Parameters of a saved query: what is given for each becomes a term, bound by the grammar and never pasted as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg import sparql
from kg.labels import entity_named
from kg.problem import Problem, Span, did_you_mean, echo
from kg.query import Dataset, QueryError
from kg.saved import Saved, line_of
from kg.terms import XSD
from kg.value import NotAValue, date_value

_PARAMETER = re.compile(r"_([A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)")
_GIVEN = Span("", 0, 1)
"""What the asker gives stands in no file."""

_TYPES = ("iri", "date", "integer", "number", "boolean")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a saved query that the asker fills: `?_person_iri` is the parameter `person` of type `iri`."""

    name: str
    type: str
    """iri, date, integer, number, boolean, or '' for text."""
    variable: str
    default: str | None
    choices: tuple[str, ...]


def parameters(saved: Saved) -> list[Parameter]:
    """Returns the parameters of a query, in the order of their first mention."""
    defaults, choices = _mapping(saved.header.get("defaults")), _mapping(saved.header.get("enumerate"))
    found = {}
    variables = (match[1] for match in sparql.TOKEN.finditer(saved.text) if match[1])
    for match in filter(None, map(_PARAMETER.fullmatch, variables)):
        name, _, kind = match[1].rpartition("_")
        if not name or kind not in _TYPES:
            name, kind = match[1], ""
        listed = choices.get(name, ())
        options = tuple(str(c) for c in listed) if isinstance(listed, (list, tuple)) else ()
        found.setdefault(name, Parameter(name, kind, f"_{match[1]}", defaults.get(name), options))
    return list(found.values())


def _mapping(value: Any) -> dict[str, Any]:
    """Returns grlc's list of one-key mappings, or a mapping, as a mapping."""
    if isinstance(value, dict):
        return value
    pairs = [item for item in value or () if isinstance(item, dict)]
    return {key: inner for pair in pairs for key, inner in pair.items()}


def unused(saved: Saved) -> list[Problem]:
    """Returns a problem for each parameter that the header speaks of and the query does not have."""
    names = [p.name for p in parameters(saved)]
    problems = []
    for key in ("defaults", "enumerate"):
        for name in _mapping(saved.header.get(key)):
            if name not in names:
                span = Span(saved.path, line_of(saved, key), 4)
                message = f"'{echo(key)}' names '{echo(str(name), 40)}', and the query has no such parameter"
                problems.append(Problem("bad-header", message, span, word=str(name), near=names))
    return problems


def bound(text: str, terms: Mapping[str, Any]) -> str:
    """Returns SPARQL with parameters bound: each such variable is its term, in the syntax the engine gives it.

    pyoxigraph's own substitutions reach only variables that the outermost SELECT projects (SEP-0007).
    """
    return sparql.TOKEN.sub(lambda m: str(terms[m[1]]) if m[1] in terms else m[0], text) if terms else text


def bindings(dataset: Dataset, saved: Saved, given: Mapping[str, str]) -> dict[str, Any]:
    """Returns variable to term for every parameter. Raises QueryError as `run` does."""
    wanted = parameters(saved)
    names = [p.name for p in wanted]
    for name in given:
        if name not in names:
            hint = did_you_mean(name, names) or (f"it takes: {', '.join(names)}" if names else "it takes none")
            message = f"'{echo(saved.name, 60)}' has no parameter '{echo(name, 40)}'"
            raise QueryError(Problem("unknown-parameter", message, _GIVEN, hint))
    terms = {}
    for parameter in wanted:
        text = given.get(parameter.name, parameter.default)
        if text is None:
            message = f"the parameter '{parameter.name}' is not given"
            kind = "=NAME" if parameter.type == "iri" else f"={parameter.type.upper() or 'TEXT'}"
            raise QueryError(
                Problem("missing-parameter", message, Span(saved.path, 0, 1), f"add -p {parameter.name}{kind}")
            )
        try:
            terms[parameter.variable] = term_of(dataset, saved, parameter, str(text))
        except QueryError as error:
            if parameter.name not in given:
                raise
            raise QueryError(_of_asker(error.problem, parameter)) from None
    return terms


def _of_asker(problem: Problem, parameter: Parameter) -> Problem:
    """Returns the problem with what an asker gave, for which no file is to blame: it names the parameter instead."""
    return replace(problem, message=f"parameter '{parameter.name}': {problem.message}", span=_GIVEN)


def term_of(dataset: Dataset, saved: Saved, parameter: Parameter, text: str) -> Any:
    """Returns the text that a parameter of a query was given as a term of its type. Raises QueryError."""
    import pyoxigraph as ox

    problem = Problem("bad-parameter", f"'{echo(text, 60)}' is no {parameter.type}", Span(saved.path, 0, 1))
    if parameter.choices and text not in parameter.choices:
        hint = f"it is one of: {', '.join(parameter.choices)}"
        raise QueryError(Problem("bad-parameter", f"'{echo(text, 60)}' is not a choice", Span(saved.path, 0, 1), hint))
    if parameter.type == "iri":
        return ox.NamedNode(entity_named(dataset, text, saved.path))
    if parameter.type == "date":
        try:
            bounds = date_value(text).bounds
        except NotAValue as error:
            raise QueryError(Problem("bad-parameter", error.args[0], Span(saved.path, 0, 1), error.args[1])) from None
        if not (bounds and bounds.begin_of_begin):
            raise QueryError(problem)
        return ox.Literal(bounds.begin_of_begin, datatype=ox.NamedNode(XSD + "date"))
    patterns = {"integer": r"[+-]?[0-9]+", "number": r"[+-]?[0-9]+(\.[0-9]+)?", "boolean": "true|false"}
    if parameter.type in patterns:
        if not re.fullmatch(patterns[parameter.type], text):
            raise QueryError(problem)
        datatype = {"number": "decimal"}.get(parameter.type, parameter.type)
        return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))
    return ox.Literal(text)
