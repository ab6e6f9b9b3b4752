"""Texts from handsets: stored, read for keywords, obeyed and answered in one transaction.

The only place where a carrier's `source` and `destination` become recipient and sender.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.carriage import Inbound
from stopline.core.errors import InvalidNumber
from stopline.core.events import EventKind
from stopline.core.keywords import (
    Classification,
    Context,
    KeywordClass,
    KeywordSet,
    classify,
)
from stopline.core.numbers import Pair, bucket_of, parse_carrier_address
from stopline.core.text import clean_text, count_segments
from stopline.flows.consent_steps import ConsentStep
from stopline.flows.defaults import apply_defaults
from stopline.flows.notify import announce, is_wanted
from stopline.flows.progress import message_event
from stopline.flows.reading import ReadText, read_texts
from stopline.flows.reassembly import join_parts, take_overdue
from stopline.flows.replies import InboundPolicy, InboundText, queue_replies
from stopline.flows.reviews import record_reviews
from stopline.flows.start_copies import (
    hash_text,
    remember_starts,
    starts_among,
    take_suspects,
)
from stopline.flows.text_steps import ConsentText, obey_texts, plan_spreading
from stopline.store.inbounds import QuarantinedText
from stopline.store.message_rows import InboundMessage
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import Sender
from stopline.store.tx import Tx


@runs_as(Priority.CONSENT)
def receive_messages(tx: Tx, inbounds: Sequence[Inbound], policy: InboundPolicy) -> int:
    """Store texts from handsets and all they cause; returns how many consents changed.

    After the commit, and only then, the carrier may be told that they are stored. A copy of a
    text that was stored before adds nothing, but a STOP in it applies again.
    """
    tx.lock_recipients({_address(inbound.source) for inbound in inbounds})
    owners = apply_defaults(tx, tx.senders.find({_our_number(inbound) for inbound in inbounds}))
    by_bucket: dict[int, list[Inbound]] = defaultdict(list)
    strangers = []
    for inbound in inbounds:
        owner = owners.get(_our_number(inbound))
        if owner is None:
            strangers.append(inbound)
        else:
            by_bucket[owner.bucket].append(inbound)
    if strangers:
        _quarantine(tx, strangers)
    read = {bucket: _read_bucket(tx, bucket, by_bucket[bucket], owners) for bucket in by_bucket}
    wide = plan_spreading(tx, {bucket: its.consent for bucket, its in read.items()})
    # Everything is read by now, so each bucket is written once, in rising order: two transactions
    # that go through several never wait for each other.
    return sum(
        _obey_bucket(tx, bucket, read.get(bucket, _NOTHING), wide.get(bucket, ()), policy)
        for bucket in sorted(read.keys() | wide.keys())
    )


@runs_as(Priority.CONSENT)
def receive_overdue_parts(tx: Tx, policy: InboundPolicy) -> bool:
    """Read long texts whose missing parts will not come any more, those of one bucket. True when
    more may be left."""
    for bucket in sorted({sender.bucket for sender in tx.senders.list_all()}):
        if inbounds := take_overdue(tx, bucket):
            receive_messages(tx, inbounds, policy)
            return True
    return False


def _our_number(inbound: Inbound) -> str:
    return _address(inbound.destination)


def _address(text: str) -> str:
    """Canonical where possible; what is no address stays as it is: nothing is lost."""
    try:
        return parse_carrier_address(text)
    except InvalidNumber:
        return clean_text(text)


def _quarantine(tx: Tx, strangers: Sequence[Inbound]) -> None:
    by_bucket: dict[int, list[Inbound]] = defaultdict(list)
    for inbound in strangers:
        by_bucket[bucket_of(inbound.destination)].append(inbound)
    for bucket, its_inbounds in by_bucket.items():
        ids = tx.new_ids(bucket, len(its_inbounds))
        tx.inbounds.add_quarantine(
            bucket,
            [
                QuarantinedText(
                    identifier,
                    inbound.carrier,
                    clean_text(inbound.source),
                    clean_text(inbound.destination),
                    inbound.raw.hex(),
                    inbound.reference,
                    inbound.received_at_ms,
                )
                for identifier, inbound in zip(ids, its_inbounds, strict=True)
            ],
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """The texts of one bucket, what they ask for, and what is done about each at once."""

    readings: Sequence[ReadText] = ()
    texts: Sequence[tuple[InboundText, Classification]] = ()
    suspects: frozenset[int] = frozenset()

    @property
    def consent(self) -> list[ConsentText]:
        """The STOPs and STARTs among them."""
        return [
            ConsentText(text, found, suspect=text.message_id in self.suspects)
            for text, found in self.texts
            if _is_consent(text, found)
        ]


_NOTHING = _Read()


def _read_bucket(
    tx: Tx, bucket: int, inbounds: Sequence[Inbound], owners: dict[str, Sender]
) -> _Read:
    whole = join_parts(tx, bucket, inbounds)
    tx.lock_recipients({_address(inbound.source) for inbound in whole})
    if not whole:
        return _NOTHING
    readings = read_texts(tx, bucket, _number_texts(tx, bucket, whole, owners))
    read = [(one.text, one.obeyed) for one in readings]
    return _Read(readings, read, frozenset(take_suspects(tx, bucket, starts_among(read))))


def _obey_bucket(
    tx: Tx, bucket: int, read: _Read, spread: Sequence[ConsentStep], policy: InboundPolicy
) -> int:
    """Store the texts and do what they ask for, and what STOPs to other numbers ask for here."""
    new = [text for text, _ in read.texts if not text.is_copy]
    _store_texts(tx, bucket, new, policy)
    _remember_references(tx, bucket, new, read.texts)
    remember_starts(tx, bucket, starts_among(read.texts), read.suspects)
    done = obey_texts(tx, bucket, read.consent, spread)
    by_place = {one.text.place: outcome for one, outcome in done}
    record_reviews(tx, bucket, read.readings, by_place, read.suspects)
    wanted = [(text, found) for text, found in read.texts if found.keyword_class is not None]
    queue_replies(tx, bucket, wanted, by_place, policy)
    _announce_texts(tx, bucket, new)
    return sum(outcome.changed for _, outcome in done)


def _is_consent(text: InboundText, found: Classification) -> bool:
    """Copies count for opt-outs only: a START that was obeyed once is not obeyed again."""
    if found.keyword_class is KeywordClass.OPT_OUT:
        return True
    return found.keyword_class is KeywordClass.OPT_IN and not text.is_copy


def _number_texts(
    tx: Tx, bucket: int, inbounds: Sequence[Inbound], owners: dict[str, Sender]
) -> list[InboundText]:
    known = _known_references(tx, bucket, inbounds)
    ids = iter(tx.new_ids(bucket, len(inbounds)))
    texts = []
    for place, inbound in enumerate(inbounds):
        identifier = next(ids)
        key = (inbound.carrier, inbound.reference)
        is_copy = inbound.reference is not None and key in known
        if inbound.reference is not None:
            identifier = known.setdefault(key, identifier)
        owner = owners[_our_number(inbound)]
        pair = Pair(owner.number, _address(inbound.source))
        body = clean_text(inbound.text)
        texts.append(InboundText(place, inbound, pair, owner, identifier, body, is_copy))
    return texts


def _known_references(
    tx: Tx, bucket: int, inbounds: Sequence[Inbound]
) -> dict[tuple[str, str | None], int]:
    by_carrier: dict[str, list[str]] = defaultdict(list)
    for inbound in inbounds:
        if inbound.reference is not None:
            by_carrier[inbound.carrier].append(inbound.reference)
    known: dict[tuple[str, str | None], int] = {}
    for carrier, references in by_carrier.items():
        found = tx.inbounds.find_references(bucket, carrier, references)
        known.update({(carrier, reference): id_ for reference, id_ in found.items()})
    return known


def _store_texts(tx: Tx, bucket: int, texts: Sequence[InboundText], policy: InboundPolicy) -> None:
    if not texts:
        return
    tx.tallies.texts.update(text.owner.account_id for text in texts)
    tx.messages.add_inbound(
        bucket,
        [
            InboundMessage(
                id=text.message_id,
                account_id=text.owner.account_id,
                sender=text.pair.sender,
                recipient=text.pair.recipient,
                body=text.body,
                segment_count=(segments := count_segments(text.body)),
                cost_micros=segments * policy.price_micros,
                carrier=text.inbound.carrier,
            )
            for text in texts
        ],
        tx.now_ms,
    )


def _remember_references(
    tx: Tx,
    bucket: int,
    new: Sequence[InboundText],
    read: Sequence[tuple[InboundText, Classification]],
) -> None:
    """References of consent words are kept for ever, others for their carrier's retry time."""
    consent = {text.message_id for text, found in read if found.keyword_class is not None}
    items = [
        (
            text.inbound.carrier,
            text.inbound.reference,
            text.message_id,
            int(text.message_id in consent),
            text.inbound.received_at_ms,
        )
        for text in new
        if text.inbound.reference is not None
    ]
    if items:
        tx.inbounds.add_references(bucket, items)


