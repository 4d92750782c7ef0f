from collections.abc import Iterator
from copy import deepcopy
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hub_config._words import StartRefusal
from hub_config.pages.notices import Notice, Notices
from tests.hub_config.pages_hub import Hub, running_hub, words
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest.mark.parametrize("user", ["", "demo"])
def test_who_is_no_administrator_neither_sees_nor_changes_anything(hub: Hub, user: str) -> None:
    browser = hub.browser(user)
    browser.get("/hub/login")
    page = browser.get("/hub/daisy/admin")
    answer = browser.post("/hub/daisy/admin", {"action": "announce", "en": "taken over"})
    assert answer.status_code == 403
    assert "Who runs what" not in page.text + answer.text
    assert "taken over" not in browser.get("/hub/login").text
    hub.wait_for_refusal(user, "the administration is for administrators")


def test_an_administrator_sees_who_runs_what(hub: Hub) -> None:
    demo, boss = hub.browser("demo"), hub.browser("boss")
    assert "No server is running." in words(boss.get("/hub/daisy/admin").text)
    demo.post("/hub/spawn/demo/big", {"profile": "gpu"}, allow_redirects=False)
    wait_for(lambda: "big Running" in words(boss.get("/hub/daisy/admin").text))
    page = boss.get("/hub/daisy/admin")
    assert "demo big Running Tomography" in words(page.text)
    assert 'data-delete="/hub/api/users/demo/servers/big"' in page.text
    assert "Administration" not in words(demo.get("/hub/home").text)


def test_a_drained_hub_starts_nothing_and_says_so_until_it_is_open_again(hub: Hub) -> None:
    other, boss = hub.browser("other"), hub.browser("boss")
    chinese = hub.browser("other", "zh")
    assert "No new servers start. Running ones go on." in words(boss.post("/hub/daisy/admin", {"action": "drain"}).text)
    page = other.get("/hub/spawn").text
    assert "No new servers start at the moment" in words(page)
    assert 'class="primary large" disabled' in page
    refused = other.post("/hub/spawn", {"profile": "cpu"})
    assert refused.status_code == 503
    assert "The server was not started No new servers start at the moment" in words(refused.text)
    assert "服务器未启动 平台维护中" in words(chinese.post("/hub/spawn", {"profile": "cpu"}).text)
    assert hub.events()[-1]["event"] == "refusal"
    assert "New servers may start." in words(boss.post("/hub/daisy/admin", {"action": "open"}).text)
    other.post("/hub/spawn", {"profile": "cpu"}, allow_redirects=False)
    wait_for(lambda: "My server Running" in words(other.get("/hub/home").text))


def test_an_announcement_stands_on_every_page_as_text(hub: Hub) -> None:
    boss = hub.browser("boss")
    boss.post("/hub/daisy/admin", {"action": "announce", "en": "<b>Down</b> on Monday", "zh": "周一停机"})
    for path in ("/hub/login", "/hub/nothere"):
        assert "&lt;b&gt;Down&lt;/b&gt; on Monday" in hub.browser().get(path).text
        assert "周一停机" in hub.browser(language="zh").get(path).text
    assert "on Monday" in boss.get("/hub/token").text
    boss.post("/hub/daisy/admin", {"action": "announce", "en": "", "zh": ""})
    assert "note-info" not in hub.browser().get("/hub/login").text


def test_an_action_that_is_not_there_is_refused(hub: Hub) -> None:
    answer = hub.browser("boss").post("/hub/daisy/admin", {"action": "explode"})
    assert answer.status_code == 400
    assert "there are the actions drain, open, announce" in words(answer.text)


def test_notices_outlive_the_hub(session: Session, url: str) -> None:
    before = Notices(Notice(en="from the settings"))
    assert before.now(session).announcement("zh") == "from the settings"
    before.drain(session, True)
    before.announce(session, en=" Down on Monday\n", zh="")
    engine = create_engine(url)
    with Session(engine) as of_the_next:
        after = Notices(Notice(en="from the settings")).now(of_the_next)
    engine.dispose()
    assert after == Notice(drained=True, en="Down on Monday", zh="")
    assert after.announcement("en") == after.announcement("zh") == "Down on Monday"


def test_an_announcement_that_was_taken_away_does_not_come_back_from_the_settings(session: Session) -> None:
    Notices(Notice(en="from the settings")).announce(session, en="", zh="")
    assert Notices(Notice(en="from the settings")).now(session).announcement("en") == ""


def test_what_could_not_be_kept_is_not_in_force(session: Session) -> None:
    notices = Notices()
    notices.drain(session, True)
    session.execute(text("DROP TABLE daisy_notices"))
    with pytest.raises(OperationalError, match="no such table: daisy_notices"):
        notices.drain(session, False)
    session.rollback()
    assert notices.now(session).drained


def test_all_who_hold_the_notices_see_the_same(session: Session) -> None:
    notices = Notices()
    deepcopy(notices).drain(session, True)
    with pytest.raises(StartRefusal, match="no new servers start at the moment"):
        notices.refuse_when_drained(SimpleNamespace(user=SimpleNamespace(db=session)))
