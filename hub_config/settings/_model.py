"""What all settings have in common: names in camelCase, nothing unknown, nothing changed later."""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PATH = r"(/\S*)?"
_URL = rf"https?://[^\s/?#]+{_PATH}"
_SSO_URL = rf"https://[^\s/?#]+{_PATH}|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?{_PATH}"


class Model(BaseModel):
    """Base of all parts of the settings."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=True
    )


def _is_url(value: str) -> str:
    if value and not re.fullmatch(_URL, value):
        raise ValueError("write it as https://host/path")
    return value


def _is_private(value: str) -> str:
    address = urlsplit(value)
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        raise ValueError(f"a login sent to http://{address.hostname} can be read on its way: write https://")
    return value


def _is_there(value: str) -> str:
    if not value:
        raise ValueError("it is needed: write it as https://host/path")
    return value


def _as_schema(pattern: str) -> WithJsonSchema:
    """What a JSON schema says of a text, since it cannot hold our validators."""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


Url = Annotated[str, AfterValidator(_is_url), _as_schema(f"|{_URL}")]
SsoUrl = Annotated[str, AfterValidator(_is_url), AfterValidator(_is_private), _as_schema(f"|{_SSO_URL}")]
"""Plain HTTP goes to this machine alone."""
NeededSsoUrl = Annotated[
    str, AfterValidator(_is_there), AfterValidator(_is_url), AfterValidator(_is_private), _as_schema(_SSO_URL)
]
_Language = Literal["en", "zh"]
Texts = Annotated[
    dict[_Language, str],
    WithJsonSchema(
        {
            "type": "object",
            "properties": {language: {"type": "string"} for language in get_args(_Language)},
            "additionalProperties": False,
        }
    ),
]
Size = Annotated[str, Field(pattern=r"^\d+(\.\d+)?[MGT]$")]
"""An amount of memory, as 8G; 1G is 2**30 bytes, as JupyterHub counts."""
