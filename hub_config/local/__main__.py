"""``python -m hub_config.local``: what ``make run`` starts."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from hub_config.errors import HubError
from hub_config.local.folder import PlatformFolder
from hub_config.local.launcher import Platform, check_changes, check_install, check_port
from hub_config.settings import read_values


def main() -> None:
    """Start the platform, say where it is, and end it with Ctrl-C."""
    parser = argparse.ArgumentParser(prog="daisy-daas", description="The Daisy platform on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="of the address that a browser opens")
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="where homes, logs and the hub's data lie")
    parser.add_argument("--settings", type=Path, help="YAML with settings of the hub that differ from the defaults")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        check_install()
        check_port(given.port)
        changes = read_values(given.settings) if given.settings else {}
        check_changes(changes)
        platform = Platform(PlatformFolder(given.folder), given.port, changes)
        try:
            platform.start()
            _tell(platform.ready())
            platform.run()
        finally:
            for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(each, signal.SIG_IGN)  # ending is not stopped half-way
            platform.end()
    except KeyboardInterrupt:
        print("\ndaisy-daas: ended", file=sys.stderr)
    except HubError as error:
        sys.exit(f"daisy-daas: {error}")


def _tell(ready: dict[str, Any]) -> None:
    print(
        f"\nThe Daisy platform is at {ready['url']}\n"
        f"  user      {ready['user']}\n"
        f"  password  {ready['password']}\n"
        f"  data      {ready['home']}\n"
        "For this machine alone: users are not isolated from each other. Ctrl-C ends it.\n"
    )
    print(f"READY {json.dumps(ready)}", flush=True)


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
