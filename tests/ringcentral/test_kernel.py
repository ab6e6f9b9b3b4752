"""The rules every call of the wire keeps, tried on a small route table of its own."""

import asyncio
from typing import Any, Literal

import msgspec
import pytest
from starlette.testclient import TestClient

from stopline.core.access import AppPermission, Principal, UserPermission, derive_keys
from stopline.core.errors import InvalidField, NotFound, StoreUnavailable
from stopline.core.pages import Page, cut_page
from stopline.ringcentral import errors
from stopline.ringcentral.application import WireApplication
from stopline.ringcentral.paging import PagingInfo
from stopline.ringcentral.profiles import RINGCENTRAL, SEED, Profile, RateGroup
from stopline.ringcentral.query import NoQuery, PagedQuery, Phone, PhoneList, Query, TimeMs
from stopline.ringcentral.request import NoBody, Wire, WireRequest, WireResponse
from stopline.ringcentral.routing import Route, RouteTable

NOW_MS = 1_772_470_800_000
ROOT = "/restapi/v1.0/account/{accountId}"
ME = "/restapi/v1.0/account/~"
GOOD = {"Authorization": "Bearer good"}


class EchoQuery(Query, frozen=True, kw_only=True):
    sender: Phone | None = msgspec.field(name="from", default=None)
    phone_number: PhoneList = ()
    status: tuple[Literal["Sent", "Queued"], ...] = ()
    view: Literal["Simple", "Detailed"] = "Simple"
    date_from: TimeMs | None = None
    deep: bool = False


class Numbers(msgspec.Struct, rename="camel"):
    records: list[int]
    paging: PagingInfo


class Item(msgspec.Struct):
    to: list[str]
    text: str | None = None


class Order(msgspec.Struct, rename="camel"):
    sender: str = msgspec.field(name="from")
    messages: list[Item]


async def echo(request: WireRequest[EchoQuery, NoBody]) -> WireResponse:
    return WireResponse(request.query)


async def order(request: WireRequest[NoQuery, Order]) -> Order:
    return request.body


async def maybe(request: WireRequest[NoQuery, Order | None]) -> WireResponse:
    return WireResponse({"empty": request.body is None})


async def remove(request: WireRequest[NoQuery, NoBody]) -> WireResponse:
    return WireResponse({"removed": request.ids["thingId"]})


async def numbers(request: WireRequest[PagedQuery, NoBody]) -> Numbers:
    ask = request.page_ask(3)
    rows = [n for n in range(10) if not ask.key or n > int(ask.key[0])]
    if ask.toward.value == "B":
        rows = [n for n in range(9, -1, -1) if n < int(ask.key[0])]
    page: Page[int] = cut_page(ask, rows[: ask.size + 1], lambda n: (n,))
    return Numbers(page.rows, request.paging(ask, page))


async def other_numbers(request: WireRequest[PagedQuery, NoBody]) -> Numbers:
    return await numbers(request)


async def fail(request: WireRequest[NoQuery, NoBody]) -> WireResponse:
    raise {
        "field": InvalidField("sender", "is not yours"),
        "missing": NotFound("batchId"),
        "store": StoreUnavailable("disk full of +12025550142"),
        "bug": KeyError("secret detail"),
    }[request.ids["kind"]]


def table() -> RouteTable:
    def route(method: str, path: str, handler: Any, **more: Any) -> Route:
        return Route(method, path, handler, summary="s", tag="t", **more)

    return RouteTable(
        [
            route("GET", f"{ROOT}/a2p-sms/echo", echo),
            route("POST", f"{ROOT}/a2p-sms/orders", order, status=201, body_limit=4096),
            route("POST", f"{ROOT}/plain/orders", order),
            route("PUT", f"{ROOT}/things/{{thingId}}", maybe),
            route("DELETE", f"{ROOT}/things/{{thingId}}", remove, group=RateGroup.MEDIUM),
            route("GET", f"{ROOT}/numbers", numbers),
            route("GET", f"{ROOT}/other-numbers", other_numbers),
            route("GET", f"{ROOT}/fail/{{kind}}", fail),
            route("GET", f"{ROOT}/sms", echo, app_permission=AppPermission.SMS),
            route("GET", f"{ROOT}/mine", echo, user_permission=UserPermission.READ_USER_NUMBERS),
            route("GET", "/restapi", remove, authenticated=False, group=RateGroup.NONE),
        ]
    )


