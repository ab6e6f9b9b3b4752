"""The demo account of an empty data directory, and how a newcomer learns of it."""

import secrets

import click

from stopline import __version__
from stopline.commands.credentials_file import Credentials, write_credentials
from stopline.config import Settings
from stopline.control.installation import (
    Installation,
    NewInstallation,
    create_first_installation,
    is_empty,
)
from stopline.flows.passwords import hash_password
from stopline.ringcentral.examples import render_examples
from stopline.store.base import BaseStore

EXTENSION = "101"
# 555-0100 to 555-0199 are set aside for fiction in every area code: nobody is behind them.
_FICTIONAL = "+1202555"
_PASSWORD_BYTES = 12


def prepare_demo(settings: Settings, store: BaseStore) -> None:
    """Make the demo account if nobody was ever set up here, and tell how to go on."""
    if not store.read_now(is_empty):
        return
    credentials = _create(store, settings)
    if credentials is None:
        return
    path = write_credentials(settings.data, credentials)
    if settings.log_format == "json":
        # Secrets do not belong into a collected log; the file has them.
        return
    click.echo(render_welcome(credentials, str(path)))


def _create(store: BaseStore, settings: Settings) -> Credentials | None:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    main_number, *senders = _fictional_numbers(3)
    asked = NewInstallation(
        account_name="Demo",
        app_name="Demo app",
        main_number=main_number,
        extension=EXTENSION,
        password_hash=hash_password(password),
        senders=tuple(senders),
        first_name="Demo",
        last_name="User",
    )
    made = store.transact_now(create_first_installation, asked)
    return to_credentials(made, password, settings.base_url) if made else None


def _fictional_numbers(count: int) -> list[str]:
    lines = secrets.SystemRandom().sample(range(100, 200), count)
    return [f"{_FICTIONAL}{line:04}" for line in sorted(lines)]


def to_credentials(made: Installation, password: str, server_url: str) -> Credentials:
    """The content of the credentials file."""
    return Credentials(
        server_url=server_url,
        client_id=made.client_id,
        client_secret=made.client_secret,
        username=made.username,
        extension=made.extension,
        password=password,
        jwt=made.jwt,
        account_id=str(made.account_id),
        extension_id=str(made.extension_id),
        senders=made.senders,
    )


def render_welcome(credentials: Credentials, path: str) -> str:
    """What is printed once: the console, the logins and three commands to try."""
    c = credentials
    examples = render_examples(
        url=c.server_url,
        client_id=c.client_id,
        client_secret=c.client_secret,
        jwt=c.jwt,
        sender=c.senders[0],
        path=path,
    )
    return f"""
Stopline {__version__} at {c.server_url}

See it in a browser: {c.server_url}/console/try

  number     {c.username}
  extension  {c.extension}
  password   {c.password}

The data directory was empty, so it has a demo account now. Its logins are in {path}.

  client id      {c.client_id}
  client secret  {c.client_secret}
  jwt            {c.jwt}
  account id     {c.account_id}   extension id {c.extension_id}
  senders        {", ".join(c.senders)}

Three things to try, in another terminal:

{examples}
Or watch all of it: stopline demo
"""
