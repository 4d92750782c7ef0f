"""A WebSocket asked for by hand: tornado's client leaves the connection open where it is refused."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from contextlib import closing
from urllib.parse import urlsplit

_ASKED = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def upgraded(root: str, path: str, headers: Mapping[str, str]) -> int:
    """The status of the answer: 101 where the socket is opened."""
    with closing(http.client.HTTPConnection(urlsplit(root).netloc, timeout=30)) as connection:
        connection.request("GET", path, headers={**_ASKED, **headers})
        with connection.getresponse() as answer:
            return answer.status
