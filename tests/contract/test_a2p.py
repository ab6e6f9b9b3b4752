"""The contract's examples of batches, messages and opt-outs, in its fixture world."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from contract.examples import Example, examples_of
from contract.fixture import CONSENTS_MS, fill
from contract.test_replay import mismatches, send
from contract.world import World
from stopline.core.access import AppPermission

GROUPS = ("hvsms-batches", "hvsms-messages", "hvsms-optouts", "consents")
A2P = "/restapi/v1.0/account/~/a2p-sms"


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    world = World(tmp_path, database=store_url, set_up_ms=CONSENTS_MS)
    fill(world)
    world.call("AT-demo-0001", world.login().access_token)
    yield world
    world.close()


def _take_token(world: World, list_path: str, theirs: str) -> None:
    # Long enough ago that this request is no longer counted.
    world.now_ms -= 61_000
    token = world.call_json("GET", list_path)["paging"]["nextPageToken"]
    world.now_ms += 61_000
    world.call(quote(theirs), token)


SETUPS: dict[str, Callable[[World], None]] = {
    "client lacks SMS": lambda world: world.restrict_app(without=AppPermission.SMS),
    "client lacks A2PSMS": lambda world: world.restrict_app(without=AppPermission.A2P_SMS),
    "page token taken from nextPageToken of the first page": lambda world: _take_token(
        world, f"{A2P}/messages?perPage=2", "VDo5MDQxOTo="
    ),
    "page token taken from nextPageToken of optouts-page-1": lambda world: _take_token(
        world, f"{A2P}/opt-outs?status=all&perPage=2", "VDo3MDAy"
    ),
}


@pytest.mark.parametrize("example", examples_of(*GROUPS), ids=lambda example: example.id)
def test_the_server_answers_as_the_contract_says(example: Example, world: World) -> None:
    """Status, headers and body of each example, volatile values by their type."""
    for state in example.state:
        SETUPS.get(state, lambda _: None)(world)
    assert mismatches(world, example, send(world, example)) == []
