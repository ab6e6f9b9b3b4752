"""`stopline restored`: what becomes of messages that waited when a backup was made."""

from pathlib import Path
from typing import Any

import click

from stopline.commands.options import Failure, Misuse, load
from stopline.commands.records import json_option, print_record
from stopline.config import Settings


@click.command()
@click.option("--close", "close", is_flag=True, help="End them as unknown: none is sent.")
@click.option("--send", "send", is_flag=True, help="Send them, perhaps a second time.")
@json_option
def restored(
    config_file: Path | None, close: bool, send: bool, as_json: bool, **flags: Any
) -> None:
    """Say what becomes of messages that wait in a database restored from a backup.

    They may have been sent after the backup was made, so no server starts on a restored copy
    before this was decided; every server must be stopped. Without an option it only shows how
    much waits. A PostgreSQL that was restored as a whole, up to a moment, does not know it: say
    --close yourself. Opt-outs that came after the backup are not in it: bring them back before
    the start, from a journal, an export or the carrier's report.
    """
    from stopline.core.errors import StoplineError
    from stopline.keys import KeyProblem
    from stopline.lockfile import DirectoryInUse

    if close and send:
        raise Misuse("give --close or --send, not both")
    settings = load(config_file, flags).settings
    try:
        found = _decide(settings, close, send)
    except (DirectoryInUse, KeyProblem, StoplineError) as error:
        raise Failure(str(error)) from None
    print_record(found, as_json)


def _decide(settings: Settings, close: bool, send: bool) -> dict[str, Any]:
    from stopline.core.ids import BUCKET_COUNT
    from stopline.flows import restoring
    from stopline.store_service import installation_exists, opened_for_command

    if not installation_exists(settings):
        raise Failure(f"{settings.data} holds no installation")
    with opened_for_command(settings) as store:
        seen = store.read_now(restoring.look_at_copy, store.identity)
        closed = 0
        if close:
            while store.transact_now(restoring.begin_close):
                pass
            for bucket in range(BUCKET_COUNT):
                while done := store.transact_now(restoring.close_waiting, bucket):
                    closed += done
        if close or send:
            store.transact_now(restoring.accept_copy, store.identity)
    return {
        "is_copy": seen.is_copy,
        "queued": seen.queued,
        "closed": closed,
        "may_start": close or send or not seen.is_copy,
    }
