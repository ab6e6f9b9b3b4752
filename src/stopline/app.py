"""The composition root: builds every part from the settings and joins them."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
import uvloop

from stopline import __version__
from stopline.api.deliveries import delivery_routes
from stopline.api.health import Readiness, health_routes
from stopline.api.metrics import metrics_routes
from stopline.api.network import network_routes
from stopline.api.recognition import recognition_routes
from stopline.api.simulator import simulator_routes
from stopline.carriers.registry import build_carriers
from stopline.checkpoint_service import build_checkpoints
from stopline.config import Settings
from stopline.console.routes import console_routes
from stopline.console_service import console_parts
from stopline.control.catalogue import OPERATIONS
from stopline.control.operations import perform
from stopline.control.service import ControlService
from stopline.figures import Figures
from stopline.flows.ports import Store
from stopline.http_app import build_http
from stopline.http_service import HttpService, open_listener
from stopline.lockfile import DirectoryInUse, DirectoryLock
from stopline.measuring import MeasuredStore, Metrics
from stopline.metrics_service import metrics_service
from stopline.notify_service import build_notifying
from stopline.ringcentral.bearers import Bearers
from stopline.ringcentral.errors import render_early_refusal
from stopline.sending import sending_services
from stopline.services import Service, ServiceStack
from stopline.simulation import Simulation
from stopline.store.base import BaseStore
from stopline.store_service import StoreService, open_database
from stopline.tracing import TracesService, open_traces, traced_app

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Application:
    """The parts of one server, in starting order, and what tells its state."""

    services: tuple[Service, ...]
    readiness: Readiness


def build(
    settings: Settings, store: BaseStore, listener: socket.socket, *, owns_directory: bool = True
) -> Application:
    """Join the parts; nothing runs yet. Of several servers on one data directory one owns it: it
    takes commands and writes checkpoints."""
    store_service = StoreService(store)
    readiness = Readiness(checks={"store": store_service.check})
    figures = Figures(store.keys.server)
    traces = open_traces(settings)
    measured = MeasuredStore(store, figures, traces)
    metrics = Metrics(store, figures)
    notifying = build_notifying(settings, measured, store.keys.server, traces)
    simulation = Simulation(settings) if settings.simulator else None
    simulated = (simulation.carrier,) if simulation else ()
    carriers = (*simulated, *build_carriers(settings.carriers))
    own_routes = [
        *health_routes(readiness),
        *recognition_routes(store),
        *delivery_routes(store),
        *network_routes(store),
        *(metrics_routes(metrics.render) if settings.metrics else ()),
        *(simulator_routes(simulation.control) if simulation else ()),
        *console_routes(console_parts(settings, measured, clock_ms, readiness, simulation)),
    ]
    http = build_http(
        settings, measured, own_routes, clock_ms, store.keys.server, notifying.webhooks
    )
    administer = partial(_administer, measured, http.bearers)
    services: tuple[Service, ...] = (
        TracesService(traces),
        store_service,
        *((build_checkpoints(settings, store),) if owns_directory else ()),
        *((simulation,) if simulation else ()),
        *sending_services(settings, measured, carriers),
        notifying,
        http.sockets,
        HttpService(traced_app(http.web, traces), settings, listener, render_early_refusal),
        *metrics_service(settings, metrics),
        *((ControlService(settings.data, administer),) if owns_directory else ()),
    )
    return Application(services, readiness)


async def _administer(
    store: Store, bearers: Bearers, operation: str, arguments: dict[str, Any]
) -> Any:
    result = await perform(OPERATIONS, store, operation, arguments)
    # Whatever was switched off must not live on in the memory of bearers.
    bearers.forget_all()
    return result


def clock_ms() -> int:
    """Epoch milliseconds, UTC."""
    return time.time_ns() // 1_000_000


def serve(settings: Settings, prepare: Callable[[BaseStore], None]) -> bool:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once.

    `prepare` is called with the open store before anything else runs. Returns whether all parts
    stopped in time. Raises DirectoryInUse, AddressUnavailable, KeyProblem, StoreUnavailable.
    """
    lock = DirectoryLock(settings.data)
    owns_directory = _take_directory(lock, settings)
    try:
        listener = open_listener(settings.host, settings.port)
        store = open_database(settings)
        prepare(store)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(settings, store, listener, owns_directory))
    finally:
        lock.release()


def _take_directory(lock: DirectoryLock, settings: Settings) -> bool:
    """Whether this server owns the data directory; with PostgreSQL another one may."""
    try:
        lock.acquire()
    except DirectoryInUse:
        if not settings.database_url:
            raise
        return False
    return True


async def _serve(
    settings: Settings, store: BaseStore, listener: socket.socket, owns_directory: bool
) -> bool:
    stop = _stop_on_signals()
    application = build(settings, store, listener, owns_directory=owns_directory)
    stack = ServiceStack(application.services)
    await stack.start()
    application.readiness.started = True
    log.info("started", version=__version__, url=settings.base_url, process=os.getpid())
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
            # Asked twice: the operator does not want to wait. What was accepted is stored.
            os._exit(1)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    return stop
