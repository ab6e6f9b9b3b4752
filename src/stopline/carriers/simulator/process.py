"""The simulator as its own process, so that it outlives a Stopline that is killed."""

import asyncio
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import structlog
import uvloop

from stopline.carriers.simulator.address import SimulatorAddress, open_listener
from stopline.carriers.simulator.server import SimulatorServer
from stopline.carriers.simulator.world import SimulatorSettings, World

log = structlog.get_logger(__name__)


def run_simulator(
    listen: SimulatorAddress,
    journal: Path,
    settings: SimulatorSettings,
    on_ready: Callable[[str], None] = lambda _address: None,
) -> None:
    """Serve until SIGTERM or SIGINT. `on_ready` is told the address it listens on.

    Raises OSError (address taken, journal not writable) and JournalDamaged.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(listen, journal, settings, on_ready))


async def _serve(
    listen: SimulatorAddress,
    journal: Path,
    settings: SimulatorSettings,
    on_ready: Callable[[str], None],
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    listener = open_listener(listen)
    world = World(journal, settings)
    world.open()
    server = SimulatorServer(world, settings)
    accepting = asyncio.create_task(_accept(listener, server))
    on_ready(_address_of(listener))
    await stop.wait()
    accepting.cancel()
    listener.close()
    server.close()


async def _accept(listener: socket.socket, server: SimulatorServer) -> None:
    loop = asyncio.get_running_loop()
    while True:
        sock, _ = await loop.sock_accept(listener)
        sock.setblocking(False)
        server.adopt(sock)


def _address_of(listener: socket.socket) -> str:
    name = listener.getsockname()
    return name if isinstance(name, str) else f"{name[0]}:{name[1]}"
