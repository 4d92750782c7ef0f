"""A user's server under a hub: JupyterHub's own, started sooner, with the settings of this product.

1. jsonschema imports rfc3987_syntax where it is installed, which builds a grammar for 0.9 s at each import and checks
   nothing but internationalised addresses in schemas; no schema of the server has any.
2. With ``--wait`` it imports what a server needs (1.5 s) before it is known whose server it will be, and then reads one
   line of standard input: a JSON object with ``args``, ``env`` and ``cwd``. Where that ends first, so does the process.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

_modules: dict[str, Any] = sys.modules
_modules["rfc3987_syntax"] = None  # an import of it fails, as where it is not installed

_NEEDED = ("jupyterlab.labapp", "jupyterlab_h5web", "jupyter_resource_usage", "daisy_kernel.jupyter.server")

# Nobody builds JupyterLab on a server, and to ask whether one should costs each start 0.7 s.
_NO_BUILD = {"page_config_data": {"buildAvailable": False, "buildCheck": False}}


def become(line: str) -> None:
    """Take arguments, environment and folder from a line; nothing of the old environment stays."""
    told = json.loads(line)
    os.environ.clear()
    os.environ.update(told["env"])
    os.chdir(told["cwd"])
    sys.argv[1:] = told["args"]
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def settings(home: Path, cores: float) -> list[str]:
    """What every server is told.

    home: where its user's files lie, whose free space is shown; cores: how many it may use, 0: all. The extension that
    shows both takes JupyterHub's CPU_LIMIT for percent and would warn for ever; a core that computes is no trouble. For
    its Prometheus gauges, which nobody reads, it keeps the server's loop waiting each second, 50 ms for each process,
    and loses an interrupt that comes meanwhile.
    """
    return [
        f"--LabApp.app_settings_dir={Path(__file__).with_name('lab')}",
        "--ResourceUseDisplay.enable_prometheus_metrics=False",
        "--ResourceUseDisplay.track_cpu_percent=True",
        f"--ResourceUseDisplay.cpu_limit={100 * cores:g}",
        "--ResourceUseDisplay.cpu_warning_threshold=0",
        "--ResourceUseDisplay.track_disk_usage=True",
        f"--ResourceUseDisplay.disk_path={home}",
        "--ServerApp.terminado_settings=shell_command=['/bin/bash']",
        f"--ServerApp.tornado_settings={_NO_BUILD}",
    ]


def _main() -> None:
    from jupyterhub.singleuser import main

    if sys.argv[1:] == ["--wait"]:
        for name in _NEEDED:
            importlib.import_module(name)
        line = sys.stdin.readline()
        if not line:
            return
        become(line)
    sys.argv[1:1] = settings(Path.home(), float(os.environ.get("CPU_LIMIT") or 0))
    main()


if __name__ == "__main__":
    _main()
