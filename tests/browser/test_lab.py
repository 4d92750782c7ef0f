"""What JupyterLab shows beside notebooks: tiles, files of data, memory."""

from __future__ import annotations

import re

import pytest

from tests.browser import screens

pytestmark = pytest.mark.slow


@pytest.fixture
def lab(page, platform):
    screens.open_lab(page, platform)
    return page


def shown(page):
    """What the main area shows now."""
    return page.locator("#jp-main-dock-panel .lm-DockPanel-widget:not(.lm-mod-hidden)").last


def test_a_tile_of_the_launcher_opens_something_of_ours(lab):
    tabs = lab.locator("#jp-main-dock-panel .lm-TabBar-tab")
    lab.locator(".jp-LauncherCard[data-category=Daisy]", has_text="From scan to volume").click()
    screens.until(lambda: set(tabs.all_inner_texts()) - {"Launcher"})
    assert lab.locator(".jp-Dialog").count() == 0


def test_the_demo_scan_opens_as_a_tree_and_a_picture(lab):
    lab.locator(".jp-DirListing-item", has_text="scan.h5").dblclick()
    viewer = shown(lab)
    viewer.get_by_text("data (counts)").first.wait_for()
    viewer.get_by_text("entry", exact=True).first.wait_for()
    for size in ("552", "128", "512"):  # angles, rows, columns
        assert viewer.get_by_text(size, exact=True).count() == 1
    assert viewer.locator("canvas").count() >= 1


@pytest.mark.parametrize("what", ["Mem", "Disk"])
def test_the_status_bar_shows_what_is_used_of_how_much(lab, what):
    bar = lab.locator("#jp-main-statusbar")
    numbers = re.compile(rf"{what}: ([\d.]+) / ([\d.]+) .B")
    screens.until(lambda: numbers.search(bar.inner_text()))
    used, limit = map(float, numbers.search(bar.inner_text()).groups())
    assert 0 < used < limit


def test_the_status_bar_warns_of_nothing_while_there_is_enough_of_all(lab):
    bar = lab.locator("#jp-main-statusbar")
    screens.until(lambda: "CPU: " in bar.inner_text())
    colour = bar.get_by_text("CPU: ").evaluate("shown => getComputedStyle(shown).backgroundColor")
    assert colour in ("rgba(0, 0, 0, 0)", "transparent")