ANNA = Principal(
    account_id=810200300,
    country="US",
    user_id=810200401,
    app_id=5,
    client_id="client",
    session_id=7,
    app_permissions=frozenset({AppPermission.A2P_SMS}),
    user_permissions=frozenset(),
    expires_at_ms=NOW_MS + 3_600_000,
)


async def authenticate(token: str) -> Principal:
    if token == "good":
        return ANNA
    if token == "other":
        return Principal(
            **{name: getattr(ANNA, name) for name in ANNA.__slots__ if name != "account_id"},
            account_id=999,
        )
    raise errors.unauthorized(errors.TOKEN_UNKNOWN)


class Clock:
    now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


def make_client(profile: Profile = SEED, clock: Clock | None = None, **more: Any) -> TestClient:
    wire = Wire(
        store=None,  # type: ignore[arg-type]  no route of this table reads the store
        keys=derive_keys(b"k" * 32),
        profile=profile,
        public_url="https://sms.example.org",
        clock_ms=clock or Clock(),
        authenticate=authenticate,
        **more,
    )
    return TestClient(WireApplication(wire, table()), raise_server_exceptions=True)


@pytest.fixture
def client() -> TestClient:
    return make_client()


def codes(answer: Any) -> tuple[int, str, str | None]:
    body = answer.json()
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    inner = body["errors"][0]["errorCode"] if body["errors"] else None
    return answer.status_code, body["errorCode"], inner


@pytest.mark.parametrize(
    "headers, expected",
    [
        ({}, (401, "AGW-401", "AGW-401")),
        ({"Authorization": "Bearer nonsense"}, (401, "TokenInvalid", "OAU-149")),
        ({"Authorization": "Bearer "}, (401, "AGW-402", "AGW-402")),
        ({"Authorization": "Basic good"}, (401, "AGW-402", "AGW-402")),
        ({"Authorization": "good"}, (401, "AGW-402", "AGW-402")),
        ({"Authorization": "Bearer good, Bearer good"}, (401, "AGW-402", "AGW-402")),
    ],
)
def test_calls_without_a_live_token_are_401(
    client: TestClient, headers: dict[str, str], expected: tuple[int, str, str]
) -> None:
    """Each way of not being logged in has its code, a challenge and no rate headers."""
    answer = client.get(f"{ME}/a2p-sms/echo", headers=headers)
    assert codes(answer) == expected
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert "x-rate-limit-group" not in answer.headers


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(client: TestClient, scheme: str) -> None:
    """SDKs echo `bearer` in lower case."""
    headers = {"Authorization": f"{scheme} good"}
    assert client.get(f"{ME}/a2p-sms/echo", headers=headers).status_code == 200


def test_a_token_in_the_query_is_refused_unless_allowed() -> None:
    """URLs are logged everywhere, so a token in one counts only where the operator said so."""
    path = f"{ME}/a2p-sms/echo?access_token=good"
    assert make_client().get(path).status_code == 401
    assert make_client(query_token_allowed=True).get(path).status_code == 200


@pytest.mark.parametrize(
    "path, expected",
    [
        (f"{ME}/a2p-sms/echo", 200),
        (f"{ME}/a2p-sms/echo/", 200),
        ("/restapi/v1.0/account/810200300/a2p-sms/echo", 200),
        ("/restapi/v1.0/account/%7E/a2p-sms/echo", 200),
        ("/restapi/v1.0/account/999/a2p-sms/echo", 404),
        ("/restapi/v1.0/account/0810200300/a2p-sms/echo", 404),
        ("/restapi/v1.0/account/%00/a2p-sms/echo", 404),
        ("/restapi/v1.0/account/%c0%ae/a2p-sms/echo", 404),
        ("/restapi/v1.0/account/..%2f~/a2p-sms/echo", 404),
        ("/restapi/v1.0/account/" + "9" * 5000 + "/a2p-sms/echo", 404),
        ("/restapi/v1.0/account/" + "9" * 9000 + "/a2p-sms/echo", 414),
        ("/restapi/v1.0/nowhere", 404),
        ("/.git/HEAD", 404),
    ],
)
def test_paths(client: TestClient, path: str, expected: int) -> None:
    """A path leads to the caller's own account or nowhere."""
    assert client.get(path, headers=GOOD).status_code == expected


