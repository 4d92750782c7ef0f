"""What a person does on the platform's pages, in words."""

from __future__ import annotations

import contextlib
import time


def log_in(page, platform, user="demo", password=None):
    """Open the platform and give name and password to the SSO; returns when the button was pressed."""
    page.goto(platform["url"])
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(password or platform["users"][user])
    pressed = time.perf_counter()
    page.locator("[type=submit]").click()
    return pressed


def choose(page, profile="machine"):
    """Start a server with a profile of the spawn page."""
    page.locator(f"input[name=profile][value={profile}]").check()
    page.locator("form:has(input[name=profile]) [type=submit]").click()


def open_lab(page, platform, user="demo"):
    """Log in and come to JupyterLab's launcher, whatever runs already."""
    log_in(page, platform, user)
    page.wait_for_url(f"{platform['url']}/**")
    if "/user/" not in page.url:
        page.goto(f"{platform['url']}/hub/spawn")
    if "/hub/spawn" in page.url:
        choose(page)
    page.wait_for_url("**/user/**", timeout=60_000)
    page.goto(f"{platform['url']}/user/{user}/lab?reset")  # nothing of another visit is open
    launcher(page).wait_for(timeout=60_000)


def launcher(page):
    """The launcher of JupyterLab."""
    return page.locator(".jp-Launcher").first


def stop_server(page):
    """On the home page: stop what runs, and wait until it has."""
    page.locator("[data-state=running] button[data-delete]").first.click()
    page.locator("[data-server=''][data-state=stopped]").wait_for(timeout=30_000)


def open_notebook(page):
    """A new notebook with the Daisy kernel."""
    page.locator(".jp-LauncherCard[title='Daisy']").first.click()
    page.locator(".jp-Notebook .cm-content").first.wait_for()
    page.get_by_text("Daisy | Idle").wait_for()  # before, Lab drops a cell that is run


def run_cell(page, text):
    """Write a cell at the notebook's end and run it."""
    cell = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-CodeCell").last
    cell.locator(".cm-content").click()
    page.keyboard.insert_text(text)
    page.keyboard.press("Shift+Enter")


def output(page, containing, seconds=60):
    """The output that holds a text."""
    found = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output", has_text=containing).last
    found.wait_for(timeout=seconds * 1000)
    return found


def until(condition, seconds=30):
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if condition():
                return
        time.sleep(0.1)
    raise AssertionError(f"it did not happen within {seconds} s")
