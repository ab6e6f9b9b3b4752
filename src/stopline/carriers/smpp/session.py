"""One SMPP session without I/O: bytes in, what they mean out. It has no clock: `now_ms` is
monotonic milliseconds, given with every call.

What must be sent by the session's own accord (enquire_link, answers to it, nacks) gathers in
`take_output`. Submits and deliver answers are returned to the caller, who has to know when their
bytes are with the kernel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

import msgspec

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.failures import SLOW_DOWN, FailureTable
from stopline.carriers.smpp.pdu import (
    BindRequest,
    Pdu,
    PduStream,
    decode_answer,
    encode_bind,
    encode_pdu,
    encode_submit,
)
from stopline.carriers.smpp.receipts import IdForm, plain_id
from stopline.carriers.smpp.window import Window
from stopline.core.carriage import Submission, SubmitAnswer
from stopline.core.errors import StoplineError

# deliver_sm that wait for their commit. A carrier's window is smaller; more is a flood, which is
# told to come again.
MAX_UNANSWERED = 20_000


class SessionEnded(StoplineError):
    """The session is over; the text says why."""


class SessionTimes(NamedTuple):
    """Milliseconds. `enquire`: silence after which we ask; `enquire_answer`: how long the answer
    may take. `answers`: a submit without one for this long ends the session, which frees its
    slot. `deliver`: after this long a text that is not stored is answered "not now"."""

    bind: int = 30_000
    enquire: int = 30_000
    enquire_answer: int = 30_000
    pdu: int = 10_000
    answers: int = 360_000
    deliver: int = 8_000


DEFAULT_TIMES = SessionTimes()


@dataclass(frozen=True, slots=True)
class SessionRule:
    """What holds for every session of a carrier. `not_now`: the status of deliver_sm_resp for
    what could not be stored, one that the carrier takes as temporary."""

    bind: BindRequest
    window: int = 10
    not_now: int = commands.SYSTEM_ERROR
    answer_ids: IdForm = IdForm.TEXT
    times: SessionTimes = DEFAULT_TIMES
    failures: FailureTable = field(default_factory=FailureTable)


class State(Enum):
    """Where a session is."""

    BINDING = "binding"
    BOUND = "bound"
    UNBINDING = "unbinding"
    OVER = "over"


class Delivered(NamedTuple):
    """A deliver_sm or data_sm that has to be answered."""

    sequence: int
    command: int
    body: bytes


@dataclass(slots=True)
class Received:
    """What some bytes meant."""

    answers: list[SubmitAnswer] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)


class HandOver(NamedTuple):
    """Submits that hold their slots and are ready to be written."""

    data: bytes
    sequences: list[int]


class Session:
    """One session from its bind to its end."""

    def __init__(self, rule: SessionRule, command: int, now_ms: int) -> None:
        self.state = State.BINDING
        self.window = Window(rule.window)
        self._rule = rule
        self._command = command
        self._stream = PduStream()
        self._output: list[bytes] = []
        self._sequence = 0
        self._began_ms = now_ms
        self._heard_ms = now_ms
        self._partial_ms = now_ms
        self._enquired_ms: int | None = None
        # deliver_sm that are not answered: when they came, oldest first, and their command.
        self._unanswered: dict[int, tuple[int, int]] = {}

    # Out.

    def begin(self) -> bytes:
        """The bind, the first thing to be written."""
        return encode_bind(self._command, self._next(), self._rule.bind)

    def end(self) -> bytes:
        """An unbind; nothing more may be submitted."""
        self.state = State.UNBINDING
        return encode_pdu(commands.UNBIND, 0, self._next())

    def take_output(self) -> bytes:
        """What the session itself has to say."""
        data = b"".join(self._output)
        self._output.clear()
        return data

    def may_submit(self) -> bool:
        """Whether messages may be handed over."""
        return self.state is State.BOUND and self._command != commands.BIND_RECEIVER

    def submit(self, message: Submission, bodies: Sequence[bytes], now_ms: int) -> HandOver:
        """Take a slot for each body; the caller has asked `window.fits`."""
        sequences = [self._next() for _ in bodies]
        self.window.take(message.message_id, message.attempt, sequences, now_ms)
        data = b"".join(map(encode_submit, sequences, bodies))
        return HandOver(data, sequences)

    def acknowledge(self, delivered: Sequence[Delivered], stored: Sequence[bool]) -> bytes:
        """The answers to what was delivered: 0 for what is stored for good, else "not now".
        What was answered already because it took too long is left out."""
        pop, not_now = self._unanswered.pop, self._rule.not_now
        answers = []
        for one, is_stored in zip(delivered, stored, strict=True):
            if pop(one.sequence, None) is not None:
                status = 0 if is_stored else not_now
                answers.append(_deliver_answer(one.command, status, one.sequence))
        return b"".join(answers)

    # In.

    def receive(self, data: bytes, now_ms: int) -> Received:
        """Read what came. When `state` is OVER afterwards the output is the last to be sent.

        Raises SessionEnded when the bind is refused.
        """
        self._heard_ms, self._enquired_ms = now_ms, None
        was_waiting = self._stream.waiting_bytes
        received = Received()
        throttled = False
        pdus = self._stream.feed(data)
        for pdu in pdus:
            if pdu.command == commands.SUBMIT_SM_RESP and pdu.status == 0:
                answer = self._accept(pdu)
            elif pdu.command == commands.DELIVER_SM:
                self._deliver(pdu, received, now_ms)
                continue
            elif pdu.command in (commands.SUBMIT_SM_RESP, commands.GENERIC_NACK):
                throttled |= pdu.status in SLOW_DOWN
                answer = self._refuse(pdu)
            else:
                self._other(pdu, received, now_ms)
                continue
            if answer is not None:
                received.answers.append(answer)
        if pdus or not was_waiting:
            self._partial_ms = now_ms
        self._adapt(throttled, received.answers, now_ms)
        if self._stream.broken:
            # Its bytes make no sense any more.
            self._output.append(encode_pdu(commands.GENERIC_NACK, commands.INVALID_LENGTH, 0))
            self.state = State.OVER
        return received

    def touch(self, now_ms: int) -> None:
        """Nothing is read at the moment, so silence does not mean that the carrier is gone."""
        self._heard_ms, self._partial_ms, self._enquired_ms = now_ms, now_ms, None

    def tick(self, now_ms: int) -> None:
        """Do what time asks for; call it a few times a second. Raises SessionEnded."""
        times = self._rule.times
        if self.state is State.BINDING and now_ms - self._began_ms > times.bind:
            raise SessionEnded("the bind was not answered")
        if self._stream.waiting_bytes and now_ms - self._partial_ms > times.pdu:
            raise SessionEnded("a PDU did not arrive whole")
        oldest_ms = self.window.oldest_ms()
        if oldest_ms is not None and now_ms - oldest_ms > times.answers:
            raise SessionEnded("submits were not answered")
        self._refuse_late(now_ms - times.deliver)
        self._enquire(now_ms)

    def _adapt(self, throttled: bool, answers: Sequence[SubmitAnswer], now_ms: int) -> None:
        if throttled:
            self.window.slow_down(now_ms)
        elif answers:
            self.window.speed_up()

    def _accept(self, pdu: Pdu) -> SubmitAnswer | None:
        reference = decode_answer(pdu.body)
        if self._rule.answer_ids is not IdForm.TEXT:
            reference = plain_id(reference, self._rule.answer_ids)
        # An id that is not given names no message.
        return self.window.accept(pdu.sequence, reference or None)

    def _refuse(self, pdu: Pdu) -> SubmitAnswer | None:
        failures = self._rule.failures
        outcome, failure = failures.outcome(pdu.status)
        answer = self.window.refuse(pdu.sequence, outcome, failure)
        if answer is None or failure is None or answer.failure is not failure:
            return answer
        word = failures.status_word(pdu.status)
        return msgspec.structs.replace(answer, word=word, raw=f"0x{pdu.status:08X}")

    def _deliver(self, pdu: Pdu, received: Received, now_ms: int) -> None:
        if pdu.sequence in self._unanswered:
            # The same PDU again while the first is being stored: one answer does for both.
            return
        if len(self._unanswered) >= MAX_UNANSWERED:
            self._output.append(_deliver_answer(pdu.command, self._rule.not_now, pdu.sequence))
            return
        self._unanswered[pdu.sequence] = (now_ms, pdu.command)
        received.delivered.append(Delivered(pdu.sequence, pdu.command, pdu.body))

    def _other(self, pdu: Pdu, received: Received, now_ms: int) -> None:
        command, sequence = pdu.command, pdu.sequence
        if command == commands.ENQUIRE_LINK:
            self._output.append(encode_pdu(commands.ENQUIRE_LINK_RESP, 0, sequence))
        elif command == commands.DATA_SM:
            self._deliver(pdu, received, now_ms)
        elif command == self._command | commands.RESPONSE:
            self._bound(pdu)
        elif command == commands.UNBIND:
            self._output.append(encode_pdu(commands.UNBIND_RESP, 0, sequence))
            self.state = State.OVER
        elif command == commands.UNBIND_RESP:
            self.state = State.OVER
        elif command in (commands.ALERT_NOTIFICATION, commands.OUTBIND):
            pass
        elif not command & commands.RESPONSE:
            nack = encode_pdu(commands.GENERIC_NACK, commands.INVALID_COMMAND, sequence)
            self._output.append(nack)

    def _bound(self, pdu: Pdu) -> None:
        if pdu.status:
            raise SessionEnded(f"the bind was refused with status 0x{pdu.status:02x}")
        if self.state is State.BINDING:
            self.state = State.BOUND

    def _refuse_late(self, before_ms: int) -> None:
        late = []
        for sequence, (came_ms, command) in self._unanswered.items():
            if came_ms > before_ms:
                break
            late.append(sequence)
            self._output.append(_deliver_answer(command, self._rule.not_now, sequence))
        for sequence in late:
            del self._unanswered[sequence]

    def _enquire(self, now_ms: int) -> None:
        times = self._rule.times
        if self._enquired_ms is not None:
            if now_ms - self._enquired_ms > times.enquire_answer:
                raise SessionEnded("enquire_link was not answered")
        elif self.state is State.BOUND and now_ms - self._heard_ms >= times.enquire:
            self._enquired_ms = now_ms
            self._output.append(encode_pdu(commands.ENQUIRE_LINK, 0, self._next()))

    def _next(self) -> int:
        self._sequence = self._sequence % commands.LAST_SEQUENCE + 1
        return self._sequence


def _deliver_answer(command: int, status: int, sequence: int) -> bytes:
    """deliver_sm_resp or data_sm_resp with an empty message_id."""
    return encode_pdu(command | commands.RESPONSE, status, sequence, b"\0")
