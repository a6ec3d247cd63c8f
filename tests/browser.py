"""A real Chromium, the same for every test and every picture, and what it complains about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Route,
    sync_playwright,
)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own browser: nothing is downloaded."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def listen(page: Page, complaints: list[str]) -> None:
    """Every error that the browser reports on this page from now on."""

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", hear)


def goodbye(context: BrowserContext) -> None:
    """Close it; a handler that still answers a request must not fail the next test."""
    for page in context.pages:
        page.unroute_all(behavior="ignoreErrors")
    context.close()


def press_twice(target: Locator, path: str) -> None:
    """Two quick presses, both of them before `path` hears of the first, however slow the machine."""
    held: list[Route] = []
    done: list[bool] = []
    target.page.route(path, lambda route: route.continue_() if done else held.append(route))
    target.dblclick()
    done.append(True)
    for route in held:
        route.continue_()
