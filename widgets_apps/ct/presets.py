"""Presets: parameters of the CT app under a name, or in a file that is passed on."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daisy_kernel.declaration import suggest
from daisy_kernel.domains.ct.workflow import CT
from daisy_kernel.errors import DataError, OutputError
from daisy_kernel.io.disk import open_regular
from daisy_kernel.workflow import workflow_declaration
from widgets_apps import forms
from widgets_apps.ct.scan import reading_parameters
from widgets_apps.session import FieldErrors
from widgets_apps.writing import write_whole

_NAME = re.compile(r"[^/\0]+")
_LONGEST_NAME = 200  # bytes; a file system's limit is 255, and a part's name is longer
_KIND = "daisy-ct-preset"
_LARGEST = 1 << 20  # bytes of a preset


def preset_fields() -> list[str]:
    """Parameters that a preset may hold: all but those that belong to one scan or one result."""
    model = workflow_declaration(CT).parameters
    outputs = workflow_declaration(CT).roles("output")
    return [name for name in model.model_fields if name not in (*reading_parameters(), *outputs)]


class Presets:
    """The presets in a folder, one JSON file each; files elsewhere by their path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """Those that are in the folder."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def save(self, parameters: Mapping[str, Any], *, name: str | None = None, path: Path | None = None) -> Path:
        """Write the parameters that belong into a preset; returns the file, which is whole or not there.

        A name replaces what it held; a path that is taken is refused. Errors: FieldErrors, OutputError.
        """
        kept = {field: parameters[field] for field in preset_fields() if field in parameters}
        _check(kept)
        file = self._file(name, path)
        if path is not None and os.path.lexists(file):
            raise OutputError(f"{file} exists already", remedy="give another name")
        text = json.dumps({"format": _KIND, "version": 1, "parameters": kept}, indent=2, sort_keys=True) + "\n"
        write_whole(file, text)
        return file

    def load(self, *, name: str | None = None, path: Path | None = None) -> dict[str, Any]:
        """The parameters of a preset. Errors: DataError for what is no preset, FieldErrors for wrong values."""
        file = self._file(name, path)
        try:
            with open_regular(file) as stream:
                found = json.loads(stream.read(_LARGEST))
        except FileNotFoundError:
            raise DataError(f"there is no preset {name or file}", remedy=suggest(name or "", self.names())) from None
        except OSError as error:
            raise DataError(f"{file} cannot be read: {error.strerror}", remedy="choose another file") from None
        except ValueError:
            found = None
        if not isinstance(found, dict) or found.get("format") != _KIND or found.get("version") != 1:
            raise DataError(f"{file} is no preset of the CT app", remedy="choose a file that was saved as one")
        parameters = found.get("parameters")
        if not isinstance(parameters, dict):
            raise DataError(f"{file} holds no parameters", remedy="save the preset again")
        _check(parameters)
        return parameters

    def remove(self, name: str) -> None:
        """Take a preset away; nothing happens where it is not there."""
        self._file(name, None).unlink(missing_ok=True)

    def _file(self, name: str | None, path: Path | None) -> Path:
        if path is not None:
            path = path.expanduser().absolute()
            return path if path.suffix else path.with_suffix(".json")
        if name is None or not _NAME.fullmatch(name) or name.startswith(".") or len(os.fsencode(name)) > _LONGEST_NAME:
            raise DataError(
                f"{name!r} is no name of a preset",
                remedy=f"give one of at most {_LONGEST_NAME} bytes without / that begins with no dot",
            )
        return self.folder / f"{name}.json"


def _check(parameters: Mapping[str, Any]) -> None:
    """Raise FieldErrors for unknown fields and wrong values, several at once."""
    allowed = preset_fields()
    fields = {
        name: f"{name} does not belong into a preset; {suggest(name, allowed)}"
        for name in parameters
        if name not in allowed
    }
    model = workflow_declaration(CT).parameters
    known = {name: value for name, value in parameters.items() if name in allowed}
    found = forms.check(model, {**known, "input": "scan.h5", "output": "volume.h5"})
    fields |= {name: sentence for name, sentence in found.items() if name in known}
    if fields:
        raise FieldErrors(fields)
