"""The contract's examples of subscriptions and events, with a receiver that does as they say."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from contract.examples import (
    Example,
    Volatile,
    differences,
    examples_of,
    header_differences,
    load_examples,
)
from contract.test_replay import mismatches
from contract.world import ACCOUNT_ID, NOW_MS, PUBLIC_URL, USER_ID, World
from stopline.core.access import AppPermission
from stopline.core.consent import ConsentSource
from stopline.core.deliveries import Delivery
from stopline.core.events import (
    BatchChanged,
    ConsentChanged,
    Event,
    EventKind,
    MessageChanged,
    SubscriptionExpires,
)
from stopline.core.messages import Direction, FailureCode, MessageStatus
from stopline.core.subscriptions import Health, Subscription, SubscriptionStatus, TokenName
from stopline.egress.addresses import AddressPolicy
from stopline.egress.client import EgressClient
from stopline.flows import subscriptions as flows
from stopline.ringcentral.events import EventRenderer
from stopline.ringcentral.filters import FilterReader, parse_filters
from stopline.ringcentral.ids import batch_uuid, subscription_uuid
from stopline.ringcentral.sealing import Seal
from stopline.ringcentral.webhooks import Webhooks
from support.certificates import self_signed_context
from support.receiver import Answer, always, echo, receiver
from support.world import KEYS

SUBSCRIPTION_UUID = "7d1f4c80-3a52-4e0b-b6c9-4f9be2d1a7c3"
ADDRESS = "https://crm.example.net/hooks/rc"
A2P = "/restapi/v1.0/account/~/a2p-sms"
FOUR_FILTERS = [
    f"{A2P}/opt-outs?from=+12025550142",
    f"{A2P}/messages?direction=Inbound",
    f"{A2P}/batches",
    "/restapi/v2/accounts/~/sms/consents",
]
LIMIT = flows.Limit(1_000, per_user_and_app=False)
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def _answer(head: bytes, size: int = 0) -> Answer:
    return always(head + b"Content-Length: %d\r\n\r\n" % size + b" " * size)


# How the receiver of an example's state behaves; the others answer the handshake.
RECEIVERS: dict[str, Answer] = {
    "receiver answers 200 without the header": _answer(_OK),
    "receiver answers with 2000 bytes": _answer(_OK, 2_000),
    "receiver answers 500": _answer(b"HTTP/1.1 500 Oh\r\n"),
}


def subscribe(world: World, filters: list[str], lifetime_s: int = 604_800) -> Subscription:
    parsed = parse_filters(filters, FilterReader(ACCOUNT_ID, lifetime_s))
    wish = flows.Wish(
        ADDRESS, TokenName.NONE, "", parsed.interests, parsed.reminder, False, lifetime_s
    )
    owner = flows.Owner(ACCOUNT_ID, USER_ID, world.app().id)
    created: Subscription = world.run(flows.create_subscription, owner, wish, LIMIT)
    return created


def _fill(world: World) -> None:
    for _ in range(30):
        subscribe(world, FOUR_FILTERS)


def _blacklist(world: World) -> None:
    created = subscribe(world, FOUR_FILTERS[:1])
    world.call(SUBSCRIPTION_UUID, subscription_uuid(created.id))
    health = Health(
        SubscriptionStatus.BLACKLISTED, 9, NOW_MS, NOW_MS, NOW_MS, "503 Service Unavailable"
    )
    world.run(lambda tx: tx.subscriptions.change_health(created.id, health))


SETUPS: dict[str, Callable[[World], None]] = {
    "client lacks SubscriptionWebhook": lambda world: world.restrict_app(
        without=AppPermission.WEBHOOKS
    ),
    "30 subscriptions of this user and client": _fill,
    "receiver failed past the limit": _blacklist,
}


def _set_up(world: World, example: Example) -> None:
    issued = world.login()
    world.call("AT-demo-0001", issued.access_token)
    if "receiver failed past the limit" not in example.state:
        created = subscribe(world, FOUR_FILTERS)
        if example.method != "POST" or "{" in example.pathTemplate or "7d1f" in example.path:
            world.call(SUBSCRIPTION_UUID, subscription_uuid(created.id))
    for state in example.state:
        SETUPS.get(state, lambda _: None)(world)


async def _send(world: World, example: Example) -> httpx2.Response:
    transport = httpx2.ASGITransport(world.client.app)
    async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http:
        body = world.to_ours(example.requestBody)
        return await http.request(
            example.method,
            world.to_ours(example.path),
            headers=world.to_ours(example.requestHeaders),
            content=None if body is None else json.dumps(body).encode(),
        )


def _name_created(world: World, response: httpx2.Response) -> None:
    """What was just made is the contract's subscription from now on."""
    if response.status_code == 200 and "id" in response.json():
        world.call(SUBSCRIPTION_UUID, response.json()["id"])


