"""Between projections and their spectra, sixteen slices at a time.

A spectrum is stored as (angle, bin, re and im, lane) in a flat array. All functions work in place, on work
space (thread, float32) of ``spectra_scratch`` floats a thread; no sum depends on the number of threads.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.domains.ct.reconstruct._fft import ELEMENT, Floats, plan_fft, transform
from daisy_kernel.domains.ct.reconstruct._lanes import LANES, load, store, transpose, usable, zero

_CHUNK = 8  # angles that one thread takes at a time
_LIMIT = np.float32(1e30)  # a greater value overflows in sums, and is repaired as if it were infinite


class Line(NamedTuple):
    """How one projection of ``length`` samples is filtered and transformed.

    The linear convolution with the filter needs a transform of twice the length. Its even bins are a
    transform of the projection, its odd ones of the projection times exp(-iπn/length), which for real data
    has half the length; so filter, crop and transform take two short transforms and one long one.
    """

    length: int
    whole: Floats  # plans of transforms of the length and of its half
    half: Floats
    twist: Floats  # (length / 2, 2): exp(-iπn/length)
    even: Floats  # (length / 2,): response at even bins, with the 1/4 that parting two signals takes
    odd: Floats  # (length / 2,): response at every fourth bin from 1, with the inverse's 2/length; or empty


class Layout(NamedTuple):
    """Where sinograms (row, angle, column) lie in memory, in float32; columns lie side by side.

    So one compiled function reads a C-contiguous block and the transpose of projections alike.
    """

    rows: int
    angles: int
    columns: int
    row_step: int
    angle_step: int


def memory_of(sinograms: Floats) -> tuple[Floats, Layout]:
    """Return a writable block's memory from its first element on, and its layout; copies what has none such."""
    block = np.require(sinograms, np.float32, "W")
    if block.strides[2] != block.itemsize or any(step < 0 or step % block.itemsize for step in block.strides):
        block = np.ascontiguousarray(block)
    row_step, angle_step = (step // block.itemsize for step in block.strides[:2])
    rows, angles, columns = block.shape
    layout = Layout(rows, angles, columns, row_step, angle_step)
    span = (layout.rows - 1) * row_step + (layout.angles - 1) * angle_step + layout.columns
    return np.lib.stride_tricks.as_strided(block, (span,), (block.itemsize,)), layout


def spectra_scratch(length: int) -> int:
    """Floats of work space a thread: one projection, and two complex signals."""
    return length * LANES + 2 * length * ELEMENT


def make_line(length: int, response: NDArray[np.float32] | None) -> Line:
    """Prepare lines of ``length`` for a ``response`` of length + 1 frequencies, or for none."""
    half = length // 2
    turn = np.pi * np.arange(half) / length
    twist = np.stack([np.cos(turn), -np.sin(turn)], axis=-1).astype(np.float32)
    even: NDArray[Any] = np.full(half, 0.5)
    odd: NDArray[Any] = np.zeros(0)
    if response is not None:
        bins = 4 * np.arange(half) + 1
        even = response[: 2 * half : 2] / 4
        odd = response[np.where(bins > length, 2 * length - bins, bins)] * (2 / length)
    tables = (even.astype(np.float32), odd.astype(np.float32))
    return Line(length, plan_fft(length), plan_fft(half), twist.ravel(), *tables)


@numba.njit(cache=True, parallel=True)
def to_spectra(
    memory: Floats,
    layout: Layout,
    line: Line,
    shift: Floats,
    center: Floats,
    scale: Floats,
    scratch: Floats,
    spectra: Floats,
) -> None:
    """Filter and transform sinograms (row <= 16, angle, column), given as their memory and its layout.

    ``shift`` (angle, bin, 2) and ``center`` (bin, re and im, lane) are phases, ``scale`` (angle) a factor.
    """
    rows, angles, columns, row_step, angle_step = layout
    length, whole, half, twist, even, odd = line
    bins = length // 2
    for chunk in numba.prange((angles + _CHUNK - 1) // _CHUNK):
        # Parallel loops take arrays, but no tuples of them.
        layout = Layout(rows, angles, columns, row_step, angle_step)
        line = Line(length, whole, half, twist, even, odd)
        space = scratch[numba.get_thread_id()]
        values = space[: length * LANES]
        first, second = np.split(space[length * LANES :][: 2 * length * ELEMENT], 2)
        values[:] = 0
        for angle in range(chunk * _CHUNK, min(angles, (chunk + 1) * _CHUNK)):
            fill(memory, layout, angle, values)
            x, y = first, second
            if len(line.odd):
                x, y = _convolve_odd(values, line, x, y)
            else:
                _widen(values, x)
            x, y = transform(line.whole, x, y, False)
            _part(x, line, shift[angle], center, scale[angle], spectra, angle * bins * ELEMENT)


@numba.njit(cache=True)
def fill(memory: Floats, layout: Layout, angle: int, values: Floats) -> None:
    """Bring one projection of all rows to (column, lane), and repair what is not finite."""
    rows, columns, step, start = layout.rows, layout.columns, layout.row_step, angle * layout.angle_step
    fast = columns // LANES * LANES if rows == LANES else 0
    for column in range(0, fast, LANES):
        transpose(memory, start + column, step, values, column * LANES, LANES)
    for column in range(fast, columns):
        for row in range(rows):
            values[column * LANES + row] = memory[start + row * step + column]
    good = True
    for column in range(columns):
        good &= usable(load(values, column * LANES), _LIMIT)
    if not good:
        for row in range(rows):
            _repair(values, row, columns)


@numba.njit(cache=True)
def _repair(values: Floats, lane: int, columns: int) -> None:
    """Interpolate across unusable values from their neighbours; the nearest one at an edge, 0 if there is none."""
    last, before = -1, np.float32(0)
    for column in range(columns + 1):
        value = values[column * LANES + lane] if column < columns else before
        if not abs(value) < _LIMIT:
            continue
        if last < 0:
            before = value
        for gap in range(last + 1, column):
            share = np.float32((gap - last) / (column - last))
            values[gap * LANES + lane] = before + share * (value - before)
        last, before = column, value


@numba.njit(cache=True)
def _widen(values: Floats, x: Floats) -> None:
    """Real samples as complex ones."""
    for n in range(values.size // LANES):
        store(x, n * ELEMENT, load(values, n * LANES))
        store(x, n * ELEMENT + LANES, zero())


@numba.njit(cache=True)
def _convolve_odd(values: Floats, line: Line, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Pair each projection (re) with its skew-circular convolution with the filter (im)."""
    half = line.length // 2
    for n in range(half):
        near, far = load(values, n * LANES), load(values, (n + half) * LANES)
        c, s = line.twist[2 * n], line.twist[2 * n + 1]
        store(x, n * ELEMENT, c * near + s * far)
        store(x, n * ELEMENT + LANES, s * near - c * far)
    x, y = transform(line.half, x, y, False)
    for k in range(half):
        store(x, k * ELEMENT, line.odd[k] * load(x, k * ELEMENT))
        store(x, k * ELEMENT + LANES, line.odd[k] * load(x, k * ELEMENT + LANES))
    x, y = transform(line.half, x, y, True)
    for n in range(half):
        re, im = load(x, n * ELEMENT), load(x, n * ELEMENT + LANES)
        c, s = line.twist[2 * n], line.twist[2 * n + 1]
        store(y, n * ELEMENT, load(values, n * LANES))
        store(y, n * ELEMENT + LANES, c * re + s * im)
        store(y, (n + half) * ELEMENT, load(values, (n + half) * LANES))
        store(y, (n + half) * ELEMENT + LANES, s * re - c * im)
    return y, x


@numba.njit(cache=True)
def _part(x: Floats, line: Line, shift: Floats, center: Floats, scale: float, spectra: Floats, start: int) -> None:
    """Part the transforms of two real signals, filter the first, add the second, and apply the phases."""
    odd = np.float32(0.25 if len(line.odd) else 0)
    for k in range(line.length // 2):
        i, j = k * ELEMENT, (line.length - k) % line.length * ELEMENT
        ar, ai, br, bi = load(x, i), load(x, i + LANES), load(x, j), load(x, j + LANES)
        re = line.even[k] * (ar + br) + odd * (ai + bi)
        im = line.even[k] * (ai - bi) - odd * (ar - br)
        c, s = scale * shift[k, 0], scale * shift[k, 1]
        re, im = c * re - s * im, c * im + s * re
        c, s = load(center, i), load(center, i + LANES)
        store(spectra, start + i, c * re - s * im)
        store(spectra, start + i + LANES, c * im + s * re)


@numba.njit(cache=True, parallel=True)
def from_spectra(
    spectra: Floats, line: Line, shift: Floats, center: Floats, scratch: Floats, sinograms: Floats
) -> None:
    """Transform spectra back to sinograms (row <= 16, angle, column): the adjoint of an unfiltered ``to_spectra``."""
    rows, angles, columns = sinograms.shape
    length, whole = line.length, line.whole
    bins = length // 2
    factor = np.float32(1 / length)
    for chunk in numba.prange((angles + _CHUNK - 1) // _CHUNK):
        space = scratch[numba.get_thread_id()]
        first, second = np.split(space[length * LANES :][: 2 * length * ELEMENT], 2)
        for angle in range(chunk * _CHUNK, min(angles, (chunk + 1) * _CHUNK)):
            x, y = first, second
            _mirror(spectra, angle * bins * ELEMENT, shift[angle], center, x)
            x, y = transform(whole, x, y, True)
            for column in range(columns):
                for row in range(rows):
                    sinograms[row, angle, column] = factor * x[column * ELEMENT + row]


@numba.njit(cache=True)
def _mirror(spectra: Floats, start: int, shift: Floats, center: Floats, x: Floats) -> None:
    """Undo the phases and complete a spectrum to that of real samples; the Nyquist bin is zero."""
    bins = len(shift)
    store(x, bins * ELEMENT, zero())
    store(x, bins * ELEMENT + LANES, zero())
    for k in range(bins):
        i, j = k * ELEMENT, (2 * bins - k) * ELEMENT
        re, im = load(spectra, start + i), load(spectra, start + i + LANES)
        c, s = shift[k, 0], shift[k, 1]
        re, im = c * re + s * im, c * im - s * re
        c, s = load(center, i), load(center, i + LANES)
        re, im = c * re + s * im, c * im - s * re
        if k == 0:
            store(x, i, re + re)
            store(x, i + LANES, zero())
        else:
            store(x, i, re)
            store(x, i + LANES, im)
            store(x, j, re)
            store(x, j + LANES, zero() - im)
