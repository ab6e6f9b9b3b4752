"""Carriers from the command line, with a real server and without one."""

import json
import time

import pytest
from click.testing import CliRunner

from stopline.cli import cli
from stopline.commands.credentials_file import read_credentials
from stopline.commands.demo_account import prepare_demo
from stopline.config import Settings
from stopline.control.client import ControlClient
from stopline.store_service import open_store
from support.servers import running

HANDSET = "+12065550142"


def invoke(data, *arguments, code=0):
    result = CliRunner().invoke(cli, [*arguments, "--data", str(data)])
    assert result.exit_code == code, result.output
    return result


def ask(data, *arguments, code=0):
    return json.loads(invoke(data, *arguments, "--json", code=code).stdout)


def wait_up(data):
    """The first report comes with the first second."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        [found] = ask(data, "carriers", "list")
        if found["state"] != "down":
            return found
        time.sleep(0.05)
    raise AssertionError("the carrier did not come up")


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def prepared(data):
    """A demo installation without a server."""
    data.mkdir()
    store = open_store(data)
    prepare_demo(Settings(data=data, log_format="json"), store)
    store.close()


def test_a_carrier_is_listed_tested_paused_and_resumed(data):
    """With a real server: a test text goes out, none while it is paused, also after a restart."""
    with running(data):
        found = wait_up(data)
        assert (found["name"], found["state"], found["window"]) == ("simulated", "up", 1000)
        sender = read_credentials(data).senders[0]
        printed = invoke(data, "carriers", "test", "simulated").stdout
        assert "{" not in printed
        tested = ask(data, "carriers", "test", "simulated", "--from", sender, "--to", HANDSET)
        assert tested["status"] in {"sent", "delivered"}
        assert ask(data, "carriers", "pause", "simulated")["state"] == "paused"
    with running(data):
        paused = ask(data, "carriers", "list")
        assert [one["state"] for one in paused] == ["paused"]
        late = invoke(
            data, "carriers", "test", "simulated", "--from", sender, "--to", HANDSET,
            "--wait", "1", "--json", code=1,
        )  # fmt: skip
        assert json.loads(late.stdout)["status"] == "queued"
        assert "did not leave" in late.stderr
        assert ask(data, "carriers", "resume", "simulated")["state"] in {"up", "down"}
        identifier = json.loads(late.stdout)["message"]
        wait_sent(data, identifier)


def wait_sent(data, identifier):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with ControlClient(data) as client:
            found = client.perform("carriers.tested", {"id": identifier})
        if found["status"] in {"sent", "delivered"}:
            return
        time.sleep(0.05)
    raise AssertionError(f"it is still {found['status']}")


def test_a_carrier_that_nobody_knows_is_refused(data):
    """By each command, with or without a server."""
    prepared(data)
    for command in ("test", "pause", "resume"):
        assert "carrier" in invoke(data, "carriers", command, "nroth", code=1).stderr
    assert ask(data, "carriers", "list")[0]["state"] == "down"
    assert "no process has it" in invoke(data, "carriers", "test", "simulated", code=1).stderr


@pytest.mark.parametrize(
    "options, shown",
    [
        (("--rate", "toll-free"), ("toll-free", None, None)),
        (("--rate", "12.5", "--valid-minutes", "30"), ("12.5", 30, None)),
        (("--spread-minutes", "60"), (None, None, 60)),
        (("--rate", "none", "--valid-minutes", "0"), (None, None, None)),
    ],
)
def test_how_a_number_sends_is_set_and_shown(data, options, shown):
    """Each setting by itself; none and 0 take it away."""
    prepared(data)
    sender = read_credentials(data).senders[0]
    found = ask(data, "senders", "sending", sender, *options)
    assert (found["rate"], found["valid_minutes"], found["spread_minutes"]) == shown
    assert ask(data, "senders", "sending", sender) == found


def test_what_is_no_rate_is_refused(data):
    """With the names that there are."""
    prepared(data)
    sender = read_credentials(data).senders[0]
    error = invoke(data, "senders", "sending", sender, "--rate", "fast", code=1).stderr
    assert "toll-free" in error
