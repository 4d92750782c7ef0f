"""JupyterHub's OpenAPI document. It is in the source distribution alone, not in what pip installs."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import yaml
from jupyterhub import __version__

_MEMBER = f"jupyterhub-{__version__}/docs/source/_static/rest-api.yml"


def document() -> dict[str, Any]:
    """The document of the version that is installed; fetched once, then kept in the environment."""
    kept = Path(sys.prefix, "share", "jupyterhub", f"rest-api-{__version__}.yml")
    if not kept.exists():
        kept.write_bytes(_fetched())
    values = yaml.safe_load(kept.read_text(encoding="utf-8"))
    # As JSON would hold it: YAML's dates are objects, and the statuses of the answers are numbers.
    found: dict[str, Any] = json.loads(json.dumps(values, default=lambda date: date.isoformat()))
    return found


def _fetched() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        words = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", "jupyterhub", "--dest", folder]
        command = [sys.executable, "-m", "pip", "download", *words, f"jupyterhub=={__version__}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=180)
        with tarfile.open(Path(folder, f"jupyterhub-{__version__}.tar.gz")) as archive:
            member = archive.extractfile(_MEMBER)
            assert member is not None
            return member.read()
