"""The chart's archive: Dask's definitions come from the operator's own package, and nothing of them is committed."""

from __future__ import annotations

import subprocess
import zipfile

import pytest

from images.chart import CHART, KINDS, ROOT, unpack
from images.lock import entry_of, locked


@pytest.fixture
def wheel(tmp_path):
    """Makes a wheel with a chart inside, as dask-kubernetes's is; without: a kind that it lacks."""

    def make(without=""):
        made = tmp_path / "operator-1-py3-none-any.whl"
        with zipfile.ZipFile(made, "w") as archive:
            for kind in KINDS:
                if kind != without:
                    archive.writestr(f"operator/deployment/chart/crds/{kind}.yaml", f"kind: {kind}")
            archive.writestr("operator/deployment/chart/templates/clusterrole.yaml", "kind: ClusterRole")
            archive.writestr("operator/customresources/daskcluster.yaml", "kind: source")
            archive.writestr("operator-1.dist-info/licenses/LICENSE", "as it is")
        return made

    return make


def test_definitions_and_licence_are_taken_and_nothing_else(wheel, tmp_path):
    unpack(wheel(), tmp_path / "crds")
    taken = {path.name: path.read_text() for path in (tmp_path / "crds").iterdir()}
    assert taken == {"LICENSE": "as it is", **{f"{kind}.yaml": f"kind: {kind}" for kind in KINDS}}


def test_a_package_that_lacks_a_kind_is_refused_by_name(wheel, tmp_path):
    with pytest.raises(SystemExit, match=r"operator-1-py3-none-any\.whl has no daskjob\.yaml: name another version"):
        unpack(wheel(without="daskjob"), tmp_path / "crds")


def test_the_lock_file_names_one_version_with_hashes():
    entry = entry_of("operator", "dask-kubernetes")
    assert entry.startswith(f"dask-kubernetes=={locked('operator')['dask-kubernetes']} ")
    assert entry.count("--hash=sha256:") >= 1
    assert entry.count("==") == 1


def test_no_definition_is_committed():
    files = subprocess.run(["git", "ls-files", str(CHART)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "values.yaml" in files.stdout
    assert "crds/" not in files.stdout
