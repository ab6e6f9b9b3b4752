"""Event filters: the paths by which a client says what it wants to hear, read both ways."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from stopline.core.events import ANNOUNCED_STATUSES, EventFilter, EventKind, Interest
from stopline.core.messages import Direction, MessageStatus
from stopline.core.reviews import ReviewState
from stopline.core.subscriptions import Reminder
from stopline.ringcentral.errors import WireError, bad_parameter
from stopline.ringcentral.failure_codes import STATUS_NAMES
from stopline.ringcentral.formats import parse_phone
from stopline.ringcentral.ids import read_batch_uuid, subscription_uuid

FILTERS_LIMIT = 100
FILTER_LENGTH_LIMIT = 512  # characters; the longest one of the contract has some 150
SHOWN_LIMIT = 10  # invalid filters that an error repeats

_A2P = re.compile(r"/restapi/v1\.0/account/([^/]+)/a2p-sms/([a-z-]+)(?:/([^/]+))?/?")
_CONSENTS = re.compile(r"/restapi/v2/accounts/([^/]+)/sms/consents/?")
_REVIEWS = re.compile(r"/stopline/v1/reviews/?")
_SPENDING = re.compile(r"/stopline/v1/spending/?")
_REMINDER = re.compile(r"/restapi/v1\.0/subscription/~/?")
_UNPRINTABLE = re.compile(r"[^\x21-\x7e ]")
# The subscription's id is not known while its filters are read; it is put in when they are shown.
_REMINDER_PATH = "/restapi/v1.0/subscription/~"
_DEFAULT_THRESHOLD_S = 60
_DEFAULT_INTERVAL_S = 15
_MAX_SECONDS = 315_360_000
_REVIEW_STATES = frozenset(state.name.lower() for state in ReviewState)
ANNOUNCED_NAMES = {STATUS_NAMES[status]: status for status in ANNOUNCED_STATUSES}
_DIRECTIONS = {"Inbound": Direction.INBOUND, "Outbound": Direction.OUTBOUND}


@dataclass(frozen=True, slots=True)
class ParsedFilters:
    """What the filters ask for, in their order; a reminder's interest matches nothing itself."""

    interests: tuple[Interest, ...]
    reminder: Reminder | None


@dataclass(frozen=True, slots=True)
class FilterReader:
    """Whose filters are read: numbers in national form are of `country`."""

    account_id: int
    lifetime_s: int
    country: str = "US"


class _Invalid(Exception):
    """A text that is no filter."""


def parse_filters(texts: list[str], reader: FilterReader) -> ParsedFilters:
    """Read filters as a client sends them.

    Raises WireError: 400 SUB-508 naming those that are none, SUB-515 for a reminder alone,
    403 SUB-406 for another account, CMN-101 for an empty list.
    """
    if not texts:
        raise bad_parameter("eventFilters")
    if len(texts) > FILTERS_LIMIT:
        raise invalid_filters([f"more than {FILTERS_LIMIT} filters"])
    parsed: list[Interest | Reminder] = []
    invalid: list[str] = []
    for text in texts:
        try:
            parsed.append(_parse_filter(text, reader))
        except (_Invalid, ValueError):
            invalid.append(text)
    if invalid:
        raise invalid_filters(invalid)
    return _collect(parsed, texts)


def _collect(parsed: list[Interest | Reminder], texts: list[str]) -> ParsedFilters:
    reminders = [item for item in parsed if isinstance(item, Reminder)]
    if len(reminders) == len(parsed):
        raise WireError(
            400, "SUB-515", "Subscription containing only reminder filter is not allowed"
        )
    if len(reminders) > 1:
        raise invalid_filters([t for t in texts if _REMINDER.fullmatch(t.partition("?")[0])])
    interests = tuple(
        Interest(item.label, ()) if isinstance(item, Reminder) else item for item in parsed
    )
    return ParsedFilters(interests, reminders[0] if reminders else None)


def invalid_filters(texts: list[str]) -> WireError:
    """400 SUB-508 with the filters it is about, cut to a length that is safe to repeat."""
    shown = [_UNPRINTABLE.sub("?", text)[:FILTER_LENGTH_LIMIT] for text in texts[:SHOWN_LIMIT]]
    return WireError(400, "SUB-508", f"Invalid event filters: [{', '.join(shown)}]")


def render_label(label: str, subscription_id: int) -> str:
    """A filter as it is shown: absolute, with every id in its place."""
    if label.startswith(_REMINDER_PATH):
        return label.replace("~", subscription_uuid(subscription_id), 1)
    return label


def _parse_filter(text: str, reader: FilterReader) -> Interest | Reminder:
    if len(text) > FILTER_LENGTH_LIMIT or _UNPRINTABLE.search(text):
        raise _Invalid
    path, _, raw_query = text.partition("?")
    query = _parse_query(raw_query)
    # Outside, a plus is shown as it is, however the client wrote it.
    suffix = "?" + raw_query.replace("%2B", "+").replace("%2b", "+") if raw_query else ""
    if _REMINDER.fullmatch(path):
        return _parse_reminder(query, _REMINDER_PATH + suffix, reader.lifetime_s)
    if match := _CONSENTS.fullmatch(path):
        _check_account(match[1], reader.account_id)
        label = f"/restapi/v2/accounts/{reader.account_id}/sms/consents{suffix}"
        return Interest(label, _pair_filters(EventKind.CONSENT, query, reader.country))
    if _REVIEWS.fullmatch(path):
        return Interest(f"/stopline/v1/reviews{suffix}", _review_filters(query, reader.country))
    if _SPENDING.fullmatch(path):
        return Interest("/stopline/v1/spending", (EventFilter(EventKind.SPENDING),))
    if match := _A2P.fullmatch(path):
        _check_account(match[1], reader.account_id)
        resource = match[2] + (f"/{match[3]}" if match[3] else "")
        label = f"/restapi/v1.0/account/{reader.account_id}/a2p-sms/{resource}{suffix}"
        return Interest(label, _a2p_filters(match[2], match[3], query, reader.country))
    raise _Invalid


