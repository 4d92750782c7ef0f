"""Small algorithms whose results can be said in one line of NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, Dims, InputPath, Parameter, Reduction, Slabs

Stack = Annotated[DataArray, Dims("angle", "row", "column")]


class Scale(Algorithm):
    """Every value times a factor."""

    factor: float = Parameter(2.0, gt=0, unit="1", help="of the values")
    slabs = Slabs("angle", "row")

    def execute(self, stack: Stack) -> Stack:
        return stack * self.factor


class MeanOfThreeRows(Algorithm):
    """The mean of a row and its neighbours; the edge rows are their own neighbours."""

    slabs = Slabs("row", block=4)

    def halo(self, dim: str, **inputs: Any) -> int:
        return 1 if dim == "row" else 0

    def execute(self, stack: Stack) -> Stack:
        return stack.copy(data=mean_of_three_rows(stack.values))


class WithoutFrameMean(Algorithm):
    """Each frame less its mean: needs whole frames."""

    slabs = Slabs("angle")

    def execute(self, stack: Stack) -> Stack:
        return stack - stack.mean(("row", "column"))


class Mean(Algorithm):
    """One number for the whole."""

    def execute(self, stack: Stack) -> float:
        return float(stack.mean())


class MeanUnlessGiven(Mean):
    """One number for the whole, which a person may know already."""

    value: float | None = Parameter(None, help="none: the mean")

    def describe(self, stack: DataArray) -> float | None:
        return self.value


class Largest(Reduction):
    """One number for the whole, slab by slab."""

    slabs = Slabs("row", "angle")

    def describe(self, stack: DataArray) -> None:
        """A number."""

    def execute(self, stack: Stack) -> float:
        return float(stack.max())

    def combine(self, partials: Sequence[Any]) -> float:
        return max(partials)


class Subtract(Algorithm):
    """Every value less a number, which may come from another step."""

    value: float = Parameter(help="to be subtracted")
    slabs = Slabs("row", "angle")

    def execute(self, stack: Stack) -> Stack:
        return stack - self.value


class SkipRows(Algorithm):
    """All but the first rows."""

    count: int = Parameter(1, ge=0)
    slabs = Slabs("row", "angle")

    def describe(self, stack: DataArray) -> DataArray:
        return stack.isel(row=slice(self.count, None))

    def source_range(self, dim: str, start: int, stop: int, **inputs: Any) -> tuple[int, int]:
        return (start + self.count, stop + self.count) if dim == "row" else (start, stop)

    def execute(self, stack: Stack) -> Stack:
        return stack


class Parts(NamedTuple):
    """Two outputs."""

    low: Stack
    high: Stack


class Split(Algorithm):
    """Below and above a threshold."""

    threshold: float = Parameter(0.5)
    slabs = Slabs("row", "angle")

    def describe(self, stack: DataArray) -> Parts:
        return Parts(stack, stack)

    def execute(self, stack: Stack) -> Parts:
        return Parts(stack.where(stack < self.threshold, 0.0), stack.where(stack >= self.threshold, 0.0))


class FromFile(Algorithm):
    """A source: a .npy file, mapped."""

    input: InputPath = Parameter(help="the file")

    def execute(self) -> Stack:
        return DataArray(np.load(Path(self.input), mmap_mode="r"), dims=("angle", "row", "column"))


class Failing(Algorithm):
    """Fails on the slab that holds a row."""

    row: int = Parameter(0)
    slabs = Slabs("row")

    def execute(self, stack: Stack) -> Stack:
        rows = stack.coords["row"].values
        if rows[0] <= self.row <= rows[-1]:
            raise ZeroDivisionError("as asked")
        return stack


def mean_of_three_rows(values: np.ndarray) -> np.ndarray:
    """What `MeanOfThreeRows` computes."""
    padded = np.pad(values, ((0, 0), (1, 1), (0, 0)), mode="edge")
    return (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3
