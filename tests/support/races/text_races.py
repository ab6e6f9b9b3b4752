"""Texts against each other, with copies and crashes. Each race returns how often a rule was
broken."""

import threading
from concurrent.futures import Future
from functools import partial
from typing import Any

import psycopg
from msgspec.structs import replace

from stopline.core.carriage import Inbound, TextPart
from stopline.core.deliveries import DeliveryResult
from stopline.core.errors import StoreUnavailable
from stopline.core.subscriptions import Trial
from stopline.flows.inbound import credit_unsure_starts, receive_messages
from stopline.flows.notify import Claim as EventClaim
from stopline.flows.notify import claim_deliveries, settle_deliveries
from stopline.flows.replies import InboundPolicy
from stopline.flows.start_copies import UNSURE_START_MS
from stopline.flows.upkeep import recover_start
from stopline.store import postgres
from stopline.store.deliveries import Lane
from stopline.store.tx import Tx
from support.races.play import PATIENCE_S, Play, stop_flow, together
from support.world import World


def stop_committed_then_dead_then_again(play: Play) -> int:
    """Node a stored the STOP and died before it told so; the carrier brings it to node b."""
    play.subscribe()
    again = play.inbound("STOP")
    play.a.receive([again])
    play.b.receive([again])
    return _told_other_than_once(play)


def _told_other_than_once(play: Play) -> int:
    """One change is one reply and one event."""
    return abs(len(play.replies()) - 1) + abs(play.events() - 1) + (not play.is_out())


def copies_on_two_nodes_at_once(play: Play) -> int:
    play.subscribe()
    flow = stop_flow(play, reference=f"copy-{play.number}")
    together([play.a, play.b], flow, flow)
    return _told_other_than_once(play)


def stops_of_one_person_at_once(play: Play) -> int:
    """Two texts, not two copies: one change all the same."""
    play.subscribe()
    together([play.a, play.b], stop_flow(play), stop_flow(play))
    return _told_other_than_once(play)


def copy_of_an_unanswered_start(play: Play) -> int:
    """START on node a, whose connection breaks; STOP on b; the carrier brings the START again."""
    play.text(play.a, "STOP", reference=None)
    start = play.inbound("START", reference=None)
    play.a.receive([start])
    play.a.store.transact_now(credit_unsure_starts, [start])
    play.text(play.b, "STOP", reference=None)
    play.text(play.b, "START", reference=None, session="s2", received_ms=play.clock() + 3_000)
    opened_by_a_copy = not play.is_out()
    play.text(play.a, "START", reference=None, session="s2", received_ms=play.clock() + 3_000)
    assert opened_by_a_copy or not play.is_out(), "the person's next START has to count"
    return int(opened_by_a_copy)


def copy_before_the_break_is_noticed(play: Play) -> int:
    """Node a answered the START, and its connection broke without a word; the copy comes to b
    after the STOP, and only then a notices. What the person says next counts, at the latest when
    it is said twice."""
    play.text(play.a, "STOP", reference=None)
    start = play.inbound("START", reference=None)
    play.a.receive([start])
    assert not play.is_out(), "the person's START has to count"
    play.text(play.b, "STOP", reference=None, session="s2")
    later = {"reference": None, "session": "s2", "received_ms": play.clock() + 3_000}
    play.text(play.b, "START", **later)
    opened_by_a_copy = not play.is_out()
    play.a.store.transact_now(credit_unsure_starts, [start])
    for _ in range(2):
        play.text(play.b, "START", **later)
    assert not play.is_out(), "the person's next START has to count"
    return int(opened_by_a_copy)


def copy_after_a_crash(play: Play) -> int:
    """Node a stored the START and died: nobody is left to say that its connection broke but those
    who take up what it had."""
    play.text(play.b, "STOP", reference=None)
    start = play.inbound("START", reference=None)
    play.a.receive([start])
    [node] = {(m.id >> 9) & 63 for m in play.messages() if m.body == "START"}
    play.text(play.b, "STOP", reference=None, session="s2")
    # The carrier waits longer than a fresh START is doubted for.
    play.clock.ahead_ms = UNSURE_START_MS + 1_000
    try:
        play.b.store.transact_now(recover_start, [node])
        play.text(play.b, "START", reference=None, session="s2")
    finally:
        play.clock.ahead_ms = 0
    return int(not play.is_out())


