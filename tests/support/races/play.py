"""One run of a race: two nodes, and persons, numbers and a carrier that no other run has."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg

from stopline.core.carriage import Claim, Inbound, Submission, SubmitAnswer, SubmitOutcome
from stopline.core.events import EventFilter, EventKind, Interest
from stopline.core.messages import MessageStatus, Purpose
from stopline.core.numbers import bucket_of
from stopline.core.subscriptions import TokenName
from stopline.flows.inbound import receive_messages
from stopline.flows.replies import InboundPolicy
from stopline.flows.submissions import claim_submissions, settle_submissions
from stopline.flows.subscriptions import Limit, Owner, Wish, create_subscription
from stopline.store.message_rows import Message
from stopline.store.senders import A2P, ACTIVE, ConsentSettings, ReplySettings, Sender
from stopline.store.tx import Tx
from support.paused import PausedNode
from support.postgres_proxy import PostgresProxy
from support.world import World, allowed_of, make_inbound, real_clock_ms

_numbers = itertools.count(1)
# A race that does not come about in this time is a broken test, not a slow machine.
PATIENCE_S = 20.0


class MovableClock:
    """The wall clock, put forward at will."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        return real_clock_ms() + self.ahead_ms


@dataclass
class Nodes:
    """What all runs share. `watch` looks from outside; `paused_node` is a process of its own."""

    worlds: Sequence[World]
    clock: MovableClock
    watch: psycopg.Connection[Any]
    threads: ThreadPoolExecutor
    proxy: PostgresProxy
    paused_node: PausedNode


