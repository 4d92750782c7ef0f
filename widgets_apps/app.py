"""App: what an app is made of, and what its page is told first."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from daisy_kernel.errors import DataError
from widgets_apps.session import Part, Reply, Send, Session, exposed

STATIC = Path(__file__).parent / "static"
"""What a browser loads; built from frontend/."""

_ASSETS = ("volume.js",)


class App:
    """An app: the component that the browser shows, and the parts that answer it."""

    component: ClassVar[str]

    def parts(self) -> Sequence[Part]:
        """The parts of one session."""
        return ()

    def warm(self) -> None:
        """Import what the first request would wait for."""

    def about(self) -> Mapping[str, Any]:
        """What the component is told first, beside name and title."""
        return {}


class _AppPart(Part):
    """Introduces the app to its page."""

    name = "app"

    def __init__(self, about: Mapping[str, Any]) -> None:
        self._about = dict(about)

    @exposed
    def hello(self) -> dict[str, Any]:
        """Who answers: name, title, component; `session` is another one where all that was open is gone."""
        return self._about

    @exposed
    def asset(self, name: str) -> Reply:
        """A module that a page without an address cannot load by itself."""
        if name not in _ASSETS:
            raise DataError(f"there is no asset {name!r}", remedy="load the page again")
        return Reply({}, [built(name)])


class _BrokenPart(Part):
    """Stands for an app that cannot be opened, and says why."""

    name = "app"

    def __init__(self, reason: Exception) -> None:
        self._reason = reason

    @exposed
    def hello(self) -> None:
        """Why nobody answers."""
        raise self._reason


def built(name: str) -> bytes:
    """A file of the browser's part; says what to do where it was not built."""
    try:
        return (STATIC / name).read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"{STATIC / name} is missing: the browser's part is not built", remedy="run make, or install a wheel"
        ) from None


def open_session(app: App, name: str, title: Mapping[str, str], send: Send) -> Session:
    """A session of an app."""
    about = {"session": uuid.uuid4().hex, "name": name, "title": dict(title), "component": app.component, **app.about()}
    return Session([_AppPart(about), *app.parts()], send)


def broken_session(reason: Exception, send: Send) -> Session:
    """A session of an app that cannot be opened: its page is told the reason."""
    return Session([_BrokenPart(reason)], send)
