"""Saved queries: their answers as exact results, or as the rows of a page with all that is wrong with a form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from kg import answers, choice, parameters, view
from kg.labels import label_of
from kg.parameters import Parameter
from kg.problem import hint_of
from kg.queries import run
from kg.query import Dataset, QueryError
from kg.saved import Saved
from kg.serve.graph import drawing, meant, written
from kg.serve.graph.cells import cells
from kg.serve.graph.holding import Holding
from kg.serve.media import NUMBERS
from kg.serve.refusal import Refusal, of_problem
from kg.serve.workers.sink import Sink
from kg.write.csv import defused


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

    `classes` are those that parameters are called by. `answer` is None where a parameter is wrong or missing; it has at
    most so many rows, and says whether more came.
    """
    found = Saved(**asked)
    terms, wrong = _terms(holding, found, given, lang)
    kinds = {p.name: meant.class_of(holding, p) for p in parameters.parameters(found) if p.type == "iri"}
    known = {p.name: term for p in parameters.parameters(found) if p.name in kinds and (term := terms.get(p.variable))}
    shown = {
        name: {**meant.entity(holding, term.value, lang), "fits": meant.fits(holding, term.value, kinds[name])}
        for name, term in known.items()
    }
    text = parameters.bound(found.text, terms)
    told = {"problems": {name: _told(harm) for name, harm in wrong.items()}, "shown": shown, "text": text}
    told["classes"] = {
        name: {"iri": cls, "label": label_of(holding.dataset, ox.NamedNode(cls), lang)}
        for name, cls in kinds.items()
        if cls
    }
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
    remote = drawing.addresses(holding, lang, root, folder) | {"neighbours": f"{root}/neighbours.json", "whole": []}
    return view.payload(part, title=choice.title(part.graph["query"]), lang=lang, remote=remote)


# --- parameters --------------------------------------------------------------------------------


def _terms(
    holding: Holding, found: Saved, given: Mapping[str, str], lang: str = "en"
) -> tuple[dict[str, Any], dict[str, Refusal]]:  # fmt: skip
    """Returns variable to term for each parameter that can be bound, and what is wrong with each of the others."""
    terms, wrong = {}, {}
    for parameter in parameters.parameters(found):
        text = given.get(parameter.name, parameter.default)
        if text is None:
            wrong[parameter.name] = Refusal(400, "missing-parameter", f"'{parameter.name}' is not given")
            continue
        try:
            terms[parameter.variable] = parameters.term_of(holding.dataset, found, parameter, text)
        except QueryError as error:
            wrong[parameter.name] = _of_parameter(holding, parameter, text, error, lang)
    return terms, wrong


def _of_parameter(holding: Holding, parameter: Parameter, text: str, error: QueryError, lang: str) -> Refusal:
    refusal = of_problem(error.problem)
    readings = meant.by(holding, parameter, text, meant.class_of(holding, parameter), lang)
    return Refusal(refusal.status, refusal.code, refusal.detail, hint=hint_of(error.problem), **readings)


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
    bound = Saved(found.name, found.path, parameters.bound(found.text, terms), {})
    return run(dataset, bound)


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
    text = label_of(dataset, term)
    is_number = isinstance(term, ox.Literal) and term.datatype.value in NUMBERS
    return text if is_number else defused(text)
