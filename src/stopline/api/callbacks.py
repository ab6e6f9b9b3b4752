"""`/carriers/{carrier}/inbound` and `/status`: what HTTP providers bring.

Nothing is read here: the carrier verifies the provider's signature first, and a provider hears 2xx
only when everything it brought is stored for good.
"""

import time
from collections.abc import Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stopline.carriers.http.carrier import HttpCarrier
from stopline.carriers.http.provider import Callback
from stopline.carriers.protocol import Carrier

# A text with all that providers put around it takes some kilobytes; lists of events more.
MAX_BODY_BYTES = 256 << 10


def callback_routes(carriers: Sequence[Carrier]) -> list[Route]:
    """The two paths of every HTTP carrier; of others there is nothing to be found."""
    known = {carrier.name: carrier for carrier in carriers if isinstance(carrier, HttpCarrier)}

    async def receive(request: Request) -> Response:
        """A provider brings texts (`inbound`) or receipts (`status`)."""
        carrier = known.get(request.path_params["carrier"])
        if carrier is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        body = await _read(request)
        if body is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        status, headers, answer = await carrier.receive(_callback(request, body))
        return Response(answer, status, headers)

    if not known:
        return []
    return [
        Route("/carriers/{carrier}/inbound", receive, methods=["POST", "GET"]),
        Route("/carriers/{carrier}/status", receive, methods=["POST", "GET"]),
    ]


async def _read(request: Request) -> bytes | None:
    """The body as it came, or None when it is too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _callback(request: Request, body: bytes) -> Callback:
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"]
    return Callback(
        kind=request.scope["path"].rpartition("/")[2],
        method=request.method,
        target=(path + (b"?" + query if query else b"")).decode("latin-1"),
        headers=dict(request.headers),
        body=body,
        received_ms=time.time_ns() // 1_000_000,
    )
