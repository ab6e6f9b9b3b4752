"""Carriers as an operator sees them: every process's connections, and a text to try one."""

from collections import Counter
from dataclasses import dataclass, replace

import msgspec

from stopline.core.batches import RequestedMessage, plan_batch
from stopline.core.carrier_reports import CarrierReport
from stopline.core.errors import InvalidField, NotFound
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.routing import Ways, pinned_lane
from stopline.flows.carriers import Board, read_board
from stopline.flows.outbound import BatchRequest, accept_batch, open_batch, stage_messages
from stopline.store.carriers import Report, Switch
from stopline.store.tx import Tx

# Somebody waits for the outcome of a test; later it would surprise.
_TEST_MINUTES = 5
# A process says something every five seconds; one that was killed is believed so long.
FRESH_MS = 15_000


@dataclass(frozen=True, slots=True)
class ProcessView:
    """What one process said of a carrier, and when. `is_fresh`: it is surely still there."""

    node: int
    seen_ms: int
    report: CarrierReport
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class CarrierView:
    """One carrier in all processes. `switch`: what an operator last did with it; `senders`: how
    many numbers have it for their own; `up_ms`: when it was last connected, if anybody knows."""

    name: str
    switch: Switch | None
    senders: int
    up_ms: int | None
    processes: tuple[ProcessView, ...]

    @property
    def is_paused(self) -> bool:
        """Whether nothing is sent over it."""
        return self.switch is not None and self.switch.paused

    @property
    def is_up(self) -> bool:
        """Whether a process has it connected."""
        return any(one.report.is_up and one.is_fresh for one in self.processes)

    @property
    def error(self) -> str:
        """The last error of a connection that is down, "" when all are up."""
        links = [link for one in self.processes for link in one.report.links]
        return next((link.error for link in links if link.error and not link.is_up), "")


def list_carriers(tx: Tx) -> list[CarrierView]:
    """Every carrier that a number names, a process has, or somebody paused, by name."""
    board = read_board(tx)
    owners = [sender.carrier for sender in tx.senders.list_all()]
    names = {*owners, *(r.carrier for r in board.reports), *(s.carrier for s in board.switches)}
    return [_view(name, board, owners.count(name)) for name in sorted(names)]


def count_senders(tx: Tx, account_id: int) -> Counter[str]:
    """How many of an account's own numbers send through each carrier."""
    return Counter(sender.carrier for sender in tx.senders.list_of_account(account_id))


def _view(name: str, board: Board, senders: int) -> CarrierView:
    own = [one for one in board.reports if one.carrier == name]
    return CarrierView(
        name=name,
        switch=next((one for one in board.switches if one.carrier == name), None),
        senders=senders,
        up_ms=max((one.up_ms for one in own), default=0) or None,
        processes=tuple(_process(one, board.now_ms - FRESH_MS) for one in own),
    )


def _process(one: Report, fresh_ms: int) -> ProcessView:
    report = msgspec.json.decode(one.body, type=CarrierReport)
    return ProcessView(one.node, one.seen_ms, report, one.seen_ms >= fresh_ms)


def find_carrier(tx: Tx, name: str) -> CarrierView:
    """One of them. Raises NotFound."""
    found = next((one for one in list_carriers(tx) if one.name == name), None)
    if found is None:
        raise NotFound("carrier")
    return found


def send_test(tx: Tx, carrier: str, sender: str, recipient: str, text: str) -> int:
    """Queue one text over this carrier and no other; its id. It passes the gate like any other.

    Raises NotFound for an unknown carrier or sender, InvalidField for a number that can not be
    sent to.
    """
    find_carrier(tx, carrier)
    owner = tx.senders.find([sender]).get(sender)
    if owner is None:
        raise NotFound("sender")
    plan = plan_batch(text, [RequestedMessage(recipient, None)], owner.country)
    if not plan.accepted:
        raise InvalidField("to", "is no phone number")
    request = BatchRequest(owner.account_id, sender, 1, 0, valid_minutes=_TEST_MINUTES)
    draft = open_batch(tx, request)
    if isinstance(draft, str):
        raise AssertionError("a request without a key has no earlier answer")
    pinned = replace(draft, ways=Ways((), pinned_lane(carrier)))
    first_id, last_id = stage_messages(tx, pinned, plan.accepted)
    accept_batch(tx, pinned, plan.body, first_id, last_id)
    return first_id


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a test has come."""

    status: MessageStatus
    failure: FailureCode | None


def read_test(tx: Tx, bucket: int, message_id: int) -> Outcome:
    """How far it has come. Raises NotFound."""
    found = tx.messages.read_many(bucket, [message_id])
    if not found:
        raise NotFound("message")
    return Outcome(found[0].status, found[0].failure)
