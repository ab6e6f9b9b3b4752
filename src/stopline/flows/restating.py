"""Events of messages told again from the messages themselves, also when their log is gone."""

from dataclasses import dataclass

from stopline.core.events import ANNOUNCED_STATUSES, wanted_events
from stopline.core.ids import first_id_at, id_time_ms
from stopline.core.messages import Direction
from stopline.core.pages import PageAsk, Toward
from stopline.flows.history import Message, MessageSearch, list_messages
from stopline.flows.notify import tell
from stopline.flows.progress import message_event
from stopline.flows.subscriptions import Owner, read_subscription
from stopline.store.tx import Tx

# Messages that one call looks at: some 100 ms.
MESSAGES_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Restated:
    """How many events were made, and up to which moment everything was looked at: go on there,
    until it is the end that was asked for."""

    count: int
    until_ms: int


def restate_messages(
    tx: Tx, owner: Owner, subscription_id: int, from_ms: int, before_ms: int
) -> Restated:
    """Announce the present status of each message of a range of time to one subscription, oldest
    first, as far as its filters ask for it. The events are new: their `uuid` is another one.

    Raises NotFound.
    """
    subscription = read_subscription(tx, owner, subscription_id)
    search = MessageSearch(owner.account_id, from_ms, before_ms - 1)
    messages, until_ms = _read(tx, search, from_ms)
    told = [
        (event, kind, label)
        for message in messages
        if message.direction is Direction.INBOUND or message.status in ANNOUNCED_STATUSES
        for event in [message_event(message)]
        for kind, label in wanted_events(
            event, subscription.interests, opt_ins_wanted=subscription.wants_opt_ins
        )
    ]
    tell(tx, subscription, told)
    return Restated(len(told), before_ms if until_ms is None else until_ms)


def _read(tx: Tx, search: MessageSearch, from_ms: int) -> tuple[list[Message], int | None]:
    """Messages from a moment on, oldest first, and where to go on: a later moment always, so what
    is of one moment is read whole. None at the end."""
    found: list[Message] = []
    key = first_id_at(from_ms) - 1
    while True:
        page = list_messages(tx, search, PageAsk(MESSAGES_AT_ONCE, (key,), Toward.BACKWARD))
        found += reversed(page.rows)
        if page.previous_key is None:
            return found, None
        key = page.rows[0].id
        if id_time_ms(key) > from_ms:
            return found, id_time_ms(key)
