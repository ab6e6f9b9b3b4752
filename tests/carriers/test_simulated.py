"""The simulated carrier against the simulator, over real sockets."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop

from stopline.carriers.protocol import NotWritten, WriteUncertain
from stopline.carriers.simulated import SimulatedCarrier
from stopline.carriers.simulator.behaviours import POLITE_TEXT
from stopline.carriers.simulator.control import SimulatorControl
from stopline.carriers.simulator.embedded import EmbeddedSimulator
from stopline.carriers.simulator.faults import Fault
from stopline.carriers.simulator.frames import TextPart
from stopline.carriers.simulator.journal import SubmitLine, read_lines
from stopline.carriers.simulator.oracle import check_journal
from stopline.carriers.simulator.world import SimulatorSettings
from stopline.core.carriage import Inbound, Submission, SubmitOutcome
from stopline.core.messages import FailureCode, MessageStatus
from support.carrier_events import RecordingEvents

OURS = "+12055550100"
PERSON = "+12065550142"
DEADLINE_MS = 200


class Rig:
    """A simulator, a carrier connected to it, and its control."""

    def __init__(
        self, path: Path, events: RecordingEvents, window: int, settings: SimulatorSettings
    ) -> None:
        self.path = path
        self.events = events
        self.simulator = EmbeddedSimulator(path, settings)
        self.carrier = SimulatedCarrier(self.simulator.connect, window)
        self.control = SimulatorControl(self.simulator.connect)
        self.last_id = 0

    def submissions(
        self, count: int, recipient: str = PERSON, text: str = "hi"
    ) -> list[Submission]:
        first = self.last_id + 1
        self.last_id += count
        return [Submission(n, 1, OURS, recipient, text) for n in range(first, self.last_id + 1)]

    async def send(self, recipient: str, text: str = "hi", attempt: int = 1) -> int:
        [one] = self.submissions(1, recipient, text)
        await self.carrier.ready()
        await self.carrier.write([one], DEADLINE_MS)
        return one.message_id

    def submitted_ids(self) -> list[int]:
        lines = [line for _, _, line in read_lines(self.path)]
        return [line.message_id for line in lines if isinstance(line, SubmitLine)]


@asynccontextmanager
async def running(
    path: Path,
    *,
    events: RecordingEvents | None = None,
    window: int = 1_000,
    settings: SimulatorSettings | None = None,
) -> AsyncIterator[Rig]:
    rig = Rig(path, events or RecordingEvents(), window, settings or SimulatorSettings())
    rig.simulator.start()
    await rig.carrier.start(rig.events)
    await rig.carrier.ready()
    try:
        yield rig
    finally:
        await rig.control.close()
        await rig.carrier.stop(0)
        rig.simulator.stop()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_a_message_is_answered_and_then_reported(journal: Path) -> None:
    """The answer carries the carrier's reference, the receipt our own id as well."""

    async def play() -> None:
        async with running(journal) as rig:
            message_id = await rig.send(PERSON)
            await rig.events.until(lambda: rig.events.reported)
            [answer], [receipt] = rig.events.answered, rig.events.reported
            assert (answer.message_id, answer.attempt) == (message_id, 1)
            assert answer.outcome is SubmitOutcome.ACCEPTED
            assert (receipt.reference, receipt.message_id) == (answer.reference, message_id)
            assert receipt.status is MessageStatus.DELIVERED
            assert (receipt.sender, receipt.recipient) == (OURS, PERSON)

    uvloop.run(play())


def test_its_link_is_shown(journal: Path) -> None:
    """Up with its window while connected; afterwards down, with the reason why."""

    async def play() -> None:
        async with running(journal, window=50) as rig:
            [link] = rig.carrier.links()
            assert (link.is_up, link.window, link.in_use, link.error) == (True, 50, 0, "")
            await rig.carrier.write(rig.submissions(3), DEADLINE_MS)
            assert rig.carrier.links()[0].in_use == 3
            rig.simulator.stop()
            await rig.events.until(lambda: rig.events.disconnections)
            [link] = rig.carrier.links()
            assert not link.is_up

    uvloop.run(play())


REFUSALS: dict[str, tuple[SubmitOutcome, FailureCode | None]] = {
    "0002": (SubmitOutcome.REFUSED, FailureCode.UPSTREAM_INVALID_RECIPIENT),
    "0007": (SubmitOutcome.NOT_NOW, None),
}


