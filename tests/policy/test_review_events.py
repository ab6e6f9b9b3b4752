"""Marks, holds and decisions are told to subscriptions that ask for reviews."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from stopline.core.deliveries import Delivery, DeliveryResult
from stopline.core.events import EventFilter, EventKind, Interest, ReviewChanged
from stopline.core.ledger import Channel
from stopline.core.numbers import bucket_of
from stopline.core.reviews import Decision
from stopline.core.subscriptions import TokenName, Trial
from stopline.flows import notify
from stopline.flows import subscriptions as flows
from stopline.flows.consent import Author
from stopline.flows.erasure import erase_person
from stopline.store.tx import Tx
from support.reviews import decide, let_time_out, reviews
from support.world import ACCOUNT, SENDER, Clock, World, person

ANN = person(1)
REQUEST, DOUBTFUL = "please take me off your list", "wrong number"
OWNER = flows.Owner(ACCOUNT, 810200401, 5)
LIMIT = flows.Limit(100, per_user_and_app=False)


@pytest.fixture
def world(tmp_path: Path, clock: Clock, database: str | None) -> Iterator[World]:
    """An account with two senders, on each store."""
    made = World(tmp_path, clock, database=database)
    yield made
    made.close()


def subscribe(world: World, **conditions: object) -> None:
    wanted = EventFilter(EventKind.REVIEW, **conditions)  # type: ignore[arg-type]
    interests = (Interest("reviews", (wanted,)),)
    wish = flows.Wish(
        "https://crm.example.net/", TokenName.NONE, "", interests, None, False, 30 * 86_400
    )
    world.store.transact_now(flows.create_subscription, OWNER, wish, LIMIT)


def told(world: World) -> list[ReviewChanged]:
    """What the endpoint gets now; it takes everything."""
    heard: list[ReviewChanged] = []
    while deliveries := world.store.transact_now(_take):
        heard += [msgspec.json.decode(one.payload, type=ReviewChanged) for one in deliveries]
        results = [DeliveryResult(one, Trial(200), world.clock(), 1) for one in deliveries]
        world.store.transact_now(
            notify.settle_deliveries, results, frozenset(), [0.0] * len(results)
        )
    return heard


def _take(tx: Tx) -> list[Delivery]:
    lanes = notify.list_lanes(tx)
    limits = {lane.subscription_id: 100 for lane in lanes}
    claims = notify.claim_deliveries(tx, lanes, limits)
    return [delivery for claim in claims for delivery in claim.deliveries]


def test_a_doubtful_text_raises_an_event_and_nothing_else(world: World) -> None:
    """Flag: a mark and an event; the pair stays open and its messages go out."""
    subscribe(world)
    world.text(ANN, DOUBTFUL)
    (event,) = told(world)
    assert (event.state, event.asks, event.read_by) == (
        "flagged",
        "opt_out",
        "request:en.wrong-number",
    )
    assert (event.sender, event.recipient) == (SENDER, ANN)
    world.send(ANN)
    assert len(world.claim().submissions) == 1


def test_a_hold_and_its_end_are_told(world: World) -> None:
    """Held, then what a person decided, and who."""
    subscribe(world)
    world.text(ANN, REQUEST)
    assert [event.state for event in told(world)] == ["held"]
    decide(world, reviews(world)[0], Decision.RELEASE)
    assert [(e.state, e.actor) for e in told(world)][-1] == ("released", "console:pat")


def test_nobody_deciding_is_told(world: World) -> None:
    """After a day: timed out."""
    subscribe(world, review_states=("timed_out",))
    world.text(ANN, REQUEST)
    assert told(world) == []
    let_time_out(world)
    assert [event.state for event in told(world)] == ["timed_out"]


@pytest.mark.parametrize(
    "conditions, heard",
    [
        ({}, True),
        ({"sender": SENDER}, True),
        ({"sender": person(9)}, False),
        ({"recipient": ANN}, True),
        ({"recipient": person(2)}, False),
        ({"review_states": ("flagged", "held")}, True),
        ({"review_states": ("flagged",)}, False),
    ],
)
def test_conditions(world: World, conditions: dict[str, object], heard: bool) -> None:
    """By number, person and state."""
    subscribe(world, **conditions)
    world.text(ANN, REQUEST)
    assert bool(told(world)) is heard


def test_an_ordinary_text_and_a_keyword_raise_none(world: World) -> None:
    """What the exact layer obeys is a consent event."""
    subscribe(world)
    world.text(ANN, "see you at five")
    world.text(ANN, "STOP")
    assert told(world) == []


def test_erasing_a_person_takes_the_events_along(world: World) -> None:
    """They name the person."""
    subscribe(world)
    world.text(ANN, REQUEST)
    author = Author(ACCOUNT, Channel.COMMAND, "command:pat")
    world.store.transact_now(erase_person, author, bucket_of(SENDER), ANN)
    assert told(world) == []
