import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_config.pages_hub import Browser, Hub, running_hub, words
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


def stop(hub: Hub, browser: Browser, user: str, server: str = "") -> None:
    """Stop a server as the page's script does, and wait until it is."""
    path = f"/hub/api/users/{user}/" + (f"servers/{server}" if server else "server")
    token = browser.session.cookies.get("_xsrf", path="/hub/")
    headers = {"X-XSRFToken": token or "", "Origin": hub.url}
    wait_for(lambda: "Running" in words(browser.get("/hub/home").text))
    answer = browser.session.delete(hub.url + path, headers=headers, json={"remove": bool(server)}, timeout=30)
    assert answer.status_code in (202, 204), answer.text
    wait_for(lambda: not re.search("Running|Stopping", words(browser.get("/hub/home").text)))


def checked(page: str) -> list[str]:
    """The profiles that are chosen on a spawn page."""
    return re.findall(r'name="profile" value="([^"]*)" checked', page)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en-GB,en;q=0.9", "JupyterLab with the Daisy kernel"), ("zh-CN", "JupyterLab 与 Daisy 内核")],
)
def test_the_login_page_speaks_the_browsers_language(hub: Hub, language: str, sentence: str) -> None:
    answer = hub.browser(language=language).get("/hub/login")
    assert answer.status_code == 200
    assert sentence in words(answer.text)
    assert f'<html lang="{language[:2]}">' in answer.text


def test_a_wrong_password_is_said_on_the_login_page(hub: Hub) -> None:
    browser = hub.browser()
    browser.get("/hub/login")
    answer = browser.post("/hub/login", {"username": "demo", "password": "wrong"})
    assert answer.status_code == 403
    assert "Not signed in: Invalid username or password" in words(answer.text)


def test_the_language_switch_is_remembered_and_leads_back(hub: Hub) -> None:
    browser = hub.browser("demo")
    answer = browser.post("/hub/daisy/language", {"language": "zh", "next": "/hub/spawn"})
    assert answer.url.endswith("/hub/spawn")
    assert "启动服务器" in words(answer.text)
    assert "我的服务器" in words(browser.get("/hub/home").text)


def test_the_language_cookie_is_the_hubs_own(hub: Hub) -> None:
    browser = hub.browser()
    browser.get("/hub/login")
    answer = browser.post("/hub/daisy/language", {"language": "zh"}, allow_redirects=False)
    cookie = next(value for value in answer.headers["Set-Cookie"].split(", ") if "daisy-language" in value)
    assert {"HttpOnly", "Path=/hub/", "SameSite=Lax"} <= set(answer.headers["Set-Cookie"].split("; "))
    assert "daisy-language=zh" in cookie


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test/", "/\\evil.test/", "javascript:alert(1)"])
def test_the_language_switch_leads_to_no_other_host(hub: Hub, target: str) -> None:
    browser = hub.browser()
    browser.get("/hub/login")
    answer = browser.post("/hub/daisy/language", {"language": "zh", "next": target}, allow_redirects=False)
    location = answer.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


@pytest.mark.parametrize("language", ["", "xx", "../zh"])
def test_a_language_that_is_not_there_is_refused(hub: Hub, language: str) -> None:
    browser = hub.browser()
    browser.get("/hub/login")
    answer = browser.post("/hub/daisy/language", {"language": language})
    assert answer.status_code == 400
    assert "there are the languages en and zh" in words(answer.text)


@pytest.mark.parametrize("path", ["/hub/daisy/language", "/hub/daisy/admin"])
def test_a_form_without_its_token_is_refused(hub: Hub, path: str) -> None:
    browser = hub.browser("boss")
    answer = browser.post(path, {"_xsrf": "", "language": "zh", "action": "drain"})
    assert answer.status_code == 403
    assert "No new servers start" not in words(browser.get("/hub/daisy/admin").text)


def test_the_spawn_page_shows_what_each_profile_gives_in_ones_language(hub: Hub) -> None:
    english = words(hub.browser("demo").get("/hub/spawn").text)
    assert "Tomography For reconstruction of whole scans 16 cores 128 GB memory 1 GPU" in english
    assert "0.5 cores 512 MB memory No GPU" in english
    chinese = words(hub.browser("demo", "zh").get("/hub/spawn").text)
    assert "断层成像 用于完整扫描的重建 16 核 128 GB 内存 1 个 GPU" in chinese


