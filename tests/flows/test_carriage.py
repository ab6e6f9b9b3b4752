"""Several carriers: who takes what, who steps in, and limits that hold for all processes."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from stopline.core.carriage import Submission, SubmitOutcome
from stopline.core.errors import NotFound
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.routing import NO_ROUTES, Route, RoutingTable
from stopline.flows.carriers import Board, lease_segments, read_board, switch_carrier
from stopline.flows.rerouting import STALE_MS, reroute
from stopline.flows.submissions import (
    claim_submissions,
    doubt_submissions,
    settle_submissions,
)
from stopline.flows.upkeep import UncertainPolicy, UpkeepPolicy, run_upkeep
from stopline.store.senders import SendingSettings
from stopline.workers.switchboard import Switchboard
from support.world import CARRIER, SECOND_SENDER, SENDER, Clock, World, person

TORONTO, CHICAGO = "+14165550101", "+13125550101"
NORTH, SOUTH = "north", "south"
BOTH = (NORTH, SOUTH)
ROUTED = RoutingTable((Route("canada", ((NORTH, 1), (SOUTH, 0)), countries=frozenset({"CA"})),))
FAILOVER_MS = 15_000
UPKEEP = UpkeepPolicy(UncertainPolicy(wait_ms=120_000))
QUEUED, CLAIMED, UNCERTAIN = MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.UNCERTAIN


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(tmp_path: Path, clock: Clock, database: str | None) -> Iterator[World]:
    made = World(tmp_path, clock, database=database)
    made.store.routing = ROUTED
    yield made
    made.close()


def claim(
    world: World,
    carrier: str,
    up: Sequence[str] = BOTH,
    count: Callable[[str], int] | None = None,
) -> list[Submission]:
    """What a carrier takes while these are up."""
    names = (CARRIER, *BOTH)
    lanes = world.store.routing.served_by(carrier, names, up.__contains__)
    claimed = world.store.transact_now(claim_submissions, carrier, 1_000, lanes, None, count)
    world.store.gate.end_claim(claimed.gate_number)
    return list(claimed.submissions)


def recipients(submissions: Sequence[Submission]) -> list[str]:
    return [one.recipient for one in submissions]


def status(world: World, recipient: str) -> MessageStatus:
    [found] = [m.status for m in world.messages() if m.recipient == recipient]
    return found


def test_each_carrier_takes_what_is_routed_to_it(world: World) -> None:
    """By the recipient's country here; the rest goes to the number's own carrier."""
    world.send(TORONTO, CHICAGO)
    assert recipients(claim(world, NORTH)) == [TORONTO]
    assert recipients(claim(world, SOUTH)) == []
    assert recipients(claim(world, CARRIER)) == [CHICAGO]


def test_replies_are_routed_as_well(world: World) -> None:
    """A Canadian's STOP is answered over the carrier for Canada."""
    world.text(TORONTO, "stop")
    assert recipients(claim(world, CARRIER)) == []
    assert recipients(claim(world, NORTH)) == [TORONTO]


def test_one_gate_stands_before_all_carriers(world: World) -> None:
    """A STOP heard over one carrier refuses what waits for another."""
    world.send(TORONTO)
    world.text(TORONTO, "stop")
    left = claim(world, NORTH)
    assert [one.text.split(":")[0] for one in left] == ["NETWORK MSG"]
    assert claim(world, SOUTH, up=[SOUTH]) == []


def queued(_world: World, _taken: list[Submission]) -> None:
    """Put back: not a byte was written."""
    _world.put_back(_taken)


def claimed(_world: World, _taken: list[Submission]) -> None:
    """Nothing is known yet."""


def uncertain(world: World, taken: list[Submission]) -> None:
    """The connection broke."""
    world.store.transact_now(doubt_submissions, [one.message_id for one in taken])


def uncertain_and_due_again(world: World, taken: list[Submission]) -> None:
    """And no receipt came."""
    uncertain(world, taken)
    world.clock.pass_ms(120_000)  # type: ignore[attr-defined]
    world.store.transact_now(run_upkeep, UPKEEP)


