"""What an administrator does, and what happens to a server that nobody uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser import platform_process, screens

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow
SETTINGS = """
identity: {admins: [demo]}
cull: {timeout: 10, every: 1}
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    folder = tmp_path_factory.mktemp("administered")
    (folder / "settings.yaml").write_text(SETTINGS)
    process, ready = platform_process.start(folder / "demo", "--settings", str(folder / "settings.yaml"))
    yield ready
    platform_process.end(process)


def test_an_administrator_sees_who_runs_what(page, platform, picture):
    screens.log_in(page, platform)
    page.wait_for_url(f"{platform['url']}/**")
    answer = page.goto(f"{platform['url']}/hub/daisy/admin")
    assert answer.status == 200
    picture("administration.png")


def test_others_do_not(page, platform):
    screens.log_in(page, platform, "other")
    page.wait_for_url(f"{platform['url']}/**")
    assert page.goto(f"{platform['url']}/hub/daisy/admin").status in (403, 404)


def test_an_administrator_stops_the_server_of_somebody_else(page, platform, browser):
    theirs = browser.new_context().new_page()
    try:
        screens.open_lab(theirs, platform, "other")
        screens.log_in(page, platform)
        page.wait_for_url(f"{platform['url']}/hub/**")
        page.goto(f"{platform['url']}/hub/daisy/admin")
        row = page.locator("tr[data-user=other]")
        assert row.get_attribute("data-state") == "running"
        page.once("dialog", lambda asked: asked.accept())
        row.get_by_role("button").click()
        row.wait_for(state="detached")
        screens.until(lambda: is_stopped(theirs, platform))
    finally:
        theirs.context.close()


def is_stopped(page, platform):
    """Whether the home page says that the person's server does not run."""
    page.goto(f"{platform['url']}/hub/home")
    return page.locator("[data-server=''][data-state=stopped]").count() == 1


def test_a_server_with_a_live_run_is_left_and_culled_after_the_run(page, platform):
    screens.open_lab(page, platform)
    screens.open_notebook(page)
    screens.run_cell(page, f"import sys; sys.path.insert(0, {str(ROOT)!r})")
    nodes = {
        "load": {"algorithm": "ct.Load", "parameters": {"input": "scan.h5"}},
        "slow": {"algorithm": "tests.jupyter.slow:Slow", "parameters": {"seconds": 0.8}},
        "save": {"algorithm": "Save", "parameters": {"output": "slow.h5"}},
    }
    links = [
        {"source": "load.projections", "target": "slow.stack"},
        {"source": "slow.output", "target": "save.data"},
    ]
    screens.run_cell(page, f"%%daisy --json\n{json.dumps({'nodes': nodes, 'links': links})}")
    written = Path(platform["home"], "slow.h5")
    journal = Path(f"{written}.run/events.jsonl")
    screens.until(lambda: '"slab"' in journal.read_text())
    page.goto(f"{platform['url']}/hub/home")  # nobody looks: the run alone keeps the server
    screens.until(lambda: is_stopped(page, platform) or written.exists(), 60)
    assert written.exists()
    screens.until(lambda: is_stopped(page, platform), 40)


def test_a_server_that_was_culled_is_said_to_be_stopped_and_can_be_started(page, platform):
    screens.log_in(page, platform)
    page.wait_for_url("**/hub/spawn")
    screens.choose(page)
    page.wait_for_url("**/user/demo/**", timeout=60_000)

    screens.until(lambda: is_stopped(page, platform), 40)
    page.goto(f"{platform['url']}/user/demo/lab")
    assert "/hub/user/demo" in page.url
    assert page.locator("main a[href*='/hub/spawn']").count() >= 1
