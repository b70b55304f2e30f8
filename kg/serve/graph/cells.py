"""The engine's answer as the cells of a page: texts with their labels, cut where it grows long. Knows no question."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg import answers
from kg.labels import label_of, short_iri
from kg.query import Dataset

LONGEST = 2000
"""Characters of a text that a cell shows; the formats for programs have all."""

GRAPH_COLUMNS = ["subject", "property", "object"]


def cells(dataset: Dataset, answer: Any, limit: int, lang: str = "en", *, iris: bool = False) -> dict[str, Any]:
    """Returns an answer as JSON: `form`, its `value` or `columns` and at most so many `rows`, whether there are `more`.

    A cell is None where a variable is unbound, else its `text` with the `iri`, `datatype` and `language` that it has.
    `iris` shows prefixed names in place of labels.
    """
    form = answers.form(answer)
    if form == "boolean":
        return {"form": "boolean", "value": bool(answer)}
    columns = GRAPH_COLUMNS if form == "graph" else [variable.value for variable in answer.variables]
    known: dict[Any, dict[str, str] | None] = {None: None}
    rows, found = [], [tuple(row) for row in islice(answer, limit + 1)]
    answers.gather_labels(dataset.store, found)
    for terms in found:
        known |= {term: _cell(dataset, term, lang, iris) for term in terms if term not in known}
        rows.append([known[term] for term in terms])
    if form == "graph":  # which has no order of its own
        rows.sort(key=lambda row: [cell["text"] if cell else "" for cell in row])
    return {"form": form, "columns": columns, "rows": rows[:limit], "more": len(rows) > limit}


def _cell(dataset: Dataset, term: Any, lang: str, iris: bool) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        text = short_iri(dataset.prefixes, term.value) if iris else label_of(dataset, term, lang)
        return {"text": text, "iri": term.value}
    text = label_of(dataset, term, lang)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text) - LONGEST:,} more characters)"
    if not isinstance(term, ox.Literal):
        return {"text": text}
    kind = {"language": term.language} if term.language else {"datatype": term.datatype.value}
    return {"text": text, **kind}
