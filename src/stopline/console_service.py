"""What the console is given: the store, the simulated world's handsets, the wire's events."""

from collections.abc import Callable

from stopline.api.health import Readiness
from stopline.carriers.simulator.control import SimulatorControl, SimulatorUnavailable
from stopline.carriers.simulator.frames import TextPart
from stopline.config import Settings
from stopline.console.parts import ConsoleParts
from stopline.console_wire import ConsoleWire
from stopline.core.errors import StoreUnavailable
from stopline.flows.ports import Store
from stopline.http_app import profile_of
from stopline.notify_service import WayOut
from stopline.ringcentral.events import render_body
from stopline.simulation import Simulation


def console_parts(
    settings: Settings,
    store: Store,
    clock_ms: Callable[[], int],
    readiness: Readiness,
    simulation: Simulation | None,
    way_out: WayOut,
) -> ConsoleParts:
    """Join the console to the rest."""
    return ConsoleParts(
        store=store,
        clock_ms=clock_ms,
        render_event=render_body,
        wire=ConsoleWire(
            store, way_out.webhooks, way_out.renderer, profile_of(settings), settings.base_url
        ),
        handsets=SimulatedHandsets(simulation.control) if simulation else None,
        price_micros=settings.price_per_segment_millionths,
        is_secure=settings.base_url.startswith("https:"),
        is_stopping=lambda: readiness.stopping,
    )


class SimulatedHandsets:
    """Handsets of the simulated carrier."""

    def __init__(self, control: SimulatorControl) -> None:
        self._control = control

    async def text(self, person: str, sender: str, text: str) -> bool:
        """A person texts one of our numbers. Raises StoreUnavailable when nobody can."""
        try:
            [result] = await self._control.text_in([TextPart(person, sender, text)])
        except SimulatorUnavailable as error:
            raise StoreUnavailable(str(error)) from None
        return result.acknowledged
