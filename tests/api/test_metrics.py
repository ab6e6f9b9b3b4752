"""What is measured, and where it may be read."""

import asyncio
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from contract.fixture import PRICE_MICROS, SENDER, send_batch
from contract.test_subscriptions import FOUR_FILTERS, subscribe
from contract.world import ACCOUNT_ID, World
from stopline.core.access import account_handle
from stopline.core.carriage import Inbound, Receipt, SubmitAnswer, SubmitOutcome
from stopline.core.deliveries import DeliveryResult
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.subscriptions import Trial
from stopline.core.tally import Tallies
from stopline.figures import OTHER, Figures
from stopline.flows import notify
from stopline.flows.inbound import receive_messages
from stopline.flows.receipts import record_receipts
from stopline.flows.replies import InboundPolicy
from stopline.flows.submissions import claim_submissions, settle_submissions
from stopline.measuring import MeasuredStore, Metrics
from stopline.store.tx import Tx
from stopline.testing import StoplineServer
from support.servers import free_port

PERSON = "+13125550161"
SERVER_KEY = b"s" * 32


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, "seed")
    yield world
    world.close()


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Values by name and label values, these in the order of the labels' names."""
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def ours(text: bytes) -> dict[tuple[str, ...], float]:
    """Without the process's own time and memory, which never stand still."""
    found = samples(text.decode())
    return {key: value for key, value in found.items() if key[0].startswith("stopline_")}


def inbound(world: World, body: str) -> Inbound:
    return Inbound(
        carrier="simulated",
        source=PERSON,
        destination=SENDER,
        text=body,
        raw=body.encode(),
        reference=body,
        session="s1",
        received_at_ms=world.now_ms,
    )


async def _work(world: World, store: MeasuredStore) -> None:
    """A message goes out, its receipt and a STOP come in, and the application is told."""
    made = await store.transact(claim_submissions, "simulated", 10)
    world.store.gate.end_claim(made.gate_number)
    accepted, refused = made.submissions
    answers = [
        SubmitAnswer(accepted.message_id, 1, SubmitOutcome.ACCEPTED, "c1"),
        SubmitAnswer(
            refused.message_id,
            1,
            SubmitOutcome.REFUSED,
            None,
            FailureCode.CARRIER_INVALID_RECIPIENT,
        ),
    ]
    await store.transact(settle_submissions, "simulated", answers)
    receipt = Receipt(
        "simulated", "c1", SENDER, accepted.recipient, MessageStatus.DELIVERED, None, None
    )
    await store.transact(record_receipts, [receipt])
    policy = InboundPolicy(price_micros=PRICE_MICROS)
    for body in ("STOP", "hello"):
        await store.transact(receive_messages, [inbound(world, body)], policy)
    lanes = await store.read(notify.list_lanes)
    limits = {lane.subscription_id: 100 for lane in lanes}
    (taken,) = await store.transact(notify.claim_deliveries, lanes, limits)
    results = [DeliveryResult(one, Trial(200), world.now_ms, 1) for one in taken.deliveries]
    await store.transact(notify.settle_deliveries, results, frozenset(), [0.0] * len(results))


def test_the_figures_follow_the_work(world: World) -> None:
    """By carrier, outcome and class of failure; a STOP apart from other texts."""
    subscribe(world, FOUR_FILTERS[:1])
    send_batch(world, "Hello", [PERSON, "+13125550162"])
    figures = Figures(SERVER_KEY)
    asyncio.run(_work(world, MeasuredStore(world.store, figures)))
    send_batch(world, "Again", ["+13125550163"])
    world.now_ms += 5_000
    text = asyncio.run(Metrics(world.store, figures).render()).decode()
    found = samples(text)
    failure = FailureCode.CARRIER_INVALID_RECIPIENT.name.lower()
    assert found["stopline_claimed_total", "simulated"] == 2
    assert found["stopline_answers_total", "simulated", "", "accepted"] == 1
    assert found["stopline_answers_total", "simulated", failure, "refused"] == 1
    assert found["stopline_receipts_total", "simulated", "", "delivered"] == 1
    assert found["stopline_text_commit_seconds_count", "simulated", "stop"] == 1
    assert found["stopline_text_commit_seconds_count", "simulated", "other"] == 1
    assert found["stopline_event_deliveries_total", "delivered", "webhook"] == 1
    assert found["stopline_transaction_seconds_count", "claim_submissions"] == 1
    assert found["stopline_transaction_seconds_count", "settle_submissions"] == 1
    account = account_handle(SERVER_KEY, ACCOUNT_ID)
    moved = {
        key[2:]: n for key, n in found.items() if key[:2] == ("stopline_messages_total", account)
    }
    assert moved[failure, "sending_failed"] == moved["", "sent"] == moved["", "delivered"] == 1
    assert found["stopline_texts_total", account] == 2
    assert found["stopline_consent_changes_total", account, "opt_out", "recipient"] == 1
    assert found["stopline_account_queued_messages", account] == 2
    assert found["stopline_account_queue_age_seconds", account] == 5
    # The reply to the STOP waits as well.
    assert found["stopline_queued_messages", "simulated"] == 2
    assert found["stopline_queue_age_seconds", "simulated"] == 5
    assert found["stopline_waiting_events",] == 0


