"""How far a word about consent reaches: the names of scopes, and whom each of them covers."""

from enum import Enum, IntEnum

import msgspec

from stopline.core.numbers import Pair


class ScopeKind(IntEnum):
    """How far a denial reaches: one pair, all senders of an account, one kind of campaign."""

    PAIR = 0
    ACCOUNT = 1
    CAMPAIGN = 2


class Category(Enum):
    """What a message is for; most senders give none."""

    CONVERSATIONAL = "conversational"
    INFORMATIONAL = "informational"
    PROMOTIONAL = "promotional"


class ConsentKey(msgspec.Struct, frozen=True, gc=False):
    """A scope and a recipient.

    `scope` is the sender for a pair, the account's id for an account, `sender#category` for a kind
    of campaign.
    """

    kind: ScopeKind
    scope: str
    recipient: str

    def __hash__(self) -> int:
        # Scopes of different kinds have different names, and an enum's hash is slow.
        return hash((self.scope, self.recipient))

    @property
    def sender(self) -> str:
        """The number it is about; for an account, the account's id."""
        return self.scope.partition("#")[0] if self.kind is ScopeKind.CAMPAIGN else self.scope

    @property
    def category(self) -> Category | None:
        """The kind of campaign, where it is about one."""
        return Category(self.scope.partition("#")[2]) if self.kind is ScopeKind.CAMPAIGN else None


def pair_key(pair: Pair) -> ConsentKey:
    """The scope of a single pair."""
    return ConsentKey(ScopeKind.PAIR, pair.sender, pair.recipient)


def account_scope(account_id: int) -> str:
    """The name of the scope of all senders of an account."""
    return str(account_id)


def account_key(account_id: int, recipient: str) -> ConsentKey:
    """All senders of an account, with one person."""
    return ConsentKey(ScopeKind.ACCOUNT, account_scope(account_id), recipient)


def campaign_key(sender: str, category: Category, recipient: str) -> ConsentKey:
    """One kind of campaign of one sender, with one person."""
    return ConsentKey(ScopeKind.CAMPAIGN, f"{sender}#{category.value}", recipient)


def covering_scopes(sender: str, account_ids: set[int]) -> list[str]:
    """The names of every scope that may cover a message of the sender."""
    campaigns = [f"{sender}#{category.value}" for category in Category]
    return [sender, *campaigns, *(account_scope(identifier) for identifier in sorted(account_ids))]
