"""Phase retrieval from a single propagation distance."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.arrays import as_frames
from daisy_kernel.errors import ParameterError

_WAVELENGTH = 1.239841984e-9
"""Wavelength in m of a photon of 1 keV, h c / E (CODATA 2018)."""

_SAFE = np.float32(1e30)
"""Above this the sums of a transform may pass the largest float32."""


def paganin(
    projections: ArrayLike, *, pixel: float, energy: float, distance: float, delta_beta: float
) -> NDArray[np.float32]:
    """Return ``projections`` (angle, row, column) filtered to the transmission of the object alone, float32.

    ``projections`` are transmission, ``pixel`` is in µm, ``energy`` in keV, ``distance`` from sample to
    detector in m, ``delta_beta`` the ratio δ/β of the one material. The absorption -log of the result is that
    of the projected thickness. Each frame's spectrum is multiplied by 1 / (1 + π λ z (δ/β) f²); the frame
    goes on as its mirror image on all sides, which the cosine transform (type 2) does without padding. Frames
    are independent and needed whole, or with ``paganin_halo`` rows around. Values are to be finite. Raises
    ParameterError for a setting that is not positive.

    Source: Paganin et al., J. Microsc. 206 (2002) 33.

    >>> flat = np.full((1, 4, 4), 0.5, np.float32)
    >>> bool(np.allclose(paganin(flat, pixel=1.0, energy=20.0, distance=0.1, delta_beta=500.0), 0.5))
    True
    """
    length = _length(pixel, energy, distance, delta_beta)
    frames = as_frames(projections, "projections")
    out = np.empty(frames.shape, np.float32)
    if not frames.size:
        return out
    response = _response(frames.shape[1], frames.shape[2], length)

    def retrieve(i: int) -> None:
        frame = frames[i].astype(np.float32)
        peak = max(frame.max(), -frame.min())
        scale = peak if peak > _SAFE else np.float32(1.0)
        spectrum = scipy.fft.dctn(frame / scale, overwrite_x=True)
        spectrum *= response
        np.multiply(scipy.fft.idctn(spectrum, overwrite_x=True), scale, out=out[i])

    with ThreadPoolExecutor(numba.get_num_threads()) as pool:
        list(pool.map(retrieve, range(len(frames))))
    return out


def paganin_halo(pixel: float, energy: float, distance: float, delta_beta: float, tolerance: float = 1e-6) -> int:
    """Return how many rows on each side change the result of ``paganin`` by more than ``tolerance``.

    It is the distance from a step of height 1 at which its filtered image still differs from the step by the
    tolerance. Units are those of ``paganin``.

    >>> paganin_halo(pixel=1.0, energy=20.0, distance=0.5, delta_beta=1000.0)
    652
    """
    length = _length(pixel, energy, distance, delta_beta)
    # Far out the kernel falls as exp(-r / length), and its ringing (cut at the Nyquist frequency) as r^-2.
    reach = int(length * np.log(1 / tolerance)) + int(np.sqrt(1 / tolerance)) + 16
    half = scipy.fft.next_fast_len(8 * reach, real=True)
    frequency = np.arange(half + 1) / (2 * half)
    kernel = scipy.fft.irfft(1 / (1 + (2 * np.pi * length * frequency) ** 2))
    tail = np.cumsum(kernel[half:0:-1])[::-1]
    beyond = np.flatnonzero(np.abs(tail) > tolerance)
    return int(beyond[-1]) + 1 if len(beyond) else 0


def _length(pixel: float, energy: float, distance: float, delta_beta: float) -> float:
    """Return the length over which the filter smooths, sqrt(λ z (δ/β) / 4π), in pixels."""
    settings = {"pixel": pixel, "energy": energy, "distance": distance, "delta_beta": delta_beta}
    for name, value in settings.items():
        if not (value > 0 and np.isfinite(value)):
            raise ParameterError(f"{name} is {value}", remedy="give a positive number")
    wavelength = _WAVELENGTH / energy
    return float(np.sqrt(wavelength * distance * delta_beta / (4 * np.pi)) / (pixel * 1e-6))


def _response(rows: int, columns: int, length: float) -> NDArray[np.float32]:
    """Return the filter at the frequencies k / 2n of the cosine transform, shape (row, column)."""
    down = (np.pi * length * np.arange(rows) / rows) ** 2
    along = (np.pi * length * np.arange(columns) / columns) ** 2
    response: NDArray[np.float32] = (1 / (1 + down[:, None] + along[None, :])).astype(np.float32)
    return response
