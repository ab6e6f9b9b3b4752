"""Logging in and staying in, over HTTP and a real store."""

import base64
import json
import statistics
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from contract.world import ACCOUNT_ID, NOW_MS, USER_ID, World
from stopline.core.access import token_bucket, token_hash
from stopline.core.errors import InvalidField
from stopline.flows import access, administration
from stopline.flows.apps import AppChange, change_app
from stopline.flows.client_assertions import ASSERTION_TYPE
from stopline.flows.passwords import hash_password
from stopline.store.tx import Tx


def basic(pair: bytes) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(pair).decode()}


BASIC = basic(b"stopline-test-client:stopline-test-secret")
ME = "/restapi/v1.0/account/~"
TOKEN = "/restapi/oauth/token"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PASSWORD = {"username": "+12025550100", "extension": "101", "password": "correct horse 9"}


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    world = World(tmp_path, "seed", database=store_url)
    yield world
    world.close()


def ask(world: World, grant: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    form = {"grant_type": grant, **fields}
    return world.client.post(TOKEN, data=form, headers=BASIC if headers is None else headers)


def log_in(world: World, **fields: Any) -> dict[str, Any]:
    answer = ask(world, "password", **{**PASSWORD, **fields})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def refresh(world: World, token: str, **fields: Any) -> Any:
    return ask(world, "refresh_token", refresh_token=token, **fields)


def status(world: World, token: str) -> int:
    answer = world.client.get(ME, headers={"Authorization": f"Bearer {token}"})
    return int(answer.status_code)


def code(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert body["message"] == body["error_description"]
    return answer.status_code, body["error"], body["errorCode"]


@pytest.mark.parametrize(
    "fields",
    [
        {"username": "+12025550100", "extension": "101"},
        {"username": "+12025550100*101"},
        {"username": "12025550100", "extension": "101"},
        {"username": "(202) 555-0100", "extension": "101"},
        {"username": "+12025550100"},
        {"username": "+12025550100", "extension": ""},
    ],
)
def test_every_spelling_of_a_login(world: World, fields: dict[str, str]) -> None:
    """The extension joined, apart, or left out where the number has only one user."""
    answer = ask(world, "password", password="correct horse 9", **fields)
    assert answer.json()["owner_id"] == str(USER_ID)


@pytest.mark.parametrize(
    "asked, expected",
    [
        ({}, (3600, 604_800)),
        ({"access_token_ttl": "-1", "refresh_token_ttl": "-1"}, (600, 600)),
        ({"access_token_ttl": "NaN", "refresh_token_ttl": ""}, (3600, 604_800)),
        ({"access_token_ttl": "999999", "refresh_token_ttl": "9999999"}, (3600, 2_592_000)),
        ({"access_token_ttl": "1e3", "refresh_token_ttl": "9" * 40}, (3600, 604_800)),
        ({"access_token_ttl": "700"}, (700, 604_800)),
    ],
)
def test_lives_are_cut_never_refused(
    world: World, asked: dict[str, str], expected: tuple[int, int]
) -> None:
    """SDKs send -1 and NaN; a 400 would lock them out."""
    body = log_in(world, **asked)
    assert (body["expires_in"], body["refresh_token_expires_in"]) == expected
    assert isinstance(body["expires_in"], int)


def test_a_token_answer_is_not_kept_by_caches(world: World) -> None:
    """RFC 6749, 5.1."""
    answer = ask(world, "password", **PASSWORD)
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.json()["access_token"]) == 44


@pytest.mark.parametrize(
    "headers, fields",
    [
        ({}, {}),
        ({}, {"client_id": "stopline-test-client"}),
        ({}, {"client_id": "nobody"}),
        ({"Authorization": "Basic !!!"}, {}),
        (basic(b"no colon"), {}),
        (basic(b"stopline-test-client:"), {}),
        (basic(b"stopline-test-client:wrong"), {}),
        (basic(b"stopline-public-client:x"), {}),
        (BASIC, {"client_id": "stopline-public-client"}),
        (
            basic(b"x" * 200 + b":y"),
            {},
        ),
    ],
)
def test_a_client_that_proves_nothing_is_refused_in_one_way(
    world: World, headers: dict[str, str], fields: dict[str, str]
) -> None:
    """Unknown, no secret, wrong secret, two names: the same answer."""
    answer = ask(world, "password", headers, **PASSWORD, **fields)
    assert code(answer) == (400, "invalid_client", "OAU-123")


@pytest.mark.parametrize(
    "headers",
    [{}, basic(b"stopline-public-client:")],
)
def test_a_public_client_names_itself(world: World, headers: dict[str, str]) -> None:
    """In the form, or by Basic with an empty secret, as two SDKs do."""
    answer = ask(world, "password", headers, **PASSWORD, client_id="stopline-public-client")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "content, expected",
    [
        (b"grant_type=password&username=a&username=b&password=c", "OAU-111"),
        (b"grant_type=password&grant_type=refresh_token", "OAU-111"),
        (b"grant_type=password&username=%2B12025550100", "CMN-101"),
        (b"grant_type=", "CMN-101"),
        (b"", "CMN-101"),
        (b"grant_type=telepathy", "OAU-125"),
        (b"grant_type=authorization_code&redirect_uri=x", "CMN-101"),
        (b"grant_type=authorization_code&code=x", "OAU-106"),
    ],
)
def test_requests_that_can_not_be_meant(world: World, content: bytes, expected: str) -> None:
    """Twice the same name, no value, an unknown grant."""
    headers = {**BASIC, "Content-Type": "application/x-www-form-urlencoded"}
    answer = world.client.post(TOKEN, content=content, headers=headers)
    assert code(answer)[::2] == (400, expected)


