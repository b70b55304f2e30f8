"""What the editor shows: the answer to a query as cells with links, and a saved query as text to start from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kg.labels import short_iri
from kg.parameters import bindings, bound
from kg.queries import unknown_term
from kg.query import QueryError
from kg.serve.graph import protocol
from kg.serve.graph.cells import cells
from kg.serve.graph.holding import Holding
from kg.serve.links import Links
from kg.serve.refusal import Refusal
from kg.serve.workers.sink import Sink
from kg.write import Terms


def result(
    holding: Holding, sink: Sink, text: str, rows: int, default: Iterable[str] = (), named_graphs: Iterable[str] = (),
    root: str = "", lang: str = "en",
) -> dict[str, Any]:  # fmt: skip
    """Returns the answer as `cells` gives it, with the `link` and the `name` of each IRI; `root` is for the links.

    Where nothing answers, `unknown` is the first term of the query that the ontology does not have.

    `default` and `named_graphs` are the graphs of the protocol's own parameters.
    """
    dataset, links = holding.dataset, Links(holding.dataset.base, root)
    answer = protocol.answer(dataset, text, default, named_graphs)
    found = cells(dataset, answer, rows, lang)
    for cell in (cell for row in found.get("rows", ()) for cell in row):
        if cell and "iri" in cell and "name" not in cell:
            cell |= {"link": links.to(cell["iri"]), "name": short_iri(dataset.prefixes, cell["iri"])}
    if not (found.get("rows") or found.get("value")) and (unknown := unknown_term(dataset, text, "query")):
        found["unknown"] = unknown.word
    return found


def editable(holding: Holding, sink: Sink, name: str) -> dict[str, str]:
    """Returns the text of a saved query without its header, its parameters at their defaults. Raises Refusal (404)."""
    saved = next((one for one in holding.queries if one.name == name), None)
    if saved is None:
        raise Refusal(404, "unknown-query", "no saved query has that name")
    terms = Terms(holding.dataset.prefixes)
    try:
        found = bindings(holding.dataset, saved, {})
    except QueryError:  # one has no default: its variable stays, for the asker to replace
        found = {}
    bare = re.sub(r"^#\+.*\n?", "", saved.text, flags=re.MULTILINE)
    written = {variable: terms[str(term)] for variable, term in found.items()}
    return {"text": bound(bare, written)}
