"""Where entities stand in a picture: a network gives a point for each node, always the same for the same network."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import networkx as nx
import numpy as np
from scipy.spatial import cKDTree

from kg.view.forces import settle

TINY, EXACT, SMALL = 40, 260, 1200
"""Nodes of a component: up to EXACT it is laid out by path lengths (Kamada and Kawai; above TINY these start
from forces), above by forces alone; up to SMALL all are moved apart."""

MANY = 120
"""Up to so many components each is fitted into a gap; more stand on shelves."""

APART = np.array([150.0, 84.0])
"""How far apart two nodes stand at least, across and down: names are wide and flat."""

SHAPE = 1.35
"""Width of a picture over its height."""

Points = dict[str, tuple[int, int]]


def positions(network: nx.MultiDiGraph, aside: Collection[str] = ()) -> Points:
    """Returns a point for every node, in whole units.

    Nodes that stand aside (hidden at first) have no say in where the others stand; they lie close to their neighbours.
    """
    plain = nx.Graph()
    plain.add_nodes_from(sorted(network))
    plain.add_edges_from(sorted({(min(u, v), max(u, v)) for u, v in network.edges() if u != v}))
    front = plain.subgraph(sorted(set(plain) - set(aside)))
    parts = sorted(nx.connected_components(front), key=lambda part: (-len(part), min(part)))
    placed = _pack([_component(front, sorted(part)) for part in parts])
    placed |= _beside(plain, sorted(set(plain) - set(placed)), placed)
    return {name: (round(float(x)), round(float(y))) for name, (x, y) in sorted(placed.items())}


def _component(graph: nx.Graph, names: list[str]) -> dict[str, np.ndarray]:
    part = nx.Graph()
    part.add_nodes_from(names)
    part.add_edges_from(sorted((min(edge), max(edge)) for edge in graph.subgraph(names).edges()))
    if len(names) == 1:
        return {names[0]: np.zeros(2)}
    points = _draw(part, names)
    points = _turn(points - points.mean(axis=0))
    index = {name: i for i, name in enumerate(names)}
    ends = np.array([(index[u], index[v]) for u, v in part.edges()])
    lengths = np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1)
    points *= 150.0 / max(float(np.median(lengths)), 1e-9)
    return dict(zip(names, _spread(points), strict=True))


def _draw(part: nx.Graph, names: list[str]) -> np.ndarray:
    start = None
    if len(names) > TINY:
        points = settle(part, names)
        if len(names) > EXACT:
            return points
        start = dict(zip(names, points / np.abs(points).max(), strict=True))
    found = nx.kamada_kawai_layout(part, pos=start)
    return np.array([found[name] for name in names])


def _turn(points: np.ndarray) -> np.ndarray:
    """Returns the points turned so that they are widest from left to right."""
    _, axes = np.linalg.eigh(points.T @ points)
    turned = points @ axes[:, ::-1]
    return turned * np.where(turned[np.argmax(np.abs(turned), axis=0), [0, 1]] < 0, -1.0, 1.0)


def _spread(points: np.ndarray, rounds: int = 120) -> np.ndarray:
    """Returns the points moved just far enough that no two are closer than APART, or nearly so after all rounds."""
    scaled = points / APART + np.arange(len(points))[:, None] * 1e-7
    for _ in range(rounds if len(points) <= SMALL else 12):
        pairs = cKDTree(scaled).query_pairs(1.0, output_type="ndarray")
        if not len(pairs):
            break
        gaps = scaled[pairs[:, 0]] - scaled[pairs[:, 1]]
        distance = np.maximum(np.linalg.norm(gaps, axis=1, keepdims=True), 1e-9)
        push = 0.32 * (1.0 - distance) * gaps / distance
        for axis in (0, 1):
            scaled[:, axis] += np.bincount(pairs[:, 0], push[:, axis], len(scaled))
            scaled[:, axis] -= np.bincount(pairs[:, 1], push[:, axis], len(scaled))
    return scaled * APART


def _pack(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Returns all components in one picture: the largest in the middle, small ones in its corners, none on another."""
    placed: dict[str, np.ndarray] = {}
    small = len(parts) <= MANY and sum(map(len, parts)) <= SMALL
    for part in parts if small else ():
        points = np.array(list(part.values()))
        there = np.array(list(placed.values())) if placed else np.zeros((0, 2))
        placed |= dict(zip(part, points + _gap(points, there), strict=True))
    placed = placed if small else _shelves(parts)
    if not placed:
        return {}
    points = np.array(list(placed.values()))
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    return {name: point - centre for name, point in placed.items()}


