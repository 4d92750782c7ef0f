"""From settings to what JupyterHub is told about pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from jupyterhub.handlers.static import CacheControlStaticFilesHandler

from hub_config.pages.handlers import AdminPageHandler, LanguageHandler
from hub_config.pages.notices import Notice, Notices
from hub_config.pages.page import STATIC, Page
from hub_config.profiles import options_from_form
from hub_config.settings import Settings

TEMPLATES = Path(__file__).with_name("templates")


def configure_pages(settings: Settings, c: Any) -> Notices:
    """Put our templates, files and handlers onto the traitlets configuration ``c``.

    The notices are returned: their ``refuse_when_drained`` is a check before a server starts.
    """
    default = Notice(en=settings.hub.announcement.get("en", ""), zh=settings.hub.announcement.get("zh", ""))
    notices = Notices(default)
    c.JupyterHub.template_paths = [str(TEMPLATES)]
    c.JupyterHub.template_vars = {"daisy": lambda _user: page_maker(settings, notices)}
    c.JupyterHub.logo_file = str(STATIC / "daisy.svg")
    c.JupyterHub.extra_handlers = [
        (r"/daisy/static/(.*)", CacheControlStaticFilesHandler, {"path": str(STATIC)}),
        (r"/daisy/language", LanguageHandler),
        (r"/daisy/admin", AdminPageHandler, {"notices": notices}),
    ]
    # JupyterHub shows the spawn page where there is a form at all; the form itself is in our template.
    c.Spawner.options_form = "profiles"
    c.Spawner.options_from_form = options_from_form
    return notices


def page_maker(settings: Settings, notices: Notices) -> Callable[[jinja2.runtime.Context], Page]:
    """What templates call as ``daisy()`` to get their `Page`."""

    @jinja2.pass_context
    def daisy(context: jinja2.runtime.Context) -> Page:
        # JupyterHub gives a template no request; its static_url is a method of the request's handler.
        handler = context["static_url"].__self__
        return Page(handler, settings, notices.now(handler.db))

    return daisy
