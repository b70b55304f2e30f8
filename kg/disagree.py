"""Statements on one question that differ, each difference with its kind. Knows only the graph; votes nothing away."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from kg.claim import (
    AGREES,
    BOUNDS,
    CONTRADICTS,
    PRECISION,
    SCOPE,
    Claim,
    claim_of,
    difference,
    said_by,
    turns,
)
from kg.labels import entity_named, label_of
from kg.problem import Problem, Span, fold
from kg.query import Dataset, QueryError, select
from kg.saved import KINDS, Saved, read_folder
from kg.statement import (
    context_of,
    is_statement,
    nodes_with,
    pairs,
    sentence_of,
    statuses_of,
    triple_of,
    value_of,
    voice_of,
    voices_of,
    words_for,
)
from kg.terms import DCTERMS, KG, RDF, RDFS, SKOS, digest, iri, literal

CORRECTED = "corrected"
ARITHMETIC = "arithmetic"

FOLDER = "ontology/disagreements"
HEADER = ("summary", "kind")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A difference between statements."""

    kind: str
    question: str
    """What they speak about, in words."""
    members: tuple[str, ...]
    """IRIs of the statements, sorted. One alone is said by some and denied by others."""
    values: tuple[str, ...]
    """What each member says, in words; for one that is also denied, who puts it how."""
    voices: tuple[str, ...] = ()
    """Who says each value, in the order of `values`."""
    about: str = ""
    """What tells it from another of its kind and members: IRI of a qualifier, or name of a query; '' for neither."""


def disagreements(dataset: Dataset, folder: Iterable[Saved] = ()) -> tuple[list[Disagreement], list[Problem]]:
    """Returns every difference in the graph, sorted by kind and question, and problems of the project's own queries.

    Which verbs and qualifiers have one value, and within what, is said by kg:uniquePer; which qualifiers make
    another scope or count stage by kg:distinguishes. `folder` holds further kinds, one SELECT a file.
    """
    grammar = _Grammar(dataset)
    found = set(_values(dataset, grammar))
    found |= set(_denials(dataset))
    found |= set(_holders(dataset, grammar))
    found |= set(_corrections(dataset))
    more, problems = _queried(dataset, folder)
    found |= set(more)
    return sorted(found, key=lambda d: (KINDS.index(d.kind), d.question, d.members)), problems


def about(dataset: Dataset, found: Iterable[Disagreement], words: str, verbs: Sequence[str]) -> list[Disagreement]:
    """Returns the disagreements whose question or values hold the words, or the name of the entity that is called so.

    `verbs` are the labels of the ontology's verbs. Raises QueryError for words that no entity, verb or question holds.
    """
    listed = list(found)
    kept = _holding(listed, words)
    if kept or _any_holds(verbs, words):
        return kept
    try:
        entity = entity_named(dataset, words)
    except QueryError as error:
        if _any_holds(error.problem.near, words):
            return []
        near = [*error.problem.near, *verbs] if error.problem.near else ()
        raise QueryError(replace(error.problem, near=near)) from None
    return _holding(listed, words_for(dataset, entity))


def _holding(found: Iterable[Disagreement], words: str) -> list[Disagreement]:
    return [one for one in found if fold(words) in fold(" ".join((one.question, *one.values)))]


def _any_holds(texts: Iterable[str], words: str) -> bool:
    return any(fold(words) in fold(text) for text in texts)


def read_kinds(root: Path) -> tuple[list[Saved], list[Problem]]:
    """Returns the project's own queries for disagreements: ontology/disagreements/*.rq."""
    return read_folder(root, FOLDER, HEADER)


def lines(found: Iterable[Disagreement], base: str) -> list[str]:
    """Returns disagreements as sorted N-Triples lines."""
    out = []
    for one in found:
        node = f"<{base}disagreement/{digest(one.kind, *one.members, *filter(None, [one.about]))}>"
        out.append(f"{node} {iri(RDF + 'type')} {iri(KG + 'Disagreement')} .")
        out.append(f"{node} {iri(KG + 'kind')} {literal(one.kind)} .")
        out.append(f"{node} {iri(RDFS + 'label')} {literal(f'{one.question}: ' + ' / '.join(one.values))} .")
        out += [f"{node} {iri(KG + 'member')} {iri(member)} ." for member in one.members]
    return sorted(dict.fromkeys(out))


