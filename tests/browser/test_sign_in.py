"""The sign-in page in a real browser, with its content security policy in force."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, sync_playwright

from stopline.testing import StoplineServer

CHROMIUM = "/usr/bin/chromium"


class _Callback(BaseHTTPRequestHandler):
    """The application's own address."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"welcome back")

    def log_message(self, *arguments: object) -> None:
        return


@pytest.fixture
def callback() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/callback"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def administer(server: StoplineServer, *words: str) -> str:
    command = [sys.executable, "-m", "stopline", *words, "--data", str(server.data), "--json"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_user_signs_in_and_comes_back(callback: str, page: Page) -> None:
    """A wrong password, the right one, the next time without a page, and a refusal."""
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    with StoplineServer() as server:
        known = server.credentials
        (app,) = json.loads(administer(server, "apps", "list", "--account", known.account_id))
        administer(server, "apps", "change", str(app["id"]), "--redirect-uri", callback)
        url = (
            f"{server.url}/restapi/oauth/authorize?response_type=code&state=s"
            f"&client_id={known.client_id}&redirect_uri={quote(callback, safe='')}"
        )
        page.goto(url)
        page.get_by_label("Phone number").fill(known.username)
        page.get_by_label("Extension").fill(known.extension)
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in and allow").click()
        assert "is wrong" in page.get_by_role("alert").inner_text()
        page.get_by_label("Password").fill(known.password)
        page.get_by_role("button", name="Sign in and allow").click()
        page.wait_for_url(f"{callback}?code=*&state=s&expires_in=60")
        page.goto(url)
        assert page.url.startswith(f"{callback}?code=")
        page.goto(f"{url}&prompt=consent")
        page.get_by_role("button", name="Deny").click()
        page.wait_for_url(f"{callback}?error=access_denied&state=s")
    blocked = [fault for fault in faults if "Content Security Policy" in fault]
    assert blocked == []
