"""``daisy run --engine kubernetes``: the same bits, little through the scheduler, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import h5py
import numpy as np
import pytest
from typer.testing import CliRunner

from daisy_kernel.cli.main import app
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from daisy_kernel.runs.folder import RunFolder
from tests.broker.steps import graph, is_right, noted
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "scan.h5"
    write_demo_scan(path, rows=128, columns=256)
    return path


def daisy(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.stdout, done.stderr


def bits(path):
    with h5py.File(path) as file:
        return file["entry/data/volume"][()].view("u4")


def process(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "daisy_kernel.cli", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


def test_one_and_three_workers_give_the_bits_of_this_machine_with_little_through_the_scheduler(scan, tmp_path, broker):
    here = tmp_path / "here.h5"
    code, out, err = daisy("run", "ct", f"input={scan}", f"output={here}", "--json")
    assert code == 0, out + err
    for workers in (1, 3):
        counting = broker.count_bytes()
        there = tmp_path / f"{workers}.h5"
        words = ["--engine", "kubernetes", "--workers", workers, "--json"]
        code, out, err = daisy("run", "ct", f"input={scan}", f"output={there}", *words)
        assert code == 0, out + err
        assert json.loads(out)["engine"].endswith(f", {workers} workers")
        np.testing.assert_array_equal(bits(there), bits(here))
        assert 0 < counting.total < 0.01 * (scan.stat().st_size + there.stat().st_size)
    assert not broker.clusters


def test_over_the_quota_is_one_sentence_and_leaves_nothing(scan, tmp_path, broker):
    output = tmp_path / "rec.h5"
    code, _, err = daisy("run", "ct", f"input={scan}", f"output={output}", "--engine", "kubernetes", "--workers", 9)
    assert code == 2
    assert err == "daisy: 9 more workers are asked for, but only 4 of 4 are left\n"
    assert list(tmp_path.iterdir()) == []


def test_without_a_broker_it_is_one_sentence(scan, tmp_path, monkeypatch):
    monkeypatch.delenv("DAISY_BROKER_URL", raising=False)
    code, _, err = daisy("run", "ct", f"input={scan}", f"output={tmp_path / 'rec.h5'}", "--engine", "kubernetes")
    assert code == 2
    assert err.startswith("daisy: there is no broker for workers here")


def test_a_run_that_is_stopped_ends_its_cluster_and_goes_on_later(tmp_path, broker):
    wanted = tmp_path / "wanted.json"
    wanted.write_text(graph(tmp_path, seconds=0.7).to_json())
    with process("run", wanted, "--engine", "kubernetes", "--workers", 2) as running:
        wait_for(lambda: len(noted(tmp_path)) > 1, 60)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "go on with --resume" in err
    assert "Traceback" not in err
    assert not broker.clusters
    code, _, err = daisy("run", wanted, "--engine", "kubernetes", "--resume")
    assert code == 0, err
    assert is_right(tmp_path)


def test_a_run_that_is_killed_leaves_its_cluster_to_the_brokers_time_and_goes_on_with_another(tmp_path, broker):
    wanted = tmp_path / "wanted.json"
    wanted.write_text(graph(tmp_path, seconds=0.7).to_json())
    with process("run", wanted, "--engine", "kubernetes") as running:
        wait_for(lambda: any(e["event"] == "slab" for e in RunFolder(tmp_path / "out.h5.run").events()), 60)
        running.kill()
        running.communicate(timeout=60)
    assert list(broker.clusters) == ["alice-000001"]
    assert daisy("run", wanted, "--engine", "kubernetes", "--resume")[0] == 0
    assert is_right(tmp_path)
    assert len(noted(tmp_path)) <= len(set(noted(tmp_path))) + 2  # those in flight, which its worker finished
    assert list(broker.clusters) == ["alice-000001"]


def test_who_waits_for_pods_on_a_terminal_is_told_each_reason_once(tmp_path, broker):
    broker.holds_workers = 2
    wanted = tmp_path / "wanted.json"
    wanted.write_text(graph(tmp_path, seconds=0.01).to_json())
    with process("run", wanted, "--engine", "kubernetes", "--workers", 2) as running:
        wait_for(lambda: broker.clusters, 20)
        for pod in broker.only.pods:
            pod.words = {"en": "the image is being fetched", "zh": "正在获取镜像"}
        line = running.stderr.readline()
        broker.only.pods[0].is_held = False
        _, rest = running.communicate(timeout=60)
    assert line == "daisy: the image is being fetched\n"
    assert rest == ""
    assert running.returncode == 0


def test_who_stops_before_the_scheduler_is_there_leaves_no_cluster(tmp_path, broker):
    broker.holds_scheduler = True
    wanted = tmp_path / "wanted.json"
    wanted.write_text(graph(tmp_path).to_json())
    with process("run", wanted, "--engine", "kubernetes") as running:
        wait_for(lambda: (tmp_path / "out.h5.run/events.jsonl").exists(), 60)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "Traceback" not in err
    assert not broker.clusters
