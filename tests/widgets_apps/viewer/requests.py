"""Asking a part as its page does."""

from __future__ import annotations

from queue import Queue
from typing import Any

import numpy as np

from widgets_apps.session import Session
from widgets_apps.viewer.part import ViewerPart


class Page:
    """A page with one viewer; `ask` returns the result, and keeps the buffers of the last reply."""

    def __init__(self) -> None:
        self.replies: Queue[tuple[dict[str, Any], Any]] = Queue()
        self.part = ViewerPart()
        self.session = Session([self.part], lambda header, buffers: self.replies.put((header, buffers)))
        self.buffers: Any = ()

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        self.session.handle({"id": 1, "method": f"viewer.{method}", "params": params})
        header, self.buffers = self.replies.get(timeout=60)
        return header

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        header = self.answer(method, **params)
        assert "result" in header, header
        return header["result"]

    def error(self, method: str, **params: Any) -> dict[str, Any]:
        header = self.answer(method, **params)
        assert "error" in header, header
        return header["error"]

    def pixels(self, shape: list[int]) -> np.ndarray:
        return np.frombuffer(self.buffers[0], np.uint8).reshape(shape)
