"""Templates and configuration without a hub."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from tornado.httputil import HTTPHeaders
from traitlets.config import Config

from hub_config.pages import configure_pages
from hub_config.pages.configure import TEMPLATES
from hub_config.pages.notices import Notice, Notices
from hub_config.pages.page import Page
from hub_config.profiles import options_from_form
from hub_config.settings import check_settings
from tests.hub_config.pages_hub import SETTINGS, words


class Handler:
    """What a page asks of JupyterHub's handler."""

    hub = SimpleNamespace(base_url="/hub/")
    parsed_scopes: tuple[str, ...] = ()
    settings = {"login_url": "/hub/login", "logout_url": "/hub/logout"}  # noqa: RUF012  # as tornado has it
    path_args: tuple[str, ...] = ()
    db: Session

    def __init__(self, uri: str = "/hub/home", method: str = "GET", user: Any = None) -> None:
        self.request = SimpleNamespace(uri=uri, path=uri.split("?")[0], method=method, headers=HTTPHeaders())
        self.current_user = user

    def get_cookie(self, name: str) -> None:
        return None

    def get_status(self) -> int:
        return 200

    def static_url(self, path: str) -> str:
        return f"/hub/static/{path}"


def configured(**hub: Any) -> tuple[Any, Notices]:
    c: Any = Config()
    return c, configure_pages(check_settings(SETTINGS | {"hub": hub}), c)


def render(template: str, session: Session, handler: Handler, **values: Any) -> str:
    """A page as JupyterHub renders it; a name that it does not know is a fault."""
    handler.db = session
    c, _ = configured()
    loader = jinja2.FileSystemLoader(c.JupyterHub.template_paths)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    given = {name: make(None) for name, make in c.JupyterHub.template_vars.items()}
    always = {"static_url": handler.static_url, "xsrf": "x5rf", "login_url": "/hub/login", "logout_url": "/hub/logout"}
    return environment.get_template(template).render(given | always | values)


def page(handler: Handler) -> Page:
    return Page(handler, check_settings(SETTINGS), Notice())


def test_the_login_page_names_the_single_sign_on(session: Session) -> None:
    names = {"login_service": "IHEP <SSO>", "authenticator_login_url": "/hub/oauth_login?next=", "login_error": None}
    html = render("login.html", session, Handler("/hub/login"), **names)
    assert "Sign in with IHEP &lt;SSO&gt;" in html
    assert 'href="/hub/oauth_login?next="' in html
    assert "password" not in html


def test_the_logout_page_says_that_servers_go_on(session: Session) -> None:
    html = render("logout.html", session, Handler("/hub/logout"))
    assert "You are logged out Servers that you left running go on." in words(html)
    assert 'href="/hub/login"' in html


def test_a_server_that_stops_is_looked_at_again(session: Session) -> None:
    user = SimpleNamespace(name="demo")
    html = render("stop_pending.html", session, Handler("/hub/spawn-pending/demo", user=user))
    assert "Your server is stopping" in words(html)
    assert "data-look-again" in html


@pytest.mark.parametrize(
    ("handler", "back"),
    [
        (Handler("/hub/spawn/demo/big?next=%2Fhub"), "/hub/spawn/demo/big?next=%2Fhub"),
        (Handler("/hub/spawn/demo", "POST"), "/hub/"),
        (Handler("/hub/oauth_callback?code=c0de"), "/hub/"),
        (Handler("/hub/error/503?url=x"), "/hub/"),
        (Handler("//evil.test/x"), "/evil.test/x"),
        (Handler("/\\evil.test/x"), "/%5Cevil.test/x"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.request.uri,
)
def test_the_language_switch_returns_to_pages_that_can_be_shown_again(handler: Handler, back: str) -> None:
    assert page(handler).next_url == back


@pytest.mark.parametrize(
    ("status", "user", "uri", "keys"),
    [
        (403, "demo", "/hub/x", ["button.home", "button.other"]),
        (403, None, "/hub/oauth_callback", ["button.other"]),
        (401, None, "/hub/x", ["button.other"]),
        (404, "demo", "/hub/x", ["button.home"]),
        (404, None, "/hub/x", ["button.log-in"]),
        (429, "demo", "/hub/spawn/demo", ["button.again", "button.home"]),
        (500, "demo", "/hub/x", ["button.again", "button.home"]),
        (502, None, "/hub/oauth_callback", ["button.log-in"]),
        (502, "demo", "/hub/oauth_callback?code=c0de", ["button.home"]),
        (503, "demo", "/hub/error/503", ["button.home"]),
    ],
)
def test_a_page_of_a_refusal_offers_what_helps(status: int, user: str | None, uri: str, keys: list[str]) -> None:
    buttons = page(Handler(uri, user=user)).buttons(status)
    assert [key for key, _ in buttons] == keys


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("HTTP 429: Too Many Requests (Try again in 1 minute.)", "Try again in 1 minute."),
        ("HTTP 403: Forbidden (no group (heps-ct) is yours)", "no group (heps-ct) is yours"),
        ("a sentence (as it is)", "a sentence (as it is)"),
        (None, ""),
    ],
)
def test_of_an_error_only_its_sentence_is_shown(message: str | None, sentence: str) -> None:
    assert page(Handler()).sentence(message) == sentence


