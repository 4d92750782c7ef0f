"""An app that cannot be opened tells its page why."""

from __future__ import annotations

import asyncio

import pytest

from widgets_apps.app import App
from widgets_apps.apps import AppEntry, Apps
from widgets_apps.server import socket
from widgets_apps.server.socket import Sessions, decode


class WrongSteps(App):
    component = "workflow"

    def parts(self):
        raise ValueError("the steps do not fit")


class Page:
    """Keeps what is sent to it."""

    def __init__(self):
        self.answers = asyncio.Queue()

    def deliver(self, frame):
        self.answers.put_nowait(decode(frame)[0])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("target", "words"),
    [("no_such_package:App", "'mine' does not load: ModuleNotFoundError"), (f"{__name__}:WrongSteps", "do not fit")],
)
async def test_the_page_of_an_app_that_does_not_open_is_told_why(monkeypatch, target, words):
    monkeypatch.setattr(socket, "installed", lambda: Apps({"mine": AppEntry("mine", target, {"en": "Mine"}, "mine")}))
    sessions, page = Sessions(asyncio.get_running_loop()), Page()
    attached = sessions.attach("mine", "key", page)
    attached.session.handle({"id": 1, "method": "app.hello"})
    answer = await asyncio.wait_for(page.answers.get(), 10)
    sessions.close()
    assert words in answer["error"]["message"]