@pytest.mark.parametrize("digits", REFUSALS)
def test_a_refused_message_gets_no_receipt(journal: Path, digits: str) -> None:
    """Refused for good with a reason, or not now with a wish when to come again."""

    async def play() -> None:
        async with running(journal) as rig:
            await rig.send(f"+1206555{digits}")
            await rig.events.until(lambda: rig.events.answered)
            [answer] = rig.events.answered
            assert (answer.outcome, answer.failure) == REFUSALS[digits]
            assert (answer.retry_after_ms is not None) == (answer.outcome is SubmitOutcome.NOT_NOW)
            await asyncio.sleep(0.05)
            assert rig.events.reported == []

    uvloop.run(play())


def test_a_throttled_message_is_taken_at_its_next_attempt(journal: Path) -> None:
    """It is the message that is remembered, not the recipient."""

    async def play() -> None:
        async with running(journal) as rig:
            recipient = "+12065550007"
            first = await rig.send(recipient)
            await rig.events.until(lambda: rig.events.answered)
            await rig.carrier.write([Submission(first, 2, OURS, recipient, "hi")], DEADLINE_MS)
            await rig.send(recipient)
            await rig.events.until(lambda: len(rig.events.answered) == 3)
            outcomes = [answer.outcome for answer in rig.events.answered]
            taken, not_now = SubmitOutcome.ACCEPTED, SubmitOutcome.NOT_NOW
            assert outcomes == [not_now, taken, not_now]

    uvloop.run(play())


FAILURES = {
    "0003": FailureCode.CARRIER_INVALID_RECIPIENT,
    "0004": FailureCode.CARRIER_OPTED_OUT,
    "0005": FailureCode.CARRIER_SPAM,
}


@pytest.mark.parametrize("digits", FAILURES)
def test_failures_are_reported_with_their_reason(journal: Path, digits: str) -> None:
    """The network took the message and reports later that it did not arrive."""

    async def play() -> None:
        async with running(journal) as rig:
            await rig.send(f"+1206555{digits}")
            await rig.events.until(lambda: rig.events.reported)
            [receipt] = rig.events.reported
            assert receipt.status is MessageStatus.DELIVERY_FAILED
            assert receipt.failure is FAILURES[digits]

    uvloop.run(play())


ORDERS = {
    "0006": [],
    "0011": [MessageStatus.DELIVERED, MessageStatus.DELIVERED],
    "0012": [MessageStatus.DELIVERED, MessageStatus.DELIVERY_FAILED],
    "0013": [MessageStatus.DELIVERED],
}


@pytest.mark.parametrize("digits", ORDERS)
def test_receipts_come_as_the_table_says(journal: Path, digits: str) -> None:
    """Never, twice, in the wrong order by their own times, or before the answer."""

    async def play() -> None:
        async with running(journal) as rig:
            await rig.send(f"+1206555{digits}")
            await rig.events.until(lambda: rig.events.answered)
            await asyncio.sleep(0.35)
            reported = rig.events.reported
            assert [receipt.status for receipt in reported] == ORDERS[digits]
            if digits == "0012":
                assert _time(reported[1].carrier_time_ms) < _time(reported[0].carrier_time_ms)
            if digits == "0013":
                assert rig.events.arrived[:2] == ["receipts", "answers"]

    uvloop.run(play())


def _time(value: int | None) -> int:
    assert value is not None
    return value


REPLIES = {
    "0008": ["STOP"],
    "0009": [POLITE_TEXT] * 2,
    "0010": ["one", "two"],
    "0014": ["STOP"] * 2,
}


@pytest.mark.parametrize("digits", REPLIES)
def test_handsets_reply_as_the_table_says(journal: Path, digits: str) -> None:
    """STOP to the first message only, a polite sentence, an echo, STOP to everything."""

    async def play() -> None:
        async with running(journal) as rig:
            person = f"+1206555{digits}"
            await rig.send(person, "one")
            await rig.send(person, "two")
            await rig.events.until(lambda: len(rig.events.texts) == len(REPLIES[digits]))
            assert [text.text for text in rig.events.texts] == REPLIES[digits]
            assert {(t.source, t.destination) for t in rig.events.texts} == {(person, OURS)}

    uvloop.run(play())


def test_the_window_is_never_exceeded(journal: Path) -> None:
    """A slot is taken by the write and given back by the answer, not sooner."""

    async def play() -> None:
        async with running(journal, window=10) as rig:
            await rig.control.inject(Fault.HOLD_ANSWERS, 1_000)
            await rig.carrier.write(rig.submissions(7), DEADLINE_MS)
            with pytest.raises(NotWritten):
                await rig.carrier.write(rig.submissions(4), DEADLINE_MS)
            await rig.carrier.write(rig.submissions(3), DEADLINE_MS)
            assert rig.carrier.free_slots() == 0
            assert rig.events.answered == []
            await rig.events.until(lambda: len(rig.events.answered) == 10)
            while rig.carrier.free_slots() < 10:
                await asyncio.sleep(0.005)
            assert rig.submitted_ids() == list(range(1, 8)) + list(range(12, 15))

    uvloop.run(play())


