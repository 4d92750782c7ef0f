"""Opening a scan in the CT app: what it is, its arrays for the viewer, and where its result could go."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daisy_kernel.algorithm import Algorithm, declaration
from daisy_kernel.domains.ct.scan.light import check_light
from daisy_kernel.domains.ct.scan.model import Scan
from daisy_kernel.domains.ct.scan.readers import read_scan
from daisy_kernel.domains.ct.workflow import CT
from daisy_kernel.errors import DaisyError
from daisy_kernel.registry import load_class
from daisy_kernel.settings import from_text
from daisy_kernel.workflow import workflow_declaration
from widgets_apps.session import FieldErrors
from widgets_apps.viewer.source import Sources
from widgets_apps.writing import free_output

_NAMED = re.compile(r"\b([a-z_]+)=")


def reading_parameters() -> list[str]:
    """Parameters of the workflow that say how a scan is read, and belong to that scan alone."""
    load: type[Algorithm] = load_class("ct.Load", Algorithm)
    known = declaration(load).parameters.model_fields
    return [name for name in workflow_declaration(CT).parameters.model_fields if name in known]


@dataclass(frozen=True)
class OpenScan:
    """A scan that is open: its path, details for people, descriptions of its arrays, a free name for its result."""

    path: Path
    details: dict[str, Any]
    sources: dict[str, Any]
    output: Path


def open_scan(path: Path, options: Mapping[str, Any], sources: Sources) -> OpenScan:
    """Open a scan and register its arrays; only angles and keys are read.

    options: parameters of reading, by name. Errors: FieldErrors at the parameter that would help, where the scan
    does not say enough; DataError otherwise.
    """
    path = path.expanduser().absolute()
    try:
        scan = read_scan(path, **_typed(options))
        check_light(scan)
    except DaisyError as error:
        raise by_field(error, beside="input") from None
    arrays = {"projections": scan.projections, "flats": scan.flats, "darks": scan.darks}
    dims = {"projections": "angle", "flats": "frame", "darks": "frame"}
    described = {
        name: array and sources.add(array, name=f"{path.name}: {name}", dims=(dims[name], "row", "column")).describe()
        for name, array in arrays.items()
    }
    return OpenScan(path, _details(scan), described, free_output(path, "_rec"))


def by_field(error: DaisyError, *, beside: str) -> DaisyError:
    """The error at the fields of the parameters that it names, or whose remedy names them, else at `beside`."""
    if isinstance(error, FieldErrors):
        return error
    fields = workflow_declaration(CT).parameters.model_fields
    named = [[name for name in _NAMED.findall(text) if name in fields] for text in (error.error, error.remedy)]
    sentence = f"{error.error}: {error.remedy}" if error.remedy else error.error
    return FieldErrors(dict.fromkeys(named[0] or named[1] or [beside], sentence))


def _typed(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are given, of the types that reading takes."""
    known = [name for name in reading_parameters() if name != "input"]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise FieldErrors({unknown[0]: f"{unknown[0]} says nothing about how a scan is read: leave it out"})
    load: type[Algorithm] = load_class("ct.Load", Algorithm)
    given = {name: value for name, value in options.items() if value is not None and value != ""}
    checked = load(input="scan", **from_text(declaration(load).parameters, given))
    return {name: getattr(checked, name) for name in known}


def _details(scan: Scan) -> dict[str, Any]:
    """What a person looks at before computing; numbers with their units."""
    angles, rows, columns = scan.projections.shape
    first, last = float(scan.angles[0]), float(scan.angles[-1])
    measures = {"pixel_size": "µm", "energy": "keV", "distance": "m"}
    return {
        "format": scan.format,
        "shape": [angles, rows, columns],
        "dtype": str(scan.projections.dtype),
        "angles": f"{first:.6g}° to {last:.6g}°",
        "flats": None if scan.flats is None else int(scan.flats.shape[0]),
        "darks": None if scan.darks is None else int(scan.darks.shape[0]),
        **{
            name: f"{getattr(scan, name):.6g} {unit}"
            for name, unit in measures.items()
            if getattr(scan, name) is not None
        },
        "file_size": _size(scan.path),
        "warnings": list(scan.warnings),
    }


def _size(path: Path) -> int | None:
    """Bytes of a file, or of the files in a folder."""
    try:
        if path.is_dir():
            return sum(entry.stat().st_size for entry in os.scandir(path) if entry.is_file())
        return path.stat().st_size
    except OSError:
        return None
