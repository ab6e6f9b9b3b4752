"""The judge of a run must itself be right: histories with the verdict that is due."""

from pathlib import Path

import pytest

from stopline.carriers.simulator.journal import (
    AnyLine,
    InboundAcknowledgedLine,
    InboundLine,
    InboundRefusedLine,
    Journal,
    SubmitLine,
)
from stopline.carriers.simulator.oracle import ConsentOracle, check_journal
from stopline.core.carriage import SubmitOutcome

OURS, PERSON = "+12055550100", "+12065550142"


def submit(text: str = "hi", recipient: str = PERSON, sender: str = OURS) -> SubmitLine:
    return SubmitLine(
        message_id=1,
        attempt=1,
        sender=sender,
        recipient=recipient,
        text=text,
        outcome=SubmitOutcome.ACCEPTED,
    )


def text(words: str) -> InboundLine:
    return InboundLine(sender=PERSON, recipient=OURS, text=words)


def ack(sequence: int) -> InboundAcknowledgedLine:
    return InboundAcknowledgedLine(inbound=sequence)


def refuse(sequence: int) -> InboundRefusedLine:
    return InboundRefusedLine(inbound=sequence)


# Name: the lines, numbered from 1, and the sequences of those that break the promise.
HISTORIES: dict[str, tuple[list[AnyLine], list[int]]] = {
    "after the acknowledgement": ([text("STOP"), ack(1), submit()], [3]),
    "before the acknowledgement": ([text("STOP"), submit(), ack(1)], []),
    "another person": ([text("STOP"), ack(1), submit(recipient="+12065550143")], []),
    "another number of ours": ([text("STOP"), ack(1), submit(sender="+12055550101")], []),
    "the reply": ([text("STOP"), ack(1), submit("NETWORK MSG: You replied")], []),
    "in any spelling": ([text(" sToP. \n"), ack(1), submit()], [3]),
    "no keyword": ([text("please stop it"), ack(1), submit()], []),
    "never acknowledged": ([text("STOP"), refuse(1), submit()], []),
    "acknowledged when it came again": ([text("STOP"), refuse(1), ack(1), submit()], [4]),
    "START was acknowledged": ([text("STOP"), ack(1), text("START"), ack(3), submit()], []),
    "START is stored, its answer on the way": ([text("STOP"), ack(1), text("START"), submit()], []),
    "START and STOP again": (
        [text("STOP"), ack(1), text("START"), ack(3), text("STOP"), ack(5), submit()],
        [7],
    ),
    "START was older": ([text("START"), text("STOP"), ack(1), ack(2), submit()], [5]),
    "STOP and START in one group": ([text("STOP"), text("START"), ack(1), submit(), ack(2)], []),
    "each one counts": ([text("STOP"), ack(1), submit(), submit()], [3, 4]),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_the_verdict_on(tmp_path: Path, name: str) -> None:
    """Exactly the submissions that no order of events inside Stopline can excuse."""
    lines, expected = HISTORIES[name]
    journal = Journal(tmp_path / "journal")
    journal.open(lambda _line: None)
    for line in lines:
        journal.append([line])
    journal.close()
    assert [found.sequence for found in check_journal(journal.path)] == expected


def test_words_and_replies_are_given_by_the_caller(tmp_path: Path) -> None:
    """An installation with its own keywords and reply texts is judged by those."""
    oracle = ConsentOracle(stop_words={"basta"}, reply_prefix="")
    for number, line in enumerate([text("Basta!"), ack(1), submit("NETWORK MSG: bye")], 1):
        line.sequence = number
        oracle.follow(line)
    assert [found.sequence for found in oracle.violations] == [3]
    assert oracle.pairs_out() == {(OURS, PERSON)}
