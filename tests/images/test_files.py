"""Dockerfiles and lock files, as they are written."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from images.build import ROLES
from images.lock import BELOW, locked, roots

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "images"


def dockerfile(role):
    """Its instructions, one a line, without comments."""
    text = (IMAGES / role / "Dockerfile").read_text()
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return [line for line in text.replace("\\\n", " ").splitlines() if line]


def words(role, instruction):
    return [line.split(maxsplit=1)[1] for line in dockerfile(role) if line.startswith(f"{instruction} ")]


@pytest.mark.parametrize("role", ROLES)
def test_an_image_is_made_from_what_the_caller_names(role):
    starts = [line.split()[0] for line in words(role, "FROM")]
    assert set(starts) <= {"${BASE}", "${USER_IMAGE}", "scratch"}
    assert starts[0] == "${BASE}"


@pytest.mark.parametrize("role", ROLES)
def test_an_image_starts_as_a_number_that_is_not_root(role):
    users = words(BELOW.get(role, role), "USER")
    assert users == ["1000:1000"]


@pytest.mark.parametrize("role", ROLES)
def test_no_image_says_which_devices_it_sees(role):
    assert "NVIDIA_VISIBLE_DEVICES" not in (IMAGES / role / "Dockerfile").read_text()


@pytest.mark.parametrize("path", sorted(path for path in IMAGES.rglob("*") if path.is_file()), ids=str)
def test_no_file_names_an_index_or_a_mirror(path):
    if path.name == "package-lock.json":
        packages = json.loads(path.read_text())["packages"].values()
        assert [package for package in packages if "resolved" in package] == []
    elif path.name == "build.py":
        assert re.findall(r"https?://(?!packages\.example/)\S+", path.read_text()) == []
    elif path.suffix not in {".pyc", ".json"}:
        assert (
            re.findall(r"https?://|--(?:extra-)?index-url", path.read_text().replace("--no-emit-index-url", "")) == []
        )


@pytest.mark.parametrize("role", ROLES)
def test_pip_installs_what_the_lock_file_has_and_nothing_else(role):
    installs = re.findall(r"pip (?:--python \S+ )?install [^&]*", "\n".join(words(role, "RUN")))
    assert installs
    for install in installs:
        assert "--no-deps" in install
        assert "--require-hashes --only-binary :all:" in re.sub(r"\s+", " ", install) or "--no-index" in install


@pytest.mark.parametrize("role", ROLES)
def test_every_version_in_a_lock_file_is_exact_and_has_a_hash(role):
    entries = re.split(r"\n(?=\S)", (IMAGES / role / "requirements.txt").read_text().strip())
    assert len(entries) == len(locked(role))
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.+]+( ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[
            0
        ]


@pytest.mark.parametrize("role", ROLES)
def test_a_lock_file_fits_pyproject(role):
    versions = {**locked(BELOW.get(role, role)), **locked(role)}
    for root in map(Requirement, roots(role)):
        name = canonicalize_name(root.name)
        assert name in versions, f"{name} is in no lock file: make lock"
        assert root.specifier.contains(versions[name]), f"{root} and {name} {versions[name]}: make lock"


def test_what_comes_on_top_repeats_nothing_of_the_image_below():
    for role, below in BELOW.items():
        assert set(locked(role)) & set(locked(below)) == set()


def test_the_hub_holds_nothing_of_the_kernel():
    assert {"numba", "scipy", "dask", "jupyterlab"} & set(locked("hub")) == set()


def test_the_hub_brings_the_driver_that_an_address_of_postgresql_names():
    drivers = set(re.findall(r"postgresql\+(\w+)://", (ROOT / "helm/daisy-daas/values.yaml").read_text()))
    assert drivers == {"psycopg"}
    assert drivers | {"psycopg-binary"} <= set(locked("hub"))  # the latter holds PostgreSQL's own library


def test_the_proxy_is_the_one_of_make_run_with_a_hash_for_each_package():
    packages = json.loads((IMAGES / "proxy" / "package-lock.json").read_text())["packages"]
    (version,) = re.findall(r"^PROXY := configurable-http-proxy@(\S+)", (ROOT / "Makefile").read_text(), re.M)
    assert packages["node_modules/configurable-http-proxy"]["version"] == version
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_numba_compiles_for_a_named_cpu_and_not_for_the_one_it_runs_on():
    (environment,) = [line for line in words("user", "ENV") if "NUMBA" in line]
    assert "NUMBA_CPU_NAME=x86-64-v3" in environment
    assert 'NUMBA_CPU_FEATURES=""' in environment  # left out, it is what the builder's machine has


@pytest.mark.parametrize("name", ["a:b", "a b", "-n", "a\nb", "ä"])
def test_a_name_that_cannot_be_written_down_is_refused(name):
    script = IMAGES / "user" / "daisy-entrypoint"
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/home/ada", "JUPYTERHUB_USER": name, "LC_ALL": "C"}
    done = subprocess.run(["sh", script, "true"], env=environment, capture_output=True, text=True, timeout=10)
    assert done.returncode == 64
    assert f"'{name}' is no user name; set JUPYTERHUB_USER" in done.stderr
