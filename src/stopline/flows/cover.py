"""What consent says of many messages of one sender: read at once, decided by the one rule."""

from collections.abc import Sequence

from stopline.core.cover import Record, Sending, Verdict, judge
from stopline.core.scopes import Category
from stopline.flows.suppressions import suppressed_recipients
from stopline.store.message_rows import QueuedMessage
from stopline.store.senders import Sender
from stopline.store.tx import Tx


def judge_recipients(
    tx: Tx, bucket: int, sending: Sending, recipients: Sequence[str]
) -> dict[str, Verdict]:
    """The verdict on the same message to each of these persons."""
    verdicts = _judge(tx, bucket, [(recipient, sending) for recipient in recipients])
    return dict(zip(recipients, verdicts, strict=True))


def judge_queued(
    tx: Tx, bucket: int, sender: Sender, queued: Sequence[QueuedMessage]
) -> list[Verdict]:
    """The verdict on each queued message of one sender, in their order."""
    # Messages of one batch share what is asked about them.
    kinds = {(m.account_id, m.category) for m in queued}
    sendings = {kind: _sending(sender, *kind) for kind in kinds}
    return _judge(tx, bucket, [(m.recipient, sendings[(m.account_id, m.category)]) for m in queued])


def _sending(sender: Sender, account_id: int, category: str | None) -> Sending:
    return Sending(
        sender.number,
        account_id,
        Category(category) if category else None,
        sender.consent.opt_in_required,
    )


def _judge(tx: Tx, bucket: int, asked: Sequence[tuple[str, Sending]]) -> list[Verdict]:
    if not asked:
        return []
    sender = asked[0][1].sender
    recipients = list(dict.fromkeys(recipient for recipient, _ in asked))
    account_ids = {sending.account_id for _, sending in asked}
    erased = suppressed_recipients(tx, bucket, sender, recipients)
    found = tx.consents.cover(bucket, sender, account_ids, recipients)
    records: dict[str, list[Record]] = {
        recipient: [(row.key, row.state) for row in its_rows]
        for recipient, its_rows in found.items()
    }
    return [
        judge(records.get(recipient, ()), sending, erased=recipient in erased)
        for recipient, sending in asked
    ]