def _parse_query(raw: str) -> dict[str, str]:
    """Names and values; a raw plus is a plus, an empty value an absent one."""
    query: dict[str, str] = {}
    for pair in raw.split("&"):
        name, _, value = pair.partition("=")
        value = unquote(value, errors="strict").strip()
        if value and query.setdefault(name, value) != value:
            raise _Invalid
    return query


def _check_account(text: str, account_id: int) -> None:
    if text in {"~", str(account_id)}:
        return
    if not (text.isascii() and text.isdigit()):
        raise _Invalid
    raise WireError(403, "SUB-406", "Subscriptions for another account are not allowed")


def _a2p_filters(
    resource: str, tail: str | None, query: Mapping[str, str], country: str
) -> tuple[EventFilter, ...]:
    read = _A2P_RESOURCES.get((resource, tail is not None))
    if read is None:
        raise _Invalid
    return read(query, country, tail or "")


def _batch_filters(query: Mapping[str, str], country: str, tail: str) -> tuple[EventFilter, ...]:
    batch_id = _batch_id(tail) if tail else None
    return (EventFilter(EventKind.BATCH, sender=_phone(query, "from", country), batch_id=batch_id),)


def _opt_out_filters(query: Mapping[str, str], country: str, _tail: str) -> tuple[EventFilter, ...]:
    return _pair_filters(EventKind.OPT_OUT, query, country)


def _pair_filters(
    kind: EventKind, query: Mapping[str, str], country: str
) -> tuple[EventFilter, ...]:
    sender, recipient = _phone(query, "from", country), _phone(query, "to", country)
    return (EventFilter(kind, sender=sender, recipient=recipient),)


def _review_filters(query: Mapping[str, str], country: str) -> tuple[EventFilter, ...]:
    """Stopline's own filter; `state` takes names with commas between."""
    states = tuple(query["state"].split(",")) if "state" in query else None
    if states is not None and not _REVIEW_STATES.issuperset(states):
        raise _Invalid
    sender, recipient = _phone(query, "from", country), _phone(query, "to", country)
    return (EventFilter(EventKind.REVIEW, sender, recipient, review_states=states),)


def _message_filters(query: Mapping[str, str], country: str, _tail: str) -> tuple[EventFilter, ...]:
    """On the wire `from` is who wrote: the person, when the message came in."""
    batch_id = _batch_id(query["batchId"]) if "batchId" in query else None
    source, target = _phone(query, "from", country), _phone(query, "to", country)
    statuses = _statuses(query.get("messageStatus"))
    outbound = EventFilter(
        EventKind.MESSAGE, source, target, Direction.OUTBOUND, batch_id, statuses
    )
    inbound = EventFilter(EventKind.MESSAGE, target, source, Direction.INBOUND, batch_id)
    if "direction" not in query:
        return (outbound, inbound)
    direction = _DIRECTIONS.get(query["direction"])
    if direction is None:
        raise _Invalid
    return (inbound,) if direction is Direction.INBOUND else (outbound,)


# By resource and whether an id follows. `batch` is its name of 2020.
_A2P_RESOURCES: dict[
    tuple[str, bool], Callable[[Mapping[str, str], str, str], tuple[EventFilter, ...]]
] = {
    ("batches", False): _batch_filters,
    ("batches", True): _batch_filters,
    ("batch", False): _batch_filters,
    ("batch", True): _batch_filters,
    ("messages", False): _message_filters,
    ("opt-outs", False): _opt_out_filters,
}


def _phone(query: Mapping[str, str], name: str, country: str) -> str | None:
    return parse_phone(query[name], country) if name in query else None


def _statuses(text: str | None) -> tuple[MessageStatus, ...] | None:
    """Stopline's own condition: of what is sent, only these changes. Names with commas between."""
    if text is None:
        return None
    if not set(names := text.split(",")) <= ANNOUNCED_NAMES.keys():
        raise _Invalid
    return tuple(ANNOUNCED_NAMES[name] for name in names)


def _batch_id(text: str) -> int:
    batch_id = read_batch_uuid(text)
    if batch_id is None:
        raise _Invalid
    return batch_id


def _parse_reminder(query: Mapping[str, str], label: str, lifetime_s: int) -> Reminder:
    """A threshold of at most half the lifetime, an interval of at most half the threshold."""
    threshold_s = _seconds(query, "threshold", _DEFAULT_THRESHOLD_S)
    interval_s = _seconds(query, "interval", _DEFAULT_INTERVAL_S)
    if threshold_s * 2 > lifetime_s or interval_s * 2 > threshold_s:
        raise _Invalid
    return Reminder(label, threshold_s, interval_s)


def _seconds(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:12]) <= _MAX_SECONDS:
        raise _Invalid
    return int(text)
