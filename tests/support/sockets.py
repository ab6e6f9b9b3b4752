"""A served application and a bare WebSocket client, on one event loop."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from contract.world import World
from stopline.config import Settings
from stopline.flows.access import find_bearer
from stopline.flows.sockets import issue_socket_token
from stopline.http_service import HttpService, open_listener
from stopline.ringcentral.errors import render_early_refusal

A2P = "/restapi/v1.0/account/~/a2p-sms"
SUBSCRIPTIONS = "/restapi/v1.0/subscription"
WAIT_S = 10.0


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[str]:
    """The world's application on a free port; gives the WebSocket's address."""
    listener = open_listener("127.0.0.1", 0)
    service = HttpService(world.http.web, Settings(), listener, render_early_refusal)
    await world.http.sockets.start()
    await service.start()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/ws"
    finally:
        await world.http.sockets.stop(1_000)
        await service.stop(1_000)


def socket_token(world: World) -> str:
    """A token of a new session of the fixture's user."""
    bearer = world.login().access_token
    principal = world.run(find_bearer, bearer)
    token: str = world.run(issue_socket_token, principal)
    return token


class Client:
    """Frames as they are, one after the other."""

    def __init__(self, connection: ClientConnection, details: list[Any]) -> None:
        self.connection = connection
        self.details = details
        self.wsc: str = details[0].get("wsc", {}).get("token", "")
        self.texts: list[str] = []

    async def send(self, *frame: Any) -> None:
        await self.connection.send(json.dumps(frame))

    async def receive(self) -> list[Any]:
        text = await asyncio.wait_for(self.connection.recv(), WAIT_S)
        assert isinstance(text, str)
        self.texts.append(text)
        frame: list[Any] = json.loads(text)
        self.wsc = frame[0].get("wsc", {}).get("token", self.wsc)
        return frame

    async def receive_event(self) -> Any:
        """The body of the next event."""
        frame = await self.receive()
        assert frame[0]["type"] == "ServerNotification", frame
        return frame[1]

    async def is_silent(self, seconds: float = 0.5) -> bool:
        """Whether nothing comes for a while."""
        try:
            await asyncio.wait_for(self.connection.recv(), seconds)
        except TimeoutError:
            return True
        return False

    async def call(self, method: str, path: str, body: Any = None, **envelope: Any) -> list[Any]:
        """A request and its reply."""
        head = {"type": "ClientRequest", "messageId": "m", "method": method, "path": path}
        await self.send({**head, **envelope}, *([] if body is None else [body]))
        return await self.receive()

    async def subscribe(self, *filters: str) -> list[Any]:
        """A subscription over this socket, by default of all opt-outs."""
        body = {
            "eventFilters": list(filters) or [f"{A2P}/opt-outs"],
            "deliveryMode": {"transportType": "WebSocket"},
        }
        return await self.call("POST", SUBSCRIPTIONS, body)

    async def cut(self) -> None:
        """Lose the connection without a word."""
        self.connection.transport.abort()
        await self.connection.wait_closed()


@asynccontextmanager
async def client(
    url: str, token: str, wsc: str = "", headers: dict[str, str] | None = None
) -> AsyncIterator[Client]:
    """A connection whose first frame was read."""
    query = [f"access_token={token}"] if token else []
    query += [f"wsc={wsc}"] if wsc else []
    target = f"{url}?{'&'.join(query)}" if query else url
    async with connect(target, additional_headers=headers) as connection:
        text = await asyncio.wait_for(connection.recv(), WAIT_S)
        yield Client(connection, json.loads(text))
