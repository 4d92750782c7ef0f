"""Imports that take a second, made while the page is still loading."""

from __future__ import annotations

import threading

from widgets_apps.apps import installed


def warm_up() -> None:
    """Import the installed apps in a thread; one that does not load says so when it is opened.

    The process waits for the thread at its end: an interpreter that ends inside an import of a C library crashes.
    """

    def load() -> None:
        for entry in installed().entries.values():
            try:
                entry.load()().warm()
            except Exception:  # noqa: S112  # it is said to whoever opens the app
                continue

    threading.Thread(target=load, name="warm-up").start()
