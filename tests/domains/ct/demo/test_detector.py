"""The simulated detector."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct.demo.detector import make_detector
from daisy_kernel.domains.ct.prepare.normalize import normalize
from daisy_kernel.domains.ct.prepare.references import bad_pixels

SHAPE = (24, 80)


@pytest.fixture
def detector():
    return make_detector(*SHAPE, seed=1)


def shots(detector, level, count, progress=0.0, first=0):
    seeds = [(5, first + frame) for frame in range(count)]
    transmission = np.full((count, *SHAPE), level, np.float32)
    return detector.counts(transmission, np.full(count, progress), seeds, zingers=np.zeros(count))


def test_the_noise_of_the_open_beam_is_that_of_photons_and_of_reading_out(detector):
    counts = shots(detector, 1.0, 800).astype(np.float64)
    lit = (detector.beam > 0) & (detector.dark < 1000) & (counts.max(axis=0) < 65_535)
    variance, mean = counts.var(axis=0)[lit], counts.mean(axis=0)[lit] - detector.dark[lit]
    assert np.mean(variance / (mean + 9)) == pytest.approx(1.0, abs=0.01)
    np.testing.assert_allclose(mean, detector.beam[lit], rtol=2e-3)


def test_the_beam_fades_and_its_shape_moves(detector):
    lit = detector.beam > 0
    ratio = detector.last_beam[lit] / detector.beam[lit]
    assert ratio.mean() == pytest.approx(0.94, abs=0.01)
    assert np.ptp(ratio) > 0.05


def test_a_frame_follows_from_its_seed_alone(detector):
    whole = shots(detector, 0.5, 6)
    np.testing.assert_array_equal(shots(detector, 0.5, 2, first=3), whole[3:5])
    assert (whole[0] != whole[1]).any()


def test_dead_and_hot_pixels_are_what_bad_pixels_finds(detector):
    flats, darks = shots(detector, 1.0, 10), shots(detector, 0.0, 10, first=100)
    faults = (detector.beam == 0) | (detector.dark > 60_000)
    assert faults.sum() == 2
    np.testing.assert_array_equal(bad_pixels(flats, darks), faults)


def test_a_bent_pixel_is_right_in_the_open_beam_and_wrong_behind_a_sample(detector):
    bent = np.abs(detector.bend) > 0.05
    flats, darks = shots(detector, 1.0, 50), shots(detector, 0.0, 50, first=100)
    open_beam = normalize(shots(detector, 1.0, 50, first=200), flats, darks).mean(axis=0)
    behind = normalize(shots(detector, 0.5, 50, first=300), flats, darks).mean(axis=0)
    assert bent.any()
    np.testing.assert_allclose(open_beam[bent], 1, atol=0.01)
    np.testing.assert_allclose(behind[bent], 0.5 + 0.25 * detector.bend[bent], atol=0.01)


def test_zingers_come_only_where_they_are_asked_for():
    detector = make_detector(200, 1000, seed=0)
    ones = np.full((10, 200, 1000), 0.5, np.float32)
    seeds = [(1, frame) for frame in range(10)]
    hits = np.arange(10) % 2
    clean = detector.counts(ones, np.zeros(10), seeds, zingers=np.zeros(10))
    hit = detector.counts(ones, np.zeros(10), seeds, zingers=hits)
    spots = (hit.astype(int) - clean > 3000).sum(axis=(1, 2))
    assert not spots[::2].any()
    assert 0 < spots[1::2].sum() < 20  # 0.4 a frame are expected


def test_counts_are_the_same_on_any_number_of_threads(detector, same_on_threads):
    assert same_on_threads(lambda: shots(detector, 0.7, 4))
