"""`stopline init`: a real first account, without a demo."""

from pathlib import Path
from typing import Any

import click

from stopline.commands.options import Failure, load, setting_options
from stopline.commands.passwords import password_option
from stopline.commands.records import print_record
from stopline.config import Settings


@click.command()
@click.option("--account-name", prompt="Account name", help="Name of the tenant.")
@click.option("--main-number", prompt="Main number (+1…)", help="Also the first user's username.")
@click.option("--country", default="US", show_default=True, help="Two letters (ISO 3166).")
@click.option("--extension", default="101", show_default=True, help="The first user's extension.")
@click.option("--sender", "senders", multiple=True, help="A number to send from; repeat it.")
@click.option(
    "--app-name", default="First app", show_default=True, help="What the first app is called."
)
@password_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@setting_options("data", "host", "port", "public_url")
def init(
    config_file: Path | None,
    password: str,
    as_json: bool,
    data: Any,
    host: Any,
    port: Any,
    public_url: Any,
    **values: Any,
) -> None:
    """Make the first account: app, user, JWT credential and senders. Prints the secrets once.

    Asks for what is not given. Run it before the first `stopline serve --no-demo`.
    """
    from stopline.commands.demo_account import to_credentials
    from stopline.control.installation import NewInstallation
    from stopline.flows.passwords import hash_password

    flags = {"data": data, "host": host, "port": port, "public_url": public_url}
    settings = load(config_file, flags).settings
    senders = tuple(values.pop("senders")) or (values["main_number"],)
    asked = NewInstallation(senders=senders, password_hash=hash_password(password), **values)
    made = _create(settings, asked)
    credentials = to_credentials(made, password, settings.base_url)
    shown = {name: getattr(credentials, name) for name in credentials.__struct_fields__}
    del shown["password"]
    print_record({**shown, "senders": list(credentials.senders)}, as_json)


def _create(settings: Settings, asked: Any) -> Any:
    from stopline.control.installation import create_installation, is_empty
    from stopline.core.errors import StoplineError
    from stopline.keys import KeyProblem
    from stopline.lockfile import DirectoryInUse
    from stopline.store_service import opened_for_command

    try:
        with opened_for_command(settings) as store:
            if not store.read_now(is_empty):
                raise Failure(
                    f"{settings.data} has accounts already; add more with stopline accounts"
                )
            return store.transact_now(create_installation, asked)
    except (DirectoryInUse, KeyProblem, StoplineError) as error:
        raise Failure(str(error)) from None
