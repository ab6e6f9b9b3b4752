"""The account's own numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from stopline.core.recognition.policy import Policy
from stopline.store.database import Database, Row, column

A2P = "a2p"
SMS = "sms"
ACTIVE = "active"
DISABLED = "disabled"


class PolicySettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What requests may cause beyond the exact keyword; unset means the next wider default."""

    footer: Policy | None = None
    slip: Policy | None = None
    request: Policy | None = None
    doubtful: Policy | None = None


NO_POLICIES = PolicySettings()


class ReplySettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one sender reads texts and what it answers by itself; unset means the account's or the
    product's default."""

    enabled: bool = True
    opt_out_text: str | None = None
    opt_in_text: str | None = None
    help_text: str | None = None
    brand: str | None = None
    contact: str | None = None
    opt_out_words: tuple[str, ...] = ()
    opt_in_words: tuple[str, ...] = ()
    help_words: tuple[str, ...] = ()
    recognition: PolicySettings = NO_POLICIES


class ConsentSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one sender asks of consent.

    `opt_in_required`: nothing leaves before the person opted in. `account_wide_stop`: a STOP to
    this number is one to all numbers of the account. `scope_words`: a STOP may name a part, see
    core.scope_words. `category`: what its messages are for, unless
    a batch says otherwise (a value of core.scopes.Category). The rest is shown and never decided
    on: the campaign and brand the number is registered with.
    """

    opt_in_required: bool = False
    account_wide_stop: bool = False
    scope_words: bool = False
    category: str | None = None
    campaign: str = ""
    brand: str = ""
    use_cases: tuple[str, ...] = ("MIXED",)


NO_SETTINGS = ConsentSettings()


class SendingSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one sender's messages are sent. `rate`: segments a second, or the name of a preset;
    `valid_minutes`: a message that was not sent by then is not sent any more; `spread_minutes`:
    the time a batch is spread over. None: no limit, as long as it takes, at once."""

    rate: str | None = None
    valid_minutes: int | None = None
    spread_minutes: int | None = None


AT_ONCE = SendingSettings()


@dataclass(frozen=True, slots=True)
class Sender:
    """A number texts leave from and come in to. `since_ms`: in this account since then.

    `prepared`: the denials of all senders of its account are written where its own are; before
    that it may not send. `prepare_after` is how far that came.
    """

    number: str
    id: int
    account_id: int
    bucket: int
    label: str
    country: str
    kind: str
    features: frozenset[str]
    carrier: str
    replies: ReplySettings
    status: str
    since_ms: int
    created_ms: int
    consent: ConsentSettings = NO_SETTINGS
    prepared: bool = True
    prepare_after: str = ""
    sending: SendingSettings = AT_ONCE

    @property
    def may_send(self) -> bool:
        """Whether batches of it are taken."""
        return self.status == ACTIVE and self.prepared


def _sender(row: Row) -> Sender:
    replies = msgspec.json.decode(row[9], type=ReplySettings)
    features = frozenset(row[7].split())
    number, identifier, account_id, bucket, label, country, kind = row[:7]
    return Sender(
        number=number,
        id=identifier,
        account_id=account_id,
        bucket=bucket,
        label=label,
        country=country,
        kind=kind,
        features=features,
        carrier=row[8],
        replies=replies,
        status=row[10],
        since_ms=row[11],
        created_ms=row[12],
        consent=msgspec.json.decode(row[13], type=ConsentSettings),
        prepared=bool(row[14]),
        prepare_after=row[15],
        sending=msgspec.json.decode(row[16], type=SendingSettings),
    )


class Senders:
    """Statements on the small table of senders."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def find(self, numbers: Iterable[str]) -> dict[str, Sender]:
        """The senders among E.164 numbers, by number."""
        wanted = column(list(numbers))
        return {row[0]: _sender(row) for row in self._db.all("find_senders", numbers=wanted)}

    def list_of_account(self, account_id: int) -> list[Sender]:
        """The account's senders in order of number."""
        return [_sender(row) for row in self._db.all("list_senders", account_id=account_id)]

    def list_held(self, account_id: int) -> list[tuple[str, int]]:
        """(number, bucket) of the account's senders and of all that ever changed accounts."""
        found = self._db.all("list_held_senders", account_id=account_id)
        return [(row[0], row[1]) for row in found]

    def list_all(self) -> list[Sender]:
        """Every sender of every account."""
        return [_sender(row) for row in self._db.all("list_all_senders")]

    def add(self, sender: Sender) -> None:
        """Add a sender; its number must be new."""
        self._db.run(
            "add_sender",
            number=sender.number,
            id=sender.id,
            account_id=sender.account_id,
            bucket=sender.bucket,
            label=sender.label,
            country=sender.country,
            kind=sender.kind,
            features=" ".join(sorted(sender.features)),
            carrier=sender.carrier,
            reply_settings=msgspec.json.encode(sender.replies).decode(),
            status=sender.status,
            now_ms=sender.created_ms,
            consent_settings=msgspec.json.encode(sender.consent).decode(),
            prepared=int(sender.prepared),
        )

    def set_status(self, number: str, status: str) -> None:
        """ACTIVE or DISABLED."""
        self._db.run("set_sender_status", number=number, status=status)

    def set_replies(self, number: str, replies: ReplySettings) -> None:
        """What the sender answers from now on."""
        text = msgspec.json.encode(replies).decode()
        self._db.run("set_sender_replies", number=number, reply_settings=text)

    def set_consent(self, number: str, settings: ConsentSettings) -> None:
        """What the sender asks of consent from now on."""
        text = msgspec.json.encode(settings).decode()
        self._db.run("set_sender_consent", number=number, consent_settings=text)

    def set_sending(self, number: str, settings: SendingSettings) -> None:
        """How the sender's messages are sent from now on."""
        text = msgspec.json.encode(settings).decode()
        self._db.run("set_sender_sending", number=number, sending_settings=text)

    def set_prepared(self, number: str, prepared: bool, after: str = "") -> None:
        """How far the denials of the whole account are written beside the sender's own."""
        self._db.run("set_sender_prepared", number=number, prepared=int(prepared), after=after)

    def list_unprepared(self) -> list[Sender]:
        """Those of every account that may not send yet."""
        return [_sender(row) for row in self._db.all("list_unprepared_senders")]

    def move(self, number: str, account_id: int, now_ms: int) -> None:
        """Give the number to another account."""
        self._db.run("move_sender", number=number, account_id=account_id, now_ms=now_ms)
