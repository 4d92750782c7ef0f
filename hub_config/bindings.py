"""Bindings: which id of the single sign-on a user name belongs to, in the hub's database. Only ever added to."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Column, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

_METADATA = MetaData()
_BINDINGS = Table(
    "daisy_sso_bindings",
    _METADATA,
    Column("name", String(32), primary_key=True),
    Column("sso_id", String(255), nullable=False),
)


class Bindings:
    """The table, in the session of the hub: one connection, so that SQLite never waits for itself."""

    def __init__(self, session: Session) -> None:
        self._session = session
        _METADATA.create_all(session.connection())
        session.commit()

    def bind(self, name: str, sso_id: str) -> str:
        """Bind a free name, and return the id that it belongs to: of two logins at once, the first one's."""
        bound = self._bound(name)
        if bound is None:
            with suppress(IntegrityError), self._session.begin_nested():  # another hub's login may come in between
                self._session.execute(insert(_BINDINGS).values(name=name, sso_id=sso_id))
            bound = self._bound(name)
        self._session.commit()
        assert bound is not None  # rows are only added
        return bound

    def _bound(self, name: str) -> str | None:
        return self._session.scalar(select(_BINDINGS.c.sso_id).where(_BINDINGS.c.name == name))
