"""Stopline's own call: what carriers do now, in every process."""

from typing import Any

import msgspec

from stopline.core.access import AppPermission, role_of
from stopline.flows.carrier_views import CarrierView, ProcessView, list_carriers
from stopline.ringcentral.errors import user_lacks
from stopline.ringcentral.formats import render_millis
from stopline.ringcentral.query import NoQuery
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import Route


class CarrierInfo(msgspec.Struct, rename="camel", kw_only=True):
    """One carrier. `processes` hold what each reports: connections, rates, limits, lanes."""

    name: str
    up: bool
    last_up: str | None
    paused: bool
    paused_since: str | None
    senders: int
    processes: list[dict[str, Any]]


class CarrierList(msgspec.Struct):
    """Every carrier there is."""

    records: list[CarrierInfo]


async def show_carriers(request: WireRequest[NoQuery, NoBody]) -> CarrierList:
    """Every carrier: whether it is up or paused, and of each process its connections with state,
    window in use and last error, messages a second, limits, and the lanes it takes. It shows what
    all accounts share, so the user needs a role in the console."""
    if role_of(request.principal.user_permissions) is None:
        raise user_lacks("auditor of the console")
    return CarrierList([_render(one) for one in await request.store.read(list_carriers)])


def _render(one: CarrierView) -> CarrierInfo:
    switch = one.switch
    return CarrierInfo(
        name=one.name,
        up=one.is_up,
        last_up=_time(one.up_ms),
        paused=one.is_paused,
        paused_since=_time(switch.changed_ms) if switch and switch.paused else None,
        senders=one.senders,
        processes=[_render_process(process) for process in one.processes],
    )


def _render_process(process: ProcessView) -> dict[str, Any]:
    return {
        "process": process.node,
        "seen": _time(process.seen_ms),
        **msgspec.to_builtins(process.report),
    }


def _time(epoch_ms: int | None) -> str | None:
    return None if epoch_ms is None else render_millis(epoch_ms)


ROUTES = [
    Route(
        "GET",
        "/stopline/v1/carriers",
        show_carriers,
        "What carriers do now",
        "Carriers",
        app_permission=AppPermission.READ_ACCOUNTS,
    )
]
