"""Points by forces: of big components nodes push by way of a grid, so that the cost hardly grows; small ones relax."""

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
        length = np.hypot(move[:, 0], move[:, 1])[:, None]
        limit = count**0.5 * 0.35 * (1.0 - step / ROUNDS) ** 1.5 + 0.01
        points = points + move * np.minimum(1.0, limit / np.maximum(length, 1e-9))
    return points


def relax(wanted: np.ndarray, points: np.ndarray, rounds: int = 200) -> np.ndarray:
    """Returns points whose distances are as near as may be to the wanted ones, which come as a square of numbers.

    Stress majorization (Gansner, Koren and North, Graph Drawing 2004) minimizes what Kamada and Kawai do, gets no worse
    from round to round, and calls no linear algebra in its loop: the threads of that cost more than they give.
    """
    count = len(points)
    weight = 1.0 / (wanted + np.eye(count)) ** 2 - np.eye(count)
    pull = weight * wanted
    diagonal = np.diag_indices(count)
    inverse = np.linalg.inv(np.diag(weight.sum(axis=1)) - weight + 1.0 / count) - 1.0 / count
    for _ in range(rounds):
        gaps = points[:, None] - points[None]
        share = pull / np.maximum(np.sqrt(gaps[:, :, 0] ** 2 + gaps[:, :, 1] ** 2), 1e-6)
        share[diagonal] = -share.sum(axis=1)
        moved = np.einsum("ij,jk->ik", inverse, np.einsum("ij,jk->ik", -share, points))
        done = np.abs(moved - points).max() < 1e-3
        points = moved
        if done:
            break
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