def test_unknown_path_and_foreign_account_have_the_contracts_codes(client: TestClient) -> None:
    """AGW-404 has no inner errors; a foreign account reads like one that does not exist."""
    nowhere = client.get("/restapi/v1.0/nowhere", headers=GOOD)
    assert nowhere.json() == {"errorCode": "AGW-404", "message": "Resource not found", "errors": []}
    foreign = client.get("/restapi/v1.0/account/999/a2p-sms/echo", headers=GOOD).json()
    assert foreign["message"] == "Resource for parameter [accountId] is not found."
    assert foreign["errors"][0]["parameterName"] == "accountId"


def test_only_a2p_pages_end_the_message_with_a_full_stop(client: TestClient) -> None:
    """The two families of pages differ in one character, and clients may show it."""
    a2p = client.get(f"{ME}/a2p-sms/echo?view=Huge", headers=GOOD).json()
    other = client.get(f"{ME}/numbers?perPage=0", headers=GOOD).json()
    assert a2p["message"] == "Parameter [view] value is invalid."
    assert other["message"] == "Parameter [perPage] value is invalid"


@pytest.mark.parametrize(
    "query, name, value",
    [
        ("from=+12025550142", "from", "+12025550142"),
        ("from=%2B12025550142", "from", "+12025550142"),
        ("from=12025550142", "from", "+12025550142"),
        ("from=+1+(202)+555-0142", "from", "+12025550142"),
        ("from=", "from", None),
        ("payload=%7B%3Afrom%3D%3E%22%2B1%22%7D", "from", None),
        ("%ff=1", "from", None),
        ("view=Detailed&view=Detailed", "view", "Detailed"),
        ("status=Sent", "status", ["Sent"]),
        ("status=Sent&status=Queued&status=Sent", "status", ["Sent", "Queued"]),
        ("phoneNumber=+12025550142&phoneNumber=", "phoneNumber", ["+12025550142"]),
        ("dateFrom=2026-03-02T17:00:00.250+01:00", "dateFrom", 1_772_467_200_250),
        ("deep=TRUE", "deep", True),
    ],
)
def test_query_values_are_read(client: TestClient, query: str, name: str, value: object) -> None:
    """Raw plus, repeats, empty and unknown parameters, as clients really send them."""
    answer = client.get(f"{ME}/a2p-sms/echo?{query}", headers=GOOD)
    assert answer.status_code == 200, answer.text
    assert answer.json()[name] == value


@pytest.mark.parametrize(
    "query, code, parameter",
    [
        ("from=' OR '1'='1", "CMN-101", "from"),
        ("from=%2B1202555%0d%0aX:1", "CMN-101", "from"),
        ("from=%00", "CMN-101", "from"),
        ("from=%ff", "CMN-101", "from"),
        ("from=%zz", "CMN-101", "from"),
        ("from=%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6%D9%A7", "CMN-101", "from"),
        ("from=12025550142&from=12025550143", "CMN-406", "from"),
        ("view=Huge", "CMN-101", "view"),
        ("status=Sent&status=Lost", "CMN-101", "status"),
        ("dateFrom=yesterday", "CMN-101", "dateFrom"),
        ("dateFrom=2026-13", "CMN-101", "dateFrom"),
        ("deep=yes", "CMN-101", "deep"),
        ("&".join(f"phoneNumber=%2B131255501{i:02d}" for i in range(16)), "CMN-101", "phoneNumber"),
    ],
)
def test_bad_query_values_are_400_by_name(
    client: TestClient, query: str, code: str, parameter: str
) -> None:
    """A value that can not be meant is refused and its parameter named; nothing is guessed."""
    answer = client.get(f"{ME}/a2p-sms/echo?{query}", headers=GOOD)
    assert codes(answer) == (400, code, code)
    assert answer.json()["parameterName"] == parameter


