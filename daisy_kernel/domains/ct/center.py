"""The rotation center, found from the projections alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct._center_image import MEASURES, small_slices
from daisy_kernel.domains.ct._center_sinogram import opposite_views, wedge
from daisy_kernel.domains.ct._center_views import Views, views
from daisy_kernel.errors import DataError

Float64: TypeAlias = NDArray[np.float64]

_SMALL = 256  # columns, at least, of the slices that measure the image
_LIMITED = 150.0  # degrees, below which the image says little about the center
_TOO_FEW = 90.0
_OVERLAP = 10.0  # degrees beyond a half turn from which opposite views decide
_APART = 0.5  # columns between two measures from which a person should look


class _Estimate(NamedTuple):
    """What one measure says, and how far it is usually wrong, both in columns."""

    name: str
    center: float
    error: float


@dataclass(frozen=True)
class CenterSearch:
    """A center with what led to it; all centers are 0-based pixel-centre indices in columns.

    ``scores`` (measure, candidate) holds one curve for each name in ``measures``, smallest where the measure
    sees the center; ``coarse`` is where the fine search began.
    """

    center: float
    coarse: float
    candidates: Float64
    measures: tuple[str, ...]
    scores: Float64
    warnings: tuple[str, ...]
