"""Who does not come in, and what that person reads."""

from __future__ import annotations

import pytest

from tests.browser import screens

pytestmark = pytest.mark.slow


def test_a_wrong_password_is_said_at_the_sso(page, platform):
    screens.log_in(page, platform, "demo", "wrong")
    page.locator("[role=alert]").wait_for()
    assert page.url.startswith(platform["sso_url"])
    assert "password" in page.locator("[role=alert]").inner_text().lower()


def test_a_user_without_a_group_reads_what_is_missing_and_whom_to_ask(page, platform, picture):
    screens.log_in(page, platform, "nogroup")
    page.wait_for_url("**/hub/oauth_callback**")
    text = page.locator("main").inner_text()
    assert "group" in text
    assert "Traceback" not in text
    picture("refusal.png")


def test_a_disabled_account_is_told_so(page, platform):
    screens.log_in(page, platform, "disabled")
    page.wait_for_load_state()
    assert "disabled" in page.locator("body").inner_text().lower()


def test_cancelling_at_the_sso_is_no_error(page, platform):
    page.goto(platform["url"])
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url("**/hub/**")
    text = page.locator("main").inner_text().lower()
    assert "cancel" in text or "denied" in text or "refused" in text


def test_nobody_enters_the_server_of_somebody_else(page, platform):
    screens.log_in(page, platform, "other")
    page.wait_for_url("**/hub/**")
    answer = page.goto(f"{platform['url']}/user/demo/lab")
    assert answer.status in (403, 404)
    assert "/hub/user/demo" in page.url or "/hub/api/oauth2" in page.url or page.url.endswith("/user/demo/lab")
    assert page.locator(".jp-Launcher").count() == 0
