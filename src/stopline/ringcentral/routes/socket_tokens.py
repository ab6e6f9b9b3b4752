"""`POST /restapi/oauth/wstoken`: the way from an access token to a WebSocket."""

import msgspec

from stopline.core.access import AppPermission
from stopline.flows.sockets import SOCKET_TOKEN_LIFE_S, issue_socket_token
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import Route

SOCKET_PATH = "/ws"


class SocketToken(msgspec.Struct):
    """Where to connect, and with what; the token may be used again until it expires."""

    uri: str
    ws_access_token: str
    expires_in: int


async def create_socket_token(request: WireRequest[NoQuery, NoBody]) -> SocketToken:
    """A token for the WebSocket."""
    token = await request.store.transact(issue_socket_token, request.principal)
    return SocketToken(socket_uri(request.wire.public_url), token, SOCKET_TOKEN_LIFE_S)


def socket_uri(public_url: str) -> str:
    """The WebSocket's address: the server's own, with ws for http and wss for https."""
    return f"ws{public_url.removeprefix('http')}{SOCKET_PATH}"


ROUTES = (
    Route(
        "POST",
        "/restapi/oauth/wstoken",
        create_socket_token,
        "Get a token for the WebSocket",
        "OAuth",
        group=RateGroup.AUTH,
        app_permission=AppPermission.WEBSOCKETS,
        errors=(403,),
    ),
)
