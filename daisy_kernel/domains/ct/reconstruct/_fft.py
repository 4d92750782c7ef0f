"""Fast Fourier transforms of sixteen slices at once.

A signal is a flat float32 array of elements (re, im) x 16 lanes: 32 floats an element. The method is Stockham's
self-sorting one (Van Loan, Computational Frameworks for the Fast Fourier Transform, 1992, section 1.7) with
radices 8, 5, 4, 3 and 2; twiddle factors are made in double precision. It is written here because a library
transforms one signal after another, while these loops do sixteen in the time of one.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.domains.ct.reconstruct._lanes import LANES, Lanes, load, store

ELEMENT = 2 * LANES  # floats that one complex element of sixteen slices takes
_HEAD = 32  # places for radices in a plan

Floats: TypeAlias = NDArray[np.float32]
_Complex: TypeAlias = tuple[Lanes, Lanes]

_HALF_ROOT = np.float32(np.sqrt(0.5))
_SIN_60 = np.float32(np.sin(np.pi / 3))
_COS_72, _SIN_72 = np.float32(np.cos(2 * np.pi / 5)), np.float32(np.sin(2 * np.pi / 5))
_COS_144, _SIN_144 = np.float32(np.cos(4 * np.pi / 5)), np.float32(np.sin(4 * np.pi / 5))


def fast_length(minimum: int) -> int:
    """Return the smallest even product of 2, 3 and 5, with a half that is one too, not below ``minimum``.

    >>> fast_length(1025), fast_length(1277)
    (1080, 1280)
    """
    length = max(4, minimum + minimum % 2)
    while _factors(length) is None:
        length += 2
    return length


def plan_fft(length: int) -> Floats:
    """Return the plan of a transform whose ``length`` is a product of 2, 3 and 5.

    It is one array, because numba's parallel loops take no tuples of arrays: the radices, zeros up to _HEAD,
    then the twiddle factors in the order of use.
    """
    radices = _factors(length)
    if radices is None:
        raise AssertionError(f"{length} has a prime factor above 5")
    head = np.zeros(_HEAD)
    head[: len(radices)] = radices
    factors, rest = [head], length
    for radix in radices:
        turn = np.outer(np.arange(rest // radix), np.arange(1, radix)) / rest
        factors.append(np.stack([np.cos(2 * np.pi * turn), -np.sin(2 * np.pi * turn)], axis=-1).ravel())
        rest //= radix
    return np.concatenate(factors).astype(np.float32)


def _factors(length: int) -> list[int] | None:
    """Radices whose product is ``length``, odd ones first; None where there are none."""
    radices = []
    for prime in (5, 3):
        while length % prime == 0:
            radices.append(prime)
            length //= prime
    twos = length.bit_length() - 1
    if length != 1 << twos:
        return None
    fours = -twos % 3 if twos > 1 else 0
    eights = (twos - 2 * fours) // 3
    return radices + [8] * eights + [4] * fours + [2] * (twos - 2 * fours - 3 * eights)


@numba.njit(cache=True)
def transform_length(plan: Floats) -> int:
    """Return the length that a plan is for."""
    length = 1
    for radix in plan[:_HEAD]:
        if radix > 0:
            length *= int(radix)
    return length


@numba.njit(cache=True)
def transform(plan: Floats, x: Floats, y: Floats, inverse: bool) -> tuple[Floats, Floats]:
    """Transform the elements of ``x``, with ``y`` as work space; returns the one that holds the result, then the other.

    Both directions are unnormalised. An inverse transform is a forward one with re and im exchanged.
    """
    re, im = (LANES, 0) if inverse else (0, LANES)
    rest, stride, at = transform_length(plan), 1, _HEAD
    for step in range(_HEAD):
        radix = int(plan[step])
        if radix == 0:
            break
        rest //= radix
        if radix == 8:
            _pass8(x, y, rest, stride, plan[at:], re, im)
        elif radix == 5:
            _pass5(x, y, rest, stride, plan[at:], re, im)
        elif radix == 4:
            _pass4(x, y, rest, stride, plan[at:], re, im)
        elif radix == 3:
            _pass3(x, y, rest, stride, plan[at:], re, im)
        else:
            _pass2(x, y, rest, stride, plan[at:], re, im)
        at += 2 * rest * (radix - 1)
        stride *= radix
        x, y = y, x
    return x, y


@numba.njit(cache=True)
def _get(x: Floats, i: int, re: int, im: int) -> _Complex:
    return load(x, i + re), load(x, i + im)


@numba.njit(cache=True)
def _put(y: Floats, i: int, re: int, im: int, z: _Complex) -> None:
    store(y, i + re, z[0])
    store(y, i + im, z[1])


@numba.njit(cache=True)
def _turn(w: Floats, k: int, z: _Complex) -> _Complex:
    """Multiply by the twiddle factor ``k``."""
    re, im = w[2 * k], w[2 * k + 1]
    return re * z[0] - im * z[1], re * z[1] + im * z[0]


@numba.njit(cache=True)
def _add(a: _Complex, b: _Complex) -> _Complex:
    return a[0] + b[0], a[1] + b[1]


@numba.njit(cache=True)
def _sub(a: _Complex, b: _Complex) -> _Complex:
    return a[0] - b[0], a[1] - b[1]


@numba.njit(cache=True)
def _add_i(a: _Complex, b: _Complex) -> _Complex:
    """A + i b."""
    return a[0] - b[1], a[1] + b[0]


@numba.njit(cache=True)
def _sub_i(a: _Complex, b: _Complex) -> _Complex:
    """A - i b."""
    return a[0] + b[1], a[1] - b[0]


@numba.njit(cache=True)
def _scale(s: float, z: _Complex) -> _Complex:
    return s * z[0], s * z[1]


@numba.njit(cache=True)
def _dft4(a: _Complex, b: _Complex, c: _Complex, d: _Complex) -> Any:
    even, odd = _add(a, c), _add(b, d)
    left, right = _sub(a, c), _sub(b, d)
    return _add(even, odd), _sub_i(left, right), _sub(even, odd), _add_i(left, right)


@numba.njit(cache=True)
def _pass2(x: Floats, y: Floats, m: int, s: int, w: Floats, re: int, im: int) -> None:
    for p in range(m):
        for q in range(s):
            i, o = ELEMENT * (q + s * p), ELEMENT * (q + s * 2 * p)
            a, b = _get(x, i, re, im), _get(x, i + ELEMENT * s * m, re, im)
            _put(y, o, re, im, _add(a, b))
            _put(y, o + ELEMENT * s, re, im, _turn(w, p, _sub(a, b)))


@numba.njit(cache=True)
def _pass3(x: Floats, y: Floats, m: int, s: int, w: Floats, re: int, im: int) -> None:
    step, stride = ELEMENT * s * m, ELEMENT * s
    for p in range(m):
        for q in range(s):
            i, o = ELEMENT * (q + s * p), ELEMENT * (q + s * 3 * p)
            a, b, c = _get(x, i, re, im), _get(x, i + step, re, im), _get(x, i + 2 * step, re, im)
            total, slope = _add(b, c), _scale(_SIN_60, _sub(b, c))
            middle = _sub(a, _scale(np.float32(0.5), total))
            _put(y, o, re, im, _add(a, total))
            _put(y, o + stride, re, im, _turn(w, 2 * p, _sub_i(middle, slope)))
            _put(y, o + 2 * stride, re, im, _turn(w, 2 * p + 1, _add_i(middle, slope)))


@numba.njit(cache=True)
def _pass4(x: Floats, y: Floats, m: int, s: int, w: Floats, re: int, im: int) -> None:
    step, stride = ELEMENT * s * m, ELEMENT * s
    for p in range(m):
        for q in range(s):
            i, o = ELEMENT * (q + s * p), ELEMENT * (q + s * 4 * p)
            a, b = _get(x, i, re, im), _get(x, i + step, re, im)
            c, d = _get(x, i + 2 * step, re, im), _get(x, i + 3 * step, re, im)
            a, b, c, d = _dft4(a, b, c, d)
            _put(y, o, re, im, a)
            _put(y, o + stride, re, im, _turn(w, 3 * p, b))
            _put(y, o + 2 * stride, re, im, _turn(w, 3 * p + 1, c))
            _put(y, o + 3 * stride, re, im, _turn(w, 3 * p + 2, d))


@numba.njit(cache=True)
def _pass5(x: Floats, y: Floats, m: int, s: int, w: Floats, re: int, im: int) -> None:
    step, stride = ELEMENT * s * m, ELEMENT * s
    for p in range(m):
        for q in range(s):
            i, o = ELEMENT * (q + s * p), ELEMENT * (q + s * 5 * p)
            a, b, c = _get(x, i, re, im), _get(x, i + step, re, im), _get(x, i + 2 * step, re, im)
            d, e = _get(x, i + 3 * step, re, im), _get(x, i + 4 * step, re, im)
            outer, inner = _add(b, e), _add(c, d)
            far, near = _sub(b, e), _sub(c, d)
            first = _add(a, _add(_scale(_COS_72, outer), _scale(_COS_144, inner)))
            second = _add(a, _add(_scale(_COS_144, outer), _scale(_COS_72, inner)))
            rise = _add(_scale(_SIN_72, far), _scale(_SIN_144, near))
            fall = _sub(_scale(_SIN_144, far), _scale(_SIN_72, near))
            _put(y, o, re, im, _add(a, _add(outer, inner)))
            _put(y, o + stride, re, im, _turn(w, 4 * p, _sub_i(first, rise)))
            _put(y, o + 2 * stride, re, im, _turn(w, 4 * p + 1, _sub_i(second, fall)))
            _put(y, o + 3 * stride, re, im, _turn(w, 4 * p + 2, _add_i(second, fall)))
            _put(y, o + 4 * stride, re, im, _turn(w, 4 * p + 3, _add_i(first, rise)))


@numba.njit(cache=True)
def _pass8(x: Floats, y: Floats, m: int, s: int, w: Floats, re: int, im: int) -> None:
    step, stride = ELEMENT * s * m, ELEMENT * s
    for p in range(m):
        for q in range(s):
            i, o = ELEMENT * (q + s * p), ELEMENT * (q + s * 8 * p)
            a, b = _get(x, i, re, im), _get(x, i + 2 * step, re, im)
            c, d = _get(x, i + 4 * step, re, im), _get(x, i + 6 * step, re, im)
            a, b, c, d = _dft4(a, b, c, d)
            e, f = _get(x, i + step, re, im), _get(x, i + 3 * step, re, im)
            g, h = _get(x, i + 5 * step, re, im), _get(x, i + 7 * step, re, im)
            e, f, g, h = _dft4(e, f, g, h)
            f = _scale(_HALF_ROOT, (f[0] + f[1], f[1] - f[0]))  # times exp(-iπ/4)
            h = _scale(_HALF_ROOT, _sub((h[1], h[1]), (h[0], h[0] + h[1] + h[1])))  # times exp(-3iπ/4)
            _put(y, o, re, im, _add(a, e))
            _put(y, o + stride, re, im, _turn(w, 7 * p, _add(b, f)))
            _put(y, o + 2 * stride, re, im, _turn(w, 7 * p + 1, _sub_i(c, g)))
            _put(y, o + 3 * stride, re, im, _turn(w, 7 * p + 2, _add(d, h)))
            _put(y, o + 4 * stride, re, im, _turn(w, 7 * p + 3, _sub(a, e)))
            _put(y, o + 5 * stride, re, im, _turn(w, 7 * p + 4, _sub(b, f)))
            _put(y, o + 6 * stride, re, im, _turn(w, 7 * p + 5, _add_i(c, g)))
            _put(y, o + 7 * stride, re, im, _turn(w, 7 * p + 6, _sub(d, h)))
