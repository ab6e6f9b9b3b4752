"""How commands print: tables with colour on a terminal, plain columns in a pipe, JSON."""

import sys
from collections.abc import Sequence
from typing import Any

import click
import msgspec


def write_json(value: Any) -> None:
    """Indented JSON, for programs and for people."""
    click.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2))


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table. In a pipe: columns separated by tabs, without a frame."""
    if sys.stdout.isatty():
        _print_rich_table(head, rows)
        return
    for row in [head, *rows]:
        click.echo("\t".join(row))


def _print_rich_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for title in head:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
