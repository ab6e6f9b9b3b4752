"""Messages a second over SMPP, end to end: `python -m bench.smpp`.

HTTP batches in, through the gate, submit_sm out, receipts in; then STOPs in, each committed with
its denial, its reply and its event. The message centre is a process of its own: ours, or the
script that --centre names, which takes the same options and the same control requests.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import uvloop

from bench.centre import AT_ONCE, DISORDERLY, LATER, Centre, run_centre
from bench.client import BATCH, Application, person
from bench.server import Server, run_server
from bench.sink import Sink

Row = dict[str, float]

SENDER = "+12025550177"
CARRIER = "bench"
PREFIX = "/restapi/v1.0/account/~/a2p-sms"
MESSAGES = f"{PREFIX}/messages?direction=Outbound"
RECEIPTS = f"{MESSAGES}&messageStatus=Delivered,DeliveryFailed"
DELIVERED = b'"messageStatus":"Delivered"'


def write_settings(data: Path, centre: Centre, window: int) -> None:
    """A carrier table for the centre."""
    (data / "stopline.toml").write_text(
        f'[carriers.{CARRIER}]\nkind = "smpp"\nhost = "127.0.0.1"\nport = {centre.port}\n'
        f'system_id = "bench"\nwindow = {window}\n'
    )


def add_sender(server: Server) -> None:
    """A number of the demo account that this carrier carries."""
    account = str(server.credentials["account_id"])
    subprocess.run(
        [sys.executable, "-m", "stopline", "senders", "add", "--data", str(server.data),
         "--account", account, "--carrier", CARRIER, SENDER],
        check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


class Bench:
    """One server with its message centre and its application."""

    def __init__(self, application: Application, server: Server, centre: Centre) -> None:
        self._application = application
        self._server = server
        self._centre = centre
        self._first = 0

    def _next_persons(self, count: int) -> int:
        """The first of so many persons nobody has written to."""
        first, self._first = self._first, self._first + count
        return first

    async def out_and_back(self, messages: int, told: Callable[[], int] | None = None) -> Row:
        """Messages out and their receipts in; `told` counts the POSTs to wait for too."""
        centre, server = self._centre, self._server
        centre.ask("/reset")
        cpu, other, own = server.cpu_seconds(), centre.cpu_seconds(), time.process_time()
        first, started = self._next_persons(messages), time.monotonic()
        for start in range(0, messages, BATCH):
            await self._application.send_batch(first + start, min(BATCH, messages - start))
        accepted = time.monotonic()
        await centre.until("submits", messages)
        stats = await centre.until("receipts_acked", messages)
        async with asyncio.timeout(300):
            while told is not None and told() < messages:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        return {
            "accepted a second": messages / (accepted - started),
            "out a second": messages / (stats["last_submit"] - started),
            "receipts a second": messages / (stats["last_receipt_acked"] - started),
            "server CPU s per 10,000": (server.cpu_seconds() - cpu) / messages * 10_000,
            "centre CPU s per 10,000": (centre.cpu_seconds() - other) / messages * 10_000,
            "load CPU s per 10,000": (time.process_time() - own) / messages * 10_000,
        }

    async def with_posts(self, messages: int, wanted: str) -> Row:
        """The same with a webhook that hears of the filter's events."""
        sink = Sink((DELIVERED,))
        subscription = await self._application.subscribe(await sink.start(), [wanted])
        started = time.monotonic()
        row = await self.out_and_back(messages, lambda: sink.words[DELIVERED])
        await self._application.unsubscribe(subscription)
        sink.stop()
        told = messages / (sink.last_at - started)
        return row | {"POSTs": sink.requests, "receipts told a second": told}

    async def stops(self, count: int) -> Row:
        """STOPs in: each is committed with its denial, reply and event before its answer; the
        replies are out and the events posted when the row ends."""
        centre, server = self._centre, self._server
        sink = Sink()
        subscription = await self._application.subscribe(await sink.start(), [f"{PREFIX}/opt-outs"])
        centre.ask("/reset")
        cpu = server.cpu_seconds()
        source, destination = person(self._next_persons(count))[1:], SENDER[1:]
        centre.ask(f"/mo?n={count}&text=STOP&from={source}&to={destination}")
        stats = await centre.until("mo_acked", count)
        acknowledged = stats["last_mo_acked"] - stats["first_mo_sent"]
        replied = (await centre.until("submits", count))["last_submit"] - stats["first_mo_sent"]
        async with asyncio.timeout(300):
            while sink.requests < count:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        await self._application.unsubscribe(subscription)
        sink.stop()
        return {
            "STOPs a second": count / acknowledged,
            "with their replies a second": count / replied,
            "with their events a second": count / (sink.last_at - stats["first_mo_sent"]),
            "refused for now": stats["deliver_nacked"],
            "server CPU s per 10,000": (server.cpu_seconds() - cpu) / count * 10_000,
        }

    async def rows(self, messages: int) -> dict[str, Row]:
        """Every row, one after the other, after one that warms."""
        self._centre.send_receipts(AT_ONCE)
        await self.out_and_back(BATCH)
        found: dict[str, Row] = {}
        for name in (LATER, DISORDERLY, AT_ONCE):
            self._centre.send_receipts(name)
            found[name] = await self.out_and_back(messages)
        found["receipts at once, a POST for each receipt"] = await self.with_posts(
            messages // 4, RECEIPTS
        )
        found["receipts at once, a POST for every status"] = await self.with_posts(
            messages // 4, MESSAGES
        )
        found["STOPs in"] = await self.stops(messages // 4)
        found["memory"] = {"peak MiB": self._server.peak_memory_mib()}
        return found


async def measure(server: Server, centre: Centre, messages: int) -> dict[str, Row]:
    """Log in and run every row."""
    async with aiohttp.ClientSession() as session:
        application = Application(server, session)
        await application.log_in()
        return await Bench(application, server, centre).rows(messages)


def run_stopline(centre: Centre, messages: int, window: int) -> dict[str, Row]:
    """Every row on a fresh server bound to the centre."""
    with tempfile.TemporaryDirectory(prefix="stopline-bench-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        write_settings(data, centre, window)
        with run_server(data, "") as server:
            add_sender(server)
            server.credentials["senders"] = [SENDER]
            return uvloop.run(measure(server, centre, messages))


def print_rows(rows: dict[str, Row]) -> None:
    """A figure a line."""
    for name, figures in rows.items():
        for what, value in figures.items():
            print(f"{name:45} {what:30} {value:12,.2f}", flush=True)


def main() -> None:
    """Run, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.smpp", description=__doc__)
    parser.add_argument("--messages", type=int, default=40_000)
    parser.add_argument("--window", type=int, default=100)
    parser.add_argument("--centre", type=Path, default=os.environ.get("STOPLINE_BENCH_SMSC"))
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with run_centre(chosen.centre) as centre:
        rows = run_stopline(centre, chosen.messages, chosen.window)
    print_rows(rows)
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
