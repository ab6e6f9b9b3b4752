"""What an operator changes about an app after it was made."""

from dataclasses import dataclass, replace
from typing import TypeVar

from stopline.core.access import Grant
from stopline.core.accounts import App
from stopline.core.authorization import MAX_REDIRECT_URIS, check_redirect_uri
from stopline.core.errors import InvalidField, NotFound
from stopline.flows.client_assertions import check_public_keys
from stopline.store.tx import Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AppChange:
    """None leaves a thing as it is."""

    redirect_uris: tuple[str, ...] | None = None
    grants: frozenset[Grant] | None = None
    plain_challenge: bool | None = None
    public_keys: str | None = None
    refresh_replay: bool | None = None


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
    if change.public_keys:
        check_public_keys(change.public_keys)
    tx.accounts.set_app_sign_in(
        replace(
            app,
            redirect_uris=uris,
            plain_challenge=_chosen(change.plain_challenge, app.plain_challenge),
            public_keys=_chosen(change.public_keys, app.public_keys),
            refresh_replay=_chosen(change.refresh_replay, app.refresh_replay),
        )
    )
    if change.grants is not None:
        tx.accounts.set_app_rights(app_id, change.grants, app.permissions)
    changed = tx.accounts.find_app_by_id(app_id)
    return changed or app


def _chosen(wish: T | None, standing: T) -> T:
    return standing if wish is None else wish