class _Grammar:
    """What the ontology in the graph says about questions."""

    def __init__(self, dataset: Dataset) -> None:
        self.unique: dict[str, set[str]] = defaultdict(set)
        self.kinds: dict[str, str] = {}
        self.alone: set[str] = set()
        """Verbs of what one holds at a time."""
        self.shared: set[str] = set()
        """Classes of what several may hold at a time, and of holders who may be one under two names."""
        self.units = {fold(label): term for term, label in _unit_labels(dataset)}
        """Each way to write a unit, folded, to the IRI of the unit."""
        for prop, key in _annotated(dataset, "uniquePer"):
            self.unique[prop].add(key)
        for prop, kind in _annotated(dataset, "distinguishes"):
            self.kinds[prop] = kind
        for term, alone in _annotated(dataset, "oneAtATime"):
            (self.alone if alone == "true" else self.shared).add(term)

    def is_shared(self, dataset: Dataset, entity: Any) -> bool:
        """Says whether an entity is of a class to which 'one at a time' does not apply."""
        import pyoxigraph as ox

        types = dataset.store.quads_for_pattern(entity, ox.NamedNode(RDF + "type"), None, None)
        return any(quad.object.value in self.shared for quad in types)


def _annotated(dataset: Dataset, name: str) -> Iterator[tuple[str, str]]:
    """Yields the IRI of each term that has an annotation, and what that says; a blank node is nobody's property."""
    import pyoxigraph as ox

    for term, value in pairs(dataset, KG + name):
        if isinstance(term, ox.NamedNode):
            yield term.value, value.value


