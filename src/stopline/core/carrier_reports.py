"""What a process says of one of its carriers, as it is written for the others and for people."""

import msgspec


class LinkReport(msgspec.Struct, frozen=True, rename="camel"):
    """One connection: its window, what is outstanding on it, and its last error."""

    name: str
    state: str
    is_up: bool
    window: int
    in_use: int
    error: str = ""


class RateReport(msgspec.Struct, frozen=True, rename="camel"):
    """Messages a second: handed over, and how they were answered."""

    handed_over: float
    accepted: float
    refused: float
    not_now: float


class CarrierReport(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One carrier in one process. `limit`: segments a second for all processes; `slowed_to`:
    messages a second after its "not now"; `lanes`: what it takes now."""

    links: list[LinkReport]
    rates: RateReport
    limit: float | None
    slowed_to: float | None
    outstanding: int
    lanes: list[str]

    @property
    def is_up(self) -> bool:
        """Whether messages can be handed over."""
        return any(link.is_up and link.window for link in self.links)
