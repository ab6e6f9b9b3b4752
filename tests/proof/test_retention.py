"""What is kept for how long, on a clock that is moved by hand."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.core.carriage import NetworkWord, Receipt
from stopline.core.ids import BUCKET_COUNT
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.flows.inbound import credit_unsure_starts
from stopline.flows.ledger import verify_ledger
from stopline.flows.network import NetworkSaying, hear_network
from stopline.flows.outbound import BatchRequest, open_batch
from stopline.flows.receipts import record_receipts
from stopline.flows.retention import DAY_MS, HOUR_MS, RetentionPolicy, Retired, retire_bucket
from stopline.flows.upkeep import UncertainPolicy, UpkeepPolicy
from stopline.workers.janitor import Janitor
from support.world import ACCOUNT, CARRIER, SENDER, World, make_inbound, person

POLICY = RetentionPolicy()


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    """A world of its own for each rule, on each store."""
    made = World(tmp_path, database=database)
    yield made
    made.close()


NOTHING = Retired(0, 0, 0, 0, 0, 0, 0, 0)
ANN = person(1)


def retire(world: World) -> Retired:
    """One slice of each bucket, added up."""
    done = [
        world.store.transact_now(retire_bucket, bucket, POLICY) for bucket in range(BUCKET_COUNT)
    ]
    return Retired(*(sum(getattr(one, name) for one in done) for name in Retired.__slots__))


def make_message(world: World) -> None:
    world.send(ANN)
    (submission,) = world.hand_over()
    world.receipt(submission)


def make_text(world: World) -> None:
    world.text(ANN, "hello")


def make_stop(world: World) -> None:
    world.text(ANN, "STOP")


def make_key(world: World) -> None:
    request = BatchRequest(ACCOUNT, SENDER, 1, price_micros=0, key_hash="a1b2", body_hash="b")
    world.store.transact_now(open_batch, request)


def make_credit(world: World) -> None:
    world.store.transact_now(
        credit_unsure_starts, [make_inbound(ANN, "START", received_ms=world.clock())]
    )


def make_early_receipt(world: World) -> None:
    receipt = Receipt(CARRIER, "c0", SENDER, ANN, MessageStatus.DELIVERED, None, None)
    world.store.transact_now(record_receipts, [receipt])


def make_report(world: World) -> None:
    word = NetworkWord.UNKNOWN_SUBSCRIBER
    failure = FailureCode.CARRIER_INVALID_RECIPIENT
    said = NetworkSaying(SENDER, ANN, CARRIER, "c0", failure, word, "30005")
    world.store.transact_now(hear_network, [said])


KEPT = [
    (make_message, 90 * DAY_MS, Retired(1, 1, 0, 0, 0, 0, 0, 0)),
    (make_text, 7 * DAY_MS, Retired(0, 0, 0, 1, 0, 0, 0, 0)),
    (make_text, 90 * DAY_MS, Retired(1, 0, 0, 1, 0, 0, 0, 0)),
    (make_key, 7 * DAY_MS, Retired(0, 0, 1, 0, 0, 0, 0, 0)),
    (make_credit, 24 * HOUR_MS, Retired(0, 0, 0, 0, 0, 1, 0, 0)),
    (make_report, 90 * DAY_MS, Retired(0, 0, 0, 0, 0, 0, 0, 1)),
    (make_early_receipt, 72 * HOUR_MS, Retired(0, 0, 0, 0, 1, 0, 0, 0)),
]


@pytest.mark.parametrize("make, time_ms, gone", KEPT)
def test_each_kind_is_kept_for_its_time(world: World, make, time_ms: int, gone: Retired) -> None:
    """A millisecond less and it is there; a millisecond more and it is gone, once."""
    world.clock.now_ms -= world.clock.now_ms % 1_000
    make(world)
    world.clock.pass_ms(time_ms - 1)
    young = retire(world)
    world.clock.pass_ms(2)
    old = retire(world)
    assert [a + b for a, b in zip(_counts(young), _counts(old), strict=True)] == _counts(gone)
    assert _counts(old) != _counts(NOTHING)
    assert retire(world) == NOTHING


def _counts(done: Retired) -> list[int]:
    return [getattr(done, name) for name in Retired.__slots__]


def test_consent_and_ledger_outlive_everything(world: World) -> None:
    """After ten years messages are gone; the pair is out, its STOP known, the ledger whole."""
    make_stop(world)
    inbound = make_inbound(person(2), "STOP", reference="mo-of-ben")
    world.receive([inbound])
    world.clock.pass_ms(600_000)
    world.hand_over()  # the replies are too late by now
    world.clock.pass_ms(3_650 * DAY_MS)
    assert retire(world).messages > 0
    assert world.messages() == []
    assert world.is_denied(ANN)
    assert world.is_denied(person(2))
    world.receive([inbound])
    assert world.messages() == []  # a copy of a consent word is known for ever
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []
    assert world.store.read_now(lambda tx: tx.ledger.head(bucket_of(SENDER))[0]) == 3


def test_messages_that_are_not_final_stay(world: World) -> None:
    """Queued, claimed, sent: whatever their age, and so does their batch."""
    world.send(ANN)
    world.claim()
    world.send(person(2))
    world.clock.pass_ms(200 * DAY_MS)
    assert retire(world) == NOTHING
    assert len(world.messages()) == 2


def test_much_goes_in_slices(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction deletes more than a slice; `more` says to go on."""
    monkeypatch.setattr("stopline.flows.retention.SLICE_ROWS", 3)
    for _ in range(7):
        make_text(world)
    world.clock.pass_ms(91 * DAY_MS)
    bucket = bucket_of(SENDER)
    done = [world.store.transact_now(retire_bucket, bucket, POLICY) for _ in range(3)]
    assert [(one.messages, one.more) for one in done] == [(3, True), (3, True), (1, False)]


def test_the_janitor_tidies_all(world: World) -> None:
    """Every bucket, until nothing is left."""
    make_message(world)
    world.clock.pass_ms(91 * DAY_MS)
    policy = UpkeepPolicy(UncertainPolicy(wait_ms=1_000))
    asyncio.run(Janitor(world.store, policy, POLICY).tidy())
    assert world.messages() == []
    assert retire(world) == NOTHING
