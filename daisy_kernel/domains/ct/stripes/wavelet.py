"""The wavelet-Fourier stripe filter as two small matrix products along the angle.

The filter is linear, the wavelet transform separable, and only the vertical details change: of each level, their
few lowest frequencies along the angle. So with the angular part of level l written as ``synthesis @ analysis``
of low rank, the stripes are ``synthesis @ (details of (analysis @ sinogram) along the columns)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numba
import numpy as np
import pywt
from numpy.typing import NDArray
from scipy import sparse

Float32: TypeAlias = NDArray[np.float32]
Float64: TypeAlias = NDArray[np.float64]
Index: TypeAlias = NDArray[np.int64]

_NEGLIGIBLE = 1e-7  # a frequency damped by less than float32 resolves is left as it is
_SMALLEST = 16  # coefficients along a side at the last level, as in the reference
_TILE = 64  # columns computed together
_GROUP = 4  # terms added before a sum is stored


@dataclass(frozen=True)
class StripeFilter:
    """The angular part for one scan's shape: what is taken from the sinogram, what is put back.

    ``first[l]`` to ``first[l + 1]`` are the modes of level l + 1, in ``analysis`` (angle, mode) and ``synthesis``
    (angle, mode); ``pad`` is the number of columns added on each side.
    """

    analysis: Float32
    synthesis: Float32
    first: Index
    pad: int
    low: Float32
    high: Float32
    synthesis_low: Float32
    synthesis_high: Float32


def stripe_filter(angles: int, columns: int, level: int, size: float, wavelet: str, window: str) -> StripeFilter:
    """Build the filter; `level` is lowered until the last one keeps 16 coefficients a side."""
    bank = pywt.Wavelet(wavelet)
    pad = min(150, min(angles, columns) // 10)
    deepest = int(np.log2(max(1.0, (min(angles, columns) + 2 * pad) / _SMALLEST)))
    lengths = [angles + 2 * pad]
    for _ in range(min(level, deepest)):
        lengths.append((lengths[-1] + bank.dec_len - 1) // 2)
    analysis = synthesis = np.empty((lengths[-1], 0))
    counts: list[int] = []
    for longer, length in zip(lengths[-2::-1], lengths[:0:-1], strict=True):
        modes, weights = _damped_modes(length, size, window)
        counts.insert(0, len(weights))
        analysis = _lowpass(longer, bank.dec_lo).T @ np.hstack([modes, analysis])
        synthesis = _upsampling(longer, length, bank.rec_lo) @ np.hstack([modes * weights, synthesis])
    # The sinogram's mean over the angles stands before and after it.
    inside = slice(pad, pad + angles)
    outside = analysis.sum(axis=0) - analysis[inside].sum(axis=0)
    return StripeFilter(
        (analysis[inside] + outside / angles).astype(np.float32),
        synthesis[inside].astype(np.float32),
        np.cumsum([0, *counts]),
        pad,
        *(np.array(taps, np.float32) for taps in bank.filter_bank),
    )


def remove(projections: Float32, plan: StripeFilter) -> Float32:
    """Subtract the stripes from projections (angle, row, column)."""
    _, rows, columns = projections.shape
    modes = plan.analysis.shape[1]
    taken = np.empty((rows, columns, modes), np.float32)
    _analyse(projections, plan.analysis, taken)
    back = np.empty((rows, modes, columns), np.float32)
    banks = (plan.low, plan.high, plan.synthesis_low, plan.synthesis_high)
    _column_details(taken, plan.first, plan.pad, banks, back)
    result = np.empty(projections.shape, np.float32)
    _subtract(projections, plan.synthesis, back, result)
    return result


def _lowpass(length: int, taps: list[float]) -> sparse.csr_array:
    """Matrix of one low-pass step of the wavelet transform, with the edges mirrored."""
    outputs = (length + len(taps) - 1) // 2
    place = 2 * np.arange(outputs)[:, None] + 1 - np.arange(len(taps))
    period = np.mod(place, 2 * length)
    source = np.minimum(period, 2 * length - 1 - period)
    entries = (np.tile(taps, outputs), (np.repeat(np.arange(outputs), len(taps)), source.ravel()))
    return sparse.csr_array(entries, shape=(outputs, length))


def _upsampling(length: int, inputs: int, taps: list[float]) -> sparse.csr_array:
    """Matrix of one low-pass step of the inverse transform, from `inputs` coefficients to `length`."""
    source = np.repeat(np.arange(inputs), len(taps))
    place = 2 * source + np.tile(np.arange(len(taps)), inputs) - (len(taps) - 2)
    inside = (place >= 0) & (place < length)
    entries = (np.tile(taps, inputs)[inside], (place[inside], source[inside]))
    return sparse.csr_array(entries, shape=(length, inputs))


def _damped_modes(length: int, size: float, window: str) -> tuple[Float64, Float64]:
    """Orthonormal sines and cosines (row, mode) and the share of each that the window takes away.

    The reference centres its window on frequency 0 for an odd length, on -1 for an even one, and keeps the real
    part of the result: a real signal then sees the mean of the window and its mirror image.
    """
    distance = np.arange(length) - (np.ceil(length / 2) - 1)
    taken = 1 / (1 + (distance / size) ** 2) if window == "butter" else np.exp(-(distance**2) / (2 * size**2))
    taken = np.fft.ifftshift(taken)
    frequency = np.arange(length)
    taken = (taken + taken[-frequency]) / 2
    kept = [k for k in range(length // 2 + 1) if taken[k] > _NEGLIGIBLE]
    modes, weights = [], []
    phase = 2 * np.pi * frequency / length
    for k in kept:
        alone = 2 * k % length == 0
        modes.append(np.cos(k * phase) * np.sqrt((1 if alone else 2) / length))
        weights.append(taken[k])
        if not alone:
            modes.append(np.sin(k * phase) * np.sqrt(2 / length))
            weights.append(taken[k])
    return np.stack(modes, axis=1), np.array(weights)


@numba.njit(cache=True, parallel=True, fastmath={"contract"})
def _analyse(projections: Float32, analysis: Float32, taken: Float32) -> None:
    """Sum ``analysis[angle, mode] * projections[angle, row, column]`` over the angles, into (row, column, mode)."""
    angles, rows, columns = projections.shape
    modes = analysis.shape[1]
    tiles = (columns + _TILE - 1) // _TILE
    for job in numba.prange(rows * tiles):
        row, first = job // tiles, job % tiles * _TILE
        count = min(_TILE, columns - first)
        sums = np.zeros((modes, _TILE), np.float32)
        values = np.zeros((_GROUP, _TILE), np.float32)
        for start in range(0, angles, _GROUP):
            group = min(_GROUP, angles - start)
            values[group:] = 0
            for i in range(group):
                values[i, :count] = projections[start + i, row, first : first + count]
            a, b, c, d = (
                start,
                min(start + 1, angles - 1),
                min(start + 2, angles - 1),
                min(start + 3, angles - 1),
            )
            for mode in range(modes):
                wa, wb, wc, wd = analysis[a, mode], analysis[b, mode], analysis[c, mode], analysis[d, mode]
                for i in range(_TILE):
                    sums[mode, i] += wa * values[0, i] + wb * values[1, i] + wc * values[2, i] + wd * values[3, i]
        for i in range(count):
            for mode in range(modes):
                taken[row, first + i, mode] = sums[mode, i]


@numba.njit(cache=True, parallel=True, fastmath={"contract"})
def _subtract(projections: Float32, synthesis: Float32, back: Float32, result: Float32) -> None:
    """Subtract ``synthesis[angle, mode] @ back[row, mode, column]`` from the projections."""
    angles, rows, columns = projections.shape
    modes = synthesis.shape[1]
    tiles = (columns + _TILE - 1) // _TILE
    for job in numba.prange(rows * tiles):
        row, first = job // tiles, job % tiles * _TILE
        count = min(_TILE, columns - first)
        padded = (modes + _GROUP - 1) // _GROUP * _GROUP
        values = np.zeros((padded, _TILE), np.float32)
        values[:modes, :count] = back[row, :, first : first + count]
        weights = np.zeros(padded, np.float32)
        sums = np.empty(_TILE, np.float32)
        for angle in range(angles):
            weights[:modes] = synthesis[angle]
            sums[:] = 0
            for k in range(0, padded, _GROUP):
                wa, wb, wc, wd = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
                for i in range(_TILE):
                    sums[i] += wa * values[k, i] + wb * values[k + 1, i] + wc * values[k + 2, i] + wd * values[k + 3, i]
            for i in range(count):
                result[angle, row, first + i] = projections[angle, row, first + i] - sums[i]


@numba.njit(cache=True, parallel=True)
def _column_details(
    taken: Float32,
    first: Index,
    pad: int,
    banks: tuple[Float32, Float32, Float32, Float32],
    back: Float32,
) -> None:
    """Details of each level along the columns: back[row, mode, column] from taken[row, column, mode]."""
    rows, columns, _ = taken.shape
    levels = len(first) - 1
    low, high, synthesis_low, synthesis_high = banks
    for job in numba.prange(rows * levels):
        row, level = job // levels, job % levels
        modes = first[level + 1] - first[level]
        signal = np.empty((columns + 2 * pad, modes), np.float32)
        for column in range(columns + 2 * pad):
            signal[column] = taken[row, min(max(column - pad, 0), columns - 1), first[level] : first[level + 1]]
        lengths = np.empty(level + 1, np.int64)
        for step in range(level + 1):
            lengths[step] = len(signal)
            signal = _decompose(signal, high if step == level else low)
        for step in range(level, -1, -1):
            signal = _compose(signal, synthesis_high if step == level else synthesis_low, lengths[step])
        for mode in range(modes):
            for column in range(columns):
                back[row, first[level] + mode, column] = signal[pad + column, mode]


@numba.njit(cache=True)
def _decompose(signal: Float32, taps: Float32) -> Float32:
    """One step of the transform along axis 0 with mirrored edges (pywt's mode "symmetric")."""
    length, modes = signal.shape
    result = np.zeros(((length + len(taps) - 1) // 2, modes), np.float32)
    for i in range(len(result)):
        for j in range(len(taps)):
            place = (2 * i + 1 - j) % (2 * length)
            source = min(place, 2 * length - 1 - place)
            for mode in range(modes):
                result[i, mode] += taps[j] * signal[source, mode]
    return result


@numba.njit(cache=True)
def _compose(coefficients: Float32, taps: Float32, length: int) -> Float32:
    """One step of the inverse transform along axis 0, cut to `length`."""
    result = np.zeros((length, coefficients.shape[1]), np.float32)
    for i in range(len(coefficients)):
        for j in range(len(taps)):
            place = 2 * i + j - (len(taps) - 2)
            if 0 <= place < length:
                for mode in range(coefficients.shape[1]):
                    result[place, mode] += taps[j] * coefficients[i, mode]
    return result
