"""Views of arrays on disk read what NumPy would give, and no more than is asked for."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from daisy_kernel.io.lazy import RegionArray, Transposed, select_frames, to_dataarray

WHOLE = np.arange(12 * 5 * 4, dtype="i4").reshape(12, 5, 4)


@dataclass(frozen=True, eq=False)
class Recorded(RegionArray):
    """An array in memory that remembers each region which was read."""

    whole: NDArray[Any] = field(default_factory=WHOLE.copy)
    shape: tuple[int, ...] = WHOLE.shape
    dtype: np.dtype[Any] = WHOLE.dtype
    chunks: tuple[int, ...] | None = (2, 5, 4)
    reads: list[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)

    def read_into(self, start: tuple[int, ...], out: NDArray[Any]) -> None:
        self.reads.append((start, out.shape))
        assert out.flags.c_contiguous
        out[...] = self.whole[tuple(slice(a, a + n) for a, n in zip(start, out.shape, strict=True))]


def slices(length: int) -> st.SearchStrategy[slice]:
    bound = st.none() | st.integers(-length - 2, length + 2)
    return st.builds(slice, bound, bound, st.none() | st.integers(1, 4))


regions = st.tuples(slices(12), slices(5), slices(4))


@given(regions)
def test_a_region_is_what_numpy_gives(region: tuple[slice, ...]) -> None:
    np.testing.assert_array_equal(Recorded()[region], WHOLE[region])


@given(st.lists(st.integers(0, 11), max_size=20), st.data())
def test_selected_frames_are_what_numpy_indexing_gives(indices: list[int], data: st.DataObject) -> None:
    chosen = select_frames(Recorded(), indices)
    region = data.draw(st.tuples(slices(len(indices)), slices(5), slices(4)))
    expected = WHOLE[np.array(indices, int)]
    assert chosen.shape == expected.shape
    np.testing.assert_array_equal(chosen[region], expected[region])


@given(st.permutations([0, 1, 2]), st.data())
def test_transposed_is_what_numpy_gives(axes: list[int], data: st.DataObject) -> None:
    turned = Transposed(Recorded(), tuple(axes))
    region = data.draw(st.tuples(*(slices(length) for length in turned.shape)))
    np.testing.assert_array_equal(turned[region], WHOLE.transpose(axes)[region])
    assert turned.chunks == tuple((2, 5, 4)[axis] for axis in axes)


def test_neighbouring_frames_are_read_in_one_piece() -> None:
    base = Recorded()
    select_frames(base, [2, 3, 4, 7, 8, 1])[:, 1:3]
    assert base.reads == [((2, 1, 0), (3, 2, 4)), ((7, 1, 0), (2, 2, 4)), ((1, 1, 0), (1, 2, 4))]


def test_every_fourth_frame_is_read_without_the_three_between() -> None:
    base = Recorded()
    base[::4, 1:2]
    assert base.reads == [((frame, 1, 0), (1, 1, 4)) for frame in (0, 4, 8)]


def test_all_frames_in_order_are_the_array_itself() -> None:
    base = Recorded()
    assert select_frames(base, range(12)) is base


def test_a_frame_outside_is_refused_by_its_number() -> None:
    with pytest.raises(DataError, match="frame 12 was asked for, but there are 12"):
        select_frames(Recorded(), [3, 12])


def test_too_many_slices_are_refused() -> None:
    with pytest.raises(DataError, match="4 slices for 3 axes"):
        Recorded()[:, :, :, :]


def test_a_negative_step_is_refused() -> None:
    with pytest.raises(DataError, match="negative step"):
        Recorded()[::-1]


def test_a_dataarray_reads_only_the_region_that_is_loaded() -> None:
    base = Recorded()
    array = to_dataarray(
        base,
        ("angle", "row", "column"),
        name="projections",
        units="counts",
        coords={"angle": np.linspace(0, 11, 12)},
        attrs={"kind": "raw"},
    )
    part = array.isel(row=slice(1, 3)).sel(angle=slice(2, 5)).isel(column=-1)
    assert base.reads == []
    np.testing.assert_array_equal(part.values, WHOLE[2:6, 1:3, -1])
    assert base.reads == [((2, 1, 3), (4, 2, 1))]
    assert array.attrs == {"kind": "raw", "units": "counts"}
    assert array.encoding["preferred_chunks"] == {"angle": 2, "row": 5, "column": 4}


def test_a_dataarray_takes_lists_and_backward_slices_too() -> None:
    array = to_dataarray(Recorded(), ("angle", "row", "column"))
    np.testing.assert_array_equal(array.isel(angle=[7, 1], row=slice(None, None, -2)), WHOLE[[7, 1], ::-2])


def test_a_dataarray_is_pickled_without_its_data() -> None:
    array = to_dataarray(Recorded(), ("angle", "row", "column")).isel(angle=slice(3, 5))
    again = pickle.loads(pickle.dumps(array))
    np.testing.assert_array_equal(again.values, WHOLE[3:5])
