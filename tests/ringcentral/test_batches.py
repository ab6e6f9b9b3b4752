"""What a batch request may hold, and what a repeated one gets."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contract.fixture import ADA, BOB, OPTED_OUT, SENDER, claim
from contract.world import PUBLIC_URL, World

A2P = "/restapi/v1.0/account/~/a2p-sms"
TEXT = "Clinic closed Friday."
ONE = [{"to": [ADA]}]


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    world = World(tmp_path, database=store_url, rate_limit_light=0)
    world.call("AT-demo-0001", world.login().access_token)
    yield world
    world.close()


def batch(messages: Any = ONE, text: Any = TEXT, **more: Any) -> dict[str, Any]:
    return {"from": SENDER, "text": text, "messages": messages, **more}


def post(world: World, body: Any, **headers: str) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **authorization(world), **headers}
    return world.client.post(f"{A2P}/batches", content=content, headers=sent)


def authorization(world: World) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.ours['AT-demo-0001']}"}


def counts(world: World) -> dict[str, int]:
    """Rows of everything a batch request may leave behind."""
    tables = ("messages", "batches", "idempotency_keys", "sender_queues", "deliveries")
    return {table: world.rows(f"select count(*) from {table}")[0][0] for table in tables}


# (body, status, code, parameter)
REFUSED: dict[str, tuple[Any, int, str, str | None]] = {
    "no json": (b"{", 400, "CMN-104", None),
    "nothing": (b"", 400, "CMN-104", None),
    "a list": ([], 400, "CMN-101", "body"),
    "not UTF-8": (b'{"from": "\xff"}', 400, "CMN-104", None),
    "a byte order mark": (b"\xef\xbb\xbf" + json.dumps(batch()).encode(), 400, "CMN-104", None),
    "NaN": (b'{"from": NaN}', 400, "CMN-104", None),
    "a key twice": (b'{"from": "+12025550142", "from": "+12025550142"}', 400, "CMN-104", None),
    "a lone surrogate": (
        b'{"from":"+12025550142","text":"\\ud800","messages":[{"to":["+13125550161"]}]}',
        400,
        "CMN-104",
        None,
    ),
    "no sender": ({"text": TEXT, "messages": ONE}, 400, "CMN-101", "from"),
    "a number as sender": (batch(**{"from": 12025550142}), 400, "CMN-101", "from"),
    "a word as sender": (batch(**{"from": "CLINIC"}), 400, "CMN-101", "from"),
    "a sender of nobody": (batch(**{"from": "+12125550000"}), 400, "CMN-101", "from"),
    "a sender without the feature": (batch(**{"from": "+12025550177"}), 400, "CMN-101", "from"),
    "messages missing": ({"from": SENDER, "text": TEXT}, 400, "CMN-101", "messages"),
    "messages null": (batch(None), 400, "CMN-101", "messages"),
    "messages empty": (batch([]), 400, "CMN-101", "messages"),
    "messages an object": (batch({"to": [ADA]}), 400, "CMN-101", "messages"),
    "10,001 messages": (batch(ONE * 10_001), 400, "CMN-101", "messages"),
    "a message that is a text": (batch([ADA]), 400, "CMN-101", "messages"),
    "no recipient": (batch([{}]), 400, "CMN-101", "messages.to"),
    "an empty list of recipients": (batch([{"to": []}]), 400, "CMN-101", "messages.to"),
    "two recipients": (batch([{"to": [ADA, BOB]}]), 400, "CMN-101", "messages.to"),
    "a number as recipient": (batch([{"to": [1]}]), 400, "CMN-101", "messages.to"),
    "a book as recipient": (batch([{"to": ["1" * 101]}]), 400, "CMN-101", "messages.to"),
    "1,001 characters": (batch(text="x" * 1_001), 400, "CMN-101", "text"),
    "1,001 characters of one's own": (
        batch([*ONE, {"to": [BOB], "text": "x" * 1_001}]),
        400,
        "CMN-101",
        "messages.text",
    ),
    "no text at all": (batch(text=None), 400, "CMN-101", "text"),
    "an empty text": (batch(text=""), 400, "CMN-101", "text"),
    "no text for one of two": (
        batch([{"to": [ADA], "text": TEXT}, {"to": [BOB]}], text=None),
        400,
        "CMN-101",
        "text",
    ),
    "a text that is a number": (batch(text=5), 400, "CMN-101", "text"),
}


@pytest.mark.parametrize(("body", "status", "code", "parameter"), REFUSED.values(), ids=REFUSED)
def test_a_bad_request_names_its_field_and_stores_nothing(
    world: World, body: Any, status: int, code: str, parameter: str | None
) -> None:
    """The contract's envelope; not a row is there afterwards, nor is its key taken."""
    before = counts(world)
    answer = post(world, body, **{"Idempotency-Key": "k1"})
    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)
    assert answer.json().get("parameterName") == parameter
    assert counts(world) == before


