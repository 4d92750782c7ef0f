"""Notices: what administrators tell everybody, and whether new servers may start; kept in one JSON file."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub_config._words import StartRefusal
from hub_config.errors import SettingsError


class Notice(BaseModel):
    """The state that the file holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    drained: bool = False
    en: str = Field("", max_length=2000)
    zh: str = Field("", max_length=2000)


class Notices:
    """The notice in force. It outlives the hub; a file that cannot be understood stops the hub with a sentence."""

    def __init__(self, file: Path, default: Notice | None = None) -> None:
        self._file = file
        self._notice = self._read() or default or Notice()

    def __deepcopy__(self, memo: object) -> Notices:
        """Itself: traitlets copies what a configuration holds, but all must see the same notice."""
        return self

    @property
    def drained(self) -> bool:
        """Whether new servers are refused; running ones go on."""
        return self._notice.drained

    def announcement(self, language: str) -> str:
        """The announcement in a language, in the other one where it was written in that alone, or nothing."""
        texts = {"en": self._notice.en, "zh": self._notice.zh}
        return texts[language] or texts["en"] or texts["zh"]

    def written(self, language: str) -> str:
        """What was written in exactly this language."""
        return {"en": self._notice.en, "zh": self._notice.zh}[language]

    def drain(self, drained: bool) -> None:
        """Refuse new servers, or let them start again."""
        self._change(drained=drained)

    def announce(self, *, en: str, zh: str) -> None:
        """Show a text on every page; two empty ones take it away."""
        self._change(en=en.strip()[:2000], zh=zh.strip()[:2000])

    def refuse_when_drained(self, spawner: object) -> None:
        """A check before a start: a refusal (503) says in words that no new server starts now."""
        if self.drained:
            raise StartRefusal("drained")

    def _change(self, **values: Any) -> None:
        notice = self._notice.model_copy(update=values)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Written beside it and renamed: a hub that is killed here leaves the old file whole.
        descriptor, beside = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(notice.model_dump_json())
        Path(beside).replace(self._file)
        self._notice = notice

    def _read(self) -> Notice | None:
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            return Notice.model_validate(json.loads(text))
        except (ValueError, ValidationError):
            raise SettingsError(f"{self._file} holds no notice", remedy="remove the file") from None
