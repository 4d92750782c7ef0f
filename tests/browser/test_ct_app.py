"""The CT app alone, as a person uses it: from a scan to a volume without a line of code."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import nbclient
import nbformat
import psutil
import pytest
from playwright.sync_api import expect

from tests.browser.app_process import app_alone, at, daisy, in_state, open_scan, picture_of, same_bits, settled
from tests.disks import fill, small_disk_at
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

TOOTH = Path(__file__).parents[3] / "shared/data/ct/tooth.h5"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("ct")


@pytest.fixture(scope="module")
def scan(folder):
    daisy("demo", "scan.h5", "--rows", 48, "--columns", 256, folder=folder)
    return folder / "scan.h5"


@pytest.fixture(scope="module")
def large(folder):
    """A scan whose run takes some seconds."""
    daisy("demo", "large.h5", "--rows", 256, "--columns", 512, folder=folder)
    return folder / "large.h5"


@pytest.fixture(scope="module")
def address(folder):
    with app_alone(folder) as (_, found):
        yield found


@pytest.fixture
def small_disk(tmp_path):
    """A disk on which the volume has room, until something else takes it."""
    with small_disk_at(tmp_path / "disk", megabytes=320) as disk:
        yield disk


@pytest.fixture
def app(page, address):
    page.goto(address)
    at(page, "ct-open").wait_for()
    return page


def output(app, path):
    at(app, "ct-output").fill(str(path))
    return path


def run(app):
    app.locator("[data-testid=ct-run]:not([disabled])").click()


def processes(path):
    """The runs that write below a path."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "daisy_kernel.cli" in words and str(path.parent) in " ".join(words):
            found.append(process)
    return found


def test_a_scan_becomes_the_volume_of_the_command_line_to_the_bit(app, scan, folder):
    open_scan(app, scan)
    at(app, "ct-find-center").click()
    app.locator("[data-testid=ct-find-center]:not([disabled])").wait_for()
    settled(app)
    center = at(app, "ct-center").input_value()
    before = picture_of(app)
    app.get_by_label("Stripes", exact=False).first.select_option("sorting")
    settled(app)
    assert picture_of(app) != before
    here = output(app, folder / "rec.h5")
    run(app)
    assert in_state(app, "done") == here
    at(app, "ct-results").get_by_text("rec.h5").first.wait_for()
    there = folder / "by_command.h5"
    daisy("run", "ct", f"input={scan}", f"output={there}", f"center={center}", "stripes=sorting", folder=folder)
    assert same_bits(here, there)


def test_the_result_is_there_when_the_app_is_opened_again(page, address, scan, folder):
    page.goto(address)
    at(page, "ct-open").wait_for()
    at(page, "ct-results").get_by_text("rec.h5").first.wait_for()


@pytest.mark.skipif(not TOOTH.exists(), reason="the scan of a tooth is not here")
def test_the_center_of_a_real_scan_is_found(app):
    open_scan(app, TOOTH)
    at(app, "ct-find-center").click()
    app.locator("[data-testid=ct-find-center]:not([disabled])").wait_for()
    assert float(at(app, "ct-center").input_value()) == pytest.approx(296, abs=0.5)


