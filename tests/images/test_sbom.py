"""Bills of materials: what is found in an image's files, and that others can read it."""

from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from images.sbom import bill_of, debian, npm

STATUS = """Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2:2.36-9+deb12u1
Description: library
 more words: of it

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1
"""


@pytest.fixture
def root(tmp_path):
    """The files of an image with a package of each kind."""
    wheel = tmp_path / "opt/daisy/lib/python3.11/site-packages/beam-1.2.dist-info"
    modules = tmp_path / "usr/local/lib/node_modules"
    for folder in (wheel, tmp_path / "var/lib/dpkg", modules / "@scope/a/node_modules/b", modules / "@scope/a/test"):
        folder.mkdir(parents=True)
    (wheel / "METADATA").write_text("Metadata-Version: 2.1\nName: beam\nVersion: 1.2\nLicense-Expression: MIT\n")
    (tmp_path / "var/lib/dpkg/status").write_text(STATUS)
    (modules / "@scope/a/package.json").write_text('{"name": "@scope/a", "version": "3.0.0", "license": "MIT"}')
    (modules / "@scope/a/node_modules/b/package.json").write_text('{"name": "b", "version": "4.0.0"}')
    (modules / "@scope/a/test/package.json").write_text('{"type": "module"}')
    return tmp_path


def test_a_bill_names_packages_of_python_debian_and_npm(root):
    bill = bill_of("localhost/daisy-daas-hub:t", root)
    found = [component.get("purl") for component in bill["components"]]
    assert found == [
        "pkg:pypi/beam@1.2",
        "pkg:deb/debian/libc6@2%3A2.36-9%2Bdeb12u1?arch=amd64",
        "pkg:npm/%40scope/a@3.0.0",
        "pkg:npm/b@4.0.0",
    ]
    assert bill["metadata"]["component"]["name"] == "localhost/daisy-daas-hub"


def test_a_bill_is_valid_cyclonedx(root):
    text = json.dumps(bill_of("localhost/daisy-daas-hub:t", root))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_a_package_of_debian_that_was_removed_is_not_there():
    assert [component["name"] for component in debian(STATUS)] == ["libc6"]


def test_an_image_without_node_has_no_packages_of_npm(tmp_path):
    assert list(npm(tmp_path / "node_modules")) == []
