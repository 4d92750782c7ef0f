"""Zarr: a result that xarray opens, and kept data that are written along one dim and read along another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import zarr

from daisy_kernel.io.output import ArraySpec
from daisy_kernel.io.zarr import ZarrStore, zarr_output
from tests.io.specs import DIMS, provenance, random, spec


def test_xarray_opens_the_volume_with_dims_units_and_coordinates(tmp_path: Path) -> None:
    values = random((40, 150, 130))
    coords = {"row": np.arange(100, 140), "x": (np.arange(130) * 0.5, "mm")}
    output = zarr_output(tmp_path / "rec.zarr", spec(values, coords=coords))
    output.create()
    for start in (16, 32, 0):
        output.write(start, values[start : start + 16])
    output.complete(provenance())
    with xr.open_zarr(output.path) as opened:
        volume = opened["volume"]
        assert volume.dims == DIMS
        assert volume.attrs["units"] == "1/cm"
        assert volume.coords["x"].attrs["units"] == "mm"
        np.testing.assert_array_equal(volume.coords["row"], coords["row"])
        np.testing.assert_array_equal(volume, values)
        assert opened.attrs["provenance"]["graph"]["name"] == "ct"


def test_xarray_gives_values_where_integers_are_stored(tmp_path: Path) -> None:
    values = random((2, 3, 4), "uint16")
    output = zarr_output(tmp_path / "rec.zarr", spec(values, limits=(-1.0, 3.0)))
    output.create()
    output.write(0, values)
    output.complete()
    with xr.open_zarr(output.path) as opened:
        np.testing.assert_allclose(opened["volume"], values * (4 / 65535) - 1, atol=1e-6)


def test_a_block_of_rows_is_one_file(tmp_path: Path) -> None:
    values = random((40, 150, 130))
    output = zarr_output(tmp_path / "rec.zarr", spec(values))
    output.create()
    output.write(0, values)
    files = [p for p in (output.part / "volume").rglob("*") if p.is_file() and p.name != "zarr.json"]
    assert len(files) == 3


@pytest.mark.parametrize("chunks", [None, (8, 4, 20)], ids=["read by shard", "read by chunk"])
def test_kept_data_are_written_along_one_dim_and_read_along_another(
    chunks: tuple[int, ...] | None, tmp_path: Path
) -> None:
    values = random((50, 37, 20))
    kept = ArraySpec(values.shape, "float32", ("angle", "row", "column"), name="kept")
    by_angle = ZarrStore(tmp_path / "a.zarr", kept, shards=(16, 8, 20), chunks=chunks)
    by_row = ZarrStore(tmp_path / "b.zarr", kept, shards=(16, 8, 20), chunks=chunks)
    by_angle.create()
    by_row.create()
    for start in (32, 0, 48, 16):
        by_angle.write(start, values[start : start + 16])
    for start in (24, 8, 0, 16, 32):
        by_row.write(start, values[:, start : start + 8], axis=1)
    by_angle.complete()
    by_row.complete()
    for store in (by_angle, by_row):
        np.testing.assert_array_equal(store.read(0, 50, slice(5, 21)), values[:, 5:21])
        np.testing.assert_array_equal(store.read(3, 19), values[3:19])


def test_a_slab_that_would_share_a_shard_with_another_is_a_bug_of_the_caller(tmp_path: Path) -> None:
    kept = ArraySpec((50, 37, 20), "float32", ("angle", "row", "column"))
    store = ZarrStore(tmp_path / "a.zarr", kept, shards=(16, 8, 20))
    store.create()
    with pytest.raises(ValueError, match="slab 4:12 along row is not cut at multiples of 8"):
        store.write(4, np.zeros((50, 8, 20), np.float32), axis=1)


def test_what_a_killed_writer_left_behind_is_cleared_away(tmp_path: Path) -> None:
    output = zarr_output(tmp_path / "rec.zarr", spec(random((2, 3, 4))))
    output.create()
    output.write(0, random((2, 3, 4)))
    (output.part / "volume" / "c" / "0" / "0" / "0.5f3a.partial").touch()
    output.complete()
    assert not list(output.path.rglob("*.partial"))
    assert zarr.open_group(output.path, mode="r")["volume"].shape == (2, 3, 4)
