"""What all outputs have in common: slabs in any order, the part until the end, and a disk that fails."""

from __future__ import annotations

import os
import pickle
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daisy_kernel.errors import OutputError, RunError
from daisy_kernel.io.output import ArraySpec, Output, output_for

NAMES = ("rec.h5", "rec.zarr", "rec.tif")
DIMS = ("row", "y", "x")
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # many small files, faster than on a disk


def array(rows: int = 40, size: int = 9) -> np.ndarray:
    return np.random.default_rng(rows).random((rows, size, size + 1), dtype=np.float32)


def spec(values: np.ndarray, block: int = 16) -> ArraySpec:
    return ArraySpec(values.shape, str(values.dtype), DIMS, units="1/cm", block=block)


def write_all(output: Output, values: np.ndarray) -> None:
    output.create()
    output.write(0, values)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mount a file system of 1 MiB, perhaps read-only; needs root, whom permissions do not stop."""
    mounted: list[Path] = []

    def mount(options: str = "size=1M") -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.decode().strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)


@st.composite
def written_slabs(draw: st.DrawFn) -> tuple[int, int, list[tuple[int, int]]]:
    """Rows, block, and a partition of the rows into slabs, shuffled, some of them twice."""
    block = draw(st.sampled_from([1, 4, 16]))
    rows = draw(st.integers(1, 50))
    blocks = range(block, rows, block)
    cuts = sorted(draw(st.sets(st.sampled_from(blocks)))) if blocks else []
    slabs = list(zip([0, *cuts], [*cuts, rows], strict=True))
    again = draw(st.lists(st.sampled_from(slabs), max_size=3))
    return rows, block, draw(st.permutations(slabs + again))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20, deadline=None)
@given(case=written_slabs())
def test_slabs_in_any_order_and_twice_give_the_same_files_as_one_write(name: str, case: tuple) -> None:
    rows, block, slabs = case
    values = array(rows)
    with tempfile.TemporaryDirectory(dir=MEMORY) as one, tempfile.TemporaryDirectory(dir=MEMORY) as many:
        whole = output_for(Path(one) / name, spec(values, block))
        write_all(whole, values)
        output = output_for(Path(many) / name, spec(values, block))
        output.create()
        for start, stop in slabs:
            output.write(start, values[start:stop])
        whole.complete()
        output.complete()
        assert content(Path(many)) == content(Path(one))
        np.testing.assert_array_equal(output.read(0, rows), values)


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_a_region_is_read_back_from_the_part_and_from_the_finished_output(name: str, tmp_path: Path) -> None:
    values = array()
    output = output_for(tmp_path / name, spec(values))
    write_all(output, values)
    for _ in range(2):
        np.testing.assert_array_equal(output.read(17, 33), values[17:33])
        region = output.read(3, 40, slice(4, 5), slice(2, 8))
        np.testing.assert_array_equal(region, values[3:40, 4:5, 2:8])
        if output.part.exists():
            output.complete()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_has_the_final_name_before_the_output_is_complete(name: str, tmp_path: Path) -> None:
    values = array()
    output = output_for(tmp_path / name, spec(values))
    write_all(output, values)
    assert not output.path.exists()
    assert output.part.parent == tmp_path
    output.complete()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_discarded_output_leaves_nothing(name: str, tmp_path: Path) -> None:
    output = output_for(tmp_path / name, spec(array()))
    write_all(output, array())
    output.discard()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_an_output_survives_the_way_to_another_process(name: str, tmp_path: Path) -> None:
    output = output_for(tmp_path / name, spec(array()))
    output.create()
    pickle.loads(pickle.dumps(output)).write(0, array())
    np.testing.assert_array_equal(output.read(0, 40), array())


@pytest.mark.parametrize("name", NAMES)
def test_the_predicted_size_is_the_size_on_disk_but_for_headers(name: str, tmp_path: Path) -> None:
    values = array(70, 300)
    output = output_for(tmp_path / name, spec(values))
    write_all(output, values)
    files = [tmp_path / name for name in content(tmp_path)]
    real = sum(file.stat().st_size for file in files)
    assert real - output.nbytes < 64 << 10
    assert output.nbytes - real < 64 << 10


@pytest.mark.parametrize("name", NAMES)
def test_an_existing_output_is_refused_before_and_after_unless_told_to_overwrite(name: str, tmp_path: Path) -> None:
    old, new = array(), array() + 1
    output = output_for(tmp_path / name, spec(old))
    write_all(output, old)
    output.complete()
    with pytest.raises(OutputError, match=rf"{name} exists already: use --overwrite"):
        output.create()
    output.create(overwrite=True)
    output.write(0, new)
    with pytest.raises(OutputError, match=f"{name} exists already"):
        output.complete()
    np.testing.assert_array_equal(output_for(tmp_path / name, spec(old)).read(0, 40), new)
    output.complete(overwrite=True)
    np.testing.assert_array_equal(output.read(0, 40), new)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["rec.zarr", "rec.tif"])
def test_a_folder_that_holds_something_else_is_never_replaced(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.tex").touch()
    output = output_for(tmp_path / name, spec(array()))
    with pytest.raises(OutputError, match=r"also holds 'thesis\.tex', which would be lost"):
        output.create(overwrite=True)
    assert (tmp_path / name / "thesis.tex").exists()


@pytest.mark.parametrize("name", ["rec.zarr", "rec.tif"])
def test_a_file_is_not_replaced_by_a_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    with pytest.raises(OutputError, match=rf"{name} is a file, which a folder cannot replace"):
        output_for(tmp_path / name, spec(array())).create(overwrite=True)


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "rec.h5").mkdir()
    with pytest.raises(OutputError, match=r"rec\.h5 is a folder, which a file cannot replace"):
        output_for(tmp_path / "rec.h5", spec(array())).create(overwrite=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_parent_folder_is_named_with_the_way_to_make_it(name: str, tmp_path: Path) -> None:
    output = output_for(tmp_path / "absent" / name, spec(array()))
    with pytest.raises(OutputError, match=r"the folder .*absent does not exist: make it: mkdir -p .*absent"):
        output.create()


@pytest.mark.parametrize("name", NAMES)
def test_a_read_only_file_system_is_refused_in_one_sentence(name: str, small_disk: Callable[..., Path]) -> None:
    output = output_for(small_disk("ro") / name, spec(array()))
    with pytest.raises(OutputError, match=rf"{name}\.part cannot be written: its file system is read-only"):
        output.create()


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Let permissions count, where tests are run by root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield
    os.seteuid(before)


@pytest.mark.parametrize("mode", [0o500, 0o000], ids=["not writable", "not even to be entered"])
@pytest.mark.parametrize("name", NAMES)
def test_a_folder_without_permission_is_refused(
    name: str, mode: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    tmp_path.chmod(mode)
    request.getfixturevalue("ordinary_user")
    with pytest.raises(OutputError, match=rf"{name}\.part cannot be written: permission denied"):
        output_for(tmp_path / name, spec(array())).create()


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_is_too_small_is_refused_with_both_sizes(name: str, small_disk: Callable[..., Path]) -> None:
    output = output_for(small_disk() / name, ArraySpec((64, 128, 128), "float32", DIMS))
    with pytest.raises(OutputError, match=rf"no space for .*{name}: 4(\.\d+)? MiB needed, .* KiB|MiB free"):
        output.create()
    assert not output.path.exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_fills_up_leaves_the_part_for_resume_and_no_final_name(
    name: str, small_disk: Callable[..., Path]
) -> None:
    folder = small_disk()
    values = np.ones((32, 64, 64), np.float32)
    output = output_for(folder / name, spec(values))
    output.create()
    output.write(0, values[:16])
    (folder / "other").write_bytes(bytes(os.statvfs(folder).f_bavail * os.statvfs(folder).f_bsize))
    with pytest.raises(RunError, match=rf"no space for .*{name}\.part: 256 KiB needed, .* free.*--resume"):
        output.write(16, values[16:])
    assert not output.path.exists()
    (folder / "other").unlink()
    output.write(16, values[16:])
    output.complete()
    np.testing.assert_array_equal(output.read(0, 32), values)


@pytest.mark.parametrize("name", NAMES)
def test_an_output_that_is_gone_is_named(name: str, tmp_path: Path) -> None:
    output = output_for(tmp_path / name, spec(array()))
    with pytest.raises(RunError, match=rf"neither .*{name}\.part nor .*{name} is there"):
        output.read(0, 1)
    with pytest.raises(RunError, match=rf"{name}\.part cannot be written: it is not there"):
        output.complete()


@pytest.mark.parametrize("name", NAMES)
def test_a_slab_that_does_not_fit_is_a_bug_of_the_caller(name: str, tmp_path: Path) -> None:
    output = output_for(tmp_path / name, spec(array()))
    output.create()
    with pytest.raises(ValueError, match=r"slab 32:72 along row: float32 \(40, 9, 10\) does not fit"):
        output.write(32, array())
    with pytest.raises(ValueError, match="float64"):
        output.write(0, array().astype(np.float64))


def test_the_suffix_chooses_the_format() -> None:
    small = spec(array())
    kinds = {name: type(output_for(Path(name), small)).__name__ for name in (*NAMES, "a.NXS", "slices")}
    assert list(kinds.values()) == ["HDF5Output", "ZarrStore", "TIFFOutput", "HDF5Output", "TIFFOutput"]


def test_an_unknown_suffix_names_those_there_are() -> None:
    with pytest.raises(OutputError, match=r"rec\.npy has the suffix '\.npy', .*use \.h5 .* \.zarr"):
        output_for(Path("rec.npy"), spec(array()))


def test_a_coordinate_of_another_length_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match=r"coordinate 'y' \(3,\) does not fit"):
        ArraySpec((2, 4, 4), "float32", DIMS, coords={"y": np.arange(3)})


def test_the_pixel_size_is_the_step_of_the_last_coordinate_in_micrometres() -> None:
    x = np.arange(4) * 6.5e-4
    assert ArraySpec((4,), "float32", ("x",), coords={"x": (x, "cm")}).pixel_size == pytest.approx(6.5)
    assert ArraySpec((4,), "float32", ("x",), coords={"x": (x, "px")}).pixel_size is None
    assert ArraySpec((4,), "float32", ("x",)).pixel_size is None
