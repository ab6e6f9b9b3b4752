"""A real browser on a real server, which notices every complaint."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

from stopline.testing import Credentials

# Nothing may leave this machine, and it runs as root in a container.
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
]
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
# Levels A and AA of WCAG up to 2.2, as axe names them.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def find_chromium() -> str:
    """The browser's path; empty when it is not installed."""
    return shutil.which("chromium") or ""


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)


class Complaints:
    """What the browser found wrong: console errors, exceptions, failed or refused requests."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"exception: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.found.append(f"console: {message.text}")

    def _failed(self, request: Any) -> None:
        # What a page still loads or streams is cut off when it is left, and so says a download.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"failed: {request.method} {request.url} {request.failure}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.found.append(f"{response.status}: {response.url}")


class Console:
    """A page of the console, signed in."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints = Complaints(page)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.url}{path}")
        return self.page

    def sign_in(self, known: Credentials) -> None:
        self.open("/console/sign-in?next=/console/try")
        self.page.get_by_label("Number").fill(known.username)
        self.page.get_by_label("Extension").fill(known.extension)
        self.page.get_by_label("Password").fill(known.password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/console/try")

    def violations(self, axe: Path) -> list[str]:
        """What axe finds against WCAG AA, with the place of each."""
        # Past the page's policy, which rightly forbids it.
        self.page.evaluate(axe.read_text())
        found = self.page.evaluate(
            "rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES
        )
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@contextmanager
def console(
    browser: Browser, url: str, known: Credentials, scheme: str, size: dict[str, int]
) -> Iterator[Console]:
    """A window of its own, signed in; closing it fails when the browser complained."""
    context = browser.new_context(color_scheme=scheme, viewport=size, locale="en-US")
    found = Console(context.new_page(), url)
    try:
        found.sign_in(known)
        yield found
    finally:
        context.close()
    assert not found.complaints.found, "\n".join(found.complaints.found)
