"""The page through pyvis: a network and options give HTML from our template; nothing in it asks for the web."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import networkx as nx
import pyvis
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from pyvis.network import Network

from kg.view.layout import positions
from kg.view.opening import ASIDE, communities, opening

HERE = Path(__file__).parent
PACKED_ABOVE = 1_000_000
"""Bytes of data above which they travel compressed."""

OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "edges": {"smooth": False},
    "interaction": {"hover": True, "keyboard": False, "zoomSpeed": 0.8, "tooltipDelay": 100000},
}


class Picture(Network):
    """A pyvis network that fills its lists at once and writes the page of ours."""

    def __init__(
        self, network: nx.MultiDiGraph, *, title: str, about: str | None, depth: int, lang: str, at: str | None
    ) -> None:
        super().__init__(directed=True)
        self.templateEnv = Environment(loader=FileSystemLoader(HERE), autoescape=True, keep_trailing_newline=True)
        self.path = "page.html"
        self.options = OPTIONS
        self.title, self.lang = title, lang if lang in ("en", "es") else "en"
        self.short = _Shortener(network.graph.get("base", ""))
        if about is not None:
            about = about if about in network else self.short.base + about
            if about not in network:
                raise KeyError(about)
        first = opening(network, about, depth)
        self.opening = first | {
            "about": about and self.short(about),
            "lang": self.lang,
            "at": at,
            "hideVerbs": [self.short(name) for name in first["hideVerbs"]],
            "open": first["open"] and {self.short(name): point for name, point in first["open"].items()},
        }
        self.tables: dict[str, dict[str, Any]] = {"classes": {}, "properties": {}, "documents": {}}
        self.evidence: dict[str, int] = {}
        self._fill(network)

    def _fill(self, network: nx.MultiDiGraph) -> None:
        kinds = {name: data["kind"] for name, data in network.nodes(data=True)}
        points = positions(network, {name for name, kind in kinds.items() if kind in ASIDE})
        self.vocabulary = network.graph.get("properties", {})
        groups = communities(network)
        for name, data in network.nodes(data=True):
            x, y = points[name]
            extra = {"x": x, "y": y} | ({"community": groups[name]} if name in groups else {})
            self.nodes.append(self._node(name, data, kinds[name]) | extra)
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
            names=names, aliases=data["aliases"], facts=facts
        )

    def _fact(self, fact: dict[str, Any], plain: str) -> dict[str, Any]:
        prop = self.short(fact["property"])
        self.tables["properties"].setdefault(prop, fact["verb"])
        details = []
        for name, text, entity, term in fact.get("details", ()):
            self.tables["properties"].setdefault(self.short(name), self.vocabulary.get(name, {"en": name, "es": name}))
            details.append([self.short(name), text, self.short(entity), *([] if entity else [term])])
        return {"property": prop} | _filled(
            sentence="" if fact["sentence"] == plain else fact["sentence"],
            name=fact.get("id", ""),
            term=fact.get("term", ""),
            qualifiers=details,
            status="" if fact["status"] == "asserted" else fact["status"],
            contested=fact["contested"],
            rivals=[[self.short(rival["statement"]), rival["kind"]] for rival in fact["rivals"]],
            rule=fact["rule"],
            bounds=fact["bounds"] if any(fact["bounds"]) else [],
            evidence=[self._evidence(item) for item in fact["evidence"]],
        )

    def _evidence(self, item: dict[str, Any]) -> int:
        """Returns the place of this evidence in the page's table; equal evidence stands there once."""
        document = self.short(item["source"])
        self.tables["documents"].setdefault(
            document,
            {"label": item["source_label"]}
            | _filled(**{key: item.get(key) for key in ("authors", "date", "url", "file", "lines")}),
        )
        record = {"id": self.short(item.get("iri", "")), "source": document} | _filled(
            status="" if item["status"] == "asserted" else item["status"],
            rank="" if item["rank"] == "normal" else item["rank"],
            speakers=item["speakers"],
            who=[self.short(name) for name in item.get("speaker_iris", ())],
            locator=item["locator"],
            quote=item.get("quote"),
            fragment=item.get("fragment"),
            note=item["note"],
        )
        return self.evidence.setdefault(json.dumps(record, sort_keys=True), len(self.evidence))

    def payload(self) -> dict[str, Any]:
        """Returns all that the page knows."""
        return {
            "title": self.title,
            "base": self.short.base,
            "terms": TERMS,
            "opening": self.opening,
            "options": self.options,
            "aside": sorted(ASIDE),
            **self.tables,
            "evidence": [json.loads(text) for text in self.evidence],
            "nodes": self.nodes,
            "edges": self.edges,
        }

    def generate_html(self, name: str = "", local: bool = True, notebook: bool = False) -> str:
        """Returns the page. The parameters are those of pyvis and change nothing."""
        style, script, drawing = (HERE / "page.css").read_text("utf-8"), bundle(HERE), _vis_network()
        policy = (
            f"default-src 'none'; script-src {_hash(drawing)} {_hash(script)}; style-src {_hash(style)}; "
            "img-src data: blob:; base-uri 'none'; form-action 'none'"
        )
        data, packed = _packed(json.dumps(self.payload(), ensure_ascii=False, separators=(",", ":")))
        return self.templateEnv.get_template(self.path).render(
            title=self.title,
            lang=self.lang,
            policy=policy,
            style=Markup(style),
            drawing=Markup(drawing),
            script=Markup(script),
            data=Markup(data),
            packed=packed,
        )


TERMS = "https://kg.example/terms#"


class _Shortener:
    """Shortens IRIs for the page: those of the dataset lose their base, those of the vocabulary become `kg:…`."""

    def __init__(self, base: str) -> None:
        self.base = base

    def __call__(self, iri: str) -> str:
        if self.base and iri.startswith(self.base):
            return iri[len(self.base) :] or iri
        return "kg:" + iri[len(TERMS) :] if iri.startswith(TERMS) else iri


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _packed(text: str) -> tuple[str, bool]:
    """Returns JSON that can stand inside a script element, and whether it is compressed."""
    if len(text) > PACKED_ABOVE:
        return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 9, mtime=0)).decode("ascii"), True
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return safe.encode("utf-8", "replace").decode("utf-8"), False


def _vis_network() -> str:
    """Returns the newest vis-network that comes with pyvis, safe inside a script element."""
    found = (Path(pyvis.__file__).parent / "lib").glob("vis-*/vis-network.min.js")
    newest = max(found, key=lambda path: [int(part) for part in re.findall(r"\d+", path.parent.name)])
    return _inline(newest.read_text("utf-8"))


def _inline(script: str) -> str:
    script = script.replace("\r\n", "\n").replace("<!--", "\\x3c!--")
    return re.sub(r"</(script)", r"<\\/\1", script, flags=re.IGNORECASE)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


_IMPORT = re.compile(r'^import\s+\{[^}]*\}\s+from\s+"\./([\w-]+\.js)";\n', re.MULTILINE)


def bundle(folder: Path, first: str = "main.js") -> str:
    """Returns a module and all that it imports as one script: each file once, after those it needs.

    The files are modules of their own in tests; here their imports fall away, so their top-level names must differ.
    """
    done: dict[str, str] = {}

    def add(name: str) -> None:
        if name not in done:
            text = (folder / name).read_text("utf-8")
            done[name] = ""
            for needed in _IMPORT.findall(text):
                add(needed)
            done[name] = (
                done.pop(name) + f"// {name}\n" + re.sub(r"^export ", "", _IMPORT.sub("", text), flags=re.MULTILINE)
            )

    add(first)
    return _inline('"use strict";\n' + "\n".join(done.values()))
