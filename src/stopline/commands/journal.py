"""`stopline journal`: the consent journal, compared with the store and replayed into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stopline.commands.options import Failure, Misuse, load
from stopline.commands.records import json_option, print_record

if TYPE_CHECKING:
    from stopline.journal_replay import JournalReplay


@click.group()
def journal() -> None:
    """Journal: consent once more, on another disk, for a store restored from a backup."""


@journal.command("check")
@json_option
def check(config_file: Path | None, as_json: bool, **flags: Any) -> None:
    """Say how many entries of the journal the store lacks. Exit code 1 when it lacks any.

    The server must be stopped; nothing is changed.
    """
    with _opened(config_file, flags) as replay:
        missing = replay.count_missing()
    print_record({"missing": missing}, as_json)
    if missing:
        raise Failure("the store is behind its consent journal; run stopline journal replay")


@journal.command("replay")
@json_option
def replay(config_file: Path | None, as_json: bool, **flags: Any) -> None:
    """Write into a restored store what came after its backup, with all that follows from it.

    Every server of this data directory must be stopped. Entries that follow the ledger's end become
    the very same entries, so checkpoints fit again. Where the ledger went on without the journal
    only denials are written, as new entries: in doubt a person is out. May be repeated.
    """
    with _opened(config_file, flags) as replay:
        done = replay.run()
    print_record(done, as_json)


@contextmanager
def _opened(config_file: Path | None, flags: dict[str, Any]) -> Iterator["JournalReplay"]:
    from stopline.core.errors import StoplineError
    from stopline.journal_replay import JournalReplay
    from stopline.keys import KeyProblem
    from stopline.lockfile import DirectoryInUse
    from stopline.store_service import installation_exists, opened_for_command

    settings = load(config_file, flags).settings
    if settings.consent_journal is None:
        raise Misuse("no journal is kept; set consent_journal to its file")
    if not settings.consent_journal.exists():
        raise Failure(f"there is no journal {settings.consent_journal}")
    if not installation_exists(settings):
        raise Failure(f"{settings.data} holds no installation")
    try:
        with opened_for_command(settings, replaying=True) as store:
            yield JournalReplay(store, settings.consent_journal)
    except (DirectoryInUse, KeyProblem, StoplineError, OSError) as error:
        raise Failure(str(error)) from None
