"""Everything that answers HTTP, under one roof: Stopline's own routes, then the wire's."""

from collections.abc import Callable
from dataclasses import replace

from starlette.applications import Starlette
from starlette.types import ASGIApp

from stopline.api.health import Readiness, health_routes
from stopline.config import Settings
from stopline.core.access import Principal, derive_keys
from stopline.flows.ports import Store
from stopline.ringcentral import errors
from stopline.ringcentral.application import WireApplication
from stopline.ringcentral.profiles import PROFILES, Profile, RateGroup
from stopline.ringcentral.request import Wire
from stopline.ringcentral.routing import Route, RouteTable

# The routes of the wire, joined as they come.
ROUTES: tuple[Route, ...] = ()


def build_http_app(
    settings: Settings,
    store: Store,
    readiness: Readiness,
    clock_ms: Callable[[], int],
    server_key: bytes,
) -> ASGIApp:
    """One ASGI application; what Stopline's own routes do not know goes to the wire."""
    wire = Wire(
        store=store,
        keys=derive_keys(server_key),
        profile=profile_of(settings),
        public_url=settings.base_url,
        clock_ms=clock_ms,
        authenticate=_refuse_all,
        query_token_allowed=settings.access_token_in_query,
    )
    web = Starlette(routes=[*health_routes(readiness)])
    web.router.default = WireApplication(wire, RouteTable(ROUTES))
    return web


async def _refuse_all(token: str) -> Principal:
    raise errors.unauthorized(errors.NO_AUTHORIZATION)


def profile_of(settings: Settings) -> Profile:
    """The profile with the rate limits that were set; 0 takes a limit away."""
    profile = PROFILES[settings.profile]
    limits = dict(profile.rate_limits)
    for group in (RateGroup.LIGHT, RateGroup.MEDIUM, RateGroup.HEAVY, RateGroup.AUTH):
        chosen: int | None = getattr(settings, f"rate_limit_{group.value}")
        if chosen == 0:
            limits.pop(group, None)
        elif chosen is not None:
            limits[group] = chosen
    return replace(profile, rate_limits=limits)
