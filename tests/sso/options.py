"""What the stand-in is told: the hub that may use it, and its users."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class User(_Model):
    """A person, and the POSIX account that the account service gives for the e-mail."""

    name: str
    password: str = Field(repr=False)
    email: str
    truename: str
    umt_id: int | str
    uid: int | str
    groups: list[str] = []
    disabled: bool = False
    user_info: Literal["string", "dict"] = "string"
    """How the token answer holds ``userInfo``: as older or as newer services do."""


class Options(_Model):
    """One JSON object on standard input."""

    port: int = 0
    host: IPv4Address | IPv6Address = IPv4Address("127.0.0.1")
    client_id: str
    client_secret: str = Field(repr=False)
    redirect_url: str
    """The hub's callback; no other address gets a code."""
    users: list[User]
    delay: float = 0
    """Seconds before each answer of the token endpoint and of the account service."""
