"""The viewer as an app: a volume, two beside each other, and a file that is none."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.io.hdf5_write import HDF5Output
from daisy_kernel.io.output import ArraySpec
from tests.browser import faults
from tests.browser.app_process import DAISY, alone, at

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def volumes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("view")
    for name, seed in (("one.h5", 1), ("two.h5", 2)):
        output = HDF5Output(folder / name, ArraySpec((16, 40, 48), "uint16", ("z", "y", "x")))
        output.create()
        output.write(0, np.random.default_rng(seed).integers(0, 4000, (16, 40, 48)).astype(np.uint16))
        output.complete()
    return folder


@pytest.fixture
def app(page, volumes):
    with alone(volumes, [DAISY, "app", "view", f"input={volumes / 'one.h5'}"]) as (_, address):
        page.goto(address)
        page.locator("canvas[data-painted]").first.wait_for()
        yield page


def test_each_plane_of_a_volume_is_shown(app):
    for dim, last in (("z", "15"), ("y", "39"), ("x", "47")):
        app.get_by_role("button", name=dim, exact=True).click()
        app.get_by_role("slider").first.press("End")
        app.locator(f"canvas[data-painted='{last}']").wait_for()
    assert faults.of_accessibility(app) == []
    assert faults.of_labels(app) == []
    assert faults.of_layout(app) == []


def test_a_second_volume_is_compared_with_the_first(app, volumes):
    at(app, "view-second-input").fill(str(volumes / "two.h5"))
    at(app, "view-second-open").click()
    app.get_by_text("one.h5 | two.h5").wait_for()
    app.locator("canvas[data-painted]").first.wait_for()


def test_a_file_that_is_no_array_is_refused_in_a_sentence(app, volumes):
    (volumes / "none.h5").write_text("no numbers")
    at(app, "view-input").fill(str(volumes / "none.h5"))
    at(app, "view-open").click()
    app.get_by_role("alert").filter(has_text="none.h5").wait_for()
