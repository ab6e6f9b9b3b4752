"""The consent journal beside a store: compared when the store is opened, then kept."""

import threading
from collections.abc import Sequence
from pathlib import Path

from stopline.core.checkpoints import ChainEnd
from stopline.core.errors import StoplineError, StoreUnavailable
from stopline.core.ids import BUCKET_COUNT
from stopline.flows.journal import end_of_chain, ends_of_chains, note_behind, page_of_chain
from stopline.flows.ledger import match_ends
from stopline.journal_file import JournalFile, Mark
from stopline.store.base import BaseStore
from stopline.store.ledger import LedgerRecord

# Entries that a store wrote and its journal did not are carried over in such pieces.
CATCH_UP_ENTRIES = 1_000
# What waits for a journal that can not be written: some hundred megabytes. Beyond it nothing more
# is written to it by this process; the next start carries everything over.
MAX_WAITING = 100_000


class StoreBehindJournal(StoplineError):
    """The store lacks what its journal holds; the message says what to do."""


class JournalState:
    """What a journal says of the chains: read line by line, a few values are kept."""

    def __init__(self) -> None:
        self.name = ""
        self.ends: dict[int, ChainEnd] = {}
        # Where the marks stand, and what they say.
        self.marks: list[tuple[int, Mark]] = []

    def read(self, file: JournalFile) -> "JournalState":
        """Read a whole file. Raises JournalDamaged, OSError."""
        for offset, line in file.read():
            if isinstance(line, Mark):
                self.name = line.journal
                self.marks.append((offset, line))
                self.ends = {end.bucket: end for end in line.chain_ends()}
            else:
                bucket, position, last = line.entry[0], line.entry[1], line.entry[-1]
                self.ends[bucket] = ChainEnd(bucket, position, last)
        return self


class ConsentJournal:
    """Takes what a store committed, before its caller hears of it. Thread-safe."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self._mutex = threading.Lock()
        self._waiting: list[LedgerRecord] = []
        self._is_given_up = False

    def keep(self, records: Sequence[LedgerRecord]) -> None:
        """Write records and what waits. Raises StoreUnavailable: they are stored all the same."""
        with self._mutex:
            self._waiting += records
            if self._is_given_up or len(self._waiting) > MAX_WAITING:
                self._is_given_up = True
                self._waiting.clear()
                raise StoreUnavailable("the consent journal could not be written for too long")
            try:
                self._file.append(self._waiting)
            except OSError as error:
                raise StoreUnavailable(
                    f"the consent journal can not be written: {error.strerror}"
                ) from error
            self._waiting.clear()


def attach_journal(store: BaseStore, path: Path) -> None:
    """Compare a store with its journal, carry over what the journal lacks, then keep it.

    Raises StoreBehindJournal, JournalDamaged, StoreUnavailable.
    """
    file = JournalFile(path, store.keys.number)
    try:
        if not path.exists():
            file.begin(store.read_now(ends_of_chains))
        state = JournalState().read(file)
        if is_behind(store, list(state.ends.values())):
            store.transact_now(note_behind, state.name, True)
            raise StoreBehindJournal(
                f"the store is older than its consent journal {path}, as after a restore from a "
                "backup: opt-outs are missing in it. Run `stopline journal replay`, then start "
                "again"
            )
        _catch_up(store, file, state)
    except OSError as error:
        raise StoreUnavailable(f"the consent journal {path}: {error.strerror}") from error
    store.keep_journal(ConsentJournal(file).keep)


def is_behind(store: BaseStore, ends: Sequence[ChainEnd]) -> bool:
    """Whether the store lacks any of these entries."""
    return bool(store.read_now(match_ends, [end for end in ends if end.position > 0]))


def _catch_up(store: BaseStore, file: JournalFile, state: JournalState) -> None:
    """A crash between a commit and its line leaves the journal behind by some entries."""
    if file.is_torn():
        file.mark(state.name, list(state.ends.values()))
    for bucket in range(BUCKET_COUNT):
        known = state.ends.get(bucket)
        after = known.position if known else 0
        until = store.read_now(end_of_chain, bucket)
        while after < until:
            records = store.read_now(page_of_chain, bucket, after, CATCH_UP_ENTRIES)
            if not records:
                break
            file.append(records)
            after = records[-1][0].position
