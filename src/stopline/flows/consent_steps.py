"""One word about one scope, and what became of it."""

from collections.abc import Callable, Sequence

import msgspec

from stopline.core.consent import ConsentChange, ConsentState, Standing, Wider
from stopline.core.scopes import ConsentKey, ScopeKind, account_key
from stopline.flows.ledger import LedgerNote
from stopline.store.consents import ConsentRow

# From a scope's state, and what is above it, to what becomes of it.
Step = Callable[[ConsentState, Wider], ConsentChange]


class ConsentStep(msgspec.Struct, frozen=True, gc=False):
    """One word about one scope: how it changes the state, and what the ledger says of it.

    `note` is completed with the outcome. `at_ms`: when it was said, where that was not now.
    `looks_above`: whether what stands above a pair matters to it, as it does to an opt-in.
    """

    key: ConsentKey
    account_id: int
    apply: Step
    note: LedgerNote
    at_ms: int | None = None
    looks_above: bool = True

    @property
    def wider_key(self) -> ConsentKey | None:
        """The scope above it: the account's above a pair."""
        if not self.looks_above or self.key.kind is not ScopeKind.PAIR:
            return None
        return account_key(self.account_id, self.key.recipient)


class ConsentOutcome(msgspec.Struct, frozen=True, gc=False):
    """What became of one step, in the order of the steps."""

    step: ConsentStep
    before: ConsentState
    after: ConsentState
    changed: bool
    standing: Standing | None


def keys_of(steps: Sequence[ConsentStep]) -> list[ConsentKey]:
    """Every scope the steps change or look at, once."""
    keys = [key for step in steps for key in (step.key, step.wider_key) if key is not None]
    return list(dict.fromkeys(keys))


def wider_of(step: ConsentStep, records: dict[ConsentKey, ConsentRow]) -> Wider:
    """What is above the step's scope, as it is now."""
    key = step.wider_key
    record = records.get(key) if key is not None else None
    return Wider() if record is None else Wider(record.key.scope, record.state)