@pytest.mark.parametrize(
    "content", [b"a=\xff", b"a=%ff", b"a=%00", b"&".join(b"a%d=1" % i for i in range(101))]
)
def test_forms_that_are_none(world: World, content: bytes) -> None:
    """Bad UTF-8, NUL, too many fields."""
    headers = {**BASIC, "Content-Type": "application/x-www-form-urlencoded"}
    answer = world.client.post(TOKEN, content=content, headers=headers)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-104")


def test_unknown_users_read_like_wrong_passwords(world: World) -> None:
    """Same status, code and text, whatever is wrong with the login."""
    tries = [
        {"password": "nope"},
        {"username": "+12025550101"},
        {"extension": "999"},
        {"username": "nobody@example.org"},
        {"username": "x" * 3000},
        {"password": "x" * 3000},
        {"extension": "1' or '1'='1"},
    ]
    answers = [ask(world, "password", **{**PASSWORD, **fields}) for fields in tries]
    assert {code(answer) for answer in answers} == {(400, "invalid_grant", "OAU-140")}
    assert len({answer.json()["message"] for answer in answers}) == 1


@pytest.mark.on_sqlite("it times the hashing of passwords")
def test_unknown_users_take_as_long_as_wrong_passwords(world: World) -> None:
    """Medians within 15 ms or 30 %: no list of users can be made by a watch."""

    def timed(**fields: str) -> float:
        # Processor time: what other programs do on the machine does not count.
        began = time.process_time()
        ask(world, "password", **{**PASSWORD, **fields})
        return time.process_time() - began

    # In turns, so that a busy machine slows both.
    pairs = [
        (timed(username="+12025550101", extension=str(n)), timed(password="nope")) for n in range(7)
    ]
    unknown, wrong = zip(*pairs, strict=True)
    slow, fast = sorted((statistics.median(unknown), statistics.median(wrong)), reverse=True)
    assert slow - fast < max(0.015, 0.3 * slow)


