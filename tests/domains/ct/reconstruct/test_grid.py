"""Gridding against analytic phantoms, published data, other codes, and itself."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct.demo.phantom import ellipse_image, ellipse_sinogram, random_ellipses
from daisy_kernel.domains.ct.reconstruct.fbp import fbp
from daisy_kernel.domains.ct.reconstruct.geometry import circle_mask
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan, grid, grid_bytes
from daisy_kernel.errors import DataError, ParameterError

N, ANGLES = 128, np.arange(200) * 0.9
# value, x, y, half axes, tilt in units of half the width; it is off both axes, so that it shows the orientation
DISC = [[1.0, 0.5, -0.25, 0.2, 0.2, 0.0]]


def sinogram(ellipses, *, angles=ANGLES, columns=N, center=63.5):
    return ellipse_sinogram(ellipses, angles, columns, center=center)


def error(image, truth, radius=0.9):
    """RMSE after one scale fit, and the scale."""
    inside = circle_mask(len(truth), radius)
    scale = (image[inside] * truth[inside]).sum() / (image[inside] ** 2).sum()
    return float(np.sqrt(np.mean((scale * image[inside] - truth[inside]) ** 2))), float(scale)


def volume(center=63.5, *, ellipses=DISC, angles=ANGLES, columns=N, **options):
    rows = sinogram(ellipses, angles=angles, columns=columns, center=center)[:, np.newaxis]
    return grid(rows, angles, center=center, **options)[0]


def test_a_disc_is_where_it_is_and_as_bright():
    image = volume()
    y, x = np.indices(image.shape) - (N - 1) / 2
    inside = np.hypot(x - 0.5 * N / 2, y + 0.25 * N / 2) < 0.17 * N / 2
    assert image[inside].mean() == pytest.approx(1.0, abs=0.005)
    total = image[circle_mask(N)].sum()
    assert (image * x)[circle_mask(N)].sum() / total == pytest.approx(0.5 * N / 2, abs=0.2)
    assert (image * y)[circle_mask(N)].sum() / total == pytest.approx(-0.25 * N / 2, abs=0.2)


def test_a_projection_falls_where_the_convention_says():
    at = np.deg2rad(30.0)
    line = sinogram([[1.0, 0.5, -0.25, 0.02, 0.02, 0.0]], angles=np.array([30.0]), center=63.5)[0]
    place = (line * np.arange(N)).sum() / line.sum()
    assert place == pytest.approx(63.5 + N / 2 * (0.5 * np.cos(at) - 0.25 * np.sin(at)), abs=0.05)


@pytest.mark.parametrize("center", [63.5, 64.3, 40.2, 90.0, 20.0, 115.0])
def test_any_center_gives_the_same_object(center):
    ellipses = [[1.0, 0.03, -0.02, 0.04, 0.06, 0.3]]
    seen_from_both_sides = 2 * min(center, N - 1 - center) / N
    found, scale = error(volume(center, ellipses=ellipses), ellipse_image(ellipses, N), 0.9 * seen_from_both_sides)
    assert found < 0.05
    assert scale == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    "angles",
    [
        np.random.default_rng(0).permutation(ANGLES),
        np.arange(400) * 0.9,
        np.linspace(0, 180, 201),
        ANGLES - 77.7,
        np.concatenate([ANGLES[:50], ANGLES[50:150:1], ANGLES[150:]])[::-1],
    ],
    ids=["shuffled", "full turn", "both ends", "from -77.7", "backwards"],
)
def test_angles_in_any_order_and_range(angles):
    truth = ellipse_image(random_ellipses(0), N)
    wanted, _ = error(volume(ellipses=random_ellipses(0)), truth)
    found, scale = error(volume(ellipses=random_ellipses(0), angles=angles), truth)
    assert found < wanted * 1.05
    assert scale == pytest.approx(1.0, abs=0.01)


def test_a_limited_angle_keeps_its_scale():
    image = volume(angles=np.arange(130) * 0.9)
    y, x = np.indices(image.shape) - (N - 1) / 2
    inside = np.hypot(x - 0.5 * N / 2, y + 0.25 * N / 2) < 0.1 * N / 2
    assert 0.5 < image[inside].mean() < 1.1


@pytest.mark.parametrize("columns", [127, 128, 90, 33])
@pytest.mark.parametrize("size", [None, 64, 101, 160])
def test_odd_and_even_sizes(columns, size):
    ellipses = random_ellipses(1)
    rows = sinogram(ellipses, columns=columns, center=(columns - 1) / 2)[:, np.newaxis]
    image = grid(rows, ANGLES, center=(columns - 1) / 2, size=size)[0]
    reference = fbp(rows, ANGLES, center=(columns - 1) / 2, size=size)[0]
    inside = circle_mask(len(image), 0.85 * min(1, columns / len(image)))
    found, half_a_pixel_off = (
        np.sqrt(np.mean((image - other)[inside] ** 2))
        for other in (reference, (reference + np.roll(reference, 1, axis=1)) / 2)
    )
    assert found < 0.05
    assert found < half_a_pixel_off


def test_the_error_on_the_phantom_is_that_of_the_best_peers():
    columns, angles = 1024, np.arange(1000) * 0.18
    truth = ellipse_image(random_ellipses(0), columns)
    for center in (512.3, 511.5):
        rows = ellipse_sinogram(random_ellipses(0), angles, columns, center=center, subsamples=4)
        found, scale = error(grid(rows[:, np.newaxis], angles, center=center)[0], truth)
        assert found <= 0.0135
        assert scale == pytest.approx(1.0, abs=0.005)


def test_the_forbild_head(shared_data):
    rows = np.load(shared_data("ct/FORBILD_head_512_sino.npy")).reshape(720, 1, 512)
    truth = np.load(shared_data("ct/FORBILD_head_512.npy")).reshape(512, 512)
    image = grid(rows, np.arange(720) * 0.25, center=255.5)[0]
    found = min(error(turned, truth, 0.95)[0] for turned in _turns(image))
    assert found / truth.max() <= 0.018


def _turns(image):
    """The orientations that a file may mean: four turns of the image and of its mirror."""
    return [np.rot90(one, k) for one in (image, image[::-1]) for k in range(4)]


def test_project_and_backproject_are_adjoint():
    plan = GridPlan(ANGLES, N, center=61.7)
    rng = np.random.default_rng(0)
    x = (rng.random((3, N, N)) * circle_mask(N)).astype(np.float32)
    y = rng.random((3, len(ANGLES), N)).astype(np.float32)
    left = np.vdot(plan.project(x).astype(np.float64), y)
    right = np.vdot(x.astype(np.float64), plan.backproject(y))
    assert abs(left - right) / abs(left) < 1e-5


def test_project_gives_line_integrals():
    plan = GridPlan(ANGLES, N, center=63.5)
    ellipses = [[1.0, 0.1, -0.05, 0.5, 0.4, 0.3]]
    found = plan.project(ellipse_image(ellipses, N)[np.newaxis])[0]
    wanted = sinogram(ellipses)
    assert np.sqrt(np.mean((found - wanted) ** 2)) < 0.02 * wanted.max()


def test_bits_do_not_depend_on_threads():
    rows = np.random.default_rng(0).random((40, len(ANGLES), N)).astype(np.float32)
    one, two = (GridPlan(ANGLES, N, center=60.1, threads=n).reconstruct(rows) for n in (1, 2))
    np.testing.assert_array_equal(one, two)


def test_bits_of_a_row_do_not_depend_on_its_neighbours():
    rows = np.random.default_rng(0).random((48, len(ANGLES), N)).astype(np.float32)
    plan = GridPlan(ANGLES, N, center=60.1)
    whole = plan.reconstruct(rows)
    np.testing.assert_array_equal(plan.reconstruct(rows[16:32]), whole[16:32])
    np.testing.assert_array_equal(plan.reconstruct(rows[5:6])[0], whole[5])
    np.testing.assert_array_equal(plan.reconstruct(np.asfortranarray(rows))[7], whole[7])


def test_an_empty_slice_beside_a_bright_one_stays_empty():
    rows = np.zeros((2, len(ANGLES), N), np.float32)
    rows[0] = sinogram(random_ellipses(0)) * 1000
    image = GridPlan(ANGLES, N, center=63.5).reconstruct(rows)
    assert np.abs(image[1]).max() <= 1e-5 * np.abs(image[0]).max()


def test_a_value_that_is_not_finite_spoils_neither_its_slice_nor_its_neighbour():
    rows = np.stack([sinogram(random_ellipses(0))] * 2)
    clean = GridPlan(ANGLES, N, center=63.5).reconstruct(rows)
    rows[0, 50, 40:43] = [np.nan, np.inf, -np.inf]
    found = GridPlan(ANGLES, N, center=63.5).reconstruct(rows)
    np.testing.assert_array_equal(found[1], clean[1])
    assert np.isfinite(found).all()
    assert np.abs(found[0] - clean[0]).max() < 0.05 * clean.max()


def test_another_center_shares_the_plan_and_gives_the_same():
    rows = sinogram(random_ellipses(0), center=62.0)[np.newaxis]
    shared = GridPlan(ANGLES, N, center=63.5).with_center(62.0)
    np.testing.assert_array_equal(shared.reconstruct(rows), GridPlan(ANGLES, N, center=62.0).reconstruct(rows))


def test_a_sweep_gives_each_center_its_image():
    rows = np.stack([sinogram(random_ellipses(seed), center=62.0) for seed in range(3)])
    plan = GridPlan(ANGLES, N, center=63.5)
    centers = np.linspace(60, 64, 19)
    inside = circle_mask(N, 0.9)
    for center, images in zip(centers, plan.sweep(rows, centers), strict=True):
        single = plan.with_center(center).reconstruct(rows)
        assert np.abs(images - single)[:, inside].max() < 0.02 * np.abs(single).max()


def test_values_are_per_unit_of_the_pixel():
    rows = sinogram(DISC)[:, np.newaxis]
    np.testing.assert_allclose(
        grid(rows, ANGLES, center=63.5, pixel=0.01), grid(rows, ANGLES, center=63.5) / np.float32(0.01), rtol=1e-6
    )


@pytest.mark.parametrize("name", ["shepp-logan", "hann", "butterworth"])
def test_other_filters_are_smoother_and_keep_the_mean(name):
    rng = np.random.default_rng(0)
    rows = (sinogram(DISC) + rng.normal(0, 1, (len(ANGLES), N))).astype(np.float32)[:, np.newaxis]
    ramp, other = (grid(rows, ANGLES, center=63.5, filter=f, cutoff=0.7)[0] for f in ("ramp", name))
    full = grid(rows, ANGLES, center=63.5)[0]
    inside = circle_mask(N, 0.9)
    assert other[inside].std() < full[inside].std()
    assert other[inside].mean() == pytest.approx(ramp[inside].mean(), abs=0.002)


def test_memory_is_known_beforehand():
    for angles, columns in ((200, 128), (300, 256)):
        plan = GridPlan(np.arange(angles) * 180 / angles, columns, center=(columns - 1) / 2)
        assert plan.nbytes <= grid_bytes(angles, columns, columns)


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"center": -3.0}, ParameterError, r"center -3 is not on the detector"),
        ({"center": 128.0}, ParameterError, r"center 128 is not on the detector.*0 to 127"),
        ({"filter": "ram"}, ParameterError, r"no filter 'ram'.*ramp"),
        ({"cutoff": 0.0}, ParameterError, r"cutoff is 0"),
        ({"angles": ANGLES[:-1]}, DataError, r"shape \(200, 1, 128\)"),
        ({"angles": np.full(200, np.nan)}, DataError, r"angle 0 is nan"),
        ({"angles": np.zeros(0)}, DataError, r"shape \(0,\)"),
    ],
)
def test_what_cannot_be_is_refused(change, kind, text):
    options = {"angles": ANGLES, "center": 63.5, **change}
    with pytest.raises(kind, match=text):
        grid(sinogram(DISC)[:, np.newaxis], options.pop("angles"), **options)
