"""Signing in at the page, and what becomes of the code."""

import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contract.world import ACCOUNT_ID, PUBLIC_URL, REDIRECT_URI, USER_ID, World
from stopline.core.access import Grant
from stopline.core.authorization import check_redirect_uri, redirect_origin
from stopline.core.errors import InvalidField
from stopline.flows import administration
from stopline.flows.apps import AppChange, change_app

AUTHORIZE = "/restapi/oauth/authorize"
SIGN_IN = "/restapi/oauth/sign-in"
TOKEN = "/restapi/oauth/token"
ME = "/restapi/v1.0/account/~"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
CONFIDENTIAL, PUBLIC = "stopline-test-client", "stopline-public-client"
BASIC = "Basic " + b64encode(b"stopline-test-client:stopline-test-secret").decode()
LOGIN = {"username": "+12025550100", "extension": "101", "password": "correct horse 9"}


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    world = World(tmp_path, "seed", database=store_url)
    world.client.base_url = PUBLIC_URL  # cookies are for HTTPS alone
    yield world
    world.close()


def ask(world: World, client_id: str = CONFIDENTIAL, **query: str) -> Any:
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": REDIRECT_URI}
    return world.client.get(AUTHORIZE, params=asked | query, follow_redirects=False)


def answer(world: World, page: Any, decision: str = "allow", **fields: str) -> Any:
    sealed = re.search(r'name="request" value="([^"]+)"', page.text)
    assert sealed is not None, page.text
    form = {"request": sealed[1], "decision": decision, **fields}
    return world.client.post(SIGN_IN, data=form, follow_redirects=False)


def redirected(response: Any) -> dict[str, str]:
    assert response.status_code in (302, 303), response.text
    target = urlsplit(response.headers["location"])
    assert target._replace(query="").geturl() == REDIRECT_URI
    return {name: values[0] for name, values in parse_qs(target.query).items()}


def get_code(world: World, client_id: str = CONFIDENTIAL, **query: str) -> str:
    response = ask(world, client_id, **query)
    if response.status_code == 200:
        response = answer(world, response, **LOGIN)
    return redirected(response)["code"]


def exchange(world: World, code: str, client_id: str = CONFIDENTIAL, **fields: str) -> Any:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    headers = {"Authorization": BASIC} if client_id == CONFIDENTIAL else {}
    return world.client.post(
        TOKEN, data={**form, "client_id": client_id, **fields}, headers=headers
    )


