"""The CT app as a whole."""

from __future__ import annotations

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
