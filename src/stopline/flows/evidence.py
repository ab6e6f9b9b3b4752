"""The evidence of one person for one period: what was said and sent, with proof of the chain."""

from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.ids import MAX_ID
from stopline.core.ledger import LedgerEntry, LedgerPersonal, entry_hash, number_mac, text_mac
from stopline.core.pages import PageAsk
from stopline.flows.history import MessageSearch, list_messages
from stopline.flows.people import Block, LedgerLine, list_ledger, read_person
from stopline.store.message_rows import Message
from stopline.store.tx import Tx

# A bundle is read by people; a longer story is told in several periods.
MAX_MESSAGES = 2_000


@dataclass(frozen=True, slots=True)
class ProvenLine:
    """An entry, and whether its hash and its plain values are what they must be."""

    line: LedgerLine
    is_hash_right: bool
    are_values_right: bool | None


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a bucket's chain ended when the bundle was made."""

    bucket: int
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Newest first; entries of all time, because a state of today may come from long ago."""

    recipient: str
    from_ms: int
    to_ms: int
    made_ms: int
    blocks: tuple[Block, ...]
    messages: tuple[Message, ...]
    has_more_messages: bool
    lines: tuple[ProvenLine, ...]
    heads: tuple[ChainHead, ...]


def collect_evidence(tx: Tx, account_id: int, recipient: str, from_ms: int, to_ms: int) -> Evidence:
    """Everything about a person in a period, in one snapshot."""
    search = MessageSearch(account_id, from_ms, to_ms, numbers=(recipient,))
    page = list_messages(tx, search, PageAsk(MAX_MESSAGES))
    person = read_person(tx, account_id, recipient, MAX_ID, 1)
    lines = tuple(_prove(tx, line) for line in list_ledger(tx, account_id, recipient))
    return Evidence(
        recipient=recipient,
        from_ms=from_ms,
        to_ms=to_ms,
        made_ms=tx.now_ms,
        blocks=person.blocks,
        messages=tuple(page.rows),
        has_more_messages=page.next_key is not None,
        lines=lines,
        heads=_heads(tx, lines),
    )


def _prove(tx: Tx, line: LedgerLine) -> ProvenLine:
    entry, plain = line.entry, line.plain
    values_right = None if plain is None else _fits(tx, entry, plain)
    return ProvenLine(line, entry_hash(entry) == entry.hash, values_right)


def _fits(tx: Tx, entry: LedgerEntry, plain: LedgerPersonal) -> bool:
    return (
        entry.sender_mac == number_mac(tx.keys.number, plain.sender)
        and entry.recipient_mac == number_mac(tx.keys.number, plain.recipient)
        and entry.raw_mac == text_mac(plain.salt, plain.raw_text)
        and entry.normalised_mac == text_mac(plain.salt, plain.normalised_text)
    )


def _heads(tx: Tx, lines: Sequence[ProvenLine]) -> tuple[ChainHead, ...]:
    buckets = sorted({line.line.entry.bucket for line in lines})
    return tuple(ChainHead(bucket, *tx.ledger.head(bucket)) for bucket in buckets)
