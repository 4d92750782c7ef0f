"""The CT app as a whole."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from widgets_apps.ct.app import CtApp
from widgets_apps.viewer.part import ViewerPart


def test_a_session_has_the_parts_that_its_page_asks_and_what_ct_opens_the_viewer_shows(scan, monkeypatch, tmp_path):
    monkeypatch.setenv("DAISY_STATE_DIR", str(tmp_path / "state"))
    parts = {part.name: part for part in CtApp().parts()}
    assert set(parts) == {"viewer", "files", "jobs", "ct"}
    source = parts["ct"].open(str(scan), {})["sources"]["flats"]["source"]
    viewer = parts["viewer"]
    assert isinstance(viewer, ViewerPart)
    value = viewer.value(source, axis=0, index=0, row=3, column=4)["value"]
    assert 0 < value < 65536
    for part in parts.values():
        part.close()


def test_warming_up_computes_a_preview_and_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    CtApp().warm()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_app_that_was_warmed_up_has_what_the_first_slice_needs():
    program = """
        from widgets_apps.ct.app import CtApp
        CtApp().warm()
        from widgets_apps.viewer import measures, plain, scaling
        functions = (plain._gather, scaling._reduce, scaling._window, measures._count, measures._moments)
        print(*(len(function.signatures) for function in functions))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True, timeout=300
    )
    assert all(int(count) >= 3 for count in done.stdout.split()), done.stdout
