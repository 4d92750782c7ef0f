"""Stripe removal: the numbers of algotom, each row alone, the same on any number of threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram, random_ellipses
from daisy_kernel.domains.ct.stripes.removal import remove_stripes_sorting, remove_stripes_wavelet_fourier
from daisy_kernel.errors import DataError, ParameterError

removal = pytest.importorskip("algotom.prep.removal")

_METHODS = [remove_stripes_sorting, remove_stripes_wavelet_fourier]


def striped(angles: int, columns: int, rows: int = 1, seed: int = 0) -> NDArray[np.float32]:
    """Noisy projections (angle, row, column) of order 1 with a few stripes."""
    rng = np.random.default_rng(seed)
    turn = np.linspace(0, 180, angles, endpoint=False)
    sinogram = ellipse_sinogram(random_ellipses(seed), turn, columns, center=columns / 2 - 3)
    stripes = np.where(rng.random((1, rows, columns)) < 0.05, rng.normal(0, 0.1, (1, rows, columns)), 0)
    noise = rng.normal(0, 0.01, (angles, rows, columns))
    return (sinogram[:, np.newaxis] / sinogram.max() + stripes + noise).astype(np.float32)


@pytest.mark.parametrize("shape", [(181, 640), (180, 641), (333, 257), (64, 64), (31, 40), (12, 7), (2, 3)])
def test_sorting_gives_the_numbers_of_algotom_for_any_shape(shape: tuple[int, int]) -> None:
    projections = striped(*shape)
    expected = removal.remove_stripe_based_sorting(projections[:, 0])
    assert abs(remove_stripes_sorting(projections)[:, 0] - expected).max() <= 1e-6


@pytest.mark.parametrize("size", [1, 2, 5, 20, 31, 101])
@pytest.mark.parametrize("dim", [1, 2])
def test_sorting_gives_the_numbers_of_algotom_for_any_window(size: int, dim: int) -> None:
    projections = striped(61, 90)
    expected = removal.remove_stripe_based_sorting(projections[:, 0], size=size, dim=dim)
    assert abs(remove_stripes_sorting(projections, size=size, dim=dim)[:, 0] - expected).max() <= 1e-6


def test_sorting_orders_equal_counts_as_algotom_does() -> None:
    projections = np.round(striped(301, 120) * 20).astype(np.float32)
    expected = removal.remove_stripe_based_sorting(projections[:, 0])
    assert np.array_equal(remove_stripes_sorting(projections)[:, 0], expected)


@pytest.mark.parametrize("shape", [(1000, 512), (181, 640), (180, 641), (333, 257), (64, 64), (31, 40)])
def test_wavelet_fourier_gives_the_numbers_of_algotom_for_any_shape(shape: tuple[int, int]) -> None:
    projections = striped(*shape)
    expected = removal.remove_stripe_based_wavelet_fft(projections[:, 0])
    assert abs(remove_stripes_wavelet_fourier(projections)[:, 0] - expected).max() <= 1e-5


@pytest.mark.filterwarnings("ignore:Level value of:UserWarning")  # PyWavelets about the peer's depth
@pytest.mark.parametrize(
    "parameters",
    [
        {"level": 1},
        {"level": 3, "size": 4},
        {"level": 9, "size": 0.5},
        {"wavelet": "haar"},
        {"wavelet": "sym8", "size": 2},
        {"wavelet": "bior3.5"},
        {"window": "butter"},
        {"window": "butter", "wavelet": "db5", "size": 3},
        {"sort": True},
    ],
)
def test_wavelet_fourier_gives_the_numbers_of_algotom_for_any_parameter(parameters: dict[str, Any]) -> None:
    projections = striped(181, 320)
    names = {"wavelet": "wavelet_name", "window": "window_name"}
    theirs = {names.get(name, name): value for name, value in parameters.items()}
    expected = removal.remove_stripe_based_wavelet_fft(projections[:, 0], **theirs)
    assert abs(remove_stripes_wavelet_fourier(projections, **parameters)[:, 0] - expected).max() <= 1e-5


def test_a_sinogram_too_small_for_a_wavelet_level_is_left_alone() -> None:
    projections = striped(20, 24)
    assert np.array_equal(remove_stripes_wavelet_fourier(projections), projections)


@pytest.mark.parametrize("method", _METHODS)
def test_real_data_give_the_numbers_of_algotom(
    method: Callable[..., NDArray[np.float32]], shared_data: Callable[[str], Any]
) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(shared_data("ct/Sinogram_Rock_sample_3D.nxs")) as file:
        found: list[NDArray[np.float32]] = []
        file.visititems(lambda _, item: found.append(item[()]) if getattr(item, "shape", ()) == (5, 120, 400) else None)
    sinogram = found[0][2]
    peers = {
        "remove_stripes_sorting": removal.remove_stripe_based_sorting,
        "remove_stripes_wavelet_fourier": removal.remove_stripe_based_wavelet_fft,
    }
    expected = peers[method.__name__](sinogram)
    scale = abs(sinogram).max()
    assert abs(method(sinogram[:, np.newaxis])[:, 0] - expected).max() <= 1e-5 * scale


@pytest.mark.parametrize("method", _METHODS)
def test_a_row_depends_on_no_other_row(method: Callable[..., NDArray[np.float32]]) -> None:
    projections = striped(101, 130, rows=3)
    alone = method(projections[:, 1:2])
    assert np.array_equal(method(projections)[:, 1:2], alone)


@pytest.mark.parametrize("method", _METHODS)
def test_threads_do_not_change_a_bit(
    method: Callable[..., NDArray[np.float32]], same_on_threads: Callable[[Callable[[], Any]], bool]
) -> None:
    projections = striped(101, 259, rows=2)
    assert same_on_threads(lambda: method(projections))


@pytest.mark.parametrize("method", _METHODS)
def test_counts_and_strided_views_are_taken_as_they_are(method: Callable[..., NDArray[np.float32]]) -> None:
    counts = np.round(striped(101, 130, rows=2) * 1000 + 500).astype(np.uint16)
    assert np.array_equal(method(counts[::-1, :, ::2]), method(counts[::-1, :, ::2].astype(np.float32)))


def test_both_methods_weaken_a_stripe_and_keep_the_object() -> None:
    clean = striped(361, 256, seed=3) * 0
    clean += ellipse_sinogram(random_ellipses(0), np.arange(0, 180.5, 0.5), 256, center=127.5)[:, np.newaxis] / 200
    stripe = np.zeros(256, np.float32)
    stripe[[60, 133]] = 0.2
    for method in (remove_stripes_sorting, lambda p: remove_stripes_wavelet_fourier(p, size=2)):
        error = abs(method(clean + stripe) - clean)[:, 0, [60, 133]].mean()
        assert error < 0.08


def test_constant_and_huge_values_stay_finite() -> None:
    for value in (0.0, -5.0, 1e30):
        for method in _METHODS:
            assert np.isfinite(method(np.full((40, 1, 50), value))).all()


@pytest.mark.parametrize("method", _METHODS)
def test_a_sinogram_alone_is_refused_with_its_shape(method: Callable[..., NDArray[np.float32]]) -> None:
    with pytest.raises(DataError, match=r"shape \(4, 5\)"):
        method(np.zeros((4, 5)))
    with pytest.raises(DataError, match=r"shape \(4, 0, 5\)"):
        method(np.zeros((4, 0, 5)))


def test_sorting_refuses_a_window_that_is_none() -> None:
    with pytest.raises(ParameterError, match="size=0"):
        remove_stripes_sorting(np.zeros((4, 1, 5)), size=0)
    with pytest.raises(ParameterError, match="dim=3"):
        remove_stripes_sorting(np.zeros((4, 1, 5)), dim=3)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"level": 0}, "level=0"),
        ({"size": 0}, "size=0"),
        ({"size": float("nan")}, "size=nan"),
        ({"wavelet": "db99"}, "wavelet='db99'"),
        ({"wavelet": "mexh"}, "wavelet='mexh'"),
        ({"window": "hann"}, "window='hann'"),
    ],
)
def test_wavelet_fourier_refuses_a_wrong_parameter_by_value(parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        remove_stripes_wavelet_fourier(np.zeros((40, 1, 50)), **parameters)
