"""Subscriptions: who is told of what, and at which address."""

import re
from collections.abc import Awaitable
from typing import Any, TypeVar

from stopline.core.access import AppPermission
from stopline.core.errors import LimitReached
from stopline.core.subscriptions import Subscription, TokenName
from stopline.flows import subscriptions as flows
from stopline.flows.sockets import move_subscription, subscribe_socket
from stopline.ringcentral.errors import WireError, app_lacks, bad_parameter, not_found
from stopline.ringcentral.filters import FilterReader, ParsedFilters, parse_filters
from stopline.ringcentral.handshake import check_address
from stopline.ringcentral.ids import read_subscription_uuid, subscription_uuid
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery
from stopline.ringcentral.request import NoBody, SocketCaller, WireRequest, WireResponse
from stopline.ringcentral.routing import APP_PERMISSION_NAMES, Handler, Route
from stopline.ringcentral.subscription_bodies import (
    PATH,
    WEBHOOK,
    WEBSOCKET,
    DeliveryModeWish,
    SubscriptionChange,
    SubscriptionInfo,
    SubscriptionList,
    SubscriptionWish,
    render_subscription,
)

DEFAULT_LIFETIME_S = 604_800
SOCKET_LIFETIME_S = 86_400  # as long as a connection may last; what is wished for is ignored
MAX_LIFETIME_S = 315_360_000  # ten years; longer wishes are cut to it
TOKEN_LENGTH_LIMIT = 512  # characters of the client's own token; it becomes a header
_TOKEN = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")


_TRANSPORTS = {WEBHOOK: AppPermission.WEBHOOKS, WEBSOCKET: AppPermission.WEBSOCKETS}

T = TypeVar("T")
Wished = WireRequest[NoQuery, SubscriptionWish]
Changed = WireRequest[NoQuery, SubscriptionChange | None]
Bare = WireRequest[NoQuery, NoBody]


async def create_subscription(request: Wished) -> SubscriptionInfo | WireResponse:
    """Check what is asked for, ask the address, then keep it. Over a WebSocket there is no
    address: events come over that same socket."""
    _check_transport(request)
    wish = _wish(request)
    owner, limit = _owner(request), _limit(request)
    try:
        if request.socket is not None and not wish.address:
            created = await request.store.transact(
                subscribe_socket, request.socket.ref, owner, wish, limit
            )
            return _socket_answer(request, request.socket, created)
        await request.store.read(flows.check_room, owner, limit)
        await check_address(request.webhooks, wish.address)
        created = await request.store.transact(flows.create_subscription, owner, wish, limit)
    except LimitReached as error:
        raise WireError(403, "SUB-505", "Subscriptions limit exceeded") from error
    return render_subscription(request, created)


async def list_subscriptions(request: Bare) -> SubscriptionList:
    """The caller's live subscriptions."""
    found = await request.store.read(flows.list_subscriptions, _owner(request))
    return SubscriptionList(
        request.link(PATH), [render_subscription(request, item) for item in found]
    )


async def read_subscription(request: Bare) -> SubscriptionInfo:
    """One subscription."""
    return await _answer(request, request.store.read(flows.read_subscription, *_named(request)))


async def change_subscription(request: Changed) -> SubscriptionInfo | WireResponse:
    """Replace the filters, and renew in any case."""
    owner, subscription_id = _named(request)
    change = request.body
    if change is None or (change.event_filters is None and change.expires_in is None):
        return await _renew(request)
    current = await _found(request.store.read(flows.read_subscription, owner, subscription_id))
    wish = _changed_wish(request, current, change)
    if current.is_socket:
        return await _change_on_socket(request, subscription_id, wish)
    flow = request.store.transact(flows.change_subscription, owner, subscription_id, wish)
    return await _answer(request, flow)


async def renew_subscription(request: Bare) -> SubscriptionInfo | WireResponse:
    """Begin the lifetime anew."""
    return await _renew(request)


async def delete_subscription(request: Bare) -> WireResponse:
    """End it."""
    owner, subscription_id = _named(request)
    await _found(request.store.transact(flows.delete_subscription, owner, subscription_id))
    if request.socket is not None and request.socket.subscription_id == subscription_id:
        request.socket.subscription_id = None
    return WireResponse(None, status=204)


async def enable_subscription(request: Bare) -> SubscriptionInfo:
    """Treat a blacklisted address as healthy again. A call of Stopline's own."""
    flow = request.store.transact(flows.enable_subscription, *_named(request))
    return await _answer(request, flow)


def _owner(request: WireRequest[Any, Any]) -> flows.Owner:
    return flows.Owner(request.account_id, request.user_id, request.app_id)


def _limit(request: WireRequest[Any, Any]) -> flows.Limit:
    profile = request.wire.profile
    return flows.Limit(profile.max_subscriptions, profile.subscriptions_per_user_and_app)


def _named(request: WireRequest[Any, Any]) -> tuple[flows.Owner, int]:
    subscription_id = read_subscription_uuid(request.ids["subscriptionId"])
    if subscription_id is None:
        raise not_found("subscriptionId")
    return _owner(request), subscription_id


async def _renew(request: WireRequest[Any, Any]) -> SubscriptionInfo | WireResponse:
    owner, subscription_id = _named(request)
    current = await _found(request.store.read(flows.read_subscription, owner, subscription_id))
    if current.is_socket:
        return await _change_on_socket(request, subscription_id, None)
    flow = request.store.transact(flows.change_subscription, owner, subscription_id, None)
    return await _answer(request, flow)


