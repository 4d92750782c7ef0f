"""PlatformFolder: where the platform of one machine keeps its secrets, its database and its users' homes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from hub_config.errors import HubError


class PlatformFolder:
    """A folder for this user alone; what is in it survives the platform's end."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        try:
            for each in (self.path, self.hub, self.logs, self.path / "home"):
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise HubError(f"{error.filename} cannot be made: {error.strerror}", remedy="name another folder") from None

    @property
    def hub(self) -> Path:
        """Where the hub runs: database, cookie secret."""
        return self.path / "hub"

    @property
    def logs(self) -> Path:
        """A file for each process, of the latest start."""
        return self.path / "log"

    @property
    def settings(self) -> Path:
        """The hub's settings of the latest start."""
        return self.hub / "settings.yaml"

    def home(self, name: str) -> Path:
        """A user's home."""
        return self.path / "home" / name

    def log(self, name: str) -> Path:
        """An empty log file."""
        path = self.logs / f"{name}.log"
        path.write_bytes(b"")
        return path

    def secret(self, name: str, nbytes: int = 32) -> str:
        """A secret that stays the same from start to start; readable by this user alone."""
        path = self.hub / name
        try:
            return path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            pass
        value = secrets.token_hex(nbytes)
        part = path.with_suffix(".part")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(value)
            part.replace(path)
        except OSError as error:
            raise HubError(f"{path} cannot be written: {error.strerror}", remedy="free space there") from None
        return value
