"""Kannel beside Stopline: the same message centre, the same sink, the same rows where it has them.

Debian's package, nothing stored, logs at errors only, one bind with the same window: its fastest
setting. One message is one HTTP request, because it takes no batches.
"""

import asyncio
import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import quote

import uvloop

from bench.centre import AT_ONCE, DISORDERLY, LATER, Centre
from bench.client import person
from bench.processes import cpu_seconds, end, peak_memory_mib, wait_until_ready
from bench.server import free_port
from bench.sink import Sink
from bench.smpp import SENDER, Row

# Fewer or more were no faster.
CONNECTIONS = 32
TEXT = "Your parcel arrives today between 2 and 4. Reply STOP to end."
_CONFIG = """
group = core
admin-port = {admin}
admin-password = bench
smsbox-port = {smsbox}
box-allow-ip = 127.0.0.1
box-deny-ip = "*.*.*.*"
dlr-storage = internal
log-level = 4

group = smsc
smsc = smpp
smsc-id = bench
host = 127.0.0.1
port = {centre}
transceiver-mode = 1
smsc-username = bench
smsc-password = bench
system-type = ""
max-pending-submits = {window}
source-addr-ton = 1
source-addr-npi = 1
dest-addr-ton = 1
dest-addr-npi = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
log-level = 4

group = sendsms-user
username = bench
password = bench
concatenation = true
max-messages = 1

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "{sink}?text=%a"
"""


@dataclass(frozen=True, slots=True)
class Kannel:
    """Its two processes."""

    bearerbox: subprocess.Popen[bytes]
    smsbox: subprocess.Popen[bytes]
    sendsms_port: int

    def cpu_seconds(self) -> float:
        """Processor time of both so far."""
        return cpu_seconds(self.bearerbox) + cpu_seconds(self.smsbox)

    def peak_memory_mib(self) -> float:
        """The highest resident memory of both."""
        return peak_memory_mib([self.bearerbox, self.smsbox])


def is_installed() -> bool:
    """Whether Debian's package is there."""
    return shutil.which("bearerbox") is not None


@contextlib.contextmanager
def run_kannel(folder: Path, centre: Centre, sink: str, window: int) -> Iterator[Kannel]:
    """Kannel, bound to the centre and listening."""
    ports = {name: free_port() for name in ("admin", "smsbox", "sendsms")}
    config = folder / "kannel.conf"
    config.write_text(_CONFIG.format(centre=centre.port, window=window, sink=sink, **ports))
    command = ["bearerbox", "-v", "4", str(config)]
    bearerbox = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        wait_until_ready(lambda: _touch(ports["smsbox"]))
        command = ["smsbox", "-v", "4", str(config)]
        smsbox = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            wait_until_ready(lambda: _touch(ports["sendsms"]))
            wait_until_ready(lambda: _is_bound(centre))
            yield Kannel(bearerbox, smsbox, ports["sendsms"])
        finally:
            end(smsbox)
    finally:
        end(bearerbox)


def _touch(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=1).close()


def _is_bound(centre: Centre) -> None:
    if not centre.ask("/stats").get("bound"):
        raise ConnectionError("not bound yet")


class _Sender(asyncio.Protocol):
    """One keep-alive connection: the next request when the last is answered."""

    def __init__(self, requests: Iterator[bytes], done: asyncio.Future[None]) -> None:
        self._requests = requests
        self._done = done
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._data += data
        head_end = self._data.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._data[:head_end].lower()
        if b" 202 " not in head[:16]:
            self._fail(head)
            return
        size = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(self._data) >= head_end + 4 + size:
            self._data = self._data[head_end + 4 + size :]
            self._next()

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(b"the connection was closed")

    def _fail(self, why: bytes) -> None:
        if not self._done.done():
            self._done.set_exception(ConnectionError(why.decode("latin-1")))

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is not None:
            self._transport.write(request)
        elif not self._done.done():
            self._done.set_result(None)


