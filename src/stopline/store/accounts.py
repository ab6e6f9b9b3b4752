"""Accounts, their apps, users and credentials: the small tables of access."""

from collections.abc import Mapping, Sequence

import msgspec

from stopline.core.access import AppPermission, Grant, UserPermission
from stopline.core.accounts import Account, App, Credential, User
from stopline.store.database import Database, Row, column


def _words(values: frozenset[Grant] | frozenset[AppPermission] | frozenset[UserPermission]) -> str:
    return " ".join(sorted(value.value for value in values))


def read_app_permissions(words: str) -> frozenset[AppPermission]:
    """The permissions a column holds."""
    return frozenset(AppPermission(word) for word in words.split())


_limits = msgspec.json.Decoder(dict[str, int])


def read_limits(text: str) -> Mapping[str, int]:
    """The limits a column holds."""
    return _limits.decode(text)


def _write_limits(limits: Mapping[str, int]) -> str:
    return msgspec.json.encode(dict(sorted(limits.items()))).decode()


def read_user_permissions(words: str) -> frozenset[UserPermission]:
    """The permissions a column holds."""
    return frozenset(UserPermission(word) for word in words.split())


def _app(row: Row) -> App:
    identifier, account_id, client_id, secret_hash, name, grants, permissions, *rest = row
    made, disabled, redirect_uris, plain_challenge, public_keys, refresh_replay, limits = rest
    return App(
        identifier,
        account_id,
        client_id,
        secret_hash,
        name,
        frozenset(Grant(word) for word in grants.split()),
        read_app_permissions(permissions),
        made,
        disabled,
        tuple(redirect_uris.split()),
        bool(plain_challenge),
        public_keys,
        bool(refresh_replay),
        read_limits(limits),
    )


def _user(row: Row) -> User:
    *plain, permissions, created_ms, disabled_ms = row
    identifier, account_id, username, extension, password_hash, first, last, email = plain
    return User(
        identifier,
        account_id,
        username,
        extension,
        password_hash,
        first,
        last,
        email,
        read_user_permissions(permissions),
        created_ms,
        disabled_ms,
    )


