"""Sockets and codes where several processes share a store: only one holds, only one exchanges."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from stopline.core.access import AccessFault, Principal, TokenLives
from stopline.core.authorization import NO_CHALLENGE, CodeRequest
from stopline.core.deliveries import Delivery, DeliveryResult
from stopline.core.events import EventFilter, EventKind, Interest
from stopline.core.sockets import SocketRef, recovery_token
from stopline.core.subscriptions import TokenName, Trial
from stopline.flows import access, administration, authorization, sockets, waiting
from stopline.flows.access import IssuedTokens, TokenWishes
from stopline.flows.authorization import CodeProof
from stopline.flows.notify import list_lanes
from stopline.flows.subscriptions import Limit, Owner, Wish
from stopline.store.tx import Tx
from support.world import ACCOUNT, World, person

LIVES, WISHES = TokenLives(), TokenWishes()
WISH = Wish(
    "", TokenName.NONE, "", (Interest("o", (EventFilter(EventKind.OPT_OUT),)),), None, True, 86_400
)


class Party:
    """A user with an app, and what the edge does for his socket."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.run = world.store.transact_now
        self.token, self.principal = self.run(self._set_up)

    def _set_up(self, tx: Tx) -> tuple[str, Principal]:
        administration.create_account(tx, "A", "+12025550100", account_id=ACCOUNT)
        self.app = administration.create_app(tx, ACCOUNT, "App").app
        self.user = administration.create_user(tx, ACCOUNT, "+12025550100", "101", None)
        issued = access.open_session(tx, self.app, self.user, LIVES, WISHES)
        principal = access.find_bearer(tx, issued.access_token)
        assert isinstance(principal, Principal)
        return sockets.issue_socket_token(tx, principal), principal

    def open(self, wsc: str = "") -> sockets.OpenedSocket:
        opened = self.run(sockets.open_socket, self.token, wsc)
        assert isinstance(opened, sockets.OpenedSocket)
        return opened

    def subscribe(self, ref: SocketRef) -> int:
        owner = Owner(ACCOUNT, self.user.id, self.app.id)
        limit = Limit(10, per_user_and_app=False)
        return self.run(sockets.subscribe_socket, ref, owner, WISH, limit).id

    def claim(self, ref: SocketRef, subscription_id: int) -> tuple[Delivery, ...] | None:
        """What is taken; None when the socket is another connection's."""
        wanted = frozenset({subscription_id})
        lanes = self.world.store.read_now(sockets.list_socket_lanes, wanted)
        asked = [sockets.SocketLane(ref, 0, lane, 64) for lane in lanes]
        claims = self.run(sockets.claim_for_sockets, asked)
        if any(claim.subscription is None for claim in claims):
            return None
        return tuple(one for claim in claims for one in claim.deliveries)

    def settle(self, ref: SocketRef, taken: tuple[Delivery, ...], first: int = 1) -> None:
        results = [
            sockets.SocketResult(ref, first + n, DeliveryResult(one, Trial(200), 0, 1))
            for n, one in enumerate(taken)
        ]
        self.run(sockets.settle_for_sockets, results)


@pytest.fixture
def party(tmp_path: Path, database: str | None) -> Iterator[Party]:
    world = World(tmp_path, database=database)
    yield Party(world)
    world.close()


def stop(party: Party, *numbers: int) -> None:
    for number in numbers:
        party.world.text(person(number), "STOP")


def ids(taken: tuple[Delivery, ...] | None) -> list[int]:
    assert taken is not None
    return [one.id for one in taken]


def test_claims_of_a_process_that_died_are_the_next_ones(party: Party) -> None:
    """At once, not when their lease is over; and what the dead one writes later does not count."""
    first = party.open()
    subscription_id = party.subscribe(first.ref)
    stop(party, 1, 2, 3)
    taken = party.claim(first.ref, subscription_id)
    second = party.open(recovery_token(first.base, 0))
    assert (second.recovered, second.subscription_id) == (True, subscription_id)
    party.settle(first.ref, taken or ())
    assert ids(party.claim(second.ref, subscription_id)) == ids(taken)


def test_what_the_client_saw_is_not_sent_again(party: Party) -> None:
    """Frames after the one it names are, in order, with what came meanwhile."""
    first = party.open()
    subscription_id = party.subscribe(first.ref)
    stop(party, 1, 2, 3, 4)
    taken = party.claim(first.ref, subscription_id) or ()
    party.settle(first.ref, taken, first=2)
    stop(party, 5)
    second = party.open(recovery_token(first.base, 3))
    again = party.claim(second.ref, subscription_id)
    assert ids(again)[:2] == ids(taken)[2:]
    assert len(ids(again)) == 3
    party.settle(second.ref, again or (), first=6)
    third = party.open(recovery_token(first.base, 8))
    assert ids(party.claim(third.ref, subscription_id)) == []


def test_who_lost_a_socket_claims_nothing_more(party: Party) -> None:
    """Its epoch is over."""
    first = party.open()
    subscription_id = party.subscribe(first.ref)
    second = party.open(recovery_token(first.base, 0))
    stop(party, 1)
    assert party.claim(first.ref, subscription_id) is None
    holding = sockets.Holding(first.ref, 5, party.token)
    assert party.run(sockets.hold_sockets, [holding]) == [first.ref]
    assert len(ids(party.claim(second.ref, subscription_id))) == 1


def test_the_notifier_leaves_sockets_alone(party: Party) -> None:
    """What goes over a socket is no webhook's."""
    party.subscribe(party.open().ref)
    stop(party, 1)
    assert party.world.store.read_now(list_lanes) == []


def test_one_of_many_comes_back_to_a_socket(party: Party) -> None:
    """Whoever is late gets a new one and is told so."""
    first = party.open()
    with ThreadPoolExecutor(8) as threads:
        wsc = recovery_token(first.base, 0)
        opened = list(threads.map(lambda _: party.open(wsc), range(8)))
    epochs = sorted(one.ref.epoch for one in opened if one.ref.id == first.ref.id)
    assert epochs == list(range(2, 2 + len(epochs)))
    assert all(one.recovered is (one.ref.id == first.ref.id) for one in opened)


def test_a_code_is_exchanged_once(party: Party) -> None:
    """However many try at the same time; and who was second ends the session."""
    asked = CodeRequest(party.app.id, "", NO_CHALLENGE)
    code = party.run(authorization.issue_code, party.user.id, asked)
    proof = CodeProof(code, "", "")

    def exchange(_: int) -> Any:
        return party.run(authorization.exchange_code, party.app, proof, LIVES, WISHES)

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(exchange, range(8)))
    issued = [one for one in outcomes if isinstance(one, IssuedTokens)]
    assert len(issued) <= 1
    assert {one for one in outcomes if one not in issued} <= {AccessFault.UNKNOWN_CODE}
    for one in issued:
        found = party.world.store.read_now(access.find_bearer, one.access_token)
        assert found is AccessFault.REVOKED_TOKEN


def test_what_waits_is_counted(party: Party) -> None:
    """Messages by carrier and events, with the age of the oldest."""
    party.subscribe(party.open().ref)
    party.world.send(person(1), person(2))
    stop(party, 3)
    party.world.clock.pass_ms(4_000)
    found = party.world.store.read_now(waiting.read_backlogs)
    assert found.events == waiting.Backlog(1, 4_000)
    # Two of the batch, and the reply to the STOP.
    assert found.messages == {"simulated": waiting.Backlog(3, 4_000)}
