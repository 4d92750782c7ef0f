"""Normalisation on the GPU against the CPU's, to the bit: the kernel emulated, and on CUDA where there is a device."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct import gpu
from daisy_kernel.domains.ct.gpu.kernels import COUNTS
from daisy_kernel.domains.ct.prepare.normalize import normalize
from daisy_kernel.errors import DataError

ROWS, COLUMNS = 3, 300


def scan(dtype=np.uint16, *, top=100):
    rng = np.random.default_rng(0)
    darks = rng.integers(0, top // 20, (4, ROWS, COLUMNS)).astype(dtype)
    flats = rng.integers(top // 2, top, (5, ROWS, COLUMNS)).astype(dtype)
    projections = rng.integers(0, top, (7, ROWS, COLUMNS)).astype(dtype)
    return projections, flats, darks


def assert_same(device, to_numpy, projections, flats, darks, **options):
    found = to_numpy(gpu.normalize(device.xp.asarray(projections), flats, darks, **options))
    wanted = normalize(projections, flats, darks, **options)
    assert np.isfinite(found).all()
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("dtype", [*COUNTS, "float16", "bool"])
def test_every_type_of_counts(device, to_numpy, dtype):
    projections, flats, darks = scan(np.float32 if dtype == "bool" else dtype)
    assert_same(device, to_numpy, projections.astype(dtype), flats, darks)


def test_flats_and_darks_before_and_after(device, to_numpy):
    positions = {"flat_positions": [0, 0, 3, 7, 7], "dark_positions": [0, 0, 7, 7]}
    assert_same(device, to_numpy, *scan(top=50000), **positions)
    projections, flats, darks = scan(top=50000)
    assert_same(device, to_numpy, projections[3:5], flats, darks, positions=[3, 4], **positions)


def test_without_darks_they_are_zero(device, to_numpy):
    projections, flats, _ = scan()
    assert_same(device, to_numpy, projections, flats, None)


def test_flats_on_the_device_are_averaged_on_the_host(device, to_numpy):
    projections, flats, darks = scan()
    found = gpu.normalize(*(device.xp.asarray(one) for one in (projections, flats, darks)))
    np.testing.assert_array_equal(to_numpy(found), normalize(projections, flats, darks))


def test_bad_pixels_are_interpolated_along_the_row(device, to_numpy):
    projections, flats, darks = scan(np.float32)
    flats[:, 0, 10] = darks[0, 0, 10]  # dead
    flats[:, 0, [0, 1, 298, 299]] = 0  # at both ends
    flats[:, 1] = 0  # nothing but dead
    projections[2, 2, 5:9] = [np.nan, np.inf, -np.inf, 3e38]
    assert_same(device, to_numpy, projections, flats, darks)
    counts, saturated, dark = scan(np.uint8, top=200)
    saturated[:, 1, 7] = 255
    assert_same(device, to_numpy, counts, saturated, dark)


def test_transmission_has_a_floor(device, to_numpy):
    projections, flats, darks = scan()
    projections[0] = 0
    assert_same(device, to_numpy, projections, flats, darks, minimum=0.25)


def test_no_rows_give_no_rows(device, to_numpy):
    projections, flats, darks = (one[:, :0] for one in scan())
    assert gpu.normalize(device.xp.asarray(projections), flats, darks).shape == (7, 0, COLUMNS)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"projections": np.ones((7, ROWS))}, r"shape \(7, 3\)"),
        ({"projections": np.ones((7, ROWS, COLUMNS), complex)}, r"complex128"),
        ({"projections": np.ones((7, ROWS, 8))}, r"\(7, 3, 8\).*\(3, 300\)"),
        ({"flats": None}, r"no flats"),
        ({"positions": [1, 2]}, r"2 positions"),
    ],
)
def test_what_does_not_fit_is_refused(device, change, text):
    projections, flats, darks = scan()
    options = {"projections": projections, "flats": flats, "darks": darks, **change}
    with pytest.raises(DataError, match=text):
        gpu.normalize(device.xp.asarray(options.pop("projections")), **options)
