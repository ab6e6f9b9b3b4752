"""Everything that answers HTTP, under one roof: Stopline's own routes, then the wire's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from starlette.applications import Starlette
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.types import ASGIApp

from stopline.config import Settings
from stopline.core.access import TokenLives, derive_keys
from stopline.flows.ports import Store
from stopline.ringcentral.api_page import api_page_routes
from stopline.ringcentral.application import WireApplication
from stopline.ringcentral.authorize import AuthorizeEndpoints
from stopline.ringcentral.bearers import Bearers
from stopline.ringcentral.oauth import OAuthEndpoints
from stopline.ringcentral.passwords import PasswordChecks
from stopline.ringcentral.profiles import PROFILES, Profile, RateGroup
from stopline.ringcentral.request import Wire
from stopline.ringcentral.routes import (
    accounts,
    batches,
    carriers,
    consents,
    deliveries,
    discovery,
    explain,
    messages,
    network,
    openid,
    opt_outs,
    recognition,
    reviews,
    sms_configuration,
    socket_tokens,
    subscriptions,
)
from stopline.ringcentral.routes.socket_tokens import SOCKET_PATH
from stopline.ringcentral.routing import Route, RouteTable
from stopline.ringcentral.sealing import Seal
from stopline.ringcentral.shared_rates import SharedRates
from stopline.ringcentral.sign_in import Browser
from stopline.ringcentral.socket_edge import SocketEndpoint
from stopline.ringcentral.socket_hub import SocketHub
from stopline.ringcentral.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class HttpParts:
    """The ASGI application, the memory of who its bearers are, its WebSockets, and what it tells
    other processes of its callers."""

    web: ASGIApp
    bearers: Bearers
    sockets: SocketHub
    rates: SharedRates


def build_http(
    settings: Settings,
    store: Store,
    own_routes: Sequence[BaseRoute],
    clock_ms: Callable[[], int],
    server_key: bytes,
    webhooks: Webhooks,
) -> HttpParts:
    """One ASGI application; what Stopline's own routes do not know goes to the wire."""
    bearers = Bearers(store, clock_ms)
    keys = derive_keys(server_key)
    wire = Wire(
        store=store,
        keys=keys,
        profile=profile_of(settings),
        public_url=settings.base_url,
        clock_ms=clock_ms,
        authenticate=bearers,
        query_token_allowed=settings.access_token_in_query,
        price_micros=settings.price_per_segment_millionths,
        webhooks=webhooks,
    )
    routes = wire_routes(settings, bearers, keys.sign_in)
    application = WireApplication(wire, RouteTable(routes))
    hub = SocketHub(store, clock_ms)
    endpoint = SocketEndpoint(store, application, hub, clock_ms)
    web = Starlette(routes=[*_socket_routes(endpoint), *own_routes])
    # A redirect would be built from the Host header.
    web.router.redirect_slashes = False
    web.router.default = application
    return HttpParts(web, bearers, hub, SharedRates(store, application.rates, clock_ms))


def _socket_routes(endpoint: SocketEndpoint) -> list[WebSocketRoute]:
    """The same with a slash at the end, as one client asks for it."""
    paths = (SOCKET_PATH, SOCKET_PATH + "/")
    return [WebSocketRoute(path, endpoint.serve) for path in paths]


def wire_routes(settings: Settings, bearers: Bearers, sign_in_key: bytes) -> list[Route]:
    """Every call of the wire."""
    checks = PasswordChecks()
    browser = Browser(Seal(sign_in_key), secure=settings.base_url.startswith("https:"))
    lives = TokenLives(settings.access_token_seconds, settings.refresh_token_seconds)
    routes = [
        *OAuthEndpoints(bearers, lives, checks).routes(),
        *AuthorizeEndpoints(checks, browser).routes(),
        *socket_tokens.ROUTES,
        *openid.ROUTES,
        *discovery.ROUTES,
        *accounts.ROUTES,
        *batches.ROUTES,
        *messages.ROUTES,
        *opt_outs.ROUTES,
        *consents.ROUTES,
        *sms_configuration.ROUTES,
        *subscriptions.ROUTES,
        *explain.ROUTES,
        *recognition.ROUTES,
        *reviews.ROUTES,
        *deliveries.ROUTES,
        *network.ROUTES,
        *carriers.ROUTES,
    ]
    return [*routes, *api_page_routes(routes, settings.base_url)]


def described_routes() -> list[Route]:
    """The same for documentation: routes to be read, never called, so nothing is behind them."""
    return wire_routes(Settings(), Bearers(cast("Store", None), lambda: 0), b"")


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