def told_not_now(world: World, taken: list[Submission]) -> None:
    """The carrier took it and gave it back."""
    world.answer(taken, SubmitOutcome.NOT_NOW)
    world.clock.pass_ms(1_000)  # type: ignore[attr-defined]


def sent(world: World, taken: list[Submission]) -> None:
    """The carrier took it."""
    world.answer(taken)


# What happened with the first carrier before it went down, where the message then is, and whether
# the next carrier takes it.
STATES = [
    (queued, QUEUED, True),
    (told_not_now, QUEUED, True),
    (claimed, CLAIMED, False),
    (uncertain, UNCERTAIN, False),
    (uncertain_and_due_again, QUEUED, False),
    (sent, MessageStatus.SENT, False),
]


@pytest.mark.parametrize("happened, then, takes", STATES, ids=[one[0].__name__ for one in STATES])
def test_only_what_was_certainly_not_sent_goes_over_another_carrier(
    world: World, happened: object, then: MessageStatus, takes: bool
) -> None:
    """What the first carrier may have waits for that carrier, however long."""
    world.send(TORONTO)
    taken = claim(world, NORTH)
    assert callable(happened)
    happened(world, taken)
    assert status(world, TORONTO) is then
    assert recipients(claim(world, SOUTH, up=[SOUTH])) == [TORONTO] * takes
    back = happened is uncertain_and_due_again
    assert recipients(claim(world, NORTH)) == [TORONTO] * back


def test_a_paused_carrier_claims_nothing_until_it_goes_on(world: World, clock: Clock) -> None:
    """From the commit on, in every process, and after a restart."""
    world.send(CHICAGO)
    world.store.transact_now(switch_carrier, CARRIER, "pat", paused=True)
    world.restart()
    world.store.routing = ROUTED
    assert claim(world, CARRIER) == []
    board = world.store.read_now(read_board)
    assert [(one.carrier, one.paused, one.actor) for one in board.switches] == [
        (CARRIER, True, "pat")
    ]
    world.store.transact_now(switch_carrier, CARRIER, "pat", paused=False)
    assert recipients(claim(world, CARRIER)) == [CHICAGO]


def test_an_unknown_carrier_can_not_be_paused(world: World) -> None:
    """A typing error must not look like a pause."""
    with pytest.raises(NotFound):
        world.store.transact_now(switch_carrier, "nroth", "pat", paused=True)


def board_of(world: World) -> Board:
    return world.store.read_now(read_board)


def test_a_route_goes_on_while_its_carrier_is_paused_or_down(world: World, clock: Clock) -> None:
    """Paused at once, down after the time of a usual reconnect."""
    world.send(TORONTO)
    claim(world, NORTH, up=())
    boards = Switchboard(ROUTED, BOTH, FAILOVER_MS, clock())
    assert "canada/north" not in boards.lanes(SOUTH)
    clock.pass_ms(FAILOVER_MS + 1)
    boards.see([SOUTH], clock())
    boards.hear(board_of(world))
    assert "canada/north" in boards.lanes(SOUTH)
    boards.see([NORTH], clock())
    boards.hear(board_of(world))
    assert "canada/north" not in boards.lanes(SOUTH)
    world.store.transact_now(lambda tx: tx.carriers.set_switch(NORTH, True, "pat", tx.now_ms))
    boards.hear(board_of(world))
    assert "canada/north" in boards.lanes(SOUTH)
    assert boards.is_paused(NORTH)


def test_a_carrier_that_another_process_has_is_not_down(world: World, clock: Clock) -> None:
    """One process without its connection changes nobody's way."""
    boards = Switchboard(ROUTED, BOTH, FAILOVER_MS, clock())
    clock.pass_ms(FAILOVER_MS + 1)
    said = [(NORTH, clock(), "{}")]
    world.store.transact_now(lambda tx: tx.carriers.put_reports(9, said, tx.now_ms))
    boards.see([SOUTH], clock())
    boards.hear(board_of(world))
    assert "canada/north" not in boards.lanes(SOUTH)


