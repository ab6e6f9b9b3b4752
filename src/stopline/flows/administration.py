"""What an operator sets up: accounts, apps, users, credentials and sender numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from stopline.core.access import (
    API_PERMISSIONS,
    AppPermission,
    Grant,
    UserPermission,
    hash_secret,
)
from stopline.core.accounts import Account, AccountNumber, App, Credential, User
from stopline.core.errors import Conflict, InvalidField, NotFound
from stopline.core.numbers import (
    bucket_of,
    is_country,
    is_short_code,
    is_toll_free,
    parse_address,
    parse_number,
)
from stopline.flows.defaults import apply_defaults
from stopline.flows.preparation import needs_preparation
from stopline.store.senders import (
    A2P,
    ACTIVE,
    DISABLED,
    ConsentSettings,
    ReplySettings,
    Sender,
    SendingSettings,
)
from stopline.store.tx import Tx

# Ten digits: JSON clients read ids as floating point, which is exact far beyond.
_LOWEST_ID = 1_000_000_000
_ID_RANGE = 9_000_000_000
# Chance makes two equal ids once in billions; more tries than this mean something is broken.
_ID_TRIES = 20
# Fits a line of the console and of every list.
_NAME_LENGTH = 200

ALL_GRANTS = frozenset(Grant)
ALL_APP_PERMISSIONS = frozenset(AppPermission)
ALL_USER_PERMISSIONS = frozenset(UserPermission)


@dataclass(frozen=True, slots=True)
class NewApp:
    """An app just made, with its secret: shown once, kept as a hash."""

    app: App
    client_secret: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """What the user is called; shown, never decided on."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""


def _fresh_id(tx: Tx, is_taken: Callable[[int], Any], wanted: int | None) -> int:
    if wanted is not None:
        if is_taken(wanted):
            raise Conflict("this id is taken")
        return wanted
    for _ in range(_ID_TRIES):
        identifier = _LOWEST_ID + int(tx.random_hex(8), 16) % _ID_RANGE
        if not is_taken(identifier):
            return identifier
    raise Conflict("no free id was found")


def create_account(
    tx: Tx, name: str, main_number: str, country: str = "US", account_id: int | None = None
) -> Account:
    """A new tenant. Raises InvalidNumber, InvalidField, Conflict for a taken id."""
    if not name.strip() or len(name) > _NAME_LENGTH:
        raise InvalidField("name", f"1 to {_NAME_LENGTH} characters, not all blank")
    if not is_country(country):
        raise InvalidField("country", "two capital letters of ISO 3166, such as US")
    number = parse_address(main_number, country)
    identifier = _fresh_id(tx, tx.accounts.find_account, account_id)
    account = Account(identifier, name, country, number, created_ms=tx.now_ms)
    tx.accounts.add_account(account, tx.now_ms)
    return account


def create_app(
    tx: Tx,
    account_id: int,
    name: str,
    *,
    public: bool = False,
    grants: frozenset[Grant] = ALL_GRANTS,
    permissions: frozenset[AppPermission] = ALL_APP_PERMISSIONS,
    client_id: str | None = None,
    client_secret: str | None = None,
) -> NewApp:
    """A new app of a tenant. Raises NotFound, Conflict for a taken client id."""
    _account(tx, account_id)
    chosen = client_id or tx.random_hex(11)
    if tx.accounts.find_app(chosen) is not None:
        raise Conflict("this client id is taken")
    secret = None if public else client_secret or tx.random_hex(32)
    app = App(
        _fresh_id(tx, tx.accounts.find_app_by_id, None),
        account_id,
        chosen,
        None if secret is None else hash_secret(secret),
        name,
        grants,
        permissions,
        created_ms=tx.now_ms,
    )
    tx.accounts.add_app(app, tx.now_ms)
    return NewApp(app, secret)


