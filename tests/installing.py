"""Packages of somebody else, built and installed in an environment of their own beside everything that is here."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path


def installed_with(source: Path, folder: Path) -> Path:
    """The Python of a new environment in `folder`: this one's packages, and the one whose source is given."""
    shutil.copytree(source, folder / "source")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(folder / "source")], check=True, timeout=120)
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv/bin/python"
    site = Path(
        subprocess.check_output([python, "-c", "import site; print(site.getsitepackages()[0])"], text=True).strip()
    )
    here = sysconfig.get_paths()["purelib"]
    (site / "these.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site)]
    subprocess.run([*install, str(next(folder.glob("*.whl")))], check=True, timeout=120)
    return python


def daisy(python: Path, *words: object) -> str:
    """What a command of ``daisy`` prints in such an environment."""
    command = [python, "-m", "daisy_kernel.cli", *(str(word) for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout
