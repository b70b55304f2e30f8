"""Where sources or speakers differ: every disagreement with its kind, its statements side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kg.claim import CALM
from kg.disagree import KINDS
from kg.serve.graph import entities, neighbourhood, tally
from kg.serve.graph.holding import Holding
from kg.serve.refusal import Refusal
from kg.serve.workers.sink import Sink
from kg.terms import KG, RDFS

PAGE = 40
"""Differences on one page."""


def index(holding: Holding, sink: Sink, kind: str = "", first: int = 0, lang: str = "en") -> dict[str, Any]:
    """Returns a page of differences, of a kind or of all: `kinds` with counts, `found`, how many `of`, where it ends.

    Raises Refusal (404) for a kind that there is not.
    """
    kinds = tally.differences(holding)
    if kind and kind not in kinds and kind not in KINDS:
        raise Refusal(404, "not-found", f"no difference is of the kind '{kind[:60]}'", hint=", ".join(KINDS))
    listed = _listed(holding, list(kinds), kind)
    shown = listed[first : first + PAGE]
    told = _told(holding, shown, lang)
    return {
        "kinds": [{"kind": name, "count": n, "calm": name in CALM} for name, n in kinds.items()],
        "found": told,
        "of": len(listed),
        "end": first + len(shown),
    }


def one(holding: Holding, sink: Sink, iri: str, lang: str = "en") -> dict[str, Any]:
    """Returns one difference with its facts. Raises Refusal (404) where there is none of that IRI."""
    kind = entities.text(holding, iri, KG + "kind")
    if not kind:
        raise Refusal(404, "not-found", "there is no disagreement of that name")
    return _told(holding, [_brief(holding, iri, kind)], lang)[0]


def _listed(holding: Holding, kinds: list[str], kind: str) -> list[dict[str, Any]]:
    """Returns the differences, those first that most need a reader's eye."""
    rows = holding.dataset.store.quads_for_pattern(None, ox.NamedNode(KG + "kind"), None, None)
    found = [_brief(holding, q.subject.value, q.object.value) for q in rows if kind in ("", q.object.value)]
    return sorted(found, key=lambda d: (kinds.index(d["kind"]), d["question"], d["iri"]))


def _brief(holding: Holding, iri: str, kind: str) -> dict[str, Any]:
    label = entities.text(holding, iri, RDFS + "label")
    question, colon, values = label.partition(": ")
    return {"iri": iri, "kind": kind, "calm": kind in CALM, "question": question, "values": values if colon else ""}


def _told(holding: Holding, differences: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    """Returns differences with their facts, what is asked in the language as far as the facts give the words."""
    told = _facts(holding, [one["iri"] for one in differences], {lang, "en"})
    members, english = told[lang], told["en"]
    found = []
    for one in differences:
        own = members[one["iri"]]
        said = dict(zip(_wordings(english[one["iri"]]), _wordings(own), strict=True))
        words = {"question": said[one["question"]], "lang": lang} if one["question"] in said else {"lang": "en"}
        found.append({**one, **words, "members": own})
    return found


def _wordings(facts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yields in how many ways facts can be asked about: by subject and verb, with the object, with a detail, or without
    the subject."""
    for fact in facts:
        subject, verb = fact["subject"]["label"], fact["verb"]["label"]
        thing = fact["object"]["label"] if fact["object"] else fact["text"]
        yield f"{subject} {verb}"
        yield f"{verb} {thing}"
        yield f"{subject} {verb} {thing}"
        yield from (f"{subject} {verb} {thing}, {detail['label']}" for detail in fact["details"])


def _facts(
    holding: Holding, differences: Iterable[str], langs: Iterable[str]
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Returns the statements of each difference as facts, in each of the languages."""
    members: dict[str, list[str]] = defaultdict(list)
    for iri in differences:
        pattern = (ox.NamedNode(iri), ox.NamedNode(KG + "member"), None, None)
        members[iri] = sorted(quad.object.value for quad in holding.dataset.store.quads_for_pattern(*pattern))
    part = neighbourhood.stated(holding, set().union(*members.values()))
    found = {}
    for lang in langs:
        told = entities.facts_of(holding, part, lang)
        found[lang] = {
            iri: [fact for name in names if (fact := told.of(name, rivals=False))] for iri, names in members.items()
        }
    return found