@runs_as(Priority.CONSENT)
def credit_unsure_starts(tx: Tx, inbounds: Sequence[Inbound]) -> None:
    """The session broke before or soon after these STARTs were answered: the carrier may bring
    them again under a new reference, and after a later STOP that copy must not opt in."""
    owners = tx.senders.find({_our_number(inbound) for inbound in inbounds})
    by_bucket: dict[int, list[tuple[str, str, str, str, int]]] = defaultdict(list)
    for inbound in inbounds:
        owner = owners.get(_our_number(inbound))
        found = classify(clean_text(inbound.text), KeywordSet(), Context())
        if owner is not None and found.keyword_class is KeywordClass.OPT_IN:
            text_hash = hash_text(inbound)
            by_bucket[owner.bucket].append(
                (
                    inbound.carrier,
                    owner.number,
                    _address(inbound.source),
                    text_hash,
                    inbound.received_at_ms,
                )
            )
    for bucket, items in by_bucket.items():
        tx.inbounds.add_start_credits(bucket, items)


def _announce_texts(tx: Tx, bucket: int, texts: Sequence[InboundText]) -> None:
    by_account: dict[int, list[int]] = defaultdict(list)
    for text in texts:
        by_account[text.owner.account_id].append(text.message_id)
    for account_id, ids in by_account.items():
        if is_wanted(tx, account_id, EventKind.MESSAGE):
            messages = tx.messages.read_many(bucket, ids)
            announce(tx, account_id, bucket, [message_event(m) for m in messages])
