"""`stopline config`: every setting, its value, and where the value came from."""

from pathlib import Path
from typing import Any

import click

from stopline.commands.options import load, setting_options
from stopline.commands.output import print_table, write_json
from stopline.config_docs import SettingDoc, describe_settings
from stopline.config_sources import Loaded


@click.command()
@setting_options()
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json", "toml", "markdown"]),
    default="table",
    help="table for people, json for programs, toml as a file to start from, markdown for docs.",
)
def config(config_file: Path | None, output_format: str, **flags: Any) -> None:
    """List every setting, its value and where the value came from. Secrets are hidden."""
    if output_format == "markdown":
        click.echo(render_markdown())
        return
    loaded = load(config_file, flags)
    rows = [_row(doc, loaded) for doc in describe_settings()]
    if output_format == "json":
        write_json([dict(zip(("setting", "value", "source"), row, strict=True)) for row in rows])
    elif output_format == "toml":
        click.echo(render_toml())
    else:
        print_table(("setting", "value", "from"), rows)


def _row(doc: SettingDoc, loaded: Loaded) -> tuple[str, str, str]:
    value = getattr(loaded.settings, doc.name)
    return doc.name, doc.show(value), loaded.sources[doc.name]


def render_markdown() -> str:
    """The reference part of docs/configuration.md, group by group."""
    docs = describe_settings()
    groups = dict.fromkeys(doc.group for doc in docs)
    return "\n".join(_render_group(group, docs) for group in groups)


def _render_group(group: str, docs: list[SettingDoc]) -> str:
    lines = [f"### {group.capitalize()}", ""]
    for doc in docs:
        if doc.group == group:
            lines += [f"**`{doc.name}`** · `{doc.variable}` · `{doc.flag}`", "", doc.text, ""]
            lines += [f"Takes {doc.expected}{_unit(doc)}. Default: `{doc.shown_default}`.", ""]
    return "\n".join(lines)


def _unit(doc: SettingDoc) -> str:
    return f", in {doc.unit}" if doc.unit else ""


def render_toml() -> str:
    """A settings file with everything in it, commented out."""
    lines: list[str] = []
    for doc in describe_settings():
        lines += [f"# {doc.text}", f"# Takes {doc.expected}{_unit(doc)}."]
        lines += [f"# {doc.name} = {_toml_value(doc.default)}", ""]
    return "\n".join(lines)


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[]"
    if value is None:
        return '""'
    return str(value) if isinstance(value, int | float) else f'"{value}"'
