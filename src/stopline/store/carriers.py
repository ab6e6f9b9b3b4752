"""Carriers as all processes see them: switches, reports, and what may leave a second."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stopline.store.database import Database, column, rows


@dataclass(frozen=True, slots=True)
class Switch:
    """What an operator did last with a carrier."""

    carrier: str
    paused: bool
    actor: str
    changed_ms: int


@dataclass(frozen=True, slots=True)
class Report:
    """What one process last said of a carrier's connections. `up_ms`: when one was last up;
    `body` is JSON."""

    carrier: str
    node: int
    seen_ms: int
    up_ms: int
    body: str


class Carriers:
    """Statements on the small tables about carriers."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def set_switch(self, carrier: str, paused: bool, actor: str, now_ms: int) -> None:
        """Pause a carrier or let it go on."""
        self._db.run(
            "set_carrier_switch", carrier=carrier, paused=int(paused), actor=actor, now_ms=now_ms
        )

    def switches(self) -> list[Switch]:
        """Of every carrier that was ever paused."""
        found = self._db.all("list_carrier_switches")
        return [Switch(row[0], row[1] == 1, row[2], row[3]) for row in found]

    def put_reports(self, node: int, reports: Sequence[tuple[str, int, str]], now_ms: int) -> None:
        """(carrier, moment it was last up, body) of this process."""
        self._db.run("put_carrier_reports", node=node, items=rows(reports), now_ms=now_ms)

    def reports(self) -> list[Report]:
        """Of all processes."""
        return [Report(*row) for row in self._db.all("list_carrier_reports")]

    def withdraw(self, node: int) -> None:
        """Forget what a process said."""
        self._db.run("withdraw_carrier_reports", node=node)

    def drop_reports(self, before_ms: int) -> None:
        """Forget processes that were not heard of since a moment."""
        self._db.run("drop_carrier_reports", before_ms=before_ms)

    def take_rates(self, names: Iterable[str]) -> dict[str, int]:
        """From when on (epoch microseconds) each may send; nobody else counts them until this
        transaction ends. Those that somebody else is counting now are not there."""
        wanted = set(names)
        if not wanted:
            return {}
        taken = {row[0]: row[1] for row in self._db.all("take_rates", names=column(sorted(wanted)))}
        if missing := wanted - taken.keys():
            taken |= self._begin(missing)
        return taken

    def _begin(self, names: set[str]) -> dict[str, int]:
        known = {row[0] for row in self._db.all("find_rates", names=column(sorted(names)))}
        if not names - known:
            return {}
        found = self._db.all("add_rates", names=column(sorted(names - known)))
        return {row[0]: row[1] for row in found}

    def set_rates(self, free_us: Mapping[str, int]) -> None:
        """What is kept of those that were taken."""
        if free_us:
            self._db.run("set_rates", items=rows(sorted(free_us.items())))