@pytest.mark.parametrize("username", ["+12025550100", "+12025550101"])
def test_ten_wrong_passwords_lock_the_login_and_no_other(world: World, username: str) -> None:
    """Whether the login exists or not; sessions go on; a quarter of an hour later it opens."""
    other = administration.Person("Bo")
    world.run(
        lambda tx: administration.create_user(
            tx, ACCOUNT_ID, "+12025550100", "102", hash_password("other horse 1"), person=other
        )
    )
    session = log_in(world)
    fields = {**PASSWORD, "username": username}
    for _ in range(10):
        assert code(ask(world, "password", **{**fields, "password": "nope"}))[2] == "OAU-140"
    assert code(ask(world, "password", **fields)) == (400, "invalid_grant", "OAU-147")
    assert log_in(world, extension="102", password="other horse 1")
    assert status(world, session["access_token"]) == 200
    world.now_ms += 900_000
    if username == PASSWORD["username"]:
        assert log_in(world)


def test_a_right_password_forgets_the_wrong_ones(world: World) -> None:
    """Only failures in a row count."""
    for _ in range(3):
        for _ in range(9):
            ask(world, "password", **{**PASSWORD, "password": "nope"})
        world.now_ms += 60_000
        log_in(world)


def test_a_session_lives_by_refreshing(world: World) -> None:
    """The former access token dies at once, the new one works, the session stays the same."""
    first = log_in(world)
    assert status(world, first["access_token"]) == 200
    second = refresh(world, first["refresh_token"]).json()
    assert status(world, first["access_token"]) == 401
    assert status(world, second["access_token"]) == 200
    assert second["session_id"] == first["session_id"]
    assert second["endpoint_id"] == first["endpoint_id"]


@pytest.mark.parametrize(
    "use, wait_ms, same",
    [
        (True, 0, True),
        (True, 10_000, True),
        (True, 10_001, False),
        (False, 10_001, True),
        (False, 3_600_000, True),
        (False, 3_600_001, False),
    ],
)
def test_a_refresh_token_sent_again(world: World, use: bool, wait_ms: int, same: bool) -> None:
    """The very same tokens for 10 s or until first use, at most an hour; later all is ended."""
    first = log_in(world, access_token_ttl="3600")
    second = refresh(world, first["refresh_token"]).json()
    if use:
        assert status(world, second["access_token"]) == 200
    world.now_ms += wait_ms
    again = refresh(world, first["refresh_token"])
    if same:
        names = ("access_token", "refresh_token", "session_id")
        assert [again.json()[name] for name in names] == [second[name] for name in names]
        assert again.json()["expires_in"] == (3_600_000 - wait_ms) // 1000
    else:
        assert code(again) == (400, "invalid_grant", "OAU-213")
        assert status(world, second["access_token"]) == 401
        assert code(refresh(world, second["refresh_token"]))[2] == "OAU-213"


def test_a_replay_from_two_generations_back_ends_the_session(world: World) -> None:
    """Its successor was refreshed in turn, so it was received; only 10 s are forgiven."""
    first = log_in(world)
    second = refresh(world, first["refresh_token"]).json()
    third = refresh(world, second["refresh_token"]).json()
    world.now_ms += 10_001
    assert code(refresh(world, first["refresh_token"]))[2] == "OAU-213"
    assert status(world, third["access_token"]) == 401


