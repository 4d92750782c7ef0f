"""From a release of an earlier chart, with its values and an older hub's tables, while people work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import screens
from tests.cluster import visit
from tests.cluster.older_hub import REVISION, make_older
from tests.cluster.test_4_upgrade import bindings, secrets
from tests.waiting import wait_for

EARLIER = Path(__file__).parent / "earlier"
NOW = """
import sqlite3
connection = sqlite3.connect("/srv/jupyterhub/jupyterhub.sqlite")
print(connection.execute("select version_num from alembic_version").fetchone()[0])
"""


@pytest.fixture(scope="module")
def earlier(platform):
    """A release of the earlier chart in the place of this one, before a browser learns its addresses."""
    platform.stop_servers()
    platform.uninstall()
    (archive,) = EARLIER.glob("daisy-daas-*.tgz")
    platform.install(chart=archive, values=EARLIER / "values.yaml")
    return platform


def test_an_earlier_release_is_upgraded_while_people_work(earlier, page):
    visit.open_lab(page, earlier)
    screens.open_notebook(page)
    screens.run_cell(page, "import time\nfor i in range(60):\n    time.sleep(1)\nprint('all', i + 1)")
    before, pod, people = secrets(earlier), earlier.server_pod("demo")["metadata"]["uid"], bindings(earlier)
    newest = earlier.in_hub(NOW)
    make_older(earlier, "sqlite:////srv/jupyterhub/jupyterhub.sqlite")
    assert earlier.in_hub(NOW).strip() == REVISION
    earlier.upgrade()
    assert (earlier.in_hub(NOW), bindings(earlier)) == (newest, people)
    kept = secrets(earlier)  # with keys that the earlier chart did not know
    assert all(data.items() <= kept[name].items() for name, data in before.items())
    screens.output(page, "all 60", seconds=120)
    assert earlier.server_pod("demo")["metadata"]["uid"] == pod
    page.goto(f"{earlier.site.url}/hub/home")
    page.locator("[data-server=''][data-state=running]").wait_for()
    assert "('demo', '501')" in people


def test_a_server_is_started_by_the_new_release(earlier, page):
    visit.open_lab(page, earlier, "other")
    wait_for(lambda: earlier.server_pod("other"))
