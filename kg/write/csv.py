"""CSV for spreadsheets: a graph comes in, one row a statement and evidence comes out.

Spreadsheets run a cell that starts with `=`, `+`, `-`, `@`, a tab or a line end as a formula. Such a cell
gets an apostrophe in front, and so does one that has apostrophes before such a start: taking one apostrophe
away from `'=…`, `''=…` and so on gives back the text exactly. Every other format has the text as it is.
"""

from __future__ import annotations

import csv
import io
import re
from operator import itemgetter
from typing import TYPE_CHECKING

from kg.terms import DCTERMS, KG, OA, PROV, RDF, RDFS, text_of
from kg.write import default_graph, subjects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.layout import Graphs

NAME = "csv"
LABEL = "CSV"
SUFFIX = ".csv"
MEDIA_TYPE = "text/csv"
GRAPHS = False

COLUMNS = (
    "id", "subject", "property", "object", "qualifiers", "status", "source", "speakers", "locator", "note",
    "rank", "subject_iri", "property_iri", "object_iri", "source_iri", "statement_iri", "evidence_iri",
)  # fmt: skip
"""`id` is the fact's own id or else the end of the statement's IRI; values in one cell are joined by `; `."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_STATES = tuple(f"<{RDF}{name}>" for name in ("subject", "predicate", "object"))
_EVIDENCE, _IDENTIFIER, _LABEL = f"<{KG}evidence>", f"<{DCTERMS}identifier>", f"<{RDFS}label>"
_NO_QUALIFIER = {*_STATES, _EVIDENCE, _IDENTIFIER, _LABEL, f"<{RDF}type>", f"<{PROV}wasGeneratedBy>"}


def write(graphs: Graphs, *, inferred: bool = False) -> Iterator[str]:
    """Yields the header and then the rows by subject, property and object; lines end in CR LF (RFC 4180).

    With `inferred`, what rules found has rows too, with status `inferred` and without a source.
    """
    words = _Words(default_graph(graphs, inferred), graphs)
    statements = [name for name, _ in words.order if words.is_statement(name)]
    rows = [
        tuple(_cells(words, statement, evidence))
        for statement in statements
        for evidence in words.all(statement, _EVIDENCE) or [""]
    ]
    if inferred:
        rows += _inferred_rows(words, statements, graphs)
    yield _line(COLUMNS)
    for row in sorted(rows, key=itemgetter(slice(1, None))):
        yield _line(row)


class _Words:
    """What is said of each term, by predicate, and the labels of all."""

    def __init__(self, lines: Iterable[str], graphs: Graphs) -> None:
        self.order = list(subjects(lines, graphs.prefixes))
        self.base = graphs.base
        self.said: dict[str, dict[str, list[str]]] = {}
        for subject, pairs in (*self.order, *subjects(graphs.ontology, graphs.prefixes)):
            known = self.said.setdefault(subject, {})
            for predicate, object_ in pairs:
                known.setdefault(predicate, []).append(object_)

    def all(self, subject: str, predicate: str) -> list[str]:
        return self.said.get(subject, {}).get(predicate, [])

    def one(self, subject: str, predicate: str) -> str:
        return next(iter(self.all(subject, predicate)), "")

    def is_statement(self, subject: str) -> bool:
        return all(self.one(subject, part) for part in _STATES)

    def is_structural(self, predicate: str) -> bool:
        return any(text_of(term) in ("true", "1") for term in self.all(predicate, f"<{KG}structural>"))

    def label(self, term: str) -> str:
        """Returns the English label, the one without a language, or the first; else the end of the IRI."""
        if term[:1] != "<":
            return text_of(term)
        labels = {label[label.rindex('"') + 1 :]: label for label in reversed(self.all(term, _LABEL))}
        if labels:
            return text_of(labels.get("@en") or labels.get("") or labels[min(labels)])
        return term[max(term.rfind("/"), term.rfind("#")) + 1 : -1] or text_of(term)

    def text(self, term: str) -> str:
        """Returns the label, or for a statement what it says."""
        if self.is_statement(term):
            return " ".join(self.label(self.one(term, part)) for part in _STATES)
        return self.label(term)


def _cells(words: _Words, statement: str, evidence: str) -> Iterator[str]:
    stated = [words.one(statement, part) for part in _STATES]
    sources = words.all(evidence, f"<{PROV}hadPrimarySource>")
    yield words.label(words.one(statement, _IDENTIFIER) or statement)
    yield from map(words.text, stated)
    yield _qualifiers(words, statement)
    yield words.label(words.one(evidence, f"<{KG}status>")) if evidence else "inferred"
    yield "; ".join(map(words.label, sources))
    yield _speakers(words, evidence)
    yield "; ".join(_locator(words, term) for term in words.all(evidence, f"<{OA}hasSelector>"))
    yield "; ".join(map(text_of, words.all(evidence, f"<{KG}note>")))
    yield words.label(words.one(evidence, f"<{KG}rank>")) or ("normal" if evidence else "")
    yield from map(_iri, stated)
    yield "; ".join(map(text_of, sources))
    yield from map(_iri, (statement, evidence))


def _iri(term: str) -> str:
    return text_of(term) if term[:1] == "<" else ""


def _qualifiers(words: _Words, statement: str) -> str:
    return "; ".join(
        f"{words.label(predicate)}: {words.text(object_)}"
        for predicate, objects in words.said[statement].items()
        if predicate not in _NO_QUALIFIER and not words.is_structural(predicate)
        for object_ in objects
    )


def _speakers(words: _Words, evidence: str) -> str:
    """Returns who says it, the innermost speaker first, ` < ` before whoever passed it on."""
    chain = words.one(evidence, f"<{KG}speakers>")
    if chain:
        return " < ".join(words.label(f"<{words.base}{part}>") for part in text_of(chain).split(" < "))
    found = [*words.all(evidence, f"<{KG}speaker>"), *words.all(evidence, f"<{KG}relayedBy>")]
    return " < ".join(map(words.label, found))


def _locator(words: _Words, selector: str) -> str:
    parts = (words.one(selector, part) for part in (_LABEL, f"<{OA}exact>", f"<{RDF}value>"))
    return next((text_of(part) for part in parts if part), "")


def _inferred_rows(words: _Words, statements: list[str], graphs: Graphs) -> Iterator[tuple[str, ...]]:
    """Yields what rules found and no row shows already; triples about statements stand in the rows of these."""
    said = {tuple(words.one(name, part) for part in _STATES) for name in statements if _stands(words, name)}
    told = {*statements, *(term for name in statements for term in words.all(name, _EVIDENCE))}
    for subject, pairs in subjects(graphs.inferred, graphs.prefixes):
        for predicate, object_ in pairs:
            triple = (subject, predicate, object_)
            if subject not in told and triple not in said:
                texts = (*map(words.text, triple), "", "inferred", "", "", "", "", "")
                yield ("", *texts, *map(_iri, triple), "", "", "")


def _stands(words: _Words, statement: str) -> bool:
    """Says whether asserted evidence, not known to be wrong, or a rule stands for a statement."""
    evidence = words.all(statement, _EVIDENCE)
    asserted = [node for node in evidence if words.one(node, f"<{KG}status>") == f"<{KG}asserted>"]
    return not evidence or any(words.one(node, f"<{KG}rank>") != f"<{KG}deprecated>" for node in asserted)


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([defused(cell) for cell in cells])
    return text.getvalue()


def defused(cell: str) -> str:
    """Returns a cell that no spreadsheet runs."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
