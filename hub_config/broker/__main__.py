"""``python -m hub_config.broker``: the broker of a platform, in a pod of the control plane.

Its settings are the hub's, in the file that DAISY_HUB_SETTINGS names; its rights are those of its service account.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

from kubernetes_asyncio import client, config
from tornado.httpserver import HTTPServer

from hub_config import events
from hub_config.broker.address import PORT, api_url, hub_api
from hub_config.broker.app import MOST_BYTES, make_app
from hub_config.broker.caller import Callers
from hub_config.broker.handlers import Context
from hub_config.broker.kubernetes_storage import KubernetesStorage
from hub_config.broker.life import Life
from hub_config.broker.openapi import document
from hub_config.broker.service import Broker
from hub_config.errors import SettingsError
from hub_config.settings import Settings, read_settings


async def serve(settings: Settings, api: client.ApiClient, port: int = PORT, stop: asyncio.Event | None = None) -> None:
    """Answer requests and look after clusters, until SIGTERM or until ``stop`` is set."""
    assert settings.singleuser is not None  # checked with the settings
    storage = KubernetesStorage(api, settings.singleuser.namespace)
    broker = Broker(settings, storage)
    context = Context(broker, Callers(hub_api(settings)), document(api_url(settings)))
    server = HTTPServer(make_app(settings, context), max_body_size=MOST_BYTES, max_buffer_size=2 * MOST_BYTES)
    stop = stop or asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    tasks: dict[str, asyncio.Task[Any]] = {
        "stop": asyncio.create_task(stop.wait()),
        "storage": asyncio.create_task(storage.run()),
        "life": asyncio.create_task(Life(broker, storage).run()),
    }
    server.listen(port)
    try:
        done, _ = await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.stop()
        for task in tasks.values():
            task.cancel()
        await asyncio.wait(tasks.values())
    for task in done:
        task.result()  # where it is none but "stop", it raises a fault of ours: Kubernetes starts us again


async def _main(settings: Settings) -> None:
    config.load_incluster_config()  # type: ignore[no-untyped-call]
    async with client.ApiClient() as api:
        await serve(settings, api)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        found = read_settings(Path(os.environ["DAISY_HUB_SETTINGS"]))
        if not found.dask.enabled:
            raise SettingsError("dask.enabled is false, so there is nothing to serve", remedy="set it, or stop this")
    except SettingsError as error:
        sys.exit(f"daisy-daas: {error}")
    events.log_events()
    asyncio.run(_main(found))