ORDER = b'{"from":"+12025550142","messages":[{"to":["+13125550161"]}]}'
JSON = {**GOOD, "Content-Type": "application/json"}


def post(client: TestClient, body: bytes, path: str = "a2p-sms", **headers: str) -> Any:
    merged = {**JSON, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return client.post(f"{ME}/{path}/orders", content=body, headers=merged)


@pytest.mark.parametrize(
    "body",
    [
        ORDER[:-3],
        b"",
        b"null,",
        b"\xef\xbb\xbf" + ORDER,
        b'{"from":NaN}',
        b'{"from":"\xff"}',
        b'{"from":"\\ud800","messages":[]}',
        b'{"from":"a","from":"b","messages":[]}',
        b'{"from":"a","messages":[{"to":[],"to":[]}]}',
        b'{"from":"a","messages":[],"x":' + b"[" * 33 + b"]" * 33 + b"}",
        b"[" * 2000,
        ORDER.decode().encode("utf-16"),
    ],
)
def test_bodies_that_are_no_strict_json_are_400(client: TestClient, body: bytes) -> None:
    """Truncated, NaN, BOM, bad UTF-8, duplicates and depth: one answer, CMN-104 on a2p pages."""
    assert codes(post(client, body)) == (400, "CMN-104", "CMN-104")
    assert codes(post(client, body, "plain"))[1] == "CMN-103"


@pytest.mark.parametrize(
    "body, parameter",
    [
        (b"{}", "from"),
        (b'{"from":"a"}', "messages"),
        (b'{"from":1,"messages":[]}', "from"),
        (b'{"from":"a","messages":[{"to":["x",5]}]}', "messages.to"),
        (b'{"from":"a","messages":[{}]}', "messages.to"),
        (b"[]", "body"),
    ],
)
def test_wrong_fields_are_named(client: TestClient, body: bytes, parameter: str) -> None:
    """A field of the wrong type or missing is CMN-101 with its path, indices left out."""
    answer = post(client, body)
    assert codes(answer)[:2] == (400, "CMN-101")
    assert answer.json()["parameterName"] == parameter


def test_unknown_members_escapes_and_shallow_depth_pass(client: TestClient) -> None:
    """`\\/` is how PHP writes a slash; brackets in strings are no depth; unknown is ignored."""
    text = b'"\\/ ' + b"[{" * 50 + b' \\" "'
    body = b'{"from":"a","scheduledAt":1,"messages":[{"to":["b"],"text":' + text + b"}]}"
    answer = post(client, body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["messages"][0]["text"].startswith("/ [{")


@pytest.mark.parametrize(
    "headers, expected",
    [
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content_Type": "application/json; charset=latin-1"}, 415),
        ({"Content_Type": "application/json; charset=UTF-8"}, 201),
        ({"Content_Encoding": "gzip"}, 415),
        ({"Content_Encoding": "identity"}, 201),
    ],
)
def test_only_plain_json_is_taken(
    client: TestClient, headers: dict[str, str], expected: int
) -> None:
    """Other media types, charsets and every content encoding are 415."""
    assert post(client, ORDER, **headers).status_code == expected


def test_a_body_over_the_limit_is_413_before_it_is_read(client: TestClient) -> None:
    """An announced size is refused unread; a chunked one is cut off at the limit."""
    assert post(client, ORDER, Content_Length=str(10 << 30)).status_code == 413

    def pieces() -> Any:
        yield from [b" " * 1024] * 5

    answer = client.post(f"{ME}/a2p-sms/orders", content=pieces(), headers=JSON)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "headers, query, expected",
    [
        ({"X-HTTP-Method-Override": "PUT"}, "", {"empty": True}),
        ({"X-HTTP-Method-Override": "delete"}, "", {"removed": "5"}),
        ({}, "?_method=PUT", {"empty": True}),
        ({"X-HTTP-Method-Override": "PUT"}, "?_method=put", {"empty": True}),
    ],
)
def test_post_may_stand_for_another_method(
    client: TestClient, headers: dict[str, str], query: str, expected: object
) -> None:
    """By header or query, with the group and rights of the method meant."""
    answer = client.post(f"{ME}/things/5{query}", headers={**GOOD, **headers})
    assert answer.json() == expected


@pytest.mark.parametrize(
    "method, headers, query, expected",
    [
        ("POST", {"X-HTTP-Method-Override": "PUT"}, "?_method=DELETE", 400),
        ("POST", {"X-HTTP-Method-Override": "TRACE"}, "", 400),
        ("POST", {"X-HTTP-Method-Override": "PATCH"}, "", 405),
        ("GET", {"X-HTTP-Method-Override": "DELETE"}, "", 405),
        ("GET", {}, "?_method=DELETE", 405),
        ("TRACE", {}, "", 405),
    ],
)
def test_other_overrides_are_refused(
    client: TestClient, method: str, headers: dict[str, str], query: str, expected: int
) -> None:
    """Two different wishes are 400; only POST may stand for another method."""
    path = f"{ME}/things/5{query}"
    assert client.request(method, path, headers={**GOOD, **headers}).status_code == expected


def test_405_names_what_is_allowed(client: TestClient) -> None:
    """The path exists, so the answer says with which methods."""
    answer = client.post(f"{ME}/numbers", headers=GOOD)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_head_is_get_without_a_body(client: TestClient) -> None:
    """Same status and headers, no body."""
    answer = client.head(f"{ME}/numbers", headers=GOOD)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


def test_every_answer_has_the_common_headers(client: TestClient) -> None:
    """A request id of its own, no caching, no sniffing; CORS without credentials."""
    answers = [
        client.get(path, headers={**GOOD, "Origin": "https://evil.example"})
        for path in (f"{ME}/numbers", "/restapi/v1.0/nowhere", f"{ME}/fail/bug")
    ]
    assert len({answer.headers["rcrequestid"] for answer in answers}) == 3
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_preflight_needs_no_token(client: TestClient) -> None:
    """Browsers ask first, without a token."""
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"}
    answer = client.options(f"{ME}/things/5", headers=headers)
    assert answer.status_code == 204
    assert "Authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    "kind, expected",
    [
        ("field", (400, "CMN-101", "CMN-101")),
        ("missing", (404, "CMN-102", "CMN-102")),
        ("store", (500, "CMN-203", "CMN-203")),
        ("bug", (500, "CMN-203", "CMN-203")),
    ],
)
def test_errors_of_core_become_the_envelope(
    client: TestClient, kind: str, expected: tuple[int, str, str]
) -> None:
    """One table for ours; a bug is 500 and tells nothing."""
    answer = client.get(f"{ME}/fail/{kind}", headers=GOOD)
    assert codes(answer) == expected
    assert "secret" not in answer.text
    assert "+1202" not in answer.text