def test_messages_of_a_route_that_is_gone_find_another_way(world: World, clock: Clock) -> None:
    """After a minute, in case another process still knows the route."""
    world.send(TORONTO, CHICAGO)
    world.store.routing = NO_ROUTES
    assert recipients(claim(world, NORTH)) == []
    assert not world.store.transact_now(reroute, [CARRIER, *BOTH])
    clock.pass_ms(STALE_MS + 1)
    while world.store.transact_now(reroute, [CARRIER, *BOTH]):
        pass
    assert sorted(recipients(claim(world, CARRIER))) == [CHICAGO, TORONTO]


def test_what_a_carrier_that_is_gone_may_have_is_closed_as_unknown(
    world: World, clock: Clock
) -> None:
    """Nobody else may send it, so it ends."""
    world.send(TORONTO)
    uncertain_and_due_again(world, claim(world, NORTH))
    clock.pass_ms(STALE_MS + 1)
    while world.store.transact_now(reroute, [CARRIER, SOUTH]):
        pass
    [message] = world.messages()
    assert (message.status, message.failure) == (
        MessageStatus.DELIVERY_FAILED,
        FailureCode.CARRIER_UNKNOWN,
    )


# Limits.


def limit(world: World, rate: str | None, sender: str = SENDER) -> None:
    settings = SendingSettings(rate=rate)
    world.store.transact_now(lambda tx: tx.senders.set_sending(sender, settings))


def pump(worlds: Sequence[World], clock: Clock, seconds: int) -> list[int]:
    """When each message was claimed, with every process trying twenty times a second."""
    gone: list[int] = []
    for _ in range(seconds * 20):
        for world in worlds:
            gone += [clock()] * len(claim(world, CARRIER))
        clock.pass_ms(50)
    return gone


def test_a_senders_rate_holds(world: World, clock: Clock) -> None:
    """Ten a second and not one more; the next sender is not slowed."""
    limit(world, "10")
    world.send(*[person(n) for n in range(100)])
    world.send(*[person(n) for n in range(50)], sender=SECOND_SENDER)
    first = claim(world, CARRIER)
    assert [one.sender for one in first].count(SECOND_SENDER) == 50
    gone = pump([world], clock, 4)
    assert 38 <= len(gone) <= 41


def test_a_senders_rate_holds_for_all_its_queues(world: World, clock: Clock) -> None:
    """Replies and single messages count as well, and go first."""
    limit(world, "1")
    world.send(*[person(n) for n in range(20)])
    world.send(person(30))
    world.text(person(31), "stop")
    order = []
    for _ in range(3):
        order += recipients(claim(world, CARRIER))
        clock.pass_ms(1_000)
    assert order == [person(31), person(30), person(0)]


def test_segments_count(world: World, clock: Clock) -> None:
    """A text of three segments takes three times as long."""
    limit(world, "10")
    world.send(*[person(n) for n in range(50)], body="x" * 400)
    assert 13 <= len(pump([world], clock, 4)) <= 15


def test_a_claim_that_has_to_wait_says_how_long(world: World, clock: Clock) -> None:
    """So nobody asks again and again, and nobody sleeps too long."""
    limit(world, "1")
    world.send(person(1), person(2))
    assert len(claim(world, CARRIER)) == 1
    claim(world, CARRIER)
    found = world.store.transact_now(claim_submissions, CARRIER, 10)
    assert found.submissions == ()
    assert found.wait_ms == 1_000


def test_two_processes_share_a_senders_rate(tmp_path: Path, clock: Clock, cluster: object) -> None:
    """Together they send what one may, also when each new message wakes the queue; of a carrier
    that makes two segments of each text half as many."""
    with cluster.database() as url:  # type: ignore[attr-defined]
        nodes = [World(tmp_path, clock, database=url) for _ in range(2)]
        limit(nodes[0], "10")
        gone = 0
        for n in range(40):
            nodes[0].send(person(n))
            gone += sum(len(claim(node, CARRIER)) for node in nodes)
            clock.pass_ms(50)
        nodes[0].send(*[person(n) for n in range(40)])
        halved = 0
        for _ in range(40):
            halved += sum(len(claim(node, CARRIER, count=lambda _: 2)) for node in nodes)
            clock.pass_ms(50)
        for node in nodes:
            node.close()
    assert 18 <= gone <= 21
    assert 9 <= halved <= 11


