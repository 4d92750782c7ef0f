"""Damaged scan files: whatever is in them, a reader answers with data or one sentence.

Two hundred mutated files in the usual run; ten thousand by hand:

    DAISY_FUZZ=10000 pytest -s tests/domains/ct/test_fuzz_readers.py

Each file is read in a child process under a limit of memory and time, since HDF5 itself may crash on
a damaged file, which no exception can tell. ``-s`` prints what came of each kind of file.
"""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import re
import resource
import traceback
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np
import pytest
import tifffile

from daisy_kernel.domains.ct.scan.readers import read_scan
from daisy_kernel.errors import DaisyError
from tests.domains.ct.scan.scan_files import FRAMES, write_dxchange, write_nxtomo

CASES = int(os.environ.get("DAISY_FUZZ", "200"))
SECONDS_A_CASE = 20
MEMORY = 1 << 30
RESIDENT = 512 << 20


def write_virtual_in_itself(path: Path) -> None:
    layout = h5py.VirtualLayout(FRAMES.shape, "u2")
    layout[:] = h5py.VirtualSource(".", "raw", FRAMES.shape)
    with h5py.File(path, "w") as file:
        file["raw"] = FRAMES
        file.create_virtual_dataset("frames", layout)


def write_tiff(path: Path, **storage: Any) -> None:
    tifffile.imwrite(path, FRAMES, **storage)


RANGE = {"angle_range": (0, 180)}
SEEDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "nxtomo.nxs": (write_nxtomo, {}),
    "nxtomo-gzip.nxs": (lambda path: write_nxtomo(path, chunks=(1, 6, 10), compression="gzip"), {}),
    "dxchange.h5": (write_dxchange, {}),
    "dxchange-chunks.h5": (lambda path: write_dxchange(path, chunks=(2, 3, 10)), {}),
    "dxchange-lz4.h5": (lambda path: write_dxchange(path, chunks=(2, 6, 10), **hdf5plugin.LZ4()), {}),
    "virtual.h5": (write_virtual_in_itself, {"projections": "frames", **RANGE}),
    "plain.tif": (lambda path: write_tiff(path, photometric="minisblack"), RANGE),
    "deflate.tif": (lambda path: write_tiff(path, photometric="minisblack", compression="zlib"), RANGE),
    "imagej.tif": (lambda path: write_tiff(path, imagej=True), RANGE),
    "big.tif": (lambda path: write_tiff(path, photometric="minisblack", bigtiff=True, byteorder=">"), RANGE),
}


def mutate(whole: bytes, random: np.random.Generator) -> bytes:
    """Flip bytes, overwrite blocks, put huge or tiny integers, cut off, or move a block.

    Half of the places are near the signature of one of HDF5's structures.
    """
    data = bytearray(whole)
    structures = [found.start() for found in re.finditer(rb"GCOL|TREE|HEAP|SNOD|OHDR|FRHP|FAHD|II\*|MM\0", whole)]
    for _ in range(random.integers(1, 6)):
        place, length = int(random.integers(len(data))), int(random.integers(1, 64))
        if structures and random.integers(2):
            place = min(int(random.choice(structures) + random.integers(400)), len(data) - 1)
        kind = random.integers(6)
        if kind == 0:
            data[place] ^= 1 << int(random.integers(8))
        elif kind == 1:
            data[place] = int(random.integers(256))
        elif kind == 2:
            data[place : place + length] = random.bytes(min(length, len(data) - place))
        elif kind == 3:
            number = [0, 1, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40, (1 << 63) - 1, (1 << 64) - 1][random.integers(8)]
            data[place : place + 8] = number.to_bytes(8, "little")[: len(data) - place]
        elif kind == 4:
            origin = int(random.integers(len(data)))
            data[place : place + length] = data[origin : origin + length]
        elif random.integers(4) == 0:
            del data[max(place, 1) :]
    return bytes(data)


def attempt(path: Path, options: dict[str, Any]) -> str:
    """Read a scan and a region of each array; what came of it in a word, or a traceback."""
    try:
        scan = read_scan(path, **options)
        for array in (scan.projections, scan.flats, scan.darks):
            if array is not None:
                array[:2, :4, :8]
                array[-1:, -1:, :8:2]
    except DaisyError as error:
        return "refused" if 0 < len(str(error)) < 4000 and "\n" not in str(error) else f"ugly: {error}"
    except BaseException:
        return traceback.format_exc()
    return "read"


def memory(name: str) -> int:
    """Bytes that the kernel counts under that name for this process."""
    return int(re.search(rf"{name}:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024


def child(channel: Connection, folder: Path) -> None:
    """Read one mutated file after the other until the channel closes."""
    with (folder / "crash.log").open("w") as log, contextlib.suppress(EOFError):
        faulthandler.enable(log)
        virtual = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (virtual + MEMORY, virtual + MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        while True:
            name, number = channel.recv()
            random = np.random.default_rng([number, 20])
            path = folder / f"{number}-{name}"
            path.write_bytes(mutate((folder / name).read_bytes(), random))
            Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
            before = memory("VmHWM")
            result = attempt(path, SEEDS[name][1])
            path.unlink()
            grown = memory("VmHWM") - before
            channel.send(result if grown < RESIDENT else f"memory grew by {grown >> 20} MiB")


class Reading:
    """A child process that reads mutated files; a new one when it crashed or hung."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.channel, theirs = context.Pipe()
        self.process = context.Process(target=child, args=(theirs, self.folder), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, name: str, number: int) -> str:
        self.channel.send((name, number))
        try:
            result: str = self.channel.recv() if self.channel.poll(SECONDS_A_CASE) else "hang"
        except EOFError:
            self.process.join()
            result = f"crash {self.process.exitcode}"
        if result == "hang" or result.startswith("crash"):
            self.stop()
            self.start()
        return result

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.channel.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, (write, options) in SEEDS.items():
        write(tmp_path / name)
        assert attempt(tmp_path / name, options) == "read", name
    return tmp_path


def test_a_damaged_scan_gives_data_or_one_sentence(folder: Path) -> None:
    reading = Reading(folder)
    results = {}
    for number in range(CASES):
        name = list(SEEDS)[number % len(SEEDS)]
        results[name, number] = reading.ask(name, number)
    reading.stop()
    counts = Counter((name, result.splitlines()[-1][:150]) for (name, _), result in results.items())
    for (name, result), times in sorted(counts.items()):
        print(f"{name:20} {times:6} {result}")
    bad = {case: result for case, result in results.items() if result not in ("read", "refused")}
    assert not bad, "\n".join(f"{case}: {result}" for case, result in list(bad.items())[:10])
