"""A scan that holds nothing is refused before a run begins."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from daisy_kernel.domains.ct.scan.light import check_light
from daisy_kernel.domains.ct.scan.readers import read_scan
from daisy_kernel.errors import DataError


@pytest.fixture
def scan(tmp_path):
    def make(projections, flats, darks):
        path = tmp_path / "scan.h5"
        with h5py.File(path, "w") as file:
            file["p"], file["f"], file["d"] = projections, flats, darks
        return read_scan(path, projections="p", flats="f", darks="d", angle_range=(0, 179))

    return make


@pytest.fixture
def counts(rng):
    return rng.integers(100, 200, (7, 3, 5)).astype("u2")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


FLATS, DARKS = np.full((3, 3, 5), 300, "u2"), np.full((2, 3, 5), 10, "u2")


def test_an_ordinary_scan_passes(scan, counts):
    check_light(scan(counts, FLATS, DARKS))


def test_two_dropped_frames_of_the_three_pass(scan, counts):
    counts[[0, 3]] = 0
    check_light(scan(counts, FLATS, DARKS))


@pytest.mark.parametrize("value", [0, 65535])
def test_a_dead_detector_is_refused(scan, counts, value):
    with pytest.raises(DataError, match="the same value: check the dataset"):
        check_light(scan(np.full_like(counts, value), FLATS, DARKS))


@pytest.mark.parametrize("flats", [np.full(FLATS.shape, np.nan, "f4"), DARKS[[0, 0, 0]], np.zeros_like(FLATS)])
def test_flats_without_light_are_refused(scan, counts, flats):
    with pytest.raises(DataError, match="no pixel of the flats is brighter than the darks: check which"):
        check_light(scan(counts, flats, DARKS))


def test_one_bright_pixel_is_enough(scan, counts):
    flats = np.full(FLATS.shape, np.nan, "f4")
    flats[:, 1, 2] = 11
    check_light(scan(counts, flats, DARKS))
