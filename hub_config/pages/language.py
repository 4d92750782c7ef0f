"""Language: English or Chinese, by the reader's choice, else by what the browser asks for."""

from __future__ import annotations

from typing import Any, Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
COOKIE = "daisy-language"


def choose(cookie: str | None, accept: str | None) -> Language:
    """The language of a page.

    ``cookie`` is the choice made on a page, ``accept`` the browser's Accept-Language (RFC 9110, 12.5.4). The first
    of the highest weight wins; a language that is not there leaves English.

    >>> choose(None, "de;q=0.9, zh-CN;q=0.8, en;q=0.5"), choose("en", "zh"), choose("xx", None)
    ('zh', 'en', 'en')
    """
    for language in LANGUAGES:
        if cookie == language:
            return language
    weighted: list[tuple[float, Language]] = []
    for part in (accept or "")[:500].split(","):
        name, _, weight = part.strip().partition(";")
        base = name.lower().split("-")[0]
        weighted.extend((_weight(weight), language) for language in LANGUAGES if language == base)
    best = max((weight for weight, _ in weighted), default=0.0)
    return next((language for weight, language in weighted if weight == best > 0), "en")


def language_of(handler: Any) -> Language:
    """The language of whoever sent a request."""
    return choose(handler.get_cookie(COOKIE), handler.request.headers.get("Accept-Language"))


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return min(float(value), 1.0) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
