"""`stopline mirror ringcentral`, with another Stopline in the place of the service."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from migration.test_commands import installation
from stopline.cli import cli
from stopline.commands.credentials_file import read_credentials
from stopline.core.consent import ConsentSource
from stopline.core.consent_facts import Fact
from stopline.core.scopes import Category
from stopline.ringcentral.upstream import read_event
from stopline.testing import StoplineServer
from support.servers import running

WAIT_S = 60.0
ANN, BEN, CAT, DAN = (f"+1206555116{last}" for last in range(1, 5))


@pytest.fixture(scope="module")
def upstream() -> Iterator[StoplineServer]:
    with StoplineServer() as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, upstream: StoplineServer) -> Path:
    """An installation of ours, without the upstream's numbers: both draw theirs from a hundred."""
    theirs = set(upstream.credentials.senders)
    made = (installation(tmp_path / f"here{number}") for number in range(20))
    return next(one for one in made if theirs.isdisjoint(read_credentials(one).senders))


def arguments(upstream: StoplineServer, here: Path, *more: str) -> list[str]:
    secret, jwt = here / "secret", here / "jwt"
    secret.write_text(upstream.credentials.client_secret)
    jwt.write_text(upstream.credentials.jwt)
    account = str(read_credentials(here).account_id)
    return [
        *("mirror", "ringcentral", "--server", upstream.url, "--account", account),
        *("--client-id", upstream.credentials.client_id, "--client-secret-file", str(secret)),
        *("--jwt-file", str(jwt), "--data", str(here), "--add-numbers", *more),
    ]


def ask(here: Path, *words: str) -> Any:
    result = CliRunner().invoke(cli, [*words, "--data", str(here), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def status(here: Path, number: str, person: str) -> str:
    found: str = ask(here, "consent", "show", person, "--from", number)["status"]
    return found


def eventually(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def say(upstream: StoplineServer, person: str, text: str) -> None:
    assert upstream.text_in(person, upstream.credentials.senders[0], text).acknowledged


@contextmanager
def mirroring(upstream: StoplineServer, here: Path) -> Iterator[subprocess.Popen[str]]:
    """The command as a process of its own, from when it follows."""
    command = [sys.executable, "-m", "stopline", *arguments(upstream, here)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith("following"):
                    break
            assert process.poll() is None
            yield process
        finally:
            process.kill()


def test_once_copies_the_list(upstream: StoplineServer, here: Path) -> None:
    """With its numbers, sources and times; a second time nothing changes."""
    number = upstream.credentials.senders[0]
    say(upstream, ANN, "STOP")
    for expected in ("new 1, known 0", "new 0, known 1"):
        done = CliRunner().invoke(cli, arguments(upstream, here, "--once"))
        assert done.exit_code == 0, done.output
        assert expected in done.output
    (entry,) = ask(here, "consent", "history", ANN)
    assert (entry["source"], entry["channel"], entry["sender"]) == ("recipient", "import", number)
    (added,) = [
        one
        for one in ask(here, "senders", "list", "--account", str(read_credentials(here).account_id))
        if one["number"] == number
    ]
    assert added["status"] != "active"


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_changes_arrive_and_nothing_is_lost_over_a_cut(
    upstream: StoplineServer, here: Path
) -> None:
    """A STOP, a START, and a STOP said while the mirror was away; our own server runs beside it."""
    number = upstream.credentials.senders[0]
    say(upstream, DAN, "STOP")
    with running(here):
        with mirroring(upstream, here) as process:
            assert status(here, number, DAN) == "optout"
            say(upstream, BEN, "STOP")
            eventually(lambda: status(here, number, BEN) == "optout")
            say(upstream, BEN, "START")
            eventually(lambda: status(here, number, BEN) == "optin")
            # Not SIGINT: a shell that runs this in the background has it ignored, and so have we.
            process.send_signal(signal.SIGTERM)
            assert process.wait(WAIT_S) in (0, -signal.SIGTERM)
        say(upstream, CAT, "STOP")
        say(upstream, DAN, "START")
        with mirroring(upstream, here):
            assert status(here, number, CAT) == "optout"
            assert status(here, number, DAN) == "optin"


def test_a_refusal_ends_it_with_its_reason(upstream: StoplineServer, here: Path) -> None:
    """Another try would not help."""
    words = arguments(upstream, here, "--once")
    Path(words[words.index("--jwt-file") + 1]).write_text("nobody")
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 1
    assert "HTTP 400" in done.output


TIME = "2026-03-02T15:06:11.473Z"
MS = 1_772_463_971_473
RECIPIENT = ConsentSource.RECIPIENT
NUMBER = "+12025550142"


@pytest.mark.parametrize(
    "envelope, facts",
    [
        (
            {"uuid": "1", "timestamp": TIME, "body": {"from": NUMBER, "to": ANN, "active": True}},
            [Fact(0, NUMBER, ANN, True, RECIPIENT, MS, "", "event 1")],
        ),
        (
            {
                "uuid": "2",
                "body": {
                    "records": [
                        {"from": NUMBER, "to": ANN, "optStatus": "OptIn", "source": "Api",
                         "lastModifiedTime": TIME},
                        {"from": NUMBER, "to": BEN, "optStatus": "OptOut", "source": "Recipient",
                         "lastModifiedTime": TIME, "campaignType": "Promotional"},
                        {"from": "x", "to": BEN},
                    ]
                },
            },
            [
                Fact(0, NUMBER, ANN, False, ConsentSource.ACCOUNT, MS, "", "event 2"),
                Fact(0, NUMBER, BEN, True, RECIPIENT, MS, "", "event 2", Category.PROMOTIONAL),
            ],
        ),
        ({"uuid": "3", "body": None}, []),
        ({"uuid": "4", "body": {"records": [None]}}, []),
    ],
)  # fmt: skip
def test_events_of_both_versions_are_read(envelope: dict[str, Any], facts: list[Fact]) -> None:
    """What can not be read is left to the next list."""
    assert read_event(envelope) == facts