def test_a_description_is_text_and_never_markup(hub: Hub) -> None:
    page = hub.browser("demo").get("/hub/spawn").text
    assert "data &amp; &lt;b&gt;trying&lt;/b&gt; things" in page


def test_only_profiles_of_ones_groups_are_shown(hub: Hub) -> None:
    page = hub.browser("other").get("/hub/spawn").text
    assert re.findall(r'name="profile" value="([^"]*)"', page) == ["cpu"]


def test_another_groups_profile_does_not_start_by_hand_either(hub: Hub) -> None:
    browser = hub.browser("other")
    answer = browser.post("/hub/spawn", {"profile": "gpu"})
    assert answer.status_code == 403
    assert "The server was not started you have no profile 'gpu': choose one of cpu" in words(answer.text)
    refused = [event for event in hub.events("other") if event["event"] != "login"]
    assert [(event["event"], event["profile"]) for event in refused] == [("refusal", "gpu")]


def test_a_refused_start_is_said_in_the_readers_language_then_and_later(hub: Hub) -> None:
    browser = hub.browser("other", "zh")
    answer = browser.post("/hub/spawn", {"profile": "gpu"})
    assert "服务器未启动 您没有配置 'gpu'：请从 cpu 中选择" in words(answer.text)
    later = hub.browser("other").get("/hub/spawn-pending/other")
    assert "you have no profile 'gpu': choose one of cpu" in words(later.text)


def test_a_server_starts_is_shown_and_stops(hub: Hub) -> None:
    browser = hub.browser("walker")
    with hub.held():
        pending = browser.post("/hub/spawn/walker", {"profile": "cpu"})
        assert "Your server is starting" in words(pending.text)
        assert re.search(r'data-progress="/hub/api/users/walker/server/progress\?_xsrf=', pending.text)
        assert "My server Starting Profile: Small Since:" in words(browser.get("/hub/home").text)
    wait_for(lambda: "My server Running Profile: Small" in words(browser.get("/hub/home").text))
    stop(hub, browser, "walker")
    assert "My server Stopped Profile: Small Start" in words(browser.get("/hub/home").text)
    events = [(event["event"], event.get("profile")) for event in hub.events() if event["user"] == "walker"]
    assert events == [("login", None), ("spawn", "cpu"), ("stop", "cpu")]


def test_the_token_of_a_form_does_not_stay_in_the_address(hub: Hub) -> None:
    browser = hub.browser("walker")
    page = browser.get("/hub/spawn/walker?next=/hub/home").text
    assert 'action="/hub/spawn/walker?next=%2Fhub%2Fhome"' in page


def test_the_last_choice_is_remembered_for_the_next_server_too(hub: Hub) -> None:
    browser = hub.browser("boss")
    assert checked(browser.get("/hub/spawn").text) == ["cpu"]
    browser.post("/hub/spawn/boss", {"profile": "gpu"}, allow_redirects=False)
    stop(hub, browser, "boss")
    page = browser.get("/hub/spawn").text
    assert checked(page) == ["gpu"]
    assert "data-remembered" in page
    assert checked(browser.get("/hub/spawn/boss/second").text) == ["gpu"]


def test_named_servers_have_a_limit_that_is_said(hub: Hub) -> None:
    browser = hub.browser("namer")
    assert "0 of at most 2 named servers" in words(browser.get("/hub/home").text)
    for name in ("one", "two"):
        assert f"Start the server {name}" in words(browser.get(f"/hub/spawn/namer/{name}").text)
    page = browser.get("/hub/home").text
    assert "You have all 2 of your named servers" in words(page)
    assert 'data-delete="/hub/api/users/namer/servers/one"' in page
    third = browser.get("/hub/spawn/namer/three")
    assert third.status_code == 400
    assert "already has the maximum of 2 named servers" in words(third.text)
    assert hub.wait_for_refusal("namer", "the user has 2 named servers already")["server"] == "three"


def test_too_many_starts_at_once_are_a_page_that_says_wait(hub: Hub) -> None:
    demo, other = hub.browser("demo"), hub.browser("other", "zh")
    with hub.held():
        demo.post("/hub/spawn/demo", {"profile": "cpu"})
        answer = other.post("/hub/spawn/other", {"profile": "cpu"})
    assert answer.status_code == 429
    assert "当前启动服务器的用户过多，您的服务器未启动。 请等待一分钟后重试。" in words(answer.text)
    stop(hub, demo, "demo")
    hub.wait_for_refusal("other", "as many servers as may start at once (1) do")


