"""`/stopline/v1/carriers`: what carriers do now, in every process."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from stopline.api.answers import Refused, endpoint
from stopline.core.access import AppPermission, Principal, role_of
from stopline.flows.carrier_views import CarrierView, ProcessView, list_carriers
from stopline.flows.ports import Store


def carrier_routes(store: Store) -> list[Route]:
    """The call. It shows what all accounts share, so its user needs a role in the console."""

    async def list_them(_request: Request, caller: Principal) -> dict[str, Any]:
        """Every carrier: whether it is up or paused, and of each process its connections with
        state, window in use and last error, messages a second, limits, and the lanes it takes."""
        if role_of(caller.user_permissions) is None:
            raise Refused(HTTPStatus.FORBIDDEN, "Forbidden", "the user has no role in the console")
        found = await store.read(list_carriers)
        return {"records": [_render(one) for one in found]}

    answer = endpoint(store, AppPermission.READ_ACCOUNTS, list_them)
    return [Route("/stopline/v1/carriers", answer)]


def _render(one: CarrierView) -> dict[str, Any]:
    switch = one.switch
    return {
        "name": one.name,
        "up": one.is_up,
        "lastUp": _time(one.up_ms),
        "paused": one.is_paused,
        "pausedSince": _time(switch.changed_ms) if switch and switch.paused else None,
        "senders": one.senders,
        "processes": [_render_process(process) for process in one.processes],
    }


def _render_process(process: ProcessView) -> dict[str, Any]:
    return {
        "process": process.node,
        "seen": _time(process.seen_ms),
        **msgspec.to_builtins(process.report),
    }


def _time(epoch_ms: int | None) -> str | None:
    if epoch_ms is None:
        return None
    text = datetime.fromtimestamp(epoch_ms / 1_000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
