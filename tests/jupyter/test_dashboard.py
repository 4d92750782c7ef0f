"""The dashboard of a cluster below the user's own Jupyter server."""

from __future__ import annotations

import pytest
import requests

from tests.broker.fake import FakeBroker
from tests.jupyter.conftest import ROOT, wait_until
from tests.jupyter.server_process import TOKEN, jupyter_server

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with FakeBroker(tmp_path_factory.mktemp("broker")) as made:
        yield made


@pytest.fixture(scope="module")
def server(installed_kernel, broker, tmp_path_factory):
    environment = {"PYTHONPATH": str(ROOT), **broker.environment}
    with jupyter_server(tmp_path_factory.mktemp("server"), installed_kernel, **environment) as address:
        yield address


def status(address, token=TOKEN, method="GET"):
    headers = {"Authorization": f"token {token}"}
    return requests.request(method, address, headers=headers, timeout=30, allow_redirects=False).status_code


def test_pages_of_an_own_cluster_come_through_and_of_no_other(server, broker):
    name = broker.create(0).name
    wait_until(lambda: status(f"{server}daisy/dask/{name}/health") == 200, "the scheduler's own page", seconds=60)
    assert status(f"{server}daisy/dask/{name}/health", method="POST") == 405
    assert status(f"{server}daisy/dask/bob-3f2a9c/health") == 404
    assert status(f"{server}daisy/dask/{name}/health", token="wrong") == 302  # to the login
    broker.clusters.pop(name).end()
    assert status(f"{server}daisy/dask/{name}/health") == 404
