"""Workers of a dask cluster: same bits, and they may die at any stage."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from distributed import Client, LocalCluster
from xarray import DataArray

from daisy_kernel import Engine
from daisy_kernel.algorithm import InputPath, Parameter, Slabs
from daisy_kernel.errors import DaisyError, DataError, ParameterError, RunError
from daisy_kernel.graph import Graph, Link, Node
from daisy_kernel.io.lazy import RegionArray, to_dataarray
from daisy_kernel.runs.run import Run
from daisy_kernel.save import Save
from tests import algorithms as steps

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=None
    ) as made:
        yield made


def die_once(marker: str) -> None:
    """Kill this process, the first time that it comes by."""
    try:
        Path(marker).touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


class DyingFile(RegionArray):
    """A file whose reader dies once, before it has read."""

    def __init__(self, path: Path, marker: str) -> None:
        self.path, self.marker = path, marker
        found = np.load(path, mmap_mode="r")
        self.shape, self.dtype, self.chunks = found.shape, found.dtype, None

    def read_into(self, start, out) -> None:
        if start[1] >= 8:
            die_once(self.marker)
        found = np.load(self.path, mmap_mode="r")
        out[...] = found[tuple(slice(a, a + n) for a, n in zip(start, out.shape, strict=True))]


class DyingSource(steps.Algorithm):
    """See `DyingFile`."""

    input: InputPath = Parameter()
    marker: str = Parameter()

    def execute(self) -> steps.Stack:
        return to_dataarray(DyingFile(self.input, self.marker), ("angle", "row", "column"))


class DyingStep(steps.Scale):
    """Dies once, inside the section."""

    marker: str = Parameter()
    slabs = Slabs("row")

    def execute(self, stack: steps.Stack) -> steps.Stack:
        die_once(self.marker)
        return super().execute(stack)


class DyingOutput:
    """An output whose writer dies once, after it has written."""

    def __init__(self, inner: Any, marker: str) -> None:
        self.inner, self.marker = inner, marker

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("inner", "marker"):
            raise AttributeError(name)
        return getattr(self.inner, name)

    def write(self, start: int, array: Any) -> None:
        self.inner.write(start, array)
        die_once(self.marker)


class DyingSave(Save):
    """See `DyingOutput`."""

    marker: str = Parameter()

    def target(self, data: DataArray) -> Any:
        return DyingOutput(super().target(data), self.marker)


class RowsFirst(steps.Algorithm):
    """Rows as the first dim."""

    slabs = Slabs("row")

    def describe(self, stack):
        return stack.transpose("row", "angle", "column")

    def execute(self, stack: steps.Stack) -> steps.Annotated[DataArray, steps.Dims("row", "angle", "column")]:
        return stack.transpose("row", "angle", "column")


def graph(folder: Path, stage: str = "none") -> Graph:
    np.save(folder / "in.npy", np.random.default_rng(2).random((5, 64, 7)))
    marker = {"marker": str(folder / f"{stage}.died")}
    load = {"input": str(folder / "in.npy")}
    save = {"output": str(folder / "out.h5")}
    nodes = {
        "load": Node(algorithm="tests.algorithms:FromFile", parameters=load),
        "scale": Node(algorithm="tests.algorithms:Scale"),
        "smooth": Node(algorithm="tests.algorithms:MeanOfThreeRows"),
        "turn": Node(algorithm="tests.engines.test_dask:RowsFirst"),
        "save": Node(algorithm="Save", parameters=save),
    }
    dying = {
        "read": ("load", "DyingSource", load),
        "compute": ("scale", "DyingStep", {}),
        "write": ("save", "DyingSave", save),
    }
    if stage in dying:
        name, kind, given = dying[stage]
        nodes[name] = Node(algorithm=f"tests.engines.test_dask:{kind}", parameters={**given, **marker})
    links = [("load.output", "scale.stack"), ("scale.output", "smooth.stack")]
    links += [("smooth.output", "turn.stack"), ("turn.output", "save.data")]
    return Graph(nodes=nodes, links=[Link(source=a, target=b) for a, b in links])


def run(wanted: Graph, where: Any) -> dict[str, Any]:
    with Engine(where) as engine:
        engine.load(wanted)
        return Run(engine).execute()


def expected() -> np.ndarray:
    raw = np.random.default_rng(2).random((5, 64, 7))
    return steps.mean_of_three_rows(raw * 2).transpose(1, 0, 2).astype(np.float32)


def read(folder: Path) -> np.ndarray:
    with h5py.File(folder / "out.h5") as file:
        return file["entry/data/volume"][()]


@pytest.mark.parametrize("stage", ["none", "read", "compute", "write"])
def test_a_run_finishes_though_a_worker_dies(tmp_path, cluster, stage):
    record = run(graph(tmp_path, stage), cluster)
    assert (tmp_path / f"{stage}.died").exists() == (stage != "none")
    np.testing.assert_array_equal(read(tmp_path), expected())
    assert "dask" in record["engine"]


def test_a_client_serves_as_an_engine_and_stays_open(tmp_path, cluster):
    with Client(cluster) as client:
        run(graph(tmp_path), client)
        assert client.status == "running"
    np.testing.assert_array_equal(read(tmp_path), expected())


def test_a_data_object_is_read_from_where_the_workers_put_it(tmp_path, cluster):
    with Engine(cluster, scratch=tmp_path) as engine:
        engine.load(graph(tmp_path))
        engine.datastore.record("smooth", "smooth.output")
        found = engine.datastore["smooth"]
        raw = np.load(tmp_path / "in.npy")
        np.testing.assert_array_equal(found.values, steps.mean_of_three_rows(raw * 2))


def test_an_error_on_a_worker_comes_back_as_one_sentence(tmp_path, cluster):
    wanted = graph(tmp_path)
    wanted.nodes["scale"] = Node(algorithm="tests.engines.test_dask:Wrong")
    with pytest.raises(RunError, match=r"scale, row \d+ to \d+: 7 is wrong"):
        run(wanted, cluster)


class Wrong(steps.Scale):
    """Refuses its data."""

    slabs = Slabs("row")

    def execute(self, stack: steps.Stack) -> steps.Stack:
        raise DataError("7 is wrong", remedy="take 8")


def test_nobody_at_an_address_is_one_sentence(monkeypatch):
    monkeypatch.setattr("daisy_kernel.engines.connection.CONNECT_SECONDS", 1)
    with pytest.raises(DaisyError, match=r"no dask scheduler answers at tcp://127.0.0.1:9 within 1 s"):
        Engine("tcp://127.0.0.1:9")


def test_what_is_no_address_is_refused():
    with pytest.raises(ParameterError, match=r"engine 'localhost' is no address"):
        Engine("localhost")
