"""From the answers of a single sign-on to claims: IHEP's shape, and OpenID Connect's. Pure.

An answer that is not as agreed raises `SsoError`; a person whom the answer refuses raises `Refusal`. Neither says more
of an answer than names of fields, since answers hold tokens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub_config import settings
from hub_config._words import LoginError, LoginRefusal, shown
from hub_config.identity import SsoClaims

_SSO = "the single sign-on"
_ACCOUNTS = "the account service"
# RFC 6749, 5.2 and 4.1.2.1: the code or refresh token is used up, expired or revoked; the person may not.
_ENDED = ("invalid_grant", "access_denied")


@dataclass(frozen=True)
class Person:
    """Who IHEP's single sign-on says somebody is."""

    id: object
    email: str
    display_name: object = ""


def checked_token(status: int, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer of the token endpoint (RFC 6749, 5.1), if it is one."""
    if answer.get("error") in _ENDED:
        raise LoginRefusal("ended")
    if status != 200:
        raise LoginError("status", who=_SSO, value=status)
    if "error" in answer:
        raise LoginError("shape", who=_SSO, value="an error")
    for field, needed in (("access_token", True), ("refresh_token", False)):
        value = answer.get(field)
        if not (isinstance(value, str) and value) and (needed or value is not None):
            raise LoginError("shape", who=_SSO, value=f"no {field}")
    kind = answer.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise LoginError("shape", who=_SSO, value="token_type is not Bearer")
    return answer


def ihep_person(token: Mapping[str, Any]) -> Person:
    """Who logged in: ``userInfo`` in IHEP's token answer, a JSON string (older clients) or an object (newer ones)."""
    info = token.get("userInfo")
    if isinstance(info, str):
        try:
            info = json.loads(info)
        except ValueError:
            raise LoginError("shape", who=_SSO, value="userInfo is no JSON") from None
    if not isinstance(info, dict):
        raise LoginError("shape", who=_SSO, value="no userInfo")
    email = info.get("cstnetId")
    if not isinstance(email, str) or "@" not in email:
        raise LoginError("shape", who=_SSO, value="no e-mail in userInfo.cstnetId")
    if info.get("umtId") is None:
        raise LoginError("shape", who=_SSO, value="no userInfo.umtId")
    return Person(info["umtId"], email, info.get("truename", ""))


def ihep_claims(person: Person, status: int, answer: Mapping[str, Any]) -> SsoClaims:
    """Claims of a person, with the POSIX account that the account service gives for the e-mail."""
    if status != 200:
        raise LoginError("status", who=_ACCOUNTS, value=status)
    results = answer.get("result")
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        raise LoginError("shape", who=_ACCOUNTS, value="result is no list of accounts")
    if not results:
        raise LoginRefusal("no-account", value=shown(person.email))
    for field in ("uid", "afsaccount", "group2name"):
        if any(one.get(field) is None for one in results):
            raise LoginError("shape", who=_ACCOUNTS, value=f"no {field}")
    first = results[0]
    if any((one["uid"], one["afsaccount"]) != (first["uid"], first["afsaccount"]) for one in results):
        raise LoginRefusal("several-accounts", value=shown(person.email))
    groups = [group for one in results for group in _names(one["group2name"], _ACCOUNTS, "group2name")]
    return SsoClaims(person.id, first["afsaccount"], first["uid"], groups, person.display_name, person.email)


def oidc_claims(status: int, answer: Mapping[str, Any], names: settings.Claims) -> SsoClaims:
    """Claims from an OpenID Connect provider's userinfo endpoint."""
    if status in (401, 403):
        raise LoginRefusal("ended")
    if status != 200:
        raise LoginError("status", who=_SSO, value=status)
    for claim in (names.id, names.name, names.uid, names.groups):
        if answer.get(claim) is None:
            raise LoginError("shape", who=_SSO, value=f"no claim {claim}")
    return SsoClaims(
        id=answer[names.id],
        name=answer[names.name],
        uid=answer[names.uid],
        groups=_names(answer[names.groups], _SSO, names.groups),
        display_name=answer.get(names.display, ""),
        email=answer.get(names.email, ""),
    )


def _names(value: object, who: str, field: str) -> list[str]:
    """Names of groups: a list, or one string with commas."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise LoginError("shape", who=who, value=f"{field} is no list of names")
    return [name.strip() for name in names if name.strip()]
