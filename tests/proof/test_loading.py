"""Opt-outs by the million are what the same opt-outs one by one are."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from stopline.cli import cli
from stopline.commands.credentials_file import read_credentials
from stopline.commands.demo_account import prepare_demo
from stopline.config import Settings
from stopline.core.errors import InvalidField, StoreUnavailable
from stopline.core.ledger import (
    FIELD_NAMES,
    FIRST_HASH,
    AlikeLink,
    Channel,
    chain_hash,
)
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.flows.consent import Assignment, Author, assign_consents
from stopline.flows.erasure import erase_person
from stopline.flows.ledger import verify_ledger
from stopline.flows.loading import Loaded, load_opt_outs
from stopline.flows.rebuild import compare_with_ledger
from stopline.store.postgres_gate import MAX_LOCKS
from stopline.store.tx import Tx
from stopline.store_service import open_store
from support.world import ACCOUNT, OTHER_ACCOUNT, SECOND_SENDER, SENDER, World, person

OFFICER = Author(ACCOUNT, Channel.IMPORT, "command:officer")
BUCKET = bucket_of(SENDER)
PEOPLE = [person(number) for number in range(1, 201)]
ANN, BEN, CY = PEOPLE[:3]


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    """A world of its own for each rule, on each store."""
    made = World(tmp_path, database=database)
    yield made
    made.close()


def load(world: World, people: list[str], author: Author = OFFICER) -> Loaded:
    return world.store.transact_now(load_opt_outs, author, SENDER, people)


def seen(world: World, sender: str) -> list[Any]:
    """Records and ledger entries of one sender, without what differs by chance or by sender."""
    bucket = bucket_of(sender)
    chance = {"bucket", "sender_mac", "raw_mac", "normalised_mac", "previous_hash", "hash"}
    records = world.store.read_now(lambda tx: tx.consents.scan(bucket, None, 1_000))
    entries = world.store.read_now(lambda tx: list(tx.ledger.scan(bucket)))
    return [
        *((r.recipient, r.account_id, r.state, r.changed_ms, r.ledger_position) for r in records),
        *({k: getattr(e, k) for k in FIELD_NAMES if k not in chance} for e, _ in entries),
        *((p.recipient, p.raw_text, p.normalised_text, len(p.salt)) for _, p in entries if p),
    ]


def test_a_load_is_what_an_import_is(world: World) -> None:
    """Records, entries and plain values: no difference but salts, sender and chain."""
    assert load(world, PEOPLE) == Loaded(200, 0)
    wanted = [Assignment(one, opt_out=True) for one in PEOPLE]
    world.store.transact_now(assign_consents, OFFICER, SECOND_SENDER, wanted)
    assert len(seen(world, SENDER)) == 600
    assert seen(world, SENDER) == seen(world, SECOND_SENDER)
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []
    assert world.store.read_now(compare_with_ledger, BUCKET) == []


def test_what_waits_is_refused_and_what_comes_later_too(world: World) -> None:
    """Queued messages fail with the commit; nobody else's do."""
    world.send(ANN, BEN)
    load(world, [ANN, CY])
    world.send(CY)
    found = {m.recipient: (m.status, m.failure) for m in world.messages()}
    refused = (MessageStatus.SENDING_FAILED, FailureCode.OPTED_OUT)
    assert found == {ANN: refused, BEN: (MessageStatus.QUEUED, None), CY: refused}
    assert [s.recipient for s in world.hand_over()] == [BEN]


def test_a_claimed_message_is_turned_back(world: World) -> None:
    """The gate is closed for persons who are loaded, as for every denial."""
    world.send(ANN, BEN)
    claim = world.claim()
    load(world, [ANN])
    assert [s.recipient for s in world.pass_gate(claim)] == [BEN]


