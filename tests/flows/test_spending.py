"""The daily cap: what a stolen password can cost."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from stopline.core.accounts import Account
from stopline.core.deliveries import Delivery
from stopline.core.events import EventFilter, EventKind, Interest, SpendingStopped
from stopline.core.messages import FailureCode
from stopline.core.numbers import bucket_of
from stopline.core.spending import DAY_MS, plan_spending
from stopline.core.subscriptions import TokenName
from stopline.flows import notify
from stopline.flows import subscriptions as flows
from stopline.flows.spending import read_spending, set_spending_cap
from stopline.store.tx import Tx
from support.world import (
    ACCOUNT,
    OTHER_ACCOUNT,
    SECOND_SENDER,
    SENDER,
    TOLL_FREE,
    Clock,
    World,
    person,
)

PRICE = 7_000  # what a segment costs in this world, in millionths
SENDERS = ((SENDER, ACCOUNT), (SECOND_SENDER, ACCOUNT), (TOLL_FREE, OTHER_ACCOUNT))


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    """An account with two numbers and another with one, on each store."""
    made = World(tmp_path, Clock(), SENDERS, database=database)
    shop = Account(ACCOUNT, "Shop", "US", SENDER)
    made.store.transact_now(lambda tx: tx.accounts.add_account(shop, tx.now_ms))
    yield made
    made.close()


def cap(world: World, messages: int | None) -> None:
    amount = None if messages is None else messages * PRICE
    world.store.transact_now(set_spending_cap, ACCOUNT, amount)


def endings(world: World) -> Counter[FailureCode | None]:
    return Counter(m.failure for sender in (SENDER, SECOND_SENDER) for m in world.messages(sender))


def told(world: World) -> list[SpendingStopped]:
    """What the account's endpoint would get now."""
    return [
        msgspec.json.decode(one.payload, type=SpendingStopped)
        for one in world.store.transact_now(_take)
    ]


def _take(tx: Tx) -> list[Delivery]:
    lanes = notify.list_lanes(tx)
    claims = notify.claim_deliveries(tx, lanes, {lane.subscription_id: 100 for lane in lanes})
    return [delivery for claim in claims for delivery in claim.deliveries]


@pytest.mark.parametrize(
    "costs, spent, limit, may, then",
    [
        ([], 0, 10, [], 0),
        ([5, 5, 5], 0, 10, [True, True, False], 10),
        ([5, 5], 6, 10, [False, False], 6),
        ([8, 2, 0], 2, 10, [True, False, True], 10),
        ([1], 0, 0, [False], 0),
    ],
)
def test_what_fits_under_a_cap(costs, spent, limit, may, then):
    """In order and never over; what costs nothing always fits."""
    assert plan_spending(costs, spent, limit) == (may, then)


def test_pumping_stops_at_the_cap(world):
    """R33: ten thousand texts to one expensive prefix: exactly the cap's worth is accepted, the
    rest fails as over the limit, and another account sends as before."""
    cap(world, 2_500)
    persons = [f"+1312900{n:04d}" for n in range(10_000)]
    world.send(*persons)
    assert endings(world) == {None: 2_500, FailureCode.LIMIT_EXCEEDED: 7_500}
    world.send(*persons[:10], sender=SECOND_SENDER)
    assert endings(world)[FailureCode.LIMIT_EXCEEDED] == 7_510
    world.send(*persons[:10], sender=TOLL_FREE, account_id=OTHER_ACCOUNT)
    assert [m.failure for m in world.messages(TOLL_FREE, OTHER_ACCOUNT)] == [None] * 10
    limit, spent = world.store.read_now(read_spending, ACCOUNT)
    assert (limit, spent.micros, spent.is_capped) == (2_500 * PRICE, 2_500 * PRICE, True)


def test_the_first_refusal_of_a_day_is_announced_once(world):
    """An alarm, with its day and its amounts."""
    interests = (Interest("spending", (EventFilter(EventKind.SPENDING),)),)
    wish = flows.Wish("https://x.example/", TokenName.NONE, "", interests, None, False, 10 * 86_400)
    owner, limit = flows.Owner(ACCOUNT, 810200401, 5), flows.Limit(100, per_user_and_app=False)
    world.store.transact_now(flows.create_subscription, owner, wish, limit)
    cap(world, 3)
    world.send(*(person(n) for n in range(3)))
    assert told(world) == []
    world.send(person(4))
    world.send(person(5))
    day = world.clock() // DAY_MS
    (event,) = told(world)
    assert event == SpendingStopped(ACCOUNT, day, 3 * PRICE, 3 * PRICE, world.clock())


def test_the_next_day_begins_at_nothing(world):
    """Days are those of UTC; a cap that is taken away holds nobody."""
    cap(world, 1)
    world.send(person(1), person(2))
    world.clock.pass_ms(DAY_MS)
    world.send(person(3), person(4))
    cap(world, None)
    world.send(person(5), person(6))
    assert endings(world) == {None: 4, FailureCode.LIMIT_EXCEEDED: 2}


def test_who_opted_out_costs_nothing(world):
    """A refused message leaves the cap to others."""
    world.text(person(1), "STOP")
    cap(world, 1)
    world.send(person(1), person(2))
    outbound = {m.recipient: m.failure for m in world.messages() if m.batch_id}
    assert outbound == {person(1): FailureCode.OPTED_OUT, person(2): None}


def test_two_numbers_at_once_do_not_share_the_last_cent(world):
    """Batches of one account from two numbers: together the cap and no more."""
    cap(world, 1_000)
    assert bucket_of(SENDER) != bucket_of(SECOND_SENDER)

    def send(sender: str) -> None:
        for start in range(0, 1_000, 100):
            world.send(*(person(start + n) for n in range(100)), sender=sender)

    threads = [threading.Thread(target=send, args=(s,)) for s in (SENDER, SECOND_SENDER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert endings(world) == {None: 1_000, FailureCode.LIMIT_EXCEEDED: 1_000}
