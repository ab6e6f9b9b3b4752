"""Operations on consent: look, change, import."""

from typing import Any, Literal

import msgspec

from stopline.control.access import Arguments
from stopline.control.operations import Operation
from stopline.core.consent import ConsentState
from stopline.core.consent_file import ALONE_SLICE_LINES
from stopline.core.errors import LimitReached, NotFound
from stopline.core.ledger import Channel, LedgerEntry, LedgerPersonal, number_mac
from stopline.core.numbers import Pair
from stopline.flows.consent import Assignment, Author, assign_consents, read_states
from stopline.flows.loading import Loaded, load_opt_outs
from stopline.store.consents import FIRST_PAGE, ConsentCursor, ConsentRow
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import Sender
from stopline.store.tx import Tx

PAGE_ROWS = 1_000
# Locks one transaction may hold.
MAX_CHANGES = 256
MAX_HISTORY = 1_000

_DENIED = {"optout": True, "optin": False, "all": None}


class ListPage(Arguments):
    """A page of one sender's records, newest change first; `after` is the last row's key."""

    sender: str
    status: Literal["optout", "optin", "all"] = "optout"
    after: tuple[int, str] | None = None


class OnePair(Arguments):
    """One sender with one person."""

    sender: str
    recipient: str


class OnePerson(Arguments):
    """A person's ledger, with one sender or with all."""

    recipient: str
    sender: str | None = None


class Change(msgspec.Struct, array_like=True):
    """A person and the state wanted."""

    recipient: str
    opt_out: bool


class Changes(Arguments):
    """Changes for one sender."""

    sender: str
    changes: list[Change]
    actor: str


def list_page(tx: Tx, asked: ListPage) -> list[dict[str, Any]]:
    """At most PAGE_ROWS records."""
    owner = _owner(tx, asked.sender)
    before = FIRST_PAGE
    if asked.after is not None:
        before = ConsentCursor(asked.after[0], asked.sender, asked.after[1])
    rows = tx.consents.list_of_scope(
        owner.bucket, owner.account_id, owner.number, _DENIED[asked.status], before, PAGE_ROWS
    )
    return [_show_row(row) for row in rows]


def show(tx: Tx, asked: OnePair) -> dict[str, Any]:
    """The state of one pair, and everything that denies it."""
    owner = _owner(tx, asked.sender)
    pair = Pair(asked.sender, asked.recipient)
    state = read_states(tx, owner.bucket, [pair])[pair]
    return {"sender": asked.sender, "recipient": asked.recipient, **_show_state(state)}


class Load(Arguments):
    """Persons (E.164, each once) who are out of one sender."""

    sender: str
    recipients: list[str]
    actor: str


@runs_as(Priority.CONSENT)
def load(tx: Tx, asked: Load) -> Loaded:
    """At most ALONE_SLICE_LINES, and less where others wait; applications are not told."""
    if len(asked.recipients) > ALONE_SLICE_LINES:
        raise LimitReached(f"at most {ALONE_SLICE_LINES} persons at once")
    owner = _owner(tx, asked.sender)
    author = Author(owner.account_id, Channel.IMPORT, asked.actor)
    return load_opt_outs(tx, author, owner.number, asked.recipients)


@runs_as(Priority.CONSENT)
def change(tx: Tx, asked: Changes) -> dict[str, int]:
    """Apply at most MAX_CHANGES; says how many changed, stood already, or may not be lifted."""
    if len(asked.changes) > MAX_CHANGES:
        raise LimitReached(f"at most {MAX_CHANGES} changes at once")
    owner = _owner(tx, asked.sender)
    wanted = [Assignment(one.recipient, one.opt_out) for one in asked.changes]
    author = Author(owner.account_id, Channel.COMMAND, asked.actor)
    outcomes = assign_consents(tx, author, owner.number, wanted) if wanted else []
    changed = sum(outcome.changed for outcome in outcomes)
    refused = sum(o.after.denied and not w.opt_out for o, w in zip(outcomes, wanted, strict=True))
    return {
        "changed": changed,
        "unchanged": len(asked.changes) - changed - refused,
        "refused": refused,
    }


def history(tx: Tx, asked: OnePerson) -> list[dict[str, Any]]:
    """What the ledger says of a person, oldest first within each sender's bucket."""
    numbers = [asked.sender] if asked.sender else [s.number for s in tx.senders.list_all()]
    buckets = sorted({owner.bucket for owner in tx.senders.find(numbers).values()})
    mac = number_mac(tx.keys.number, asked.recipient)
    found = []
    for bucket in buckets:
        for entry, plain in tx.ledger.list_of_recipient(bucket, mac, None, 0, MAX_HISTORY):
            if asked.sender is None or (plain is not None and plain.sender == asked.sender):
                found.append(_show_entry(entry, plain))
    return found


def _owner(tx: Tx, number: str) -> Sender:
    owner = tx.senders.find([number]).get(number)
    if owner is None:
        raise NotFound("sender")
    return owner


def _show_state(state: ConsentState) -> dict[str, Any]:
    return {
        "status": "optout" if state.denied else "optin",
        "source": state.source.value,
        "last_stop_ms": state.stop_ms,
        "denials": [
            {"source": d.source.value, "since_ms": d.since_ms, "carrier": d.carrier, "hold": d.hold}
            for d in state.denials
        ],
    }


def _show_row(row: ConsentRow) -> dict[str, Any]:
    return {
        "from": row.key.scope,
        "to": row.recipient,
        "status": "optout" if row.state.denied else "optin",
        "source": row.state.source.value,
        "changed_ms": row.changed_ms,
    }


def _show_entry(entry: LedgerEntry, plain: LedgerPersonal | None) -> dict[str, Any]:
    text = bytes.fromhex(plain.raw_text).decode(errors="replace") if plain else "(erased)"
    return {
        "time_ms": entry.honoured_ms,
        "sender": plain.sender if plain else "(erased)",
        "kind": entry.kind,
        "changed": bool(entry.changed),
        "source": entry.source,
        "channel": entry.channel,
        "actor": entry.actor,
        "word": entry.word,
        "text": text,
        "standing": entry.standing,
        "bucket": entry.bucket,
        "position": entry.position,
    }


OPERATIONS = (
    Operation("consent.list", ListPage, list_page, writes=False),
    Operation("consent.show", OnePair, show, writes=False),
    Operation("consent.history", OnePerson, history, writes=False),
    Operation("consent.change", Changes, change),
    Operation("consent.load", Load, load),
)
