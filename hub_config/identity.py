"""Identity: who somebody is on the platform, from what the single sign-on says. Pure; the one place with these rules.

1. The hub's user name is the POSIX account, as it is: ``^[a-z][a-z0-9-]{0,31}$``, never lowercased.
2. A name belongs to the SSO's stable id that came with it first; the same name with another id is refused.
3. uid and gids are whole numbers (or strings of digits) from ``identity.minimumId`` to 2147483647; none is defaulted.
4. Groups that are not in ``identity.groups`` are ignored; at least one known group is needed, the first is the primary.
5. The home is writable; of each known group with a proposal, the data are read-only and the results writable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hub_config import settings
from hub_config._words import LoginRefusal, shown

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_DIGITS = re.compile(r"[1-9][0-9]{0,9}")
# Kubernetes takes no larger runAsUser; and (uid_t)-1 means "leave as it is" to setreuid(2).
MAXIMUM_ID = 2**31 - 1


@dataclass(frozen=True)
class SsoClaims:
    """What the single sign-on says about a person, as it came: nothing is checked yet."""

    id: object
    """What never changes for a person."""
    name: object
    """The POSIX account."""
    uid: object
    groups: object
    """Names, a list."""
    display_name: object = ""
    email: object = ""


@dataclass(frozen=True)
class Mount:
    """A folder that a person's servers and workers see."""

    path: str
    source: str
    """Where it lies on the storage."""
    writable: bool


@dataclass(frozen=True)
class Account:
    """A person on the platform."""

    name: str
    uid: int
    gid: int
    groups: tuple[str, ...]
    """Known groups, the primary one first."""
    gids: tuple[int, ...]
    """Supplementary."""
    mounts: tuple[Mount, ...]
    sso_id: str
    display_name: str = ""
    email: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as JSON holds them."""
        values = asdict(self)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Account:
        """The account that `to_dict` wrote; KeyError or TypeError where the values are of another shape."""
        tuples = {"groups": tuple(values["groups"]), "gids": tuple(values["gids"])}
        mounts = tuple(Mount(**mount) for mount in values["mounts"])
        return cls(**{**values, **tuples, "mounts": mounts})


def identify(
    claims: SsoClaims, rules: settings.Identity, storage: settings.Storage, bound_id: str | None = None
) -> Account:
    """The account of a person; ``bound_id`` is the SSO's id that the name belongs to, if it does to any.

    Raises `Refusal`, with the value that is wrong and what to do.
    """
    sso_id = _sso_id(claims.id)
    name = _name(claims.name)
    if bound_id is not None and bound_id != sso_id:
        raise LoginRefusal("other-id", value=shown(name))
    uid = _number(claims.uid, "the uid", name, rules.minimum_id)
    known = [group for group in _group_names(claims.groups, name) if group in rules.groups]
    if not known:
        raise LoginRefusal("no-group", name=name, value=shown(claims.groups))
    gids = [_number(rules.groups[group].gid, f"the gid of {group}", name, rules.minimum_id) for group in known]
    return Account(
        name=name,
        uid=uid,
        gid=gids[0],
        groups=tuple(known),
        gids=tuple(gid for gid in dict.fromkeys(gids) if gid != gids[0]),
        mounts=_mounts(name, [rules.groups[group].path for group in known], storage),
        sso_id=sso_id,
        display_name=_line(claims.display_name),
        email=_line(claims.email),
    )


def ignored_groups(claims: SsoClaims, rules: settings.Identity) -> tuple[str, ...]:
    """Groups of a person that open nothing here, for the log."""
    names = claims.groups if isinstance(claims.groups, list | tuple) else ()
    return tuple(shown(name) for name in names if not (isinstance(name, str) and name in rules.groups))


def _sso_id(value: object) -> str:
    """The stable id as a string; IHEP's is sent as a number by some of its clients."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not 1 <= len(text) <= 255 or not text.isprintable() or text != text.strip():
        raise LoginRefusal("id", value=shown(value))
    return text


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise LoginRefusal("name", value=shown(value))
    return value


def _number(value: object, what: str, name: str, minimum: int) -> int:
    number = int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value
    if type(number) is not int or not minimum <= number <= MAXIMUM_ID:
        raise LoginRefusal("number", what=what, name=name, value=shown(value), minimum=minimum, maximum=MAXIMUM_ID)
    return number


def _group_names(value: object, name: str) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(group, str) for group in value):
        raise LoginRefusal("groups", name=name, value=shown(value))
    return list(dict.fromkeys(value))


def _mounts(name: str, proposals: Iterable[str], storage: settings.Storage) -> tuple[Mount, ...]:
    mounts = [Mount(f"/home/{name}", storage.home.replace("{name}", name), writable=True)]
    for proposal in dict.fromkeys(filter(None, proposals)):
        mounts += [
            Mount(f"/data/{proposal}", storage.data.replace("{proposal}", proposal), writable=False),
            Mount(f"/results/{proposal}", storage.results.replace("{proposal}", proposal), writable=True),
        ]
    return tuple(mounts)


def _line(value: object) -> str:
    """A name or address to show; anything else counts as none."""
    return value.strip()[:200] if isinstance(value, str) and value.isprintable() else ""
