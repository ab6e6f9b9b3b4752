"""A node that stands still, is cut off, or keeps bytes back. Each race returns late messages."""

import asyncio
import contextlib
import fcntl
import socket
import struct
import termios
import time
from typing import Any

from stopline.carriers.outlet import NothingHandedOver, Outlet, PartlyHandedOver
from stopline.core.carriage import HAND_OVER_LIMIT_MS
from stopline.core.errors import StoreUnavailable
from stopline.flows.replies import InboundPolicy
from stopline.workers.outstanding import Outstanding
from stopline.workers.receiver import Receiver
from support.races.play import PATIENCE_S, Play
from support.world import CARRIER

# Well within the time that a hand-over may take, so that it goes on afterwards.
SHORT_PAUSE_S = 0.03
# Longer than that time: nothing may be written afterwards.
LONG_PAUSE_S = HAND_OVER_LIMIT_MS / 1_000 + 0.02


def sender_stands_still(play: Play, pause_s: float = SHORT_PAUSE_S) -> int:
    """SIGSTOP between look and write; the STOP waits; SIGCONT."""
    node = play.paused_node
    play.send(play.a)
    node.hand_over(play.carrier)
    stopping = play.start(_stop_at, play)
    time.sleep(pause_s)
    moments = node.go_on()
    stopped_ns = stopping.result(PATIENCE_S)
    return sum(moment > stopped_ns for moment in moments)


def sender_stands_still_and_loses_its_backend(play: Play, pause_s: float = LONG_PAUSE_S) -> int:
    """The same, and the database ends the session whose locks it holds: the STOP goes through."""
    node = play.paused_node
    play.send(play.a)
    node.hand_over(play.carrier)
    began = time.monotonic()
    play.watch.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = "
        "current_database() and application_name like 'stopline gate%%' "
        "and state like 'idle in transaction%%'"
    )
    stopped_ns = _stop_at(play)
    time.sleep(max(0.0, began + pause_s - time.monotonic()))
    return sum(moment > stopped_ns for moment in node.go_on())


def _stop_at(play: Play) -> int:
    """When the STOP was stored."""
    assert play.text(play.b, "STOP") == 1
    return time.monotonic_ns()


def cut_off_from_the_database(play: Play) -> int:
    """Node c has claimed and is bound to its carrier; then the network to the database ends."""
    play.send(play.a)
    claim = play.claim(play.c)
    play.proxy.cut()
    try:
        play.text(play.b, "STOP")
        return len(play.pass_gate(play.c, claim))
    except StoreUnavailable:
        return 0
    finally:
        play.proxy.mend()


def carrier_does_not_read(play: Play) -> int:
    """The kernel takes a part of the bytes. Late: what it gets after the STOP was stored."""
    play.send(play.a)
    claim = play.claim(play.a)

    async def scenario() -> int:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        outlet = Outlet(ours)
        async with play.a.store.gate.hand_over(claim) as passage:
            assert passage.allowed == (True,)
            stopping = play.start(_stop_at, play)
            with contextlib.suppress(NothingHandedOver, PartlyHandedOver):
                await outlet.hand_over(b"x" * 100_000, 20)
        await asyncio.wrap_future(stopping)
        in_kernel = _readable(theirs)
        late = await _read_all(theirs) - in_kernel
        outlet.abort()
        ours.close()
        theirs.close()
        return late

    return int(asyncio.run(scenario()) > 0)


def _readable(sock: socket.socket) -> int:
    found: int = struct.unpack("i", fcntl.ioctl(sock, termios.FIONREAD, b"\0" * 4))[0]
    return found


async def _read_all(sock: socket.socket) -> int:
    """Everything that comes as long as anything does."""
    count = 0
    for _ in range(5):
        with contextlib.suppress(BlockingIOError):
            while data := sock.recv(1 << 20):
                count += len(data)
        await asyncio.sleep(0.002)
    return count


def acknowledged_before_the_commit(play: Play) -> int:
    """What another node sees at the moment the carrier hears "stored"."""
    inbound = play.inbound("STOP")

    async def scenario() -> bool:
        receiver = Receiver(play.a.store, {CARRIER: Outstanding()}, InboundPolicy())
        await receiver.start()
        seen: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def acknowledge(_: Any) -> None:
            if not seen.done():
                seen.set_result(play.is_out())

        await receiver.inbounds([inbound], acknowledge)
        is_out = await asyncio.wait_for(seen, PATIENCE_S)
        await receiver.stop(5_000)
        return is_out

    return int(not asyncio.run(scenario()))
