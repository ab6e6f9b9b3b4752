"""Subscriptions: who is told of what, and at which address."""

import re
from collections.abc import Awaitable
from typing import Any, TypeVar

import msgspec

from stopline.core.access import AppPermission
from stopline.core.errors import LimitReached
from stopline.core.subscriptions import Subscription, SubscriptionStatus, TokenName
from stopline.flows import subscriptions as flows
from stopline.ringcentral.errors import WireError, app_lacks, bad_parameter, not_found
from stopline.ringcentral.filters import FilterReader, ParsedFilters, parse_filters, render_label
from stopline.ringcentral.formats import render_millis
from stopline.ringcentral.handshake import check_address
from stopline.ringcentral.ids import read_subscription_uuid, subscription_uuid
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery
from stopline.ringcentral.request import NoBody, WireRequest, WireResponse
from stopline.ringcentral.routing import APP_PERMISSION_NAMES, Handler, Route

PATH = "/restapi/v1.0/subscription"
WEBHOOK = "WebHook"
DEFAULT_LIFETIME_S = 604_800
MAX_LIFETIME_S = 315_360_000  # ten years; longer wishes are cut to it
TOKEN_LENGTH_LIMIT = 512  # characters of the client's own token; it becomes a header
_TOKEN = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
_STATUS = re.compile(r"(\d{3}) ?(.*)")


class DeliveryModeWish(msgspec.Struct, rename="camel", kw_only=True):
    """Where events go. The two tokens are the same thing under its newer and its older name."""

    transport_type: str
    address: str | None = None
    verification_token: str | None = None
    validation_token: str | None = None


class SubscriptionWish(msgspec.Struct, rename="camel", kw_only=True):
    """A subscription as it is asked for; `expires_in` in seconds."""

    event_filters: list[str]
    delivery_mode: DeliveryModeWish
    expires_in: int | None = None


class SubscriptionChange(msgspec.Struct, rename="camel", kw_only=True):
    """What an update may change; other members are ignored."""

    event_filters: list[str] | None = None
    expires_in: int | None = None


class DeliveryMode(msgspec.Struct, rename="camel", kw_only=True):
    """Where events go."""

    transport_type: str
    address: str
    encryption: bool = False


class BlacklistedData(msgspec.Struct, rename="camel", kw_only=True):
    """Since when an address gets nothing, and why."""

    blacklisted_at: str
    reason: str


