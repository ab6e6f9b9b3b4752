"""The composition root: builds every part from the settings and joins them."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

import structlog
import uvloop
from starlette.applications import Starlette

from stopline import __version__
from stopline.api.health import Readiness, health_routes
from stopline.config import Settings
from stopline.http_protocol import BoundedProtocol
from stopline.http_service import HttpService, open_listener
from stopline.lockfile import DirectoryLock
from stopline.services import Service, ServiceStack

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Application:
    """The parts of one server, in starting order, and what tells its state."""

    services: tuple[Service, ...]
    readiness: Readiness


def build(settings: Settings) -> Application:
    """Build without starting. Raises AddressUnavailable when the address is taken."""
    listener = open_listener(settings.host, settings.port)
    readiness = Readiness()
    web = Starlette(routes=[*health_routes(readiness)])
    http = HttpService(web, settings, listener, BoundedProtocol.render_refusal)
    return Application((http,), readiness)


def serve(settings: Settings, announce: Callable[[], None]) -> bool:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once.

    `announce` is called once when everything has started. Returns whether all parts stopped in
    time. Raises DirectoryInUse, AddressUnavailable, and what a part raises that can not start.
    """
    with DirectoryLock(settings.data), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings, announce))


async def _serve(settings: Settings, announce: Callable[[], None]) -> bool:
    stop = _stop_on_signals()
    application = build(settings)
    stack = ServiceStack(application.services)
    await stack.start()
    application.readiness.started = True
    log.info("started", version=__version__, url=settings.base_url, process=os.getpid())
    announce()
    await stop.wait()
    application.readiness.stopping = True
    log.info("stopping")
    clean = await stack.stop()
    log.info("stopped", clean=clean)
    return clean


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            # Asked twice: the operator does not want to wait. Durable state is in the store.
            os._exit(1)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    return stop
