"""The HTTP server as a service: uvicorn with our limits, started and stopped by us."""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from stopline.config import Settings
from stopline.http_protocol import RenderRefusal, bounded_protocol

# Longer than the 60 s of usual proxies, so that the proxy closes first and no request is lost.
KEEP_ALIVE_SECONDS = 75
BACKLOG = 1_024
# A WebSocket frame of the API is a request of at most this size.
MAX_WEBSOCKET_BYTES = 1 << 20
# Frames of one connection that wait for us; more wait in the kernel.
WEBSOCKET_QUEUE = 16
# A connection whose other end is gone is noticed in this time.
PING_SECONDS = 30.0
PONG_SECONDS = 10.0
_POLL_SECONDS = 0.01


class AddressUnavailable(Exception):
    """The server can not listen where it was told to; the message says what to change."""


def open_listener(host: str, port: int) -> socket.socket:
    """A bound socket, not yet listening. Raises AddressUnavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise AddressUnavailable(_remedy(host, port, error)) from None
    listener.set_inheritable(False)
    return listener


def _remedy(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is taken by another process; stop it, or choose another "
            f"port (--port or STOPLINE_PORT)"
        )
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose one above 1023 (--port)"
    return f"can not listen on {host} port {port}: {error.strerror}; check --host"


def check_certificate(certificate: Path | None, key: Path | None) -> None:
    """Raises AddressUnavailable when HTTPS is asked for and can not be served with these files."""
    if certificate is None:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without an answer OpenSSL would ask the terminal for the password of a key.
        context.load_cert_chain(certificate, key, password="")
    except OSError as error:
        reason = error.strerror or str(error) or "the files do not fit each other"
        raise AddressUnavailable(
            f"can not serve HTTPS with {certificate} and {key}: {reason}; both must be "
            f"readable PEM files that belong together, the key without a password"
        ) from None


class _Server(uvicorn.Server):
    """Signals are the process's affair, not the HTTP server's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpService:
    """Serves `app` on a bound socket."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        listener: socket.socket,
        render_refusal: RenderRefusal,
        name: str = "http",
    ) -> None:
        self.name = name
        self._listener = listener
        self._config = _uvicorn_config(app, settings, render_refusal)
        self._server = _Server(self._config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise AddressUnavailable("the HTTP server ended while it was starting")
            await asyncio.sleep(_POLL_SECONDS)

    async def stop(self, timeout_ms: int) -> None:
        """New connections are refused at once; running requests may finish in time."""
        if self._task is None:
            return
        self._config.timeout_graceful_shutdown = max(1, timeout_ms // 1000)
        self._server.should_exit = True
        await self._task


def _uvicorn_config(
    app: ASGIApp, settings: Settings, render_refusal: RenderRefusal
) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=bounded_protocol(render_refusal),
        ws_max_size=MAX_WEBSOCKET_BYTES,
        ws_max_queue=WEBSOCKET_QUEUE,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PONG_SECONDS,
        # Frames are small; a context for each connection would take far more memory than they.
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        limit_concurrency=settings.connection_limit,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
