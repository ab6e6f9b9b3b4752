"""`stopline reviews`: texts that may ask to stop, and what a person decides."""

import getpass
from pathlib import Path
from typing import Any

import click

from stopline.commands.administration import administration
from stopline.commands.options import Misuse
from stopline.commands.records import account_option, json_option, print_record, print_records
from stopline.core.recognition.policy import Policy
from stopline.core.reviews import Decision, ReviewState

_STATES = [state.name.lower() for state in ReviewState]
_LAYERS = {
    "footer": "A word that a text sent before offers.",
    "slip": "A keyword with a slip, or with courtesy around it.",
    "request": "A clear request in free text.",
    "doubtful": "A doubtful one, such as a bare wrong number.",
}
# Takes a choice back, so that the wider default counts.
_DEFAULT = "default"


@click.group()
def reviews() -> None:
    """Reviews: texts that may ask to stop. While one is held, the pair's messages wait."""


@reviews.command("list")
@account_option
@click.option(
    "--state",
    type=click.Choice([*_STATES, "all"]),
    default="held",
    show_default=True,
    help="Which reviews.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000),
    default=100,
    show_default=True,
    help="At most so many.",
)
@json_option
def list_reviews(
    config_file: Path | None, account_id: int, state: str, limit: int, as_json: bool, **flags: Any
) -> None:
    """List an account's reviews, newest first; what is held becomes a denial after 24 hours."""
    with administration(config_file, flags) as perform:
        found = perform(
            "reviews.list",
            account_id=account_id,
            state=None if state == "all" else state,
            limit=limit,
        )
    print_records(found, as_json)


@reviews.command("show")
@click.argument("review_id", type=int)
@json_option
def show(config_file: Path | None, review_id: int, as_json: bool, **flags: Any) -> None:
    """Show what was read in a text and by which rules, and how this program's rules read it."""
    with administration(config_file, flags) as perform:
        found = perform("reviews.show", id=review_id)
    print_record(found, as_json)


@reviews.command("decide")
@click.argument("review_id", type=int)
@click.argument("decision", type=click.Choice(["opt-out", "release"]))
@json_option
def decide(
    config_file: Path | None, review_id: int, decision: str, as_json: bool, **flags: Any
) -> None:
    """Decide what a text was: a request to stop, or none.

    opt-out obeys it without a reply; release lets the pair's messages go on. It counts for all
    that the pair is held for.
    """
    with administration(config_file, flags) as perform:
        found = perform(
            "reviews.decide",
            id=review_id,
            decision=Decision(decision.replace("-", "_")).value,
            actor=f"command:{getpass.getuser()}",
        )
    print_record(found, as_json)


def _layer_options(command: Any) -> Any:
    choices = click.Choice([*(policy.value for policy in Policy), _DEFAULT])
    for layer in reversed(_LAYERS):
        command = click.option(f"--{layer}", type=choices, help=_LAYERS[layer])(command)
    return command


@reviews.command("policy")
@click.option("--from", "sender", help="Of this number.")
@click.option("--account", "account_id", type=int, help="Of all numbers of this account.")
@_layer_options
@json_option
def policy(
    config_file: Path | None,
    sender: str | None,
    account_id: int | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Show or change what requests cause beyond the exact keyword, which always acts.

    off: nothing; flag: a mark; review: the pair is held until a person decides; act: opt out at
    once. A number's choice goes before its account's; default takes a choice back.
    """
    if (sender is None) == (account_id is None):
        raise Misuse("give either --from or --account")
    chosen = {layer: given.pop(layer) for layer in _LAYERS}
    changes = {
        layer: None if value == _DEFAULT else value
        for layer, value in chosen.items()
        if value is not None
    }
    whose = {"sender": sender, "account_id": account_id}
    with administration(config_file, given) as perform:
        if changes:
            found = perform("reviews.set_policy", changes=changes, **whose)
        else:
            found = perform("reviews.policy", **whose)
    print_record(found, as_json)
