"""Codes and tokens of the stand-in: for one use, and for the one who began."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.sso.options import Options, User
from tests.sso.store import Store

DEMO = User(name="demo", password="right", email="demo@x.org", truename="D", umt_id=1, uid=10001)
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Store:
    return Store(Options(client_id="hub", client_secret="s", redirect_url="http://h/cb", users=[DEMO]), clock)


@pytest.mark.parametrize("name", ["demo", "demo@x.org"])
def test_name_and_email_both_log_in(store: Store, name: str) -> None:
    assert store.check_password(name, "right") == DEMO


@pytest.mark.parametrize(("name", "password"), [("demo", "wrong"), ("demo", ""), ("nobody", ""), ("", "")])
def test_a_wrong_password_or_name_is_nobody(store: Store, name: str, password: str) -> None:
    assert store.check_password(name, password) is None


def test_a_code_works_once(store: Store) -> None:
    code = store.issue_code(DEMO, "")
    assert store.redeem_code(code, "") == DEMO
    assert store.redeem_code(code, "") is None


def test_a_code_expires_after_a_minute(store: Store, clock: Clock) -> None:
    code = store.issue_code(DEMO, "")
    clock.now = 60.1
    assert store.redeem_code(code, "") is None


@pytest.mark.parametrize(("verifier", "user"), [(VERIFIER, DEMO), ("w" * 43, None), ("", None)])
def test_a_code_with_a_challenge_needs_its_verifier(store: Store, verifier: str, user: User | None) -> None:
    assert store.redeem_code(store.issue_code(DEMO, CHALLENGE), verifier) == user


def test_a_refresh_token_works_once_and_ends_with_the_session(store: Store) -> None:
    key = store.begin_session(DEMO)
    first, second = store.issue_refresh_token(DEMO), store.issue_refresh_token(DEMO)
    assert store.redeem_refresh_token(first) == DEMO
    assert store.redeem_refresh_token(first) is None
    store.end_session(key)
    assert (store.session(key), store.redeem_refresh_token(second)) == (None, None)


def test_nothing_secret_is_in_the_store_or_options_as_text(store: Store) -> None:
    store.begin_session(DEMO)
    assert "right" not in f"{store!r} {DEMO!r}"
    assert "stand-in." not in repr(store)
