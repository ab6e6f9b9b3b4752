"""Operations on accounts, apps, users, credentials and senders."""

from typing import Any, Literal

import msgspec

from stopline.control.operations import Operation
from stopline.core.access import (
    AppPermission,
    Grant,
    UserPermission,
    account_handle,
    derive_keys,
)
from stopline.core.accounts import Account, App, Credential, User
from stopline.core.numbers import parse_address
from stopline.flows import administration as flows
from stopline.flows.apps import AppChange, change_app
from stopline.flows.assertions import issue_assertion
from stopline.flows.spending import read_spending, set_spending_cap
from stopline.store.senders import Sender
from stopline.store.spending import Spent
from stopline.store.tx import Tx

# What a new app may use unless it is told: passwords and apps on their own are old or strong ways,
# chosen on purpose.
USUAL_GRANTS = (Grant.JWT, Grant.CODE, Grant.REFRESH)


class Arguments(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What an operation takes."""


class Nothing(Arguments):
    """No arguments."""


class OfAccount(Arguments):
    """A list within one account."""

    account_id: int


class Switch(Arguments):
    """Switch a thing off, or on again."""

    id: int
    disabled: bool = True


class SwitchSender(Arguments):
    """Switch a number off, or on again."""

    number: str
    disabled: bool = True


class MoveSender(Arguments):
    """Give a number to another account."""

    number: str
    account_id: int


class SpendingCap(Arguments):
    """At most `cap` a day, in millionths of the price's currency; none for no cap."""

    account_id: int
    cap: int | None = None


class NewAccount(Arguments):
    """`main_number` in E.164, or national in `country`."""

    name: str
    main_number: str
    country: str = "US"


class NewApp(Arguments):
    """A public app has no secret."""

    account_id: int
    name: str
    public: bool = False
    redirect_uris: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = USUAL_GRANTS


class ChangeApp(Arguments):
    """What is left out stays as it is."""

    id: int
    redirect_uris: tuple[str, ...] | None = None
    grants: tuple[Grant, ...] | None = None
    plain_challenge: bool | None = None
    public_keys: str | None = None
    refresh_replay: bool | None = None
    request_limits: dict[str, int] | None = None
    permissions: tuple[AppPermission, ...] | None = None


class NewUser(Arguments):
    """The password comes as its hash: the plain one never leaves the command."""

    account_id: int
    username: str
    extension: str
    password_hash: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""


class ChangeUser(Arguments):
    """What a user may do over the API."""

    id: int
    permissions: tuple[UserPermission, ...]


class NewCredential(Arguments):
    """A JWT with which a user logs in through one app."""

    user_id: int
    app_id: int
    label: str = ""


class NewSender(Arguments):
    """A number of the account."""

    account_id: int
    number: str
    label: str = ""
    carrier: str = "simulated"


class ConsentOfSender(Arguments):
    """What a number asks of consent; None leaves a setting as it is."""

    number: str
    opt_in_required: bool | None = None
    account_wide_stop: bool | None = None
    scope_words: bool | None = None
    category: Literal["none", "conversational", "informational", "promotional"] | None = None
    campaign: str | None = None
    brand: str | None = None


def set_consent(tx: Tx, asked: ConsentOfSender) -> dict[str, Any]:
    number = parse_address(asked.number)
    wishes = msgspec.structs.asdict(asked)
    del wishes["number"]
    chosen = {name: value for name, value in wishes.items() if value is not None}
    if chosen.get("category") == "none":
        chosen["category"] = None
    settings = flows.set_consent(tx, number, chosen)
    return {"number": number, **msgspec.structs.asdict(settings)}


def add_account(tx: Tx, asked: NewAccount) -> dict[str, Any]:
    return show_account(flows.create_account(tx, asked.name, asked.main_number, asked.country))


def add_app(tx: Tx, asked: NewApp) -> dict[str, Any]:
    made = flows.create_app(
        tx, asked.account_id, asked.name, public=asked.public, grants=frozenset(asked.grants)
    )
    app = change_app(tx, made.app.id, AppChange(redirect_uris=asked.redirect_uris))
    return {**show_app(app), "client_secret": made.client_secret}


def alter_app(tx: Tx, asked: ChangeApp) -> dict[str, Any]:
    grants = None if asked.grants is None else frozenset(asked.grants)
    change = AppChange(
        asked.redirect_uris,
        grants,
        asked.plain_challenge,
        asked.public_keys,
        asked.refresh_replay,
        asked.request_limits,
        None if asked.permissions is None else frozenset(asked.permissions),
    )
    return show_app(change_app(tx, asked.id, change))


def add_user(tx: Tx, asked: NewUser) -> dict[str, Any]:
    person = flows.Person(asked.first_name, asked.last_name, asked.email)
    return show_user(
        flows.create_user(
            tx,
            asked.account_id,
            asked.username,
            asked.extension,
            asked.password_hash,
            person=person,
        )
    )


def alter_user(tx: Tx, asked: ChangeUser) -> dict[str, Any]:
    return show_user(flows.change_permissions(tx, asked.id, frozenset(asked.permissions)))


def add_credential(tx: Tx, asked: NewCredential) -> dict[str, Any]:
    made = flows.create_credential(tx, asked.user_id, asked.app_id, asked.label)
    jwt = issue_assertion(derive_keys(tx.keys.server), made)
    return {**show_credential(made), "jwt": jwt}


def add_sender(tx: Tx, asked: NewSender) -> dict[str, Any]:
    made = flows.create_sender(
        tx, asked.account_id, asked.number, carrier=asked.carrier, label=asked.label
    )
    return show_sender(made)


def disable_sender(tx: Tx, asked: SwitchSender) -> None:
    flows.disable_sender(tx, parse_address(asked.number, "US"), asked.disabled)


def move_sender(tx: Tx, asked: MoveSender) -> dict[str, Any]:
    number = parse_address(asked.number, "US")
    return show_sender(flows.move_sender(tx, number, asked.account_id))


def show_account(account: Account) -> dict[str, Any]:
    """What commands print of an account."""
    return {
        "id": account.id,
        "name": account.name,
        "country": account.country,
        "main_number": account.main_number,
        "disabled": account.disabled_ms is not None,
    }


def _with_handle(tx: Tx, account: Account) -> dict[str, Any]:
    return {**show_account(account), "handle": account_handle(tx.keys.server, account.id)}


def show_app(app: App) -> dict[str, Any]:
    """What commands print of an app; never its secret."""
    return {
        "id": app.id,
        "account_id": app.account_id,
        "name": app.name,
        "client_id": app.client_id,
        "public": app.is_public,
        "grants": sorted(grant.value for grant in app.grants),
        "permissions": sorted(permission.value for permission in app.permissions),
        "redirect_uris": list(app.redirect_uris),
        "plain_challenge": app.plain_challenge,
        "public_keys": app.public_keys != "",
        "refresh_replay": app.refresh_replay,
        "rate_limits": dict(app.request_limits),
        "disabled": app.disabled_ms is not None,
    }


def show_user(user: User) -> dict[str, Any]:
    """What commands print of a user."""
    return {
        "id": user.id,
        "account_id": user.account_id,
        "username": user.username,
        "extension": user.extension,
        "name": f"{user.first_name} {user.last_name}".strip(),
        "permissions": sorted(permission.value for permission in user.permissions),
        "disabled": user.disabled_ms is not None,
    }


def show_credential(credential: Credential) -> dict[str, Any]:
    """What commands print of a credential; its text is shown once, when it is made."""
    return {
        "id": credential.id,
        "user_id": credential.user_id,
        "app_id": credential.app_id,
        "label": credential.label,
        "disabled": credential.disabled_ms is not None,
    }


def show_sender(sender: Sender) -> dict[str, Any]:
    """What commands print of a number."""
    return {
        "number": sender.number,
        "id": sender.id,
        "account_id": sender.account_id,
        "label": sender.label,
        "kind": sender.kind,
        "carrier": sender.carrier,
        "status": sender.status if sender.prepared else "preparing",
    }


def _show_spending(cap: int | None, spent: Spent) -> dict[str, Any]:
    return {
        "daily_cap": None if cap is None else cap / 1_000_000,
        "spent_today": spent.micros / 1_000_000,
        "stopped": spent.is_capped,
    }


OPERATIONS = (
    Operation("accounts.add", NewAccount, add_account),
    Operation("apps.add", NewApp, add_app),
    Operation("apps.change", ChangeApp, alter_app),
    Operation("users.add", NewUser, add_user),
    Operation("users.change", ChangeUser, alter_user),
    Operation("credentials.add", NewCredential, add_credential),
    Operation("senders.add", NewSender, add_sender),
    Operation(
        "accounts.list",
        Nothing,
        lambda tx, _: [_with_handle(tx, one) for one in flows.list_accounts(tx)],
        writes=False,
    ),
    Operation(
        "apps.list",
        OfAccount,
        lambda tx, asked: [show_app(one) for one in flows.list_apps(tx, asked.account_id)],
        writes=False,
    ),
    Operation(
        "users.list",
        OfAccount,
        lambda tx, asked: [show_user(one) for one in flows.list_users(tx, asked.account_id)],
        writes=False,
    ),
    Operation(
        "credentials.list",
        OfAccount,
        lambda tx, asked: [
            show_credential(one) for one in flows.list_credentials(tx, asked.account_id)
        ],
        writes=False,
    ),
    Operation(
        "senders.list",
        OfAccount,
        lambda tx, asked: [show_sender(one) for one in flows.list_senders(tx, asked.account_id)],
        writes=False,
    ),
    Operation(
        "accounts.cap",
        SpendingCap,
        lambda tx, asked: set_spending_cap(tx, asked.account_id, asked.cap),
    ),
    Operation(
        "accounts.spending",
        OfAccount,
        lambda tx, asked: _show_spending(*read_spending(tx, asked.account_id)),
        writes=False,
    ),
    Operation(
        "accounts.disable",
        Switch,
        lambda tx, asked: flows.disable_account(tx, asked.id, asked.disabled),
    ),
    Operation(
        "apps.disable", Switch, lambda tx, asked: flows.disable_app(tx, asked.id, asked.disabled)
    ),
    Operation(
        "users.disable", Switch, lambda tx, asked: flows.disable_user(tx, asked.id, asked.disabled)
    ),
    Operation(
        "credentials.disable",
        Switch,
        lambda tx, asked: flows.disable_credential(tx, asked.id, asked.disabled),
    ),
    Operation("senders.disable", SwitchSender, disable_sender),
    Operation("senders.consent", ConsentOfSender, set_consent),
    Operation("senders.move", MoveSender, move_sender),
)
