"""The app of the documentation in a browser: installed, opened alone, from an input to a result."""

from __future__ import annotations

import pytest

from tests.browser import faults
from tests.browser.app_process import alone, at, daisy, same_bits
from tests.installing import daisy as run_daisy
from tests.installing import installed_with
from tests.plugin.test_own_app import SOURCE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    return installed_with(SOURCE, tmp_path_factory.mktemp("own-app"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("own") / "beamtime/2026-11"
    found.mkdir(parents=True)
    daisy("demo", "scan.h5", "--rows", 200, "--columns", 256, "--angles", 40, folder=found)
    return found


@pytest.fixture
def app(page, python, folder):
    command = [str(python), "-m", "daisy_kernel.cli", "app", "smooth", f"input={folder}/scan.h5"]
    with alone(folder, command) as (_, address):
        page.goto(address)
        settled(page)
        yield page


def settled(page):
    """Wait until the preview shows what the parameters say."""
    page.wait_for_timeout(100)  # a change reaches the preview's own state within a frame
    page.locator("[data-testid=app-preview][data-busy=false] canvas[data-painted]").wait_for()


def shown(page):
    return at(page, "app-preview").locator("canvas").first.screenshot()


def test_an_algorithm_of_ones_own_is_tried_run_and_gives_the_bits_of_the_command(app, python, folder, picture):
    assert app.title() == "Smoothing"
    sharp = shown(app)
    at(app, "app-smooth.sigma").fill("4")
    settled(app)
    assert shown(app) != sharp
    at(app, "app-data").select_option("normalize.output")
    settled(app)
    at(app, "app-data").select_option("smooth.output")
    settled(app)
    at(app, "app-input").evaluate("input => { input.scrollLeft = input.scrollWidth }")  # the end of a path says most
    picture("own-app.png")
    here = folder / "app.h5"
    at(app, "app-output").fill(str(here))
    app.get_by_text("Export", exact=True).first.click()
    app.get_by_label("Path", exact=True).fill(str(folder / "smooth.json"))
    app.get_by_role("button", name="Export", exact=True).click()
    app.get_by_text(f"written: {folder}/smooth.json").wait_for()
    at(app, "app-run").click()
    app.locator("[data-testid=app-status][data-state=done]").wait_for(timeout=60_000)
    assert at(app, "app-status").get_attribute("data-output") == str(here)
    at(app, "app-results").get_by_role("button", name="Open").click()
    app.get_by_role("button", name="Back to the preview").wait_for()
    there = folder / "command.h5"
    run_daisy(python, "run", folder / "smooth.json", f"save.output={there}")
    assert same_bits(here, there)


def test_a_wrong_value_is_said_beside_its_field_and_starts_nothing(app):
    at(app, "app-smooth.sigma").fill("99")
    app.get_by_text("sigma=99 is refused", exact=False).first.wait_for()
    assert at(app, "app-smooth.sigma").get_attribute("aria-invalid") == "true"
    at(app, "app-run").click()
    app.locator("[data-testid=app-run]:not([disabled])").wait_for()
    assert at(app, "app-status").get_attribute("data-state") == "idle"


def test_the_page_has_no_fault_that_keeps_a_person_from_using_it(app):
    found = {"accessibility": faults.of_accessibility(app), "labels": faults.of_labels(app)}
    assert found | {"layout": faults.of_layout(app)} == {"accessibility": [], "labels": [], "layout": []}
