"""The saved queries of a project: a name gives the query, a query and what is given for its parameters the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg import sparql
from kg.parameters import bindings, bound
from kg.problem import Problem, Span, did_you_mean, echo
from kg.query import Dataset, QueryError, ask
from kg.saved import Saved, read_folder
from kg.terms import KG, RDF

HEADER = ("summary", "description", "defaults", "enumerate", "tags", "expect", "chart")
"""Keys of a saved query's header; all but `expect` and `chart` are grlc's."""


def read_queries(root: Path) -> tuple[list[Saved], list[Problem]]:
    """Returns the saved queries of a project, by name, and what is wrong with their headers."""
    return read_folder(root, "queries", HEADER)


def find_query(root: Path, name: str, queries: Sequence[Saved]) -> Saved:
    """Returns the saved query of that name. Raises QueryError with the nearest name."""
    for saved in queries:
        if saved.name == name:
            return saved
    for problem in read_queries(root)[1]:
        if problem.span.path == f"queries/{name}.rq":
            raise QueryError(problem)
    names = [saved.name for saved in queries]
    hint = "" if did_you_mean(name, names) else "`kg query` lists them"
    hint = "SPARQL itself is read from standard input: kg query -" if re.search(r"[\s{?]", name) else hint
    message = f"no saved query is called '{echo(name, 60)}'"
    raise QueryError(Problem("unknown-query", message, Span("queries", 0, 1), hint, name, names))


def run(dataset: Dataset, saved: Saved, given: Mapping[str, str] | None = None) -> Any:
    """Returns pyoxigraph's answer: solutions, triples or a boolean, over the union of all graphs.

    Raises QueryError for SPARQL that does not parse, for `SERVICE`, for terms that the ontology does not have, and
    for parameters that are missing, unknown, ambiguous or of the wrong type.
    """
    answer = ask(dataset, bound(saved.text, bindings(dataset, saved, given or {})), saved.path)
    if problem := unknown_term(dataset, saved.text, saved.path):
        raise QueryError(problem)
    return answer


def unknown_term(dataset: Dataset, text: str, path: str) -> Problem | None:
    """Returns the problem with the first `kg:` term that the ontology lacks: it would match nothing, in silence."""
    import pyoxigraph as ox

    bare = sparql.bare(text)
    found = re.finditer(r"(?<![\w:])kg:([A-Za-z][\w-]*)", bare)
    used = [term for term in found if text[term.end() : term.end() + 1] != "\\"]  # an escape goes on
    if not used or sparql.namespaces(text).get("kg", KG) != KG:
        return None
    ontology = ox.NamedNode(dataset.base + "ontology")
    quads = dataset.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, ontology)
    known = {quad.subject.value for quad in quads}
    for term in used if known else ():
        if KG + term[1] not in known:
            near = sorted(f"kg:{iri.removeprefix(KG)}" for iri in known if iri.startswith(KG))
            span = sparql.place(bare, term, path)
            return Problem("unknown-term", f"the ontology has no '{echo(term[0], 60)}'", span, "", term[0], near)
    return None
