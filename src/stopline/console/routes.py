"""Every address of the console."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from stopline.console import (
    assets,
    batches,
    carriers,
    endpoints,
    messages,
    persons,
    proofs,
    reviews,
    settings,
    signing_in,
    text_settings,
    transfers,
    trying,
)
from stopline.console.overview import Overview
from stopline.console.parts import ConsoleParts
from stopline.console.receiving import Receiver
from stopline.console.views import HEADERS
from stopline.console.visits import Visits

_PAGES = (
    signing_in,
    trying,
    persons,
    proofs,
    reviews,
    transfers,
    messages,
    batches,
    endpoints,
    carriers,
    settings,
    text_settings,
)


def console_routes(parts: ConsoleParts) -> list[BaseRoute]:
    """The routes of the console, and the way to it from `/`."""
    visits = Visits(parts)
    return [
        Route("/", _to_console, methods=["GET"]),
        Route("/console", _to_console, methods=["GET"]),
        *assets.ROUTES,
        *signing_in.SigningIn(parts).routes(),
        *Receiver(parts).routes(visits),
        *_of_pages(visits),
    ]


def _of_pages(visits: Visits) -> Iterable[BaseRoute]:
    yield from Overview().routes(visits)
    for page in _PAGES:
        yield from page.routes(visits)


async def _to_console(request: Request) -> Response:
    # Relative, so that it is not built from the Host header.
    return RedirectResponse("/console/", 303, headers=HEADERS)