def test_a_full_kernel_ends_the_write_in_time(journal: Path) -> None:
    """A peer that does not read: the write raises within its deadline, nothing stays with us."""

    async def play() -> None:
        async with running(journal, window=10_000) as rig:
            await rig.control.inject(Fault.PAUSE_READING, 1_500)
            written, outcome = await _fill(rig)
            assert isinstance(outcome, WriteUncertain | NotWritten)
            # The kernel was full, not the window.
            assert written < 10_000
            await rig.events.until(lambda: len(rig.submitted_ids()) >= written)
            await asyncio.sleep(0.3)
            # Whole groups only: those that `write` returned for, and nothing that came later.
            assert rig.submitted_ids() == list(range(1, written + 1))

    async def _fill(rig: Rig) -> tuple[int, Exception]:
        written = 0
        while True:
            group = rig.submissions(100, text="x" * 900)
            began = time.monotonic()
            try:
                await rig.carrier.write(group, DEADLINE_MS)
                written += len(group)
            except (WriteUncertain, NotWritten) as error:
                assert time.monotonic() - began < 1
                return written, error

    uvloop.run(play())


def test_an_uncertain_write_ends_the_connection(journal: Path) -> None:
    """Half a group in the kernel can not be taken back: the connection goes, and is told."""

    async def play() -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        connections = [ours]

        async def connect() -> socket.socket:
            if not connections:
                raise ConnectionRefusedError("only one")
            return connections.pop()

        events = RecordingEvents()
        carrier = SimulatedCarrier(connect, window=10_000)
        await carrier.start(events)
        await carrier.ready()
        group = [Submission(n, 1, OURS, PERSON, "x" * 900) for n in range(5_000)]
        with pytest.raises(WriteUncertain):
            await carrier.write(group, DEADLINE_MS)
        await events.until(lambda: events.disconnections == 1)
        assert carrier.free_slots() == 0
        with pytest.raises(NotWritten):
            await carrier.write(group[:1], DEADLINE_MS)
        await carrier.stop(0)
        theirs.close()

    uvloop.run(play())


def test_nothing_written_gives_the_slots_back(journal: Path) -> None:
    """When not one byte fits, the messages are simply due again and the connection stays."""

    async def play() -> None:
        async with running(journal, window=1_000) as rig:
            await rig.control.inject(Fault.PAUSE_READING, 600)
            _fill_kernel(rig.carrier)
            with pytest.raises(NotWritten):
                await rig.carrier.write(rig.submissions(5), DEADLINE_MS)
            assert rig.carrier.free_slots() == 1_000
            assert rig.events.disconnections == 0

    uvloop.run(play())


def test_past_its_deadline_nothing_is_written(journal: Path) -> None:
    """A process that was paused between the gate's check and the write must not write late."""

    async def play() -> None:
        async with running(journal) as rig:
            with pytest.raises(NotWritten):
                await rig.carrier.write(rig.submissions(1), deadline_ms=-1)
            await rig.send(PERSON)
            await rig.events.until(lambda: rig.events.answered)
            assert rig.submitted_ids() == [2]
            assert rig.carrier.free_slots() == 1_000

    uvloop.run(play())


def _fill_kernel(carrier: SimulatedCarrier) -> None:
    """Acknowledgements of nothing, until the kernel takes no byte more."""
    from stopline.carriers.simulator.frames import ReceiptAcks, encode_frame

    assert carrier._link is not None
    while not carrier._link.outlet.waiting_bytes:
        carrier._link.outlet.post(encode_frame(ReceiptAcks([])))


@pytest.mark.parametrize("cut_after", [1, 3, 7, 10])
def test_a_cut_leaves_at_most_the_window_uncertain(journal: Path, cut_after: int) -> None:
    """What was taken and not answered is uncertain; its slots are free after the connection's end
    was told, and its receipts come on the next connection."""

    async def play() -> None:
        async with running(journal, window=10) as rig:
            await rig.control.inject(Fault.CUT_AFTER, cut_after)
            for submission in rig.submissions(10):
                try:
                    await rig.carrier.write([submission], DEADLINE_MS)
                except (NotWritten, WriteUncertain):
                    break
            await rig.events.until(lambda: rig.events.disconnections == 1)
            assert await rig.carrier.ready() == 10
            taken = rig.submitted_ids()
            assert len(taken) - len(rig.events.answered) <= 10
            # A receipt whose acknowledgement was lost with the connection may come twice.
            await rig.events.until(lambda: {r.message_id for r in rig.events.reported} == {*taken})

    uvloop.run(play())


