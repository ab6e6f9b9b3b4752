"""Who gets in, how long they stay, and that a form must be the page's own."""

import time
import urllib.request
from urllib.parse import urlencode

import pytest

from stopline.console.visits import COOKIE
from stopline.core.access import ABSOLUTE_MS, IDLE_MS, MAX_WRONG_PASSWORDS, Role, token_hash
from stopline.services import GRACE_MS
from stopline.testing import StoplineServer
from support.console_site import LOGIN, PASSWORD, Browser, Site

HOUR_MS = 3_600_000


def test_nobody_sees_a_page_without_signing_in(site: Site) -> None:
    """The way back is kept."""
    answer = Browser(site).get("/console/people?number=%2B1312")
    assert answer.status == 303
    assert answer.header("location") == "/console/sign-in?next=/console/people%3Fnumber%3D%252B1312"


def test_signing_in_leads_where_one_wanted_to_go(site: Site) -> None:
    """The cookie is out of reach of scripts and of other sites."""
    browser = Browser(site)
    form = {"username": LOGIN, "extension": "1", "password": PASSWORD, "next": "/console/try"}
    answer = browser.submit("/console/sign-in", **form)
    assert (answer.status, answer.header("location")) == (303, "/console/try")
    cookie = answer.header("set-cookie").lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/console" in cookie
    assert browser.get("/console/try").status == 200


@pytest.mark.parametrize(
    "path", ["https://elsewhere.test/", "//elsewhere.test", "/console/\n", "/console/\\x", "/else"]
)
def test_signing_in_never_leads_elsewhere(site: Site, path: str) -> None:
    """An address of another site is not gone to."""
    browser = Browser(site)
    form = {"username": LOGIN, "extension": "1", "password": PASSWORD, "next": path}
    assert browser.submit("/console/sign-in", **form).header("location") == "/console/"


@pytest.mark.parametrize(
    ("login", "extension", "password"),
    [(LOGIN, "1", "wrong"), (LOGIN, "9", PASSWORD), ("<b>", "", ""), (LOGIN, "4", PASSWORD)],
)
def test_who_is_refused(site: Site, login: str, extension: str, password: str) -> None:
    """A wrong password, nobody's name, a user without a role."""
    browser = Browser(site)
    answer = browser.sign_in(login, extension, password)
    assert answer.status == 403
    assert COOKIE not in browser.cookies
    assert "<b>" not in answer.text


def test_guessing_locks_the_name_for_everybody(site: Site) -> None:
    """The count is the password grant's own, so guesses there and here add up."""
    browser = Browser(site)
    for _ in range(MAX_WRONG_PASSWORDS):
        browser.sign_in(LOGIN, "1", "wrong")
    assert browser.sign_in(LOGIN, "1").status == 429
    site.clock.pass_ms(HOUR_MS)
    assert browser.sign_in(LOGIN, "1").status == 303


def test_a_session_ends_when_it_is_idle(site: Site) -> None:
    """Use keeps it; half an hour without does not."""
    browser = site.browser()
    site.clock.pass_ms(IDLE_MS - 1)
    assert browser.get("/console/audit").status == 200
    site.clock.pass_ms(IDLE_MS - 1)
    assert browser.get("/console/audit").status == 200
    site.clock.pass_ms(IDLE_MS)
    assert browser.get("/console/audit").status == 303


def test_a_session_ends_after_half_a_day_however_busy(site: Site) -> None:
    """The absolute limit."""
    browser = site.browser()
    for _ in range(ABSOLUTE_MS // (IDLE_MS // 2) - 1):
        site.clock.pass_ms(IDLE_MS // 2)
        assert browser.get("/console/audit").status == 200
    site.clock.pass_ms(IDLE_MS // 2)
    assert browser.get("/console/audit").status == 303


def test_signing_in_again_ends_the_former_session(site: Site) -> None:
    """Rotation: a token planted or seen before is worth nothing afterwards."""
    browser = site.browser()
    former = browser.cookies[COOKIE]
    browser.sign_in(LOGIN, "1")
    assert browser.cookies[COOKIE] != former
    browser.cookies[COOKIE] = former
    assert browser.get("/console/audit").status == 303


def test_signing_out_ends_the_session(site: Site) -> None:
    """On the server, not only in the browser."""
    browser = site.browser()
    token = browser.cookies[COOKIE]
    browser.post("/console/sign-out")
    browser.cookies[COOKIE] = token
    assert browser.get("/console/audit").status == 303


def test_the_store_keeps_no_token(site: Site) -> None:
    """Whoever reads the database can not take a session over."""
    token = site.browser().cookies[COOKIE]
    content = site.world.path.with_name("stopline.db-wal").read_bytes()
    assert token_hash(token).encode() in content
    assert token.encode() not in content


CHANGES = [
    "/console/sign-out",
    "/console/theme",
    "/console/try/text",
    "/console/try/send",
    "/console/people/+13125550142/opt-out",
    "/console/people/+13125550142/opt-in",
    "/console/import",
    "/console/import/run",
    "/console/batches/new",
    "/console/batches/new/preview",
    "/console/settings/users",
    "/console/settings/apps",
    "/console/settings/credentials",
]


@pytest.mark.parametrize("path", CHANGES)
def test_a_form_without_its_token_is_refused(site: Site, path: str) -> None:
    """Also with the token of somebody else's session."""
    browser, other = site.browser(), site.browser()
    assert browser.submit(path).status == 403
    assert browser.submit(path, csrf=other.csrf()).status == 403
    assert browser.get("/console/audit").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.test"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    """Even with the right token; signing in as well."""
    browser = site.browser()
    assert browser.submit("/console/theme", headers, csrf=browser.csrf()).status == 403
    form = {"username": LOGIN, "extension": "1", "password": PASSWORD}
    assert browser.submit("/console/sign-in", headers, **form).status == 403


def test_every_page_forbids_foreign_and_inline_code(site: Site) -> None:
    """Errors and redirects too."""
    browser = site.browser()
    for path in ("/", "/console/", "/console/nothing/here/x", "/console/messages/7"):
        policy = browser.get(path).header("content-security-policy")
        if path != "/console/nothing/here/x":
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy


def test_a_role_taken_away_holds_at_once(site: Site) -> None:
    """The session of somebody whose role changed is over."""
    operator = site.browser(Role.OPERATOR)
    user = site.users[LOGIN, Role.OPERATOR]
    answer = site.browser().post(f"/console/settings/users/{user.id}/role", role="")
    assert answer.status == 303
    assert operator.get("/console/audit").status == 303


def test_a_live_page_does_not_keep_the_server_from_stopping() -> None:
    """Its stream ends by itself; the stop is graceful and needs none of its time limit."""
    with StoplineServer() as server:
        known = server.credentials
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        form = {
            "username": known.username,
            "extension": known.extension,
            "password": known.password,
        }
        opener.open(f"{server.url}/console/sign-in", urlencode(form).encode())
        stream = opener.open(f"{server.url}/console/try/live")
        assert stream.readline().startswith(b"data:")
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < GRACE_MS / 1000
