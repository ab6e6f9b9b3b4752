"""Everything that can be said about consent, said to a world for many persons at once."""

from collections.abc import Callable, Sequence
from enum import Enum
from functools import partial

from stopline.core.ledger import Channel
from stopline.core.messages import FailureCode
from stopline.core.scopes import Category
from stopline.flows.consent import Author, NetworkDenial, record_network_denials
from stopline.flows.consent_changes import Change, change_consents
from support.world import ACCOUNT, CARRIER, SECOND_SENDER, SENDER, World, make_inbound

API = Author(ACCOUNT, Channel.API, "app:1")
PROMOTIONAL = Category.PROMOTIONAL
# What one transaction takes of changes for all numbers.
_WIDE_AT_ONCE = 16

Say = Callable[[World, Sequence[str]], None]


def _text(body: str, sender: str, world: World, people: Sequence[str]) -> None:
    now_ms = world.clock()
    world.receive([make_inbound(one, body, sender, received_ms=now_ms) for one in people])


def _change(
    sender: str | None,
    opt_out: bool,
    category: Category | None,
    world: World,
    people: Sequence[str],
) -> None:
    changes = [Change(sender, one, opt_out, category=category) for one in people]
    size = _WIDE_AT_ONCE if sender is None else len(changes)
    for start in range(0, len(changes), size):
        world.store.transact_now(change_consents, API, changes[start : start + size])


def _network(carrier: str, world: World, people: Sequence[str]) -> None:
    failure = FailureCode.CARRIER_OPTED_OUT
    denials = [NetworkDenial(SENDER, one, carrier, failure) for one in people]
    world.store.transact_now(record_network_denials, denials)


class Word(Enum):
    """One thing that is said."""

    STOP_FIRST = "STOP to the first number"
    START_FIRST = "START to the first number"
    STOP_SECOND = "STOP to the second number"
    START_SECOND = "START to the second number"
    OUT_FIRST = "the account: out of the first number"
    IN_FIRST = "the account: in again"
    OUT_ALL = "the account: out of all numbers"
    IN_ALL = "the account: in again for all"
    OUT_CAMPAIGN = "the account: out of promotions of the first number"
    IN_CAMPAIGN = "the account: in again for promotions"
    OUR_CARRIER = "the carrier of the first number denies"
    OTHER_CARRIER = "another carrier denies"


SAY: dict[Word, Say] = {
    Word.STOP_FIRST: partial(_text, "STOP", SENDER),
    Word.START_FIRST: partial(_text, "START", SENDER),
    Word.STOP_SECOND: partial(_text, "STOP", SECOND_SENDER),
    Word.START_SECOND: partial(_text, "START", SECOND_SENDER),
    Word.OUT_FIRST: partial(_change, SENDER, True, None),
    Word.IN_FIRST: partial(_change, SENDER, False, None),
    Word.OUT_ALL: partial(_change, None, True, None),
    Word.IN_ALL: partial(_change, None, False, None),
    Word.OUT_CAMPAIGN: partial(_change, SENDER, True, PROMOTIONAL),
    Word.IN_CAMPAIGN: partial(_change, SENDER, False, PROMOTIONAL),
    Word.OUR_CARRIER: partial(_network, CARRIER),
    Word.OTHER_CARRIER: partial(_network, "another"),
}
