"""Where entities stand in a picture: a network gives a point for each node, always the same for the same network."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import networkx as nx
import numpy as np
from scipy.spatial import cKDTree

from kg.view.forces import relax, settle

TINY, EXACT, SMALL = 40, 260, 1200
"""Nodes of a component: up to EXACT it is laid out by path lengths (above TINY these start from forces), above that by
forces alone; up to SMALL all are moved apart."""

MANY = 120
"""Up to so many components each is fitted into a gap; more stand on shelves."""

APART = np.array([150.0, 84.0])
"""How far apart two nodes stand at least, across and down: names are wide and flat."""

CROWD = 0.3
"""How much ground, in boxes of APART, a node of a component above SMALL has at least on average."""

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
    if len(names) > EXACT:
        return settle(part, names)
    steps = dict(nx.all_pairs_shortest_path_length(part))
    wanted = np.array([[steps[a][b] for b in names] for a in names], dtype=float)
    if len(names) > TINY:
        start = settle(part, names)
    else:
        angles = np.linspace(0.0, 2.0 * np.pi, len(names), endpoint=False)
        start = np.column_stack([np.cos(angles), np.sin(angles)])
    return relax(wanted, start * (wanted.max() / 2.0 / np.abs(start).max()))


def _turn(points: np.ndarray) -> np.ndarray:
    """Returns the points turned so that they are widest from left to right."""
    x, y = points.T
    angle = 0.5 * np.arctan2(2.0 * (x * y).sum(), (x * x).sum() - (y * y).sum())
    cos, sin = np.cos(angle), np.sin(angle)
    turned = np.column_stack([x * cos + y * sin, y * cos - x * sin])
    return turned * np.where(turned[np.argmax(np.abs(turned), axis=0), [0, 1]] < 0, -1.0, 1.0)


def _spread(points: np.ndarray, rounds: int = 120) -> np.ndarray:
    """Returns the points moved just far enough that no two are closer than APART, or nearly so after all rounds."""
    scaled = points / APART + np.arange(len(points))[:, None] * 1e-7
    if len(points) > SMALL:
        rounds = 12
        scaled *= _loosening(scaled)
    for _ in range(rounds):
        pairs = cKDTree(scaled).query_pairs(1.0, output_type="ndarray")
        if not len(pairs):
            break
        gaps = scaled[pairs[:, 0]] - scaled[pairs[:, 1]]
        distance = np.maximum(np.hypot(gaps[:, 0], gaps[:, 1]), 1e-9)[:, None]
        push = 0.32 * (1.0 - distance) * gaps / distance
        for axis in (0, 1):
            scaled[:, axis] += np.bincount(pairs[:, 0], push[:, axis], len(scaled))
            scaled[:, axis] -= np.bincount(pairs[:, 1], push[:, axis], len(scaled))
    return scaled * APART


def _loosening(scaled: np.ndarray) -> float:
    """Returns by how much to stretch crowded points, so that moving them apart has few pairs to look at."""
    ground = 4.0 * np.pi * float(np.prod(np.maximum(scaled.std(axis=0), 1e-6)))
    return max(1.0, (CROWD * len(scaled) / ground) ** 0.5)


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
        near = np.abs((moved[:, None] - there[None]) / (APART * 1.15)) < 1.0
        if not (near[:, :, 0] & near[:, :, 1]).any():
            return moves[choice]
    return moves[0]


def _shelves(parts: Iterable[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Returns components set on shelves, the largest first; where that is nearly all, the rest beside it or below."""
    boxes = [_box(part) for part in parts]
    if not boxes:
        return {}
    areas = [float(size[0] * size[1]) for _, _, size in boxes]
    width = max(float(max(size[0] for _, _, size in boxes)), (sum(areas) * SHAPE) ** 0.5)
    if areas[0] * 2 < sum(areas) or len(boxes) == 1:
        return _rows(boxes, width, np.zeros(2))
    first, rest = boxes[0][2], boxes[1:]
    widest = max(float(size[0]) for _, _, size in rest)
    column = max(widest, sum(areas[1:]) / float(first[1]))
    below = float(first[0]) / float(first[1] + sum(areas[1:]) / first[0])
    beside = (float(first[0]) + column) / float(first[1])
    if abs(np.log(beside / SHAPE)) < abs(np.log(below / SHAPE)):
        return _rows(boxes[:1], first[0], np.zeros(2)) | _rows(rest, column, np.array([first[0], 0.0]))
    return _rows(boxes[:1], first[0], np.zeros(2)) | _rows(rest, max(widest, first[0]), np.array([0.0, first[1]]))


Box = tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]
"""A component, the corner of the ground that it takes, and the size of that."""


def _box(part: dict[str, np.ndarray]) -> Box:
    points = np.array(list(part.values()))
    low, high = points.min(axis=0) - APART * 0.75, points.max(axis=0) + APART * 0.75
    return part, low, high - low


def _rows(boxes: Iterable[Box], width: float, corner: np.ndarray) -> dict[str, np.ndarray]:
    """Returns components side by side in rows of a width."""
    x = y = shelf = 0.0
    placed = {}
    for part, low, size in boxes:
        if x + size[0] > width + 1 and x > 0:
            x, y, shelf = 0.0, y + shelf, 0.0
        placed |= {name: point - low + corner + np.array([x, y]) for name, point in part.items()}
        x, shelf = x + float(size[0]), max(shelf, float(size[1]))
    return placed


def _beside(graph: nx.Graph, names: list[str], placed: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns points for the rest: just outside the middle of their neighbours, in a ring where they have none."""
    found: dict[str, np.ndarray] = {}
    there = np.array(list(placed.values())) if placed else np.zeros((1, 2))
    reach = float(np.hypot(there[:, 0], there[:, 1]).max()) + 160.0
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
        distance = np.sqrt(gaps[:, :, 0] ** 2 + gaps[:, :, 1] ** 2)
        distance[np.arange(len(moving)), len(fixed) + np.arange(len(moving))] = 9.0
        push = np.where(distance < 1.0, (1.0 - distance) / np.maximum(distance, 1e-3), 0.0)[:, :, None] * gaps
        if not push.any():
            break
        moving = moving + 0.4 * push.sum(axis=1) * APART
    return dict(zip(found, moving, strict=True))
