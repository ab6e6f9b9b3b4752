"""S03: random histories of everything at once against a small model of what must hold."""

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stopline.core.carriage import Claim, Inbound, Submission, SubmitOutcome
from stopline.core.ledger import Channel
from stopline.core.messages import (
    Direction,
    FailureCode,
    MessageStatus,
    Purpose,
)
from stopline.core.numbers import Pair, bucket_of
from stopline.core.replies import HOUR_MS, REPLIES_PER_HOUR
from stopline.core.reviews import HOLD_LIMIT_MS, Decision
from stopline.flows.consent import Assignment, Author, assign_consents
from stopline.flows.decisions import decide_review, expire_holds
from stopline.flows.ledger import verify_ledger
from stopline.flows.upkeep import UncertainPolicy, UpkeepPolicy, recover_start, run_upkeep
from stopline.store.batches import BatchFilter
from support.scale import figure
from support.world import (
    ACCOUNT,
    ALL_IDS,
    SECOND_SENDER,
    SENDER,
    Clock,
    World,
    make_inbound,
    person,
)

Key = tuple[str, str]

SENDERS = (SENDER, SECOND_SENDER)
PEOPLE = tuple(person(number) for number in range(3))
STOPS = (
    "STOP",
    "stop",
    "Stop.",
    "UNSUBSCRIBE",
    "opt out",
    "ＳＴＯＰ",
    "S\u200btop",
    "revoke",
    "Quit!",
)
STARTS = ("START", "start", "unstop", "Start!")
CHAT = ("hello", "don't stop", "stop by at 5", "yes", "the end", "START over", "👍", "HELP", "")
REQUESTS = ("please take me off your list", "stop texting me please")
POLICY = UpkeepPolicy(UncertainPolicy(wait_ms=120_000))
AUTHOR = Author(ACCOUNT, Channel.API, "histories")

people_lists = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4)
text_groups = st.lists(st.sampled_from(STOPS + STARTS + CHAT), min_size=2, max_size=5)
pairs = st.tuples(st.sampled_from(SENDERS), st.sampled_from(PEOPLE))


@dataclass
class Model:
    """What has to be true, in a few lines: who is out or held, and which message is dead.

    `held` says when each request of a pair came, the oldest first.
    """

    denied: dict[Key, bool] = field(default_factory=dict)
    generation: Counter[Key] = field(default_factory=Counter)
    held: dict[Key, list[int]] = field(default_factory=dict)
    accepted: dict[int, tuple[Key, int]] = field(default_factory=dict)

    def stop(self, pair: Key) -> None:
        if not self.denied.get(pair, False):
            self.generation[pair] += 1
        self.denied[pair] = True

    def stop_text(self, pair: Key) -> None:
        self.stop(pair)
        self.held.pop(pair, None)

    def start(self, pair: Key) -> None:
        self.denied[pair] = False

    def start_text(self, pair: Key) -> None:
        """All texts come on one session here, so a START is surely later than the request."""
        self.start(pair)
        self.held.pop(pair, None)

    def request(self, pair: Key, now_ms: int) -> None:
        """Nothing is held for a person who is out."""
        if not self.denied.get(pair, False):
            self.held.setdefault(pair, []).append(now_ms)

    def time_out(self, now_ms: int) -> None:
        """One overdue request settles all of its pair."""
        for pair, since in list(self.held.items()):
            if since[0] <= now_ms - HOLD_LIMIT_MS:
                self.stop_text(pair)

    def may_leave(self, message_id: int) -> bool:
        pair, generation = self.accepted[message_id]
        is_open = not self.denied.get(pair, False) and pair not in self.held
        return is_open and self.generation[pair] == generation