def test_tokens_have_a_kind_a_client_and_an_end(world: World) -> None:
    """No token stands in for the other kind, for another client, or after its life."""
    tokens = log_in(world)
    assert status(world, tokens["refresh_token"]) == 401
    assert code(refresh(world, tokens["access_token"]))[2] == "OAU-213"
    public = ask(
        world,
        "refresh_token",
        {},
        refresh_token=tokens["refresh_token"],
        client_id="stopline-public-client",
    )
    assert code(public)[2] == "OAU-213"
    world.now_ms += 3_599_999
    assert status(world, tokens["access_token"]) == 200
    world.now_ms += 1
    answer = world.client.get(ME, headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert answer.json()["errors"][0]["errorCode"] == "OAU-128"
    world.now_ms += 604_800_000
    assert code(refresh(world, tokens["refresh_token"]))[2] == "OAU-213"


def bent(token: str) -> Iterator[str]:
    yield token[:-1]
    yield token.swapcase()
    yield token[:-1] + ("A" if token[-1] != "A" else "B")
    yield token + "A"
    yield "é" * 44
    yield "A" * 5000


def test_bent_tokens_are_unknown(world: World) -> None:
    """One character less, more or other."""
    token = log_in(world)["access_token"]
    for other in bent(token):
        headers = {"Authorization": f"Bearer {other}".encode()}
        assert world.client.get(ME, headers=headers).status_code == 401


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_session(world: World, which: str) -> None:
    """Both are dead, also an access token that was used a moment ago; others live."""
    other, tokens = log_in(world), log_in(world)
    assert status(world, tokens["access_token"]) == 200
    data = {"token": tokens[which]}
    answer = world.client.post("/restapi/oauth/revoke", data=data, headers=BASIC)
    assert (answer.status_code, answer.content) == (200, b"")
    assert status(world, tokens["access_token"]) == 401
    assert code(refresh(world, tokens["refresh_token"]))[2] == "OAU-213"
    assert status(world, other["access_token"]) == 200


def test_a_client_can_not_revoke_anothers_session(world: World) -> None:
    """It is told 200, as for any token that is none of its own."""
    tokens = log_in(world)
    data = {"token": tokens["access_token"], "client_id": "stopline-public-client"}
    assert world.client.post("/restapi/oauth/revoke", data=data).status_code == 200
    assert status(world, tokens["access_token"]) == 200


def test_the_sixth_session_ends_the_oldest(world: World) -> None:
    """Five of one user in one client; other clients are counted apart."""
    public = world.login("stopline-public-client")
    sessions = []
    for _ in range(6):
        world.now_ms += 1
        sessions.append(log_in(world)["access_token"])
    assert [status(world, token) for token in sessions] == [401] + [200] * 5
    assert status(world, public.access_token) == 200


@pytest.mark.parametrize("what", ["account", "app", "user"])
def test_what_is_switched_off_stops_within_a_second(world: World, what: str) -> None:
    """Old tokens, refreshing and logging in."""
    tokens = log_in(world)
    assert status(world, tokens["access_token"]) == 200
    switch, identifier = {
        "account": (administration.disable_account, ACCOUNT_ID),
        "app": (administration.disable_app, world.app().id),
        "user": (administration.disable_user, USER_ID),
    }[what]
    world.run(switch, identifier)
    world.now_ms += 1000
    assert status(world, tokens["access_token"]) == 401
    assert refresh(world, tokens["refresh_token"]).status_code == 400
    assert ask(world, "password", **PASSWORD).status_code == 400


def assertion_of(world: World) -> str:
    return world.ours["eyJhbGciOiJSUzI1NiJ9.demo.sig"]


def test_an_assertion_works_until_its_credential_is_switched_off(world: World) -> None:
    """The text itself does not end; the credential does. It is good for its own app only."""
    assertion = assertion_of(world)
    assert ask(world, JWT_GRANT, assertion=assertion).json()["owner_id"] == str(USER_ID)
    public = {"client_id": "stopline-public-client"}
    assert code(ask(world, JWT_GRANT, {}, assertion=assertion, **public))[2] == "OAU-140"
    (credential,) = world.run(administration.list_credentials, ACCOUNT_ID)
    world.run(administration.disable_credential, credential.id)
    assert code(ask(world, JWT_GRANT, assertion=assertion))[2] == "OAU-140"


def forged(world: World) -> Iterator[str]:
    genuine = assertion_of(world)
    header, claims, signature = genuine.split(".")
    yield f"{header}.{claims}."
    none = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    yield f"{none}.{claims}."
    yield f"{none}.{claims}.{signature}"
    yield f"{header}.{claims}.{signature[:-2]}AA"
    (credential,) = world.run(administration.list_credentials, ACCOUNT_ID)
    body = {"iss": "stopline", "sub": str(USER_ID), "jti": str(credential.id)}
    yield jwt.encode({"alg": "HS256"}, body, OctKey.import_key(b"x" * 32))
    rsa = RSAKey.generate_key(2048)
    for extra in ({}, {"jku": "https://evil.example/jwks"}, {"jwk": rsa.as_dict(private=False)}):
        yield jwt.encode({"alg": "RS256", **extra}, body, rsa)
    ours = OctKey.import_key(world.keys.assertions)
    yield jwt.encode({"alg": "HS512"}, body, ours, algorithms=["HS512"])
    yield jwt.encode({"alg": "HS256"}, {**body, "iss": "other"}, ours)
    yield jwt.encode({"alg": "HS256"}, {**body, "jti": 5}, ours)
    yield jwt.encode({"alg": "HS256"}, {"iss": "stopline"}, ours)
    yield jwt.encode({"alg": "HS256"}, {**body, "jti": "9" * 30}, ours)
    yield "x.y.z"
    yield "." * 3000


def test_forged_assertions_are_refused(world: World) -> None:
    """No algorithm but ours, no key but ours, whatever the header names."""
    for assertion in forged(world):
        assert code(ask(world, JWT_GRANT, assertion=assertion))[2] == "OAU-140", assertion[:80]


def test_logins_are_counted_by_client_and_name(tmp_path: Path) -> None:
    """Guessing one name does not use up another's tries."""
    world = World(tmp_path)
    try:
        statuses = [ask(world, "password", **{**PASSWORD, "password": "x"}) for _ in range(6)]
        assert [answer.status_code for answer in statuses] == [400] * 5 + [429]
        assert ask(world, "password", **{**PASSWORD, "username": "+12025550101"}).status_code == 400
    finally:
        world.close()


def test_the_store_holds_no_secret_in_clear(world: World) -> None:
    """A copy of the data opens nothing."""
    tokens = log_in(world)
    refreshed = refresh(world, tokens["refresh_token"]).json()
    world.close()
    dump = world.copy_rows()
    assert b"stopline-test-client" in dump
    secrets = [t[name] for t in (tokens, refreshed) for name in ("access_token", "refresh_token")]
    secrets += ["stopline-test-secret", "correct horse 9", assertion_of(world)]
    assert [secret for secret in secrets if secret.encode() in dump] == []


def find_token(tx: Tx, token: str) -> object:
    bucket = token_bucket(token)
    assert bucket is not None
    return tx.sessions.find_token(bucket, token_hash(token))


def test_old_sessions_are_dropped_and_live_ones_kept(world: World) -> None:
    """Retention deletes what ended a week ago, in bounded steps."""
    ended = log_in(world, refresh_token_ttl="600")
    live = log_in(world, refresh_token_ttl="2592000")
    ask(world, "password", **{**PASSWORD, "password": "nope"})
    world.now_ms += 600_000 + access.KEEP_ENDED_MS + 1
    assert world.run(access.tidy_access) is False
    rows = [
        world.run(find_token, token) for token in (ended["refresh_token"], ended["access_token"])
    ]
    assert rows == [None, None]
    assert refresh(world, live["refresh_token"]).status_code == 200


def signed(key: Any, kid: str = "k1", **claims: Any) -> dict[str, str]:
    """The form fields of a client assertion."""
    told = {
        "iss": "stopline-test-client",
        "sub": "stopline-test-client",
        "aud": "https://sms.example.org/restapi/oauth/token",
        "exp": NOW_MS // 1000 + 300,
        "jti": f"j{len(SEEN)}",
        **claims,
    }
    SEEN.append(told)
    kind = "ES256" if key.key_type == "EC" else "RS256"
    text = jwt.encode({"alg": kind, "kid": kid}, told, key, algorithms=[kind])
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text}


