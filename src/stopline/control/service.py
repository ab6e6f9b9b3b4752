"""The control socket: how commands reach the running server, and nobody else does.

One request a line, one answer a line, JSON. The socket lies in the data directory with mode 0600;
besides, the kernel tells who calls, and only the server's own user and root are heard.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import structlog

CONTROL_NAME = "control.sock"
# An import sends its rows in slices; no slice comes near this.
MAX_LINE_BYTES = 8 << 20
# Commands come from a shell: more at once is a mistake or an attack.
MAX_CONNECTIONS = 16
IDLE_SECONDS = 60
# The kernel's limit for the path of a socket is 108 bytes.
_MAX_PATH_BYTES = 100
_PEER = struct.Struct("3i")

log = structlog.get_logger(__name__)

# (operation, arguments) to what it gives; raises OperationRefused.
Perform = Callable[[str, dict[str, Any]], Awaitable[Any]]


class OperationRefused(Exception):
    """The operation was understood and can not be done; the message is for the caller."""


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line from a command."""

    operation: str
    arguments: dict[str, Any] = {}


class Answer(msgspec.Struct, frozen=True):
    """One line to a command: a result, or an error for its user."""

    result: Any = None
    error: str | None = None


def socket_path(data: Path) -> tuple[str, int | None]:
    """The address of the socket, and a directory handle to close after use.

    A long path is reached through the handle, because the kernel takes no long ones.
    """
    path = data / CONTROL_NAME
    if len(os.fsencode(path)) <= _MAX_PATH_BYTES:
        return str(path), None
    handle = os.open(data, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    return f"/proc/self/fd/{handle}/{CONTROL_NAME}", handle


class ControlService:
    """Listens on `<data>/control.sock`. The caller holds the directory's lock."""

    name = "control"

    def __init__(self, data: Path, perform: Perform) -> None:
        self._data = data
        self._perform = perform
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        listener = open_control_socket(self._data)
        self._server = await asyncio.start_unix_server(
            self._accept, sock=listener, limit=MAX_LINE_BYTES
        )

    async def stop(self, timeout_ms: int) -> None:
        """No new commands; those at work may finish in time."""
        if self._server is None:
            return
        self._server.close()
        (self._data / CONTROL_NAME).unlink(missing_ok=True)
        for task in self._connections - self._busy:
            task.cancel()
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=timeout_ms / 1000)
            for task in late:
                task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= MAX_CONNECTIONS or not _is_own_user(writer):
            writer.close()
            return
        self._connections.add(task)
        try:
            while self._is_open and (line := await _next_line(reader)):
                self._busy.add(task)
                writer.write(msgspec.json.encode(await self._answer(line), enc_hook=str) + b"\n")
                await writer.drain()
                self._busy.discard(task)
        except (TimeoutError, ValueError, ConnectionError) as error:
            log.warning("control connection dropped", reason=type(error).__name__)
        finally:
            self._busy.discard(task)
            self._connections.discard(task)
            writer.close()

    @property
    def _is_open(self) -> bool:
        return self._server is not None and self._server.is_serving()

    async def _answer(self, line: bytes) -> Answer:
        try:
            request = msgspec.json.decode(line, type=Request)
            return Answer(result=await self._perform(request.operation, request.arguments))
        except msgspec.DecodeError:
            return Answer(error="the request is no JSON of the control protocol")
        except OperationRefused as refused:
            return Answer(error=str(refused))


async def _next_line(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readline(), IDLE_SECONDS)


def open_control_socket(data: Path) -> socket.socket:
    """A bound socket with mode 0600 from its first moment; a dead server's is replaced."""
    path, handle = socket_path(data)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        (data / CONTROL_NAME).unlink(missing_ok=True)
        listener.bind(path)
    finally:
        os.umask(before)
        if handle is not None:
            os.close(handle)
    return listener


def _is_own_user(writer: asyncio.StreamWriter) -> bool:
    peer = writer.get_extra_info("socket")
    _, user, _ = _PEER.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return user in (0, os.geteuid())