def test_a_start_that_fails_at_once_says_so_without_its_inner_reason(hub: Hub) -> None:
    answer = hub.browser("demo").post("/hub/spawn/demo", {"profile": "broken"})
    assert answer.status_code == 500
    assert "The server was not started This is a fault of the platform" in words(answer.text)
    assert "secret reason" not in answer.text
    assert [(event["event"], event.get("reason")) for event in hub.events("demo")[-2:]] == [
        ("spawn", None),
        ("failure", "RuntimeError"),
    ]


def test_a_start_that_fails_later_says_so_without_its_inner_reason(hub: Hub) -> None:
    browser = hub.browser("demo")
    with hub.held():
        pending = browser.post("/hub/spawn/demo", {"profile": "broken"})
        assert "Your server is starting" in words(pending.text)
    wait_for(lambda: "starting" not in (page := browser.get("/hub/home").text) and "stopping" not in page)
    answer = browser.get("/hub/spawn-pending/demo")
    assert answer.status_code == 500
    assert "Your server did not start" in words(answer.text)
    assert "secret reason" not in answer.text
    assert 'href="/hub/spawn/demo"' in answer.text


def test_a_server_that_does_not_run_is_a_page_with_a_start_button(hub: Hub) -> None:
    answer = hub.browser("namer").get("/hub/user/namer/lab")
    assert answer.status_code == 424
    assert "Your server is not running" in words(answer.text)
    assert re.search(r'id="start"[^>]*href="/hub/spawn/namer', answer.text)


@pytest.mark.parametrize(
    ("status", "language", "title", "button"),
    [
        (403, "en", "You may not do this", "Log in as somebody else"),
        (403, "zh", "您没有权限", "使用其他账号登录"),
        (502, "en", "The single sign-on does not answer", "Log in again"),
        (502, "zh", "统一认证没有响应", "重新登录"),
        (500, "en", "Something went wrong here", "Log in again"),
        (418, "en", "This request was not understood", "Log in again"),
        (599, "en", "Something went wrong here", "Log in again"),
    ],
)
def test_a_refused_login_says_why_and_offers_a_button(
    hub: Hub, status: int, language: str, title: str, button: str
) -> None:
    sentence = "demo is in no group that has access: <ask> your beamline contact"
    answer = hub.browser(language=language).get("/hub/oauth_callback", params={"status": status, "message": sentence})
    assert answer.status_code == status
    assert title in words(answer.text)
    assert sentence in words(answer.text)
    assert "<ask>" not in answer.text
    assert button in words(answer.text)
    assert f"{status}" in words(answer.text)


def test_an_error_page_of_the_login_offers_no_address_with_its_code(hub: Hub) -> None:
    query = {"status": "502", "message": "x", "code": "c0de", "state": "st4te"}
    page = hub.browser("demo").get("/hub/oauth_callback", params=query).text
    assert "c0de" not in page
    assert "st4te" not in page


def test_a_page_that_is_not_there_is_a_page(hub: Hub) -> None:
    answer = hub.browser("demo").get("/hub/nothere")
    assert answer.status_code == 404
    assert "There is no such page" in words(answer.text)
    assert 'href="/hub/home"' in answer.text


def test_a_doubled_slash_leads_to_no_other_host(hub: Hub) -> None:
    page = hub.browser().get("//evil.test/hub/").text
    assert 'href="//' not in page
    assert 'value="//' not in page


def test_an_asset_may_be_kept_and_changes_its_address_with_its_content(hub: Hub) -> None:
    page = hub.browser().get("/hub/login").text
    addresses = re.findall(r'"(/hub/daisy/static/[^"]+)"', page)
    assert {Path(address.split("?")[0]).name for address in addresses} == {"daisy.css", "daisy.js", "daisy.svg"}
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        answer = hub.browser().get(address)
        assert answer.status_code == 200
        assert "max-age" in answer.headers["Cache-Control"]


def test_files_beside_the_assets_are_not_served(hub: Hub) -> None:
    for path in ("../page.py", "%2e%2e/page.py", "..%2fpage.py"):
        assert hub.browser().get(f"/hub/daisy/static/{path}").status_code in (403, 404)


def test_jupyterhubs_own_pages_stand_in_the_same_frame(hub: Hub) -> None:
    for path in ("/hub/token", "/hub/admin"):
        page = hub.browser("boss").get(path)
        assert page.status_code == 200
        assert "daisy-header" in page.text
