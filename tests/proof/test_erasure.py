"""A person is erased: nothing in the file names them, and nothing is sent to them all the same."""

from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import psycopg
import pytest

from stopline.core.events import EventFilter, EventKind, Interest
from stopline.core.ids import BUCKET_COUNT
from stopline.core.ledger import Channel
from stopline.core.messages import ERASED, FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.core.subscriptions import Health, Subscription, TokenName
from stopline.flows.consent import Assignment, Author, NetworkDenial, assign_consents
from stopline.flows.consent import record_network_denials as deny_by_network
from stopline.flows.erasure import ErasedSlice, erase_person
from stopline.flows.inbound import credit_unsure_starts
from stopline.flows.ledger import verify_ledger
from stopline.flows.rebuild import compare_with_ledger
from stopline.flows.submissions import return_submissions
from stopline.store.tx import Tx
from support.world import ACCOUNT, CARRIER, OTHER_ACCOUNT, SENDER, World, make_inbound, person

ANN, BEN = person(1), person(2)
OFFICER = Author(ACCOUNT, Channel.COMMAND, "command:officer")
SECRET = "Ann, your cat Mitzi is well again."
ANSWER = "Thank you so much for Mitzi!"


def erase(world: World, recipient: str = ANN) -> list[ErasedSlice]:
    """All buckets, as the command does."""
    slices = []
    for bucket in range(BUCKET_COUNT):
        slices.append(world.store.transact_now(erase_person, OFFICER, bucket, recipient))
        while slices[-1].more:
            slices.append(world.store.transact_now(erase_person, OFFICER, bucket, recipient))
    return slices


def subscribe(tx: Tx) -> None:
    """Somebody listens to messages and opt-outs."""
    wanted = tuple(EventFilter(kind) for kind in (EventKind.OPT_OUT, EventKind.MESSAGE))
    tx.subscriptions.add(
        Subscription(
            id=tx.new_id(bucket_of(SENDER)),
            account_id=ACCOUNT,
            user_id=1,
            app_id=1,
            address="https://example.com/hook",
            token_name=TokenName.NONE,
            token="",
            interests=(Interest("everything", wanted),),
            reminder=None,
            wants_opt_ins=False,
            lifetime_s=3_600,
            created_ms=tx.now_ms,
            expires_ms=tx.now_ms + 3_600_000,
            reminder_ms=None,
            secret_version=1,
            secret_changed_ms=0,
            health=Health(),
        )
    )


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    """A world of its own for each rule, on each store."""
    made = World(tmp_path, database=database)
    yield made
    made.close()


def read_all(url: str) -> bytes:
    """Every row of every table, as text."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
        rows = [connection.execute(f"select t::text from {n} t").fetchall() for (n,) in names]
    return "\n".join(row[0] for table in rows for row in table).encode()


def dump(world: World) -> bytes:
    """Every byte of the database after a VACUUM; of PostgreSQL every row."""
    world.store.close()
    if world.database is not None:
        return read_all(world.database)
    connection = apsw.Connection(str(world.path))
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.execute("vacuum")
    connection.close()
    return world.path.read_bytes()


def spellings(number: str) -> list[bytes]:
    """The number as it could stand in the file."""
    return [
        number.encode(),
        number[1:].encode(),
        number[2:].encode(),
        number.encode().hex().encode(),
    ]


@pytest.fixture
def full(world: World) -> World:
    """Ann is everywhere: messages, a batch of her own, texts, events, ledger, quarantine."""
    world.store.transact_now(subscribe)
    world.send(ANN, body=SECRET)
    world.hand_over()
    world.send(ANN, BEN, body="News for everybody.")
    world.text(ANN, ANSWER)
    world.text(ANN, "  Stop!!")
    world.text(ANN, "HELP")
    stray = make_inbound(ANN[1:], "STOP for a stranger", "+12025550111")
    world.receive([stray])
    world.store.transact_now(credit_unsure_starts, [make_inbound(ANN, "START")])
    world.clock.pass_ms(10_000)
    return world


def test_nothing_in_the_file_names_the_person(full: World) -> None:
    """The control finds them first; after the erasure only keyed hashes are left."""
    before = dump(full)
    assert all(text in before for text in (ANN.encode(), SECRET.encode(), ANSWER.encode()))
    full.restart()
    erase(full)
    after = dump(full)
    personal = [*spellings(ANN), SECRET.encode(), ANSWER.encode(), b"Stop!!", b"stranger"]
    personal += [text.hex().encode() for text in (SECRET.encode(), ANSWER.encode(), b"  Stop!!")]
    assert [text for text in personal if text in after] == []
    assert BEN.encode() in after
    assert b"News for everybody." in after


def test_the_pair_stays_blocked_and_leaves_the_list(full: World) -> None:
    """At accept the message fails with the opted-out code; no list shows the pair."""
    erase(full)
    full.send(ANN)
    newest = full.messages()[-1]
    assert (newest.status, newest.failure) == (MessageStatus.SENDING_FAILED, FailureCode.OPTED_OUT)
    assert full.hand_over() != []
    assert not full.is_denied(ANN)
    assert full.store.read_now(lambda tx: tx.consents.scan(bucket_of(SENDER), None, 10)) == []


def test_the_ledger_verifies_and_tells_of_the_erasure(full: World) -> None:
    """Entries stay, plain values go, one entry says by whom."""
    bucket = bucket_of(SENDER)
    before = full.store.read_now(lambda tx: tx.ledger.head(bucket)[0])
    erase(full)
    records = full.store.read_now(lambda tx: list(tx.ledger.scan(bucket)))
    assert len(records) == before + 1
    assert records[-1][0].kind == "erasure"
    assert records[-1][0].actor == "command:officer"
    assert [plain for _, plain in records] == [None] * len(records)
    assert full.store.read_now(lambda tx: list(verify_ledger(tx))) == []
    assert full.store.read_now(compare_with_ledger, bucket) == []


def test_a_second_erasure_finds_nothing(full: World) -> None:
    """Idempotent, and no second entry."""
    first = erase(full)
    assert sum(one.messages for one in first) > 0
    assert sum(one.consents for one in first) == 1
    assert sum(one.quarantined for one in first) == 1
    head = full.store.read_now(lambda tx: tx.ledger.head(bucket_of(SENDER)))
    assert set(erase(full)) == {ErasedSlice(0, 0, 0, 0, 0, more=False)}
    assert full.store.read_now(lambda tx: tx.ledger.head(bucket_of(SENDER))) == head


def test_another_account_and_other_people_are_not_touched(world: World) -> None:
    """Ben's messages and consent stay; nothing is erased for an account that has nothing."""
    world.send(ANN, BEN, body="Hello.")
    world.text(BEN, "STOP")
    stranger = Author(OTHER_ACCOUNT, Channel.COMMAND, "command:other")
    world.store.transact_now(erase_person, stranger, bucket_of(SENDER), ANN)
    assert ANN in {message.recipient for message in world.messages()}
    erase(world)
    assert {message.recipient for message in world.messages()} == {ERASED, BEN}
    assert world.is_denied(BEN)


