"""What the lists of High Volume SMS take and refuse, and whose rows they show."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contract.fixture import ADA, BOB, CAMPAIGNS, CONSENTS_MS, OPTED_OUT, RETURNED, SENDER, fill
from contract.world import World
from stopline.flows import administration
from stopline.flows.access import IssuedTokens
from stopline.store.tx import Tx

A2P = "/restapi/v1.0/account/~/a2p-sms"
BATCH = "5b0c9a3e-1d77-4c1b-9a58-2f6d0e7c4411"
OTHERS = "+12065550177"


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    world = World(tmp_path, "seed", database=store_url, set_up_ms=CONSENTS_MS, rate_limit_light=0)
    fill(world)
    world.call("AT-demo-0001", world.login().access_token)
    yield world
    world.close()


def ask(world: World, path: str, **headers: str) -> httpx2.Response:
    token = world.ours["AT-demo-0001"]
    return world.client.get(
        f"{A2P}{world.to_ours(path)}", headers={"Authorization": f"Bearer {token}", **headers}
    )


def records(world: World, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.to_contract(ask(world, path).json())["records"]
    return found


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/opt-outs?perPage=-1", "perPage"),
        ("/opt-outs?perPage=0", "perPage"),
        ("/opt-outs?perPage=1e3", "perPage"),
        ("/opt-outs?from=abc", "from"),
        ("/opt-outs?from=' OR '1'='1", "from"),
        ("/opt-outs?to=%0d%0aX: y", "to"),
        ("/opt-outs?to=+1312555%D9%A0161", "to"),
        ("/opt-outs?status=OptOut", "status"),
        ("/opt-outs?pageToken=Rjo3MDAx", "pageToken"),
        ("/opt-outs?pageToken=" + "x" * 600, "pageToken"),
        ("/messages?direction=Sideways", "direction"),
        ("/messages?view=full", "view"),
        ("/messages?dateTo=2026-13-01", "dateTo"),
        ("/messages?phoneNumber=%00", "phoneNumber"),
        ("/batches?status=Open", "status"),
        ("/batches?dateFrom=1e9", "dateFrom"),
        ("/statuses?direction=x", "direction"),
    ],
)
def test_a_bad_parameter_is_named(world: World, path: str, parameter: str) -> None:
    """400 CMN-101 in the contract's envelope; nothing of the value is repeated."""
    answer = ask(world, path)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-101")
    assert answer.json()["parameterName"] == parameter


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/messages/0", "messageId"),
        ("/messages/-1", "messageId"),
        ("/messages/9223372036854775808", "messageId"),
        ("/messages/90419x", "messageId"),
        ("/messages/%D9%A1", "messageId"),
        ("/batches/90419", "batchId"),
        ("/batches/..%2f..%2fbatches", "batchId"),
        (f"/batches/{BATCH[:-1]}0", "batchId"),
    ],
)
def test_what_is_not_there_is_404(world: World, path: str, parameter: str) -> None:
    """Whatever stands in the path."""
    answer = ask(world, path)
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "CMN-102")
    assert answer.json()["parameterName"] == parameter


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("/messages?direction=Inbound", ["90417"]),
        ("/messages?phoneNumber=+12025550142&direction=Inbound", ["90417"]),
        (f"/messages?batchId={BATCH}", ["90419", "90418"]),
        ("/messages?batchId=00000000-0000-4000-8000-000000000000", []),
        ("/messages?batchId=' OR '1'='1", []),
        ("/messages?phoneNumber=13125550161", ["90419"]),
        ("/messages?phoneNumber=+18005550199", []),
        ("/messages?dateFrom=2026-03-02T15:05Z", ["90420"]),
        (
            "/messages?dateFrom=2026-03-02T15:00Z&dateTo=2026-03-02T15:05Z",
            ["90419", "90418", "90417"],
        ),
        ("/messages?dateTo=2026-03-02T15:05Z", ["90419", "90418", "90417"]),
        ("/messages?dateTo=2026-02-28", []),
        ("/messages?dateFrom=0001-01-01&dateTo=9999-12-31&perPage=3", ["90420", "90419", "90418"]),
    ],
)
def test_filters_of_messages(world: World, path: str, ids: list[str]) -> None:
    """By direction, batch, number on either side, and time; a day by default."""
    assert [record["id"] for record in records(world, path)] == ids


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/batches", 2),
        ("/batches?status=Completed", 2),
        ("/batches?status=Processing", 0),
        ("/batches?status=Processing&status=Completed", 2),
        ("/batches?status=Queued", 0),
        ("/batches?status=Sent&status=Queued", 0),
        ("/batches?from=+12025550142", 2),
        ("/batches?dateTo=2026-03-02T15:05:00Z", 1),
    ],
)
def test_filters_of_batches(world: World, path: str, count: int) -> None:
    """Queued and Sent are taken and never found."""
    assert len(records(world, path)) == count


def test_opt_outs_come_a_hundred_at_a_time(world: World) -> None:
    """The default page of the seed profile; above 1,000 is lowered."""
    wish = {"from": CAMPAIGNS, "optOuts": [f"+1312200{n:04d}" for n in range(1_100)]}
    done = world.call_json("POST", f"{A2P}/opt-outs/bulk-assign", wish)
    assert len(done["optOuts"]["successful"]) == 1_100
    for path, size in (("", 100), ("?perPage=5000", 1_000), ("?perPage=7", 7)):
        answer = ask(world, f"/opt-outs{path}").json()
        assert (len(answer["records"]), answer["paging"]["perPage"]) == (size, size)
    lines = list(csv.reader(io.StringIO(ask(world, "/opt-outs", accept="text/csv").text)))
    assert lines[0] == ["FROM", "TO", "STATUS", "SOURCE"]
    assert len({tuple(line) for line in lines}) == 1_103


