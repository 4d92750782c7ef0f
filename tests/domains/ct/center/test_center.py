"""The automatic center: right on phantoms whose center is known, and on a real scan where others fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from daisy_kernel.domains.ct.center.plot import plot_center
from daisy_kernel.domains.ct.center.search import find_center
from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram, random_ellipses
from daisy_kernel.errors import DataError, OutputError, ParameterError

COLUMNS = 384


def scan(
    center: float,
    *,
    angles: NDArray[np.float64] | None = None,
    columns: int = COLUMNS,
    wide: float = 1.0,
    counts: float = 0,
    stripes: float = 0,
    seed: int = 0,
    rows: int = 1,
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Absorption (angle, row, column) of a phantom that fits the narrow side of the detector, times `wide`."""
    turn = np.arange(0, 180, 0.5) if angles is None else angles
    rng = np.random.default_rng(seed)
    fit = min(center + 0.5, columns - 0.5 - center) / (columns / 2) * wide
    sinograms = [
        ellipse_sinogram(random_ellipses(seed + i) * [1, fit, fit, fit, fit, 1], turn, columns, center=center)
        for i in range(rows)
    ]
    projections = np.stack(sinograms, axis=1)
    projections *= 2 / projections.max()
    if stripes:
        projections += np.where(rng.random((rows, columns)) < 0.05, rng.normal(0, stripes, (rows, columns)), 0).astype(
            np.float32
        )
    if counts:
        seen = rng.poisson(counts * np.exp(-projections.astype(np.float64)))
        projections = -np.log(np.maximum(seen, 0.5) / counts).astype(np.float32)
    return projections, turn


@pytest.mark.parametrize("center", [191.5, 198.71, 174.3, 191.5 + 0.2 * COLUMNS, 191.5 - 0.2 * COLUMNS])
def test_a_clean_phantom_gives_its_center_even_far_from_the_middle(center: float) -> None:
    search = find_center(*scan(center))
    assert search.center == pytest.approx(center, abs=0.05)
    assert search.warnings == ()


