"""Kannel's own test partner as message centre: a third implementation, in C.

`drive_smpp` (Debian's kannel-extras) takes a transmitter and a receiver, delivers its texts with an
enquire_link after each, and counts what is submitted. It also plays an smsbox of Kannel's, for
which somebody has to listen.
"""

import asyncio
import contextlib
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from stopline.carriers.smpp.carrier import SmppCarrier
from stopline.core.carriage import Inbound, SubmitOutcome
from support.carrier_events import RecordingEvents
from support.proof import record
from support.scale import figure
from support.smpp_world import DEADLINE_MS, bind_rule, submission

DRIVE_SMPP = Path("/usr/lib/kannel/test/drive_smpp")
SMSBOX_PORT = 13001
COMPLAINT = re.compile(r"\] (WARNING|ERROR|PANIC):").search

pytestmark = pytest.mark.skipif(
    not DRIVE_SMPP.exists(), reason="needs Debian's kannel-extras (drive_smpp)"
)


class Held(RecordingEvents):
    """Texts are stored as they come; the group of the last waits until it is released, because
    the partner ends when it has sent and got everything."""

    def __init__(self, last: str) -> None:
        super().__init__()
        self._last = last
        self.release: Callable[[], None] = lambda: None

    async def inbounds(
        self, inbounds: Sequence[Inbound], acknowledge: Callable[[Sequence[bool]], None]
    ) -> None:
        if inbounds[-1].text == self._last:
            self.hold = True
            self.release = partial(acknowledge, [True] * len(inbounds))
        await super().inbounds(inbounds, acknowledge)


class Kannel:
    """The partner's process and what it says."""

    def __init__(self, log: Path, port: int) -> None:
        self.port = port
        self._log = log

    def lines(self) -> list[str]:
        return self._log.read_text("latin-1").splitlines()

    async def said(self, words: str) -> None:
        """Wait until it has said so; raises TimeoutError."""
        async with asyncio.timeout(30):
            while not any(words in line for line in self.lines()):
                await asyncio.sleep(0.05)


class Smsbox(asyncio.Protocol):
    """Takes the partner's second connection and is silent."""


@asynccontextmanager
async def kannel(log: Path, messages: int) -> AsyncIterator[Kannel]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    smsbox = None
    with contextlib.suppress(OSError):  # somebody else listens there: just as well
        loop = asyncio.get_running_loop()
        smsbox = await loop.create_server(Smsbox, "127.0.0.1", SMSBOX_PORT)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            str(DRIVE_SMPP), "-v", "0", "-p", str(port), "-m", str(messages),
            stdout=output, stderr=output,
        )  # fmt: skip
    try:
        yield Kannel(log, port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if smsbox is not None:
            smsbox.close()


async def exchange(log: Path, messages: int) -> None:
    """So many texts in and so many messages out."""
    async with kannel(log, messages) as partner:
        await partner.said("accept_thread) maps")
        events = Held(str(messages))
        rule = bind_rule(partner.port)
        rule = replace(rule, session=replace(rule.session, window=50))
        carrier = SmppCarrier(rule, separate=True)
        await carrier.start(events)
        try:
            await asyncio.wait_for(carrier.ready(), 10)
            sent = 0
            while sent < messages:  # one out for each one in: it waits for them
                await events.until(lambda sent=sent: len(events.texts) > sent)
                size = min(await asyncio.wait_for(carrier.ready(), 10), len(events.texts) - sent)
                await carrier.write([submission(sent + n) for n in range(size)], DEADLINE_MS)
                sent += size
            await events.until(lambda: len(events.answered) == messages)
            await partner.said("has submitted all messages to SMSC")
            events.release()
        finally:
            await carrier.stop(500)
    assert [text.text for text in events.texts] == [str(n + 1) for n in range(messages)]
    assert {(text.source, text.destination) for text in events.texts} == {("456", "123")}
    assert Counter(answer.outcome for answer in events.answered) == {
        SubmitOutcome.ACCEPTED: messages
    }
    assert {answer.reference for answer in events.answered} == {None}, "it gives no ids"
    said = partner.lines()
    assert any(f"Delivered SMS {messages} of {messages}" in line for line in said)
    heard = sum("submit_sm: short_message = <Your order is ready.>" in line for line in said)
    assert heard == messages
    # It reads our binds, submits and answers without a complaint.
    assert [line for line in said if COMPLAINT(line)] == []


def test_kannels_test_partner_and_we_understand_each_other(tmp_path):
    """Binds, texts, enquire_links and messages, each read by the other side as it was meant."""
    asyncio.run(asyncio.wait_for(exchange(tmp_path / "log", 60), 50))


@pytest.mark.heavy
def test_kannels_test_partner_at_full_figures(tmp_path):
    """The same with many."""
    count = figure(1_000, 10_000)
    asyncio.run(asyncio.wait_for(exchange(tmp_path / "log", count), 50))
    record("SMPP, texts from and messages to Kannel's drive_smpp", count, lost=0)
