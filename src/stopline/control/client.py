"""The other end of the control socket, for commands."""

import os
import socket
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from stopline.control.service import Answer, OperationRefused, Request, socket_path

# A slice of an import may wait for the disk; longer means that the server hangs.
ANSWER_SECONDS = 60.0


class ServerAbsent(Exception):
    """No server listens on the control socket of this data directory."""


class ControlClient:
    """One connection to the running server; use it as a context."""

    def __init__(self, data: Path) -> None:
        """Raises ServerAbsent."""
        try:
            path, handle = socket_path(data)
        except FileNotFoundError:
            raise ServerAbsent from None
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(ANSWER_SECONDS)
        try:
            self._socket.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            self._socket.close()
            raise ServerAbsent from None
        finally:
            if handle is not None:
                os.close(handle)
        self._lines = self._socket.makefile("rb")

    def perform(self, operation: str, arguments: dict[str, Any]) -> Any:
        """Run one operation in the server. Raises OperationRefused, OSError."""
        request = Request(operation, arguments)
        self._socket.sendall(msgspec.json.encode(request, enc_hook=str) + b"\n")
        line = self._lines.readline()
        if not line:
            raise OperationRefused("the server closed the connection; look into its log")
        answer = msgspec.json.decode(line, type=Answer)
        if answer.error is not None:
            raise OperationRefused(answer.error)
        return answer.result

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lines.close()
        self._socket.close()