def _gap(points: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Returns the move that sets points free of those there while the whole grows least."""
    if not len(there):
        return np.zeros(2)
    low, high = there.min(axis=0), there.max(axis=0)
    middle = (low + high) / 2
    half = (high - low) / 2 + (points.max(axis=0) - points.min(axis=0)) / 2 + APART * 1.5
    steps = np.array([(x, y) for x in np.linspace(-1, 1, 19) for y in np.linspace(-1, 1, 19)])
    moves = middle + steps * half - (points.min(axis=0) + points.max(axis=0)) / 2
    grown = np.maximum(high, points.max(axis=0) + moves) - np.minimum(low, points.min(axis=0) + moves)
    costs = np.maximum(grown[:, 0] / SHAPE, grown[:, 1]) + 1e-3 * np.linalg.norm(moves - middle, axis=1)
    for choice in np.argsort(costs, kind="stable"):
        moved = points + moves[choice]
        if not (np.abs((moved[:, None] - there[None]) / (APART * 1.15)).max(axis=2) < 1.0).any():
            return moves[choice]
    return moves[0]


def _shelves(parts: Iterable[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Returns components set on shelves, the largest first."""
    boxes = []
    for part in parts:
        points = np.array(list(part.values()))
        low, high = points.min(axis=0) - APART * 0.75, points.max(axis=0) + APART * 0.75
        boxes.append((part, low, high - low))
    area = sum(float(size[0] * size[1]) for _, _, size in boxes)
    width = max(max((float(size[0]) for _, _, size in boxes), default=0.0), (area * SHAPE) ** 0.5)
    x = y = shelf = 0.0
    placed = {}
    for part, low, size in boxes:
        if x + size[0] > width + 1 and x > 0:
            x, y, shelf = 0.0, y + shelf, 0.0
        placed |= {name: point - low + np.array([x, y]) for name, point in part.items()}
        x, shelf = x + float(size[0]), max(shelf, float(size[1]))
    return placed


def _beside(graph: nx.Graph, names: list[str], placed: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns points for the rest: just outside the middle of their neighbours, in a ring where they have none."""
    found: dict[str, np.ndarray] = {}
    reach = max((float(np.linalg.norm(point)) for point in placed.values()), default=0.0) + 160.0
    for i, name in enumerate(names):
        near = [placed[other] for other in sorted(graph[name]) if other in placed]
        angle = 2.399963 * i
        away = np.array([np.cos(angle), np.sin(angle)])
        found[name] = (
            np.mean(near, axis=0) + away * (70.0 + 20.0 * (i % 3)) if near else away * reach * np.array([1.0, 0.75])
        )
    if found and len(found) + len(placed) <= SMALL:
        return _clear(found, placed)
    return found


def _clear(found: dict[str, np.ndarray], placed: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns the found points pushed off each other and off the placed ones, which stay."""
    fixed = np.array(list(placed.values())) if placed else np.zeros((0, 2))
    moving = np.array(list(found.values()))
    for _ in range(80):
        both = np.vstack([fixed, moving])
        gaps = (moving[:, None] - both[None]) / APART
        distance = np.sqrt((gaps**2).sum(axis=2))
        distance[np.arange(len(moving)), len(fixed) + np.arange(len(moving))] = 9.0
        push = np.where(distance < 1.0, (1.0 - distance) / np.maximum(distance, 1e-3), 0.0)[:, :, None] * gaps
        if not push.any():
            break
        moving = moving + 0.4 * push.sum(axis=1) * APART
    return dict(zip(found, moving, strict=True))
