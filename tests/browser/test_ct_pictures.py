"""Every step of the CT app as it looks: for the documentation, and for who reads a screen or uses no mouse."""

from __future__ import annotations

import pytest

from tests.browser import faults
from tests.browser.app_process import app_alone, at, daisy, in_state, open_scan, settled

pytestmark = pytest.mark.slow

STEPS = ("scan", "prepare", "center", "reconstruct", "run", "results")
WINDOWS = {"laptop": (1280, 720), "wall": (2560, 1440)}
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
# Beside one picture a step, light and in English.
ALSO_SHOWN = {("center", "dark", "en"): "ct-dark.png", ("prepare", "light", "zh"): "ct-chinese.png"}


@pytest.fixture(scope="module")
def scan(folder):
    daisy("demo", "flower.h5", "--rows", 128, "--columns", 512, folder=folder)
    return folder / "flower.h5"


@pytest.fixture(scope="module")
def address(folder, scan):
    """The app, with a scan that was reconstructed twice."""
    with app_alone(folder) as (_, found):
        yield found


@pytest.fixture(scope="module")
def volumes(browser, address, scan, folder):
    """Two results of the app, so that there is something to compare."""
    page = browser.new_context().new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    open_scan(page, scan)
    page.locator("[data-field=zingers] input").fill("5000")
    for name, stripes in (("flower_sorting.h5", "sorting"), ("flower_rec.h5", "none")):
        page.locator("[data-field=stripes] select").select_option(stripes)
        at(page, "ct-output").fill(str(folder / name))
        page.locator("[data-testid=ct-run]:not([disabled])").click()
        in_state(page, "done")
    page.context.close()


def opened(browser, address, scan, window="laptop", theme="light", language="en"):
    """The app in a window of a size, with colours and words; the scan is open."""
    width, height = WINDOWS[window]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, locale=LANGUAGES[language]
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    at(page, "ct-open").wait_for()
    open_scan(page, scan)
    page.locator("[data-field=zingers] input").fill("5000")
    return page


def go(page, step):
    """Come to a step with all that it shows."""
    page.locator(f"[data-tab={step}]").click()
    at_rest(page)
    if step == "center":
        page.locator(".daisy-strip button").first.click()
        page.locator(".daisy-tiles button").nth(6).wait_for()
    if step == "results":
        at(page, "ct-results").locator("li button").first.click()
        page.locator("main canvas[data-painted]").wait_for()
    page.mouse.move(0, 0)  # nothing is pointed at
    at_rest(page)


def at_rest(page):
    """Wait until no pane computes and each shows a picture."""
    page.wait_for_timeout(150)  # a change reaches the panes within a frame
    page.wait_for_function(
        """() => [...document.querySelectorAll("main .daisy-pane")].every((pane) =>
            pane.dataset.busy !== "true" && pane.querySelector("canvas[data-painted]"))"""
    )
    page.wait_for_timeout(200)  # what is painted last


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("window", WINDOWS)
def test_every_step_is_whole_legible_and_explained(
    browser, address, scan, volumes, window, theme, language, small_picture
):
    page = opened(browser, address, scan, window, theme, language)
    found = {}
    for step in STEPS:
        go(page, step)
        name = f"ct-{step}.png" if (theme, language) == ("light", "en") else ALSO_SHOWN.get((step, theme, language))
        if name is not None and window == "laptop" and (language == "en" or has_chinese_letters(page)):
            small_picture(page, name)
        found[step] = found_on(page)
    at(page, "ct-results").locator("li").nth(1).locator("button").nth(1).click()
    page.locator("main .daisy-layer canvas[data-painted]").wait_for()
    found["comparison"] = found_on(page)
    page.locator("[data-tab=scan]").click()
    page.locator("[data-step=scan] .daisy-entry button").first.click()
    page.locator("dialog tr[data-path]").first.wait_for()
    found["files"] = found_on(page)
    page.context.close()
    assert not any(found.values()), found


def has_chinese_letters(page):
    """Whether this machine has a font for them; without one each looks like the others."""
    return page.evaluate(
        """() => new Set([..."中文字"].map((letter) => {
            const canvas = new OffscreenCanvas(20, 20), context = canvas.getContext("2d");
            context.fillText(letter, 2, 15);
            return context.getImageData(0, 0, 20, 20).data.join();
        })).size === 3"""
    )


def found_on(page):
    return faults.of_accessibility(page) + faults.of_labels(page) + faults.of_layout(page)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("one.removeAttribute('title')", "no tooltip"),
        ("one.textContent = ''; one.removeAttribute('aria-label')", "no label"),
        ("one.style.marginLeft = '-100px'", "cut off"),
        ("one.style.pointerEvents = 'none'", "covered by"),
        ("one.style.width = '12px'", "its words are cut"),
        ("document.body.textContent = 'wide'; document.body.style.width = '200vw'", "px too wide"),
    ],
)
def test_what_is_wrong_with_a_page_is_found(page, address, broken, sentence):
    page.goto(address)
    at(page, "ct-run").wait_for()
    at(page, "ct-run").evaluate(f"(one) => {{ {broken} }}")
    assert any(sentence in fault for fault in faults.of_labels(page) + faults.of_layout(page))


def test_a_scan_is_reconstructed_by_keyboard_alone(page, address, scan, folder):
    page.goto(address)
    at(page, "ct-open").wait_for()
    tab_to(page, "ct-input")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(str(scan))
    page.keyboard.press("Enter")
    settled(page)
    tab_to(page, "center", by="tab", backwards=True)
    page.keyboard.press("Enter")
    tab_to(page, "ct-find-center")
    page.keyboard.press("Space")
    page.locator("[data-testid=ct-find-center]:not([disabled])").wait_for()
    assert float(at(page, "ct-center").input_value()) == pytest.approx(270.9, abs=0.2)
    tab_to(page, "run", by="tab", backwards=True)
    page.keyboard.press("Enter")
    tab_to(page, "ct-output")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(str(folder / "by_keyboard.h5"))
    tab_to(page, "ct-run")
    page.keyboard.press("Enter")
    assert in_state(page, "done") == folder / "by_keyboard.h5"


def tab_to(page, name, by="testid", *, backwards=False):
    """Press Tab until the focus is where it should be, and can be seen to be."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        focused = page.locator(":focus")
        if focused.get_attribute(f"data-{by}") == name:
            assert focused.evaluate("(one) => getComputedStyle(one).outlineStyle") != "none"
            return
    raise AssertionError(f"the focus does not come to {name}")


def test_a_region_drawn_in_a_projection_becomes_the_background(page, address, scan):
    page.goto(address)
    at(page, "ct-open").wait_for()
    open_scan(page, scan)
    pane = page.get_by_role("region", name="Projections")
    pane.locator("canvas[data-painted]").wait_for()
    pane.get_by_role("button", name="Region").click()
    drawn = [one.input_value() for one in at(page, "viewer-region").locator("input").all()]
    page.get_by_role("button", name="Take the drawn region as background").click()
    assert [one.input_value() for one in page.locator("[data-field=background] input").all()] == drawn != []
    settled(page)
