"""The page of an app: one document that loads the browser's part; pure."""

from __future__ import annotations

import hashlib
import html
import json
from functools import cache
from typing import Any

from widgets_apps.app import STATIC, built
from widgets_apps.apps import AppEntry

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""No script but our own files: what stands in a file's name or metadata runs nothing.

eval is left to those who drive a browser by a program, which wait for a page's state with it; no file of ours calls it.
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="static/daisy.svg?v={version}">
<link rel="stylesheet" href="static/page.css?v={version}">
</head>
<body>
<noscript>This page needs JavaScript. 此页面需要 JavaScript。</noscript>
<div id="daisy" data-config="{config}"></div>
<script type="module" src="static/page.js?v={version}"></script>
</body>
</html>
"""


def page(entry: AppEntry, *, start_url: str | None, home_url: str | None) -> str:
    """The document of an app. start_url: where a server that was stopped is started again; home_url: the way back."""
    config: dict[str, Any] = {"app": entry.name, "startUrl": start_url, "homeUrl": home_url}
    return _PAGE.format(
        title=html.escape(entry.title["en"]),
        version=version(),
        config=html.escape(json.dumps(config), quote=True),
    )


@cache
def version() -> str:
    """Changes with the browser's part, so that no browser shows an old one."""
    built("page.js")  # says what to do where it is missing
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
