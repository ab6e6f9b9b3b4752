"""`/metrics`: what was measured, for Prometheus; served only where the settings say."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics_routes(render: Callable[[], Awaitable[bytes]]) -> list[Route]:
    """The one call."""

    async def metrics(_request: Request) -> Response:
        """What was measured since the start, and what waits now, in Prometheus' form."""
        headers = {"cache-control": "no-store"}
        return Response(await render(), headers=headers, media_type=CONTENT_TYPE)

    return [Route("/metrics", metrics)]
