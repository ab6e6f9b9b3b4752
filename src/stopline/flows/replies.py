"""Automatic answers to keyword texts: planned and queued with the change they confirm."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from stopline.core.carriage import CarrierAnswers, Inbound
from stopline.core.ids import first_id_at
from stopline.core.keywords import Classification, KeywordClass
from stopline.core.messages import MessageStatus, Purpose
from stopline.core.numbers import Pair
from stopline.core.replies import (
    DAY_MS,
    HOUR_MS,
    REPLY_LIFETIME_MS,
    ReplyHistory,
    ReplyTexts,
    is_reply_due,
    may_reply,
    render_part_reply,
    render_reply,
)
from stopline.core.routing import REPLY_PRIORITY
from stopline.core.text import count_segments
from stopline.flows.consent_steps import ConsentOutcome
from stopline.store.message_rows import Reply
from stopline.store.queues import Queue
from stopline.store.senders import ReplySettings, Sender
from stopline.store.tx import Tx

DEFAULT_REPLIES = ReplyTexts()


@dataclass(frozen=True, slots=True)
class InboundPolicy:
    """What holds for all senders unless they say otherwise."""

    replies: ReplyTexts = DEFAULT_REPLIES
    price_micros: int = 0


class InboundText(msgspec.Struct, frozen=True, gc=False):
    """One inbound text with its place in the group, its pair and the id it is stored under."""

    place: int
    inbound: Inbound
    pair: Pair
    owner: Sender
    message_id: int
    body: str
    is_copy: bool


def queue_replies(
    tx: Tx,
    bucket: int,
    wanted: Sequence[tuple[InboundText, Classification]],
    outcomes: dict[int, ConsentOutcome],
    policy: InboundPolicy,
) -> None:
    """Answer the texts that ask for something, as far as the limits and loop guards allow.

    `outcomes`: what the consent texts changed, by their place in the group.
    """
    candidates = [(text, found) for text, found in wanted if _may_answer(text, found, outcomes)]
    if not candidates:
        return
    own = tx.senders.find({text.pair.recipient for text, _ in candidates})
    pairs = list({(text.pair.sender, text.pair.recipient) for text, _ in candidates})
    histories = _reply_histories(tx, bucket, pairs)
    cover = _generations(tx, bucket, [text for text, _ in candidates])
    owners = {text.owner.number: text.owner for text, _ in candidates}
    wording = {n: reply_texts(one.replies, policy.replies) for n, one in owners.items()}
    replies: list[Reply] = []
    for text, found in candidates:
        is_own = text.pair.recipient in own
        if not may_reply(found.keyword_class, text.pair, text.body, is_own):
            continue
        texts = wording[text.owner.number]
        reply = _plan_reply(tx, text, found, outcomes, histories, policy, texts, cover)
        if reply is not None:
            replies.append(reply)
    _store_replies(tx, bucket, replies)


def _may_answer(
    text: InboundText, found: Classification, outcomes: dict[int, ConsentOutcome]
) -> bool:
    """A copy is answered only when it changed something; a START that left a denial standing
    is not answered at all, nor what the carrier answers itself."""
    if text.inbound.answered is CarrierAnswers.EVERYTHING:
        return False
    outcome = outcomes.get(text.place)
    if found.keyword_class is KeywordClass.HELP:
        return not text.is_copy
    if text.inbound.answered is CarrierAnswers.CONSENT:
        return False
    if outcome is None or outcome.standing is not None:
        return False
    return outcome.changed or not text.is_copy


def _reply_histories(
    tx: Tx, bucket: int, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], ReplyHistory]:
    counts = tx.messages.count_replies(
        bucket, pairs, first_id_at(tx.now_ms - DAY_MS), tx.now_ms - HOUR_MS
    )
    return {
        pair: ReplyHistory(c.day, c.hour, c.last_help_ms, c.last_consent_ms)
        for pair, c in counts.items()
    }


def _generations(tx: Tx, bucket: int, texts: Sequence[InboundText]) -> dict[tuple[str, str], int]:
    """The sum of generations that cover each pair now, after this transaction's changes."""
    recipients: dict[tuple[str, int], list[str]] = defaultdict(list)
    for text in texts:
        recipients[text.owner.number, text.owner.account_id].append(text.pair.recipient)
    found = {}
    for (number, account_id), its_recipients in recipients.items():
        sums = tx.consents.generations(bucket, number, account_id, its_recipients)
        found.update({(number, recipient): sum_ for recipient, sum_ in sums.items()})
    return found


def _plan_reply(
    tx: Tx,
    text: InboundText,
    found: Classification,
    outcomes: dict[int, ConsentOutcome],
    histories: dict[tuple[str, str], ReplyHistory],
    policy: InboundPolicy,
    texts: ReplyTexts,
    generations: dict[tuple[str, str], int],
) -> Reply | None:
    keyword_class = found.keyword_class
    if keyword_class is None or not texts.enabled:
        return None
    key = (text.pair.sender, text.pair.recipient)
    outcome = outcomes.get(text.place)
    changed = outcome is not None and outcome.changed
    history = histories.get(key, ReplyHistory())
    received_ms = text.inbound.received_at_ms
    part = outcome.step.key.category if outcome is not None else None
    body = (
        render_reply(keyword_class, found.quotable_word, texts)
        if part is None
        else render_part_reply(part)
    )
    if body is None or not is_reply_due(keyword_class, changed, history, received_ms, tx.now_ms):
        return None
    is_help = keyword_class is KeywordClass.HELP
    histories[key] = _after_reply(history, is_help, tx.now_ms)
    segments = count_segments(body)
    return Reply(
        id=tx.new_id(text.owner.bucket),
        account_id=text.owner.account_id,
        sender=text.pair.sender,
        recipient=text.pair.recipient,
        purpose=Purpose.HELP_REPLY if is_help else Purpose.CONSENT_REPLY,
        body=body,
        segment_count=segments,
        cost_micros=segments * policy.price_micros,
        generation=generations.get(key, 0),
        expires_ms=received_ms + REPLY_LIFETIME_MS,
        in_reply_to=text.message_id,
        lane=_lane(tx, text.owner, text.pair.recipient),
    )


def _lane(tx: Tx, owner: Sender, recipient: str) -> str:
    return tx.routing.ways(owner.account_id, owner.number, owner.carrier).lane(recipient)


def _after_reply(history: ReplyHistory, is_help: bool, now_ms: int) -> ReplyHistory:
    return ReplyHistory(
        day=history.day + 1,
        hour=history.hour + 1,
        last_help_ms=now_ms if is_help else history.last_help_ms,
        last_consent_ms=history.last_consent_ms if is_help else now_ms,
    )


def reply_texts(own: ReplySettings, default: ReplyTexts) -> ReplyTexts:
    """What a sender answers: its own texts, and the common ones where it has none."""
    return ReplyTexts(
        enabled=own.enabled and default.enabled,
        opt_out=own.opt_out_text or default.opt_out,
        opt_in=own.opt_in_text or default.opt_in,
        help=own.help_text or default.help,
        brand=own.brand or default.brand,
        contact=own.contact or default.contact,
    )


def _store_replies(tx: Tx, bucket: int, replies: Sequence[Reply]) -> None:
    if not replies:
        return
    tx.messages.add_replies(bucket, replies, tx.now_ms)
    tx.tallies.messages.update((r.account_id, MessageStatus.QUEUED, None) for r in replies)
    for sender, lane in {(reply.sender, reply.lane) for reply in replies}:
        tx.wake_queue(Queue(sender, lane, REPLY_PRIORITY, bucket), tx.now_ms)
