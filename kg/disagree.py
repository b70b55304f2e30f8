"""Statements on one question that differ, each difference with its kind. Knows only the graph; votes nothing away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from kg.problem import Problem
from kg.query import Dataset, QueryError, label_of, select
from kg.saved import Saved, read_folder
from kg.terms import DCTERMS, KG, PROV, RDF, RDFS, digest, iri, literal

AGREES = "agrees"
PRECISION = "agrees within stated precision"
SCOPE = "different scope"
STAGE = "different count stage"
SUCCESSION = "succession in time"
CONTRADICTS = "contradicts"
CORRECTED = "corrected"
ARITHMETIC = "arithmetic"
KINDS = (CONTRADICTS, ARITHMETIC, CORRECTED, STAGE, SCOPE, SUCCESSION, PRECISION, AGREES)
"""From what most needs a reader's eye to what needs it least."""

FOLDER = "ontology/disagreements"
HEADER = ("summary", "kind")
_BOUNDS = ("beginOfBegin", "endOfBegin", "beginOfEnd", "endOfEnd")


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


@dataclass(frozen=True, slots=True)
class _Claim:
    """One value that a statement gives to a question."""

    statement: str
    value: Any
    low: float | str
    """Least or earliest that the wording allows."""
    high: float | str
    context: Mapping[str, frozenset[Any]]
    """Qualifiers of the statement by IRI."""
    bounds: Mapping[str, str]


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


def read_kinds(root: Path) -> tuple[list[Saved], list[Problem]]:
    """Returns the project's own queries for disagreements: ontology/disagreements/*.rq."""
    return read_folder(root, FOLDER, HEADER)


def lines(found: Iterable[Disagreement], base: str) -> list[str]:
    """Returns disagreements as sorted N-Triples lines."""
    out = []
    for one in found:
        node = f"<{base}disagreement/{digest(one.kind, *one.members)}>"
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
        for prop, key in _pairs(dataset, KG + "uniquePer"):
            self.unique[prop.value].add(key.value)
        for prop, kind in _pairs(dataset, KG + "distinguishes"):
            self.kinds[prop.value] = kind.value
        for term, alone in _pairs(dataset, KG + "oneAtATime"):
            (self.alone if alone.value == "true" else self.shared).add(term.value)

    def is_shared(self, dataset: Dataset, entity: Any) -> bool:
        """Says whether an entity is of a class to which 'one at a time' does not apply."""
        import pyoxigraph as ox

        types = dataset.store.quads_for_pattern(entity, ox.NamedNode(RDF + "type"), None, None)
        return any(quad.object.value in self.shared for quad in types)


def _pairs(dataset: Dataset, predicate: str) -> Iterator[tuple[Any, Any]]:
    import pyoxigraph as ox

    for quad in dataset.store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
        yield quad.subject, quad.object


# --- values of one question --------------------------------------------------------------------


def _values(dataset: Dataset, grammar: _Grammar) -> Iterator[Disagreement]:
    """Yields the differences between the values that statements give to one question."""
    questions: dict[tuple[Any, ...], list[tuple[Any, Any]]] = defaultdict(list)
    subjects = {s.value: o for s, o in _pairs(dataset, RDF + "subject")}
    objects = {s.value: o for s, o in _pairs(dataset, RDF + "object")}
    for statement, prop in _pairs(dataset, RDF + "predicate"):
        subject, obj = subjects[statement.value], objects[statement.value]
        if prop.value in grammar.unique:
            questions[subject, prop, None, None].append((statement, obj))
    for qualifier in [q for q in grammar.unique if q not in (RDF + "subject",)]:
        for statement, value in _pairs(dataset, qualifier):
            if statement.value in subjects and statement.value.startswith(f"{dataset.base}statement/"):
                prop = _one(dataset, statement, RDF + "predicate")
                key = (subjects[statement.value], prop, objects[statement.value], qualifier)
                questions[key].append((statement, value))
    for (subject, prop, obj, qualifier), given in questions.items():
        if len({s.value for s, _ in given}) < 2:
            continue
        claims = [c for s, v in given if (c := _claim(dataset, s, v))]
        keys = grammar.unique[qualifier or prop.value]
        words = " ".join(label_of(dataset, t) for t in (subject, prop, obj) if t is not None)
        question = f"{words}, {_label(dataset, qualifier)}" if qualifier else words
        for one, other in combinations(sorted(claims, key=lambda c: c.statement), 2):
            if one.statement != other.statement and (kind := _kind(one, other, keys, grammar)):
                texts = tuple(_said(dataset, claim, keys) for claim in (one, other))
                voices = tuple(_voices(dataset, claim.context) for claim in (one, other))
                yield Disagreement(kind, question, (one.statement, other.statement), texts, voices)


def _claim(dataset: Dataset, statement: Any, value: Any) -> _Claim | None:
    """Returns what a statement claims, None where nobody asserts or alleges it."""
    context = _context(dataset, statement)
    statuses = {_one(dataset, e, KG + "status").value for e in context.get(KG + "evidence", ())}
    if statuses and statuses.isdisjoint({KG + "asserted", KG + "alleged"}):
        return None
    bounds = {name: next(iter(context[KG + name])).value for name in _BOUNDS if KG + name in context}
    low, high = _range(dataset, value, bounds)
    return _Claim(statement.value, value, low, high, context, bounds)


