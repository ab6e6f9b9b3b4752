import asyncio
import socket
import ssl
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from stopline.carriers.protocol import NotWritten, WriteUncertain
from stopline.carriers.smpp import commands
from stopline.carriers.smpp.bind import BindRule, Endpoint
from stopline.carriers.smpp.carrier import SmppCarrier
from stopline.carriers.smpp.encoding import Alphabet
from stopline.carriers.smpp.segments import LongForm, TextRule
from stopline.carriers.smpp.session import SessionTimes, State
from stopline.core.carriage import SubmitOutcome
from stopline.core.messages import FailureCode, MessageStatus
from support.carrier_events import RecordingEvents
from support.certificates import self_signed_context
from support.smpp_mutations import RECEIPT
from support.smpp_world import DEADLINE_MS, Bound, bind_rule, bound, submission
from support.smsc import Smsc, SmscSession, text_message


def run(scenario: Coroutine[Any, Any, None]) -> None:
    """On an event loop of its own, within a bound."""
    asyncio.run(asyncio.wait_for(scenario, 60))


def with_session(**changes: Any):
    return lambda rule: replace(rule, session=replace(rule.session, **changes))


def test_a_group_is_one_write_and_its_answers_one_group():
    """Many PDUs travel together, both ways."""

    async def scenario() -> None:
        async with bound() as b:
            await b.carrier.write([submission(n) for n in range(10)], DEADLINE_MS)
            await b.events.until(lambda: len(b.events.answered) == 10)
            assert b.events.arrived == ["answers"]
            assert [a.message_id for a in b.events.answered] == list(range(10))
            assert {a.outcome for a in b.events.answered} == {SubmitOutcome.ACCEPTED}
            assert [m.content for m in b.smsc.texts()] == [b"Your order is ready."] * 10

    run(scenario())


def test_the_window_holds_what_is_not_answered():
    """Without answers no eleventh message leaves; with them the slots are free again."""

    async def scenario() -> None:
        smsc = Smsc(answer=lambda *_: None)
        async with bound(smsc) as b:
            group = [submission(n) for n in range(12)]
            with pytest.raises(NotWritten) as refused:
                await b.carrier.write(group, DEADLINE_MS)
            assert refused.value.unwritten == group[10:]
            assert b.carrier.free_slots() == 0
            with pytest.raises(NotWritten) as refused:
                await b.carrier.write(group[10:], DEADLINE_MS)
            assert refused.value.unwritten is None
            await smsc.until(lambda: len(smsc.seen) == 10)
            for seen in smsc.seen:
                smsc.sessions[0].say(commands.SUBMIT_SM_RESP, seen.sequence, b"id\0")
            assert await asyncio.wait_for(b.carrier.ready(), 5) == 10

    run(scenario())


def test_a_long_message_takes_all_its_slots_or_waits():
    """Half a message never leaves; one that is longer than the window goes alone."""

    async def scenario() -> None:
        smsc = Smsc(answer=lambda *_: None)
        async with bound(smsc, with_session(window=4)) as b:
            group = [submission(1), submission(2, "a" * 459), submission(3, "b" * 300)]
            with pytest.raises(NotWritten) as refused:
                await b.carrier.write(group, DEADLINE_MS)
            assert refused.value.unwritten == group[2:]
            await smsc.until(lambda: len(smsc.seen) == 4)
        async with bound(Smsc(), with_session(window=1)) as b:
            await b.carrier.write([submission(2, "a" * 459)], DEADLINE_MS)
            await b.events.until(lambda: b.events.answered)
            assert len(b.smsc.seen) == 3

    run(scenario())


def stop_reading(b: Bound) -> SmscSession:
    """The peer reads no more, and the kernel keeps little for it on either side."""
    far = b.smsc.sessions[0]
    far.transport.pause_reading()
    far.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    near = b.carrier.binds[0]._link.sock
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    return far


