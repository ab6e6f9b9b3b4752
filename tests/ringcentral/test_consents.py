"""Consent in version 2 of the wire, and that version 1 shows the same."""

import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from contract.world import ACCOUNT_ID, World
from stopline.core.consent import ConsentSource, ConsentState, Denial
from stopline.core.ledger import Channel
from stopline.core.messages import FailureCode
from stopline.core.numbers import Pair, bucket_of
from stopline.core.scopes import pair_key
from stopline.flows.consent import (
    Assignment,
    Author,
    NetworkDenial,
    assign_consents,
    record_network_denials,
)
from stopline.flows.consent_export import export_page
from stopline.flows.consent_records import ScanPlace
from stopline.ringcentral.consent_csv import render_line
from stopline.store.consents import ConsentRow
from stopline.store.tx import Tx
from support import proof
from support.scale import figure

CONSENTS = "/restapi/v2/accounts/~/sms/consents"
OPT_OUTS = "/restapi/v1.0/account/~/a2p-sms/opt-outs"
FIRST, SECOND = "+12025550142", "+18005550199"
THIRD = "+12025550177"
ANN, BOB = "+13125550161", "+13125550162"


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    made = World(tmp_path, profile="seed", database=store_url)
    made.call("AT-demo-0001", made.login().access_token)
    yield made
    made.close()


def record(sender: str, to: str, status: str = "OptOut", **more: str) -> dict[str, str]:
    return {"from": sender, "to": to, "optStatus": status, "source": "Api", **more}


def patch(world: World, *records: dict[str, str]) -> list[dict[str, Any]]:
    """Those that failed."""
    world.now_ms += 1_000
    answer = world.call_json("PATCH", CONSENTS, {"records": list(records)})
    found: list[dict[str, Any]] = answer.get("failedRecords", [])
    return found


def v1(world: World, query: str = "status=all") -> set[tuple[str, str, str, str]]:
    records = world.call_json("GET", f"{OPT_OUTS}?{query}")["records"]
    return {(r["from"], r["to"], r["status"], r["source"]) for r in records}


def v2(world: World, query: str = "optStatus=OptOut&optStatus=OptIn") -> set[tuple[str, ...]]:
    records = world.call_json("GET", f"{CONSENTS}?{query}")["records"]
    return {
        (r["from"], r["to"], r["optStatus"], r["source"], r.get("coverage", "")) for r in records
    }


def search(world: World, **wish: Any) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = world.call_json("POST", f"{CONSENTS}/search", wish)["records"]
    return records


def test_what_version_2_writes_version_1_reads(world: World) -> None:
    """Source Api there is Account here."""
    patch(world, record(FIRST, ANN), record(SECOND, BOB), record(SECOND, BOB, "OptIn"))
    assert v1(world) == {
        (FIRST, ANN, "OptOut", "Account"),
        (SECOND, BOB, "OptIn", "Account"),
    }


def test_what_version_1_writes_version_2_reads(world: World) -> None:
    """Both lists of a bulk-assign."""
    world.call_json(
        "POST", f"{OPT_OUTS}/bulk-assign", {"from": FIRST, "optOuts": [ANN], "optIns": [BOB]}
    )
    assert v2(world) == {
        (FIRST, ANN, "OptOut", "Api", ""),
        (FIRST, BOB, "OptIn", "Api", ""),
    }


def test_all_numbers_is_one_record_there_and_every_pair_here(world: World) -> None:
    """`*` without a coverage; a pair that is opened again leaves the opt-outs of version 1."""
    assert patch(world, record("*", ANN)) == []
    assert v2(world) == {("*", ANN, "OptOut", "Api", "Account")}
    pairs = {(sender, ANN, "OptOut", "Account") for sender in (FIRST, SECOND, THIRD)}
    assert v1(world) == pairs
    assert v1(world, f"from={SECOND}") == {(SECOND, ANN, "OptOut", "Account")}
    assert v1(world, f"to={ANN}") == pairs
    patch(world, record(FIRST, ANN, "OptIn"))
    assert v1(world, "status=optout") == pairs - {(FIRST, ANN, "OptOut", "Account")}
    assert v1(world, "status=optin") == {(FIRST, ANN, "OptIn", "Account")}
    patch(world, record("*", ANN, "OptIn"))
    assert v1(world, "status=optout") == set()


def projected(world: World) -> set[tuple[str, str]]:
    """The pairs that are out, as the records of version 2 alone say it: a pair that was opened
    later than all numbers were closed is open."""
    path = f"{CONSENTS}?optStatus=OptOut&optStatus=OptIn&perPage=1000"
    records = world.call_json("GET", path)["records"]
    told = {(r["from"], r["to"]): (r["optStatus"], r["lastModifiedTime"]) for r in records}
    out = set()
    for sender, person in product((FIRST, SECOND, THIRD), (ANN, BOB)):
        status, at = told.get((sender, person), ("", ""))
        wide, wide_at = told.get(("*", person), ("", ""))
        is_exempt = status == "OptIn" and at > wide_at
        if status == "OptOut" or (wide == "OptOut" and not is_exempt):
            out.add((sender, person))
    return out


