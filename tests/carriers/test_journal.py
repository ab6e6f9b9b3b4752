"""The simulator's memory: what is in the file, and what survives."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stopline.carriers.simulator.frames import SubmitPart
from stopline.carriers.simulator.journal import (
    AnyLine,
    InboundLine,
    Journal,
    JournalDamaged,
    JournalInUse,
    SubmitLine,
    read_lines,
)
from stopline.carriers.simulator.listing import MessageList
from stopline.carriers.simulator.world import SimulatorSettings, World

OURS, PERSON = "+12055550100", "+12065550142"


def texts(count: int, person: str = PERSON) -> list[AnyLine]:
    return [InboundLine(sender=person, recipient=OURS, text=f"text {n}") for n in range(count)]


def opened(path: Path) -> tuple[Journal, list[AnyLine]]:
    journal, lines = Journal(path), list[AnyLine]()
    journal.open(lines.append)
    return journal, lines


def test_sequences_rise_by_one_over_restarts(tmp_path: Path) -> None:
    """Also the monotonic clock never goes back, and the file is the owner's alone."""
    path = tmp_path / "journal"
    for _ in range(3):
        journal, _lines = opened(path)
        journal.append(texts(5))
        journal.close()
    lines = [line for _, _, line in read_lines(path)]
    assert [line.sequence for line in lines] == list(range(1, 16))
    stamps = [line.monotonic_ns for line in lines]
    assert stamps == sorted(stamps)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_torn_last_line_is_cut_off(tmp_path: Path) -> None:
    """It was never answered; what follows starts on a line of its own."""
    path = tmp_path / "journal"
    journal, _ = opened(path)
    journal.append(texts(2))
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"kind":"inbound","sequ')
    journal, lines = opened(path)
    assert len(lines) == 2
    journal.append(texts(1))
    journal.close()
    assert [line.sequence for _, _, line in read_lines(path)] == [1, 2, 3]


def test_a_damaged_line_in_the_middle_is_named(tmp_path: Path) -> None:
    """Nobody guesses what it said."""
    path = tmp_path / "journal"
    path.write_bytes(b'{"kind":"nonsense"}\n')
    with pytest.raises(JournalDamaged, match="at byte 0"):
        opened(path)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    """Two would number their lines alike."""
    path = tmp_path / "journal"
    journal, _ = opened(path)
    with pytest.raises(JournalInUse):
        opened(path)
    journal.close()
    opened(path)[0].close()


def test_a_full_disk_leaves_no_half_group(tmp_path: Path) -> None:
    """The group is refused whole, and what comes when there is room again is intact."""
    path = tmp_path / "journal"
    journal, _ = opened(path)
    journal.append(texts(2))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.size + 100, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            journal.append(texts(50))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    journal.append(texts(1))
    journal.close()
    assert [line.sequence for _, _, line in read_lines(path)] == [1, 2, 3]


_WRITER = """
import sys
from pathlib import Path
from stopline.carriers.simulator.frames import SubmitPart
from stopline.carriers.simulator.world import SimulatorSettings, World

world = World(Path(sys.argv[1]), SimulatorSettings())
world.open()
number = 0
while True:
    group = [SubmitPart(number + n, 1, "+12055550100", "+12065550142", "hi") for n in range(50)]
    number += len(world.submit(group))
    print(number, flush=True)
"""


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    """Killed at any moment: every answered message is in the file, once, and owed a receipt."""
    path = tmp_path / "journal"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _WRITER, str(path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        answered = [int(writer.stdout.readline()) for _ in range(20)][-1]
        writer.send_signal(signal.SIGKILL)
        answered = max([answered, *map(int, writer.stdout.read().split())])
    world = World(path, SimulatorSettings())
    world.open()
    owed = [receipt.message_id for receipt in world.receipts.take(1 << 62, 1_000)]
    lines = [line for _, _, line in read_lines(path) if isinstance(line, SubmitLine)]
    ids = [line.message_id for line in lines]
    assert ids == list(range(len(ids)))
    assert len(ids) >= answered
    assert owed == ids[: len(owed)]
    assert world.submit([SubmitPart(1, 1, OURS, PERSON, "hi")])
    world.close()


def test_older_texts_are_read_from_the_file(tmp_path: Path) -> None:
    """What memory no longer holds is found all the same, by any filter, in pages."""
    journal = Journal(tmp_path / "journal")
    messages = MessageList(journal, recent_count=100)
    journal.open(messages.note)
    for at in range(60):
        lines = texts(200, f"+1206555{at:04}")
        journal.append(lines)
        for line in lines:
            messages.note(line)
    assert messages.reaches(11_900)
    assert not messages.reaches(11_000)
    assert [r.sequence for r in messages.read_recent(None, None, 11_950, 3)] == [
        11_951,
        11_952,
        11_953,
    ]
    page = messages.read_older(None, "+12065550031", 6_250, 1_000)
    assert [record.sequence for record in page] == list(range(6_251, 6_401))
    assert len(messages.read_older(OURS, None, 5, 700)) == 700
    assert messages.read_older("+12065550031", None, 0, 10) == []
    journal.close()
