"""Settings as options: one flag for each, made from the settings' own documentation."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from stopline.config_docs import SettingDoc, describe_settings
from stopline.config_sources import Loaded, SettingsError, load_settings

F = TypeVar("F", bound=Callable[..., Any])


class Misuse(click.ClickException):
    """The caller can mend this: a wrong setting or argument."""

    exit_code = 2


class Failure(click.ClickException):
    """It was asked for properly and did not work."""

    exit_code = 1


def setting_options(*names: str) -> Callable[[F], F]:
    """Add --config and the flags of these settings (none named: of all)."""
    docs = [doc for doc in describe_settings() if not names or doc.name in names]

    def decorate(command: F) -> F:
        for doc in reversed(docs):
            command = _option(doc)(command)
        return click.option(
            "--config",
            "config_file",
            type=click.Path(dir_okay=False, path_type=Path),
            help="TOML file with settings [env: STOPLINE_CONFIG; default: <data>/stopline.toml].",
        )(command)

    return decorate


def _option(doc: SettingDoc) -> Callable[[F], F]:
    unit = f" In {doc.unit}." if doc.unit else ""
    help_text = f"{doc.text}{unit} [env: {doc.variable}; default: {doc.shown_default}]"
    if isinstance(doc.default, bool):
        negative = f"--no-{doc.flag[2:]}"
        return click.option(f"{doc.flag}/{negative}", doc.name, default=None, help=help_text)
    if doc.is_list:
        return click.option(
            doc.flag, doc.name, metavar="VALUE", multiple=True, callback=_joined, help=help_text
        )
    # Values stay texts here: the settings convert and refuse them in one place for all layers.
    return click.option(doc.flag, doc.name, metavar="VALUE", default=None, help=help_text)


def _joined(_context: click.Context, _option: click.Parameter, values: Sequence[str]) -> str | None:
    """A list may be given as one text with commas, or one by one."""
    return ",".join(values) if values else None


def load(config_file: Path | None, flags: dict[str, Any]) -> Loaded:
    """The settings in force. Exits with code 2 and the remedy when one is wrong."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return load_settings(given, os.environ, config_file)
    except SettingsError as error:
        raise Misuse(str(error)) from None