@pytest.mark.on_sqlite("what versions say, not how it is kept")
def test_both_versions_say_the_same_after_each_of_many_changes(world: World) -> None:
    """Whatever was written through one or the other, in any order: what version 1 lists, what
    version 2 implies, and what explain says of a text."""
    dice = random.Random(11)
    for _ in range(60):
        person = dice.choice((ANN, BOB))
        status = dice.choice(("OptOut", "OptIn"))
        if dice.random() < 0.5:
            patch(world, record(dice.choice((FIRST, SECOND, THIRD, "*")), person, status))
        else:
            world.now_ms += 1_000
            outs, ins = ([person], []) if status == "OptOut" else ([], [person])
            body = {"from": dice.choice((FIRST, SECOND, THIRD)), "optOuts": outs, "optIns": ins}
            world.call_json("POST", f"{OPT_OUTS}/bulk-assign", body)
        listed = {(sender, to) for sender, to, _, _ in v1(world, "status=optout")}
        assert listed == projected(world)
        sender = dice.choice((FIRST, SECOND, THIRD))
        allowed = explain(world, f"from={sender}&to={person}")["allowed"]
        assert allowed is ((sender, person) not in listed)


def test_pages_of_pairs_under_one_record_are_the_list(world: World) -> None:
    """A record of all numbers is cut over pages pair by pair, forward and back."""
    patch(world, *(record("*", number) for number in (ANN, BOB)), record(FIRST, "+13125550163"))
    whole = world.call_json("GET", f"{OPT_OUTS}?status=all")["records"]
    assert len(whole) == 7
    path, found, tokens = f"{OPT_OUTS}?status=all&perPage=2", [], []
    while True:
        page = world.call_json("GET", path)
        found += page["records"]
        tokens.append(page["paging"])
        if "nextPageToken" not in page["paging"]:
            break
        path = f"{OPT_OUTS}?status=all&perPage=2&pageToken={page['paging']['nextPageToken']}"
    assert found == whole
    token = tokens[-1]["previousPageToken"]
    back = world.call_json("GET", f"{OPT_OUTS}?status=all&perPage=2&pageToken={token}")
    assert back["records"] == whole[4:6]


def test_each_number_for_itself(world: World) -> None:
    """`*` with the coverage PhoneNumber, written as the guide does: one record a number."""
    patch(world, record("*", ANN, coverage="phoneNumber"))
    assert v2(world) == {(s, ANN, "OptOut", "Api", "") for s in (FIRST, SECOND, THIRD)}


def test_a_kind_of_campaign_is_a_record_of_its_own(world: World) -> None:
    """Found by coverage and type; version 1, which knows pairs alone, does not show it."""
    patch(world, record(FIRST, ANN, campaignType="Promotional"), record(FIRST, BOB))
    (found,) = search(world, **{"from": [FIRST], "to": [ANN, BOB], "coverage": ["CampaignType"]})
    assert (found["coverage"], found["campaignType"]) == ("CampaignType", "Promotional")
    assert search(world, campaignType=["Informational"]) == []
    assert len(search(world, campaignType=["Promotional"])) == 1
    assert v1(world) == {(FIRST, BOB, "OptOut", "Account")}


FAILING = [
    (record("+12125550000", ANN), "CMN-101", "from"),
    (record("nobody", ANN), "CMN-101", "from"),
    (record(FIRST, "12"), "CMN-101", "to"),
    (record(FIRST, ANN, coverage="Planet"), "CMN-101", "coverage"),
    (record(FIRST, ANN, coverage="CampaignType"), "CMN-101", "campaignType"),
]


@pytest.mark.parametrize(("bad", "code", "field"), FAILING)
def test_a_record_that_fails_is_named_and_fails_alone(
    world: World, bad: dict[str, str], code: str, field: str
) -> None:
    """It is given back as it came, with the field; the record beside it is taken."""
    (failed,) = patch(world, bad, record(FIRST, BOB))
    error = failed.pop("error")
    assert failed == bad
    assert error == {"errorCode": code, "message": f"Parameter [{field}] value is invalid"}
    assert v1(world) == {(FIRST, BOB, "OptOut", "Account")}


