"""The mechanisms taken out, one at a time: with each of these a race has to be lost.

A control gets pytest's monkeypatch and the nodes. Some faults are planted in the source instead
(tests/mutants); here stand those that fit into a running process.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from stopline.carriers.outlet import Outlet
from stopline.core.carriage import Claim, Passage
from stopline.core.consent import ConsentChange
from stopline.core.errors import StoreUnavailable
from stopline.core.messages import Purpose
from stopline.flows import consent_effects, inbound, submissions, text_steps, upkeep
from stopline.store import nodes as store_nodes
from stopline.store import postgres, postgres_gate
from stopline.store.consents import Consents
from stopline.store.gate import passage_end_ns
from stopline.store.inbounds import Inbounds
from stopline.store.installation import Installation
from stopline.store.postgres_connection import BEGIN, LOCK_SHARED, PostgresDatabase, lock_keys
from stopline.store.postgres_gate import PostgresDoor, PostgresGate
from stopline.workers.receiver import Receiver
from support.paused import PausedNode
from support.world import World

Control = Callable[[pytest.MonkeyPatch, Sequence[World]], None]


class CheckedAtClaimOnly:
    """The gate as many build it: what the claim saw decides."""

    @asynccontextmanager
    async def hand_over(self, claim: Claim) -> AsyncIterator[Passage]:
        yield Passage((True,) * len(claim.submissions), passage_end_ns())

    def end_claim(self, claim: int) -> None:
        """Nothing is kept."""


def checked_at_claim_only(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """The sender asks nobody before it writes."""
    for node in nodes:
        patch.setattr(node.store, "gate", CheckedAtClaimOnly())


def checked_at_accept_only(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """Only the request that brought a message looks at consent."""
    patch.setattr(submissions, "_refusal", lambda *_: None)
    patch.setattr(consent_effects, "refuse_messages", lambda *_: None)


def _entering(lock: Callable[[Any, Claim], None], *, look_first: bool) -> Callable[..., Any]:
    """A hand-over's beginning that differs in how it locks, and in what comes first."""

    def enter(self: PostgresGate, claim: Claim) -> Any:
        connection = self._take()
        database = PostgresDatabase(connection)
        tx = self._make_tx(database, PostgresDoor(connection))
        try:
            connection.execute(BEGIN)
            allowed = self._recheck(tx, claim) if look_first else []
            lock(connection, claim)
            allowed = allowed if look_first else self._recheck(tx, claim)
        except psycopg.Error as error:
            self._give_back(connection)
            raise StoreUnavailable(str(error)) from error
        return postgres_gate._Open(connection, Passage(tuple(allowed), passage_end_ns()))

    return enter


def _lock_persons(connection: Any, claim: Claim) -> None:
    keys = lock_keys([s.recipient for s in claim.submissions])
    connection.execute(LOCK_SHARED, {"keys": keys})


def _lock_consent_rows(connection: Any, claim: Claim) -> None:
    for one in claim.submissions:
        connection.execute(
            "select 1 from consents where scope = %s and recipient = %s for share",
            (one.sender, one.recipient),
        )


