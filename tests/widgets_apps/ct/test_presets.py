"""Presets hold what is worth doing again with another scan, and nothing of the scan itself."""

from __future__ import annotations

import json
import os

import pytest

from daisy_kernel.errors import DataError, OutputError
from widgets_apps.ct.presets import Presets, preset_fields
from widgets_apps.session import FieldErrors

_GIVEN = {"input": "/data/scan.h5", "output": "rec.h5", "stripes": "sorting", "center": 50.5, "crop": [3, 90]}


@pytest.fixture
def presets(tmp_path):
    return Presets(tmp_path / "presets")


def test_a_preset_comes_back_without_scan_and_output(presets):
    presets.save(_GIVEN, name="rocks 岩石")
    assert presets.names() == ["rocks 岩石"]
    assert presets.load(name="rocks 岩石") == {"stripes": "sorting", "center": 50.5, "crop": [3, 90]}


def test_datasets_files_and_formats_belong_to_the_scan():
    fields = preset_fields()
    assert not {"input", "output", "projections", "flats", "darks", "angles", "format", "pattern"} & set(fields)
    assert {"stripes", "filter", "binning", "phase"} <= set(fields)


def test_a_preset_is_shared_as_a_file(presets, tmp_path):
    shared = presets.save(_GIVEN, path=tmp_path / "for you")
    assert shared.name == "for you.json"
    assert Presets(tmp_path / "others").load(path=shared)["stripes"] == "sorting"
    with pytest.raises(OutputError, match=r"for you\.json exists already"):
        presets.save(_GIVEN, path=shared)


def test_saving_again_replaces_what_a_name_held(presets):
    presets.save(_GIVEN, name="mine")
    presets.save({"binning": 2}, name="mine")
    assert presets.load(name="mine") == {"binning": 2}


def test_a_preset_that_was_removed_is_gone(presets):
    presets.save(_GIVEN, name="mine")
    presets.remove("mine")
    presets.remove("mine")
    with pytest.raises(DataError, match="there is no preset mine"):
        presets.load(name="mine")


@pytest.mark.parametrize("name", ["", "../mine", "a/b", ".hidden", "a\0b", "岩" * 67])
def test_a_name_that_leaves_the_folder_is_refused(presets, name):
    with pytest.raises(DataError, match="is no name of a preset"):
        presets.save(_GIVEN, name=name)


def test_wrong_values_are_refused_by_field_when_saving(presets):
    with pytest.raises(FieldErrors) as error:
        presets.save({"binning": 0, "cutoff": 9}, name="mine")
    assert set(error.value.fields) == {"binning", "cutoff"}
    assert presets.names() == []


def test_unknown_and_wrong_fields_of_a_file_are_refused_by_field(presets, tmp_path):
    file = tmp_path / "x.json"
    parameters = {"input": "scan.h5", "strips": "sorting", "binning": 0, "filter": "hann"}
    file.write_text(json.dumps({"format": "daisy-ct-preset", "version": 1, "parameters": parameters}))
    with pytest.raises(FieldErrors) as error:
        presets.load(path=file)
    assert set(error.value.fields) == {"input", "strips", "binning"}
    assert "'stripes'" in error.value.fields["strips"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "daisy-graph"}'])
def test_a_file_that_is_no_preset_is_refused(presets, tmp_path, text):
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(DataError, match=r"x\.json is no preset of the CT app"):
        presets.load(path=file)


def test_a_name_of_many_bytes_is_kept(presets):
    presets.save(_GIVEN, name="岩" * 66)
    assert presets.names() == ["岩" * 66]


def test_a_pipe_in_the_place_of_a_preset_is_not_waited_for(presets, tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(DataError, match=r"pipe\.json cannot be read: it is no file"):
        presets.load(path=tmp_path / "pipe.json")