def test_what_a_carrier_denies_fails_and_is_named(world: World) -> None:
    """The account may not lift it."""
    denial = NetworkDenial(FIRST, ANN, "simulated", FailureCode.CARRIER_OPTED_OUT)
    world.run(record_network_denials, [denial])
    (failed,) = patch(world, record(FIRST, ANN, "OptIn"))
    assert failed["error"]["message"] == "The opt-out stands: carrier"
    assert v1(world) == {(FIRST, ANN, "OptOut", "Carrier")}


def test_records_are_applied_in_their_order(world: World) -> None:
    """All numbers out, one in again: that one is in."""
    patch(world, record("*", ANN), record(FIRST, ANN, "OptIn"))
    assert v1(world, f"from={FIRST}&status=all") == {(FIRST, ANN, "OptIn", "Account")}
    patch(world, record(FIRST, ANN, "OptIn"), record("*", ANN))
    assert v1(world, f"from={FIRST}") == {(FIRST, ANN, "OptOut", "Account")}


def test_the_history_tells_each_change_once(world: World) -> None:
    """Newest first, cut into pages; a repeated denial is no change."""
    patch(world, record("*", ANN))
    patch(world, record(FIRST, ANN, "OptIn"))
    patch(world, record(FIRST, ANN), record(FIRST, ANN))
    changes = world.call_json("GET", f"{CONSENTS}/history?to={ANN}&perPage=2")
    assert [(r["from"], r["optStatus"]) for r in changes["records"]] == [
        (FIRST, "OptOut"),
        (FIRST, "OptIn"),
    ]
    token = changes["paging"]["nextPageToken"]
    rest = world.call_json("GET", f"{CONSENTS}/history?to={ANN}&perPage=2&pageToken={token}")
    assert [(r["from"], r.get("coverage")) for r in rest["records"]] == [("*", "Account")]
    assert len(world.call_json("GET", f"{CONSENTS}/history")["records"]) == 3
    assert world.call_json("GET", f"{CONSENTS}/history?to={BOB}")["records"] == []