def test_processes_lease_a_carriers_segments_in_groups(world: World, clock: Clock) -> None:
    """However often each asks, together they get the rate; who gets none hears how long to wait."""
    granted = 0
    for _ in range(40):
        for _ in range(3):
            granted += world.store.transact_now(lease_segments, NORTH, 100.0, 4).segments
        clock.pass_ms(50)
    assert 190 <= granted <= 210
    for _ in range(10):
        lease = world.store.transact_now(lease_segments, NORTH, 100.0, 4)
    assert lease.segments == 0
    assert 0 < lease.wait_ms <= 10


def test_a_claim_keeps_to_the_carriers_segments(world: World) -> None:
    """The last text may be over it: it is paid for later."""
    world.send(*[person(n) for n in range(20)], body="x" * 400)
    made = world.store.transact_now(claim_submissions, CARRIER, 100, (), 7)
    assert (len(made.submissions), made.segment_count) == (3, 9)
    world.store.gate.end_claim(made.gate_number)
    made = world.store.transact_now(claim_submissions, CARRIER, 100, (), 7, lambda _: 4)
    assert (len(made.submissions), made.segment_count) == (2, 8)


# Time.


def test_a_batch_is_spread_over_its_window(world: World, clock: Clock) -> None:
    """A tenth of it in each tenth of the time."""
    world.send(*[person(n) for n in range(2_000)], spread_minutes=10)
    counts = []
    for _ in range(10):
        counts.append(len(world.hand_over(2_000)))
        clock.pass_ms(60_000)
    assert counts[0] == 1
    assert counts[1:] == [200] * 9
    assert len(world.hand_over(2_000)) == 199


def test_what_was_not_sent_in_time_expires(world: World, clock: Clock) -> None:
    """While its carrier is paused, too: it fails with the code for it, at no cost."""
    world.send(person(1), valid_minutes=5)
    world.store.transact_now(switch_carrier, CARRIER, "pat", paused=True)
    clock.pass_ms(5 * 60_000 - 1)
    world.store.transact_now(run_upkeep, UPKEEP)
    assert status(world, person(1)) is QUEUED
    clock.pass_ms(1)
    world.store.transact_now(run_upkeep, UPKEEP)
    [message] = world.messages()
    assert (message.status, message.failure, message.cost_micros) == (
        MessageStatus.SENDING_FAILED,
        FailureCode.CARRIER_EXPIRED,
        0,
    )


def test_a_message_that_is_late_is_not_claimed(world: World, clock: Clock) -> None:
    """Whether or not upkeep has come to it."""
    world.send(person(1), valid_minutes=5)
    clock.pass_ms(5 * 60_000)
    assert world.hand_over() == []
    assert status(world, person(1)) is MessageStatus.SENDING_FAILED


def test_a_sender_has_its_own_times_and_a_batch_may_have_others(world: World, clock: Clock) -> None:
    """The window comes first: a message's time begins when it is over."""
    settings = SendingSettings(valid_minutes=1, spread_minutes=2)
    world.store.transact_now(lambda tx: tx.senders.set_sending(SENDER, settings))
    world.send(person(1), person(2))
    world.send(person(3), spread_minutes=0, valid_minutes=60)
    assert sorted(recipients(world.hand_over())) == [person(1), person(3)]
    clock.pass_ms(3 * 60_000)
    assert world.hand_over() == []
    assert status(world, person(2)) is MessageStatus.SENDING_FAILED


def test_a_late_receipt_counts_for_a_message_that_expired_after_doubt(
    world: World, clock: Clock
) -> None:
    """It was queued once more and its time ran out; then its first attempt is answered."""
    world.send(person(1), valid_minutes=5)
    taken = claim(world, CARRIER)
    uncertain_and_due_again(world, taken)
    world.store.transact_now(settle_submissions, CARRIER, [])
    world.receipt(taken[0])
    assert status(world, person(1)) is MessageStatus.DELIVERED
