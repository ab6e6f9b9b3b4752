"""WebSockets: their tokens, who holds which, and what is sent again after a cut."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stopline.core.access import (
    AccessFault,
    Principal,
    TokenKind,
    make_token,
    owner_bucket,
    token_bucket,
    token_hash,
)
from stopline.core.deliveries import Delivery, DeliveryResult, NextStep, plan_next_step
from stopline.core.errors import LimitReached
from stopline.core.hints import Hint
from stopline.core.ids import BUCKET_COUNT
from stopline.core.sockets import (
    HOLD_MS,
    MAX_SOCKETS_PER_USER,
    RECOVERY_FRAMES,
    RECOVERY_MS,
    SocketRef,
    SocketRow,
    read_recovery_token,
)
from stopline.core.subscriptions import Subscription, renewed
from stopline.flows.access import find_token, principal_of
from stopline.flows.notify import LEASE_MS
from stopline.flows.subscriptions import (
    Limit,
    Owner,
    Wish,
    create_subscription,
    read_subscription,
)
from stopline.store.deliveries import Lane
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

# Documents say 30 s to 10 min; clients use one token again until 0.8 of its life.
SOCKET_TOKEN_LIFE_S = 600
# Sockets of a bucket that one transaction forgets.
FORGET_SLICE = 100


@dataclass(frozen=True, slots=True)
class OpenedSocket:
    """A connection's hold. `base` is what its frames name it by; `recovered` is None when the
    client did not ask to come back."""

    ref: SocketRef
    principal: Principal
    base: str
    sequence: int
    subscription_id: int | None
    recovered: bool | None


@dataclass(frozen=True, slots=True)
class Holding:
    """A socket as its process knows it: how many frames it sent, and the token it came with."""

    ref: SocketRef
    sequence: int
    token: str


@dataclass(frozen=True, slots=True)
class SocketLane:
    """What is due for a socket in one bucket, and how much its connection has room for."""

    ref: SocketRef
    sequence: int
    lane: Lane
    room: int


@dataclass(frozen=True, slots=True)
class SocketClaim:
    """What was taken for a socket; None when it is another connection's now."""

    ref: SocketRef
    subscription: Subscription | None
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class SocketResult:
    """A delivery that was written to a socket, in this frame."""

    ref: SocketRef
    sequence: int
    result: DeliveryResult


def issue_socket_token(tx: Tx, principal: Principal) -> str:
    """A token with which the caller's session opens WebSockets."""
    bucket = owner_bucket(principal.user_id)
    token = make_token(bytes.fromhex(tx.random_hex(32)), bucket)
    tx.sessions.add_token(
        bucket,
        token_hash(token),
        TokenKind.SOCKET,
        principal.session_id,
        tx.now_ms,
        tx.now_ms + SOCKET_TOKEN_LIFE_S * 1_000,
    )
    return token


def find_socket_caller(tx: Tx, token: str) -> Principal | None:
    """Who a connected socket's requests are made by; None when the session ended. That the token
    has expired does not matter to a socket that is open."""
    row = find_token(tx, token)
    if row is None or row.kind is not TokenKind.SOCKET:
        return None
    return None if row.ended_ms is not None or row.disabled_ms is not None else principal_of(row)


def open_socket(tx: Tx, token: str, wsc: str) -> OpenedSocket | AccessFault:
    """Hold a socket for a connection: the one the client was cut off from, or a new one.

    Raises LimitReached when the user has as many as are allowed.
    """
    row = find_token(tx, token)
    if row is None or row.kind is not TokenKind.SOCKET:
        return AccessFault.UNKNOWN_TOKEN
    if row.ended_ms is not None or row.disabled_ms is not None:
        return AccessFault.REVOKED_TOKEN
    if tx.now_ms >= row.expires_ms:
        return AccessFault.EXPIRED_TOKEN
    caller = principal_of(row)
    recovered = _recover(tx, caller, wsc) if wsc else None
    return recovered or _open_new(tx, caller, None if not wsc else False)


