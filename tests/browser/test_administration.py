"""What an administrator does, and what happens to a server that nobody uses."""

from __future__ import annotations

import pytest

from tests.browser import platform_process, screens

pytestmark = pytest.mark.slow
SETTINGS = """
identity: {admins: [demo]}
cull: {timeout: 4, every: 1}
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    folder = tmp_path_factory.mktemp("administered")
    (folder / "settings.yaml").write_text(SETTINGS)
    process, ready = platform_process.start(folder / "demo", "--settings", str(folder / "settings.yaml"))
    yield ready
    platform_process.end(process)


def test_an_administrator_sees_who_runs_what(page, platform, pictures):
    screens.log_in(page, platform)
    page.wait_for_url(f"{platform['url']}/**")
    answer = page.goto(f"{platform['url']}/hub/daisy/admin")
    assert answer.status == 200
    page.screenshot(path=pictures / "administration.png")


def test_others_do_not(page, platform):
    screens.log_in(page, platform, "other")
    page.wait_for_url(f"{platform['url']}/**")
    assert page.goto(f"{platform['url']}/hub/daisy/admin").status in (403, 404)


def test_a_server_that_was_culled_is_said_to_be_stopped_and_can_be_started(page, platform):
    screens.log_in(page, platform)
    page.wait_for_url("**/hub/spawn")
    screens.choose(page)
    page.wait_for_url("**/user/demo/**", timeout=60_000)

    def is_stopped():
        page.goto(f"{platform['url']}/hub/home")
        return page.locator("[data-server=''][data-state=stopped]").count() == 1

    screens.until(is_stopped, 40)
    page.goto(f"{platform['url']}/user/demo/lab")
    assert "/hub/user/demo" in page.url
    assert page.locator("main a[href*='/hub/spawn']").count() >= 1
