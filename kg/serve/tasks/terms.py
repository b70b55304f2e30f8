"""Classes, verbs and qualifiers: what the ontology says of each, how often each is used, examples; and the ontology."""

from __future__ import annotations

import contextlib
from typing import Any

import pyoxigraph as ox

from kg import blank
from kg.labels import short_iri
from kg.problem import did_you_mean
from kg.serve.graph import entities, neighbourhood, tally
from kg.serve.graph.holding import Holding
from kg.serve.graph.vocabulary import CLASS, QUALIFIER, STRUCTURE, VERB, Vocabulary
from kg.serve.media import GRAPHS, named
from kg.serve.refusal import Refusal
from kg.serve.workers.sink import Sink
from kg.terms import KG, OWL, RDF, RDFS, SKOS

EXAMPLES = 6
"""Facts or entities that show how a term is used."""

LOOKED_AT = 200
"""Facts of a term that examples are chosen from."""


def index(holding: Holding, sink: Sink, lang: str = "en") -> dict[str, Any]:
    """Returns the ontology: `ontologies` with what they say of themselves, and terms by kind, classes as a tree."""
    vocabulary = Vocabulary.of(holding.dataset)
    counts, uses = holding.counted.within, tally.verbs(holding)
    more = tally.qualifiers(holding)
    classes = [iri for iri, kind in vocabulary.kinds.items() if kind == CLASS]
    return {
        "ontologies": _ontologies(vocabulary, lang),
        "classes": [{**one, "count": counts.get(one["iri"], 0), "kind": entities.kind_of(holding, one["iri"])}
                    for one in _tree(vocabulary, classes, lang)],
        "verbs": [_line(vocabulary, iri, lang, uses) for iri in _of(vocabulary, VERB)],
        "qualifiers": [_line(vocabulary, iri, lang, more) for iri in _of(vocabulary, QUALIFIER)],
        "structure": [_line(vocabulary, iri, lang, {}) for iri in _of(vocabulary, STRUCTURE)],
        "used": _undeclared(holding, vocabulary, {**holding.counted.own, **uses}, lang),
    }  # fmt: skip


def _of(vocabulary: Vocabulary, kind: str) -> list[str]:
    """Returns the terms of a kind by label, without those that only say another the other way round."""
    found = [iri for iri, k in vocabulary.kinds.items() if k == kind and not vocabulary.members(iri, OWL + "inverseOf")]
    return [one["iri"] for one in vocabulary.listed(found)]


def _ontologies(vocabulary: Vocabulary, lang: str) -> list[dict[str, str]]:
    found = [
        iri for iri, about in vocabulary.said.items()
        if any(getattr(one, "value", "") == OWL + "Ontology" for one in about.get(RDF + "type", ()))
    ]  # fmt: skip
    return [{**one, "comment": vocabulary.text(one["iri"], RDFS + "comment", lang)} for one in vocabulary.listed(found)]


def _tree(vocabulary: Vocabulary, classes: list[str], lang: str) -> list[dict[str, Any]]:
    """Returns classes with the depth at which they stand, each under the first of those above it."""
    parents = {iri: [p for p in vocabulary.members(iri, RDFS + "subClassOf") if p in classes] for iri in classes}
    found: list[dict[str, Any]] = []
    seen: set[str] = set()

    def add(iri: str, depth: int) -> None:
        if iri not in seen:
            seen.add(iri)
            comment = vocabulary.text(iri, RDFS + "comment", lang)
            found.append({**vocabulary.one(iri, lang), "depth": min(depth, 6), "comment": comment})
            for child in vocabulary.listed((c for c in classes if parents[c][:1] == [iri]), lang):
                add(child["iri"], depth + 1)

    for top in vocabulary.listed((iri for iri in classes if not parents[iri]), lang):
        add(top["iri"], 0)
    for left in vocabulary.listed((iri for iri in classes if iri not in seen), lang):  # in a circle
        add(left["iri"], 0)
    return found


def _line(vocabulary: Vocabulary, iri: str, lang: str, counts: dict[str, int]) -> dict[str, Any]:
    return {
        **vocabulary.one(iri, lang),
        "comment": vocabulary.text(iri, RDFS + "comment", lang),
        "domain": vocabulary.listed(vocabulary.members(iri, RDFS + "domain"), lang),
        "range": vocabulary.listed(vocabulary.members(iri, RDFS + "range"), lang),
        "count": counts.get(iri, 0),
    }


def _undeclared(holding: Holding, vocabulary: Vocabulary, counts: dict[str, int], lang: str) -> list[dict[str, Any]]:
    """Returns classes and properties that are used and that no ontology here declares."""
    return tally.labelled(holding, {iri: n for iri, n in counts.items() if iri not in vocabulary.kinds}, lang)[:500]


def one(holding: Holding, sink: Sink, iri: str, lang: str = "en") -> dict[str, Any]:
    """Returns all that is known of a class, verb or qualifier. Raises Refusal (404) for what is no term here."""
    vocabulary = Vocabulary.of(holding.dataset)
    kind = vocabulary.kinds.get(iri)
    if kind is None:
        individual = _individual(vocabulary, iri, lang)
        if individual:
            return individual
        near = [name.removeprefix(KG) for name in vocabulary.kinds if name.startswith(KG)]
        raise Refusal(404, "unknown-term", f"the ontology has no '{iri.removeprefix(KG)[:60]}'",
                      hint=did_you_mean(iri.removeprefix(KG), near))  # fmt: skip
    seen = _members(holding, iri, lang) if kind == CLASS else _uses(holding, iri, kind, lang)
    told = {"kind": kind, "matches": vocabulary.matches(iri), **_links(vocabulary, iri, kind, lang)}
    return {**_words(vocabulary, iri, lang), **told, **seen}


