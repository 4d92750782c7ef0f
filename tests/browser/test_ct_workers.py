"""The CT app where the platform offers workers: a run on pods, one of which is lost. Pods are processes here."""

from __future__ import annotations

import pytest

from tests.broker.fake import FakeBroker
from tests.browser.app_process import app_alone, at, daisy, in_state, open_scan, same_bits
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def scan(folder):
    daisy("demo", "scan.h5", "--rows", 256, "--columns", 512, folder=folder)
    return folder / "scan.h5"


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with FakeBroker(tmp_path_factory.mktemp("broker")) as made, pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        yield made


@pytest.fixture
def app(page, folder, broker):
    with app_alone(folder) as (_, address):
        page.goto(address)
        at(page, "ct-open").wait_for()
        yield page


def choose_workers(app, count, output):
    at(app, "ct-engine").locator("option[value=kubernetes]").wait_for(state="attached")
    at(app, "ct-engine").select_option("kubernetes")
    at(app, "ct-workers").fill(str(count))
    at(app, "ct-output").fill(str(output))


def test_a_run_on_workers_survives_the_loss_of_one_and_gives_the_same_bits(app, scan, folder, broker, small_picture):
    open_scan(app, scan)
    there = folder / "there.h5"
    at(app, "ct-center").fill("256")
    app.get_by_label("Stripes", exact=False).first.select_option("sorting")
    choose_workers(app, 2, there)
    broker.holds_workers = 1
    app.locator("[data-testid=ct-run]:not([disabled])").click()
    wait_for(lambda: broker.clusters, 60)
    broker.only.pods[1].words = {"en": "no node has room for it", "zh": "没有节点"}
    machines = at(app, "ct-machines")
    machines.get_by_text("no node has room for it").wait_for(timeout=20_000)
    app.locator("[data-testid=ct-machines][data-joined='1']").wait_for()
    broker.only.pods[0].kill()
    machines.locator(".daisy-note").get_by_text("was lost").wait_for()
    small_picture(app, "ct-workers.png")
    assert in_state(app, "done", 120) == there
    here = folder / "here.h5"
    daisy("run", "ct", f"input={scan}", f"output={here}", "center=256", "stripes=sorting", folder=folder)
    assert same_bits(here, there)
    assert not broker.clusters


def test_over_the_quota_is_said_in_the_brokers_words(app, scan, folder):
    open_scan(app, scan)
    choose_workers(app, 9, folder / "many.h5")
    app.locator("[data-testid=ct-run]:not([disabled])").click()
    at(app, "ct-status").get_by_text("9 more workers are asked for, but only 4 of 4 are left").wait_for(timeout=20_000)
