"""A step that takes its time, so that a test can interrupt it between two slabs."""

from __future__ import annotations

import time
from typing import Annotated

from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, Dims, Parameter, Slabs

Stack = Annotated[DataArray, Dims("angle", "row", "column")]


class Slow(Algorithm):
    """The same values, later."""

    seconds: float = Parameter(0.2, ge=0, unit="s", help="of waiting for each slab")
    slabs = Slabs("angle", block=8)

    def execute(self, stack: Stack) -> Stack:
        time.sleep(self.seconds)  # stands for the time that a real step computes
        return stack
