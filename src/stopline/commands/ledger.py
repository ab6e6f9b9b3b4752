"""`stopline ledger`: check and hand out the consent ledger."""

from pathlib import Path
from typing import Any, TextIO

import click
import msgspec

from stopline.commands.administration import administration
from stopline.commands.options import Failure, setting_options
from stopline.commands.records import json_option, print_record, print_records
from stopline.core.ids import BUCKET_COUNT


@click.group()
def ledger() -> None:
    """Ledger: the append-only record of who said what."""


@ledger.command("verify")
@json_option
def verify(config_file: Path | None, as_json: bool, **flags: Any) -> None:
    """Check every hash of every chain. Exit code 1 and the places when something was touched."""
    with administration(config_file, flags) as perform:
        found = perform("ledger.verify")
    if found["faults"]:
        print_records(found["faults"], as_json)
        raise Failure("the ledger does not verify")
    print_record({"entries": found["entries"], "faults": 0}, as_json)


@ledger.command("rebuild")
@click.option("--check", is_flag=True, required=True, help="Compare, change nothing.")
@json_option
def rebuild(config_file: Path | None, check: bool, as_json: bool, **flags: Any) -> None:
    """Derive the state of consent from the ledger and compare. Exit code 1 when they differ."""
    with administration(config_file, flags) as perform:
        found = [
            one
            for bucket in range(BUCKET_COUNT)
            for one in perform("ledger.compare", bucket=bucket)
        ]
    if found:
        print_records(found, as_json)
        raise Failure("the state of consent is not what the ledger says")
    print_record({"differences": 0}, as_json)


@ledger.command("export")
@click.option("--output", type=click.File("w"), default="-", help="File to write [default: -].")
@click.option("--plain", is_flag=True, help="With numbers and texts; else keyed hashes alone.")
@setting_options("data")
def export(config_file: Path | None, output: TextIO, plain: bool, **flags: Any) -> None:
    """Write every entry as a line of JSON, then the heads of the chains."""
    with administration(config_file, flags) as perform:
        for bucket in range(BUCKET_COUNT):
            after = 0
            while page := perform("ledger.export", bucket=bucket, after=after, plain=plain):
                output.writelines(_line(record) for record in page)
                after = page[-1]["entry"]["position"]
        output.write(_line({"heads": perform("ledger.heads")}))


def _line(value: Any) -> str:
    return msgspec.json.encode(value).decode() + "\n"