def test_a_carrier_that_stops_reading_gets_no_more_than_the_kernel_took():
    """S14: the write that does not fit is aborted within its deadline; nothing is left behind
    in user space."""

    async def scenario() -> None:
        smsc = Smsc()
        async with bound(smsc, with_session(window=100_000)) as b:
            session = stop_reading(b)
            group = [submission(n, "x" * 160) for n in range(5_000)]
            with pytest.raises(WriteUncertain):
                async with asyncio.timeout(5):
                    # Longer than the gate gives, so that a busy machine comes to the socket.
                    await b.carrier.write(group, 5 * DEADLINE_MS)
            await b.events.until(lambda: b.events.disconnections)
            assert len(b.events.lost) == 5_000
            session.transport.resume_reading()
            await asyncio.sleep(0.2)
            assert len(smsc.seen) < 5_000

    run(scenario())


def test_what_was_not_written_at_all_is_known():
    """Behind an acknowledgement that does not leave, nothing is begun: not written."""

    async def scenario() -> None:
        smsc = Smsc()
        async with bound(smsc) as b:
            smsc.sessions[0].transport.pause_reading()
            link = b.carrier.binds[0]._link
            link.outlet.post(b"\0" * (20 << 20))
            with pytest.raises(NotWritten):
                await b.carrier.write([submission(1)], DEADLINE_MS)
            assert b.carrier.binds[0].outstanding == 0

    run(scenario())


def test_a_cut_connection_tells_what_is_lost_and_comes_back():
    """R07: what had no answer is lost with its session, and the bind is made again."""

    async def scenario() -> None:
        smsc = Smsc(cut_after=7)
        async with bound(smsc) as b:
            await b.carrier.write([submission(n) for n in range(10)], DEADLINE_MS)
            await b.events.until(lambda: b.events.disconnections)
            assert sorted(b.events.lost) == list(range(10))
            await smsc.until(lambda: smsc.binds == 2)
            await b.carrier.write([submission(11)], DEADLINE_MS)
            await b.events.until(lambda: b.events.answered)

    run(scenario())


def test_each_bind_is_shown_with_its_window_and_what_broke_it():
    """Kind, state, window, what is outstanding, and the last error."""

    async def scenario() -> None:
        smsc = Smsc(answer=lambda *_: None)
        async with bound(smsc, binds=2) as b:
            await b.carrier.write([submission(n) for n in range(4)], DEADLINE_MS)
            links = b.carrier.links()
            assert [link.name for link in links] == ["bind 1 transceiver", "bind 2 transceiver"]
            assert all(link.is_up and link.window == 10 for link in links)
            assert sorted(link.in_use for link in links) == [0, 4]
            await smsc.until(lambda: len(smsc.seen) == 4)
            smsc.sessions[0].cut()
            await b.events.until(lambda: b.events.disconnections)
            down = [link for link in b.carrier.links() if not link.is_up]
            assert [(link.in_use, bool(link.error)) for link in down] == [(0, True)]

    run(scenario())


def test_several_binds_share_the_work_and_fall_alone():
    """Each write takes the freest bind; a broken one loses only what was its own."""

    async def scenario() -> None:
        smsc = Smsc(answer=lambda *_: None)
        async with bound(smsc, binds=2) as b:
            await b.carrier.write([submission(n) for n in range(8)], DEADLINE_MS)
            await b.carrier.write([submission(n) for n in range(8, 16)], DEADLINE_MS)
            assert b.carrier.free_slots() == 2
            await smsc.until(lambda: len(smsc.seen) == 16)
            first = min(smsc.sessions, key=lambda s: s is not smsc.sessions[0])
            first.cut()
            await b.events.until(lambda: b.events.disconnections)
            assert len(b.events.lost) == 8

    run(scenario())


def test_transmitter_and_receiver():
    """Separate binds: texts come over the receiver, messages leave over the transmitter."""

    async def scenario() -> None:
        async with bound(separate=True) as b:
            await b.carrier.write([submission(1)], DEADLINE_MS)
            assert await b.smsc.deliver(text_message("STOP")) == 0
            await b.events.until(lambda: b.events.answered and b.events.texts)
            assert len(b.smsc.sessions) == 2

    run(scenario())


@pytest.mark.parametrize("not_now", [0x08, 0x58])
def test_texts_are_answered_as_they_are_stored(not_now):
    """0 when stored; else the carrier's own code for "not now"."""

    async def scenario() -> None:
        events = RecordingEvents(lambda text: text.text != "LATER")
        async with bound(change=with_session(not_now=not_now), events=events) as b:
            assert await b.smsc.deliver(text_message("STOP")) == 0
            assert await b.smsc.deliver(text_message("LATER")) == not_now
            first = events.texts[0]
            assert (first.source, first.destination) == ("+13125550100", "+12025550142")
            assert (first.text, first.raw, first.reference) == ("STOP", b"STOP", None)

    run(scenario())