def _context(dataset: Dataset, statement: Any) -> dict[str, frozenset[Any]]:
    """Returns everything that a statement has, by property."""
    found: dict[str, set[Any]] = defaultdict(set)
    for quad in dataset.store.quads_for_pattern(statement, None, None, None):
        found[quad.predicate.value].add(quad.object)
    return {name: frozenset(values) for name, values in found.items()}


def _range(dataset: Dataset, value: Any, bounds: Mapping[str, str]) -> tuple[float | str, float | str]:
    """Returns the least and most that a value may be: of a quantity, of a date, else itself."""
    amount = _one(dataset, value, KG + "amount") if type(value).__name__ == "NamedNode" else None
    if amount is not None:
        low, high = (_one(dataset, value, KG + name) for name in ("lowerBound", "upperBound"))
        return float(low.value) if low else float("-inf"), float(high.value) if high else float("inf")
    if type(value).__name__ == "Literal" and bounds:
        return bounds.get("beginOfBegin", ""), bounds.get("endOfEnd", "9999")
    return str(value), str(value)


def _kind(one: _Claim, other: _Claim, keys: Iterable[str], grammar: _Grammar) -> str:
    """Returns how two claims differ, '' where they do not speak about the same thing."""
    differences = []
    for key in keys:
        here, there = one.context.get(key, frozenset()), other.context.get(key, frozenset())
        if here == there:
            continue
        if here and there and key not in grammar.kinds:
            return ""
        differences.append((grammar.kinds.get(key, SCOPE), bool(here and there)))
    agree = _overlap(one, other)
    if agree and not any(both for _, both in differences):
        return AGREES if (one.low, one.high) == (other.low, other.high) else PRECISION
    if agree:
        return ""
    if _apart(one.bounds, other.bounds):
        return SUCCESSION
    kinds = {kind for kind, _ in differences}
    return STAGE if STAGE in kinds else SCOPE if kinds else CONTRADICTS


def _overlap(one: _Claim, other: _Claim) -> bool:
    """Says whether one value can be both; two that only meet at the end of their rounding cannot."""
    if type(one.low) is not type(other.low):
        return False
    if one.low == one.high or other.low == other.high:
        return one.low <= other.high and other.low <= one.high  # type: ignore[operator]
    return one.low < other.high and other.low < one.high  # type: ignore[operator]


