"""What a query chooses of the network: its answer and the whole network give the part that a picture opens on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg import answers, given, network
from kg.labels import entity_named
from kg.parameters import bindings, parameters
from kg.problem import Problem, Span, echo
from kg.queries import run
from kg.query import Dataset, QueryError
from kg.saved import Saved

if TYPE_CHECKING:
    import networkx as nx

Row = tuple[str, str | None, dict[str, Any]]
"""Subject, object (None for a value), fact."""


@dataclass(slots=True)
class _Choice:
    """What an answer names."""

    entities: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    """Keys of facts of the network."""
    given: list[tuple[str, str, Any]] = field(default_factory=list)
    """Triples about entities that no fact says."""
    left: int = 0
    """Triples about nothing that the network knows."""


def chosen(dataset: Dataset, saved: Saved, values: Mapping[str, str], whole: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Returns the entities and facts that the query's answer names, with the other facts among them.

    A SELECT chooses every entity in its cells and parameters with the facts among those, and every statement in its
    cells. A CONSTRUCT chooses the subjects and objects of its triples and the statements that say them; a triple that
    no statement says becomes a fact that is `given`. All that is not chosen, but lies between what is, and what rivals
    the chosen facts, is marked `besides`.

    Raises QueryError for an ASK, an empty answer, and one that names nothing of the network.
    """
    answer = run(dataset, saved, values)
    rows = {key: (subject, obj, fact) for subject, obj, key, fact in network.rows(whole)}
    if hasattr(answer, "variables"):
        terms = [[term for term in solution if term is not None] for solution in answer]
        named = {str(term) for row in terms for term in row} | set(map(str, bindings(dataset, saved, values).values()))
        choice = _of_cells({name[1:-1] for name in named if name.startswith("<")}, whole, rows)
        size, what = len(terms), "row"
    elif answers.form(answer) == "graph":
        triples = sorted(set(answer), key=str)
        choice = _of_triples(triples, dataset.base, whole, rows)
        size, what = len(triples), "triple"
    else:
        raise _no_picture(saved, "an ASK is answered by yes or no, which nobody can draw", "ask by SELECT or CONSTRUCT")
    if not size:
        raise _no_picture(saved, "the answer is empty: there is nothing to show", "`kg query` shows the answer")
    if not choice.entities and not choice.facts:
        message = f"the answer ({size} {what}{'s' if size > 1 else ''}) names no entity and no statement"
        raise _no_picture(saved, message, "ask for entities themselves (?person), not for their names or numbers")
    part = _part(whole, rows, choice)
    part.graph["query"] = _about(dataset, saved, values, whole) | {"left": choice.left}
    return part


def _no_picture(saved: Saved, message: str, hint: str) -> QueryError:
    return QueryError(Problem("no-picture", message, Span(saved.path, 0, 1), hint))


def _about(dataset: Dataset, saved: Saved, values: Mapping[str, str], whole: nx.MultiDiGraph) -> dict[str, Any]:
    """Returns what a page says of its query: name, summary, parameters as people read them, text."""
    terms = bindings(dataset, saved, values)
    names = {p.name: terms[p.variable].value for p in parameters(saved)}
    bound = {name: whole.nodes[text]["label"] if text in whole else text for name, text in names.items()}
    lines = [line for line in saved.text.splitlines() if not line.startswith("#+")]
    summary = saved.header.get("summary", "")
    return {
        "name": "" if saved.path in ("query", "standard input") else saved.name,
        "summary": summary if isinstance(summary, str) else "",
        "parameters": bound,
        "text": "\n".join(lines).strip(),
    }


def entity(dataset: Dataset, text: str, shown: nx.MultiDiGraph) -> str:
    """Returns the IRI of the entity that a text names. Raises QueryError for none and for one that is not shown."""
    found = entity_named(dataset, text)
    if found in shown:
        return found
    where = "what the query answers" if "query" in shown.graph else "the network"
    raise QueryError(Problem("no-picture", f"'{echo(text, 60)}' is no entity of {where}", Span("query", 0, 1)))


