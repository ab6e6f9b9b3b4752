"""Every published code as a carrier meets it: in a provider's own answer or receipt, read by that
provider's file; where a provider has none, by the generic one or by SMPP."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stopline.carriers import vocabulary
from stopline.carriers.smpp.failures import STATES, STATUSES, FailureTable
from stopline.core.carriage import Receipt, SubmitOutcome
from stopline.core.messages import MessageStatus
from support.number_shapes import PERSON
from support.provider_files import ONE, answer, callback, make
from support.providers import PROVIDERS, Taken
from support.world import SENDER

ROOT = Path(__file__).parents[2]
ROWS: list[dict[str, Any]] = json.loads((ROOT / "tests/data/carrier-errors.json").read_text())[
    "mappings"
]
OWN = ("twilio", "telnyx", "bandwidth")
SENT = Taken(SENDER, PERSON, "hi", "ref-1")


def rows(provider: str, phase: str) -> list[dict[str, Any]]:
    return [row for row in ROWS if row["provider"] == provider and phase in row["phase"]]


def carrier_of(provider: str) -> Any:
    """Its own file, or the generic one with its vocabulary."""
    if provider in OWN:
        return make(provider)
    return make("generic", vocabulary=provider, answer={"code": "error"})


HTTP = sorted({row["provider"] for row in ROWS} - {STATUSES, STATES})


@pytest.mark.parametrize("provider", HTTP)
def test_a_refusal_says_what_its_code_means(provider: str) -> None:
    """Why the message failed, what is said of the person, and the code as it came; or that the
    same may be tried again."""
    carrier = carrier_of(provider)
    for row in rows(provider, "sync"):
        (found,) = carrier.read_answer(*asked(carrier, provider, row["code"]))
        meaning = vocabulary.find(provider).read(row["code"])
        if meaning.retry:
            assert found.outcome is SubmitOutcome.NOT_NOW, row
            continue
        assert found.outcome is SubmitOutcome.REFUSED, row
        assert (found.failure, found.word, found.raw) == (
            meaning.failure,
            meaning.word,
            row["code"],
        ), row


def asked(carrier: Any, provider: str, code: str) -> tuple[Any, Any]:
    """A request and its refusal, in the form of the provider."""
    (request,) = carrier.requests([ONE])
    bodies = {
        "twilio": lambda: {"code": int(code), "message": "…", "status": 400},
        "telnyx": lambda: {"errors": [{"code": code, "title": "…"}]},
    }
    return request, answer(400, bodies.get(provider, lambda: {"error": code})())


@pytest.mark.parametrize("provider", HTTP)
def test_a_receipt_says_what_its_code_means(provider: str) -> None:
    """The same in the receipt of a message that was taken."""
    carrier = carrier_of(provider)
    for row in rows(provider, "dlr"):
        (found,) = reported(carrier, provider, row)
        meaning = vocabulary.find(provider).read(row["code"])
        if row["rc_class"] is None:
            assert (found.status, found.failure) == (MessageStatus.DELIVERED, None)
            continue
        assert (found.status, found.failure, found.word, found.raw) == (
            MessageStatus.DELIVERY_FAILED,
            meaning.failure,
            meaning.word,
            row["code"],
        ), row


def reported(carrier: Any, provider: str, row: dict[str, Any]) -> Sequence[Receipt]:
    """What a carrier reads in a receipt with a code."""
    server = PROVIDERS[provider if provider in OWN else "generic"]()
    what = "delivered" if row["rc_class"] is None else "failed"
    (status, _), code = server.words[what], row["code"]
    server.words = {what: (status, int(code) if provider == "bandwidth" else code)}  # type: ignore[misc]
    it = server.report_callback(replace(SENT), what)
    found: Sequence[Receipt] = carrier.read_callback(callback(it)).receipts
    return found


def test_smpps_own_numbers_mean_what_is_published() -> None:
    """Statuses of answers and states of receipts."""
    table = FailureTable()
    for row in rows(STATUSES, "sync"):
        meaning, status = vocabulary.find(STATUSES).read(row["code"]), int(row["code"], 16)
        wanted = (
            (SubmitOutcome.NOT_NOW, None)
            if meaning.retry
            else (SubmitOutcome.REFUSED, meaning.failure)
        )
        assert (table.outcome(status), table.status_word(status)) == (wanted, meaning.word), row
    ends = {"DELIVRD": (MessageStatus.DELIVERED, None), "ACCEPTD": None, "ENROUTE": None}
    for row in rows(STATES, "dlr"):
        failure = vocabulary.find(STATES).read(row["code"]).failure
        failed = (MessageStatus.DELIVERY_FAILED, failure)
        assert table.report(row["code"], "000") == ends.get(row["code"], failed), row


def test_no_row_is_left_out() -> None:
    """Each of the 296 has been in a carrier's hands above."""
    met = [row for p in HTTP for phase in ("sync", "dlr") for row in rows(p, phase)]
    met += rows(STATUSES, "sync") + rows(STATES, "dlr")
    keys = {(row["provider"], row["code"]) for row in met}
    assert len(keys) == len(ROWS) == 296
