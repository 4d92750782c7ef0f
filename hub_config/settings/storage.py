"""Storage: where data lie."""

from __future__ import annotations

import re

from pydantic import Field

from hub_config.settings._model import Model

_CLAIM = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_FOLDER = re.compile(r"[A-Za-z0-9_.{}-]+(/[A-Za-z0-9_.{}-]+)*")


class Storage(Model):
    """Where data lie; {name} and {proposal} are put in.

    mode local: folders. mode kubernetes: CLAIM/FOLDER of persistent volume claims in the users' namespace, which exist;
    a home may also be a claim of its own, as home-{name}, which is made at the first start.
    """

    home: str = "/home/{name}"
    """A user's own folder."""
    data: str = "/data/{proposal}"
    """Read-only for the members of the proposal."""
    results: str = "/results/{proposal}"
    """Writable for the members of the proposal."""
    home_size: str = Field("10Gi", pattern=r"^[1-9]\d*[MGT]i$")
    """Of a home that is a claim of its own."""
    home_class: str = ""
    """Storage class of such a claim; none: the cluster's default."""

    def claims_problem(self) -> str:
        """Why these cannot be persistent volume claims; empty where they can."""
        for key, word in (("home", "{name}"), ("data", "{proposal}"), ("results", "{proposal}")):
            source = getattr(self, key)
            claim, _, folder = source.partition("/")
            if source.count(word) != 1 or not _CLAIM.fullmatch(claim.replace("{name}", "n")):
                return f"{key} {source!r} is no claim and folder with {word}, such as {key}/{word}"
            if folder and (not _FOLDER.fullmatch(folder) or ".." in folder.split("/")):
                return f"{key} {source!r} has a folder that is none below the claim, such as {key}/{word}"
            if word == "{proposal}" and word not in folder:
                return f"{key} {source!r} needs {word} as a folder of its claim, such as {key}/{word}"
        return ""