class Histories(RuleBasedStateMachine):
    """Applications, handsets, carriers and crashes, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.world = World(Path(self.folder.name), self.clock)
        self.model = Model()
        self.brought: list[Inbound] = []
        self.claims: list[Claim] = []
        self.handed_over: list[Submission] = []
        self.answered: list[Submission] = []

    def teardown(self) -> None:
        self.world.close()
        self.folder.cleanup()

    # Applications.

    @rule(
        sender=st.sampled_from(SENDERS),
        people=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4),
    )
    def send(self, sender: str, people: list[str]) -> None:
        before = {m.id for m in self.world.messages(sender)}
        self.world.send(*people, sender=sender)
        for message in self.world.messages(sender):
            if message.id not in before:
                pair = (sender, message.recipient)
                self.model.accepted[message.id] = (pair, self.model.generation[pair])

    @rule(pair=pairs, opt_out=st.booleans())
    def assign(self, pair: Key, opt_out: bool) -> None:
        sender, recipient = pair
        self.world.store.transact_now(
            assign_consents, AUTHOR, sender, [Assignment(recipient, opt_out)]
        )
        (self.model.stop if opt_out else self.model.start)(pair)

    # Handsets.

    def bring(self, inbound: Inbound) -> None:
        self.brought.append(inbound)
        self.world.receive([inbound])

    @rule(pair=pairs, text=st.sampled_from(STOPS))
    def text_stop(self, pair: Key, text: str) -> None:
        self.bring(make_inbound(pair[1], text, pair[0], received_ms=self.clock()))
        self.model.stop_text(pair)

    @rule(pair=pairs, text=st.sampled_from(STARTS))
    def text_start(self, pair: Key, text: str) -> None:
        self.bring(make_inbound(pair[1], text, pair[0], received_ms=self.clock()))
        self.model.start_text(pair)

    @rule(pair=pairs, text=st.sampled_from(REQUESTS))
    def text_request(self, pair: Key, text: str) -> None:
        self.bring(make_inbound(pair[1], text, pair[0], received_ms=self.clock()))
        self.model.request(pair, self.clock())

    @precondition(lambda self: self.model.held)
    @rule(data=st.data(), decision=st.sampled_from(Decision))
    def decide(self, data: st.DataObject, decision: Decision) -> None:
        pair = data.draw(st.sampled_from(sorted(self.model.held)))
        bucket = bucket_of(pair[0])
        held = self.world.store.read_now(
            lambda tx: tx.reviews.find_held(bucket, [Pair(pair[0], pair[1])])
        )
        assert len(held) == len(self.model.held.pop(pair))
        self.world.store.transact_now(decide_review, held[0].id, decision, "histories")
        if decision is Decision.OPT_OUT:
            self.model.stop(pair)

    @rule(pair=pairs, text=st.sampled_from(CHAT))
    def text_chat(self, pair: Key, text: str) -> None:
        self.bring(make_inbound(pair[1], text, pair[0], received_ms=self.clock()))

    @precondition(lambda self: self.brought)
    @rule(data=st.data())
    def bring_again(self, data: st.DataObject) -> None:
        inbound = data.draw(st.sampled_from(self.brought))
        pair = (inbound.destination, inbound.source)
        self.world.receive([inbound, inbound])
        if inbound.text in STOPS:
            self.model.stop_text(pair)

    @rule(
        pair=pairs, texts=st.lists(st.sampled_from(STOPS + STARTS + CHAT), min_size=2, max_size=5)
    )
    def text_in_a_group(self, pair: Key, texts: list[str]) -> None:
        group = [make_inbound(pair[1], t, pair[0], received_ms=self.clock()) for t in texts]
        self.world.receive(group)
        for text in texts:
            if text in STOPS:
                self.model.stop_text(pair)
            elif text in STARTS:
                self.model.start_text(pair)

    # The way out.

    @rule(limit=st.integers(1, 10))
    def claim(self, limit: int) -> None:
        claim = self.world.claim(limit)
        if claim.submissions:
            self.claims.append(claim)
        else:
            self.world.store.gate.end_claim(claim.gate_number)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def hand_over(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        self.claims.remove(claim)
        passed = self.world.pass_gate(claim, lambda left: [self.leave(s) for s in left])
        self.world.put_back([s for s in claim.submissions if s not in passed])

    def leave(self, submission: Submission) -> None:
        """The moment the first byte is with the kernel: what must hold, holds here."""
        if submission.message_id in self.model.accepted:
            assert self.model.may_leave(submission.message_id)
        self.handed_over.append(submission)

    @precondition(lambda self: self.handed_over)
    @rule(
        data=st.data(),
        outcome=st.sampled_from(SubmitOutcome),
        failure=st.sampled_from([None, FailureCode.CARRIER_SPAM]),
    )
    def answer(
        self, data: st.DataObject, outcome: SubmitOutcome, failure: FailureCode | None
    ) -> None:
        submission = data.draw(st.sampled_from(self.handed_over))
        self.world.answer([submission], outcome, failure)
        self.answered.append(submission)

    @precondition(lambda self: self.handed_over)
    @rule(
        data=st.data(),
        status=st.sampled_from([MessageStatus.DELIVERED, MessageStatus.DELIVERY_FAILED]),
        by_reference=st.booleans(),
        times=st.integers(1, 2),
    )
    def receipt(
        self, data: st.DataObject, status: MessageStatus, by_reference: bool, times: int
    ) -> None:
        submission = data.draw(st.sampled_from(self.handed_over))
        for _ in range(times):
            self.world.receipt(submission, status, by_reference=by_reference)

    # Time and crashes.

    @rule(seconds=st.sampled_from([1, 61, 301, 3_700, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_ms(seconds * 1_000)
        while self.world.store.transact_now(run_upkeep, POLICY):
            pass
        while self.world.store.transact_now(expire_holds):
            pass
        self.model.time_out(self.clock())

    @rule()
    def crash(self) -> None:
        self.claims.clear()
        self.world.restart()
        while self.world.store.transact_now(recover_start):
            pass

    # What always holds.

    @invariant()
    def consent_is_what_the_model_says(self) -> None:
        for (sender, recipient), denied in self.model.denied.items():
            assert self.world.is_denied(recipient, sender) == denied

    @invariant()
    def what_is_held_is_what_the_model_says(self) -> None:
        asked = [Pair(sender, recipient) for sender in SENDERS for recipient in PEOPLE]
        for sender in SENDERS:
            pairs_of = [pair for pair in asked if pair.sender == sender]
            held = self.world.store.read_now(
                lambda tx, b=bucket_of(sender), p=pairs_of: tx.reviews.find_held(b, p)
            )
            wanted = {pair for pair in self.model.held if pair[0] == sender}
            assert {(r.pair.sender, r.pair.recipient) for r in held} == wanted

    @invariant()
    def batches_add_up(self) -> None:
        for sender in SENDERS:
            open_ones = Counter(
                m.batch_id
                for m in self.world.messages(sender)
                if m.status < MessageStatus.SENT
                and m.purpose is Purpose.BULK
                and m.direction is Direction.OUTBOUND
            )
            wanted = BatchFilter(ACCOUNT, 0, ALL_IDS, sender)
            found = self.world.store.read_now(
                lambda tx, s=sender, w=wanted: tx.batches.list_page(bucket_of(s), w, 1_000)
            )
            assert {b.id: b.pending for b in found if b.pending} == dict(open_ones)

    @invariant()
    def a_failure_has_its_reason_and_nothing_else_has_one(self) -> None:
        failed = {MessageStatus.SENDING_FAILED, MessageStatus.DELIVERY_FAILED}
        for sender in SENDERS:
            for message in self.world.messages(sender):
                assert (message.status in failed) >= (message.failure is not None)

    @invariant()
    def replies_stay_within_their_limits(self) -> None:
        for sender in SENDERS:
            replies = Counter(
                m.recipient
                for m in self.world.messages(sender)
                if m.purpose is Purpose.CONSENT_REPLY and m.created_ms > self.clock() - HOUR_MS
            )
            assert all(count <= REPLIES_PER_HOUR for count in replies.values())

    @precondition(lambda self: self.model.denied)
    @rule()
    def ledger_verifies(self) -> None:
        assert self.world.store.read_now(lambda tx: list(verify_ledger(tx))) == []


def run_histories(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(120)
def test_short_histories_keep_every_promise() -> None:
    """A few hundred steps, in every run."""
    run_histories(examples=15, steps=30)


@pytest.mark.heavy
@pytest.mark.timeout(1_800)
def test_long_histories_keep_every_promise() -> None:
    """5,000 steps in CI, ten times as many in a proof."""
    examples = figure(ci=100, full=1_000)
    print(f"\nS03: {examples} histories of 50 steps")
    run_histories(examples, steps=50)
