"""The ASGI application of the wire: from a request to one answer, in a fixed order.

Path, method, token, rate, permissions, the path's ids, query, body, handler. Whatever goes
wrong becomes the contract's envelope here, and nowhere else.
"""

import asyncio

import structlog

from stopline.core.access import Principal
from stopline.core.errors import StoplineError
from stopline.ringcentral import errors
from stopline.ringcentral.answering import (
    Exchange,
    Scope,
    Send,
    error_response,
    preflight,
    send_response,
    unless_known,
)
from stopline.ringcentral.bodies import ClientGone, Receive
from stopline.ringcentral.errors import WireError
from stopline.ringcentral.query import NoQuery, Query, last_value
from stopline.ringcentral.rate_limits import WINDOW_S, Caller, RateLimits
from stopline.ringcentral.reading import (
    effective_method,
    read_headers,
    read_request_body,
    read_segments,
)
from stopline.ringcentral.request import (
    SOCKET_CALLER,
    SocketCaller,
    Wire,
    WireRequest,
    WireResponse,
)
from stopline.ringcentral.routing import (
    APP_PERMISSION_NAMES,
    USER_PERMISSION_NAMES,
    Route,
    RouteTable,
)

# A handler that takes longer holds a client that has long given up.
HANDLER_TIMEOUT_S = 30.0

_log = structlog.get_logger("stopline.wire")


class WireApplication:
    """Serves a route table as an ASGI application; its paths are whole, whatever the mount."""

    def __init__(self, wire: Wire, table: RouteTable) -> None:
        self._wire = wire
        self._table = table
        self.rates = RateLimits(wire.profile)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; a WebSocket is closed, none is served here."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        try:
            exchange, response = await self.perform(scope, receive)
        except ClientGone:
            return
        await send_response(exchange, response, send)

    async def perform(self, scope: Scope, receive: Receive) -> tuple[Exchange, WireResponse]:
        """One request and its answer, for whoever carries them otherwise than by HTTP.

        The scope may hold a SocketCaller under SOCKET_CALLER: then no token is asked for. Raises
        ClientGone.
        """
        exchange = Exchange(scope, self._wire.clock_ms())
        return exchange, await self._answer(exchange, receive)

    async def _answer(self, exchange: Exchange, receive: Receive) -> WireResponse:
        try:
            return unless_known(exchange, await self._dispatch(exchange, receive))
        except WireError as error:
            return error_response(exchange, error)
        except StoplineError as error:
            return error_response(exchange, errors.from_core(error))
        except ClientGone:
            raise
        except MemoryError:
            # What this request took is free again; a smaller one may pass.
            _log.warning("no memory for a request", request_id=exchange.request_id)
            return error_response(exchange, errors.overload())
        except Exception:  # noqa: BLE001  the HTTP boundary: one fault must not end the server
            path = exchange.route.path if exchange.route else None
            _log.exception("request failed", request_id=exchange.request_id, path=path)
            return error_response(exchange, errors.server_fault())

    async def _dispatch(self, exchange: Exchange, receive: Receive) -> WireResponse:
        scope = exchange.scope
        exchange.request_headers = read_headers(scope)
        match = self._table.find(read_segments(scope))
        if match is None:
            raise errors.UnknownPath
        if scope["method"] == "OPTIONS":
            return preflight(match)
        chosen = match.methods.get(effective_method(exchange))
        if chosen is None:
            raise errors.method_not_allowed(match.allowed())
        route, names = chosen
        exchange.route = route
        caller = await self._admit(exchange, route)
        ids = _own_ids(dict(zip(names, match.values, strict=True)), caller)
        query = _read_query(route, scope["query_string"], caller)
        body, raw_body = await read_request_body(route, exchange.request_headers, receive)
        request = WireRequest(
            wire=self._wire,
            path=scope["path"].rstrip("/"),
            query=query,
            body=body,
            raw_body=raw_body,
            ids=ids,
            headers=exchange.request_headers,
            request_id=exchange.request_id,
            now_ms=exchange.now_ms,
            count_rate=lambda counted: self._count(exchange, route, counted),
            caller=caller,
            remote=(scope.get("client") or ("",))[0],
            socket=_socket_caller(scope),
        )
        return await _handle(route, request)

    async def _admit(self, exchange: Exchange, route: Route) -> Principal | None:
        """Who asks, if the route needs to know: a live token, within the rate, permitted."""
        if not route.authenticated:
            return None
        socket = _socket_caller(exchange.scope)
        caller = socket.principal if socket else await self._authenticate(exchange)
        own = caller.request_limits.get(route.group.value)
        self._count(exchange, route, (caller.user_id, caller.app_id), own)
        if route.app_permission and route.app_permission not in caller.app_permissions:
            raise errors.app_lacks(APP_PERMISSION_NAMES[route.app_permission])
        if route.user_permission and route.user_permission not in caller.user_permissions:
            raise errors.user_lacks(USER_PERMISSION_NAMES[route.user_permission])
        return caller

    async def _authenticate(self, exchange: Exchange) -> Principal:
        return await self._wire.authenticate(self._bearer(exchange))

    def _bearer(self, exchange: Exchange) -> str:
        header = exchange.request_headers.get("authorization")
        if header is None:
            if self._wire.query_token_allowed:
                token = last_value(exchange.scope["query_string"], "access_token")
                if token:
                    return token
            raise errors.unauthorized(errors.NO_AUTHORIZATION)
        scheme, _, token = header.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or "," in token or " " in token:
            raise errors.unauthorized(errors.BAD_AUTHORIZATION)
        return token

    def _count(
        self, exchange: Exchange, route: Route, caller: Caller, own: int | None = None
    ) -> None:
        verdict = self.rates.count(route.group, caller, exchange.now_ms, own)
        if verdict is None:
            return
        exchange.headers.extend(verdict.headers())
        if not verdict.allowed:
            raise errors.rate_exceeded(WINDOW_S)


def _socket_caller(scope: Scope) -> SocketCaller | None:
    # Only our own WebSocket edge makes scopes with it; a server's scope has no such key.
    caller = scope.get(SOCKET_CALLER)
    return caller if isinstance(caller, SocketCaller) else None


def _read_query(route: Route, raw: bytes, caller: Principal | None) -> Query:
    if not route.has_query:
        return NoQuery()
    return route.query_reader.read(raw, caller.country if caller else "US")


def _own_ids(ids: dict[str, str], caller: Principal | None) -> dict[str, str]:
    """Checks that account and user are the caller's own: `~` or the very id; others are 404."""
    if caller is None:
        return ids
    for name, own in (("accountId", caller.account_id), ("extensionId", caller.user_id)):
        if ids.pop(name, "~") not in ("~", str(own)):
            raise errors.not_found(name)
    return ids


async def _handle(route: Route, request: WireRequest[Query, object]) -> WireResponse:
    try:
        async with asyncio.timeout(HANDLER_TIMEOUT_S):
            answer = await route.handler(request)
    except TimeoutError as error:
        raise errors.overload() from error
    return answer if isinstance(answer, WireResponse) else WireResponse(answer, route.status)
