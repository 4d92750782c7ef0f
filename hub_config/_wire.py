"""The one way to ask the single sign-on: JSON or nothing, no redirects, one timeout, and no answer in any message."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httputil import HTTPInputError
from tornado.simple_httpclient import HTTPTimeoutError, SimpleAsyncHTTPClient

from hub_config._words import LoginError

_WHO = "the single sign-on"


def client() -> SimpleAsyncHTTPClient:
    """A client of its own: an SSO that hangs holds no connection of the hub's other work, and answers stay small."""
    return SimpleAsyncHTTPClient(force_instance=True, max_clients=200, max_body_size=1 << 20)


async def ask(http: Any, request: HTTPRequest, timeout: float) -> tuple[int, dict[str, Any]]:
    """Status (below 500) and JSON object of an answer, the object empty where an error brings none.

    Raises `SsoError` within ``timeout`` seconds: no answer, a redirect, a status of 500 or more, no JSON object.
    """
    request.follow_redirects = False
    request.connect_timeout = request.request_timeout = timeout
    try:
        async with asyncio.timeout(timeout):
            response = await http.fetch(request, raise_error=False)
    except (TimeoutError, HTTPTimeoutError):
        raise LoginError("silent", value=f"{timeout:g}") from None
    except (HTTPClientError, HTTPInputError, OSError):
        raise LoginError("unreachable") from None
    if response.code >= 500 or 300 <= response.code < 400:
        raise LoginError("status", who=_WHO, value=response.code)
    try:
        answer = json.loads(response.body)
    except ValueError:
        answer = None
    if isinstance(answer, dict):
        return response.code, answer
    if response.code >= 400:
        return response.code, {}
    raise LoginError("shape", who=_WHO, value="no JSON object")