SEEN: list[dict[str, Any]] = []
KEY = ECKey.generate_key("P-256", {"kid": "k1"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "k1"})


def give_key(world: World) -> None:
    keys = json.dumps({"keys": [KEY.as_dict(private=False)]})
    world.run(change_app, world.app().id, AppChange(public_keys=keys))


def prove(world: World, fields: dict[str, str]) -> Any:
    return world.client.post(TOKEN, data={"grant_type": "password", **PASSWORD, **fields})


def test_an_app_proves_itself_by_its_key(world: World) -> None:
    """Once by each assertion; by Basic as before, and by one way at a time."""
    give_key(world)
    fields = signed(KEY)
    assert prove(world, fields).status_code == 200
    assert code(prove(world, fields))[:2] == (400, "invalid_client")
    assert prove(world, signed(KEY, aud=["x", "https://sms.example.org"])).status_code == 200
    assert ask(world, "password", **PASSWORD).status_code == 200
    both = world.client.post(
        TOKEN, data={"grant_type": "password", **PASSWORD, **signed(KEY)}, headers=BASIC
    )
    assert both.status_code == 400


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example"},
        {"iss": "stopline-public-client"},
        {"sub": "stopline-public-client"},
        {"exp": NOW_MS // 1000 - 120},
        {"exp": NOW_MS // 1000 + 7_200},
        {"exp": None},
        {"nbf": NOW_MS // 1000 + 600},
    ],
)
def test_an_assertion_for_others_proves_nothing(world: World, claims: dict[str, Any]) -> None:
    """Another audience or client, too old, too long, not yet."""
    give_key(world)
    assert code(prove(world, signed(KEY, **claims)))[:2] == (400, "invalid_client")


def test_only_the_apps_own_key_proves_it(world: World) -> None:
    """Another key, no key on record, no signature, and what is no assertion."""
    assert prove(world, signed(KEY)).status_code == 400
    give_key(world)
    head, body, _ = signed(KEY)["client_assertion"].split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for text in (
        signed(OTHER_KEY)["client_assertion"],
        f"{none}.{body}.",
        f"{head}.{body}.AAAA",
        "a.b.c",
        "x" * 5_000,
    ):
        fields = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
        assert prove(world, fields).status_code == 400


@pytest.mark.parametrize(
    "text",
    ["x", "{}", '{"keys": []}', json.dumps({"keys": [KEY.as_dict(private=True)]}),
     '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}',
     json.dumps({"keys": [{**KEY.as_dict(private=False), "key_ops": ["encrypt"]}]})],
)  # fmt: skip
def test_only_public_keys_are_kept(world: World, text: str) -> None:
    """Nothing that would let a reader of the database speak for the app."""
    with pytest.raises(InvalidField):
        world.run(change_app, world.app().id, AppChange(public_keys=text))


def test_an_app_may_do_without_the_replay_window(world: World) -> None:
    """Then a refresh token that comes twice ends its session at once, as RFC 9700 asks for."""
    world.run(change_app, world.app().id, AppChange(refresh_replay=False))
    token = log_in(world)["refresh_token"]
    fresh = ask(world, "refresh_token", refresh_token=token).json()
    assert code(ask(world, "refresh_token", refresh_token=token))[2] == "OAU-213"
    answer = ask(world, "refresh_token", refresh_token=fresh["refresh_token"])
    assert answer.status_code == 400


def test_an_app_has_limits_of_its_own(world: World) -> None:
    """Of the groups that are named; the others are as the settings say, and 0 is no limit."""
    usual = counted(world)
    world.run(change_app, world.app().id, AppChange(request_limits={"light": 7}))
    assert counted(world) == "7"
    world.run(change_app, world.app().id, AppChange(request_limits={"light": 0}))
    assert counted(world) is None
    world.run(change_app, world.app().id, AppChange(request_limits={"heavy": 7}))
    assert counted(world) == usual


def counted(world: World) -> str | None:
    """The limit of a light call by a token that was just made."""
    header = {"Authorization": f"Bearer {log_in(world)['access_token']}"}
    answer = world.client.get("/restapi/v1.0/account/~", headers=header)
    assert answer.status_code == 200
    limit: str | None = answer.headers.get("X-Rate-Limit-Limit")
    return limit


@pytest.mark.parametrize("limits", [{"none": 1}, {"Light": 1}, {"light": -1}, {"light": 10**9}])
def test_limits_are_checked(world: World, limits: dict[str, int]) -> None:
    """By group and by number."""
    with pytest.raises(InvalidField):
        world.run(change_app, world.app().id, AppChange(request_limits=limits))