def test_messages_under_way_die(world: World) -> None:
    """What was queued fails; what was claimed and comes back never leaves, also after a START."""
    world.send(ANN, body="one")
    claim = world.claim()
    world.send(ANN, body="two")
    erase(world)
    world.store.transact_now(return_submissions, claim.submissions)
    world.store.gate.end_claim(claim.gate_number)
    world.text(ANN, "START")
    assert [s for s in world.hand_over() if s.text in ("one", "two", "")] == []
    statuses = [m.status for m in world.messages() if m.recipient == ERASED]
    assert statuses == [MessageStatus.SENDING_FAILED] * 2
    assert world.store.read_now(
        lambda tx: tx.batches.read(bucket_of(SENDER), ACCOUNT, world.messages()[0].batch_id)
    ).completed


def test_a_carriers_report_on_an_erased_message_makes_no_record(world: World) -> None:
    """The receipt says opted out; nobody of that name is written down."""
    world.send(ANN)
    (submission,) = world.hand_over()
    erase(world)
    denial = NetworkDenial(SENDER, ERASED, CARRIER, FailureCode.CARRIER_OPTED_OUT)
    world.store.transact_now(deny_by_network, [denial])
    world.receipt(submission)
    assert world.messages()[0].status is MessageStatus.DELIVERED
    assert world.store.read_now(lambda tx: tx.consents.scan(bucket_of(SENDER), None, 10)) == []


def may_text(world: World) -> bool:
    world.send(ANN)
    return ANN in {submission.recipient for submission in world.hand_over()}


def account_opts_in(world: World) -> None:
    world.store.transact_now(assign_consents, OFFICER, SENDER, [Assignment(ANN, opt_out=False)])


LATER: list[tuple[str, Callable[[World], object], Callable[[World], object], bool]] = [
    ("nothing", lambda w: w.text(ANN, "STOP"), lambda w: None, False),
    ("chat", lambda w: w.text(ANN, "STOP"), lambda w: w.text(ANN, "hello"), False),
    ("a STOP again", lambda w: w.text(ANN, "STOP"), lambda w: w.text(ANN, "STOP"), False),
    ("a START", lambda w: w.text(ANN, "STOP"), lambda w: w.text(ANN, "START"), True),
    ("the account", lambda w: w.text(ANN, "STOP"), account_opts_in, True),
    (
        "the account against the network",
        lambda w: w.store.transact_now(
            deny_by_network,
            [NetworkDenial(SENDER, ANN, CARRIER, FailureCode.CARRIER_OPTED_OUT)],
        ),
        account_opts_in,
        False,
    ),
    (
        "an open pair, erased",
        lambda w: (w.text(ANN, "STOP"), w.text(ANN, "START")),
        lambda w: None,
        True,
    ),
]


@pytest.mark.parametrize(
    "before, after, open_", [one[1:] for one in LATER], ids=[one[0] for one in LATER]
)
def test_what_opens_an_erased_pair(
    world: World, before: Callable[[World], object], after: Callable[[World], object], open_: bool
) -> None:
    """The person's START does, by the rules that hold for everybody; time and chat do not."""
    before(world)
    world.clock.pass_ms(10_000)
    erase(world)
    after(world)
    world.clock.pass_ms(10_000)
    assert may_text(world) is open_


def test_a_stop_after_an_erasure_changes_nothing_but_is_recorded(world: World) -> None:
    """The person is out already: an entry with changed=0, no second reply."""
    world.text(ANN, "STOP")
    erase(world)
    sent = len(world.messages())
    assert world.text(ANN, "STOP") == 0
    assert len(world.messages()) == sent + 1  # the text itself, no reply
    assert world.is_denied(ANN)


def test_long_histories_go_in_slices(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction blanks more than its slice; the last one says that there is no more."""
    monkeypatch.setattr("stopline.flows.erasure.SLICE_MESSAGES", 3)
    for _ in range(7):
        world.send(ANN)
    counts = [one.messages for one in erase(world) if one.messages]
    assert counts == [3, 3, 1]
    assert {message.recipient for message in world.messages()} == {ERASED}
