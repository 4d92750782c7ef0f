"""NeXus groups around a dataset: NXdata with its axes, NXprocess for each step, the provenance.

Definitions: https://manual.nexusformat.org/classes/base_classes/ (NXdata, NXprocess, NXnote).
"""

from __future__ import annotations

import json
import re
from typing import Any

import h5py

from daisy_kernel.io.integers import step
from daisy_kernel.io.output import ArraySpec
from daisy_kernel.provenance import Provenance

ENTRY = "entry"
DATA = f"{ENTRY}/data"


def write_groups(file: h5py.File, spec: ArraySpec) -> h5py.Group:
    """Make the ``default`` chain root, entry, data, with the coordinates; returns the NXdata group.

    The caller puts the dataset ``spec.name`` into it.
    """
    file.attrs["NX_class"] = "NXroot"
    file.attrs["default"] = ENTRY
    entry = _group(file, ENTRY, "NXentry")
    entry.attrs["default"] = "data"
    data = _group(entry, "data", "NXdata")
    coordinates = spec.coordinates()
    data.attrs["signal"] = spec.name
    data.attrs["axes"] = [dim if dim in coordinates else "." for dim in spec.dims]
    if spec.limits:
        data[f"{spec.name}_scaling_factor"] = step(*spec.limits, spec.dtype)
        data[f"{spec.name}_offset"] = spec.limits[0]
    for axis, dim in enumerate(spec.dims):
        if dim in coordinates:
            data.attrs[f"{dim}_indices"] = axis
            data[dim] = coordinates[dim].values
            if coordinates[dim].units:
                data[dim].attrs["units"] = coordinates[dim].units
    return data


def write_provenance(file: h5py.File, made: Provenance) -> None:
    """Add times, one NXprocess a step, the graph, versions, warnings, and the whole document as JSON."""
    entry = file[ENTRY]
    file.attrs["creator"] = "daisy"
    file.attrs["file_time"] = made.ended.isoformat()
    entry["start_time"] = made.started.isoformat()
    entry["end_time"] = made.ended.isoformat()
    entry["program_name"] = "daisy"
    entry["program_name"].attrs["version"] = made.software.get("daisy", "")
    for index, done in enumerate(made.steps, 1):
        process = _group(entry, f"process_{index}_{re.sub(r'[^A-Za-z0-9_]', '_', done.name)}", "NXprocess")
        process["program"] = done.algorithm
        process["version"] = done.version
        process["sequence_index"] = index
        process["date"] = made.ended.isoformat()
        _note(process, "parameters", f"parameters of {done.name}", done.model_dump(mode="json")["parameters"])
        if done.seconds is not None:
            process["duration"] = done.seconds
            process["duration"].attrs["units"] = "s"
    versions = _group(entry, "software", "NXcollection")
    for package, number in made.software.items():
        versions[package] = number
    if made.warnings:
        entry["warnings"] = list(made.warnings)
    _note(entry, "graph", "graph of the analysis", made.model_dump(mode="json")["graph"])
    _note(entry, "provenance", "what made this file", made.model_dump(mode="json"))


def _group(parent: h5py.Group, name: str, nexus_class: str) -> h5py.Group:
    group = parent.create_group(name)
    group.attrs["NX_class"] = nexus_class
    return group


def _note(parent: h5py.Group, name: str, description: str, document: Any) -> None:
    note = _group(parent, name, "NXnote")
    note["type"] = "application/json"
    note["description"] = description
    note["data"] = json.dumps(document, indent=2)
