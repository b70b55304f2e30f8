"""Facts of a network as pages show them: plain JSON, labels in one language. Knows networks, no store and no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kg.claim import CALM
from kg.dates import MARKED, literal_in_words
from kg.disagree import KINDS
from kg.network import rows

if TYPE_CHECKING:
    import networkx as nx

Shown = dict[str, Any]
"""What a template is given: see `Facts.of` and `Facts.entity`."""


class Facts:
    """The facts of a network, by statement, with labels in a language."""

    def __init__(self, graph: nx.MultiDiGraph, lang: str = "en", whole: nx.MultiDiGraph | None = None) -> None:
        """Takes the network whose facts are shown, and where there is one the whole that it is a part of."""
        self.graph, self.lang, self.whole = graph, lang, whole

    @cached_property
    def _places(self) -> dict[str, tuple[str, str | None, Mapping[str, Any]]]:
        """Statement to its subject, object (None for a literal or another fact) and fact."""
        return {key: (subject, obj, fact) for subject, obj, key, fact in rows(self.graph)}

    def __contains__(self, statement: str) -> bool:
        return statement in self._places

    def keys(self) -> list[str]:
        """Returns the statements, in the order of the network; what is inferred has a key that is no IRI."""
        return list(self._places)

    def about(self, entity: str) -> list[str]:
        """Returns the statements of which an entity is subject or object."""
        return [key for key, (subject, obj, _) in self._places.items() if entity in (subject, obj)]

    def entity(self, iri: str, label: str = "", kind: str = "Other") -> Shown:
        """Returns an entity: iri, label, kind (of kg.network.KINDS, or Other) and class label, '' where unknown."""
        data = self.graph.nodes.get(iri) or (self.whole.nodes.get(iri) if self.whole is not None else None)
        if data is None:
            return {"iri": iri, "label": label or iri, "kind": kind, "class": ""}
        name = data["names"].get(self.lang) or data["label"]
        return {"iri": iri, "label": name, "kind": data["kind"], "class": data["labels"][self.lang]}

    def verb(self, fact: Mapping[str, Any]) -> str:
        """Returns the label of a fact's property."""
        return fact["verb"][self.lang]

    def of(self, statement: str, *, rivals: bool = True) -> Shown | None:
        """Returns a fact with its evidence, and with `rivals` what stands against it; None where the network lacks it.

        Keys: iri ('' where inferred), id, subject, verb {iri, label}, object (an entity or None), text (a literal),
        sentence (where it speaks of another fact), details, status, denied, contested, rule, bounds, evidence, rivals.
        """
        if statement not in self._places:
            return None
        subject, obj, fact = self._places[statement]
        return {
            "iri": "" if statement.startswith(("inferred:", "given:")) else statement,
            "given": fact.get("given", False),
            "id": fact["id"],
            "subject": self.entity(subject),
            "verb": {"iri": fact["property"], "label": self.verb(fact)},
            "object": self.entity(obj) if obj else None,
            "text": "" if obj else self._text(fact["object"], fact["term"]),
            "sentence": self._sentence(statement) if self._speaks_of_a_fact(fact) else "",
            "details": [self._detail(row) for row in fact["details"]],
            "status": fact["status"],
            "denied": is_denied_too(fact),
            "contested": fact["contested"],
            "rule": fact["rule"],
            "bounds": list(fact["bounds"]),
            "evidence": [self.evidence(item) for item in fact["evidence"]],
            "rivals": self._rivals(fact["rivals"]) if rivals else [],
        }

    def _sentence(self, statement: str, seen: tuple[str, ...] = ()) -> str:
        """Returns a fact as people would write it; a fact that is part of it stands in quotes."""
        subject, obj, fact = self._places[statement]
        left, right = fact["about"], obj or fact["term"].strip("<>")
        if (left and left not in self._places) or {left, right} & {*seen, statement}:
            return fact["sentence"]
        texts = [f"“{self._sentence(one, (*seen, statement))}”" if one in self._places else "" for one in (left, right)]
        first = texts[0] or self.entity(subject)["label"]
        last = texts[1] or (self.entity(obj)["label"] if obj else self._text(fact["object"], fact["term"]))
        return f"{first} {self.verb(fact)} {last}"

    def _speaks_of_a_fact(self, fact: Mapping[str, Any]) -> bool:
        return bool(fact["about"]) or fact["term"].strip("<>") in self._places

    def _detail(self, row: Iterable[str]) -> Shown:
        prop, text, iri, term = row
        label = self.graph.graph["properties"].get(prop, {}).get(self.lang) or prop.rsplit("#", 1)[-1]
        entity = self.entity(iri, text) if iri else None
        return {"iri": prop, "label": label, "text": self._text(text, term), "entity": entity}

    def _text(self, text: str, term: str) -> str:
        """Returns a value as one reads it: a date that has signs of EDTF in words."""
        return literal_in_words(term, self.lang) if term.endswith(MARKED) else text

    def evidence(self, item: Mapping[str, Any]) -> Shown:
        """Returns a piece of evidence: source, authors, date, speakers (innermost first), locator, quote, link, lines,
        status, rank, note. `link` leads to the passage, '' where the document has no address of the web."""
        url = item["url"] if item["url"].startswith(("http://", "https://")) else ""
        return {
            "iri": item["iri"],
            "source": self.entity(item["source"], item["source_label"], "Document"),
            "dataset": item["dataset"],
            "authors": item["authors"],
            "date": item["date"],
            "posted": item["posted"],
            "speakers": [self.entity(*pair) for pair in zip(item["speaker_iris"], item["speakers"], strict=True)],
            "locator": item["locator"],
            "quote": item["quote"],
            "chars": item["chars"],
            "link": f"{url}#{item['fragment']}" if url and item["fragment"] else url,
            "status": item["status"],
            "rank": item["rank"],
            "note": item["note"],
        }

    def _rivals(self, rivals: Iterable[Mapping[str, str]]) -> list[Shown]:
        """Returns what stands against a fact, what leaves doubt first; `fact` is None where the network lacks it."""
        found = [
            {"iri": r["statement"], "kind": r["kind"], "calm": r["kind"] in CALM, "label": self._kind(r["kind"]),
             "fact": self.of(r["statement"], rivals=False)}
            for r in rivals
        ]  # fmt: skip
        return sorted(found, key=lambda rival: rival["calm"])

    def _kind(self, kind: str) -> str:
        """Returns the kind of a difference; where it is the verb of a fact about a fact, as the language has it."""
        if kind in KINDS:
            return kind
        labels = self.graph.graph["properties"].values()
        return next((label[self.lang] for label in labels if label["en"] == kind), kind)


def is_denied_too(fact: Mapping[str, Any]) -> bool:
    """Says whether some source denies a fact of a network that others assert, allege or predict."""
    return fact["status"] != "denied" and any(item["status"] == "denied" for item in fact["evidence"])
