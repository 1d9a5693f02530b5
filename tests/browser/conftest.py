"""A real Chromium on the system, pages of two sizes, and a server with the test's database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from tests.building import factories as make
from tests.building.places import ROOT

# Playwright's own event loop runs in this thread; the database is not used from it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = Path(os.environ.get("VEKHA_PICTURES", ROOT / "var" / "pictures"))
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def keep(page: Page, name: str) -> None:
    """Keep a picture of the whole page for whoever wants to look at it."""
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless; started for each test.

    Playwright keeps an event loop in the main thread, and Django's connections are then others than
    before it: a browser that stayed open would change what later tests find in the database.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=QUIET, headless=True
        )
        yield browser
        connections.close_all()  # those of the loop; left open, they would hold the test database
        browser.close()


@pytest.fixture
def sign_in(chromium: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Opens a page for a person who signs in through the login form; all are closed at the end."""
    contexts = []

    def open_page(person, size: dict[str, int] = DESK) -> Page:
        context = chromium.new_context(viewport=size, base_url=live_server.url, locale="ru-RU")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto("/accounts/login/")
        page.fill("input[name=login]", person.username)
        page.fill("input[name=password]", make.PASSWORD)
        page.click("form:has(input[name=password]) button")
        page.wait_for_url(lambda url: "login" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo on the disk, as a phone has it."""
    path = tmp_path / "стенд.jpg"
    path.write_bytes(make.photo(size=(1600, 1200)).read())
    return path