def test_permissions_are_named(client: TestClient) -> None:
    """What the app or the user lacks stands in the answer."""
    app = client.get(f"{ME}/sms", headers=GOOD)
    user = client.get(f"{ME}/mine", headers=GOOD)
    assert (codes(app)[:2], app.json()["permissionName"]) == ((403, "CMN-401"), "SMS")
    assert (codes(user)[:2], user.json()["permissionName"]) == (
        (403, "CMN-408"),
        "ReadUserPhoneNumbers",
    )


def walk(client: TestClient, path: str, key: str) -> tuple[list[list[int]], dict[str, Any]]:
    pages, token, body = [], "", {}
    while token is not None:
        body = client.get(f"{path}&pageToken={token}", headers=GOOD).json()
        pages.append(body["records"])
        token = body["paging"].get(key)
    return pages, body


def test_page_tokens_lead_forth_and_back(client: TestClient) -> None:
    """Every row once forward; the way back gives the same pages; the first token restarts."""
    path = f"{ME}/numbers?perPage=4"
    pages, last = walk(client, path, "nextPageToken")
    assert pages == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert "nextPageToken" not in last["paging"]
    back = client.get(f"{path}&pageToken={last['paging']['previousPageToken']}", headers=GOOD)
    assert back.json()["records"] == [4, 5, 6, 7]
    first = client.get(f"{path}&pageToken={last['paging']['firstPageToken']}", headers=GOOD)
    assert first.json()["records"] == [0, 1, 2, 3]
    assert "previousPageToken" not in first.json()["paging"]