def test_a_second_load_changes_nothing(world: World) -> None:
    """Not even an entry; persons who came back in between are out again, once."""
    load(world, PEOPLE)
    world.text(ANN, "START")
    world.store.transact_now(assign_consents, OFFICER, SENDER, [Assignment(BEN, opt_out=False)])
    head = world.store.read_now(lambda tx: tx.ledger.head(BUCKET)[0])
    assert load(world, PEOPLE) == Loaded(2, 198)
    assert load(world, PEOPLE) == Loaded(0, 200)
    assert world.store.read_now(lambda tx: tx.ledger.head(BUCKET)[0]) == head + 2
    assert all(world.is_denied(one) for one in PEOPLE)
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []
    assert world.store.read_now(compare_with_ledger, BUCKET) == []


def test_the_journal_is_told_what_is_kept(world: World) -> None:
    """Entries that were written alike are whole records outside the database too."""

    def flow(tx: Tx) -> tuple[Any, Any]:
        load_opt_outs(tx, OFFICER, SENDER, PEOPLE[:3])
        return tx.ledger.appended(), tx.ledger.page(BUCKET, 0, 10)

    told, kept = world.store.transact_now(flow)
    assert told == kept
    assert len(told) == 3


def test_an_erased_pair_is_known_all_the_same(world: World) -> None:
    """Who is blocked by a keyed hash alone is out already."""
    world.text(ANN, "STOP")
    world.store.transact_now(erase_person, OFFICER, BUCKET, ANN)
    assert load(world, [ANN, BEN]) == Loaded(1, 1)
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []


def test_a_load_is_of_the_accounts_own_number(world: World) -> None:
    """And on PostgreSQL of no more persons than one transaction may hold."""
    with pytest.raises(InvalidField):
        load(world, [ANN], Author(OTHER_ACCOUNT, Channel.IMPORT, "x"))
    if world.database is not None:
        with pytest.raises(StoreUnavailable):
            load(world, [person(number) for number in range(MAX_LOCKS + 1)])


texts = st.text(max_size=12)
VALUES = st.tuples(*(st.one_of(texts, st.integers(0, 2**62), st.none()) for _ in FIELD_NAMES))


@given(VALUES, st.integers(1, 2**62), texts, texts, texts)
def test_alike_entries_are_linked_as_others_are(
    values: tuple[Any, ...], position: int, recipient: str, raw: str, normalised: str
) -> None:
    """Whatever the shared values are, the hash is the one that the ledger's format says."""
    own = {"position": position, "recipient_mac": recipient, "received_ms": position + 1,
           "raw_mac": raw, "normalised_mac": normalised}  # fmt: skip
    whole = tuple(own.get(name, v) for name, v in zip(FIELD_NAMES, values, strict=True))
    assert AlikeLink(values).hash(FIRST_HASH, tuple(own.values())) == chain_hash(FIRST_HASH, whole)


def invoke(data: Path, *arguments: str, text: str, code: int = 0) -> Any:
    arguments = ("consent", "load", "-", *arguments, "--json", "--data", str(data))
    result = CliRunner().invoke(cli, arguments, input=text)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if code == 0 else result.stderr


def test_the_command_loads_a_file(tmp_path: Path) -> None:
    """Several senders in any order, bad lines by number, nothing on a dry run, once only."""
    store = open_store(tmp_path)
    prepare_demo(Settings(data=tmp_path, log_format="json"), store)
    store.close()
    senders = read_credentials(tmp_path).senders[:2]
    file = io.StringIO()
    file.write("from,to,status\n")
    for number, one in enumerate(PEOPLE * 2):
        file.write(f"{senders[number % 3 % 2]},{one},optout\n")
    text = file.getvalue()
    assert "line 402" in invoke(tmp_path, text=f"{text}{senders[0]},{ANN},optin\n", code=1)
    assert invoke(tmp_path, "--dry-run", text=text)["lines"] == 400
    first = invoke(tmp_path, text=text)
    assert first["changed"] > 200
    assert first["unchanged"] == first["bad"] == 0
    again = invoke(tmp_path, text=text)
    assert (again["changed"], again["unchanged"]) == (0, first["changed"])
    store = open_store(tmp_path)
    assert store.read_now(lambda tx: list(verify_ledger(tx))) == []
    store.close()
