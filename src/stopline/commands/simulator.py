"""`stopline simulator`: the simulated carrier as its own process."""

from pathlib import Path
from typing import Any

import click

from stopline.commands.options import Failure, load, setting_options
from stopline.logs import configure_logs


@click.command()
@click.option(
    "--listen",
    required=True,
    help="127.0.0.1:PORT (0 takes a free one) or the path of a socket.",
)
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Its own record of everything [default: <data>/simulator.journal].",
)
@setting_options(
    "data",
    "simulator_latency_ms",
    "simulator_throughput",
    "simulator_failure_rate",
    "log_format",
    "log_level",
)
def simulator(config_file: Path | None, listen: str, journal: Path | None, **flags: Any) -> None:
    """Run the simulated carrier until SIGTERM or Ctrl-C.

    It outlives a server that is killed: it still knows every message, sends the receipts it owes
    and redelivers each text that was not acknowledged. Start the server with
    --simulator-address.
    """
    from stopline.carriers.simulator.address import parse_address
    from stopline.carriers.simulator.process import run_simulator
    from stopline.core.errors import StoplineError
    from stopline.simulation import JOURNAL_NAME, simulator_settings

    settings = load(config_file, flags).settings
    configure_logs(settings.log_format, settings.log_level)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = journal or settings.data / JOURNAL_NAME
    try:
        run_simulator(parse_address(listen), path, simulator_settings(settings), _tell)
    except (OSError, StoplineError) as error:
        raise Failure(f"the simulator can not run: {error}") from None


def _tell(address: str) -> None:
    """Programs that start it read this line."""
    from stopline.collector import spare_collector

    spare_collector()
    click.echo(f"simulator listens on {address}")
