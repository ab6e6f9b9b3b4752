"""Runs operations for commands: through the running server, or on the store when none runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stopline.commands.options import Failure, load
from stopline.config import Settings
from stopline.control.client import ControlClient, ServerAbsent
from stopline.control.service import OperationRefused


@dataclass(frozen=True, slots=True)
class Perform:
    """`perform(operation, **arguments)`. `is_alone`: on an SQLite file that nobody else has open,
    so large transactions keep nobody waiting."""

    run: Callable[[str, dict[str, Any]], Any]
    is_alone: bool = False

    def __call__(self, operation: str, **arguments: Any) -> Any:
        return self.run(operation, arguments)


@contextmanager
def administration(config_file: Path | None, flags: dict[str, Any]) -> Iterator[Perform]:
    """A function `perform(operation, **arguments)` for the data directory in force.

    Never both ways at once with SQLite: without a server the directory's lock is held until the
    end. Raises Failure with the reason.
    """
    settings = load(config_file, flags).settings
    try:
        with _through_server(settings.data) as perform:
            yield perform
            return
    except ServerAbsent:
        pass
    with _on_store(settings) as perform:
        yield perform


@contextmanager
def _through_server(data: Path) -> Iterator[Perform]:
    with ControlClient(data) as client, _explained():
        yield Perform(client.perform)


@contextmanager
def _on_store(settings: Settings) -> Iterator[Perform]:
    from stopline.control.catalogue import OPERATIONS
    from stopline.control.operations import perform_now
    from stopline.core.errors import StoplineError
    from stopline.keys import KeyProblem
    from stopline.lockfile import DirectoryInUse
    from stopline.store_service import installation_exists, opened_for_command

    if not installation_exists(settings):
        raise Failure(
            f"{settings.data} holds no installation; make one with stopline init, or give --data"
        )
    try:
        with opened_for_command(settings) as store, _explained():
            yield Perform(
                partial(perform_now, OPERATIONS, store), is_alone=not settings.database_url
            )
    except DirectoryInUse as error:
        raise Failure(f"{error} If it is just starting or stopping, try again.") from None
    except (KeyProblem, StoplineError) as error:
        raise Failure(str(error)) from None


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OperationRefused as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"the server stopped answering ({error}); look into its log") from None
