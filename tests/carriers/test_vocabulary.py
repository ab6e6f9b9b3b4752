"""What providers' codes mean: every published row, replayed through the store."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stopline.carriers import vocabulary
from stopline.carriers.vocabulary import NOT_UNDERSTOOD, Meaning
from stopline.core.carriage import (
    NetworkWord,
    Receipt,
    Submission,
    SubmitAnswer,
    SubmitOutcome,
)
from stopline.core.consent import ConsentSource
from stopline.core.messages import MessageStatus
from stopline.core.network import FIRST_REPORT, NetworkReport
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


def test_a_row_means_what_its_source_says() -> None:
    """Its class of failure in the wire's codes, and whether the person opted out."""
    for row in ROWS:
        meaning = meaning_of(row)
        code = None if meaning.failure is None else failure_code(meaning.failure)
        said = meaning.word if meaning.word in PERSONS.values() else None
        assert (code, said) == (
            row["rc_class_extended"],
            PERSONS.get(row["recipient_opted_out"]),
        ), row


@pytest.mark.parametrize("provider", vocabulary.providers())
def test_a_code_nobody_published_is_not_guessed(provider: str) -> None:
    """It means unknown, and says so."""
    assert vocabulary.find(provider).read("31415926") == NOT_UNDERSTOOD


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    it = World(tmp_path_factory.mktemp("rows"), Clock())
    yield it
    it.close()


@pytest.mark.parametrize("provider", vocabulary.providers())
def test_each_row_has_its_effect(world: World, provider: str) -> None:
    """At submit or in a receipt: the message's end and reason, the person's consent, the report."""
    rows = {person(number): row for number, row in enumerate(ROWS) if row["provider"] == provider}
    world.send(*rows)
    sent = {one.recipient: one for one in world.pass_gate(world.claim())}
    answers = [answer(sent[who], row) for who, row in rows.items()]
    world.store.transact_now(settle_submissions, CARRIER, answers)
    receipts = [report(sent[who], row) for who, row in rows.items() if row["phase"] != "sync"]
    world.store.transact_now(record_receipts, receipts)
    messages = {message.recipient: message for message in world.messages()}
    kept = {report.pair.recipient: report.word for report in reports(world)}
    for who, row in rows.items():
        meaning = meaning_of(row)
        assert (messages[who].status, messages[who].failure) == (end_of(row), meaning.failure), row
        assert denied_by(world, who) == source_of(row), row
        is_kept = meaning.word not in (None, NetworkWord.OPTED_OUT)
        assert kept.get(who) == (meaning.word if is_kept else None), row


def meaning_of(row: dict[str, Any]) -> Meaning:
    return vocabulary.find(row["provider"]).read(row["code"])


def end_of(row: dict[str, Any]) -> MessageStatus:
    if row["rc_class"] is None:
        return MessageStatus.DELIVERED
    at_once = row["phase"] == "sync"
    return MessageStatus.SENDING_FAILED if at_once else MessageStatus.DELIVERY_FAILED


def source_of(row: dict[str, Any]) -> list[ConsentSource]:
    """Only a sure row opts out, in the name of who keeps the list."""
    if row["recipient_opted_out"] is not True:
        return []
    upstream = row["rc_class_extended"] == "SMS-UP-413"
    return [ConsentSource.UPSTREAM if upstream else ConsentSource.CARRIER]


def denied_by(world: World, who: str) -> list[ConsentSource]:
    return [found.denial.source for found in world.verdict(who).denials]


def answer(submission: Submission, row: dict[str, Any]) -> SubmitAnswer:
    """Refused with the code, or taken, and the receipt has it."""
    meaning = meaning_of(row) if row["phase"] == "sync" else Meaning()
    return SubmitAnswer(
        submission.message_id,
        submission.attempt,
        SubmitOutcome.REFUSED if meaning.failure else SubmitOutcome.ACCEPTED,
        f"c{submission.message_id}",
        meaning.failure,
        word=meaning.word,
        raw=row["code"],
    )


def report(submission: Submission, row: dict[str, Any]) -> Receipt:
    meaning = meaning_of(row)
    return Receipt(
        CARRIER,
        f"c{submission.message_id}",
        submission.sender,
        submission.recipient,
        MessageStatus.DELIVERY_FAILED if meaning.failure else MessageStatus.DELIVERED,
        meaning.failure,
        raw=row["code"],
        word=meaning.word,
    )


def reports(world: World) -> list[NetworkReport]:
    return world.store.read_now(list_reports, ACCOUNT, SENDER, FIRST_REPORT, 1_000)


def test_the_senders_bucket_holds_the_reports(world: World) -> None:
    """Where everything of the sender is."""
    found = world.store.read_now(
        lambda tx: tx.network_reports.list_page(bucket_of(SENDER), SENDER, FIRST_REPORT, 10)
    )
    assert found
