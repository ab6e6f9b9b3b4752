"""An HTTP server that only counts, so that what calls it is what is measured."""

import asyncio
import time
from collections import Counter
from typing import cast

_LENGTH, _TOKEN = b"\r\ncontent-length:", b"\r\nvalidation-token:"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n"


class Sink:
    """Counts requests, and those whose body has one of the words."""

    def __init__(self, words: tuple[bytes, ...] = ()) -> None:
        self.requests = 0
        self.words: Counter[bytes] = Counter()
        self.last_at = 0.0
        self._words = words

    async def start(self) -> str:
        """Listen on a free port; the address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"

    def stop(self) -> None:
        """Listen no more."""
        self._server.close()

    def count(self, body: bytes) -> None:
        """One request came."""
        self.requests += 1
        self.last_at = time.monotonic()
        for word in self._words:
            if word in body:
                self.words[word] += 1


class _Connection(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        data = self._data + data
        while (head_end := data.find(b"\r\n\r\n")) >= 0:
            head = data[:head_end]
            size = int(_field(head, _LENGTH) or 0)
            end = head_end + 4 + size
            if len(data) < end:
                break
            self._answer(head, data[head_end + 4 : end])
            data = data[end:]
        self._data = data

    def _answer(self, head: bytes, body: bytes) -> None:
        token = _field(head, _TOKEN)
        if token and not body:  # the handshake of a subscription
            self._transport.write(_ANSWER + b"Validation-Token: " + token + b"\r\n\r\n")
            return
        self._sink.count(body)
        self._transport.write(_ANSWER + b"\r\n")


def _field(head: bytes, name: bytes) -> bytes:
    start = head.lower().find(name)
    if start < 0:
        return b""
    return head[start + len(name) :].split(b"\r\n", 1)[0].strip()
