"""A person as the console shows them: found by number, with all that was said and what blocks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.cover import Sending, Verdict
from stopline.core.errors import NotFound
from stopline.core.ids import MAX_ID, id_time_ms
from stopline.core.ledger import LedgerEntry, LedgerPersonal, number_mac
from stopline.core.numbers import Pair
from stopline.core.pages import PageAsk
from stopline.core.reviews import Review
from stopline.core.scopes import Category
from stopline.flows.cover import judge_recipients
from stopline.flows.history import MessageSearch, list_messages
from stopline.store.message_rows import Message, MessageFilter
from stopline.store.senders import Sender
from stopline.store.tx import Tx

# Senders that a search by prefix looks at; each costs two short index reads.
MAX_SENDERS = 500
# One person's ledger and messages as a page shows them: nobody reads more at once.
MAX_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """One hit of a search: of how many of the account's numbers the person is opted out."""

    recipient: str
    blocked: int
    last_message_ms: int | None
    changed_ms: int | None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An entry with its plain values; these are None once they were erased."""

    entry: LedgerEntry
    plain: LedgerPersonal | None


@dataclass(frozen=True, slots=True)
class Block:
    """What one of the account's numbers may send to a person now: the gate's own verdict.

    `held` are texts of the person that wait for a decision, and messages with them.
    """

    sender: str
    label: str
    verdict: Verdict
    held: tuple[Review, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether a message of this number would be refused."""
        return not self.verdict.allowed


@dataclass(frozen=True, slots=True)
class PersonView:
    """Everything about a person within an account, newest first."""

    recipient: str
    blocks: tuple[Block, ...]
    messages: tuple[Message, ...]
    has_older_messages: bool
    ledger: tuple[LedgerLine, ...]


def find_people(tx: Tx, account_id: int, prefix: str, limit: int) -> list[FoundPerson]:
    """People whose number begins so and who have a message or a consent record, by number.

    Reads index ranges of the account's own numbers, however many records there are.
    """
    before = prefix + "\U0010ffff"
    held = tx.senders.list_held(account_id)[:MAX_SENDERS]
    found: set[str] = set()
    for number, bucket in held:
        found.update(tx.consents.list_recipients(bucket, number, prefix, before, limit))
        found.update(tx.figures.list_recipients(bucket, number, prefix, before, limit))
    nearest = sorted(found)[: 2 * limit]
    last = _last_message_ids(tx, account_id, held, nearest)
    changed = _last_changes(tx, account_id, {bucket for _, bucket in held}, nearest)
    # Who is in neither is only another account's, before a number moved.
    known = [person for person in nearest if person in last or person in changed][:limit]
    blocked = _count_blocks(tx, account_id, known)
    return [
        FoundPerson(
            recipient=person,
            blocked=blocked[person],
            last_message_ms=id_time_ms(last[person]) if person in last else None,
            changed_ms=changed.get(person),
        )
        for person in known
    ]


def _count_blocks(tx: Tx, account_id: int, people: Sequence[str]) -> Counter[str]:
    """Of how many of the account's numbers each of them gets nothing."""
    blocked: Counter[str] = Counter()
    for sender in tx.senders.list_of_account(account_id)[:MAX_SENDERS]:
        verdicts = judge_sender(tx, sender, people)
        blocked.update(person for person, verdict in verdicts.items() if not verdict.allowed)
    return blocked


def _last_message_ids(
    tx: Tx, account_id: int, held: Sequence[tuple[str, int]], people: Sequence[str]
) -> dict[str, int]:
    """The newest message of each person with any of the numbers; an id says when it was made."""
    newest: dict[str, int] = {}
    for number, bucket in held:
        for person, message_id in tx.figures.last_messages(bucket, account_id, number, people):
            newest[person] = max(message_id, newest.get(person, 0))
    return newest


def _last_changes(
    tx: Tx, account_id: int, buckets: set[int], people: Sequence[str]
) -> dict[str, int]:
    """When what each person wants last changed (epoch ms)."""
    latest: dict[str, int] = {}
    for bucket in sorted(buckets):
        for person, changed_ms in tx.consents.last_changes(bucket, account_id, people):
            latest[person] = max(changed_ms, latest.get(person, 0))
    return latest


def read_person(
    tx: Tx, account_id: int, recipient: str, before_id: int, message_limit: int
) -> PersonView:
    """A person's messages below an id, ledger and blocks. Nobody known is a person without any."""
    key = (before_id,) if before_id < MAX_ID else ()
    ask = PageAsk(message_limit, key)
    page = list_messages(tx, MessageSearch(account_id, numbers=(recipient,)), ask)
    return PersonView(
        recipient=recipient,
        blocks=_blocks(tx, account_id, recipient),
        messages=tuple(page.rows),
        has_older_messages=page.next_key is not None,
        ledger=list_ledger(tx, account_id, recipient),
    )


def _blocks(tx: Tx, account_id: int, recipient: str) -> tuple[Block, ...]:
    return tuple(
        Block(
            sender.number,
            sender.label,
            judge_sender(tx, sender, [recipient])[recipient],
            tuple(tx.reviews.find_held(sender.bucket, [Pair(sender.number, recipient)])),
        )
        for sender in tx.senders.list_of_account(account_id)
    )


def judge_sender(tx: Tx, sender: Sender, recipients: Sequence[str]) -> dict[str, Verdict]:
    """The gate's verdict on an ordinary message of one number to each of these people."""
    chosen = sender.consent.category
    sending = Sending(
        sender.number,
        sender.account_id,
        Category(chosen) if chosen else None,
        sender.consent.opt_in_required,
    )
    return judge_recipients(tx, sender.bucket, sending, recipients)


def list_ledger(tx: Tx, account_id: int, recipient: str) -> tuple[LedgerLine, ...]:
    """What the ledger says of a person within the account, newest first."""
    mac = number_mac(tx.keys.number, recipient)
    lines = [
        LedgerLine(entry, plain)
        for bucket in sorted({bucket for _, bucket in tx.senders.list_held(account_id)})
        for entry, plain in tx.ledger.list_of_recipient(bucket, mac, account_id, 0, MAX_ENTRIES)
    ]
    lines.sort(key=lambda line: (line.entry.honoured_ms, line.entry.position), reverse=True)
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Scene:
    """One number with some people: what happened lately, newest first, and how each stands."""

    messages: tuple[Message, ...]
    ledger: tuple[LedgerLine, ...]
    verdicts: dict[str, Verdict]
    held: tuple[Review, ...]


def read_scene(tx: Tx, account_id: int, sender: str, people: Sequence[str], limit: int) -> Scene:
    """The newest of a few conversations. Raises NotFound."""
    found = tx.senders.find([sender]).get(sender)
    if found is None or found.account_id != account_id:
        raise NotFound("sender")
    wanted = MessageFilter(account_id, 0, MAX_ID)
    pairs = [(sender, person) for person in people]
    lines = [
        line
        for person in people
        for line in list_ledger(tx, account_id, person)[:limit]
        if line.plain is not None and line.plain.sender == sender
    ]
    lines.sort(key=lambda line: line.entry.position, reverse=True)
    return Scene(
        tuple(tx.messages.list_page_of_pairs(found.bucket, pairs, wanted, limit)),
        tuple(lines[:limit]),
        judge_sender(tx, found, people),
        tuple(tx.reviews.find_held(found.bucket, [Pair(*pair) for pair in pairs])),
    )
