"""The mobile world behind the simulated carrier: networks, handsets, and what they remember.

Synchronous and without sockets: `server` hands it groups and sends on what it gives back.
"""

import random
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from stopline.carriers.simulator.behaviours import (
    POLITE_TEXT,
    RANDOM_FAILURE,
    RETRY_AFTER_MS,
    STOP_TEXT,
    Behaviour,
    PlannedReceipt,
    Reply,
    behaviour_of,
)
from stopline.carriers.simulator.frames import AckPart, AnswerPart, InboundPart, SubmitPart
from stopline.carriers.simulator.inbounds import InboundQueue
from stopline.carriers.simulator.journal import (
    AnyLine,
    InboundAcknowledgedLine,
    InboundLine,
    InboundRefusedLine,
    Journal,
    ReceiptsAcknowledgedLine,
    SubmitLine,
)
from stopline.carriers.simulator.listing import MessageList
from stopline.carriers.simulator.receipts import ReceiptQueue, reference_of
from stopline.core.carriage import SubmitOutcome

# Handsets and messages with a memory (throttled once, answered once). Beyond it the oldest are
# forgotten and behave as at first.
_MEMORY = 50_000

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """How the simulated carrier performs. Durations in ms, throughput in messages a second.

    `throughput` 0 is unlimited; beyond it messages are throttled. `failure_rate` is the share of
    receipts that report a failure. `sync` makes the journal survive a power cut.
    """

    latency_ms: int = 0
    throughput: int = 0
    failure_rate: float = 0.0
    sync: bool = False
    seed: int | None = None


