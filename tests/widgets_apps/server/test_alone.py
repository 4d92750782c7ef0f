"""An app alone on loopback: who may use it, and what it serves."""

from __future__ import annotations

import html
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.waiting import wait_for
from tests.widgets_apps.server import talk
from tests.widgets_apps.server.upgrade import upgraded


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """What ``daisy app ct`` prints."""
    home = tmp_path_factory.mktemp("home")
    command = [str(Path(sys.executable).with_name("daisy")), "app", "ct", "input=scan<b>.h5", "--no-browser"]
    env = {**os.environ, "HOME": str(home), "DAISY_STATE_DIR": str(home / "state")}
    with subprocess.Popen(command, cwd=home, env=env, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.fixture(scope="module")
def root(address) -> str:
    return re.match(r"http://127\.0\.0\.1:\d+", address)[0]


@pytest.fixture(scope="module")
def jar(address):
    found = CookieJar()
    urllib.request.build_opener(urllib.request.HTTPCookieProcessor(found)).open(address, timeout=10).close()
    return found


@pytest.fixture
def opener(jar):
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))


@pytest.fixture
def cookie(jar) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def status(opener, url: str, **headers: str) -> int:
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_the_address_with_its_token_opens_the_page_and_the_token_leaves_it(opener, address):
    with opener.open(address, timeout=10) as answer:
        text = answer.read().decode()
        assert "token" not in answer.url
        assert "scan%3Cb%3E.h5" in answer.url
        assert 'src="static/page.js?v=' in text
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/ct", "/ct?token=wrong", "/download?path=/etc/hostname", "/ct/socket?session=1"])
def test_without_the_token_nothing_is_answered(root, path):
    assert status(urllib.request.build_opener(), root + path) == 403


def test_another_name_of_the_host_is_refused(opener, root, cookie):
    assert status(opener, f"{root}/ct", Host="evil.example:80", Cookie=cookie) == 403


@pytest.mark.parametrize("path", ["/none", "/voila/render/x.ipynb", "/ct/x", "/static/../app.py", "/static/no.js", "/"])
def test_only_installed_apps_and_built_files_are_there(opener, root, path):
    assert status(opener, root + path) in (403, 404)
    assert status(opener, f"{root}/static/page.js") == 200


def test_a_file_is_downloaded_under_its_own_name(opener, root, tmp_path):
    path = tmp_path / "<img src=x>.h5"
    path.write_bytes(b"12345")
    with opener.open(f"{root}/download?path={urllib.request.quote(str(path))}", timeout=10) as answer:
        assert answer.read() == b"12345"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%3Cimg%20src%3Dx%3E.h5"


def test_a_download_that_was_broken_off_goes_on_at_its_byte(opener, root, tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"0123456789")
    asked = urllib.request.Request(f"{root}/download?path={path}", headers={"Range": "bytes=4-"})
    with opener.open(asked, timeout=10) as answer:
        assert (answer.status, answer.read()) == (206, b"456789")
        assert answer.headers["Content-Range"] == "bytes 4-9/10"


@pytest.mark.parametrize("first", ["9" * 5000, "٣", "-1", "1-2,5"])
def test_a_range_that_is_none_is_answered_with_the_whole(opener, root, tmp_path, first):
    (tmp_path / "a.bin").write_bytes(b"0123456789")
    headers = {"Range": f"bytes={first}-".encode().decode("latin-1")}
    with opener.open(urllib.request.Request(f"{root}/download?path={tmp_path}/a.bin", headers=headers)) as answer:
        assert (answer.status, answer.read()) == (200, b"0123456789")


def test_a_name_that_is_no_text_is_downloaded(opener, root, tmp_path):
    path = os.fsencode(tmp_path) + b"/ \xff "
    Path(os.fsdecode(path)).write_bytes(b"1")
    with opener.open(f"{root}/download?path={urllib.request.quote(path)}", timeout=10) as answer:
        assert answer.read() == b"1"


def test_what_is_not_there_is_said_in_words(opener, root):
    assert status(opener, f"{root}/download?path=/no/such") == 404


@pytest.mark.asyncio
async def test_the_page_is_answered_over_its_socket_and_finds_its_session_again(root, cookie):
    first = await hello(root, cookie, session="a")
    assert first["name"] == "ct"
    assert await hello(root, cookie, session="a") == first
    assert (await hello(root, cookie, session="b"))["session"] != first["session"]


@pytest.mark.parametrize(
    ("origin", "has_cookie", "code"), [("http://evil.example", True, 403), (None, False, 403), (None, True, 101)]
)
def test_a_socket_of_another_page_is_refused(root, cookie, origin, has_cookie, code):
    headers = {"Origin": origin or root, **({"Cookie": cookie} if has_cookie else {})}
    assert upgraded(root, "/ct/socket?session=a", headers) == code


async def hello(root: str, cookie: str, *, session: str):
    url = f"{root.replace('http', 'ws')}/ct/socket?session={session}"
    return await talk.hello(url, {"Cookie": cookie, "Origin": root})


def test_a_page_elsewhere_that_leads_here_is_led_on_by_a_page(address, root):
    """A browser leaves a strict cookie out of a redirect that a page of another site began."""
    asked = urllib.request.Request(address, headers={"Sec-Fetch-Site": "cross-site"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        text = answer.read().decode()
        assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    place = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', text)[1]
    assert re.fullmatch(r"/ct\?input=\S+scan%3Cb%3E\.h5", place)


def test_the_browser_is_opened_without_the_token_among_its_words(tmp_path):
    """All of a machine can read the words of a command."""
    browser, words = tmp_path / "browser", tmp_path / "words"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {words}.part; mv {words}.part {words}\n')
    browser.chmod(0o755)
    command = [str(Path(sys.executable).with_name("daisy")), "app", "ct", "input=a&b.h5"]
    env = {**os.environ, "HOME": str(tmp_path), "BROWSER": str(browser)}
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            printed = process.stdout.readline().strip()
            wait_for(words.exists)
            page = Path(urllib.request.url2pathname(urlsplit(words.read_text()).path))
            assert f'url={html.escape(printed)}"' in page.read_text()
            assert page.stat().st_mode & 0o777 == 0o600
            assert page.parent.stat().st_mode & 0o777 == 0o700
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert not page.parent.exists()


def test_a_port_in_use_is_one_sentence(root):
    command = [str(Path(sys.executable).with_name("daisy")), "app", "ct", "--port", root.rpartition(":")[2]]
    found = subprocess.run([*command, "--no-browser"], capture_output=True, text=True, timeout=30)
    assert found.returncode == 2
    assert re.fullmatch(r"daisy: port \d+ cannot be used: Address already in use: give another --port\n", found.stderr)


def test_an_unknown_app_is_one_sentence():
    command = [str(Path(sys.executable).with_name("daisy")), "app", "ctt", "--no-browser"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert found.returncode == 2
    assert found.stderr == "daisy: there is no app 'ctt': did you mean 'ct'? allowed: ct, view\n"
