"""The simulator as its own process: reached over TCP or a unix socket, alive when others die."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import uvloop

from stopline.carriers.simulated import SimulatedCarrier
from stopline.carriers.simulator.address import BadAddress, connect, parse_address
from stopline.carriers.simulator.control import SimulatorControl, SimulatorUnavailable
from stopline.carriers.simulator.frames import TextPart
from stopline.core.carriage import Submission
from support.carrier_events import RecordingEvents

OURS, PERSON = "+12055550100", "+12065550142"


@contextmanager
def simulator(listen: str, journal: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The command, and the address that it tells."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STOPLINE_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    command = [sys.executable, "-m", "stopline", "simulator", "--listen", listen]
    command += ["--journal", str(journal), "--data", str(journal.parent)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = re.fullmatch(r"simulator listens on (\S+)\n", process.stdout.readline())
            assert told is not None
            yield told[1], process
        finally:
            process.kill()


async def play(address: str, first_id: int) -> RecordingEvents:
    """One message out, one text in, over a connection of its own."""
    reach = partial(connect, parse_address(address))
    events = RecordingEvents()
    carrier, control = SimulatedCarrier(reach), SimulatorControl(reach)
    await carrier.start(events)
    await carrier.ready()
    await carrier.write([Submission(first_id, 1, OURS, PERSON, "hi")], 200)
    [result] = await control.text_in([TextPart(PERSON, OURS, "STOP")])
    assert result.acknowledged
    await events.until(lambda: events.reported)
    assert (await control.list_messages(PERSON, None, 0, 10))[-1].message_id == first_id
    await control.close()
    await carrier.stop(1_000)
    return events


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_it_serves_one_stopline_after_the_other(tmp_path: Path, kind: str) -> None:
    """The same code as inside, and it ends with code 0."""
    listen = "127.0.0.1:0" if kind == "tcp" else str(tmp_path / "socket")
    with simulator(listen, tmp_path / "journal") as (address, process):
        for first_id in (1, 2):
            events = uvloop.run(play(address, first_id))
            assert [answer.message_id for answer in events.answered] == [first_id]
        process.terminate()
        assert process.wait(10) == 0


def test_a_killed_simulator_is_found_again(tmp_path: Path) -> None:
    """A stale unix socket is replaced; the carrier connects by itself to the next one."""
    listen, journal = str(tmp_path / "socket"), tmp_path / "journal"

    async def outlive() -> None:
        reach = partial(connect, parse_address(listen))
        events = RecordingEvents()
        carrier = SimulatedCarrier(reach)
        with simulator(listen, journal) as (_, process):
            await carrier.start(events)
            await carrier.ready()
            process.kill()
            await events.until(lambda: events.disconnections == 1)
            assert carrier.free_slots() == 0
            with pytest.raises(SimulatorUnavailable):
                await SimulatorControl(reach).list_messages(None, None, 0, 1)
        with simulator(listen, journal):
            async with asyncio.timeout(10):
                await carrier.ready()
        await carrier.stop(0)

    uvloop.run(outlive())


BAD_ADDRESSES = ["", "8080x", "0.0.0.0:8080", "example.com:1", "127.0.0.1:70000", "127.0.0.1:"]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_it_listens_on_this_machine_only(address: str) -> None:
    """Whoever reaches it can speak for anybody, so nobody else may."""
    with pytest.raises(BadAddress):
        parse_address(address)
