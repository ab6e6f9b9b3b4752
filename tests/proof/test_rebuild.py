"""The state of consent is what the ledger says, whatever happened; and a change behind it shows."""

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from stopline.core.ledger import Channel
from stopline.core.messages import FailureCode
from stopline.core.numbers import bucket_of, mask_number
from stopline.flows.consent import (
    Assignment,
    Author,
    NetworkDenial,
    assign_consents,
    record_network_denials,
)
from stopline.flows.erasure import erase_person
from stopline.flows.rebuild import Difference, compare_with_ledger
from support.tampering import tamper
from support.world import ACCOUNT, CARRIER, SENDER, TOLL_FREE, World, person

API = Author(ACCOUNT, Channel.API, "app:1")
BUCKET = bucket_of(SENDER)
Step = Callable[[World, int], None]


def differences(world: World, bucket: int = BUCKET) -> list[Difference]:
    return world.store.read_now(compare_with_ledger, bucket)


def assign(world: World, number: int, opt_out: bool) -> None:
    world.store.transact_now(assign_consents, API, SENDER, [Assignment(person(number), opt_out)])


def deny_by_network(world: World, number: int, failure: FailureCode) -> None:
    denial = NetworkDenial(SENDER, person(number), CARRIER, failure)
    world.store.transact_now(record_network_denials, [denial])


def erase(world: World, number: int) -> None:
    world.store.transact_now(erase_person, API, BUCKET, person(number))


def stop(world: World, number: int) -> None:
    world.text(person(number), "STOP")


def start(world: World, number: int) -> None:
    world.text(person(number), "START")


def late_start(world: World, number: int) -> None:
    world.text(person(number), "STOP", carrier_time_ms=world.clock())
    world.clock.pass_ms(5_000)
    world.text(person(number), "START", carrier_time_ms=world.clock() - 9_000)


def start_at_the_same_moment(world: World, number: int) -> None:
    world.text(person(number), "STOP", session="s1")
    world.text(person(number), "START", session="s2")


HISTORIES: dict[str, list[Step]] = {
    "stop": [stop],
    "stop, start": [stop, start],
    "stop twice, start, stop": [stop, stop, start, stop],
    "start of nobody": [start],
    "an older start": [late_start],
    "an older start, then one that counts": [late_start, start],
    "start beside a stop": [start_at_the_same_moment],
    "the account": [lambda w, n: assign(w, n, True)],
    "the account, and back": [lambda w, n: assign(w, n, True), lambda w, n: assign(w, n, False)],
    "stop and the account, then start": [stop, lambda w, n: assign(w, n, True), start],
    "the network": [lambda w, n: deny_by_network(w, n, FailureCode.CARRIER_OPTED_OUT)],
    "the network stands against the account": [
        lambda w, n: deny_by_network(w, n, FailureCode.UPSTREAM_OPTED_OUT),
        lambda w, n: assign(w, n, False),
    ],
    "the network, lifted by start": [
        lambda w, n: deny_by_network(w, n, FailureCode.CARRIER_OPTED_OUT),
        start,
    ],
    "erased": [stop, erase],
    "erased while open": [stop, start, erase],
    "erased twice": [stop, erase, erase],
    "erased, stop again": [stop, erase, stop],
    "erased, start": [stop, erase, start],
    "erased, start, stop": [stop, erase, start, stop],
    "erased while open, stop": [stop, start, erase, stop],
    "erased, the network": [
        stop,
        erase,
        lambda w, n: deny_by_network(w, n, FailureCode.CARRIER_OPTED_OUT),
        start,
    ],
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_state_and_ledger_agree(world: World, history: list[Step]) -> None:
    """After every step of every history: denied, generation, who denies since when."""
    for step in history:
        step(world, 1)
        assert differences(world) == []
        world.clock.pass_ms(10_000)


def test_toll_free_numbers_agree(tmp_path: Path) -> None:
    """There the network blocks, and its STOP and START replay as what they are."""
    world = World(tmp_path, senders=((TOLL_FREE, ACCOUNT),))
    for text in ("STOP", "START", "STOP"):
        world.text(person(1), text, TOLL_FREE)
        world.clock.pass_ms(10_000)
        assert differences(world, bucket_of(TOLL_FREE)) == []
    world.close()


WRONG = [
    ("update consents set denied = 0, denials = '[]'", {"denied", "denials"}),
    ("update consents set generation = generation + 1", {"generation"}),
    ("update consents set denials = replace(denials, 'recipient', 'account')", {"denials"}),
    ("delete from consents", {"erased", "denied", "generation", "denials"}),
    ("update consents set recipient = '+13125550199'", None),
]


@pytest.mark.on_sqlite("it edits the file")
@pytest.mark.parametrize("sql, what", WRONG)
def test_a_changed_state_is_named(world: World, sql: str, what: set[str] | None) -> None:
    """What differs, with both values and the number masked."""
    stop(world, 1)

    def edit(connection: apsw.Connection) -> None:
        connection.execute(sql)

    tamper(world.path, edit)
    found = differences(world)
    if what is None:
        assert {mask_number("+13125550199")} < {one.recipient for one in found}
    else:
        assert {one.what for one in found} == what
    assert person(1) not in str(found)


@pytest.mark.on_sqlite("it edits the file")
def test_an_entry_that_contradicts_the_rules_is_named(world: World) -> None:
    """An entry that says it changed something, where by the rules it did not."""
    stop(world, 1)
    stop(world, 1)

    def edit(connection: apsw.Connection) -> None:
        connection.execute("update ledger_entries set changed = 1")

    tamper(world.path, edit)
    assert [one.stored for one in differences(world)] == ["entry 2 says otherwise"]
