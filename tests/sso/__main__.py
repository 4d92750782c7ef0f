"""``python -m tests.sso``: start the stand-in; see the package's first words."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import ssl
import sys
import threading

from pydantic import ValidationError
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from tests.sso.options import Options
from tests.sso.server import application


def main() -> None:
    """Read the options, check where it may listen, serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.sso", description="Stand-in for IHEP's single sign-on.")
    parser.add_argument("--test-only", action="store_true", help="allow an address that other machines reach")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="files, to answer by HTTPS")
    arguments = parser.parse_args()
    try:
        options = Options.model_validate_json(sys.stdin.readline())
    except ValidationError as error:
        places = ", ".join(".".join(map(str, one["loc"])) or "the whole" for one in error.errors())
        sys.exit(f"stand-in SSO: the options on standard input are wrong at {places}")
    if not options.host.is_loopback and not arguments.test_only:
        sys.exit(f"stand-in SSO: {options.host} can be reached from other machines: add --test-only to allow that")
    asyncio.run(serve(options, arguments.tls))


async def serve(options: Options, tls: list[str] | None = None) -> None:
    """Answer until SIGTERM, Ctrl-C, or the end of standard input."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    threading.Thread(target=_read_orders, args=(loop, options, stopped), daemon=True).start()
    sockets = bind_sockets(options.port, str(options.host))
    context = None
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
    server = HTTPServer(application(options), ssl_options=context)
    server.add_sockets(sockets)
    scheme = "https" if tls else "http"
    host = f"[{options.host}]" if options.host.version == 6 else options.host
    print("LISTENING", json.dumps({"url": f"{scheme}://{host}:{sockets[0].getsockname()[1]}"}), flush=True)
    await stopped.wait()
    server.stop()


def _read_orders(loop: asyncio.AbstractEventLoop, options: Options, stopped: asyncio.Event) -> None:
    """Disable the users whose names come; only who started this process can tell it."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(_disable, options, line.strip())
    if not loop.is_closed():
        loop.call_soon_threadsafe(stopped.set)


def _disable(options: Options, name: str) -> None:
    for user in options.users:
        user.disabled = user.disabled or user.name == name


if __name__ == "__main__":
    main()
