"""Saved queries: their answers as exact results, or as the rows of a page with all that is wrong with a form."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from kg import answers, choice, query, view
from kg.problem import fold, hint_of
from kg.query import Dataset, Parameter, QueryError, label_of
from kg.saved import Saved
from kg.serve.graph import drawing, written
from kg.serve.graph.cells import cells
from kg.serve.graph.holding import Holding
from kg.serve.media import NUMBERS
from kg.serve.refusal import Refusal, of_problem
from kg.serve.workers.sink import Sink

CANDIDATES = 20
"""Entities that are listed for an ambiguous name."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
"""How a cell begins that a spreadsheet runs, or that would be taken for one made safe (as in `kg export csv`)."""


def saved(
    holding: Holding, sink: Sink, asked: Mapping[str, Any], given: Mapping[str, str], results: str = "json",
    graph: str = "ttl", safe: bool = False,
) -> None:  # fmt: skip
    """Writes the answer to a saved query (name, path, text, header), exactly as the engine gives it.

    `safe` writes CSV for people: names in place of IRIs, and no cell that runs as a formula. Raises Refusal that
    names the parameter that is wrong.
    """
    found = Saved(**asked)
    terms, wrong = _terms(holding, found, given)
    if wrong:
        raise _refused(wrong)
    answer = _answer(holding.dataset, found, terms)
    if safe and results == "csv" and answers.form(answer) == "solutions":
        _write_safe(holding.dataset, answer, sink)
        return
    written.write(answer, sink, results, graph, holding.dataset.prefixes)


def page(
    holding: Holding, sink: Sink, asked: Mapping[str, Any], given: Mapping[str, str], rows: int, lang: str = "en",
    iris: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Returns what a page shows: what is wrong by parameter, what names stand for, the text asked, its answer.

    `answer` is None where a parameter is wrong or missing; it has at most so many rows, and says whether more came.
    """
    found = Saved(**asked)
    terms, wrong = _terms(holding, found, given)
    known = {variable: term for variable, term in terms.items() if isinstance(term, ox.NamedNode)}
    shown = {
        p.name: {"iri": known[p.variable].value, "label": label_of(holding.dataset, known[p.variable], lang)}
        for p in query.parameters(found)
        if p.variable in known
    }
    text = query.bound(found.text, terms)
    told = {"problems": {name: _told(harm) for name, harm in wrong.items()}, "shown": shown, "text": text}
    answer = None if wrong else cells(holding.dataset, _answer(holding.dataset, found, terms), rows, lang, iris=iris)
    return {**told, "answer": answer, "drawable": drawing.CAN_DRAW and holding.index is not None}


def network(
    holding: Holding, sink: Sink, asked: Mapping[str, Any], given: Mapping[str, str], lang: str = "en", root: str = "",
    folder: str = "/",
) -> dict[str, Any]:  # fmt: skip
    """Returns what the page of the network of an answer knows; `root` and `folder` are for its addresses.

    Raises Refusal (501) where the graph is too big to be held as a network, or the libraries that draw are missing.
    """
    if not drawing.CAN_DRAW or holding.index is None:
        raise Refusal(501, "no-drawing", "the network of an answer is drawn of graphs that fit into memory")
    found = Saved(**asked)
    _, wrong = _terms(holding, found, given)
    if wrong:
        raise _refused(wrong)
    part = choice.chosen(holding.dataset, found, given, holding.index.graph)
    remote = {"base": holding.dataset.base, "pages": root + folder, "browse": f"{root}/browse",
              "neighbours": f"{root}/neighbours.json", "whole": []}  # fmt: skip
    return view.payload(part, title=choice.title(part.graph["query"]), lang=lang, remote=remote)


# --- parameters --------------------------------------------------------------------------------


def _terms(holding: Holding, found: Saved, given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Refusal]]:
    """Returns variable to term for each parameter that can be bound, and what is wrong with each of the others."""
    terms, wrong = {}, {}
    for parameter in query.parameters(found):
        text = given.get(parameter.name, parameter.default)
        if text is None:
            wrong[parameter.name] = Refusal(400, "missing-parameter", f"'{parameter.name}' is not given")
            continue
        try:
            terms[parameter.variable] = query.term_of(holding.dataset, found, parameter, text)
        except QueryError as error:
            wrong[parameter.name] = _of_parameter(holding, parameter, text, error)
    return terms, wrong


def _of_parameter(holding: Holding, parameter: Parameter, text: str, error: QueryError) -> Refusal:
    refusal = of_problem(error.problem)
    candidates = _candidates(holding, text) if refusal.code == "ambiguous-name" else []
    hint = hint_of(error.problem)
    return Refusal(refusal.status, refusal.code, refusal.detail, hint=hint, candidates=candidates)


def _candidates(holding: Holding, text: str) -> list[dict[str, str]]:
    """Returns the entities that bear a name, each with its id, label and class."""
    dataset = holding.dataset
    named = [f for f in holding.names.search(text, CANDIDATES) if f.rank == 0 and fold(f.name) == fold(text)]
    return [
        {"id": f.iri.removeprefix(dataset.base), "iri": f.iri, "label": label_of(dataset, ox.NamedNode(f.iri)),
         "class": _class_of(holding, f.iri)}
        for f in named
    ]  # fmt: skip


def _class_of(holding: Holding, iri: str) -> str:
    classes = holding.names.classes.get(iri, ())
    return ", ".join(label_of(holding.dataset, ox.NamedNode(name)) for name in classes)


def _told(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "detail": refusal.detail, **refusal.members}


def _refused(wrong: Mapping[str, Refusal]) -> Refusal:
    """Returns one refusal for all parameters that are wrong: the first speaks, `errors` lists them."""
    name, first = next(iter(wrong.items()))
    errors = [{"parameter": name, **_told(harm)} for name, harm in wrong.items()]
    detail = first.detail if first.code == "missing-parameter" else f"{name}: {first.detail}"
    members = {**first.members, "parameter": name, "errors": errors if len(errors) > 1 else None}
    return Refusal(first.status, first.code, detail, **members)


# --- answers -----------------------------------------------------------------------------------


def _answer(dataset: Dataset, found: Saved, terms: Mapping[str, Any]) -> Any:
    bound = Saved(found.name, found.path, query.bound(found.text, terms), {})
    return query.run(dataset, bound)


def _write_safe(dataset: Dataset, answer: Any, sink: Sink) -> None:
    """Writes solutions as CSV for people: names in place of IRIs, an apostrophe before what a spreadsheet would run."""
    sink.begin({"media": "text/csv; charset=utf-8", "form": "solutions"}, b"\r\n")
    sink.write(_line([variable.value for variable in answer.variables]))
    for solution in answer:
        sink.write(_line(_safe(dataset, term) for term in solution))


def _line(cells: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


def _safe(dataset: Dataset, term: Any) -> str:
    if term is None:
        return ""
    text = query.label_of(dataset, term)
    is_number = isinstance(term, ox.Literal) and term.datatype.value in NUMBERS
    return text if is_number or not _FORMULA.match(text) else f"'{text}"
