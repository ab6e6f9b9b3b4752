"""The simulator inside Stopline's process: its own thread and loop, reached by socket pairs."""

import asyncio
import socket
import threading
from concurrent.futures import Future
from pathlib import Path

import structlog
import uvloop

from stopline.carriers.simulator.server import SimulatorServer
from stopline.carriers.simulator.world import SimulatorSettings, World
from stopline.core.errors import StoplineError

# Closing a journal takes no time; a thread that hangs must not keep the process.
_JOIN_SECONDS = 5

log = structlog.get_logger(__name__)


class EmbeddedSimulator:
    """Starts and stops the simulator's thread; `connect` gives a socket to it."""

    def __init__(self, journal: Path, settings: SimulatorSettings) -> None:
        self._path = journal
        self._settings = settings
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: SimulatorServer | None = None
        self._stop: asyncio.Event | None = None

    def start(self) -> None:
        """Read the journal and be ready. Raises JournalDamaged, JournalInUse, OSError."""
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(ready,), name="simulator", daemon=True
        )
        self._thread.start()
        ready.result()

    def stop(self) -> None:
        """Cut the connections, close the journal, end the thread."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_JOIN_SECONDS)
        self._thread = None

    async def connect(self) -> socket.socket:
        """A connected non-blocking socket. Raises OSError when the simulator does not run."""
        if self._thread is None or self._loop is None or self._server is None:
            raise ConnectionRefusedError("the simulator does not run")
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        self._loop.call_soon_threadsafe(self._server.adopt, theirs)
        return ours

    def _run(self, ready: "Future[None]") -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: "Future[None]") -> None:
        world = World(self._path, self._settings)
        try:
            world.open()
        except (OSError, StoplineError) as error:
            ready.set_exception(error)
            return
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._server = SimulatorServer(world, self._settings)
        ready.set_result(None)
        await self._stop.wait()
        self._server.close()
