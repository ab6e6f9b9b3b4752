"""A message centre that is faster than what is measured: `python -m bench.smpp_peer`.

It answers each submit_sm at once and sends a receipt for those that ask, now or later. Control by
HTTP on loopback: GET /stats, POST /config?dlr_delay=6, POST /mo?n=1000&text=STOP&from=1312…&to=….
Times are monotonic seconds, comparable between processes of one machine.
"""

import argparse
import asyncio
import heapq
import json
import random
import struct
import time
from collections import deque
from typing import cast
from urllib.parse import parse_qsl, urlsplit

import uvloop

HEADER = struct.Struct(">IIII")
SUBMIT, DELIVER, ENQUIRE, UNBIND, RESPONSE = 0x04, 0x05, 0x15, 0x06, 0x80000000
BINDS = (0x01, 0x02, 0x09)
# deliver_sm without an answer on one session.
DELIVER_WINDOW = 500
# Receipts that wait are looked at this often.
TICK_S = 0.005


class Peer:
    """Counters, and the receipts that wait."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []
        self.delay_s = 0.0
        self.jitter_s = 0.0
        self.next_id = 100_000
        # By the moment when it is due; the number in the middle keeps equal ones in their order.
        self.later: list[tuple[float, int, Session, bytes]] = []
        self.reset()

    def reset(self) -> None:
        self.counts: dict[str, int] = dict.fromkeys(
            ("submits", "receipts_acked", "mo_acked", "deliver_nacked", "segments"), 0
        )
        self.times: dict[str, float | None] = dict.fromkeys(
            ("first_submit", "last_submit", "last_receipt_acked", "first_mo_sent", "last_mo_acked")
        )

    def stats(self) -> dict[str, float | None]:
        waiting = len(self.later) + sum(len(s.queue) + len(s.open) for s in self.sessions)
        bound = sum(session.is_bound for session in self.sessions)
        return self.counts | self.times | {"bound": bound, "waiting": waiting}

    async def release(self) -> None:
        """Send the receipts that are due."""
        while True:
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            touched = set()
            while self.later and self.later[0][0] <= now:
                _, _, session, body = heapq.heappop(self.later)
                session.queue.append((True, body))
                touched.add(session)
            for session in touched:
                session.pump()

    def inject(self, count: int, text: str, source: int, destination: str) -> None:
        """Texts from `count` persons, one number after the other."""
        session = next(s for s in self.sessions if s.is_bound)
        content = text.encode()
        tail = (
            b"\0\1\1" + destination.encode() + b"\0" + bytes(9) + bytes((len(content),)) + content
        )
        head = b"\0\1\1"
        session.queue.extend((False, head + b"%d" % (source + n) + tail) for n in range(count))
        self.times["first_mo_sent"] = time.monotonic()
        session.pump()


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.is_bound = False
        self.queue: deque[tuple[bool, bytes]] = deque()
        self.open: dict[int, bool] = {}
        self._rest = b""
        self._sequence = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.peer.sessions.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_bound = False
        self.peer.sessions.remove(self)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        start, end = 0, len(data)
        out: list[bytes] = []
        while end - start >= 16:
            length, command, status, sequence = HEADER.unpack_from(data, start)
            if end - start < length:
                break
            if command == SUBMIT:
                self._submit(data[start + 16 : start + length], sequence, out)
            elif command == DELIVER | RESPONSE:
                self._acknowledged(sequence, status)
            elif command in BINDS:
                self.is_bound = True
                out.append(HEADER.pack(21, command | RESPONSE, 0, sequence) + b"peer\0")
            elif command in (ENQUIRE, UNBIND):
                out.append(HEADER.pack(16, command | RESPONSE, 0, sequence))
            start += length
        self._rest = data[start:]
        self._fill(out)
        if out:
            self.transport.write(b"".join(out))

    def pump(self) -> None:
        """Send what waits, as far as the window allows."""
        out: list[bytes] = []
        self._fill(out)
        if out and not self.transport.is_closing():
            self.transport.write(b"".join(out))

    def _submit(self, body: bytes, sequence: int, out: list[bytes]) -> None:
        peer = self.peer
        now = time.monotonic()
        peer.counts["submits"] += 1
        peer.times["first_submit"] = peer.times["first_submit"] or now
        peer.times["last_submit"] = now
        peer.next_id += 1
        reference = b"%d" % peer.next_id
        out.append(HEADER.pack(17 + len(reference), SUBMIT | RESPONSE, 0, sequence))
        out.append(reference + b"\0")
        source = body.index(0) + 1
        destination = body.index(0, source + 2) + 1
        end = body.index(0, destination + 2)
        peer.counts["segments"] += bool(body[end + 1] & 0x40)
        if not body[body.index(0, body.index(0, end + 4) + 1) + 1] & 1:
            return
        text = (
            b"id:" + reference + b" sub:001 dlvrd:001 submit date:2603021700 "
            b"done date:2603021701 stat:DELIVRD err:000 text:-"
        )
        addresses = body[destination : end + 1] + body[source:destination]
        receipt = b"\0" + addresses + b"\x04" + bytes(8) + bytes((len(text),)) + text
        if peer.delay_s:
            due = now + peer.delay_s + random.random() * peer.jitter_s
            heapq.heappush(peer.later, (due, peer.next_id, self, receipt))
        else:
            self.queue.append((True, receipt))

    def _acknowledged(self, sequence: int, status: int) -> None:
        peer = self.peer
        is_receipt = self.open.pop(sequence, None)
        peer.counts["deliver_nacked"] += status != 0
        if is_receipt:
            peer.counts["receipts_acked"] += 1
            peer.times["last_receipt_acked"] = time.monotonic()
        elif is_receipt is not None:
            peer.counts["mo_acked"] += 1
            peer.times["last_mo_acked"] = time.monotonic()

    def _fill(self, out: list[bytes]) -> None:
        while self.queue and len(self.open) < DELIVER_WINDOW:
            is_receipt, body = self.queue.popleft()
            self._sequence += 1
            self.open[self._sequence] = is_receipt
            out.append(HEADER.pack(16 + len(body), DELIVER, 0, self._sequence) + body)


class Control(asyncio.Protocol):
    """One HTTP request after the other, just enough of it."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        target = urlsplit(data.split(b" ", 2)[1].decode())
        query = dict(parse_qsl(target.query))
        if target.path == "/reset":
            self._peer.reset()
        elif target.path == "/config":
            self._peer.delay_s = float(query["dlr_delay"])
            self._peer.jitter_s = float(query.get("dlr_jitter", 0))
        elif target.path == "/mo":
            self._peer.inject(int(query["n"]), query["text"], int(query["from"]), query["to"])
        body = json.dumps(self._peer.stats()).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._transport.write(head % len(body) + body)
        self._transport.close()


async def main(port: int, control_port: int) -> None:
    """Serve until killed."""
    peer = Peer()
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: Session(peer), "127.0.0.1", port)
    await loop.create_server(lambda: Control(peer), "127.0.0.1", control_port)
    await peer.release()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--control-port", type=int, required=True)
    chosen = parser.parse_args()
    uvloop.run(main(chosen.port, chosen.control_port))
