"""Handlers of the hub that JupyterHub does not have: the language switch and the administration."""

from __future__ import annotations

from typing import Any

from jupyterhub.handlers import BaseHandler
from jupyterhub.scopes import needs_scope
from jupyterhub.utils import get_browser_protocol, url_path_join
from tornado import web

from hub_config.pages.language import COOKIE, LANGUAGES
from hub_config.pages.notices import Notices


class LanguageHandler(BaseHandler):  # JupyterHub has no types
    """Remembers the language that a reader chose, logged in or not."""

    def post(self) -> None:
        """Set the cookie and go back; ``next`` may lead nowhere but to this hub."""
        language = self.get_body_argument("language", "")
        if language not in LANGUAGES:
            raise web.HTTPError(400, f"there are the languages {' and '.join(LANGUAGES)}")
        secure = get_browser_protocol(self.request) == "https"
        self.set_cookie(
            COOKIE, language, path=self.hub.base_url, expires_days=365, httponly=True, secure=secure, samesite="Lax"
        )
        self.redirect(self.get_next_url(default=url_path_join(self.hub.base_url, "home")))


class AdminPageHandler(BaseHandler):  # JupyterHub has no types
    """Who runs what; drain and announce. Needs what JupyterHub's own administration needs, for all servers."""

    def initialize(self, notices: Notices) -> None:
        """Take the notices that this page changes."""
        self._notices = notices

    @web.authenticated
    @needs_scope("admin-ui")
    @needs_scope("admin:servers")
    async def get(self) -> None:
        """Show the page."""
        html = await self.render_template("daisy_admin.html")
        self.finish(html)

    @web.authenticated
    @needs_scope("admin-ui")
    @needs_scope("admin:servers")
    def post(self) -> None:
        """Do what was asked for and show the page again."""
        action = self.get_body_argument("action", "")
        actions: dict[str, Any] = {
            "drain": lambda: self._notices.drain(self.db, True),
            "open": lambda: self._notices.drain(self.db, False),
            "announce": self._announce,
        }
        if action not in actions:
            raise web.HTTPError(400, f"there are the actions {', '.join(actions)}")
        actions[action]()
        self.log.info("%s of the administration by %s", action, self.current_user.name)
        self.redirect(url_path_join(self.hub.base_url, "daisy/admin"))

    def _announce(self) -> None:
        self._notices.announce(self.db, en=self.get_body_argument("en", ""), zh=self.get_body_argument("zh", ""))
