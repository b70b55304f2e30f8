"""Terms as people read and name them: a term gives its label, a text the entity that it names; knows no queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kg import answers
from kg.problem import Problem, Span, echo, fold
from kg.query import Dataset, QueryError
from kg.terms import RDFS, SKOS, is_iri


def label_of(dataset: Dataset, term: Any, language: str = "en") -> str:
    """Returns a term as a person reads it: the label of an IRI, the text of a literal, '' for nothing."""
    import pyoxigraph as ox

    if term is None:
        return ""
    if not isinstance(term, ox.NamedNode):
        return str(term.value) if hasattr(term, "value") else str(term)
    labels = {
        quad.object.language or "": quad.object.value
        for quad in dataset.store.quads_for_pattern(term, ox.NamedNode(RDFS + "label"), None, None)
        if isinstance(quad.object, ox.Literal)
    }
    for wanted in (language, "", "en", *sorted(labels)):
        if wanted in labels:
            return labels[wanted]
    return short_iri(dataset.prefixes, term.value)


def short_iri(prefixes: Mapping[str, str], iri: str) -> str:
    """Returns an IRI as a prefixed name where one of the prefixes fits."""
    fitting = [(ns, p) for p, ns in prefixes.items() if iri.startswith(ns) and len(iri) > len(ns)]
    if not fitting:
        return iri
    namespace, prefix = max(fitting, key=lambda f: len(f[0]))
    return f"{prefix}:{iri[len(namespace) :]}"


def labelled_rows(
    dataset: Dataset, solutions: Any, language: str = "en", *, iris: bool = False
) -> tuple[list[str], list[list[str]]]:
    """Returns (column names, rows of text) for solutions; with `iris`, prefixed names in place of labels."""
    columns = [variable.value for variable in solutions.variables]
    known: dict[Any, str] = {}

    def shown(term: Any) -> str:
        if term not in known:
            is_node = type(term).__name__ == "NamedNode"
            short = iris and is_node
            known[term] = short_iri(dataset.prefixes, term.value) if short else label_of(dataset, term, language)
        return known[term]

    rows = [tuple(solution) for solution in solutions]
    answers.gather_labels(dataset.store, () if iris else rows)
    return columns, [[shown(term) for term in row] for row in rows]


def entity_named(dataset: Dataset, text: str, path: str = "") -> str:
    """Returns the IRI that a text names: an IRI, a prefixed name, an id, a name or an alias. Raises QueryError."""
    import pyoxigraph as ox

    prefix, colon, local = text.partition(":")
    if colon and prefix in dataset.prefixes and can_be_iri(dataset.prefixes[prefix] + local):
        return dataset.prefixes[prefix] + local
    if can_be_iri(text):
        return text
    if can_be_iri(dataset.base + text):
        node = ox.NamedNode(dataset.base + text)
        if next(dataset.store.quads_for_pattern(node, None, None, None), None):
            return node.value
    names = _names(dataset)
    found = sorted(names.get(fold(text), ()))
    if len(found) == 1:
        return found[0]
    if found:
        hint = "write the id of one: " + ", ".join(iri.removeprefix(dataset.base) for iri in found)
        message = f"'{echo(text, 60)}' may be any of {len(found)}"
        raise QueryError(Problem("ambiguous-name", message, Span(path, 0, 1), hint))
    message = f"nothing is called '{echo(text, 60)}'"
    raise QueryError(Problem("unknown-name", message, Span(path, 0, 1), word=text, near=list(names)))


def can_be_iri(text: str) -> bool:
    """Says whether a text can be an IRI that people can see and the engine takes."""
    import pyoxigraph as ox

    try:
        return is_iri(text) and bool(ox.NamedNode(text))
    except ValueError:
        return False


def _names(dataset: Dataset) -> dict[str, set[str]]:
    """Returns every folded name and alias of the dataset's own entities, with the IRIs it may mean."""
    import pyoxigraph as ox

    found: dict[str, set[str]] = {}
    for predicate in (RDFS + "label", SKOS + "altLabel"):
        for quad in dataset.store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.DefaultGraph()):
            iri = quad.subject.value
            if iri.startswith(dataset.base) and "/" not in iri.removeprefix(dataset.base):
                found.setdefault(fold(quad.object.value), set()).add(iri)
    return found