async def _change_on_socket(
    request: WireRequest[Any, Any], subscription_id: int, wish: flows.Wish | None
) -> WireResponse:
    """What goes over a WebSocket is changed over one; this one has it from now on."""
    if request.socket is None:
        raise bad_parameter("subscriptionId")
    owner = _owner(request)
    changed = await _found(
        request.store.transact(move_subscription, request.socket.ref, owner, subscription_id, wish)
    )
    return _socket_answer(request, request.socket, changed)


def _socket_answer(
    request: WireRequest[Any, Any], socket: SocketCaller, subscription: Subscription
) -> WireResponse:
    # The process that holds the socket looks here for what it has to send.
    socket.subscription_id = subscription.id
    headers = (("WSG-SubscriptionId", subscription_uuid(subscription.id)),)
    return WireResponse(render_subscription(request, subscription), headers=headers)


async def _answer(
    request: WireRequest[Any, Any], flow: Awaitable[Subscription]
) -> SubscriptionInfo:
    return render_subscription(request, await _found(flow))


async def _found(flow: Awaitable[T]) -> T:
    try:
        return await flow
    except flows.SubscriptionExpired as error:
        raise WireError(404, "SUB-507", "Subscription is expired") from error


def _check_transport(request: Wished) -> None:
    permissions = request.principal.app_permissions
    transport = request.body.delivery_mode.transport_type
    needed = _TRANSPORTS.get(transport)
    if needed is None or (transport == WEBSOCKET and request.socket is None):
        raise bad_parameter("deliveryMode.transportType")
    if needed not in permissions:
        name = APP_PERMISSION_NAMES[needed]
        message = f"[{name}] application permission is required for [{transport}] transport"
        raise WireError(403, "SUB-528", message)
    if AppPermission.READ_ACCOUNTS not in permissions:
        raise app_lacks(APP_PERMISSION_NAMES[AppPermission.READ_ACCOUNTS])


def _wish(request: Wished) -> flows.Wish:
    body, mode = request.body, request.body.delivery_mode
    is_socket = mode.transport_type == WEBSOCKET
    lifetime_s = _lifetime_s(body.expires_in, DEFAULT_LIFETIME_S)
    lifetime_s = SOCKET_LIFETIME_S if is_socket else lifetime_s
    reader = FilterReader(request.account_id, lifetime_s, request.country)
    filters = parse_filters(body.event_filters, reader)
    if not mode.address and not is_socket:
        raise bad_parameter("deliveryMode.address")
    token_name, token = _read_token(mode)
    return flows.Wish(
        address="" if is_socket else mode.address or "",
        token_name=token_name,
        token=request.webhooks.seal.close(token),
        interests=filters.interests,
        reminder=filters.reminder,
        wants_opt_ins=request.wire.profile.announces_opt_in_on_v1,
        lifetime_s=lifetime_s,
    )


def _changed_wish(
    request: Changed, current: Subscription, change: SubscriptionChange
) -> flows.Wish:
    lifetime_s = _lifetime_s(change.expires_in, current.lifetime_s)
    lifetime_s = SOCKET_LIFETIME_S if current.is_socket else lifetime_s
    filters = ParsedFilters(current.interests, current.reminder)
    if change.event_filters is not None:
        reader = FilterReader(request.account_id, lifetime_s, request.country)
        filters = parse_filters(change.event_filters, reader)
    return flows.Wish(
        address=current.address,
        token_name=current.token_name,
        token=current.token,
        interests=filters.interests,
        reminder=filters.reminder,
        wants_opt_ins=current.wants_opt_ins,
        lifetime_s=lifetime_s,
    )


def _lifetime_s(expires_in: int | None, default_s: int) -> int:
    if expires_in is None:
        return default_s
    if expires_in < 1:
        raise bad_parameter("expiresIn")
    return min(expires_in, MAX_LIFETIME_S)


def _read_token(mode: DeliveryModeWish) -> tuple[TokenName, str]:
    """The newer name wins. What could break out of a header is refused."""
    for name, field, token in (
        (TokenName.VERIFICATION, "verificationToken", mode.verification_token),
        (TokenName.VALIDATION, "validationToken", mode.validation_token),
    ):
        if not token:
            continue
        if len(token) > TOKEN_LENGTH_LIMIT or not _TOKEN.fullmatch(token):
            raise bad_parameter(f"deliveryMode.{field}")
        return name, token
    return TokenName.NONE, ""


_ONE = PATH + "/{subscriptionId}"


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(method, path, handler, summary, "Subscriptions", **more)


ROUTES = (
    _route(
        "POST",
        PATH,
        create_subscription,
        "Subscribe to events; the address is asked first",
        group=RateGroup.MEDIUM,
        errors=(400, 403),
    ),
    _route("GET", PATH, list_subscriptions, "List the caller's subscriptions"),
    _route("GET", _ONE, read_subscription, "Read a subscription", errors=(404,)),
    _route(
        "PUT",
        _ONE,
        change_subscription,
        "Replace filters, and renew",
        group=RateGroup.MEDIUM,
        errors=(400, 404),
    ),
    _route(
        "DELETE",
        _ONE,
        delete_subscription,
        "Unsubscribe",
        group=RateGroup.MEDIUM,
        status=204,
        errors=(404,),
    ),
    _route("POST", _ONE + "/renew", renew_subscription, "Renew a subscription", errors=(404,)),
    _route(
        "POST",
        _ONE + "/enable",
        enable_subscription,
        "Deliver to a blacklisted address again (Stopline's addition)",
        errors=(404,),
    ),
)