def _unit_labels(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Yields the IRI of each unit of the ontology with each of its labels in any language."""
    import pyoxigraph as ox

    for unit in nodes_with(dataset, RDF + "type", KG + "Unit"):
        for name in (RDFS + "label", SKOS + "altLabel"):
            for quad in dataset.store.quads_for_pattern(unit, ox.NamedNode(name), None, None):
                yield unit.value, quad.object.value


# --- values of one question --------------------------------------------------------------------


def _values(dataset: Dataset, grammar: _Grammar) -> Iterator[Disagreement]:
    """Yields the differences between the values that statements give to one question."""
    questions: dict[tuple[Any, ...], list[tuple[Any, Any]]] = defaultdict(list)
    for term in grammar.unique:
        for statement in nodes_with(dataset, RDF + "predicate", term):
            subject, prop, obj = triple_of(dataset, statement)
            questions[subject, prop, None, None].append((statement, obj))
        for statement, value in pairs(dataset, term) if term != RDF + "subject" else ():
            if is_statement(dataset, statement):
                questions[*triple_of(dataset, statement), term].append((statement, value))
    for (subject, prop, obj, qualifier), given in questions.items():
        if len({s.value for s, _ in given}) < 2:
            continue
        claims = [_with_unit(dataset, c, grammar) for s, v in given if (c := claim_of(dataset, s, v))]
        keys = grammar.unique[qualifier or prop.value]
        words = " ".join(label_of(dataset, t) for t in (subject, prop, obj) if t is not None)
        question = f"{words}, {words_for(dataset, qualifier)}" if qualifier else words
        for one, other in _to_compare(claims):
            if one.statement != other.statement and (kind := _difference(one, other, keys, grammar)):
                texts = tuple(said_by(dataset, claim, keys) for claim in (one, other))
                voices = tuple(voices_of(dataset, claim.context) for claim in (one, other))
                yield Disagreement(kind, question, (one.statement, other.statement), texts, voices, qualifier or "")


def _to_compare(claims: list[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Yields the pairs to compare, each in the order of statements: all, but of dates those that overlap or follow.

    A fact that is told of a thousand days is no disagreement of each day with each other.
    """
    ordered = sorted(claims, key=lambda c: (c.low, c.high, c.statement) if c.is_date else ("", "", c.statement))
    for i, one in enumerate(ordered):
        for other in ordered[i + 1 :]:
            yield (one, other) if one.statement < other.statement else (other, one)
            if one.is_date and other.is_date and one.bounds and other.low > one.high:
                break


def _difference(one: Claim, other: Claim, keys: Iterable[str], grammar: _Grammar) -> str:
    """Returns how two claims differ, '' where they do not speak about the same thing.

    Amounts in two units cannot be held against each other: they neither agree nor exclude each other. A number
    without a unit may be meant in that of the other, which then says it more exactly.
    """
    if one.unit and other.unit and one.unit != other.unit:
        other = replace(other, low="", high="")  # a text, which lies in the range of no number
    kind = difference(one, other, keys, grammar.kinds)
    return kind if one.unit == other.unit else {CONTRADICTS: SCOPE, AGREES: PRECISION}.get(kind, kind)


_PERCENT = re.compile(r"%|\bper\s?cent\b|\bpor ciento\b")


def _with_unit(dataset: Dataset, claim: Claim, grammar: _Grammar) -> Claim:
    """Returns a claim with what its amount is measured in: a unit's IRI, a currency, '%'."""
    if not isinstance(claim.low, Decimal):
        return claim
    if unit := value_of(dataset, claim.value, KG + "unit"):
        return replace(claim, unit=grammar.units.get(fold(unit.value), unit.value))
    return replace(claim, unit="%") if _PERCENT.search(label_of(dataset, claim.value)) else claim


# --- other kinds -------------------------------------------------------------------------------


def _denials(dataset: Dataset) -> Iterator[Disagreement]:
    """Yields each fact said to be so and denied; who denies it without a qualifier denies it with any."""
    evidence = nodes_with(dataset, KG + "status", KG + "denied")
    for denial in {statement for node in evidence for statement in nodes_with(dataset, KG + "evidence", node)}:
        core, denied = _said_of(dataset, denial), statuses_of(dataset, denial)
        if _is_inferred(dataset, denial) and {name for name, _ in core} <= _PLAIN:
            texts = {f"{status} by {voice_of(dataset, node)}" for node, status in denied.items()}
            said = (*sorted(texts), "inferred by a rule")
            yield Disagreement(CONTRADICTS, sentence_of(dataset, denial), (denial.value,), said)
        for other in nodes_with(dataset, RDF + "subject", value_of(dataset, denial, RDF + "subject")):
            statuses = statuses_of(dataset, other)
            if {"asserted", "alleged"}.isdisjoint(statuses.values()) or not core <= _said_of(dataset, other):
                continue
            both = [*denied.items(), *statuses.items()]
            texts = sorted({f"{status} by {voice_of(dataset, node)}" for node, status in both})
            members = tuple(sorted({denial.value, other.value}))
            yield Disagreement(CONTRADICTS, sentence_of(dataset, other), members, tuple(texts))


_PLAIN = frozenset(RDF + name for name in ("type", "subject", "predicate", "object"))
"""What a statement without qualifiers says."""


def _is_inferred(dataset: Dataset, statement: Any) -> bool:
    """Says whether a rule infers the triple that a statement describes."""
    import pyoxigraph as ox

    inferred = ox.NamedNode(f"{dataset.base}inferred")
    return any(dataset.store.quads_for_pattern(*triple_of(dataset, statement), inferred))


def _said_of(dataset: Dataset, statement: Any) -> frozenset[tuple[str, Any]]:
    """Returns what a statement says: its subject, property, object and qualifiers; amounts however they are written."""
    aside = {KG + "evidence", DCTERMS + "identifier", *(KG + name for name in BOUNDS)}
    context = context_of(dataset, statement)
    said = ((name, value) for name, values in context.items() if name not in aside for value in values)
    return frozenset((name, _amount_of(dataset, value) or value) for name, value in said)


def _amount_of(dataset: Dataset, value: Any) -> tuple[Any, ...]:
    """Returns amount, bounds and unit of a quantity, nothing for any other value."""
    if type(value).__name__ != "NamedNode" or value_of(dataset, value, KG + "amount") is None:
        return ()
    return tuple(value_of(dataset, value, KG + name) for name in ("amount", "lowerBound", "upperBound", "unit"))


def _holders(dataset: Dataset, grammar: _Grammar) -> Iterator[Disagreement]:
    """Yields pairs of holders of what one holds at a time: one after the other, or certainly both at once."""
    held: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for prop in grammar.alone:
        for statement in nodes_with(dataset, RDF + "predicate", prop):
            subject, _, thing = triple_of(dataset, statement)
            if not (grammar.is_shared(dataset, subject) or grammar.is_shared(dataset, thing)):
                held[prop, str(thing)].append(statement)
    for (prop, _), statements in held.items():
        claims = [c for s in statements if (c := claim_of(dataset, s, value_of(dataset, s, RDF + "subject")))]
        for one, other, kind in turns(claims):
            thing = next(iter(one.context[RDF + "object"]))
            question = f"{words_for(dataset, prop)} {label_of(dataset, thing)}"
            first, second = sorted((one, other), key=lambda claim: claim.statement)
            names = (label_of(dataset, first.value), label_of(dataset, second.value))
            voices = (voices_of(dataset, first.context), voices_of(dataset, second.context))
            yield Disagreement(kind, question, (first.statement, second.statement), names, voices)


def _corrections(dataset: Dataset) -> Iterator[Disagreement]:
    """Yields each pair of facts of which one corrects the other."""
    for one, other in pairs(dataset, KG + "corrects"):
        if is_statement(dataset, one) and is_statement(dataset, other):
            texts = (sentence_of(dataset, one), sentence_of(dataset, other))
            yield Disagreement(CORRECTED, texts[1], tuple(sorted((one.value, other.value))), texts)


def _queried(dataset: Dataset, folder: Iterable[Saved]) -> tuple[list[Disagreement], list[Problem]]:
    """Returns what the project's own queries find: a row is one disagreement, its statements the members.

    Of claims that clash in arithmetic each stands by some evidence, and no smaller set of them clashes.
    """
    import pyoxigraph as ox

    found, problems = [], []
    for saved in folder:
        kind = str(saved.header.get("kind", ARITHMETIC))
        try:
            what = ("this query is not SPARQL", "this query is no SELECT")
            answer = select(dataset, saved, "bad-disagreement", *what)
        except QueryError as error:
            problems.append(error.problem)
            continue
        question = str(saved.header.get("summary", saved.name)).rstrip(".")
        rows = [sorted({name for term in row for name in _statement_names(dataset, term)}) for row in answer]
        if not all(rows):
            problems.append(_no_members(saved))
        for names in filter(None, rows):
            nodes = [ox.NamedNode(name) for name in names]
            if kind != ARITHMETIC or all(_stands(dataset, node) for node in nodes):
                texts = tuple(_detailed(dataset, node) for node in nodes)
                voices = tuple(voices_of(dataset, context_of(dataset, node)) for node in nodes)
                found.append(Disagreement(kind, question, tuple(names), texts, voices, saved.name))
    return _smallest(found), problems


def _no_members(saved: Saved) -> Problem:
    """Returns the problem of a query with a row that names no statement, and so nothing that clashes."""
    hint = "SELECT the statements that clash, each in a column: ?one ?other"
    return Problem("bad-disagreement", "a row of this query holds no statement", Span(saved.path, 1, 1), hint)


def _statement_names(dataset: Dataset, term: Any) -> list[str]:
    """Returns the IRIs of statements in a cell: one, or several with spaces between as GROUP_CONCAT gives them."""
    return [name for name in getattr(term, "value", "").split() if name.startswith(f"{dataset.base}statement/")]


def _stands(dataset: Dataset, statement: Any) -> bool:
    """Says whether somebody asserts or alleges it and it is not known to be wrong; what a rule infers stands."""
    import pyoxigraph as ox

    evidence = [q.object for q in dataset.store.quads_for_pattern(statement, ox.NamedNode(KG + "evidence"), None, None)]
    said = [(value_of(dataset, node, KG + "status").value, value_of(dataset, node, KG + "rank")) for node in evidence]
    wrong = ox.NamedNode(KG + "deprecated")
    return not said or any(status in (KG + "asserted", KG + "alleged") and rank != wrong for status, rank in said)


def _smallest(found: Iterable[Disagreement]) -> list[Disagreement]:
    """Returns disagreements without those that hold all members of a smaller one of their kind."""
    kept: list[Disagreement] = []
    by_first: dict[str, list[Disagreement]] = defaultdict(list)
    for one in sorted(dict.fromkeys(found), key=lambda d: len(d.members)):
        smaller = (other for member in one.members for other in by_first[member] if other.kind == one.kind)
        if not any(set(other.members) < set(one.members) for other in smaller):
            kept.append(one)
            by_first[one.members[0]].append(one)
    return kept


def _detailed(dataset: Dataset, statement: Any) -> str:
    """Returns a statement's sentence with its quantities."""
    import pyoxigraph as ox

    quads = dataset.store.quads_for_pattern(statement, None, None, None)
    amounts = sorted(
        f"{label_of(dataset, q.predicate)} {label_of(dataset, q.object)}" for q in quads
        if isinstance(q.object, ox.NamedNode) and q.object.value.startswith(f"{dataset.base}quantity/")
        and q.predicate.value != RDF + "object"
    )  # fmt: skip
    return ", ".join([sentence_of(dataset, statement), *amounts])
