"""The rotation center, found from the projections alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.center.image import MEASURES, small_slices
from daisy_kernel.domains.ct.center.sinogram import Curve, centroid, minimum, opposite_views, wedge
from daisy_kernel.domains.ct.center.views import Views, views
from daisy_kernel.errors import DataError, ParameterError

Float64: TypeAlias = NDArray[np.float64]

_SMALLEST = 96  # columns, at least, of the first of the small slices
_LARGEST = 512  # columns, at most, of the last ones
_CHECKING = 256  # the same, where the sinogram has told the center already
_REACH = 2.5  # columns of the small slices to each side of where the search stands
_FITS = 4  # of a parabola, each about the vertex of the one before
_NOISY = 0.8  # gradient measure from which noise fills the image; noise alone has sqrt(pi) / 2
_NEAR = 16  # a detector's width over how far the wedge of an object that is wider may be wrong
_LIMITED = 150.0  # degrees, below which the image says little about the center
_TOO_FEW = 90.0
_OVERLAP = 10.0  # degrees beyond a half turn from which opposite views decide
_APART = 0.5  # columns between two measures from which a person should look

# How far each measure may be wrong, in columns; benchmarks/center.py shows how far they are.
_OPPOSITE_ERROR = 0.03
_WEDGE_ERROR = 0.05
_CENTROID_ERROR = 0.1
_GRADIENT_ERROR = 0.1
_ENTROPY_ERROR = 0.1
_IMAGE_ERROR = 1.0  # of either where it is not at its best
_SMEARED_ERROR = 2.0  # of both where angles are missing: that smears more than a center that is a column off


class _Estimate(NamedTuple):
    """What one measure says, and how far it may well be wrong, both in columns."""

    measure: str
    center: float
    error: float


class _Fine(NamedTuple):
    """What the small slices say, and the curves of their measures (measure, candidate)."""

    estimates: list[_Estimate]
    candidates: Float64
    scores: Float64


@dataclass(frozen=True)
class CenterSearch:
    """A center with what led to it; all centers are 0-based pixel-centre indices in columns.

    ``scores`` (measure, candidate) holds one curve for each name in ``measures``, smallest where that measure sees
    the center; ``coarse`` is where the fine search began.
    """

    center: float
    coarse: float
    candidates: Float64
    measures: tuple[str, ...]
    scores: Float64
    warnings: tuple[str, ...]


def find_center(
    projections: ArrayLike, angles: ArrayLike, *, search: tuple[float, float] | None = None
) -> CenterSearch:
    """Find the column on which the rotation axis is projected.

    ``projections`` (angle, row, column) are absorption; up to four rows that show something are looked at.
    ``angles`` are in degrees, in any range and order. ``search`` are the lowest and the highest column to consider,
    the middle half of the detector unless given.

    A coarse search looks at the sinogram: at the energy outside of the double wedge that a finite object fills (Vo
    et al., Optics Express 22:19078 (2014)), or at opposite views where the scan goes beyond 180 degrees. A fine one
    looks at small slices: at the entropy of their values and the sparsity of their gradient (image-based criteria
    as in Donath et al., JOSA A 23:1048 (2006)). The center is their mean, weighted by how far each may be wrong;
    the wedge does not count where the object is wider than the detector, nor where the angles span less than 180
    degrees: there the centroids of the projections do.
    Measures that disagree by more than half a column, and angles that span less than 150 degrees, give a warning.

    Raises DataError for shapes that do not fit, values that are not finite, projections without contrast or angles
    that span less than 90 degrees, and ParameterError for a search outside the detector.

    >>> from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram, random_ellipses
    >>> angles = np.arange(0, 180, 1.0)
    >>> sinogram = ellipse_sinogram(random_ellipses(0) * [1, 0.8, 0.8, 0.8, 0.8, 1], angles, 128, center=70.4)
    >>> round(find_center(sinogram[:, np.newaxis], angles).center, 1)
    70.4
    """
    seen = views(projections, angles)
    low, high = _checked_search(search, seen.sinograms.shape[-1])
    if seen.span < _TOO_FEW:
        raise DataError(
            f"angles span only {seen.span:.4g} degrees, too few for a search of the center", remedy="set the center"
        )
    half = seen.half_turn()
    curves: dict[str, Curve] = {"wedge": wedge(half.even())}
    estimates = _in_sinogram(seen, half, curves, low, high)
    if estimates:
        coarse = estimates[0].center
    else:
        coarse = _coarse_in_image(half, minimum(curves["wedge"], low, high), low, high)
    fine = _fine_in_image(half, coarse, _CHECKING if estimates else _LARGEST, low, high)
    estimates += fine.estimates
    weights = [estimate.error**-2 for estimate in estimates]
    center = float(np.average([estimate.center for estimate in estimates], weights=weights))
    return CenterSearch(
        center,
        coarse,
        fine.candidates,
        (*MEASURES, *curves),
        np.vstack([fine.scores, *(curve(fine.candidates) for curve in curves.values())]),
        _warnings(seen, estimates, center, (low, high)),
    )


def _checked_search(search: tuple[float, float] | None, columns: int) -> tuple[float, float]:
    low, high = search or ((columns - 1) / 4, 3 * (columns - 1) / 4)
    if not 0 <= low < high <= columns - 1:
        raise ParameterError(
            f"search from column {low:g} to {high:g} is not inside the detector",
            remedy=f"give two increasing columns from 0 to {columns - 1}",
        )
    return float(low), float(high)


def _in_sinogram(seen: Views, half: Views, curves: dict[str, Curve], low: float, high: float) -> list[_Estimate]:
    """Ask each measure of the sinogram that these views allow; the one to begin with comes first."""
    estimates = []
    if seen.span > 180 + _OVERLAP:
        curves["opposite views"] = opposite_views(*seen.opposite())
        center = minimum(curves["opposite views"], low, high)
        estimates.append(_Estimate("opposite views", center, _OPPOSITE_ERROR))
    if half.complete and half.whole:
        estimates.append(_Estimate("wedge", minimum(curves["wedge"], low, high), _WEDGE_ERROR))
    elif half.complete:
        center, error = centroid(half.sinograms, half.angles)
        estimates.append(_Estimate("centroid", float(np.clip(center, low, high)), max(_CENTROID_ERROR, error)))
    return estimates


def _sizes(columns: int, largest: int) -> list[int]:
    """Columns averaged to one in each pass over small slices.

    >>> _sizes(1024, 512), _sizes(1024, 256), _sizes(640, 512), _sizes(100, 256)
    ([8, 4, 2], [8, 4], [4, 2], [1])
    """
    first = int(np.log2(max(1.0, columns / _SMALLEST)))
    last = min(first, int(np.ceil(np.log2(max(1.0, columns / largest)))))
    return [2**power for power in range(first, last - 1, -1)]


def _coarse_in_image(half: Views, guess: float, low: float, high: float) -> float:
    """Candidate of the smallest entropy near a guess, from very small slices.

    Farther away the blur is so strong that little contrast is left, and the entropy falls again.
    """
    columns = half.sinograms.shape[-1]
    size = 2 * _sizes(columns, _LARGEST)[0]
    candidates = np.arange(max(low, guess - columns / _NEAR), min(high, guess + columns / _NEAR), size / 2)
    slices = small_slices(half.sinograms, half.angles, size, candidates[0], candidates[-1])
    return float(candidates[np.argmin(slices.scores(candidates)[0])])


def _fine_in_image(half: Views, coarse: float, largest: int, low: float, high: float) -> _Fine:
    """Measure small slices around `coarse`, then larger ones around what those say, until noise fills them."""
    middle = coarse
    fine: _Fine | None = None
    for size in _sizes(half.sinograms.shape[-1], largest):
        candidates = np.unique(np.clip(middle + size * np.arange(-_REACH, _REACH + 0.1, 0.25), low, high))
        slices = small_slices(half.sinograms, half.angles, size, candidates[0], candidates[-1])
        scores = slices.scores(candidates)
        noisy = float(scores[1].min()) > _NOISY
        if noisy and fine is not None:
            break
        entropy, gradient = (_vertex(candidates, curve, size) for curve in scores)
        errors = _image_errors(half, noisy)
        estimates = [
            _Estimate(name, center, error)
            for name, center, error in zip(MEASURES, (entropy, gradient), errors, strict=True)
        ]
        fine = _Fine(estimates, candidates, scores)
        middle = gradient
        if noisy:
            break
    assert fine is not None  # there is at least one size
    return fine


def _image_errors(half: Views, noisy: bool) -> tuple[float, float]:
    """How far entropy and gradient may be wrong.

    The entropy stands much noise, but what an object wider than the detector adds pulls it to the middle; the
    gradient, which does not see slow changes, does not mind the latter.
    """
    if not half.whole:
        return _SMEARED_ERROR, _SMEARED_ERROR
    if half.complete:
        return _ENTROPY_ERROR, _IMAGE_ERROR
    return _IMAGE_ERROR, _IMAGE_ERROR if noisy else _GRADIENT_ERROR


def _vertex(candidates: Float64, scores: Float64, reach: float) -> float:
    """Vertex of the parabola that fits the scores within `reach` of itself.

    Weights fall to zero at the ends, and follow the vertex: where the candidates happen to lie does not matter.
    """
    lowest = vertex = float(candidates[np.argmin(scores)])
    for _ in range(_FITS):
        near = np.abs(candidates - vertex) < reach
        if near.sum() < 3:
            return lowest
        places = candidates[near] - vertex
        square, slope, _ = np.polyfit(places, scores[near], 2, w=1 - (places / reach) ** 2)
        if square <= 0:
            return lowest
        vertex = float(np.clip(vertex - slope / (2 * square), lowest - reach, lowest + reach))
    return vertex


def _warnings(seen: Views, estimates: list[_Estimate], center: float, search: tuple[float, float]) -> tuple[str, ...]:
    """Say in words why the center may be wrong."""
    texts = []
    if seen.span < _LIMITED:
        texts.append(f"angles span only {seen.span:.4g} degrees: the center is a guess, look at a sweep")
    apart = [e for e in estimates if abs(e.center - center) > max(_APART, 2 * e.error)]
    if apart:
        opinions = ", ".join(f"{e.center:.2f} by {e.measure}" for e in estimates)
        texts.append(f"the measures of the center disagree ({opinions}): look at a sweep around {center:.2f}")
    if min(center - search[0], search[1] - center) < 1:
        texts.append(
            f"the center {center:.2f} is at the end of the search from {search[0]:g} to {search[1]:g}: widen it"
        )
    return tuple(texts)
