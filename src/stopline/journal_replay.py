"""Brings a store up to its consent journal, in pieces of bounded size."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from stopline.core.checkpoints import ChainEnd
from stopline.core.ids import BUCKET_COUNT
from stopline.core.ledger import Channel, LedgerKind
from stopline.core.numbers import Pair
from stopline.flows.consent import Author
from stopline.flows.erasure import erase_person
from stopline.flows.journal import deny_forgotten, ends_of_chains, note_behind, replay_records
from stopline.flows.ledger import match_ends
from stopline.journal_file import JournalFile, Mark
from stopline.journal_service import JournalState, is_behind
from stopline.store.base import BaseStore
from stopline.store.ledger import LedgerRecord

# Lines in one piece. Of one bucket they are one transaction, which may hold 256 persons.
PIECE_LINES = 200


class JournalReplay:
    """One run over one journal."""

    def __init__(self, store: BaseStore, path: Path) -> None:
        """Raises JournalDamaged, OSError."""
        self._store = store
        self._file = JournalFile(path, store.keys.number)
        self._state = JournalState().read(self._file)
        # Pairs held for a decision, by (bucket, account), and persons erased.
        self._held: dict[tuple[int, int, Pair], None] = {}
        self._erased: dict[tuple[int, str], None] = {}
        self._entries = self._opt_ins_left = 0
        self._diverged = False

    def count_missing(self) -> int:
        """Entries that the store lacks."""
        missing = 0
        for piece in self._pieces():
            ends = [ChainEnd(e.bucket, e.position, e.hash) for e, _ in piece]
            missing += len(self._store.read_now(match_ends, ends))
        return missing

    def run(self) -> dict[str, int | bool]:
        """Write everything that is missing; what was done, for people."""
        for piece in self._pieces():
            self._replay(piece)
        for bucket, account_id, pair in self._held:
            self._store.transact_now(deny_forgotten, bucket, account_id, pair)
        for account_id, recipient in self._erased:
            self._erase(account_id, recipient)
        if self._entries:
            self._file.mark(self._state.name, self._store.read_now(ends_of_chains))
        self._store.transact_now(note_behind, self._state.name, False)
        return {
            "entries": self._entries,
            "opt_ins_left_out": self._opt_ins_left,
            "held_pairs_denied": len(self._held),
            "persons_erased_again": len(self._erased),
            "diverged": self._diverged,
        }

    def _pieces(self) -> Iterator[list[LedgerRecord]]:
        """The lines that may be missing: those after the last mark that the store has reached."""
        reached = [o for o, mark in self._state.marks if self._has_reached(mark)]
        lines = self._file.read(reached[-1] if reached else 0)
        records = (self._file.open_record(line) for _, line in lines if not isinstance(line, Mark))
        while piece := list(islice(records, PIECE_LINES)):
            yield piece

    def _has_reached(self, mark: Mark) -> bool:
        return not is_behind(self._store, mark.chain_ends())

    def _replay(self, piece: Sequence[LedgerRecord]) -> None:
        by_bucket: dict[int, list[LedgerRecord]] = defaultdict(list)
        for record in piece:
            by_bucket[record[0].bucket].append(record)
        for bucket, records in by_bucket.items():
            done = self._store.transact_now(replay_records, bucket, records)
            self._entries += done.entries
            self._opt_ins_left += done.opt_ins_left
            self._diverged |= done.diverged
            if done.entries:
                self._note_others(bucket, records)

    def _note_others(self, bucket: int, records: Sequence[LedgerRecord]) -> None:
        for entry, plain in records:
            if plain is None:
                continue
            key = (bucket, entry.account_id, Pair(plain.sender, plain.recipient))
            match LedgerKind(entry.kind):
                case LedgerKind.HOLD:
                    self._held[key] = None
                case LedgerKind.ERASURE:
                    self._erased[entry.account_id, plain.recipient] = None
                case _:
                    self._held.pop(key, None)

    def _erase(self, account_id: int, recipient: str) -> None:
        author = Author(account_id, Channel.COMMAND, "journal replay")
        for bucket in range(BUCKET_COUNT):
            while self._store.transact_now(erase_person, author, bucket, recipient).more:
                pass