def _apart(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Says whether one is over, at the latest, before the other begins, at the earliest."""
    for first, second in ((one, other), (other, one)):
        if first.get("endOfEnd") and second.get("beginOfBegin") and first["endOfEnd"] <= second["beginOfBegin"]:
            return True
    return False


def _said(dataset: Dataset, claim: _Claim, keys: Iterable[str]) -> str:
    """Returns a claim's value with the qualifiers that narrow it."""
    narrowing = [
        label_of(dataset, value) for key in sorted(keys) if key != RDF + "subject"
        for value in claim.context.get(key, ())
    ]  # fmt: skip
    shown = label_of(dataset, claim.value)
    return f"{shown} ({', '.join(sorted(narrowing))})" if narrowing else shown


def _one(dataset: Dataset, node: Any, predicate: str) -> Any:
    import pyoxigraph as ox

    quad = next(dataset.store.quads_for_pattern(node, ox.NamedNode(predicate), None, None), None)
    return quad.object if quad else None


def _label(dataset: Dataset, text: str) -> str:
    import pyoxigraph as ox

    return label_of(dataset, ox.NamedNode(text))


# --- other kinds -------------------------------------------------------------------------------


def _sentence(dataset: Dataset, statement: Any) -> str:
    parts = (_one(dataset, statement, RDF + name) for name in ("subject", "predicate", "object"))
    return " ".join(label_of(dataset, part) for part in parts)


def _denials(dataset: Dataset) -> Iterator[Disagreement]:
    """Yields each fact said to be so and denied; who denies it without a qualifier denies it with any."""
    said: dict[Any, dict[Any, str]] = defaultdict(dict)
    status_of = {e.value: s.value.removeprefix(KG) for e, s in _pairs(dataset, KG + "status")}
    for statement, evidence in _pairs(dataset, KG + "evidence"):
        said[statement][evidence] = status_of[evidence.value]
    for denial in [s for s, statuses in said.items() if "denied" in statuses.values()]:
        core = _said_of(dataset, denial)
        subject = _one(dataset, denial, RDF + "subject")
        for other in _about(dataset, subject):
            statuses = said[other]
            if {"asserted", "alleged"}.isdisjoint(statuses.values()) or not core <= _said_of(dataset, other):
                continue
            both = [*said[denial].items(), *statuses.items()]
            texts = sorted({f"{status} by {_voice(dataset, evidence)}" for evidence, status in both})
            members = tuple(sorted({denial.value, other.value}))
            yield Disagreement(CONTRADICTS, _sentence(dataset, other), members, tuple(texts))


def _about(dataset: Dataset, subject: Any) -> list[Any]:
    """Returns the statements about a subject."""
    import pyoxigraph as ox

    return [q.subject for q in dataset.store.quads_for_pattern(None, ox.NamedNode(RDF + "subject"), subject, None)]


def _said_of(dataset: Dataset, statement: Any) -> frozenset[tuple[str, Any]]:
    """Returns what a statement says: its subject, property, object and qualifiers."""
    aside = {KG + "evidence", DCTERMS + "identifier", *(KG + name for name in _BOUNDS)}
    context = _context(dataset, statement)
    return frozenset((name, value) for name, values in context.items() if name not in aside for value in values)


def _voices(dataset: Dataset, context: Mapping[str, frozenset[Any]]) -> str:
    """Returns everybody who speaks in the evidence of a statement."""
    return "; ".join(sorted({_voice(dataset, evidence) for evidence in context.get(KG + "evidence", ())}))


def _voice(dataset: Dataset, evidence: Any) -> str:
    """Returns who speaks in a piece of evidence: the speaker, else the document."""
    speaker = _one(dataset, evidence, KG + "speaker")
    return label_of(dataset, speaker or _one(dataset, evidence, PROV + "hadPrimarySource"))


def _holders(dataset: Dataset, grammar: _Grammar) -> Iterator[Disagreement]:
    """Yields pairs of holders of what one holds at a time: one after the other, or certainly both at once."""
    held: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for statement, prop in _pairs(dataset, RDF + "predicate"):
        ends = [_one(dataset, statement, RDF + end) for end in ("subject", "object")]
        if prop.value in grammar.alone and not any(grammar.is_shared(dataset, end) for end in ends):
            held[prop.value, str(ends[1])].append(statement)
    for (prop, _), statements in held.items():
        claims = [c for s in statements if (c := _claim(dataset, s, _one(dataset, s, RDF + "subject")))]
        for one, other, kind in _turns(claims):
            thing = next(iter(one.context[RDF + "object"]))
            question = f"{_label(dataset, prop)} {label_of(dataset, thing)}"
            first, second = sorted((one, other), key=lambda claim: claim.statement)
            names = (label_of(dataset, first.value), label_of(dataset, second.value))
            voices = (_voices(dataset, first.context), _voices(dataset, second.context))
            yield Disagreement(kind, question, (first.statement, second.statement), names, voices)


def _turns(claims: list[_Claim]) -> Iterator[tuple[_Claim, _Claim, str]]:
    """Yields who follows whom directly, and who certainly held what another held at the time."""
    ordered = sorted(claims, key=lambda c: (c.bounds.get("beginOfBegin") or c.bounds.get("endOfEnd", ""), c.statement))
    for i, one in enumerate(ordered):
        followed = False
        for other in ordered[i + 1 :]:
            if one.value == other.value:
                continue
            if _together(one, other):
                yield one, other, CONTRADICTS
            elif not followed and _apart(one.bounds, other.bounds):
                followed = True
                yield one, other, SUCCESSION


def _together(one: _Claim, other: _Claim) -> bool:
    """Says whether two certainly held at once for more than a day of change-over."""
    begins = [c.bounds.get("endOfBegin", "") for c in (one, other)]
    ends = [c.bounds.get("beginOfEnd", "") for c in (one, other)]
    return all(begins) and all(ends) and max(begins) < min(ends)


def _corrections(dataset: Dataset) -> Iterator[Disagreement]:
    """Yields each pair of facts of which one corrects the other."""
    statements = {s.value for s, _ in _pairs(dataset, RDF + "subject")}
    for one, other in _pairs(dataset, KG + "corrects"):
        if one.value in statements and other.value in statements:
            texts = (_sentence(dataset, one), _sentence(dataset, other))
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
        kind = kind if kind in KINDS else ARITHMETIC
        for row in answer:
            names = sorted({name for term in row for name in _statement_names(dataset, term)})
            nodes = [ox.NamedNode(name) for name in names]
            if nodes and (kind != ARITHMETIC or all(_stands(dataset, node) for node in nodes)):
                texts = tuple(_detailed(dataset, node) for node in nodes)
                voices = tuple(_voices(dataset, _context(dataset, node)) for node in nodes)
                found.append(Disagreement(kind, question, tuple(names), texts, voices))
    return _smallest(found), problems


def _statement_names(dataset: Dataset, term: Any) -> list[str]:
    """Returns the IRIs of statements in a cell: one, or several with spaces between as GROUP_CONCAT gives them."""
    return [name for name in getattr(term, "value", "").split() if name.startswith(f"{dataset.base}statement/")]


def _stands(dataset: Dataset, statement: Any) -> bool:
    """Says whether somebody asserts or alleges it and it is not known to be wrong; what a rule infers stands."""
    import pyoxigraph as ox

    evidence = [q.object for q in dataset.store.quads_for_pattern(statement, ox.NamedNode(KG + "evidence"), None, None)]
    said = [(_one(dataset, node, KG + "status").value, _one(dataset, node, KG + "rank")) for node in evidence]
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
    return ", ".join([_sentence(dataset, statement), *amounts])
