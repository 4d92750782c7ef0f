"""A login and a user as JupyterHub gives them to an authenticator, without a hub."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from traitlets.config import Config

from hub_config.authenticator import SsoAuthenticator, configure_authenticator
from hub_config.bindings import Bindings
from hub_config.settings import Settings, check_settings
from tests.hub_config.good import good
from tests.hub_config.wire import OnlyTheWire, Wire

# Each stands where a secret would, and must be seen nowhere else.
SECRET, CODE, VERIFIER = "SENTINEL-secret", "SENTINEL-code", "SENTINEL-verifier"
ACCESS, REFRESH, NEW_REFRESH = "SENTINEL-access", "SENTINEL-refresh", "SENTINEL-newer"
PERSON = {"cstnetId": "alice@ihep.ac.cn", "truename": "李爱丽", "umtId": 4711, "type": "umt"}
ACCOUNT = {"uid": "10017", "afsaccount": "alice", "group2name": "heps-ct,mail"}
CLAIMS = {"sub": "s-1", "preferred_username": "alice", "uid_number": 10017, "groups": ["heps-ct"], "name": "Alice"}


def token(**changes: Any) -> dict[str, Any]:
    """An answer of IHEP's token endpoint."""
    values = {"access_token": ACCESS, "refresh_token": REFRESH, "token_type": "Bearer", "userInfo": PERSON}
    return {name: value for name, value in (values | changes).items() if value is not ...}


def settings(wire: Wire, provider: str = "ihep", **sso: Any) -> Settings:
    """Settings that point to the faked single sign-on."""
    urls = {name: f"{wire.url}/{name}" for name in ("authorizeUrl", "tokenUrl", "accountUrl", "userinfoUrl")}
    values = good()
    values["sso"] = values["sso"] | urls | {"provider": provider, "timeout": 5.0} | sso
    values["identity"]["admins"] = ["root-of-hub"]
    return check_settings(values)


def authenticator(given: Settings, wire: Wire) -> SsoAuthenticator:
    """The authenticator as JupyterHub would make it from the configuration."""
    config = Config()
    configure_authenticator(given, SECRET, config)
    made: SsoAuthenticator = config.JupyterHub.authenticator_class(config=config, http_client=OnlyTheWire(wire))
    # Any thread may collect it as garbage, and a complaint logged meanwhile would disturb what that thread does.
    engine = create_engine("sqlite://", connect_args={"check_same_thread": False})
    made.bindings = Bindings(Session(engine))
    return made


class Handler:
    """What an authenticator asks of the callback's handler."""

    request = SimpleNamespace(headers={"Accept-Language": "en"})

    def __init__(self, language: str = "") -> None:
        self._language = language

    def get_argument(self, name: str, default: str = "") -> str:
        """The code."""
        return {"code": CODE}.get(name, default)

    def get_state_cookie(self) -> str:
        """The PKCE verifier travels in the state's cookie."""
        from oauthenticator.oauth2 import _serialize_state

        return str(_serialize_state({"state_id": "1", "code_verifier": VERIFIER}))

    def get_cookie(self, name: str) -> str | None:
        """The reader's choice of language."""
        return self._language or None


@dataclass
class User:
    """A user of the hub, with its stored state."""

    state: dict[str, Any] | None
    name: str = "alice"
    encrypted_auth_state: bytes | None = b"what the database holds"

    async def get_auth_state(self) -> dict[str, Any] | None:
        """What is stored; a copy, as decryption gives one."""
        return None if self.state is None else dict(self.state)

    async def save_auth_state(self, state: dict[str, Any] | None) -> None:
        """Store."""
        self.state = state
        self.encrypted_auth_state = state and b"what the database holds"
