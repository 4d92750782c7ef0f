"""One slice by our gridding, finufft, astra (CPU) and algotom, in the same run: ms a slice, error.

The slices are the phantom of 61 ellipses, 4 subsamples a detector pixel; the error is the RMSE within 0.9 of the half
width after one scale fit. finufft gets two slices as one complex, upsampfac 1.25 and FFTW's MEASURE. Times are medians
of interleaved rounds. ``--quick`` takes a quarter of the size.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import algotom.rec.reconstruction as algotom
import astra
import finufft
import numba
import numpy as np
from numpy.typing import NDArray
from scipy import fft

from daisy_kernel.domains.ct.demo.phantom import ellipse_image, ellipse_sinogram, random_ellipses
from daisy_kernel.domains.ct.reconstruct.fbp import fbp
from daisy_kernel.domains.ct.reconstruct.filters import filter_response
from daisy_kernel.domains.ct.reconstruct.geometry import circle_mask
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan

Array = NDArray[np.float32]
Method = Callable[[Array, int], Array]

_SLICES = 16
_ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    angles, columns = (250, 256) if parser.parse_args().quick else (1000, 1024)
    turns = np.arange(angles) * 180 / angles
    truth = ellipse_image(random_ellipses(0), columns)
    for center in ((columns - 1) / 2, columns / 2 + 0.3):
        sinogram = ellipse_sinogram(random_ellipses(0), turns, columns, center=center, subsamples=4)
        _table(np.repeat(sinogram[np.newaxis], _SLICES, axis=0), turns, center, truth)


def _table(sinograms: Array, turns: NDArray[np.float64], center: float, truth: Array) -> None:
    fast: dict[str, Method] = {
        "daisy grid": _Grid(turns, sinograms.shape[2], center),
        "finufft": _Finufft(turns, sinograms.shape[2], center),
        "daisy fbp": lambda some, threads: fbp(some.transpose(1, 0, 2), turns, center=center, threads=threads),
    }
    slow: dict[str, Method] = {
        "algotom FBP": lambda some, _: np.stack([_algotom(one, turns, center) for one in some]),
    }
    if center == (sinograms.shape[2] - 1) / 2:  # its FBP has the axis in the middle
        slow["astra CPU"] = lambda some, _: np.stack([_astra(one, turns) for one in some])
    print(f"\n{sinograms.shape[2]} columns x {len(turns)} angles, center {center}: ms a slice")
    print(f"{'':14}{'1 thread':>10}{'2 threads':>11}{'RMSE':>9}{'scale':>9}")
    times: dict[str, dict[int, float]] = {name: {} for name in (*fast, *slow)}
    for threads in (1, 2):
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        for name, seconds in _medians(fast, sinograms, threads, _ROUNDS).items():
            times[name][threads] = seconds
        for name, seconds in _medians(slow, sinograms[:1], threads, 1).items():
            times[name][threads] = seconds
    for name, method in (fast | slow).items():
        error, scale = _error(method(sinograms if name in fast else sinograms[:1], 2)[0], truth)
        print(f"{name:14}{1e3 * times[name][1]:10.1f}{1e3 * times[name][2]:11.1f}{error:9.4f}{scale:9.4f}")
    for threads in (1, 2):
        ratio = times["finufft"][threads] / times["daisy grid"][threads]
        print(f"finufft / daisy grid on {threads} thread{'s'[: threads - 1]}: {ratio:.2f}")


def _medians(methods: dict[str, Method], sinograms: Array, threads: int, rounds: int) -> dict[str, float]:
    """Seconds a slice of each method, taking turns."""
    found: dict[str, list[float]] = {name: [] for name in methods}
    for method in methods.values():
        method(sinograms, threads)
    for _ in range(rounds):
        for name, method in methods.items():
            begin = time.perf_counter()
            method(sinograms, threads)
            found[name].append((time.perf_counter() - begin) / len(sinograms))
    return {name: float(np.median(each)) for name, each in found.items()}


def _error(image: Array, truth: Array) -> tuple[float, float]:
    """The least over the orientations that a convention leaves open."""
    inside = circle_mask(len(truth), 0.9)
    found = []
    for turned in (image, image[::-1], image[:, ::-1], image[::-1, ::-1]):
        scale = (turned[inside] * truth[inside]).sum() / (turned[inside] ** 2).sum()
        found.append((float(np.sqrt(np.mean((scale * turned[inside] - truth[inside]) ** 2))), float(scale)))
    return min(found)


class _Grid:
    def __init__(self, turns: NDArray[np.float64], columns: int, center: float) -> None:
        self._plan = GridPlan(turns, columns, center=center)

    def __call__(self, sinograms: Array, threads: int) -> Array:
        self._plan.threads = threads
        return self._plan.reconstruct(sinograms)


class _Finufft:
    """Filtered backprojection by finufft, as well as its user can do it."""

    def __init__(self, turns: NDArray[np.float64], columns: int, center: float) -> None:
        self._columns = columns
        bins = np.fft.fftfreq(columns)
        radians = np.deg2rad(turns)[:, np.newaxis]
        self._x = (2 * np.pi * bins * np.cos(radians)).astype(np.float32).ravel()
        self._y = (2 * np.pi * bins * np.sin(radians)).astype(np.float32).ravel()
        # Axis at (n - 1) / 2 of the image, where finufft's zero is at n // 2.
        half = (1 - columns % 2) / 2
        turn = bins * center + half * bins * (np.cos(radians) + np.sin(radians))
        self._phase = (np.exp(2j * np.pi * turn) * np.pi / len(turns) / columns).astype(np.complex64)
        self._phase[:, columns // 2] = 0  # the Nyquist bin would mix the two slices
        response = filter_response("ramp", 2 * columns)
        self._response = np.concatenate([response[:-1], response[:0:-1]])
        self._plans: dict[int, finufft.Plan] = {}

    def __call__(self, sinograms: Array, threads: int) -> Array:
        if threads not in self._plans:
            shape = (self._columns, self._columns)
            options = {"upsampfac": 1.25, "fftw": 0, "nthreads": threads}
            plan = finufft.Plan(1, shape, len(sinograms) // 2, 1e-3, 1, dtype="complex64", **options)
            plan.setpts(self._y, self._x)
            self._plans[threads] = plan
        pairs = sinograms[0::2] + 1j * sinograms[1::2]
        spectrum = fft.fft(pairs, 2 * self._columns, axis=-1, workers=threads)
        spectrum *= self._response
        filtered = fft.ifft(spectrum, axis=-1, workers=threads)[..., : self._columns]
        values = fft.fft(filtered, axis=-1, workers=threads) * self._phase
        images = self._plans[threads].execute(values.reshape(len(pairs), -1).astype(np.complex64))
        images = images.reshape(len(pairs), self._columns, self._columns)
        out = np.empty((len(sinograms), self._columns, self._columns), np.float32)
        out[0::2], out[1::2] = images.real, images.imag
        return out


def _astra(sinogram: Array, turns: NDArray[np.float64]) -> Array:
    columns = sinogram.shape[1]
    geometry = astra.create_proj_geom("parallel", 1.0, columns, np.deg2rad(turns))
    space = astra.create_vol_geom(columns, columns)
    projector = astra.create_projector("linear", geometry, space)
    data = astra.data2d.create("-sino", geometry, sinogram)
    result = astra.data2d.create("-vol", space)
    settings = astra.astra_dict("FBP")
    settings |= {"ProjectorId": projector, "ProjectionDataId": data, "ReconstructionDataId": result}
    settings["option"] = {"FilterType": "Ram-Lak"}
    algorithm = astra.algorithm.create(settings)
    astra.algorithm.run(algorithm)
    image: Array = astra.data2d.get(result)
    astra.clear()
    return image


def _algotom(sinogram: Array, turns: NDArray[np.float64], center: float) -> Array:
    image: Array = algotom.fbp_reconstruction(
        sinogram, center, angles=np.deg2rad(turns), apply_log=False, gpu=False, ratio=None, filter_name=None
    )
    return image


if __name__ == "__main__":
    main()
