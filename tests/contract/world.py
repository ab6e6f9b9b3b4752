"""The contract's fixture world: its account, clients, numbers and tokens, the clock held.

Opaque values of the examples (tokens, batch ids) can not be ours, so requests are rewritten from
the contract's words to ours before they are sent, and answers back before they are compared.
"""

import ssl
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import apsw
import psycopg
from starlette.testclient import TestClient

from stopline.api.health import Readiness, health_routes
from stopline.config import Settings
from stopline.core.access import AppPermission, Grant, TokenLives, UserPermission, derive_keys
from stopline.core.accounts import App
from stopline.egress.addresses import AddressPolicy
from stopline.egress.client import EgressClient
from stopline.flows import access, administration
from stopline.flows.access import IssuedTokens, TokenWishes
from stopline.flows.apps import AppChange, change_app
from stopline.flows.assertions import issue_assertion
from stopline.flows.authorization import password_mark
from stopline.flows.passwords import hash_password
from stopline.http_app import HttpParts, build_http
from stopline.ringcentral.sealing import Seal
from stopline.ringcentral.sign_in import Browser, SignedIn
from stopline.ringcentral.webhooks import Webhooks
from stopline.store.base import BaseStore
from stopline.store.sqlite import SqliteStore
from stopline.store.tx import Keys, Tx
from support.kept import KEPT, KeptStore
from support.schema import put_empty_store

NOW_MS = 1_772_470_800_000  # 2026-03-02T17:00:00Z
ACCOUNT_ID = 810_200_300
USER_ID = 810_200_401
PUBLIC_URL = "https://sms.example.org"
REDIRECT_URI = "http://localhost:5000/oauth2callback"
LIVES = TokenLives()
_KEYS = Keys(number=b"n" * 32, server=b"s" * 32, checkpoint=b"c" * 32)
_NO_WISHES = TokenWishes()


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@cache
def _password_hash() -> str:
    return hash_password("correct horse 9")


