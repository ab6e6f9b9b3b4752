"""The contract's examples, replayed against a server over a real store."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from httpx2 import Response

from contract.conformance import violations
from contract.examples import Example, Volatile, differences, examples_of, header_differences
from contract.world import LIVES, REDIRECT_URI, USER_ID, World
from stopline.core.access import AppPermission, Grant, UserPermission
from stopline.core.authorization import NO_CHALLENGE, Challenge, ChallengeMethod, CodeRequest
from stopline.flows import access, administration, authorization
from stopline.flows.access import TokenWishes
from stopline.store.senders import ReplySettings

# The challenge of the contract's verifier, from RFC 7636, appendix B.
PKCE = Challenge(ChallengeMethod.S256, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")

GROUPS = ("oauth", "discovery", "errors")

# Examples that can not hold yet, each with what is missing.
PENDING: dict[str, str] = {}

# Examples that need a subscription: test_subscriptions has them.
ELSEWHERE = {"err-method-override"}


def _refreshed_before(world: World) -> None:
    wishes = TokenWishes()
    token = world.ours["RT-demo-0001"]
    world.run(access.refresh_session, world.app(), token, LIVES, wishes)
    world.now_ms += 9_000


def _expired_token(world: World) -> None:
    world.call("AT-expired", world.login().access_token)
    world.now_ms += 3_600_000
    world.call("AT-demo-0001", world.login().access_token)


def _sign_in_and_consent(world: World) -> None:
    world.sign_in()
    for client_id in ("stopline-test-client", "stopline-public-client"):
        asked = CodeRequest(world.app(client_id).id, REDIRECT_URI, NO_CHALLENGE)
        world.run(authorization.approve_app, USER_ID, asked)


SETUPS: dict[str, Callable[[World], None]] = {
    "oauth-token-refresh was answered less than 10 s ago": _refreshed_before,
    "client stopline-test-client has no password grant": lambda world: world.restrict_app(
        grants=frozenset({Grant.JWT, Grant.REFRESH})
    ),
    "user lacks ReadUserPhoneNumbers": lambda world: world.restrict_user(
        UserPermission.READ_USER_NUMBERS
    ),
    "token AT-expired is past its life": _expired_token,
    "user already signed in and consented": _sign_in_and_consent,
    "client lacks the WebSocket permission": lambda world: world.restrict_app(
        without=AppPermission.WEBSOCKETS
    ),
    "database unavailable": lambda world: world.close(),
}


def _register(world: World) -> None:
    replies = ReplySettings(opt_out_text="Reply STOP to stop, START to resume.")
    settings = {"campaign": "CSTOP01", "brand": "BSTOP01"}
    world.run(lambda tx: tx.senders.set_replies("+12025550142", replies))
    world.run(administration.set_consent, "+12025550142", settings)


# What must have been set up for an example that names no state.
PREPARED: dict[str, Callable[[World], None]] = {"sms-configuration": _register}


def _set_up(world: World, example: Example) -> None:
    PREPARED.get(example.id, lambda _: None)(world)
    client_id = "stopline-test-client"
    if isinstance(example.requestBody, dict) and "Authorization" not in example.requestHeaders:
        client_id = example.requestBody.get("client_id", client_id)
    issued = world.login(client_id)
    world.call("AT-demo-0001", issued.access_token)
    world.call("RT-demo-0001", issued.refresh_token)
    _give_codes(world)
    for state in example.state:
        SETUPS[state](world)


def _give_codes(world: World) -> None:
    for words, client_id, challenge in (
        ("AC-demo-1", "stopline-test-client", NO_CHALLENGE),
        ("AC-demo-2", "stopline-public-client", PKCE),
    ):
        asked = CodeRequest(world.app(client_id).id, REDIRECT_URI, challenge)
        world.call(words, world.run(authorization.issue_code, USER_ID, asked))


def send(world: World, example: Example) -> Response:
    """Send an example's request in this world's words."""
    query = example.rawQuery or urlencode([tuple(pair) for pair in example.query])
    path = world.to_ours(example.path) + (f"?{world.to_ours(query)}" if query else "")
    headers = world.to_ours(example.requestHeaders)
    body = world.to_ours(example.requestBody)
    match example.requestBodyType:
        case "json":
            return world.client.request(example.method, path, headers=headers, json=body)
        case "form":
            return world.client.request(example.method, path, headers=headers, data=body)
        case "text":
            return world.client.request(example.method, path, headers=headers, content=body)
    return world.client.request(example.method, path, headers=headers, follow_redirects=False)


def mismatches(world: World, example: Example, response: Response) -> list[str]:
    """How an answer differs from the example's."""
    volatile = Volatile(example.volatile)
    found = []
    if response.status_code not in (example.status, *example.statusAlternatives):
        found.append(f"status {response.status_code}: {response.text[:300]}")
    found += header_differences(example.responseHeaders, response.headers, volatile)
    if example.responseBodyType == "json" and example.responseBody is not None:
        body = world.to_contract(response.json())
        found += differences(example.responseBody, body, volatile)
    if response.status_code != 500:  # the one that tells of a database that is gone
        found += violations(_method(example), world.to_ours(example.path), response)
    if example.responseBodyType == "text" and example.responseBody is not None:
        body = world.to_contract(response.text)
        found += differences(example.responseBody, body, volatile)
    if example.responseBody is None:
        found += [f"body {response.text[:100]}"] if response.content else []
    return found


def _method(example: Example) -> str:
    """The method that counts: POST may name another."""
    headers = {name.lower(): value for name, value in example.requestHeaders.items()}
    return str(headers.get("x-http-method-override", example.method))


def _parameters() -> list[object]:
    return [_parameter(e) for e in examples_of(*GROUPS) if e.id not in ELSEWHERE]


def _parameter(example: Example) -> object:
    marks = ()
    if example.id in PENDING:
        marks = (pytest.mark.xfail(reason=PENDING[example.id], strict=True),)
    return pytest.param(example, id=example.id, marks=marks)


@pytest.mark.parametrize("example", _parameters())
def test_the_server_answers_as_the_contract_says(
    example: Example, tmp_path: Path, store_url: str | None
) -> None:
    """Status, headers and body of each example, volatile values by their type."""
    in_query = example.id == "err-token-in-query"
    world = World(tmp_path, database=store_url, access_token_in_query=in_query)
    try:
        _set_up(world, example)
        repeats = {"oauth-token-rate": 5, "err-rate": 50}.get(example.id, 0)
        for _ in range(repeats):
            send(world, example)
        assert mismatches(world, example, send(world, example)) == []
    finally:
        world.close()
