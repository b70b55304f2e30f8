"""The saved queries of a project: a name gives the query, a query and what is given for its parameters the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg import answers, sparql
from kg.parameters import bindings, bound
from kg.problem import Problem, Span, did_you_mean, echo
from kg.query import Dataset, QueryError, ask
from kg.saved import Saved, read_folder
from kg.terms import KG, RDF, RESERVED_IDS

_NAME = re.compile(r"(?<![\w:.\-%])((?:[^\W\d_][\w.\-]*)?):(\w(?:[\w.\-]*[\w\-])?)")
"""A prefixed name: its prefix, and its local name."""

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


def unknown_name(dataset: Dataset, saved: Saved, given: Mapping[str, str] | None = None) -> Problem | None:
    """Returns the problem with the first of the dataset's own names that a query uses and the graph does not have.

    None where the query answers anything all the same. Raises QueryError as `run` does.
    """
    found = next((name for name, iri in _own_names(dataset, saved.text) if not _occurs(dataset, iri)), None)
    if not found or not _is_empty(run(dataset, saved, given)):
        return None
    word = found[0]
    near = [f"{word[: word.index(':') + 1]}{name}" for name in _entity_ids(dataset)]
    span = sparql.place(saved.text, found, saved.path)
    return Problem("unknown-name", f"nothing is called '{echo(word, 60)}'", span, "", word, near)


def _own_names(dataset: Dataset, text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yields each prefixed name in the namespace of the dataset itself, and its IRI; no graph's, none with escapes."""
    bare = sparql.bare(text)
    meant = {**dataset.prefixes, **sparql.namespaces(text)}
    for name in _NAME.finditer(bare):
        is_whole = "%" not in bare[name.start() : name.end() + 1]
        if meant.get(name[1]) == dataset.base and is_whole and name[2] not in RESERVED_IDS:
            yield name, dataset.base + name[2]


def _occurs(dataset: Dataset, iri: str) -> bool:
    import pyoxigraph as ox

    node, store = ox.NamedNode(iri), dataset.store
    patterns = ((node, None, None), (None, None, node), (None, node, None))
    return any(next(store.quads_for_pattern(*pattern, None), None) for pattern in patterns)


def _is_empty(answer: Any) -> bool:
    return not answer if answers.form(answer) == "boolean" else next(iter(answer), None) is None


def _entity_ids(dataset: Dataset) -> list[str]:
    """Returns the ids of the dataset's own entities, sorted."""
    import pyoxigraph as ox

    quads = dataset.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, ox.DefaultGraph())
    ids = {str(quad.subject)[1:-1].removeprefix(dataset.base) for quad in quads}
    return sorted(name for name in ids if "/" not in name)


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
