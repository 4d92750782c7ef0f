"""Login: what each answer of the single sign-on leads to. HTTP is faked at the wire; an unknown host fails."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from tornado.web import HTTPError

from tests.hub_config.sso_login import (
    ACCESS,
    ACCOUNT,
    CLAIMS,
    CODE,
    PERSON,
    SECRET,
    VERIFIER,
    Handler,
    authenticator,
    settings,
    token,
)
from tests.hub_config.wire import Answer, Wire, running_wire

SENTINEL = "SENTINEL"


@pytest_asyncio.fixture
async def wire() -> AsyncIterator[Wire]:
    async with running_wire() as wire:
        wire.answers = {
            "/tokenUrl": Answer(token()),
            "/accountUrl": Answer({"result": [ACCOUNT]}),
            "/userinfoUrl": Answer(CLAIMS),
        }
        yield wire


async def log_in(wire: Wire, provider: str = "ihep", language: str = "", **sso: Any) -> dict[str, Any]:
    given = authenticator(settings(wire, provider, **sso), wire)
    model: dict[str, Any] = await given.get_authenticated_user(Handler(language), None)
    return model


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"userInfo": json.dumps(PERSON)}, id="userInfo as a JSON string"),
        pytest.param({"userInfo": PERSON}, id="userInfo as an object"),
        pytest.param({"token_type": ...}, id="no token_type"),
        pytest.param({"refresh_token": ...}, id="no refresh token"),
    ],
)
async def test_ihep_lets_in_who_has_an_account_and_a_known_group(wire: Wire, change: dict[str, Any]) -> None:
    wire.answers["/tokenUrl"] = Answer(token(**change))
    before = time.time()
    model = await log_in(wire)
    state = model["auth_state"]
    assert (model["name"], model["admin"]) == ("alice", False)
    assert set(state) == {"account", "claims_at", "access_token", "refresh_token"}
    assert before <= state["claims_at"] <= time.time()
    account = state["account"]
    assert (account["uid"], account["gid"], account["sso_id"]) == (10017, 20001, "4711")
    assert (account["display_name"], account["email"]) == ("李爱丽", "alice@ihep.ac.cn")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("groups", "known"),
    [
        pytest.param("heps-ct", ["heps-ct"], id="one name"),
        pytest.param("heps-xrd, heps-ct,", ["heps-xrd", "heps-ct"], id="names with commas"),
        pytest.param(["heps-ct", "mail"], ["heps-ct"], id="a list"),
    ],
)
async def test_group2name_is_a_string_or_a_list(wire: Wire, groups: object, known: list[str]) -> None:
    wire.answers["/accountUrl"] = Answer({"result": [ACCOUNT | {"group2name": groups}]})
    assert (await log_in(wire))["auth_state"]["account"]["groups"] == known


@pytest.mark.asyncio
async def test_credentials_code_and_verifier_travel_in_the_body_alone(wire: Wire) -> None:
    await log_in(wire)
    (_, form, headers), (_, query, _) = wire.asked
    assert form == {
        "client_id": ["daisy"],
        "client_secret": [SECRET],
        "code": [CODE],
        "code_verifier": [VERIFIER],
        "grant_type": ["authorization_code"],
        "redirect_uri": ["https://hub.example.org/hub/oauth_callback"],
    }
    assert "Authorization" not in headers
    assert query == {"email": ["alice@ihep.ac.cn"]}


@pytest.mark.asyncio
async def test_pkce_is_left_out_where_the_settings_say_so(wire: Wire) -> None:
    await log_in(wire, pkce=False)
    assert "code_verifier" not in wire.asked[0][1]


@pytest.mark.asyncio
@pytest.mark.parametrize("groups", [["heps-ct"], "heps-ct,mail"])
async def test_oidc_lets_in_by_the_claims_of_userinfo(wire: Wire, groups: object) -> None:
    wire.answers["/userinfoUrl"] = Answer(CLAIMS | {"groups": groups})
    account = (await log_in(wire, "oidc"))["auth_state"]["account"]
    assert (account["name"], account["uid"], account["groups"]) == ("alice", 10017, ["heps-ct"])
    assert wire.asked[1][2]["Authorization"] == f"Bearer {ACCESS}"


@pytest.mark.asyncio
async def test_oidc_claims_may_have_other_names(wire: Wire) -> None:
    wire.answers["/userinfoUrl"] = Answer(CLAIMS | {"posix": "alicia"})
    assert (await log_in(wire, "oidc", claims={"name": "posix"}))["name"] == "alicia"


@pytest.mark.asyncio
async def test_one_account_in_several_lines_has_the_groups_of_all(wire: Wire) -> None:
    wire.answers["/accountUrl"] = Answer({"result": [ACCOUNT, ACCOUNT | {"group2name": "heps-xrd"}]})
    assert (await log_in(wire))["auth_state"]["account"]["groups"] == ["heps-ct", "heps-xrd"]


REFUSED = [
    pytest.param("/accountUrl", {"result": []}, 200, 403, "no computing account for 'alice@", id="no account"),
    pytest.param(
        "/accountUrl", {"result": [ACCOUNT, ACCOUNT | {"uid": "10018"}]}, 200, 403, "several", id="two accounts"
    ),
    pytest.param("/accountUrl", {"result": [ACCOUNT | {"uid": "0"}]}, 200, 403, "uid of alice is '0'", id="root"),
    pytest.param("/accountUrl", {"result": [ACCOUNT | {"afsaccount": "Alice"}]}, 200, 403, "'Alice'", id="capital"),
    pytest.param("/accountUrl", {"result": [ACCOUNT | {"group2name": ""}]}, 200, 403, "in no group", id="no group"),
    pytest.param("/accountUrl", {"result": [{"uid": "10017"}]}, 200, 502, "no afsaccount", id="field missing"),
    pytest.param("/accountUrl", {"result": [ACCOUNT | {"group2name": 3}]}, 200, 502, "group2name", id="number"),
    pytest.param("/accountUrl", {"result": ACCOUNT}, 200, 502, "no list of accounts", id="not a list"),
    pytest.param("/accountUrl", {}, 200, 502, "no list of accounts", id="no result"),
    pytest.param("/accountUrl", "<html>SENTINEL</html>", 200, 502, "no JSON object", id="HTML from accounts"),
    pytest.param("/accountUrl", {}, 404, 502, "account service answered with status 404", id="accounts 404"),
    pytest.param("/accountUrl", {}, 500, 502, "status 500", id="accounts 500"),
    pytest.param("/tokenUrl", token(userInfo=...), 200, 502, "no userInfo", id="no userInfo"),
    pytest.param("/tokenUrl", token(userInfo="SENTINEL{"), 200, 502, "userInfo is no JSON", id="odd userInfo"),
    pytest.param("/tokenUrl", token(userInfo=[PERSON]), 200, 502, "no userInfo", id="userInfo as a list"),
    pytest.param("/tokenUrl", token(userInfo={"umtId": 1}), 200, 502, "userInfo.cstnetId", id="no e-mail"),
    pytest.param("/tokenUrl", token(userInfo={"cstnetId": "a@b"}), 200, 502, "no userInfo.umtId", id="no id"),
    pytest.param("/tokenUrl", token(access_token=...), 200, 502, "no access_token", id="no token"),
    pytest.param("/tokenUrl", token(access_token=7), 200, 502, "no access_token", id="token as a number"),
    pytest.param("/tokenUrl", token(refresh_token=""), 200, 502, "no refresh_token", id="empty refresh token"),
    pytest.param("/tokenUrl", token(token_type="mac"), 200, 502, "not Bearer", id="another kind of token"),
    pytest.param("/tokenUrl", [token()], 200, 502, "no JSON object", id="a list"),
    pytest.param("/tokenUrl", "<html>SENTINEL</html>", 200, 502, "no JSON object", id="HTML from the SSO"),
    pytest.param("/tokenUrl", "", 200, 502, "no JSON object", id="nothing"),
    pytest.param("/tokenUrl", token(error="invalid_grant"), 400, 403, "login is over", id="replayed code"),
    pytest.param("/tokenUrl", token(error="invalid_grant"), 200, 403, "login is over", id="replayed code as 200"),
    pytest.param("/tokenUrl", token(error="SENTINEL"), 200, 502, "an error", id="another error as 200"),
    pytest.param("/tokenUrl", token(error="invalid_client"), 401, 502, "status 401", id="the hub is not known"),
    pytest.param("/tokenUrl", "SENTINEL", 429, 502, "status 429", id="too many requests"),
    pytest.param("/tokenUrl", token(), 503, 502, "status 503", id="SSO down"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("path", "body", "status", "page", "message"), REFUSED)
async def test_what_is_odd_lets_nobody_in(
    wire: Wire, path: str, body: object, status: int, page: int, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wire.answers[path] = Answer(body, status)
    with pytest.raises(HTTPError, match=message) as refusal:
        await log_in(wire)
    assert refusal.value.status_code == page
    assert message in str(getattr(refusal.value, "jupyterhub_message", ""))
    told = [str(refusal.value), repr(refusal.value.__dict__), caplog.text, *(repr(r.__dict__) for r in caplog.records)]
    assert not [text for text in told if SENTINEL in text]


@pytest.mark.asyncio
@pytest.mark.parametrize("claim", ["sub", "preferred_username", "uid_number", "groups"])
async def test_an_oidc_claim_that_is_missing_is_named(wire: Wire, claim: str) -> None:
    wire.answers["/userinfoUrl"] = Answer({name: value for name, value in CLAIMS.items() if name != claim})
    with pytest.raises(HTTPError, match=f"no claim {claim}"):
        await log_in(wire, "oidc")


@pytest.mark.asyncio
async def test_an_oidc_token_that_userinfo_does_not_take_lets_nobody_in(wire: Wire) -> None:
    wire.answers["/userinfoUrl"] = Answer("<html>", 401)
    with pytest.raises(HTTPError, match="login is over"):
        await log_in(wire, "oidc")


@pytest.mark.asyncio
async def test_a_redirect_is_not_followed(wire: Wire) -> None:
    wire.answers["/tokenUrl"] = Answer("", 307, {"Location": "http://192.0.2.1/steal"})
    with pytest.raises(HTTPError, match="status 307"):
        await log_in(wire)
    assert wire.paths() == ["/tokenUrl"]


@pytest.mark.asyncio
async def test_an_sso_that_hangs_is_given_up_after_the_timeout(wire: Wire) -> None:
    wire.answers["/tokenUrl"].hangs = True
    began = time.monotonic()
    with pytest.raises(HTTPError, match=r"did not answer within 0\.2 s"):
        await log_in(wire, timeout=0.2)
    assert time.monotonic() - began < 3


@pytest.mark.asyncio
async def test_an_sso_that_is_not_there_is_told(wire: Wire) -> None:
    given = settings(wire, tokenUrl="http://127.0.0.1:9/token")
    made = authenticator(given, wire)
    made.http_client = made.trait_defaults("http_client")
    with pytest.raises(HTTPError, match="cannot be reached"):
        await made.get_authenticated_user(Handler(), None)


@pytest.mark.asyncio
async def test_the_same_name_with_another_id_is_refused(wire: Wire) -> None:
    made = authenticator(settings(wire), wire)
    await made.get_authenticated_user(Handler(), None)
    wire.answers["/tokenUrl"] = Answer(token(userInfo=PERSON | {"umtId": 4712}))
    with pytest.raises(HTTPError, match="'alice' belongs to another person") as refusal:
        await made.get_authenticated_user(Handler(), None)
    assert refusal.value.status_code == 403


@pytest.mark.asyncio
async def test_a_refused_person_binds_no_name(wire: Wire) -> None:
    made = authenticator(settings(wire), wire)
    wire.answers["/accountUrl"] = Answer({"result": [ACCOUNT | {"group2name": "mail"}]})
    with pytest.raises(HTTPError, match="in no group"):
        await made.get_authenticated_user(Handler(), None)
    assert made.bindings.bind("alice", "somebody else") == "somebody else"


@pytest.mark.asyncio
async def test_a_refusal_is_told_in_chinese_to_who_reads_chinese(wire: Wire) -> None:
    wire.answers["/accountUrl"] = Answer({"result": []})
    with pytest.raises(HTTPError, match="no computing account") as refusal:
        await log_in(wire, language="zh")
    assert "没有计算账号" in str(getattr(refusal.value, "jupyterhub_message", ""))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("admins", "groups", "admin"),
    [
        pytest.param(["alice"], "heps-ct", True, id="an administrator with a group"),
        pytest.param(["bob"], "heps-ct", False, id="nobody else is one"),
    ],
)
async def test_administrators_are_those_of_the_settings(
    wire: Wire, admins: list[str], groups: str, admin: bool
) -> None:
    given = settings(wire)
    given = given.model_copy(update={"identity": given.identity.model_copy(update={"admins": tuple(admins)})})
    wire.answers["/accountUrl"] = Answer({"result": [ACCOUNT | {"group2name": groups}]})
    model = await authenticator(given, wire).get_authenticated_user(Handler(), None)
    assert model["admin"] is admin


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(None, id="nothing known"),
        pytest.param({"admin": True, "auth_state": None}, id="an administrator without an account"),
        pytest.param({"admin": False, "auth_state": {"account": {"name": "bob"}}}, id="another's account"),
    ],
)
async def test_nobody_is_allowed_without_an_account_of_their_own(wire: Wire, model: dict[str, Any] | None) -> None:
    assert await authenticator(settings(wire), wire).check_allowed("alice", model) is False
