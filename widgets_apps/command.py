"""``daisy app``: an app alone, on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Annotated

import typer

from daisy_kernel.errors import ParameterError


def run_app(
    name: Annotated[str, typer.Argument(help="An installed app, such as ct.")],
    settings: Annotated[
        list[str] | None, typer.Argument(help="What to begin with, such as input=scan.h5.", metavar="[SETTING]...")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="On 127.0.0.1; 0: a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Serve an app until Ctrl-C; the address that is printed holds a token.

    Raises `RegistryError` for an unknown app, `ParameterError` for a setting that is none or a port in use.
    """
    from widgets_apps.apps import installed
    from widgets_apps.heap import give_back_arrays
    from widgets_apps.server.alone import serve

    installed().find(name)
    initial = dict(_setting(text) for text in settings or ())
    give_back_arrays()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(name, initial, port=port, open_browser=browser))


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ParameterError(f"{text!r} is no setting", remedy="write name=value, such as input=scan.h5")
    return name, str(Path(value).absolute()) if name == "input" else value