def _recover(tx: Tx, caller: Principal, wsc: str) -> OpenedSocket | None:
    seen = read_recovery_token(wsc)
    bucket = token_bucket(seen[0]) if seen else None
    if seen is None or bucket is None:
        return None
    base, sequence = seen
    row = tx.sockets.find(bucket, token_hash(base))
    if row is None or (row.user_id, row.app_id) != (caller.user_id, caller.app_id):
        return None
    newest = max(sequence, row.sequence)
    if not row.may_recover(tx.now_ms):
        return None
    if not tx.sockets.take(row.ref, newest, tx.now_ms + HOLD_MS, tx.node):
        return None
    _resend(tx, row, max(sequence, row.sequence - RECOVERY_FRAMES))
    ref = replace(row.ref, epoch=row.ref.epoch + 1)
    return OpenedSocket(ref, caller, base, newest, row.subscription_id, True)


def _resend(tx: Tx, row: SocketRow, sequence: int) -> None:
    if row.subscription_id is None:
        return
    found = tx.subscriptions.by_ids([row.subscription_id]).get(row.subscription_id)
    if found is None:
        return
    tx.subscriptions.change(renewed(found, tx.now_ms))
    for bucket in range(BUCKET_COUNT):
        tx.sockets.resend(bucket, row.subscription_id, sequence, tx.now_ms)
    tx.hints.add(Hint.DELIVERIES)


def _open_new(tx: Tx, caller: Principal, recovered: bool | None) -> OpenedSocket:
    bucket = owner_bucket(caller.user_id)
    held = tx.sockets.count(bucket, caller.user_id, caller.app_id, tx.now_ms)
    if held >= MAX_SOCKETS_PER_USER:
        raise LimitReached("too many WebSockets are open")
    base = make_token(bytes.fromhex(tx.random_hex(32)), bucket)
    ref = SocketRef(bucket, tx.new_id(bucket), 1)
    owner = (caller.account_id, caller.user_id, caller.app_id)
    tx.sockets.add(ref, token_hash(base), owner, tx.now_ms + HOLD_MS, tx.now_ms, tx.node)
    return OpenedSocket(ref, caller, base, 0, None, recovered)


def subscribe_socket(
    tx: Tx, ref: SocketRef, owner: Owner, wish: Wish, limit: Limit
) -> Subscription:
    """A subscription of this socket, in place of the one it had. Raises LimitReached."""
    _drop_subscription(tx, tx.sockets.find_by_id(ref.bucket, ref.id))
    created = create_subscription(tx, owner, wish, limit)
    tx.sockets.set_subscription(ref.bucket, ref.id, created.id)
    return created


def move_subscription(
    tx: Tx, ref: SocketRef, owner: Owner, subscription_id: int, wish: Wish | None
) -> Subscription:
    """Change a socket's subscription and renew it; over another socket of the same user and app
    it moves to that one. Raises NotFound."""
    found = read_subscription(tx, owner, subscription_id)
    row = tx.sockets.find_by_id(ref.bucket, ref.id)
    if row is not None and row.subscription_id != subscription_id:
        _drop_subscription(tx, row)
        tx.sockets.set_subscription(ref.bucket, ref.id, subscription_id)
    changed = found if wish is None else replace(found, interests=wish.interests)
    tx.subscriptions.change(renewed(changed, tx.now_ms))
    return renewed(changed, tx.now_ms)


def _drop_subscription(tx: Tx, row: SocketRow | None) -> None:
    if row is not None and row.subscription_id is not None:
        tx.subscriptions.delete(row.subscription_id)


def list_socket_lanes(tx: Tx, subscription_ids: frozenset[int]) -> list[Lane]:
    """What is pending for these subscriptions, by bucket, with the earliest time."""
    pending = tx.deliveries.pending_buckets(range(BUCKET_COUNT))
    return [
        lane
        for bucket in pending
        for lane in tx.deliveries.lanes(bucket)
        if lane.subscription_id in subscription_ids
    ]


