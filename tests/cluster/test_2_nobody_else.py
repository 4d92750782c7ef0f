"""Two users and nobody: what each must not reach is tried and refused, and the same probe works from where it may."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.cluster import visit
from tests.cluster.kube import apply, get, kubectl
from tests.cluster.site import SSO, SSO_HOST
from tests.cluster.visit import open_lab
from tests.cluster.web import changing, log_in, session
from tests.waiting import wait_for

PROBE = (
    "import socket, sys\n"
    "try:\n"
    "    socket.create_connection((sys.argv[1], int(sys.argv[2])), 3).close(); print('open')\n"
    "except OSError as error: print('closed', error)\n"
)
METADATA = "169.254.169.254"


@pytest.fixture(scope="module")
def servers(platform, browser):
    """Servers of two users."""
    for user in ("demo", "other"):
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        open_lab(page, platform, user)
        context.close()
    return {user: platform.server_pod(user) for user in ("demo", "other")}


def reaches(pod, host, port, container=None):
    """Whether a pod's program gets a connection."""
    metadata = pod["metadata"]
    where = ["--namespace", metadata["namespace"], *(["--container", container] if container else [])]
    said = kubectl("exec", metadata["name"], *where, "--", "python", "-c", PROBE, str(host), str(port))
    return said.startswith("open")


@pytest.fixture(scope="module")
def stranger(platform):
    """A pod of somebody else in a namespace without policies: what it reaches is there to be reached."""
    return get("pod", "sso", "--namespace", SSO)


def test_a_server_opens_to_its_user_and_to_nobody_else(platform, servers):
    url = f"{platform.site.url}/user/demo/api/status"
    mine, others, nobody = log_in(platform, "demo"), log_in(platform, "other"), session(platform)
    assert mine.get(url, timeout=20).status_code == 200
    assert others.get(url, timeout=20).status_code == 403
    assert nobody.get(url, timeout=20, allow_redirects=False).status_code in (302, 403)
    assert SSO_HOST in nobody.get(f"{platform.site.url}/user/demo/lab", timeout=20).url


def test_a_home_and_a_proposal_are_there_for_their_own(platform, servers):
    assert platform.in_server("demo", "ls", "/home").split() == ["demo"]
    assert platform.in_server("demo", "ls", "/data").split() == ["CT-DEMO"]
    assert platform.in_server("demo", "ls", "/results").split() == ["CT-DEMO"]
    assert platform.in_server("other", "ls", "/data").split() == ["XRD-DEMO"]
    refused = platform.in_server("demo", "touch", "/data/CT-DEMO/mine", check=False)
    assert "Read-only file system" in refused
    platform.in_server("demo", "touch", "/results/CT-DEMO/mine")


def test_a_link_out_of_ones_home_leads_nowhere(platform, servers):
    platform.in_server("demo", "ln", "-sfn", "/home/other", "/home/demo/link")
    assert "No such file" in platform.in_server("demo", "ls", "/home/demo/link/", check=False)


def api(platform, path, token_of):
    """What the hub's API answers a user's server, asked from inside with its own token."""
    program = (
        "import os, json, urllib.request, urllib.error\n"
        f"url = os.environ['JUPYTERHUB_API_URL'] + {path!r}\n"
        "ask = urllib.request.Request(url, headers={'Authorization': 'token ' + os.environ['JUPYTERHUB_API_TOKEN']})\n"
        "try: print(urllib.request.urlopen(ask, timeout=5).status)\n"
        "except urllib.error.HTTPError as error: print(error.code)\n"
    )
    return int(platform.in_server(token_of, "python", "-c", program))


def test_a_servers_token_opens_its_own_user_at_the_hub_and_no_other(platform, servers):
    assert api(platform, "/user", "demo") == 200
    for path in ("/users", "/users/other", "/users/other/server", "/proxy", "/services", "/groups"):
        assert api(platform, path, "demo") in (403, 404, 405), path


def test_a_pod_reaches_the_hub_and_no_other_users_pod(platform, servers):
    demo, other = servers["demo"], servers["other"]
    hub_address = get("service", "hub", "--namespace", platform.release)["spec"]["clusterIP"]
    assert reaches(demo, hub_address, 8081, "notebook")
    assert not reaches(demo, other["status"]["podIP"], 8888, "notebook")
    assert reaches(platform.hub(), other["status"]["podIP"], 8888)


def test_a_pod_does_not_reach_the_proxys_api_and_the_hub_does(platform, servers):
    proxy_api = get("service", "proxy-api", "--namespace", platform.release)["spec"]["clusterIP"]
    assert not reaches(servers["demo"], proxy_api, 8001, "notebook")
    assert reaches(platform.hub(), proxy_api, 8001)


@pytest.fixture
def metadata_service():
    """The address at which clouds answer with credentials: a process with a network of its own, behind two interfaces.

    Not by ``ip netns``: that shares the mounts of /run/netns, and no pod of this node could be removed any more.
    """
    ours, theirs = "daas-meta0", "daas-meta1"
    with ExitStack() as ending:
        holder = ending.enter_context(_running("unshare", "--net", "sleep", "infinity"))
        inside = ["nsenter", "--target", str(holder.pid), "--net"]
        wait_for(lambda: _network(holder.pid) != _network(os.getpid()), 5)
        ending.callback(subprocess.run, ["ip", "link", "del", ours], capture_output=True, check=False)
        for command in (
            ["ip", "link", "add", ours, "type", "veth", "peer", "name", theirs],
            ["ip", "link", "set", theirs, "netns", str(holder.pid)],
            ["ip", "addr", "add", "198.51.100.1/30", "dev", ours],
            ["ip", "link", "set", ours, "up"],
            [*inside, "ip", "addr", "add", "198.51.100.2/30", "dev", theirs],
            [*inside, "ip", "link", "set", theirs, "up"],
            [*inside, "ip", "link", "set", "lo", "up"],
            [*inside, "ip", "addr", "add", f"{METADATA}/32", "dev", "lo"],
            [*inside, "ip", "route", "add", "default", "via", "198.51.100.1"],
            ["ip", "route", "add", f"{METADATA}/32", "via", "198.51.100.2", "dev", ours],
        ):
            subprocess.run(command, check=True, capture_output=True)
        ending.enter_context(_running(*inside, sys.executable, "-m", "http.server", "80", "--bind", "0.0.0.0"))
        wait_for(lambda: _answers(METADATA, 80), 10)
        yield METADATA


