"""Settings that administrators change in the console: each change checks the role and is logged."""

from dataclasses import dataclass

from stopline.core.access import (
    ROLE_PERMISSIONS,
    AppPermission,
    Grant,
    Role,
    UserPermission,
    derive_keys,
    owner_bucket,
    role_of,
)
from stopline.core.accounts import App, Credential, User
from stopline.core.errors import InvalidField, NotAllowed, NotFound
from stopline.core.keywords import Classification
from stopline.core.recognition.policy import Policy
from stopline.flows import administration, carriers
from stopline.flows.administration import NewApp, Person
from stopline.flows.assertions import issue_assertion
from stopline.flows.explaining import SupposedText, explain_text
from stopline.flows.operators import Operator, record_action, require_role
from stopline.store.senders import Sender
from stopline.store.tx import Tx

_CONSOLE = frozenset(ROLE_PERMISSIONS.values())


@dataclass(frozen=True, slots=True)
class SettingsView:
    """What an account has set up."""

    senders: tuple[Sender, ...]
    apps: tuple[App, ...]
    users: tuple[User, ...]
    credentials: tuple[Credential, ...]


def read_settings(tx: Tx, account_id: int) -> SettingsView:
    """Everything of the account."""
    return SettingsView(
        tuple(tx.senders.list_of_account(account_id)),
        tuple(tx.accounts.list_apps(account_id)),
        tuple(tx.accounts.list_users(account_id)),
        tuple(tx.accounts.list_credentials(account_id)),
    )


def read_sender(tx: Tx, account_id: int, number: str) -> Sender:
    """One number of the account. Raises NotFound."""
    found = tx.senders.find([number]).get(number)
    if found is None or found.account_id != account_id:
        raise NotFound("sender")
    return found


def try_text(
    tx: Tx, account_id: int, number: str, text: str, *, is_opted_out: bool
) -> tuple[Classification, Policy]:
    """How a text to this number would be read, and what that would cause. Raises NotFound."""
    read_sender(tx, account_id, number)
    return explain_text(tx, account_id, SupposedText(text, number, opted_out=is_opted_out))


def switch_sender(tx: Tx, operator: Operator, number: str, *, disabled: bool) -> None:
    """Switch a number off or on for sending. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.ADMIN)
    read_sender(tx, operator.account_id, number)
    administration.disable_sender(tx, number, disabled)
    record_action(tx, operator, "number switched off" if disabled else "number switched on", number)


def switch_carrier(tx: Tx, operator: Operator, carrier: str, *, paused: bool) -> None:
    """Pause a carrier or let it go on; in-coming texts and receipts are taken either way.

    Raises NotFound; NotAllowed when other accounts send through it: then that is for whoever runs
    the server to decide.
    """
    require_role(tx, operator, Role.ADMIN)
    users = {s.account_id for s in tx.senders.list_all() if s.carrier == carrier}
    if users - {operator.account_id}:
        raise NotAllowed("other accounts send through it: use `stopline carriers pause`")
    carriers.switch_carrier(tx, carrier, operator.actor, paused=paused)
    record_action(tx, operator, "carrier paused" if paused else "carrier resumed", carrier)


def add_user(
    tx: Tx,
    operator: Operator,
    username: str,
    extension: str,
    password_hash: str,
    person: Person,
    role: Role | None,
) -> User:
    """A new user; without a role one of the API alone.

    Raises NotAllowed, InvalidNumber, InvalidField, Conflict.
    """
    require_role(tx, operator, Role.ADMIN)
    permissions = frozenset(UserPermission) - _CONSOLE | _of_role(role)
    made = administration.create_user(
        tx, operator.account_id, username, extension, password_hash,
        person=person, permissions=permissions,
    )  # fmt: skip
    record_action(tx, operator, "user added", _login_name(made), _role_name(role))
    return made


def set_role(tx: Tx, operator: Operator, user_id: int, role: Role | None) -> None:
    """What a user may do in the console; their sessions end. Raises NotAllowed, NotFound.

    Nobody takes the role from themselves: somebody has to be left who can give it back.
    """
    require_role(tx, operator, Role.ADMIN)
    user = _user(tx, operator, user_id)
    if user_id == operator.user_id:
        raise InvalidField("role", "your own role is changed by another administrator")
    tx.accounts.set_user_permissions(user_id, user.permissions - _CONSOLE | _of_role(role))
    tx.console.delete_sessions_of_user(owner_bucket(user_id), user_id)
    before, after = _role_name(role_of(user.permissions)), _role_name(role)
    record_action(tx, operator, "role changed", _login_name(user), f"{before} to {after}")


def switch_user(tx: Tx, operator: Operator, user_id: int, *, disabled: bool) -> None:
    """Switch a user off or on; their sessions end. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.ADMIN)
    user = _user(tx, operator, user_id)
    if user_id == operator.user_id:
        raise InvalidField("user", "you can not switch yourself off")
    administration.disable_user(tx, user_id, disabled)
    tx.console.delete_sessions_of_user(owner_bucket(user_id), user_id)
    action = "user switched off" if disabled else "user switched on"
    record_action(tx, operator, action, _login_name(user))


