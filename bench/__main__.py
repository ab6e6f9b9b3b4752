"""`make bench`: every figure of one session as a table, and as JSON for comparing sessions.

Figures of different sessions on a shared machine say little; compare ratios within one.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import aiohttp
import uvloop

from bench.client import BATCH, Application, Receiver, person, wait_until
from bench.handsets import Handsets
from bench.loading import load_opt_outs
from bench.server import Server, run_server, run_simulator

Figures = dict[str, float]

OPT_OUTS = 1_000_000
# Some of the persons' numbers end in digits that the simulator behaves otherwise for.
QUIET_MISSING = 50


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def accept_batches(application: Application, count: int) -> Figures:
    """The answer to a batch of 10,000 when nothing else is going on."""
    seconds = []
    for index in range(count):
        batch_id, taken = await application.send_batch(index * BATCH)
        seconds.append(taken)

        async def is_quiet(batch_id: str = batch_id) -> bool:
            return await application.delivered(batch_id) >= BATCH - QUIET_MISSING

        await wait_until(is_quiet, 60)
    return {
        "batch of 10,000 answered, median s": statistics.median(seconds),
        "batch of 10,000 answered, worst s": max(seconds),
    }


async def end_to_end(application: Application, server: Server, messages: int) -> Figures:
    """(a) All messages out, receipts in, with a subscription to opt-outs and batches; meanwhile
    handsets text STOP."""
    receiver = Receiver()
    await receiver.start()
    prefix = "/restapi/v1.0/account/~/a2p-sms"
    await application.subscribe(receiver.address, [f"{prefix}/opt-outs", f"{prefix}/batches"])
    cpu, started = server.cpu_seconds(), time.perf_counter()
    handsets = Handsets(server)
    ids = [(await application.send_batch(n))[0] for n in range(0, messages, BATCH)]

    async def all_out() -> bool:
        return not await application.pending(ids[-1])

    async def all_received() -> bool:
        return await application.delivered(ids[-1]) >= BATCH - QUIET_MISSING

    await wait_until(all_out, 300)
    out = time.perf_counter() - started
    await wait_until(all_received, 300)
    received = time.perf_counter() - started
    stops = handsets.finish()
    await receiver.stop()
    return {
        "(a) messages out a second": messages / out,
        "(a) messages with receipt a second": messages / received,
        "(a) server CPU s per 10,000": (server.cpu_seconds() - cpu) / messages * 10_000,
        "(c) STOP acknowledged meanwhile, p50 ms": percentile(stops, 0.5) * 1_000,
        "(c) STOP acknowledged meanwhile, p99 ms": percentile(stops, 0.99) * 1_000,
        "(c) STOPs measured": len(stops),
        "batch and opt-out events": sum(receiver.events.values()),
    }


async def with_status_events(application: Application, server: Server, messages: int) -> Figures:
    """(b) A POST for Sent and for Delivered of each message."""
    receiver = Receiver()
    await receiver.start()
    filters = ["/restapi/v1.0/account/~/a2p-sms/messages?direction=Outbound"]
    subscription = await application.subscribe(receiver.address, filters)
    cpu, started = server.cpu_seconds(), time.perf_counter()
    for first in range(0, messages, BATCH):
        await application.send_batch(first, min(BATCH, messages))

    async def all_told() -> bool:
        return receiver.events["messages Delivered"] >= messages

    await wait_until(all_told, 300)
    seconds = time.perf_counter() - started
    await receiver.stop()
    assert subscription
    return {
        "(b) messages with two POSTs each a second": messages / seconds,
        "(b) server CPU s per 10,000": (server.cpu_seconds() - cpu) / messages * 10_000,
    }


async def read_pages(application: Application, server: Server) -> Figures:
    """Pages of the opt-outs list with a million records stored."""
    figures: Figures = {}
    path = "/account/~/a2p-sms/opt-outs"
    cases = {
        "first page": {"from": server.sender, "perPage": "100"},
        "page of any sender": {"perPage": "100"},
        "one person": {"to": person(7_000_000)},
        "page of 1,000": {"from": server.sender, "perPage": "1000"},
    }
    for name, query in cases.items():
        seconds = []
        for _ in range(20):
            started = time.perf_counter()
            await application.call("GET", path, params=query)
            seconds.append(time.perf_counter() - started)
        figures[f"opt-outs at {OPT_OUTS:,}, {name}, median ms"] = statistics.median(seconds) * 1_000
    return figures


async def measure(server: Server, messages: int, status_messages: int) -> Figures:
    """Everything that is asked over HTTP."""
    figures: Figures = {"start-up s": server.start_seconds, "idle memory MiB": server.memory_mib()}
    connector = aiohttp.TCPConnector(limit=32)
    async with aiohttp.ClientSession(connector=connector) as session:
        application = Application(server, session)
        await application.log_in()
        figures |= await accept_batches(application, 5)
        figures |= await end_to_end(application, server, messages)
        figures |= await with_status_events(application, server, status_messages)
        figures |= await read_pages(application, server)
    figures["peak memory MiB"] = server.peak_memory_mib()
    return figures


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--status-messages", type=int, default=10_000)
    parser.add_argument("--opt-outs", type=int, default=OPT_OUTS)
    parser.add_argument("--output", type=Path, default=Path("bench/results.json"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stopline-bench-") as folder:
        data = Path(folder) / "data"
        with run_simulator(Path(folder)) as simulator:
            with run_server(data, simulator):
                pass
            figures = load_opt_outs(data, arguments.opt_outs)
            with run_server(data, simulator) as server:
                figures |= uvloop.run(
                    measure(server, arguments.messages, arguments.status_messages)
                )
    print_table(figures)
    write_results(arguments.output, figures)


def print_table(figures: Figures) -> None:
    """One figure a line."""
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:<{width}}  {value:>12,.3f}")


def write_results(path: Path, figures: Figures) -> None:
    """The figures with what they were measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    facts = {"commit": commit, "python": platform.python_version(), "cores": _cores()}
    path.write_text(json.dumps(facts | {"figures": figures}, indent=2) + "\n")


def _cores() -> int:
    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
