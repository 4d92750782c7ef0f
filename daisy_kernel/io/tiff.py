"""Read TIFF stacks: many files of one page, or files of many pages, as one array that stays on disk."""

from __future__ import annotations

import importlib
import logging
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from daisy_kernel.io.lazy import RegionArray

SUFFIXES = (".tif", ".tiff")

# No compressed frame unfolds to more than this many times its file (deflate reaches 1032 : 1).
_MOST_EXPANSION = 4096


@dataclass(frozen=True)
class TiffStack(RegionArray):
    """Gray-value pages of one size, one after another: (frame, row, column).

    first: index of the first frame of each file. offset: where the frames begin in a file whose only
    page description stands for all of them (ImageJ, above 4 GiB); None otherwise.
    """

    files: tuple[Path, ...]
    first: tuple[int, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunks: tuple[int, ...] | None
    offset: int | None = None

    def read_into(self, start: tuple[int, ...], out: NDArray[Any]) -> None:
        """Read page by page; of a page that is not compressed, only the rows that are asked for."""
        frame, end = start[0], start[0] + len(out)
        while frame < end:
            which = bisect_right(self.first, frame) - 1
            after = self.first[which + 1] if which + 1 < len(self.files) else self.shape[0]
            with _tiff(self.files[which]) as tif:
                for index in range(frame, min(after, end)):
                    self._read_page(tif, which, index - self.first[which], start[1:], out[index - start[0]])
            frame = after

    def _read_page(self, tif: Any, which: int, number: int, corner: tuple[int, ...], out: NDArray[Any]) -> None:
        path, (row, column) = self.files[which], corner
        page = tif.pages[0 if self.offset is not None else number]
        _check_page(path, page, self.shape[1:], self.dtype)
        offset = page.dataoffsets[0] if page.is_contiguous else None
        if self.offset is not None:
            offset = self.offset + number * page.nbytes
        if offset is None:
            out[...] = page.asarray()[row : row + out.shape[0], column : column + out.shape[1]]
            return
        width = self.shape[2] * self.dtype.itemsize
        tif.filehandle.seek(offset + row * width)
        data = tif.filehandle.read(out.shape[0] * width)
        if len(data) < out.shape[0] * width:
            raise DataError(f"{path} is truncated in page {number}", remedy="copy the file again")
        stored = np.frombuffer(data, self.dtype.newbyteorder(tif.byteorder)).reshape(-1, self.shape[2])
        out[...] = stored[:, column : column + out.shape[1]]


def open_stack(files: Sequence[Path]) -> TiffStack:
    """Make one stack of files in the order given; a file may have one page or many.

    8-, 16- and 32-bit integers and 32-bit floats of one sample a pixel. Of many one-page files only
    the first is looked at; the others are compared with it when they are read.

    Errors: DataError where a file is no TIFF, is damaged, has colours, or differs from the first.
    """
    path = files[0]
    with _tiff(path) as tif:
        page, count = tif.pages[0], len(tif.pages)
        images = int((tif.imagej_metadata or {}).get("images", 1)) if tif.is_imagej and count == 1 else 1
        _check_page(path, page, page.shape, page.dtype)
        shape, dtype, plain = page.shape, page.dtype.newbyteorder("="), bool(page.is_contiguous)
        offset = int(page.dataoffsets[0]) if images > 1 and plain else None
        if offset is not None and offset + images * page.nbytes > path.stat().st_size:
            raise DataError(f"{path} is truncated: {images} images do not fit in it", remedy="copy the file again")
    counts = [
        images if offset is not None else count,
        *(1 if count == 1 else _pages(other) for other in files[1:]),
    ]
    if offset is not None and len(files) > 1:
        raise DataError(f"{path} is an ImageJ stack, and {len(files) - 1} files follow it", remedy="give it alone")
    return TiffStack(
        files=tuple(files),
        first=(0, *accumulate(counts[:-1])),
        shape=(sum(counts), *shape),
        dtype=dtype,
        chunks=None if plain else (1, *shape),
        offset=offset,
    )


def _pages(path: Path) -> int:
    with _tiff(path) as tif:
        return len(tif.pages)


def _check_page(path: Path, page: Any, shape: tuple[int, ...], dtype: Any) -> None:
    sizes_are_whole = all(isinstance(length, int) and length > 0 for length in page.shape)
    if (
        len(page.shape) != 2
        or not sizes_are_whole
        or page.dtype is None
        or page.dtype.kind not in "iuf"
        or page.photometric == 3
    ):
        raise DataError(
            f"{path} holds {page.dtype} pages of shape {page.shape}, not gray values",
            remedy="export one gray value a pixel (8, 16 or 32 bit)",
        )
    if page.nbytes > _MOST_EXPANSION * path.stat().st_size:
        raise DataError(f"{path} is damaged: it claims a page of {page.nbytes} bytes", remedy="copy it again")
    if page.shape != tuple(shape) or page.dtype.newbyteorder("=") != np.dtype(dtype).newbyteorder("="):
        raise DataError(
            f"{path} has a page {page.shape} of {page.dtype}, the first one was {tuple(shape)} of {dtype}",
            remedy="leave files of another size or type out by pattern=",
        )


@contextmanager
def _tiff(path: Path) -> Iterator[Any]:
    """The file, open; whatever its parser trips over is a DataError."""
    tifffile = importlib.import_module("tifffile")  # on use: a run without TIFF does not need it
    # What it logs about damage is raised below as one sentence; a program's own handlers still see it.
    logging.getLogger("tifffile").addHandler(logging.NullHandler())
    try:
        with tifffile.TiffFile(path) as tif:
            yield tif
    except DataError:
        raise
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist", remedy="check the path") from error
    except Exception as error:
        # A damaged file can make the parser and its decoders raise nearly anything (struct.error,
        # ZeroDivisionError, imagecodecs' own classes ...): at this border each means the same.
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        raise DataError(f"{path} is no readable TIFF ({reason})", remedy="copy or export the file again") from error


def is_tiff(path: Path) -> bool:
    """Whether a file begins as TIFF or BigTIFF files do."""
    with path.open("rb") as file:
        return file.read(4) in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
