"""The official SDKs' WebSocket clients against a server: JavaScript and Python."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from ringcentral.websocket.events import WebSocketEvents

from ringcentral import SDK
from stopline.testing import StoplineServer
from support.javascript import Program, Run

pytestmark = pytest.mark.sdk
WAIT_S = 30.0
PEOPLE = [f"+1206555{number}" for number in range(1000, 1100)]


@pytest.fixture(scope="module")
def server() -> Iterator[StoplineServer]:
    with StoplineServer() as server:
        yield server


def stop(server: StoplineServer, *people: str) -> None:
    for person in people:
        assert server.text_in(person, server.credentials.senders[0], "STOP").acknowledged


@pytest.fixture
def program(run: Run, server: StoplineServer) -> Program:
    return run("socket.cjs", server.credentials)


def test_javascript_subscribes_is_cut_off_and_recovers(
    server: StoplineServer, program: Program
) -> None:
    """Nothing is lost over a cut of the connection; the subscription ends on request."""
    subscribed = program.expect("subscribed")
    assert subscribed["deliveryMode"] == {"transportType": "WebSocket", "encryption": False}
    stop(server, *PEOPLE[:3])
    assert [program.expect("event")["body"]["to"] for _ in range(3)] == PEOPLE[:3]
    program.tell("cut")
    stop(server, *PEOPLE[3:10])
    assert program.expect("recovered") is True
    events = [program.expect("event") for _ in range(7)]
    assert [event["body"]["to"] for event in events] == PEOPLE[3:10]
    assert {event["subscriptionId"] for event in events} == {subscribed["id"]}
    program.tell("revoke")
    assert program.expect("revoked") is True


def test_javascript_comes_back_after_the_server_was_started_again(
    server: StoplineServer, program: Program
) -> None:
    """The recovery buffer lies in the store, so another process goes on with it."""
    program.expect("subscribed")
    stop(server, PEOPLE[10])
    assert program.expect("event")["body"]["to"] == PEOPLE[10]
    server.stop()
    server.start()
    stop(server, *PEOPLE[11:14])
    assert program.expect("recovered") is True
    assert [program.expect("event")["body"]["to"] for _ in range(3)] == PEOPLE[11:14]


def test_python_subscribes_updates_and_ends(server: StoplineServer) -> None:
    """With the events by which its programs are built."""
    known = server.credentials
    sdk = SDK(known.client_id, known.client_secret, known.server_url)
    sdk.platform().login(jwt=known.jwt)
    filters = [f"/restapi/v1.0/account/~/a2p-sms/opt-outs?from={known.senders[0]}"]
    seen: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    async def scene() -> None:
        client = sdk.create_web_socket_client()
        names = (
            "subscriptionCreated",
            "receiveSubscriptionNotification",
            "subscriptionRemoved",
        )
        for name in names:
            event = getattr(WebSocketEvents, name)
            client.on(event, lambda *value, name=name: seen.put_nowait((name, value)))
        running = asyncio.create_task(client.create_new_connection())
        await client.create_subscription(filters)
        _, (subscription,) = await _next(seen, "subscriptionCreated")
        await asyncio.to_thread(stop, server, PEOPLE[20])
        _, (frame,) = await _next(seen, "receiveSubscriptionNotification")
        assert frame[1]["body"]["to"] == PEOPLE[20]
        await client.update_subscription(subscription, [filters[0] + f"&to={PEOPLE[22]}"])
        await _next(seen, "subscriptionCreated")
        await asyncio.to_thread(stop, server, PEOPLE[21], PEOPLE[22])
        _, (frame,) = await _next(seen, "receiveSubscriptionNotification")
        assert frame[1]["body"]["to"] == PEOPLE[22]
        await client.remove_subscription(subscription)
        await _next(seen, "subscriptionRemoved")
        await client.close_connection()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scene())


async def _next(seen: asyncio.Queue[tuple[str, Any]], kind: str) -> tuple[str, Any]:
    said = await asyncio.wait_for(seen.get(), WAIT_S)
    assert said[0] == kind, said
    return said
