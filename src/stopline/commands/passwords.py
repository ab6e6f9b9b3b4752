"""How commands get a password: asked for on the terminal, or from a file or a pipe."""

import sys
from typing import Any

import click

from stopline.commands.options import Misuse

# Shorter ones are guessed; the server stops guessing only after ten tries.
MIN_PASSWORD_CHARS = 10


def _read(_context: click.Context, _parameter: click.Parameter, file: Any) -> str:
    if file is not None:
        password = str(file.readline()).rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        raise Misuse("give the password with --password-file FILE, or - for standard input")
    if len(password) < MIN_PASSWORD_CHARS:
        raise Misuse(f"the password has fewer than {MIN_PASSWORD_CHARS} characters")
    return password


# No --password: arguments can be read by every user of the machine.
password_option = click.option(
    "--password-file",
    "password",
    type=click.File("r"),
    callback=_read,
    help="File whose first line is the password, - for standard input; asked for without it.",
)
