"""Requests to the platform's names from this machine, without a browser."""

from __future__ import annotations

import re

import requests
import urllib3
from requests.adapters import HTTPAdapter

from tests.cluster.site import HOST, SSO_HOST


class _ByAddress(HTTPAdapter):
    """Sends what is for a name to an address, as a name server would."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):
        """A connection to the address that is verified as the name."""
        name = re.match(r"https://([^/]+)", request.url)[1]
        host, port = self._address.split(":")
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return self.poolmanager.connection_from_host(
            host, int(port), "https", {"cert_reqs": "CERT_NONE", "server_hostname": name, "assert_hostname": False}
        )


def session(platform) -> requests.Session:
    """A client that finds the platform and its single sign-on."""
    found = requests.Session()
    found.verify = False
    found.trust_env = False
    found.headers["Accept"] = "text/html"
    proxy, sso = platform.addresses()
    for host in (HOST, *(f"{user}.{HOST}" for user in platform.site.passwords)):
        found.mount(f"https://{host}", _ByAddress(proxy))
    found.mount(f"https://{SSO_HOST}", _ByAddress(sso))
    return found


def log_in(platform, user: str) -> requests.Session:
    """A client that has logged in."""
    found = session(platform)
    form = found.get(f"{platform.site.url}/hub/login", timeout=20)
    found.post(form.url, data={"username": user, "password": platform.site.passwords[user]}, timeout=20)
    return found


def changing(platform, client: requests.Session) -> dict[str, str]:
    """Headers with which the hub's API takes a change from a page of its own."""
    client.get(f"{platform.site.url}/hub/home", timeout=20)  # which gives the cookie against forged requests
    token = next(cookie.value for cookie in client.cookies if cookie.name == "_xsrf" and cookie.path == "/hub/")
    return {"X-XSRFToken": token, "Referer": f"{platform.site.url}/hub/home", "Sec-Fetch-Site": "same-origin"}


def is_running(platform, client: requests.Session) -> bool:
    """Whether the home page offers to open one's server."""
    return 'data-state="running"' in client.get(f"{platform.site.url}/hub/home", timeout=20).text


def start_server(platform, client: requests.Session, user: str) -> None:
    """Start a user's server, as a program would that holds the cookies of a browser."""
    url = f"{platform.site.url}/hub/api/users/{user}/server"
    answer = client.post(url, json={"profile": "cpu"}, headers=changing(platform, client), timeout=120)
    assert answer.status_code in (201, 202), answer.text


def stop_server(platform, user: str) -> None:
    """Stop a user's server, as the button of the home page does."""
    client = log_in(platform, user)
    url = f"{platform.site.url}/hub/api/users/{user}/server"
    answer = client.delete(url, headers=changing(platform, client), timeout=60)
    assert answer.status_code in (202, 204), answer.text
