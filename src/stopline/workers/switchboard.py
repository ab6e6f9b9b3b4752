"""Which carrier of this process takes what waits in which lane, while some are down or paused."""

from collections.abc import Iterable, Sequence

from stopline.core.routing import RoutingTable
from stopline.flows.carriers import Board


class Switchboard:
    """Knows which carriers work, by what this process sees and all processes say.

    A carrier counts as down when it is paused, or when no process had it connected for
    `failover_ms`; then the next one of a route takes what waits. Whatever was claimed before stays
    with the carrier it was claimed for.
    """

    def __init__(
        self, table: RoutingTable, carriers: Sequence[str], failover_ms: int, now_ms: int
    ) -> None:
        """At first every carrier is given the time to connect."""
        self._table = table
        self._carriers = carriers
        self._failover_ms = failover_ms
        self._up_ms = dict.fromkeys(carriers, now_ms)
        self._seen_ms = dict.fromkeys(carriers, 0)
        self._paused: frozenset[str] = frozenset()
        self._lanes: dict[str, tuple[str, ...]] = {}
        self._deal(now_ms)

    @property
    def carriers(self) -> Sequence[str]:
        """Those of this process."""
        return self._carriers

    def see(self, up: Iterable[str], now_ms: int) -> None:
        """These are connected in this process now."""
        seen = dict.fromkeys(up, now_ms)
        self._up_ms |= seen
        self._seen_ms |= seen

    def seen_ms(self, carrier: str) -> int:
        """When it was last seen connected here, 0 for never."""
        return self._seen_ms[carrier]

    def hear(self, board: Board) -> None:
        """What all processes say."""
        for report in board.reports:
            if report.carrier in self._up_ms:
                # Another process may not make it look connected in the future.
                seen_ms = min(report.up_ms, board.now_ms)
                self._up_ms[report.carrier] = max(self._up_ms[report.carrier], seen_ms)
        self._paused = frozenset(one.carrier for one in board.switches if one.paused)
        self._deal(board.now_ms)

    def is_paused(self, carrier: str) -> bool:
        """Whether an operator paused it."""
        return carrier in self._paused

    def lanes(self, carrier: str) -> tuple[str, ...]:
        """What the carrier takes now."""
        return self._lanes[carrier]

    def _deal(self, now_ms: int) -> None:
        def is_up(carrier: str) -> bool:
            since_ms = self._up_ms.get(carrier)
            is_seen = since_ms is not None and now_ms - since_ms <= self._failover_ms
            return is_seen and carrier not in self._paused

        self._lanes = {
            name: self._table.served_by(name, self._carriers, is_up) for name in self._carriers
        }
