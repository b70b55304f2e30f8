"""Documents: which there are, and what was taken from each in the order in which it stands there."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.serve.graph import entities, neighbourhood, tally
from kg.serve.graph.holding import Holding
from kg.serve.workers.sink import Sink

if TYPE_CHECKING:
    import networkx as nx

MOST = 2_000
"""Facts of one document that a page shows."""

FAR = 200
"""The same where each has to be read from a big or distant graph."""

SORTED = 20_000
"""Statements from a document up to which such a graph is asked which of them stand first."""

_CITED = "?e prov:hadPrimarySource {} . ?s kg:evidence ?e"


def index(holding: Holding, sink: Sink, lang: str = "en") -> dict[str, list[dict[str, Any]]]:
    """Returns every document that facts are taken from as `documents`, most of them first: in brief, with author, day
    and counts; as `makers` the dataset itself, where its makers are the source of facts that stand in no document.
    """
    counts, makers = tally.documents(holding), tally.datasets(holding)
    ordered = sorted(counts, key=lambda iri: (-counts[iri], iri))
    told = entities.shown(holding, ordered, lang)
    found = [{**one, **_about(holding, one["iri"]), "count": counts[one["iri"]]} for one in told]
    return {
        "documents": [one for one in found if one["iri"] not in makers],
        "makers": [one for one in found if one["iri"] in makers],
    }


def _about(holding: Holding, iri: str) -> dict[str, Any]:
    """Returns who wrote a document, when, where it can be read, and how its facts are said; of a graph held whole."""
    found: dict[str, Any] = {"authors": [], "date": "", "link": "", "statuses": {}}
    if not holding.index:
        return found
    for number in holding.index.citing[iri]:
        for item in holding.index.rows[number][3]["evidence"]:
            if item["source"] == iri:
                url = item["url"] if item["url"].startswith(("http://", "https://")) else ""
                found |= {"authors": item["authors"], "date": item["date"] or item["posted"], "link": url}
                found["statuses"][item["status"]] = found["statuses"].get(item["status"], 0) + 1
    return found


def cited(holding: Holding, sink: Sink, iri: str, lang: str = "en") -> dict[str, Any]:
    """Returns what was taken from a document, in reading order: `passages`, each with its words and `facts`.

    The evidence of each fact is that from this document; `count` is of all, of which the first 2,000 are shown, of a
    graph that is not held whole 200: the first, unless there are so many that `ordered` says that it is any of them.
    """
    count = 0 if holding.index else _count(holding, iri)
    ordered = count <= SORTED
    part = neighbourhood.cited(holding, iri) if holding.index else _part(holding, iri, ordered)
    told = entities.facts_of(holding, part, lang)
    taken = []
    for key in told.keys():  # noqa: SIM118  no mapping
        fact = told.of(key, rivals=False)
        for item in fact["evidence"] if fact else ():
            if item["source"]["iri"] == iri:
                taken.append((_place(item), item, {**fact, "evidence": [item]}))
    taken.sort(key=lambda one: (one[0], one[2]["iri"]))
    passages = []
    for _, group in groupby(taken[:MOST], key=lambda one: (one[0], one[1]["locator"])):
        found = list(group)
        item = found[0][1]
        words = {name: item[name] for name in ("quote", "locator", "link")}
        passages.append({**words, "facts": [fact for *_, fact in found]})
    return {"count": max(count, len(taken)), "passages": passages, "ordered": ordered}


def _count(holding: Holding, iri: str) -> int:
    if holding.census:
        return holding.census.documents.get(iri, 0)
    return tally.count(holding, _CITED.format(ox.NamedNode(iri)))


def _part(holding: Holding, iri: str, ordered: bool) -> nx.MultiDiGraph:
    """Returns the facts of the statements that stand first in a document; where they are not `ordered`, of some.

    Sorted is by numbers only: to sort by IRIs, a store on disk reads each of them anew for each comparison.
    """
    cited, found = _CITED.format(ox.NamedNode(iri)), list[str]()
    queries = [f"SELECT ?s WHERE {{ {cited} }} LIMIT {FAR}"]
    if ordered:
        start = "?e oa:hasSelector ?place . ?place oa:start ?from"
        queries.insert(0, f"SELECT ?s WHERE {{ {cited} . {start} }} ORDER BY ?from LIMIT {FAR}")
    for text in queries:
        if len(found) < FAR:
            found += [row[0].value for row in tally.rows(holding, text)]
    return neighbourhood.stated(holding, list(dict.fromkeys(found))[:FAR])


def _place(item: dict[str, Any]) -> tuple[float, str]:
    """Returns where in its document a passage stands: its first character, else its line or page, else at the end."""
    if item["chars"]:
        return float(item["chars"][0]), ""
    number = re.search(r"\d+", item["locator"]) if item["locator"].startswith(("line", "page", "char")) else None
    return (float(number[0]) if number else float("inf")), item["locator"]
