"""The CT part as a page asks it: opening, previews, runs and results."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.widgets_apps.ct.conftest import ANGLES, COLUMNS, ROWS, volume
from widgets_apps.session import FieldErrors, Session

_NASTY = "<img src=x onerror=alert(1)>.h5"


@pytest.fixture
def given(scan, tmp_path):
    return {"input": str(scan), "output": str(tmp_path / "rec.h5"), "center": 50.3}


@dataclass
class Started:
    """A job that was taken."""


class Page:
    """Asks a session, and waits for each answer."""

    def __init__(self, part):
        self._answers = {}
        self._changed = threading.Condition()
        self._session = Session([part], self._take)

    def ask(self, number, method, **params):
        self._session.handle({"id": number, "method": f"ct.{method}", "params": params, "lane": f"{number}"})

    def answer(self, number):
        with self._changed:
            assert self._changed.wait_for(lambda: number in self._answers, 60)
            return self._answers[number]

    def close(self):
        self._session.close()

    def _take(self, header, buffers):
        with self._changed:
            self._answers[header.get("id")] = header
            self._changed.notify_all()


@pytest.fixture
def page(part):
    found = Page(part)
    yield found
    found.close()


def ended(part, number, seconds=60):
    deadline = time.monotonic() + seconds
    while not (job := part._jobs.get(number)).is_ended:
        assert time.monotonic() < deadline, "the run did not end"
        time.sleep(0.02)
    return job


def test_a_scan_is_opened_with_values_for_the_whole_form(page, scan):
    page.ask(1, "open", path=str(scan), options={})
    page.ask(2, "form")
    found = page.answer(1)["result"]
    names = {field["name"] for field in page.answer(2)["result"]["fields"]}
    assert set(found["values"]) == names
    assert found["values"]["input"] == found["path"] == str(scan)
    assert found["sources"]["projections"]["shape"] == [ANGLES, ROWS, COLUMNS]
    assert found["sources"]["projections"]["dims"] == ["angle", "row", "column"]


def test_a_scan_that_does_not_open_is_said_at_the_field(page, tmp_path):
    page.ask(1, "open", path=str(tmp_path / "none.h5"), options={})
    error = page.answer(1)["error"]
    assert "does not exist" in error["message"]
    assert list(error["fields"]) == ["input"]


def test_a_preview_is_a_source_that_keeps_its_id_while_the_place_is_the_same(page, part, given):
    page.ask(1, "preview", parameters=given, row=12, stage="slice")
    page.ask(2, "preview", parameters={**given, "center": 48.0}, row=12, stage="slice")
    page.ask(3, "preview", parameters=given, row=13, stage="slice")
    first, second, third = (page.answer(number)["result"] for number in (1, 2, 3))
    assert first["source"]["source"] == second["source"]["source"] != third["source"]["source"]
    assert (first["center"], second["center"]) == (50.3, 48.0)
    assert first["source"]["shape"] == [COLUMNS, COLUMNS]
    assert first["source"]["units"] == "1/cm"
    low, high = first["range"]
    assert low < high
    part._sources.remove(first["source"]["source"])
    page.ask(4, "preview", parameters=given, row=12, stage="slice")
    assert part._sources.get(page.answer(4)["result"]["source"]["source"]).shape == (COLUMNS, COLUMNS)


def test_a_wrong_value_of_a_preview_is_said_at_its_field(page, given):
    page.ask(1, "preview", parameters={**given, "binning": 0}, row=12, stage="slice")
    assert "binning=0" in page.answer(1)["error"]["fields"]["binning"]


def test_center_and_candidates_are_found(page, part, given):
    page.ask(1, "find_center", parameters=given)
    page.ask(2, "candidates", parameters=given, row=12, centers=[49.0, 50.0, 51.0])
    center = page.answer(1)["result"]["center"]
    assert abs(center - 50.4) < 0.5  # 3 % of the columns right of the middle
    found = page.answer(2)["result"]
    assert found["centers"] == [49.0, 50.0, 51.0]
    assert found["source"]["shape"] == [3, COLUMNS, COLUMNS]
    assert part._sources.get(found["source"]["source"]).dims == ("candidate", "y", "x")


@pytest.mark.slow
def test_a_run_from_the_app_is_a_process_whose_bits_are_the_commands(part, given, volume_of):
    job = part.start(given)["job"]
    done = ended(part, job["id"])
    assert (done.state, done.error) == ("done", None)
    np.testing.assert_array_equal(volume(Path(given["output"])), volume_of(input=given["input"], center=50.3))
    (found,) = part.results()["results"]
    assert found["output"] == given["output"]
    assert found["shape"] == [ROWS, COLUMNS, COLUMNS]
    assert found["center"] == 50.3
    assert found["parameters"]["input"] == given["input"]
    assert found["engine"]
    steps = part.provenance(found["run"])["provenance"]["steps"]
    assert "reconstruct" in [step["name"] for step in steps]
    with pytest.raises(FieldErrors, match=r"rec\.h5 exists already"):
        part.start(given)
    Path(given["output"]).unlink()
    assert part.results()["results"] == []


@pytest.mark.slow
def test_a_batch_makes_a_result_for_each_scan_and_replaces_none(part, given, scan, tmp_path):
    nasty = tmp_path / _NASTY
    nasty.write_bytes(scan.read_bytes())
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "scan_rec.h5").touch()
    jobs = part.batch(given, [str(scan), str(nasty)], str(folder))["jobs"]
    done = [ended(part, job["id"]) for job in jobs]
    assert [job.state for job in done] == ["done", "done"]
    assert [Path(job.output).name for job in done] == ["scan_rec2.h5", f"{_NASTY[:-3]}_rec.h5"]
    assert (folder / "scan_rec.h5").stat().st_size == 0
    np.testing.assert_array_equal(volume(Path(done[0].output)), volume(Path(done[1].output)))


def test_the_problems_of_a_batch_are_said_by_scan_and_nothing_is_started(part, given, scan, tmp_path):
    missing = str(tmp_path / "missing.h5")
    with pytest.raises(FieldErrors) as error:
        part.batch(given, [str(scan), missing], str(tmp_path))
    assert list(error.value.fields) == [missing]
    assert "does not exist" in error.value.fields[missing]
    assert part._jobs.list() == []


def test_presets_and_exports_are_reached_by_a_page(page, given, tmp_path):
    page.ask(1, "preset_save", parameters={**given, "filter": "hann"}, name="soft")
    page.answer(1)
    page.ask(2, "presets")
    page.ask(3, "preset_load", name="soft")
    page.ask(4, "export", parameters=given, kind="graph", path=str(tmp_path / "flow.json"))
    assert page.answer(2)["result"] == {"presets": ["soft"]}
    assert page.answer(3)["result"]["parameters"] == {"filter": "hann", "center": 50.3}
    assert Path(page.answer(4)["result"]["path"]).is_file()


def test_provenance_is_read_from_folders_of_runs_alone(page):
    page.ask(1, "provenance", run="/etc")
    assert "/etc is no folder of a run" in page.answer(1)["error"]["message"]


def test_looking_at_other_scans_closes_nothing_of_the_one_that_is_open(part, scan):
    first = part.open(str(scan), {})["sources"]["projections"]["source"]
    for _ in range(5):
        part.open(str(scan), {})
    assert part._sources.get(first).shape == (ANGLES, ROWS, COLUMNS)


@pytest.mark.parametrize(("engine", "workers"), [("here", 1), ("workers", 3)])
def test_workers_count_where_workers_were_chosen(part, given, engine, workers, monkeypatch):
    asked = []
    monkeypatch.setattr(part, "_jobs", SimpleNamespace(start=lambda request: asked.append(request) or Started()))
    part.start(given, engine=engine, workers=3, overwrite=True)
    (request,) = asked
    assert (request.workers, request.overwrite, request.resume) == (workers, True, False)
    assert request.output == Path(given["output"])


def test_no_workers_are_refused(page, given):
    page.ask(1, "start", parameters=given, engine="workers", workers=0)
    assert "workers=0 is refused" in page.answer(1)["error"]["message"]
