"""Where a simulator listens: `host:port` on loopback, or the path of a unix socket."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path

from stopline.core.errors import StoplineError

MAX_PORT = 65_535


class BadAddress(StoplineError):
    """The address can not be used; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class SimulatorAddress:
    """A parsed address. `host` is empty for a unix socket, `path` for TCP."""

    host: str = ""
    port: int = 0
    path: str = ""

    def make_socket(self) -> socket.socket:
        """An unconnected non-blocking socket of the right family."""
        family = socket.AF_UNIX if self.path else _family(self.host)
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setblocking(False)
        return sock

    @property
    def target(self) -> str | tuple[str, int]:
        """What `bind` and `connect` take."""
        return self.path or (self.host, self.port)


def parse_address(text: str) -> SimulatorAddress:
    """Raises BadAddress. Only loopback: whoever reaches the simulator can speak for anybody."""
    if "/" in text:
        return SimulatorAddress(path=text)
    host, _, port = text.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    host = "127.0.0.1" if host == "localhost" else host
    if not (port.isascii() and port.isdigit() and int(port) <= MAX_PORT) or not _is_loopback(host):
        raise BadAddress(
            f"{text!r} is no address for the simulator; use 127.0.0.1:PORT or a socket's path"
        )
    return SimulatorAddress(host=host, port=int(port))


def open_listener(address: SimulatorAddress) -> socket.socket:
    """A listening non-blocking socket. Raises OSError; a stale unix socket is replaced."""
    listener = address.make_socket()
    try:
        if address.path:
            _remove_stale(address)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address.target)
        if address.path:
            Path(address.path).chmod(0o600)
        listener.listen(16)
    except OSError:
        listener.close()
        raise
    return listener


async def connect(address: SimulatorAddress) -> socket.socket:
    """A connected non-blocking socket. Raises OSError."""
    sock = address.make_socket()
    try:
        await asyncio.get_running_loop().sock_connect(sock, address.target)
    except (OSError, asyncio.CancelledError):
        sock.close()
        raise
    if not address.path:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _remove_stale(address: SimulatorAddress) -> None:
    """Remove a socket that nobody listens on. Raises OSError when somebody does."""
    path = Path(address.path)
    if not path.is_socket():
        return
    with address.make_socket() as probe:
        try:
            probe.connect(address.path)
        except ConnectionRefusedError:
            path.unlink()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
