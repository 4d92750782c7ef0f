"""Notices: what administrators tell everybody, and whether new servers may start; kept in the hub's database."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text, delete, insert, select
from sqlalchemy.orm import Session

from hub_config._words import StartRefusal

_METADATA = MetaData()
_NOTICES = Table(
    "daisy_notices",
    _METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("drained", Boolean, nullable=False),
    Column("en", Text, nullable=False),
    Column("zh", Text, nullable=False),
)
_ONLY = 1  # the id of the one row
_LONGEST = 2000  # characters of an announcement


class Notice(BaseModel):
    """What is in force at a time."""

    model_config = ConfigDict(frozen=True)

    drained: bool = False
    """Whether new servers are refused; running ones go on."""
    en: str = ""
    """What was written in English."""
    zh: str = ""
    """What was written in Chinese."""

    def announcement(self, language: str) -> str:
        """The announcement in a language, in the other one where it was written in that alone, or nothing."""
        texts = {"en": self.en, "zh": self.zh}
        return texts[language] or texts["en"] or texts["zh"]


class Notices:
    """The notice in force. It outlives the hub: a row of its database, in the hub's own session as `Bindings`.

    The row is read once, since nobody but this hub changes it: pages go on while the database is away.
    """

    def __init__(self, default: Notice | None = None) -> None:
        """``default`` is in force until an administrator says something else."""
        self._default = default or Notice()
        self._notice: Notice | None = None

    def __deepcopy__(self, memo: object) -> Notices:
        """Itself: traitlets copies what a configuration holds, but all must see the same notice."""
        return self

    def now(self, session: Session) -> Notice:
        """The notice in force."""
        if self._notice is None:
            self._notice = _read(session) or self._default
        return self._notice

    def drain(self, session: Session, drained: bool) -> None:
        """Refuse new servers, or let them start again."""
        self._change(session, drained=drained)

    def announce(self, session: Session, *, en: str, zh: str) -> None:
        """Show a text on every page; two empty ones take it away."""
        self._change(session, en=en.strip()[:_LONGEST], zh=zh.strip()[:_LONGEST])

    def refuse_when_drained(self, spawner: Any) -> None:
        """A check before a start: a refusal (503) says in words that no new server starts now."""
        if self.now(spawner.user.db).drained:
            raise StartRefusal("drained")

    def _change(self, session: Session, **values: Any) -> None:
        notice = self.now(session).model_copy(update=values)
        session.execute(delete(_NOTICES))
        session.execute(insert(_NOTICES).values(id=_ONLY, **notice.model_dump()))
        session.commit()
        self._notice = notice


def _read(session: Session) -> Notice | None:
    _METADATA.create_all(session.connection())
    row = session.execute(select(_NOTICES.c.drained, _NOTICES.c.en, _NOTICES.c.zh)).mappings().one_or_none()
    session.commit()
    return Notice(**row) if row else None
