"""`/health/live` and `/health/ready`, for supervisors and load balancers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

# Answers None when the part works, else what is wrong, without numbers or secrets.
Check = Callable[[], Awaitable[str | None]]

_NO_STORE = {"cache-control": "no-store"}


@dataclass(slots=True)
class Readiness:
    """Whether requests make sense now. Not before everything has started, not while stopping."""

    checks: Mapping[str, Check] = field(default_factory=dict)
    started: bool = False
    stopping: bool = False

    async def reasons(self) -> list[str]:
        """Why not; empty when ready."""
        if self.stopping:
            return ["stopping"]
        if not self.started:
            return ["starting"]
        found = [(name, await check()) for name, check in self.checks.items()]
        return [f"{name}: {problem}" for name, problem in found if problem]


def health_routes(readiness: Readiness) -> list[Route]:
    """Live: the process answers. Ready: it can take and send messages."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "live"}, headers=_NO_STORE)

    async def ready(_request: Request) -> Response:
        reasons = await readiness.reasons()
        if not reasons:
            return JSONResponse({"status": "ready"}, headers=_NO_STORE)
        return JSONResponse({"status": "not ready", "reasons": reasons}, 503, headers=_NO_STORE)

    return [Route("/health/live", live), Route("/health/ready", ready)]
