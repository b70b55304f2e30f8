"""Saved queries and SPARQL text, run over a store with parameters bound as terms, never pasted into the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import answers, sparql
from kg.ontology import syntax_problem
from kg.problem import Problem, Span, did_you_mean, echo, fold
from kg.saved import Saved, chart_of, line_of, read_folder
from kg.terms import KG, RDF, RDFS, SKOS, XSD, is_iri
from kg.value import NotAValue, date_value

if TYPE_CHECKING:
    import pyoxigraph as ox

HEADER = ("summary", "description", "defaults", "enumerate", "tags", "expect", "chart")
"""Keys of a saved query's header; all but `expect` and `chart` are grlc's."""

_PARAMETER = re.compile(r"_([A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)")
_TYPES = ("iri", "date", "integer", "number", "boolean")


class QueryError(ValueError):
    """The question cannot be asked as it is; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a saved query that the asker fills: `?_person_iri` is the parameter `person` of type `iri`."""

    name: str
    type: str
    """iri, date, integer, number, boolean, or '' for text."""
    variable: str
    default: str | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a query is asked of."""

    store: ox.Store
    base: str
    prefixes: Mapping[str, str]
    union: bool = True
    """Whether a query that names no graphs sees all of them."""


def read_queries(root: Path) -> tuple[list[Saved], list[Problem]]:
    """Returns the saved queries of a project, by name, and what is wrong with their headers."""
    return read_folder(root, "queries", HEADER)


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


def run(dataset: Dataset, saved: Saved, given: Mapping[str, str] | None = None) -> Any:
    """Returns pyoxigraph's answer: solutions, triples or a boolean, over the union of all graphs.

    Raises QueryError for SPARQL that does not parse, for `SERVICE`, for terms that the ontology does not have, and
    for parameters that are missing, unknown, ambiguous or of the wrong type.
    """
    answer = ask(dataset, bound(saved.text, bindings(dataset, saved, given or {})), saved.path)
    if problem := _unknown_term(dataset, saved):
        raise QueryError(problem)
    return answer


def _unknown_term(dataset: Dataset, saved: Saved) -> Problem | None:
    """Returns the problem with the first `kg:` term that the ontology lacks: it would match nothing, in silence."""
    import pyoxigraph as ox

    bare = sparql.TOKEN.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), saved.text)
    found = re.finditer(r"(?<![\w:])kg:([A-Za-z][\w-]*)", bare)
    used = [term for term in found if saved.text[term.end() : term.end() + 1] != "\\"]  # an escape goes on
    if not used or re.search(r"\bPREFIX\s+kg:", bare, re.IGNORECASE):
        return None
    ontology = ox.NamedNode(dataset.base + "ontology")
    quads = dataset.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, ontology)
    known = {quad.subject.value for quad in quads}
    for term in used if known else ():
        if KG + term[1] not in known:
            line, column = bare.count("\n", 0, term.start()) + 1, term.start() - bare.rfind("\n", 0, term.start())
            near = sorted(f"kg:{iri.removeprefix(KG)}" for iri in known if iri.startswith(KG))
            span = Span(saved.path, line, column, len(term[0]))
            return Problem("unknown-term", f"the ontology has no '{echo(term[0], 60)}'", span, "", term[0], near)
    return None


def ask(
    dataset: Dataset, text: str, path: str, code: str = "bad-query", what: str = "this is not SPARQL",
    graphs: Mapping[str, Any] | None = None,
) -> Any:  # fmt: skip
    """Returns the engine's answer to SPARQL without parameters, over the union of all graphs unless it names some.

    `graphs` (default_graph, named_graphs: lists of terms) stand in place of those that the query names.
    Raises QueryError with the code for what the engine does not take, and for `SERVICE`, before anything is asked.
    """
    union = dataset.union and not graphs and not sparql.names_graphs(text)
    options = {"base_iri": dataset.base, "prefixes": dict(dataset.prefixes), "use_default_graph_as_union": union}
    options |= graphs or {}
    try:
        if harm := sparql.harm(text, path, options):
            raise QueryError(harm)
        return dataset.store.query(text, **options)
    except SyntaxError as error:
        raise QueryError(syntax_problem(code, what, path, error)) from None
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
            raise QueryError(Problem("unknown-parameter", message, Span(saved.path, 0, 1), hint))
    terms = {}
    for parameter in wanted:
        text = given.get(parameter.name, parameter.default)
        if text is None:
            message = f"the parameter '{parameter.name}' is not given"
            kind = "=NAME" if parameter.type == "iri" else f"={parameter.type.upper() or 'TEXT'}"
            raise QueryError(
                Problem("missing-parameter", message, Span(saved.path, 0, 1), f"add -p {parameter.name}{kind}")
            )
        terms[parameter.variable] = term_of(dataset, saved, parameter, str(text))
    return terms


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


def entity_named(dataset: Dataset, text: str, path: str = "") -> str:
    """Returns the IRI that a text names: an IRI, a prefixed name, an id, a name or an alias. Raises QueryError."""
    import pyoxigraph as ox

    prefix, colon, local = text.partition(":")
    if colon and prefix in dataset.prefixes and _can_be_iri(dataset.prefixes[prefix] + local):
        return dataset.prefixes[prefix] + local
    if _can_be_iri(text):
        return text
    if _can_be_iri(dataset.base + text):
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


def _can_be_iri(text: str) -> bool:
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


# --- answers as people read them ---------------------------------------------------------------


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
    return f"{prefix}:{iri[len(namespace):]}"


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


# --- what a saved query must answer ------------------------------------------------------------


def check_queries(dataset: Dataset, queries: Iterable[Saved]) -> list[Problem]:
    """Returns a problem for each saved query that cannot be run with its defaults or does not answer as it expects."""
    problems = []
    for saved in queries:
        span = Span(saved.path, line_of(saved, "expect"), 1)
        if "summary" not in saved.header:
            hint = "#+ summary: one sentence that says what is asked"
            problems.append(Problem("no-summary", "this query does not say what it asks", Span(saved.path, 1, 1), hint))
        problems += _unused(saved)
        try:
            answer = run(dataset, saved)
        except QueryError as error:
            problems.append(error.problem)
            continue
        problems += _undrawable(saved, answer)
        if "expect" in saved.header:
            message = _unmet(dataset, answer, saved.header["expect"])
            if message:
                hint = f"`kg query {saved.name}` shows the answer"
                problems.append(Problem("unexpected-answer", message, span, hint))
    return problems


def _unused(saved: Saved) -> list[Problem]:
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
        missing = [w for w in wanted if not any(_has(f, w) for f in found)]
        extra = [f for f in found if not any(_has(f, w) for w in wanted)]
        if not missing and not extra and len(found) != len(wanted):
            return f"{len(found)} rows came, {len(wanted)} expected"
    parts = [f"no row has {_row(w)}" for w in missing[:1]] + [f"a row has {_row(w)}" for w in extra[:1]]
    return "; ".join(parts)


def _has(row: Mapping[str, str], wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return str(wanted) in row.values()
    return all(row.get(str(key)) == str(value) for key, value in wanted.items())


def _row(row: Any) -> str:
    if isinstance(row, dict):
        return echo(", ".join(f"{key}: {value}" for key, value in row.items()))
    return echo(str(row))


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