class Bench:
    """One Kannel with its message centre."""

    def __init__(self, kannel: Kannel, centre: Centre, sink: Sink, address: str) -> None:
        self._kannel = kannel
        self._centre = centre
        self._sink = sink
        self._address = address
        self._first = 0

    def _requests(self, messages: int) -> Iterator[bytes]:
        wanted = f"&dlr-mask=19&dlr-url={quote(self._address + '?dlr=%d', '')}"
        fixed = (
            f"/cgi-bin/sendsms?username=bench&password=bench&from=%2B{SENDER[1:]}"
            f"&text={quote(TEXT)}{wanted}&to=%2B"
        )
        first, self._first = self._first, self._first + messages
        tail = " HTTP/1.1\r\nHost: kannel\r\nConnection: keep-alive\r\n\r\n"
        return (f"GET {fixed}{person(first + n)[1:]}{tail}".encode() for n in range(messages))

    async def _submit(self, messages: int) -> None:
        loop = asyncio.get_running_loop()
        requests = self._requests(messages)
        done = [loop.create_future() for _ in range(CONNECTIONS)]
        for future in done:
            await loop.create_connection(
                lambda future=future: _Sender(requests, future),  # type: ignore[misc]
                "127.0.0.1",
                self._kannel.sendsms_port,
            )
        await asyncio.gather(*done)

    async def out_and_back(self, messages: int) -> Row:
        """Messages out; each receipt is one request to the sink."""
        centre, kannel, sink = self._centre, self._kannel, self._sink
        centre.ask("/reset")
        cpu, other, own = kannel.cpu_seconds(), centre.cpu_seconds(), time.process_time()
        due, started = sink.requests + messages, time.monotonic()
        await self._submit(messages)
        accepted = time.monotonic()
        stats = await centre.until("submits", messages)
        async with asyncio.timeout(300):
            while sink.requests < due:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        return {
            "accepted a second": messages / (accepted - started),
            "out a second": messages / (stats["last_submit"] - started),
            "receipts told a second": messages / (sink.last_at - started),
            "server CPU s per 10,000": (kannel.cpu_seconds() - cpu) / messages * 10_000,
            "centre CPU s per 10,000": (centre.cpu_seconds() - other) / messages * 10_000,
            "load CPU s per 10,000": (time.process_time() - own) / messages * 10_000,
        }

    async def stops(self, count: int) -> Row:
        """STOPs in, each forwarded to the sink; Kannel keeps no consent and answers nothing."""
        centre, kannel, sink = self._centre, self._kannel, self._sink
        centre.ask("/reset")
        cpu, due = kannel.cpu_seconds(), sink.requests + count
        source, destination = person(self._first)[1:], SENDER[1:]
        centre.ask(f"/mo?n={count}&text=STOP&from={source}&to={destination}")
        stats = await centre.until("mo_acked", count)
        async with asyncio.timeout(300):
            while sink.requests < due:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        return {
            "STOPs a second": count / (stats["last_mo_acked"] - stats["first_mo_sent"]),
            "forwarded a second": count / (sink.last_at - stats["first_mo_sent"]),
            "server CPU s per 10,000": (kannel.cpu_seconds() - cpu) / count * 10_000,
        }

    async def rows(self, messages: int) -> dict[str, Row]:
        """Every row that Kannel has."""
        self._centre.send_receipts(AT_ONCE)
        await self.out_and_back(messages // 10)
        found: dict[str, Row] = {}
        for name in (LATER, DISORDERLY, AT_ONCE):
            self._centre.send_receipts(name)
            found[f"{name}, a POST for each receipt"] = await self.out_and_back(messages)
        found["STOPs in"] = await self.stops(messages // 4)
        found["memory"] = {"peak MiB": self._kannel.peak_memory_mib()}
        return found


def run_rows(folder: Path, centre: Centre, messages: int, window: int) -> dict[str, Row]:
    """Every row on a fresh Kannel bound to the centre."""

    async def measure() -> dict[str, Row]:
        sink = Sink()
        address = await sink.start()
        with run_kannel(folder, centre, address, window) as kannel:
            return await Bench(kannel, centre, sink, address).rows(messages)

    return uvloop.run(measure())
