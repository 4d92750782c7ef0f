"""A cluster on this machine: computes the same, and is closed to everybody else."""

from __future__ import annotations

import socket
import ssl
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest
from xarray import DataArray

from daisy_kernel import Cluster, Engine
from daisy_kernel.errors import ParameterError
from tests.algorithms import Scale

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Creating scratch directories:UserWarning")]


@pytest.fixture(scope="module")
def before():
    """Who listened before, for other tests."""
    return listening()


@pytest.fixture(scope="module")
def cluster(before):
    with Cluster(workers=2, memory="2GiB") as cluster:
        yield cluster


def listening():
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    found = [(p, link.laddr) for p in processes for link in p.net_connections() if link.status == "LISTEN"]
    return {(address.ip, address.port) for _, address in found}


def test_an_engine_computes_there(cluster, tmp_path):
    with Engine(cluster, scratch=tmp_path) as engine:
        engine.datastore["raw"] = DataArray(np.arange(64.0).reshape(4, 4, 4), dims=("angle", "row", "column"))
        engine.create("double", Scale, factor=2.0).execute(stack="raw", output="doubled")
        np.testing.assert_array_equal(engine.datastore["doubled"].values, 2 * np.arange(64.0).reshape(4, 4, 4))


def test_a_client_without_its_certificate_is_refused(cluster):
    address = urlsplit(cluster.scheduler_address)
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((address.hostname, address.port), timeout=5) as plain,
        pytest.raises(ssl.SSLError, match="certificate required"),
        stranger.wrap_socket(plain) as wrapped,
    ):
        wrapped.recv(1)


def test_it_listens_on_loopback_alone_and_tells_nothing_by_http(before, cluster):
    addresses = listening() - before
    assert {ip for ip, _ in addresses} == {"127.0.0.1"}
    answers = set()
    for ip, port in addresses:
        for path in ("/status", "/metrics", "/info/main/workers.html", "/json/counts.json"):
            try:
                answers.add(urllib.request.urlopen(f"http://{ip}:{port}{path}", timeout=5).status)
            except urllib.error.HTTPError as error:
                answers.add(error.code)
            except OSError:
                continue  # TLS, which speaks no HTTP
    assert answers == {404}


def test_no_worker_is_refused():
    with pytest.raises(ParameterError, match="workers=0 computes nothing: give at least 1"):
        Cluster(workers=0)
