"""What went over the air, newest in memory and the rest from the journal."""

from collections import deque
from collections.abc import Iterator

import msgspec

from stopline.carriers.simulator.frames import MessageRecord
from stopline.carriers.simulator.journal import (
    AnyLine,
    InboundLine,
    Journal,
    SubmitLine,
    read_lines,
)

# About 10 MB of texts; older ones are read from the file.
RECENT_COUNT = 20_000
_TEXT_KINDS = (b'{"kind":"submit"', b'{"kind":"inbound",')


class MessageList:
    """Answers `list_messages`. Not thread-safe, except `read_older`."""

    def __init__(self, journal: Journal, recent_count: int = RECENT_COUNT) -> None:
        self._journal = journal
        self._recent: deque[MessageRecord] = deque(maxlen=recent_count)

    def note(self, line: AnyLine) -> None:
        """Take a line that is in the journal now."""
        if isinstance(line, SubmitLine | InboundLine):
            self._recent.append(record_of(line))

    def reaches(self, after: int) -> bool:
        """Whether memory holds everything later than `after`."""
        return len(self._recent) != self._recent.maxlen or self._recent[0].sequence <= after + 1

    def read_recent(
        self, recipient: str | None, sender: str | None, after: int, limit: int
    ) -> list[MessageRecord]:
        """The oldest `limit` records later than `after`, from memory."""
        found = [
            record
            for record in self._later_than(after)
            if recipient in (None, record.recipient) and sender in (None, record.sender)
        ]
        found.reverse()
        return found[:limit]

    def _later_than(self, after: int) -> Iterator[MessageRecord]:
        for record in reversed(self._recent):
            if record.sequence <= after:
                return
            yield record

    def read_older(
        self, recipient: str | None, sender: str | None, after: int, limit: int
    ) -> list[MessageRecord]:
        """The same from the file. Reads only, so it may run in another thread."""
        # A number has no character that JSON escapes, so its bytes stand in its line as they are.
        needles = [msgspec.json.encode(value) for value in (recipient, sender) if value]

        def keep(raw: bytes) -> bool:
            return raw.startswith(_TEXT_KINDS) and all(needle in raw for needle in needles)

        found: list[MessageRecord] = []
        for _, _, line in read_lines(self._journal.path, self._journal.offset_before(after), keep):
            if line.sequence <= after or not isinstance(line, SubmitLine | InboundLine):
                continue
            if recipient in (None, line.recipient) and sender in (None, line.sender):
                found.append(record_of(line))
            if len(found) == limit:
                break
        return found


def record_of(line: SubmitLine | InboundLine) -> MessageRecord:
    """The line as the list shows it."""
    message_id, outcome, direction = None, None, "inbound"
    if isinstance(line, SubmitLine):
        message_id, outcome, direction = line.message_id, line.outcome, "outbound"
    return MessageRecord(
        line.sequence,
        direction,
        line.sender,
        line.recipient,
        line.text,
        line.time_ms,
        message_id,
        outcome,
    )
