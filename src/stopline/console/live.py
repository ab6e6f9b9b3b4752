"""Parts of a page that follow the store: server-sent events of HTML."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable

from starlette.responses import Response, StreamingResponse

from stopline.console.views import HEADERS
from stopline.console.visits import COOKIE, Visit
from stopline.core.errors import LimitReached
from stopline.flows import operators

# Quick enough to feel immediate; a look costs less than a millisecond.
LOOK_SECONDS = 0.25
# How often a stream asks whether its session still lives, and tells proxies that it does.
CHECK_SECONDS = 15.0
# Each stream looks four times a second.
MAX_STREAMS = 100

# What a stream shows now: a value that differs when it changed, and the HTML of it.
Look = Callable[[], Awaitable[tuple[Hashable, Callable[[], str]]]]

_open_streams = 0


def stream(visit: Visit, look: Look) -> Response:
    """Send what `look` shows, at once and whenever it changed. Raises LimitReached."""
    if _open_streams >= MAX_STREAMS:
        raise LimitReached("too many live pages are open")
    headers = {**HEADERS, "x-accel-buffering": "no"}
    return StreamingResponse(_events(visit, look), 200, headers, "text/event-stream")


async def _events(visit: Visit, look: Look) -> AsyncIterator[str]:
    global _open_streams
    _open_streams += 1
    try:
        async for text in _changes(visit, look):
            yield text
    finally:
        _open_streams -= 1


async def _changes(visit: Visit, look: Look) -> AsyncIterator[str]:
    shown: Hashable = None
    checked = asyncio.get_running_loop().time()
    while not visit.parts.is_stopping():
        seen, render = await look()
        if seen != shown:
            shown = seen
            yield encode(render())
        await asyncio.sleep(LOOK_SECONDS)
        if asyncio.get_running_loop().time() - checked > CHECK_SECONDS:
            checked = asyncio.get_running_loop().time()
            if not await _is_signed_in(visit):
                return
            yield ": still here\n\n"


async def _is_signed_in(visit: Visit) -> bool:
    token = visit.request.cookies.get(COOKIE, "")
    return await visit.store.read(operators.find_operator, token) is not None


def encode(html: str) -> str:
    """One event; a line break inside would end it."""
    return "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"