def test_a_text_is_acknowledged_by_what_stopline_stored(journal: Path) -> None:
    """The handset learns whether its text was stored, and the journal keeps both."""

    async def play() -> None:
        async with running(journal) as rig:
            [stop] = await rig.control.text_in([TextPart(PERSON, OURS, "STOP")])
            assert (stop.acknowledged, stop.error) == (True, None)
            [text] = rig.events.texts
            assert (text.source, text.destination, text.raw) == (PERSON, OURS, b"STOP")

    uvloop.run(play())


def _refuse_once() -> Callable[[Inbound], bool]:
    refused: set[str | None] = set()

    def store(text: Inbound) -> bool:
        if text.text == "STOP" and text.reference not in refused:
            refused.add(text.reference)
            return False
        return True

    return store


def test_a_refused_text_comes_again_in_order(journal: Path) -> None:
    """The same reference, before the person's later texts, while others are not kept waiting."""

    async def play() -> None:
        events = RecordingEvents(_refuse_once())
        async with running(journal, events=events) as rig:
            [refused] = await rig.control.text_in([TextPart(PERSON, OURS, "STOP")])
            assert not refused.acknowledged
            texts = [TextPart(PERSON, OURS, "START"), TextPart("+12065550143", OURS, "hello")]
            results = await rig.control.text_in(texts)
            assert [result.acknowledged for result in results] == [True, True]
            assert [text.text for text in events.texts] == ["STOP", "hello", "STOP", "START"]
            assert events.texts[0].reference == events.texts[2].reference

    uvloop.run(play())


def test_an_unacknowledged_text_comes_again_on_the_next_connection(journal: Path) -> None:
    """A lost connection loses no text, and its reference stays the same."""

    async def play() -> None:
        async with running(journal) as rig:
            rig.events.hold = True
            texts = [TextPart(PERSON, OURS, text) for text in ("STOP", "START")]
            waiting = asyncio.create_task(rig.control.text_in(texts))
            await rig.events.until(lambda: len(rig.events.texts) == 2)
            rig.events.hold = False
            await rig.control.inject(Fault.CUT)
            assert [result.acknowledged for result in await waiting] == [True, True]
            assert [text.text for text in rig.events.texts] == ["STOP", "START"] * 2
            references = [text.reference for text in rig.events.texts]
            assert references[:2] == references[2:]
            assert rig.events.texts[0].session != rig.events.texts[2].session

    uvloop.run(play())


def test_an_acknowledgement_of_an_old_connection_counts_for_nothing(journal: Path) -> None:
    """It can not be sent any more, so the text is delivered again."""

    async def play() -> None:
        late = []

        class Late(RecordingEvents):
            async def inbounds(self, inbounds, acknowledge):  # type: ignore[no-untyped-def]
                late.append(acknowledge)
                await super().inbounds(inbounds, acknowledge if len(late) > 1 else _ignore)

        async with running(journal, events=Late()) as rig:
            waiting = asyncio.create_task(rig.control.text_in([TextPart(PERSON, OURS, "STOP")]))
            await rig.events.until(lambda: rig.events.texts)
            await rig.control.inject(Fault.CUT)
            await rig.events.until(lambda: rig.events.disconnections)
            late[0]([True])
            [result] = await waiting
            assert result.acknowledged
            assert len(rig.events.texts) == 2

    uvloop.run(play())


def _ignore(_flags: object) -> None:
    pass


def test_a_restart_sends_what_is_owed(journal: Path) -> None:
    """Receipts and texts that were not acknowledged survive the simulator's own end."""

    async def before() -> None:
        async with running(journal) as rig:
            rig.events.hold = True
            await rig.send("+12065550008")
            await rig.events.until(lambda: rig.events.texts and rig.events.reported)

    async def after() -> None:
        async with running(journal) as rig:
            await rig.events.until(lambda: rig.events.texts and rig.events.reported)
            assert [text.text for text in rig.events.texts] == ["STOP"]
            assert [receipt.message_id for receipt in rig.events.reported] == [1]
            # It still knows that this handset has answered STOP before.
            await rig.send("+12065550008")
            await rig.events.until(lambda: len(rig.events.reported) == 2)
            assert len(rig.events.texts) == 1

    uvloop.run(before())
    uvloop.run(after())
    assert len(check_journal(journal)) == 1  # the second message was sent after the STOP


