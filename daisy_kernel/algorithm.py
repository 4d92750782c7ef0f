"""Algorithm: parameters, inputs and outputs declared by annotations; initialize, execute, finalize."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator

from daisy_kernel.declaration import (
    OUTPUT,
    Declaration,
    Dims,
    Parameter,
    Port,
    Role,
    Slabs,
    declare,
    validate,
)

if TYPE_CHECKING:
    from xarray import DataArray

    from daisy_kernel.io.output import Output

__all__ = [
    "OUTPUT",
    "Algorithm",
    "Dims",
    "InputPath",
    "OutputPath",
    "Parameter",
    "Port",
    "Reduction",
    "Sink",
    "Slabs",
    "declaration",
    "plain_parameters",
]

_LONGEST_NAME = 255  # bytes: NAME_MAX of Linux's file systems


def _usable(path: Path) -> Path:
    if "\0" in str(path) or any(len(os.fsencode(part)) > _LONGEST_NAME for part in path.parts):
        raise ValueError(f"no file can have a name with a null or of more than {_LONGEST_NAME} bytes")
    return path


def _names_something(path: Path) -> Path:
    if not path.name:
        raise ValueError("it names no file")
    return path


InputPath = Annotated[Path, AfterValidator(_usable), Role("input")]
OutputPath = Annotated[Path, AfterValidator(_usable), AfterValidator(_names_something), Role("output")]

Region = dict[str, tuple[int, int]]
"""Start and stop by dim; a dim that is absent is taken whole."""


class Algorithm(ABC):
    """One step of an analysis.

    Annotated class attributes are parameters, `execute`'s annotated arguments are inputs, its annotated
    return is the output (a NamedTuple where there are several; its fields are the ports). An instance
    has valid parameters; it knows nothing of engine, store or files of a run.

    ``slabs`` says along which dims it may be cut, each output element depending only on the inputs
    at the same place, `halo` away, or in `source_range`. Without it the algorithm sees whole inputs at once.
    """

    version: ClassVar[str] = "1"
    slabs: ClassVar[Slabs | None] = None
    on_gpu: ClassVar[bool] = False
    """Whether `execute` takes CuPy arrays and returns them; others are given NumPy's on a GPU worker too."""

    def __init__(self, **parameters: Any) -> None:
        checked = validate(type(self).__name__, declaration(type(self)).parameters, parameters)
        for name, value in checked.items():
            setattr(self, name, value)
        self.warnings: Counter[str] = Counter()
        self.own: Mapping[str, slice] = {}

    def initialize(self) -> None:
        """Acquire what `execute` needs: plans, models, files."""

    @abstractmethod
    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Compute; gets concrete inputs, returns concrete outputs, never touches a store."""

    def finalize(self) -> None:
        """Release what `initialize` acquired; called after a failure too."""

    def describe(self, *args: Any, **inputs: Any) -> Any:
        """What `execute` would return, as templates without data (see `daisy_kernel.template`).

        For a small value it is None, or the value itself where that is known without computing: then nothing is read
        for it. The base says: an output looks like the first input array of the same dims.
        Raises `DataError` where the inputs do not suit; called when the step is recorded.
        """
        ports = declaration(type(self)).outputs.values()
        described = tuple(_first_of_dims(inputs, port.dims) for port in ports)
        return described[0] if len(described) == 1 else described

    def scratch(self, *args: Any, **inputs: Any) -> int:
        """Bytes used while executing on such inputs, beside inputs and outputs."""
        return sum(int(getattr(value, "nbytes", 0)) for value in inputs.values())

    def cuts(self, *args: Any, **inputs: Any) -> tuple[str, ...]:
        """The dims along which this may be cut, the preferred one first; from shapes and parameters."""
        return self.slabs.dims if self.slabs else ()

    def halo(self, dim: str, **inputs: Any) -> int:
        """How many elements beyond its own an output needs to either side along `dim`.

        `execute` then returns as much as it was given, and the engine cuts the halo off.
        """
        return 0

    def source_range(self, dim: str, start: int, stop: int, **inputs: Any) -> tuple[int, int]:
        """The input range which gives exactly the outputs from `start` to `stop`, before any halo."""
        return start, stop

    def select(self, *args: Any, **inputs: Any) -> dict[str, Region]:
        """For an algorithm that is not cut: the part of each input that it looks at (default: all)."""
        return {}

    def plot(self, path: Path) -> bool:
        """Draw why the last result is what it is; False where there is nothing to draw."""
        return False

    def warn(self, text: str, count: int = 0) -> None:
        """Note something that stays with the result, perhaps with a count, which is added up over slabs.

        Slabs may share rows, as a halo or within a block: `own` is by dim the part of what `execute` was given that
        this slab alone counts, and all of it where it has no such dim.
        """
        self.warnings[text] += count


class Reduction(Algorithm):
    """An algorithm which sees its input slab by slab and gives one small result for the whole.

    `execute` returns a partial result, which must be plain JSON; `combine` must not depend on how
    the input was cut (counts, extremes, histograms: yes; floating-point sums: no).
    """

    @abstractmethod
    def combine(self, partials: Sequence[Any]) -> Any:
        """One result from the partial results, which come in order of their place."""


class Sink(Algorithm):
    """The end of a graph: what `execute` returns is written into the `Output` named by `target`."""

    @abstractmethod
    def target(self, data: DataArray) -> Output:
        """Where the data go, which look like this template of what `execute` returns."""


@lru_cache(maxsize=1024)
def declaration(cls: type[Algorithm]) -> Declaration:
    """The `Declaration` of an algorithm class."""
    return declare(cls)


def plain_parameters(algorithm: Algorithm, names: Collection[str] | None = None) -> dict[str, Any]:
    """Parameters of an algorithm (all, or these) as JSON holds them."""
    model = declaration(type(algorithm)).parameters
    values = {name: getattr(algorithm, name) for name in model.model_fields}
    chosen = None if names is None else set(names)
    return model.model_construct(**values).model_dump(mode="json", include=chosen, warnings=False)


def _first_of_dims(inputs: dict[str, Any], dims: tuple[str, ...] | None) -> DataArray | None:
    for value in inputs.values():
        if dims is not None and tuple(getattr(value, "dims", ())) == dims:
            return value  # type: ignore[no-any-return]
    return None
