"""A small world for tests of flows and workers: a real store, one account, its senders."""

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from stopline.core.batches import SLICE_ROWS, RequestedMessage, plan_batch
from stopline.core.carriage import (
    Claim,
    Inbound,
    Passage,
    Receipt,
    Submission,
    SubmitAnswer,
    SubmitOutcome,
)
from stopline.core.cover import Sending, Verdict
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.core.scopes import Category
from stopline.flows.cover import judge_recipients
from stopline.flows.inbound import receive_messages
from stopline.flows.outbound import (
    BatchRequest,
    accept_batch,
    open_batch,
    stage_messages,
)
from stopline.flows.receipts import record_receipts
from stopline.flows.replies import InboundPolicy
from stopline.flows.submissions import (
    claim_submissions,
    recheck_claim,
    return_submissions,
    settle_submissions,
)
from stopline.store.base import BaseStore
from stopline.store.batches import Batch
from stopline.store.message_rows import Message, MessageFilter
from stopline.store.postgres import PostgresStore
from stopline.store.postgres_connection import DatabaseAddress
from stopline.store.senders import A2P, ACTIVE, ReplySettings, Sender
from stopline.store.sqlite import SqliteStore
from stopline.store.tx import Keys, Tx
from support.kept import KEPT
from support.schema import put_empty_store

ACCOUNT = 810200300
OTHER_ACCOUNT = 810200999
SENDER = "+12025550142"
SECOND_SENDER = "+12025550143"
TOLL_FREE = "+18005550199"
CARRIER = "simulated"
KEYS = Keys(number=b"n" * 32, server=b"s" * 32, checkpoint=b"c" * 32)
ALL_IDS = 2**63 - 1

_references = itertools.count(1)


class Clock:
    """Epoch milliseconds that move only when told, or with the real time when `running`."""

    def __init__(self, now_ms: int = 1_772_470_800_000) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms

    def pass_ms(self, duration_ms: int) -> None:
        self.now_ms += duration_ms


def real_clock_ms() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000


def person(number: int) -> str:
    """One of 10,000 fictional persons whose handset behaves in the ordinary way."""
    return f"+1312{200 + number // 9000:03d}{1000 + number % 9000:04d}"