class Accounts:
    """Statements on the small tables of access."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add_account(self, account: Account, now_ms: int) -> None:
        """Add a tenant; its id must be new."""
        self._db.run(
            "add_account",
            id=account.id,
            name=account.name,
            country=account.country,
            main_number=account.main_number,
            settings=account.settings,
            now_ms=now_ms,
        )

    def find_account(self, account_id: int) -> Account | None:
        """One tenant."""
        row = self._db.first("find_account", id=account_id)
        return Account(*row) if row else None

    def touch_scopes(self, account_id: int) -> None:
        """Until this transaction ends no other denies for all senders of the account or adds one:
        call it before the senders are read."""
        self._db.run("touch_scopes", id=account_id)

    def list_accounts(self) -> list[Account]:
        """Every tenant in order of id."""
        return [Account(*row) for row in self._db.all("list_accounts")]

    def disable_account(self, account_id: int, disabled_ms: int | None) -> bool:
        """Switch a tenant off, or on with None. False when there is none."""
        return self._db.run("disable_account", id=account_id, disabled_ms=disabled_ms) > 0

    def settings_of(self, account_ids: Sequence[int]) -> dict[int, str]:
        """The settings of these tenants, JSON."""
        found = self._db.all("find_account_settings", ids=column(account_ids))
        return {row[0]: row[1] for row in found}

    def set_account_settings(self, account_id: int, settings: str) -> None:
        """Replace the tenant's settings."""
        self._db.run("set_account_settings", id=account_id, settings=settings)

    def add_app(self, app: App, now_ms: int) -> None:
        """Add an app; its id and client id must be new."""
        self._db.run(
            "add_app",
            id=app.id,
            account_id=app.account_id,
            client_id=app.client_id,
            secret_hash=app.secret_hash,
            name=app.name,
            grants=_words(app.grants),
            permissions=_words(app.permissions),
            redirect_uris=" ".join(app.redirect_uris),
            plain_challenge=int(app.plain_challenge),
            public_keys=app.public_keys,
            refresh_replay=int(app.refresh_replay),
            request_limits=_write_limits(app.request_limits),
            now_ms=now_ms,
        )

    def find_app(self, client_id: str) -> App | None:
        """The app with this client id."""
        row = self._db.first("find_app", client_id=client_id)
        return _app(row) if row else None

    def find_app_by_id(self, app_id: int) -> App | None:
        """One app."""
        row = self._db.first("find_app_by_id", id=app_id)
        return _app(row) if row else None

    def list_apps(self, account_id: int) -> list[App]:
        """The tenant's apps in order of id."""
        return [_app(row) for row in self._db.all("list_apps", account_id=account_id)]

    def disable_app(self, app_id: int, disabled_ms: int | None) -> bool:
        """Switch an app off, or on with None. False when there is none."""
        return self._db.run("disable_app", id=app_id, disabled_ms=disabled_ms) > 0

    def set_app_rights(
        self, app_id: int, grants: frozenset[Grant], permissions: frozenset[AppPermission]
    ) -> None:
        """What the app may do from now on."""
        self._db.run(
            "set_app_rights", id=app_id, grants=_words(grants), permissions=_words(permissions)
        )

    def set_app_sign_in(self, app: App) -> None:
        """Where the app's codes may be sent from now on, and how it may ask and prove itself."""
        self._db.run(
            "set_app_sign_in",
            id=app.id,
            redirect_uris=" ".join(app.redirect_uris),
            plain_challenge=int(app.plain_challenge),
            public_keys=app.public_keys,
            refresh_replay=int(app.refresh_replay),
            request_limits=_write_limits(app.request_limits),
        )

    def add_user(self, user: User, now_ms: int) -> None:
        """Add a user; its id, and its username with extension, must be new."""
        self._db.run(
            "add_user",
            id=user.id,
            account_id=user.account_id,
            username=user.username,
            extension=user.extension,
            password_hash=user.password_hash,
            first_name=user.first_name,
            last_name=user.last_name,
            email=user.email,
            permissions=_words(user.permissions),
            now_ms=now_ms,
        )

    def find_user(self, user_id: int) -> User | None:
        """One user."""
        row = self._db.first("find_user", id=user_id)
        return _user(row) if row else None

    def find_logins(self, username: str, extension: str) -> list[User]:
        """Up to two users with this name; without an extension the name alone decides."""
        rows = self._db.all("find_logins", username=username, extension=extension)
        return [_user(row) for row in rows]

    def list_users(self, account_id: int) -> list[User]:
        """The tenant's users in order of id."""
        return [_user(row) for row in self._db.all("list_users", account_id=account_id)]

    def disable_user(self, user_id: int, disabled_ms: int | None) -> bool:
        """Switch a user off, or on with None. False when there is none."""
        return self._db.run("disable_user", id=user_id, disabled_ms=disabled_ms) > 0

    def set_user_permissions(self, user_id: int, permissions: frozenset[UserPermission]) -> None:
        """What the user may do from now on."""
        self._db.run("set_user_permissions", id=user_id, permissions=_words(permissions))

    def set_password(self, user_id: int, password_hash: str) -> None:
        """Replace the user's password."""
        self._db.run("set_password", id=user_id, password_hash=password_hash)

    def add_credential(self, credential: Credential, now_ms: int) -> None:
        """Add a credential; its id must be new."""
        self._db.run(
            "add_credential",
            id=credential.id,
            account_id=credential.account_id,
            user_id=credential.user_id,
            app_id=credential.app_id,
            label=credential.label,
            now_ms=now_ms,
        )

    def find_credential(self, credential_id: int) -> Credential | None:
        """One credential."""
        row = self._db.first("find_credential", id=credential_id)
        return Credential(*row) if row else None

    def list_credentials(self, account_id: int) -> list[Credential]:
        """The tenant's credentials in order of id."""
        rows = self._db.all("list_credentials", account_id=account_id)
        return [Credential(*row) for row in rows]

    def disable_credential(self, credential_id: int, disabled_ms: int | None) -> bool:
        """Switch a credential off, or on with None. False when there is none."""
        return self._db.run("disable_credential", id=credential_id, disabled_ms=disabled_ms) > 0
