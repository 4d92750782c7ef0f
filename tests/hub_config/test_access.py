"""What is closed when the single sign-on ends a login, in a database as the hub's is."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from jupyterhub import orm
from sqlalchemy.orm import Session

from hub_config.access import close_access, own_token_id, refuse_request


@pytest.fixture
def session() -> Iterator[Session]:
    session = orm.new_session_factory("sqlite:///:memory:")()
    session.add(orm.OAuthClient(identifier="jupyterhub"))
    session.add(orm.OAuthClient(identifier="jupyterhub-user-ada"))
    session.commit()
    yield session
    session.close()
    session.get_bind().dispose()


def user(session: Session, name: str, *server_tokens: str) -> Any:
    record = orm.User(name=name)
    session.add(record)
    session.commit()
    servers = [
        SimpleNamespace(user=SimpleNamespace(db=session), api_token=token, orm_spawner=SimpleNamespace(state={}))
        for token in server_tokens
    ]
    spawners = {str(number): server for number, server in enumerate(servers)}
    return SimpleNamespace(db=session, id=record.id, name=name, orm_user=record, spawners=spawners)


def token(session: Session, owner: Any, value: str, client: str = "jupyterhub", note: str = "") -> orm.APIToken:
    made = orm.APIToken(generated=True, client_id=client, note=note, user=owner.orm_user)
    session.add(made)
    made.token = value
    session.commit()
    return made


def left(session: Session, *values: str) -> list[str]:
    return [value for value in values if orm.APIToken.find(session, value)]


def test_browsers_and_scripts_lose_their_tokens_and_servers_keep_their_own(session: Session) -> None:
    ada = user(session, "ada", "of-her-server", "of-her-named-server", "")
    bob = user(session, "bob", "of-his-server")
    for value in ("of-her-server", "of-her-named-server"):
        token(session, ada, value, note="Server at /user/ada/")
    token(session, ada, "of-her-browser", "jupyterhub-user-ada")
    token(session, ada, "of-her-script", note="Server at /user/ada/")  # a note that she wrote herself
    token(session, bob, "of-his-script")
    close_access(ada)
    names = ("of-her-server", "of-her-named-server", "of-her-browser", "of-her-script", "of-his-script")
    assert left(session, *names) == ["of-her-server", "of-her-named-server", "of-his-script"]


def test_a_hub_that_started_again_knows_a_servers_token_by_its_number(session: Session) -> None:
    ada = user(session, "ada", "of-her-server")
    token(session, ada, "of-her-script")
    token(session, ada, "of-her-server")
    server = ada.spawners["0"]
    server.orm_spawner.state["token_id"] = own_token_id(server)
    server.api_token = ""
    close_access(ada)
    assert left(session, "of-her-script", "of-her-server") == ["of-her-server"]


def test_cookies_of_the_hub_and_codes_for_tokens_are_void(session: Session) -> None:
    ada, bob = user(session, "ada"), user(session, "bob")
    before = ada.orm_user.cookie_id, bob.orm_user.cookie_id
    for person in (ada, bob):
        session.add(orm.OAuthCode(client_id="jupyterhub-user-ada", code=person.name, user_id=person.id))
    session.commit()
    close_access(ada)
    assert ada.orm_user.cookie_id != before[0]
    assert bob.orm_user.cookie_id == before[1]
    assert [code.code for code in session.query(orm.OAuthCode)] == ["bob"]


@pytest.mark.parametrize(("own", "goes_on"), [("of-the-request", True), ("another", False)])
def test_a_request_under_way_fails_unless_its_token_is_the_servers(session: Session, own: str, goes_on: bool) -> None:
    ada = user(session, "ada", own)
    used = token(session, ada, "of-the-request")
    request = SimpleNamespace(get_token=lambda: used, _token_authenticated=True)
    close_access(ada)
    refuse_request(request)
    assert request._token_authenticated is goes_on


def test_a_request_of_a_browser_has_no_token() -> None:
    request = SimpleNamespace(get_token=lambda: None)
    refuse_request(request)
    assert vars(request).keys() == {"get_token"}
