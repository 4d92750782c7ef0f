"""Steps that remove stripes, which become rings in the volume."""

from __future__ import annotations

from typing import Literal

import numpy as np
from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, Parameter, Slabs
from daisy_kernel.domains.ct.data import BLOCK, Projections
from daisy_kernel.domains.ct.stripes.removal import remove_stripes_sorting, remove_stripes_wavelet_fourier
from daisy_kernel.template import like


class RemoveStripesSorting(Algorithm):
    """Sort each column over the angles, smooth across the columns (Vo 2018, algorithm 3)."""

    size: int = Parameter(21, ge=1, unit="px", help="width of the median")
    slabs = Slabs("row", block=BLOCK)

    def describe(self, projections: DataArray) -> DataArray:
        """Float32."""
        return like(projections, np.float32)

    def execute(self, projections: Projections) -> Projections:
        """Absorption or transmission, which it stays."""
        return projections.copy(deep=False, data=remove_stripes_sorting(projections.data, size=self.size))


class RemoveStripesWaveletFourier(Algorithm):
    """Damp what hardly changes with the angle in a wavelet transform (Münch 2009)."""

    level: int = Parameter(5, ge=1, help="depth of the transform")
    size: float = Parameter(1.0, gt=0, help="width of the damped band, in frequencies along the angle")
    wavelet: str = Parameter("db9", help="any discrete wavelet of PyWavelets")
    window: Literal["gaussian", "butter"] = Parameter("gaussian", help="form of the damped band")
    sort: bool = Parameter(False, help="sort the columns over the angles first")
    slabs = Slabs("row", block=BLOCK)

    def describe(self, projections: DataArray) -> DataArray:
        """Float32."""
        return like(projections, np.float32)

    def execute(self, projections: Projections) -> Projections:
        """Absorption or transmission, which it stays."""
        cleaned = remove_stripes_wavelet_fourier(
            projections.data,
            level=self.level,
            size=self.size,
            wavelet=self.wavelet,
            window=self.window,
            sort=self.sort,
        )
        return projections.copy(deep=False, data=cleaned)
