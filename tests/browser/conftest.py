"""The platform of one machine, started once, and a browser that looks at it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import platform_process

# What a small picture keeps of the colours of a page: the most common ones, also of those that are no gray, and grays.
_COMMON = 32
_VIVID = 60
_GRAYS = 16
_LARGEST = 250_000  # bytes


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    with platform_process.running(tmp_path_factory.mktemp("platform")) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    """A browser; for one module, since its event loop would be in the way of asynchronous tests."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(platform_process.BROWSER_ARGS))
        yield launched
        launched.close()


@pytest.fixture
def page(browser, tmp_path):
    """A page of a new person at the screen: no cookie of anybody else."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    for number, each in enumerate(context.pages):
        each.screenshot(path=tmp_path / f"last-seen-{number}.png")  # kept by pytest where the test failed
    context.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Where screenshots go: beside the documentation, which shows them, with ``DAISY_PICTURES=1``; else away."""
    taken = tmp_path_factory.mktemp("pictures")
    yield taken
    if os.environ.get("DAISY_PICTURES") == "1":
        kept = Path(__file__).parents[2] / "docs" / "images"
        for each in taken.iterdir():
            shutil.copy(each, kept)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Of scans and results; has a short name where pictures for the documentation are taken: they show it."""
    if os.environ.get("DAISY_PICTURES") != "1":
        yield tmp_path_factory.mktemp("beamtime")
        return
    found = Path(tempfile.gettempdir(), "beamtime")
    found.mkdir()
    yield found
    shutil.rmtree(found)


@pytest.fixture
def picture(page, pictures):
    """Takes a picture of the page by name; one on which everything has one color shows nothing."""

    def take(name):
        page.screenshot(path=pictures / name)
        with Image.open(pictures / name) as image:
            assert len(image.convert("RGB").getcolors(image.width * image.height)) > 20, f"{name} shows nothing"

    return take


@pytest.fixture
def small_picture(pictures):
    """Takes a picture of any page in few colours, so that it is small enough for the documentation."""

    def take(page, name):
        page.screenshot(path=pictures / name)
        with Image.open(pictures / name) as image:
            whole = image.convert("RGB")
        whole.quantize(palette=_few_colours(whole), dither=Image.Dither.NONE).save(pictures / name, optimize=True)
        assert (pictures / name).stat().st_size < _LARGEST, f"{name} is too large for the documentation"

    return take


def _few_colours(image):
    """A palette that keeps the colours of panels, buttons and signs as they are."""
    counted = sorted(image.getcolors(image.width * image.height), reverse=True)
    vivid = [colour for _, colour in counted if max(colour) - min(colour) > _VIVID][:_COMMON]
    grays = [(level, level, level) for level in range(0, 256, 256 // _GRAYS)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(
        [part for colour in [*(each for _, each in counted[:_COMMON]), *vivid, *grays] for part in colour]
    )
    return palette
