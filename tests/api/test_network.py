"""What carriers said, as the account reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.world import World
from stopline.core.carriage import NetworkWord
from stopline.core.messages import FailureCode
from stopline.flows.network import NetworkSaying, hear_network

SENDER = "+12025550142"
PEOPLE = [f"+1312555{number}" for number in range(2000, 2005)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, "seed")
    world.call("AT-demo-0001", world.login().access_token)
    yield world
    world.close()


def call(world: World, query: str, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token or world.ours['AT-demo-0001']}"}
    return world.client.get(f"/stopline/v1/network-reports?{query}", headers=headers)


def say(world: World, word: NetworkWord, raw: str, *people: str) -> None:
    failure = FailureCode.CARRIER_UNKNOWN
    sayings = [
        NetworkSaying(SENDER, who, "acme", f"acme:{who}", failure, word, raw) for who in people
    ]
    world.store.transact_now(hear_network, sayings)


@pytest.mark.parametrize(
    "word, kind",
    [
        (NetworkWord.POSSIBLY_OPTED_OUT, "PossibleOptOut"),
        (NetworkWord.DEACTIVATED, "Deactivated"),
        (NetworkWord.UNKNOWN_SUBSCRIBER, "UnknownSubscriber"),
        (NetworkWord.NOT_UNDERSTOOD, "NotUnderstood"),
    ],
)
def test_each_word_is_listed(world: World, word: NetworkWord, kind: str) -> None:
    """With the carrier, its code, and when it was said."""
    say(world, word, "x/9", PEOPLE[0])
    answer = call(world, f"from={SENDER[1:]}")
    assert answer.status_code == 200, answer.text
    (record,) = answer.json()["records"]
    assert record["kind"] == kind
    assert (record["from"], record["to"]) == (SENDER, PEOPLE[0])
    assert (record["carrier"], record["carrierCode"]) == ("acme", "x/9")
    assert record["reportedTime"].endswith("Z")


def test_pages_follow_each_other(world: World) -> None:
    """`next` goes on after the page; the last has none."""
    say(world, NetworkWord.DEACTIVATED, "4721", *PEOPLE)
    seen, after = [], ""
    for _ in range(3):
        answer = call(world, f"from={SENDER[1:]}&limit=2&after={after}").json()
        seen += [record["to"] for record in answer["records"]]
        after = (answer["next"] or "").replace("+", "%2B")
    assert seen == PEOPLE
    assert after == ""


@pytest.mark.parametrize(
    "query", ["", "from=12", "from=12025550199", "from=12025550142&after=x", "limit=0"]
)
def test_what_can_not_be_read_is_refused(world: World, query: str) -> None:
    """A number that is not the account's reads like one that is none."""
    assert call(world, query).status_code == 400


def test_it_needs_a_token(world: World) -> None:
    """Numbers of persons are in it."""
    assert call(world, "from=12025550142", token="nobody").status_code == 401
