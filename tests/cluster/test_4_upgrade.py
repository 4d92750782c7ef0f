"""An upgrade with users on it, backup and restore, and the end: what stays and what goes."""

from __future__ import annotations

import ssl
import subprocess

import pytest
import yaml

from tests.browser import screens
from tests.cluster import visit
from tests.cluster.kube import get, helm, kubectl
from tests.cluster.platform import EXAMPLE
from tests.cluster.site import HOST, tag
from tests.cluster.web import is_running, log_in, start_server
from tests.guide import commands
from tests.waiting import wait_for

_KEEP = "helm.sh/resource-policy"


def secrets(platform):
    """What the release's secrets hold, but those of helm."""
    found = get("secrets", "--namespace", platform.release)["items"]
    return {each["metadata"]["name"]: each["data"] for each in found if not each["type"].startswith("helm.sh")}


def test_an_upgrade_leaves_secrets_logins_and_kernels_as_they_are(page, platform):
    visit.open_lab(page, platform)
    screens.open_notebook(page)
    screens.run_cell(page, "import time\nfor i in range(40):\n    time.sleep(1)\nprint('all', i + 1)")
    before, pod = secrets(platform), platform.server_pod("demo")["metadata"]["uid"]
    platform.upgrade("--set-json", 'hub.announcement={"en":"Upgraded","zh":"已升级"}')
    assert secrets(platform) == before
    screens.output(page, "all 40", seconds=90)
    assert platform.server_pod("demo")["metadata"]["uid"] == pod
    page.goto(f"{platform.site.url}/hub/home")
    page.get_by_text("Upgraded").wait_for()
    page.locator("[data-server=''][data-state=running]").wait_for()


def test_with_a_wildcard_host_the_pages_of_each_user_have_a_host_of_their_own(page, platform):
    platform.stop_servers()
    platform.upgrade("--set", f"hub.subdomainHost={platform.site.url}")
    try:
        visit.open_lab(page, platform, "both", reset=False)
        assert page.url.startswith(f"https://both.{HOST}/user/both/lab")
        screens.open_notebook(page)
        screens.run_cell(page, "print(6 * 7)")
        screens.output(page, "42")
        read = "fetch('HUB/hub/home').then(() => 'read', () => 'refused')".replace("HUB", platform.site.url)
        assert page.evaluate(read) == "refused"
        own = "{headers: {'X-XSRFToken': document.cookie.match(/_xsrf=([^;]+)/)[1]}}"
        assert page.evaluate(f"fetch('/user/both/api/status', {own}).then((answer) => answer.status)") == 200
    finally:
        platform.stop_servers()
        platform.upgrade()


@pytest.fixture
def desk(platform, tmp_path):
    """What an administrator has at hand, and a way to run the commands that follow some words of docs/admin.md."""
    values = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    values["images"]["tag"] = tag()
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    (tmp_path / "dist").symlink_to(platform.chart.parent)

    def run(after, **names):
        script = commands(after)
        for written, meant in names.items():
            assert written.replace("_", "-") in script
            script = script.replace(written.replace("_", "-"), meant)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr

    run.folder = tmp_path
    return run


def bindings(platform):
    """Names and whom they belong to, as the hub's database has them."""
    program = (
        "import sqlite3; print(sorted(sqlite3.connect('/srv/jupyterhub/jupyterhub.sqlite').execute("
        "'select name, sso_id from daisy_sso_bindings')))"
    )
    return platform.in_hub(program)


def logins_work(platform, client=None):
    """Whether somebody gets to the home page, with a new login where none is given."""
    found = (client or log_in(platform, "demo")).get(f"{platform.site.url}/hub/home", timeout=20, allow_redirects=False)
    return found.status_code == 200


def test_a_backup_brings_back_who_a_name_belongs_to(platform, desk):
    known = bindings(platform)
    assert "('demo', '501')" in known
    desk("Of the platform:")
    assert "cookie-secret" in (desk.folder / "secrets.yaml").read_text()
    assert yaml.safe_load((desk.folder / "values.yaml").read_text())["sso"]["clientId"] == "daisy-test"
    desk("To put the database back, while servers go on:")
    wait_for(lambda: logins_work(platform), 60)
    assert bindings(platform) == known


def test_a_secret_is_renewed_everybody_logs_in_again_and_servers_go_on(platform, desk):
    client, before = log_in(platform, "demo"), secrets(platform)
    start_server(platform, client, "demo")
    wait_for(lambda: is_running(platform, client), 120)
    pod = platform.server_pod("demo")["metadata"]["uid"]
    desk("To renew one that the chart made")
    kubectl("rollout", "status", "deploy/hub", "--namespace", platform.release)
    now = secrets(platform)
    assert now["hub"].pop("cookie-secret") != before["hub"].pop("cookie-secret")
    assert now == before
    wait_for(lambda: logins_work(platform), 60)
    assert not logins_work(platform, client)
    assert is_running(platform, log_in(platform, "demo"))
    assert platform.server_pod("demo")["metadata"]["uid"] == pod


def test_a_certificate_is_exchanged(platform, desk):
    certificate, key = platform.site.authority.certificate(HOST, f"*.{HOST}")
    (desk.folder / "tls.crt").write_text(certificate)
    (desk.folder / "tls.key").write_text(key)
    desk("A new certificate:", daisy_tls="daas-tls")
    kubectl("rollout", "status", "deploy/proxy", "--namespace", platform.release)
    address, _, port = platform.addresses()[0].partition(":")
    wait_for(lambda: ssl.get_server_certificate((address, int(port))).strip() == certificate.strip(), 60)


def test_an_upgrade_that_is_no_good_is_rolled_back(platform):
    platform.upgrade("--set-json", 'hub.announcement={"en":"No good","zh":"有误"}')
    helm("rollback", platform.release, "--namespace", platform.release, "--wait", "--timeout", "3m")
    wait_for(lambda: logins_work(platform), 60)
    settings = get("configmap", "hub", "--namespace", platform.release)["data"]["settings.yaml"]
    assert "No good" not in settings


def test_an_uninstall_leaves_claims_and_nothing_else(platform):
    platform.uninstall()
    left = get("all,secrets,configmaps,networkpolicies,roles,rolebindings,jobs", "--namespace", platform.users)["items"]
    names = {f"{each['kind']}/{each['metadata']['name']}" for each in left}
    assert names <= {"ConfigMap/kube-root-ca.crt"}
    claims = {each["metadata"]["name"] for each in get("pvc", "--namespace", platform.users)["items"]}
    assert {"homes", "experiments", "results"} <= claims
    kinds = "all,networkpolicies,roles,rolebindings,jobs,pvc"  # pods may take some seconds to end
    wait_for(lambda: get(kinds, "--namespace", platform.release)["items"] == [], 60)
    kinds = "clusterroles,clusterrolebindings,priorityclasses,validatingadmissionpolicies"
    everywhere = get(kinds, "--selector", f"release={platform.release}")
    assert everywhere["items"] == []
    assert platform.site.folder_of("homes", "demo").exists()


def test_a_new_release_takes_up_what_was_left(platform):
    (platform.site.folder_of("homes", "demo") / "kept").touch()
    platform.install()
    client = log_in(platform, "demo")  # no browser: it would look for the proxy where it was before
    start_server(platform, client, "demo")
    wait_for(lambda: "kept" in platform.in_server("demo", "ls", "-a", "/home/demo", check=False))