def add_app(tx: Tx, operator: Operator, name: str) -> NewApp:
    """A new client of the API; its secret is shown once. Raises NotAllowed, InvalidField."""
    require_role(tx, operator, Role.ADMIN)
    if not 0 < len(name) <= 100:
        raise InvalidField("name", "has 1 to 100 characters")
    made = administration.create_app(
        tx, operator.account_id, name,
        grants=frozenset(Grant), permissions=frozenset(AppPermission),
    )  # fmt: skip
    record_action(tx, operator, "app added", name, made.app.client_id)
    return made


def switch_app(tx: Tx, operator: Operator, app_id: int, *, disabled: bool) -> None:
    """Switch a client off or on: its tokens stop at once. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.ADMIN)
    app = _app(tx, operator, app_id)
    administration.disable_app(tx, app_id, disabled)
    record_action(tx, operator, "app switched off" if disabled else "app switched on", app.name)


def add_credential(tx: Tx, operator: Operator, user_id: int, app_id: int, label: str) -> str:
    """A JWT that stands for a user in an app; shown once. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.ADMIN)
    user, app = _user(tx, operator, user_id), _app(tx, operator, app_id)
    made = administration.create_credential(tx, user.id, app.id, label[:100])
    record_action(tx, operator, "credential added", _login_name(user), app.name)
    return issue_assertion(derive_keys(tx.keys.server), made)


def switch_credential(tx: Tx, operator: Operator, credential_id: int, *, disabled: bool) -> None:
    """Switch a credential off or on. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.ADMIN)
    found = tx.accounts.find_credential(credential_id)
    if found is None or found.account_id != operator.account_id:
        raise NotFound("credential")
    administration.disable_credential(tx, credential_id, disabled)
    action = "credential switched off" if disabled else "credential switched on"
    record_action(tx, operator, action, found.label or str(credential_id))


def _of_role(role: Role | None) -> frozenset[UserPermission]:
    return frozenset() if role is None else frozenset({ROLE_PERMISSIONS[role]})


def _role_name(role: Role | None) -> str:
    return "no console" if role is None else role.name.lower()


def _login_name(user: User) -> str:
    return f"{user.username}*{user.extension}"


def _user(tx: Tx, operator: Operator, user_id: int) -> User:
    found = tx.accounts.find_user(user_id)
    if found is None or found.account_id != operator.account_id:
        raise NotFound("user")
    return found


def _app(tx: Tx, operator: Operator, app_id: int) -> App:
    found = tx.accounts.find_app_by_id(app_id)
    if found is None or found.account_id != operator.account_id:
        raise NotFound("app")
    return found
