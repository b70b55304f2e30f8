"""The picture through pyvis: a network and options give what the page knows, as plain data, and the page."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import networkx as nx
from pyvis.network import Network

from kg.dates import MARKED, literal_in_words
from kg.terms import KG
from kg.view import frame
from kg.view.layout import positions
from kg.view.opening import aside, communities, opening

OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "edges": {"smooth": False},
    "interaction": {"hover": True, "keyboard": False, "zoomSpeed": 0.8, "tooltipDelay": 100000},
}


DOCUMENT = ("authors", "date", "posted", "url", "file", "lines", "dataset")
"""What the page says of a document besides its name."""


RENDERERS = ("auto", "vis", "canvas")

VIS_NODES, VIS_LINES = 2000, 4000
"""What vis-network draws at 30 frames a second; above either our own canvas paints."""


class Picture(Network):
    """A pyvis network that fills its lists at once, and writes the page of ours."""

    def __init__(
        self, network: nx.MultiDiGraph, *, title: str, about: str | None = None, depth: int = 1, lang: str = "en",
        at: str | None = None, renderer: str = "auto", remote: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(directed=True, cdn_resources="in_line")  # else pyvis writes a folder lib/ beside its page
        self.renderer = _renderer(renderer, network)
        self.options = OPTIONS if self.renderer == "vis" else {}
        self.title, self.lang = title, lang if lang in ("en", "es") else "en"
        self.short = _Shortener(network.graph.get("base", ""))
        if about is not None:
            about = about if about in network else self.short.base + about
            if about not in network:
                raise KeyError(about)
        self.aside = aside(network)
        first = opening(network, about, depth)
        self.remote = dict(remote or {})
        if "whole" in self.remote:
            self.remote["whole"] = [self.short(name) for name in self.remote["whole"]]
        if "neighbours" in self.remote and first["open"] is None:  # what is fetched later stands beside what is there
            first["open"] = _points(network, self.aside)
        self.opening = first | {
            "about": about and self.short(about),
            "lang": self.lang,
            "at": at,
            "hideVerbs": [self.short(name) for name in first["hideVerbs"]],
            "open": first["open"] and {self.short(name): point for name, point in first["open"].items()},
        }
        self.origin = {"dataset": network.graph.get("title", ""), "query": network.graph.get("query")}
        self._begin()
        points, groups = _points(network, self.aside), communities(network)
        self._fill(network)
        for (name, _), node in zip(network.nodes(data=True), self.nodes, strict=True):
            x, y = points[name]
            node |= {"x": x, "y": y} | ({"community": groups[name]} if name in groups else {})

    def _begin(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {"classes": {}, "properties": {}, "documents": {}, "dates": {}}
        self.evidence: dict[str, int] = {}

    def _fill(self, network: nx.MultiDiGraph) -> None:
        self.vocabulary = network.graph.get("properties", {})
        for name, data in network.nodes(data=True):
            self.nodes.append(self._node(name, data, data["kind"]))
        labels = {name: data["label"] for name, data in network.nodes(data=True)}
        for subject, obj, key, fact in network.edges(keys=True, data=True):
            ends = {"from": self.short(subject), "to": self.short(obj)}
            plain = f"{labels[subject]} {fact['verb']['en']} {labels[obj]}"
            self.edges.append({"id": self.short(key)} | ends | self._fact(fact, plain))

    def _node(self, name: str, data: dict[str, Any], kind: str) -> dict[str, Any]:
        cls = self.short(data["cls"])
        self.tables["classes"].setdefault(cls, {**data["labels"], "kind": kind})
        facts = [
            {"id": self.short(fact["key"]), "value": fact["object"]}
            | self._fact(fact, f"{data['label']} {fact['verb']['en']} {fact['object']}")
            for fact in data["facts"]
        ]
        names = {language: text for language, text in data.get("names", {}).items() if text != data["label"]}
        return {"id": self.short(name), "label": data["label"], "class": cls} | _filled(
            names=names, aliases=data["aliases"], facts=facts, besides=data.get("besides")
        )

    def _fact(self, fact: dict[str, Any], plain: str) -> dict[str, Any]:
        prop = self.short(fact["property"])
        self.tables["properties"].setdefault(prop, fact["verb"])
        details = []
        for name, text, entity, term in fact.get("details", ()):
            self.tables["properties"].setdefault(self.short(name), self.vocabulary.get(name, {"en": name, "es": name}))
            details.append([self.short(name), text, self.short(entity), *([] if entity else [term])])
        for term in (fact.get("term", ""), *(row[3] for row in details if len(row) > 3)):
            if term.endswith(MARKED) and term not in self.tables["dates"]:
                self.tables["dates"][term] = {lang: literal_in_words(term, lang) for lang in ("en", "es")}
        return {"property": prop} | _filled(
            sentence="" if fact["sentence"] == plain else fact["sentence"],
            name=fact.get("id", ""),
            term=fact.get("term", ""),
            qualifiers=details,
            status="" if fact["status"] == "asserted" else fact["status"],
            contested=fact["contested"],
            rivals=[[self.short(rival["statement"]), rival["kind"]] for rival in fact["rivals"]],
            rule=fact["rule"],
            about=self.short(fact.get("about", "")),
            given=fact.get("given"),
            besides=fact.get("besides"),
            bounds=fact["bounds"] if any(fact["bounds"]) else [],
            evidence=[self._evidence(item) for item in fact["evidence"]],
        )

    def _evidence(self, item: dict[str, Any]) -> int:
        """Returns the place of this evidence in the page's table; equal evidence stands there once."""
        document = self.short(item["source"])
        self.tables["documents"].setdefault(
            document,
            {"label": item["source_label"]}
            | _filled(**{key: item.get(key) for key in DOCUMENT}),
        )
        record = {"id": self.short(item.get("iri", "")), "source": document} | _filled(
            status="" if item["status"] == "asserted" else item["status"],
            rank="" if item["rank"] == "normal" else item["rank"],
            speakers=item["speakers"],
            who=[self.short(name) for name in item.get("speaker_iris", ())],
            locator=item["locator"],
            quote=item.get("quote"),
            fragment=item.get("fragment"),
            chars=item.get("chars"),
            place=item.get("place"),
            passage=item.get("passage"),
            note=item["note"],
        )
        return self.evidence.setdefault(json.dumps(record, sort_keys=True), len(self.evidence))

    def payload(self) -> dict[str, Any]:
        """Returns all that the page knows."""
        return {
            "title": self.title,
            **self.origin,
            "base": self.short.base,
            "terms": KG,
            "opening": self.opening,
            "renderer": self.renderer,
            "options": self.options,
            "remote": self.remote,
            "aside": sorted(self.aside),
            **self.tables,
            **self._rows(),
        }

    def _rows(self) -> dict[str, Any]:
        return {"evidence": [json.loads(text) for text in self.evidence], "nodes": self.nodes, "edges": self.edges}

    def generate_html(self, name: str = "", local: bool = True, notebook: bool = False) -> str:
        """Returns the page, which pyvis' `write_html` and `show` write too. Its parameters change nothing."""
        return frame.html(self.payload())


