"""Tenants and what they have: apps, users, credentials, numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from stopline.core.access import AppPermission, Grant, UserPermission


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant. `settings` is JSON that only its readers understand."""

    id: int
    name: str
    country: str
    main_number: str
    settings: str = "{}"
    created_ms: int = 0
    disabled_ms: int | None = None


@dataclass(frozen=True, slots=True)
class App:
    """A client of the API; without a secret and without keys it is public.

    Codes are sent to one of `redirect_uris`, matched exactly. `plain_challenge`: it may use PKCE's
    weaker method. `public_keys`: a JSON Web Key Set of what it signs its assertions with.
    `refresh_replay`: a refresh token that is sent twice in a short time is answered twice.
    `request_limits`: requests a minute of each user by group of calls, where not as for all apps.
    """

    id: int
    account_id: int
    client_id: str
    secret_hash: str | None
    name: str
    grants: frozenset[Grant]
    permissions: frozenset[AppPermission]
    created_ms: int = 0
    disabled_ms: int | None = None
    redirect_uris: tuple[str, ...] = ()
    plain_challenge: bool = False
    public_keys: str = ""
    refresh_replay: bool = True
    request_limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        """Whether anybody who knows its id may speak for it."""
        return self.secret_hash is None and not self.public_keys


@dataclass(frozen=True, slots=True)
class User:
    """A person or a program with a login; its id is the wire's extension id."""

    id: int
    account_id: int
    username: str
    extension: str
    password_hash: str | None
    first_name: str
    last_name: str
    email: str
    permissions: frozenset[UserPermission]
    created_ms: int = 0
    disabled_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """Lets a signed assertion stand for a user in one app."""

    id: int
    account_id: int
    user_id: int
    app_id: int
    label: str
    created_ms: int = 0
    disabled_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AccountNumber:
    """A number of an account as its owner sees it. `features` are words such as `a2p`, `sms`."""

    id: int
    number: str
    label: str
    country: str
    kind: str
    features: frozenset[str]
    is_active: bool
