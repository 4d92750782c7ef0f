"""The CT app on the platform: from the tile to a volume, whatever ends meanwhile."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from tests.browser import screens
from tests.browser.app_process import at, daisy, in_state, open_scan, same_bits

pytestmark = pytest.mark.slow


@pytest.fixture
def app(page, platform):
    """The app, opened by its tile."""
    screens.open_lab(page, platform)
    with page.context.expect_page() as opened:
        page.locator(".jp-LauncherCard[data-category=Daisy]", has_text="CT reconstruction").click()
    found = opened.value
    found.set_default_timeout(30_000)
    at(found, "ct-open").wait_for()
    return found


def app_servers():
    """The processes that answer apps of users of this machine."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if "widgets_apps.server" in (process.info["cmdline"] or []):
            found.append(process)
    return found


def begin(app, platform, name):
    """Start a run that writes to a name; gives its output when it computes."""
    open_scan(app, platform["scan"])
    output = platform["folder"] / "home/demo" / name
    at(app, "ct-output").fill(str(output))
    app.locator("[data-testid=ct-run]:not([disabled])").click()
    in_state(app, "running")
    return output


def test_from_the_tile_to_the_volume_of_the_command_line(app, platform):
    output = begin(app, platform, "by_app.h5")
    assert in_state(app, "done") == output
    there = platform["folder"] / "by_command.h5"
    daisy("run", "ct", f"input={platform['scan']}", f"output={there}", folder=platform["folder"])
    assert same_bits(output, there)
    app.goto(f"{platform['url']}/user/demo/daisy/app/ct?input={platform['scan']}")
    assert in_state(app, "done") == output


def test_a_run_goes_on_when_the_process_of_the_app_is_killed_and_the_page_finds_it_again(app, platform):
    output = begin(app, platform, "survived.h5")
    (process,) = app_servers()
    os.kill(process.pid, signal.SIGKILL)
    assert in_state(app, "done") == output
    assert same_bits(output, platform["folder"] / "by_command.h5")


def test_only_installed_apps_are_there(app, platform):
    for path in ("daisy/app/none", "voila/render/notebook.ipynb"):
        assert app.request.get(f"{platform['url']}/user/demo/{path}").status == 404


def test_somebody_else_does_not_get_the_page(app, platform, browser):
    other = browser.new_context()
    page = other.new_page()
    screens.log_in(page, platform, "other")
    page.wait_for_url(f"{platform['url']}/hub/**")
    assert page.goto(app.url).status == 403
    other.close()


def test_a_page_whose_server_was_stopped_offers_to_start_it_and_comes_back(app, page, platform):
    open_scan(app, platform["scan"])
    page.goto(f"{platform['url']}/hub/home")
    screens.stop_server(page)
    offered = app.locator("[role=alert] a")
    offered.wait_for()
    page.goto(platform["url"] + offered.get_attribute("href"))
    screens.choose(page)
    page.wait_for_url("**/user/**", timeout=60_000)
    app.locator("[data-testid=ct-preview][data-busy=false] canvas[data-painted]").wait_for()
    assert at(app, "ct-input").input_value() == platform["scan"]


def test_the_app_works_in_a_cell_of_a_notebook(page, platform):
    screens.open_lab(page, platform)
    screens.open_notebook(page)
    screens.run_cell(page, 'from widgets_apps.widget import app\napp("ct", input="scan.h5")')
    at(page, "ct-open").wait_for()
    page.locator("[data-testid=ct-preview][data-busy=false] canvas[data-painted]").wait_for()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    at(page, "ct-center").fill("300")
    page.keyboard.press("ArrowDown")
    page.locator("[data-testid=ct-preview] canvas").first.focus()
    for key in ("a", "x", "b", "ArrowDown", "d", "d"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    at(page, "ct-center").wait_for()