def _world(folder: Path, database: str | None, client: EgressClient) -> World:
    return World(folder, database=database, webhooks=Webhooks(client, Seal(b"k" * 32)))


EXAMPLES = [
    *examples_of("subscriptions"),
    *(e for e in examples_of("errors") if e.id == "err-method-override"),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_the_server_answers_as_the_contract_says(
    example: Example, tmp_path: Path, store_url: str | None
) -> None:
    """Status, headers and body of each example, with the receiver of its state."""

    async def check() -> None:
        tls = self_signed_context(tmp_path) if "certificate" in str(example.state) else None
        behaviour = next((RECEIVERS[s] for s in example.state if s in RECEIVERS), echo)
        async with (
            receiver(behaviour, tls=tls) as it,
            EgressClient(AddressPolicy(allow_loopback=True)) as client,
        ):
            world = _world(tmp_path, store_url, client)
            try:
                _set_up(world, example)
                is_silent = "nothing listens at the address" in example.state
                world.call(ADDRESS, "http://127.0.0.1:1/hook" if is_silent else it.url)
                response = await _send(world, example)
                if example.method == "POST" and example.path.endswith("subscription"):
                    _name_created(world, response)
                assert mismatches(world, example, response) == []
            finally:
                world.close()

    asyncio.run(check())


EVENT_BATCH = 3_765_695_527_868_465_152
CREATED_MS, UPDATED_MS = 1_772_463_845_118, 1_772_463_847_902


def _message(**changed: Any) -> MessageChanged:
    usual: dict[str, Any] = {
        "message_id": 90419,
        "batch_id": EVENT_BATCH,
        "sender": "+12025550142",
        "recipient": "+13125550161",
        "direction": Direction.OUTBOUND,
        "text": "Clinic closed Friday. Reply STOP to opt out.",
        "status": MessageStatus.DELIVERED,
        "failure": None,
        "segment_count": 1,
        "cost_micros": 7_000,
        "created_ms": CREATED_MS,
        "updated_ms": UPDATED_MS,
    }
    return MessageChanged(**usual | changed)


def _consent(*, out: bool) -> ConsentChanged:
    return ConsentChanged(
        "+12025550142", "+13125550163", out, ConsentSource.RECIPIENT.value, 1_772_463_971_473
    )


def _batch(processed: int, cost_micros: int) -> BatchChanged:
    return BatchChanged(
        EVENT_BATCH, "+12025550142", 2, processed, processed == 2, cost_micros, CREATED_MS,
        UPDATED_MS,
    )  # fmt: skip


EVENTS: dict[str, tuple[EventKind, Event]] = {
    "event-optout": (EventKind.OPT_OUT, _consent(out=True)),
    "event-optin": (EventKind.OPT_OUT, _consent(out=False)),
    "event-verified": (EventKind.OPT_OUT, _consent(out=True)),
    "event-validated-legacy": (EventKind.OPT_OUT, _consent(out=True)),
    "event-consents": (EventKind.CONSENT, _consent(out=True)),
    "event-message-inbound": (
        EventKind.MESSAGE,
        _message(
            message_id=90417,
            batch_id=None,
            recipient="+13125550162",
            direction=Direction.INBOUND,
            text="Can I move it to Monday?",
        ),
    ),
    "event-message-delivered": (EventKind.MESSAGE, _message()),
    "event-message-failed": (
        EventKind.MESSAGE,
        _message(
            message_id=90418,
            recipient="+17185550109",
            status=MessageStatus.DELIVERY_FAILED,
            failure=FailureCode.CARRIER_INVALID_RECIPIENT,
        ),
    ),
    "event-batch": (EventKind.BATCH, _batch(2, 14_000)),
    "event-batch-specific": (EventKind.BATCH, _batch(1, 0)),
}
TOKENS = {
    "event-verified": (TokenName.VERIFICATION, "vt-9f2"),
    "event-validated-legacy": (TokenName.VALIDATION, "hello-1"),
}


def event_examples() -> list[Example]:
    return [e for e in load_examples() if e.group == "events" and e.id.startswith("event-")]


HANDSHAKE = next(e for e in load_examples() if e.id == "webhook-handshake")


def test_the_handshake_reads_as_the_contract_says(tmp_path: Path, store_url: str | None) -> None:
    """The request that a receiver gets while a subscription is made: headers, and no body."""

    async def check() -> None:
        async with (
            receiver(echo) as it,
            EgressClient(AddressPolicy(allow_loopback=True)) as client,
        ):
            world = _world(tmp_path, store_url, client)
            try:
                world.call("AT-demo-0001", world.login().access_token)
                world.call(ADDRESS, it.url)
                create = next(e for e in EXAMPLES if e.id == "sub-create-webhook")
                assert (await _send(world, create)).status_code == 200
            finally:
                world.close()
            asked = it.requests[0]
        headers = httpx2.Headers(asked.headers)
        assert asked.line.startswith("POST ")
        assert asked.body == b""
        volatile = Volatile(HANDSHAKE.volatile)
        assert list(header_differences(HANDSHAKE.requestHeaders, headers, volatile)) == []
        assert headers["User-Agent"] == HANDSHAKE.requestHeaders["User-Agent"]

    asyncio.run(check())


@pytest.mark.parametrize("example", event_examples(), ids=lambda example: example.id)
def test_events_read_as_the_contract_says(example: Example, tmp_path: Path) -> None:
    """Headers and body of each event, volatile values by their type."""
    world = World(tmp_path)
    try:
        created = subscribe(world, FOUR_FILTERS)
        world.call(SUBSCRIPTION_UUID, subscription_uuid(created.id))
        world.call("5b0c9a3e-1d77-4c1b-9a58-2f6d0e7c4411", batch_uuid(EVENT_BATCH))
        webhook = _render(world, created, example)
    finally:
        world.close()
    body = world.to_contract(json.loads(webhook.body))
    assert list(differences(example.requestBody, body, Volatile(example.volatile))) == []
    signature = {"webhook-id", "webhook-timestamp", "webhook-signature"}
    plain = {name: value for name, value in webhook.headers.items() if name not in signature}
    assert plain == example.requestHeaders


def _render(world: World, subscription: Subscription, example: Example) -> Any:
    seal = Seal(b"k" * 32)
    token_name, token = TOKENS.get(example.id, (TokenName.NONE, ""))
    label = world.to_ours(example.requestBody["event"])
    kind, event = EVENTS.get(example.id) or (
        EventKind.REMINDER,
        SubscriptionExpires(subscription.id, 1_772_550_000_573, 3_300),
    )
    if kind is EventKind.REMINDER:
        label = label.replace(subscription_uuid(subscription.id), "~")
    delivery = Delivery(
        bucket=1,
        id=3_005_295_198_780_472_204,
        subscription_id=subscription.id,
        kind=kind,
        label=label,
        subject="s",
        payload=_payload(event),
        created_ms=1_772_463_971_673,
        attempt=1,
        lease_ms=NOW_MS,
    )
    sealed = replace(subscription, token_name=token_name, token=seal.close(token))
    return EventRenderer(KEYS.server, seal)(delivery, sealed, NOW_MS)


def _payload(event: Event) -> str:
    return msgspec.json.encode(event).decode()
