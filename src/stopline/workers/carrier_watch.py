"""Tells every process how this one's carriers stand, and hears it of the others."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec
import structlog

from stopline.carriers.protocol import Carrier
from stopline.core.carrier_reports import CarrierReport, LinkReport, RateReport
from stopline.core.errors import StoreUnavailable
from stopline.core.hints import Hint
from stopline.flows.carriers import read_board, report_carriers, withdraw_reports
from stopline.flows.ports import Store
from stopline.rounds import succeeds
from stopline.workers.outstanding import Outstanding
from stopline.workers.quota import Quota
from stopline.workers.switchboard import Switchboard
from stopline.workers.wake import Alarm

# A pause is known everywhere after this; in the process that was told, at once.
ROUND_MS = 1_000
# What did not change is said again after this, as a sign of life.
SAY_AGAIN_MS = 5_000

Show = Callable[[Mapping[str, CarrierReport]], None]


def show_nobody(_reports: Mapping[str, CarrierReport]) -> None:
    """Nobody watches."""


log = structlog.get_logger(__name__)


class CarrierWatch:
    """Looks at the carriers of this process every second."""

    name = "carrier watch"

    def __init__(
        self,
        store: Store,
        carriers: Sequence[Carrier],
        board: Switchboard,
        outstanding: Mapping[str, Outstanding],
        quotas: Mapping[str, Quota],
        show: Show = show_nobody,
    ) -> None:
        """`show` is given each round's reports."""
        self._store = store
        self._carriers = carriers
        self._board = board
        self._outstanding = outstanding
        self._quotas = quotas
        self._show = show
        self._said: dict[str, bytes] = {}
        self._said_ms = 0
        self._counted = {name: one.counts() for name, one in outstanding.items()}
        self._counted_at = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Be known, and hear what is paused, before anything is sent. Raises StoreUnavailable."""
        await self.look()
        self._alarm = Alarm(self._store, Hint.CARRIERS)
        self._task = asyncio.create_task(self._run())

    async def stop(self, timeout_ms: int) -> None:
        """End, and take back what was said."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._store.transact(withdraw_reports)
        except StoreUnavailable as error:
            log.warning("what was said of carriers stays a while", reason=str(error))

    async def _run(self) -> None:
        while True:
            await succeeds("looking at carriers", self.look)
            await self._alarm.wait(ROUND_MS)

    async def look(self) -> None:
        """One round: see, say what changed, hear."""
        now_ms = time.time_ns() // 1_000_000
        reports = self._see()
        self._show(reports)
        up = [name for name, report in reports.items() if report.is_up]
        self._board.see(up, now_ms)
        bodies = {name: msgspec.json.encode(report) for name, report in reports.items()}
        if bodies != self._said or now_ms - self._said_ms >= SAY_AGAIN_MS:
            said = [
                (name, self._board.seen_ms(name), body.decode()) for name, body in bodies.items()
            ]
            self._board.hear(await self._store.transact(report_carriers, said))
            self._said, self._said_ms = bodies, now_ms
        else:
            self._board.hear(await self._store.read(read_board))

    def _see(self) -> dict[str, CarrierReport]:
        seconds = max(0.001, time.monotonic() - self._counted_at)
        self._counted_at = time.monotonic()
        return {carrier.name: self._report(carrier, seconds) for carrier in self._carriers}

    def _report(self, carrier: Carrier, seconds: float) -> CarrierReport:
        outstanding = self._outstanding[carrier.name]
        counts, before = outstanding.counts(), self._counted[carrier.name]
        self._counted[carrier.name] = counts
        a_second = [(now - then) / seconds for now, then in zip(counts, before, strict=True)]
        rates = RateReport(*(round(one, 1) for one in a_second))
        links = [
            LinkReport(one.name, one.state, one.is_up, one.window, one.in_use, one.error)
            for one in carrier.links()
        ]
        slowed_to = outstanding.pace.rate
        return CarrierReport(
            links=links,
            rates=rates,
            limit=self._quotas[carrier.name].per_second or None,
            slowed_to=None if slowed_to is None else round(slowed_to, 1),
            outstanding=len(outstanding),
            lanes=list(self._board.lanes(carrier.name)),
        )
