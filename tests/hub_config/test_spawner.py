"""What a user's server is given, and how its start ends."""

from __future__ import annotations

import sys
import time
from functools import partial
from types import SimpleNamespace

import pytest
from jupyterhub.objects import Hub
from jupyterhub.spawner import SpawnException

import hub_config.spawner as spawner_module
from hub_config.errors import Refusal
from hub_config.settings import check_settings
from hub_config.spawner import LocalSpawner
from hub_config.starting import prepare
from tests.hub_config.good import good


def asked(profile, groups, hours=0.0):
    async def auth_state():
        return {"account": {"name": "ada", "groups": groups}, "claims_at": time.time() - hours * 3600}

    user = SimpleNamespace(name="ada", get_auth_state=auth_state)
    server = SimpleNamespace(
        user=user, user_options={"profile": profile}, cpu_limit=None, mem_limit=None, default_url=""
    )
    server.take = partial(LocalSpawner.take, server)
    return server


@pytest.mark.asyncio
async def test_the_profile_says_what_a_server_gets():
    server = asked("gpu", ["heps-ct"])
    await prepare(server, check_settings(good()))
    assert server.mem_limit == "64G"
    assert server.default_url == "/lab"
    assert 1 <= server.cpu_limit <= 8


@pytest.mark.asyncio
async def test_a_profile_of_another_group_is_refused_whatever_was_posted():
    with pytest.raises(Refusal, match="you have no profile 'gpu': choose one of cpu"):
        await prepare(asked("gpu", ["heps-xrd"]), check_settings(good()))


@pytest.mark.asyncio
async def test_a_login_of_yesterday_starts_nothing():
    with pytest.raises(Refusal, match="your login is too old to start a server: log out"):
        await prepare(asked("cpu", ["heps-ct"], hours=13), check_settings(good()))


@pytest.fixture
def local(tmp_path, monkeypatch):
    """What JupyterHub makes for a user, with a command of the test's; no other process waits."""
    monkeypatch.setattr(spawner_module.WAITING, "prepare", lambda: None)
    record = SimpleNamespace(name="", server=None, state={}, user_options={})
    user = SimpleNamespace(name="ada", url="/user/ada/", escaped_name="ada", settings={})
    hub = Hub(ip="127.0.0.1", port=1, base_url="/hub/")

    def make(code="", name=""):
        record.name = name
        made = LocalSpawner(user=user, orm_spawner=record, hub=hub, cmd=[sys.executable, "-c", code])
        made.home_dir_template = f"{tmp_path}/{{username}}"
        made.api_token = "its-own-token"
        made.server = None
        return made

    return make


def test_arguments_hold_the_home_and_no_secret(local, tmp_path):
    words = local().get_args()
    assert f"--ServerApp.root_dir={tmp_path}/ada" in words
    assert "--HubAuth.cache_max_age=60" in words
    assert not any("its-own-token" in word for word in words)


def test_the_environment_tells_the_cores_of_the_profile_and_where_runs_are_remembered(local, tmp_path):
    server = local()
    server.cpu_limit = 2.5
    environment = server.get_env()
    assert (environment["NUMBA_NUM_THREADS"], environment["OMP_NUM_THREADS"]) == ("2", "2")
    assert environment["DAISY_RUNTIME_DIR"] == f"{tmp_path}/ada/.local/share/daisy/server"
    assert environment["PATH"].startswith(f"{sys.executable.rpartition('/')[0]}:")


def test_each_server_of_a_user_remembers_its_own_runs(local, tmp_path):
    folders = {local(name=name).get_env()["DAISY_RUNTIME_DIR"] for name in ("", "server", "servers")}
    assert len(folders) == 3


def test_the_database_knows_which_token_is_a_servers_own_while_it_runs(local, monkeypatch):
    monkeypatch.setattr(spawner_module, "own_token_id", lambda _: 7)
    server = local()
    server.pid = 4711
    assert server.get_state() == {"pid": 4711, "token_id": 7}
    server.clear_state()
    assert server.get_state() == {}


def test_half_a_core_is_one_thread(local):
    server = local()
    server.cpu_limit = 0.5
    assert server.get_env()["NUMBA_NUM_THREADS"] == "1"


@pytest.mark.asyncio
async def test_a_start_is_over_as_soon_as_the_server_answers(local):
    server = local()
    server.port = spawner_module.random_port()
    answers = "import http.server as h; h.HTTPServer(('127.0.0.1', {}), h.BaseHTTPRequestHandler).serve_forever()"
    server.cmd = [sys.executable, "-c", answers.format(server.port)]
    assert await server.start() == ("127.0.0.1", server.port)
    assert await server.poll() is None
    await server.stop(now=True)
    assert await server.poll() is not None


LISTENS = "import socket; s = socket.socket(); s.bind(('127.0.0.1', {port})); s.listen(); s.accept(); "
SAYS = "import sys; print('no such disk', file=sys.stderr); sys.exit(3)"


@pytest.mark.asyncio
@pytest.mark.parametrize("code", [SAYS, LISTENS + SAYS], ids=["at once", "when it listens already"])
async def test_a_program_that_ends_at_its_start_is_told_and_its_last_words_go_to_the_log(local, capfd, code):
    server = local()
    server.port = spawner_module.random_port()
    server.cmd = [sys.executable, "-c", code.format(port=server.port)]
    began = time.monotonic()
    with pytest.raises(SpawnException, match=r"your server's program ended while it started \(status 3\)") as ended:
        await server.start()
    assert time.monotonic() - began < 20  # JupyterHub itself would wait for 30 s
    assert ended.value.status_code == 503
    assert "no such disk" in capfd.readouterr().err
