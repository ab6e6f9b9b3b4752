"""`stopline export`: an account's consent in the forms that can be read elsewhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click
import msgspec

from stopline.commands.administration import Perform, administration
from stopline.commands.file_formats import GENERIC, RINGCENTRAL, TELNYX, TWILIO, FileFormat
from stopline.commands.options import Misuse, setting_options
from stopline.core.consent_facts import Fact
from stopline.core.errors import InvalidNumber
from stopline.core.numbers import parse_address

F = TypeVar("F", bound=Callable[..., Any])

_STATUSES = {"optout": (True,), "optin": (False,), "all": (True, False)}


def _options(command: F) -> F:
    """What every export takes."""
    options = (
        click.option("--from", "sender", help="Of this number."),
        click.option("--account", "account_id", type=int, help="Of all numbers of this account."),
        click.option(
            "--status",
            type=click.Choice(list(_STATUSES)),
            default="optout",
            show_default=True,
            help="Which records; optin: opted out once and in again.",
        ),
        click.option("--output", type=click.File("w"), default="-", help="File [default: -]."),
        setting_options("data"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group("export")
def export_group() -> None:
    """Write records of consent: of one number with --from, or of an account with --account."""


@export_group.command("ringcentral")
@_options
def export_ringcentral(**options: Any) -> None:
    """Write RingCentral's export of consents."""
    _run(RINGCENTRAL, options)


@export_group.command("twilio")
@_options
def export_twilio(**options: Any) -> None:
    """Write bodies of Twilio's Consents API, 25 consents on each line."""
    _run(TWILIO, options)


@export_group.command("telnyx")
@_options
def export_telnyx(**options: Any) -> None:
    """Write opt-outs as Telnyx lists them, a page on each line."""
    _run(TELNYX, options)


@export_group.command("generic")
@_options
def export_generic(**options: Any) -> None:
    """Write CSV: from,to,status,source,changed_at,category."""
    _run(GENERIC, options)


def _run(form: FileFormat, options: dict[str, Any]) -> None:
    sender: str | None = options.pop("sender")
    account_id: int | None = options.pop("account_id")
    output: TextIO = options.pop("output")
    wanted = _STATUSES[options.pop("status")]
    config_file: Path | None = options.pop("config_file")
    if (sender is None) == (account_id is None):
        raise Misuse("give either --from or --account")
    with administration(config_file, options) as perform:
        facts = _facts(perform, account_id, None if sender is None else _number(sender))
        output.writelines(form.write(fact for fact in facts if fact.opt_out in wanted))


def _number(text: str) -> str:
    try:
        return parse_address(text)
    except InvalidNumber as error:
        raise Misuse(str(error)) from None


def _facts(perform: Perform, account_id: int | None, sender: str | None) -> Iterator[Fact]:
    owner = account_id
    if owner is None:
        owner = perform("senders.owner", number=sender)
    after: Any = {}
    while after is not None:
        page = perform("consent.export", account_id=owner, sender=sender, after=after)
        yield from msgspec.convert(page["facts"], list[Fact])
        after = page["after"]