def later_stop_arrives_first(play: Play) -> int:
    """Texts carry their carrier's time: the START is the older word."""
    now = play.clock()
    play.text(play.b, "STOP", carrier_time_ms=now - 10_000)
    play.text(play.a, "START", carrier_time_ms=now - 60_000)
    return int(not play.is_out())


def older_stop_arrives_last(play: Play) -> int:
    """A STOP applies however late: out is the safe side, and the person can text START."""
    now = play.clock()
    play.text(play.b, "START", carrier_time_ms=now - 10_000)
    play.text(play.a, "STOP", carrier_time_ms=now - 60_000, session="outdated")
    return int(not play.is_out())


def later_event_before_an_earlier_one(play: Play) -> int:
    """The opt-out's event failed on node a and waits; the opt-in's must not pass it on b."""
    play.subscribe()
    play.text(play.a, "STOP")
    play.text(play.b, "START")
    assert play.events() == 2
    [first] = _claim_events(play, play.a)
    meanwhile = _claim_events(play, play.b)
    stop, *too_early = first.deliveries
    result = DeliveryResult(stop, Trial(500, "status", "500"), play.clock(), 5)
    play.a.store.transact_now(settle_deliveries, [result], frozenset(), [0.0])
    later = _claim_events(play, play.b)
    return len(too_early) + sum(len(claim.deliveries) for claim in (*meanwhile, *later))


def _claim_events(play: Play, node: World) -> list[EventClaim]:
    def claim(tx: Tx) -> list[EventClaim]:
        [subscription] = tx.subscriptions.of_account(play.account)
        lane = Lane(play.bucket, subscription.id, 0)
        return claim_deliveries(tx, [lane], {subscription.id: 10})

    return node.store.transact_now(claim)


def parts_of_a_stop_on_two_nodes(play: Play) -> int:
    """The node that got the first part died; the second comes to another one."""
    for number, (node, text) in enumerate(((play.a, "ST"), (play.b, "OP")), start=1):
        node.receive([part(play, text, number)])
    return int(not play.is_out())


def parts_of_a_stop_at_once(play: Play) -> int:
    """Each node gets one part in the same moment: neither may think that the other is missing."""
    flows = [
        partial(receive_messages, inbounds=[part(play, text, number)], policy=InboundPolicy())
        for number, text in enumerate(("ST", "OP"), start=1)
    ]
    together([play.a, play.b], *flows)
    return int(not play.is_out())


def part(play: Play, text: str, number: int) -> Inbound:
    return replace(play.inbound(text, reference=None), part=TextPart("chain", number, 2))


def commit_whose_answer_is_lost(play: Play) -> int:
    """The connection ends with the commit on its way. Told as stored is only what is stored."""
    commit = postgres._commit
    cut = threading.Event()

    def cutting(connection: psycopg.Connection[Any]) -> None:
        if threading.current_thread().name.startswith("stopline-consent") and not cut.is_set():
            cut.set()
            pid = connection.info.backend_pid
            play.watch.execute("select pg_terminate_backend(%s)", (pid,))
        commit(connection)

    stop = play.inbound("STOP")
    play.subscribe()
    postgres._commit = cutting
    try:
        try:
            play.a.receive([stop])
            told = True
        except StoreUnavailable:
            told = False
    finally:
        postgres._commit = commit
    assert cut.is_set()
    false_word = int(told and not play.is_out())
    play.b.receive([stop])
    return false_word + _told_other_than_once(play)


def connections_full_of_others(play: Play) -> int:
    """Every connection for reading and writing is busy; a STOP has its own. Late: over 0.5 s."""
    busy = postgres.WRITE_THREADS + postgres.READ_THREADS
    begun, hold = threading.Barrier(busy + 1), threading.Event()

    def slow(_tx: Tx) -> None:
        begun.wait(PATIENCE_S)
        hold.wait(PATIENCE_S)

    lanes = [play.a.store.transact_now] * postgres.WRITE_THREADS
    lanes += [play.a.store.read_now] * postgres.READ_THREADS
    running = [play.start(lane, slow) for lane in lanes]
    try:
        begun.wait(PATIENCE_S)
        stopping = play.start(play.text, play.a, "STOP")
        in_time = _ends_within(stopping, 0.5)
    finally:
        hold.set()
    for one in (*running, stopping):
        one.result(PATIENCE_S)
    return int(not in_time)


def _ends_within(future: "Future[int]", seconds: float) -> bool:
    try:
        future.result(seconds)
    except TimeoutError:
        return False
    return True