@runs_as(Priority.CLAIM)
def claim_for_sockets(tx: Tx, lanes: Sequence[SocketLane]) -> list[SocketClaim]:
    """Take what is due for sockets under a lease, from the oldest on."""
    by_ref: dict[SocketRef, list[SocketLane]] = defaultdict(list)
    for one in lanes:
        by_ref[one.ref].append(one)
    found = tx.subscriptions.by_ids(list({one.lane.subscription_id for one in lanes}))
    claims = []
    for ref, its_lanes in sorted(by_ref.items(), key=lambda item: (item[0].bucket, item[0].id)):
        held = tx.sockets.hold(ref, its_lanes[0].sequence, tx.now_ms + HOLD_MS)
        subscription = found.get(its_lanes[0].lane.subscription_id) if held else None
        taken = _claim(tx, its_lanes) if subscription else ()
        if taken or not held:
            claims.append(SocketClaim(ref, subscription, taken))
    return claims


def _claim(tx: Tx, lanes: Sequence[SocketLane]) -> tuple[Delivery, ...]:
    room = lanes[0].room
    taken: list[Delivery] = []
    for one in sorted(lanes, key=lambda one: one.lane.due_ms):
        if room > len(taken):
            lane = one.lane
            limit = room - len(taken)
            until_ms = tx.now_ms + LEASE_MS
            taken += tx.deliveries.claim(
                lane.bucket, lane.subscription_id, limit, tx.now_ms, until_ms
            )
    return tuple(sorted(taken, key=lambda delivery: delivery.id))


@runs_as(Priority.SETTLE)
def settle_for_sockets(tx: Tx, results: Sequence[SocketResult]) -> None:
    """Write what was sent in which frame; what a connection sent that is not the newest of its
    socket is left for the newest one."""
    newest: dict[SocketRef, int] = {}
    for one in results:
        newest[one.ref] = max(newest.get(one.ref, 0), one.sequence)
    order = sorted(newest, key=lambda ref: (ref.bucket, ref.id))
    held = {ref for ref in order if tx.sockets.hold(ref, newest[ref], tx.now_ms + HOLD_MS)}
    by_bucket: dict[int, list[SocketResult]] = defaultdict(list)
    for one in results:
        if one.ref in held:
            by_bucket[one.result.delivery.bucket].append(one)
    for bucket, group in sorted(by_bucket.items()):
        tx.sockets.number(bucket, [(one.result.delivery, one.sequence) for one in group])
        tx.deliveries.settle(bucket, [_step(tx, one.result) for one in group])


def _step(tx: Tx, result: DeliveryResult) -> tuple[DeliveryResult, NextStep]:
    return result, plan_next_step(result.delivery, result.trial, tx.now_ms, 0.0)


@runs_as(Priority.SETTLE)
def hold_sockets(tx: Tx, holdings: Sequence[Holding]) -> list[SocketRef]:
    """Go on holding sockets; returns those that are not ours any more, or whose session ended."""
    return [
        one.ref
        for one in holdings
        if find_socket_caller(tx, one.token) is None
        or not tx.sockets.hold(one.ref, one.sequence, tx.now_ms + HOLD_MS)
    ]


@runs_as(Priority.SETTLE)
def release_socket(tx: Tx, ref: SocketRef, sequence: int, unsent: Sequence[Delivery]) -> None:
    """The connection ended: its client has so much time to come back."""
    if not tx.sockets.hold(ref, sequence, tx.now_ms):
        return
    by_bucket: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in unsent:
        by_bucket[delivery.bucket].append(delivery)
    for bucket, group in sorted(by_bucket.items()):
        tx.deliveries.release(bucket, group, tx.now_ms)


def list_gone_sockets(tx: Tx) -> list[SocketRow]:
    """Sockets that nobody can come back to any more."""
    before_ms = tx.now_ms - RECOVERY_MS
    return [
        row
        for bucket in range(BUCKET_COUNT)
        for row in tx.sockets.gone(bucket, before_ms, FORGET_SLICE)
    ]


def forget_socket(tx: Tx, row: SocketRow) -> None:
    """Forget one with its subscription, unless its client came back meanwhile."""
    if tx.sockets.delete(row.ref.bucket, row.ref.id, tx.now_ms - RECOVERY_MS):
        _drop_subscription(tx, row)
