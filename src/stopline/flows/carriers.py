"""Carriers: paused and let go on, what each process says of them, and what may leave a second."""

from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.errors import NotFound
from stopline.core.hints import Hint
from stopline.core.ids import id_node
from stopline.core.rates import Rate
from stopline.store.carriers import Report, Switch
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

# A process that said nothing for so long is not there any more.
FORGET_MS = 60_000
_MICROS = 1_000
# Another process counts the carrier's segments right now: it takes milliseconds.
_COUNTING_MS = 5


@dataclass(frozen=True, slots=True)
class Board:
    """All that is known of carriers, of every process. `now_ms`: when it was read."""

    now_ms: int
    switches: tuple[Switch, ...]
    reports: tuple[Report, ...]

    def is_paused(self, carrier: str) -> bool:
        """Whether an operator paused it."""
        return any(one.paused for one in self.switches if one.carrier == carrier)


def read_board(tx: Tx) -> Board:
    """What is known now; processes that ended are left out."""
    since_ms = tx.now_ms - FORGET_MS
    reports = tuple(one for one in tx.carriers.reports() if one.seen_ms >= since_ms)
    return Board(tx.now_ms, tuple(tx.carriers.switches()), reports)


@runs_as(Priority.SETTLE)
def report_carriers(tx: Tx, reports: Sequence[tuple[str, int, str]]) -> Board:
    """Write what this process says, (carrier, moment it was last up, JSON) of each; returns what
    all say."""
    tx.carriers.drop_reports(tx.now_ms - FORGET_MS)
    tx.carriers.put_reports(id_node(tx.new_id(0)), reports, tx.now_ms)
    return read_board(tx)


def withdraw_reports(tx: Tx) -> None:
    """Forget what this process said: it ends."""
    tx.carriers.withdraw(id_node(tx.new_id(0)))


def switch_carrier(tx: Tx, carrier: str, actor: str, *, paused: bool) -> Switch:
    """Pause a carrier or let it go on; it stays so until it is switched again.

    From the commit on no process claims anything for a paused carrier. What was claimed before
    is handed over, and what comes in from it is taken. Raises NotFound for a carrier that nobody
    knows.
    """
    known = {sender.carrier for sender in tx.senders.list_all()}
    known |= {one.carrier for one in tx.carriers.reports()}
    known |= {one.carrier for one in tx.carriers.switches()}
    if carrier not in known:
        raise NotFound("carrier")
    tx.carriers.set_switch(carrier, paused, actor, tx.now_ms)
    tx.hints |= {Hint.CARRIERS, Hint.SUBMISSIONS}
    return Switch(carrier, paused, actor, tx.now_ms)


@dataclass(frozen=True, slots=True)
class Lease:
    """Segments that this process may hand to a carrier; when there are none, how long to wait."""

    segments: int
    wait_ms: int = 0


@runs_as(Priority.CLAIM)
def lease_segments(tx: Tx, carrier: str, per_second: float, wanted: int) -> Lease:
    """At most `wanted` of the segments that all processes together may hand to a carrier."""
    rate, now_us = Rate(per_second), tx.now_ms * _MICROS
    taken = tx.carriers.take_rates([carrier])
    if carrier not in taken:
        return Lease(0, _COUNTING_MS)
    granted = min(wanted, rate.allowance(taken[carrier], now_us))
    if granted == 0:
        wait_us = rate.ready_us(taken[carrier], now_us) - now_us
        return Lease(0, max(1, -(-wait_us // _MICROS)))
    tx.carriers.set_rates({carrier: rate.spend(taken[carrier], now_us, granted)})
    return Lease(granted)