def title(query: Mapping[str, Any]) -> str:
    """Returns a query's summary with its parameters as the heading of a page, '' where it has no summary.

    >>> title({"summary": "Who stood in a contest.", "parameters": {"contest": "sucre-2008"}})
    'Who stood in a contest (contest: sucre-2008)'
    """
    asked = ", ".join(f"{name}: {value}" for name, value in query["parameters"].items())
    summary = query["summary"].strip().removesuffix(".")
    return echo(f"{summary} ({asked})" if summary and asked else summary)


def _of_cells(names: set[str], whole: nx.MultiDiGraph, rows: Mapping[str, Row]) -> _Choice:
    """Returns the entities and statements among the IRIs of a SELECT, with the facts that tie these entities together.

    Where there are none, with those that rules infer; where there are none either, with what is said of each alone.
    """
    choice = _Choice(entities={name for name in names if name in whole}, facts=names & rows.keys())
    among = _among(choice.entities, rows)
    ties = {key for key in among if rows[key][1] is not None}
    stated = {key for key in ties if not rows[key][2]["rule"]}
    choice.facts |= stated or ties or (set() if choice.facts else among)
    return choice


def _among(entities: set[str], rows: Mapping[str, Row]) -> set[str]:
    """Returns the facts whose ends are all among the entities."""
    return {key for key, (one, other, _) in rows.items() if one in entities and (other is None or other in entities)}


def _of_triples(triples: Iterable[Any], base: str, whole: nx.MultiDiGraph, rows: Mapping[str, Row]) -> _Choice:
    """Returns what the triples of a CONSTRUCT name."""
    said: dict[tuple[str, str, str], list[str]] = {}
    for key, (subject, obj, fact) in rows.items():
        term = fact["term"] if obj is None else f"<{obj}>"
        said.setdefault((fact["about"] or subject, fact["property"], term), []).append(key)
    choice = _Choice()
    for triple in triples:
        subject, predicate, obj = triple.subject, triple.predicate.value, triple.object
        names = [term.value for term in (subject, obj) if type(term).__name__ == "NamedNode"]
        keys = said.get((getattr(subject, "value", ""), predicate, str(obj)), ())
        choice.entities |= {name for name in names if name in whole}
        choice.facts |= {*keys, *(name for name in names if name in rows)}
        if keys or predicate in given.SHOWN_ANYWAY:
            continue
        if names and str(subject) == f"<{names[0]}>" and names[0] in whole:
            choice.given.append((names[0], predicate, obj))
        elif not (names and (names[0] in rows or given.about_evidence(names[0], base))):
            choice.left += 1
    return choice


def _part(whole: nx.MultiDiGraph, rows: Mapping[str, Row], choice: _Choice) -> nx.MultiDiGraph:
    """Returns the chosen part of the network with what lies among it, the latter marked as `besides`."""
    rivals = {r["statement"] for key in choice.facts for r in rows[key][2]["rivals"]} & rows.keys() - choice.facts
    own = choice.entities | _ends(choice.facts, rows)
    kept = _among(own, rows) | choice.facts | rivals
    part = whole.__class__(**whole.graph)
    for name in sorted(own | _ends(kept, rows)):
        facts = [
            fact | ({} if fact["key"] in choice.facts else {"besides": True})
            for fact in whole.nodes[name]["facts"]
            if fact["key"] in kept
        ]
        part.add_node(name, **{**whole.nodes[name], "facts": facts}, **({} if name in own else {"besides": True}))
    for subject, obj, key, fact in whole.edges(keys=True, data=True):
        if key in kept:
            part.add_edge(subject, obj, key, **fact, **({} if key in choice.facts else {"besides": True}))
    for subject, predicate, obj in choice.given:
        given.add(part, subject, predicate, obj)
    return part


def _ends(keys: Iterable[str], rows: Mapping[str, Row]) -> set[str]:
    return {end for key in keys for end in rows[key][:2] if end is not None}