def test_the_configuration_shows_a_form_and_reads_it() -> None:
    c, _ = configured()
    assert c.JupyterHub.template_paths == [str(TEMPLATES)]
    assert Path(c.JupyterHub.logo_file).is_file()
    assert c.Spawner.options_form
    assert c.Spawner.options_from_form is options_from_form
    assert [route for route, *_ in c.JupyterHub.extra_handlers] == [
        r"/daisy/static/(.*)",
        r"/daisy/language",
        r"/daisy/admin",
    ]


def test_the_settings_announcement_is_shown_until_an_administrator_writes_another(session: Session) -> None:
    _, notices = configured(announcement={"en": "Welcome", "zh": "欢迎"})
    assert [notices.now(session).announcement(language) for language in ("en", "zh")] == ["Welcome", "欢迎"]
    notices.announce(session, en="Closed", zh="")
    _, again = configured(announcement={"en": "Welcome", "zh": "欢迎"})
    assert [again.now(session).announcement(language) for language in ("en", "zh")] == ["Closed", "Closed"]


def spawner(free: int | None = None, state: dict[str, Any] | None = None) -> Any:
    """What the pages ask of a spawner of Kubernetes, whose server does not run."""
    return SimpleNamespace(
        name="",
        user_options={"profile": "gpu"},
        state=state,
        pending=None,
        ready=False,
        active=False,
        started=None,
        free_gpus=lambda: free,
    )


def person(of: Any) -> Any:
    """A user with this spawner."""
    record = SimpleNamespace(orm_spawners={})
    where = {"escaped_name": "demo", "server_url": lambda name: f"/user/demo/{name}"}
    return SimpleNamespace(name="demo", spawners={"": of}, orm_user=record, orm_spawners={"": of}, **where)


IN_GROUP = {"account": {"groups": ["heps-ct"]}}


@pytest.mark.parametrize(("free", "fact"), [(3, ("GPUs free now: 3",)), (0, ("GPUs free now: 0",)), (None, ())])
def test_the_card_of_a_profile_with_a_gpu_says_how_many_are_free_where_that_is_known(
    free: int | None, fact: tuple[str, ...]
) -> None:
    cards = {card.slug: card.facts for card in page(Handler()).cards(person(spawner(free)), "", IN_GROUP)}
    assert cards["gpu"] == ("16 cores", "128 GB memory", "1 GPU", *fact)
    assert not any("free" in each for each in cards["cpu"])


def test_why_a_server_has_ended_is_told_on_its_row_and_where_it_is_looked_for() -> None:
    state = {"ending": {"key": "out-of-memory", "values": {"value": "8 GB"}}}
    ended, shown = spawner(state=state), page(Handler())
    sentence = "your server was ended because its programs needed more than its 8 GB of memory: start it again with"
    row = shown.server(person(ended), ended)
    assert row.state == "stopped"
    assert row.ending is not None
    assert shown.told(row.ending).startswith(sentence)
    assert shown.ending(person(ended), "").startswith(sentence)


def test_a_server_that_was_stopped_has_no_ending() -> None:
    stopped, shown = spawner(state={}), page(Handler())
    assert shown.server(person(stopped), stopped).ending is None
    assert shown.ending(person(stopped), "") == ""


def test_a_database_that_is_away_is_told_and_not_called_a_fault(session: Session) -> None:
    gone = OperationalError("SELECT 1", {}, Exception("server closed the connection"))
    html = render("error.html", session, Handler("/hub/oauth_callback"), status_code=500, message="", exception=gone)
    assert "The platform's database does not answer" in words(html)
    assert "This is a fault of the platform" not in words(html)
