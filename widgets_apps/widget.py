"""An app in a cell of a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from widgets_apps.app import built, open_session
from widgets_apps.apps import installed
from widgets_apps.session import Buffers


def app(name: str, **initial: str) -> AppWidget:
    """Show an installed app here: ``app("ct", input="scan.h5")``.

    Raises `RegistryError` for an unknown app.
    """
    return AppWidget(name, initial)


class AppWidget(anywidget.AnyWidget):
    """The widget of an app; the kernel answers its page."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    initial = traitlets.Dict().tag(sync=True)

    def __init__(self, name: str, initial: Mapping[str, str]) -> None:
        entry = installed().find(name)
        super().__init__(_esm=built("widget.js").decode(), _css=built("widget.css").decode(), initial=dict(initial))
        self._session = open_session(entry.load()(), name, entry.title, self._deliver)
        self.on_msg(lambda _widget, header, buffers: self._session.handle(header, buffers))

    def close(self) -> None:
        """End the widget and let go of what it holds."""
        self._session.close()
        super().close()

    def _deliver(self, header: Mapping[str, Any], buffers: Buffers) -> None:
        self.send(header, buffers=list(buffers))
