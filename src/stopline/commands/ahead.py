"""Operations one after the other in a thread, while the next piece of a file is read."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from stopline.commands.administration import Perform


def perform_each(
    perform: Perform, operation: str, calls: Iterable[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each call with its result, in their order; one waits while one runs, no more are made. The
    first that fails ends it; the one that waited behind it may have been done all the same."""
    with ThreadPoolExecutor(1, "stopline-operations") as thread:
        running: tuple[dict[str, Any], Future[Any]] | None = None
        try:
            for call in calls:
                following = call, thread.submit(perform, operation, **call)
                if running is not None:
                    yield running[0], running[1].result()
                running = following
            if running is not None:
                yield running[0], running[1].result()
        finally:
            thread.shutdown(cancel_futures=True)
