"""`stopline version`."""

import click

from stopline import __version__


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(__version__)
