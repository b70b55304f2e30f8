"""Forces for big components: a graph gives points; nodes push by way of a grid, so that the cost hardly grows."""

from __future__ import annotations

import networkx as nx
import numpy as np
from scipy import fft

GRID = 128
ROUNDS = 110


def settle(part: nx.Graph, names: list[str]) -> np.ndarray:
    """Returns points at which pulling lines and pushing nodes are near rest; always the same for the same graph."""
    index = {name: i for i, name in enumerate(names)}
    ends = np.array([(index[u], index[v]) for u, v in part.edges()])
    count = len(names)
    points = np.random.default_rng(7).normal(size=(count, 2)) * count**0.5
    degree = np.bincount(ends.ravel(), minlength=count).astype(float)
    weight = 1.0 / np.minimum(degree[ends[:, 0]], degree[ends[:, 1]])
    for step in range(ROUNDS):
        move = _push(points, 1.0 + degree) + _pull(points, ends, weight)
        length = np.linalg.norm(move, axis=1, keepdims=True)
        limit = count**0.5 * 0.35 * (1.0 - step / ROUNDS) ** 1.5 + 0.01
        points = points + move * np.minimum(1.0, limit / np.maximum(length, 1e-9))
    return points


def _pull(points: np.ndarray, ends: np.ndarray, weight: np.ndarray) -> np.ndarray:
    gap = (points[ends[:, 1]] - points[ends[:, 0]]) * weight[:, None]
    move = np.empty_like(points)
    for axis in (0, 1):
        move[:, axis] = np.bincount(ends[:, 0], gap[:, axis], len(points)) - np.bincount(
            ends[:, 1], gap[:, axis], len(points)
        )
    return move - 0.002 * points


def _push(points: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """Returns the push of all nodes on each: their mass on a grid, convolved with 1/distance, read off the grid."""
    low, high = points.min(axis=0), points.max(axis=0)
    cell = float(max(high - low)) / (GRID - 2) + 1e-9
    place = (points - low) / cell
    corner = place.astype(int)
    part = place - corner
    shares = [((dx, dy), np.abs(1 - dx - part[:, 0]) * np.abs(1 - dy - part[:, 1])) for dx in (0, 1) for dy in (0, 1)]
    density = np.zeros(GRID * GRID)
    for (dx, dy), share in shares:
        density += np.bincount((corner[:, 0] + dx) * GRID + corner[:, 1] + dy, share * mass, GRID * GRID)
    spectrum = fft.rfft2(density.reshape(GRID, GRID), (2 * GRID, 2 * GRID))
    fields = [fft.irfft2(spectrum * kernel)[:GRID, :GRID].ravel() / cell for kernel in _kernels()]
    move = np.zeros_like(points)
    for (dx, dy), share in shares:
        at = (corner[:, 0] + dx) * GRID + corner[:, 1] + dy
        for axis in (0, 1):
            move[:, axis] += share * fields[axis][at]
    return move


_KERNELS: list[np.ndarray] = []


def _kernels() -> list[np.ndarray]:
    """Returns the transforms of x/r² and y/r² on a grid that wraps, so that no cell pushes across the border."""
    if not _KERNELS:
        steps = np.arange(2 * GRID)
        steps = np.where(steps < GRID, steps, steps - 2 * GRID).astype(float)
        across, down = np.meshgrid(steps, steps, indexing="ij")
        square = across**2 + down**2 + 0.25
        _KERNELS.extend(fft.rfft2(axis / square) for axis in (across, down))
    return _KERNELS
