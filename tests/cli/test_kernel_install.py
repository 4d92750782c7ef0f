"""``daisy kernel install``: where it writes, and what it refuses."""

from __future__ import annotations

import json
import sys

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from typer.testing import CliRunner

from daisy_kernel.cli.main import app


def install(*words):
    return CliRunner().invoke(app, ["kernel", "install", *map(str, words)])


def test_the_kernel_is_found_below_the_prefix(tmp_path):
    done = install("--prefix", tmp_path, "--json")
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["written"]) == 3
    spec = KernelSpecManager(kernel_dirs=[str(tmp_path / "share/jupyter/kernels")]).get_kernel_spec("daisy")
    assert (spec.display_name, spec.language) == ("Daisy", "python")
    assert spec.argv == [sys.executable, "-P", "-m", "daisy_kernel.jupyter", "-f", "{connection_file}"]
    assert (tmp_path / "share/jupyter/kernels/daisy/logo-svg.svg").read_text().startswith("<svg")


def test_the_extension_of_the_server_is_switched_on(tmp_path):
    install("--prefix", tmp_path)
    config = json.loads((tmp_path / "etc/jupyter/jupyter_server_config.d/daisy.json").read_text())
    assert config == {"ServerApp": {"jpserver_extensions": {"daisy_kernel.jupyter.server": True}}}


def test_without_a_place_it_is_this_environment(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert install().exit_code == 0
    assert (tmp_path / "share/jupyter/kernels/daisy/kernel.json").exists()


def test_it_can_be_for_one_user(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    assert install("--user").exit_code == 0
    assert (tmp_path / "data/kernels/daisy/kernel.json").exists()
    assert (tmp_path / "config/jupyter_server_config.d/daisy.json").exists()


def test_two_places_are_refused(tmp_path):
    done = install("--user", "--prefix", tmp_path)
    assert done.exit_code == 2
    assert done.stderr == "daisy: more than one place is given: use one of --user, --sys-prefix, --prefix\n"


def test_without_jupyter_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipykernel.kernelspec", None)
    done = install("--prefix", tmp_path)
    assert done.exit_code == 2
    assert done.stderr == "daisy: Jupyter is not installed here: pip install 'daisy-daas[lab]'\n"


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_place_that_cannot_be_written_is_named(tmp_path, words):
    (tmp_path / "share").write_text("")
    done = install("--prefix", tmp_path, *words)
    assert done.exit_code == 2
    assert "kernel.json cannot be written" in done.output
    assert "Traceback" not in done.output