def test_only_what_was_committed_is_counted(world: World) -> None:
    """A flow that fails after its work leaves no trace in the figures."""
    figures = Figures(SERVER_KEY)
    store = MeasuredStore(world.store, figures)

    def failing(tx: Tx) -> None:
        tx.tallies.texts[ACCOUNT_ID] += 1
        raise ValueError

    def working(tx: Tx) -> str:
        tx.tallies.texts[ACCOUNT_ID] += 1
        return "done"

    async def both() -> str:
        with pytest.raises(ValueError):
            await store.transact(failing)
        return await store.transact(working)

    assert asyncio.run(both()) == "done"
    text = asyncio.run(Metrics(world.store, figures).render()).decode()
    assert samples(text)["stopline_texts_total", account_handle(SERVER_KEY, ACCOUNT_ID)] == 1


def test_later_accounts_share_a_series(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no installation makes more series than Prometheus likes."""
    monkeypatch.setattr("stopline.figures.MAX_ACCOUNTS", 2)
    figures = Figures(SERVER_KEY)
    figures.count(Tallies(texts=Counter(dict.fromkeys(range(5), 1))))
    text = asyncio.run(Metrics(world.store, figures).render()).decode()
    found = {key[1]: n for key, n in samples(text).items() if key[0] == "stopline_texts_total"}
    assert (len(found), found[OTHER]) == (3, 3)


def test_no_label_holds_a_number(world: World) -> None:
    """Neither a person's nor an account's; what is read on a wall is no personal data."""
    subscribe(world, FOUR_FILTERS[:1])
    send_batch(world, "Hello", [PERSON, "+13125550162"])
    figures = Figures(SERVER_KEY)
    asyncio.run(_work(world, MeasuredStore(world.store, figures)))
    text = asyncio.run(Metrics(world.store, figures).render()).decode()
    labels = re.findall(r'\w+="([^"]*)"', text)
    assert [label for label in labels if re.search(r"\+?\d{6,}", label)] == []


def test_counting_what_waits_is_done_seldom(world: World) -> None:
    """However often somebody asks."""

    async def twice() -> tuple[bytes, bytes]:
        metrics = Metrics(world.store, Figures(SERVER_KEY))
        first = await metrics.render()
        send_batch(world, "Hello", [PERSON])
        return first, await metrics.render()

    world.run(lambda tx: None)
    first, second = asyncio.run(twice())
    assert ours(first) == ours(second)


def read(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_metrics_are_served_where_the_settings_say() -> None:
    """Not beside the API unless it is asked for; on a listener of its own nothing else is."""
    port = free_port()
    with StoplineServer(settings={"metrics_address": f"127.0.0.1:{port}"}) as server:
        assert read(f"{server.url}/metrics")[0] == 404
        status, text = read(f"http://127.0.0.1:{port}/metrics")
        assert (status, "stopline_queued_messages" in text) == (200, True)
        assert read(f"http://127.0.0.1:{port}/restapi")[0] == 404


def test_metrics_beside_the_api() -> None:
    """When it is asked for."""
    with StoplineServer(settings={"metrics": "true"}) as server:
        assert read(f"{server.url}/metrics")[0] == 200