@pytest.mark.parametrize("columns", [130, 257, 1025])
def test_a_detector_of_any_width_gives_the_center(columns: int) -> None:
    center = 0.54 * columns
    assert find_center(*scan(center, columns=columns)).center == pytest.approx(center, abs=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_photon_noise_moves_the_center_by_less_than_a_tenth_of_a_column(seed: int) -> None:
    center = 187.3 + 5.1 * seed
    search = find_center(*scan(center, counts=1000, seed=seed, rows=4))
    assert search.center == pytest.approx(center, abs=0.1)


@pytest.mark.parametrize("seed", range(3))
def test_stripes_move_the_center_by_less_than_a_tenth_of_a_column(seed: int) -> None:
    center = 187.3 + 5.1 * seed
    search = find_center(*scan(center, counts=10000, stripes=0.1, seed=seed, rows=4))
    assert search.center == pytest.approx(center, abs=0.1)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("counts", [0, 10000])
def test_an_object_wider_than_the_detector_gives_the_center(counts: int, seed: int) -> None:
    center = 165.4 + 17.7 * seed
    search = find_center(*scan(center, wide=1.6, counts=counts, seed=seed, rows=4))
    assert search.center == pytest.approx(center, abs=0.1)


@pytest.mark.parametrize("wide", [1.0, 1.6])
def test_a_full_turn_gives_the_center_whatever_the_object_s_width(wide: float) -> None:
    angles = np.arange(0, 360, 0.72)
    search = find_center(*scan(169.2, angles=angles, wide=wide, counts=3000, stripes=0.05, rows=4))
    assert search.center == pytest.approx(169.2, abs=0.1)
    assert "opposite views" in search.measures


def test_a_little_more_than_half_a_turn_uses_the_views_seen_twice() -> None:
    search = find_center(*scan(202.6, angles=np.arange(0, 200, 0.4), wide=1.5))
    assert search.center == pytest.approx(202.6, abs=0.1)
    assert "opposite views" in search.measures


@pytest.mark.parametrize(
    "angles",
    [
        np.arange(0, 180.5, 0.5),
        np.arange(179.5, -0.5, -0.5),
        np.arange(-90, 90, 0.5),
        np.arange(300, 480, 0.5),
        np.random.default_rng(0).permutation(np.arange(0, 180, 0.5)),
        np.sort(np.random.default_rng(1).uniform(0, 180, 500)),
        np.arange(0, 720, 0.75),
    ],
    ids=["both ends", "backwards", "around zero", "across 360", "shuffled", "uneven", "two turns"],
)
def test_angles_may_have_any_range_and_order(angles: NDArray[np.float64]) -> None:
    assert find_center(*scan(180.8, angles=angles)).center == pytest.approx(180.8, abs=0.1)


def test_a_constant_background_does_not_pull_the_center_to_the_middle() -> None:
    projections, angles = scan(191.5 + 60)
    assert find_center(projections + np.float32(0.1), angles).center == pytest.approx(251.5, abs=0.05)


def test_rows_without_an_object_are_not_looked_at() -> None:
    projections, angles = scan(250.3, counts=2000)
    empty = np.random.default_rng(0).normal(0, 0.02, (len(angles), 7, COLUMNS)).astype(np.float32)
    with_air = np.concatenate([empty, projections, empty], axis=1)
    assert find_center(with_air, angles).center == find_center(projections, angles).center


def test_the_tooth_has_its_accepted_center(tooth: tuple[NDArray[np.float32], NDArray[np.float64]]) -> None:
    search = find_center(*tooth)
    assert search.center == pytest.approx(296.0, abs=0.5)
    assert search.warnings == ()


@pytest.mark.parametrize("cut", [1, 7, 20, 51, 80])
def test_a_scan_without_its_first_columns_has_its_center_so_much_lower(
    cut: int, tooth: tuple[NDArray[np.float32], NDArray[np.float64]]
) -> None:
    projections, angles = tooth
    whole = find_center(projections, angles).center
    assert find_center(projections[..., cut:], angles).center == pytest.approx(whole - cut, abs=0.1)


def test_the_mirrored_scan_has_the_mirrored_center(
    tooth: tuple[NDArray[np.float32], NDArray[np.float64]],
) -> None:
    projections, angles = tooth
    center = find_center(projections, angles).center
    assert find_center(projections[..., ::-1], angles).center == pytest.approx(639 - center, abs=0.1)


def test_a_small_range_of_angles_warns_and_is_still_right_for_an_object_seen_whole() -> None:
    search = find_center(*scan(183.6, angles=np.arange(20, 140, 0.4)))
    assert search.center == pytest.approx(183.6, abs=0.1)
    assert any("angles span only 120 degrees" in text for text in search.warnings)


def test_measures_that_disagree_are_reported_in_words() -> None:
    # The camera moved after half a turn: opposite views then have another center than the views of one side.
    projections, angles = scan(250.0, angles=np.arange(0, 360, 0.72))
    projections[250:] = np.roll(projections[250:], 6, axis=2)
    search = find_center(projections, angles)
    assert any("disagree (253.00 by opposite views, " in text for text in search.warnings)


def test_a_search_that_leaves_the_center_out_is_reported() -> None:
    projections, angles = scan(250.0)
    search = find_center(projections, angles, search=(260, 300))
    assert any("at the end of the search from 260 to 300" in text for text in search.warnings)
    assert search.candidates.min() >= 260


def test_threads_do_not_change_a_bit(same_on_threads: Callable[[Callable[[], Any]], bool]) -> None:
    projections, angles = scan(130.3, counts=1000, rows=2, wide=1.3, columns=256)
    search = find_center(projections, angles)
    assert same_on_threads(lambda: find_center(projections, angles).center)
    assert dataclasses.astuple(find_center(projections, angles))[:2] == (search.center, search.coarse)


def test_every_measure_has_a_curve_with_its_minimum_near_the_center() -> None:
    search = find_center(*scan(201.4))
    assert search.scores.shape == (len(search.measures), len(search.candidates))
    lowest = search.candidates[np.argmin(search.scores, axis=1)]
    assert np.abs(lowest - 201.4).max() < 1


def _broken(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    arguments: dict[str, Any] = dict(zip(("projections", "angles"), scan(64.0, columns=128), strict=True))
    change(arguments)
    return arguments


def _with_nan(arguments: dict[str, Any]) -> None:
    arguments["projections"][3, 0, 5] = np.nan


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a.update(angles=a["angles"][1:]), "359 angles were given for 360 projections"),
        (lambda a: a.update(projections=a["projections"][:, 0]), r"shape \(360, 128\)"),
        (lambda a: a.update(projections=a["projections"][..., :9]), r"shape \(360, 1, 9\)"),
        (lambda a: a.update(projections=a["projections"][:2], angles=[0, 90]), r"shape \(2, 1, 128\)"),
        (lambda a: a.update(projections=a["projections"] * 0), "same everywhere"),
        (lambda a: a.update(angles=a["angles"] / 3), "span only 60 degrees"),
        (lambda a: a.update(angles=a["angles"] * 0), "span only 0 degrees"),
        (lambda a: a.update(angles=a["angles"] * np.inf), "angles are not all finite"),
        (_with_nan, "projections are not all finite"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered in multiply:RuntimeWarning")  # the test's 0 * inf
def test_a_scan_that_says_nothing_about_its_center_is_refused(
    change: Callable[[dict[str, Any]], None], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        find_center(**_broken(change))


@pytest.mark.parametrize("search", [(-1, 50), (40, 30), (10, 128)])
def test_a_search_outside_the_detector_is_refused_with_its_limits(search: tuple[float, float]) -> None:
    with pytest.raises(ParameterError, match=f"from column {search[0]} to {search[1]}"):
        find_center(*scan(64.0, columns=128), search=search)


def test_the_plot_is_a_png_that_replaces_an_older_one(tmp_path: Path) -> None:
    projections, angles = scan(64.0, columns=128)
    path = tmp_path / "center.png"
    path.write_text("older")
    plot_center(find_center(projections, angles), projections, angles, path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [path]


def test_a_plot_that_cannot_be_written_names_its_place(tmp_path: Path) -> None:
    projections, angles = scan(64.0, columns=128)
    with pytest.raises(OutputError, match="nowhere"):
        plot_center(find_center(projections, angles), projections, angles, tmp_path / "nowhere" / "center.png")


@pytest.fixture(scope="module")
def tooth(shared_data: Callable[[str], Path]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Absorption of the tooth, and its angles."""
    with h5py.File(shared_data("ct/tooth.h5")) as file:
        group = file["exchange"]
        dark = group["data_dark"][()].mean(axis=0)
        transmission = (group["data"][()] - dark) / (group["data_white"][()].mean(axis=0) - dark)
        return -np.log(np.maximum(transmission, 1e-6)).astype(np.float32), group["theta"][()]
