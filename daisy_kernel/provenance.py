"""Provenance: what made a result. Graph, parameters, inputs, software, machine, times, warnings.

The record is built from what it is given; `input_file`, `software_versions` and `this_machine` look
at the world. Environment variables are never recorded, and credentials are cut out of addresses.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from daisy_kernel.errors import DataError

_PACKAGES = (
    "numpy", "scipy", "numba", "h5py", "hdf5plugin", "zarr", "tifffile", "xarray", "dask", "distributed"
)  # fmt: skip
_HEAD = 1 << 20


def _without_credentials(text: str) -> str:
    return re.sub(r"(?<=://)[^/\s@]*@", "", text)


Words = Annotated[str, AfterValidator(_without_credentials)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")


class Step(_Record):
    """One algorithm as it ran; its parameters are the values used, such as the center that was found."""

    name: str
    algorithm: str
    version: str
    parameters: dict[str, Any] = {}
    seconds: float | None = Field(None, description="computing time, summed over slabs and workers")
    memory: int | None = Field(None, description="largest working memory of a slab, in bytes")


class InputFile(_Record):
    """A file that was read, as it was then."""

    path: str
    size: int
    modified: AwareDatetime
    sha256_head: str | None = Field(None, description="SHA-256 of the first MiB")


class Machine(_Record):
    """Where it ran. A result is the same to the bit for one `cpu_target` and `cpu_features`."""

    host: str
    system: str
    cpu: str
    cpu_target: str
    cpu_features: str = Field(description="first 16 digits of the SHA-256 of the features in use")
    cores: int


class Provenance(_Record):
    """What made a result, as one JSON document."""

    format: Literal["daisy-provenance"] = "daisy-provenance"
    version: Literal[1] = 1
    started: AwareDatetime
    ended: AwareDatetime
    command: tuple[Words, ...] = ()
    engine: Words = "local"
    graph: dict[str, Any]
    steps: tuple[Step, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    software: dict[str, str] = {}
    machine: Machine
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return the document's text; it holds no NaN or Infinity that other readers refuse."""
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, name: str = "the provenance") -> Provenance:
        """Read the document's text; `DataError` says where it is wrong."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the text"
            given = "" if first["type"] in ("missing", "json_invalid") else f" (it is {first['input']!r})"
            raise DataError(
                f"{name} cannot be read: {where}: {first['msg']}{given}",
                remedy="it was damaged, or written by another version of daisy",
            ) from None


def now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)


def input_file(path: Path, *, checksum: bool = False) -> InputFile:
    """Describe a file that is read; `checksum` adds the SHA-256 of its first MiB.

    Raises `DataError` if it is not there.
    """
    try:
        found = path.stat()
        digest = hashlib.sha256(_head(path)).hexdigest() if checksum else None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}", remedy="check its name and permissions") from None
    modified = datetime.fromtimestamp(found.st_mtime, UTC)
    return InputFile(path=str(path.absolute()), size=found.st_size, modified=modified, sha256_head=digest)


def software_versions() -> dict[str, str]:
    """Return versions by package name, without importing any.

    >>> sorted(software_versions())[:3]
    ['daisy', 'dask', 'distributed']
    """
    found = {"daisy": _version("daisy-daas"), "python": platform.python_version()}
    found.update({name: _version(name) for name in _PACKAGES})
    return {name: number for name, number in found.items() if number}


@cache
def this_machine() -> Machine:
    """Describe this machine, with the CPU that numba compiles for."""
    target, features = _numba_target()
    return Machine(
        host=platform.node(),
        system=f"{platform.system()} {platform.release()}",
        cpu=_cpu_name(),
        cpu_target=target,
        cpu_features=hashlib.sha256(features.encode()).hexdigest()[:16],
        cores=len(os.sched_getaffinity(0)),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _numba_target() -> tuple[str, str]:
    # Imported on use: numba takes 0.3 s. Its settings may name another CPU than the one underneath.
    from llvmlite import binding
    from numba import config

    name = config.CPU_NAME or binding.get_host_cpu_name()
    features = config.CPU_FEATURES
    return name, binding.get_host_cpu_features().flatten() if features is None else features


def _cpu_name() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found.group(1) if found else platform.processor() or platform.machine()
