"""Requirements: what every process that computes a run must have, checked before its first slab."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from daisy_kernel.errors import DaisyError, DataError

_PACKAGES = ("daisy-daas", "numpy", "scipy", "numba", "h5py", "zarr", "xarray")
"""Packages whose versions must be the same everywhere, because numbers or files depend on them."""


@dataclass(frozen=True)
class Requirements:
    """Versions, and paths to read and folders to write."""

    versions: Mapping[str, str]
    read: tuple[Path, ...]
    write: tuple[Path, ...]

    @classmethod
    def of_here(cls, read: Sequence[Path], write: Sequence[Path]) -> Requirements:
        """The versions of this process, with these paths."""
        return cls(_versions(), tuple(read), tuple(write))

    def check(self, who: str = "") -> None:
        """Raise `DataError` where this process lacks a path, `DaisyError` where it has another version."""
        who = who or _own_name()
        remedy = "mount the same storage at the same paths on all workers"
        for path in self.read:
            if not os.access(path, os.R_OK):
                raise DataError(f"worker {who} cannot read {path}", remedy=remedy)
        for path in self.write:
            if not os.access(path, os.W_OK | os.X_OK):
                raise DataError(f"worker {who} cannot write into {path}", remedy=remedy)
        for package, there in _versions().items():
            if there != self.versions[package]:
                raise DaisyError(
                    f"worker {who} has {package} {there}, but the run has {self.versions[package]}",
                    remedy="run client and workers from the same image or environment",
                )


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{package: version(package) for package in _PACKAGES}}


def _own_name() -> str:
    """The name of the dask worker that this process is."""
    try:
        from distributed import get_worker

        return str(get_worker().name)
    except (ImportError, ValueError):
        return platform.node()
