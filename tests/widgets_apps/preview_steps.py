"""Steps of all kinds, for previews of graphs that no domain knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, Dims, InputPath, Parameter, Reduction, Slabs
from daisy_kernel.errors import DataError

Frames = Annotated[DataArray, Dims("frame", "row", "column")]


class Read(Algorithm):
    """Frames from a file of NumPy."""

    input: InputPath = Parameter(help="file")

    def execute(self) -> Frames:
        return DataArray(np.load(self.input), dims=("frame", "row", "column"))


class Scale(Algorithm):
    """Frames times a factor."""

    factor: float = Parameter(1.0)
    slabs = Slabs("row", "frame")

    def execute(self, frames: Frames) -> Frames:
        if self.factor == 0:
            raise DataError("the factor is 0", remedy="give another")
        if self.factor < 0:
            self.warn("the sign was turned")
        return frames * self.factor


class Blur(Algorithm):
    """Mean over three rows; the edge rows go on beyond the frame."""

    slabs = Slabs("row", "frame")

    def halo(self, dim: str, **inputs: Any) -> int:
        return 1 if dim == "row" else 0

    def execute(self, frames: Frames) -> Frames:
        padded = np.pad(frames.values, ((0, 0), (1, 1), (0, 0)), mode="edge")
        return frames.copy(data=(padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3)


class Number(Algorithm):
    """The number of rows that it was given."""

    slabs = Slabs("row", block=16)

    def execute(self, frames: Frames) -> Frames:
        return frames.copy(data=np.full(frames.shape, float(frames.sizes["row"])))


class FrameMean(Algorithm):
    """Frames less their mean."""

    slabs = Slabs("frame")

    def execute(self, frames: Frames) -> Frames:
        return frames - frames.mean(("row", "column"))


class Largest(Algorithm):
    """The largest value of all."""

    def describe(self, frames: DataArray) -> None:
        return None

    def execute(self, frames: Frames) -> float:
        return float(frames.max())


class Shift(Algorithm):
    """Frames plus an offset."""

    offset: float = Parameter()
    slabs = Slabs("row", "frame")

    def execute(self, frames: Frames) -> Frames:
        return frames + self.offset


class Count(Reduction):
    """How many values there are."""

    slabs = Slabs("row")

    def describe(self, frames: DataArray) -> None:
        return None

    def execute(self, frames: Frames) -> int:
        return int(frames.size)

    def combine(self, partials: Sequence[int]) -> int:
        return sum(partials)
