"""What all settings have in common: names in camelCase, nothing unknown, nothing changed later."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_URL = re.compile(r"https?://[^\s/?#]+(/[^\s]*)?")


class Model(BaseModel):
    """Base of all parts of the settings."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=True
    )


def _is_url(value: str) -> str:
    if value and not _URL.fullmatch(value):
        raise ValueError("write it as https://host/path")
    return value


def _is_private(value: str) -> str:
    address = urlsplit(value)
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        raise ValueError(f"a login sent to http://{address.hostname} can be read on its way: write https://")
    return value


Url = Annotated[str, AfterValidator(_is_url)]
SsoUrl = Annotated[Url, AfterValidator(_is_private)]
"""Plain HTTP goes to this machine alone."""
Texts = dict[Literal["en", "zh"], str]
Size = Annotated[str, Field(pattern=r"^\d+(\.\d+)?[MGT]$")]
"""An amount of memory, as 8G; 1G is 2**30 bytes, as JupyterHub counts."""
