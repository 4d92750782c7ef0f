"""Errors that a cell shows as one sentence."""

from __future__ import annotations

from typing import TypeVar

from daisy_kernel.errors import DaisyError

_Error = TypeVar("_Error", bound=DaisyError)


def quiet(error: _Error) -> _Error:
    """The error, which IPython then shows as one sentence where it would show a traceback."""
    error._render_traceback_ = lambda: [f"daisy: {error}"]  # type: ignore[attr-defined]
    return error
