"""What can go wrong at the hub: each error is one sentence with the value, and the remedy.

HubError
├── SettingsError   the settings file
├── Refusal         a person is not let in, or may not have what was asked for (403)
└── SsoError        the single sign-on does not answer, or not as agreed (502)
"""

from __future__ import annotations


class HubError(Exception):
    """Base of all; ``error`` says what was wrong, ``remedy`` what to do. Neither ever holds a token.

    ``chinese`` is both in Chinese, for what users read; ``user`` is the name that the claims gave, for the events.
    """

    status = 500
    user = ""

    def __init__(self, error: str, remedy: str = "", chinese: str = "") -> None:
        self.error = error
        self.remedy = remedy
        self.chinese = chinese
        super().__init__(f"{error}: {self.remedy}" if self.remedy else error)


class SettingsError(HubError):
    """The settings are refused."""


class Refusal(HubError):
    """A person is not let in, or may not have what was asked for."""

    status = 403


class SsoError(HubError):
    """The single sign-on does not answer, or not as agreed."""

    status = 502