class World:
    """Drives the flows as the edges do."""

    def __init__(
        self,
        folder: Path,
        clock_ms: Callable[[], int] | None = None,
        senders: Sequence[tuple[str, int]] = ((SENDER, ACCOUNT), (SECOND_SENDER, ACCOUNT)),
        vfs: str | None = None,
        database: str | None = None,
        carrier: str = CARRIER,
    ) -> None:
        self.clock = clock_ms or Clock()
        self.path = folder / "stopline.db"
        self.vfs = vfs
        self.database = database
        self.store = self._open()
        for number, account_id in senders:
            self.store.transact_now(_add_sender, number, account_id, carrier)

    def _open(self) -> BaseStore:
        if self.database in KEPT:
            return KEPT[self.database].begin(self.clock)
        if self.database is not None:
            return PostgresStore(
                DatabaseAddress(self.database), KEYS, recheck=recheck_claim, clock_ms=self.clock
            )
        if self.vfs is None:
            put_empty_store(self.path)
        return SqliteStore(self.path, KEYS, clock_ms=self.clock, vfs=self.vfs)

    def restart(self) -> None:
        """Close the store and open it again, as after an orderly stop."""
        self.store.close()
        self.store = self._open()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    # What applications do.

    def send(
        self,
        *recipients: str,
        sender: str = SENDER,
        body: str = "Your order is ready.",
        account_id: int = ACCOUNT,
        category: Category | None = None,
        valid_minutes: int | None = None,
        spread_minutes: int | None = None,
    ) -> Batch:
        """Have a batch accepted."""
        request = BatchRequest(
            account_id,
            sender,
            len(recipients),
            price_micros=7_000,
            category=category,
            valid_minutes=valid_minutes,
            spread_minutes=spread_minutes,
        )
        draft = self.store.transact_now(open_batch, request)
        assert not isinstance(draft, str)
        plan = plan_batch(body, [RequestedMessage(number, None) for number in recipients], "US")
        spans = [
            self.store.transact_now(stage_messages, draft, planned, place * SLICE_ROWS)
            for place, planned in enumerate(plan.slices())
        ]
        return self.store.transact_now(accept_batch, draft, plan.body, spans[0][0], spans[-1][1])

    # What workers and carriers do.

    def claim(self, limit: int = 1_000) -> Claim:
        """Claim what is due; the claim stays open at the gate."""
        return self.store.transact_now(claim_submissions, CARRIER, limit)

    def hand_over(self, limit: int = 1_000) -> list[Submission]:
        """Claim, pass the gate and let everything be accepted by the carrier."""
        claim = self.claim(limit)
        left = self.pass_gate(claim)
        self.answer(left)
        return left

    def pass_gate(
        self, claim: Claim, during: Callable[[list[Submission]], None] = lambda _: None
    ) -> list[Submission]:
        """Those of a claim that may leave; `during` is called while the gate is held open."""

        async def passing() -> list[Submission]:
            async with self.store.gate.hand_over(claim) as passage:
                left = allowed_of(claim, passage)
                during(left)
                return left

        left = asyncio.run(passing())
        self.store.gate.end_claim(claim.gate_number)
        return left

    def put_back(self, submissions: Sequence[Submission]) -> None:
        """Turned back at the gate: not a byte was written."""
        if submissions:
            self.store.transact_now(return_submissions, submissions)

    def answer(
        self,
        submissions: Sequence[Submission],
        outcome: SubmitOutcome = SubmitOutcome.ACCEPTED,
        failure: FailureCode | None = None,
    ) -> None:
        """The carrier's answer to each."""
        answers = [
            SubmitAnswer(s.message_id, s.attempt, outcome, f"c{s.message_id}", failure)
            for s in submissions
        ]
        self.store.transact_now(settle_submissions, CARRIER, answers)

    def receipt(
        self,
        submission: Submission,
        status: MessageStatus = MessageStatus.DELIVERED,
        failure: FailureCode | None = None,
        *,
        by_reference: bool = False,
    ) -> None:
        """The carrier's report."""
        self.store.transact_now(
            record_receipts,
            [
                Receipt(
                    CARRIER,
                    f"c{submission.message_id}",
                    submission.sender,
                    submission.recipient,
                    status,
                    failure,
                    None if by_reference else submission.message_id,
                )
            ],
        )

    def text(
        self,
        recipient: str,
        text: str,
        sender: str = SENDER,
        *,
        reference: str | None = "new",
        carrier_time_ms: int | None = None,
        session: str = "s1",
        received_ms: int | None = None,
        policy: InboundPolicy | None = None,
    ) -> int:
        """A handset texts us; returns how many consents changed."""
        inbound = make_inbound(
            recipient,
            text,
            sender,
            reference=reference,
            carrier_time_ms=carrier_time_ms,
            session=session,
            received_ms=self.clock() if received_ms is None else received_ms,
        )
        return self.receive([inbound], policy)

    def receive(self, inbounds: Sequence[Inbound], policy: InboundPolicy | None = None) -> int:
        """Texts that came in one group."""
        return self.store.transact_now(receive_messages, inbounds, policy or InboundPolicy())

    # What one sees.

    def messages(self, sender: str = SENDER, account_id: int = ACCOUNT) -> list[Message]:
        """The sender's messages, oldest first."""
        wanted = MessageFilter(account_id, 0, ALL_IDS)
        found = self.store.read_now(
            lambda tx: tx.messages.list_page(bucket_of(sender), wanted, 10_000_000)
        )
        return [message for message in reversed(found) if message.sender == sender]

    def is_denied(self, recipient: str, sender: str = SENDER, account_id: int = ACCOUNT) -> bool:
        """Whether a record opts the pair out."""
        return bool(self.verdict(recipient, sender, account_id).denials)

    def verdict(
        self,
        recipient: str,
        sender: str = SENDER,
        account_id: int = ACCOUNT,
        category: Category | None = None,
    ) -> Verdict:
        """What the one rule says of a message now."""
        sending = Sending(sender, account_id, category)
        found = self.store.read_now(judge_recipients, bucket_of(sender), sending, [recipient])
        return found[recipient]


def allowed_of(claim: Claim, passage: Passage) -> list[Submission]:
    """Those that may leave."""
    return [s for s, may in zip(claim.submissions, passage.allowed, strict=True) if may]


def make_inbound(
    recipient: str,
    text: str,
    sender: str = SENDER,
    *,
    reference: str | None = "new",
    carrier_time_ms: int | None = None,
    session: str = "s1",
    received_ms: int = 0,
) -> Inbound:
    """A text as a carrier gives it; a new reference unless one is named."""
    if reference == "new":
        reference = f"mo-{next(_references)}"
    return Inbound(
        carrier=CARRIER,
        source=recipient,
        destination=sender,
        text=text,
        raw=text.encode("utf-8", "surrogatepass"),
        reference=reference,
        session=session,
        received_at_ms=received_ms,
        carrier_time_ms=carrier_time_ms,
    )


def _add_sender(tx: Tx, number: str, account_id: int, carrier: str) -> None:
    if tx.senders.find([number]):
        return
    kind = "toll_free" if number == TOLL_FREE else "local"
    tx.senders.add(
        Sender(
            number=number,
            id=int(number[-9:]),
            account_id=account_id,
            bucket=bucket_of(number),
            label="",
            country="US",
            kind=kind,
            features=frozenset({A2P}),
            carrier=carrier,
            replies=ReplySettings(),
            status=ACTIVE,
            since_ms=tx.now_ms,
            created_ms=tx.now_ms,
        )
    )
