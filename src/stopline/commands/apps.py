"""`stopline apps`: clients of the API."""

from pathlib import Path
from typing import Any, TextIO

import click

from stopline.commands.administration import administration
from stopline.commands.options import Misuse
from stopline.commands.records import (
    account_option,
    json_option,
    print_record,
    print_records,
    undo_option,
)
from stopline.core.access import AppPermission, Grant

redirect_option = click.option(
    "--redirect-uri",
    "redirect_uris",
    multiple=True,
    help="Address to which users come back after signing in, matched exactly; may be repeated.",
)
grant_option = click.option(
    "--grant",
    "grants",
    multiple=True,
    type=click.Choice([grant.value for grant in Grant]),
    help="A way to get tokens; may be repeated.",
)


@click.group()
def apps() -> None:
    """Apps: clients of the API, each with a client id."""


@apps.command("add")
@click.argument("name")
@account_option
@click.option("--public", is_flag=True, help="An app that can keep no secret: it gets none.")
@redirect_option
@grant_option
@json_option
def add(
    config_file: Path | None,
    account_id: int,
    name: str,
    public: bool,
    redirect_uris: tuple[str, ...],
    grants: tuple[str, ...],
    as_json: bool,
    **flags: Any,
) -> None:
    """Add an app and print its secret, this once.

    Without --grant it may use codes, JWTs and refresh tokens.
    """
    chosen = {"grants": grants} if grants else {}
    with administration(config_file, flags) as perform:
        made = perform(
            "apps.add",
            account_id=account_id,
            name=name,
            public=public,
            redirect_uris=redirect_uris,
            **chosen,
        )
    print_record(made, as_json)


@apps.command("change")
@click.argument("app_id", type=int)
@redirect_option
@click.option("--no-redirect-uris", is_flag=True, help="Take all its addresses away.")
@grant_option
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    type=click.Choice([permission.value for permission in AppPermission]),
    help="What it may do; may be repeated. At first everything.",
)
@click.option("--no-permissions", is_flag=True, help="Take all its permissions away.")
@click.option(
    "--plain-challenge/--no-plain-challenge",
    default=None,
    help="Let it use PKCE's method plain, as old clients do.",
)
@click.option(
    "--refresh-replay/--no-refresh-replay",
    default=None,
    help="Answer a refresh token that is sent again within seconds; on at first.",
)
@click.option(
    "--public-keys",
    "key_file",
    type=click.File("r"),
    help="JSON Web Key Set of the public keys that it signs its assertions with; - reads it.",
)
@click.option(
    "--rate-limit",
    "rate_limits",
    multiple=True,
    metavar="GROUP=REQUESTS",
    help="Requests a minute of each of its users in a group of calls: light, medium, heavy or "
    "auth; 0 is no limit. May be repeated.",
)
@click.option("--no-rate-limits", is_flag=True, help="Limit it as the settings say.")
@json_option
def change(config_file: Path | None, app_id: int, as_json: bool, **options: Any) -> None:
    """Change what an app may use. Addresses, grants, permissions and limits that are given replace
    those it had."""
    asked: dict[str, Any] = {"id": app_id}
    for name in ("plain_challenge", "refresh_replay"):
        asked[name] = options.pop(name)
    key_file: TextIO | None = options.pop("key_file")
    asked["public_keys"] = key_file.read() if key_file else None
    redirect_uris, none_left = options.pop("redirect_uris"), options.pop("no_redirect_uris")
    if redirect_uris or none_left:
        asked["redirect_uris"] = redirect_uris
    rate_limits, as_settings = options.pop("rate_limits"), options.pop("no_rate_limits")
    if rate_limits or as_settings:
        asked["request_limits"] = _read_limits(rate_limits)
    permissions, none_left = options.pop("permissions"), options.pop("no_permissions")
    if permissions or none_left:
        asked["permissions"] = permissions
    if grants := options.pop("grants"):
        asked["grants"] = grants
    with administration(config_file, options) as perform:
        changed = perform("apps.change", **asked)
    print_record(changed, as_json)


def _read_limits(words: tuple[str, ...]) -> dict[str, int]:
    try:
        return {group: int(limit) for group, _, limit in (word.partition("=") for word in words)}
    except ValueError:
        raise Misuse("--rate-limit is a group and a number, as in light=100") from None


@apps.command("list")
@account_option
@json_option
def list_all(config_file: Path | None, account_id: int, as_json: bool, **flags: Any) -> None:
    """List an account's apps."""
    with administration(config_file, flags) as perform:
        print_records(perform("apps.list", account_id=account_id), as_json)


@apps.command("disable")
@click.argument("app_id", type=int)
@undo_option
@json_option
def disable(config_file: Path | None, app_id: int, undo: bool, as_json: bool, **flags: Any) -> None:
    """Switch an app off: its tokens stop at once."""
    with administration(config_file, flags) as perform:
        perform("apps.disable", id=app_id, disabled=not undo)
    print_record({"id": app_id, "disabled": not undo}, as_json)
