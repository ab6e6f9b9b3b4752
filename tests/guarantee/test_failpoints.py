"""S06: the server dies at a named point, before and after each step of a STOP and of a message.

The table says what is true at the moment of the crash; what must be true in the end is the same
for every point: a STOP is out, once, and answered once at most; a message reached the carrier once.
"""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.carriers.simulator.journal import InboundAcknowledgedLine, InboundLine, SubmitLine
from stopline.carriers.simulator.oracle import check_journal
from stopline.core.messages import MessageStatus
from support.api import Api
from support.handsets import Handsets
from support.launcher import CRASHED
from support.processes import LAUNCHER, Installation
from support.proof import record
from support.scale import figure
from support.world import person

RUNS = figure(ci=3, full=20)
SETTINGS = {"STOPLINE_UNCERTAIN_WAIT_MS": "1000"}

# point -> (the denial is in the database, the carrier was told so) when the server is dead.
STOP_POINTS = {
    "before-text-is-stored": (False, False),
    "after-text-is-stored": (False, False),
    "after-gate-is-closed": (False, False),
    "before-stop-commits": (False, False),
    "after-stop-committed": (True, False),
    "after-stop-is-acknowledged": (True, True),
}
# A receipt may come before the answer is settled.
RECEIVED = MessageStatus.DELIVERED
# point -> (the message's status in the database, the carrier has it).
MESSAGE_POINTS = {
    "before-claim-commits": ({MessageStatus.QUEUED}, False),
    "after-claim-committed": ({MessageStatus.CLAIMED}, False),
    "after-gate-is-entered": ({MessageStatus.CLAIMED}, False),
    "half-written": ({MessageStatus.CLAIMED}, False),
    "after-bytes-are-written": ({MessageStatus.CLAIMED}, True),
    "before-answers-are-settled": ({MessageStatus.CLAIMED, RECEIVED}, True),
    "before-answers-commit": ({MessageStatus.CLAIMED, RECEIVED}, True),
    "after-answers-committed": ({MessageStatus.SENT, RECEIVED}, True),
}


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An account, and a simulator that outlives the server."""
    installation = Installation(tmp_path, settings=SETTINGS)
    installation.start_simulator()
    assert installation.start().terminate() == 0
    yield installation
    installation.close()


def is_out(installation: Installation, recipient: str) -> bool:
    query = "select 1 from consents where recipient = ? and denied = 1"
    return bool(installation.rows(query, recipient))


def is_acknowledged(installation: Installation, recipient: str) -> bool:
    """Whether the carrier was told that the person's text is stored."""
    lines = installation.lines()
    texts = {one.sequence for one in lines if isinstance(one, InboundLine)}
    mine = {one.sequence for one in lines if getattr(one, "sender", "") == recipient}
    told = {one.inbound for one in lines if isinstance(one, InboundAcknowledgedLine)}
    return bool(texts & mine & told)


def taken(installation: Installation, recipient: str) -> int:
    """How many messages for the person the carrier has."""
    lines = installation.lines()
    return sum(isinstance(one, SubmitLine) and one.recipient == recipient for one in lines)


def is_answered(installation: Installation, recipient: str) -> bool:
    """Whether the reply left. One that was being handed over when the process died may have left:
    it is not sent again."""
    query = "select count(*) from messages where recipient = ? and purpose = 1 and status = ?"
    is_uncertain = installation.rows(query, recipient, MessageStatus.UNCERTAIN)[0][0] == 1
    return is_uncertain or taken(installation, recipient) == 1


def changes(installation: Installation, recipient: str) -> int:
    """How many rows of the ledger say that the person went out."""
    query = (
        "select count(*) from ledger_entries e join ledger_personal p using (bucket, position) "
        "where p.recipient = ? and e.changed = 1"
    )
    return int(installation.rows(query, recipient)[0][0])


@pytest.mark.heavy
@pytest.mark.timeout(60 + 30 * RUNS)
@pytest.mark.parametrize("point", STOP_POINTS)
def test_a_crash_around_a_stop(installation: Installation, point: str) -> None:
    """What is not committed is not acknowledged and comes again; what is committed stays."""
    sender = installation.credentials["senders"][0]
    for number in range(RUNS):
        ann = person(number)
        server = installation.start(point, program=LAUNCHER)
        Handsets(installation.port, sender, iter([ann])).start()
        assert server.wait() == CRASHED
        found = (is_out(installation, ann), is_acknowledged(installation, ann))
        assert found == STOP_POINTS[point]
        server = installation.start()
        server.until(lambda ann=ann: is_acknowledged(installation, ann), "never acknowledged")
        server.until(lambda ann=ann: is_answered(installation, ann), "the reply did not leave")
        assert is_out(installation, ann)
        assert changes(installation, ann) == 1
        assert server.terminate() == 0
    assert check_journal(installation.journal) == []
    assert installation.ledger_problems() == []
    assert installation.leaks("Your order is ready.") == []
    record(f"S06 crash {point}", RUNS, lost=0, late=0)


def post(api: Api, sender: str, recipient: str) -> None:
    """Post one message from a thread: the server may die before it answers."""

    def run() -> None:
        try:
            api.log_in()
            api.send(sender, [recipient])
        except (OSError, http.client.HTTPException):
            return

    threading.Thread(target=run, daemon=True).start()


def deliver(installation: Installation) -> None:
    """A run without a fault, until each message is delivered."""
    server = installation.start()
    server.until(lambda: set(installation.statuses()) == {RECEIVED}, "messages are left")
    assert server.terminate() == 0


@pytest.mark.heavy
@pytest.mark.timeout(60 + 30 * RUNS)
@pytest.mark.parametrize("point", MESSAGE_POINTS)
def test_a_crash_around_a_message(installation: Installation, point: str) -> None:
    """Claimed is uncertain, never "not sent"; its receipt or one more attempt settles it."""
    credentials = installation.credentials
    people = [person(number) for number in range(RUNS)]
    expected, has_it = MESSAGE_POINTS[point]
    for ann in people:
        server = installation.start(point, program=LAUNCHER)
        post(Api(installation.port, credentials), credentials["senders"][0], ann)
        assert server.wait() == CRASHED
        query = "select status from messages where recipient = ?"
        [(status,)] = installation.rows(query, ann)
        assert status in expected
        if has_it:
            installation.simulator_sees(lambda ann=ann: taken(installation, ann) == 1)
        else:
            assert taken(installation, ann) == 0
        if MessageStatus.QUEUED in expected:
            # The next start would claim it before anything else.
            deliver(installation)
    deliver(installation)
    assert [taken(installation, ann) for ann in people] == [1] * RUNS
    record(f"S06 crash {point}", RUNS, lost=0, late=0, twice=0)
