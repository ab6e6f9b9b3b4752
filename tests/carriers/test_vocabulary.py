"""What providers' codes mean: every published row, replayed through the store."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stopline.carriers import vocabulary
from stopline.carriers.vocabulary import NOT_UNDERSTOOD
from stopline.core.carriage import NetworkWord, Receipt, SubmitAnswer, SubmitOutcome
from stopline.core.consent import ConsentSource
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.flows.network import list_reports
from stopline.flows.receipts import record_receipts
from stopline.flows.submissions import settle_submissions
from stopline.ringcentral.failure_codes import failure_code
from support.world import ACCOUNT, CARRIER, SENDER, Clock, World, person

ROOT = Path(__file__).parents[2]
ROWS: list[dict[str, Any]] = json.loads((ROOT / "tests/data/carrier-errors.json").read_text())[
    "mappings"
]
PERSONS = {True: NetworkWord.OPTED_OUT, "possible": NetworkWord.POSSIBLY_OPTED_OUT}


def name(row: dict[str, Any]) -> str:
    return f"{row['provider']}-{row['code']}"


def test_there_are_all_rows() -> None:
    """Nothing was lost on the way into the package."""
    assert len(ROWS) == 296
    shipped = {(p, code) for p in vocabulary.providers() for code in vocabulary.find(p).rows}
    assert shipped == {(row["provider"], row["code"]) for row in ROWS}


def test_the_shipped_table_is_current() -> None:
    """It is what its script makes of the source."""
    command = [sys.executable, str(ROOT / "scripts/build_carrier_errors"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_row_means_what_its_source_says(row: dict[str, Any]) -> None:
    """Its class of failure in the wire's codes, and whether the person opted out."""
    meaning = vocabulary.find(row["provider"]).read(row["code"])
    code = None if meaning.failure is None else failure_code(meaning.failure)
    assert code == row["rc_class_extended"]
    assert PERSONS.get(row["recipient_opted_out"]) == (
        meaning.word if meaning.word in PERSONS.values() else None
    )


@pytest.mark.parametrize("provider", vocabulary.providers())
def test_a_code_nobody_published_is_not_guessed(provider: str) -> None:
    """It means unknown, and says so."""
    assert vocabulary.find(provider).read("31415926") == NOT_UNDERSTOOD


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    it = World(tmp_path_factory.mktemp("rows"), Clock())
    yield it
    it.close()


@pytest.mark.parametrize("number, row", list(enumerate(ROWS)), ids=map(name, ROWS))
def test_a_row_has_its_effect(world: World, number: int, row: dict[str, Any]) -> None:
    """At submit or in a receipt: the message's end and reason, the person's consent, the report."""
    who = person(number)
    world.send(who)
    (submission,) = world.pass_gate(world.claim())
    meaning = vocabulary.find(row["provider"]).read(row["code"])
    if row["phase"] == "sync":
        outcome = SubmitOutcome.REFUSED if meaning.failure else SubmitOutcome.ACCEPTED
        settle(world, submission, outcome, meaning, row["code"])
        ended = MessageStatus.SENDING_FAILED
    else:
        settle(world, submission, SubmitOutcome.ACCEPTED, vocabulary.Meaning(), "")
        ended = MessageStatus.DELIVERY_FAILED if meaning.failure else MessageStatus.DELIVERED
        report(world, submission, ended, meaning, row["code"])
    (message,) = [m for m in world.messages() if m.recipient == who]
    assert (message.status, message.failure) == (ended, meaning.failure)
    denials = world.verdict(who).denials
    if row["recipient_opted_out"] is True:
        upstream = meaning.failure is FailureCode.UPSTREAM_OPTED_OUT
        source = ConsentSource.UPSTREAM if upstream else ConsentSource.CARRIER
        assert [found.denial.source for found in denials] == [source]
    else:
        assert denials == ()
    kept = {r.word for r in reports(world) if r.pair.recipient == who}
    assert kept == ({meaning.word} if meaning.word not in (None, NetworkWord.OPTED_OUT) else set())


def settle(world: World, submission: Any, outcome: SubmitOutcome, meaning: Any, raw: str) -> None:
    answer = SubmitAnswer(
        submission.message_id,
        submission.attempt,
        outcome,
        f"c{submission.message_id}",
        meaning.failure,
        word=meaning.word,
        raw=raw,
    )
    world.store.transact_now(settle_submissions, CARRIER, [answer])


def report(world: World, submission: Any, status: MessageStatus, meaning: Any, raw: str) -> None:
    receipt = Receipt(
        CARRIER,
        f"c{submission.message_id}",
        submission.sender,
        submission.recipient,
        status,
        meaning.failure,
        raw=raw,
        word=meaning.word,
    )
    world.store.transact_now(record_receipts, [receipt])


def reports(world: World) -> list[Any]:
    return world.store.read_now(list_reports, ACCOUNT, SENDER, ("", "", ""), 1_000)


def test_the_senders_bucket_holds_the_reports(world: World) -> None:
    """Where everything of the sender is."""
    found = world.store.read_now(
        lambda tx: tx.network_reports.list_page(bucket_of(SENDER), SENDER, ("", "", ""), 10)
    )
    assert found
