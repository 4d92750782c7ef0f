"""The whole OAuth dance: a real JupyterHub, the stand-in for the single sign-on, and a browser without a screen."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator

import pytest
import requests

from tests.sso.running import PASSWORDS, Browser, Dance, dance, link, stand_in
from tests.sso.store import MARK
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dance]:
    with dance(tmp_path_factory.mktemp("hub")) as given:
        yield given


@pytest.fixture
def browser(running: Dance) -> Iterator[Browser]:
    browser = Browser(running)
    yield browser
    browser.session.close()


@pytest.mark.parametrize("name", ["demo", "other"])
def test_a_person_with_a_group_comes_in(browser: Browser, running: Dance, name: str) -> None:
    page = browser.log_in(name)
    assert (page.status_code, page.url) == (200, f"{running.hub_url}/hub/home")
    assert f'user: "{name}"' in page.text


def test_a_second_login_needs_no_form_until_the_logout(browser: Browser, running: Dance) -> None:
    browser.log_in("demo")
    for cookie in list(browser.session.cookies):
        if cookie.name.startswith("jupyterhub"):
            browser.session.cookies.clear(cookie.domain, cookie.path, cookie.name)
    assert browser.get("/hub/home").url == f"{running.hub_url}/hub/home"
    form = browser.get("/hub/logout")
    assert form.url.startswith(f"{running.sso_url}/oauth2/authorize")
    assert 'name="password"' in form.text
    assert browser.get("/hub/home").url.startswith(running.sso_url)


def test_a_wrong_password_shows_the_form_again(browser: Browser, running: Dance) -> None:
    form = browser.get("/hub/home")
    data = {"username": "demo", "password": "wrong"}
    again = browser.session.post(running.sso_url + link(form, 'action="'), data=data, timeout=20)
    assert "User name or password is wrong" in again.text
    assert browser.submit(again, "demo").url == f"{running.hub_url}/hub/home"


def test_a_login_that_was_cancelled_is_told(browser: Browser) -> None:
    cancel = link(browser.get("/hub/home"), '<a href="')
    page = browser.session.get(cancel, timeout=20)
    assert page.status_code == 403
    assert "the login was cancelled at the single sign-on" in page.text


def test_the_reader_of_chinese_is_told_in_chinese(browser: Browser) -> None:
    browser.session.headers["Accept-Language"] = "zh-CN,zh;q=0.9"
    page = browser.session.get(link(browser.get("/hub/home"), '<a href="'), timeout=20)
    assert "您在统一认证页面取消了登录" in page.content.decode()


@pytest.mark.parametrize(
    "state",
    [
        pytest.param("", id="none"),
        pytest.param("state=", id="empty"),
        pytest.param("state=eyJzdGF0ZV9pZCI6ICJmb3JlaWduIn0=", id="another login's"),
        pytest.param("state=%E4%BD%A0", id="not ASCII"),
        pytest.param("state=W10=", id="a list"),
        pytest.param("state=bnVsbA==", id="null"),
    ],
)
@pytest.mark.parametrize("begun", [True, False], ids=["begun here", "begun elsewhere"])
def test_a_wrong_state_is_refused(browser: Browser, state: str, begun: bool) -> None:
    if begun:
        browser.get("/hub/home")
    page = browser.get(f"/hub/oauth_callback?code={MARK}foreign&{state}")
    assert page.status_code == 403
    assert "this login was not begun in this browser" in page.text


def test_an_error_in_the_address_never_comes_into_the_page(browser: Browser) -> None:
    state = re.search("state=[^&]+", browser.get("/hub/home").url)
    assert state
    page = browser.get(f"/hub/oauth_callback?error=x&error_description=pay+here&{state[0]}")
    assert "did not carry out the login" in page.text
    assert (page.status_code, "pay here" in page.text) == (502, False)


def test_a_code_that_was_used_is_refused(browser: Browser, running: Dance) -> None:
    used = browser.way_back("demo")
    assert browser.get(used).url == f"{running.hub_url}/hub/home"
    thief = Browser(running)
    state = re.search("state=([^&]+)", thief.get("/hub/home").url)
    assert state
    page = thief.get(re.sub("state=[^&]+", state[0], used))
    thief.session.close()
    assert page.status_code == 403
    assert "this login is over" in page.text


def test_the_whole_way_back_of_another_browser_is_refused(browser: Browser, running: Dance) -> None:
    thief = Browser(running)
    thief.get("/hub/home")
    page = thief.get(browser.way_back("demo"))
    thief.session.close()
    assert (page.status_code, "not begun in this browser" in page.text) == (403, True)


def test_a_code_without_the_browsers_pkce_verifier_is_refused(browser: Browser, running: Dance) -> None:
    stolen = re.search("code=([^&]+)", browser.way_back("demo"))
    assert stolen
    thief = Browser(running)
    state = re.search("state=([^&]+)", thief.get("/hub/home").url)
    assert state
    page = thief.get(f"/hub/oauth_callback?code={stolen[1]}&{state[0]}")
    thief.session.close()
    assert (page.status_code, "this login is over" in page.text) == (403, True)


def test_a_session_ends_when_its_tokens_do(browser: Browser, running: Dance) -> None:
    browser.log_in("other")
    assert browser.get("/hub/home").ok
    browser.session.get(f"{running.sso_url}/logout", timeout=20)
    wait_for(lambda: browser.get("/hub/home").url.startswith(running.sso_url), 20)


def test_the_request_that_learns_that_a_login_is_over_is_refused_itself(browser: Browser, running: Dance) -> None:
    browser.log_in("other")
    sent = {"X-XSRFToken": browser.session.cookies.get("_xsrf", path="/hub/")}
    made = browser.session.post(f"{running.hub_url}/hub/api/users/other/tokens", headers=sent, json={}, timeout=20)
    token = {"Authorization": f"token {made.json()['token']}"}
    browser.session.get(f"{running.sso_url}/logout", timeout=20)
    over = '"event": "refusal", "user": "other"'
    before = running.log.read_text().count(over)

    def is_refused() -> bool:
        status = requests.get(f"{running.hub_url}/hub/api/user", headers=token, timeout=20).status_code
        assert status == (403 if running.log.read_text().count(over) > before else 200)
        return status == 403

    wait_for(is_refused, 20)


def test_a_user_without_a_group_is_refused_in_words(browser: Browser, running: Dance) -> None:
    page = browser.log_in("nogroup")
    assert page.status_code == 403
    assert "nogroup is in no group that may work here" in page.text
    assert '"event": "refusal", "user": "nogroup", "reason": "nogroup is in no group' in running.log.read_text()
    assert browser.get("/hub/home").status_code == 403


def test_a_disabled_account_does_not_come_past_the_form(browser: Browser, running: Dance) -> None:
    page = browser.log_in("disabled")
    assert page.url.startswith(running.sso_url)
    assert "This account is disabled" in page.text


def test_the_same_name_with_another_id_is_refused(browser: Browser, running: Dance) -> None:
    first = Browser(running)
    assert first.log_in("demo").ok
    first.session.close()
    page = browser.log_in("twin")
    assert page.status_code == 403
    assert "belongs to another person of the single sign-on" in page.text


def test_an_sso_that_hangs_is_told_and_open_sessions_stay(browser: Browser, running: Dance) -> None:
    browser.log_in("demo")
    newcomer = Browser(running)
    way_back = newcomer.way_back("other")
    running.sso.send_signal(signal.SIGSTOP)
    try:
        page = newcomer.get(way_back)
        unchecked = "The session of demo stays open unchecked"

        def refreshed() -> bool:
            assert browser.get("/hub/home").url == f"{running.hub_url}/hub/home"
            return unchecked in running.log.read_text()

        wait_for(refreshed, 20)
    finally:
        running.sso.send_signal(signal.SIGCONT)
        newcomer.session.close()
    assert page.status_code == 502
    assert "did not answer within 3 s" in page.text


def test_each_login_and_each_refusal_is_one_line_and_no_secret_is_in_the_log(browser: Browser, running: Dance) -> None:
    browser.log_in("demo")
    browser.get(f"/hub/oauth_callback?code={MARK}mine&state={MARK}")
    log = running.log.read_text()
    assert '"event": "login", "user": "demo"' in log
    assert '"event": "refusal", "reason": "this login was not begun in this browser' in log
    assert not [line for line in log.splitlines() if MARK in line]


def test_the_stand_in_listens_off_loopback_only_when_told() -> None:
    with stand_in("http://h/hub/oauth_callback", "s", host="0.0.0.0") as (url, process):
        assert (url, process.wait(20)) == ("", 1)


def test_the_stand_in_ends_when_standard_input_closes() -> None:
    with stand_in("http://h/hub/oauth_callback", "s") as (url, process):
        assert url.startswith("http://127.0.0.1:")
        assert process.stdin
        process.stdin.close()
        assert process.wait(20) == 0


def test_the_stand_in_shows_no_password_when_its_options_are_wrong() -> None:
    with stand_in("http://h/hub/oauth_callback", "s", users=[{"password": PASSWORDS["demo"]}]) as (url, process):
        assert (url, process.wait(20)) == ("", 1)
    assert isinstance(process, subprocess.Popen)
