"""Where WebSockets come in: the token is looked at before the connection is accepted."""

import asyncio
from collections.abc import Callable

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from stopline.core.access import AccessFault
from stopline.core.errors import LimitReached, StoreUnavailable
from stopline.flows.ports import Store
from stopline.flows.sockets import OpenedSocket, open_socket
from stopline.ringcentral import errors
from stopline.ringcentral.application import WireApplication
from stopline.ringcentral.bearers import refusal_of
from stopline.ringcentral.errors import WireError, render_error
from stopline.ringcentral.request import JSON_TYPE
from stopline.ringcentral.socket_connection import SocketConnection
from stopline.ringcentral.socket_hub import SocketHub


class SocketEndpoint:
    """Accepts connections of one application into one hub."""

    def __init__(
        self,
        store: Store,
        application: WireApplication,
        hub: SocketHub,
        clock_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._application = application
        self._hub = hub
        self._clock_ms = clock_ms

    async def serve(self, websocket: WebSocket) -> None:
        """One connection until its end."""
        token = _read_token(websocket)
        try:
            opened = await self._open(token, websocket.query_params.get("wsc", ""))
        except WireError as error:
            await _refuse(websocket, error)
            return
        await websocket.accept()
        connection = SocketConnection(
            websocket,
            opened,
            token,
            self._store,
            self._application,
            self._hub,
            self._clock_ms,
        )
        self._hub.add(connection)
        try:
            await connection.run()
        except (WebSocketDisconnect, TimeoutError):
            pass  # gone before it was greeted
        finally:
            # Also when the server is told to end: its client may come back at once.
            await asyncio.shield(self._hub.release(connection))

    async def _open(self, token: str, wsc: str) -> OpenedSocket:
        try:
            opened = await self._store.transact(open_socket, token, wsc)
        except LimitReached as error:
            raise errors.rate_exceeded(60) from error
        except StoreUnavailable as error:
            raise errors.overload() from error
        if isinstance(opened, AccessFault):
            raise refusal_of(opened)
        return opened


def _read_token(websocket: WebSocket) -> str:
    """In the query, as most clients send it, or as a bearer, as one does."""
    token = websocket.query_params.get("access_token", "")
    if token:
        return token
    scheme, _, value = websocket.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


async def _refuse(websocket: WebSocket, error: WireError) -> None:
    body = render_error(error, full_stop=False)
    response = Response(body, error.status, dict(error.headers), JSON_TYPE)
    if "websocket.http.response" in websocket.scope.get("extensions", {}):
        await websocket.send_denial_response(response)
    else:
        await websocket.close()
