"""The one rule: may a message of this sender go to this person?

Any active denial that covers the message blocks it: of the pair, of all senders of the account
(unless the pair is exempt from it), of its kind of campaign, or one kept after an erasure. Where
the sender asks for an opt-in first, nothing leaves before one is on record.
"""

from collections.abc import Sequence
from enum import Enum

import msgspec

from stopline.core.consent import ConsentState, Denial, Wider
from stopline.core.scopes import Category, ConsentKey, ScopeKind, account_scope


class Block(Enum):
    """Why a message must not leave."""

    DENIED = "denied"
    ERASED = "erased"
    NO_OPT_IN = "no_opt_in"


class Sending(msgspec.Struct, frozen=True, gc=False):
    """What is to be sent, as far as consent is concerned. `needs_opt_in`: the sender's setting."""

    sender: str
    account_id: int
    category: Category | None = None
    needs_opt_in: bool = False


class Covering(msgspec.Struct, frozen=True, gc=False):
    """A denial that covers the message, with the scope it was made for."""

    key: ConsentKey
    denial: Denial


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Whether the message may leave, and why not. `generation` is the sum over the scopes that
    cover it; `denials` are all that block it, the winning one first."""

    block: Block | None = None
    generation: int = 0
    denials: tuple[Covering, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether nothing speaks against it."""
        return self.block is None


# The verdict on most messages: nobody ever said anything about the pair.
_OPEN = Verdict()

Record = tuple[ConsentKey, ConsentState]

# Which denial is named where several block: the widest scope, and in it the oldest.
_WIDEST_FIRST = {ScopeKind.ACCOUNT: 0, ScopeKind.PAIR: 1, ScopeKind.CAMPAIGN: 2}


def judge(records: Sequence[Record], sending: Sending, *, erased: bool = False) -> Verdict:
    """The verdict on a message, from all records of its sender and its person.

    `records` may hold those of other accounts and categories: they are left out here. `erased`:
    the pair is blocked by its keyed hash alone.
    """
    if not records and not erased and not sending.needs_opt_in:
        return _OPEN
    covering = [record for record in records if _covers(record[0], sending)]
    generation = sum(state.generation for _, state in covering)
    denials = tuple(sorted(_denials(covering), key=_precedence))
    return Verdict(_block(covering, denials, sending, erased=erased), generation, denials)


def _covers(key: ConsentKey, sending: Sending) -> bool:
    match key.kind:
        case ScopeKind.PAIR:
            return key.scope == sending.sender
        case ScopeKind.ACCOUNT:
            return key.scope == account_scope(sending.account_id)
    return key.sender == sending.sender and key.category is sending.category


def _denials(covering: Sequence[Record]) -> list[Covering]:
    pair = next((s for key, s in covering if key.kind is ScopeKind.PAIR), ConsentState())
    return [
        Covering(key, denial)
        for key, state in covering
        if key.kind is not ScopeKind.ACCOUNT or Wider(key.scope, state).reaches(pair)
        for denial in state.denials
    ]


def _precedence(found: Covering) -> tuple[bool, int, int]:
    return (not found.denial.hold, _WIDEST_FIRST[found.key.kind], found.denial.since_ms)


def _block(
    covering: Sequence[Record], denials: Sequence[Covering], sending: Sending, *, erased: bool
) -> Block | None:
    if denials:
        return Block.DENIED
    if erased:
        return Block.ERASED
    if sending.needs_opt_in and not _opted_in(covering):
        return Block.NO_OPT_IN
    return None


def _opted_in(covering: Sequence[Record]) -> bool:
    """A record without a denial is one that somebody opened: it begins with a word."""
    return any(not state.denied for _, state in covering)
