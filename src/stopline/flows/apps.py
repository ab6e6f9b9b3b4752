"""What an operator changes about an app after it was made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from stopline.core.access import AppPermission, Grant
from stopline.core.accounts import App
from stopline.core.authorization import MAX_REDIRECT_URIS, check_redirect_uri
from stopline.core.errors import InvalidField, NotFound
from stopline.flows.client_assertions import check_public_keys
from stopline.store.tx import Tx

T = TypeVar("T")

# Groups of calls that have a limit each, as the API documents them with its calls.
GROUPS = ("light", "medium", "heavy", "auth")
# As in the settings.
MAX_REQUESTS = 1_000_000


@dataclass(frozen=True, slots=True)
class AppChange:
    """None leaves a thing as it is."""

    redirect_uris: tuple[str, ...] | None = None
    grants: frozenset[Grant] | None = None
    plain_challenge: bool | None = None
    public_keys: str | None = None
    refresh_replay: bool | None = None
    request_limits: Mapping[str, int] | None = None
    permissions: frozenset[AppPermission] | None = None


def change_app(tx: Tx, app_id: int, change: AppChange) -> App:
    """Raises NotFound; InvalidField for an address that no code may be sent to, and for keys that
    are none."""
    app = tx.accounts.find_app_by_id(app_id)
    if app is None:
        raise NotFound("app")
    uris = app.redirect_uris if change.redirect_uris is None else change.redirect_uris
    if len(uris) > MAX_REDIRECT_URIS:
        raise InvalidField("redirect_uri", f"at most {MAX_REDIRECT_URIS} of them")
    for uri in uris:
        check_redirect_uri(uri)
    check_limits(change.request_limits or {})
    if change.public_keys:
        check_public_keys(change.public_keys)
    tx.accounts.set_app_sign_in(
        replace(
            app,
            redirect_uris=uris,
            plain_challenge=_chosen(change.plain_challenge, app.plain_challenge),
            public_keys=_chosen(change.public_keys, app.public_keys),
            refresh_replay=_chosen(change.refresh_replay, app.refresh_replay),
            request_limits=_chosen(change.request_limits, app.request_limits),
        )
    )
    grants = _chosen(change.grants, app.grants)
    permissions = _chosen(change.permissions, app.permissions)
    tx.accounts.set_app_rights(app_id, grants, permissions)
    changed = tx.accounts.find_app_by_id(app_id)
    return changed or app


def check_limits(limits: Mapping[str, int]) -> None:
    """Raises InvalidField."""
    for group, limit in limits.items():
        if group not in GROUPS:
            raise InvalidField("rate-limit", f"is for one of {', '.join(GROUPS)}")
        if not 0 <= limit <= MAX_REQUESTS:
            raise InvalidField("rate-limit", f"is from 0, no limit, to {MAX_REQUESTS}")


def _chosen(wish: T | None, standing: T) -> T:
    return standing if wish is None else wish