class SubscriptionInfo(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
    """A subscription as it is shown; no token in it."""

    uri: str
    id: str
    creation_time: str
    status: str
    event_filters: list[str]
    expiration_time: str
    expires_in: int
    delivery_mode: DeliveryMode
    blacklisted_data: BlacklistedData | None = None


class SubscriptionList(msgspec.Struct):
    """All live subscriptions of a user and app."""

    uri: str
    records: list[SubscriptionInfo]


T = TypeVar("T")
Wished = WireRequest[NoQuery, SubscriptionWish]
Changed = WireRequest[NoQuery, SubscriptionChange | None]
Bare = WireRequest[NoQuery, NoBody]


async def create_subscription(request: Wished) -> SubscriptionInfo:
    """Check what is asked for, ask the address, then keep it."""
    _check_transport(request)
    wish = _wish(request)
    owner, limit = _owner(request), _limit(request)
    try:
        await request.store.read(flows.check_room, owner, limit)
        await check_address(request.webhooks, wish.address)
        created = await request.store.transact(flows.create_subscription, owner, wish, limit)
    except LimitReached as error:
        raise WireError(403, "SUB-505", "Subscriptions limit exceeded") from error
    return _render(request, created)


async def list_subscriptions(request: Bare) -> SubscriptionList:
    """The caller's live subscriptions."""
    found = await request.store.read(flows.list_subscriptions, _owner(request))
    return SubscriptionList(request.link(PATH), [_render(request, item) for item in found])


async def read_subscription(request: Bare) -> SubscriptionInfo:
    """One subscription."""
    return await _answer(request, request.store.read(flows.read_subscription, *_named(request)))


async def change_subscription(request: Changed) -> SubscriptionInfo:
    """Replace the filters, and renew in any case."""
    owner, subscription_id = _named(request)
    change = request.body
    if change is None or (change.event_filters is None and change.expires_in is None):
        return await _renew(request)
    current = await _found(request.store.read(flows.read_subscription, owner, subscription_id))
    wish = _changed_wish(request, current, change)
    flow = request.store.transact(flows.change_subscription, owner, subscription_id, wish)
    return await _answer(request, flow)


async def renew_subscription(request: Bare) -> SubscriptionInfo:
    """Begin the lifetime anew."""
    return await _renew(request)


async def delete_subscription(request: Bare) -> WireResponse:
    """End it."""
    await _found(request.store.transact(flows.delete_subscription, *_named(request)))
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


async def _renew(request: WireRequest[Any, Any]) -> SubscriptionInfo:
    owner, subscription_id = _named(request)
    flow = request.store.transact(flows.change_subscription, owner, subscription_id, None)
    return await _answer(request, flow)


async def _answer(
    request: WireRequest[Any, Any], flow: Awaitable[Subscription]
) -> SubscriptionInfo:
    return _render(request, await _found(flow))


async def _found(flow: Awaitable[T]) -> T:
    try:
        return await flow
    except flows.SubscriptionExpired as error:
        raise WireError(404, "SUB-507", "Subscription is expired") from error


def _check_transport(request: Wished) -> None:
    permissions = request.principal.app_permissions
    if request.body.delivery_mode.transport_type != WEBHOOK:
        raise bad_parameter("deliveryMode.transportType")
    if AppPermission.WEBHOOKS not in permissions:
        name = APP_PERMISSION_NAMES[AppPermission.WEBHOOKS]
        message = f"[{name}] application permission is required for [{WEBHOOK}] transport"
        raise WireError(403, "SUB-528", message)
    if AppPermission.READ_ACCOUNTS not in permissions:
        raise app_lacks(APP_PERMISSION_NAMES[AppPermission.READ_ACCOUNTS])


def _wish(request: Wished) -> flows.Wish:
    body, mode = request.body, request.body.delivery_mode
    lifetime_s = _lifetime_s(body.expires_in, DEFAULT_LIFETIME_S)
    reader = FilterReader(request.account_id, lifetime_s, request.country)
    filters = parse_filters(body.event_filters, reader)
    if not mode.address:
        raise bad_parameter("deliveryMode.address")
    token_name, token = _read_token(mode)
    return flows.Wish(
        address=mode.address,
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


def _render(request: WireRequest[Any, Any], subscription: Subscription) -> SubscriptionInfo:
    uuid = subscription_uuid(subscription.id)
    # Counted down from the first moment on, as the original does: 604799 right after 604800.
    remaining_s = max(0, (subscription.expires_ms - request.now_ms - 1) // 1_000)
    return SubscriptionInfo(
        uri=request.link(f"{PATH}/{uuid}"),
        id=uuid,
        creation_time=render_millis(subscription.created_ms),
        status="Active" if _is_active(subscription) else "Blacklisted",
        event_filters=[render_label(i.label, subscription.id) for i in subscription.interests],
        expiration_time=render_millis(subscription.expires_ms),
        expires_in=min(remaining_s, subscription.lifetime_s - 1),
        delivery_mode=DeliveryMode(transport_type=WEBHOOK, address=subscription.address),
        blacklisted_data=_render_blacklisting(subscription),
    )


def _is_active(subscription: Subscription) -> bool:
    return subscription.health.status is SubscriptionStatus.ACTIVE


def _render_blacklisting(subscription: Subscription) -> BlacklistedData | None:
    if _is_active(subscription):
        return None
    health = subscription.health
    return BlacklistedData(
        blacklisted_at=render_millis(health.status_since_ms), reason=render_reason(health.reason)
    )


def render_reason(reason: str) -> str:
    """A failure in the words of the original: an HTTP status, or what went wrong before one."""
    if match := _STATUS.fullmatch(reason):
        return f"Webhook responses with code: [{match[1]}], reason: [{match[2]}]"
    detail = _DETAILS.get(reason, reason)
    return f"I/O operation is failed. Details: [{detail}]"


_DETAILS = {
    "timeout": "Read timed out",
    "unreachable": "Connection failed",
    "certificate": "Certificate is not valid",
    "refused_address": "Address is not allowed",
    "broken_answer": "Response is invalid",
}


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
