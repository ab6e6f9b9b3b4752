"""A webhook receiver that answers with exactly the bytes a test wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True)
class Request:
    line: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Receiver:
    """`requests` holds what came in; `connections` counts every connection that was opened."""

    answer: Answer
    port: int = 0
    connections: int = 0
    requests: list[Request] = field(default_factory=list)
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while request := await read_request(reader):
                self.requests.append(request)
                await self.answer(request, writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    head = await reader.readuntil(b"\r\n\r\n")
    line, *fields = head.decode().strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(line, headers, body)


def always(answer: bytes) -> Answer:
    async def reply(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return reply


async def echo(request: Request, writer: asyncio.StreamWriter) -> None:
    """Answers as a good receiver: 200, and the handshake's token when there is one."""
    token = request.headers.get("validation-token")
    extra = f"Validation-Token: {token}\r\n" if token else ""
    writer.write(
        f"HTTP/1.1 200 OK\r\n{extra}Content-Type: application/json\r\n"
        "Content-Length: 0\r\n\r\n".encode()
    )


def never() -> Answer:
    async def wait(_request: Request, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    return wait


def reset() -> Answer:
    """Closes without an answer after it has read the request."""

    async def close(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    return close


def endless() -> Answer:
    async def pour(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            writer.write(b" " * 1_000)
            await writer.drain()
            await asyncio.sleep(0.01)

    return pour


@asynccontextmanager
async def receiver(
    answer: Answer, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    """A receiver on a free port of loopback."""
    it = Receiver(answer, scheme="https" if tls else "http")
    server = await asyncio.start_server(it.serve, host, 0, ssl=tls)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()