@contextmanager
def _running(*command):
    """A process, until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(host, port):
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


def _network(pid):
    return Path(f"/proc/{pid}/ns/net").readlink()


def test_a_pod_does_not_reach_the_metadata_address_that_a_stranger_reaches(servers, stranger, metadata_service):
    assert reaches(stranger, metadata_service, 80)
    assert not reaches(servers["demo"], metadata_service, 80, "notebook")


def test_a_pod_holds_no_token_and_the_kubernetes_api_refuses_it(platform, servers):
    assert "No such file" in platform.in_server("demo", "ls", "/var/run/secrets/kubernetes.io", check=False)
    program = (
        "import ssl, urllib.request, urllib.error\n"
        "context = ssl._create_unverified_context()\n"
        "for path in ('/api/v1/pods', '/api/v1/namespaces/daas/secrets', '/apis/apps/v1/deployments'):\n"
        "    try: print(urllib.request.urlopen('https://10.96.0.1' + path, timeout=5, context=context).status)\n"
        "    except urllib.error.HTTPError as error: print(error.code)\n"
        "    except OSError: print('closed')\n"
    )
    answers = platform.in_server("demo", "python", "-c", program).split()
    assert len(answers) == 3
    assert set(answers) <= {"401", "403", "closed"}


def test_what_users_pods_may_reach_excludes_the_api_server(platform):
    policies = get("networkpolicies", "--namespace", platform.users)["items"]
    blocks = [
        peer["ipBlock"]
        for policy in policies
        for rule in policy["spec"].get("egress", [])
        for peer in rule.get("to", [])
        if "ipBlock" in peer
    ]
    assert policies
    for block in blocks:
        if block["cidr"] == "0.0.0.0/0":
            assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(block["except"])
        else:
            assert block["cidr"] not in ("10.96.0.1/32", "10.244.0.1/32")


FORGED = {
    "a forged cookie": {"cookies": {"jupyterhub-session-id": "x", "__Host-jupyterhub-user-demo": "2|1:0|10:1|forged"}},
    "a header that pretends an identity": {"headers": {"X-Remote-User": "demo", "Remote-User": "demo"}},
    "a token that nobody issued": {"headers": {"Authorization": "token 0123456789abcdef0123456789abcdef"}},
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_opens_nothing(platform, servers, name):
    client = session(platform)
    for path in ("/user/demo/api/status", "/hub/api/user", "/hub/api/users"):
        answer = client.get(platform.site.url + path, timeout=20, allow_redirects=False, **FORGED[name])
        assert answer.status_code in (302, 401, 403), (path, answer.status_code)


def token(client, platform, user, **asked):
    """An API token that a logged-in user makes."""
    url = f"{platform.site.url}/hub/api/users/{user}/tokens"
    made = client.post(url, json=asked, headers=changing(platform, client), timeout=20)
    assert made.status_code == 201, made.text
    return json.loads(made.text)["token"]


def test_a_token_of_another_user_or_with_too_narrow_a_scope_is_refused(platform, servers):
    client = log_in(platform, "demo")
    whole = token(client, platform, user="demo")
    narrow = token(client, platform, user="demo", scopes=["read:users:name!user"])
    ask = session(platform)

    def status(path, with_token):
        headers = {"Authorization": f"token {with_token}"}
        return ask.get(platform.site.url + path, headers=headers, timeout=20, allow_redirects=False).status_code

    assert status("/user/demo/api/status", whole) == 200
    assert status("/user/demo/api/status", narrow) == 403
    assert status("/user/other/api/status", whole) == 403
    assert status("/hub/api/users/demo", whole) == 200
    assert status("/hub/api/users/other", whole) in (403, 404)


def test_a_code_of_a_login_that_was_used_opens_nothing_again(platform):
    client = session(platform)
    used = []
    client.hooks["response"].append(lambda answer, **_: used.append(answer.url))
    form = client.get(f"{platform.site.url}/hub/login", timeout=20)
    client.post(form.url, data={"username": "demo", "password": platform.site.passwords["demo"]}, timeout=20)
    (callback,) = {url for url in used if "oauth_callback" in url and "/hub/oauth_callback" in url}
    replayed = session(platform).get(callback, timeout=20)
    assert replayed.status_code in (400, 403)
    assert platform.events()[-1]["event"] == "refusal"


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("nogroup", "nogroup is in no group that may work here"),
        ("disabled", "disabled"),
    ],
)
def test_who_may_not_come_in_reads_why(page, platform, user, words):
    visit.log_in(page, platform, user)
    page.get_by_text(words).first.wait_for()


def test_a_pod_that_breaks_the_rules_is_not_taken(platform):
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "root", "namespace": platform.users},
        "spec": {"containers": [{"name": "root", "image": "localhost/daisy-daas-user:t"}]},
    }
    with pytest.raises(AssertionError, match="violates PodSecurity"):
        apply(pod)
