"""`stopline ledger`: check and hand out the consent ledger."""

from dataclasses import astuple
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import click
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stopline.commands.administration import Perform, administration
from stopline.commands.checkpoint_file import CheckpointFile
from stopline.commands.options import Failure, load, setting_options
from stopline.commands.records import json_option, print_record, print_records
from stopline.core.ids import BUCKET_COUNT
from stopline.core.ledger import EXPORT_FORMAT, FIRST_HASH
from stopline.keys import KeyProblem, read_key

# A broken chain has a fault in each row after the break: the first ones say where to look.
MAX_FAULTS = 100
# Ends of checkpoints that one transaction compares.
ENDS_AT_ONCE = 1_000


@click.group()
def ledger() -> None:
    """Ledger: the append-only record of who said what."""


@ledger.command("verify")
@click.option(
    "--checkpoints",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of the checkpoints [default: the checkpoint_file setting, if it exists].",
)
@json_option
def verify(config_file: Path | None, checkpoints: Path | None, as_json: bool, **flags: Any) -> None:
    """Check every hash of every chain, and that each checkpoint saw the same chain.

    Exit code 1 and the places when something was touched.
    """
    settings = load(config_file, flags).settings
    path = checkpoints or settings.checkpoint_path
    entries, faults, file = 0, [], None
    with administration(config_file, flags) as perform:
        for bucket in range(BUCKET_COUNT):
            count, found = _verify_chain(perform, bucket)
            entries += count
            faults += found
        if path.exists():
            file = CheckpointFile(path, _public_key(settings.data))
            faults += _match_checkpoints(perform, file)
    if faults:
        print_records(faults[:MAX_FAULTS], as_json)
        raise Failure(f"the ledger does not verify: {len(faults)} faults")
    checked = file.count if file else 0
    print_record({"entries": entries, "checkpoints": checked, "faults": 0}, as_json)


def _verify_chain(perform: Perform, bucket: int) -> tuple[int, list[Any]]:
    entries, faults = 0, []
    part: dict[str, Any] = {"is_last": False, "position": 0, "hash": FIRST_HASH}
    while not part["is_last"]:
        part = perform(
            "ledger.verify", bucket=bucket, position=part["position"], previous=part["hash"]
        )
        entries += part["entry_count"]
        faults += part["faults"]
    return entries, faults


def _match_checkpoints(perform: Perform, file: CheckpointFile) -> list[Any]:
    faults: list[Any] = []
    ends = iter(file.ends())
    while slice_ := [astuple(end) for end in islice(ends, ENDS_AT_ONCE)]:
        faults += perform("ledger.match", ends=slice_)
    return faults


def _public_key(data: Path) -> Ed25519PublicKey:
    try:
        seed = read_key(data, "checkpoint")
    except (KeyProblem, OSError) as error:
        raise Failure(str(error)) from None
    return Ed25519PrivateKey.from_private_bytes(seed).public_key()


@ledger.command("key")
@json_option
def key(config_file: Path | None, as_json: bool, **flags: Any) -> None:
    """Print the public key that checkpoints are signed with."""
    data = load(config_file, flags).settings.data
    print_record({"public_key": _public_key(data).public_bytes_raw().hex()}, as_json)


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
@click.option(
    "--account", "account_id", type=int, help="With --plain: those of this account alone."
)
@setting_options("data")
def export(
    config_file: Path | None, output: TextIO, plain: bool, account_id: int | None, **flags: Any
) -> None:
    """Write the ledger as lines of JSON: the heads of the chains, then every entry.

    Always whole chains, so that it can be checked: python -m stopline.verify_ledger.
    """
    with administration(config_file, flags) as perform:
        header = perform("ledger.heads")
        output.write(_line({"format": EXPORT_FORMAT, **header}))
        for bucket, until, _ in header["heads"]:
            after = 0
            while page := perform(
                "ledger.export",
                bucket=bucket,
                after=after,
                until=until,
                plain=plain,
                account_id=account_id,
            ):
                output.writelines(_line(record) for record in page)
                after = page[-1]["entry"]["position"]


def _line(value: Any) -> str:
    return msgspec.json.encode(value).decode() + "\n"
