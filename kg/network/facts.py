"""Statements, and what rules found besides, as facts: each with its sentence, details, evidence and rivals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kg.claim import BOUNDS, CALM
from kg.network.columns import Columns
from kg.network.evidence import evidence_of
from kg.terms import DCTERMS, KG, PROV, RDF

STATUSES = ("asserted", "alleged", "predicted", "threatened", "denied", "deprecated")
"""Strongest first: a fact has the status of its strongest evidence; evidence known to be wrong only says that."""

Fact = dict[str, Any]
Row = tuple[str, str | None, str, Fact]
"""Subject, object (None for a literal), key, fact."""


def stated(columns: Columns, given: Mapping[str, str]) -> Iterator[Row]:
    """Yields every statement as a fact."""
    known, evidence = evidence_of(columns), columns.column(KG + "evidence")
    names = columns.single(DCTERMS + "identifier")
    bounds = [columns.single(KG + name) for name in BOUNDS]
    rules = columns.single(PROV + "wasGeneratedBy")
    rivals, qualifiers, doubted = _rivals(columns), _qualifiers(columns), _doubted_alone(columns)
    kind = f"<{{}}> <{RDF}type> <{KG}Statement> ."  # the line by which a rule's statement is known
    for name, (subject, predicate, obj) in columns.about.items():
        found = [known[term.value] for term in evidence.get(name, ()) if term.value in known]
        found.sort(key=_weight)
        details = qualifiers.get(name, [])
        statuses = {item["status"] for item in found}
        fact = _fact(columns, subject, predicate, obj) | {
            "id": names.get(name, ""),
            "qualifiers": [[columns.both(prop)["en"], text] for prop, text, *_ in details],
            "details": details,
            "status": next((status for status in STATUSES if status in {*map(_status, found)}), "asserted"),
            "contested": (len(statuses) > 1 and "denied" in statuses)
            or name in doubted
            or _doubted(rivals.get(name, ())),
            "rivals": [{"statement": other, "kind": kind} for other, kind in sorted(rivals.get(name, ()))],
            "rule": "" if found else given.get(kind.format(name), columns.tail(rules.get(name, "rule"))),
            "bounds": [column.get(name) for column in bounds],
            "evidence": found,
        }
        owner = _entity(columns, subject)
        if subject != owner or getattr(obj, "value", "") in columns.about:
            fact |= {"object": columns.text(obj), "term": str(obj), "about": "" if subject == owner else subject}
        yield owner, None if fact["object"] else obj.value, name, fact


def _doubted(rivals: Iterable[tuple[str, str]]) -> bool:
    return any(kind not in CALM for _, kind in rivals)


def _doubted_alone(columns: Columns) -> set[str]:
    """Returns the statements that are a disagreement by themselves: a source denies what a rule infers."""
    kinds, members = columns.single(KG + "kind"), columns.column(KG + "member")
    return {own[0].value for name, own in members.items() if len(own) == 1 and kinds.get(name, "") not in CALM}


def _status(evidence: dict[str, Any]) -> str:
    return "deprecated" if evidence["rank"] == "deprecated" else evidence["status"]


def _weight(evidence: dict[str, Any]) -> tuple[int, str, str]:
    """Returns what evidence is sorted by: strongest status first, then the oldest document."""
    status, day = _status(evidence), evidence["date"] or evidence["posted"]
    return STATUSES.index(status) if status in STATUSES else 9, day or "9", evidence["source"]


def _fact(columns: Columns, subject: str, predicate: str, obj: Any) -> Fact:
    literal = not isinstance(obj, ox.NamedNode) or obj.value.startswith(columns.base + "quantity/")
    text, term = (columns.text(obj) or "''", str(obj)) if literal else ("", "")
    return bare(predicate, columns.both(predicate), columns.sentence(subject, predicate, obj), text, term)


def bare(predicate: str, verb: dict[str, str], sentence: str, text: str, term: str) -> Fact:
    """Returns a fact of which nothing is known but its triple; `text` and `term` are of an object that is a value."""
    return {
        "property": predicate,
        "verb": verb,
        "sentence": sentence,
        "object": text,
        "term": term,
        "about": "",
        "id": "",
        "qualifiers": [],
        "details": [],
        "status": "asserted",
        "contested": False,
        "rivals": [],
        "rule": "",
        "bounds": [None, None, None, None],
        "evidence": [],
    }


def _entity(columns: Columns, name: str) -> str:
    """Returns the entity itself, or the one that a fact is about, however often facts are nested."""
    seen = set()
    while name in columns.about and name not in seen:
        seen.add(name)
        name = columns.about[name][0]
    return name


def _rivals(columns: Columns) -> dict[str, set[tuple[str, str]]]:
    """Returns, for each statement, the statements that stand against it with the kind of their difference."""
    kinds = columns.single(KG + "kind")
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for disagreement, members in columns.column(KG + "member").items():
        for one in members:
            found[one.value] |= {(other.value, kinds.get(disagreement, "")) for other in members if other != one}
    for name, (subject, predicate, obj) in columns.about.items():
        if isinstance(obj, ox.NamedNode) and obj.value in columns.about:
            kind = columns.both(predicate)["en"]
            found[obj.value].add((subject if subject in columns.about else name, kind))
    return found


def _qualifiers(columns: Columns) -> dict[str, list[list[str]]]:
    """Returns each statement's qualifiers: property, text, the IRI where it is an entity's, the term as N-Triples."""
    marked = columns.column(RDF + "type")
    properties = sorted(
        name for name, classes in marked.items() if any(cls.value == KG + "Qualifier" for cls in classes)
    )
    found: dict[str, list[list[str]]] = defaultdict(list)
    for prop in properties:
        for name, terms in columns.column(prop).items():
            if name in columns.about:
                found[name] += [
                    [prop, columns.text(term), term.value if term.value in columns.classes else "", str(term)]
                    for term in terms
                ]
    return {name: sorted(rows) for name, rows in found.items()}


def inferred(columns: Columns, rules: Mapping[str, str]) -> Iterator[Row]:
    """Yields what rules found and no fact shows already: triples of the inferred graph and of those below it."""
    graphs = sorted(
        name.value for name in columns.store.named_graphs() if name.value.startswith(columns.base + "inferred")
    )
    said = _standing(columns)
    structural = columns.single(KG + "structural")
    for graph in graphs:
        for subject, predicate, obj in _triples(columns.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))):
            key = (subject, predicate, str(obj))
            if (
                key in said
                or subject not in columns.classes
                or predicate in structural
                or predicate not in columns.labels
            ):
                continue
            said.add(key)
            rule = rules.get(f"<{subject}> <{predicate}> {obj} .", "rule")
            fact = _fact(columns, subject, predicate, obj) | {"rule": rule}
            name = f"inferred:{columns.tail(subject)} {columns.tail(predicate)} {columns.tail(obj.value)}"
            yield subject, None if fact["object"] else obj.value, name, fact


def _standing(columns: Columns) -> set[tuple[str, str, str]]:
    """Returns what statements say that asserted evidence, not known to be wrong, or a rule stands for."""
    evidence, statuses = columns.column(KG + "evidence"), columns.single(KG + "status")
    ranks, known = columns.single(KG + "rank"), evidence.keys()
    stands = {
        node
        for node, terms in evidence.items()
        for term in terms
        if statuses.get(term.value) == KG + "asserted" and ranks.get(term.value) != KG + "deprecated"
    }
    about = columns.about.items()
    return {(subject, prop, str(obj)) for name, (subject, prop, obj) in about if name in stands or name not in known}


def _triples(quads: Iterable[ox.Quad]) -> list[tuple[str, str, Any]]:
    found = [
        (quad.subject.value, quad.predicate.value, quad.object)
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode)
    ]
    return sorted(found, key=lambda row: (row[0], row[1], str(row[2])))
