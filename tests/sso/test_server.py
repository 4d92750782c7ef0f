"""The stand-in's addresses keep to the hub that they know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.sso.running import PASSWORDS, stand_in
from tests.waiting import wait_for

CALLBACK = "http://127.0.0.1:1/hub/oauth_callback"
ASK = {"client_id": "daisy-test", "redirect_uri": CALLBACK, "response_type": "code", "state": "s1"}
SECRET = "stand-in.secret"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with stand_in(CALLBACK, SECRET) as (url, _):
        yield url


def post_token(url: str, **form: str) -> requests.Response:
    known = {"client_id": "daisy-test", "client_secret": SECRET, "redirect_uri": CALLBACK}
    return requests.post(f"{url}/oauth2/token", data=known | form, timeout=10)


def new_code(url: str, name: str = "demo") -> str:
    form = {"username": name, "password": PASSWORDS[name]}
    answer = requests.post(f"{url}/oauth2/authorize", params=ASK, data=form, timeout=10, allow_redirects=False)
    back, _, code = answer.headers["Location"].partition("?code=")
    assert back == CALLBACK
    return code.partition("&state=s1")[0]


@pytest.mark.parametrize(
    "wrong", [{"client_id": "x"}, {"redirect_uri": "http://evil.example.org/"}, {"redirect_uri": f"{CALLBACK}/x"}]
)
def test_nobody_else_gets_a_form(url: str, wrong: dict[str, str]) -> None:
    answer = requests.get(f"{url}/oauth2/authorize", params=ASK | wrong, timeout=10, allow_redirects=False)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize("wrong", [{"client_secret": "x"}, {"client_secret": ""}, {"client_id": "x"}])
def test_a_code_without_the_hubs_credentials_gives_nothing(url: str, wrong: dict[str, str]) -> None:
    answer = post_token(url, grant_type="authorization_code", code=new_code(url), **wrong)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(("name", "kind"), [("demo", str), ("other", dict)])
def test_a_token_holds_who_it_is_in_both_shapes_of_ihep(url: str, name: str, kind: type) -> None:
    answer = post_token(url, grant_type="authorization_code", code=new_code(url, name)).json()
    assert isinstance(answer["userInfo"], kind)
    renewed = post_token(url, grant_type="refresh_token", refresh_token=answer["refresh_token"]).json()
    assert renewed["userInfo"] == answer["userInfo"]
    assert renewed["refresh_token"] != answer["refresh_token"]


@pytest.mark.parametrize("grant", ["password", ""])
def test_another_grant_is_refused(url: str, grant: str) -> None:
    assert post_token(url, grant_type=grant).json() == {"error": "unsupported_grant_type"}


@pytest.mark.parametrize(
    ("email", "result"),
    [
        ("other@example.org", [{"uid": "10002", "afsaccount": "other", "group2name": "heps-xrd,mail"}]),
        ("disabled@example.org", []),
        ("nobody@example.org", []),
    ],
)
def test_the_account_service_answers_by_e_mail(url: str, email: str, result: list[dict[str, str]]) -> None:
    answer = requests.get(f"{url}/umt/api/APIComputing", params={"email": email}, timeout=10)
    assert answer.json() == {"result": result}


def test_a_name_on_its_standard_input_disables_the_account() -> None:
    with stand_in(CALLBACK, SECRET) as (url, process):
        token = post_token(url, grant_type="authorization_code", code=new_code(url)).json()["refresh_token"]
        assert process.stdin
        process.stdin.write("demo\n")
        process.stdin.flush()
        email = {"email": "demo@example.org"}
        wait_for(lambda: requests.get(f"{url}/umt/api/APIComputing", params=email, timeout=10).json() == {"result": []})
        answer = post_token(url, grant_type="refresh_token", refresh_token=token)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("back", "status"), [("http://127.0.0.1:1/", 302), ("http://evil.example.org/", 200), ("//evil.example.org", 200)]
)
def test_logout_goes_back_to_the_hub_alone(url: str, back: str, status: int) -> None:
    answer = requests.get(f"{url}/logout", params={"WebServerURL": back}, timeout=10, allow_redirects=False)
    assert answer.status_code == status


def test_a_form_shows_what_was_typed_as_text_alone(url: str) -> None:
    form = {"username": '"><script>x</script>', "password": "wrong"}
    answer = requests.post(f"{url}/oauth2/authorize", params=ASK, data=form, timeout=10)
    assert "<script>" not in answer.text
