"""`stopline erase`: forget a person, and go on not texting them."""

import getpass
from collections import Counter
from pathlib import Path
from typing import Any

import click

from stopline.commands.administration import administration
from stopline.commands.options import Misuse
from stopline.commands.records import account_option, json_option, print_record
from stopline.core.errors import InvalidNumber
from stopline.core.ids import BUCKET_COUNT
from stopline.core.numbers import parse_number


@click.command()
@click.argument("number")
@account_option
@json_option
def erase(
    config_file: Path | None, number: str, account_id: int, as_json: bool, **flags: Any
) -> None:
    """Erase a person's number and texts; pairs that are opted out stay blocked by keyed hashes.

    Messages lose number and text, pending events about them are given up, the ledger keeps its
    entries without plain values and still verifies. The space in the database file is used again
    over time; with the server stopped, VACUUM removes what is left in it at once. Backups are
    yours to erase.
    """
    try:
        recipient = parse_number(number)
    except InvalidNumber as error:
        raise Misuse(str(error)) from None
    totals: Counter[str] = Counter()
    actor = f"command:{getpass.getuser()}"
    with administration(config_file, flags) as perform:
        for bucket in range(BUCKET_COUNT):
            more = True
            while more:
                done = perform(
                    "erasure.erase",
                    account_id=account_id,
                    recipient=recipient,
                    bucket=bucket,
                    actor=actor,
                )
                more = done.pop("more")
                totals.update(done)
    print_record(dict(totals), as_json)
