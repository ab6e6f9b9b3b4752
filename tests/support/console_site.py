"""The console on a real store, asked without a socket: a small browser that keeps cookies."""

import asyncio
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

from starlette.applications import Starlette

from stopline.console.parts import ConsoleParts
from stopline.console.routes import console_routes
from stopline.console_wire import ConsoleWire
from stopline.core.access import ROLE_PERMISSIONS, Role, UserPermission, derive_keys
from stopline.core.accounts import User
from stopline.core.events import Event, EventKind
from stopline.egress.addresses import AddressPolicy
from stopline.egress.client import EgressClient
from stopline.flows.administration import create_account, create_sender, create_user
from stopline.flows.passwords import hash_password
from stopline.ringcentral.events import EventRenderer
from stopline.ringcentral.profiles import SEED
from stopline.ringcentral.sealing import Seal
from stopline.ringcentral.webhooks import Webhooks
from support.world import ACCOUNT, KEYS, OTHER_ACCOUNT, SECOND_SENDER, SENDER, Clock, World

PASSWORD = "a long enough password"
_HASH = hash_password(PASSWORD)
LOGIN = "+12025550100"
OTHER_LOGIN = "+12025550199"
EXTENSIONS = {Role.ADMIN: "1", Role.OPERATOR: "2", Role.AUDITOR: "3", None: "4"}


@dataclass
class Phones:
    """Handsets that only remember."""

    texts: list[tuple[str, str, str]] = field(default_factory=list)

    async def text(self, person: str, sender: str, text: str) -> bool:
        self.texts.append((person, sender, text))
        return True


def render_event(kind: EventKind, event: Event) -> dict[str, Any]:
    return {"kind": kind.name}


class Site:
    """A console with two accounts; each has a user of every role."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock: Clock = world.clock
        self.phones = Phones()
        self.wire = _wire(world)
        self.parts = ConsoleParts(
            store=world.store,
            clock_ms=world.clock,
            render_event=render_event,
            wire=self.wire,
            handsets=self.phones,
            price_micros=7_000,
            is_secure=False,
            is_stopping=lambda: False,
        )
        self.app = Starlette(routes=console_routes(self.parts))
        self.users: dict[tuple[str, Role | None], User] = {}
        for account_id, login in ((ACCOUNT, LOGIN), (OTHER_ACCOUNT, OTHER_LOGIN)):
            do = world.store.transact_now
            do(create_account, f"Account {account_id}", login, "US", account_id)
            for role, extension in EXTENSIONS.items():
                self.users[login, role] = do(_add_user, account_id, login, extension, role)

    def browser(self, role: Role | None = Role.ADMIN, login: str = LOGIN) -> "Browser":
        """Somebody who is signed in."""
        browser = Browser(self)
        browser.sign_in(login, EXTENSIONS[role])
        return browser


def _wire(world: World) -> ConsoleWire:
    """The real one; it may go nowhere."""
    key = derive_keys(KEYS.server).webhooks
    webhooks = Webhooks(EgressClient(AddressPolicy()), Seal(key))
    renderer = EventRenderer(key, webhooks.seal)
    return ConsoleWire(world.store, webhooks, renderer, SEED, "http://console.test")


def _add_user(tx: Any, account_id: int, login: str, extension: str, role: Role | None) -> User:
    plain = frozenset(UserPermission) - frozenset(ROLE_PERMISSIONS.values())
    given = frozenset() if role is None else frozenset({ROLE_PERMISSIONS[role]})
    return create_user(tx, account_id, login, extension, _HASH, permissions=plain | given)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


class Browser:
    """Keeps cookies, sends forms with their token, follows nothing by itself."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cookies: dict[str, str] = {}

    def sign_in(self, login: str, extension: str, password: str = PASSWORD) -> Answer:
        return self.submit(
            "/console/sign-in", username=login, extension=extension, password=password
        )

    def get(self, path: str) -> Answer:
        return self._call("GET", path, b"", {})

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get("/console/audit").text)
        return found[1] if found else ""

    def post(self, path: str, **form: str) -> Answer:
        """A form of a page: with the token that pages carry."""
        return self.submit(path, csrf=self.csrf(), **form)

    def submit(self, path: str, headers: dict[str, str] | None = None, **form: str) -> Answer:
        """Exactly these fields."""
        return self._call("POST", path, urlencode(form).encode(), headers or {})

    def _call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        plain, _, query = path.partition("?")
        sent = {"host": "console.test", **headers}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body:
            sent["content-type"] = "application/x-www-form-urlencoded"
        answer = asyncio.run(ask(self.site.app, method, plain, query, body, sent))
        self._keep_cookies(answer)
        return answer

    def _keep_cookies(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name == "set-cookie":
                pair = value.split(";")[0]
                key, _, content = pair.partition("=")
                self.cookies[key] = content.strip('"')
                if not self.cookies[key]:
                    del self.cookies[key]


async def ask(
    app: Starlette, method: str, path: str, query: str, body: bytes, headers: dict[str, str]
) -> Answer:
    events: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "server": ("console.test", 80),
        "client": ("127.0.0.1", 1),
        "method": method,
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }
    sent = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        found = next(sent, None)
        if found is None:
            await asyncio.sleep(60)
        return found or {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        events.append(event)

    await app(scope, receive, send)
    named = [(k.decode().lower(), v.decode("latin-1")) for k, v in events[0]["headers"]]
    return Answer(events[0]["status"], named, b"".join(e.get("body", b"") for e in events[1:]))


def shown(answer: Answer) -> str:
    """What a person reads: text without tags."""
    return unescape(re.sub(r"<[^>]*>", " ", answer.text))


def add_senders(world: World) -> None:
    """A second number for the other account."""
    world.store.transact_now(create_sender, OTHER_ACCOUNT, "+12025550155")


__all__ = ["SECOND_SENDER", "SENDER", "Browser", "Site"]
