"""What an account sets for all of its numbers, beneath what each number sets for itself."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import msgspec

from stopline.core.errors import NotFound
from stopline.core.recognition.policy import Policies
from stopline.store.senders import NO_POLICIES, PolicySettings, ReplySettings, Sender
from stopline.store.tx import Tx

NO_REPLIES = ReplySettings()


class AccountDefaults(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of an account's settings what reading and answering texts need."""

    recognition: PolicySettings = NO_POLICIES
    replies: ReplySettings = NO_REPLIES
    scope_words: bool = False


def read_defaults(tx: Tx, account_id: int) -> AccountDefaults:
    """What the account sets. Raises NotFound."""
    return _read(_settings(tx, account_id))


def set_defaults(tx: Tx, account_id: int, chosen: AccountDefaults) -> None:
    """Change it; settings that this does not know stay as they are. Raises NotFound."""
    settings: dict[str, Any] = msgspec.json.decode(_settings(tx, account_id))
    given = msgspec.to_builtins(chosen)
    for name in AccountDefaults.__struct_fields__:
        settings.pop(name, None)
    text = msgspec.json.encode(settings | given).decode()
    tx.accounts.set_account_settings(account_id, text)


def _settings(tx: Tx, account_id: int) -> str:
    account = tx.accounts.find_account(account_id)
    if account is None:
        raise NotFound("account")
    return account.settings


def apply_defaults(tx: Tx, owners: Mapping[str, Sender]) -> dict[str, Sender]:
    """The same senders, with what their accounts set where they set nothing themselves."""
    account_ids = sorted({owner.account_id for owner in owners.values()})
    settings = tx.accounts.settings_of(account_ids)
    return {
        key: _apply(owner, settings.get(owner.account_id, "{}")) for key, owner in owners.items()
    }


def _apply(owner: Sender, settings: str) -> Sender:
    consent = owner.consent
    if _read(settings).scope_words and not consent.scope_words:
        consent = msgspec.structs.replace(consent, scope_words=True)
    return replace(owner, replies=_merge(owner.replies, settings), consent=consent)


@lru_cache(maxsize=1_024)
def _merge(own: ReplySettings, settings: str) -> ReplySettings:
    """Texts one by one; words of both; automatic answers only where both want them."""
    wider = _read(settings).replies
    return msgspec.structs.replace(
        own,
        enabled=own.enabled and wider.enabled,
        **{name: getattr(own, name) or getattr(wider, name) for name in _TEXTS},
        **{name: getattr(own, name) + getattr(wider, name) for name in _WORDS},
    )


_TEXTS = ("opt_out_text", "opt_in_text", "help_text", "brand", "contact")
_WORDS = ("opt_out_words", "opt_in_words", "help_words")


@lru_cache(maxsize=1_024)
def merge_policies(own: PolicySettings, settings: str) -> Policies:
    """What each layer may cause: the sender's choice, else its account's, else the product's."""
    wider = _read(settings).recognition
    chosen = {
        name: getattr(own, name) or getattr(wider, name)
        for name in PolicySettings.__struct_fields__
    }
    return Policies(**{name: policy for name, policy in chosen.items() if policy is not None})


@lru_cache(maxsize=1_024)
def _read(settings: str) -> AccountDefaults:
    return msgspec.json.decode(settings, type=AccountDefaults)
