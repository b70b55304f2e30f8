"""A saved query as an address asks it: which query, in which format, with which parameters. Asks no graph."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.parameters import Parameter, parameters
from kg.problem import did_you_mean, echo
from kg.saved import Saved
from kg.serve.media import GRAPHS, RESULTS, Format
from kg.serve.refusal import Refusal
from kg.sparql import form_of

OPTIONS = ("lang", "iris", "safe")
"""Words of an address that are no parameters of the query, unless it has one of that name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A saved query with what it was given."""

    query: Saved
    given: Mapping[str, str]
    """Parameter to text, as it stands in the address."""
    options: Mapping[str, str]
    """`lang`, `iris`, `safe`, where they are given."""

    @property
    def card(self) -> dict[str, Any]:
        """The query as a worker takes it; its text is in it, so that a changed query has another entity tag."""
        kept = {key: self.query.header[key] for key in ("summary", "defaults", "enumerate") if key in self.query.header}
        return {"name": self.query.name, "path": self.query.path, "text": self.query.text, "header": kept}


def saved_of(card: Mapping[str, Any]) -> list[Saved]:
    """Returns the saved queries of a graph by its card."""
    return [Saved(**one) for one in card["queries"]]


def formats_of(query: Saved) -> tuple[Format, ...]:
    """Returns the formats in which the answer to a query is offered, by its form."""
    return GRAPHS if form_of(query.text) in ("construct", "describe") else RESULTS


def found(card: Mapping[str, Any], name: str) -> tuple[Saved, str]:
    """Returns the query of the end of an address, and its suffix: '' for none. Raises Refusal (404)."""
    queries = {one.name: one for one in saved_of(card)}
    stem, dot, suffix = name.rpartition(".")
    if name in queries:
        return queries[name], ""
    known = {one.name for one in (*RESULTS, *GRAPHS)} | {"rq"}
    if dot and stem in queries and suffix in known:
        return queries[stem], suffix
    if dot and stem in queries:
        hint = ", ".join(f".{one}" for one in (*(f.name for f in formats_of(queries[stem])), "rq"))
        raise Refusal(404, "unknown-query", f"this query is not offered as '.{echo(suffix, 20)}'", hint=hint)
    hint = did_you_mean(stem if suffix in known else name, list(queries))
    raise Refusal(404, "unknown-query", f"no saved query is called '{echo(name, 60)}'", hint=hint)


def asked(query: Saved, fields: Sequence[tuple[str, str]]) -> Asked:
    """Returns a query with what the fields of an address give it. Raises Refusal (400): unknown, repeated, bad."""
    known = [parameter.name for parameter in parameters(query)]
    taken = [*known, *(option for option in OPTIONS if option not in known)]
    for name, _ in fields:
        if name not in taken:
            listed = f"it takes: {', '.join(known)}" if known else "it takes none"
            hint = did_you_mean(name, taken) or listed
            detail = f"'{query.name}' has no parameter '{echo(name, 40)}'"
            raise Refusal(400, "unknown-parameter", detail, hint=hint, parameter=echo(name, 40))
        if sum(other == name for other, _ in fields) > 1:
            detail = f"the parameter '{echo(name, 40)}' is given more than once"
            raise Refusal(400, "repeated-parameter", detail, parameter=name)
    given = {name: text for name, text in fields if name in known}
    options = {name: text for name, text in fields if name not in known}
    for name in ("iris", "safe"):
        if options.get(name, "0") not in ("0", "1"):
            raise Refusal(400, "bad-parameter", f"'{name}' is 1 or 0", parameter=name)
    if not re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", options.get("lang", "en")):
        raise Refusal(400, "bad-parameter", "'lang' is a language tag: en, es", parameter="lang")
    return Asked(query, given, options)


def is_required(parameter: Parameter) -> bool:
    """Says whether the asker must give a parameter."""
    return parameter.default is None