def look_before_lock(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """Consent is read when the locks are asked for, not when they are there (D3, D4)."""
    patch.setattr(PostgresGate, "_enter", _entering(_lock_persons, look_first=True))


def no_lock(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A hand-over holds nobody."""
    patch.setattr(PostgresGate, "_enter", _entering(lambda *_: None, look_first=False))


def rows_locked_only(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A hand-over locks the rows of consent that there are (D8)."""
    patch.setattr(PostgresGate, "_enter", _entering(_lock_consent_rows, look_first=False))


def _like(row: Any, **other: Any) -> Any:
    """The row, but for these."""
    return SimpleNamespace(**{name: getattr(row, name) for name in row.__slots__} | other)


def generation_off(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A message keeps no memory of the denials before it."""
    refusal = submissions._refusal

    def forgetful(message: Any, verdict: Any, *rest: Any) -> Any:
        return refusal(_like(message, generation=verdict.generation), verdict, *rest)

    patch.setattr(submissions, "_refusal", forgetful)
    patch.setattr(consent_effects, "refuse_messages", lambda *_: None)


def lifetime_off(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A reply leaves however late."""
    refusal = submissions._refusal

    def patient(message: Any, *rest: Any) -> Any:
        return refusal(_like(message, expires_ms=None), *rest)

    patch.setattr(submissions, "_refusal", patient)


def replies_like_others(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """An uncertain reply is sent once more, as a batch's message is."""
    patch.setattr(upkeep, "Purpose", SimpleNamespace(BULK=Purpose.CONSENT_REPLY))


def effects_after_the_commit(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """Reply and event are written by a second transaction, before which the process dies."""
    patch.setattr(inbound, "queue_replies", lambda *_: None)
    patch.setattr("stopline.flows.consent.announce_outcomes", lambda *_: None)


def persons_not_locked(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """Two transactions read and change one person at once."""
    patch.setattr(PostgresDoor, "hold", lambda *_: None)


def copies_not_told_apart(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """As `persons_not_locked`, and the unique key of the carrier's references is gone as well."""
    persons_not_locked(patch, nodes)
    patch.setattr(Inbounds, "add_references", lambda *_: None)


def claims_shared_out_twice(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A claim reads the queue without locking what it takes."""
    _rewrite(patch, "peek_queue", "for update of m skip locked", "")
    _rewrite(patch, "claim_messages", "and +messages.status = 0", "")


def events_in_any_order(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A claim of events does not ask for earlier ones of the same pair."""
    _rewrite(patch, "claim_deliveries", "and earlier.id < d.id", "and false")


def followers_not_held(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """As `events_in_any_order`, and what follows a failed event does not wait either."""
    events_in_any_order(patch, nodes)
    patch.setattr("stopline.store.deliveries.Deliveries.hold_followers", lambda *_: None)


def _rewrite(patch: pytest.MonkeyPatch, name: str, old: str, new: str) -> None:
    texts = postgres_gate.PostgresDatabase.__init__.__globals__["postgres_statements"]()
    assert old in texts[name], (name, old, texts[name])
    patch.setitem(texts, name, texts[name].replace(old, new))


def lease_by_clock(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A process counts as gone when its lease has ended, whatever its session says."""
    gone = store_nodes._GONE.replace("l.granted)", "false)")
    assert gone != store_nodes._GONE
    patch.setattr(store_nodes, "_GONE", gone)
    checked_at_claim_only(patch, nodes)


def early_receipts_not_waited_for(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """Answers and receipts do not look out for each other."""
    patch.setattr(PostgresDoor, "share", lambda *_: None)
    hold = PostgresDoor.hold
    patch.setattr(
        PostgresDoor,
        "hold",
        lambda door, names: hold(door, [n for n in names if not n.startswith("early")]),
    )


def no_start_credits(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """Nobody remembers a START whose answer was lost."""
    patch.setattr(Inbounds, "take_start_credits", lambda *_: set())


def starts_not_remembered(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """Only who had the connection knows of its STARTs, and only once it is seen to break."""
    patch.setattr(Inbounds, "remember_starts", lambda *_: None)


def carrier_times_ignored(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """The later arrival is taken for the later word."""
    patch.setattr("stopline.core.consent.start_refusal", lambda *_: None)


def dated_stops_ignored(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A STOP that was sent before the last START is dropped as outdated."""
    apply_stop = text_steps.apply_stop

    def obedient(state: Any, facts: Any, source: Any, *, wide: bool = False) -> Any:
        change = apply_stop(state, facts, source, wide=wide)
        outdated = facts.carrier_ms is not None and facts.session == "outdated"
        return type(change)(state, changed=False) if outdated else change

    patch.setattr(text_steps, "apply_stop", obedient)


def consent_by_account(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A record counts only for the account that it was made in."""
    cover = Consents.cover

    def own(self: Consents, bucket: int, sender: str, accounts: Any, people: Any) -> Any:
        found = cover(self, bucket, sender, accounts, people)
        return {who: [r for r in rows if r.account_id in accounts] for who, rows in found.items()}

    patch.setattr(Consents, "cover", own)


def any_protocol(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """Nobody asks how the installation keeps its gate."""
    patch.setattr(Installation, "require_open", lambda _: None)


def parts_in_memory(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """Parts of a long text wait in the process that got them, which dies."""
    patch.setattr("stopline.store.inbound_parts.InboundParts.add", lambda *_: None)


def one_lane_for_all(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """STOPs wait for the connections that everything else uses."""
    for node in nodes:
        patch.setattr(node.store, "_consent", node.store._writes)  # type: ignore[attr-defined]


def unknown_is_success(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A commit whose answer never came is taken for done."""
    commit = postgres._commit

    def hopeful(connection: Any) -> None:
        try:
            commit(connection)
        except StoreUnavailable:
            return

    patch.setattr(postgres, "_commit", hopeful)


def start_forgotten(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A START is stored and opens nothing."""
    patch.setattr(
        text_steps,
        "apply_start",
        lambda state, facts, wider: ConsentChange(state, changed=False),
    )


def deadline_off(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """A node that stood still does not ask how long."""
    patch.setattr(PausedNode, "deadline_off", True)


def bytes_kept_back(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """What the kernel does not take waits in user space, and the hand-over counts as done."""

    async def hand_over(self: Outlet, data: bytes, deadline_ms: int) -> None:
        self.post(data)

    patch.setattr(Outlet, "hand_over", hand_over)


def acknowledge_first(patch: pytest.MonkeyPatch, nodes: Sequence[World]) -> None:
    """The carrier hears "stored" before anything is."""
    receive = Receiver._receive

    async def hasty(self: Receiver, group: Any) -> None:
        for texts in group:
            texts.acknowledge([True] * len(texts.inbounds))
        await receive(self, group)

    patch.setattr(Receiver, "_receive", hasty)
