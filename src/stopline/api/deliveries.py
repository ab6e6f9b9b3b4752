"""`/stopline/v1/subscriptions/{id}`: what became of a subscription's events, and trying again."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stopline.api.answers import (
    Refused,
    Work,
    endpoint,
    read_id,
    read_json,
    read_number,
    render_time,
)
from stopline.core.access import AppPermission, Principal
from stopline.core.ids import MAX_ID
from stopline.core.uuids import read_subscription_uuid
from stopline.flows import event_log, subscriptions
from stopline.flows.event_log import DeliveryRecord, SubscriptionState
from stopline.flows.ports import Store
from stopline.flows.subscriptions import LOG_PAGE_LIMIT, Owner

PAGE_SIZE = 100
_MILLIS = 1_000


class ReplayRange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Events of this time; both with an offset, `before` not included."""

    since: datetime = msgspec.field(name="from")
    before: datetime


class OptInEvents(msgspec.Struct, forbid_unknown_fields=True):
    """Whether opt-ins are told as `active: false` on the opt-out filter."""

    enabled: bool


def delivery_routes(store: Store) -> list[Route]:
    """The calls. Each sees the subscriptions of its token's user and app alone."""
    calls = _Calls(store)

    def served(work: Work) -> Callable[[Request], Awaitable[Response]]:
        return endpoint(store, AppPermission.READ_ACCOUNTS, work)

    return [
        Route("/stopline/v1/subscriptions/{subscription}", served(calls.read_state)),
        Route(
            "/stopline/v1/subscriptions/{subscription}/deliveries", served(calls.list_deliveries)
        ),
        Route(
            "/stopline/v1/subscriptions/{subscription}/deliveries/{delivery}",
            served(calls.read_delivery),
        ),
        Route(
            "/stopline/v1/subscriptions/{subscription}/deliveries/{delivery}/retry",
            served(calls.retry_delivery),
            methods=["POST"],
        ),
        Route(
            "/stopline/v1/subscriptions/{subscription}/retry",
            served(calls.retry_waiting),
            methods=["POST"],
        ),
        Route(
            "/stopline/v1/subscriptions/{subscription}/replay",
            served(calls.replay),
            methods=["POST"],
        ),
        Route(
            "/stopline/v1/subscriptions/{subscription}/enable",
            served(calls.enable),
            methods=["POST"],
        ),
        Route(
            "/stopline/v1/subscriptions/{subscription}/secret",
            served(calls.change_secret),
            methods=["POST"],
        ),
        Route("/stopline/v1/opt-in-events", served(calls.set_opt_in_events), methods=["PUT"]),
    ]


class _Calls:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def read_state(self, request: Request, caller: Principal) -> Any:
        """How a subscription's endpoint is doing, since when and why, and how much was lost."""
        state = await self._store.read(event_log.read_state, *_named(request, caller))
        return _render_state(request, state)

    async def list_deliveries(self, request: Request, caller: Principal) -> Any:
        """The log of a subscription, newest first; `before` is the last id of the page before."""
        before_id = read_number(request, "before", MAX_ID, 1, MAX_ID)
        limit = read_number(request, "limit", PAGE_SIZE, 1, LOG_PAGE_LIMIT)
        views = await self._store.read(
            subscriptions.list_deliveries, *_named(request, caller), before_id, limit
        )
        return {"records": [_render_view(view) for view in views]}

    async def read_delivery(self, request: Request, caller: Principal) -> Any:
        """One event of the log with its failed attempts and their reasons."""
        record = await self._store.read(
            event_log.read_delivery, *_named(request, caller), read_id(request, "delivery")
        )
        return _render_record(record)

    async def retry_delivery(self, request: Request, caller: Principal) -> None:
        """Deliver one event once more under the same `uuid`, or now if it waits."""
        await self._store.transact(
            event_log.retry_delivery, *_named(request, caller), read_id(request, "delivery")
        )

    async def retry_waiting(self, request: Request, caller: Principal) -> None:
        """Try at once what waits for a subscription."""
        await self._store.transact(event_log.retry_waiting, *_named(request, caller))

    async def replay(self, request: Request, caller: Principal) -> Any:
        """Deliver what ended in a range of time once more; ask again while `count` is not 0."""
        asked = await read_json(request, ReplayRange)
        span = (_epoch_ms("from", asked.since), _epoch_ms("before", asked.before))
        owner, subscription_id = _named(request, caller)
        count = await self._store.transact(
            subscriptions.replay_deliveries, owner, subscription_id, *span
        )
        return {"count": count}

    async def enable(self, request: Request, caller: Principal) -> None:
        """Treat a subscription's endpoint as healthy again."""
        await self._store.transact(subscriptions.enable_subscription, *_named(request, caller))

    async def change_secret(self, request: Request, caller: Principal) -> Any:
        """A new signing secret, shown this once."""
        secret = await self._store.transact(event_log.change_secret, *_named(request, caller))
        return {"secret": secret}

    async def set_opt_in_events(self, request: Request, caller: Principal) -> None:
        """The account's switch for opt-ins on the v1 filter, for all its subscriptions."""
        asked = await read_json(request, OptInEvents)
        await self._store.transact(
            subscriptions.set_opt_in_events, caller.account_id, wanted=asked.enabled
        )


def _named(request: Request, caller: Principal) -> tuple[Owner, int]:
    subscription_id = read_subscription_uuid(request.path_params["subscription"])
    if subscription_id is None:
        raise Refused(HTTPStatus.NOT_FOUND, "NotFound", "subscriptionId is not found")
    return Owner(caller.account_id, caller.user_id, caller.app_id), subscription_id


def _epoch_ms(name: str, moment: datetime) -> int:
    if moment.tzinfo is None:
        raise Refused(HTTPStatus.BAD_REQUEST, "InvalidParameter", f"{name}: a time with an offset")
    return max(0, int(moment.timestamp() * _MILLIS))


def _render_state(request: Request, state: SubscriptionState) -> dict[str, Any]:
    subscription = state.subscription
    health = subscription.health
    return {
        "id": request.path_params["subscription"],
        "transport": "socket" if subscription.is_socket else "webhook",
        "status": health.status.name.lower(),
        "failuresInARow": health.failures,
        "failingSince": render_time(health.failing_since_ms),
        "waitsUntil": render_time(health.wait_until_ms or None),
        "reason": health.reason or None,
        "lost": state.lost,
        "optInEvents": subscription.wants_opt_ins,
        "secretVersion": subscription.secret_version,
        "expires": render_time(subscription.expires_ms),
    }


def _render_view(view: event_log.DeliveryView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "kind": view.kind.name.lower(),
        "filter": view.label,
        "state": view.state.name.lower(),
        "attempts": view.attempts,
        "created": render_time(view.created_ms),
        "due": render_time(view.due_ms) if view.state.name == "PENDING" else None,
        "tried": render_time(view.tried_ms),
        "durationMs": view.duration_ms,
        "httpStatus": view.http_status,
        "failure": view.failure,
    }


def _render_record(record: DeliveryRecord) -> dict[str, Any]:
    failed = [
        {
            "attempt": one.attempt,
            "tried": render_time(one.tried_ms),
            "durationMs": one.duration_ms,
            "httpStatus": one.http_status,
            "failure": one.failure,
        }
        for one in record.attempts
    ]
    return {**_render_view(record.view), "failedAttempts": failed}
