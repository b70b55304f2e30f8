"""The engine's answer, written in the format that its form and asker call for. Knows no question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kg import answers
from kg.serve.media import GRAPHS, RESULTS, Format, named
from kg.serve.refusal import Refusal
from kg.serve.workers.sink import Sink


def write(answer: Any, sink: Sink, results: str, graph: str, prefixes: Mapping[str, str]) -> None:
    """Writes the engine's answer in the format that fits its form. Raises Refusal (406) where none was acceptable."""
    kind = answers.form(answer)
    if kind == "graph":
        chosen = _chosen(graph, GRAPHS)
        sink.begin({"media": chosen.content_type, "form": "graph"})
        known = {p: ns for p, ns in prefixes.items() if ns}
        ox.serialize(_counted(answer, sink), sink, format=getattr(ox.RdfFormat, chosen.engine), prefixes=known)
        return
    chosen = _chosen(results, RESULTS)
    is_boolean = kind == "boolean"
    form = "boolean" if is_boolean else "solutions"
    sink.begin({"media": chosen.content_type, "form": form}, b"" if is_boolean else chosen.row)
    answer.serialize(sink, format=getattr(ox.QueryResultsFormat, chosen.engine))


def _chosen(name: str, formats: tuple[Format, ...]) -> Format:
    found = named(name, formats)
    if found is None:
        offered = ", ".join(one.media for one in formats)
        raise Refusal(406, "not-acceptable", "this answer is offered in none of the formats asked for", hint=offered)
    return found


def _counted(triples: Iterable[Any], sink: Sink) -> Iterator[Any]:
    """Yields triples, counting them as rows."""
    for triple in triples:
        sink.rows += 1
        if sink.rows > sink.limits.rows:
            raise sink.too_many_rows()
        yield triple
