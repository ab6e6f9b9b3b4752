"""Writing what will not be told again."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from stopline.core.errors import StoreUnavailable

# Often enough that work goes on at once when the disk has room again.
RETRY_MS = 500

log = structlog.get_logger(__name__)


async def persist(write: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Run a write; while the store can not keep anything, wait and try again."""
    while True:
        try:
            await write()
        except StoreUnavailable as error:
            log.warning("what happened waits for the store", reason=str(error))
            await asyncio.sleep(RETRY_MS / 1_000)
        else:
            return
