"""Operations on the ledger: check it, compare the state with it, hand it out."""

from typing import Any

import msgspec

from stopline.control.access import Arguments, Nothing
from stopline.control.operations import Operation
from stopline.core.checkpoints import ChainEnd
from stopline.core.ledger import FIRST_HASH, LedgerFault
from stopline.flows.ledger import VerifiedSlice, match_ends, take_checkpoint, verify_slice
from stopline.flows.rebuild import compare_with_ledger
from stopline.store.tx import Tx

# A broken chain has a fault in each row after the break: the first ones say where to look.
MAX_FAULTS = 100
MAX_PAGE = 2_000


class OfBucket(Arguments):
    """One of the 64 chains."""

    bucket: int


class VerifyPart(Arguments):
    """The part of a chain that follows (position, hash)."""

    bucket: int
    position: int = 0
    previous: str = FIRST_HASH


class SeenEnd(msgspec.Struct, array_like=True):
    """What a checkpoint saw of one chain."""

    bucket: int
    position: int
    hash: str


class SeenEnds(Arguments):
    """What checkpoints saw."""

    ends: list[SeenEnd]


class ExportPage(Arguments):
    """Entries of one chain after a position up to another; `plain` adds numbers and texts, with
    `account_id` of that account's entries alone."""

    bucket: int
    after: int
    until: int
    plain: bool = False
    account_id: int | None = None


def verify(tx: Tx, asked: VerifyPart) -> VerifiedSlice:
    """The next part of a chain."""
    done = verify_slice(tx, asked.bucket, asked.position, asked.previous)
    del done.faults[MAX_FAULTS:]
    return done


def match(tx: Tx, asked: SeenEnds) -> list[LedgerFault]:
    """What checkpoints saw and the ledger does not hold."""
    return match_ends(tx, [ChainEnd(e.bucket, e.position, e.hash) for e in asked.ends])[:MAX_FAULTS]


def compare(tx: Tx, asked: OfBucket) -> list[Any]:
    """Where the state of one bucket is not what its chain says."""
    return compare_with_ledger(tx, asked.bucket)[:MAX_FAULTS]


def export(tx: Tx, asked: ExportPage) -> list[dict[str, Any]]:
    """A page of entries in order; empty after the last."""
    limit = min(MAX_PAGE, asked.until - asked.after)
    records = tx.ledger.page(asked.bucket, asked.after, limit) if limit > 0 else []
    return [
        {
            "entry": entry,
            "plain": personal
            if asked.plain and asked.account_id in (None, entry.account_id)
            else None,
        }
        for entry, personal in records
    ]


def heads(tx: Tx, _asked: Nothing) -> dict[str, Any]:
    """The end of every chain, and the time."""
    taken = take_checkpoint(tx)
    return {
        "time_ms": taken.time_ms,
        "heads": [(end.bucket, end.position, end.hash) for end in taken.ends],
    }


OPERATIONS = (
    Operation("ledger.verify", VerifyPart, verify, writes=False),
    Operation("ledger.match", SeenEnds, match, writes=False),
    Operation("ledger.compare", OfBucket, compare, writes=False),
    Operation("ledger.export", ExportPage, export, writes=False),
    Operation("ledger.heads", Nothing, heads, writes=False),
)
