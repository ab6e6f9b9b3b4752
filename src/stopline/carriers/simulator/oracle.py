"""Judges a run by the simulator's journal alone, without asking Stopline anything.

A STOP's acknowledgement and every submission travel in order on one socket, and the journal keeps
that order. So a submission to a pair that stands after the acknowledgement of the pair's STOP was
given to the kernel after the STOP was stored: there is no clock to argue about.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from stopline.carriers.simulator.journal import (
    AnyLine,
    InboundAcknowledgedLine,
    InboundLine,
    SubmitLine,
    read_lines,
)

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
START_WORDS = frozenset({"start", "unstop"})
REPLY_PREFIX = "NETWORK MSG:"

# (our number, person)
_Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Violation:
    """A message that left after the acknowledged STOP of its pair."""

    sequence: int
    message_id: int
    sender: str
    recipient: str
    stop_acknowledged: int


class ConsentOracle:
    """Follows the lines of a journal, read whole or as they are written."""

    def __init__(
        self,
        stop_words: Collection[str] = STOP_WORDS,
        start_words: Collection[str] = START_WORDS,
        reply_prefix: str = REPLY_PREFIX,
    ) -> None:
        self._stop_words = stop_words
        self._start_words = start_words
        self._reply_prefix = reply_prefix
        self._inbounds: dict[int, InboundLine] = {}
        self._out: dict[_Pair, int] = {}
        self._open_starts: dict[_Pair, set[int]] = {}
        self.violations: list[Violation] = []
        self.acknowledged_stops = 0
        self.submissions = 0

    def follow(self, line: AnyLine) -> None:
        """Take the next line."""
        match line:
            case SubmitLine():
                self._submitted(line)
            case InboundLine():
                self._texted(line)
            case InboundAcknowledgedLine():
                self._acknowledged(line)

    def is_out(self, sender: str, recipient: str) -> bool:
        """Whether the pair's STOP is acknowledged and no START follows, not even on its way."""
        pair = (sender, recipient)
        return pair in self._out and not self._open_starts.get(pair)

    def pairs_out(self) -> set[tuple[str, str]]:
        """All such pairs, as (our number, person)."""
        return {pair for pair in self._out if self.is_out(*pair)}

    def _submitted(self, line: SubmitLine) -> None:
        self.submissions += 1
        if self.is_out(line.sender, line.recipient) and not self._is_reply(line):
            stop = self._out[line.sender, line.recipient]
            found = Violation(line.sequence, line.message_id, line.sender, line.recipient, stop)
            self.violations.append(found)

    def _is_reply(self, line: SubmitLine) -> bool:
        return bool(self._reply_prefix) and line.text.startswith(self._reply_prefix)

    def _texted(self, line: InboundLine) -> None:
        word = line.text.strip(" .!\r\n\t").casefold()
        if word not in self._stop_words and word not in self._start_words:
            return
        self._inbounds[line.sequence] = line
        if word in self._start_words:
            # From here on Stopline may have stored it, although its answer is still on the way.
            self._open_starts.setdefault(_pair_of(line), set()).add(line.sequence)

    def _acknowledged(self, line: InboundAcknowledgedLine) -> None:
        text = self._inbounds.pop(line.inbound, None)
        if text is None:
            return
        pair = _pair_of(text)
        starts = self._open_starts.get(pair, set())
        if text.sequence in starts:
            starts.discard(text.sequence)
            self._out.pop(pair, None)
        else:
            self.acknowledged_stops += 1
            self._out[pair] = line.sequence


def _pair_of(line: InboundLine) -> _Pair:
    return (line.recipient, line.sender)


def check_journal(
    path: Path,
    *,
    stop_words: Collection[str] = STOP_WORDS,
    start_words: Collection[str] = START_WORDS,
    reply_prefix: str = REPLY_PREFIX,
) -> list[Violation]:
    """Every message that left after its pair's acknowledged STOP; consent replies excepted.

    Words are compared casefolded, without blanks and full stops around them. Raises
    JournalDamaged, OSError.
    """
    oracle = ConsentOracle(stop_words, start_words, reply_prefix)
    for _, _, line in read_lines(path):
        oracle.follow(line)
    return oracle.violations
