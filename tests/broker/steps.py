"""Steps that take their time, note what they compute, or end their process."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import h5py
import numpy as np

from daisy_kernel.algorithm import Parameter, Slabs
from daisy_kernel.graph import Graph, Link, Node
from tests import algorithms as steps


class Slow(steps.Scale):
    """Doubles, and notes in a folder which rows it was given, each time."""

    noted: str = Parameter()
    seconds: float = Parameter(0.3)
    slabs = Slabs("row")

    def execute(self, stack: steps.Stack) -> steps.Stack:
        time.sleep(self.seconds)
        first = int(stack.values[0, 0, 0])
        (Path(self.noted) / f"{first}-{os.getpid()}-{time.monotonic_ns()}").touch()
        return super().execute(stack)


class Greedy(steps.Scale):
    """Is ended each time that it sees the first rows, as one that takes too much memory is."""

    slabs = Slabs("row")

    def execute(self, stack: steps.Stack) -> steps.Stack:
        if stack.values[0, 0, 0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(stack)


class RowsFirst(steps.Algorithm):
    """Rows as the first dim."""

    slabs = Slabs("row")

    def describe(self, stack):
        return stack.transpose("row", "angle", "column")

    def execute(self, stack: steps.Stack) -> steps.Annotated[steps.DataArray, steps.Dims("row", "angle", "column")]:
        return stack.transpose("row", "angle", "column")


def graph(folder: Path, middle: str = "Slow", *, rows: int = 128, **parameters: object) -> Graph:
    """Of a stack whose values are the numbers of their rows, through one step of this module."""
    noted = folder / "noted"
    noted.mkdir(exist_ok=True)
    values = np.broadcast_to(np.arange(rows, dtype=np.float64)[None, :, None], (4, rows, 6))
    np.save(folder / "in.npy", values)
    if middle == "Slow":
        parameters["noted"] = str(noted)
    nodes = {
        "load": Node(algorithm="tests.algorithms:FromFile", parameters={"input": str(folder / "in.npy")}),
        "middle": Node(algorithm=f"tests.broker.steps:{middle}", parameters=parameters),
        "turn": Node(algorithm="tests.broker.steps:RowsFirst"),
        "save": Node(algorithm="Save", parameters={"output": str(folder / "out.h5")}),
    }
    links = [("load.output", "middle.stack"), ("middle.output", "turn.stack"), ("turn.output", "save.data")]
    return Graph(nodes=nodes, links=[Link(source=a, target=b) for a, b in links])


def is_right(folder: Path, rows: int = 128) -> bool:
    """Whether the output holds what it must, to the bit."""
    with h5py.File(folder / "out.h5") as file:
        found = file["entry/data/volume"][()]
    expected = np.broadcast_to(2 * np.arange(rows, dtype=np.float32)[:, None, None], (rows, 4, 6))
    return bool(np.array_equal(found, expected))


def noted(folder: Path) -> list[int]:
    """First rows of what was computed, as often as it was."""
    return sorted(int(path.name.partition("-")[0]) for path in folder.glob("noted/*"))
