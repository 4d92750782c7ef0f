"""Broker: the requests of one user to the Dask broker, by the standard library's HTTP."""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from daisy_kernel.broker.answers import Granted
from daisy_kernel.errors import ClusterError

URL = "DAISY_BROKER_URL"
_TOKEN = "JUPYTERHUB_API_TOKEN"  # noqa: S105 - the name of a variable
_SECONDS = 30
_LARGEST = 64 << 20  # bytes of an answer: 200 clusters of some hundred pods are far below


def is_offered() -> bool:
    """Whether this machine has a broker."""
    return bool(os.environ.get(URL))


class Broker:
    """Asks for clusters, with the token of the user's own server. Errors: ClusterError with the broker's sentence."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token
        # No proxy gets to see the token, and no redirect takes it elsewhere.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)

    @classmethod
    def from_environment(cls) -> Broker:
        """The broker that the hub named to this server."""
        url, token = os.environ.get(URL, ""), os.environ.get(_TOKEN, "")
        if not url:
            raise ClusterError(
                "there is no broker for workers here", remedy="start them on this machine: Cluster(), or --workers"
            )
        if not token:
            raise ClusterError(f"{_TOKEN} is not set", remedy="start from a server of the platform")
        return cls(url, token)

    def __repr__(self) -> str:
        return f"Broker({self._url!r})"

    def clusters(self) -> list[Granted]:
        """The user's clusters, without certificates."""
        return [self._granted(each) for each in self._ask("GET", "clusters").get("clusters", [])]

    def create(self, workers: int) -> Granted:
        """Ask for a cluster of so many workers."""
        return self._granted(self._ask("POST", "clusters", {"workers": workers}))

    def get(self, name: str) -> Granted:
        """A cluster as it is now."""
        return self._granted(self._ask("GET", f"clusters/{name}"))

    def scale(self, name: str, workers: int, retired: Sequence[str] = ()) -> Granted:
        """Change the number of workers; `retired` are those that go where it falls."""
        body = {"workers": workers, **({"retired": list(retired)} if retired else {})}
        return self._granted(self._ask("PATCH", f"clusters/{name}", body))

    def note_activity(self, name: str) -> None:
        """Say that a cluster is in use."""
        self._ask("PUT", f"clusters/{name}/activity")

    def delete(self, name: str) -> None:
        """End a cluster; nothing happens where it is gone."""
        try:
            self._ask("DELETE", f"clusters/{name}")
        except ClusterError as error:
            if not error.is_gone:
                raise

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the hub's own address
            f"{self._url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self._token}", "Content-Type": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                text = answer.read(_LARGEST)
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise ClusterError(
                f"the broker at {self._url} does not answer ({type(error).__name__})", remedy="try again in a minute"
            ) from None
        try:
            found = json.loads(text or b"{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ClusterError(f"the broker at {self._url} gives no JSON object", remedy="ask its administrator")
        return found

    def _granted(self, said: Any) -> Granted:
        try:
            return Granted.of(said)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise ClusterError(
                f"the broker at {self._url} says nothing of a cluster ({type(error).__name__}: {error})",
                remedy="ask its administrator",
            ) from None


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _refusal(error: urllib.error.HTTPError) -> ClusterError:
    """The broker's own sentence; where it has none, its status."""
    with error:
        try:
            said = json.loads(error.read(_LARGEST))["error"]
            words = {str(language): str(text) for language, text in said["message"].items()}
            return ClusterError(words["en"], status=error.code, words=words)
        except (ValueError, LookupError, TypeError, AttributeError, OSError):
            return ClusterError(
                f"the broker refused the request ({error.code} {error.reason})",
                remedy="start the server again" if error.code in (401, 403) else "try again in a minute",
                status=error.code,
            )