def test_a_token_reads_its_own_list_only(world: World) -> None:
    """Not with another filter, another path, nor when bent."""
    token = ask(world, "/opt-outs?status=all&perPage=1").json()["paging"]["nextPageToken"]
    assert ask(world, f"/opt-outs?status=all&perPage=2&pageToken={token}").status_code == 200
    bent = token[:5] + ("A" if token[5] != "A" else "B") + token[6:]
    for path in (
        f"/opt-outs?pageToken={token}",
        f"/opt-outs?status=all&from=*&pageToken={token}",
        f"/messages?pageToken={token}",
        f"/opt-outs?status=all&pageToken={bent}",
    ):
        assert ask(world, path).json()["parameterName"] == "pageToken"
    world.now_ms += 86_400_000
    world.call("AT-demo-0001", world.login().access_token)
    assert ask(world, f"/opt-outs?status=all&pageToken={token}").status_code == 400


# Another tenant.


@pytest.fixture
def stranger(world: World) -> str:
    """The access token of another account's user."""

    def set_up(tx: Tx) -> None:
        account = administration.create_account(tx, "Other", "+12065550100")
        administration.create_app(
            tx, account.id, "Other", client_id="other-client", client_secret="other-secret"
        )
        administration.create_user(tx, account.id, "+12065550100", "101", "unused")
        administration.create_sender(tx, account.id, OTHERS)

    world.run(set_up)
    issued: IssuedTokens = world.login("other-client", "+12065550100")
    return issued.access_token


@pytest.mark.parametrize(
    ("path", "empty"),
    [
        ("/messages", True),
        ("/batches", True),
        ("/opt-outs?status=all", True),
        (f"/opt-outs?from={SENDER}&status=all", True),
        (f"/opt-outs?to={OPTED_OUT}&from=*", True),
        (f"/messages?phoneNumber={SENDER}&phoneNumber={ADA}", True),
        (f"/messages?batchId={BATCH}", True),
        (f"/batches/{BATCH}", False),
        ("/messages/90419", False),
    ],
)
def test_nothing_of_another_account_is_shown(
    world: World, stranger: str, path: str, empty: bool
) -> None:
    """Lists are empty, ids are not found."""
    world.call("AT-demo-0001", stranger)
    answer = ask(world, path)
    if empty:
        assert (answer.status_code, answer.json()["records"]) == (200, [])
    else:
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "CMN-102")


def test_another_accounts_number_is_no_sender_of_ours(world: World, stranger: str) -> None:
    """Neither for a batch nor for an opt-out."""
    headers = {"Authorization": f"Bearer {stranger}"}
    for path, body in (
        ("/batches", {"from": SENDER, "text": "Hi", "messages": [{"to": [BOB]}]}),
        ("/opt-outs/bulk-assign", {"from": SENDER, "optIns": [OPTED_OUT]}),
    ):
        answer = world.client.post(f"{A2P}{path}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["parameterName"]) == (400, "from")
    assert [r["to"] for r in records(world, f"/opt-outs?from={SENDER}")] == [OPTED_OUT]


# The account's own word.


def assign(world: World, body: Any) -> httpx2.Response:
    token = world.ours["AT-demo-0001"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    content = json.dumps(body).encode()
    return world.client.post(f"{A2P}/opt-outs/bulk-assign", content=content, headers=headers)


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "from"),
        ({"from": SENDER}, "optOuts"),
        ({"from": SENDER, "optOuts": [], "optIns": []}, "optOuts"),
        ({"from": SENDER, "optOuts": ADA}, "optOuts"),
        ({"from": SENDER, "optIns": [1]}, "optIns"),
        ({"from": "*", "optOuts": [ADA]}, "from"),
        ({"from": "+12125550000", "optIns": [ADA]}, "from"),
        ({"from": SENDER, "optOuts": [ADA] * 10_001}, "optOuts"),
    ],
)
def test_a_bad_assignment_changes_nothing(world: World, body: Any, parameter: str) -> None:
    """The field is named; the list stays as it was."""
    before = records(world, "/opt-outs?status=all")
    answer = assign(world, body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-101")
    assert answer.json()["parameterName"] == parameter
    assert records(world, "/opt-outs?status=all") == before


def test_each_number_of_an_assignment_is_answered(world: World) -> None:
    """Done, contradicted, or no number at all; any spelling, each person once."""
    body = {
        "from": SENDER,
        "optOuts": [ADA, "(312) 555-0161", BOB, "12", RETURNED],
        "optIns": [OPTED_OUT, BOB, "x" * 100],
    }
    answer = assign(world, body).json()
    assert answer["optOuts"]["successful"] == [ADA, ADA, RETURNED]
    assert [entry["to"] for entry in answer["optOuts"]["failed"]] == [BOB, "12"]
    assert answer["optIns"]["successful"] == [OPTED_OUT]
    assert [entry["to"] for entry in answer["optIns"]["failed"]] == [BOB, "x" * 100]
    found = {r["to"]: r["source"] for r in records(world, f"/opt-outs?from={SENDER}")}
    assert found == {ADA: "Account", RETURNED: "Account"}
