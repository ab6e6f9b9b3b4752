"""Messages a second over SMPP, end to end: `python -m bench.smpp`.

HTTP batches in, through the gate, submit_sm out, receipts in; then STOPs in, each committed with
its reply before it is answered. The message centre is a process of its own: ours, or the script
that STOPLINE_BENCH_SMSC names, which takes the same options and the same control requests.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from bench.client import BATCH, Application, Receiver, person
from bench.server import Server, free_port, run_server

SENDER = "+12025550177"
CARRIER = "bench"
# Long after the last message is out, so that sending runs alone.
LATER_S = 6


@dataclass(frozen=True, slots=True)
class Centre:
    """The message centre's process."""

    process: subprocess.Popen[bytes]
    port: int
    control_port: int

    def ask(self, target: str) -> dict[str, Any]:
        """One control request; the answer to most is the counters."""
        method = "GET" if target == "/stats" else "POST"
        url = f"http://127.0.0.1:{self.control_port}{target}"
        request = urllib.request.Request(url, method=method, data=None)
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found

    def cpu_seconds(self) -> float:
        """Processor time of its process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def run_centre() -> Iterator[Centre]:
    """A message centre, listening."""
    port, control = free_port(), free_port()
    script = os.environ.get("STOPLINE_BENCH_SMSC")
    command = [sys.executable, script] if script else [sys.executable, "-m", "bench.smpp_peer"]
    options = ["--port", str(port), "--control-port", str(control)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    centre = Centre(process, port, control)
    try:
        until = time.monotonic() + 20
        while True:
            try:
                centre.ask("/stats")
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        yield centre
    finally:
        process.terminate()
        process.wait(10)


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


async def until(centre: Centre, name: str, count: int, seconds: float = 120) -> dict[str, Any]:
    """Wait until a counter has reached its figure; the counters."""
    async with asyncio.timeout(seconds):
        while (stats := centre.ask("/stats"))[name] < count:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)
    return stats


async def send(application: Application, first: int, messages: int) -> float:
    """Post the batches one after the other; the moment the first was posted."""
    started = time.monotonic()
    for start in range(0, messages, BATCH):
        await application.send_batch(first + start, min(BATCH, messages - start))
    return started


async def out_and_back(
    application: Application, server: Server, centre: Centre, first: int, messages: int
) -> dict[str, float]:
    """Messages out and their receipts in."""
    centre.ask("/reset")
    cpu, other = server.cpu_seconds(), centre.cpu_seconds()
    started = await send(application, first, messages)
    await until(centre, "submits", messages)
    stats = await until(centre, "receipts_acked", messages)
    return {
        "out a second": messages / (stats["last_submit"] - started),
        "receipts a second": messages / (stats["last_receipt_acked"] - started),
        "server CPU s per 10,000": (server.cpu_seconds() - cpu) / messages * 10_000,
        "message centre CPU s per 10,000": (centre.cpu_seconds() - other) / messages * 10_000,
    }


async def stops(centre: Centre, first: int, count: int) -> dict[str, float]:
    """STOPs in: each committed with its denial and its reply before its answer."""
    centre.ask("/reset")
    source, destination = person(first)[1:], SENDER[1:]
    centre.ask(f"/mo?n={count}&text=STOP&from={source}&to={destination}")
    stats = await until(centre, "mo_acked", count)
    seconds = stats["last_mo_acked"] - stats["first_mo_sent"]
    return {"STOPs a second": count / seconds, "refused for now": stats["deliver_nacked"]}


async def measure(server: Server, centre: Centre, messages: int) -> dict[str, dict[str, float]]:
    """Every row, one after the other."""
    rows = {}
    async with aiohttp.ClientSession() as session:
        application = Application(server, session)
        await application.log_in()
        centre.ask(f"/config?dlr_delay={LATER_S}")
        await out_and_back(application, server, centre, 0, BATCH)  # warm
        rows["receipts later"] = await out_and_back(application, server, centre, 100_000, messages)
        centre.ask("/config?dlr_delay=0")
        rows["receipts at once"] = await out_and_back(
            application, server, centre, 200_000, messages
        )
        rows["STOPs in"] = await stops(centre, 400_000, messages // 2)
        receiver = Receiver()
        await receiver.start()
        filters = ["/restapi/v1.0/account/~/a2p-sms/messages?direction=Outbound"]
        await application.subscribe(receiver.address, filters)
        rows["receipts at once, a POST for every status"] = await out_and_back(
            application, server, centre, 300_000, messages // 4
        )
        await receiver.stop()
        rows["memory"] = {"peak MiB": server.peak_memory_mib()}
    return rows


def main() -> None:
    """Run, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=40_000)
    parser.add_argument("--window", type=int, default=100)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, run_centre() as centre:
        data = Path(folder) / "data"
        data.mkdir()
        write_settings(data, centre, chosen.window)
        with run_server(data, "") as server:
            add_sender(server)
            server.credentials["senders"] = [SENDER]
            rows = uvloop.run(measure(server, centre, chosen.messages))
    for name, figures in rows.items():
        for what, value in figures.items():
            print(f"{name:45} {what:35} {value:12,.2f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
