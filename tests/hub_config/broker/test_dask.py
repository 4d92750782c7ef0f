"""What the builder tells scheduler and worker, by the programs themselves: only who has a certificate gets in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from distributed import Client, Security

from hub_config.broker.builder import build_cluster
from hub_config.broker.certificates import Certificates, make_certificates
from hub_config.broker.service import utc_now
from hub_config.local.launcher import free_ports
from tests.hub_config.broker.made import dask_facility, order

pytestmark = pytest.mark.slow


class Programs:
    """Scheduler and worker of a cluster as processes of this machine."""

    def __init__(self, folder: Path, **dask: object) -> None:
        settings = dask_facility({"memory": "1G", "memoryGuarantee": "1G"}, **dask)
        self._spec = build_cluster(order(settings), settings.dask, settings.singleuser)["spec"]
        self.port, self.pages = free_ports(2)
        self._folder = folder
        now = utc_now()
        self.certificates = write(folder / "tls", make_certificates("c", "localhost", now, now + timedelta(hours=1)))

    @property
    def address(self) -> str:
        return f"tls://127.0.0.1:{self.port}"

    @contextmanager
    def running(self, role: str, **changed: str) -> Iterator[subprocess.Popen[str]]:
        """One of them, with files, ports and address of this machine."""
        container = self._spec[role]["spec"]["containers"][0]
        environment = {entry["name"]: entry["value"] for entry in container["env"]}
        tls = {key: value.replace("/etc/daisy/dask", str(self._folder / "tls")) for key, value in environment.items()}
        own = {"DASK_SCHEDULER_ADDRESS": self.address, "HOME": str(self._folder)}
        local = {"8786": str(self.port), ":8787": f"127.0.0.1:{self.pages}", "$(DASK_WORKER_NAME)": "one"}
        words = [local.get(word, word).replace("/spill", str(self._folder / "spill")) for word in container["args"]]
        command = [str(Path(sys.executable).with_name(words[0])), *words[1:], "--host", "127.0.0.1"]
        env = {**os.environ, **tls, **own, **changed}
        log = self._folder / f"{role}.log"
        with log.open("w") as file:
            process = subprocess.Popen(command, env=env, stdout=file, stderr=file, text=True)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)

    def log(self, role: str) -> str:
        return (self._folder / f"{role}.log").read_text()

    def security(self) -> Security:
        pem = self.certificates
        return Security(tls_ca_file=pem.ca, tls_client_cert=pem.cert, tls_client_key=pem.key, require_encryption=True)


def write(folder: Path, pem: Certificates) -> Certificates:
    folder.mkdir()
    for name, text in (("ca.crt", pem.ca), ("tls.crt", pem.cert), ("tls.key", pem.key)):
        (folder / name).write_text(text)
    return pem


def said(url: str, **options: object) -> tuple[int, str]:
    try:
        with urlopen(url, timeout=5, **options) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, ""


def test_a_worker_computes_for_who_has_the_certificate_and_nobody_else_learns_anything(tmp_path):
    programs = Programs(tmp_path)
    with ExitStack() as stack:
        stack.enter_context(programs.running("scheduler"))
        stack.enter_context(programs.running("worker"))
        with Client(programs.address, security=programs.security(), timeout=30) as client:
            client.wait_for_workers(1, timeout=30)
            (worker,) = client.scheduler_info(n_workers=-1)["workers"].values()
            assert (worker["id"], worker["nthreads"], worker["memory_limit"]) == ("one", 2, 2**30)
            assert client.submit(os.getenv, "NUMBA_NUM_THREADS").result(timeout=10) == "4"
        base = f"http://127.0.0.1:{programs.pages}"
        assert said(f"{base}/health") == (200, "ok")
        assert {said(f"{base}/{page}")[0] for page in ("info/main/workers.html", "json/counts.json", "metrics")} == {
            404
        }
        other = make_certificates("c", "localhost", utc_now(), utc_now() + timedelta(hours=1))
        stranger = Security(tls_ca_file=programs.certificates.ca, tls_client_cert=other.cert, tls_client_key=other.key)
        for security in (stranger, Security(tls_ca_file=programs.certificates.ca)):
            with pytest.raises((OSError, TypeError, RuntimeError), match=r"(?i)timed out|handshake|cert|ssl|tls"):
                Client(programs.address, security=security, timeout=3)


def test_a_worker_without_its_certificate_does_not_start(tmp_path):
    programs = Programs(tmp_path)
    nothing = {f"DASK_DISTRIBUTED__COMM__TLS__WORKER__{part}": "" for part in ("CERT", "KEY")}
    with programs.running("scheduler"), programs.running("worker", **nothing) as worker:
        assert worker.wait(timeout=30) != 0
    assert "TLS" in programs.log("worker")
