"""The whole pipeline as a good user would write it by hand with h5py, algotom and finufft.

Raw counts to a volume, HDF5 to HDF5: normalisation, -log, Vo's center, stripes by sorting (rows on two threads),
filtered backprojection by finufft, two slices in one complex. Prints seconds by part as JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import finufft
import h5py
import numpy as np
from algotom.prep.calculation import find_center_vo
from algotom.prep.removal import remove_stripe_based_sorting
from numpy.typing import NDArray
from scipy import fft

_THREADS = 2
_PAD = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    seconds: dict[str, float] = {}
    clock = _Clock(seconds)
    with h5py.File(given.input) as file:
        absorption, angles = _prepared(file["entry"], clock)
    center = find_center_vo(absorption[:, absorption.shape[1] // 2])
    clock.lap("center")
    sinograms = np.ascontiguousarray(absorption.transpose(1, 0, 2))
    del absorption
    with ThreadPoolExecutor(_THREADS) as pool:
        for row, cleaned in enumerate(pool.map(lambda one: remove_stripe_based_sorting(one, 21), sinograms)):
            sinograms[row] = cleaned
    clock.lap("stripes")
    volume = _reconstruct(sinograms, np.deg2rad(angles), center)
    clock.lap("reconstruct")
    with h5py.File(given.output, "w") as file:
        file.create_dataset("volume", data=volume, chunks=(1, *volume.shape[1:]))
    clock.lap("write")
    print(json.dumps({"center": float(center), "seconds": seconds}))


class _Clock:
    """Seconds since the last lap, by name."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds, self._last = seconds, time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._seconds[name], self._last = now - self._last, now


def _prepared(entry: h5py.Group, clock: _Clock) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Absorption (angle, row, column) and angles in degrees."""
    keys = entry["instrument/detector/image_key"][:]
    angles = entry["sample/rotation_angle"][:][keys == 0]
    frames = entry["instrument/detector/data"][:]
    clock.lap("read")
    flat = frames[keys == 1].mean(axis=0, dtype=np.float32)
    dark = frames[keys == 2].mean(axis=0, dtype=np.float32)
    transmission = frames[keys == 0].astype(np.float32)
    del frames
    transmission -= dark
    transmission /= np.maximum(flat - dark, 1)
    np.maximum(transmission, 1e-6, out=transmission)
    np.negative(np.log(transmission, out=transmission), out=transmission)
    clock.lap("normalize")
    return transmission, angles


def _reconstruct(sinograms: NDArray[np.float32], angles: NDArray[np.float64], center: float) -> NDArray[np.float32]:
    """Volume (row, y, x) of sinograms (row, angle, column), filtered backprojection by type-1 transforms."""
    rows, count, columns = sinograms.shape
    padded = _PAD * columns
    volume = np.empty((rows, columns, columns), np.float32)
    frequencies = np.fft.fftfreq(padded) * 2 * np.pi
    kx = np.outer(np.cos(angles), frequencies).astype(np.float32).ravel()
    ky = np.outer(np.sin(angles), frequencies).astype(np.float32).ravel()
    ramp = _ramp(padded) * np.exp(1j * frequencies * center)
    # Modes go from -columns // 2; the axis is half a pixel before the middle one of an even number.
    half_pixel = np.exp(0.5j * (kx + ky)).astype(np.complex64) if columns % 2 == 0 else 1
    options = {"dtype": "complex64", "nthreads": _THREADS, "fftw": 0, "upsampfac": 1.25}
    plan = finufft.Plan(1, (columns, columns), eps=1e-4, isign=1, **options)
    plan.setpts(ky, kx)
    for row in range(0, rows, 2):
        pair = sinograms[row].astype(np.complex64)
        if row + 1 < rows:
            pair += 1j * sinograms[row + 1]
        spectra = fft.fft(pair, padded, axis=1, workers=_THREADS)
        spectra *= (ramp * (np.pi / count / padded)).astype(np.complex64)
        spectra = spectra.ravel()
        spectra *= half_pixel
        image = plan.execute(spectra)
        volume[row] = image.real
        if row + 1 < rows:
            volume[row + 1] = image.imag
    return volume


def _ramp(length: int) -> NDArray[np.float64]:
    """Response of the ramp, from its samples in space (Kak & Slaney, eq. 61); 1/px."""
    space = np.zeros(length)
    odd = np.arange(1, length // 2, 2)
    space[0] = 0.25
    space[odd] = space[-odd] = -1 / (np.pi * odd) ** 2
    return np.fft.fft(space).real


if __name__ == "__main__":
    main()