class World:
    """Takes messages, owes receipts, lets handsets text. Every method is called on one thread."""

    def __init__(self, path: Path, settings: SimulatorSettings) -> None:
        self._settings = settings
        self._journal = Journal(path, sync=settings.sync)
        # Which receipts fail; no secret depends on it.
        self._random = random.Random(settings.seed)
        self._throttle = _Throttle(settings.throughput)
        self._throttled: OrderedDict[int, None] = OrderedDict()
        self._stopped: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.inbounds = InboundQueue()
        self.receipts = ReceiptQueue()
        self.messages = MessageList(self._journal)

    def open(self) -> None:
        """Remember what the journal tells. Raises JournalDamaged, OSError."""
        unanswered: dict[int, InboundLine] = {}

        def recall(line: AnyLine) -> None:
            self.messages.note(line)
            self._recall(line, unanswered)

        self._journal.open(recall)
        self.inbounds.add([_inbound_part(line) for line in unanswered.values()])
        self.receipts.resume()

    def close(self) -> None:
        """Give the journal back."""
        self._journal.close()

    def submit(self, group: Sequence[SubmitPart]) -> list[AnswerPart]:
        """Take a group of messages: journal first, then the answers and what follows of them.

        Raises OSError when the journal can not be written; then nothing was taken.
        """
        lines = self._throttle_group([self._decide(part) for part in group])
        self._append(lines)
        for line in lines:
            self.receipts.plan(line, self._settings.latency_ms)
        self._let_handsets_reply(lines)
        return [_answer_of(line) for line in lines]

    def text_in(self, texts: Sequence[tuple[str, str, str]]) -> list[InboundPart]:
        """Handsets send texts (person, our number, text). Raises OSError."""
        lines = [InboundLine(sender=who, recipient=to, text=text) for who, to, text in texts]
        self._append(lines)
        parts = [_inbound_part(line) for line in lines]
        self.inbounds.add(parts)
        return parts

    def settle_inbounds(
        self, group: Sequence[AckPart], on_settled: Callable[[int, bool], None]
    ) -> None:
        """Stopline stored or refused texts. `on_settled(sequence, stored)` follows the journal."""
        known = [ack for ack in group if self.inbounds.is_in_flight(ack.number)]
        self._append([_settled_line(ack) for ack in known])
        now_ms = clock_ms()
        for ack in known:
            self.inbounds.settle(ack.number, ack.stored, now_ms)
            on_settled(ack.number, ack.stored)

    def settle_receipts(self, group: Sequence[AckPart]) -> None:
        """Stopline stored or refused receipts. Raises OSError."""
        known = [ack for ack in group if self.receipts.is_owed(ack.number)]
        if stored := [ack.number for ack in known if ack.stored]:
            self._append([ReceiptsAcknowledgedLine(receipts=stored)])
        now_ms = clock_ms()
        for ack in known:
            self.receipts.settle(ack.number, ack.stored, now_ms)

    def disconnected(self, texts: Collection[int], receipts: Collection[int]) -> None:
        """A connection is gone: what it had got and not acknowledged is sent again to another."""
        self.inbounds.disconnected(texts)
        self.receipts.disconnected(receipts)

    def _append(self, lines: Sequence[AnyLine]) -> None:
        self._journal.append(lines)
        for line in lines:
            self.messages.note(line)

    def _decide(self, part: SubmitPart) -> SubmitLine:
        behaviour = behaviour_of(part.recipient)
        outcome = behaviour.outcome
        if behaviour.throttles_first and part.message_id not in self._throttled:
            outcome = SubmitOutcome.NOT_NOW
        accepted = outcome is SubmitOutcome.ACCEPTED
        return SubmitLine(
            message_id=part.message_id,
            attempt=part.attempt,
            sender=part.sender,
            recipient=part.recipient,
            text=part.text,
            outcome=outcome,
            failure=behaviour.failure if outcome is SubmitOutcome.REFUSED else None,
            receipts=self._receipts_of(behaviour) if accepted else (),
        )

    def _receipts_of(self, behaviour: Behaviour) -> tuple[PlannedReceipt, ...]:
        rate = self._settings.failure_rate
        if rate and behaviour.receipts and self._random.random() < rate:
            return RANDOM_FAILURE
        return behaviour.receipts

    def _throttle_group(self, lines: list[SubmitLine]) -> list[SubmitLine]:
        """Turn away what is beyond the throughput, and everything while receipts pile up."""
        allowed = 0 if self.receipts.is_full() else self._throttle.take(len(lines))
        for line in lines[allowed:]:
            line.outcome = SubmitOutcome.NOT_NOW
            line.failure = None
            line.receipts = ()
        return lines

    def _let_handsets_reply(self, lines: Sequence[SubmitLine]) -> None:
        replies = [
            (line.recipient, line.sender, text)
            for line in lines
            if (text := self._reply_to(line)) is not None
        ]
        # Handsets in a congested network can not send; a bot's answers are lost, as they would be.
        if replies and not self.inbounds.is_full(len(replies)):
            self.text_in(replies)

    def _reply_to(self, line: SubmitLine) -> str | None:
        """What the person texts back to a message, if anything."""
        self._remember(line)
        behaviour = behaviour_of(line.recipient)
        if line.outcome is not SubmitOutcome.ACCEPTED:
            return None
        match behaviour.reply:
            case Reply.STOP_ONCE if self._is_first(line):
                return STOP_TEXT
            case Reply.STOP_ALWAYS:
                return STOP_TEXT
            case Reply.POLITE:
                return POLITE_TEXT
            case Reply.ECHO:
                return line.text
            case _:
                return None

    def _remember(self, line: SubmitLine) -> None:
        if line.outcome is SubmitOutcome.NOT_NOW and behaviour_of(line.recipient).throttles_first:
            _note(self._throttled, line.message_id)

    def _is_first(self, line: SubmitLine) -> bool:
        pair = (line.sender, line.recipient)
        is_first = pair not in self._stopped
        _note(self._stopped, pair)
        return is_first

    def _recall(self, line: AnyLine, unanswered: dict[int, InboundLine]) -> None:
        match line:
            case SubmitLine():
                self.receipts.owe(line)
                self._reply_to(line)
            case InboundLine():
                unanswered[line.sequence] = line
            case InboundAcknowledgedLine():
                unanswered.pop(line.inbound, None)
            case ReceiptsAcknowledgedLine():
                for receipt_id in line.receipts:
                    self.receipts.settle(receipt_id, stored=True, now_ms=0)
            case InboundRefusedLine():
                pass


class _Throttle:
    """So many messages a second, a tenth of a second of them at once."""

    def __init__(self, throughput: int) -> None:
        self._rate = throughput
        self._burst = max(1.0, throughput / 10)
        self._tokens = self._burst
        self._at = time.monotonic()

    def take(self, wanted: int) -> int:
        """How many of `wanted` may pass now."""
        if not self._rate:
            return wanted
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        passed = min(wanted, int(self._tokens))
        self._tokens -= passed
        return passed


def clock_ms() -> int:
    """Epoch milliseconds, UTC."""
    return time.time_ns() // 1_000_000


def _note(memory: OrderedDict[K, None], key: K) -> None:
    memory[key] = None
    if len(memory) > _MEMORY:
        memory.popitem(last=False)


def _answer_of(line: SubmitLine) -> AnswerPart:
    accepted = line.outcome is SubmitOutcome.ACCEPTED
    return AnswerPart(
        line.message_id,
        line.attempt,
        line.outcome,
        reference_of(line.sequence) if accepted else None,
        line.failure,
        RETRY_AFTER_MS if line.outcome is SubmitOutcome.NOT_NOW else None,
    )


def _settled_line(ack: AckPart) -> AnyLine:
    if ack.stored:
        return InboundAcknowledgedLine(inbound=ack.number)
    return InboundRefusedLine(inbound=ack.number)


def _inbound_part(line: InboundLine) -> InboundPart:
    return InboundPart(line.sequence, line.sender, line.recipient, line.text, line.time_ms)
