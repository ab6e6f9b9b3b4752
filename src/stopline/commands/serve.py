"""`stopline serve`."""

from functools import partial
from pathlib import Path
from typing import Any

import click
import structlog

from stopline.commands.options import Failure, load, setting_options
from stopline.config_sources import Loaded
from stopline.logs import configure_logs


@click.command()
@setting_options()
@click.option("--no-demo", is_flag=True, help="Never create the demo account.")
def serve(config_file: Path | None, no_demo: bool, **flags: Any) -> None:
    """Start the server and run until SIGTERM or Ctrl-C.

    With an empty data directory a demo account is created and printed, unless --no-demo.
    """
    from stopline import app
    from stopline.commands.demo_account import prepare_demo
    from stopline.core.errors import StoplineError
    from stopline.http_service import AddressUnavailable
    from stopline.keys import KeyProblem
    from stopline.lockfile import DirectoryInUse

    loaded = load(config_file, flags)
    settings = loaded.settings
    configure_logs(settings.log_format, settings.log_level)
    _report_unknown(loaded)
    prepare = _nothing if no_demo else partial(prepare_demo, settings)
    try:
        clean = app.serve(settings, prepare)
    except (AddressUnavailable, DirectoryInUse, KeyProblem, StoplineError) as error:
        raise Failure(str(error)) from None
    raise SystemExit(0 if clean else 1)


def _nothing(_store: object) -> None:
    """No demo: the store is used as it is."""


def _report_unknown(loaded: Loaded) -> None:
    if loaded.unknown_variables:
        structlog.get_logger(__name__).warning(
            "unknown environment variables are ignored", names=list(loaded.unknown_variables)
        )