@dataclass
class Play:
    """Nodes `a`, `b` and `c` on one database, `c` over a wire that can be cut; everything else is
    this run's own."""

    nodes: Nodes
    number: int = field(default_factory=lambda: next(_numbers))

    def __post_init__(self) -> None:
        nodes = self.nodes
        self.a, self.b, self.c = nodes.worlds
        self.clock, self.watch, self.threads = nodes.clock, nodes.watch, nodes.threads
        self.proxy, self.paused_node = nodes.proxy, nodes.paused_node
        self.account = 700_000_000 + self.number
        self.carrier = f"carrier-{self.number}"
        self.who = f"+1415{200 + self.number // 9_000}{1_000 + self.number % 9_000}"
        self.sender = self.add_sender()

    @property
    def bucket(self) -> int:
        return bucket_of(self.sender)

    def add_sender(self, account: int | None = None, *, wide_stop: bool = False) -> str:
        """A further number of the account."""
        place = next(_numbers)
        number = f"+1206{200 + place // 9_000}{1_000 + place % 9_000}"
        self.a.store.transact_now(
            add_number, number, account or self.account, self.carrier, wide_stop
        )
        return number

    # What applications, handsets and carriers do.

    def send(self, node: World, sender: str | None = None, account: int | None = None) -> None:
        """One message to the person."""
        node.send(self.who, sender=sender or self.sender, account_id=account or self.account)

    def inbound(self, text: str, **details: Any) -> Inbound:
        """A text of the person."""
        details.setdefault("received_ms", self.clock())
        return make_inbound(self.who, text, details.pop("sender", self.sender), **details)

    def text(self, node: World, text: str, **details: Any) -> int:
        """The person texts; how many consents changed."""
        return node.receive([self.inbound(text, **details)])

    def claim(self, node: World) -> Claim:
        """What is due."""
        return node.store.transact_now(claim_submissions, self.carrier, 50)

    def pass_gate(
        self, node: World, claim: Claim, at_the_wire: Callable[[], None] = lambda: None
    ) -> list[Submission]:
        """What may leave of a claim, but for replies; `at_the_wire` runs before it does."""

        async def passing() -> list[Submission]:
            async with node.store.gate.hand_over(claim) as passage:
                await asyncio.to_thread(at_the_wire)
                return bulk(allowed_of(claim, passage))

        return asyncio.run(passing())

    def leave_now(self, node: World) -> list[Submission]:
        """Claim and pass the gate."""
        return self.pass_gate(node, self.claim(node))

    def settle(self, node: World, submissions: Sequence[Submission]) -> None:
        """The carrier accepted these."""
        answers = [
            SubmitAnswer(s.message_id, s.attempt, SubmitOutcome.ACCEPTED, f"c{s.message_id}")
            for s in submissions
        ]
        node.store.transact_now(settle_submissions, self.carrier, answers)

    def subscribe(self) -> None:
        """Somebody wants to hear of every opt-out and opt-in."""
        interests = (Interest("consents", (EventFilter(EventKind.CONSENT),)),)
        wish = Wish("https://crm.example.net/", TokenName.NONE, "", interests, None, True, 86_400)
        owner = Owner(self.account, 1, 1)
        self.a.store.transact_now(create_subscription, owner, wish, Limit(10, False))

    # What one sees.

    def messages(self) -> list[Message]:
        """All of the number, oldest first."""
        return self.a.messages(self.sender, self.account)

    def replies(self) -> list[Message]:
        """Answers to keywords."""
        return [m for m in self.messages() if m.purpose is Purpose.CONSENT_REPLY]

    def statuses(self) -> set[MessageStatus]:
        """Of everything that was to be sent."""
        return {m.status for m in self.messages() if m.body == "Your order is ready."}

    def is_out(self, sender: str | None = None) -> bool:
        """Whether the person is denied."""
        return self.b.is_denied(self.who, sender or self.sender, self.account)

    def events(self) -> int:
        """Deliveries written for this account."""
        query = "select count(*) from deliveries where account_id = %s"
        found = self.watch.execute(query, (self.account,)).fetchone()
        return int(found[0]) if found else 0

    # Who waits for whom.

    def start(self, call: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Run something beside."""
        return self.threads.submit(call, *arguments)

    def until_blocked(self, purpose: str, unless: "Future[Any] | None" = None) -> bool:
        """Wait until a connection of this kind waits for a lock; False if `unless` ended first."""
        query = (
            "select 1 from pg_stat_activity where datname = current_database() "
            "and application_name like %s and wait_event_type = 'Lock'"
        )
        deadline = time.monotonic() + PATIENCE_S
        while not self.watch.execute(query, (f"stopline {purpose}%",)).fetchone():
            if unless is not None and unless.done():
                return False
            assert time.monotonic() < deadline, f"no {purpose} connection came to wait"
            time.sleep(0.001)
        return True


def bulk(submissions: Sequence[Submission]) -> list[Submission]:
    """Without replies, which pass the gate of their own pair."""
    return [s for s in submissions if not s.text.startswith("NETWORK MSG:")]


@contextmanager
def held_before_commit(
    node: World, threads: ThreadPoolExecutor, flow: Callable[..., Any], *arguments: Any
) -> "Iterator[tuple[Future[Any], threading.Event]]":
    """A flow that has done everything but commit; it does when the event is set, or at the end."""
    done, go_on = threading.Event(), threading.Event()

    def paused(tx: Tx, *given: Any) -> Any:
        result = flow(tx, *given)
        done.set()
        assert go_on.wait(PATIENCE_S)
        return result

    # Runs in the lane of the flow itself: a STOP as consent.
    paused.__dict__.update(getattr(flow, "func", flow).__dict__)
    running = threads.submit(node.store.transact_now, paused, *arguments)
    try:
        assert done.wait(PATIENCE_S)
        yield running, go_on
    finally:
        go_on.set()
        running.result(PATIENCE_S)


def together(nodes: Sequence[World], *flows: partial[Any]) -> list[Any]:
    """Run a flow on each node, begun when the transactions of all of them are open."""
    barrier = threading.Barrier(len(nodes))

    def begun(tx: Tx, flow: partial[Any]) -> Any:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(2)
        # Whoever has to run again runs alone.
        barrier.abort()
        return flow(tx)

    begun.__dict__.update(flows[0].func.__dict__)
    with ThreadPoolExecutor(len(nodes)) as threads:
        running = [
            threads.submit(node.store.transact_now, begun, flow)
            for node, flow in zip(nodes, flows, strict=True)
        ]
        return [one.result(PATIENCE_S) for one in running]


def stop_flow(play: Play, text: str = "STOP", **details: Any) -> partial[Any]:
    """A text of the person as a flow."""
    inbounds = [play.inbound(text, **details)]
    return partial(receive_messages, inbounds=inbounds, policy=InboundPolicy())


def add_number(tx: Tx, number: str, account_id: int, carrier: str, wide_stop: bool) -> None:
    tx.senders.add(
        Sender(
            number=number,
            id=int(number[-9:]),
            account_id=account_id,
            bucket=bucket_of(number),
            label="",
            country="US",
            kind="local",
            features=frozenset({A2P}),
            carrier=carrier,
            replies=ReplySettings(),
            consent=ConsentSettings(account_wide_stop=wide_stop),
            status=ACTIVE,
            since_ms=tx.now_ms,
            created_ms=tx.now_ms,
        )
    )