def _words(vocabulary: Vocabulary, iri: str, lang: str) -> dict[str, Any]:
    labels, aliases = vocabulary.texts(iri, RDFS + "label"), vocabulary.texts(iri, SKOS + "altLabel")
    said = sorted({*labels, *aliases})
    return {
        **vocabulary.one(iri, lang),
        "name": short_iri(vocabulary.dataset.prefixes, iri),
        "said": [{"lang": one, "texts": [*labels.get(one, ()), *aliases.get(one, ())]} for one in said],
        "comment": vocabulary.text(iri, RDFS + "comment", lang),
    }


def _links(vocabulary: Vocabulary, iri: str, kind: str, lang: str) -> dict[str, Any]:
    """Returns how a term hangs together with others: rows of (words, terms), and flags in words."""
    up = RDFS + ("subClassOf" if kind == CLASS else "subPropertyOf")
    rows = [
        ("is a kind of" if kind == CLASS else "is a way of", vocabulary.own(vocabulary.members(iri, up))),
        ("kinds of it" if kind == CLASS else "ways of it", vocabulary.pointing(iri, up)),
        ("subject", vocabulary.members(iri, RDFS + "domain")),
        ("object", vocabulary.members(iri, RDFS + "range")),
        ("the other way round", _inverse(vocabulary, iri)),
        ("may be qualified by", vocabulary.own(vocabulary.members(iri, KG + "qualifier"))),
        ("qualifies", vocabulary.pointing(iri, KG + "qualifier")),
        ("has one value per", vocabulary.members(iri, KG + "uniquePer")),
        ("verbs that begin from it", vocabulary.pointing(iri, RDFS + "domain") if kind == CLASS else []),
        ("verbs that lead to it", vocabulary.pointing(iri, RDFS + "range") if kind == CLASS else []),
    ]
    flags = {
        "everywhere": "may stand in the details of any fact", "oneAtATime": "only one at a time",
        "structural": "lays out the graph; no verb",
    }  # fmt: skip
    kinds = {"SymmetricProperty": "holds both ways", "TransitiveProperty": "carries on from one to the next"}
    types = [getattr(one, "value", "") for one in vocabulary.said[iri].get(RDF + "type", ())]
    notes = [words for name, words in flags.items() if vocabulary.flag(iri, name)]
    notes += [words for name, words in kinds.items() if OWL + name in types]
    return {"links": [{"words": words, "terms": vocabulary.listed(terms, lang)} for words, terms in rows if terms],
            "notes": notes}  # fmt: skip


def _inverse(vocabulary: Vocabulary, iri: str) -> list[str]:
    own = vocabulary.members(iri, OWL + "inverseOf")
    return sorted({*own, *vocabulary.pointing(iri, OWL + "inverseOf")})


def _individual(vocabulary: Vocabulary, iri: str, lang: str) -> dict[str, Any] | None:
    """Returns what the ontology says of a term that is neither class nor property: a status, a rank, a unit."""
    types = [one for one in vocabulary.members(iri, RDF + "type") if one in vocabulary.kinds]
    if not types:
        return None
    links = [{"words": "is a", "terms": vocabulary.listed(types, lang)}]
    return {**_words(vocabulary, iri, lang), "links": links, "notes": [], "kind": "term",
            "matches": vocabulary.matches(iri), "count": 0, "entities": [], "facts": []}  # fmt: skip


def _members(holding: Holding, iri: str, lang: str) -> dict[str, Any]:
    """Returns how many entities have a class or one below it, and those of which most is said."""
    below = entities.below(holding, iri)
    found = holding.names.of_class(below)
    if holding.index:
        found.sort(key=lambda one: -len(holding.index.touching.get(one, ())))
    return {"count": holding.counted.within[iri], "facts": [],
            "entities": entities.shown(holding, found[: 2 * EXAMPLES], lang)}  # fmt: skip


def _uses(holding: Holding, iri: str, kind: str, lang: str) -> dict[str, Any]:
    """Returns how many facts have a verb or qualifier, and a few of them, those with most evidence first."""
    if not holding.index:
        return {"count": tally.verbs(holding).get(iri, 0), "entities": [], "facts": []}
    is_detail = kind == QUALIFIER
    found = [
        row for row in holding.index.rows
        if (any(prop == iri for prop, *_ in row[3]["details"]) if is_detail else row[3]["property"] == iri)
    ]  # fmt: skip
    best = sorted(found[:LOOKED_AT], key=lambda row: -len(row[3]["evidence"]))[:EXAMPLES]
    told = entities.facts_of(holding, neighbourhood.stated(holding, [row[2] for row in best]), lang)
    facts = [fact for row in best if (fact := told.of(row[2], rivals=False))]
    return {"count": len(found), "entities": [], "facts": facts}


def ontology(holding: Holding, sink: Sink, graph: str) -> None:
    """Writes the ontology in an RDF format. Raises Refusal (404) where the graph has none."""
    store, base = holding.dataset.store, holding.dataset.base
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(f"{base}ontology"))
    triples = [q.triple for q in quads]
    with contextlib.suppress(ValueError):  # blank nodes that hang together oddly keep the names of this loading
        lines = "\n".join(sorted(blank.lines(triples)))
        triples = list(ox.parse(lines, ox.RdfFormat.N_TRIPLES))
    if not triples:
        raise Refusal(404, "not-found", "this graph brings no ontology of its own")
    form = named(graph, GRAPHS)
    assert form is not None
    sink.begin({"media": form.content_type})
    prefixes = {name: iri for name, iri in holding.dataset.prefixes.items() if name}
    sink.write(ox.serialize(triples, format=getattr(ox.RdfFormat, form.engine), prefixes=prefixes))
