"""`stopline consent rescan`: requests that an earlier rule set missed."""

import getpass
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from stopline.commands.administration import Perform, administration
from stopline.commands.records import json_option, print_records
from stopline.core.ids import BUCKET_COUNT, first_id_at


@click.command("rescan")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    required=True,
    help="Texts received since then (UTC).",
)
@click.option("--act", is_flag=True, help="Obey what was missed; without it nothing changes.")
@json_option
def rescan(
    config_file: Path | None, since: datetime, act: bool, as_json: bool, **flags: Any
) -> None:
    """Read stored texts again and list requests to stop that earlier rules missed.

    With --act each does what it would do if it came today: a mark, a hold, or the opt-out, without
    a reply. Passed over are texts that were reviewed, and people who are out already or whose
    consent changed since. A second run changes nothing more.
    """
    actor = f"rescan:{getpass.getuser()}" if act else None
    after_id = first_id_at(int(since.replace(tzinfo=UTC).timestamp() * 1_000)) - 1
    totals: Counter[str] = Counter(texts=0, missed=0)
    with administration(config_file, flags) as perform:
        found = list(_missed(perform, after_id, actor, totals))
    print_records(found, as_json)
    done = "obeyed" if act else "nothing was changed; obey them with --act"
    click.echo(f"{totals['texts']} texts read, {totals['missed']} missed; {done}", err=True)


def _missed(
    perform: Perform, first_id: int, actor: str | None, totals: Counter[str]
) -> Iterator[dict[str, Any]]:
    for bucket in range(BUCKET_COUNT):
        after_id: int | None = first_id
        while after_id is not None:
            page = perform("reviews.rescan", bucket=bucket, after_id=after_id, actor=actor)
            totals.update(texts=page["texts"], missed=len(page["missed"]))
            yield from page["missed"]
            after_id = page["after_id"]