def test_a_center_that_is_moved_shows_another_slice(app, scan):
    open_scan(app, scan)
    before = picture_of(app)
    at(app, "ct-center").fill("120")
    settled(app)
    assert picture_of(app) != before


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ct-center", "abc", "center='abc' is refused"),
        ("ct-output", "/no/such/folder/rec.h5", "does not exist"),
        ("ct-output", "rec.xyz", "xyz"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(app, scan, name, value, sentence):
    open_scan(app, scan)
    field = at(app, name)
    field.fill(value)
    app.locator(f"[data-testid={name}][aria-invalid=true]").wait_for()
    said = field.get_attribute("aria-describedby").split()
    assert any(sentence in app.locator(f"[id='{one}']").inner_text() for one in said)


def test_a_chinese_page_says_in_chinese_what_the_kernel_refuses(app, scan, folder):
    app.get_by_label("Language").select_option("zh")
    (folder / "words.h5").write_text("no scan")
    at(app, "ct-input").fill(str(folder / "words.h5"))
    at(app, "ct-open").click()
    app.get_by_text("既非 HDF5 也非 TIFF").first.wait_for()
    open_scan(app, scan)
    at(app, "ct-center").fill("500")
    app.get_by_text("center=500 超出").first.wait_for()
    at(app, "ct-center").fill("abc")
    app.get_by_text("center='abc' 无效：既非数也非范围：允许：数").first.wait_for()


def test_each_number_that_is_none_is_refused_beside_its_field(app, scan):
    open_scan(app, scan)
    fields = app.locator(".daisy-column input[inputmode=decimal]:visible")
    assert fields.count() >= 15
    for number in range(fields.count()):
        field = fields.nth(number)
        before = field.input_value()
        field.fill("x!")
        expect(field).to_have_attribute("aria-invalid", "true")
        said = [app.locator(f"[id='{one}']").inner_text() for one in field.get_attribute("aria-describedby").split()]
        assert any("x!" in text for text in said), said
        field.fill(before)
        expect(field).not_to_have_attribute("aria-invalid", "true")


def test_what_is_no_scan_is_said_and_the_next_one_opens(app, scan, folder):
    (folder / "text.h5").write_text("no scan")
    at(app, "ct-input").fill(str(folder / "text.h5"))
    at(app, "ct-open").click()
    app.get_by_text("is neither HDF5 nor TIFF").first.wait_for()
    open_scan(app, scan)


def test_names_and_metadata_are_text_and_run_nothing(app, scan, folder):
    hostile = folder / "<img src=x onerror=document.title='broken'>.h5"
    hostile.write_bytes(scan.read_bytes())
    open_scan(app, hostile)
    assert app.locator("img").count() == 0
    assert app.title() == "CT reconstruction"


def test_a_run_that_is_stopped_is_resumed_to_the_same_bits(app, large, folder):
    open_scan(app, large)
    here = output(app, folder / "stopped/rec.h5")
    here.parent.mkdir()
    run(app)
    in_state(app, "running")
    app.locator("[data-testid=ct-progress]:not([aria-valuenow='0'])").wait_for()
    at(app, "ct-stop").click()
    in_state(app, "interrupted")
    at(app, "ct-resume").click()
    assert in_state(app, "done") == here
    there = folder / "stopped/whole.h5"
    daisy("run", "ct", f"input={large}", f"output={there}", folder=folder)
    assert same_bits(here, there)


def test_a_killed_run_is_interrupted_and_resumed(app, large, folder):
    open_scan(app, large)
    here = output(app, folder / "killed/rec.h5")
    here.parent.mkdir()
    run(app)
    app.locator("[data-testid=ct-progress]:not([aria-valuenow='0'])").wait_for()
    pid = json.loads(Path(f"{here}.run/run.json").read_text())["process"].split()[1]
    os.kill(int(pid), signal.SIGKILL)
    in_state(app, "interrupted")
    at(app, "ct-resume").click()
    in_state(app, "done")
    assert same_bits(here, folder / "stopped/whole.h5")


def test_a_run_whose_disk_is_full_stops_says_so_and_is_resumed(app, large, folder, small_disk):
    open_scan(app, large)
    here = output(app, small_disk / "rec.h5")
    run(app)
    wait_for(lambda: (small_disk / "rec.h5.part").exists())  # the run has asked whether there is room
    fill(small_disk / "other")
    in_state(app, "failed")
    assert f"no space for {here}" in at(app, "ct-status").inner_text()
    (small_disk / "other").unlink()
    at(app, "ct-resume").click()
    in_state(app, "done")
    assert same_bits(here, folder / "stopped/whole.h5")


def test_a_run_outlives_the_app_and_is_found_again(page, large, folder):
    here = folder / "outlived/rec.h5"
    here.parent.mkdir()
    with app_alone(folder) as (process, first):
        page.goto(first)
        open_scan(page, large)
        output(page, here)
        run(page)
        page.locator("[data-testid=ct-progress]:not([aria-valuenow='0'])").wait_for()
        process.send_signal(signal.SIGKILL)
        page.locator("[role=alert]").first.wait_for()
    with app_alone(folder, f"input={large}") as (_, second):
        page.goto(second)
        assert in_state(page, "done") == here
        page.evaluate("localStorage.clear()")
        page.goto(second)  # another browser finds it when it has ended, too
        assert in_state(page, "done") == here
    assert same_bits(here, folder / "stopped/whole.h5")


def test_runs_wait_for_one_another(app, large, folder):
    open_scan(app, large)
    for name in ("one", "two"):
        (folder / name).mkdir()
        output(app, folder / name / "rec.h5")
        run(app)
        in_state(app, "running")
    app.locator("[data-testid=ct-status]", has_text="waits for its turn").wait_for()
    in_state(app, "done", seconds=120)
    assert (folder / "one/rec.h5").exists()


@pytest.mark.parametrize("kind", ["graph", "notebook"])
def test_what_is_exported_gives_the_same_bits(app, scan, folder, kind):
    open_scan(app, scan)
    at(app, "ct-center").fill("130.5")
    settled(app)
    there = output(app, folder / f"{kind}/rec.h5")
    there.parent.mkdir()
    exported = folder / (f"{kind}.json" if kind == "graph" else f"{kind}.ipynb")
    app.locator("summary", has_text="Export").click()
    app.get_by_label("As", exact=True).select_option(kind)
    app.get_by_label("Path", exact=True).locator("visible=true").first.fill(str(exported))
    app.get_by_role("button", name="Export", exact=True).click()
    app.get_by_text(f"written: {exported}").wait_for()
    if kind == "graph":
        daisy("run", exported, folder=folder)
    else:
        book = nbformat.read(exported, as_version=4)
        nbclient.NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    here = folder / f"{kind}/by_command.h5"
    daisy("run", "ct", f"input={scan}", f"output={here}", "center=130.5", folder=folder)
    assert same_bits(there, here)
