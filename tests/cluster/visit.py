"""What a person does on the platform of the cluster, in words."""

from __future__ import annotations

import time

from tests.browser import screens


def log_in(page, platform, user="demo"):
    """Give name and password to the single sign-on; returns when the button was pressed."""
    return screens.log_in(page, {"url": platform.site.url, "users": platform.site.passwords}, user)


def open_lab(page, platform, user="demo", profile="cpu", reset=True):
    """Log in, start a server, come to JupyterLab's launcher; seconds of each part.

    reset: whatever another visit left open is closed.
    """
    begun = log_in(page, platform, user)
    page.wait_for_url(f"{platform.site.url}/**")
    seconds = {}
    if "/user/" not in page.url:
        page.goto(f"{platform.site.url}/hub/spawn")
    if "/hub/spawn" in page.url and "pending" not in page.url:
        page.locator(f"input[name=profile][value={profile}]").wait_for()
        seconds["SSO to the spawn page"] = time.perf_counter() - begun
        begun = time.perf_counter()
        screens.choose(page, profile)
    page.wait_for_url("**/user/**", timeout=90_000)
    seconds["start of the pod and its server"] = time.perf_counter() - begun
    begun = time.perf_counter()
    if reset:
        page.goto(f"{platform.site.url}/user/{user}/lab?reset")
    screens.launcher(page).wait_for(timeout=60_000)
    seconds["JupyterLab to its launcher"] = time.perf_counter() - begun
    return seconds


def sentence(page):
    """What a page says of a refusal or a failed start."""
    found = page.locator("[role=alert]:visible").first
    found.wait_for(timeout=90_000)
    return found.inner_text()