def create_user(
    tx: Tx,
    account_id: int,
    username: str,
    extension: str,
    password_hash: str | None,
    *,
    person: Person | None = None,
    permissions: frozenset[UserPermission] = ALL_USER_PERMISSIONS,
    user_id: int | None = None,
) -> User:
    """A new user of a tenant; hash the password beforehand, outside the transaction.

    Raises NotFound, InvalidNumber, InvalidField for the extension, Conflict when the name with
    this extension is taken.
    """
    account = _account(tx, account_id)
    number = parse_number(username, account.country)
    if not (extension.isascii() and extension.isdecimal() and len(extension) <= 8):
        raise InvalidField("extension", "one to eight digits")
    if tx.accounts.find_logins(number, extension):
        raise Conflict("this username and extension is taken")
    named = person or Person()
    user = User(
        _fresh_id(tx, tx.accounts.find_user, user_id),
        account_id,
        number,
        extension,
        password_hash,
        named.first_name,
        named.last_name,
        named.email,
        permissions,
        created_ms=tx.now_ms,
    )
    tx.accounts.add_user(user, tx.now_ms)
    return user


def create_credential(tx: Tx, user_id: int, app_id: int, label: str = "") -> Credential:
    """A new credential; `flows.assertions.issue_assertion` makes its text. Raises NotFound."""
    user, app = tx.accounts.find_user(user_id), tx.accounts.find_app_by_id(app_id)
    if user is None:
        raise NotFound("user")
    if app is None or app.account_id != user.account_id:
        raise NotFound("app")
    identifier = _fresh_id(tx, tx.accounts.find_credential, None)
    credential = Credential(
        identifier, user.account_id, user_id, app_id, label, created_ms=tx.now_ms
    )
    tx.accounts.add_credential(credential, tx.now_ms)
    return credential


def create_sender(
    tx: Tx,
    account_id: int,
    number: str,
    *,
    carrier: str = "simulated",
    label: str = "",
    features: frozenset[str] = frozenset({A2P}),
    sender_id: int | None = None,
) -> Sender:
    """A new number of a tenant; `prepared` says whether it may send yet.

    Raises NotFound, InvalidNumber, Conflict when it is taken.
    """
    account = _account(tx, account_id)
    address = parse_address(number, account.country)
    if tx.senders.find([address]):
        raise Conflict("this number has an owner; use `senders move`")
    taken = {sender.id for sender in tx.senders.list_all()}
    sender = Sender(
        number=address,
        id=_fresh_id(tx, taken.__contains__, sender_id),
        account_id=account_id,
        bucket=bucket_of(address),
        label=label,
        country=account.country,
        kind=_kind(address),
        features=features,
        carrier=carrier,
        replies=ReplySettings(),
        status=ACTIVE,
        since_ms=tx.now_ms,
        created_ms=tx.now_ms,
    )
    tx.accounts.touch_scopes(account_id)
    tx.senders.add(sender)
    return _hold_back(tx, sender)


def _hold_back(tx: Tx, sender: Sender) -> Sender:
    """A number new to its account may not send before it is prepared, if there is anything to."""
    if needs_preparation(tx, sender):
        tx.senders.set_prepared(sender.number, False)
    return tx.senders.find([sender.number])[sender.number]


def _kind(address: str) -> str:
    if is_short_code(address):
        return "short_code"
    return "toll_free" if is_toll_free(address) else "local"


def _account(tx: Tx, account_id: int) -> Account:
    account = tx.accounts.find_account(account_id)
    if account is None:
        raise NotFound("account")
    return account


def _require(found: bool, what: str) -> None:
    if not found:
        raise NotFound(what)


def disable_account(tx: Tx, account_id: int, disabled: bool = True) -> None:
    """Switch a tenant off or on: its tokens stop at once. Raises NotFound."""
    _require(tx.accounts.disable_account(account_id, tx.now_ms if disabled else None), "account")


def disable_app(tx: Tx, app_id: int, disabled: bool = True) -> None:
    """Switch an app off or on: its tokens stop at once. Raises NotFound."""
    _require(tx.accounts.disable_app(app_id, tx.now_ms if disabled else None), "app")


def disable_user(tx: Tx, user_id: int, disabled: bool = True) -> None:
    """Switch a user off or on: its tokens stop at once. Raises NotFound."""
    _require(tx.accounts.disable_user(user_id, tx.now_ms if disabled else None), "user")


