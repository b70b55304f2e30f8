"""SPARQL asked of a store: text in, the engine's answer or its problem out; knows no parameters, no labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kg import sparql
from kg.problem import Problem, Span, echo
from kg.syntax import syntax_problem

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.saved import Saved


class QueryError(ValueError):
    """The question cannot be asked as it is; carries the problem, and the text where it stands in no file."""

    def __init__(self, problem: Problem, text: str = "") -> None:
        super().__init__(problem.message)
        self.problem, self.text = problem, text


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a query is asked of."""

    store: ox.Store
    base: str
    prefixes: Mapping[str, str]
    union: bool = True
    """Whether a query that names no graphs sees all of them."""


def ask(
    dataset: Dataset, text: str, path: str, code: str = "bad-query", what: str = "this is not SPARQL",
    graphs: Mapping[str, Any] | None = None,
) -> Any:  # fmt: skip
    """Returns the engine's answer to SPARQL without parameters, over the union of all graphs unless it names some.

    `graphs` (default_graph, named_graphs: lists of terms) stand in place of those that the query names.
    Raises QueryError with the code for what the engine does not take, and for `SERVICE` and updates, before anything
    is asked.
    """
    union = dataset.union and not graphs and not sparql.names_graphs(text)
    options = {"base_iri": dataset.base, "prefixes": dict(dataset.prefixes), "use_default_graph_as_union": union}
    options |= graphs or {}
    try:
        if harm := sparql.harm(text, path, options):
            raise QueryError(harm)
        return dataset.store.query(text, **options)
    except SyntaxError as error:
        if code == "bad-query" and (changing := sparql.update(text, path)):
            raise QueryError(changing) from None
        unknown = sparql.undeclared(text, dataset.prefixes, path)
        problem = replace(unknown, code=code) if unknown else syntax_problem(code, what, path, error)
        raise QueryError(problem) from None
    except (RuntimeError, OSError) as error:
        message = f"the engine does not take this: {echo(str(error))}"
        raise QueryError(Problem(code, message, Span(path, 1, 1))) from None


def select(dataset: Dataset, saved: Saved, code: str, what: str, otherwise: str) -> Any:
    """Returns the solutions of a file that must be a SELECT.

    Raises QueryError with the code for text that does not parse (`what`) and for another form (`otherwise`).
    """
    answer = ask(dataset, saved.text, saved.path, code, what)
    if not hasattr(answer, "variables"):
        raise QueryError(Problem(code, otherwise, Span(saved.path, 1, 1)))
    return answer
