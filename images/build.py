"""Builds the images of this checkout (``make images TAG=t BASE=...``), and writes what is in them to dist/sbom/."""

from __future__ import annotations

import argparse
import ast
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from images import sbom
from images.lock import BELOW

ROOT = Path(__file__).resolve().parents[1]
ROLES = ("hub", "proxy", "operator", "user", "user-gpu")
BUILDER = "buildah bud --isolation chroot --layers"

_PACKAGES = ("daisy_kernel", "hub_config", "widgets_apps")
_NOT_OURS = shutil.ignore_patterns("__pycache__", "node_modules", "frontend", "*.egg-info")
_EPOCH = 946684800  # 2000-01-01: the builder's cache and the wheel know contents by time as well
_PIP_KEYS = ("index-url", "extra-index-url", "trusted-host")


def image_name(role: str, tag: str) -> str:
    """The name of an image.

    >>> image_name("hub", "dev")
    'localhost/daisy-daas-hub:dev'
    """
    return f"localhost/daisy-daas-{role}:{tag}"


def make_context(folder: Path) -> None:
    """Fill the folder that builders see: the files of images/ and the wheel of this checkout."""
    shutil.copytree(ROOT / "images", folder, dirs_exist_ok=True, ignore=_NOT_OURS)
    with tempfile.TemporaryDirectory() as temporary:
        sources = Path(temporary, "sources")  # a wheel made in the checkout may hold files of a build before
        for name in _PACKAGES:
            shutil.copytree(ROOT / name, sources / name, ignore=_NOT_OURS)
        for name in ("pyproject.toml", "README.md"):
            shutil.copy2(ROOT / name, sources)
        words = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(sources)]
        subprocess.run(words, env={**os.environ, "SOURCE_DATE_EPOCH": str(_EPOCH)}, check=True)
    for path in folder.rglob("*"):
        os.utime(path, (_EPOCH, _EPOCH))


def pip_settings(listed: str) -> str:
    r"""What `pip config list` says about where packages are, as a settings file; empty where it says nothing.

    >>> pip_settings("global.index-url='https://packages.example/simple'\n:env:.default-timeout='180'")
    '[global]\nindex-url = https://packages.example/simple\n'
    """
    lines = []
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        if key in _PIP_KEYS:
            lines.append(f"{key} = {' '.join(str(ast.literal_eval(value)).split())}\n")
    return "[global]\n" + "".join(lines) if lines else ""


def build(role: str, tag: str, base: str | None, builder: Sequence[str], context: Path, mounts: Sequence[str]) -> None:
    """Build one image; what the builder says is shown."""
    words = [*builder, *mounts, "--file", str(context / role / "Dockerfile"), "--tag", image_name(role, tag)]
    if base is not None:
        words += ["--build-arg", f"BASE={base}"]
    if role in BELOW:
        words += ["--build-arg", f"USER_IMAGE={image_name(BELOW[role], tag)}"]
    began = time.monotonic()
    if subprocess.run([*words, str(context)]).returncode != 0:
        sys.exit(f"images: {role} was not built; what {builder[0]} said is above")
    print(f"images: {image_name(role, tag)} in {time.monotonic() - began:.0f} s", flush=True)


def build_all(roles: Sequence[str], tag: str, base: str | None, builder: Sequence[str]) -> None:
    """Build images, each after the one it is made from, and write their bills of materials."""
    with tempfile.TemporaryDirectory() as temporary:
        context = Path(temporary, "context")
        make_context(context)
        for role in sorted(roles, key=ROLES.index):
            build(role, tag, base, builder, context, _pip_mounts(Path(temporary)))
            if builder[0] == "buildah":
                print(f"images: {sbom.write_sbom(image_name(role, tag), role, ROOT / 'dist' / 'sbom')}", flush=True)


def _pip_mounts(folder: Path) -> list[str]:
    """Words that mount this machine's settings of pip, so that neither Dockerfile nor image names a host."""
    words = [sys.executable, "-m", "pip", "config", "list"]
    settings = pip_settings(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    if not settings:
        return []
    written = folder / "pip.conf"
    written.write_text(settings, encoding="utf-8")
    return ["--volume", f"{written}:/etc/pip.conf:ro"]


def _main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make images", description=__doc__)
    parser.add_argument("--tag", default="dev")
    parser.add_argument("--base", help="an image of Debian with Python 3.11")
    parser.add_argument("--builder", default=BUILDER, help="a command that takes what docker build takes")
    parser.add_argument("roles", nargs="*", metavar="role", help=f"one of {', '.join(ROLES)}; all where none is named")
    given = parser.parse_args(argv)
    builder = shlex.split(given.builder)
    for role in given.roles:
        if role not in ROLES:
            parser.error(f"there is no image {role!r}; choose from {', '.join(ROLES)}")
    if shutil.which(builder[0]) is None:
        parser.error(f"{builder[0]} is not installed; install it, or name another builder: BUILDER='docker build'")
    if not (ROOT / "widgets_apps" / "static" / "page.js").exists():
        parser.error("the browser's part is not built; run make images, which builds it")
    build_all(given.roles or ROLES, given.tag, given.base, builder)


if __name__ == "__main__":
    _main()