def test_throughput_beyond_the_setting_is_throttled(journal: Path) -> None:
    """The rest is answered "not now", in order, and nothing is lost."""

    async def play() -> None:
        settings = SimulatorSettings(throughput=100)
        async with running(journal, settings=settings) as rig:
            await rig.carrier.write(rig.submissions(50), DEADLINE_MS)
            await rig.events.until(lambda: len(rig.events.answered) == 50)
            outcomes = [answer.outcome for answer in rig.events.answered]
            assert 10 <= outcomes.count(SubmitOutcome.ACCEPTED) <= 12
            assert set(outcomes[12:]) == {SubmitOutcome.NOT_NOW}

    uvloop.run(play())


def test_the_failure_rate_is_the_share_of_failed_receipts(journal: Path) -> None:
    """With a seed it is the same share each time."""

    async def play() -> None:
        settings = SimulatorSettings(failure_rate=0.25, seed=7)
        async with running(journal, settings=settings) as rig:
            await rig.carrier.write(rig.submissions(400), DEADLINE_MS)
            await rig.events.until(lambda: len(rig.events.reported) == 400)
            failed = [r for r in rig.events.reported if r.failure is not None]
            assert 70 <= len(failed) <= 130

    uvloop.run(play())


def test_latency_delays_the_answer_and_then_the_receipt(journal: Path) -> None:
    """Nothing is answered before its time."""

    async def play() -> None:
        async with running(journal, settings=SimulatorSettings(latency_ms=200)) as rig:
            began = time.monotonic()
            await rig.send(PERSON)
            await rig.events.until(lambda: rig.events.reported)
            assert time.monotonic() - began >= 0.19
            assert rig.events.arrived == ["answers", "receipts"]

    uvloop.run(play())


def test_stop_waits_for_answers_that_are_due(journal: Path) -> None:
    """A graceful stop leaves no uncertain message behind."""

    async def play() -> None:
        async with running(journal, settings=SimulatorSettings(latency_ms=150)) as rig:
            await rig.send(PERSON)
            await rig.carrier.stop(5_000)
            assert [answer.message_id for answer in rig.events.answered] == [1]
            assert rig.events.disconnections == 1

    uvloop.run(play())


@asynccontextmanager
async def two_processes(rig: Rig) -> AsyncIterator[tuple[RecordingEvents, SimulatedCarrier]]:
    """Another process connected to the same simulator."""
    events = RecordingEvents()
    carrier = SimulatedCarrier(rig.simulator.connect)
    await carrier.start(events)
    await carrier.ready()
    try:
        yield events, carrier
    finally:
        await carrier.stop(0)


PEOPLE = [f"+1206555{number}" for number in range(2000, 2040)]


def test_several_processes_share_what_comes(tmp_path: Path) -> None:
    """Both send; each person's texts and receipts all go to one of them, in order."""

    async def scene() -> None:
        async with running(tmp_path / "journal") as rig, two_processes(rig) as (other, carrier):
            await carrier.write(rig.submissions(1), DEADLINE_MS)
            await rig.send(PERSON)
            texts = [TextPart(who, OURS, text) for text in ("STOP", "START") for who in PEOPLE]
            results = await rig.control.text_in(texts)
            assert all(result.acknowledged for result in results)
            for events in (rig.events, other):
                heard = [(text.source, text.text) for text in events.texts]
                people = {who for who, _ in heard}
                assert 0 < len(people) < len(PEOPLE)
                assert [text for who, text in heard if who == min(people)] == ["STOP", "START"]
                assert len(heard) == 2 * len(people)

    uvloop.run(scene())


def test_what_one_process_left_unacknowledged_goes_to_another(tmp_path: Path) -> None:
    """And what the other one has is not sent again."""

    async def scene() -> None:
        async with running(tmp_path / "journal") as rig:
            async with two_processes(rig) as (leaving, _):
                leaving.hold = True
                texts = [TextPart(who, OURS, "STOP") for who in PEOPLE]
                asked = asyncio.create_task(rig.control.text_in(texts))
                await leaving.until(lambda: len(leaving.texts) + len(rig.events.texts) >= 40)
            results = await asked
            assert all(result.acknowledged for result in results)
            assert sorted(text.source for text in rig.events.texts) == sorted(PEOPLE)

    uvloop.run(scene())
