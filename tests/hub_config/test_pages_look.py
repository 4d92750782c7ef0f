"""The pages in a real browser, and the colours of their style sheet."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.hub_config.pages_hub import Hub, running_hub

CHROMIUM = Path("/usr/bin/chromium")
CSS = Path(__file__).parents[2] / "hub_config/pages/static/daisy.css"
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no chromium")

# Text on its background needs 4.5:1, the border of what can be operated and its focus 3:1 (WCAG 2.2, 1.4.3, 1.4.11).
TEXT = [
    ("ink", "paper"),
    ("ink", "panel"),
    ("ink", "tint"),
    ("ink", "info"),
    ("ink", "warning"),
    ("ink", "error"),
    ("soft", "paper"),
    ("soft", "panel"),
    ("soft", "tint"),
    ("accent", "paper"),
    ("accent", "panel"),
    ("on-deep", "deep"),
    ("on-accent", "accent"),
]
EDGES = [("edge", "paper"), ("edge", "panel"), ("accent", "panel"), ("focus", "paper"), ("focus", "panel")]
EDGES += [("good", "panel"), ("accent", "tint")]


def colours(scheme: str) -> dict[str, str]:
    """The custom properties of the style sheet that are colours."""
    light, dark = re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8"), flags=re.DOTALL)
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", light if scheme == "light" else dark))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), [(*p, 4.5) for p in TEXT] + [(*p, 3.0) for p in EDGES])
def test_colours_are_far_enough_apart(scheme: str, front: str, back: str, least: float) -> None:
    known = colours(scheme)
    one, other = sorted((luminance(known[front]), luminance(known[back])))
    assert (other + 0.05) / (one + 0.05) >= least


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield browser
        browser.close()


def person(hub: Hub, chromium: Browser, name: str, complaints: list[str], **options: str) -> Page:
    """Log in; what the browser complains about (scripts, policy) is collected."""
    page = chromium.new_context(**{"locale": "en-US"} | options).new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{hub.url}/hub/login")
    page.fill("#username_input", name)
    page.fill("#password_input", hub.password)
    page.press("#password_input", "Enter")
    page.wait_for_url("**/hub/spawn*")
    return page


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "locale"), [("light", "en-US"), ("dark", "zh-CN")])
def test_nothing_is_wider_than_the_screen(hub: Hub, chromium: Browser, scheme: str, locale: str) -> None:
    complaints: list[str] = []
    page = person(hub, chromium, "boss", complaints, color_scheme=scheme, locale=locale)
    for path in ("home", "spawn", "daisy/admin", "token", "error/503"):
        page.goto(f"{hub.url}/hub/{path}")
        for width in (320, 768, 1280, 2560):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide on {width}"
    assert complaints == []


@needs_chromium
@pytest.mark.slow
def test_a_server_is_chosen_and_followed_by_keyboard_alone(hub: Hub, chromium: Browser) -> None:
    complaints: list[str] = []
    page = person(hub, chromium, "demo", complaints)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("input[value=cpu]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[value=gpu]")).to_be_checked()
    with hub.held():
        page.keyboard.press("Enter")
        page.wait_for_url("**/hub/spawn-pending/demo")
        expect(page.locator("#progress-message")).to_have_text("Your server's program is starting")
        expect(page.locator("[data-elapsed]")).to_have_text(re.compile(r"\d+ s"))
        home = page.context.new_page()
        home.goto(f"{hub.url}/hub/home")
        expect(home.locator(".state")).to_have_text("Starting")
        page.close()
    expect(home.locator(".state")).to_have_text("Running", timeout=15_000)
    home.get_by_role("button", name="Stop My server").press("Enter")
    expect(home.locator(".state")).to_have_text("Stopped", timeout=15_000)
    home.goto(f"{hub.url}/hub/spawn")
    expect(home.locator("input[value=gpu]")).to_be_checked()
    assert complaints == []


@needs_chromium
@pytest.mark.slow
def test_a_start_can_be_stopped_while_it_is_under_way(hub: Hub, chromium: Browser) -> None:
    complaints: list[str] = []
    page = person(hub, chromium, "other", complaints)
    with hub.held():
        page.get_by_role("button", name="Start").click()
        page.wait_for_url("**/hub/spawn-pending/other")
        page.get_by_role("button", name="Stop the start").click()
        page.wait_for_url("**/hub/home", timeout=15_000)
    expect(page.locator(".state")).to_have_text("Stopped", timeout=15_000)
    assert complaints == []


@needs_chromium
@pytest.mark.slow
def test_a_named_server_is_made_and_removed_on_the_home_page(hub: Hub, chromium: Browser) -> None:
    complaints: list[str] = []
    page = person(hub, chromium, "namer", complaints)
    page.goto(f"{hub.url}/hub/home")
    page.fill("#new-server", "Not a Name")
    page.press("#new-server", "Enter")
    assert page.url.endswith("/hub/home")
    page.fill("#new-server", "two-theta")
    page.press("#new-server", "Enter")
    page.wait_for_url("**/hub/spawn/namer/two-theta")
    page.goto(f"{hub.url}/hub/home")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="Remove two-theta").click()
    expect(page.locator(".server")).to_have_count(1)
    assert asked == ["Remove the server two-theta from this list? Your files stay."]
    assert complaints == []


@needs_chromium
@pytest.mark.slow
def test_the_language_is_changed_on_the_page(hub: Hub, chromium: Browser) -> None:
    complaints: list[str] = []
    page = person(hub, chromium, "demo", complaints)
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("启动服务器")
    assert page.url.endswith("/hub/spawn")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Start a server")
    assert complaints == []
