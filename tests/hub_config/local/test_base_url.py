"""A platform that is not at the root of its address, and that stops servers by their age."""

from __future__ import annotations

import json
import re

import pytest

from tests.browser import platform_process
from tests.sso.person import Person
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

# A server of 12 s is stopped long before one without activity would be.
SETTINGS = {"hub": {"baseUrl": "/daas/"}, "cull": {"timeout": 30, "every": 1, "maxAge": 12}}


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    folder = tmp_path_factory.mktemp("platform")
    (folder / "settings.json").write_text(json.dumps(SETTINGS))
    process, ready = platform_process.start(folder, "--settings", str(folder / "settings.json"))
    yield {**ready, "folder": folder}
    platform_process.end(process)


@pytest.fixture
def demo(platform):
    person = Person(platform["url"], platform["sso_url"], "demo")
    yield person
    person.session.close()


def test_login_pages_files_and_servers_are_below_it(platform, demo):
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/daas", platform["url"])
    home = demo.log_in(platform["password"])
    addresses = set(re.findall(r'(?:href|src|action|data-new-server)="(/[^"]*)"', home.text))
    assert addresses
    assert {address for address in addresses if not address.startswith("/daas/")} == set()
    origin = platform["url"].removesuffix("/daas")
    files = [address for address in addresses if "/static/" in address]
    assert [demo.session.get(origin + each, timeout=30).status_code for each in files] == [200] * len(files)
    chinese = demo.post("/hub/daisy/language", data={"language": "zh", "next": "/daas/hub/home"})
    chinese.encoding = "utf-8"
    assert (chinese.url, "我的服务器" in chinese.text) == (f"{platform['url']}/hub/home", True)
    demo.start_server("small")
    log = platform["folder"] / "log" / "hub.log"
    wait_for(lambda: "Culling server demo (age: " in log.read_text(), 60, log.read_text)
    assert demo.get("/hub/logout").url.startswith(platform["sso_url"])
