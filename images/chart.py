"""Makes the chart's archive (``make chart``), with the definitions of Dask's objects in its folder crds/.

They are dask-kubernetes's own, from the package that the operator's lock file names; the checkout holds none of them.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from images.lock import ROOT, entry_of

CHART = ROOT / "helm" / "daisy-daas"
PACKAGE = "dask-kubernetes"
KINDS = ("daskautoscaler", "daskcluster", "daskjob", "daskworkergroup")
"""What the operator watches; it does not start where one is not defined."""


def fetch(folder: Path) -> Path:
    """The wheel of the operator, as its lock file names it."""
    asked = folder / "requirements.txt"
    asked.write_text(entry_of("operator", PACKAGE), encoding="utf-8")
    words = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    words += ["--require-hashes", "--only-binary", ":all:", "--dest", str(folder), "--requirement", str(asked)]
    subprocess.run(words, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def unpack(wheel: Path, folder: Path) -> None:
    """Put the definitions and their licence into a folder; what is not there is named."""
    folder.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            path = PurePosixPath(name)
            if (path.parent.name == "crds" and path.suffix == ".yaml") or path.name == "LICENSE":
                (folder / path.name).write_bytes(archive.read(name))
    wanted = {"LICENSE", *(f"{kind}.yaml" for kind in KINDS)}
    if missing := wanted - {path.name for path in folder.iterdir()}:
        sys.exit(f"chart: {wheel.name} has no {', '.join(sorted(missing))}: name another version in images/lock.py")


def package(destination: Path) -> None:
    """``helm package`` a copy of the chart that has the definitions."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary, CHART.name)
        shutil.copytree(CHART, copy)
        unpack(fetch(Path(temporary)), copy / "crds")
        subprocess.run(["helm", "package", "--destination", str(destination), str(copy)], check=True)


def _main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make chart", description=__doc__)
    parser.add_argument("--destination", type=Path, default=ROOT / "dist")
    given = parser.parse_args(argv)
    for old in given.destination.glob(f"{CHART.name}-*.tgz"):
        old.unlink()
    package(given.destination)


if __name__ == "__main__":
    _main()