def next_token(client: TestClient) -> str:
    body = client.get(f"{ME}/numbers?perPage=2", headers=GOOD).json()
    token: str = body["paging"]["nextPageToken"]
    assert len(token) <= 512
    return token


def test_page_tokens_of_another_list_account_or_day_are_400() -> None:
    """A token is bound to account, path and filter, lives a day, and can not be forged."""
    clock = Clock()
    client = make_client(clock=clock)
    token = next_token(client)
    flipped = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    tries = [
        client.get(f"{ME}/numbers?pageToken={bad}", headers=GOOD)
        for bad in (flipped, "not-a-token", "%F0%9F%98%80", "A" * 600, token + "A", "=")
    ]
    tries.append(client.get(f"{ME}/other-numbers?pageToken={token}", headers=GOOD))
    other = {"Authorization": "Bearer other"}
    tries.append(client.get(f"{ME}/numbers?pageToken={token}", headers=other))
    clock.now_ms += 86_400_000
    tries.append(client.get(f"{ME}/numbers?pageToken={token}", headers=GOOD))
    assert [codes(answer)[:2] for answer in tries] == [(400, "CMN-101")] * len(tries)
    assert {answer.json()["parameterName"] for answer in tries} == {"pageToken"}


@pytest.mark.parametrize("size, expected", [("5000", 1000), ("1", 1), ("", 3)])
def test_page_size_is_lowered_to_the_maximum(client: TestClient, size: str, expected: int) -> None:
    """Above the maximum it is lowered, absent it is the list's default."""
    body = client.get(f"{ME}/numbers?perPage={size}", headers=GOOD).json()
    assert body["paging"]["perPage"] == expected


@pytest.mark.parametrize("size", ["0", "-1", "1e3", "ten", "1.0", "%D9%A1", "9" * 30])
def test_page_size_below_one_or_no_number_is_400(client: TestClient, size: str) -> None:
    """Nothing else is a size."""
    answer = client.get(f"{ME}/numbers?perPage={size}", headers=GOOD)
    assert (codes(answer)[:2], answer.json()["parameterName"]) == ((400, "CMN-101"), "perPage")


def test_the_51st_light_request_is_429_and_hammering_prolongs_it() -> None:
    """Sliding window; over the limit every request starts the minute again."""
    clock = Clock()
    client = make_client(RINGCENTRAL, clock)
    answers = [client.get(f"{ME}/numbers", headers=GOOD) for _ in range(51)]
    assert [answer.status_code for answer in answers] == [200] * 50 + [429]
    assert answers[0].headers["x-rate-limit-remaining"] == "49"
    over = answers[-1]
    assert codes(over) == (429, "CMN-301", "CMN-301")
    assert over.headers["retry-after"] == "60"
    assert over.headers["x-rate-limit-group"] == "light"
    assert (over.headers["x-rate-limit-limit"], over.headers["x-rate-limit-window"]) == ("50", "60")
    for wait_ms, expected in [(59_000, 429), (59_000, 429), (60_000, 200)]:
        clock.now_ms += wait_ms
        assert client.get(f"{ME}/numbers", headers=GOOD).status_code == expected
    assert client.delete(f"{ME}/things/1", headers=GOOD).status_code == 200


def test_a_slow_handler_is_503(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever."""
    monkeypatch.setattr("stopline.ringcentral.application.HANDLER_TIMEOUT_S", 0.01)

    async def sleep(request: WireRequest[NoQuery, NoBody]) -> WireResponse:
        await asyncio.sleep(5)
        return WireResponse()

    slow = RouteTable([Route("GET", "/slow", sleep, "s", "t", authenticated=False)])
    wire = client.app._wire  # type: ignore[attr-defined]
    answer = TestClient(WireApplication(wire, slow)).get("/slow")
    assert codes(answer) == (503, "CMN-201", "CMN-201")
    assert answer.headers["retry-after"]