def test_a_text_that_waits_for_its_commit_waits_for_its_answer():
    """No answer before the commit; after eight seconds "not now"."""

    async def scenario() -> None:
        events = RecordingEvents()
        events.hold = True
        times = SessionTimes(deliver=300)
        async with bound(change=with_session(times=times), events=events) as b:
            assert await b.smsc.deliver(text_message("STOP")) == 8

    run(scenario())


def test_receipts_come_in_groups_and_are_acknowledged():
    """Delivered or failed with its reason; one that only reports progress is answered at once."""

    async def scenario() -> None:
        async with bound() as b:
            session = b.smsc.sessions[0]
            failed = RECEIPT.replace(b"DELIVRD", b"EXPIRED")
            underway = RECEIPT.replace(b"DELIVRD", b"ENROUTE")
            statuses = await asyncio.gather(
                *(
                    session.deliver(text_message(r, esm_class=4))
                    for r in (RECEIPT, failed, underway)
                )
            )
            assert statuses == [0, 0, 0]
            assert [(r.reference, r.status, r.failure) for r in b.events.reported] == [
                ("1a2b3c", MessageStatus.DELIVERED, None),
                ("1a2b3c", MessageStatus.DELIVERY_FAILED, FailureCode.CARRIER_EXPIRED),
            ]
            assert {(r.sender, r.recipient) for r in b.events.reported} == {
                ("+12025550142", "+13125550100")
            }

    run(scenario())


def test_a_pdu_that_can_not_be_read_is_kept_and_refused_for_now():
    """Its bytes go to quarantine; the carrier hears a temporary error."""

    async def scenario() -> None:
        async with bound() as b:
            body = b"\0\1\1no end"
            assert await b.smsc.sessions[0].deliver_body(body) == 8
            assert b.events.texts[0].raw == body
            assert b.events.texts[0].destination == ""

    run(scenario())


@pytest.mark.parametrize(
    "damage", [b"\0\0\0\0" + b"\0" * 12, b"\xff" * 16, b"GET / HTTP/1.1\r\n\r\n"]
)
def test_nonsense_ends_the_connection_with_a_nack(damage):
    """generic_nack 0x02, close within a second, bind again."""

    async def scenario() -> None:
        async with bound() as b:
            b.smsc.sessions[0].transport.write(damage)
            await b.smsc.until(lambda: b.smsc.binds == 2, 2)
            nacks = [p for p in b.smsc.heard if p.command == commands.GENERIC_NACK]
            assert [p.status for p in nacks] == [commands.INVALID_LENGTH]

    run(scenario())


def test_a_silent_carrier_is_left():
    """An enquire_link without an answer ends the session; the next one is bound."""

    async def scenario() -> None:
        times = SessionTimes(enquire=100, enquire_answer=200)
        async with bound(change=with_session(times=times)) as b:
            b.smsc.silent = True
            await b.events.until(lambda: b.events.disconnections)
            b.smsc.silent = False
            await b.smsc.until(lambda: b.smsc.binds >= 2)

    run(scenario())


def test_a_refused_bind_is_tried_again_with_patience():
    """A wrong password leads to no storm of binds."""

    async def scenario() -> None:
        async with bound() as b:
            b.smsc.bind_status = 0x0E
            b.smsc.sessions[0].cut()
            await b.smsc.until(lambda: _binds(b.smsc) >= 4)
            assert b.carrier.free_slots() == 0
            b.smsc.bind_status = 0
            assert await asyncio.wait_for(b.carrier.ready(), 5) == 10

    def _binds(smsc: Smsc) -> int:
        return sum(p.command == commands.BIND_TRANSCEIVER for p in smsc.heard)

    run(scenario())


def test_stopping_waits_for_answers_and_unbinds():
    """R16: no answer that is due is lost, and the carrier sees an unbind."""

    async def scenario() -> None:
        smsc = Smsc(answer_delay_s=0.3)
        async with bound(smsc) as b:
            await b.carrier.write([submission(1)], DEADLINE_MS)
            await b.carrier.stop(5_000)
            assert len(b.events.answered) == 1
            assert b.events.lost == []
            assert smsc.heard[-1].command == commands.UNBIND
            assert b.carrier.binds[0].state is None

    run(scenario())