class World:
    """A store with the fixture, a server over it, and the words of both."""

    def __init__(
        self,
        directory: Path,
        profile: Literal["seed", "ringcentral"] = "ringcentral",
        *,
        webhooks: Webhooks | None = None,
        database: str | None = None,
        set_up_ms: int = NOW_MS,
        **chosen: Any,
    ) -> None:
        self.now_ms = set_up_ms
        self.path = directory / "stopline.db"
        self.store = self._open(database)
        self.keys = derive_keys(_KEYS.server)
        self.ours: dict[str, str] = {}
        self.run(self._set_up)
        self.now_ms = NOW_MS
        settings = Settings(public_url=PUBLIC_URL, profile=profile, **chosen)
        self.http = _join(self, settings, webhooks)
        self.client = TestClient(self.http.web)

    def _open(self, database: str | None) -> BaseStore:
        if database is not None:
            return KEPT[database].begin(lambda: self.now_ms)
        put_empty_store(self.path)
        return SqliteStore(self.path, _KEYS, clock_ms=lambda: self.now_ms, readers=1)

    def sign_in(self) -> None:
        """The browser of the client is that of the fixture's user, who signed in just now."""
        browser = Browser(Seal(self.keys.sign_in), secure=True)
        user = self.run(lambda tx: tx.accounts.find_user(USER_ID))
        held = SignedIn(USER_ID, password_mark(self.keys, user), self.now_ms + 60_000)
        name, _, value = browser.user_cookie(held)[1].partition(";")[0].partition("=")
        self.client.headers["Cookie"] = f"{name}={value}"

    def run(self, flow: Callable[..., Any], *arguments: Any) -> Any:
        """Run a flow as a part of the set-up."""
        return self.store.transact_now(flow, *arguments)

    def rows(self, sql: str) -> list[Any]:
        """What the database holds, behind the store's back."""
        if isinstance(self.store, KeptStore):
            with psycopg.connect(self.store.url) as connection:
                return connection.execute(sql.encode()).fetchall()
        reader = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            return reader.execute(sql).fetchall()
        finally:
            reader.close()

    def copy_rows(self) -> bytes:
        """Everything that is stored: the files of SQLite, the tables of PostgreSQL."""
        if isinstance(self.store, KeptStore):
            return self.store.copy_rows()
        return b"".join(path.read_bytes() for path in self.path.parent.iterdir())

    def execute(self, sql: str) -> None:
        """Change the database behind the store's back: a fault to be met."""
        connection = apsw.Connection(str(self.path))
        connection.execute(sql)
        connection.close()

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    def call_json(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON answer to a request of the fixture's user, which must succeed."""
        token = self.ours["AT-demo-0001"]
        response = self.client.request(
            method, path, json=body, headers={"Authorization": f"Bearer {token}", **headers}
        )
        assert response.is_success, response.text
        return response.json()

    def call(self, words: str, value: str) -> None:
        """What the contract calls `words` is `value` here."""
        self.ours[words] = value

    def to_ours(self, value: Any) -> Any:
        """A value of an example in this world's words."""
        return _rewrite(value, self.ours)

    def to_contract(self, value: Any) -> Any:
        """A value of an answer in the contract's words."""
        return _rewrite(value, {ours: theirs for theirs, ours in self.ours.items()})

    def login(
        self, client_id: str = "stopline-test-client", username: str = "+12025550100"
    ) -> IssuedTokens:
        """A session of the fixture's user through one of its clients."""

        def open_session(tx: Tx) -> IssuedTokens:
            app = tx.accounts.find_app(client_id)
            assert app is not None
            login = access.find_login(tx, app, username, "101")
            issued = access.authenticate_password(tx, app, login, LIVES, _NO_WISHES)
            assert isinstance(issued, IssuedTokens)
            return issued

        issued: IssuedTokens = self.run(open_session)
        return issued

    def app(self, client_id: str = "stopline-test-client") -> App:
        """One of the fixture's clients."""
        app: App = self.run(lambda tx: tx.accounts.find_app(client_id))
        return app

    def restrict_app(
        self,
        *,
        grants: frozenset[Grant] = administration.ALL_GRANTS,
        without: AppPermission | None = None,
    ) -> None:
        """The test client may do less."""
        permissions = administration.ALL_APP_PERMISSIONS - {without}
        app_id = self.app().id
        self.run(lambda tx: tx.accounts.set_app_rights(app_id, grants, permissions))

    def restrict_user(self, without: UserPermission) -> None:
        """The user may do less."""
        permissions = administration.ALL_USER_PERMISSIONS - {without}
        self.run(lambda tx: tx.accounts.set_user_permissions(USER_ID, permissions))

    def _set_up(self, tx: Tx) -> None:
        administration.create_account(tx, "Fixture", "+12025550100", account_id=ACCOUNT_ID)
        confidential = administration.create_app(
            tx,
            ACCOUNT_ID,
            "Test client",
            client_id="stopline-test-client",
            client_secret="stopline-test-secret",
        )
        public = administration.create_app(
            tx, ACCOUNT_ID, "Public client", public=True, client_id="stopline-public-client"
        )
        for made in (confidential, public):
            change_app(tx, made.app.id, AppChange(redirect_uris=(REDIRECT_URI,)))
        administration.create_user(
            tx,
            ACCOUNT_ID,
            "+12025550100",
            "101",
            _password_hash(),
            person=administration.Person("Rosa", "Lindqvist", "rosa@example.org"),
            user_id=USER_ID,
        )
        credential = administration.create_credential(tx, USER_ID, confidential.app.id)
        self.call("eyJhbGciOiJSUzI1NiJ9.demo.sig", issue_assertion(self.keys, credential))
        for number, sender_id, label, features in (
            ("+12025550142", 33_001_001, "Reminders", {"a2p"}),
            ("+18005550199", 33_001_002, "Campaigns", {"a2p"}),
            ("+12025550177", 33_001_003, "Desk", {"sms", "mms"}),
        ):
            administration.create_sender(
                tx,
                ACCOUNT_ID,
                number,
                label=label,
                features=frozenset(features),
                sender_id=sender_id,
            )


def _join(world: World, settings: Settings, webhooks: Webhooks | None) -> HttpParts:
    """The very application that is served, over the world's store and clock."""
    policy = AddressPolicy(allow_loopback=True)
    own = Webhooks(EgressClient(policy, ssl_context=_tls()), Seal(world.keys.webhooks))
    return build_http(
        settings,
        world.store,
        [
            *health_routes(Readiness(started=True)),
        ],
        lambda: world.now_ms,
        _KEYS.server,
        webhooks or own,
    )


def _rewrite(value: Any, words: dict[str, str]) -> Any:
    match value:
        case str():
            for old, new in words.items():
                value = value.replace(old, new)
            return value
        case list():
            return [_rewrite(item, words) for item in value]
        case dict():
            return {name: _rewrite(item, words) for name, item in value.items()}
    return value
