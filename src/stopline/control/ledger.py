"""Operations on the ledger: check it, compare the state with it, hand it out."""

from itertools import islice
from typing import Any

from stopline.control.access import Arguments, Nothing
from stopline.control.operations import Operation
from stopline.flows.ledger import verify_ledger
from stopline.flows.rebuild import compare_with_ledger
from stopline.store.tx import Tx

# A broken chain has a fault in each row after the break: the first ones say where to look.
MAX_FAULTS = 100
MAX_PAGE = 2_000


class OfBucket(Arguments):
    """One of the 64 chains."""

    bucket: int


class ExportPage(Arguments):
    """Entries of one chain after a position; `plain` adds numbers and texts."""

    bucket: int
    after: int = 0
    plain: bool = False


def verify(tx: Tx, _asked: Nothing) -> dict[str, Any]:
    """Faults of all chains, at most MAX_FAULTS, and how many entries were read."""
    faults = list(islice(verify_ledger(tx), MAX_FAULTS))
    heads = tx.ledger.heads()
    return {"entries": sum(position for _, position, _ in heads), "faults": faults}


def compare(tx: Tx, asked: OfBucket) -> list[Any]:
    """Where the state of one bucket is not what its chain says."""
    return compare_with_ledger(tx, asked.bucket)[:MAX_FAULTS]


def export(tx: Tx, asked: ExportPage) -> list[dict[str, Any]]:
    """A page of entries in order; empty after the last."""
    records = islice(tx.ledger.scan(asked.bucket, asked.after), MAX_PAGE)
    return [
        {"entry": entry, "plain": personal if asked.plain else None} for entry, personal in records
    ]


def heads(tx: Tx, _asked: Nothing) -> list[dict[str, Any]]:
    """The end of every chain."""
    return [
        {"bucket": bucket, "position": position, "hash": value}
        for bucket, position, value in tx.ledger.heads()
    ]


OPERATIONS = (
    Operation("ledger.verify", Nothing, verify, writes=False),
    Operation("ledger.compare", OfBucket, compare, writes=False),
    Operation("ledger.export", ExportPage, export, writes=False),
    Operation("ledger.heads", Nothing, heads, writes=False),
)
