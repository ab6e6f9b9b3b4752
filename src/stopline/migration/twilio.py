"""Twilio: it has no list of opt-outs to read, so its logs of messages are read instead.

What says that a person stopped: a message to them that failed with 21610, and their own text with
a STOP word. Their START or UNSTOP is proof of an opt-in; YES is not, as people say it for much
else. Understood are the console's CSV of the message log, the Messages list and the bulk export
(JSON), and bodies of its Consents API, which `export` writes, 25 to a call.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Any, TextIO

from stopline.core.consent import ConsentSource
from stopline.core.consent_facts import BadLine, Fact
from stopline.core.consent_file import read_number, read_table
from stopline.core.errors import InvalidNumber
from stopline.core.keywords import Context, KeywordClass, KeywordSet, classify
from stopline.core.moments import parse_moment, render_moment
from stopline.migration.json_records import is_json, read_records

# "Attempt to send to unsubscribed recipient".
OPTED_OUT_CODE = "21610"
# What one call of its Consents API takes.
CONSENTS_PER_CALL = 25
_OPT_IN_WORDS = frozenset({"start", "unstop"})
_CSV_COLUMNS = ("from", "to", "body", "sentdate", "errorcode", "direction", "sid")
_CSV_NEEDED = ("from", "to", "direction")
_STATUSES = {"opt-out": True, "opt-in": False}
_WORDS = KeywordSet()
# The person's state is not in the log: every word counts.
_UNKNOWN = Context()


def read(file: TextIO) -> Iterator[Fact | BadLine]:
    """What the log says; messages that say nothing about consent are passed over.

    Raises BrokenFile.
    """
    for number, fields in _rows(file):
        if isinstance(fields, BadLine):
            yield fields
        elif "contact_id" in fields:
            yield _guarded(number, fields, _read_consent)
        elif _speaks(fields):
            yield _guarded(number, fields, _read_message)


def _rows(file: TextIO) -> Iterator[tuple[int, dict[str, str] | BadLine]]:
    if not is_json(file):
        for number, values in read_table(file, _CSV_COLUMNS, _CSV_NEEDED):
            if isinstance(values, BadLine):
                yield number, values
            else:
                yield number, _named(values)
        return
    for number, record in read_records(file, "messages", "Items", "items"):
        if isinstance(record, dict):
            yield number, {name.lower(): _text(value) for name, value in record.items()}
        else:
            yield number, BadLine(number, "is no record")


def _named(values: list[str]) -> dict[str, str]:
    """A line of the CSV under the names that JSON has."""
    names = ("from", "to", "body", "date_sent", "error_code", "direction", "sid")
    return dict(zip(names, values, strict=True))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _guarded(number: int, fields: dict[str, str], read_fields: Any) -> Fact | BadLine:
    try:
        fact: Fact = read_fields(number, fields)
    except (InvalidNumber, ValueError) as error:
        return BadLine(number, str(error))
    return fact


def _is_inbound(fields: dict[str, str]) -> bool:
    return fields.get("direction", "").startswith("inbound")


def _word(text: str) -> tuple[KeywordClass, str] | None:
    """The word that a text is, where it opts somebody out or in."""
    found = classify(text, _WORDS, _UNKNOWN)
    if found.keyword_class is KeywordClass.OPT_OUT:
        return KeywordClass.OPT_OUT, found.word or ""
    if found.keyword_class is KeywordClass.OPT_IN and found.word in _OPT_IN_WORDS:
        return KeywordClass.OPT_IN, found.word or ""
    return None


def _speaks(fields: dict[str, str]) -> bool:
    """Whether a message of the log says anything about consent by SMS."""
    if ":" in fields.get("from", "") or ":" in fields.get("to", ""):
        return False
    if _is_inbound(fields):
        return _word(fields.get("body", "")) is not None
    return fields.get("error_code", "") == OPTED_OUT_CODE


def _read_message(number: int, fields: dict[str, str]) -> Fact:
    moment = fields.get("date_sent") or fields.get("date_created") or ""
    time_ms = parse_moment(moment) if moment else None
    if not _is_inbound(fields):
        sender, recipient = read_number(fields["from"]), read_number(fields["to"])
        return Fact(number, sender, recipient, True, ConsentSource.RECIPIENT, time_ms)
    kind, word = _word(fields.get("body", "")) or (KeywordClass.OPT_OUT, "")
    sid = fields.get("sid", "")
    return Fact(
        number,
        read_number(fields["to"]),
        read_number(fields["from"]),
        kind is KeywordClass.OPT_OUT,
        ConsentSource.RECIPIENT,
        time_ms,
        word,
        f"text at Twilio: {sid}" if sid else "",
    )


def _read_consent(number: int, fields: dict[str, str]) -> Fact:
    opt_out = _STATUSES.get(fields.get("status", ""))
    if opt_out is None:
        raise ValueError("status is neither opt-out nor opt-in")
    moment = fields.get("date_of_consent", "")
    own = fields.get("source", "") in ("opt-out-message", "opt-in-message")
    return Fact(
        number,
        read_number(fields.get("sender_id", "")),
        read_number(fields["contact_id"]),
        opt_out,
        ConsentSource.RECIPIENT if own else ConsentSource.ACCOUNT,
        parse_moment(moment) if moment else None,
    )


def write(facts: Iterable[Fact]) -> Iterator[str]:
    """Bodies of calls to the Consents API, one on each line. What is about a kind of campaign or
    about all numbers has no place there and is left out."""
    items = (_consent(fact) for fact in facts if fact.category is None and fact.sender != "*")
    while piece := list(islice(items, CONSENTS_PER_CALL)):
        yield json.dumps({"Items": piece}, separators=(",", ":")) + "\n"


def _consent(fact: Fact) -> dict[str, str]:
    said = fact.source in (ConsentSource.RECIPIENT, ConsentSource.TIMEOUT)
    kind = "opt-out" if fact.opt_out else "opt-in"
    pair = f"{fact.sender} {fact.recipient}".encode()
    consent = {
        "contact_id": fact.recipient,
        "correlation_id": blake2b(pair, digest_size=16).hexdigest(),
        "sender_id": fact.sender,
        "status": kind,
        "source": f"{kind}-message" if said else "others",
    }
    if fact.time_ms is not None:
        consent["date_of_consent"] = render_moment(fact.time_ms)
    return consent
