"""A first account with all that a client needs: one transaction."""

import msgspec

from stopline.control.access import Arguments
from stopline.control.operations import Operation
from stopline.core.access import derive_keys
from stopline.flows import administration as flows
from stopline.flows.assertions import issue_assertion
from stopline.store.tx import Tx


class NewInstallation(Arguments):
    """Numbers in E.164, or national in `country`; the password as its hash."""

    account_name: str
    app_name: str
    main_number: str
    extension: str
    password_hash: str
    senders: tuple[str, ...]
    country: str = "US"
    first_name: str = ""
    last_name: str = ""


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """What was made; the secrets are shown this once."""

    account_id: int
    extension_id: int
    client_id: str
    client_secret: str
    username: str
    extension: str
    jwt: str
    senders: tuple[str, ...]


def create_installation(tx: Tx, asked: NewInstallation) -> Installation:
    """Account, app, user, credential and senders. Raises InvalidNumber, Conflict."""
    account = flows.create_account(tx, asked.account_name, asked.main_number, asked.country)
    made = flows.create_app(tx, account.id, asked.app_name)
    user = flows.create_user(
        tx,
        account.id,
        asked.main_number,
        asked.extension,
        asked.password_hash,
        person=flows.Person(asked.first_name, asked.last_name),
    )
    credential = flows.create_credential(tx, user.id, made.app.id, "first")
    senders = [flows.create_sender(tx, account.id, number) for number in asked.senders]
    return Installation(
        account_id=account.id,
        extension_id=user.id,
        client_id=made.app.client_id,
        client_secret=made.client_secret or "",
        username=user.username,
        extension=user.extension,
        jwt=issue_assertion(derive_keys(tx.keys.server), credential),
        senders=tuple(sender.number for sender in senders),
    )


def create_first_installation(tx: Tx, asked: NewInstallation) -> Installation | None:
    """The same where nobody was ever set up; of several processes that start at once one does it.

    None when somebody was.
    """
    tx.hold("the first installation")
    return create_installation(tx, asked) if is_empty(tx) else None


def is_empty(tx: Tx) -> bool:
    """Whether nobody was ever set up here."""
    return not tx.accounts.list_accounts()


OPERATIONS = (Operation("installation.create", NewInstallation, create_installation),)
