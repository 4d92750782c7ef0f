"""A picture of a search for the center: what the measures say, and what the neighbouring centers look like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.center.search import CenterSearch
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan
from daisy_kernel.errors import OutputError
from daisy_kernel.io.disk import disk_errors, part_of
from daisy_kernel.io.drawing import grey_window, inside_circle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BESIDE = 2.0  # columns to each side, at which a wrong center shows as a crescent or a doubled edge


def plot_center(search: CenterSearch, projections: NDArray[np.generic], angles: ArrayLike, path: str | Path) -> None:
    """Draw the curve of each measure, and the middle of a slice at the center and two columns to each side, as PNG.

    ``projections`` (angle, row, column) and ``angles`` (degrees) are what ``find_center`` was given; the row in the
    middle is shown. Raises OutputError where the picture cannot be written.

    >>> import tempfile
    >>> from daisy_kernel.domains.ct.center.search import find_center
    >>> from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram
    >>> angles = np.arange(0, 180, 2.0)
    >>> disc = ellipse_sinogram([[1, 0.2, 0, 0.4, 0.2, 0]], angles, 64, center=30.0)[:, np.newaxis]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     plot_center(find_center(disc, angles), disc, angles, Path(folder) / "center.png")
    """
    # Loading matplotlib takes longer than most searches.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 8.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplot_mosaic([["curves"] * 3, ["before", "at", "after"]])
    _draw_curves(axes["curves"], search)
    centers = search.center + np.array([-_BESIDE, 0.0, _BESIDE])
    slices = _slices(projections, angles, centers)
    low, high = grey_window([inside_circle(image) for image in slices])
    for name, center, image in zip(("before", "at", "after"), centers, slices, strict=True):
        axes[name].imshow(image, cmap="gray", vmin=low, vmax=high)
        axes[name].set_title(f"center {center:.2f}")
        axes[name].set_axis_off()
    target = Path(path)
    part = part_of(target)
    with disk_errors(OutputError, target):
        figure.savefig(part, format="png", dpi=110)
        part.replace(target)


def _draw_curves(axes: Axes, search: CenterSearch) -> None:
    """Draw each measure from 0, its smallest value, to 1."""
    for name, scores in zip(search.measures, search.scores, strict=True):
        span = np.ptp(scores)
        axes.plot(search.candidates, (scores - scores.min()) / (span if span > 0 else 1), marker=".", label=name)
    axes.axvline(search.center, color="black", linestyle="--", label=f"center {search.center:.2f}")
    axes.set_xlabel("center (columns)")
    axes.set_ylabel("measure (0 is best)")
    axes.set_title("\n".join(search.warnings), wrap=True)
    axes.legend()


def _slices(
    projections: NDArray[np.generic], angles: ArrayLike, centers: NDArray[np.float64]
) -> list[NDArray[np.float32]]:
    """Reconstruct the middle of one row, half as wide as the detector, at each center on the detector."""
    columns = projections.shape[2]
    sinogram = projections[:, projections.shape[1] // 2][np.newaxis]
    inside = np.clip(centers, 0, columns - 1)
    plan = GridPlan(angles, columns, center=inside[1], size=max(16, columns // 2))
    return [plan.with_center(float(center)).reconstruct(sinogram)[0] for center in inside]