@pytest.mark.parametrize(
    "number",
    [
        "",
        "+1",
        "+1202555",
        "+1800FLOWERS",
        "+1312555\u0660161",
        "+13125550161\r\n",
        "+13125550161\x00",
        "tel:+13125550161",
        "' OR '1'='1",
        "12345",
    ],
)
def test_an_invalid_recipient_is_rejected_with_its_place(world: World, number: str) -> None:
    """The others are accepted; places count from 1, the number comes back as it was written."""
    answer = post(world, batch([{"to": [ADA]}, {"to": [number]}, {"to": BOB}]))
    assert answer.status_code == 201
    assert answer.json()["batchSize"] == 2
    [rejected] = answer.json()["rejected"]
    assert (rejected["index"], rejected["to"]) == (2, [number])
    assert rejected["errorCode"] == "SMS-RC-410"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 1_000, "x" * 1_000),
        ("a\x00b", "a\ufffdb"),
        ("\N{PARTY POPPER}" * 1_000, "\N{PARTY POPPER}" * 1_000),
        ("line\r\nline", "line\r\nline"),
    ],
    ids=["1,000 letters", "NUL", "1,000 emoji", "lines"],
)
def test_a_text_is_kept_as_it_came(world: World, text: str, kept: str) -> None:
    """Up to 1,000 characters; only NUL is replaced."""
    assert post(world, batch(text=text)).status_code == 201
    [message] = world.call_json("GET", f"{A2P}/messages?view=Detailed")["records"]
    assert message["text"] == kept


def test_members_that_nobody_asked_for_change_nothing(world: World) -> None:
    """Neither id nor status nor cost nor a wish to skip the opt-out check."""
    body = batch(id="x", status="Completed", cost=0, skipOptOut=True, expiresIn=5, batchSize=9)
    body["messages"] = [{"to": [ADA], "messageStatus": "Sent", "id": "1", "priority": 0}]
    answer = post(world, body).json()
    assert (answer["status"], answer["batchSize"], "cost" in answer) == ("Processing", 1, False)


def test_one_recipient_twice_gets_two_messages(world: World) -> None:
    """No rule of the contract makes them one."""
    assert post(world, batch(ONE * 2)).json()["batchSize"] == 2


def test_10_000_messages_are_one_batch(world: World) -> None:
    """The most that one request may hold, in slices that nobody sees before the end."""
    people = [{"to": [f"+1312{200 + n // 10_000:03d}{n % 10_000:04d}"]} for n in range(10_000)]
    answer = post(world, batch(people)).json()
    assert answer["batchSize"] == 10_000
    statuses = world.call_json("GET", f"{A2P}/statuses?batchId={answer['id']}")
    assert statuses["queued"] == {"count": 10_000, "cost": 70}
    assert len(claim(world)) == 1_000


# Requests that are repeated.