def change_permissions(tx: Tx, user_id: int, permissions: frozenset[UserPermission]) -> User:
    """What a user may do over the API from now on; the console's roles stay. Raises NotFound."""
    user = tx.accounts.find_user(user_id)
    if user is None:
        raise NotFound("user")
    changed = user.permissions - API_PERMISSIONS | permissions & API_PERMISSIONS
    tx.accounts.set_user_permissions(user_id, changed)
    return replace(user, permissions=changed)


def disable_credential(tx: Tx, credential_id: int, disabled: bool = True) -> None:
    """Switch a credential off or on; sessions made with it go on. Raises NotFound."""
    moment = tx.now_ms if disabled else None
    _require(tx.accounts.disable_credential(credential_id, moment), "credential")


def disable_sender(tx: Tx, number: str, disabled: bool = True) -> None:
    """Switch a number off or on for sending; what comes in is still received. Raises NotFound."""
    _require(bool(tx.senders.find([number])), "sender")
    tx.senders.set_status(number, DISABLED if disabled else ACTIVE)


def move_sender(tx: Tx, number: str, account_id: int) -> Sender:
    """Give a number to another tenant. Who said stop to the number stays opted out of it.

    Raises NotFound, Conflict when the tenant has it already.
    """
    _account(tx, account_id)
    owner = tx.senders.find([number]).get(number)
    if owner is None:
        raise NotFound("sender")
    if owner.account_id == account_id:
        raise Conflict("this number is the account's already")
    tx.accounts.touch_scopes(account_id)
    tx.senders.move(number, account_id, tx.now_ms)
    tx.senders.set_prepared(number, True)
    return _hold_back(tx, tx.senders.find([number])[number])


def list_accounts(tx: Tx) -> list[Account]:
    """Every tenant."""
    return tx.accounts.list_accounts()


def list_apps(tx: Tx, account_id: int) -> list[App]:
    """A tenant's apps."""
    return tx.accounts.list_apps(account_id)


def list_users(tx: Tx, account_id: int) -> list[User]:
    """A tenant's users."""
    return tx.accounts.list_users(account_id)


def list_credentials(tx: Tx, account_id: int) -> list[Credential]:
    """A tenant's credentials."""
    return tx.accounts.list_credentials(account_id)


def list_senders(tx: Tx, account_id: int) -> list[Sender]:
    """A tenant's numbers."""
    return tx.senders.list_of_account(account_id)


def find_sender_of(tx: Tx, account_id: int, sender_id: int) -> Sender:
    """A tenant's number by its id, with what its account set for it. Raises NotFound."""
    found = (one for one in tx.senders.list_of_account(account_id) if one.id == sender_id)
    sender = next(found, None)
    if sender is None:
        raise NotFound("phoneNumberId")
    return apply_defaults(tx, {sender.number: sender})[sender.number]


def set_consent(tx: Tx, number: str, changes: dict[str, Any]) -> ConsentSettings:
    """Change some of what a number asks of consent; returns all of it. Raises NotFound."""
    owner = tx.senders.find([number]).get(number)
    if owner is None:
        raise NotFound("sender")
    settings = msgspec.structs.replace(owner.consent, **changes)
    tx.senders.set_consent(number, settings)
    return settings


def set_sending(tx: Tx, number: str, changes: dict[str, Any]) -> SendingSettings:
    """Change some of how a number sends; returns all of it. Raises NotFound."""
    owner = tx.senders.find([number]).get(number)
    if owner is None:
        raise NotFound("sender")
    settings = msgspec.structs.replace(owner.sending, **changes)
    tx.senders.set_sending(number, settings)
    return settings


def list_numbers(tx: Tx, account_id: int) -> list[AccountNumber]:
    """A tenant's numbers as it sees them, oldest id first."""
    senders = sorted(tx.senders.list_of_account(account_id), key=lambda sender: sender.id)
    return [
        AccountNumber(
            id=sender.id,
            number=sender.number,
            label=sender.label,
            country=sender.country,
            kind=sender.kind,
            features=sender.features,
            is_active=sender.may_send,
        )
        for sender in senders
    ]


def find_account(tx: Tx, account_id: int) -> Account:
    """One tenant. Raises NotFound."""
    return _account(tx, account_id)


def find_user(tx: Tx, user_id: int) -> User:
    """One user. Raises NotFound."""
    user = tx.accounts.find_user(user_id)
    if user is None:
        raise NotFound("user")
    return user
