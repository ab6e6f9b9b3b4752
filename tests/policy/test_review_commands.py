"""Reviews, policy and rescans from the command line, with and without a server."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stopline.cli import cli
from stopline.commands.credentials_file import Credentials, read_credentials
from stopline.commands.demo_account import prepare_demo
from stopline.config import Settings
from stopline.core.keywords import RULE_SET_ID
from stopline.flows.inbound import receive_messages
from stopline.flows.replies import InboundPolicy
from stopline.store.sqlite import SqliteStore
from stopline.store_service import open_store
from support.servers import running
from support.world import make_inbound, real_clock_ms

ANN, BEN = "+12065550161", "+13125550162"
ALONE, BESIDE = "alone", "beside a server"
both_ways = pytest.mark.parametrize("data", [ALONE, BESIDE], indirect=True)
REQUEST = "please take me off your list"


def text_in(store: SqliteStore, sender: str, person: str, text: str) -> None:
    inbound = make_inbound(person, text, sender, received_ms=real_clock_ms())
    store.transact_now(receive_messages, [inbound], InboundPolicy())


@pytest.fixture
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A demo installation where Ann is held and Ben marked."""
    store = open_store(tmp_path)
    prepare_demo(Settings(data=tmp_path, log_format="json"), store)
    sender = read_credentials(tmp_path).senders[0]
    text_in(store, sender, ANN, REQUEST)
    text_in(store, sender, BEN, "wrong number")
    store.close()
    with running(tmp_path) if getattr(request, "param", ALONE) == BESIDE else nullcontext():
        yield tmp_path


def invoke(data: Path, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, [*arguments, "--data", str(data)])
    assert result.exit_code == code, result.output
    return result


def ask(data: Path, *arguments: str) -> Any:
    return json.loads(invoke(data, *arguments, "--json").stdout)


def account(data: Path) -> tuple[str, str]:
    return "--account", str(credentials(data).account_id)


def credentials(data: Path) -> Credentials:
    return read_credentials(data)


@both_ways
def test_what_is_held_is_listed_shown_and_decided(data: Path) -> None:
    """One decision opts the person out; it is made once."""
    [held] = ask(data, "reviews", "list", *account(data))
    assert (held["recipient"], held["text"], held["asks"]) == (ANN, REQUEST, "opt_out")
    shown = ask(data, "reviews", "show", str(held["id"]))
    assert (shown["rules"], shown["rule_set"]) == ("this program's", RULE_SET_ID)
    assert shown["read_then"] == shown["reads_now"] == shown["read_by"] == held["read_by"]
    done = ask(data, "reviews", "decide", str(held["id"]), "opt-out")
    assert done["state"] == "opted_out"
    assert done["actor"].startswith("command:")
    shown = ask(data, "consent", "show", ANN, "--from", credentials(data).senders[0])
    assert shown["status"] == "optout"
    assert (
        "decided before"
        in invoke(data, "reviews", "decide", str(held["id"]), "release", code=1).stderr
    )
    assert "none" in invoke(data, "reviews", "list", *account(data)).stderr


def test_marks_are_listed_by_state(data: Path) -> None:
    """Ben's text is doubtful; a person may still release or obey it."""
    [marked] = ask(data, "reviews", "list", *account(data), "--state", "flagged")
    assert marked["recipient"] == BEN
    assert ask(data, "reviews", "decide", str(marked["id"]), "release")["state"] == "released"
    assert len(ask(data, "reviews", "list", *account(data), "--state", "all")) == 2


@both_ways
def test_policy_is_set_for_an_account_and_a_number(data: Path) -> None:
    """The number's choice goes first; default takes it back."""
    sender = ("--from", credentials(data).senders[0])
    shipped = {"footer": "act", "slip": "act", "request": "review", "doubtful": "flag"}
    assert ask(data, "reviews", "policy", *sender) == shipped
    ask(data, "reviews", "policy", *account(data), "--request", "act", "--slip", "flag")
    assert ask(data, "reviews", "policy", *sender) == shipped | {"request": "act", "slip": "flag"}
    ask(data, "reviews", "policy", *sender, "--slip", "off")
    assert ask(data, "reviews", "policy", *sender)["slip"] == "off"
    ask(data, "reviews", "policy", *sender, "--slip", "default")
    assert ask(data, "reviews", "policy", *sender)["slip"] == "flag"
    assert ask(data, "reviews", "policy", *account(data))["request"] == "act"
    invoke(data, "reviews", "policy", code=2)


def test_a_rescan_reports_and_acts(data: Path) -> None:
    """What was read when it came is not missed."""
    report = invoke(data, "consent", "rescan", "--since", "2020-01-01")
    assert "2 texts read, 0 missed; nothing was changed" in report.stderr
    assert "obeyed" in invoke(data, "consent", "rescan", "--since", "2020-01-01", "--act").stderr


def test_an_unknown_review_is_no_review(data: Path) -> None:
    """Neither shown nor decided."""
    assert "not found" in invoke(data, "reviews", "show", "1", code=1).stderr
    assert "not found" in invoke(data, "reviews", "decide", "1", "release", code=1).stderr
