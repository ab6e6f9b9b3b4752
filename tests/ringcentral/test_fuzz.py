"""Whatever is sent, the answer is one of the contract's, and never our fault."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.world import World
from support.asgi import call

TARGETS = st.sampled_from(
    [
        "/restapi/v1.0/account/~/extension/~/phone-number",
        "/restapi/v1.0/account/~/phone-number",
        "/restapi/oauth/token",
        "/restapi/oauth/revoke",
        "/restapi/v1.0/subscription",
    ]
)
# Pieces that parsers trip over, and plain noise.
PIECES = st.sampled_from(
    [b"%", b"%0", b"%00", b"%ff", b"%C0%AE", b"+", b"&", b"=", b";", b"perPage", b"page", b"token",
     b"status", b"pageToken", b"grant_type", b"password", b"1e9", b"-1", b"9" * 25, b"\xc3\xa9",
     b"{", b"[", b'"', b"\\ud800", b"\\u0000", b"null", b"_method=", b"PUT", b"access_token="]
)  # fmt: skip
NOISE = st.lists(PIECES | st.binary(max_size=6), max_size=12).map(b"".join)
TYPES = st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "text/plain", "", "a/b;charset=é"]
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    directory: Path = tmp_path_factory.mktemp("fuzz")
    unlimited = {f"rate_limit_{group}": 0 for group in ("light", "medium", "heavy", "auth")}
    world = World(directory, "seed", **unlimited)
    world.call("AT-demo-0001", world.login().access_token)
    yield world
    world.close()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]),
    target=TARGETS,
    query=NOISE,
    body=NOISE,
    media_type=TYPES,
    bearer=st.sampled_from(["good", "nonsense", ""]),
)
def test_noise_gets_the_contracts_answers(
    world: World,
    method: str,
    target: str,
    query: bytes,
    body: bytes,
    media_type: str,
    bearer: str,
) -> None:
    """No 5xx, JSON with the envelope on each 4xx, a request id on everything."""
    token = world.ours["AT-demo-0001"] if bearer == "good" else bearer
    headers = {"Content-Type": media_type.encode(), "Authorization": f"Bearer {token}".encode()}
    # Bytes that no client library sends reach us all the same: the raw query goes in as it is.
    answer = call(world.client.app, method, target, query, headers, body)
    assert answer.status < 500, (answer.status, answer.body)
    assert answer.headers["rcrequestid"]
    if answer.status >= 400 and method != "HEAD":
        assert {"errorCode", "message", "errors"} <= answer.json().keys()
