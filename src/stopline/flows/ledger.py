"""Appending to the ledger, in the transaction of the change itself; and checking it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stopline.core.consent import ConsentSource, ScopeKind
from stopline.core.ids import BUCKET_COUNT
from stopline.core.ledger import (
    Channel,
    LedgerEntry,
    LedgerFault,
    LedgerKind,
    LedgerPersonal,
    chain_hash,
    check_chain,
    number_mac,
    text_mac,
)
from stopline.store.tx import Tx

# Bytes of the salt under which one row's texts are hashed.
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class LedgerNote:
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


def append_notes(tx: Tx, bucket: int, notes: Sequence[LedgerNote], head: tuple[int, str]) -> None:
    """Link the notes to the bucket's chain in order and store them. Call it last: the head is
    the last row a transaction locks."""
    position, previous = head
    entries: list[LedgerEntry] = []
    personal: list[LedgerPersonal] = []
    for note in notes:
        position += 1
        salt = tx.random_hex(SALT_BYTES)
        entry = _entry(tx, bucket, position, note, salt, previous)
        previous = entry.hash
        entries.append(entry)
        personal.append(
            LedgerPersonal(
                bucket,
                position,
                note.sender,
                note.recipient,
                note.raw.hex(),
                note.normalised,
                salt,
            )
        )
    if entries:
        tx.ledger.append(bucket, entries, personal)


def _entry(
    tx: Tx, bucket: int, position: int, note: LedgerNote, salt: str, previous: str
) -> LedgerEntry:
    # In the order of FIELD_NAMES.
    values = (
        bucket,
        position,
        note.account_id,
        note.kind.value,
        int(note.changed),
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
        note.standing,
        note.message_id,
        note.received_ms,
        note.carrier_ms,
        tx.now_ms,
        text_mac(salt, note.raw.hex()),
        text_mac(salt, note.normalised),
    )
    return LedgerEntry(*values, previous_hash=previous, hash=chain_hash(previous, values))


def verify_ledger(tx: Tx) -> Iterator[LedgerFault]:
    """Every fault of every chain, and every plain value that does not fit its entry."""
    for bucket in range(BUCKET_COUNT):
        head = tx.ledger.head(bucket)
        faults: list[LedgerFault] = []

        def entries(
            bucket: int = bucket, faults: list[LedgerFault] = faults
        ) -> Iterator[LedgerEntry]:
            for entry, plain in tx.ledger.scan(bucket):
                if plain is not None and not _fits(tx, entry, plain):
                    faults.append(LedgerFault(bucket, entry.position, "plain values edited"))
                yield entry

        yield from check_chain(bucket, entries(), head)
        yield from faults


def _fits(tx: Tx, entry: LedgerEntry, plain: LedgerPersonal) -> bool:
    return (
        entry.sender_mac == number_mac(tx.keys.number, plain.sender)
        and entry.recipient_mac == number_mac(tx.keys.number, plain.recipient)
        and entry.raw_mac == text_mac(plain.salt, plain.raw_text)
        and entry.normalised_mac == text_mac(plain.salt, plain.normalised_text)
    )
