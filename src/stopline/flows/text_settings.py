"""How texts are read and answered, as administrators set it, for one number or for all."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import msgspec

from stopline.core.access import Role
from stopline.core.errors import InvalidField
from stopline.core.recognition.policy import Policy
from stopline.core.scopes import Category
from stopline.flows.defaults import AccountDefaults, read_defaults, set_defaults
from stopline.flows.operators import Operator, record_action, require_role
from stopline.flows.reading import keywords_of
from stopline.flows.setup import read_sender
from stopline.store.senders import ConsentSettings, PolicySettings, ReplySettings
from stopline.store.tx import Tx

# A reply of ten segments is no reply.
MAX_REPLY_CHARS = 1_000
MAX_WORDS = 100

# What a form gives: an empty text means the next wider default.
Wanted = Mapping[str, str]
Choice = TypeVar("Choice", bound=Enum)


def change_number(tx: Tx, operator: Operator, number: str, wanted: Wanted) -> None:
    """What a number answers, which words it knows, what its texts may cause, what it asks of
    consent. Raises NotAllowed, NotFound, InvalidField."""
    require_role(tx, operator, Role.ADMIN)
    sender = read_sender(tx, operator.account_id, number)
    replies = _replies(sender.replies, wanted)
    consent = _consent(sender.consent, wanted)
    changed = _changes(sender.replies, replies) + _changes(sender.consent, consent)
    if changed:
        tx.senders.set_replies(number, replies)
        tx.senders.set_consent(number, consent)
        record_action(tx, operator, "replies changed", number, ", ".join(changed))


def change_defaults(tx: Tx, operator: Operator, wanted: Wanted) -> None:
    """The same for all numbers of the account that set nothing themselves.

    Raises NotAllowed, InvalidField.
    """
    require_role(tx, operator, Role.ADMIN)
    before = read_defaults(tx, operator.account_id)
    replies = _replies(before.replies, wanted)
    after = AccountDefaults(
        recognition=replies.recognition,
        replies=msgspec.structs.replace(replies, recognition=PolicySettings()),
        scope_words=wanted.get("scope_words") == "on",
    )
    changed = _changes(before.replies, after.replies)
    changed += _changes(before, after)
    if changed:
        set_defaults(tx, operator.account_id, after)
        record_action(tx, operator, "defaults changed", "all numbers", ", ".join(changed))


def _replies(before: ReplySettings, wanted: Wanted) -> ReplySettings:
    settings = msgspec.structs.replace(
        before,
        enabled=wanted.get("enabled") == "on",
        opt_out_text=_text(wanted, "opt_out_text"),
        opt_in_text=_text(wanted, "opt_in_text"),
        help_text=_text(wanted, "help_text"),
        brand=_text(wanted, "brand"),
        contact=_text(wanted, "contact"),
        opt_out_words=_words(wanted, "opt_out_words"),
        opt_in_words=_words(wanted, "opt_in_words"),
        help_words=_words(wanted, "help_words"),
        recognition=PolicySettings(
            **{name: _choice(wanted, name, Policy) for name in PolicySettings.__struct_fields__}
        ),
    )
    # Raises for words that may not be set.
    keywords_of(settings)
    return settings


def _consent(before: ConsentSettings, wanted: Wanted) -> ConsentSettings:
    category = _choice(wanted, "category", Category)
    return msgspec.structs.replace(
        before,
        opt_in_required=wanted.get("opt_in_required") == "on",
        account_wide_stop=wanted.get("account_wide_stop") == "on",
        scope_words=wanted.get("scope_words") == "on",
        category=category.value if category else None,
    )


def _changes(before: msgspec.Struct, after: msgspec.Struct) -> list[str]:
    """The names of what is different; what holds others is named by those."""
    return [
        name
        for name in before.__struct_fields__
        if name != "replies" and getattr(before, name) != getattr(after, name)
    ]


def _text(wanted: Wanted, name: str) -> str | None:
    text = wanted.get(name, "").strip()
    if len(text) > MAX_REPLY_CHARS:
        raise InvalidField(name, f"has more than {MAX_REPLY_CHARS} characters")
    return text or None


def _words(wanted: Wanted, name: str) -> tuple[str, ...]:
    words = [word.strip() for word in wanted.get(name, "").replace("\n", ",").split(",")]
    found = tuple(dict.fromkeys(word for word in words if word))
    if len(found) > MAX_WORDS:
        raise InvalidField(name, f"has more than {MAX_WORDS} words")
    return found


def _choice(wanted: Wanted, name: str, kind: type[Choice]) -> Choice | None:
    text = wanted.get(name, "")
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        names = ", ".join(one.value for one in kind)
        raise InvalidField(name, f"is one of {names}") from None
