"""What a picture must be, by another way than the viewer's."""

from __future__ import annotations

import numpy as np


def plane_of(values: np.ndarray, axis: int, index: int) -> np.ndarray:
    return values if values.ndim == 2 else np.take(values, index, axis)


def area_matrix(many: int, few: int) -> np.ndarray:
    """Share of each of many pixels in each of few, by the overlap of their intervals."""
    out = np.zeros((few, many))
    for i in range(few):
        for j in range(many):
            overlap = min((i + 1) * many, (j + 1) * few) - max(i * many, j * few)
            out[i, j] = max(overlap, 0) / many
    return out


def area_means(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    rows, columns = plane.shape
    return area_matrix(rows, min(height, rows)) @ plane.astype(float) @ area_matrix(columns, min(width, columns)).T


def windowed(values: np.ndarray, low: float, high: float) -> np.ndarray:
    scaled = np.clip((values - low) / (high - low), 0, 1) * 255
    return np.where(np.isnan(values), 0, scaled)