def test_a_repeated_request_gets_the_same_answer(world: World) -> None:
    """Same key, same body: the same bytes, rejected entries too, and one batch."""
    body = batch([{"to": [ADA]}, {"to": ["12"]}])
    answers = [post(world, body, **{"Idempotency-Key": "k1"}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["rejected"][0]["index"] == 2
    assert counts(world)["batches"] == 1


def test_a_key_belongs_to_one_body(world: World) -> None:
    """With another body it is refused, and nothing is sent."""
    post(world, batch(), **{"Idempotency-Key": "k1"})
    before = counts(world)
    other = post(world, batch(text="Something else"), **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["errorCode"]) == (409, "CMN-406")
    assert counts(world) == before


def test_a_key_is_kept_for_seven_days(world: World) -> None:
    """Afterwards it may be used for something else."""
    post(world, batch(), **{"Idempotency-Key": "k1"})
    world.now_ms += 7 * 86_400_000 - 1
    world.call("AT-demo-0001", world.login().access_token)
    assert post(world, batch(text="x"), **{"Idempotency-Key": "k1"}).status_code == 409
    world.now_ms += 1
    assert post(world, batch(text="x"), **{"Idempotency-Key": "k1"}).status_code == 201


def test_different_keys_and_none_are_different_requests(world: World) -> None:
    """Only the same key makes two requests one."""
    for headers in ({}, {}, {"Idempotency-Key": "k1"}, {"Idempotency-Key": "k2"}):
        post(world, batch(), **headers)
    assert counts(world)["batches"] == 4


def test_a_key_is_bounded(world: World) -> None:
    """255 characters."""
    assert post(world, batch(), **{"Idempotency-Key": "k" * 255}).status_code == 201
    refused = post(world, batch(), **{"Idempotency-Key": "k" * 256})
    assert (refused.status_code, refused.json()["errorCode"]) == (400, "CMN-407")


def test_at_the_same_time_one_request_wins(world: World) -> None:
    """The other is told that it runs; whatever comes later gets the answer of the first."""

    async def both() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(world.client.app)
        async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http:
            people = [{"to": [f"+1312200{n:04d}"]} for n in range(5_000)]
            headers = {**authorization(world), "Idempotency-Key": "k1"}
            requests = [
                http.post(f"{A2P}/batches", json=batch(people), headers=headers) for _ in range(2)
            ]
            return await asyncio.gather(*requests)

    answers = asyncio.run(both())
    assert sorted(answer.status_code for answer in answers) == [201, 429]
    running = next(answer for answer in answers if answer.status_code == 429)
    assert (running.json()["errorCode"], running.headers["retry-after"]) == ("CMN-304", "1")
    assert counts(world)["batches"] == 1


@pytest.mark.on_sqlite("its fault is a trigger in SQLite's words")
def test_a_request_that_fails_half_way_leaves_nothing(world: World) -> None:
    """The second slice meets a full disk: no message, no batch, and the key is free again."""
    people = [{"to": [f"+1312200{n:04d}"]} for n in range(2_000)]
    before = counts(world)
    world.execute(
        "create trigger full before insert on messages when new.recipient = '+13122001500' "
        "begin select raise(abort, 'full'); end"
    )
    failed = post(world, batch(people), **{"Idempotency-Key": "k1"})
    assert (failed.status_code, failed.json()["errorCode"]) == (500, "CMN-203")
    assert counts(world) == before
    world.execute("drop trigger full")
    assert post(world, batch(people), **{"Idempotency-Key": "k1"}).status_code == 201


@pytest.mark.on_sqlite("its fault is a trigger in SQLite's words")
def test_a_key_that_a_failed_request_could_not_free_is_free_later(world: World) -> None:
    """A disk that stays full keeps the key for two minutes; afterwards it may be used."""
    headers = {"Idempotency-Key": "k1"}
    people = [{"to": [f"+1312200{n:04d}"]} for n in range(2_000)]
    world.execute(
        "create trigger full before insert on messages begin select raise(abort, 'full'); end"
    )
    world.execute(
        "create trigger stuck before delete on idempotency_keys "
        "begin select raise(abort, 'full'); end"
    )
    assert post(world, batch(people), **headers).status_code == 500
    world.execute("drop trigger full")
    world.execute("drop trigger stuck")
    assert post(world, batch(people), **headers).json()["errorCode"] == "CMN-304"
    world.now_ms += 120_000
    assert post(world, batch(people), **headers).status_code == 201
    assert counts(world)["batches"] == 1


def test_who_opted_out_is_refused_at_once_and_the_rest_goes_on(world: World) -> None:
    """The message exists as failed with the opted-out code, and costs nothing."""
    assign = {"from": SENDER, "optOuts": [OPTED_OUT]}
    world.call_json("POST", f"{A2P}/opt-outs/bulk-assign", assign)
    answer = post(world, batch([{"to": [OPTED_OUT]}, {"to": [ADA]}])).json()
    assert (answer["batchSize"], answer["processedCount"]) == (2, 1)
    statuses = world.call_json("GET", f"{A2P}/statuses?batchId={answer['id']}")
    assert statuses["sendingFailed"] == {
        "count": 1,
        "cost": 0,
        "errorCodeCounts": {"SMS-RC-413": 1},
    }
    assert [s.recipient for s in claim(world)] == [ADA]


def stored_times(world: World) -> list[tuple[int, int | None]]:
    found = world.rows("select due_ms, expires_ms from messages order by id")
    return [(row[0], row[1]) for row in found]


def test_a_batch_may_be_spread_and_expire_by_headers_of_ours(world: World) -> None:
    """Body and answer stay the contract's; a message's time begins when the last one is due."""
    two = [{"to": [ADA]}, {"to": [BOB]}]
    answer = post(
        world,
        batch(two),
        **{"X-Stopline-Spread-Minutes": "10", "X-Stopline-Valid-Minutes": "30"},
    )
    assert answer.status_code == 201, answer.text
    (first, expires), (second, _) = stored_times(world)
    assert second - first == 5 * 60_000
    assert expires == first + 40 * 60_000


@pytest.mark.parametrize(
    "name, value",
    [
        ("X-Stopline-Spread-Minutes", "soon"),
        ("X-Stopline-Spread-Minutes", "10081"),
        ("X-Stopline-Valid-Minutes", "0"),
        ("X-Stopline-Valid-Minutes", "-1"),
    ],
)
def test_a_time_that_is_none_is_refused(world: World, name: str, value: str) -> None:
    """Nothing is kept of such a request."""
    before = counts(world)
    answer = post(world, batch(), **{name: value})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-407")
    assert counts(world) == before


def test_the_same_key_with_other_times_is_another_request(world: World) -> None:
    """They are a part of what was asked for."""
    key = {"Idempotency-Key": "k1"}
    assert post(world, batch(), **key).status_code == 201
    assert post(world, batch(), **key, **{"X-Stopline-Valid-Minutes": "5"}).status_code == 409
