"""What a page shows first: takes a network, gives what is hidden, which entities are open and where those stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx

from kg.view.layout import positions

ASIDE = frozenset({"Document", "Topic"})
"""Kinds that are hidden until asked for: nearly everything touches them, so they hide what people look for."""

FEW = 80
"""Up to so many entities that are no documents topics are shown at once: they hide nothing there, and without them what
somebody is accused of would not be drawn."""

SPEECH = frozenset(
    {"describes", "praises", "criticizes", "quotes", "announces", "speaksTo", "misrepresents", "reportsOn"}
)
"""Verbs, by the ends of their IRIs, that only say that somebody spoke of something; hidden until asked for."""

WHOLE = 300
"""Up to so many entities the page opens on all of them; a bigger picture is a ball in which nobody finds anything."""

CORE, EGO = 60, 240
"""How many entities the page opens on where there are more: the best connected ones, or those around one."""


def aside(network: nx.MultiDiGraph) -> frozenset[str]:
    """Returns the kinds that are hidden until asked for: of a small network documents, of others topics too."""
    others = sum(data["kind"] != "Document" for _, data in network.nodes(data=True))
    return ASIDE - {"Topic"} if others <= FEW else ASIDE


def opening(network: nx.MultiDiGraph, about: str | None, depth: int) -> dict[str, Any]:
    """Returns what the page opens with: `hideKinds`, `hideVerbs`, `hideModes`, and `open`, a point for each entity
    that is shown, or None where everything is.

    Of what a query chose only that is hidden which lies `besides` it: the asker named the rest.
    """
    kinds = {name: data["kind"] for name, data in network.nodes(data=True)}
    asked = "query" in network.graph
    hidden = frozenset() if asked else aside(network) - {kinds.get(about)}
    plain = _drawn(network, hidden)
    found: dict[str, Any] = {
        "hideKinds": sorted(hidden),
        "hideVerbs": [] if asked else _speech(network),
        "hideModes": ["besides"] if asked else ["inferred"],
        "open": None,
    }
    if about is not None:
        names = _around(network, hidden, about, depth)
    elif len(plain) > WHOLE:
        found["open"] = positions(network.subgraph(_core(plain)))
        return found
    else:
        disputed = _disputed(network, set(plain)) if "Topic" in hidden else set()
        names = sorted({*plain, *disputed}) if disputed else []
    if names:  # topics among them are drawn since they are open, others wait beside them
        found |= {"hideKinds": sorted(hidden - {"Topic"}), "open": positions(network.subgraph(names))}
    return found


def _around(network: nx.MultiDiGraph, hidden: frozenset[str], about: str, depth: int) -> list[str]:
    """Returns the entities around one, nearest first; where they are many, topics only where they are disputed."""
    plain = _drawn(network, hidden - {"Topic"})
    near, disputed = _within(plain, about, depth), set()
    if len(near) > FEW and "Topic" in hidden:
        plain = _drawn(network, hidden)
        near = _within(plain, about, depth)
        disputed = _disputed(network, {name for name, steps in near.items() if steps < depth}) - near.keys()
    order = sorted(near, key=lambda name: (near[name], -plain.degree(name) if name in plain else 0, name))
    topics = sorted(disputed)[: EGO // 4]
    return order[: EGO - len(topics)] + topics


def _within(plain: nx.Graph, about: str, depth: int) -> dict[str, int]:
    return nx.single_source_shortest_path_length(plain, about, depth) if about in plain else {about: 0}


def _disputed(network: nx.MultiDiGraph, names: set[str]) -> set[str]:
    """Returns the topics that an alleged, denied or contested fact ties to one of some entities."""
    found = set()
    for subject, obj, fact in network.edges(data=True):
        if fact["status"] not in ("alleged", "denied") and not fact["contested"]:
            continue
        if not _waits(fact):
            found |= {end for end, other in ((subject, obj), (obj, subject)) if other in names}
    return {name for name in found if network.nodes[name]["kind"] == "Topic"}


def _waits(fact: Mapping[str, Any]) -> bool:
    """Says whether a fact is hidden until asked for: a rule gave it, or it only says that somebody spoke."""
    return bool(fact["rule"]) or fact["property"].rsplit("#", 1)[-1] in SPEECH


def communities(network: nx.MultiDiGraph, limit: int = 5000) -> dict[str, int]:
    """Returns the number of each entity's community, the largest first; nothing for networks over the limit."""
    plain = _lines(network, {name for name, data in network.nodes(data=True) if data["kind"] not in ASIDE})
    if not 2 < len(plain) <= limit or not plain.number_of_edges():
        return {}
    groups = nx.community.louvain_communities(plain, seed=7)
    groups = sorted((sorted(group) for group in groups if len(group) > 1), key=lambda group: (-len(group), group))
    return {name: i for i, group in enumerate(groups) for name in group}


def _speech(network: nx.MultiDiGraph) -> list[str]:
    verbs = {fact["property"] for *_, fact in network.edges(data=True)}
    found = sorted(verb for verb in verbs if verb.rsplit("#", 1)[-1] in SPEECH)
    return [] if len(found) == len(verbs) else found


def _drawn(network: nx.MultiDiGraph, hidden: frozenset[str]) -> nx.Graph:
    """Returns the lines among the entities of kinds that are not hidden, but for those that lie besides an answer."""
    nodes = network.nodes(data=True)
    return _lines(network, {name for name, data in nodes if data["kind"] not in hidden and not data.get("besides")})


def _lines(network: nx.MultiDiGraph, names: set[str]) -> nx.Graph:
    """Returns the entities with the lines that are shown at first, each pair once, weighted by its facts."""
    plain, asked = nx.Graph(), "query" in network.graph
    plain.add_nodes_from(sorted(names))
    for subject, obj, fact in network.edges(data=True):
        hidden = fact.get("besides") if asked else _waits(fact)
        if subject == obj or subject not in plain or obj not in plain or hidden:
            continue
        weight = plain.get_edge_data(subject, obj, {"weight": 0})["weight"]
        plain.add_edge(subject, obj, weight=weight + 1)
    return plain


def _core(plain: nx.Graph) -> list[str]:
    """Returns the entities that matter most by PageRank and hang together."""
    rank = nx.pagerank(plain)
    best = sorted(rank, key=lambda name: (-round(rank[name], 9), name))[:CORE]
    parts = sorted(nx.connected_components(plain.subgraph(best)), key=lambda part: (-len(part), min(part)))
    return sorted(parts[0]) if len(parts[0]) > CORE / 3 else best
