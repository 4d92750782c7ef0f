"""Phase retrieval after Paganin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from daisy_kernel.domains.ct.prepare.phase import paganin, paganin_halo
from daisy_kernel.errors import ParameterError

SETTING = {"pixel": 1.0, "energy": 20.0, "distance": 0.05, "delta_beta": 300.0}
WAVELENGTH = 12.39841984e-10 / 20  # m, at 20 keV


def by_fft(frame, pixel, energy, distance, delta_beta):
    """The formula of the paper with numpy's Fourier transform in float64, on a frame with its mirror images."""
    rows, columns = frame.shape
    mirrored = np.pad(frame.astype(np.float64), ((0, rows), (0, columns)), mode="symmetric")
    wavelength = 12.39841984e-10 / energy
    down = np.fft.fftfreq(2 * rows, pixel * 1e-6)[:, None]
    along = np.fft.fftfreq(2 * columns, pixel * 1e-6)[None, :]
    absorbing = 4 * np.pi / delta_beta / wavelength  # mu / delta
    wave = (2 * np.pi) ** 2 * (down**2 + along**2)
    filtered = np.fft.ifft2(np.fft.fft2(mirrored) * absorbing / (distance * wave + absorbing))
    return filtered.real[:rows, :columns]


@pytest.mark.parametrize("shape", [(64, 96), (33, 47), (1, 40), (40, 1)])
def test_it_is_the_formula_of_the_paper(shape):
    frame = np.random.default_rng(0).uniform(0.2, 1.5, shape).astype(np.float32)
    found = paganin(frame[None], **SETTING)[0]
    np.testing.assert_allclose(found, by_fft(frame, **SETTING), rtol=2e-6)


def test_a_wave_is_weakened_by_the_response_at_its_frequency():
    k, n = 12, 128
    wave = 1 + 0.5 * np.cos(np.pi * k * (np.arange(n) + 0.5) / n)
    found = paganin(np.tile(wave, (1, 16, 1)), **SETTING)[0]
    frequency = k / (2 * n) / 1e-6
    response = 1 / (1 + np.pi * WAVELENGTH * 0.05 * 300 * frequency**2)
    np.testing.assert_allclose(found, np.tile(1 + (wave - 1) * response, (16, 1)), rtol=1e-5)


def test_the_thickness_of_an_object_comes_back_from_its_fresnel_image():
    n, pixel, distance, delta_beta, delta = 256, 1e-6, 0.02, 500.0, 4e-7
    y, x = np.mgrid[:n, :n] - (n - 1) / 2
    thickness = 60e-6 * np.exp(-0.5 * ((x / 14) ** 2 + (y / 20) ** 2))  # m
    mu = 4 * np.pi * delta / delta_beta / WAVELENGTH
    wave = np.exp(-mu * thickness / 2 - 2j * np.pi * delta * thickness / WAVELENGTH)
    frequency = np.fft.fftfreq(n, pixel)
    chirp = np.exp(-1j * np.pi * WAVELENGTH * distance * (frequency[:, None] ** 2 + frequency**2))
    image = np.abs(np.fft.ifft2(np.fft.fft2(wave) * chirp)) ** 2
    filtered = paganin(image[None], pixel=1.0, energy=20.0, distance=distance, delta_beta=delta_beta)[0]
    error = np.abs(-np.log(filtered) / mu - thickness).max() / thickness.max()
    raw_error = np.abs(-np.log(image) / mu - thickness).max() / thickness.max()
    assert error < 1e-3
    assert raw_error > 0.3  # the fringes that the filter is for


def test_rows_with_the_halo_are_those_of_the_whole_frame_to_the_tolerance():
    halo = paganin_halo(**SETTING, tolerance=1e-4)
    rng = np.random.default_rng(0)
    frame = np.repeat(rng.uniform(0, 1, (30 + 6 * halo, 1)), 8, axis=1)[None].astype(np.float32)
    whole = paganin(frame, **SETTING)
    first = 3 * halo
    part = paganin(frame[:, first - halo : first + 30 + halo], **SETTING)
    np.testing.assert_allclose(part[:, halo : halo + 30], whole[:, first : first + 30], atol=2e-4)


@pytest.mark.parametrize("delta_beta", [3.0, 300.0, 3000.0])
def test_a_step_is_felt_up_to_the_halo_and_no_further(delta_beta):
    setting = {**SETTING, "delta_beta": delta_beta}
    halo = paganin_halo(**setting, tolerance=1e-4)
    step = np.zeros((1, 12 * halo + 100, 1), np.float32)
    edge = step.shape[1] // 2
    step[:, edge:] = 1
    found = paganin(step, **setting)[0, :edge, 0][::-1]  # by the distance from the edge
    assert np.abs(found[halo:]).max() < 1.1e-4
    assert np.abs(found[halo - 2 : halo]).max() > 0.9e-4


def test_a_wider_kernel_needs_a_wider_halo():
    halos = [paganin_halo(1.0, 20.0, distance, 1000.0) for distance in (0.01, 0.1, 0.5)]
    assert halos == sorted(halos)
    assert 600 < halos[-1] < 700  # 13.8 lengths of 49.7 pixels, less the share of the step


def test_a_frame_does_not_depend_on_the_others_nor_on_threads(same_on_threads):
    frames = np.random.default_rng(0).random((5, 40, 50), np.float32)
    whole = paganin(frames, **SETTING)
    assert paganin(frames[3:4], **SETTING).tobytes() == whole[3:4].tobytes()
    assert same_on_threads(lambda: paganin(frames, **SETTING))


def test_counts_and_no_frames_are_taken():
    counts = np.random.default_rng(0).integers(0, 65_535, (2, 16, 16)).astype(np.uint16)
    np.testing.assert_array_equal(paganin(counts, **SETTING), paganin(counts.astype(np.float32), **SETTING))
    assert paganin(counts[:0], **SETTING).shape == (0, 16, 16)


@pytest.mark.parametrize("name", ["pixel", "energy", "distance", "delta_beta"])
def test_a_setting_that_is_not_positive_is_refused(name):
    with pytest.raises(ParameterError, match=f"{name} is -1: give a positive number"):
        paganin(np.ones((1, 4, 4)), **{**SETTING, name: -1})
    with pytest.raises(ParameterError, match=f"{name} is nan"):
        paganin_halo(**{**SETTING, name: np.nan})


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (1, 5, 6), elements=st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_finite_values_stay_finite(projections):
    assert np.isfinite(paganin(projections, **SETTING)).all()
