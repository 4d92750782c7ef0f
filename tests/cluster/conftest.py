"""The platform on the cluster, installed once, and a browser that finds it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import platform_process
from tests.cluster.platform import Platform, installed
from tests.cluster.site import ROOT

CLUSTER = Path(os.environ.get("DAISY_CLUSTER", ROOT.parent / "shared" / "cluster"))
_PLATFORM = pytest.StashKey[Platform]()


def cluster_words() -> dict[str, str]:
    """The environment in which kubectl and helm find the cluster; nothing where there is none.

    The test cluster's own programs lie beside the folder of its kubeconfig.
    """
    kubeconfig = os.environ.get("KUBECONFIG", "")
    if not kubeconfig and (CLUSTER / "up").exists():
        kubeconfig = subprocess.run([CLUSTER / "up"], capture_output=True, text=True, check=True).stdout.split()[-1]
    if not kubeconfig:
        return {}
    return {"KUBECONFIG": kubeconfig, "PATH": f"{_state(kubeconfig) / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _state(kubeconfig: str) -> Path:
    """The folder of the test cluster."""
    return Path(kubeconfig).parents[1]


def reason_not_to_run() -> str:
    """Why there is no cluster to try; empty where there is one."""
    if os.environ.get("DAISY_CLUSTER_TESTS") != "1":
        return "make test-cluster runs these"
    return "" if "KUBECONFIG" in os.environ else "there is neither KUBECONFIG nor a test cluster"


def pytest_collection_modifyitems(items):
    """Nothing of this folder runs without a cluster."""
    reason = reason_not_to_run()
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.slow)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter):
    """The line that scripts look for."""
    ours = [
        report
        for kind in ("passed", "failed", "error")
        for report in terminalreporter.stats.get(kind, [])
        if "tests/cluster/" in report.nodeid and (report.when == "call" or kind != "passed")
    ]
    if os.environ.get("DAISY_CLUSTER_TESTS") != "1":
        return
    if reason := reason_not_to_run():
        terminalreporter.write_line(f"cluster: NOT RUN, {reason}")
        return
    found = terminalreporter.config.stash.get(_PLATFORM, None)
    for what, seconds in found.seconds.items() if found else ():
        terminalreporter.write_line(f"{what}: {seconds:.1f} s")
    if found and _is_kept():
        terminalreporter.write_line(f"READY {json.dumps(found.ready())}")
    failed = sum(report.outcome == "failed" for report in ours)
    terminalreporter.write_line(f"cluster: {len(ours) - failed} passed, {failed} failed")


@pytest.fixture(scope="session")
def platform(pytestconfig):
    """The release, installed for this session; KEEP=1 leaves it."""
    found = installed(_state(os.environ["KUBECONFIG"]) / "daas-tests-storage")
    pytestconfig.stash[_PLATFORM] = found
    yield found
    if not _is_kept():
        found.site.remove()


def _is_kept() -> bool:
    """Whether the release is left when the tests have ended."""
    return os.environ.get("KEEP") == "1"


@pytest.fixture(scope="module")
def browser(platform):
    """A browser that finds the platform's names and trusts its certificates."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not installed"
    rules = f"--host-resolver-rules={platform.resolver_rules()}"
    with sync_api.sync_playwright() as playwright:
        args = [*platform_process.BROWSER_ARGS, rules, "--ignore-certificate-errors"]
        launched = playwright.chromium.launch(executable_path=chromium, args=args)
        yield launched
        launched.close()


@pytest.fixture
def new_page(browser, tmp_path):
    """Makes pages of new persons at the screen."""
    contexts = []

    def make():
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", ignore_https_errors=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    yield make
    for number, context in enumerate(contexts):
        for each in context.pages:
            each.screenshot(path=tmp_path / f"last-seen-{number}.png")
        context.close()


@pytest.fixture
def page(new_page):
    """A page of a new person at the screen."""
    return new_page()
