"""Copies of a START that a carrier brings because it never saw the answer.

Where texts have no reference a copy can not be told from a new text. If the person said STOP
meanwhile, the copy of the old START must not open again. So a START is remembered with its
connection, and one of the same words counts for its copy if the first one's connection broke, or if
it comes over another one so soon that a break may not have been noticed yet. It uses the memory up:
the person's next START counts, whatever became of the first.
"""

import hashlib
from collections.abc import Sequence

from stopline.core.carriage import Inbound
from stopline.core.keywords import Classification, KeywordClass
from stopline.flows.replies import InboundText
from stopline.store.tx import Tx

# A START within this time before its session broke may come again although we answered it; and a
# break is noticed within it, by whoever had the session or by those who are left.
UNSURE_START_MS = 120_000

# Carrier, sender, recipient, hash of the text: what copies have in common.
Likeness = tuple[str, str, str, str]


def hash_text(inbound: Inbound) -> str:
    """The same for the same bytes."""
    return hashlib.sha256(inbound.raw).hexdigest()


def _likeness(text: InboundText) -> Likeness:
    pair = text.pair
    return (text.inbound.carrier, pair.sender, pair.recipient, hash_text(text.inbound))


def starts_among(read: Sequence[tuple[InboundText, Classification]]) -> list[InboundText]:
    """The STARTs that are not known for copies by their reference."""
    return [
        text
        for text, found in read
        if found.keyword_class is KeywordClass.OPT_IN and not text.is_copy
    ]


def take_suspects(tx: Tx, bucket: int, starts: Sequence[InboundText]) -> set[int]:
    """Message ids of those that may be copies of a START before them."""
    firsts: dict[Likeness, InboundText] = {}
    suspects = set()
    for text in starts:
        first = firsts.setdefault(_likeness(text), text)
        if text.inbound.reference is None and text.inbound.session != first.inbound.session:
            suspects.add(text.message_id)
    if firsts:
        items = [(*key, text.inbound.session) for key, text in firsts.items()]
        taken = tx.inbounds.take_start_credits(bucket, items, tx.now_ms - UNSURE_START_MS)
        suspects |= {firsts[key].message_id for key in taken}
    return suspects


def remember_starts(
    tx: Tx, bucket: int, starts: Sequence[InboundText], suspects: frozenset[int]
) -> None:
    """Keep those that count and may come again without a reference."""
    kept = {
        _likeness(text): text
        for text in starts
        if text.inbound.reference is None and text.message_id not in suspects
    }
    items = [
        (*key, text.inbound.received_at_ms, text.inbound.session, text.message_id)
        for key, text in kept.items()
    ]
    if items:
        tx.inbounds.remember_starts(bucket, items)
