"""A simulated area detector, with the faults that real ones have."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

_PEAK = 40_000.0
"""Counts of the open beam where it is brightest."""

_OFFSET = 100.0
_READ_NOISE = 3.0
_ZINGERS_PER_PIXEL = 2e-6


@dataclass(frozen=True)
class Detector:
    """Beam and pixels, all (row, column) float32.

    ``beam`` and ``last_beam`` are the counts of the open beam at the start and at the end of the scan,
    ``dark`` those without it, and ``bend`` is by how much a pixel is not linear: where the share T of the
    beam arrives, it counts T + bend T (1 - T), which no flat corrects.
    """

    beam: NDArray[np.float32]
    last_beam: NDArray[np.float32]
    dark: NDArray[np.float32]
    bend: NDArray[np.float32]

    def counts(
        self,
        transmission: ArrayLike,
        progress: ArrayLike,
        seeds: Sequence[tuple[int, ...]],
        *,
        zingers: ArrayLike,
    ) -> NDArray[np.uint16]:
        """Return the counts (frame, row, column), u2, of frames of ``transmission``.

        ``progress`` (frame,) says when in the scan a frame is taken, from 0 to 1, and ``zingers`` (frame,)
        which frames are hit by some. Photon noise is normal with the variance of its mean, which is Poisson
        noise for more than some tens of photons. Each frame's noise follows from its own seed, so that it
        does not matter how a scan is cut into blocks.

        >>> detector = make_detector(8, 16, seed=0)
        >>> detector.counts(np.ones((1, 8, 16)), [0.0], [(0, 1)], zingers=[False]).shape
        (1, 8, 16)
        """
        frames = np.asarray(transmission, np.float32)
        noise = np.empty(frames.shape, np.float32)
        hit = np.asarray(zingers, np.bool_)

        def draw(i: int) -> None:
            rng = np.random.Generator(np.random.SFC64(seeds[i]))
            rng.standard_normal(dtype=np.float32, out=noise[i])
            if hit[i]:
                _strike(noise[i], rng)

        with ThreadPoolExecutor(numba.get_num_threads()) as pool:
            list(pool.map(draw, range(len(frames))))
        out = np.empty(frames.shape, np.uint16)
        time = np.asarray(progress, np.float32)
        _count(frames, time, self.beam, self.last_beam, self.dark, self.bend, noise, out)
        return out


def make_detector(rows: int, columns: int, seed: int) -> Detector:
    """Return a detector with a beam that fades by 6 % and moves, dead and hot pixels, and bent columns.

    One pixel in 20 000 is dead or hot, at least one each; about one column in 40 has a bend along a part of
    its rows, which makes stripes in sinograms and rings in slices.

    >>> int((make_detector(64, 64, seed=0).dark > 60_000).sum())
    1
    """
    rng = np.random.default_rng((seed, 0))
    y, x = np.linspace(-1, 1, rows)[:, None], np.linspace(-1, 1, columns)[None, :]
    pixels = 1 + 0.03 * rng.standard_normal((rows, columns))
    beam = _PEAK * np.exp(-0.5 * (x / 1.4) ** 2 - 0.5 * (y / 1.2) ** 2) * pixels
    last = 0.94 * _PEAK * np.exp(-0.5 * ((x - 0.04) / 1.4) ** 2 - 0.5 * ((y + 0.06) / 1.2) ** 2) * pixels
    dark = _OFFSET + 10 * rng.random((rows, columns))
    bend = np.zeros((rows, columns))
    for column in rng.integers(0, columns, columns // 40):
        first, end = np.sort(rng.integers(0, rows + 1, 2))
        bend[first:end, column : column + rng.integers(1, 3)] = rng.choice([-1, 1]) * rng.uniform(0.05, 0.15)
    faults = max(1, rows * columns // 40_000)
    dead = rng.integers(0, rows * columns, faults)
    hot = rng.integers(0, rows * columns, faults)
    beam.flat[dead] = last.flat[dead] = 0
    dark.flat[hot] = np.iinfo(np.uint16).max
    return Detector(*(part.astype(np.float32) for part in (beam, last, dark, bend)))


def _strike(noise: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Add zingers, each one pixel or two beside each other, in units of the noise."""
    rows, columns = noise.shape
    for _ in range(rng.poisson(_ZINGERS_PER_PIXEL * noise.size)):
        row, column = rng.integers(0, rows), rng.integers(0, columns)
        noise[row, column : column + rng.integers(1, 3)] += rng.uniform(50, 200)


@numba.njit(cache=True, parallel=True)
def _count(
    frames: NDArray[np.float32],
    progress: NDArray[np.float32],
    beam: NDArray[np.float32],
    last_beam: NDArray[np.float32],
    dark: NDArray[np.float32],
    bend: NDArray[np.float32],
    noise: NDArray[np.float32],
    out: NDArray[np.uint16],
) -> None:
    count, rows, columns = frames.shape
    for task in numba.prange(count * rows):
        i, row = task // rows, task % rows
        for column in range(columns):
            full = beam[row, column] + progress[i] * (last_beam[row, column] - beam[row, column])
            t = frames[i, row, column]
            light = full * (t + bend[row, column] * t * (np.float32(1) - t))
            sigma = np.sqrt(light + np.float32(_READ_NOISE**2))
            value = dark[row, column] + light + sigma * noise[i, row, column] + np.float32(0.5)
            out[i, row, column] = np.uint16(min(max(value, np.float32(0)), np.float32(65535)))
