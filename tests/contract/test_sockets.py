"""The contract's WebSocket exchanges, replayed frame by frame over a real connection."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from contract.examples import (
    Example,
    Volatile,
    differences,
    has_type,
    header_differences,
    load_examples,
)
from contract.fixture import OPTED_OUT, fill, text
from contract.test_subscriptions import FOUR_FILTERS, SUBSCRIPTION_UUID, subscribe
from contract.world import World
from stopline.core.sockets import ABSOLUTE_MS, IDLE_MS
from stopline.ringcentral.ids import subscription_uuid
from support.sockets import WAIT_S, client, serving, socket_token

EXAMPLES = [e for e in load_examples() if e.kind == "websocket"]

# The examples name no volatile values for frames: these are chance, time, or opaque.
ENVELOPE = Volatile(
    [
        {"path": "$.wsc.token", "type": "opaque"},
        {"path": "$.wsc.sequence", "type": "int"},
    ]
)
CHANCE_IDS = ("ConnectionDetails", "ServerNotification", "Error")
BODY = Volatile(
    [
        {"path": "$.uuid", "type": "digits"},
        {"path": "$.timestamp", "type": "datetime-ms"},
        {"path": "$.creationTime", "type": "string"},
        {"path": "$.expirationTime", "type": "datetime-ms"},
        {"path": "$.paging.pageToken", "type": "opaque"},
        {"path": "$.paging.firstPageToken", "type": "opaque"},
    ]
)


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    world = World(tmp_path, database=store_url)
    world.call("WS-demo-0001", socket_token(world))
    yield world
    world.close()


def frame_differences(expected: list[Any], actual: list[Any]) -> Iterator[str]:
    """How a frame differs; headers and `wsc` beyond the example's are no difference."""
    theirs, ours = dict(expected[0]), dict(actual[0])
    yield from header_differences(theirs.pop("headers", {}), ours.pop("headers", {}), BODY)
    if theirs["type"] in CHANCE_IDS:
        assert has_type("opaque", ours["messageId"])
        theirs["messageId"] = ours["messageId"]
    if "wsc" not in theirs:
        ours.pop("wsc", None)
    yield from differences(theirs, ours, ENVELOPE, "$")
    yield from differences(expected[1:2], actual[1:2], _Shifted(), "$")


class _Shifted(Volatile):
    """The body stands in a list of one."""

    def __init__(self) -> None:
        super().__init__([])

    def type_at(self, path: str) -> str | None:
        return BODY.type_at(path.replace("$[0]", "$", 1))


async def _prepare(world: World, url: str, example: Example) -> None:
    """What was before: a subscription to delete, a socket that was cut off, texts."""
    if example.id == "ws-rest":
        fill(world)
    if example.id == "ws-delete":
        world.call(SUBSCRIPTION_UUID, subscription_uuid(subscribe(world, FOUR_FILTERS).id))
    if example.id == "ws-recovered":
        async with client(url, world.ours["WS-demo-0001"]) as before:
            reply = await before.subscribe(FOUR_FILTERS[0])
            world.call(SUBSCRIPTION_UUID, reply[1]["id"])
            world.call("WSC-demo-77", before.wsc)
            await before.cut()
        text(world, OPTED_OUT, "STOP")


def _happen(world: World, example: Example, expected: list[Any]) -> None:
    """What has to happen so that the server sends the expected frame."""
    kind = expected[0]["type"]
    if kind == "ServerNotification" and example.id == "ws-subscribe":
        text(world, OPTED_OUT, "STOP")
    if kind == "Error":
        world.now_ms += IDLE_MS if expected[1]["errorCode"] == "WSG-902" else ABSOLUTE_MS


async def _replay(world: World, example: Example) -> list[str]:
    found: list[str] = []
    async with serving(world) as url:
        await _prepare(world, url, example)
        query = "&".join(f"{name}={world.to_ours(value)}" for name, value in example.query)
        headers = world.to_ours(example.requestHeaders)
        headers.pop("Upgrade")
        async with connect(f"{url}?{query}", additional_headers=headers) as connection:
            for step in example.frames:
                if step["direction"] == "client-to-server":
                    await connection.send(json.dumps(world.to_ours(step["frame"])))
                    continue
                _happen(world, example, step["frame"])
                answer = await asyncio.wait_for(connection.recv(), WAIT_S)
                frame = json.loads(answer)
                _name_subscription(world, frame)
                assert answer == json.dumps(frame, separators=(",", ":"))
                found += frame_differences(step["frame"], world.to_contract(frame))
    return found


def _name_subscription(world: World, frame: list[Any]) -> None:
    created = frame[0].get("headers", {}).get("WSG-SubscriptionId")
    if created:
        world.call(SUBSCRIPTION_UUID, created)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_the_server_speaks_as_the_contract_says(example: Example, world: World) -> None:
    """Every frame of each exchange, in order."""
    assert asyncio.run(_replay(world, example)) == []
