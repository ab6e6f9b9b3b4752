"""How values read on a page: times, numbers, states, in plain English."""

from datetime import UTC, datetime

from stopline.core.consent import ConsentSource, Standing
from stopline.core.cover import Block
from stopline.core.ledger import Channel, LedgerKind
from stopline.core.messages import Direction, FailureCode, MessageStatus

STATUS_WORDS = {
    MessageStatus.QUEUED: "queued",
    MessageStatus.CLAIMED: "being sent",
    MessageStatus.UNCERTAIN: "uncertain",
    MessageStatus.SENT: "sent",
    MessageStatus.DELIVERED: "delivered",
    MessageStatus.DELIVERY_FAILED: "delivery failed",
    MessageStatus.SENDING_FAILED: "not sent",
}

SOURCE_WORDS = {
    ConsentSource.RECIPIENT: "the person",
    ConsentSource.ACCOUNT: "this account",
    ConsentSource.UPSTREAM: "the provider",
    ConsentSource.CARRIER: "the carrier",
    ConsentSource.TIMEOUT: "nobody's decision in time",
}

# By the values that the ledger keeps.
ENTRY_WORDS = {
    LedgerKind.OPT_OUT.value: ("Opted out", "bad"),
    LedgerKind.OPT_IN.value: ("Opted in", "good"),
    LedgerKind.ERASURE.value: ("Erased", ""),
    LedgerKind.HOLD.value: ("Held for a decision", "warn"),
    LedgerKind.RELEASE.value: ("Released", "info"),
}
ENTRY_SOURCES = {source.value: f"by {words}" for source, words in SOURCE_WORDS.items()}
ENTRY_CHANNELS = {
    Channel.SMS.value: "a text",
    Channel.API.value: "the API",
    Channel.COMMAND.value: "the command line",
    Channel.IMPORT.value: "an import",
    Channel.CONSOLE.value: "the console",
    Channel.CARRIER.value: "the network",
    Channel.REVIEW.value: "a decision on a text",
}
BLOCK_WORDS = {
    Block.DENIED: "opted out",
    Block.ERASED: "opted out, and the data erased",
    Block.NO_OPT_IN: "no opt-in yet, and this number asks for one",
}

STANDING_WORDS = {
    Standing.OLDER_THAN_STOP: "The START is older than the last STOP.",
    Standing.SAME_MOMENT: "STOP and START came at the same moment; out wins.",
    Standing.SUSPECT_COPY: "It may be a copy of an earlier START.",
    Standing.HOLD: "The number is on hold; only an administrator's do-not-contact list lifts that.",
    Standing.ACCOUNT: "This account opted the person out.",
    Standing.UPSTREAM: "The provider blocks this pair; only a START through it lifts that.",
    Standing.CARRIER: "The carrier blocks this pair; only the person's own START lifts that.",
    Standing.RECIPIENT: "The person opted out.",
    Standing.TIMEOUT: "A text that may ask to stop was not decided on in time.",
}

_FAILURE_WORDS = {
    FailureCode.OPTED_OUT: "blocked: the person opted out",
    FailureCode.CARRIER_OPTED_OUT: "the carrier says: opted out",
    FailureCode.UPSTREAM_OPTED_OUT: "the provider says: opted out",
    FailureCode.CARRIER_EXPIRED: "expired before it could leave",
    FailureCode.NO_RECEIPT: "no receipt came",
}

DIRECTION_WORDS = {Direction.OUTBOUND: "to the person", Direction.INBOUND: "from the person"}


def failure_words(failure: FailureCode | None) -> str:
    """Why a message failed."""
    if failure is None:
        return ""
    return _FAILURE_WORDS.get(failure, failure.value.replace("_", " "))


def standing_words(standing: str) -> str:
    """Why an opt-in opened nothing, by the ledger's word."""
    return STANDING_WORDS[Standing(standing)] if standing else ""


def moment(time_ms: int | None) -> str:
    """`2026-03-02 17:00:00`, UTC."""
    if time_ms is None:
        return "never"
    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def clock(time_ms: int) -> str:
    """`17:00:00`, UTC."""
    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%H:%M:%S}"


def iso(time_ms: int) -> str:
    """For machines: RFC 3339 with milliseconds."""
    text = datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def duration(ms: int | None) -> str:
    """`12 ms`, `3.4 s`, `5 min`, `2 h`, `3 d`: two digits are enough to act on."""
    if ms is None:
        return "–"
    if ms < 1_000:
        return f"{ms} ms"
    if ms < 60_000:
        return f"{ms / 1_000:.1f} s"
    for limit, unit, name in ((3_600_000, 60_000, "min"), (172_800_000, 3_600_000, "h")):
        if ms < limit:
            return f"{ms // unit} {name}"
    return f"{ms // 86_400_000} d"


def number(value: str) -> str:
    """A North American number in groups, others as they are."""
    if len(value) == 12 and value.startswith("+1"):
        return f"+1 {value[2:5]} {value[5:8]} {value[8:]}"
    return value


def count(value: int) -> str:
    """`12,345`."""
    return f"{value:,}"


def money(micros: int) -> str:
    """Millionths of a dollar as dollars."""
    return f"${micros / 1_000_000:,.4f}".rstrip("0").ljust(len("$0.00"), "0")


def percent(share: float) -> str:
    """`1.2 %`."""
    return f"{share * 100:.1f} %"