def status(world: World, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return int(world.client.get(ME, headers=headers).status_code)


def test_a_user_signs_in_and_the_app_gets_a_session(world: World) -> None:
    """Page, password, redirect with state, tokens; the second time without a page."""
    page = ask(world, PUBLIC, state="x y&z", **PKCE)
    assert (page.status_code, "Public client" in page.text) == (200, True)
    sent = redirected(answer(world, page, **LOGIN))
    assert (sent["state"], sent["expires_in"]) == ("x y&z", "60")
    issued = exchange(world, sent["code"], PUBLIC, code_verifier=VERIFIER).json()
    assert issued["owner_id"] == str(USER_ID)
    assert status(world, issued["access_token"]) == 200
    assert "code" in redirected(ask(world, PUBLIC, **PKCE))


def test_another_app_asks_for_consent_without_the_password(world: World) -> None:
    """Who is signed in is asked once for each app, and may choose another user."""
    get_code(world)
    page = ask(world, PUBLIC, **PKCE)
    assert "You are signed in as Rosa Lindqvist" in page.text
    assert 'type="password"' not in page.text
    assert "code" in redirected(answer(world, page))
    other = answer(world, ask(world, PUBLIC, prompt="consent", **PKCE), "other")
    assert 'type="password"' in other.text
    assert 'type="password"' in ask(world, **PKCE).text


def test_the_page_lets_nothing_in(world: World) -> None:
    """No script, no frame, no foreign form target but the app's own address."""
    page = ask(world)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self' http://localhost:5000;" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    for cookie in page.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert "HttpOnly; SameSite=Lax; Secure" in cookie


def test_a_name_can_not_break_out_of_the_page(world: World) -> None:
    """What the user typed comes back as text."""
    again = answer(world, ask(world), username='"><b>', password="x")
    assert (again.status_code, "<b>" in again.text) == (400, False)


@pytest.mark.parametrize(
    "query",
    [
        {"redirect_uri": "https://evil.example.net/cb"},
        {"redirect_uri": REDIRECT_URI + "/"},
        {"redirect_uri": REDIRECT_URI + "?x=1"},
        {"redirect_uri": REDIRECT_URI.upper()},
        {"redirect_uri": "http://localhost:5000@evil.example.net/oauth2callback"},
        {"redirect_uri": "//localhost:5000/oauth2callback"},
        {"client_id": "nobody"},
        {"client_id": ""},
        {"client_id": "x" * 500},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_apps(
    world: World, query: dict[str, str]
) -> None:
    """400 with the envelope; also for who is signed in."""
    get_code(world)
    refused = ask(world, **query)
    assert refused.status_code == 400
    assert "location" not in refused.headers
    assert refused.json()["error"] in ("invalid_request", "invalid_client")


@pytest.mark.parametrize(
    "client_id, query, error",
    [
        (CONFIDENTIAL, {"response_type": "token"}, "unsupported_response_type"),
        (CONFIDENTIAL, {"response_type": ""}, "unsupported_response_type"),
        (PUBLIC, {}, "invalid_request"),
        (PUBLIC, {"code_challenge": CHALLENGE}, "invalid_request"),
        (PUBLIC, {"code_challenge": CHALLENGE, "code_challenge_method": "S512"}, "invalid_request"),
        (PUBLIC, {"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        (CONFIDENTIAL, {"prompt": "none"}, "login_required"),
    ],
)
def test_other_faults_are_told_to_the_app(
    world: World, client_id: str, query: dict[str, str], error: str
) -> None:
    """At its own address, with its state."""
    assert redirected(ask(world, client_id, state="s", **query)) == {"error": error, "state": "s"}


def test_an_app_without_the_grant_gets_no_code(world: World) -> None:
    """Neither a page nor a code."""
    world.restrict_app(grants=frozenset({Grant.JWT}))
    assert redirected(ask(world)) == {"error": "unauthorized_client"}


def test_one_registered_address_need_not_be_named(world: World) -> None:
    """With several it must be."""
    code = redirected(answer(world, ask(world, redirect_uri=""), **LOGIN))["code"]
    assert exchange(world, code).status_code == 200
    two = AppChange(redirect_uris=(REDIRECT_URI, "https://a.example/cb"))
    world.run(change_app, world.app().id, two)
    assert ask(world, redirect_uri="").json()["errorCode"] == "OAU-109"


def test_an_answer_from_another_browser_is_refused(world: World) -> None:
    """A form that another site makes a browser send, with a request of the attacker's."""
    page = ask(world)
    for cookie in ("", "__Host-stopline-browser=other"):
        world.client.cookies.clear()
        world.client.headers["Cookie"] = cookie
        refused = answer(world, page, **LOGIN)
        assert (refused.status_code, refused.headers.get("location")) == (400, None)


@pytest.mark.parametrize("sealed", ["", "x", "a.b.c.d.e", "{cookie}"])
def test_a_request_that_was_not_sealed_here_is_refused(world: World, sealed: str) -> None:
    """Nor is the sealed user taken for a request."""
    get_code(world)
    cookie = world.client.cookies["__Host-stopline-user"]
    form = {"request": sealed.replace("{cookie}", cookie), "decision": "allow"}
    refused = world.client.post(SIGN_IN, data=form, follow_redirects=False)
    assert (refused.status_code, refused.headers.get("location")) == (400, None)


def test_a_page_ends_after_ten_minutes(world: World) -> None:
    """And with it the request in it."""
    page = ask(world)
    world.now_ms += 600_000
    assert answer(world, page, **LOGIN).status_code == 400


def test_a_user_may_say_no(world: World) -> None:
    """The app is told, and nothing is approved."""
    assert redirected(answer(world, ask(world, state="s"), "deny")) == {
        "error": "access_denied",
        "state": "s",
    }
    assert ask(world).status_code == 200


def test_wrong_passwords_count_with_those_of_the_grant(world: World) -> None:
    """Five here and five there lock the name in both places."""
    page = ask(world)
    grant = {**LOGIN, "grant_type": "password", "password": "wrong"}
    for _ in range(5):
        assert answer(world, page, **{**LOGIN, "password": "wrong"}).status_code == 400
        world.client.post(TOKEN, data=grant, headers={"Authorization": BASIC})
    locked = answer(world, page, **LOGIN)
    assert "Too many wrong passwords" in locked.text
    right = world.client.post(
        TOKEN, data={**LOGIN, "grant_type": "password"}, headers={"Authorization": BASIC}
    )
    assert right.json()["errorCode"] == "OAU-147"


def test_a_new_password_ends_what_browsers_remember(world: World) -> None:
    """As does an hour, and switching the user off."""
    get_code(world)
    world.run(lambda tx: tx.accounts.set_password(USER_ID, "other"))
    assert ask(world).status_code == 200


@pytest.mark.parametrize("passed_ms, is_asked", [(3_599_000, False), (3_600_000, True)])
def test_a_browser_remembers_for_an_hour(world: World, passed_ms: int, is_asked: bool) -> None:
    """Then the password is asked for again."""
    get_code(world)
    world.now_ms += passed_ms
    assert (ask(world).status_code == 200) is is_asked


def test_a_disabled_user_is_not_signed_in(world: World) -> None:
    """Whatever his browser holds, and with a code given before."""
    code = get_code(world)
    world.run(administration.disable_user, USER_ID)
    assert ask(world).status_code == 200
    assert exchange(world, code).status_code == 400


def test_a_second_exchange_ends_the_first_ones_session(world: World) -> None:
    """RFC 6749, 4.1.2: somebody else has the code."""
    code = get_code(world)
    token = exchange(world, code).json()["access_token"]
    assert exchange(world, code).json()["errorCode"] == "OAU-106"
    world.now_ms += 1_001  # the memory of bearers
    assert status(world, token) == 401


@pytest.mark.parametrize(
    "passed_ms, client_id, fields, expected",
    [
        (59_000, PUBLIC, {"code_verifier": VERIFIER}, None),
        (60_000, PUBLIC, {"code_verifier": VERIFIER}, "OAU-108"),
        (0, PUBLIC, {}, "OAU-106"),
        (0, PUBLIC, {"code_verifier": VERIFIER[::-1]}, "OAU-106"),
        (0, PUBLIC, {"code_verifier": CHALLENGE}, "OAU-106"),
        (0, PUBLIC, {"code_verifier": VERIFIER, "redirect_uri": "https://x.example"}, "OAU-109"),
        (0, PUBLIC, {"code_verifier": VERIFIER, "redirect_uri": ""}, "OAU-109"),
        (0, CONFIDENTIAL, {"code_verifier": VERIFIER}, "OAU-110"),
    ],
)
def test_what_an_exchange_must_prove(
    world: World, passed_ms: int, client_id: str, fields: dict[str, str], expected: str | None
) -> None:
    """In time, by the same app, with the same address and the verifier behind the challenge."""
    code = get_code(world, PUBLIC, **PKCE)
    world.now_ms += passed_ms
    assert exchange(world, code, client_id, **fields).json().get("errorCode") == expected


def test_a_verifier_without_a_challenge_is_refused(world: World) -> None:
    """RFC 9700, 4.8.2: somebody took the challenge out of the request."""
    refused = exchange(world, get_code(world), code_verifier=VERIFIER)
    assert refused.json()["errorCode"] == "OAU-106"


def test_the_plain_method_is_a_switch_of_the_app(world: World) -> None:
    """Off by default; old clients need it."""
    app_id = world.app(PUBLIC).id
    world.run(change_app, app_id, AppChange(plain_challenge=True))
    code = get_code(world, PUBLIC, code_challenge=VERIFIER)
    assert exchange(world, code, PUBLIC, code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize(
    "client_id, fields, expected",
    [
        (CONFIDENTIAL, {}, None),
        (CONFIDENTIAL, {"account_id": str(ACCOUNT_ID)}, None),
        (CONFIDENTIAL, {"account_id": "1"}, "OAU-140"),
        (PUBLIC, {}, "OAU-251"),
    ],
)
def test_an_app_on_its_own(
    world: World, client_id: str, fields: dict[str, str], expected: str | None
) -> None:
    """Only one with a secret, and for its own account; it acts as the first user."""
    form = {"grant_type": "client_credentials", "client_id": client_id, **fields}
    headers = {"Authorization": BASIC} if client_id == CONFIDENTIAL else {}
    body = world.client.post(TOKEN, data=form, headers=headers).json()
    assert body.get("errorCode") == expected
    assert expected is not None or body["owner_id"] == str(USER_ID)


@pytest.mark.parametrize(
    "uri, origin",
    [
        ("https://app.example/cb?x=1", "https://app.example"),
        ("http://localhost:5000/cb", "http://localhost:5000"),
        ("http://127.0.0.1/", "http://127.0.0.1"),
        ("http://[::1]:80/cb", "http://[::1]:80"),
        ("com.example.app:/cb", "com.example.app:"),
        ("com.example.app://cb", "com.example.app:"),
    ],
)
def test_addresses_that_codes_may_be_sent_to(uri: str, origin: str) -> None:
    """HTTPS, this machine, and applications that own a domain."""
    check_redirect_uri(uri)
    assert redirect_origin(uri) == origin


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "cb",
        "/cb",
        "//app.example/cb",
        "http://app.example/cb",
        "http://localhost.evil.example/cb",
        "http://localhost@evil.example/cb",
        "https://user:x@app.example/cb",
        "https://app.example/cb#fragment",
        "https://app.example/c b",
        "https://app.example/cb\r\nSet-Cookie: x=1",
        "https://app.example;script-src/cb",
        "https:///cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "myapp:/cb",
        "https://app.example/" + "x" * 2_000,
    ],
)
def test_addresses_that_codes_may_not_be_sent_to(uri: str) -> None:
    """No script, no fragment, no plain HTTP elsewhere, nothing that breaks a header."""
    with pytest.raises(InvalidField):
        check_redirect_uri(uri)


def test_discovery_names_only_what_is_there(world: World) -> None:
    """Every endpoint in both documents answers something other than 404."""
    for path in ("openid-configuration", "oauth-authorization-server"):
        document = world.client.get(f"/.well-known/{path}").json()
        for url in (value for value in document.values() if isinstance(value, str)):
            if url == PUBLIC_URL:
                continue
            found = world.client.options(url.removeprefix(PUBLIC_URL))
            assert found.status_code == 204, url


def test_user_info(world: World) -> None:
    """The user of the token, in OpenID's words."""
    headers = {"Authorization": f"Bearer {world.login().access_token}"}
    assert world.client.get("/restapi/oauth/userinfo", headers=headers).json() == {
        "sub": str(USER_ID),
        "name": "Rosa Lindqvist",
        "given_name": "Rosa",
        "family_name": "Lindqvist",
        "email": "rosa@example.org",
    }
