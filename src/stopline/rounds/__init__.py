"""Rounds of work of which a failed one ends nothing: the loop goes on with the next."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from stopline.core.errors import StoreUnavailable

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def attempt(what: str, work: Callable[[], Awaitable[T]], otherwise: T, **about: object) -> T:
    """What the work gives, or `otherwise` when it fails.

    A store that can keep nothing at the moment is a warning, everything else a fault of ours. The
    log names `what` it was and `about` what: no number and no secret.
    """
    try:
        return await work()
    except StoreUnavailable as error:
        log.warning(f"{what} waits for the store", reason=str(error), **about)
    except Exception:  # the top of the loops of workers and connections
        log.exception(f"{what} failed", **about)
    return otherwise


async def succeeds(what: str, work: Callable[[], Awaitable[object]], **about: object) -> bool:
    """Do the work; whether it ended without an error. As `attempt`."""

    async def done() -> bool:
        await work()
        return True

    return await attempt(what, done, otherwise=False, **about)


async def repeat(what: str, work: Callable[[], Awaitable[object]], pause_ms: int) -> None:
    """Do the work again and again, after a failure with a pause. As `attempt`."""
    while True:
        if not await succeeds(what, work):
            await asyncio.sleep(pause_ms / 1_000)
