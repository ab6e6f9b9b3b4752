"""Appending to the ledger, in the transaction of the change itself; and checking it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from stopline.core.checkpoints import ChainEnd, Checkpoint, check_ends
from stopline.core.consent import ConsentSource
from stopline.core.ids import BUCKET_COUNT
from stopline.core.ledger import (
    FIELD_NAMES,
    FIRST_HASH,
    OWN_NAMES,
    AlikeLink,
    Channel,
    LedgerEntry,
    LedgerFault,
    LedgerKind,
    LedgerPersonal,
    chain_hash,
    check_entries,
    check_head,
    number_mac,
    text_mac,
)
from stopline.core.scopes import ScopeKind
from stopline.store.ledger import AlikeEntries
from stopline.store.tx import Tx

# Bytes of the salt under which one row's texts are hashed.
SALT_BYTES = 16
# Entries that one transaction checks: some 100 ms, so that no snapshot is held for long.
SLICE_ENTRIES = 10_000


class LedgerNote(msgspec.Struct, frozen=True, gc=False):
    """What one word changed, or did not: everything an entry says, before it is linked."""

    account_id: int
    kind: LedgerKind
    changed: bool
    scope_kind: ScopeKind
    sender: str
    recipient: str
    source: ConsentSource
    channel: Channel
    actor: str = ""
    carrier: str = ""
    layer: str = ""
    rule_set: str = ""
    word: str = ""
    standing: str = ""
    message_id: int = 0
    received_ms: int = 0
    carrier_ms: int | None = None
    raw: bytes = b""
    normalised: str = ""


# A note, whether the word changed anything, and what stood in its way.
Judged = tuple[LedgerNote, bool, str]


def append_notes(tx: Tx, bucket: int, notes: Sequence[LedgerNote], head: tuple[int, str]) -> None:
    """Link the notes to the bucket's chain in order and store them. Call it last: the head is
    the last row a transaction locks."""
    append_judged(tx, bucket, [(note, note.changed, note.standing) for note in notes], head)


def append_judged(tx: Tx, bucket: int, judged: Sequence[Judged], head: tuple[int, str]) -> None:
    """The same for notes whose outcome was not known when they were made."""
    position, previous = head
    entries: list[tuple[str | int | None, ...]] = []
    personal: list[tuple[str | int, ...]] = []
    for one, salt in zip(judged, _draw_salts(tx, len(judged)), strict=True):
        note = one[0]
        position += 1
        values = _values(tx, bucket, position, one, salt)
        linked = chain_hash(previous, values)
        entries.append((*values[1:], previous, linked))
        personal.append(
            (position, note.sender, note.recipient, note.raw.hex(), note.normalised, salt)
        )
        previous = linked
    if entries:
        tx.ledger.append(bucket, entries, personal)


def _draw_salts(tx: Tx, count: int) -> list[str]:
    """All at once: each draw is a call of the kernel."""
    width = 2 * SALT_BYTES
    drawn = tx.random_hex(SALT_BYTES * count)
    return [drawn[start : start + width] for start in range(0, width * count, width)]


def _values(
    tx: Tx, bucket: int, position: int, judged: Judged, salt: str
) -> tuple[str | int | None, ...]:
    """In the order of FIELD_NAMES."""
    note, changed, standing = judged
    return (
        bucket,
        position,
        note.account_id,
        note.kind.value,
        int(changed),
        note.scope_kind.value,
        number_mac(tx.keys.number, note.sender),
        number_mac(tx.keys.number, note.recipient),
        note.source.value,
        note.channel.value,
        note.actor,
        note.carrier,
        note.layer,
        note.rule_set,
        note.word,
        standing,
        note.message_id,
        note.received_ms,
        note.carrier_ms,
        tx.now_ms,
        text_mac(salt, note.raw.hex()),
        text_mac(salt, note.normalised),
    )


# What is a note's own among notes that are alike otherwise: the person, when it was received, and
# the raw text.
AlikeNote = tuple[str, int, bytes]


def append_alike(
    tx: Tx, bucket: int, note: LedgerNote, alike: Sequence[AlikeNote], head: tuple[int, str]
) -> None:
    """As `append_notes` of one word about many persons, without a normalised text: what they share
    is encoded once."""
    previous, judged = head[1], (note, note.changed, note.standing)
    values = _values(tx, bucket, head[0], judged, tx.random_hex(SALT_BYTES))
    salts = _draw_salts(tx, len(alike))
    link, key = AlikeLink(values), tx.keys.number
    entries: list[tuple[str | int | None, ...]] = []
    personal: list[tuple[str | int | None, ...]] = []
    for place, (recipient, received_ms, raw) in enumerate(alike):
        position, salt = head[0] + 1 + place, salts[place]
        empty, text = text_mac(salt, ""), raw.hex()
        raw_mac = text_mac(salt, text) if text else empty
        own = (position, number_mac(key, recipient), received_ms, raw_mac, empty)
        hash_ = link.hash(previous, own)
        entries.append((*own, previous, hash_))
        personal.append((position, recipient, text, salt))
        previous = hash_
    shared = dict(zip(FIELD_NAMES, values, strict=True))
    for name in ("bucket", *OWN_NAMES):
        del shared[name]
    tx.ledger.append_alike(bucket, AlikeEntries(note.sender, shared, entries, personal))


@dataclass(frozen=True, slots=True)
class VerifiedSlice:
    """What a part of a chain was found to be. It ended at (position, hash)."""

    faults: list[LedgerFault]
    position: int
    hash: str
    entry_count: int
    is_last: bool


def verify_slice(
    tx: Tx, bucket: int, position: int = 0, previous: str = FIRST_HASH, limit: int = SLICE_ENTRIES
) -> VerifiedSlice:
    """Check at most `limit` entries after (position, hash), the plain values that are left, and
    with the last of them the head."""
    records = tx.ledger.page(bucket, position, limit)
    faults, end, last_hash = check_entries(
        bucket, (entry for entry, _ in records), position, previous
    )
    faults += [
        LedgerFault(bucket, entry.position, "plain values edited")
        for entry, plain in records
        if plain is not None and not _fits(tx, entry, plain)
    ]
    is_last = len(records) < limit
    if is_last:
        faults += check_head(bucket, end, last_hash, tx.ledger.head(bucket))
    return VerifiedSlice(faults, end, last_hash, len(records), is_last)


def verify_ledger(tx: Tx) -> Iterator[LedgerFault]:
    """Every fault of every chain, in one snapshot."""
    for bucket in range(BUCKET_COUNT):
        done = verify_slice(tx, bucket)
        yield from done.faults
        while not done.is_last:
            done = verify_slice(tx, bucket, done.position, done.hash)
            yield from done.faults


def take_checkpoint(tx: Tx) -> Checkpoint:
    """The ends of all chains now."""
    return Checkpoint(tx.now_ms, tuple(ChainEnd(*head) for head in tx.ledger.heads()))


def match_ends(tx: Tx, ends: Sequence[ChainEnd]) -> list[LedgerFault]:
    """Ends that a checkpoint saw and the ledger does not hold."""
    by_bucket: dict[int, list[int]] = defaultdict(list)
    for end in ends:
        by_bucket[end.bucket].append(end.position)
    stored = {
        (bucket, position): value
        for bucket, positions in by_bucket.items()
        for position, value in tx.ledger.hashes(bucket, positions).items()
    }
    return list(check_ends(ends, stored))


def _fits(tx: Tx, entry: LedgerEntry, plain: LedgerPersonal) -> bool:
    return (
        entry.sender_mac == number_mac(tx.keys.number, plain.sender)
        and entry.recipient_mac == number_mac(tx.keys.number, plain.recipient)
        and entry.raw_mac == text_mac(plain.salt, plain.raw_text)
        and entry.normalised_mac == text_mac(plain.salt, plain.normalised_text)
    )