def test_the_export_holds_every_record_once(world: World) -> None:
    """Both states and all coverages, as CSV."""
    patch(
        world,
        record(FIRST, ANN),
        record(SECOND, BOB, "OptIn"),
        record("*", BOB),
        record(FIRST, ANN, campaignType="Informational"),
    )
    token = {"Authorization": f"Bearer {world.ours['AT-demo-0001']}"}
    answer = world.client.get(f"{CONSENTS}/export", headers=token)
    header, *lines = answer.text.split("\r\n")[:-1]
    assert header.startswith("External Party Number,Internal Party Number,Consent Status")
    assert sorted(line.rsplit(",", 2)[0] for line in lines) == [
        f"{ANN},{FIRST},OptOut,Api,CampaignType,Informational",
        f"{ANN},{FIRST},OptOut,Api,PhoneNumber,",
        f"{BOB},*,OptOut,Api,Company,",
        f"{BOB},{SECOND},OptIn,Api,PhoneNumber,",
    ]


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_the_export_takes_constant_memory(world: World) -> None:
    """1,000,000 records, a tenth in CI: what is held is a page of them."""
    count = figure(100_000, 1_000_000)
    world.run(fill, count)
    store, lines = world.store, 0
    tracemalloc.start()
    place: ScanPlace | None = ScanPlace()
    while place is not None:
        page = store.read_now(export_page, ACCOUNT_ID, None, place)
        place = page.after
        lines += len([render_line(fact) for fact in page.facts])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    proof.record("export of consents", count, peak_kib=peak // 1024)
    assert lines == count
    assert peak < 8 << 20


def fill(tx: Tx, count: int) -> None:
    """So many opted-out persons of the first number."""
    state = ConsentState((Denial(ConsentSource.RECIPIENT, 1),), 1)
    for start in range(0, count, 10_000):
        rows = [
            ConsentRow(pair_key(Pair(FIRST, f"+1312{n:07d}")), ACCOUNT_ID, state, n, 1)
            for n in range(start, min(count, start + 10_000))
        ]
        tx.consents.put(bucket_of(FIRST), rows)


def change_some(world: World, dice: random.Random, count: int) -> set[str]:
    """Ten persons: opted in, and out again if they had been; or heard of for the first time."""
    people = {f"+1312{dice.randrange(2 * count):07d}" for _ in range(10)}
    author = Author(ACCOUNT_ID, Channel.API, "user:1")
    world.now_ms += 1
    wishes = [Assignment(one, opt_out=dice.random() < 0.5) for one in people]
    world.run(assign_consents, author, FIRST, wishes)
    return people


@pytest.mark.heavy
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("path, full", [(CONSENTS, 1_000_000), (OPT_OUTS, 100_000)])
def test_a_walk_misses_and_doubles_none_that_stayed(world: World, path: str, full: int) -> None:
    """1,000,000 records page by page over HTTP while 10,000 change; CI takes a tenth."""
    count = figure(full // 10, full)
    world.run(fill, count)
    dice, changed, seen = random.Random(7), set(), Counter[str]()
    token, pages = "", 0
    while token is not None:
        answer = world.call_json("GET", f"{path}?from={quote(FIRST)}&perPage=1000{token}")
        seen.update(one["to"] for one in answer["records"])
        following = answer["paging"].get("nextPageToken")
        token = f"&pageToken={quote(following)}" if following else None
        changed |= change_some(world, dice, count)
        pages += 1
    stayed = {f"+1312{number:07d}" for number in range(count)} - changed
    wrong = [one for one in stayed if seen[one] != 1]
    proof.record(f"walk of {path.rsplit('/', 1)[1]}", count, changed=len(changed), wrong=len(wrong))
    assert wrong == []
    # Some leave the list before the walk comes to them.
    assert pages > 0.99 * count // 1_000


def test_delete_opts_in_again(world: World) -> None:
    """By either name of the call."""
    patch(world, record(FIRST, ANN))
    path = CONSENTS.replace("consents", "opt-outs")
    world.call_json("DELETE", path, {"records": [{"from": FIRST, "to": ANN}]})
    assert v1(world) == {(FIRST, ANN, "OptIn", "Account")}


def test_the_tag_is_of_the_answer(world: World) -> None:
    """The same answer has the same ETag, another one another."""
    token = {"Authorization": f"Bearer {world.ours['AT-demo-0001']}"}
    tags = [world.client.get(CONSENTS, headers=token).headers["ETag"] for _ in range(2)]
    patch(world, record(FIRST, ANN))
    assert tags[0] == tags[1] != world.client.get(CONSENTS, headers=token).headers["ETag"]


@pytest.mark.parametrize("known", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_an_answer_that_is_known_is_not_sent_again(world: World, known: str) -> None:
    """304 without a body for its tag, and the whole answer once it is another one."""
    token = {"Authorization": f"Bearer {world.ours['AT-demo-0001']}"}
    tag = world.client.get(CONSENTS, headers=token).headers["ETag"]
    asked = token | {"If-None-Match": known.replace("{tag}", tag)}
    answer = world.client.get(CONSENTS, headers=asked)
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
    patch(world, record(FIRST, ANN))
    assert world.client.get(CONSENTS, headers=asked).status_code == (304 if known == "*" else 200)


def test_a_batch_may_say_what_it_is_for(world: World) -> None:
    """By a header of ours; an opt-out of that kind refuses it alone."""
    patch(world, record(FIRST, ANN, campaignType="Promotional"))
    body = {"from": FIRST, "text": "Sale", "messages": [{"to": [ANN]}]}
    for name in ("Promotional", "Informational", ""):
        path = "/restapi/v1.0/account/~/a2p-sms/batches"
        world.call_json("POST", path, body, **{"X-Stopline-Category": name})
    found = world.call_json("GET", "/restapi/v1.0/account/~/a2p-sms/messages")["records"]
    assert [m["messageStatus"] for m in found] == ["Queued", "Queued", "SendingFailed"]


def test_another_accounts_records_are_not_shown(world: World) -> None:
    """A number that is not the account's finds nothing."""
    patch(world, record(FIRST, ANN))
    assert v2(world, "from=%2B12125550000") == set()


def explain(world: World, query: str) -> dict[str, Any]:
    found: dict[str, Any] = world.call_json("GET", f"/stopline/v1/consents/explain?{query}")
    return found


def test_a_refusal_is_explained_with_its_ledger_entries(world: World) -> None:
    """The winning denial first, for now and for a time before."""
    assert explain(world, f"from={FIRST}&to={ANN}")["allowed"]
    before = "2026-03-02T17:00:00Z"
    patch(world, record("*", ANN), record(FIRST, ANN))
    found = explain(world, f"from={FIRST}&to={ANN}&category=Promotional")
    assert (found["allowed"], found["reason"]) == (False, "OptedOut")
    assert [(d["from"], d["coverage"], d["source"]) for d in found["denials"]] == [
        ("*", "Account", "Api"),
        (FIRST, "PhoneNumber", "Api"),
    ]
    assert found["winning"] == found["denials"][0]
    assert [d["ledger"]["position"] for d in found["denials"]] == [1, 2]
    assert explain(world, f"from={FIRST}&to={ANN}&at={before}")["allowed"]


def test_only_the_accounts_numbers_are_explained(world: World) -> None:
    """Any other is not found."""
    token = {"Authorization": f"Bearer {world.ours['AT-demo-0001']}"}
    path = f"/stopline/v1/consents/explain?from=%2B12125550000&to={ANN}"
    assert world.client.get(path, headers=token).status_code == 404
