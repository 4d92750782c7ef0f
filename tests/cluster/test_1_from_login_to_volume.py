"""From the login to a volume in the results folder, with a GPU's profile, equal to the bit to the command's."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import venv
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from tests.browser.app_process import at, in_state, open_scan, same_bits
from tests.cluster.site import ROOT
from tests.cluster.visit import open_lab

LOCK = ROOT / "images/user/requirements.txt"
NUMERICS = ("numpy", "numba", "llvmlite", "scipy", "h5py", "hdf5plugin", "pywavelets", "imagecodecs")
CPU = {"NUMBA_CPU_NAME": "x86-64-v3", "NUMBA_CPU_FEATURES": ""}


@pytest.fixture(scope="module")
def scan(platform):
    """The tooth, in the experiment storage, as a beamline would have left it: owned by somebody else."""
    source = Path(os.environ.get("DAISY_DATA", ROOT.parent / "shared/data")) / "ct/tooth.h5"
    if not source.exists():
        pytest.skip("the scans with known answers are not there")
    copy = platform.site.folder_of("experiments", "CT-DEMO") / "tooth.h5"
    shutil.copy(source, copy)
    os.chown(copy, 0, 20001)
    copy.chmod(0o640)
    return copy


@pytest.fixture(scope="module")
def locked_python(tmp_path_factory):
    """A Python of this machine with the image's versions: this one where it has them, else one made from the lock."""
    locked = dict(
        line.split("==") for line in LOCK.read_text().replace(" \\", "").splitlines() if "==" in line and line[0] != " "
    )
    if all(_version(name) == locked[name].split(";")[0].strip() for name in NUMERICS):
        return sys.executable
    folder = tmp_path_factory.mktemp("locked")
    venv.create(folder, with_pip=True)
    python = str(folder / "bin/python")
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*install, "--require-hashes", "--requirement", LOCK], check=True)
    subprocess.run([*install, "--editable", ROOT], check=True)
    return python


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def test_from_the_login_to_a_volume_that_belongs_to_the_user(page, platform, scan, locked_python, tmp_path):
    open_lab(page, platform, profile="ct-gpu")
    with page.context.expect_page() as opened:
        page.locator(".jp-LauncherCard[data-category=Daisy]", has_text="CT reconstruction").click()
    app = opened.value
    app.set_default_timeout(60_000)
    at(app, "ct-open").wait_for()
    open_scan(app, "/data/CT-DEMO/tooth.h5")
    at(app, "ct-output").fill("/results/CT-DEMO/tooth_rec.h5")
    app.locator("[data-testid=ct-run]:not([disabled])").click()
    assert str(in_state(app, "done", seconds=180)) == "/results/CT-DEMO/tooth_rec.h5"

    written = platform.site.folder_of("results", "CT-DEMO") / "tooth_rec.h5"
    assert (written.stat().st_uid, written.stat().st_gid) == (10001, 20001)
    here = tmp_path / "here.h5"
    words = ["run", "ct", f"input={scan}", f"output={here}", "--json"]
    done = subprocess.run(
        [locked_python, "-m", "daisy_kernel.cli", *words],
        capture_output=True,
        text=True,
        env={**os.environ, **CPU},
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert same_bits(written, here)


def test_the_pod_is_the_person_of_the_login(platform, page):
    open_lab(page, platform, "both", profile="cpu")
    assert platform.in_server("both", "id", "-u").strip() == "10005"
    assert platform.in_server("both", "id", "-g").strip() == "20001"
    assert sorted(platform.in_server("both", "id", "-G").split()) == ["20001", "20002"]
    assert platform.in_server("both", "python", "-c", "import getpass; print(getpass.getuser())").strip() == "both"
    assert platform.in_server("both", "cat", "/proc/self/status").count("NoNewPrivs:\t1") == 1
    environment = platform.in_server("both", "env").splitlines()
    assert "NVIDIA_VISIBLE_DEVICES=void" in environment
    assert "NUMBA_NUM_THREADS=1" in environment


def test_the_first_reconstruction_in_a_new_pod_compiles_nothing(platform, scan):
    run = "NUMBA_DEBUG_CACHE=1 daisy run ct input=/data/CT-DEMO/tooth.h5 output=/tmp/first.h5"
    said = platform.in_server("both", "daisy-entrypoint", "sh", "-c", run)  # as the server itself was started
    assert said.count("data loaded from") > 10
    assert "data saved to" not in said


def test_from_the_button_of_the_login_to_the_launcher(new_page, platform):
    parts: dict[str, list[float]] = {}
    for user in ("demo", "other", "both", "demo", "other"):
        platform.stop_servers()
        page = new_page()
        page.goto(f"{platform.site.url}/hub/home")
        for part, seconds in open_lab(page, platform, user, reset=False).items():
            parts.setdefault(part, []).append(seconds)
        page.context.close()
    medians = {part: statistics.median(seconds) for part, seconds in parts.items()}
    platform.seconds |= medians
    assert sum(medians.values()) <= 8