def test_a_long_message_is_not_offered_again_before_it_fits():
    """While it waits for its slots there is no room, or the same would be tried again and again."""

    async def scenario() -> None:
        smsc = Smsc(answer=lambda *_: None)
        async with bound(smsc, with_session(window=4)) as b:
            with pytest.raises(NotWritten):
                await b.carrier.write([submission(1), submission(2), long_one], DEADLINE_MS)
            await smsc.until(lambda: len(smsc.seen) == 2)
            assert b.carrier.free_slots() == 0
            smsc.sessions[0].say(commands.SUBMIT_SM_RESP, smsc.seen[0].sequence, b"id\0")
            assert await asyncio.wait_for(b.carrier.ready(), 5) == 3
            await b.carrier.write([long_one], DEADLINE_MS)
            await smsc.until(lambda: len(smsc.seen) == 5)

    long_one = submission(3, "a" * 459)
    run(scenario())


@pytest.mark.parametrize(
    ("rule", "text", "segments"),
    [
        (TextRule(), "a" * 160, 1),
        (TextRule(), "a" * 161, 2),
        (TextRule(Alphabet.LATIN1), "a" * 160, 2),
        (TextRule(long_form=LongForm.PAYLOAD), "a" * 320, 3),
        (TextRule(latin1=True), "ê" * 80, 1),
    ],
)
def test_segments_are_counted_as_they_are_written(rule, text, segments):
    """By the carrier's alphabet; what it cuts itself as the pieces that it makes."""
    made = bind_rule(1)
    carrier = SmppCarrier(replace(made, submit=made.submit._replace(text=rule)))
    assert carrier.count_segments(text) == segments


def secured(server: ssl.SSLContext, trusted: str):
    def change(rule: BindRule) -> BindRule:
        client = ssl.create_default_context(cafile=trusted)
        client.check_hostname = False
        return replace(rule, endpoint=Endpoint("127.0.0.1", rule.endpoint.port, client))

    return change


def test_tls(tmp_path):
    """Encrypted: messages, texts and their answers, many at once."""

    async def scenario() -> None:
        server = self_signed_context(tmp_path)
        change = secured(server, str(tmp_path / "own.pem"))
        async with bound(change=change, tls=server) as b:
            for start in range(0, 100, 10):
                group = [submission(start + n, "x" * 160) for n in range(10)]
                await asyncio.wait_for(b.carrier.ready(), 5)
                await b.carrier.write(group, DEADLINE_MS)
                await b.events.until(lambda due=start + 10: len(b.events.answered) == due)
            assert await b.smsc.deliver(text_message("STOP")) == 0

    run(scenario())


def test_tls_that_is_not_trusted_is_not_spoken_to(tmp_path):
    """A certificate nobody vouches for: no bind, no password on the wire."""

    async def scenario() -> None:
        smsc = Smsc()
        server = self_signed_context(tmp_path)

        def change(rule: BindRule) -> BindRule:
            endpoint = Endpoint("127.0.0.1", rule.endpoint.port, ssl.create_default_context())
            return replace(rule, endpoint=endpoint)

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5), bound(smsc, change, tls=server):
                pass
        assert smsc.heard == []

    run(scenario())


def test_a_tls_write_that_does_not_fit_is_aborted(tmp_path):
    """S14 over TLS: the ciphertext is ours until the kernel has it."""

    async def scenario() -> None:
        server = self_signed_context(tmp_path)
        change = secured(server, str(tmp_path / "own.pem"))

        def both(rule: BindRule) -> BindRule:
            return with_session(window=100_000)(change(rule))

        async with bound(change=both, tls=server) as b:
            stop_reading(b)
            group = [submission(n, "x" * 160) for n in range(5_000)]
            with pytest.raises(WriteUncertain):
                await b.carrier.write(group, 5 * DEADLINE_MS)
            await b.events.until(lambda: b.events.disconnections)
            assert len(b.events.lost) == 5_000

    run(scenario())


def test_the_state_of_a_bind_is_seen():
    """For the console and the health of the server."""

    async def scenario() -> None:
        async with bound() as b:
            assert b.carrier.binds[0].state is State.BOUND

    run(scenario())
