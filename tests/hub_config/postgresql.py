"""A PostgreSQL of Debian's package for tests: a folder and a port of its own, ended with the test."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub_config.local.launcher import free_ports

_OWNER = "postgres"  # of Debian's package; a PostgreSQL that root starts refuses to run


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest version's; none where it is not installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


needs_postgresql = pytest.mark.skipif(
    programs() is None, reason="PostgreSQL is not installed: apt-get install postgresql"
)
"""Marks a test that is skipped where there are no programs."""


@dataclass
class PostgreSQL:
    """A server on loopback with the user and the database ``daisy``."""

    programs: Path
    folder: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        """As an administrator writes it: the password is in ``PGPASSWORD``."""
        return f"postgresql+psycopg://daisy@127.0.0.1:{self.port}/daisy"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self._control("start", "--options", options)

    def stop(self) -> None:
        """End it as a machine would that goes down: whoever is connected is cut off."""
        self._control("stop", "--mode", "immediate")

    @contextmanager
    def away(self) -> Iterator[None]:
        """It is stopped for the length of the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def sql(self, statement: str) -> str:
        """What a statement answers, rows without decoration."""
        return self._ask("psql", "--no-align", "--tuples-only", "--command", statement)

    def dump(self) -> str:
        """As docs/admin.md makes a backup."""
        return self._ask("pg_dump", "--clean", "--if-exists", "--no-owner")

    def restore(self, dump: str) -> None:
        """As docs/admin.md puts it back: all of it or nothing."""
        self._ask("psql", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", given=dump)

    def make(self) -> None:
        """Its files, once."""
        secret = self.folder / "password"
        secret.write_text(self.password)
        if os.getuid() == 0:
            for path in (self.folder, secret):
                shutil.chown(path, _OWNER, _OWNER)
        words = ["--username=daisy", f"--pwfile={secret}", "--auth=scram-sha-256", "--locale=C.UTF-8"]
        self._run(str(self.programs / "initdb"), *words, str(self.folder / "data"))
        self.start()
        self._ask("psql", "--dbname", "postgres", "--command", "CREATE DATABASE daisy")

    def _control(self, action: str, *words: str) -> None:
        self._run(str(self.programs / "pg_ctl"), action, "--wait", "--pgdata", str(self.folder / "data"), *words)

    def _ask(self, program: str, *words: str, given: str | None = None) -> str:
        known = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "daisy", "PGDATABASE": "daisy"}
        environment = {"PATH": os.defpath, "PGPASSWORD": self.password, **known}
        command = [str(self.programs / program), *words]
        done = subprocess.run(command, env=environment, input=given, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _run(self, *command: str) -> None:
        owner = {"user": _OWNER, "group": _OWNER, "extra_groups": []} if os.getuid() == 0 else {}
        said = self.folder / "said"  # the server keeps it open, for which a pipe would be waited
        with said.open("a") as stream:
            done = subprocess.run(command, cwd=self.folder, stdout=stream, stderr=stream, timeout=60, **owner)
        assert done.returncode == 0, said.read_text()


@contextmanager
def running_postgresql() -> Iterator[PostgreSQL]:
    """One that is new and empty."""
    found = programs()
    assert found
    folder = Path(tempfile.mkdtemp(prefix="daisy-postgresql-"))
    server = PostgreSQL(found, folder, free_ports(1)[0], secrets.token_urlsafe(12))
    try:
        server.make()
        yield server
    finally:
        if (folder / "data/postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder)
