"""The pictures of the user guide, taken anew from the demonstration region.

    .venv/bin/python docs/guide/take_pictures.py [NAME …]

Starts a demonstration of its own in a temporary folder, signs in with each role in the system's
Chromium, and stores each picture of `SHOTS` (all, or the named ones) beside this file.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
# The browser's own words, on fields of dates and files, as readers have them: needs chromium-l10n.
RUSSIAN = {"LANG": "ru_RU.UTF-8", "LANGUAGE": "ru"}
PHONE, DESK = 390, 1280


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, from which page, by which links, at which width, and how much."""

    name: str
    login: str  # empty: a visitor
    path: str
    follow: tuple[str, ...] = ()  # CSS selectors of links to press, one after another
    width: int = DESK
    height: int = 800
    at: str = ""  # CSS selector of what stands in the middle; empty: the top of the page


TASK = "main a:text-is('{}')"  # the task of this name in a list
PETITION = "main table a[href^='/petitions/']"
SHOTS = (
    Shot("login", "", "/accounts/login/", height=520),
    Shot("citizen-plans", "", "/public/", height=640),
    Shot("citizen-plan", "", "/public/", ("main a[href^='/public/']",), height=820),
    Shot("citizen-sight", "", "/public/", ("header summary:has-text('слабовидящих')",), height=560),
    Shot("home", "executor", "/", height=640),
    Shot("executor-home", "executor", "/", width=PHONE, height=844),
    Shot("executor-report", "executor", "/", ("main a[href$='#photos_before']",), PHONE, 1290),
    Shot(
        "executor-later",
        "executor",
        "/",
        ("main a[href^='/occurrences/']", "summary:has-text('о переносе')"),
        PHONE,
        900,
        "form[action$='/petition/']",
    ),
    Shot("director-overdue", "director", "/overdue/", height=720),
    Shot("director-new", "director", "/plans/new/", height=900),
    Shot("director-approve", "director", "/inbox/", (TASK.format("Утвердить план"),), height=860),
    Shot("director-petition", "director", "/petitions/?show=all", (PETITION,)),
    Shot(
        "director-handover",
        "director",
        "/substitutions/?q=Исполнителева",
        ("main a:has-text('Передать дела')",),
        height=860,
    ),
    Shot("coordinator-plan", "coordinator", "/inbox/", (TASK.format("Согласовать план"),)),
    Shot(
        "coordinator-changes",
        "coordinator",
        "/inbox/",
        ("main a[href*='/revisions/']",),
        height=900,
    ),
    Shot("coordinator-petition", "coordinator", "/petitions/", (PETITION,)),
    Shot("coordinator-region", "coordinator", "/region/", height=900),
    Shot("coordinator-matrix", "coordinator", "/region/", ("main a[href$='/matrix/']",)),
    Shot("inspector-inbox", "inspector", "/inbox/", height=700),
    Shot(
        "inspector-verdict",
        "inspector",
        "/inbox/",
        (TASK.format("Проверить исполнение"),),
        height=1150,
    ),
    Shot(
        "inspector-planned",
        "inspector",
        "/inbox/",
        (TASK.format("Провести проверку"),),
        height=820,
        at="#result",
    ),
    Shot("head-plan", "head", "/inbox/", (TASK.format("Согласовать план"),), height=760),
    Shot("head-region", "head", "/region/", height=520),
    Shot(
        "council-vote",
        "council",
        "/inbox/",
        (TASK.format("Утвердить план"),),
        height=820,
        at="#vote",
    ),
    Shot("council-plans", "council", "/plans/", height=560),
    Shot("hr-sheets", "hr", "/incentives/", height=760),
    Shot("hr-sheet", "hr", "/incentives/", ("td a:text-is('3')",), height=900),
    Shot("administrator-people", "admin", "/people/", height=620),
    Shot("administrator-import", "admin", "/people/import/", height=600),
    Shot("administrator-audit", "admin", "/audit/", height=620),
    Shot("administrator-work", "admin", "/system/", height=560),
)


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a demonstration that lives as long as the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DEMO": "1",
            "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
            "EMAIL_URL": f"file:{folder}/mail",
        }
        command = [sys.executable, "manage.py", "demo", "--port", str(port)]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            try:
                address = f"http://127.0.0.1:{port}"
                wait_for(address, run)
                yield address
            finally:
                run.terminate()


def wait_for(address: str, run: subprocess.Popen[bytes], patience: int = 180) -> None:
    """Return when the demonstration answers; RuntimeError when it ended or never does."""
    for _second in range(patience):
        if run.poll() is not None:
            raise RuntimeError("the demonstration ended by itself")
        try:
            urllib.request.urlopen(f"{address}/health/live", timeout=2)
        except OSError:
            time.sleep(1)
        else:
            return
    raise RuntimeError("the demonstration does not answer")


def signed_in(browser: Browser, address: str, login: str, width: int, height: int) -> Page:
    """A page of somebody who has signed in, or of a visitor."""
    page = browser.new_page(
        viewport={"width": width, "height": height}, base_url=address, locale="ru-RU"
    )
    if login:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", "demo")
        page.click("form:has(input[name=password]) button")
        page.wait_for_url(lambda url: "login" not in url)
    return page


def take(page: Page, shot: Shot) -> None:
    """Store the picture, in few colours: a guide is read on slow lines."""
    page.set_viewport_size({"width": shot.width, "height": shot.height})
    page.goto(shot.path)
    for selector in shot.follow:
        page.locator(selector).first.click()
        page.wait_for_load_state()
    if shot.at:
        page.locator(shot.at).first.evaluate("part => part.scrollIntoView({block: 'center'})")
    else:
        page.evaluate("window.scrollTo(0, 0)")
    target = HERE / "pictures" / f"{shot.name}.png"
    page.screenshot(path=target)
    with Image.open(target) as picture:
        picture.convert("RGB").quantize(96).save(target, optimize=True)
    sys.stdout.write(f"{shot.name}: {target.stat().st_size // 1024} KiB\n")


def main(names: list[str]) -> None:
    shots = [shot for shot in SHOTS if not names or shot.name in names]
    (HERE / "pictures").mkdir(exist_ok=True)
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*QUIET, "--lang=ru"],
            env={**os.environ, **RUSSIAN},
            headless=True,
        )
        for login, of_one in groupby(shots, key=lambda shot: shot.login):
            first, *rest = of_one
            page = signed_in(browser, address, login, first.width, first.height)
            for shot in (first, *rest):
                take(page, shot)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