class Piece(Picture):
    """A part of a network for a page that is open already: its entities and facts, without any place or choice."""

    def __init__(self, network: nx.MultiDiGraph) -> None:
        Network.__init__(self, directed=True)
        self.short = _Shortener(network.graph.get("base", ""))
        self._begin()
        self._fill(network)

    def payload(self) -> dict[str, Any]:
        """Returns what the page adds to what it knows."""
        return {**self.tables, **self._rows()}


def _points(network: nx.MultiDiGraph, kinds: Collection[str]) -> dict[str, tuple[int, int]]:
    return positions(network, {name for name, data in network.nodes(data=True) if data["kind"] in kinds})


class _Shortener:
    """Shortens IRIs for the page: those of the dataset lose their base, those of the vocabulary become `kg:…`."""

    def __init__(self, base: str) -> None:
        self.base = base

    def __call__(self, iri: str) -> str:
        if self.base and iri.startswith(self.base):
            return iri[len(self.base) :] or iri
        return "kg:" + iri[len(KG) :] if iri.startswith(KG) else iri


def _renderer(asked: str, network: nx.MultiDiGraph) -> str:
    """Returns what paints the picture: `vis` (vis-network) or `canvas` (our own, for big networks)."""
    if asked not in RENDERERS:
        raise ValueError(f"no renderer is called {asked!r}: {', '.join(RENDERERS)}")
    big = len(network) > VIS_NODES or network.number_of_edges() > VIS_LINES
    return asked if asked != "auto" else "canvas" if big else "vis"


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
