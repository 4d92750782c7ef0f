"""An upgrade with users on it, backup and restore, and the end: what stays and what goes."""

from __future__ import annotations

import json

from tests.browser import screens
from tests.cluster import visit
from tests.cluster.kube import get, kubectl
from tests.cluster.site import HOST
from tests.cluster.web import changing, log_in
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
        visit.open_lab(page, platform, reset=False)
        assert page.url.startswith(f"https://demo.{HOST}/user/demo/lab")
        screens.open_notebook(page)
        screens.run_cell(page, "print(6 * 7)")
        screens.output(page, "42")
        read = "fetch('HUB/hub/home').then(() => 'read', () => 'refused')".replace("HUB", platform.site.url)
        assert page.evaluate(read) == "refused"
        own = "{headers: {'X-XSRFToken': document.cookie.match(/_xsrf=([^;]+)/)[1]}}"
        assert page.evaluate(f"fetch('/user/demo/api/status', {own}).then((answer) => answer.status)") == 200
    finally:
        platform.stop_servers()
        platform.upgrade()


DUMP = """
import sqlite3, sys
print("\\n".join(sqlite3.connect("file:/srv/jupyterhub/jupyterhub.sqlite?mode=ro", uri=True).iterdump()))
"""
PEOPLE = """
import json, sqlite3
rows = sqlite3.connect("/srv/jupyterhub/jupyterhub.sqlite").execute("select name, sso_id from daisy_sso_bindings")
print(json.dumps(sorted(rows)))
"""


def test_a_backup_brings_back_who_a_name_belongs_to(platform, tmp_path):
    """As docs/admin.md writes it: dump, put back into an empty database, start the hub."""
    dump = platform.in_hub(DUMP)
    people = json.loads(platform.in_hub(PEOPLE))
    assert ["demo", "501"] in people
    name = platform.hub()["metadata"]["name"]
    restore = (
        "import os, sqlite3, sys; path = '/srv/jupyterhub/restored.sqlite';"
        "sqlite3.connect(path).executescript(sys.stdin.read());"
        "os.replace(path, '/srv/jupyterhub/jupyterhub.sqlite')"
    )
    kubectl("exec", name, "-i", "--namespace", platform.release, "--", "python", "-c", restore, given=dump)
    platform.kill_hub()
    wait_for(lambda: log_in(platform, "demo").get(f"{platform.site.url}/hub/home", timeout=10).status_code == 200, 60)
    assert json.loads(platform.in_hub(PEOPLE)) == people


def test_an_uninstall_leaves_claims_and_nothing_else(platform):
    platform.uninstall()
    left = get("all,secrets,configmaps,networkpolicies,roles,rolebindings,jobs", "--namespace", platform.users)["items"]
    names = {f"{each['kind']}/{each['metadata']['name']}" for each in left}
    assert names <= {"ConfigMap/kube-root-ca.crt"}
    claims = {each["metadata"]["name"] for each in get("pvc", "--namespace", platform.users)["items"]}
    assert {"homes", "experiments", "results"} <= claims
    own = get("all,networkpolicies,roles,rolebindings,jobs,pvc", "--namespace", platform.release)["items"]
    assert own == []
    everywhere = get("clusterroles,clusterrolebindings,priorityclasses", "--selector", f"release={platform.release}")
    assert everywhere["items"] == []
    assert platform.site.folder_of("homes", "demo").exists()


def test_a_new_release_takes_up_what_was_left(platform):
    (platform.site.folder_of("homes", "demo") / "kept").touch()
    platform.install()
    client = log_in(platform, "demo")  # no browser: it would look for the proxy where it was before
    url = f"{platform.site.url}/hub/api/users/demo/server"
    asked = client.post(url, json={"profile": "cpu"}, headers=changing(platform, client), timeout=120)
    assert asked.status_code in (201, 202), asked.text
    wait_for(lambda: "kept" in platform.in_server("demo", "ls", "-a", "/home/demo", check=False))
