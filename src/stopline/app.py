"""The composition root: builds every part from the settings and joins them."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
import uvloop
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from stopline import __version__
from stopline.api.callbacks import callback_routes
from stopline.api.health import Readiness, health_routes
from stopline.api.metrics import metrics_routes
from stopline.api.simulator import simulator_routes
from stopline.carriers.protocol import Carrier
from stopline.carriers.registry import build_carriers
from stopline.checkpoint_service import build_checkpoints
from stopline.collector import spare_collector
from stopline.config import Settings
from stopline.console.routes import console_routes
from stopline.console_service import console_parts
from stopline.control.catalogue import OPERATIONS
from stopline.control.operations import perform
from stopline.control.service import ControlService
from stopline.figures import Figures
from stopline.flows.ports import Store
from stopline.flows.restoring import adopt_database
from stopline.http_app import HttpParts, build_http
from stopline.http_service import HttpService, check_certificate, open_listener
from stopline.lockfile import CHECKPOINTS_LOCK, LOCK_NAME, DirectoryLock
from stopline.measuring import MeasuredStore, Metrics
from stopline.metrics_service import metrics_service
from stopline.notify_service import WayOut, build_notifier
from stopline.ringcentral.bearers import Bearers
from stopline.ringcentral.errors import render_early_refusal
from stopline.sending import sending_services
from stopline.services import Service, ServiceStack
from stopline.shared_directory import OncePerDirectory
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


class _Build:
    """What the parts of one process have in common, and the parts of each role."""

    def __init__(self, settings: Settings, store: BaseStore) -> None:
        self.settings = settings
        self.store = store
        self.store_service = StoreService(store)
        checks = {"store": self.store_service.check}
        if "workers" in settings.roles:
            checks["gate"] = self.store_service.check_gate
        self.readiness = Readiness(checks=checks)
        self.figures = figures = Figures(store.keys.server)
        self.traces = open_traces(settings)
        self.measured = MeasuredStore(store, figures, self.traces)
        self.metrics = Metrics(store, figures)
        self.simulation = Simulation(settings) if settings.simulator else None
        self.way_out = WayOut(settings, store.keys.server, self.traces)
        self.carriers = self._carriers() if "workers" in settings.roles else []

    def _carriers(self) -> list[Carrier]:
        simulated = [self.simulation.carrier] if self.simulation else []
        return [*simulated, *build_carriers(self.settings.carriers, self.settings.base_url)]

    def web(self) -> tuple[ASGIApp, HttpParts | None]:
        """What answers HTTP in this process; the wire's parts if it has the API."""
        routes = self._own_routes()
        if "api" not in self.settings.roles:
            return Starlette(routes=routes), None
        keys, webhooks = self.store.keys, self.way_out.webhooks
        http = build_http(self.settings, self.measured, routes, clock_ms, keys.server, webhooks)
        return http.web, http

    def _own_routes(self) -> list[BaseRoute]:
        roles = self.settings.roles
        return [
            *health_routes(self.readiness),
            *(metrics_routes(self.metrics.render) if self.settings.metrics else ()),
            # Where the carriers are; a carrier answers what its own process has stored.
            *callback_routes(self.carriers),
            *(self._api_routes() if "api" in roles else ()),
            *(self._console_routes() if "console" in roles else ()),
        ]

    def _api_routes(self) -> list[BaseRoute]:
        control = self.simulation.control if self.simulation else None
        return [
            *(simulator_routes(control) if control else ()),
        ]

    def _console_routes(self) -> list[BaseRoute]:
        parts = console_parts(
            self.settings,
            self.measured,
            clock_ms,
            self.readiness,
            self.simulation,
            self.way_out,
        )
        return [*console_routes(parts)]

    def workers(self) -> list[Service]:
        """Carriers and what moves messages over them, and events out."""
        return [
            self._once(build_checkpoints(self.settings, self.store), CHECKPOINTS_LOCK),
            *((self.simulation,) if self.simulation else ()),
            *sending_services(
                self.settings,
                self.measured,
                self.carriers,
                self.store.routing,
                self.figures.show_carriers,
            ),
            build_notifier(self.settings, self.measured, self.way_out),
        ]

    def of_api(self, http: HttpParts) -> list[Service]:
        """What runs beside the calls; with one process nobody hears of its callers."""
        return [http.sockets, *((http.rates,) if self.settings.database_url else ())]

    def control(self, bearers: Bearers | None) -> Service:
        """Takes commands of this machine."""
        administer = partial(_administer, self.measured, bearers)
        return self._once(ControlService(self.settings.data, administer), LOCK_NAME)

    def _once(self, part: Service, lock_name: str) -> Service:
        """With SQLite this process has the directory for itself."""
        if not self.settings.database_url:
            return part
        return OncePerDirectory(part, DirectoryLock(self.settings.data, lock_name))


def build(settings: Settings, store: BaseStore, listener: socket.socket) -> Application:
    """Join the parts of the roles this process has; nothing runs yet."""
    parts = _Build(settings, store)
    web, http = parts.web()
    services: tuple[Service, ...] = (
        TracesService(parts.traces),
        parts.store_service,
        parts.way_out,
        *(parts.workers() if "workers" in settings.roles else ()),
        *(parts.of_api(http) if http else ()),
        HttpService(traced_app(web, parts.traces), settings, listener, render_early_refusal),
        *metrics_service(settings, parts.metrics),
        parts.control(http.bearers if http else None),
    )
    return Application(services, parts.readiness)


async def _administer(
    store: Store, bearers: Bearers | None, operation: str, arguments: dict[str, Any]
) -> Any:
    result = await perform(OPERATIONS, store, operation, arguments)
    if bearers is not None:
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
    with _own_directory(settings):
        check_certificate(settings.tls_certificate, settings.tls_key)
        listener = open_listener(settings.host, settings.port)
        store = open_database(settings)
        store.transact_now(adopt_database, store.identity)
        prepare(store)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(settings, store, listener))


def _own_directory(settings: Settings) -> AbstractContextManager[object]:
    """With SQLite one process has the directory; with PostgreSQL several may share it."""
    return nullcontext() if settings.database_url else DirectoryLock(settings.data)


async def _serve(settings: Settings, store: BaseStore, listener: socket.socket) -> bool:
    stop = _stop_on_signals()
    application = build(settings, store, listener)
    stack = ServiceStack(application.services)
    await stack.start()
    spare_collector()
    application.readiness.started = True
    roles = sorted(settings.roles)
    log.info(
        "started", version=__version__, url=settings.base_url, process=os.getpid(), roles=roles
    )
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
