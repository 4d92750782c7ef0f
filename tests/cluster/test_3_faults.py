"""What breaks, and what its users see: each fault that one node can show."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser import screens
from tests.cluster import visit
from tests.cluster.kube import apply, get, kubectl, wait_gone
from tests.cluster.site import SSO
from tests.cluster.web import log_in
from tests.disks import fill
from tests.waiting import wait_for


def begin(page, platform, user="demo", profile="cpu"):
    """Log in and ask for a server, without waiting for it."""
    visit.log_in(page, platform, user)
    page.wait_for_url(f"{platform.site.url}/**")
    page.goto(f"{platform.site.url}/hub/spawn")
    screens.choose(page, profile)


@pytest.fixture
def no_servers(platform):
    """Nothing runs before, and nothing after."""
    platform.stop_servers()
    yield
    platform.stop_servers()


def is_another(platform, uid):
    """Whether another hub than that one answers."""
    pods = get("pods", "--namespace", platform.release, "--selector", "component=hub")["items"]
    return any(
        pod["metadata"]["uid"] != uid and (pod["status"].get("containerStatuses") or [{}])[0].get("ready")
        for pod in pods
    )


def test_a_hub_that_is_killed_comes_back_and_a_kernel_has_computed_on(page, platform, no_servers):
    visit.open_lab(page, platform)
    screens.open_notebook(page)
    screens.run_cell(page, "import time, pathlib\nfor i in range(30):\n    time.sleep(1)\nprint('all', i + 1)")
    before, hub = platform.server_pod("demo")["metadata"]["uid"], platform.hub()["metadata"]["uid"]
    killed = time.monotonic()
    platform.kill_hub()
    wait_for(lambda: is_another(platform, hub), 60, lambda: "another hub")
    log_in(platform, "other")
    platform.seconds["hub killed until logins work again"] = time.monotonic() - killed
    screens.output(page, "all 30", seconds=60)
    assert platform.server_pod("demo")["metadata"]["uid"] == before
    page.goto(f"{platform.site.url}/hub/home")
    page.locator("[data-server=''][data-state=running]").wait_for()
    assert platform.seconds["hub killed until logins work again"] <= 8


def test_while_the_single_sign_on_is_down_open_sessions_go_on_and_logins_get_a_page(
    page, new_page, platform, no_servers
):
    visit.open_lab(page, platform)
    kubectl("delete", "pod", "sso", "--namespace", SSO, "--grace-period=0", "--force")
    wait_gone("pod", "sso", "--namespace", SSO)
    try:
        screens.open_notebook(page)
        screens.run_cell(page, "print(6 * 7)")
        screens.output(page, "42")
        page.goto(f"{platform.site.url}/hub/home")
        page.locator("[data-server=''][data-state=running]").wait_for()
    finally:
        platform.site.start_sso()


def unusable(platform, **profile):
    """The release with one profile changed; no pod waits for its image."""
    words = [f"--set-json=profiles[0].{key}={value}" for key, value in profile.items()]
    platform.upgrade("--set", "prePuller.continuous.enabled=false", *words)


def test_a_home_that_is_missing_is_told_and_never_made(page, platform, no_servers):
    begin(page, platform, "homeless")
    assert "the folder /home/homeless is not there: ask your administrator to make it" in visit.sentence(page)
    assert not platform.site.folder_of("homes", "homeless").exists()
    assert platform.server_pod("homeless") is None


def test_a_home_of_somebody_else_is_told(page, platform, no_servers):
    home = platform.site.folder_of("homes", "nogroup")
    moved = platform.site.folder_of("homes", "homeless")
    home.rename(moved)
    try:
        begin(page, platform, "homeless")
        assert "the folder /home/homeless" in visit.sentence(page)
    finally:
        moved.rename(home)


def test_without_a_free_gpu_the_page_says_so_while_it_waits(page, platform, no_servers):
    taken = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "greedy", "namespace": SSO},
        "spec": {
            "terminationGracePeriodSeconds": 0,
            "containers": [
                {
                    "name": "greedy",
                    "image": get("pod", "sso", "--namespace", SSO)["spec"]["containers"][0]["image"],
                    "command": ["sleep", "infinity"],
                    "resources": {"limits": {"nvidia.com/gpu": "2"}},
                }
            ],
        },
    }
    apply(taken)
    kubectl("wait", "pod/greedy", "--namespace", SSO, "--for=condition=Ready", "--timeout=60s")
    try:
        begin(page, platform, profile="ct-gpu")
        page.locator("#progress-message", has_text="no GPU is free: wait until somebody gives one back").wait_for()
    finally:
        kubectl("delete", "pod", "greedy", "--namespace", SSO, "--grace-period=0", "--force")
    page.wait_for_url("**/user/demo/**", timeout=60_000)


FINAL = {
    "an image that is missing": (
        {"image": '"localhost/nowhere:1"'},
        "the software of this profile is not there (localhost/nowhere:1)",
    ),
    "less memory than a server needs": (
        {"memory": '"100M"', "memoryGuarantee": '"50M"'},
        "your server was ended because its programs needed more than its 100 MB of memory",
    ),
    "a quota that is used up": ({"memory": '"900G"', "memoryGuarantee": '"900G"'}, "all that the platform may use"),
}
WAITING = {
    "no node with room": ({"cpu": "64", "cpuGuarantee": "64"}, "no computer has room for your server (cpu)"),
    "no node of its kind": ({"nodeSelector": '{"kind":"none"}'}, "no computer takes your server"),
}


@pytest.mark.parametrize("name", FINAL)
def test_what_waiting_does_not_help_is_said_at_once(page, platform, no_servers, name):
    change, words = FINAL[name]
    unusable(platform, **change)
    try:
        begun = time.monotonic()
        begin(page, platform)
        assert words in visit.sentence(page)
        assert time.monotonic() - begun < 30
    finally:
        platform.upgrade()


@pytest.mark.parametrize("name", WAITING)
def test_what_may_come_is_said_while_the_page_waits(page, platform, no_servers, name):
    change, words = WAITING[name]
    unusable(platform, **change)
    try:
        begin(page, platform)
        page.locator("#progress-message", has_text=words).wait_for()
    finally:
        platform.stop_servers()  # a hub that starts again looks for a server that was starting, for half a minute
        platform.upgrade()


def test_a_server_that_has_ended_is_told_where_its_user_looks_for_it(page, platform, no_servers):
    visit.open_lab(page, platform)
    # The child of the container's first process, as the kernel ends it where memory is short.
    program = "import os; os.kill(int(open('/proc/1/task/1/children').read().split()[0]), 9)"
    platform.in_server("demo", "python", "-c", program, check=False)
    told = page.locator("[data-server=''] [role=alert]", has_text="program ended")
    wait_for(
        lambda: page.goto(f"{platform.site.url}/hub/home") and told.count() == 1, 60, lambda: "the sentence on the page"
    )
    stopped = log_in(platform, "demo").get(f"{platform.site.url}/user/demo/lab", timeout=20)
    assert stopped.status_code == 424
    assert "program ended" in stopped.text


def test_a_run_on_a_storage_that_fills_up_stops_says_so_and_goes_on_when_there_is_room(platform, no_servers, page):
    visit.open_lab(page, platform, "other")
    results = platform.site.folder_of("results", "XRD-DEMO")
    platform.in_server("other", "sh", "-c", "daisy demo --rows 128 --columns 256 /tmp/scan.h5")
    run = "daisy run ct input=/tmp/scan.h5 output=/results/XRD-DEMO/full.h5 --memory 600MiB --resume"
    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(platform.in_server, "other", "daisy-entrypoint", "sh", "-c", run, check=False)
        wait_for(lambda: (results / "full.h5.part").exists(), 60)  # the run has asked whether there is room
        fill(results / "filler")
        assert "no space for /results/XRD-DEMO/full.h5" in running.result()
    (results / "filler").unlink()
    platform.in_server("other", "daisy-entrypoint", "sh", "-c", run)
    assert (results / "full.h5").exists()
